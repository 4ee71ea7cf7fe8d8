// The Wilson score interval as a formula; callers have checked their arguments.
#pragma once

#include <cmath>

#include "assay/core/vmath.hpp"

namespace assay::inline v1::internal {

/// Ends of an interval for a proportion.
struct wilson_bounds {
  double lower;
  double upper;
};

/// Half width of the interval in standard deviations: the normal quantile of (1 + level) / 2.
inline double wilson_quantile(double level) { return vmath::normal_quantile(0.5 + 0.5 * level); }

// The ends are the roots of (1 + c) x^2 - (2 p + c) x + p^2 with c = z^2 / n, so their product is p^2 / (1 +
// c): the smaller one comes from the larger without cancellation, and is exactly 0 when p is. Mirrored for
// the upper end.
/// Interval for the proportion p found in n trials (n > 0, need not be whole).
inline wilson_bounds wilson(double p, double n, double z) {
  const double c = z * z / n;
  const double scale = 1.0 + c;
  const double root = z * std::sqrt(p * (1.0 - p) / n + 0.25 * c / n);
  const double upper = (p + 0.5 * c + root) / scale;
  const double co_lower = ((1.0 - p) + 0.5 * c + root) / scale;  // 1 - lower
  const double lower = p * p / (scale * upper);
  const double co_upper = (1.0 - p) * (1.0 - p) / (scale * co_lower);  // 1 - upper
  return {p <= 0.5 ? lower : 1.0 - co_lower, p <= 0.5 ? upper : 1.0 - co_upper};
}

}  // namespace assay::inline v1::internal
