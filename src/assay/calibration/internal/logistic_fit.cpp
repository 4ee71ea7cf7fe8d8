#include "assay/calibration/internal/logistic_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "assay/calibration/kernels.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/cholesky.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::size_t k_chunk_rows = 4096;
constexpr int k_most_steps = 200;
// Beyond this log-odds a probability is 0 or 1 in double precision: coefficients that have come so far
// diverge.
constexpr double k_certain = 36.0;

// Sums over rows: weight, loss, gradient (k), lower triangle of the Hessian (k, k).
struct row_sums {
  compensated_sum weight, loss;
  std::vector<double> gradient, hessian;
  bool separated = true;  // every row lies on its own side, beyond k_certain
};

// Rows first .. last, their log-odds and the terms of the kernel.
class row_terms {
 public:
  row_terms(const logistic_problem& problem, std::span<const double> coefficients)
      : problem_(problem), coefficients_(coefficients) {}

  void compute(std::size_t first, std::size_t size) {
    const std::size_t k = problem_.columns;
    const double* x = problem_.predictors.data() + first * k;
    for (std::size_t i = 0; i < size; ++i, x += k) {
      double sum = problem_.offset.empty() ? 0.0 : problem_.offset[first + i];
      for (std::size_t j = 0; j < k; ++j) sum += x[j] * coefficients_[j];
      eta[i] = sum;
    }
    active_kernels().logistic_terms(eta, problem_.targets.data() + first, size, loss, slope, curvature);
  }

  static constexpr std::size_t k_most = 256;
  double eta[k_most], loss[k_most], slope[k_most], curvature[k_most];

 private:
  const logistic_problem& problem_;
  std::span<const double> coefficients_;
};

void add_row(row_sums& sums, const logistic_problem& problem, const row_terms& terms, std::size_t first,
             std::size_t at) {
  const std::size_t k = problem.columns, i = first + at;
  const double w = problem.weights.empty() ? 1.0 : problem.weights[i];
  if (w == 0.0) return;
  const double* x = problem.predictors.data() + i * k;
  const double target = problem.targets[i], eta = terms.eta[at];
  const bool hard = target == 0.0 || target == 1.0;
  sums.separated &= hard && (target == 1.0 ? eta : -eta) > k_certain;
  sums.weight += w;
  sums.loss += w * terms.loss[at];
  const double slope = w * terms.slope[at], curvature = w * terms.curvature[at];
  for (std::size_t a = 0; a < k; ++a) {
    sums.gradient[a] += slope * x[a];
    const double scaled = curvature * x[a];
    for (std::size_t b = 0; b <= a; ++b) sums.hessian[a * k + b] += scaled * x[b];
  }
}

void merge(row_sums& into, const row_sums& from) {
  into.weight += from.weight.value();
  into.loss += from.loss.value();
  for (std::size_t j = 0; j < into.gradient.size(); ++j) into.gradient[j] += from.gradient[j];
  for (std::size_t j = 0; j < into.hessian.size(); ++j) into.hessian[j] += from.hessian[j];
  into.separated &= from.separated;
}

row_sums sums_at(const context& ctx, const char* function, const logistic_problem& problem,
                 std::span<const double> coefficients) {
  const std::size_t k = problem.columns;
  return reduce_chunks<row_sums>(
      ctx, function, problem.rows(), k_chunk_rows,
      [&](chunk part) {
        row_sums sums{{}, {}, std::vector<double>(k), std::vector<double>(k * k)};
        row_terms terms(problem, coefficients);
        for (std::size_t first = part.first; first < part.last; first += row_terms::k_most) {
          const std::size_t size = std::min(row_terms::k_most, part.last - first);
          terms.compute(first, size);
          for (std::size_t i = 0; i < size; ++i) add_row(sums, problem, terms, first, i);
        }
        return sums;
      },
      merge);
}

