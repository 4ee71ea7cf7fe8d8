#include "assay/scoring/spread_error.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "ensemble_reference.hpp"
#include "support/accumulators.hpp"
#include "support/compare.hpp"

namespace assay::testing {
namespace {

using scoring::nan_policy;
using scoring::spread_error_accumulator;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

struct sums {
  long double variance = 0, squared_error = 0, error = 0;

  explicit sums(const ensembles& data) {
    for (std::size_t i = 0; i < data.n; ++i) {
      const auto x = data.row(i);
      long double mean = 0, squares = 0;
      for (const double value : x) mean += static_cast<long double>(value) / static_cast<long double>(data.m);
      for (const double value : x) squares += std::pow(static_cast<long double>(value) - mean, 2.0L);
      variance += squares / static_cast<long double>(data.m - 1);
      const long double e = mean - static_cast<long double>(data.observations[i]);
      error += e;
      squared_error += e * e;
    }
    const auto n = static_cast<long double>(data.n);
    variance /= n, squared_error /= n, error /= n;
  }
};

TEST(spread_error, equals_its_definition) {
  const ensembles data = random_ensembles(1, 300, 7);
  const sums expected(data);
  const auto result = scoring::spread_error(data.observations, data.view());
  const char* why = "two passes a row, sums rounded once";
  EXPECT_REL(result.rmse, static_cast<double>(std::sqrt(expected.squared_error)), 1e-14, why);
  EXPECT_REL(result.spread, static_cast<double>(std::sqrt(expected.variance)), 1e-14, why);
  EXPECT_REL(result.corrected_spread, std::sqrt(8.0 / 7.0) * result.spread, 1e-15, "one factor");
  EXPECT_REL(result.ratio, result.corrected_spread / result.rmse, 1e-15, "a quotient");
  EXPECT_ABS(result.bias, static_cast<double>(expected.error), 1e-15, "errors of order 1 cancel");
  EXPECT_REL(result.unbiased_mse, static_cast<double>(expected.squared_error - expected.variance / 7), 1e-14,
             why);
}

// Members and outcome from one distribution: the ratio tends to 1, whatever m. Standard error about 1/sqrt(2
// n).
TEST(spread_error, ratio_of_a_reliable_ensemble_is_one) {
  for (const std::size_t m : {2U, 5U, 20U}) {
    const ensembles data = random_ensembles(2 + m, 20000, m);
    const auto result = scoring::spread_error(data.observations, data.view());
    EXPECT_ABS(result.ratio, 1.0, 0.025, "5 standard errors, seeds fixed");
    EXPECT_ABS(result.unbiased_mse, 1.0, 0.06,
               "5 standard errors: error of the mean of an infinite ensemble");
  }
}

TEST(spread_error, missing_members_are_left_out) {
  const std::vector<double> x = {1, 2, k_nan, 4, 6, 9, k_nan, k_nan, 3, 1, 2, 3};
  const std::vector<double> y = {1, 5, 2, k_nan};
  const auto result = scoring::spread_error(y, matrix_view(x, 4, 3), {.nan_policy = nan_policy::omit});
  // rows 0 and 1 remain: variances 0.5 of 2 members and 19/3 of 3
  EXPECT_REL(result.spread, std::sqrt((0.5 + 19.0 / 3.0) / 2.0), 1e-15, "few operations");
  EXPECT_REL(result.corrected_spread, std::sqrt((0.5 * 1.5 + 19.0 / 3.0 * 4.0 / 3.0) / 2.0), 1e-15,
             "few operations");
  const auto unknown = scoring::spread_error(y, matrix_view(x, 4, 3), {.nan_policy = nan_policy::propagate});
  EXPECT_TRUE(std::isnan(unknown.rmse) && std::isnan(unknown.ratio) && std::isnan(unknown.unbiased_mse));
}

TEST(spread_error, ratio_without_error_is_infinite) {
  EXPECT_BITS(scoring::spread_error({1.0}, matrix_view(std::vector{0.0, 2.0}, 1, 2)).ratio,
              std::numeric_limits<double>::infinity());
}

TEST(spread_error_curve, groups_by_variance) {
  // standard deviations sqrt(1/2) times 3, 1, 4, 2, 5; errors 3, 1, 4, 2, 5
  std::vector<double> x, y;
  for (const double size : {3.0, 1.0, 4.0, 2.0, 5.0}) {
    x.push_back(10.0);
    x.push_back(10.0 + size);
    y.push_back(10.0 - size / 2.0);
  }
  const auto curve = scoring::spread_error_curve(y, matrix_view(x, 5, 2), 2);
  EXPECT_BITS(curve.count[0], 3.0);
  EXPECT_BITS(curve.count[1], 2.0);
  EXPECT_REL(curve.spread[0], std::sqrt(1.5 * (1.0 + 4.0 + 9.0) / 2.0 / 3.0), 1e-15, "few operations");
  EXPECT_REL(curve.rmse[0], std::sqrt((1.0 + 4.0 + 9.0) / 3.0), 1e-15, "few operations");
  EXPECT_REL(curve.spread[1], std::sqrt(1.5 * (16.0 + 25.0) / 2.0 / 2.0), 1e-15, "few operations");
}

TEST(spread_error_curve, one_group_equals_spread_error) {
  const ensembles data = random_ensembles(9, 100, 4);
  const auto whole = scoring::spread_error(data.observations, data.view());
  const auto curve = scoring::spread_error_curve(data.observations, data.view(), 1, {}, {.threads = 2});
  EXPECT_BITS(curve.spread[0], whole.corrected_spread);
  EXPECT_BITS(curve.rmse[0], whole.rmse);
}

TEST(reliability_budget, terms_sum_to_the_departure) {
  const ensembles data = random_ensembles(10, 200, 6);
  const auto spread = scoring::spread_error(data.observations, data.view());
  const auto budget =
      scoring::reliability_budget(data.observations, data.view(), {.observation_error_variance = 0.25});
  EXPECT_REL(budget.depar2, spread.rmse * spread.rmse, 1e-15, "a square root and its square");
  EXPECT_REL(budget.variance, spread.corrected_spread * spread.corrected_spread, 1e-15, "the same");
  EXPECT_REL(budget.bias2, spread.bias * spread.bias, 1e-15, "the same");
  EXPECT_ABS(budget.bias2 + budget.variance + budget.observation_error + budget.residual, budget.depar2,
             1e-15, "three additions of numbers of order 1");
}

TEST(spread_error_accumulator, merges_exactly_and_keeps_its_bytes) {
  const ensembles data = random_ensembles(11, 100, 5);
  const auto fill = [&](spread_error_accumulator& into, std::size_t first, std::size_t last) {
    into.update(vector_view(data.observations.data() + first, last - first),
                matrix_view(data.members.data() + first * 5, last - first, 5));
  };
  expect_merges_exactly(spread_error_accumulator(), 100, fill);
  spread_error_accumulator accumulator({.nan_policy = nan_policy::omit});
  fill(accumulator, 0, 100);
  expect_bytes_round_trip(accumulator);
  EXPECT_BITS(accumulator.value().ratio, scoring::spread_error(data.observations, data.view()).ratio);
}

TEST(spread_error, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  const std::vector<double> two = {1.0, 2.0}, equal = {1.0, 1.0}, missing = {1.0, k_nan};
  const matrix_view pair(two, 1, 2);
  expect_error([&] { scoring::spread_error({}, pair); }, shape, error_code::empty_input, "observations");
  expect_error([&] { scoring::spread_error({1, 2}, pair); }, shape, error_code::length_mismatch, "members");
  expect_error([&] { scoring::spread_error({1.0}, matrix_view(two, 1, 1)); }, shape,
               error_code::too_few_members, "members", "at least 2");
  expect_error([&] { scoring::spread_error({1.0}, matrix_view(missing, 1, 2)); }, value,
               error_code::non_finite, "members", "[0, 1] is NaN");
  expect_error([&] { scoring::spread_error({1.0}, matrix_view(missing, 1, 2), {nan_policy::omit}); }, value,
               error_code::too_few_members, "members");
  expect_error([&] { scoring::spread_error({1.0}, matrix_view(equal, 1, 2)); }, value, error_code::degenerate,
               "members", "no ratio");
  expect_error([&] { scoring::spread_error_curve({1.0}, pair, 0); }, value, error_code::bad_parameter,
               "n_bins", "is 0, must lie in 1..1");
  expect_error([&] { scoring::spread_error_curve({1.0}, pair, 2); }, value, error_code::bad_parameter,
               "n_bins");
  expect_error([&] { scoring::reliability_budget({1.0}, pair, {.observation_error_variance = -1.0}); }, value,
               error_code::out_of_range, "observation_error_variance", "is -1");
  spread_error_accumulator accumulator;
  expect_error([&] { static_cast<void>(accumulator.value()); }, error_kind::state, error_code::empty_input,
               "");
  accumulator.update({1.0}, matrix_view(equal, 1, 2));
  expect_error([&] { static_cast<void>(accumulator.value()); }, error_kind::state, error_code::degenerate,
               "");
}

}  // namespace
}  // namespace assay::testing
