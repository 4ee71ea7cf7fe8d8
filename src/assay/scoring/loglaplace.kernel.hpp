// Scores of log-Laplace forecasts, exp of a Laplace variable. With z = (log y - m)/s, F its distribution
// function, and for y <= 0 F = 0, z e^z = 0:
//   crps = y (2 F - 1) + e^m (c + s/(4 - s^2)),   d_locationlog = e^m (c + s/(4 - s^2))
//     z < 0: c = (1 - e^(z (1 + s)))/(1 + s),     d_scalelog = e^m (-(c + z e^(z (1 + s)))/(1 + s) + r)
//     else:  c = (e^(-z (1 - s)) - 1)/(1 - s),    d_scalelog = e^m ((c + z e^(-z (1 - s)))/(1 - s) + r)
//     r = (4 + s^2)/(4 - s^2)^2
//   log score = log y + log(2 s) + |z|, infinite for y <= 0,  d_locationlog = -sgn(z)/s,  d_scalelog = (1 -
//   |z|)/s
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

struct crps_loglaplace_formula : loglaplace_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool derivatives) noexcept {
    const V m = p.values[0], s = p.values[1], one(1.0);
    const auto positive = y > V(0.0);
    const V raw = (vmath::log(simd::select(positive, y, one)) - m) / s;
    const V z = simd::select(positive, raw, V(-1e4));
    const auto low = z < V(0.0);
    const V a = simd::min(simd::abs(z), V(1e300));
    const V side = simd::select(low, one + s, one - s);
    const V w = a * side;
    const V gap = vmath::expm1(-w) / side;
    const V c = simd::select(low, -gap, gap);
    const V rest = V(4.0) - s * s;
    const V scale = vmath::exp(m), by_location = scale * (c + s / rest);
    const V central = simd::times_sign_of(z, -vmath::expm1(-a));
    const V score = y * central + by_location;
    if (!derivatives) return {score, score, score};
    const V slope = (c + simd::times_sign_of(z, a * vmath::exp(-w))) / side;
    return {score, by_location,
            scale * (simd::select(low, -slope, slope) + (V(4.0) + s * s) / (rest * rest))};
  }
};

struct log_score_loglaplace_formula : loglaplace_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool) noexcept {
    constexpr double log_2 = 0x1.62e42fefa39efp-1;
    const V s = p.values[1];
    const auto positive = y > V(0.0);
    const V log_y = vmath::log(simd::select(positive, y, V(1.0)));
    const V z = (log_y - p.values[0]) / s, a = simd::abs(z);
    const V slope = simd::select(z == V(0.0), V(0.0), simd::times_sign_of(z, V(-1.0)));
    return {simd::select(positive, log_y + (a + (vmath::log(s) + V(log_2))), V(__builtin_huge_val())),
            simd::select(positive, slope / s, V(0.0)), simd::select(positive, (V(1.0) - a) / s, V(0.0))};
  }
};

}  // namespace assay::inline v1::scoring
