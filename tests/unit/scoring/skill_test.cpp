#include "assay/scoring/skill.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "assay/core/rng.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

TEST(skill_score, is_the_share_of_the_way_from_reference_to_perfect) {
  EXPECT_BITS(scoring::skill_score({1.0, 2.0}, {2.0, 4.0}), 0.5);
  EXPECT_BITS(scoring::skill_score({2.0, 4.0}, {2.0, 4.0}), 0.0);
  EXPECT_BITS(scoring::skill_score({0.0, 0.0}, {2.0, 4.0}), 1.0);
  EXPECT_BITS(scoring::skill_score({3.0}, {5.0}, {.perfect = 1.0}), 0.5);
  EXPECT_BITS(scoring::skill_score({1.0, 100.0}, {2.0, 4.0}, {.weights = {1.0, 0.0}}), 0.5);
}

TEST(skill_score, names_what_is_wrong) {
  const auto value = error_kind::value;
  const auto shape = error_kind::shape;
  expect_error([] { scoring::skill_score({}, {1.0}); }, shape, error_code::empty_input, "scores");
  expect_error([] { scoring::skill_score({1.0}, {}); }, shape, error_code::empty_input, "reference_scores");
  expect_error(
      [] {
        scoring::skill_score({1.0}, {1.0, 2.0});
      },
      shape, error_code::length_mismatch, "reference_scores");
  expect_error([] { scoring::skill_score({k_nan}, {1.0}); }, value, error_code::non_finite, "scores");
  expect_error([] { scoring::skill_score({1.0}, {k_nan}); }, value, error_code::non_finite,
               "reference_scores");
  expect_error([] { scoring::skill_score({1.0}, {0.0}); }, value, error_code::degenerate, "reference_scores",
               "perfect");
  expect_error([] { scoring::skill_score({1.0}, {2.0}, {.perfect = k_nan}); }, value, error_code::non_finite,
               "perfect");
  expect_error([] { scoring::skill_score({1.0}, {2.0}, {.weights = {0.0}}); }, value, error_code::zero_weight,
               "weights");
  expect_error([] { scoring::skill_score({1.0}, {2.0}, {.weights = {-1.0}}); }, value, error_code::bad_weight,
               "weights");
}

// ---- bootstrap ----

// The rule written out: case j of replicate b is the high half of u n, u draw j of item b.
std::vector<double> replicate_means(const std::vector<double>& scores, std::uint64_t seed,
                                    std::size_t replicates) {
  std::vector<double> means;
  for (std::size_t b = 0; b < replicates; ++b) {
    long double sum = 0.0L;
    for (std::size_t j = 0; j < scores.size(); ++j) {
      const std::uint64_t u = philox::block(seed, b, 0, static_cast<std::uint32_t>(j / 2))[j % 2];
      sum +=
          static_cast<long double>(scores[static_cast<std::size_t>(philox::high_product(u, scores.size()))]);
    }
    means.push_back(static_cast<double>(sum / static_cast<long double>(scores.size())));
  }
  std::ranges::sort(means);
  return means;
}

TEST(bootstrap_mean, follows_the_rule_of_the_draws_and_type_seven_percentiles) {
  generator random(1);
  std::vector<double> scores(37);
  for (double& score : scores) score = random.uniform(0.0, 4.0);
  const auto result = scoring::bootstrap_mean(scores, {.n_boot = 101, .level = 0.9, .seed = 5});
  const auto means = replicate_means(scores, 5, 101);
  EXPECT_REL(result.lower, means[5], 4e-16, "position 0.05 * 100 = 5, rounding");  // 0.05 itself is rounded
  EXPECT_REL(result.upper, means[95], 4e-16, "position 95, rounding");
  double mean = 0.0;
  for (const double value : means) mean += value / 101.0;
  double square = 0.0;
  for (const double value : means) square += (value - mean) * (value - mean) / 100.0;
  EXPECT_REL(result.std_error, std::sqrt(square), 1e-13, "sums of 101 terms");
  double total = 0.0;
  for (const double score : scores) total += score;
  EXPECT_REL(result.estimate, total / 37.0, 1e-15, "a sum of 37 terms");
}

TEST(bootstrap_mean, agrees_with_the_standard_error_of_the_mean) {
  generator random(2);
  const std::vector<double> scores = random.normals(400);
  const auto result = scoring::bootstrap_mean(scores, {.n_boot = 4000});
  EXPECT_REL(result.std_error, 1.0 / 20.0, 0.15, "400 scores of variance 1; 4000 replicates, seed fixed");
  EXPECT_REL(result.upper - result.lower, 2.0 * 1.645 / 20.0, 0.15, "as above");
}

TEST(bootstrap_mean, gives_the_same_bits_for_any_number_of_threads) {
  generator random(3);
  const std::vector<double> scores = random.normals(120);
  const auto one = scoring::bootstrap_mean(scores, {.seed = 3});
  const auto three = scoring::bootstrap_mean(scores, {.seed = 3}, {.threads = 3});
  EXPECT_BITS(one.lower, three.lower);
  EXPECT_BITS(one.upper, three.upper);
  EXPECT_BITS(one.std_error, three.std_error);
}