logistic_slopes slopes_of(row_sums sums, const logistic_problem& problem,
                          std::span<const double> coefficients) {
  const std::size_t k = problem.columns;
  const double weight = sums.weight.value();
  logistic_slopes slopes;
  slopes.log_loss = slopes.objective = sums.loss.value() / weight;
  slopes.gradient = std::move(sums.gradient);
  slopes.hessian = std::move(sums.hessian);
  for (std::size_t a = 0; a < k; ++a) {
    slopes.gradient[a] /= weight;
    for (std::size_t b = 0; b <= a; ++b)
      slopes.hessian[b * k + a] = slopes.hessian[a * k + b] = slopes.hessian[a * k + b] / weight;
    if (problem.ridge.empty()) continue;
    const double r = problem.ridge[a], c = coefficients[a];
    slopes.objective += r * c * c;
    slopes.gradient[a] += 2.0 * r * c;
    slopes.hessian[a * k + a] += 2.0 * r;
  }
  return slopes;
}

std::vector<double> moved(const std::vector<double>& from, const std::vector<double>& step, double share) {
  std::vector<double> to(from);
  for (std::size_t j = 0; j < to.size(); ++j) to[j] -= share * step[j];
  return to;
}

// Near the minimum a step changes the objective by less than its rounding, which must not count as a rise:
// halved steps would then creep for ever.
bool rises(double from, double to) {
  constexpr double rounding = 8.0 * std::numeric_limits<double>::epsilon();
  return !(to <= from + rounding * std::fmax(1.0, std::fabs(from)));
}

// Largest step in units of the coefficient it changes.
double relative_size(const std::vector<double>& step, const std::vector<double>& coefficients) {
  double largest = 0.0;
  for (std::size_t j = 0; j < step.size(); ++j)
    largest = std::fmax(largest, std::fabs(step[j]) / std::fmax(1.0, std::fabs(coefficients[j])));
  return largest;
}

}  // namespace

logistic_slopes logistic_slopes_at(const context& ctx, const char* function, const logistic_problem& problem,
                                   std::span<const double> coefficients) {
  return slopes_of(sums_at(ctx, function, problem, coefficients), problem, coefficients);
}

logistic_solution fit_logistic(const context& ctx, const char* function, const logistic_problem& problem,
                               std::vector<double> start) {
  start.resize(problem.columns);
  logistic_solution solution{std::move(start), {}, false};
  solution.slopes = logistic_slopes_at(ctx, function, problem, solution.coefficients);
  bool had_full_rank = true;
  for (int step_number = 0; step_number < k_most_steps; ++step_number) {
    const assay::internal::cholesky factor(solution.slopes.hessian, problem.columns);
    const auto step = factor.solve(solution.slopes.gradient);
    if (step_number == 0) had_full_rank = factor.full_rank();
    // A direction that lost its curvature on the way is one without a minimum: some rows are separable.
    const bool settled = factor.full_rank() == had_full_rank;
    // Newton converges quadratically: after a step this small the next would be rounding alone.
    const bool last = relative_size(step, solution.coefficients) <= 1e-9;
    double share = 1.0;
    row_sums sums;
    std::vector<double> next;
    logistic_slopes slopes;
    for (; share > 1e-10; share *= 0.5) {
      next = moved(solution.coefficients, step, share);
      sums = sums_at(ctx, function, problem, next);
      const bool separated = problem.ridge.empty() && sums.separated;
      slopes = slopes_of(std::move(sums), problem, next);
      if (separated) return {std::move(next), std::move(slopes), false};
      if (last || !rises(solution.slopes.objective, slopes.objective)) break;
    }
    if (share <= 1e-10) {  // no way down: the minimum, to rounding
      solution.converged = settled;
      return solution;
    }
    solution.coefficients = std::move(next);
    solution.slopes = std::move(slopes);
    if (last) {
      solution.converged = settled;
      return solution;
    }
  }
  return solution;
}

}  // namespace assay::inline v1::calibration::internal
