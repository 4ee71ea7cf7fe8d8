#include "assay/scoring/mean.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using scoring::score_accumulator;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// ---- by group ----

TEST(grouped_mean, orders_groups_and_weighs_scores) {
  const auto result =
      scoring::grouped_mean({1.0, 2.0, 4.0, 10.0}, {7, -3, 7, 300}, {.weights = {1.0, 1.0, 3.0, 0.5}});
  EXPECT_EQ(result.groups.type(), dtype::int32);
  EXPECT_BITS(result.groups.to_vector(), (std::vector<double>{-3.0, 7.0, 300.0}));
  EXPECT_BITS(result.mean.to_vector(), (std::vector<double>{2.0, 3.25, 10.0}));
  EXPECT_BITS(result.weight.to_vector(), (std::vector<double>{1.0, 4.0, 0.5}));
  EXPECT_BITS(result.count.to_vector(), (std::vector<double>{1.0, 2.0, 1.0}));
}

TEST(grouped_mean, keeps_large_unsigned_groups) {
  const std::vector<std::uint32_t> groups = {4000000000U, 1U};
  const auto result = scoring::grouped_mean({1.0, 2.0}, groups);
  EXPECT_EQ(result.groups.type(), dtype::uint32);
  EXPECT_BITS(result.groups.to_vector(), (std::vector<double>{1.0, 4e9}));
}

TEST(grouped_mean, does_not_depend_on_the_order_of_rows) {
  generator random(1);
  std::vector<double> scores(200);
  std::vector<std::int32_t> groups(200);
  for (double& score : scores) score = random.normal() * std::exp2(random.uniform(-40.0, 40.0));
  for (auto& group : groups) group = static_cast<std::int32_t>(random.below(5));
  const auto forward = scoring::grouped_mean(scores, groups);
  const auto backward = scoring::grouped_mean(std::vector<double>(scores.rbegin(), scores.rend()),
                                              std::vector<std::int32_t>(groups.rbegin(), groups.rend()));
  EXPECT_BITS(forward.mean, backward.mean);
}

TEST(grouped_mean, names_what_is_wrong) {
  const auto value = error_kind::value;
  const auto shape = error_kind::shape;
  expect_error([] { scoring::grouped_mean({}, integer_view()); }, shape, error_code::empty_input, "scores");
  expect_error([] { scoring::grouped_mean({1.0}, {1, 2}); }, shape, error_code::length_mismatch, "groups");
  expect_error(
      [] {
        scoring::grouped_mean({1.0}, {1}, {.weights = {1.0, 2.0}});
      },
      shape, error_code::length_mismatch, "weights");
  expect_error([] { scoring::grouped_mean({k_nan}, {1}); }, value, error_code::non_finite, "scores");
  expect_error([] { scoring::grouped_mean({1.0}, {1}, {.weights = {-1.0}}); }, value, error_code::bad_weight,
               "weights");
  expect_error(
      [] {
        scoring::grouped_mean({1.0, 2.0}, {0, 1}, {.weights = {1.0, 0.0}});
      },
      value, error_code::zero_weight, "weights", "of group 1 sum to 0");
}

// ---- accumulator ----

TEST(score_accumulator, gives_mean_sum_weight_and_count) {
  score_accumulator accumulator;
  accumulator.update({1.0, 2.0}, {.weights = {1.0, 3.0}});
  accumulator.update({5.0});
  const auto summary = accumulator.value();
  EXPECT_BITS(summary.sum, 12.0);
  EXPECT_BITS(summary.weight, 5.0);
  EXPECT_BITS(summary.mean, 2.4);
  EXPECT_EQ(summary.count, 3);
}

TEST(score_accumulator, any_split_and_order_gives_the_bits_of_the_whole) {
  generator random(2);
  std::vector<double> scores(1000);
  for (double& score : scores) score = random.normal() * std::exp2(random.uniform(-60.0, 60.0));
  score_accumulator whole;
  whole.update(scores);
  for (const std::size_t piece : {1U, 7U, 333U}) {
    score_accumulator merged;
    for (std::size_t first = 0; first < scores.size(); first += piece) {
      score_accumulator part;
      part.update(vector_view(scores.data() + first, std::min(piece, scores.size() - first)));
      part.merge(merged);  // the later piece first
      merged = part;
    }
    EXPECT_BITS(merged.value().mean, whole.value().mean);
    EXPECT_BITS(merged.value().sum, whole.value().sum);
  }
}

TEST(score_accumulator, float32_scores_count_as_they_are) {
  score_accumulator narrow;
  score_accumulator wide;
  narrow.update(std::vector<float>{0.1F, 0.7F});
  wide.update({static_cast<double>(0.1F), static_cast<double>(0.7F)});
  EXPECT_BITS(narrow.value().mean, wide.value().mean);
}

