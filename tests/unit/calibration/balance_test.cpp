#include "assay/calibration/balance.hpp"

#include <cmath>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/brier_skill.hpp"
#include "assay/calibration/ece_multiclass.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

TEST(balance_score, has_four_cases) {
  EXPECT_BITS(balance_score({1}, {0.75}).signed_, 0.25);
  EXPECT_BITS(balance_score({0}, {0.75}).signed_, -0.75);
  EXPECT_BITS(balance_score({0}, {0.25}).signed_, 0.25);
  EXPECT_BITS(balance_score({1}, {0.25}).signed_, -0.75);
  EXPECT_BITS(balance_score({1}, {0.5}).signed_, 0.5);
  EXPECT_BITS(balance_score({0}, {0.5}).signed_, -0.5);
  EXPECT_BITS(balance_score({0}, {0.75}).absolute, 0.75);
}

TEST(balance_score, is_accuracy_less_mean_confidence) {
  const sample s = draw_sample(5000, 30, 40);
  double accuracy = 0.0, confidence = 0.0, total = 0.0;
  std::vector<double> both;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    const double p = s.probabilities[i], w = s.weights[i];
    accuracy += w * ((p >= 0.5) == (s.labels[i] == 1) ? 1.0 : 0.0);
    confidence += w * std::max(p, 1.0 - p);
    total += w;
    both.push_back(p == 0.5 ? 0.5 - 1e-9 : 1.0 - p);  // the tie goes to the event, as in the score
    both.push_back(p == 0.5 ? 0.5 + 1e-9 : p);
  }
  const auto score = balance_score(s.labels, s.probabilities, {.weights = s.weights});
  EXPECT_ABS(score.signed_, (accuracy - confidence) / total, 1e-13, "plain sums");
  const double one_bin =
      ece_multiclass(s.labels, matrix_view(both, s.labels.size(), 2), {.weights = s.weights, .n_bins = 1});
  EXPECT_ABS(score.absolute, one_bin, 1e-9, "ties were moved by 1e-9");
}

TEST(balance_score, hides_a_shift_that_the_brier_score_shows) {
  // q uniform, p = q + 0.1
  std::vector<std::uint8_t> labels;
  std::vector<double> p, weights;
  constexpr int n = 1000;
  for (int i = 0; i < n; ++i) {
    const double q = (i + 0.5) / n;
    for (const bool event : {false, true}) {
      labels.push_back(event ? 1 : 0);
      p.push_back(std::min(q + 0.1, 1.0));
      weights.push_back(event ? q : 1.0 - q);
    }
  }
  // 0.1 over q < 0.4, -0.1 up to 0.9, q - 1 beyond; the true error is 0.095
  EXPECT_ABS(balance_score(labels, p, {.weights = weights}).signed_, 0.04 - 0.05 - 0.005, 1e-3,
             "1000 steps of q");
}

TEST(balance_score, has_the_standard_error_of_a_mean) {
  const sample s = draw_sample(50, 31);
  std::vector<double> gains;
  double mean = 0.0;
  for (std::size_t i = 0; i < 50; ++i) {
    const double miss = s.labels[i] - s.probabilities[i];
    gains.push_back(s.probabilities[i] >= 0.5 ? miss : -miss);
    mean += gains.back() / 50;
  }
  double squares = 0.0;
  for (const double gain : gains) squares += (gain - mean) * (gain - mean);
  const auto plain = balance_score(s.labels, s.probabilities);
  EXPECT_REL(plain.std_error, std::sqrt(squares / 49 / 50), 1e-12, "sums of 50");
  const std::vector<double> threes(50, 3.0);
  EXPECT_REL(balance_score(s.labels, s.probabilities, {.weights = threes}).std_error, plain.std_error, 1e-12,
             "the scale of the weights does not matter");
  EXPECT_TRUE(std::isnan(balance_score({1}, {0.3}).std_error));
}

