#include "assay/scoring/observation_rank.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/core/rng.hpp"
#include "assay/scoring/rank_histogram.hpp"
#include "ensemble_reference.hpp"
#include "support/compare.hpp"

namespace assay::testing {
namespace {

using scoring::nan_policy;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

TEST(observation_rank, counts_members_below_and_not_above) {
  const ensembles data = random_ensembles(1, 200, 6, true);
  const auto rank = scoring::observation_rank(data.observations, data.view(), {}, {.threads = 3});
  for (std::size_t i = 0; i < data.n; ++i) {
    const auto x = data.row(i);
    const double y = data.observations[i];
    EXPECT_BITS(rank.lower[i],
                static_cast<double>(std::ranges::count_if(x, [=](double v) { return v < y; })));
    EXPECT_BITS(rank.upper[i],
                static_cast<double>(std::ranges::count_if(x, [=](double v) { return v <= y; })));
  }
}

TEST(observation_rank, rows_with_missing_numbers_have_none) {
  const std::vector<double> x = {1.0, k_nan, 1.0, 2.0, 1.0, 2.0};
  for (const auto policy : {nan_policy::omit, nan_policy::propagate}) {
    const auto rank = scoring::observation_rank({1.5, k_nan, 1.5}, matrix_view(x, 3, 2), {policy});
    EXPECT_TRUE(std::isnan(rank.lower[0]) && std::isnan(rank.upper[1]));
    EXPECT_BITS(rank.lower[2], 1.0);
    const array pit = scoring::pit_ensemble({1.5, k_nan, 1.5}, matrix_view(x, 3, 2), {.nan_policy = policy});
    EXPECT_TRUE(std::isnan(pit[0]) && std::isnan(pit[1]) && !std::isnan(pit[2]));
  }
}

TEST(pit_ensemble, falls_into_the_bin_of_the_random_rank) {
  const ensembles data = random_ensembles(2, 500, 9, true);
  const array pit = scoring::pit_ensemble(data.observations, data.view(), {.seed = 5});
  const array counts = scoring::rank_histogram(data.observations, data.view(),
                                               {.ties = scoring::rank_ties::random, .seed = 5});
  std::vector<double> found(10);
  for (std::size_t i = 0; i < data.n; ++i) found[static_cast<std::size_t>(pit[i] * 10.0)] += 1.0;
  EXPECT_BITS(array(found), counts);
}

TEST(pit_randomised, lies_between_the_two_probabilities) {
  EXPECT_BITS(scoring::pit_randomised({0.25, 0.5}, {0.75, 0.5}, {.uniforms = {0.5, 0.9}}),
              array(std::vector{0.5, 0.5}));
  EXPECT_BITS(scoring::pit_randomised({0.0}, {1.0}, {.seed = 3})[0], philox::uniform(3, 0));
}

TEST(pit_histogram, is_the_mean_of_randomised_histograms) {
  generator random(3);
  std::vector<double> below, at;
  for (int i = 0; i < 40; ++i) {
    const double a = random.uniform(), b = random.uniform();
    below.push_back(std::min(a, b));
    at.push_back(i % 5 == 0 ? below.back() : std::max(a, b));
  }
  const array histogram = scoring::pit_histogram(below, at, 7);
  std::vector<double> mean(7);
  constexpr int draws = 4000;
  for (int seed = 0; seed < draws; ++seed) {
    const array pit = scoring::pit_randomised(below, at, {.seed = static_cast<std::uint64_t>(seed)});
    for (std::size_t i = 0; i < pit.size(); ++i)
      mean[static_cast<std::size_t>(pit[i] * 7.0)] += 1.0 / (40.0 * draws);
  }
  double sum = 0.0;
  for (std::size_t b = 0; b < 7; ++b) {
    // a share of 40 outcomes has a standard deviation of at most sqrt(40)/2/40 = 0.08 a draw
    EXPECT_ABS(mean[b], histogram[b], 0.007, "5 standard errors, seeds fixed");
    sum += histogram[b];
  }
  EXPECT_ABS(sum, 1.0, 1e-15, "seven shares");
}

TEST(pit_histogram, puts_borders_above_and_one_into_the_last_bin) {
  for (const std::int64_t bins : {1, 3, 7, 10, 49})
    for (std::int64_t b = 0; b <= bins; ++b) {
      const double border = static_cast<double>(b) / static_cast<double>(bins);
      const array histogram = scoring::pit_histogram({border}, {border}, bins);
      EXPECT_BITS(histogram[static_cast<std::size_t>(std::min(b, bins - 1))], 1.0);
    }
}

TEST(observation_rank, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  const std::vector<double> two = {1.0, 2.0};
  const matrix_view pair(two, 1, 2);
  expect_error([&] { scoring::observation_rank({}, pair); }, shape, error_code::empty_input, "observations");
  expect_error([&] { scoring::observation_rank({k_nan}, pair); }, value, error_code::non_finite,
               "observations", "[0] is NaN");
  expect_error([&] { scoring::pit_ensemble({1.0}, pair, {.uniforms = {1.0}}); }, value,
               error_code::out_of_range, "uniforms", "[0] is 1");
  expect_error([&] { scoring::pit_randomised({}, {}); }, shape, error_code::empty_input, "cdf_below");
  expect_error([&] { scoring::pit_randomised({0.5}, {0.25}); }, value, error_code::out_of_range, "cdf_below",
               "[0] is 0.5, must not be above cdf_at, 0.25");
  expect_error([&] { scoring::pit_randomised({0.5}, {1.5}); }, value, error_code::out_of_range, "cdf_at");
  expect_error(
      [&] {
        scoring::pit_randomised({0.5}, {0.5, 0.6});
      },
      shape, error_code::length_mismatch, "cdf_at");
  expect_error(
      [&] {
        scoring::pit_randomised({0.5}, {0.6}, {.uniforms = {0.1, 0.2}});
      },
      shape, error_code::length_mismatch, "uniforms");
  expect_error([&] { scoring::pit_histogram({k_nan}, {0.5}, 5); }, value, error_code::out_of_range,
               "cdf_below");
  expect_error([&] { scoring::pit_histogram({0.1}, {0.5}, 0); }, value, error_code::bad_parameter, "n_bins",
               "is 0");
}

// ---- tests of rank histograms ----

TEST(rank_histogram_test, contrasts_are_parts_of_chi_square) {
  generator random(4);
  for (const std::size_t ranks : {3U, 4U, 11U}) {
    std::vector<double> counts(ranks);
    for (double& count : counts) count = static_cast<double>(random.below(50) + 1);
    const auto test = scoring::rank_histogram_test(counts);
    EXPECT_GE(test.chi_square * (1.0 + 1e-13), test.linear + test.convex);
    if (ranks == 3) {
      EXPECT_REL(test.linear + test.convex, test.chi_square, 1e-13, "two contrasts span three ranks");
    }
  }
}

TEST(rank_histogram_test, slopes_are_linear_and_humps_convex) {
  const auto slope = scoring::rank_histogram_test({1, 2, 3, 4, 5});
  EXPECT_REL(slope.linear, slope.chi_square, 1e-14, "all of it is slope");
  EXPECT_ABS(slope.convex, 0.0, 1e-14, "orthogonal");
  const auto hump = scoring::rank_histogram_test({4, 1, 0, 1, 4});
  EXPECT_REL(hump.convex, hump.chi_square, 1e-14, "all of it is a square");
  EXPECT_BITS(hump.linear, 0.0);
  EXPECT_LT(hump.convex_p_value, 0.05);
}

TEST(rank_histogram_test, errors_name_the_counts) {
  const auto shape = error_kind::shape, value = error_kind::value;
  expect_error(
      [] {
        scoring::rank_histogram_test({1, 2});
      },
      shape, error_code::empty_input, "counts", "at least 3");
  expect_error(
      [] {
        scoring::rank_histogram_test({0, 0, 0});
      },
      value, error_code::degenerate, "counts", "sum to 0");
  expect_error(
      [] {
        scoring::rank_histogram_test({1, -1, 2});
      },
      value, error_code::out_of_range, "counts", "[1] is -1");
  expect_error(
      [] {
        scoring::rank_histogram_test({1, k_nan, 2});
      },
      value, error_code::non_finite, "counts", "[1] is NaN");
}

}  // namespace
}  // namespace assay::testing
