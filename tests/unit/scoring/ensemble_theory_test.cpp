// The Gaussian theory of ensembles, and weights of fields.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "assay/core/vmath.hpp"
#include "assay/scoring/crps_ensemble.hpp"
#include "assay/scoring/field_weights.hpp"
#include "assay/scoring/gaussian_ensemble.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::scoring {
namespace {

using testing::expect_error;
const double nan = std::numeric_limits<double>::quiet_NaN();

// 200,000 forecasts: the standard error of the mean is below 0.0015.
TEST(gaussian_ensemble, expectation_is_the_mean_of_simulated_scores) {
  testing::generator random(81);
  constexpr std::size_t n = 200000, m = 4;
  const double s = 0.8;
  std::vector<double> y(n), members(n * m);
  for (double& value : y) value = random.normal();
  for (double& value : members) value = s * random.normal();
  for (const auto estimator : {crps_estimator::standard, crps_estimator::fair, crps_estimator::almost_fair,
                               crps_estimator::adjusted, crps_estimator::akr}) {
    crps_ensemble_options options{.estimator = estimator, .alpha = 0.5};
    gaussian_ensemble_options theory{.estimator = estimator, .alpha = 0.5};
    if (estimator == crps_estimator::adjusted) options.ensemble_size = theory.ensemble_size = 10;
    const array scores = crps_ensemble(y, {members, n, m}, options);
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) sum += scores[i];
    EXPECT_ABS(expected_crps_gaussian_ensemble(s, m, theory), sum / n, 0.006, "four standard errors");
  }
}

TEST(gaussian_ensemble, optimal_ratio_is_where_the_expectation_is_least) {
  for (const std::int64_t m : {2, 4, 16})
    for (const auto estimator :
         {crps_estimator::standard, crps_estimator::fair, crps_estimator::almost_fair}) {
      const gaussian_ensemble_options options{.estimator = estimator};
      const double best = optimal_std_ratio(m, options),
                   least = expected_crps_gaussian_ensemble(best, m, options);
      for (const double other : {0.99 * best, 1.01 * best})
        EXPECT_GT(expected_crps_gaussian_ensemble(other, m, options), least);
    }
  EXPECT_REL(optimal_std_ratio(8), 1.0, 1e-15, "fair is unbiased");
}

// The slope of the expected score by each member vanishes there: level_k is what the spread asks of it.
TEST(gaussian_ensemble, member_levels_are_stationary) {
  for (const auto estimator : {crps_estimator::standard, crps_estimator::almost_fair}) {
    constexpr std::size_t m = 4;
    const array levels = optimal_member_levels(m, {.estimator = estimator});
    std::vector<double> members;
    for (std::size_t k = 0; k < m; ++k) members.push_back(vmath::normal_quantile(levels[k]));
    // Mean gradient over outcomes at the midpoints of 20,000 equal shares; members fall between them.
    std::vector<double> slope(m, 0.0);
    constexpr int outcomes = 20000;
    for (int i = 0; i < outcomes; ++i) {
      const double y = vmath::normal_quantile((i + 0.5) / outcomes);
      const auto found = crps_ensemble_grad({y}, {members, 1, m}, {.estimator = estimator});
      for (std::size_t k = 0; k < m; ++k) slope[k] += found.grad[k] / outcomes;
    }
    for (const double value : slope) EXPECT_ABS(value, 0.0, 1e-4, "one outcome more or less on a side");
  }
  EXPECT_EQ(optimal_member_levels(3).to_vector(), (std::vector<double>{0, 0.5, 1}));
  EXPECT_EQ(optimal_member_levels(1, {.estimator = crps_estimator::standard}).to_vector(),
            (std::vector<double>{0.5}));
}

