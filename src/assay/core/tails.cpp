#include "assay/core/internal/tails.hpp"

#include <cmath>

#include "assay/core/vmath.hpp"
#include "assay/core/vmath/beta.hpp"
#include "assay/core/vmath/gamma.hpp"

namespace assay::inline v1::internal {
namespace {

namespace g = vmath::generic;
constexpr double k_inverse_sqrt_2 = 0x1.6a09e667f3bcdp-1;

}  // namespace

// With a = df/2 and h = x/2 the tail is Q(a, h). Up to the mean it is large: 1 - P(a, h). Beyond, a finite
// sum of positive terms: h^k e^-h / G(k + 1) over k = a - 1, a - 2, .. down to 0 or 1/2, and for odd df also
// erfc(sqrt(h)). Summed from the top, where the terms are largest, each from the one before.
double chi_square_tail(double x, std::uint64_t df) {
  const double a = 0.5 * static_cast<double>(df), h = 0.5 * x;
  if (h <= 0.0) return 1.0;
  if (std::isinf(h)) return 0.0;
  if (h <= a && df > 1)
    return 1.0 - g::lower_gamma(a, h, g::power_over_gamma(g::gamma_shape_of(a), h).value());
  double sum = df % 2 == 1 ? vmath::erfc(std::sqrt(h)) : 0.0;
  double k = a - 1.0;
  double term = k > 0.0 ? g::power_over_gamma(g::gamma_shape_of(k), h).value() : vmath::exp(-h);
  for (; k >= 0.0; k -= 1.0) {
    const double before = sum;
    sum += term;
    if (sum == before) break;
    term *= k / h;
  }
  return sum;
}

double normal_two_sided(double z) { return vmath::erfc(std::fabs(z) * k_inverse_sqrt_2); }

double student_t_two_sided(double t, double df) {
  const double square = t * t, total = df + square;
  if (std::isinf(total)) return 0.0;
  const double a = 0.5 * df, b = 0.5;
  return g::incomplete_beta(a, b, g::beta_shape_of(a, b), df / total, square / total).value;
}

}  // namespace assay::inline v1::internal
