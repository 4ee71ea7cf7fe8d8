// Scores of generalised Pareto forecasts of shape x, with a point mass M at the location. With z = (y -
// location)/scale, u = log(1 + x z)/x (z for x = 0), infinite beyond the upper end, 0 below the location, q =
// 1 - M, e^-u the share above:
//   crps/scale = |z| + 2 q (e^(-(1 - x) u) - 1)/(1 - x) + q^2/(2 - x)
//     d_location = 1 - 2 F,  d_scale = crps/scale + z d_location,  d_mass and d_shape by u' = z^2 k(x z)
//   log score = log(scale) + (1 + x) u
// with k(t) = (t/(1 + t) - log(1 + t))/t^2, a series near 0.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

template <class V>
struct generalised_pareto {
  V shape;
  V z;
  V t;  // shape z, at least -1
  V u;
  decltype(V(0.0) < V(0.0)) inside;  // below the upper end

  /// For z >= 0.
  ASSAY_INLINE generalised_pareto(V x, V above) noexcept
      : shape(x), z(above), t(simd::max(x * above, V(-1.0))), inside(t > V(-1.0)) {
    const V bounded = simd::select(inside, t, V(0.0));
    const V growth = simd::select(t == V(0.0), z, vmath::log1p(bounded) / shape);
    u = simd::select(inside, growth, V(1e4));
  }

  /// Derivative of u by the shape; of no use beyond the upper end.
  [[nodiscard]] ASSAY_INLINE V slope() const noexcept {
    const auto near = simd::abs(t) < V(0x1p-4);
    const V small = simd::select(near, t, V(0.0));
    const V series = vmath::generic::two_chains(small, -1.0 / 2, 2.0 / 3, -3.0 / 4, 4.0 / 5, -5.0 / 6,
                                                6.0 / 7, -7.0 / 8, 8.0 / 9, -9.0 / 10, 10.0 / 11, -11.0 / 12,
                                                12.0 / 13, -13.0 / 14, 14.0 / 15);
    const V bounded = simd::select(inside, t, V(0.0));
    const V closed = (bounded / (V(1.0) + bounded) - vmath::log1p(bounded)) / (shape * shape);
    return simd::select(near, z * z * series, closed);
  }
};

struct crps_gpd_formula : generalised_pareto_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 5> of(V y, const simd::several<V, 4>& p, bool derivatives) noexcept {
    const V x = p.values[0], d = y - p.values[1], scale = p.values[2], q = V(1.0) - p.values[3];
    const V one(1.0), zero(0.0), z = d / scale, rest = one - x, more = V(2.0) - x;
    const generalised_pareto<V> tail(x, simd::max(zero, z));
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

struct log_score_gpd_formula : generalised_pareto_density_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool derivatives) noexcept {
    const V x = p.values[0], scale = p.values[2], one(1.0), zero(0.0), z = (y - p.values[1]) / scale;
    const generalised_pareto<V> tail(x, simd::max(zero, z));
    const auto inside = z >= zero && tail.inside;
    const V score = simd::select(inside, vmath::log(scale) + (one + x) * tail.u, V(__builtin_huge_val()));
    if (!derivatives) return {score, score, score, score};
    const V rate = simd::select(inside, (one + x) / (one + tail.t), zero) / scale;
    return {score, simd::select(inside, tail.u + (one + x) * tail.slope(), zero),
            simd::select(inside, -rate, zero), simd::select(inside, one / scale - tail.z * rate, zero)};
  }
};

}  // namespace assay::inline v1::scoring
