// Scores of generalised Pareto forecasts of shape x, with a point mass M at the location. With z = (y -
// location)/scale, u = log(1 + x z)/x (z for x = 0), infinite beyond the upper end, 0 below the location, q =
// 1 - M, e^-u the share above:
//   crps/scale = |z| + 2 q (e^(-(1 - x) u) - 1)/(1 - x) + q^2/(2 - x)
//     d_location = 1 - 2 F,  d_scale = crps/scale + z d_location,  d_mass and d_shape by u' = z^2 k(x z)
//   log score = log(scale) + (1 + x) u
// with u' = du/dx and k of log_growth.kernel.hpp.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"
#include "assay/scoring/log_growth.kernel.hpp"

namespace assay::inline v1::scoring {

struct crps_gpd_formula : generalised_pareto_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 5> of(V y, const simd::several<V, 4>& p, bool derivatives) noexcept {
    const V x = p.values[0], d = y - p.values[1], scale = p.values[2], q = V(1.0) - p.values[3];
    const V one(1.0), zero(0.0), z = d / scale, rest = one - x, more = V(2.0) - x;
    const log_growth<V> tail(x, simd::max(zero, z));
    const V lost = vmath::expm1(-(rest * tail.u)) / rest, twice = q + q;
    const V mean = q / more;
    const V score = simd::abs(d) + scale * (twice * lost + q * mean);
    if (!derivatives) return {score, score, score, score, score};
    const V survival = vmath::exp(-tail.u);  // e^-u is 0 from 1e4 on
    const V by_location = simd::select(z < zero, one, simd::select(z == zero, q, twice * survival - one));
    const auto known = tail.inside && survival > zero;
    const V bend = simd::select(known, vmath::exp(-(rest * tail.u)) * (tail.u - rest * tail.slope()), zero);
    const V by_shape = scale * (twice * (lost + bend) / rest + mean * mean);
    const V reach = simd::select(survival > zero, tail.z * survival, zero);
    return {score, by_shape, by_location, twice * (lost + reach) + q * mean,
            -(scale + scale) * (lost + mean)};
  }
};

struct log_score_gpd_formula : extreme_value_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool derivatives) noexcept {
    const V x = p.values[0], scale = p.values[2], one(1.0), zero(0.0), z = (y - p.values[1]) / scale;
    const log_growth<V> tail(x, simd::max(zero, z));
    const auto inside = z >= zero && tail.inside;
    const V score = simd::select(inside, vmath::log(scale) + (one + x) * tail.u, V(__builtin_huge_val()));
    if (!derivatives) return {score, score, score, score};
    const V rate = simd::select(inside, (one + x) / (one + tail.t), zero) / scale;
    return {score, simd::select(inside, tail.u + (one + x) * tail.slope(), zero),
            simd::select(inside, -rate, zero), simd::select(inside, one / scale - tail.z * rate, zero)};
  }
};

}  // namespace assay::inline v1::scoring
