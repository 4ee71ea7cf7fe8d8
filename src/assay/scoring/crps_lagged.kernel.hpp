// CRPS with the spread from pairs of members `lag` places apart, members in random order (estimators akr): no
// sort.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/lanes.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
struct crps_lagged_kernels {
  using V = simd::pack<double, Arch>;

  // spread = 1/2 sum_i w_i |x_i - x_{(i - lag) mod m}|, weights normalised; weights may be null: equal.
  static std::uint32_t crps_lagged(const ensemble_rows<double>& rows, const double* weights, std::size_t lag,
                                   const crps_outputs& outputs) noexcept {
    std::uint32_t status = k_status_ok;
    const std::size_t m = rows.m;
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double* x = rows.members + i * m;
      const double* w = weights == nullptr ? nullptr : weights + i * m;
      const V y(rows.observations[i]);
      const auto sides = simd::sums<Arch, 3>(m, [=](auto at) {
        const V d = at.load(x) - y;
        const V weight = at.load_or(w, 1.0);
        return simd::several{weight * simd::max(V(0.0) - d, V(0.0)), weight * simd::max(d, V(0.0)), weight};
      });
      const double spread = 0.5 * (distances(x + lag, x, w == nullptr ? w : w + lag, m - lag) +
                                   distances(x, x + m - lag, w, lag));
      outputs.underforecast[i] = sides[0] / sides[2];
      outputs.overforecast[i] = sides[1] / sides[2];
      outputs.spread[i] = spread / sides[2];
      outputs.crps[i] = (outputs.underforecast[i] + outputs.overforecast[i]) - outputs.spread[i];
      if (!(outputs.crps[i] - outputs.crps[i] == 0.0)) status |= k_status_not_finite;
    }
    return status;
  }

 private:
  // sum_i w_i |a_i - b_i|
  static ASSAY_INLINE double distances(const double* a, const double* b, const double* w,
                                       std::size_t n) noexcept {
    return simd::sum<Arch>(n,
                           [=](auto at) { return at.load_or(w, 1.0) * simd::abs(at.load(a) - at.load(b)); });
  }
};

}  // namespace assay::inline v1::scoring
