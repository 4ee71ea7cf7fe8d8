#include "assay/calibration/internal/erm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "assay/calibration/internal/regression_rows.hpp"
#include "assay/core/internal/cholesky.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr double k_least_penalty_scale = 1e-300;  // 2/C must be a double

}  // namespace

void check_erm(const checker& check, const erm_rows& rows) {
  check.not_empty(rows.predictors, "X");
  check.not_empty(rows.labels, "y");
  if (rows.labels.rank() != 1) {
    check.fail_shape(error_code::wrong_rank, "y",
                     "has " + std::to_string(rows.labels.rank()) + " axes, needs 1");
  }
  check.same_rows(rows.predictors, "X", rows.labels, "y");
  check.finite(rows.predictors, "X");
  check.binary_labels(rows.labels, "y");
  check_weights(check, rows.weights, rows.predictors, "X");
  const double scale = rows.penalty_scale;
  check.parameter(scale >= k_least_penalty_scale, "C", scale,
                  "must be at least 1e-300; Infinity for no penalty");
  bool found[2] = {false, false};
  for (std::size_t i = 0; i < rows.labels.size(); ++i)
    if (!rows.weights.present() || rows.weights(i) > 0.0) found[rows.labels(i) != 0.0] = true;
  if (!found[0] || !found[1]) {
    check.fail_value(error_code::single_class, "y",
                     std::string("has only the label ") + (found[0] ? "0" : "1") + ", needs both");
  }
}

standard_design::standard_design(const erm_rows& rows)
    : targets_(rows.predictors.extent(0)),
      means_(rows.predictors.extent(1)),
      half_deviations_(means_.size()),
      constant_(means_.size()) {
  const std::size_t n = targets_.size(), d = means_.size();
  const auto weights = unit_weights(rows.weights, n);
  if (rows.weights.present()) weights_ = weights;
  for (std::size_t i = 0; i < n; ++i) targets_[i] = rows.labels(i);
  std::vector<double> column(n);
  for (std::size_t j = 0; j < d; ++j) {
    for (std::size_t i = 0; i < n; ++i) column[i] = rows.predictors(i, j);
    means_[j] = mean_of(column, weights);
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t i = 0; i < n; ++i) {
      if (weights[i] == 0.0) continue;
      low = std::fmin(low, column[i]);
      high = std::fmax(high, column[i]);
    }
    for (double& x : column) x = 0.5 * x - 0.5 * means_[j];
    const double half = low == high ? 0.0 : root_mean_square(column, weights);
    constant_[j] = !(half > 0.0);
    if (constant_[j]) means_[j] = low;
    half_deviations_[j] = constant_[j] ? 1.0 : half;
  }
  values_.resize(n * (d + 1));
  for (std::size_t i = 0; i < n; ++i) {
    values_[i * (d + 1)] = 1.0;
    for (std::size_t j = 0; j < d; ++j) values_[i * (d + 1) + 1 + j] = standard(rows.predictors(i, j), j);
  }
}

std::vector<double> standard_design::row_of(const matrix_view& points, std::size_t i) const {
  std::vector<double> row{1.0};
  for (std::size_t j = 0; j < means_.size(); ++j) row.push_back(standard(points(i, j), j));
  return row;
}

std::vector<double> standard_design::raw(std::span<const double> u) const {
  std::vector<double> w(u.begin(), u.end());
  for (std::size_t j = 0; j < means_.size(); ++j) {
    w[j + 1] = 0.5 * u[j + 1] / half_deviations_[j];
    w[0] -= w[j + 1] * means_[j];
  }
  return w;
}

std::size_t rank_of(std::span<const double> matrix, std::size_t size) {
  const assay::internal::cholesky factor(matrix, size);
  if (factor.full_rank()) return size;
  std::size_t rank = 0;
  std::vector<double> unit(size);
  for (std::size_t j = 0; j < size; ++j) {
    unit[j] = 1.0;
    rank += factor.solve(unit)[j] > 0.0 ? 1 : 0;  // 0 exactly where the pivot was left out
    unit[j] = 0.0;
  }
  return rank;
}

