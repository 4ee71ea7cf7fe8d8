// Sums of the variogram score for one forecast, laid out as for the energy score: lanes run over members.
// With v_i = |x_ik - x_il|^p, v of the outcome and weights w_i of sum W, a pair of coordinates needs sum w
// (v_i - v) and sum w (v_i - v)^2, in 8 virtual lanes that meet in a fixed tree. The mean square of the v_i
// is their variance and the square of their mean, no term negative.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/any_power.kernel.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
struct variogram_kernels {
  using V = simd::pack<double, Arch>;
  static constexpr std::size_t width = V::width;

  static variogram_sums variogram(const energy_ensemble& e, double p, const double* pair_weights,
                                  double total) noexcept {
    if (p == 0.5) return sums_of(e, pair_weights, total, root{});
    if (p == 1.0) return sums_of(e, pair_weights, total, identity{});
    if (p == 2.0) return sums_of(e, pair_weights, total, square{});
    return sums_of(e, pair_weights, total, power{p});
  }

 private:
  // |a|^p from |a|.
  struct root {
    ASSAY_INLINE V operator()(V a) const noexcept { return simd::sqrt(a); }
  };
  struct identity {
    ASSAY_INLINE V operator()(V a) const noexcept { return a; }
  };
  struct square {
    ASSAY_INLINE V operator()(V a) const noexcept { return a * a; }
  };
  struct power {
    double p;
    ASSAY_INLINE V operator()(V a) const noexcept { return any_power(a, p); }
  };

  template <class Power>
  static ASSAY_INLINE variogram_sums sums_of(const energy_ensemble& e, const double* pair_weights,
                                             double total, Power power_of) noexcept {
    variogram_sums sums{0.0, 0.0, 0.0, 0.0};
    const double* pair_weight = pair_weights;
    for (std::size_t k = 0; k < e.d; ++k) {
      const double* first = e.members + k * e.stride;
      for (std::size_t l = k + 1; l < e.d; ++l) {
        const double w = *pair_weight++;
        if (w == 0.0) continue;
        const double* second = e.members + l * e.stride;
        const V outcome = power_of(simd::abs(V(e.observation[k]) - V(e.observation[l])));
        const auto parts = simd::sums<Arch, 2>(e.padded, [&](auto at) {
          const V value = power_of(simd::abs(at.load(first) - at.load(second)));
          const V deviation = value - outcome, weighted = at.load(e.weights) * deviation;
          return simd::several<V, 2>{weighted, weighted * deviation};
        });
        double v[width];
        outcome.store(v);
        const double mean = parts[0] / total, gap = mean * mean, square_mean = parts[1] / total;
        const double spread = square_mean > gap ? square_mean - gap : 0.0, members_mean = v[0] + mean;
        sums.gap += w * gap;
        sums.spread += w * spread;
        sums.members += w * (spread + members_mean * members_mean);
        sums.observation += w * (v[0] * v[0]);
      }
    }
    return sums;
  }
};

}  // namespace assay::inline v1::scoring
