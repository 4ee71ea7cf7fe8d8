// Scores of normal forecasts. With d = y - mu, z = d/sigma, p = phi(z), t = Phi(-|z|):
//   crps = |d| (1 - 2 t) + sigma (2 p - 1/sqrt(pi))
//     d_mu = -erf(z/sqrt(2)),  d_sigma = 2 p - 1/sqrt(pi)
//   log score = z^2/2 + log(sigma) + log(2 pi)/2
//     d_mu = -z/sigma,  d_sigma = (1 - z)(1 + z)/sigma
// Nothing cancels: the crps is least, 0.23 sigma, at z = 0. Far out, p and t are 0 and |d| - sigma/sqrt(pi)
// remains.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

struct crps_normal_formula : normal_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool derivatives) noexcept {
    constexpr double inverse_sqrt_pi = 0x1.20dd750429b6dp-1;
    constexpr double inverse_sqrt_2 = 0x1.6a09e667f3bcdp-1;
    const V d = y - p.values[0], s = p.values[1], z = d / s;
    const auto tail = vmath::normal_pdf_cdf(-simd::abs(z));
    const V d_sigma = (tail.pdf + tail.pdf) - V(inverse_sqrt_pi);
    const V score = simd::abs(d) * (V(1.0) - (tail.cdf + tail.cdf)) + s * d_sigma;
    if (!derivatives) return {score, score, score};
    return {score, -vmath::erf(z * V(inverse_sqrt_2)), d_sigma};
  }
};

struct log_score_normal_formula : normal_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool) noexcept {
    constexpr double half_log_2_pi = 0x1.d67f1c864beb5p-1;
    const V s = p.values[1], z = (y - p.values[0]) / s;
    return {V(0.5) * z * z + (vmath::log(s) + V(half_log_2_pi)), -z / s, (V(1.0) - z) * (V(1.0) + z) / s};
  }
};

}  // namespace assay::inline v1::scoring
