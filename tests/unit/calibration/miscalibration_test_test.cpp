#include "assay/calibration/miscalibration_test.hpp"

#include <cmath>
#include <limits>

#include "assay/core/rng.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

double statistic_of(const sample& s, corp_score score, bool weighted) {
  return corp_decomposition(s.labels, s.probabilities,
                            {.weights = weighted ? vector_view(s.weights) : vector_view(), .score = score})
      .miscalibration;
}

TEST(miscalibration_test, follows_its_definition) {
  for (const bool weighted : {false, true}) {
    sample s = draw_sample(60, 21, weighted ? 0 : 15);
    for (double& weight : s.weights) weight += 0.25;
    for (const auto score : {corp_score::brier, corp_score::log}) {
      const auto found = miscalibration_test(s.labels, s.probabilities,
                                             {.weights = weighted ? vector_view(s.weights) : vector_view(),
                                              .score = score,
                                              .n_boot = 50,
                                              .seed = 3});
      const double observed = statistic_of(s, score, weighted);
      EXPECT_ABS(found.statistic, observed, 1e-14, "a difference of two scores, which are of order 1");
      double reached = 0.0, mean = 0.0;
      for (std::uint64_t b = 0; b < 50; ++b) {
        sample drawn;
        for (std::uint64_t j = 0; j < 60; ++j) {
          const std::uint64_t number = philox::block(3, b, 0, static_cast<std::uint32_t>(j / 2))[j % 2];
          const auto row = static_cast<std::size_t>(philox::high_product(number, 60));
          const double p = s.probabilities[row];
          drawn.probabilities.push_back(p);
          drawn.weights.push_back(s.weights[row]);
          drawn.labels.push_back(static_cast<double>((number * 60) >> 11) * 0x1p-53 < p ? 1 : 0);
        }
        const double value = statistic_of(drawn, score, weighted);
        mean += value / 50;
        reached += value >= observed - 1e-14 ? 1.0 : 0.0;
      }
      EXPECT_REL(found.expected, mean, 1e-12, "differences of scores");
      EXPECT_BITS(found.p_value, (reached + 1.0) / 51.0);
    }
  }
}

TEST(miscalibration_test, finds_a_wrong_forecast_and_not_a_right_one) {
  double small = 0.0;
  for (std::uint64_t trial = 0; trial < 40; ++trial) {
    sample s = draw_sample(200, 300 + trial, trial % 2 == 0 ? 0 : 4);  // labels with probability p^2
    EXPECT_LT(miscalibration_test(s.labels, s.probabilities, {.n_boot = 99}).p_value, 0.1);
    for (double& p : s.probabilities) p *= p;
    small += miscalibration_test(s.labels, s.probabilities, {.n_boot = 99, .seed = trial}).p_value <= 0.2
                 ? 1.0
                 : 0.0;
  }
  EXPECT_ABS(small / 40, 0.2, 0.2, "40 trials at 0.2: three standard errors");
}

TEST(miscalibration_test, does_not_depend_on_the_number_of_threads) {
  context threads;
  threads.threads = 4;
  for (const std::uint64_t levels : {std::uint64_t{0}, std::uint64_t{6}}) {
    const sample s = draw_sample(500, 22, levels);
    const auto one = miscalibration_test(s.labels, s.probabilities, {.n_boot = 40});
    const auto four = miscalibration_test(s.labels, s.probabilities, {.n_boot = 40}, threads);
    EXPECT_BITS(one.statistic, four.statistic);
    EXPECT_BITS(one.expected, four.expected);
    EXPECT_BITS(one.p_value, four.p_value);
  }
}

TEST(miscalibration_test, of_a_refuted_certainty_is_as_small_as_it_gets) {
  const auto found = miscalibration_test({0, 1}, {1.0, 0.5}, {.score = corp_score::log, .n_boot = 9});
  EXPECT_BITS(found.statistic, std::numeric_limits<double>::infinity());
  EXPECT_BITS(found.p_value, 0.1);
  EXPECT_TRUE(std::isfinite(found.expected));
}

TEST(miscalibration_test, of_kept_certainty_is_one) {
  const auto found = miscalibration_test({0, 1, 1}, {0.0, 1.0, 1.0}, {.score = corp_score::log, .n_boot = 9});
  EXPECT_BITS(found.statistic, 0.0);
  EXPECT_BITS(found.p_value, 1.0);
}

TEST(miscalibration_test, takes_float32) {
  const sample s = draw_sample(100, 23, 30);
  const auto single = testing::as_float(s.probabilities);
  const auto wide = testing::as_double(single);
  EXPECT_BITS(miscalibration_test(s.labels, single, {.n_boot = 20}).p_value,
              miscalibration_test(s.labels, wide, {.n_boot = 20}).p_value);
}

TEST(miscalibration_test, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    miscalibration_test(labels, p, {.weights = weights});
  });
  testing::expect_error(
      [] {
        miscalibration_test({0, 1}, {0.2, 0.4}, {.n_boot = 0});
      },
      error_kind::value, error_code::bad_parameter, "n_boot", "must be at least 2");
}

}  // namespace
}  // namespace assay::calibration
