#include "assay/calibration/internal/softmax_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "assay/calibration/internal/lbfgs.hpp"
#include "logit_sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration::internal {
namespace {

softmax_problem draw_problem(std::size_t rows, std::size_t classes, bool diagonal, double lambda, double mu,
                             std::uint64_t seed) {
  const auto s = testing::draw_logits(rows, classes, 2.0, 0.3, seed);
  softmax_problem problem;
  problem.classes = classes;
  problem.diagonal = diagonal;
  problem.lambda_offdiag = lambda;
  problem.mu_bias = mu;
  testing::generator rng(seed + 1);
  for (std::size_t i = 0; i < rows; ++i) {
    problem.labels.push_back(static_cast<std::uint32_t>(s.labels[i]));
    problem.weights.push_back(rng.uniform(0.5, 2.0));
    for (std::size_t k = 0; k < classes; ++k) {
      problem.predictors.push_back(s.logits[i * classes + k]);
      if (diagonal) problem.predictors.push_back(1.0);
    }
    if (!diagonal) problem.predictors.push_back(1.0);
  }
  return problem;
}

/// The objective by its definition.
double objective_of(const softmax_problem& problem, const std::vector<double>& parameters) {
  const std::size_t f = problem.features();
  double loss = 0.0, weight = 0.0, penalty = 0.0;
  for (std::size_t i = 0; i < problem.rows(); ++i) {
    double sum = 0.0, own = 0.0;
    for (std::size_t k = 0; k < problem.classes; ++k) {
      double eta = 0.0;
      for (std::size_t j = 0; j < f; ++j)
        eta += parameters[k * f + j] * problem.of_class(problem.row(i), k)[j];
      sum += std::exp(eta);
      if (k == problem.labels[i]) own = eta;
    }
    loss += problem.weights[i] * (std::log(sum) - own);
    weight += problem.weights[i];
  }
  for (std::size_t k = 0; k < problem.classes; ++k) {
    for (std::size_t j = 0; j < f; ++j) {
      const double square = parameters[k * f + j] * parameters[k * f + j];
      if (j + 1 == f) {
        penalty += problem.mu_bias * square;
      } else if (!problem.diagonal && j != k) {
        penalty += problem.lambda_offdiag * square;
      }
    }
  }
  return loss / weight + penalty;
}

TEST(softmax_loss, has_the_derivatives_of_the_objective) {
  testing::generator rng(200);
  for (const bool diagonal : {false, true}) {
    const auto problem = draw_problem(40, 4, diagonal, 0.3, 0.2, 201);
    std::vector<double> at(problem.parameters());
    for (double& value : at) value = 0.5 * rng.normal();
    const auto slopes = softmax_slopes_at({}, "test", problem, at, true);
    EXPECT_REL(slopes.objective, objective_of(problem, at), 1e-14, "sums in another order");
    constexpr double h = 1e-5;
    for (std::size_t p = 0; p < at.size(); ++p) {
      auto up = at, down = at;
      up[p] += h;
      down[p] -= h;
      EXPECT_ABS(slopes.gradient[p], (objective_of(problem, up) - objective_of(problem, down)) / (2 * h),
                 1e-9, "h^2 and rounding / h");
      const auto above = softmax_slopes_at({}, "test", problem, up, false).gradient;
      const auto below = softmax_slopes_at({}, "test", problem, down, false).gradient;
      for (std::size_t q = 0; q < at.size(); ++q)
        EXPECT_ABS(slopes.hessian[p * at.size() + q], (above[q] - below[q]) / (2 * h), 1e-8,
                   "h^2 and rounding / h");
    }
  }
}

TEST(softmax_loss, does_not_depend_on_threads) {
  const auto problem = draw_problem(20000, 3, false, 0.1, 0.1, 202);
  const std::vector<double> at(problem.parameters(), 0.25);
  const auto one = softmax_slopes_at({.threads = 1}, "test", problem, at, true);
  const auto four = softmax_slopes_at({.threads = 4}, "test", problem, at, true);
  EXPECT_BITS(one.objective, four.objective);
  EXPECT_BITS(one.gradient, four.gradient);
  EXPECT_BITS(one.hessian, four.hessian);
}

TEST(softmax_fit, newton_and_lbfgs_find_the_same_minimum) {
  for (const bool diagonal : {false, true}) {
    for (const double penalty : {0.0, 0.01, 1.0}) {
      const auto problem = draw_problem(300, 5, diagonal, penalty, penalty, 203);
      const auto newton = fit_softmax({}, "test", problem, 1.0, softmax_method::newton);
      const auto lbfgs = fit_softmax({}, "test", problem, 1.0, softmax_method::lbfgs);
      EXPECT_TRUE(newton.converged);
      EXPECT_TRUE(lbfgs.converged);
      EXPECT_REL(newton.objective, lbfgs.objective, 1e-14, "both within 1e-16 of the minimum");
      for (std::size_t p = 0; p < newton.parameters.size(); ++p)
        EXPECT_ABS(newton.parameters[p], lbfgs.parameters[p], 1e-7,
                   "root of 1e-18 over the least curvature, about 1e-3");
      const auto slopes = softmax_slopes_at({}, "test", problem, newton.parameters, false);
      for (const double slope : slopes.gradient) EXPECT_ABS(slope, 0.0, 1e-12, "quadratic convergence");
    }
  }
}

TEST(softmax_fit, of_one_penalty_alone) {
  for (const auto& [lambda, mu] : {std::pair{0.1, 0.0}, std::pair{0.0, 0.1}}) {
    const auto problem = draw_problem(300, 4, false, lambda, mu, 204);
    const auto newton = fit_softmax({}, "test", problem, 1.0, softmax_method::newton);
    const auto lbfgs = fit_softmax({}, "test", problem, 1.0, softmax_method::lbfgs);
    EXPECT_TRUE(newton.converged);
    EXPECT_REL(newton.objective, lbfgs.objective, 1e-14, "both within 1e-16 of the minimum");
  }
}

TEST(softmax_fit, knows_when_there_is_no_minimum) {
  auto separable = draw_problem(40, 3, false, 0, 0, 205);
  for (std::size_t i = 0; i < separable.rows(); ++i) {
    const double* row = separable.row(i);
    separable.labels[i] = static_cast<std::uint32_t>(std::max_element(row, row + 3) - row);
  }
  auto absent = draw_problem(200, 3, false, 0, 0, 206);
  for (auto& label : absent.labels) label = label == 2 ? 0 : label;
  for (const auto method : {softmax_method::newton, softmax_method::lbfgs}) {
    EXPECT_FALSE(fit_softmax({}, "test", separable, 1.0, method).converged);
    const auto fit = fit_softmax({}, "test", absent, 1.0, method);
    EXPECT_FALSE(fit.converged);
    for (const double value : fit.parameters) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(softmax_fit, knows_when_only_some_rows_are_separable) {
  // logits (z, other); in the first, class 0 at 2, class 1 at -1 and one of each at 0: no slope is best
  softmax_problem problem;
  problem.classes = 2;
  problem.diagonal = true;
  const auto add = [&](std::uint32_t label, double z, double other) {
    problem.labels.push_back(label);
    problem.weights.push_back(1.0);
    problem.predictors.insert(problem.predictors.end(), {z, 1, other, 1});
  };
  for (const auto& [label, z] : {std::pair{0U, 2.0}, {0U, 0.0}, {1U, 0.0}, {1U, -1.0}}) add(label, z, 0);
  const auto fit = fit_softmax({}, "test", problem, 1.0, softmax_method::newton);
  EXPECT_FALSE(fit.converged);
  EXPECT_REL(fit.nll, std::log(2.0) / 2, 1e-12, "two rows are sure, two are even");
  problem.labels.clear();
  problem.weights.clear();
  problem.predictors.clear();
  add(0, 2, 0);
  add(1, 0, 1);
  add(0, 0, 1);
  add(1, 1, 1);
  add(0, 1, 0);
  add(1, 2, 0);
  EXPECT_FALSE(fit_softmax({}, "test", problem, 1.0, softmax_method::newton).converged);
}

/// sum (x_i - i)^4 + (x_i - i)^2 scaled by 10^i: far from quadratic, badly scaled.
class quartic final : public smooth_function {
 public:
  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    double value = 0.0, scale = 1.0;
    for (std::size_t i = 0; i < x.size(); ++i, scale *= 10.0) {
      const double d = x[i] - static_cast<double>(i);
      value += scale * (d * d * d * d + d * d);
      gradient[i] = scale * (4 * d * d * d + 2 * d);
    }
    return value;
  }
  void precondition(std::span<double>) const override {}
};

TEST(lbfgs, finds_the_minimum_of_a_badly_scaled_function) {
  quartic function;
  const auto solution = minimise(function, std::vector<double>(6, 10.0));
  EXPECT_TRUE(solution.converged);
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_ABS(solution.x[i], static_cast<double>(i), 1e-7, "a promise of 1e-18");
}

}  // namespace
}  // namespace assay::calibration::internal
