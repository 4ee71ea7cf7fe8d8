#include "assay/calibration/multiplicity_candidates.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "assay/calibration/internal/competing_models.hpp"
#include "assay/calibration/internal/regression_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::competing_models;
using internal::standard_design;

// ---- path ----

constexpr std::size_t k_chunk_points = 4;
constexpr std::uint64_t k_most_probabilities = std::uint64_t{1} << 27;  // 1 GiB of them

double log_odds(double p) { return vmath::log(p) - vmath::log1p(-p); }

std::vector<double> checked_targets(const checker& check, const vector_view& targets) {
  std::vector<double> values{0.01};
  for (int i = 1; i < 20; ++i) values.push_back(i / 20.0);
  values.push_back(0.99);
  if (!targets.present()) return values;
  check.not_empty(targets, "targets");
  values.clear();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double target = targets(i);
    if (!(target > 0.0 && target < 1.0)) {
      check.fail_value(error_code::out_of_range, "targets",
                       "[" + std::to_string(i) + "] is " + text_of(target) + ", must lie in (0, 1)");
    }
    values.push_back(target);
  }
  std::sort(values.begin(), values.end());
  return values;
}

// A model that gives one row a probability other than the baseline's.
struct candidate {
  std::size_t point;
  double target;
  std::vector<double> coefficients;  // of the standard design
  double loss;
};

// Models of least penalised loss among those that give one row given log-odds s: with the intercept
// s - sum_j z_j u_j the other coefficients are free.
class moved_models {
 public:
  moved_models(const standard_design& design, double penalty_scale, std::size_t point)
      : design_(design), scaling_(internal::scaling_for(design, penalty_scale)), point_(point) {
    const auto at = design.row(point);
    for (std::size_t i = 0; i < design.rows(); ++i)
      for (std::size_t j = 1; j < design.columns(); ++j)
        predictors_.push_back((design.row(i)[j] - at[j]) * scaling_.share[j]);
    if (!std::isinf(penalty_scale)) ridge_.assign(scaling_.ridge.begin() + 1, scaling_.ridge.end());
  }

  candidate at(const context& ctx, const char* function, double target) {
    const std::vector<double> offset(design_.rows(), log_odds(target));
    const internal::logistic_problem problem{
        predictors_, design_.columns() - 1, design_.targets(), design_.weights(), offset, ridge_};
    auto solution = internal::fit_logistic(ctx, function, problem, std::move(start_));
    start_ = std::move(solution.coefficients);
    candidate found{point_, target, {offset[0]}, solution.slopes.log_loss};
    for (std::size_t j = 0; j < start_.size(); ++j) {
      found.coefficients.push_back(start_[j] * scaling_.share[j + 1]);
      found.coefficients[0] -= found.coefficients.back() * design_.row(point_)[j + 1];
    }
    return found;
  }

 private:
  const standard_design& design_;
  internal::penalty_scaling scaling_;
  std::size_t point_;
  std::vector<double> predictors_;
  std::vector<double> ridge_;
  std::vector<double> start_;
};

// Candidates of one row, ascending in the target. Targets outside the row's exact range cannot compete.
std::vector<candidate> candidates_of(const context& ctx, const char* function, const competing_models& models,
                                     double penalty_scale, std::size_t point,
                                     const internal::log_odds_range& range,
                                     const std::vector<double>& targets) {
  std::vector<candidate> found;
  moved_models moved(models.design, penalty_scale, point);
  for (const double target : targets) {
    const double s = log_odds(target);
    if (s < range.lower || s > range.upper) continue;
    candidate model = moved.at(ctx, function, target);
    if (model.loss <= models.models.threshold()) found.push_back(std::move(model));
  }
  return found;
}

std::vector<std::size_t> checked_points(const checker& check, const integer_view& points, std::size_t rows) {
  std::vector<std::size_t> chosen;
  internal::check_row_numbers(check, points, rows);
  for (std::size_t i = 0; i < (points.present() ? points.size() : rows); ++i)
    chosen.push_back(points.present() ? static_cast<std::size_t>(points(i)) : i);
  return chosen;
}

