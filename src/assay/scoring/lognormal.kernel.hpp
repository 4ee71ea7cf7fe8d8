// Scores of lognormal forecasts. With z = (log y - m)/s, and for y <= 0 z = -infinity:
//   crps = y (2 Phi(z) - 1) - 2 (A - B),  A = e^(m + s^2/2) Phi(z - s),  B = e^(m + s^2/2) Phi(-s/sqrt(2))
//     d_mulog = -2 (A - B),  d_sigmalog = 2 y phi(z) - 2 s (A - B) - e^(m + s^2/4)/sqrt(pi)
//   log score = log y + log s + log(2 pi)/2 + z^2/2, infinite for y <= 0
//     d_mulog = -z/s,  d_sigmalog = (1 - z)(1 + z)/s
// A = y e^(-z^2/2) T(s - z) for z < s and B = e^(m + s^2/4) T(s/sqrt(2)) with T(x) = Phi(-x) e^(x^2/2):
// nothing overflows before the result does.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

struct crps_lognormal_formula : lognormal_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool derivatives) noexcept {
    constexpr double inverse_sqrt_2 = 0x1.6a09e667f3bcdp-1;
    constexpr double inverse_sqrt_pi = 0x1.20dd750429b6dp-1;
    constexpr double inverse_sqrt_two_pi = 0x1.9884533d43651p-2;
    const V m = p.values[0], s = p.values[1];
    const auto positive = y > V(0.0);
    const V inside = simd::select(positive, y, V(1.0));
    const V z = (vmath::log(inside) - m) / s;
    const V distance = simd::min(simd::abs(s - z), V(1e150));
    const V bounded = simd::min(simd::abs(z), V(40.0));
    const V density = inside * vmath::exp(V(-0.5) * bounded * bounded);
    const V below = density * vmath::generic::scaled_normal_tail(distance);
    const V above = vmath::exp(m + V(0.5) * s * s) * (V(1.0) - vmath::generic::normal_tail(distance));
    const V a = simd::select(positive, simd::select(z < s, below, above), V(0.0));
    const V spread = vmath::exp(m + V(0.25) * s * s);
    const V b = spread * vmath::generic::scaled_normal_tail(simd::min(s * V(inverse_sqrt_2), V(1e150)));
    const V gap = b - a, twice = gap + gap;
    const V central = simd::select(positive, vmath::erf(z * V(inverse_sqrt_2)), V(-1.0));
    const V score = y * central + twice;
    if (!derivatives) return {score, score, score};
    const V peak = simd::select(positive, V(2.0 * inverse_sqrt_two_pi) * density, V(0.0));
    return {score, twice, (peak + s * twice) - V(inverse_sqrt_pi) * spread};
  }
};

struct log_score_lognormal_formula : lognormal_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool) noexcept {
    constexpr double half_log_2_pi = 0x1.d67f1c864beb5p-1;
    const V s = p.values[1];
    const auto positive = y > V(0.0);
    const V log_y = vmath::log(simd::select(positive, y, V(1.0))), z = (log_y - p.values[0]) / s;
    const V score = log_y + (V(0.5) * z * z + (vmath::log(s) + V(half_log_2_pi)));
    return {simd::select(positive, score, V(__builtin_huge_val())), simd::select(positive, -z / s, V(0.0)),
            simd::select(positive, (V(1.0) - z) * (V(1.0) + z) / s, V(0.0))};
  }
};

}  // namespace assay::inline v1::scoring
