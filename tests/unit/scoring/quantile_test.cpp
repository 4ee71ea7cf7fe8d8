#include "assay/scoring/quantile.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using scoring::nan_policy;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

class quantile_score : public each_isa {};
ASSAY_FOR_EACH_ISA(quantile_score);

TEST_P(quantile_score, charges_level_below_and_the_rest_above) {
  const array scores = scoring::quantile_score({2.0, 2.0, 2.0}, {1.0, 2.0, 4.0}, 0.25);
  EXPECT_BITS(scores[0], 0.25);  // 0.25 (2 - 1)
  EXPECT_BITS(scores[1], 0.0);
  EXPECT_BITS(scores[2], 1.5);  // 0.75 (4 - 2)
}

TEST_P(quantile_score, takes_one_level_a_row) {
  const array scores = scoring::quantile_score({0.0, 0.0}, {1.0, 1.0}, {0.5, 0.75});
  EXPECT_BITS(scores[0], 0.5);
  EXPECT_BITS(scores[1], 0.25);
}

TEST_P(quantile_score, gradient_is_the_slope_and_zero_on_the_outcome) {
  const auto result = scoring::quantile_score_grad({2.0, 2.0, 2.0}, {1.0, 2.0, 4.0}, 0.25);
  EXPECT_BITS(result.grad[0], -0.25);
  EXPECT_BITS(result.grad[1], 0.0);
  EXPECT_BITS(result.grad[2], 0.75);
  EXPECT_BITS(result.score, scoring::quantile_score({2.0, 2.0, 2.0}, {1.0, 2.0, 4.0}, 0.25));
}

// The mean score of a constant forecast is least at the empirical quantile.
TEST_P(quantile_score, is_consistent_for_the_quantile) {
  generator random(1);
  const std::vector<double> y = random.normals(5001);
  const auto mean_at = [&](double q) {
    const array scores = scoring::quantile_score(y, std::vector<double>(y.size(), q), 0.9);
    double sum = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i) sum += scores[i];
    return sum;
  };
  EXPECT_LT(mean_at(1.28), mean_at(1.0));
  EXPECT_LT(mean_at(1.28), mean_at(1.6));
}

TEST_P(quantile_score, float32_equals_float64_on_the_widened_numbers) {
  generator random(2);
  std::vector<float> y(1000);
  std::vector<float> q(1000);
  for (float& value : y) value = static_cast<float>(random.normal());
  for (float& value : q) value = static_cast<float>(random.normal());
  const auto narrow = scoring::quantile_score_grad(y, q, 0.1);
  const auto wide = scoring::quantile_score_grad(std::vector<double>(y.begin(), y.end()),
                                                 std::vector<double>(q.begin(), q.end()), 0.1);
  EXPECT_BITS(narrow.score, wide.score);
  EXPECT_EQ(narrow.grad.type(), dtype::float32);
  for (std::size_t i = 0; i < 1000; ++i)
    EXPECT_BITS(narrow.grad[i], static_cast<double>(static_cast<float>(wide.grad[i])));
}

TEST_P(quantile_score, gives_the_same_bits_for_any_threads_and_instruction_set) {
  generator random(3);
  const auto y = random.normals(70001);
  const auto q = random.normals(70001);
  const array scores = scoring::quantile_score(y, q, 0.3);
  const use_isa slowest(available_isas().front());
  EXPECT_BITS(scoring::quantile_score(y, q, 0.3, {}, {.threads = 3}), scores);
}

TEST_P(quantile_score, missing_values_give_missing_scores_when_allowed) {
  for (const auto policy : {nan_policy::omit, nan_policy::propagate}) {
    const auto result =
        scoring::quantile_score_grad({k_nan, 1.0, 1.0}, {1.0, k_nan, 2.0}, 0.5, {.nan_policy = policy});
    EXPECT_BITS(result.score[0], k_nan);
    EXPECT_BITS(result.score[1], k_nan);
    EXPECT_BITS(result.score[2], 0.5);
    EXPECT_BITS(result.grad[0], k_nan);
    EXPECT_BITS(result.grad[1], k_nan);
  }
}

TEST(quantile_score_errors, name_argument_and_value) {
  const auto expect = [](auto call, error_kind kind, error_code code, const std::string& argument,
                         const std::string& text) {
    expect_error([&] { call(scoring::quantile_score); }, kind, code, argument, text);
    expect_error([&] { call(scoring::quantile_score_grad); }, kind, code, argument, text);
  };
  const auto value = error_kind::value;
  const auto shape = error_kind::shape;
  expect([](auto f) { f({}, {}, 0.5, {}, {}); }, shape, error_code::empty_input, "observations", "is empty");
  expect([](auto f) { f({1.0}, {}, 0.5, {}, {}); }, shape, error_code::empty_input, "predictions",
         "is empty");
  expect(
      [](auto f) {
        f({1.0}, {1.0, 2.0}, 0.5, {}, {});
      },
      shape, error_code::length_mismatch, "predictions", "2 elements");
  expect(
      [](auto f) {
        f({1.0}, {1.0}, {0.5, 0.5}, {}, {});
      },
      shape, error_code::length_mismatch, "level", "2 elements");
  expect([](auto f) { f({1.0}, {1.0}, 1.0, {}, {}); }, value, error_code::out_of_range, "level",
         "is 1, must lie in (0, 1)");
  expect([](auto f) { f({1.0}, {1.0}, {0.0}, {}, {}); }, value, error_code::out_of_range, "level",
         "[0] is 0");
  expect([](auto f) { f({1.0}, {1.0}, k_nan, {}, {}); }, value, error_code::out_of_range, "level", "NaN");
  expect([](auto f) { f({k_nan}, {1.0}, 0.5, {}, {}); }, value, error_code::non_finite, "observations",
         "[0] is NaN");
  expect([](auto f) { f({1.0}, {k_nan}, 0.5, {}, {}); }, value, error_code::non_finite, "predictions",
         "[0] is NaN");
}

}  // namespace
}  // namespace assay::testing