multiplicity_path_result path_of(const checker& check, const competing_models& models,
                                 const std::vector<candidate>& found, const context& ctx) {
  const standard_design& design = models.design;
  const std::size_t n = design.rows(), m = found.size(), k = design.columns();
  if (std::uint64_t{m} * n > k_most_probabilities) {
    check.fail_value(error_code::budget_exceeded, "points",
                     "lead to " + std::to_string(m) + " candidates for " + std::to_string(n) +
                         " rows, more probabilities than fit into 1 GiB");
  }
  multiplicity_path_result result{ctx.result(check.function(), dtype::float64, n),
                                  array(dtype::float64, {m, n}),
                                  array(dtype::float64, {m}),
                                  array(dtype::float64, {m, k}),
                                  array(dtype::float64, {m}),
                                  array(dtype::float64, {m}),
                                  models.baseline.mean_log_loss};
  const auto baseline = internal::probabilities_of(design, models.baseline.coefficients);
  std::copy(baseline.begin(), baseline.end(), result.baseline_probabilities.values<double>().begin());
  for (std::size_t i = 0; i < m; ++i) {
    const auto p = internal::probabilities_of(design, found[i].coefficients);
    std::copy(p.begin(), p.end(), result.candidate_probabilities.values<double>().data() + i * n);
    const auto raw = design.raw(found[i].coefficients);
    std::copy(raw.begin(), raw.end(), result.coefficients.values<double>().data() + i * k);
    result.candidate_losses.values<double>()[i] = found[i].loss;
    result.point.values<double>()[i] = static_cast<double>(found[i].point);
    result.target.values<double>()[i] = found[i].target;
  }
  return result;
}

}  // namespace

multiplicity_path_result multiplicity_path(matrix_view X, integer_view y, double epsilon,
                                           const multiplicity_path_options& options, const context& ctx) {
  const checker check("multiplicity_path");
  ctx.require_backend(check.function());
  const internal::erm_rows rows{X, y, options.weights, options.C};
  internal::check_erm(check, rows);
  internal::check_epsilon(check, epsilon);
  const auto points = checked_points(check, options.points, X.extent(0));
  const auto targets = checked_targets(check, options.targets);
  const competing_models models(ctx, check, rows, {epsilon, options.relative});
  std::vector<std::vector<double>> places;
  for (const std::size_t point : points) {
    const auto row = models.design.row(point);
    places.emplace_back(row.begin(), row.end());
  }
  const auto ranges = internal::ranges_at(ctx, check, models, places);
  std::vector<std::vector<candidate>> found(points.size());
  context quiet;
  quiet.stop = ctx.stop;
  for_chunks(ctx, check.function(), points.size(), k_chunk_points, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i)
      found[i] = candidates_of(quiet, check.function(), models, options.C, points[i], ranges[i], targets);
  });
  std::vector<candidate> all;
  for (auto& some : found)
    for (auto& model : some) all.push_back(std::move(model));
  return path_of(check, models, all, ctx);
}

// ---- candidates of any kind ----

namespace {

void check_candidates(const checker& check, const vector_view& baseline, const matrix_view& candidates,
                      const vector_view& losses) {
  check.not_empty(baseline, "baseline_probabilities");
  check.not_empty(candidates, "candidate_probabilities");
  check.not_empty(losses, "candidate_losses");
  if (candidates.extent(1) != baseline.size()) {
    check.fail_shape(error_code::length_mismatch, "candidate_probabilities",
                     "has " + std::to_string(candidates.extent(1)) + " columns, baseline_probabilities has " +
                         std::to_string(baseline.size()) + " elements");
  }
  check.same_rows(candidates, "candidate_probabilities", losses, "candidate_losses");
  check.probabilities(baseline, "baseline_probabilities");
  check.probabilities(candidates, "candidate_probabilities");
  check.finite(losses, "candidate_losses");
}

}  // namespace

