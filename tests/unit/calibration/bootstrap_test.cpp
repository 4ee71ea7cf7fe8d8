#include "assay/calibration/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/core/rng.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;
constexpr calibration_metric k_metrics[] = {calibration_metric::ece, calibration_metric::brier,
                                            calibration_metric::log_loss, calibration_metric::auc};

double metric_of(const sample& s, calibration_metric metric) {
  switch (metric) {
    case calibration_metric::ece:
      return ece(s.labels, s.probabilities);
    case calibration_metric::brier:
      return brier_score(s.labels, s.probabilities);
    case calibration_metric::log_loss:
      return log_loss(s.labels, s.probabilities);
    default:
      return roc_auc(s.labels, s.probabilities);
  }
}

// The rows as the spec draws them, the metric as its own function computes it.
std::vector<double> replicates_by_definition(const sample& s, calibration_metric metric, std::uint64_t seed,
                                             std::size_t count) {
  std::vector<double> values;
  for (std::size_t b = 0; b < count; ++b) {
    sample drawn;
    for (std::size_t j = 0; j < s.labels.size(); ++j) {
      const auto draws = philox::block(seed, b, 0, static_cast<std::uint32_t>(j / 2));
      const auto row = static_cast<std::size_t>(philox::high_product(draws[j % 2], s.labels.size()));
      drawn.labels.push_back(s.labels[row]);
      drawn.probabilities.push_back(s.probabilities[row]);
    }
    values.push_back(metric_of(drawn, metric));
  }
  std::sort(values.begin(), values.end());
  return values;
}

TEST(calibration_bootstrap, follows_its_definition) {
  const sample s = draw_sample(60, 90, 30);
  for (const auto metric : k_metrics) {
    // 41 replicates at level 0.9: percentiles 2 and 38 of 0 .. 40
    const auto values = replicates_by_definition(s, metric, 7, 41);
    const auto interval = calibration_bootstrap(s.labels, s.probabilities,
                                                {.metric = metric, .n_boot = 41, .level = 0.9, .seed = 7});
    EXPECT_BITS(interval.estimate, metric_of(s, metric));
    if (!std::isfinite(values.back())) continue;
    EXPECT_REL(interval.lower, values[2], 1e-12, "the budget of the doc comment");
    EXPECT_REL(interval.upper, values[38], 1e-12, "the budget of the doc comment");
    double mean = 0.0, squares = 0.0;
    for (const double value : values) mean += value / 41;
    for (const double value : values) squares += (value - mean) * (value - mean);
    EXPECT_REL(interval.std_error, std::sqrt(squares / 40), 1e-11, "differences of replicates");
  }
}

TEST(calibration_bootstrap, basic_mirrors_the_percentiles) {
  const sample s = draw_sample(50, 91);
  const auto plain = calibration_bootstrap(s.labels, s.probabilities, {.n_boot = 100});
  const auto basic =
      calibration_bootstrap(s.labels, s.probabilities, {.n_boot = 100, .method = bootstrap_method::basic});
  EXPECT_BITS(basic.lower, 2 * plain.estimate - plain.upper);
  EXPECT_BITS(basic.upper, 2 * plain.estimate - plain.lower);
  EXPECT_BITS(basic.std_error, plain.std_error);
}

TEST(calibration_bootstrap, does_not_depend_on_the_number_of_threads) {
  const sample s = draw_sample(200, 92);
  context threads;
  threads.threads = 4;
  for (const auto metric : k_metrics) {
    const calibration_bootstrap_options options{.metric = metric, .n_boot = 64};
    const auto one = calibration_bootstrap(s.labels, s.probabilities, options);
    const auto four = calibration_bootstrap(s.labels, s.probabilities, options, threads);
    EXPECT_BITS(one.lower, four.lower);
    EXPECT_BITS(one.upper, four.upper);
    EXPECT_BITS(one.std_error, four.std_error);
  }
}

TEST(calibration_bootstrap, std_error_of_a_mean_is_that_of_theory) {
  const sample s = draw_sample(2000, 93);
  double squares = 0.0;
  const double mean = brier_score(s.labels, s.probabilities);
  for (std::size_t i = 0; i < 2000; ++i) {
    const double d = s.probabilities[i] - s.labels[i];
    squares += (d * d - mean) * (d * d - mean);
  }
  EXPECT_REL(calibration_bootstrap(s.labels, s.probabilities).std_error, std::sqrt(squares / 2000 / 2000),
             0.08, "1000 replicates: a standard error has 2.2 % noise, 3.5 of it allowed");
}

TEST(calibration_bootstrap, leaves_out_replicates_of_one_class) {
  // one event in three rows: 8/27 of the replicates lack it
  const auto interval =
      calibration_bootstrap({0, 1, 0}, {0.2, 0.9, 0.4}, {.metric = calibration_metric::auc});
  EXPECT_BITS(interval.lower, 1.0);
  EXPECT_BITS(interval.upper, 1.0);
  EXPECT_BITS(interval.std_error, 0.0);
}

TEST(calibration_bootstrap, keeps_an_infinite_end) {
  const auto interval =
      calibration_bootstrap({1, 0, 1}, {0, 0.5, 0.5}, {.metric = calibration_metric::log_loss});
  EXPECT_BITS(interval.estimate, std::numeric_limits<double>::infinity());
  EXPECT_BITS(interval.upper, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isfinite(interval.lower));
}

TEST(calibration_bootstrap, names_what_is_wrong) {
  const auto call = [](integer_view labels, vector_view p, vector_view weights) {
    if (weights.present()) return static_cast<void>(brier_score(labels, p, {.weights = weights}));
    calibration_bootstrap(labels, p);
  };
  testing::expect_row_errors("probabilities", call);
  const auto refused = [](const calibration_bootstrap_options& options, error_code code,
                          const std::string& name, const std::string& text) {
    testing::expect_error(
        [&] {
          calibration_bootstrap({0, 1}, {0.2, 0.4}, options);
        },
        error_kind::value, code, name, text);
  };
  refused({.n_bins = 0}, error_code::bad_parameter, "n_bins", "must be at least 1");
  refused({.n_boot = 1}, error_code::bad_parameter, "n_boot", "must be at least 2");
  refused({.level = 0}, error_code::out_of_range, "level", "(0, 1)");
  testing::expect_error(
      [] {
        calibration_bootstrap({1, 1}, {0.2, 0.4}, {.metric = calibration_metric::auc});
      },
      error_kind::value, error_code::single_class, "labels", "hold only the class 1");
  testing::expect_error(
      [] {
        // two replicates of seed 0 are too few when one of them lacks a class
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
          calibration_bootstrap({0, 1}, {0.2, 0.4},
                                {.metric = calibration_metric::auc, .n_boot = 2, .seed = seed});
        }
      },
      error_kind::value, error_code::degenerate, "labels", "fewer than two replicates");
}

}  // namespace
}  // namespace assay::calibration
