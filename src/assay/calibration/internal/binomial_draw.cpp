#include "assay/calibration/internal/binomial_draw.hpp"

#include <cmath>

#include "assay/core/vmath.hpp"
#include "assay/core/vmath/gamma.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr double k_most_for_inversion = 10.0;  // from this mean on Hormann's rejection holds

// Subtracts the terms of the distribution from a uniform number until it is used up.
double by_inversion(philox::stream& draws, double n, double p) {
  const double odds = p / (1.0 - p);
  double term = vmath::exp(n * vmath::log1p(-p));
  double left = draws.uniform(), events = 0.0;
  while (left > term && events < n) {
    left -= term;
    events += 1.0;
    term *= (n + 1.0 - events) / events * odds;
  }
  return events;
}

// Transformed rejection, algorithm BTRS of Hormann 1993 ("The generation of binomial random variates"); the
// correction of Stirling's formula at k + 1 is his fc(k).
double by_rejection(philox::stream& draws, double n, double p) {
  const auto correction = [](double k) { return vmath::generic::stirling_error(k + 1.0); };
  const double deviation = std::sqrt(n * p * (1.0 - p)), odds = p / (1.0 - p);
  const double b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double centre = n * p + 0.5, alpha = (2.83 + 5.1 / b) * deviation;
  const double inside = 0.92 - 4.2 / b, mode = std::floor((n + 1.0) * p);
  const double at_mode = (mode + 0.5) * vmath::log((mode + 1.0) / (odds * (n - mode + 1.0))) +
                         correction(mode) + correction(n - mode);
  for (;;) {
    const double u = draws.uniform() - 0.5;
    double v = draws.uniform();
    const double room = 0.5 - std::fabs(u);
    const double k = std::floor((2.0 * a / room + b) * u + centre);
    if (room >= 0.07 && v <= inside) return k;
    if (!(k >= 0.0 && k <= n)) continue;
    v = vmath::log(v * alpha / (a / (room * room) + b));
    const double most = at_mode + (n + 1.0) * vmath::log((n - mode + 1.0) / (n - k + 1.0)) +
                        (k + 0.5) * vmath::log(odds * (n - k + 1.0) / (k + 1.0)) - correction(k) -
                        correction(n - k);
    if (v <= most) return k;
  }
}

}  // namespace

double binomial_draw(philox::stream& draws, double n, double p) {
  if (n <= 0.0 || p <= 0.0) return 0.0;
  if (p >= 1.0) return n;
  if (p > 0.5) return n - binomial_draw(draws, n, 1.0 - p);
  return n * p < k_most_for_inversion ? by_inversion(draws, n, p) : by_rejection(draws, n, p);
}

}  // namespace assay::inline v1::calibration::internal
