#include "assay/scoring/point_scores.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "assay/scoring/quantile.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::scoring {
namespace {

using testing::expect_error;
const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

TEST(point_scores, follow_their_formulas) {
  EXPECT_EQ(squared_error({1, 2}, {3, 2}).to_vector(), (std::vector<double>{4, 0}));
  EXPECT_EQ(absolute_error({1, 2}, {3, -2}).to_vector(), (std::vector<double>{2, 4}));
  EXPECT_EQ(expectile_score({1, 3, 2}, {3, 1, 2}, 0.25).to_vector(), (std::vector<double>{3, 1, 0}));
  EXPECT_EQ(huber_loss({0, 0, 0}, {1, 2, -4}, 2.0).to_vector(), (std::vector<double>{0.5, 2, 6}));
  EXPECT_EQ(huber_loss({0, 0}, {4, 4}, vector_view({1.0, 2.0})).to_vector(), (std::vector<double>{3.5, 6}));
}

TEST(point_scores, expectile_score_at_one_half_is_half_the_squared_error) {
  testing::generator random(71);
  for (int i = 0; i < 50; ++i) {
    const double y = random.normal(), x = random.normal();
    EXPECT_BITS(expectile_score({y}, {x}, 0.5)[0], 0.5 * squared_error({y}, {x})[0]);
  }
}

/// Integral of the diagram of one forecast over thresholds, midpoints between y and x.
double integral(double y, double x, murphy_functional functional, double level, double reach) {
  constexpr int steps = 2000;
  const double low = std::fmin(x, y), step = std::fabs(x - y) / steps;
  std::vector<double> thresholds;
  for (int k = 0; k < steps; ++k) thresholds.push_back(low + (k + 0.5) * step);
  const array diagram = murphy_diagram({y}, {x}, functional, level, thresholds, {.huber_parameter = reach});
  double sum = 0.0;
  for (std::size_t k = 0; k < diagram.size(); ++k) sum += diagram[k] * step;
  return sum;
}

TEST(murphy_diagram, integrates_to_the_scores) {
  testing::generator random(72);
  for (int i = 0; i < 20; ++i) {
    const double y = random.normal(), x = random.normal(), level = random.uniform(0.1, 0.9);
    EXPECT_REL(integral(y, x, murphy_functional::quantile, level, 1.0), quantile_score({y}, {x}, level)[0],
               1e-12, "constant between y and x");
    EXPECT_REL(integral(y, x, murphy_functional::expectile, level, 1.0),
               0.5 * expectile_score({y}, {x}, level)[0], 1e-12,
               "linear between y and x, exact for midpoints");
    EXPECT_REL(integral(y, x, murphy_functional::huber, 0.5, 0.4), 0.5 * huber_loss({y}, {x}, 0.4)[0], 1e-5,
               "a kink within a step");
  }
}

TEST(murphy_diagram, costs_only_between_outcome_and_forecast) {
  const auto at = [](double t) {
    return murphy_diagram({0}, {2}, murphy_functional::quantile, 0.25, {t})[0];
  };
  EXPECT_BITS(at(-0.1), 0.0);
  EXPECT_BITS(at(0.0), 0.75);  // x > t >= y
  EXPECT_BITS(at(1.9), 0.75);
  EXPECT_BITS(at(2.0), 0.0);
  EXPECT_BITS(murphy_diagram({2}, {0}, murphy_functional::quantile, 0.25, {0.0})[0], 0.25);  // x <= t < y
}

TEST(point_scores, missing_values_give_missing_scores_when_allowed) {
  for (const auto policy : {nan_policy::omit, nan_policy::propagate}) {
    EXPECT_TRUE(std::isnan(squared_error({nan}, {1}, {policy})[0]));
    EXPECT_TRUE(std::isnan(absolute_error({1}, {nan}, {policy})[0]));
    EXPECT_TRUE(std::isnan(expectile_score({nan}, {1}, 0.5, {policy})[0]));
    EXPECT_TRUE(std::isnan(huber_loss({1}, {nan}, 0.5, {policy})[0]));
  }
}

TEST(point_scores, do_not_depend_on_threads_or_element_type) {
  testing::generator random(73);
  std::vector<float> y, x;
  for (int i = 0; i < 100000; ++i) {
    y.push_back(static_cast<float>(random.normal()));
    x.push_back(static_cast<float>(random.normal()));
  }
  const std::vector<double> wide_y(y.begin(), y.end()), wide_x(x.begin(), x.end()), t{-1.0, 0.0, 1.0};
  EXPECT_BITS(squared_error(y, x), squared_error(wide_y, wide_x, {}, {.threads = 3}));
  EXPECT_BITS(absolute_error(y, x), absolute_error(wide_y, wide_x, {}, {.threads = 3}));
  EXPECT_BITS(expectile_score(y, x, 0.3), expectile_score(wide_y, wide_x, 0.3, {}, {.threads = 3}));
  EXPECT_BITS(huber_loss(y, x, 0.3), huber_loss(wide_y, wide_x, 0.3, {}, {.threads = 3}));
  EXPECT_BITS(murphy_diagram(y, x, murphy_functional::expectile, 0.3, t),
              murphy_diagram(wide_y, wide_x, murphy_functional::expectile, 0.3, t, {}, {.threads = 3}));
}

TEST(point_scores, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  expect_error([] { squared_error({}, {}); }, shape, error_code::empty_input, "observations", "is empty");
  expect_error([] { absolute_error({1, 2}, {1}); }, shape, error_code::length_mismatch, "predictions");
  expect_error([] { squared_error({nan}, {1}); }, value, error_code::non_finite, "observations", "NaN");
  expect_error([] { absolute_error({1}, {infinity}, {nan_policy::omit}); }, value, error_code::non_finite,
               "predictions", "Infinity");
  expect_error([] { expectile_score({1}, {1}, 0.0); }, value, error_code::out_of_range, "level",
               "is 0, must lie in (0, 1)");
  expect_error(
      [] {
        expectile_score({1, 2}, {1, 2}, vector_view({0.5, 1.0}));
      },
      value, error_code::out_of_range, "level", "[1] is 1");
  expect_error([] { huber_loss({1}, {1}, 0.0); }, value, error_code::out_of_range, "delta",
               "must be finite and > 0");
  expect_error(
      [] {
        huber_loss({1, 2}, {1, 2}, vector_view({1.0, 1.0, 1.0}));
      },
      shape, error_code::length_mismatch, "delta");
  const auto quantile = murphy_functional::quantile;
  expect_error([=] { murphy_diagram({1}, {1}, quantile, 1.0, {0}); }, value, error_code::out_of_range,
               "level");
  expect_error([=] { murphy_diagram({1}, {1}, quantile, 0.5, {}); }, shape, error_code::empty_input,
               "thresholds");
  expect_error([=] { murphy_diagram({1}, {1}, quantile, 0.5, {nan}); }, value, error_code::non_finite,
               "thresholds");
  expect_error([=] { murphy_diagram({1}, {1}, quantile, 0.5, {0}, {.huber_parameter = 0.0}); }, value,
               error_code::bad_parameter, "huber_parameter", "is 0");
  expect_error([=] { murphy_diagram({nan}, {1}, quantile, 0.5, {0}); }, value, error_code::non_finite,
               "observations");
}

}  // namespace
}  // namespace assay::scoring