TEST(gaussian_ensemble, errors_name_argument_and_value) {
  const auto value = error_kind::value;
  expect_error([] { expected_crps_gaussian_ensemble(-1.0, 2); }, value, error_code::out_of_range, "std_ratio",
               "is -1");
  expect_error([] { expected_crps_gaussian_ensemble(nan, 2); }, value, error_code::out_of_range, "std_ratio",
               "NaN");
  expect_error([] { optimal_std_ratio(1); }, value, error_code::bad_parameter, "n_members",
               "must be at least 2");
  expect_error([] { optimal_std_ratio(0, {.estimator = crps_estimator::standard}); }, value,
               error_code::bad_parameter, "n_members", "must be at least 1");
  expect_error([] { optimal_std_ratio(4, {.estimator = crps_estimator::almost_fair, .alpha = 2.0}); }, value,
               error_code::out_of_range, "alpha");
  expect_error([] { optimal_member_levels(4, {.estimator = crps_estimator::adjusted}); }, value,
               error_code::bad_parameter, "ensemble_size");
  expect_error([] { optimal_member_levels(4, {.estimator = crps_estimator::akr}); }, value,
               error_code::unsupported, "estimator");
}

TEST(latitude_weights, are_cosines_of_mean_or_sum_one) {
  const std::vector<double> latitudes{-90, -75.5, -45, -10, 0, 30, 60, 89.99};
  const array mean = latitude_weights(latitudes);
  const array sum = latitude_weights(latitudes, {.normalise = weight_normalisation::unit_sum});
  long double total = 0.0L;
  const auto exact = [](double degrees) {
    return degrees == -90.0
               ? 0.0L
               : std::cos(static_cast<long double>(degrees) * 3.14159265358979323846264338328L / 180);
  };
  for (const double latitude : latitudes) total += exact(latitude);
  for (std::size_t i = 0; i < latitudes.size(); ++i) {
    EXPECT_REL(mean[i], static_cast<double>(exact(latitudes[i]) * 8 / total), 2e-15, "documented");
    EXPECT_REL(sum[i], static_cast<double>(exact(latitudes[i]) / total), 2e-15, "documented");
  }
  EXPECT_BITS(mean[0], 0.0);
}

TEST(latitude_weights, cell_areas_cover_the_sphere) {
  const latitude_weights_options areas{.weighting = latitude_weighting::cell_area,
                                       .normalise = weight_normalisation::unit_sum};
  const array down = latitude_weights({90, 30, -30, -90}, areas),
              up = latitude_weights({-90, -30, 30, 90}, areas);
  const std::vector<double> expected{(1 - std::sqrt(0.75)) / 2, std::sqrt(0.75) / 2, std::sqrt(0.75) / 2,
                                     (1 - std::sqrt(0.75)) / 2};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_REL(down[i], expected[i], 1e-14, "1 - sin 60 in the expectation");
    EXPECT_BITS(down[i], up[i]);
  }
  EXPECT_BITS(latitude_weights({10}, areas)[0], 1.0);
}

TEST(pressure_level_weights, grow_with_pressure_from_a_minimum) {
  EXPECT_EQ(pressure_level_weights({1000, 500, 100}).to_vector(), (std::vector<double>{1, 0.5, 0.2}));
  EXPECT_EQ(pressure_level_weights({4, 1}, {.minimum = 1.0, .slope = 0.5}).to_vector(),
            (std::vector<double>{2, 1}));
}

TEST(field_weights, errors_name_argument_and_value) {
  const auto value = error_kind::value;
  const latitude_weights_options areas{.weighting = latitude_weighting::cell_area};
  expect_error([] { latitude_weights({}); }, error_kind::shape, error_code::empty_input, "latitudes");
  expect_error([] { latitude_weights({0, 91}); }, value, error_code::out_of_range, "latitudes", "[1] is 91");
  expect_error([] { latitude_weights({nan}); }, value, error_code::out_of_range, "latitudes", "NaN");
  expect_error([] { latitude_weights({90, -90}); }, value, error_code::zero_weight, "latitudes");
  expect_error(
      [&] {
        latitude_weights({0, 10, 5}, areas);
      },
      value, error_code::out_of_range, "latitudes", "[2] is 5, must be > the one before, 10");
  expect_error([] { pressure_level_weights({}); }, error_kind::shape, error_code::empty_input, "levels_hpa");
  expect_error([] { pressure_level_weights({-1}); }, value, error_code::out_of_range, "levels_hpa",
               "[0] is -1");
  expect_error([] { pressure_level_weights({1}, {.minimum = -1.0}); }, value, error_code::bad_parameter,
               "minimum");
  expect_error([] { pressure_level_weights({1}, {.slope = nan}); }, value, error_code::bad_parameter,
               "slope");
}

}  // namespace
}  // namespace assay::scoring