TEST(bootstrap_mean, blocks_keep_runs_together) {
  // One block is the whole series, rotated: every replicate has the mean of the data.
  generator random(4);
  std::vector<double> scores(16);
  for (double& score : scores) score = static_cast<double>(random.below(100));
  const auto whole = scoring::bootstrap_mean(scores, {.n_boot = 50, .block_length = 16});
  EXPECT_BITS(whole.lower, whole.estimate);
  EXPECT_BITS(whole.upper, whole.estimate);
  EXPECT_BITS(whole.std_error, 0.0);
  // A series in pairs of equal scores: blocks of 2 leave more variance than single draws.
  std::vector<double> paired(400);
  for (std::size_t i = 0; i < 400; ++i) paired[i] = i % 2 == 0 ? random.normal() : paired[i - 1];
  EXPECT_GT(scoring::bootstrap_mean(paired, {.block_length = 20}).std_error,
            1.2 * scoring::bootstrap_mean(paired, {.block_length = 1}).std_error);
}

TEST(bootstrap_mean, weights_are_drawn_with_their_scores) {
  const auto equal =
      scoring::bootstrap_mean({1.0, 2.0, 5.0, 9.0}, {.weights = {2.0, 2.0, 2.0, 2.0}, .n_boot = 30});
  const auto none = scoring::bootstrap_mean({1.0, 2.0, 5.0, 9.0}, {.n_boot = 30});
  EXPECT_BITS(equal.lower, none.lower);
  EXPECT_BITS(equal.upper, none.upper);
}

TEST(bootstrap_skill, draws_forecast_and_reference_in_pairs) {
  generator random(5);
  std::vector<double> reference(50);
  std::vector<double> scores(50);
  for (std::size_t i = 0; i < 50; ++i) {
    reference[i] = random.uniform(1.0, 9.0);
    scores[i] = reference[i] / 2.0;  // skill 1/2 in every case, so in every replicate
  }
  const auto result = scoring::bootstrap_skill(scores, reference, {.n_boot = 40});
  EXPECT_REL(result.estimate, 0.5, 1e-15, "rounding");
  EXPECT_REL(result.lower, 0.5, 1e-15, "rounding");
  EXPECT_REL(result.upper, 0.5, 1e-15, "rounding");
  EXPECT_LT(result.std_error, 1e-15);
}

TEST(bootstrap_skill_indices, replicates_are_skills_of_the_drawn_cases) {
  const std::vector<double> scores = {1.0, 2.0, 4.0}, reference = {2.0, 2.0, 5.0};
  const std::vector<std::int32_t> indices = {0, 0, 2, 1, 2, 0, 2, 2, 2};
  const integer_view draws(array_view(indices.data(), dtype::int32, 2, {3, 3, 1}));
  const auto found = scoring::bootstrap_skill_indices(scores, reference, draws, {.level = 0.5});
  EXPECT_BITS(found.estimate, 2.0 / 9.0);
  EXPECT_BITS(found.replicates, array(std::vector{3.0 / 9.0, 2.0 / 9.0, 3.0 / 15.0}));
  EXPECT_REL(found.lower, (0.2 + 2.0 / 9.0) / 2.0, 1e-15, "half way between the first two");
  const std::vector<std::int32_t> outside = {0, 1, 3, 0};
  const integer_view wrong(array_view(outside.data(), dtype::int32, 2, {2, 2, 1}));
  expect_error([&] { scoring::bootstrap_skill_indices(scores, reference, wrong); }, error_kind::value,
               error_code::out_of_range, "indices", "[1, 0] is 3, must lie in 0..2");
  expect_error([&] { scoring::bootstrap_skill_indices(scores, reference, integer_view(indices)); },
               error_kind::shape, error_code::length_mismatch, "indices", "2 rows");
  expect_error([&] { scoring::bootstrap_skill_indices(scores, reference, draws, {.level = 1.0}); },
               error_kind::value, error_code::out_of_range, "level");
}

TEST(bootstrap_errors, name_argument_and_value) {
  const auto value = error_kind::value;
  const std::vector<double> scores = {1.0, 2.0, 3.0};
  expect_error([&] { scoring::bootstrap_mean({}); }, error_kind::shape, error_code::empty_input, "scores");
  expect_error([&] { scoring::bootstrap_mean(scores, {.n_boot = 1}); }, value, error_code::bad_parameter,
               "n_boot", "at least 2");
  expect_error([&] { scoring::bootstrap_mean(scores, {.level = 1.0}); }, value, error_code::out_of_range,
               "level", "(0, 1)");
  expect_error([&] { scoring::bootstrap_mean(scores, {.block_length = 4}); }, value,
               error_code::bad_parameter, "block_length", "1..3");
  expect_error(
      [&] {
        scoring::bootstrap_mean(scores, {.weights = {1.0, 0.0, 0.0}});
      },
      value, error_code::zero_weight, "weights", "replicate");
  expect_error(
      [&] {
        scoring::bootstrap_skill(scores, {1.0, 2.0});
      },
      error_kind::shape, error_code::length_mismatch, "reference_scores");
  expect_error(
      [&] {
        scoring::bootstrap_skill(scores, {0.0, 0.0, 0.0});
      },
      value, error_code::degenerate, "reference_scores");
}

}  // namespace
}  // namespace assay::testing
