#include "assay/tournament/failure_sensitivity.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "assay/tournament/competitive_swiss_simulation.hpp"
#include "support/compare.hpp"
#include "unit/tournament/fields.hpp"

namespace assay::tournament {
namespace {

using testing::expect_error;
using testing::field;
using testing::random_field;
using grid = std::vector<std::int32_t>;

TEST(failure_sensitivity, is_the_slope_of_the_exact_expectations) {
  const field f = random_field(1, 6, 4);
  const grid counts = {0, 1, 3};
  const auto result = failure_sensitivity(f.view(), {.eliminate_grid = counts});
  for (std::size_t at = 0; at < 3; ++at) {
    const grid leavers(4, counts[at]);
    const auto exact = competitive_swiss_exact(f.view(), leavers);
    for (std::size_t i = 0; i < 6; ++i)
      EXPECT_BITS(result.expected_win_score(at, i), exact.expected_win_score[i]);
  }
  for (std::size_t i = 0; i < 6; ++i) {
    // T - mean T is -4/3, -1/3, 5/3; the sum of squares 42/9.
    const double slope = (-4.0 * result.expected_win_score(0, i) - result.expected_win_score(1, i) +
                          5.0 * result.expected_win_score(2, i)) /
                         14.0;
    EXPECT_ABS(result.sensitivity[i], slope, 1e-15, "rounding of three terms");
    EXPECT_BITS(result.relative_sensitivity[i], result.sensitivity[i] / result.expected_win_score(0, i));
    EXPECT_BITS(result.standard_error[i], 0.0);
  }
}

TEST(failure_sensitivity, eliminates_none_to_three_by_default) {
  const field f = random_field(2, 5, 3);
  const grid counts = {0, 1, 2, 3};
  const auto result = failure_sensitivity(f.view());
  EXPECT_EQ(result.expected_win_score.extent(0), 4U);
  EXPECT_BITS(result.sensitivity, failure_sensitivity(f.view(), {.eliminate_grid = counts}).sensitivity);
}

TEST(failure_sensitivity, simulates_the_same_slopes) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const field f = random_field(seed, 7, 4);
    const auto exact = failure_sensitivity(f.view());
    const auto estimate = failure_sensitivity(
        f.view(), {.mode = sensitivity_mode::simulate, .simulations = 20000, .seed = seed});
    for (std::size_t i = 0; i < 7; ++i)
      EXPECT_ABS(estimate.sensitivity[i], exact.sensitivity[i], 5.0 * estimate.standard_error[i] + 1e-12,
                 "five standard errors");
  }
}

TEST(failure_sensitivity, simulates_every_number_of_eliminations_with_the_same_draws) {
  const field f = random_field(5, 20, 4);
  const auto estimate =
      failure_sensitivity(f.view(), {.mode = sensitivity_mode::simulate, .simulations = 3000, .seed = 8});
  for (std::size_t at = 0; at < 4; ++at) {
    const grid leavers(4, static_cast<std::int32_t>(at));
    const auto alone = competitive_swiss_simulate(f.view(), leavers, {.simulations = 3000, .seed = 8});
    for (std::size_t i = 0; i < 20; ++i)
      EXPECT_BITS(estimate.expected_win_score(at, i), alone.expected_win_score[i]);
  }
}

TEST(failure_sensitivity, finds_the_standard_error_of_the_slope_from_single_tournaments) {
  // With two numbers of eliminations, 0 and 1, the slope of a tournament is the difference of its points.
  const field f = random_field(6, 5, 3);
  const grid counts = {0, 1};
  const auto estimate = failure_sensitivity(
      f.view(),
      {.eliminate_grid = counts, .mode = sensitivity_mode::simulate, .simulations = 200, .seed = 1});
  const grid none(3, 0);
  const grid one(3, 1);
  std::vector<double> sum(5, 0.0);
  std::vector<double> squares(5, 0.0);
  std::vector<double> before(10, 0.0);
  competitive_swiss_simulation a(f.view(), none, {.seed = 1});
  competitive_swiss_simulation b(f.view(), one, {.seed = 1});
  for (std::uint64_t t = 0; t < 200; ++t) {
    a.run(t, 1);
    b.run(t, 1);
    const auto total_a = a.value().expected_win_score;
    const auto total_b = b.value().expected_win_score;
    for (std::size_t i = 0; i < 5; ++i) {
      const double n = static_cast<double>(t + 1);
      const double slope = std::round(2.0 * (total_b[i] - total_a[i]) * n) / 2.0 - sum[i];
      sum[i] += slope;
      squares[i] += slope * slope;
    }
  }
  for (std::size_t i = 0; i < 5; ++i) {
    const double variance = (squares[i] - sum[i] * sum[i] / 200.0) / 199.0;
    EXPECT_REL(estimate.standard_error[i], std::sqrt(variance / 200.0), 1e-12, "cancellation in the check");
    EXPECT_REL(estimate.sensitivity[i], sum[i] / 200.0, 1e-15, "one rounding");
  }
}

