// Scores of two-piece forecasts: density g(x/s1) left of the location and g(x/s2) right of it, both times
// 2/(s1 + s2). With a = |y - location|, s the scale and q = s/(s1 + s2) the mass of the outcome's side, qo
// that of the other side:
//   crps = a + 4 q s h + K (s1^3 + s2^3)/(s1 + s2)^2,   h = integral of G from -a/s to 0, negated
//     d_s = 4 q ((2 - q) h - h') + K (3 q^2 - t),   d_other = -4 q^2 h + K (3 qo^2 - t),   t = 2 (q^3 + qo^3)
//   normal:      G = Phi,  h = z Phi(z) + phi(z) - phi(0) at z = -a/s,  h' = z Phi(z),       K = 4 phi(0) -
//   2/sqrt(pi) exponential: G = e^z/2,  h = expm1(-a/s)/2,                         h' = -(a/s) e^(-a/s)/2,  K
//   = 1/2
// where h' is z times the slope of h.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

/// The side of the location on which the outcome lies.
template <class V>
struct two_piece {
  decltype(V(0.0) < V(0.0)) left;
  V distance;  // |y - location|
  V total;     // both scales
  V scale;     // of this side
  V other;

  ASSAY_INLINE two_piece(V y, const simd::several<V, 3>& p) noexcept
      : left(y < p.values[2]),
        distance(simd::abs(y - p.values[2])),
        total(p.values[0] + p.values[1]),
        scale(simd::select(left, p.values[0], p.values[1])),
        other(simd::select(left, p.values[1], p.values[0])) {}

  /// Results in the order of the parameters.
  [[nodiscard]] ASSAY_INLINE simd::several<V, 4> results(V score, V by_scale, V by_other,
                                                         V by_distance) const noexcept {
    const V slope = simd::select(distance == V(0.0), V(0.0), by_distance);
    return {score, simd::select(left, by_scale, by_other), simd::select(left, by_other, by_scale),
            simd::select(left, slope, -slope)};
  }

  /// The crps for h, h' and K; `lower` is G at -a/s.
  [[nodiscard]] ASSAY_INLINE simd::several<V, 4> crps(V h, V slope, V lower, V constant,
                                                      bool derivatives) const noexcept {
    const V q = scale / total, r = other / total;
    const V cubes = q * q * q + r * r * r;
    const V score = distance + (V(4.0) * q * scale * h + constant * cubes * total);
    if (!derivatives) return {score, score, score, score};
    const V both = cubes + cubes;
    const V by_scale = V(4.0) * q * ((V(2.0) - q) * h - slope) + constant * (V(3.0) * q * q - both);
    const V by_other = constant * (V(3.0) * r * r - both) - V(4.0) * q * q * h;
    return results(score, by_scale, by_other, V(1.0) - V(4.0) * q * lower);
  }
};

struct crps_two_piece_normal_formula : two_piece_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool derivatives) noexcept {
    constexpr double phi_0 = 0x1.9884533d43651p-2;
    constexpr double constant = 0x1.de9b78e466b8ep-2;  // 4 phi(0) - 2/sqrt(pi)
    const two_piece<V> side(y, p);
    const V z =
        -simd::min(side.distance / side.scale, V(1e3));  // Phi is 0 there, and 0 times infinity is not
    const auto normal = vmath::normal_pdf_cdf(z);
    const V slope = z * normal.cdf;
    return side.crps(slope + (normal.pdf - V(phi_0)), slope, normal.cdf, V(constant), derivatives);
  }
};

struct log_score_two_piece_normal_formula : two_piece_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool) noexcept {
    constexpr double log_constant = 0x1.ce6bb25aa1316p-3;  // log(2 pi)/2 - log 2
    const two_piece<V> side(y, p);
    const V z = side.distance / side.scale, one = V(1.0) / side.total;
    return side.results(V(0.5) * z * z + (vmath::log(side.total) + V(log_constant)), one - z * z / side.scale,
                        one, z / side.scale);
  }
};

struct crps_two_piece_exponential_formula : two_piece_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool derivatives) noexcept {
    const two_piece<V> side(y, p);
    const V u = side.distance / side.scale;
    const V h = V(0.5) * vmath::expm1(-u);
    const V lower = V(0.5) + h;
    return side.crps(h, -(simd::min(u, V(1e3)) * lower), lower, V(0.5), derivatives);
  }
};

struct log_score_two_piece_exponential_formula : two_piece_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool) noexcept {
    const two_piece<V> side(y, p);
    const V u = side.distance / side.scale, one = V(1.0) / side.total;
    return side.results(u + vmath::log(side.total), one - u / side.scale, one, V(1.0) / side.scale);
  }
};

}  // namespace assay::inline v1::scoring
