#include "assay/scoring/field_loss.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "assay/scoring/crps_ensemble.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using scoring::almost_fair_crps_loss;
using scoring::nan_policy;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

struct fields {
  std::size_t b, m, v, g;
  std::vector<double> y, x, variable_weights, grid_weights;

  fields(std::uint64_t seed, std::size_t forecasts, std::size_t members, std::size_t variables,
         std::size_t points)
      : b(forecasts), m(members), v(variables), g(points) {
    generator random(seed);
    y = random.normals(b * v * g);
    x = random.normals(b * m * v * g);
    for (std::size_t k = 0; k < v; ++k) variable_weights.push_back(random.uniform(0.1, 5.0));
    for (std::size_t p = 0; p < g; ++p) grid_weights.push_back(random.uniform());
  }
  [[nodiscard]] tensor_view observations() const { return {y, b, v, g}; }
  [[nodiscard]] array_view members() const { return {x.data(), dtype::float64, 4, {b, m, v, g}}; }
  [[nodiscard]] std::size_t at(std::size_t f, std::size_t i, std::size_t k, std::size_t p) const {
    return ((f * m + i) * v + k) * g + p;
  }
  // The ensemble of one grid point, and what it counts in the loss.
  [[nodiscard]] std::vector<double> ensemble(std::size_t f, std::size_t k, std::size_t p) const {
    std::vector<double> values;
    for (std::size_t i = 0; i < m; ++i) values.push_back(x[at(f, i, k, p)]);
    return values;
  }
  [[nodiscard]] double share(std::size_t k, std::size_t p) const {
    double total = 0.0;
    for (const double w : grid_weights) total += w;
    return variable_weights[k] * grid_weights[p] / total / static_cast<double>(b * v);
  }
};

TEST(almost_fair_crps_loss, is_the_weighted_mean_of_scores_and_gradients) {
  for (const double alpha : {0.0, 0.95, 1.0}) {
    const fields data(1, 2, 5, 3, 37);
    const auto found = almost_fair_crps_loss(data.observations(), data.members(), data.variable_weights,
                                             data.grid_weights, {.alpha = alpha}, {.threads = 2});
    double loss = 0.0;
    for (std::size_t f = 0; f < data.b; ++f)
      for (std::size_t k = 0; k < data.v; ++k)
        for (std::size_t p = 0; p < data.g; ++p) {
          const auto x = data.ensemble(f, k, p);
          const auto point = scoring::crps_ensemble_grad(
              {data.y[(f * data.v + k) * data.g + p]}, matrix_view(x, 1, data.m),
              {.estimator = scoring::crps_estimator::almost_fair, .alpha = alpha});
          const double share = data.share(k, p);
          loss += share * point.crps[0];
          for (std::size_t i = 0; i < data.m; ++i)
            EXPECT_ABS(found.grad(f, i, k, p), share * point.grad[i], 1e-15 * share,
                       "a few roundings of slopes below 1");
        }
    EXPECT_REL(found.loss, loss, 1e-14, "sums of positive terms");
    double variables = 0.0;
    for (std::size_t k = 0; k < data.v; ++k) variables += found.variable_losses[k] / 3.0;
    EXPECT_REL(found.loss, variables, 1e-15, "a mean of three");
  }
}

TEST(almost_fair_crps_loss, gradient_equals_differences) {
  const fields data(2, 1, 4, 2, 9);
  const auto found =
      almost_fair_crps_loss(data.observations(), data.members(), data.variable_weights, data.grid_weights);
  constexpr double step = 1e-6;
  for (std::size_t at = 0; at < data.x.size(); ++at) {
    fields up = data, down = data;
    up.x[at] += step;
    down.x[at] -= step;
    const auto loss = [](const fields& d) {
      return almost_fair_crps_loss(d.observations(), d.members(), d.variable_weights, d.grid_weights).loss;
    };
    EXPECT_ABS(found.grad[at], (loss(up) - loss(down)) / (2.0 * step), 1e-8,
               "piecewise linear: rounding over step");
  }
}

// All members but one on the outcome: the fair score is 0 wherever the last one is, the almost fair one pulls
// it back.
TEST(almost_fair_crps_loss, cures_the_degenerate_optimum) {
  const std::vector<double> y = {0.5, 0.5}, x = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 3.5, -8.0};
  const array_view members(x.data(), dtype::float64, 4, {1, 4, 1, 2});
  const std::vector<double> one = {1.0}, grid = {1.0, 1.0};
  const auto fair = almost_fair_crps_loss(tensor_view(y, 1, 1, 2), members, one, grid, {.alpha = 1.0});
  EXPECT_BITS(fair.loss, 0.0);
  EXPECT_BITS(fair.grad(0, 3, 0, 0), 0.0);
  const auto almost = almost_fair_crps_loss(tensor_view(y, 1, 1, 2), members, one, grid);
  EXPECT_REL(almost.loss, 0.05 / 16.0 * (3.0 + 8.5) / 2.0, 1e-14, "(1 - alpha)/m^2 times the mean distance");
  EXPECT_GT(almost.grad(0, 3, 0, 0), 0.0);
  EXPECT_LT(almost.grad(0, 3, 0, 1), 0.0);
}

