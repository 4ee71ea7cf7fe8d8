// Scores of logistic forecasts. With z = (y - mu)/sigma, a = |z|, e = e^-a, t = tanh(a/2) = (1 - e)/(1 + e):
//   crps = sigma (a + 2 log(1 + e) - 1)
//     d_mu = -sgn(z) t,  d_sigma = 2 a e/(1 + e) + 2 log(1 + e) - 1
//   log score = a + 2 log(1 + e) + log(sigma)
//     d_mu = -sgn(z) t/sigma,  d_sigma = (1 - a t)/sigma
// Finite however far the outcome lies out; the crps is least, 0.386 sigma, at z = 0.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

struct crps_logistic_formula : logistic_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool derivatives) noexcept {
    const V d = y - p.values[0], s = p.values[1], z = d / s, a = simd::abs(z);
    const V e = vmath::exp(-a);
    const V rest = V(2.0) * vmath::log1p_of_unit(e) - V(1.0);
    const V score = simd::abs(d) + s * rest;
    if (!derivatives) return {score, score, score};
    const V slope = vmath::expm1(-a) / (V(1.0) + e);  // -t
    const V far = simd::min(a, V(1000.0));            // e is 0 there, and 0 times infinity is not
    return {score, simd::times_sign_of(z, slope), rest + V(2.0) * far * e / (V(1.0) + e)};
  }
};

struct log_score_logistic_formula : logistic_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool derivatives) noexcept {
    const V s = p.values[1], z = (y - p.values[0]) / s, a = simd::abs(z);
    const V e = vmath::exp(-a);
    const V score = a + (V(2.0) * vmath::log1p_of_unit(e) + vmath::log(s));
    if (!derivatives) return {score, score, score};
    const V slope = vmath::expm1(-a) / (V(1.0) + e);
    return {score, simd::times_sign_of(z, slope) / s, (V(1.0) + a * slope) / s};
  }
};

}  // namespace assay::inline v1::scoring
