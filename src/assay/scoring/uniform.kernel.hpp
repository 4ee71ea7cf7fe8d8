// Scores of uniform forecasts on [min, max] with point masses l and u at the ends, w = 1 - l - u between
// them. With c = (y - min)/(max - min) brought into [0, 1] and d = 1 - c:
//   crps/(max - min) = |z - c| + h,   h = c (l^2 + c w (l + c w/3)) + d (u^2 + d w (u + d w/3))
//     d_min = -h - g d,  d_max = h - g c,   g = 2 F(y) - 1, -1 and 1 beyond the ends, at the ends the mean of
//     both sides d_lmass, d_umass: (max - min) times the derivatives of h, of its integral form
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

struct crps_uniform_formula : uniform_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 5> of(V y, const simd::several<V, 4>& p, bool derivatives) noexcept {
    const V low = p.values[0], high = p.values[1], l = p.values[2], u = p.values[3];
    const V zero(0.0), one(1.0), third(1.0 / 3.0), half(0.5);
    const V range = high - low, w = (one - l) - u;
    const V inside = simd::min(simd::max(y, low), high);
    const V c = (inside - low) / range, d = (high - inside) / range;
    const V cw = c * w, dw = d * w;
    const V h = c * (l * l + cw * (l + cw * third)) + d * (u * u + dw * (u + dw * third));
    const V score = simd::abs(y - inside) + range * h;
    if (!derivatives) return {score, score, score, score, score};
    const V within = (l + cw) - (u + dw);
    const V at_low = half * (within - one), at_high = half * (within + one);
    const V ends = simd::select(y == low, at_low, simd::select(y == high, at_high, within));
    const V slope = simd::select(y < low, -one, simd::select(y > high, one, ends));
    const V cc = half * c * c, dd = half * d * d, ccc = third * cw * c * c, ddd = third * dw * d * d;
    const V by_l = l * c + ((w - l) * cc - ccc) - (u * dd + ddd);
    const V by_u = u * d + ((w - u) * dd - ddd) - (l * cc + ccc);
    return {score, -(h + slope * d), h - slope * c, (range + range) * by_l, (range + range) * by_u};
  }
};

struct log_score_uniform_formula : uniform_density_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool) noexcept {
    const V range = p.values[1] - p.values[0], inverse = V(1.0) / range;
    const auto inside = y >= p.values[0] && y <= p.values[1];
    return {simd::select(inside, vmath::log(range), V(__builtin_huge_val())),
            simd::select(inside, -inverse, V(0.0)), simd::select(inside, inverse, V(0.0))};
  }
};

}  // namespace assay::inline v1::scoring
