#include "assay/calibration/calibration_slope.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "assay/calibration/internal/logistic_fit.hpp"
#include "assay/calibration/internal/ranking.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/cholesky.hpp"
#include "assay/core/internal/tails.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

// Rows of weight > 0 as a regression problem.
struct cox_rows {
  std::vector<double> predictors;  // (n, 2): 1, logit p
  std::vector<double> logits, targets, weights;
  double weight = 0.0, events = 0.0, others = 0.0;  // sums of weights

  [[nodiscard]] internal::logistic_problem both() const {
    return {.predictors = predictors, .columns = 2, .targets = targets, .weights = weights};
  }
  [[nodiscard]] internal::logistic_problem intercept_only(const std::vector<double>& ones) const {
    return {.predictors = ones, .columns = 1, .targets = targets, .weights = weights, .offset = logits};
  }
};

double logit_of(const checker& check, double p, double eps, std::size_t row) {
  if (eps > 0.0 && (p <= eps || 1.0 - p <= eps)) {  // 1 - eps itself may round to 1
    const double end = vmath::log(eps) - vmath::log1p(-eps);
    return p <= eps ? end : -end;
  }
  check.range(p > 0.0 && p < 1.0, "probabilities", p,
              "at [" + std::to_string(row) + "] must lie in (0, 1) unless eps is given");
  return vmath::log(p) - vmath::log1p(-p);
}

cox_rows rows_of(const checker& check, const internal::binary_rows& rows, double eps) {
  cox_rows cox;
  compensated_sum events, others;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double w = rows.weights.present() ? rows.weights(i) : 1.0;
    if (w == 0.0) continue;
    const double logit = logit_of(check, rows.forecasts(i), eps, i);
    cox.predictors.insert(cox.predictors.end(), {1.0, logit});
    cox.logits.push_back(logit);
    cox.targets.push_back(rows.labels(i));
    cox.weights.push_back(w);
    (rows.labels(i) != 0.0 ? events : others) += w;
  }
  cox.events = events.value();
  cox.others = others.value();
  cox.weight = cox.events + cox.others;
  internal::check_total(check, cox.weight);
  internal::check_classes(check, cox.events, cox.others);
  return cox;
}

[[noreturn]] void fail_to_fit(const checker& check) {
  check.fail_value(error_code::no_minimiser, "probabilities",
                   "nearly separate the classes: double precision cannot tell the fit");
}

struct logit_range {
  double least = k_infinity, most = -k_infinity;
  void add(double logit) {
    least = std::min(least, logit);
    most = std::max(most, logit);
  }
};

// A minimum exists just when the ranges of both classes overlap by more than a point (Albert & Anderson
// 1984).
logit_range checked_range(const checker& check, const cox_rows& cox) {
  logit_range events, others, all;
  for (std::size_t i = 0; i < cox.logits.size(); ++i) {
    (cox.targets[i] != 0.0 ? events : others).add(cox.logits[i]);
    all.add(cox.logits[i]);
  }
  if (all.least == all.most)
    check.fail_value(error_code::degenerate, "probabilities", "are all equal, which leaves the slope open");
  if (events.least >= others.most || events.most <= others.least) {
    check.fail_value(error_code::no_minimiser, "probabilities",
                     "separate the classes: the slope grows without bound");
  }
  return all;
}

// The intercept beside the slope 1. The gradient ascends with it and changes sign within the bracket: Newton
// steps, halved brackets where they would leave it, as where all curvature has vanished.
double in_the_large(const context& ctx, const checker& check, const internal::logistic_problem& problem,
                    double low, double high, internal::logistic_slopes& slopes) {
  constexpr int most_steps = 200;
  double at = std::min(std::max(0.0, low), high);
  for (int step = 0; step < most_steps; ++step) {
    slopes = internal::logistic_slopes_at(ctx, check.function(), problem, {&at, 1});
    const double gradient = slopes.gradient[0];
    (gradient < 0.0 ? low : high) = at;
    double next = at - gradient / slopes.hessian[0];
    if (!(next >= low && next <= high)) next = low + 0.5 * (high - low);
    const double moved = std::fabs(next - at);
    at = next;
    if (moved <= 1e-9 * std::fmax(1.0, std::fabs(at))) break;  // the next step would be rounding alone
  }
  slopes = internal::logistic_slopes_at(ctx, check.function(), problem, {&at, 1});
  return at;
}

// Newton's method stops where no step goes down, which far out may be rounding: a minimum has no gradient.
bool is_minimum(const internal::logistic_solution& fit, const logit_range& range) {
  constexpr double none = 1e-7;
  const double largest = std::fmax(1.0, std::fmax(std::fabs(range.least), std::fabs(range.most)));
  return fit.converged && std::fabs(fit.slopes.gradient[0]) <= none &&
         std::fabs(fit.slopes.gradient[1]) <= none * largest;
}

void add_fit(const context& ctx, const checker& check, const cox_rows& cox, const logit_range& range,
             calibration_slope_intercept_result& result) {
  const auto problem = cox.both();
  const auto fit = internal::fit_logistic(ctx, check.function(), problem);
  const assay::internal::cholesky information(fit.slopes.hessian, fit.coefficients.size());
  if (!is_minimum(fit, range) || !information.full_rank()) fail_to_fit(check);
  const std::vector<double> calibrated = {0.0, 1.0}, first = {1.0, 0.0}, second = {0.0, 1.0};
  const double loss = internal::logistic_slopes_at(ctx, check.function(), problem, calibrated).log_loss;
  result.intercept = fit.coefficients[0];
  result.slope = fit.coefficients[1];
  result.intercept_std_error = std::sqrt(information.solve(first)[0] / cox.weight);
  result.slope_std_error = std::sqrt(information.solve(second)[1] / cox.weight);
  result.statistic = std::max(2.0 * cox.weight * (loss - fit.slopes.log_loss), 0.0);
  result.p_value = assay::internal::chi_square_tail(result.statistic, 2);
}

void add_in_the_large(const context& ctx, const checker& check, const cox_rows& cox, const logit_range& range,
                      calibration_slope_intercept_result& result) {
  const std::vector<double> ones(cox.logits.size(), 1.0);
  const double centre = vmath::log(cox.events) - vmath::log(cox.others);
  internal::logistic_slopes slopes;
  result.calibration_in_the_large =
      in_the_large(ctx, check, cox.intercept_only(ones), centre - range.most, centre - range.least, slopes);
  if (!(slopes.hessian[0] > 0.0)) fail_to_fit(check);
  result.in_the_large_std_error = std::sqrt(1.0 / slopes.hessian[0] / cox.weight);
}

}  // namespace

calibration_slope_intercept_result calibration_slope_intercept(
    integer_view labels, vector_view probabilities, const calibration_slope_intercept_options& options,
    const context& ctx) {
  const checker check("calibration_slope_intercept");
  ctx.require_backend(check.function());
  const internal::binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  check.range(options.eps >= 0.0 && options.eps < 0.5, "eps", options.eps, "must lie in [0, 0.5)");
  internal::check_values(check, rows);
  const cox_rows cox = rows_of(check, rows, options.eps);
  const logit_range range = checked_range(check, cox);
  calibration_slope_intercept_result result{};
  add_fit(ctx, check, cox, range, result);
  add_in_the_large(ctx, check, cox, range, result);
  return result;
}

}  // namespace assay::inline v1::calibration