TEST(balance_score, takes_float32_threads_and_weights_as_repetitions) {
  const sample s = draw_sample(600000, 32);
  context threads;
  threads.threads = 4;
  EXPECT_BITS(balance_score(s.labels, s.probabilities).signed_,
              balance_score(s.labels, s.probabilities, {}, threads).signed_);
  const auto single = testing::as_float(s.probabilities);
  EXPECT_BITS(balance_score(s.labels, single).signed_,
              balance_score(s.labels, testing::as_double(single)).signed_);
  EXPECT_ABS(balance_score({1, 0}, {0.7, 0.2}, {.weights = {2, 1}}).signed_,
             balance_score({1, 1, 0}, {0.7, 0.7, 0.2}).signed_, 1e-16, "one rounding");
}

TEST(balance_score_grad, agrees_with_differences) {
  const sample s = draw_sample(40, 33);
  const auto found = balance_score_grad(s.labels, s.probabilities, {.weights = s.weights});
  EXPECT_BITS(found.loss, balance_score(s.labels, s.probabilities, {.weights = s.weights}).absolute);
  for (std::size_t i = 0; i < 40; ++i) {
    const double step = 1e-6;
    auto up = s.probabilities, down = s.probabilities;
    up[i] += step;
    down[i] -= step;
    const double slope = (balance_score(s.labels, up, {.weights = s.weights}).absolute -
                          balance_score(s.labels, down, {.weights = s.weights}).absolute) /
                         (2 * step);
    EXPECT_ABS(found.grad[i], slope, 1e-9, "rounding over the step");
  }
  EXPECT_BITS(balance_score_grad({1, 0}, {0.75, 0.25}).grad[0], -0.5);
  const std::vector<float> single = {0.75F, 0.25F};
  EXPECT_EQ(balance_score_grad({1, 0}, single).grad.type(), dtype::float32);
  EXPECT_BITS(balance_score_grad({1, 0}, {0.5, 0.5}).grad[0], 0.0);
}

TEST(balance_score, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view y, vector_view p, vector_view w) {
    balance_score(y, p, {.weights = w});
  });
  testing::expect_row_errors("probabilities", [](integer_view y, vector_view p, vector_view w) {
    balance_score_grad(y, p, {.weights = w});
  });
}

TEST(brier_skill_score, compares_with_the_reference) {
  const sample s = draw_sample(500, 34, 50);
  double weight = 0.0, events = 0.0;
  for (std::size_t i = 0; i < 500; ++i) {
    weight += s.weights[i];
    events += s.weights[i] * s.labels[i];
  }
  const std::vector<double> rates(500, events / weight);
  const double expected = 1 - brier_score(s.labels, s.probabilities, {.weights = s.weights}) /
                                  brier_score(s.labels, rates, {.weights = s.weights});
  EXPECT_ABS(brier_skill_score(s.labels, s.probabilities, {.weights = s.weights}), expected, 1e-13, "sums");
  EXPECT_ABS(
      brier_skill_score(s.labels, s.probabilities, {.weights = s.weights, .reference_probabilities = rates}),
      expected, 1e-13, "sums");
  EXPECT_BITS(brier_skill_score({0, 1}, {0.0, 1.0}), 1.0);
  EXPECT_BITS(brier_skill_score({0, 1}, {0.5, 0.5}), 0.0);
}

TEST(brier_skill_score, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view y, vector_view p, vector_view w) {
    brier_skill_score(y, p, {.weights = w});
  });
  const auto refused = [](error_kind kind, error_code code, const char* argument,
                          const std::vector<double>& reference, integer_view labels) {
    testing::expect_error(
        [&] {
          brier_skill_score(labels, {0.2, 0.4},
                            {.reference_probabilities = reference.empty() ? vector_view() : reference});
        },
        kind, code, argument);
  };
  refused(error_kind::value, error_code::degenerate, "labels", {}, {1, 1});
  refused(error_kind::value, error_code::degenerate, "reference_probabilities", {0, 1}, {0, 1});
  refused(error_kind::value, error_code::out_of_range, "reference_probabilities", {0, 1.5}, {0, 1});
  refused(error_kind::shape, error_code::length_mismatch, "reference_probabilities", {0}, {0, 1});
}

}  // namespace
}  // namespace assay::calibration
