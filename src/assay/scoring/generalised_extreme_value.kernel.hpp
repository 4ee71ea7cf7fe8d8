// Scores of generalised extreme value forecasts of shape x < 1. With z = (y - location)/scale, u of
// log_growth.kernel.hpp, w = e^-u, F = e^-w, g = G(1 - x):
//   crps/scale = z (2 F - 1) + 2 J - (2^x g - 1)/x,   J = integral of (t^-x - 1)/x e^-t from 0 to w
//     d_location = 1 - 2 F,  d_scale = crps/scale + z d_location,  d_shape by dual numbers
//   log score = log(scale) + (1 + x) u + w
// From E|X - y| - E|X - X'|/2 with X = (E^-x - 1)/x, E exponential. With T_n = w^(n+1)/((1 - x) ... (n + 1 -
// x)) and T_n(0) its value at x = 0, J = e^-w (z sum T_n + sum D_n), D_n = (T_n - T_n(0))/x; the recursion of
// D_n has positive terms only, so that nothing happens at x = 0.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/gamma.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"
#include "assay/scoring/log_growth.kernel.hpp"

namespace assay::inline v1::scoring {

struct crps_gev_formula : extreme_value_family {
  /// J for w < 60; beyond, the integral to infinity, (g - 1)/x.
  template <class T>
  static ASSAY_LONG T integral(T x, T z, T w, T survival, T log_gamma_slope) noexcept {
    const T one(1.0);
    const auto near = w < T(60.0);
    const T bounded = vmath::choose(near, w, T(0.0));
    T next = one, plain = bounded, term = bounded / (one - x), gap = term;
    T terms = term, gaps = gap;
    for (int n = 0; n < 400; ++n) {
      next = next + one;
      const T shifted = next - x;
      gap = bounded * (gap + plain / next) / shifted;
      term = term * bounded / shifted;
      plain = plain * bounded / next;
      const T more_terms = terms + term, more_gaps = gaps + gap;
      const bool done = simd::all(vmath::equal(terms, more_terms) && vmath::equal(gaps, more_gaps));
      terms = more_terms;
      gaps = more_gaps;
      if (done) break;
    }
    const T inner = survival * (vmath::choose(near, z, T(0.0)) * terms + gaps);
    return vmath::choose(near, inner, vmath::generic::exponential_growth(x, log_gamma_slope));
  }

  /// The crps of scale 1 less z (2 F - 1); `below` is F.
  template <class T>
  static ASSAY_INLINE T rest(T x, T z, T w, T below) noexcept {
    constexpr double log_2 = 0x1.62e42fefa39efp-1;
    const T slope = vmath::generic::log_gamma_slope(x);
    return T(2.0) * integral(x, z, w, below, slope) - vmath::generic::exponential_growth(x, slope + T(log_2));
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool derivatives) noexcept {
    const V x = p.values[0], d = y - p.values[1], scale = p.values[2], z = d / scale;
    const log_growth<V> growth(x, z);
    const V w = vmath::exp(-growth.u), below = vmath::exp(-w), central = (below + below) - V(1.0);
    const V inside = simd::select(growth.inside, z, V(0.0));
    if (!derivatives) {
      const V score = d * central + scale * rest(x, inside, w, below);
      return {score, score, score, score};
    }
    using T = vmath::dual<V>;
    const auto moves = growth.inside && w < V(700.0) && w > V(0.0);  // elsewhere F is 0 or 1
    const V by_shape = simd::select(moves, -(w * growth.slope()), V(0.0));
    const T dual_w(w, by_shape), dual_below(below, simd::select(moves, -(below * by_shape), V(0.0)));
    const T found = rest(vmath::variable(x), T(inside), dual_w, dual_below);
    const V moved = simd::select(moves, V(2.0) * z * dual_below.slope, V(0.0));
    return {d * central + scale * found.value, scale * (moved + found.slope), -central, found.value};
  }
};

struct log_score_gev_formula : extreme_value_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool derivatives) noexcept {
    const V x = p.values[0], scale = p.values[2], one(1.0), zero(0.0), z = (y - p.values[1]) / scale;
    const log_growth<V> growth(x, z);
    const V w = vmath::exp(-growth.u);
    const V score =
        simd::select(growth.inside, vmath::log(scale) + ((one + x) * growth.u + w), V(__builtin_huge_val()));
    if (!derivatives) return {score, score, score, score};
    const V excess = (one + x) - w;
    const V rate = simd::select(growth.inside, excess / (one + growth.t), zero) / scale;
    return {score, simd::select(growth.inside, growth.u + excess * growth.slope(), zero),
            simd::select(growth.inside, -rate, zero),
            simd::select(growth.inside, one / scale - growth.z * rate, zero)};
  }
};

}  // namespace assay::inline v1::scoring
