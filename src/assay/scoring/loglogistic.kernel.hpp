// Scores of log-logistic forecasts, exp of a logistic variable. With z = (log y - m)/s, p = 1/(1 + e^-z), and
// for y <= 0 p = 0:
//   crps = y (2 p - 1) + e^m (B (1 - s) - 2 I),   B = G(1 + s) G(1 - s),  I = integral of (t/(1 - t))^s from
//   0 to p
//     d_mulog = crps - y (2 p - 1),  d_sigmalog by dual numbers
//   log score = log(y s) + |z| + 2 log(1 + e^-|z|),  d_mulog = -tanh(z/2)/s,  d_sigmalog = (1 - z
//   tanh(z/2))/s
// I = p^(1 + s) sum (s)_n/n! p^n/(n + 1 + s) for z <= 0; else B less the same with -s for s and 1 - p for p.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/gamma.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

struct crps_loglogistic_formula : loglogistic_family {
  /// B (1 - s) - 2 I.
  template <class T>
  static ASSAY_INLINE T bracket(T s, T z) noexcept {
    namespace g = vmath::generic;
    const T one(1.0), zero(0.0);
    const auto low = z <= zero;
    const T power = vmath::choose(low, s, -s), start = one + power;
    const T away = vmath::choose(low, z, -z);  // log of p/(1 - p), p the smaller share
    const T share = g::exp(away) / (one + g::exp(away));
    T sum = one / start, factor = one, n = zero;
    for (int count = 0; count < 200; ++count) {
      factor = factor * share * (power + n) / (n + one);
      n = n + one;
      const T grown = sum + factor / (n + start);
      const bool done = simd::all(vmath::equal(sum, grown));
      sum = grown;
      if (done) break;
    }
    const T part = g::exp(start * (away - g::log1p(g::exp(away)))) * sum;
    const T whole = g::exp(g::log_gamma(T(2.0) + s) + g::log_gamma(T(2.0) - s)) / ((one + s) * (one - s));
    return vmath::choose(low, whole * (one - s) - (part + part), (part + part) - whole * (one + s));
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool derivatives) noexcept {
    const V m = p.values[0], s = p.values[1];
    const auto positive = y > V(0.0);
    const V distance = vmath::log(simd::select(positive, y, V(1.0))) - m;
    const V scale = vmath::exp(m);
    const V z = simd::select(positive, distance / s, V(-1e4));
    const V bounded = simd::max(simd::min(z, V(1e4)), V(-1e4));
    const V a = simd::abs(bounded), e = vmath::exp(-a);
    const V central = y * simd::times_sign_of(z, -vmath::expm1(-a) / (V(1.0) + e));
    if (!derivatives) {
      const V score = central + scale * bracket(s, bounded);
      return {score, score, score};
    }
    using T = vmath::dual<V>;
    const auto moves = positive && simd::abs(z) < V(700.0);  // elsewhere p is 0 or 1
    const V by_s = simd::select(moves, -(z / s), V(0.0));
    const T found = bracket(vmath::variable(s), T(bounded, by_s));
    const V density = e / ((V(1.0) + e) * (V(1.0) + e));
    const V moved = simd::select(moves, V(2.0) * y * density * by_s, V(0.0));
    const V by_m = scale * found.value;
    return {central + by_m, by_m, moved + scale * found.slope};
  }
};

struct log_score_loglogistic_formula : loglogistic_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool) noexcept {
    const V s = p.values[1];
    const auto positive = y > V(0.0);
    const V log_y = vmath::log(simd::select(positive, y, V(1.0)));
    const V z = (log_y - p.values[0]) / s, a = simd::abs(z), e = vmath::exp(-a),
            soft = vmath::log1p_of_unit(e);
    const V slope = simd::times_sign_of(z, -vmath::expm1(-a) / (V(1.0) + e));
    return {simd::select(positive, log_y + vmath::log(s) + (a + (soft + soft)), V(__builtin_huge_val())),
            simd::select(positive, -slope / s, V(0.0)),
            simd::select(positive, (V(1.0) - z * slope) / s, V(0.0))};
  }
};

}  // namespace assay::inline v1::scoring
