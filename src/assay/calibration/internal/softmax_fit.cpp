#include "assay/calibration/internal/softmax_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "assay/core/internal/cholesky.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr int k_most_steps = 200;
constexpr std::size_t k_most_newton_parameters = 600;
// Rows times squared parameters: above, several gradients cost less than one Hessian (about a second).
constexpr double k_most_newton_work = 4e9;

std::vector<double> scaled_identity(const softmax_problem& problem, double scale) {
  std::vector<double> parameters(problem.parameters());
  for (std::size_t k = 0; k < problem.classes; ++k)
    parameters[k * problem.features() + (problem.diagonal ? 0 : k)] = scale;
  return parameters;
}

// Halves the identity while that pays: logits that are far too large leave Newton no curvature to go by.
std::vector<double> best_start(const context& ctx, const char* function, const softmax_problem& problem,
                               double unit) {
  const auto objective = [&](double scale) {
    return softmax_slopes_at(ctx, function, problem, scaled_identity(problem, scale), false).objective;
  };
  double scale = unit, best = objective(unit);
  constexpr int most_halvings = 40;
  for (int i = 0; i < most_halvings; ++i) {
    const double next = objective(scale / 2.0);
    if (!(next < best)) break;
    scale /= 2.0;
    best = next;
  }
  return scaled_identity(problem, objective(0.0) < best ? 0.0 : scale);
}

// ---- Newton ----

// Parameters that the Newton system has: without one class's share of what the objective does not depend on.
std::vector<std::size_t> free_parameters(const softmax_problem& problem, const softmax_slopes& slopes) {
  const std::size_t f = problem.features(), size = problem.parameters();
  std::size_t reference = 0;  // the class whose bias is best determined
  const auto curvature = [&](std::size_t k) { return slopes.hessian[(k * f + f - 1) * (size + 1)]; };
  for (std::size_t k = 1; k < problem.classes; ++k)
    if (curvature(k) > curvature(reference)) reference = k;
  std::vector<std::size_t> free;
  for (std::size_t p = 0; p < size; ++p) {
    const bool bias = p % f + 1 == f;
    const bool loose = bias ? problem.mu_bias == 0.0 : !problem.diagonal && problem.lambda_offdiag == 0.0;
    if (!(loose && p / f == reference)) free.push_back(p);
  }
  return free;
}

// Takes the mean over the classes out of a step where the objective does not depend on it.
void center(std::vector<double>& step, const softmax_problem& problem) {
  const std::size_t f = problem.features();
  for (std::size_t j = 0; j < f; ++j) {
    const bool bias = j + 1 == f;
    const bool loose = bias ? problem.mu_bias == 0.0 : !problem.diagonal && problem.lambda_offdiag == 0.0;
    if (!loose) continue;
    double sum = 0.0;
    for (std::size_t k = 0; k < problem.classes; ++k) sum += step[k * f + j];
    const double mean = sum / static_cast<double>(problem.classes);
    for (std::size_t k = 0; k < problem.classes; ++k) step[k * f + j] -= mean;
  }
}

struct newton_direction {
  std::vector<double> step;
  bool full_rank;
};

// Inverse Hessian times gradient. The system is scaled to a unit diagonal, so that the units of logits and
// rare classes do not matter.
newton_direction newton_step(const softmax_problem& problem, const softmax_slopes& slopes) {
  const auto free = free_parameters(problem, slopes);
  const std::size_t n = free.size(), size = problem.parameters();
  std::vector<double> scale(n), matrix(n * n), right(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double diagonal = slopes.hessian[free[i] * (size + 1)];
    scale[i] = diagonal > 0.0 ? 1.0 / std::sqrt(diagonal) : 0.0;
    right[i] = slopes.gradient[free[i]] * scale[i];
    for (std::size_t j = 0; j <= i; ++j)
      matrix[i * n + j] = slopes.hessian[free[i] * size + free[j]] * scale[i] * scale[j];
  }
  const assay::internal::cholesky factor(matrix, n);
  const auto solution = factor.solve(right);
  std::vector<double> step(size);
  for (std::size_t i = 0; i < n; ++i) step[free[i]] = solution[i] * scale[i];
  center(step, problem);
  return {std::move(step), factor.full_rank()};
}

double promise_of(const std::vector<double>& step, const softmax_slopes& slopes) {
  double sum = 0.0;
  for (std::size_t p = 0; p < step.size(); ++p) sum += step[p] * slopes.gradient[p];
  return sum;
}

// A step that would still move a parameter by a thousandth means that the parameter runs away.
bool settled(const std::vector<double>& step, const std::vector<double>& parameters) {
  for (std::size_t p = 0; p < step.size(); ++p)
    if (!(std::fabs(step[p]) <= 1e-3 * std::fmax(1.0, std::fabs(parameters[p])))) return false;
  return true;
}

std::vector<double> fit_by_newton(const context& ctx, const char* function, const softmax_problem& problem,
                                  std::vector<double> parameters, bool& converged) {
  auto slopes = softmax_slopes_at(ctx, function, problem, parameters, true);
  const bool penalised = problem.lambda_offdiag > 0.0 || problem.mu_bias > 0.0;
  bool had_full_rank = true;
  for (int i = 0; i < k_most_steps && (penalised || !slopes.separated); ++i) {
    const auto [step, full_rank] = newton_step(problem, slopes);
    if (i == 0) had_full_rank = full_rank;
    const double promise = promise_of(step, slopes);
    // Newton converges quadratically: after a step that promises so little the next is rounding alone.
    const bool last = !(promise > 1e-16);
    std::vector<double> next(parameters.size());
    for (double share = 1.0;; share *= 0.5) {
      for (std::size_t p = 0; p < next.size(); ++p) next[p] = parameters[p] - share * step[p];
      auto there = softmax_slopes_at(ctx, function, problem, next, !last);
      const double least = slopes.objective - 1e-4 * share * promise;
      if (last || there.objective <= least + 0x1p-50 * std::fabs(slopes.objective) || share < 1e-10) {
        slopes = std::move(there);
        break;
      }
    }
    parameters = std::move(next);
    // a direction that lost its curvature on the way is one without a minimum
    converged = last && settled(step, parameters) && full_rank == had_full_rank;
    if (last) return parameters;
  }
  converged = false;
  return parameters;
}

}  // namespace

softmax_solution fit_softmax(const context& ctx, const char* function, const softmax_problem& problem,
                             double unit, softmax_method method) {
  auto start = best_start(ctx, function, problem, unit);
  const auto size = static_cast<double>(problem.parameters());
  const bool small = problem.parameters() <= k_most_newton_parameters &&
                     size * size * static_cast<double>(problem.rows()) <= k_most_newton_work;
  const bool newton = method == softmax_method::automatic ? small : method == softmax_method::newton;
  softmax_solution solution;
  if (newton) {
    solution.parameters = fit_by_newton(ctx, function, problem, std::move(start), solution.converged);
  } else {
    solution.parameters = fit_softmax_by_lbfgs(ctx, function, problem, start, solution.converged);
    for (std::size_t p = 0; p < start.size(); ++p) solution.parameters[p] -= start[p];
    center(solution.parameters, problem);
    for (std::size_t p = 0; p < start.size(); ++p) solution.parameters[p] += start[p];
  }
  const auto slopes = softmax_slopes_at(ctx, function, problem, solution.parameters, false);
  solution.nll = slopes.nll;
  solution.objective = slopes.objective;
  return solution;
}

}  // namespace assay::inline v1::calibration::internal
