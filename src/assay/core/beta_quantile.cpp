#include "assay/core/internal/beta_quantile.hpp"

#include <algorithm>
#include <cmath>

#include "assay/core/vmath.hpp"
#include "assay/core/vmath/beta.hpp"

namespace assay::inline v1::internal {
namespace {

namespace g = vmath::generic;

// From here on (both parameters) the expansion in powers of the skewness has reached the digits of a double,
// and the continued fraction of incomplete_beta needs more terms than it takes.
constexpr double k_nearly_normal = 5e8;

unit_point at_logit(double t) {
  const double e = vmath::exp(-std::fabs(t));
  const double small = e / (1.0 + e), large = 1.0 / (1.0 + e);
  return t < 0.0 ? unit_point{small, large} : unit_point{large, small};
}

// Cornish & Fisher 1938 to the order of the kurtosis. What is left out is of relative size z^4/a^2 and less.
unit_point nearly_normal(double a, double b, double tail) {
  const double n = a + b, z = vmath::normal_quantile(tail);
  const double mean = a / n, deviation = std::sqrt(mean * (b / n) / (n + 1.0));
  const double skewness = 2.0 * (b - a) / (n + 2.0) * std::sqrt((n + 1.0) / a / b);
  const double kurtosis = 6.0 * ((a - b) / a * ((a - b) / b) * ((n + 1.0) / (n + 2.0)) - 1.0) / (n + 3.0);
  const double w = z + (z * z - 1.0) * skewness / 6.0 + (z * z - 3.0) * z * kurtosis / 24.0 -
                   (2.0 * z * z - 5.0) * z * skewness * skewness / 36.0;
  return {mean + deviation * w, b / n - deviation * w};
}

}  // namespace

// Newton's method on log I by t = log(x / y). The logarithm is concave there, because the density of t is
// log-concave, so from the second point on the steps only ascend.
unit_point beta_quantile(double a, double b, double tail) {
  if (std::min(a, b) > k_nearly_normal) return nearly_normal(a, b, tail);
  const auto shape = g::beta_shape_of(a, b);
  const double wanted = vmath::log(tail);
  double t = vmath::log(a / b);
  for (int step = 0; step < 100; ++step) {
    const unit_point at = at_logit(t);
    const auto found = g::incomplete_beta_of(a, b, shape, at.x, at.y);
    // x y density / I, the slope of log I
    const double slope = found.mirrored ? found.binomial.value() * (a * b / (a + b)) / found.value()
                                        : found.binomial.factor * (a * b / (a + b)) / found.part.factor;
    const double move = (wanted - found.logarithm()) / slope;
    t += move;
    // Newton's error after a step is about its square: this one leaves nothing.
    if (std::fabs(move) <= 1e-9 * std::min(1.0, std::fabs(t) + 1e-3)) break;
  }
  return at_logit(t);
}

}  // namespace assay::inline v1::internal
