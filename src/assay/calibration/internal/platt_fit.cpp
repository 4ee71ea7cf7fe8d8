#include "assay/calibration/internal/platt_fit.hpp"

#include <algorithm>
#include <cmath>

#include "assay/calibration/internal/logistic_fit.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

struct fit_rows {
  std::vector<double> scores, targets, weights;
};

void check_rows(const checker& check, const integer_view& labels, const vector_view& scores, const char* name,
                const platt_fit_options& options) {
  check.not_empty(labels, "labels");
  check.not_empty(scores, name);
  check.same_rows(labels, "labels", scores, name);
  if (options.weights.present()) {
    check.not_empty(options.weights, "weights");
    check.same_rows(labels, "labels", options.weights, "weights");
  }
  check_points(check, scores, name,
               options.input == platt_input::scores ? point_domain::finite : point_domain::probabilities);
  check.binary_labels(labels, "labels");
  if (options.weights.present()) check.weights(options.weights, "weights");
}

// Rows with weight, with the targets that the option asks for.
fit_rows rows_of(const integer_view& labels, const vector_view& scores, const platt_fit_options& options) {
  fit_rows rows;
  compensated_sum others, events;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double w = options.weights.present() ? options.weights(i) : 1.0;
    if (w == 0.0) continue;
    const double score = scores(i);
    rows.scores.push_back(options.input == platt_input::scores ? score : clipped_log_odds(score));
    rows.targets.push_back(labels(i));
    rows.weights.push_back(w);
    (labels(i) != 0.0 ? events : others) += w;
  }
  if (!options.smooth_targets) return rows;
  const double high = (events.value() + 1.0) / (events.value() + 2.0);
  const double low = 1.0 / (others.value() + 2.0);
  for (double& target : rows.targets) target = target != 0.0 ? high : low;
  return rows;
}

// Scores to -1 .. 1 around 0, so that neither their unit nor their offset spoils the Newton steps.
struct standard_scale {
  double unit = 1.0;    // largest magnitude of a score
  double center = 0.0;  // mean of score / unit
  double spread = 1.0;  // largest distance from the center
};

standard_scale scale_of(const fit_rows& rows) {
  standard_scale scale;
  double largest = 0.0;
  for (const double s : rows.scores) largest = std::max(largest, std::fabs(s));
  if (largest > 0.0) scale.unit = largest;
  compensated_sum weight, sum;
  for (std::size_t i = 0; i < rows.scores.size(); ++i) {
    weight += rows.weights[i];
    sum += rows.weights[i] * (rows.scores[i] / scale.unit);
  }
  scale.center = sum.value() / weight.value();
  double spread = 0.0;
  for (const double s : rows.scores) spread = std::max(spread, std::fabs(s / scale.unit - scale.center));
  // equal scores: only the rounding of the center is left
  scale.spread = spread > 0x1p-50 ? spread : 0.0;
  return scale;
}

// Then the best slope is 0, exactly, whatever the scores.
bool all_targets_equal(const fit_rows& rows) {
  double first = -1.0;
  for (std::size_t i = 0; i < rows.targets.size(); ++i) {
    if (!(rows.weights[i] > 0.0)) continue;
    if (first < 0.0) first = rows.targets[i];
    if (rows.targets[i] != first) return false;
  }
  return true;
}

}  // namespace

double clipped_log_odds(double p) {
  const double inside = std::clamp(p, k_log_odds_clip, 1.0 - k_log_odds_clip);
  return vmath::log(inside) - vmath::log1p(-inside);
}

double platt_at(const platt_parameters& curve, platt_input input, double value) {
  const double score = input == platt_input::scores ? value : clipped_log_odds(value);
  return vmath::logistic(curve.slope * score + curve.intercept);
}

platt_parameters fit_platt(const context& ctx, const checker& check, const integer_view& labels,
                           const vector_view& scores, const char* name, const platt_fit_options& options) {
  ctx.require_backend(check.function());
  check_rows(check, labels, scores, name, options);
  const fit_rows rows = rows_of(labels, scores, options);
  standard_scale scale = scale_of(rows);
  if (all_targets_equal(rows)) scale.spread = 0.0;
  std::vector<double> predictors;
  predictors.reserve(2 * rows.scores.size());
  for (const double s : rows.scores) {
    predictors.push_back(scale.spread > 0.0 ? (s / scale.unit - scale.center) / scale.spread : 0.0);
    predictors.push_back(1.0);
  }
  const logistic_problem problem{predictors, 2, rows.targets, rows.weights};
  const logistic_solution fit = fit_logistic(ctx, check.function(), problem);
  const double per_unit = scale.spread > 0.0 ? fit.coefficients[0] / scale.spread : 0.0;
  const double slope = per_unit / scale.unit;
  if (!std::isfinite(slope)) {
    check.fail_value(error_code::degenerate, name, "are so small that the slope overflows");
  }
  return {slope, fit.coefficients[1] - per_unit * scale.center, fit.converged};
}

}  // namespace assay::inline v1::calibration::internal
