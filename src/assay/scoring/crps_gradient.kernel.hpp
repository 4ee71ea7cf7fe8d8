// CRPS of ensembles of equal weight with its gradient.
//
//   d crps/dx_i = s_i/m - k/m^2 (below_i - above_i),   s_i = sgn(x_i - y), below_i = #{x < x_i}, above_i =
//   #{x > x_i}
//               = fair (s_i (m-1) - t_i)/(m (m-1)) + standard (s_i m - t_i)/m^2,   t_i = below_i - above_i
//
// for a score of `fair` parts fair and `standard` parts standard. The brackets are small integers, so that
// slopes which should be 0 are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/pack.hpp"
#include "assay/scoring/crps_ensemble.kernel.hpp"
#include "assay/scoring/kernels.hpp"
#include "assay/scoring/tagged.kernel.hpp"

namespace assay::inline v1::scoring {

/// sgn(x - y), 0 where they are equal.
template <class V>
ASSAY_INLINE V sign_of(V x, V y) noexcept {
  return simd::select(x > y, V(1.0), simd::select(x < y, V(-1.0), V(0.0)));
}

template <class Arch>
struct crps_gradient_kernels {
  using V = simd::pack<double, Arch>;
  static constexpr std::size_t width = V::width;

  template <class T>
  static std::uint32_t crps_grad(const ensemble_rows<T>& rows, const double* slopes,
                                 const crps_gradient_factors& factors, double* crps, T* grad,
                                 T* grad_observations) noexcept {
    std::uint32_t status = k_status_ok;
    for (std::size_t i = 0; i < rows.rows; i += width) {
      const std::size_t count = rows.rows - i < width ? rows.rows - i : width;
      const tagged_rows<T, Arch> x(rows, i);
      const V y = simd::load_padded<double, Arch>(rows.observations + i, count, 0.0);
      status |= x.status();
      status |= crps_ensemble_kernels<Arch>::store_checked(
          crps + i, crps_ensemble_kernels<Arch>::score(x, rows.m, y, slopes), count);
      const V signs = gradient(rows, x, y, factors, grad + i * rows.m, count);
      simd::store_padded<double, Arch>(grad_observations + i,
                                       (V(0.0) - signs) / V(static_cast<double>(rows.m)), count);
    }
    return status;
  }

 private:
  // Slopes back at the members' places; returns the sum of the signs.
  template <class T>
  static ASSAY_INLINE V gradient(const ensemble_rows<T>& rows, const tagged_rows<T, Arch>& x, V y,
                                 const crps_gradient_factors& factors, T* grad, std::size_t count) noexcept {
    const std::size_t m = rows.m;
    double* below = reinterpret_cast<double*>(rows.scratch) + 2 * m * width;
    if (x.tied()) count_below(x, m, below);
    V signs(0.0);
    V above(0.0);  // members above the run of equal members that holds k
    for (std::size_t k = m; k-- > 0;) {
      const double rank = static_cast<double>(k);
      V balance(2.0 * rank - static_cast<double>(m - 1));
      if (x.tied()) {
        if (k + 1 < m) above = simd::select(x(k) == x(k + 1), above, V(static_cast<double>(m - 1 - k)));
        balance = V::load(below + k * width) - above;
      }
      const V sign = sign_of(x(k), y);
      signs += sign;
      double slope[width];
      slope_of(sign, balance, static_cast<double>(m), factors).store(slope);
      for (std::size_t lane = 0; lane < count; ++lane)
        grad[lane * m + x.index(k, lane)] = static_cast<T>(slope[lane]);
    }
    return signs;
  }

  static ASSAY_INLINE V slope_of(V sign, V balance, double m, const crps_gradient_factors& factors) noexcept {
    return (sign * V(m - 1.0) - balance) * V(factors.fair) + (sign * V(m) - balance) * V(factors.standard);
  }

  template <class Columns>
  static ASSAY_INLINE void count_below(const Columns& x, std::size_t m, double* below) noexcept {
    V current(0.0);
    current.store(below);
    for (std::size_t k = 1; k < m; ++k) {
      current = simd::select(x(k) == x(k - 1), current, V(static_cast<double>(k)));
      current.store(below + k * width);
    }
  }
};

}  // namespace assay::inline v1::scoring