TEST(almost_fair_crps_loss, omit_drops_points_from_sum_and_weights) {
  fields data(3, 2, 3, 2, 11);
  fields less = data;
  // a missing outcome and a missing member at one point each of one variable: as if their weight were 0 there
  data.y[4] = k_nan;
  data.x[data.at(0, 1, 0, 7)] = k_nan;
  less.grid_weights[4] = less.grid_weights[7] = 0.0;
  const auto found = almost_fair_crps_loss(data.observations(), data.members(), data.variable_weights,
                                           data.grid_weights, {.nan_policy = nan_policy::omit});
  const auto other =
      almost_fair_crps_loss(less.observations(), less.members(), less.variable_weights, less.grid_weights);
  const auto whole =
      almost_fair_crps_loss(fields(3, 2, 3, 2, 11).observations(), fields(3, 2, 3, 2, 11).members(),
                            data.variable_weights, data.grid_weights);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t p = 0; p < 11; ++p) {
      EXPECT_REL(found.grad(0, i, 0, p), other.grad(0, i, 0, p), 1e-15, "sums of weights");
      EXPECT_REL(found.grad(1, i, 1, p), whole.grad(1, i, 1, p), 1e-15, "untouched");
    }
  EXPECT_EQ(found.grad(0, 1, 0, 7), 0.0);
  const auto unknown = almost_fair_crps_loss(data.observations(), data.members(), data.variable_weights,
                                             data.grid_weights, {.nan_policy = nan_policy::propagate});
  EXPECT_TRUE(std::isnan(unknown.loss));
}

TEST(almost_fair_crps_loss, float32_fields_have_float32_gradients) {
  const fields data(4, 1, 4, 2, 33);
  const std::vector<float> y(data.y.begin(), data.y.end()), x(data.x.begin(), data.x.end());
  fields wide = data;
  wide.y.assign(y.begin(), y.end());
  wide.x.assign(x.begin(), x.end());
  const auto narrow =
      almost_fair_crps_loss(tensor_view(y, 1, 2, 33), {x.data(), dtype::float32, 4, {1, 4, 2, 33}},
                            data.variable_weights, data.grid_weights);
  const auto exact =
      almost_fair_crps_loss(wide.observations(), wide.members(), data.variable_weights, data.grid_weights);
  EXPECT_BITS(narrow.loss, exact.loss);
  EXPECT_EQ(narrow.grad.type(), dtype::float32);
  for (std::size_t i = 0; i < narrow.grad.size(); ++i)
    EXPECT_REL(narrow.grad[i], exact.grad[i], 2e-7, "rounded twice to float");
}

TEST(almost_fair_crps_loss, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  fields data(5, 1, 2, 2, 3);
  const auto run = [&](const scoring::almost_fair_crps_loss_options& options = {}) {
    almost_fair_crps_loss(data.observations(), data.members(), data.variable_weights, data.grid_weights,
                          options);
  };
  expect_error([&] { run({.alpha = 1.5}); }, value, error_code::out_of_range, "alpha", "is 1.5");
  expect_error(
      [&] {
        almost_fair_crps_loss(tensor_view(data.y, 1, 3, 2), data.members(), data.variable_weights,
                              data.grid_weights);
      },
      shape, error_code::length_mismatch, "members", "variables or grid points");
  const array_view single(data.x.data(), dtype::float64, 4, {1, 1, 2, 3});
  expect_error(
      [&] { almost_fair_crps_loss(data.observations(), single, data.variable_weights, data.grid_weights); },
      shape, error_code::too_few_members, "members");
  expect_error([&] { almost_fair_crps_loss(data.observations(), data.members(), {1.0}, data.grid_weights); },
               shape, error_code::length_mismatch, "variable_weights");
  expect_error(
      [&] {
        almost_fair_crps_loss(data.observations(), data.members(), data.variable_weights, {1.0, -1.0, 1.0});
      },
      value, error_code::bad_weight, "grid_weights", "[1] is -1");
  expect_error(
      [&] {
        almost_fair_crps_loss(data.observations(), data.members(), data.variable_weights, {0.0, 0.0, 0.0});
      },
      value, error_code::zero_weight, "grid_weights");
  data.x[7] = k_nan;
  expect_error([&] { run(); }, value, error_code::non_finite, "members", "[0, 1, 0, 1] is NaN");
  data.x[7] = std::numeric_limits<double>::infinity();
  expect_error([&] { run({.nan_policy = nan_policy::omit}); }, value, error_code::non_finite, "members",
               "infinite");
  for (double& y : data.y) y = k_nan;
  data.x[7] = 0.0;
  expect_error([&] { run({.nan_policy = nan_policy::omit}); }, value, error_code::degenerate, "observations");
}

}  // namespace
}  // namespace assay::testing
