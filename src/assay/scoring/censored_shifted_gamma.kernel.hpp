// CRPS of censored, shifted gamma forecasts: max(0, X - shift), X gamma of shape k. Its distribution function
// is that of the gamma distribution moved by the shift, from 0 on, so with s = rate shift and the terms of
// gamma.kernel.hpp:
//   crps = |min(y, 0)| + crps_gamma(max(y, 0) + shift) - h(s)/rate
//   h(s) = integral of F^2 from 0 to s = s F^2 - k (F - p)^2 - c(k)/sqrt(pi) P(2 k + 1, 2 s),  F, p at s
//     d_shift = 2 F(y + shift) - 1 - F(shift)^2,   by y the score grows as 2 F(y + shift) - 1, -1 below 0,
//     d_rate = (y d_y + shift d_shift - crps)/rate,   d_shape by dual numbers
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/scoring/gamma.kernel.hpp"

namespace assay::inline v1::scoring {

struct crps_csg0_formula : csg0_family {
  /// h(s), and F there.
  template <class T>
  struct lost_part {
    T value;
    T cdf;
  };

  template <class T, class Mask>
  static ASSAY_LONG lost_part<T> lost(const crps_gamma_formula::shape_parts<T>& part, T s,
                                      Mask positive) noexcept {
    const T k = part.gamma.shape;
    namespace g = vmath::generic;
    const T inside = vmath::choose(positive, s, T(1.0)), twice = inside + inside;
    const T power = g::power_over_gamma(part.gamma, inside).value();
    const T cdf = g::lower_gamma(k, inside, power), next = cdf - power;
    const T more = k + k + T(1.0);
    const T both = g::lower_gamma(more, twice, g::power_over_gamma(g::gamma_shape_of(more), twice).value());
    const T value = inside * cdf * cdf - k * next * next - part.spread * both;
    return {vmath::choose(positive, value, T(0.0)), vmath::choose(positive, cdf, T(0.0))};
  }

  template <class V>
  struct prepared_parts {
    crps_gamma_formula::shape_parts<V> gamma;
    V lost;
  };

  template <class V>
  static ASSAY_INLINE prepared_parts<V> prepare(const simd::several<V, 3>& p, bool derivatives) noexcept {
    if (derivatives) return {};
    const auto gamma = crps_gamma_formula::parts(p.values[0]);
    const V s = p.values[1] * p.values[2];
    return {gamma, lost(gamma, s, s > V(0.0)).value};
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p,
                                             const prepared_parts<V>& prepared, bool derivatives) noexcept {
    const V k = p.values[0], rate = p.values[1], shift = p.values[2], zero(0.0), one(1.0);
    const V above = simd::max(zero, y), x = rate * (above + shift), s = rate * shift;
    const auto positive = x > zero, shifted = s > zero;
    const V distance = simd::max(zero, -y);
    if (!derivatives) {
      const V score =
          distance + (crps_gamma_formula::terms(prepared.gamma, x, positive).crps - prepared.lost) / rate;
      return {score, score, score, score};
    }
    using T = vmath::dual<V>;
    const auto parts = crps_gamma_formula::parts(vmath::variable(k));
    const auto whole = crps_gamma_formula::terms(parts, T(x), positive);
    const auto part = lost(parts, T(s), shifted);
    const V score = distance + (whole.crps.value - part.value.value) / rate;
    const V central = whole.twice_cdf.value;
    const V by_shift = central - part.cdf.value * part.cdf.value;
    const V by_y = simd::select(y < zero, -one, central);
    return {score, (whole.crps.slope - part.value.slope) / rate, (y * by_y + shift * by_shift - score) / rate,
            by_shift};
  }
};

}  // namespace assay::inline v1::scoring
