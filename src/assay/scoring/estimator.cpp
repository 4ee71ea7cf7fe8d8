#include "assay/scoring/internal/estimator.hpp"

#include <string>

namespace assay::inline v1::scoring::detail {
namespace {

// A number as a sum of two doubles, good to some 100 bits: slopes must come out rounded once, also where
// alpha and 1 - alpha are not short numbers, and on every machine alike (no long double).
struct two_doubles {
  double high;
  double low;
};

two_doubles sum_of(double a, double b) {
  const double sum = a + b;
  const double taken = sum - a;
  return {sum, (a - (sum - taken)) + (b - taken)};
}

// Upper 26 bits of a double (Veltkamp).
double upper_half(double a) {
  const double scaled = 134217729.0 * a;  // 2^27 + 1
  return scaled - (scaled - a);
}

two_doubles product_of(double a, double b) {
  const double product = a * b;
  const double a_high = upper_half(a);
  const double b_high = upper_half(b);
  const double a_low = a - a_high;
  const double b_low = b - b_high;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

double quotient_of(const two_doubles& a, double b) {
  const double quotient = a.high / b;
  const two_doubles back = product_of(quotient, b);
  return quotient + (((a.high - back.high) - back.low) + a.low) / b;
}

// (alpha fair + (1 - alpha) standard)/divisor, rounded once, for integers fair, standard and divisor.
double mixture_of(double alpha, double fair, double standard, double divisor) {
  if (alpha == 1.0) return fair / divisor;
  if (alpha == 0.0) return standard / divisor;
  const two_doubles rest = sum_of(1.0, -alpha);
  const two_doubles first = product_of(alpha, fair);
  const two_doubles second = product_of(rest.high, standard);
  const two_doubles sum = sum_of(first.high, second.high);
  return quotient_of({sum.high, sum.low + (first.low + second.low + rest.low * standard)}, divisor);
}

}  // namespace

spread_estimator::spread_estimator(const checker& check, crps_estimator estimator, double alpha,
                                   std::optional<std::int64_t> ensemble_size) {
  check.range(alpha >= 0.0 && alpha <= 1.0, "alpha", alpha, "must lie in [0, 1]");
  if (ensemble_size)
    check.parameter(*ensemble_size >= 1, "ensemble_size", static_cast<double>(*ensemble_size),
                    "must be at least 1");
  switch (estimator) {
    case crps_estimator::standard:
    case crps_estimator::nrg:
    case crps_estimator::qd:
    case crps_estimator::int_:
      return;
    case crps_estimator::fair:
    case crps_estimator::pwm:
      alpha_ = 1.0;
      break;
    case crps_estimator::almost_fair:
      alpha_ = alpha;
      break;
    case crps_estimator::adjusted:
      if (!ensemble_size)
        check.fail_value(error_code::bad_parameter, "ensemble_size",
                         "is missing, the adjusted estimator needs it");
      form_ = form::adjusted;
      size_ = static_cast<double>(*ensemble_size);
      break;
    case crps_estimator::akr:
      form_ = form::previous;
      return;
    case crps_estimator::akr_circperm:
      form_ = form::opposite;
      return;
  }
  needs_two_ = true;
}

// a_i = 2 [ alpha (i-1)/(m(m-1)) + (1-alpha)(i-1/2)/m^2 ] over one denominator; with 1 - alpha = m/R for
// adjusted.
std::vector<double> spread_estimator::slopes(std::size_t m) const {
  std::vector<double> result(2 * m);
  const double size = static_cast<double>(m);
  for (std::size_t i = 0; i < m; ++i) {
    const double before = static_cast<double>(i);
    double slope = 1.0;
    if (m > 1 && form_ == form::adjusted)
      slope = (2.0 * (size_ - size) * before + (2.0 * before + 1.0) * (size - 1.0)) /
              (size_ * size * (size - 1.0));
    else if (m > 1)
      slope = mixture_of(alpha_, 2.0 * before * size, (2.0 * before + 1.0) * (size - 1.0),
                         size * size * (size - 1.0));
    result[2 * i] = -slope;
    result[2 * (m - 1 - i) + 1] = slope;
  }
  return result;
}

double spread_estimator::fair_share(std::size_t m) const noexcept {
  return form_ == form::adjusted ? 1.0 - static_cast<double>(m) / size_ : alpha_;
}

double spread_estimator::spread_factor(std::size_t m) const noexcept {
  const double size = static_cast<double>(m);
  if (m == 1) return 1.0;  // no pairs: any number
  if (form_ == form::adjusted) return (size_ - 1.0) / (size_ * size * (size - 1.0));
  return mixture_of(alpha_, size, size - 1.0, size * size * (size - 1.0));
}

crps_gradient_factors spread_estimator::gradient_factors(std::size_t m) const noexcept {
  const double size = static_cast<double>(m);
  const double share = fair_share(m);
  return {m == 1 ? 0.0 : share / (size * (size - 1.0)), (1.0 - share) / (size * size)};
}

crps_weighted_factors spread_estimator::weighted_factors() const noexcept {
  if (form_ == form::adjusted) return {1.0 - 1.0 / size_, 0.0, 1.0 / size_, 1.0};
  return {alpha_, 1.0 - alpha_, 0.0, alpha_};
}

void spread_estimator::check_members(const checker& check, std::size_t m) const {
  if (m >= needed_members()) return;
  check.fail_shape(error_code::too_few_members, "members",
                   "have " + std::to_string(m) + " column, the estimator needs at least 2");
}

void spread_estimator::check_gradient(const checker& check) const {
  if (lagged())
    check.fail_value(error_code::unsupported, "estimator",
                     "has no gradient, use standard, fair, almost_fair or adjusted");
}

}  // namespace assay::inline v1::scoring::detail
