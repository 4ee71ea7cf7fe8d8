// CRPS of weighted ensembles: score, its parts and its gradient.
//
// With weights w_i of sum 1, P_i the weight of the members before i in ascending order and A_i of those after
// it,
//
//   crps = sum_i w_i |x_i - y| [ (1 - k) + k (w_i + 2 S_i) ],   S_i = P_i where x_i <= y, A_i where x_i > y
//   spread = k sum_i P_{i+1} A_i (x_{i+1} - x_i)
//   d crps/dx_i = w_i [ s_i - k (weight below x_i - weight above x_i) ]
//
// (from |d| + |e| - |d - e| = 2 min(|d|, |e|) on one side of y, 0 on different sides). For equal weights the
// first is the sum of crps_ensemble.kernel.hpp. Weights come unnormalised; their sum is divided out at the
// end. P and A are summed from their own ends, so that neither loses digits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/pack.hpp"
#include "assay/scoring/compensated.kernel.hpp"
#include "assay/scoring/crps_ensemble.kernel.hpp"
#include "assay/scoring/crps_gradient.kernel.hpp"
#include "assay/scoring/kernels.hpp"
#include "assay/scoring/tagged.kernel.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
struct crps_weighted_kernels {
  using V = simd::pack<double, Arch>;
  static constexpr std::size_t width = V::width;
  using rows_type = tagged_rows<double, Arch>;

  static std::uint32_t crps_weighted(const ensemble_rows<double>& rows, const double* weights,
                                     const crps_weighted_factors& factors,
                                     const crps_outputs& outputs) noexcept {
    std::uint32_t status = k_status_ok;
    double* weight = reinterpret_cast<double*>(rows.scratch) + 2 * rows.m * width;
    double* before = weight + rows.m * width;
    for (std::size_t i = 0; i < rows.rows; i += width) {
      const std::size_t count = rows.rows - i < width ? rows.rows - i : width;
      const rows_type x(rows, i);
      const V y = simd::load_padded<double, Arch>(rows.observations + i, count, 0.0);
      status |= x.status();
      fetch_weights(x, weights + i * rows.m, rows.m, count, weight);
      const row_constants constants = accumulate(rows.m, weight, before, factors);
      status |= scores(x, y, rows.m, weight, before, constants, outputs, i, count);
      if (outputs.grad != nullptr) {
        join_ties(x, rows.m, before);
        gradient(x, y, rows.m, weight, before, constants, outputs, i, count);
      }
    }
    return status;
  }

 private:
  struct row_constants {
    V total;  // sum of the weights
    V k;
    V rest;  // 1 - k
  };

  static ASSAY_INLINE void fetch_weights(const rows_type& x, const double* weights, std::size_t m,
                                         std::size_t count, double* weight) noexcept {
    for (std::size_t lane = 0; lane < width; ++lane) {
      const double* row = weights + (lane < count ? lane : count - 1) * m;
      for (std::size_t j = 0; j < m; ++j) weight[j * width + lane] = row[x.index(j, lane)];
    }
  }

  // Weight before each member; (1 - q) W^2 = 2 sum_i w_i P_i without cancellation.
  static ASSAY_INLINE row_constants accumulate(std::size_t m, const double* weight, double* before,
                                               const crps_weighted_factors& factors) noexcept {
    V total(0.0);
    V squares(0.0);
    V pairs(0.0);
    for (std::size_t j = 0; j < m; ++j) {
      const V w = V::load(weight + j * width);
      total.store(before + j * width);
      pairs += w * total;
      squares += w * w;
      total += w;
    }
    pairs = pairs + pairs;
    // One member with weight: only the standard score is asked for, whose k needs no pairs.
    const V inverse = simd::select(pairs > V(0.0), V(1.0) / pairs, V(0.0));
    const V square = total * total;
    return {total, V(factors.unbiased) * square * inverse + V(factors.biased),
            (V(factors.rest_one) * square - V(factors.rest_q) * squares) * inverse};
  }

  static ASSAY_INLINE std::uint32_t scores(const rows_type& x, V y, std::size_t m, const double* weight,
                                           const double* before, const row_constants& constants,
                                           const crps_outputs& outputs, std::size_t i,
                                           std::size_t count) noexcept {
    compensated_lanes<V> score;
    compensated_lanes<V> below;
    compensated_lanes<V> above;
    compensated_lanes<V> gaps;
    V after(0.0);
    for (std::size_t j = m; j-- > 0;) {
      const V w = V::load(weight + j * width);
      const V d = x(j) - y;
      const V side = simd::select(d > V(0.0), after, V::load(before + j * width));
      score.add(w * simd::abs(d) * (constants.rest * constants.total + constants.k * (w + (side + side))));
      below.add(w * simd::max(V(0.0) - d, V(0.0)));
      above.add(w * simd::max(d, V(0.0)));
      if (j + 1 < m) gaps.add(V::load(before + (j + 1) * width) * after * (x(j + 1) - x(j)));
      after += w;
    }
    const V square = constants.total * constants.total;
    using base = crps_ensemble_kernels<Arch>;
    std::uint32_t status = base::store_checked(outputs.crps + i, score.value() / square, count);
    status |= base::store_checked(outputs.underforecast + i, below.value() / constants.total, count);
    status |= base::store_checked(outputs.overforecast + i, above.value() / constants.total, count);
    return status | base::store_checked(outputs.spread + i, constants.k * gaps.value() / square, count);
  }

  // Members equal to the one before them have the same weight below them.
  static ASSAY_INLINE void join_ties(const rows_type& x, std::size_t m, double* before) noexcept {
    if (!x.tied()) return;
    for (std::size_t j = 1; j < m; ++j)
      simd::select(x(j) == x(j - 1), V::load(before + (j - 1) * width), V::load(before + j * width))
          .store(before + j * width);
  }

  static ASSAY_INLINE void gradient(const rows_type& x, V y, std::size_t m, const double* weight,
                                    const double* before, const row_constants& constants,
                                    const crps_outputs& outputs, std::size_t i, std::size_t count) noexcept {
    V after(0.0);  // weight of the members j + 1 .. m - 1
    V above(0.0);  // of those above member j
    V signs(0.0);
    for (std::size_t j = m; j-- > 0;) {
      above = j + 1 < m ? simd::select(x(j) == x(j + 1), above, after) : after;
      const V w = V::load(weight + j * width);
      const V sign = sign_of(x(j), y);
      const V balance = V::load(before + j * width) - above;
      double slope[width];
      (w * (sign * constants.total - constants.k * balance) / (constants.total * constants.total))
          .store(slope);
      for (std::size_t lane = 0; lane < count; ++lane)
        outputs.grad[(i + lane) * m + x.index(j, lane)] = slope[lane];
      signs += w * sign;
      after += w;
    }
    simd::store_padded<double, Arch>(outputs.grad_observations + i, (V(0.0) - signs) / constants.total,
                                     count);
  }
};

}  // namespace assay::inline v1::scoring