multiplicity_from_candidates_result multiplicity_from_candidates(
    vector_view baseline_probabilities, matrix_view candidate_probabilities, vector_view candidate_losses,
    double baseline_loss, double epsilon, double delta, const multiplicity_from_candidates_options& options,
    const context& ctx) {
  const checker check("multiplicity_from_candidates");
  ctx.require_backend(check.function());
  check_candidates(check, baseline_probabilities, candidate_probabilities, candidate_losses);
  check.finite(baseline_loss, "baseline_loss");
  internal::check_epsilon(check, epsilon);
  internal::check_delta(check, delta);
  check.parameter(!options.relative || baseline_loss >= 0.0, "baseline_loss", baseline_loss,
                  "must be >= 0 for a relative epsilon");
  internal::check_weights(check, options.weights, baseline_probabilities, "baseline_probabilities");
  const std::size_t n = baseline_probabilities.size();
  const double threshold = internal::allowance{epsilon, options.relative}.threshold(baseline_loss);
  const auto weights = internal::unit_weights(options.weights, n);
  multiplicity_from_candidates_result result{0, ctx.result(check.function(), dtype::float64, n),
                                             array(dtype::float64, {n}), 0.0, 0.0};
  result.discrepancy = delta == 0.0 ? 1.0 : 0.0;  // what the baseline changes of itself
  const auto lower = result.vpr_lower.values<double>(), upper = result.vpr_upper.values<double>();
  for (std::size_t i = 0; i < n; ++i) lower[i] = upper[i] = baseline_probabilities(i);
  for (std::size_t m = 0; m < candidate_losses.size(); ++m) {
    if (candidate_losses(m) > threshold) continue;
    ++result.n_competing;
    for (std::size_t i = 0; i < n; ++i) {
      lower[i] = std::min(lower[i], candidate_probabilities(m, i));
      upper[i] = std::max(upper[i], candidate_probabilities(m, i));
    }
    result.discrepancy =
        std::max(result.discrepancy, internal::share_of(weights, [&](std::size_t i) {
                   return std::fabs(candidate_probabilities(m, i) - baseline_probabilities(i)) >= delta;
                 }));
  }
  result.ambiguity = internal::share_of(weights, [&](std::size_t i) {
    const double baseline = baseline_probabilities(i);
    return baseline - lower[i] >= delta || upper[i] - baseline >= delta;
  });
  return result;
}

// ---- Rashomon capacity ----

namespace {

double entropy(double p) {
  const double q = 1.0 - p;
  return -(p > 0.0 ? p * vmath::log(p) : 0.0) - (q > 0.0 ? q * vmath::log(q) : 0.0);
}

// e to the capacity in nats of the channel with inputs P(1) = a < b. The best output law q is as far, in
// Kullback and Leibler's sense, from a as from b: log-odds of q = -(h(b) - h(a))/(b - a), h the entropy.
double capacity_of(double a, double b) {
  if (a == b) return 1.0;
  const double slope = (entropy(b) - entropy(a)) / (b - a);
  const double nats = a * vmath::softplus(slope) + (1.0 - a) * vmath::softplus(-slope) - entropy(a);
  return std::clamp(vmath::exp(nats), 1.0, 2.0);
}

}  // namespace

array rashomon_capacity(matrix_view candidate_probabilities, const context& ctx) {
  const checker check("rashomon_capacity");
  ctx.require_backend(check.function());
  check.not_empty(candidate_probabilities, "candidate_probabilities");
  check.probabilities(candidate_probabilities, "candidate_probabilities");
  array result = ctx.result(check.function(), dtype::float64, candidate_probabilities.extent(1));
  for (std::size_t i = 0; i < result.size(); ++i) {
    double low = 1.0, high = 0.0;
    for (std::size_t m = 0; m < candidate_probabilities.extent(0); ++m) {
      low = std::min(low, candidate_probabilities(m, i));
      high = std::max(high, candidate_probabilities(m, i));
    }
    result.values<double>()[i] = capacity_of(low, high);
  }
  return result;
}

}  // namespace assay::inline v1::calibration