TEST(score_accumulator, comes_back_from_bytes) {
  score_accumulator accumulator;
  accumulator.update({0.1, 1e300, -1e300, 3.0}, {.weights = {0.3, 1.0, 1.0, 2.0}});
  const auto copy = score_accumulator::from_bytes(accumulator.to_bytes());
  EXPECT_BITS(copy.value().mean, accumulator.value().mean);
  EXPECT_EQ(copy.to_bytes(), accumulator.to_bytes());
}

TEST(score_accumulator, refuses_damaged_bytes) {
  score_accumulator accumulator;
  accumulator.update({1.0});
  auto bytes = accumulator.to_bytes();
  bytes.back() ^= std::byte{4};
  expect_error([&] { score_accumulator::from_bytes(bytes); }, error_kind::value, error_code::corrupt_bytes,
               "bytes");
  expect_error([&] { score_accumulator::from_bytes({}); }, error_kind::value, error_code::corrupt_bytes,
               "bytes");
}

TEST(score_accumulator, has_no_mean_before_a_weight) {
  score_accumulator accumulator;
  expect_error([&] { static_cast<void>(accumulator.value()); }, error_kind::state, error_code::zero_weight,
               "");
  accumulator.update({3.0}, {.weights = {0.0}});
  expect_error([&] { static_cast<void>(accumulator.value()); }, error_kind::state, error_code::zero_weight,
               "");
  accumulator.update({3.0});
  EXPECT_BITS(accumulator.value().mean, 3.0);
  accumulator.reset();
  expect_error([&] { static_cast<void>(accumulator.value()); }, error_kind::state, error_code::zero_weight,
               "");
}

TEST(score_accumulator, names_what_is_wrong_and_stays_as_it_was) {
  score_accumulator accumulator;
  accumulator.update({2.0});
  expect_error(
      [&] {
        accumulator.update({1.0, k_nan});
      },
      error_kind::value, error_code::non_finite, "scores", "[1] is NaN");
  expect_error([&] { accumulator.update({1.0}, {.weights = {k_nan}}); }, error_kind::value,
               error_code::bad_weight, "weights");
  expect_error(
      [&] {
        accumulator.update({1.0}, {.weights = {1.0, 1.0}});
      },
      error_kind::shape, error_code::length_mismatch, "weights");
  expect_error([&] { accumulator.update({}); }, error_kind::shape, error_code::empty_input, "scores");
  EXPECT_BITS(accumulator.value().sum, 2.0);
}

// ---- shards ----

TEST(score_accumulator_merge, sums_shards_and_all) {
  const std::vector<std::int32_t> shards = {0, 2, 2, 2, 2, 3};
  const auto result = scoring::score_accumulator_merge(
      {1.0, 2.0, 4.0}, integer_view(array_view(shards.data(), dtype::int32, 2, {3, 2, 1})),
      {.weights = {1.0, 1.0, 2.0}});
  ASSERT_EQ(result.shards.size(), 3U);
  EXPECT_BITS(result.shards[0].sum, 3.0);
  EXPECT_EQ(result.shards[1].count, 0);
  EXPECT_BITS(result.shards[2].weight, 2.0);
  EXPECT_BITS(result.mean, 2.75);
  EXPECT_EQ(result.count, 3);
}

TEST(score_accumulator_merge, names_what_is_wrong) {
  const auto merge = [](const std::vector<std::int32_t>& shards, std::size_t columns, double weight = 1.0) {
    const array_view view(shards.data(), dtype::int32, 2, {shards.size() / columns, columns, 1});
    const std::vector<double> weights(3, weight);
    scoring::score_accumulator_merge({1.0, 2.0, 4.0}, integer_view(view), {.weights = weights});
  };
  expect_error(
      [&] {
        merge({0, 4}, 2);
      },
      error_kind::value, error_code::out_of_range, "shards", "[0] is 0 to 4");
  expect_error(
      [&] {
        merge({0, 1, 2, 1}, 2);
      },
      error_kind::value, error_code::out_of_range, "shards", "[1] is 2 to 1");
  expect_error([&] { merge({-1, 1}, 2); }, error_kind::value, error_code::out_of_range, "shards");
  expect_error(
      [&] {
        merge({0, 1, 2}, 3);
      },
      error_kind::shape, error_code::length_mismatch, "shards", "(k, 2)");
  expect_error([&] { merge({0, 3}, 2, 0.0); }, error_kind::value, error_code::zero_weight, "weights");
}

}  // namespace
}  // namespace assay::testing