std::vector<double> gram_of(const standard_design& design) {
  const std::size_t k = design.columns();
  std::vector<double> gram(k * k);
  for (std::size_t i = 0; i < design.rows(); ++i) {
    const double w = design.weights().empty() ? 1.0 : design.weights()[i];
    const auto x = design.row(i);
    for (std::size_t a = 0; a < k; ++a)
      for (std::size_t b = 0; b < k; ++b) gram[a * k + b] += w * x[a] * x[b];
  }
  return gram;
}

penalty_scaling scaling_for(const standard_design& design, double penalty_scale) {
  const std::size_t k = design.columns();
  penalty_scaling scaling{std::vector<double>(k, 1.0), std::vector<double>(k)};
  const double c = std::sqrt(2.0 / penalty_scale);  // half of sqrt(8/C), 0 without a penalty
  for (std::size_t j = 1; j < k; ++j) {
    const double s = design.half_deviation(j - 1);
    const double larger = std::fmax(s, c), ratio = std::fmin(s, c) / larger;
    const double t = std::sqrt(1.0 + ratio * ratio);  // in units of the larger
    scaling.share[j] = s / larger / t;
    scaling.ridge[j] = (c / larger / t) * (c / larger / t) / 8.0;
  }
  return scaling;
}

erm_fit fit_erm(const context& ctx, const checker& check, const standard_design& design,
                double penalty_scale) {
  const std::size_t k = design.columns();
  const penalty_scaling scaled = scaling_for(design, penalty_scale);
  std::vector<double> predictors(design.values());
  for (std::size_t i = 0; i < predictors.size(); ++i) predictors[i] *= scaled.share[i % k];
  logistic_problem problem = design.problem();
  problem.predictors = predictors;
  const bool free = std::isinf(penalty_scale);
  if (!free) problem.ridge = scaled.ridge;
  logistic_solution solution = fit_logistic(ctx, check.function(), problem);
  // Coefficients that grow without end flatten the loss along their way until no curvature is left.
  const std::size_t wanted = free ? rank_of(gram_of(design), k) : k;
  if (!solution.converged || rank_of(solution.slopes.hessian, k) < wanted) {
    check.fail_value(
        error_code::no_minimiser, "C",
        "is " + text_of(penalty_scale) + ", too large for separable classes: the loss has no minimum");
  }
  for (std::size_t j = 0; j < k; ++j) solution.coefficients[j] *= scaled.share[j];
  return {std::move(solution.coefficients), solution.slopes.log_loss, solution.slopes.objective};
}

std::vector<double> probabilities_of(const standard_design& design, std::span<const double> coefficients) {
  std::vector<double> result(design.rows());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = vmath::logistic(dot(design.row(i), coefficients));
  return result;
}

free_minimum find_free_minimum(const context& ctx, const checker& check, const standard_design& design,
                               const std::vector<double>& start) {
  const auto problem = design.problem();
  logistic_solution solution = fit_logistic(ctx, check.function(), problem, start);
  const std::size_t k = design.columns();
  free_minimum found;
  found.exists = solution.converged && rank_of(solution.slopes.hessian, k) == rank_of(gram_of(design), k);
  if (found.exists) {
    found.point = std::move(solution.coefficients);
    return found;
  }
  for (std::size_t i = 0; i < design.rows(); ++i) {
    if (!design.weights().empty() && design.weights()[i] == 0.0) continue;
    const double eta = dot(design.row(i), solution.coefficients);
    if ((design.targets()[i] == 1.0 ? eta : -eta) <= 0.0) return found;
  }
  found.separation = std::move(solution.coefficients);
  return found;
}

}  // namespace assay::inline v1::calibration::internal