TEST(failure_sensitivity, gives_the_same_bits_for_any_number_of_threads) {
  const field f = random_field(7, 18, 4);
  const failure_sensitivity_options options{
      .mode = sensitivity_mode::simulate, .simulations = 9000, .seed = 2};
  const auto one = failure_sensitivity(f.view(), options);
  for (const unsigned threads : {2U, 7U}) {
    const auto many = failure_sensitivity(f.view(), options, {.threads = threads});
    EXPECT_BITS(many.expected_win_score, one.expected_win_score);
    EXPECT_BITS(many.sensitivity, one.sensitivity);
    EXPECT_BITS(many.standard_error, one.standard_error);
    EXPECT_BITS(many.risk_score, one.risk_score);
  }
}

TEST(failure_sensitivity, ranks_players_for_every_number_of_eliminations) {
  const auto result = failure_sensitivity(testing::dominance_chain(8, 3).view());
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t better = 0;
    for (std::size_t j = 0; j < 8; ++j)
      better += result.expected_win_score(0, j) > result.expected_win_score(0, i) + 1e-12;
    EXPECT_EQ(result.rank_by_elimination(0, i), static_cast<double>(better));
  }
  EXPECT_EQ(result.rank_by_elimination(0, 0), 0.0);
}

TEST(failure_sensitivity, shares_ranks_and_classes_among_equals) {
  field f = random_field(8, 4, 3);
  for (double& score : f.scores) score = 1.0;
  const auto result = failure_sensitivity(f.view());
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(result.rank_by_elimination(3, i), 0.0);
    EXPECT_EQ(result.risk_class[i], 0.0);
  }
}

TEST(failure_sensitivity, classes_players_by_their_distance_from_the_median_slope) {
  const field f = random_field(9, 7, 4);
  const auto result =
      failure_sensitivity(f.view(), {.generalist_threshold = 1.0, .specialist_threshold = -0.25});
  int generalists = 0;
  int specialists = 0;
  for (std::size_t i = 0; i < 7; ++i) {
    const double z = result.risk_score[i];
    EXPECT_EQ(result.risk_class[i], z > 1.0 ? 1.0 : z < -0.25 ? -1.0 : 0.0);
    generalists += z > 0.0;
    specialists += z < 0.0;
  }
  EXPECT_EQ(generalists, specialists);  // seven slopes around the fourth
}

TEST(failure_sensitivity, has_no_relative_slope_without_points) {
  const auto result = failure_sensitivity(random_field(10, 1, 2).view());
  EXPECT_BITS(result.sensitivity[0], 0.0);
  EXPECT_BITS(result.relative_sensitivity[0], 0.0);
}

TEST(failure_sensitivity, refuses_bad_arguments) {
  const field f = random_field(11, 4, 2);
  const auto refuses = [&](const failure_sensitivity_options& options, error_code code, const char* argument,
                           const char* text) {
    expect_error([&] { failure_sensitivity(f.view(), options); }, error_kind::value, code, argument, text);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const grid negative = {0, -1};
  const grid constant = {2, 2};
  const grid none;
  refuses({.eliminate_grid = negative}, error_code::out_of_range, "eliminate_grid", "[1] is -1");
  refuses({.eliminate_grid = constant}, error_code::bad_parameter, "eliminate_grid", "holds only 2");
  refuses({.simulations = 0}, error_code::bad_parameter, "simulations", "is 0");
  refuses({.bye_points = 2.2}, error_code::bad_parameter, "bye_points", "is 2.2");
  refuses({.generalist_threshold = nan}, error_code::non_finite, "generalist_threshold", "NaN");
  refuses({.specialist_threshold = 0.75}, error_code::bad_parameter, "specialist_threshold",
          "must not exceed generalist_threshold");
  const grid wide = {0, 1'000'000};
  refuses({.eliminate_grid = wide, .mode = sensitivity_mode::simulate, .simulations = std::int64_t{1} << 50},
          error_code::bad_parameter, "eliminate_grid", "too wide for so many simulations");
  refuses({.state_budget = 5}, error_code::budget_exceeded, "state_budget", "simulate instead");
  expect_error([&] { failure_sensitivity(f.view(), {.eliminate_grid = none}); }, error_kind::shape,
               error_code::empty_input, "eliminate_grid", "empty");
}

}  // namespace
}  // namespace assay::tournament
