// CRPS of exponential forecasts with a point mass M at the location. With z = (y - location)/scale, u =
// max(z, 0), q = 1 - M:
//   crps/scale = |z| + 2 q (e^-u - 1) + q^2/2,   d_mass = scale (2 (1 - e^-u) - q)
//     d_location = 1 for z < 0, else 2 q e^-u - 1; at the mass the mean of both
//     d_scale = q^2/2 + 2 q (e^-u (1 + u) - 1)
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

struct crps_exponential_mass_formula : exponential_mass_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool derivatives) noexcept {
    const V q = V(1.0) - p.values[0], d = y - p.values[1], scale = p.values[2], z = d / scale;
    const V u = simd::max(V(0.0), z);
    const V gap = vmath::expm1(-u), mean = V(0.5) * q * q, twice = q + q;
    const V score = simd::abs(d) + scale * (twice * gap + mean);
    if (!derivatives) return {score, score, score, score};
    const V survival = V(1.0) + gap,
            far = simd::min(u, V(1e3));  // survival is 0 there, and 0 times infinity is not
    const V beyond = twice * survival - V(1.0);
    const V slope = simd::select(z < V(0.0), V(1.0), simd::select(z == V(0.0), q, beyond));
    return {score, -scale * (gap + gap + q), slope, mean + twice * (gap + far * survival)};
  }
};

}  // namespace assay::inline v1::scoring
