#include "assay/scoring/rank_histogram.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "assay/core/rng.hpp"
#include "ensemble_reference.hpp"
#include "support/compare.hpp"

namespace assay::testing {
namespace {

using scoring::nan_policy;
using scoring::rank_histogram_accumulator;
using scoring::rank_ties;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

// Outcomes with 0 or more tied members: 1 of {0, 0, 1}; 0 of {0, 0, 1}; 2 of {0, 1, 1}.
const std::vector<double> k_outcomes = {1.0, 0.0, 2.0};
const std::vector<double> k_members = {0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0};

array histogram(const scoring::rank_histogram_options& options) {
  return scoring::rank_histogram(k_outcomes, matrix_view(k_members, 3, 3), options);
}

TEST(rank_histogram, spreads_ties_over_the_ranks_they_may_take) {
  const array counts = histogram({});
  const double third = 1.0 / 3.0;  // outcome 0: ranks 0, 1, 2
  EXPECT_BITS(counts[0], third);
  EXPECT_BITS(counts[1], third);
  EXPECT_BITS(counts[2], 0.5 + third);  // outcome 1: ranks 2, 3
  EXPECT_BITS(counts[3], 1.5);          // outcome 2 is above all
}

TEST(rank_histogram, takes_the_lowest_rank_on_request) {
  EXPECT_BITS(histogram({.ties = rank_ties::lowest}), array(std::vector{1.0, 0.0, 1.0, 1.0}));
}

TEST(rank_histogram, takes_the_rank_that_a_uniform_number_names) {
  EXPECT_BITS(histogram({.ties = rank_ties::random, .uniforms = {0.6, 0.5, 0.9}}),
              array(std::vector{0.0, 1.0, 0.0, 2.0}));
  const double nearly_one = 1.0 - 0x1p-53;
  EXPECT_BITS(histogram({.ties = rank_ties::random, .uniforms = {nearly_one, nearly_one, nearly_one}}),
              array(std::vector{0.0, 0.0, 1.0, 2.0}));
}

TEST(rank_histogram, draws_by_seed_and_row) {
  const double first = philox::uniform(7, 0);
  const double second = philox::uniform(7, 1);
  EXPECT_BITS(histogram({.ties = rank_ties::random, .seed = 7}),
              histogram({.ties = rank_ties::random, .uniforms = {first, second, 0.0}}));
}

TEST(rank_histogram, fractional_is_the_expectation_of_random) {
  const ensembles data = random_ensembles(1, 200, 7, true);
  const array expected = scoring::rank_histogram(data.observations, data.view());
  std::vector<double> mean(8);
  const int draws = 400;
  for (int seed = 0; seed < draws; ++seed) {
    const array counts =
        scoring::rank_histogram(data.observations, data.view(),
                                {.ties = rank_ties::random, .seed = static_cast<std::uint64_t>(seed)});
    for (std::size_t rank = 0; rank < 8; ++rank) mean[rank] += counts[rank] / draws;
  }
  // a count of 200 rows has a standard deviation below sqrt(200)/2 = 7.1: of the mean 0.35
  for (std::size_t rank = 0; rank < 8; ++rank)
    EXPECT_ABS(mean[rank], expected[rank], 1.8, "5 standard errors, seeds fixed");
}

TEST(rank_histogram, counts_every_row_once) {
  const ensembles data = random_ensembles(2, 5000, 10);
  for (const auto ties : {rank_ties::fractional, rank_ties::random, rank_ties::lowest}) {
    const array counts =
        scoring::rank_histogram(data.observations, data.view(), {.ties = ties}, {.threads = 3});
    double total = 0.0;
    for (std::size_t rank = 0; rank < 11; ++rank) total += counts[rank];
    EXPECT_BITS(total, 5000.0);
  }
}

TEST(rank_histogram, float32_equals_float64_on_the_widened_numbers) {
  const ensembles data = random_ensembles(3, 500, 9);
  const std::vector<float> members(data.members.begin(), data.members.end());
  const std::vector<double> wide(members.begin(), members.end());
  EXPECT_BITS(scoring::rank_histogram(data.observations, matrix_view(members, 500, 9)),
              scoring::rank_histogram(data.observations, matrix_view(wide, 500, 9)));
}

TEST(rank_histogram, leaves_out_or_passes_on_rows_with_missing_values) {
  const std::vector<double> y = {0.5, k_nan, 0.5};
  const std::vector<double> x = {0.0, 1.0, 0.0, 1.0, 0.0, k_nan};
  EXPECT_BITS(scoring::rank_histogram(y, matrix_view(x, 3, 2), {.nan_policy = nan_policy::omit}),
              array(std::vector{0.0, 1.0, 0.0}));
  EXPECT_BITS(scoring::rank_histogram(y, matrix_view(x, 3, 2), {.nan_policy = nan_policy::propagate}),
              array(std::vector{k_nan, k_nan, k_nan}));
}

TEST(rank_histogram, merge_adds_histograms) {
  const std::vector<double> histograms = {0.5, 1.5, 2.0, 1.0, 1.0, 0.25};
  EXPECT_BITS(scoring::rank_histogram_merge(matrix_view(histograms, 2, 3)),
              array(std::vector{1.5, 2.5, 2.25}));
}

// ---- accumulator ----

TEST(rank_histogram_accumulator, merged_pieces_give_the_bits_of_the_whole) {
  const ensembles data = random_ensembles(4, 301, 12, true);
  const array whole = scoring::rank_histogram(data.observations, data.view());
  for (const std::size_t cut : {1U, 100U, 300U}) {
    rank_histogram_accumulator first;
    rank_histogram_accumulator second;
    first.update(vector_view(data.observations.data(), cut), matrix_view(data.members.data(), cut, 12));
    second.update(vector_view(data.observations.data() + cut, 301 - cut),
                  matrix_view(data.members.data() + cut * 12, 301 - cut, 12));
    second.merge(first);
    EXPECT_BITS(second.value(), whole);
  }
}

TEST(rank_histogram_accumulator, first_row_continues_the_draws) {
  const ensembles data = random_ensembles(5, 60, 4, true);
  const array whole =
      scoring::rank_histogram(data.observations, data.view(), {.ties = rank_ties::random, .seed = 9});
  rank_histogram_accumulator head({.ties = rank_ties::random, .seed = 9});
  rank_histogram_accumulator tail({.ties = rank_ties::random, .seed = 9, .first_row = 30});
  head.update(vector_view(data.observations.data(), 20), matrix_view(data.members.data(), 20, 4));
  head.update(vector_view(data.observations.data() + 20, 10), matrix_view(data.members.data() + 80, 10, 4));
  tail.update(vector_view(data.observations.data() + 30, 30), matrix_view(data.members.data() + 120, 30, 4));
  head.merge(tail);
  EXPECT_BITS(head.value(), whole);
}

TEST(rank_histogram_accumulator, comes_back_from_bytes) {
  const ensembles data = random_ensembles(6, 80, 5, true);
  rank_histogram_accumulator accumulator({.nan_policy = nan_policy::omit});
  accumulator.update(data.observations, data.view());
  auto copy = rank_histogram_accumulator::from_bytes(accumulator.to_bytes());
  EXPECT_BITS(copy.value(), accumulator.value());
  EXPECT_EQ(copy.to_bytes(), accumulator.to_bytes());
  copy.merge(accumulator);
  for (std::size_t rank = 0; rank < 6; ++rank)
    EXPECT_REL(copy.value()[rank], 2.0 * accumulator.value()[rank], 4e-16, "rounding of thirds");
  copy.reset();
  EXPECT_EQ(copy.to_bytes(), rank_histogram_accumulator({.nan_policy = nan_policy::omit}).to_bytes());
}

TEST(rank_histogram_accumulator, refuses_damaged_bytes) {
  rank_histogram_accumulator accumulator;
  accumulator.update(k_outcomes, matrix_view(k_members, 3, 3));
  const auto bytes = accumulator.to_bytes();
  for (std::size_t length = 0; length < bytes.size(); length += 7)
    expect_error(
        [&] {
          rank_histogram_accumulator::from_bytes({bytes.data(), length});
        },
        error_kind::value, error_code::corrupt_bytes, "bytes");
  auto damaged = bytes;
  damaged[40] ^= std::byte{1};
  expect_error([&] { rank_histogram_accumulator::from_bytes(damaged); }, error_kind::value,
               error_code::corrupt_bytes, "bytes");
}

// ---- errors ----

TEST(rank_histogram_errors, name_argument_and_value) {
  const auto run = [](const std::vector<double>& y, const std::vector<double>& x, std::size_t rows,
                      std::size_t m, const scoring::rank_histogram_options& options = {}) {
    scoring::rank_histogram(y, matrix_view(x, rows, m), options);
  };
  const auto value = error_kind::value;
  const auto shape = error_kind::shape;
  expect_error([&] { run({}, {}, 0, 0); }, shape, error_code::empty_input, "observations");
  expect_error([&] { run({1.0}, {}, 1, 0); }, shape, error_code::empty_input, "members");
  expect_error(
      [&] {
        run({1.0, 2.0}, {1.0, 2.0}, 1, 2);
      },
      shape, error_code::length_mismatch, "members", "rank_histogram:");
  expect_error(
      [&] {
        run({k_nan}, {1.0, 2.0}, 1, 2);
      },
      value, error_code::non_finite, "observations", "[0] is NaN");
  expect_error(
      [&] {
        run({1.0}, {1.0, k_nan}, 1, 2);
      },
      value, error_code::non_finite, "members", "[0, 1] is NaN");
  expect_error(
      [&] {
        run({1.0}, {1.0, k_infinity}, 1, 2, {.nan_policy = nan_policy::omit});
      },
      value, error_code::non_finite, "members", "Infinity");
  expect_error([&] { run({1.0}, {1.0}, 1, 1, {.uniforms = {1.0}}); }, value, error_code::out_of_range,
               "uniforms", "[0] is 1");
  expect_error(
      [&] {
        run({1.0}, {1.0}, 1, 1, {.uniforms = {0.1, 0.2}});
      },
      shape, error_code::length_mismatch, "uniforms");
  expect_error([&] { scoring::rank_histogram_merge(matrix_view()); }, shape, error_code::empty_input,
               "histograms");
  expect_error(
      [&] {
        scoring::rank_histogram_merge(matrix_view(std::vector{1.0, -1.0}, 1, 2));
      },
      value, error_code::out_of_range, "histograms", "[0, 1] is -1");
  expect_error(
      [&] {
        scoring::rank_histogram_merge(matrix_view(std::vector{1.0, k_nan}, 1, 2));
      },
      value, error_code::non_finite, "histograms", "NaN");
}

TEST(rank_histogram_errors, of_the_accumulator) {
  rank_histogram_accumulator accumulator;
  expect_error([&] { static_cast<void>(accumulator.value()); }, error_kind::state, error_code::empty_input,
               "");
  accumulator.update({1.0}, matrix_view(std::vector{1.0, 2.0}, 1, 2));
  expect_error([&] { accumulator.update({1.0}, matrix_view(std::vector{1.0}, 1, 1)); }, error_kind::shape,
               error_code::length_mismatch, "members", "2 members");
  rank_histogram_accumulator wider;
  wider.update({1.0}, matrix_view(std::vector{1.0, 2.0, 3.0}, 1, 3));
  expect_error([&] { accumulator.merge(wider); }, error_kind::shape, error_code::length_mismatch, "members");
  expect_error([&] { accumulator.merge(rank_histogram_accumulator({.ties = rank_ties::lowest})); },
               error_kind::value, error_code::bad_parameter, "ties");
}

}  // namespace
}  // namespace assay::testing
