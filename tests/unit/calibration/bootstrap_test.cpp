#include "assay/calibration/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/calibration/internal/resampled_metric.hpp"
#include "calibration_errors.hpp"
#include "naive_bootstrap.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

TEST(calibration_bootstrap, follows_its_definition) {
  for (const bool weighted : {false, true}) {
    for (const std::uint64_t levels : {std::uint64_t{0}, std::uint64_t{30}}) {
      const sample s = prepared(60, 90, levels, weighted);
      for (const metric wanted : k_metrics) {
        if (weighted && wanted == metric::ece_debiased_l2) continue;
        // 41 replicates at level 0.9: percentiles 2 and 38 of 0 .. 40
        auto values = replicates_by_definition(s, wanted, 7, 41);
        std::sort(values.begin(), values.end());
        const auto interval =
            calibration_bootstrap(s.labels, s.probabilities, options_for(s, wanted, weighted));
        EXPECT_ABS(interval.estimate, metric_of(s, wanted), 1e-14, k_budget);
        ASSERT_EQ(values.size(), 41U);
        if (!std::isfinite(values.back())) continue;
        EXPECT_ABS(interval.lower, values[2], 1e-12, k_budget);
        EXPECT_ABS(interval.upper, values[38], 1e-12, k_budget);
        double mean = 0.0, squares = 0.0;
        for (const double value : values) mean += value / 41;
        for (const double value : values) squares += (value - mean) * (value - mean);
        EXPECT_REL(interval.std_error, std::sqrt(squares / 40), 1e-11, "differences of replicates");
      }
    }
  }
}

TEST(calibration_bootstrap, bca_follows_its_definition) {
  for (const bool weighted : {false, true}) {
    for (const std::uint64_t levels : {std::uint64_t{0}, std::uint64_t{12}}) {
      const sample s = prepared(50, 190 + levels, levels, weighted);
      for (const metric wanted : k_metrics) {
        if (weighted && wanted == metric::ece_debiased_l2) continue;
        const auto values = replicates_by_definition(s, wanted, 7, 41);
        std::vector<double> without;
        for (std::size_t i = 0; i < 50; ++i) without.push_back(metric_of(without_row(s, i), wanted));
        const double estimate = metric_of(s, wanted);
        if (!std::isfinite(estimate)) continue;
        auto options = options_for(s, wanted, weighted);
        options.method = bootstrap_method::bca;
        const auto found = calibration_bootstrap(s.labels, s.probabilities, options);
        const ends want = bca_by_definition(estimate, values, without, 0.9);
        EXPECT_ABS(found.lower, want.lower, 1e-10, "levels carry the skewness of differences of 1e-14");
        EXPECT_ABS(found.upper, want.upper, 1e-10, "levels carry the skewness of differences of 1e-14");
      }
    }
  }
}

TEST(resampled_metric, leaves_out_rows_and_blocks) {
  for (const bool weighted : {false, true}) {
    for (const std::uint64_t levels : {std::uint64_t{0}, std::uint64_t{9}}) {
      const sample s = prepared(45, 290 + levels, levels, weighted);
      const internal::binary_rows rows{s.labels, s.probabilities,
                                       weighted ? vector_view(s.weights) : vector_view()};
      for (const metric wanted : k_metrics) {
        if (weighted && wanted == metric::ece_debiased_l2) continue;
        const internal::resampled_metric found(checker("test"), rows, wanted, 15);
        if (!std::isfinite(metric_of(s, wanted))) continue;
        EXPECT_EQ(found.jackknife_blocks(), 45U);
        for (const std::size_t blocks : {std::size_t{1}, std::size_t{7}, std::size_t{44}, std::size_t{45}}) {
          const auto values = found.jackknife(blocks);
          ASSERT_EQ(values.size(), blocks);
          for (std::size_t k = 0; k < blocks && blocks > 1; ++k) {
            std::vector<std::size_t> kept;
            for (std::size_t i = 0; i < 45; ++i)
              if (i % blocks != k) kept.push_back(i);
            EXPECT_ABS(values[k], metric_of(drawn_rows(s, kept), wanted), 1e-12, k_budget);
          }
        }
      }
    }
  }
}

TEST(resampled_metric, bounds_the_work_of_the_jackknife) {
  const sample s = draw_sample(40000, 95);
  const internal::binary_rows rows{s.labels, s.probabilities, {}};
  const auto blocks = [&](metric wanted) {
    return internal::resampled_metric(checker("test"), rows, wanted, 15).jackknife_blocks();
  };
  EXPECT_EQ(blocks(metric::auc), 40000U);
  EXPECT_EQ(blocks(metric::ece), 40000U);
  EXPECT_EQ(blocks(metric::mce), 40000U);
  EXPECT_EQ(blocks(metric::eer), (std::size_t{1} << 26) / 80000);
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
  for (const metric wanted : k_metrics) {
    const calibration_bootstrap_options options{
        .metric = wanted, .n_boot = 64, .method = bootstrap_method::bca};
    const auto one = calibration_bootstrap(s.labels, s.probabilities, options);
    const auto four = calibration_bootstrap(s.labels, s.probabilities, options, threads);
    EXPECT_BITS(one.lower, four.lower);
    EXPECT_BITS(one.upper, four.upper);
    EXPECT_BITS(one.std_error, four.std_error);
  }
}

TEST(calibration_bootstrap, takes_float32_and_weights_of_one) {
  const sample s = draw_sample(80, 96, 20);
  const auto single = testing::as_float(s.probabilities);
  const auto wide = testing::as_double(single);
  const std::vector<double> ones(80, 1.0);
  for (const metric wanted : k_metrics) {
    const calibration_bootstrap_options options{.metric = wanted, .n_boot = 20};
    const auto found = calibration_bootstrap(s.labels, wide, options);
    EXPECT_BITS(found.lower, calibration_bootstrap(s.labels, single, options).lower);
    if (wanted == metric::ece_debiased_l2) continue;
    auto weighted = options;
    weighted.weights = ones;
    EXPECT_BITS(found.lower, calibration_bootstrap(s.labels, wide, weighted).lower);
  }
}

TEST(calibration_bootstrap, has_the_names_of_the_functions_too) {
  EXPECT_EQ(metric::brier_score, metric::brier);
  EXPECT_EQ(metric::balance_score, metric::balance);
  EXPECT_EQ(metric::roc_auc, metric::auc);
  EXPECT_EQ(metric::ks_calibration_error, metric::ks);
}

// A skewed mean: bca must cover more evenly than percentiles do; both shift against each other.
TEST(calibration_bootstrap, bca_moves_the_interval_of_a_skewed_mean_upwards) {
  sample s;
  for (int i = 0; i < 60; ++i) {
    s.labels.push_back(i % 12 == 0 ? 1 : 0);
    s.probabilities.push_back(0.05);
  }
  const auto plain = calibration_bootstrap(s.labels, s.probabilities, {.n_boot = 2000});
  const auto moved =
      calibration_bootstrap(s.labels, s.probabilities, {.n_boot = 2000, .method = bootstrap_method::bca});
  EXPECT_GT(moved.lower, plain.lower - 1e-12);
  EXPECT_GT(moved.upper, plain.upper);
  EXPECT_BITS(moved.std_error, plain.std_error);
}

TEST(calibration_bootstrap, bca_of_constant_replicates_is_the_estimate) {
  const auto found = calibration_bootstrap({1, 1, 1}, {0.3, 0.3, 0.3}, {.method = bootstrap_method::bca});
  EXPECT_ABS(found.lower, found.estimate, 1e-15, "sums of equal terms, divided");
  EXPECT_ABS(found.upper, found.estimate, 1e-15, "sums of equal terms, divided");
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
  const auto bca = calibration_bootstrap(
      {1, 0, 1}, {0, 0.5, 0.5}, {.metric = calibration_metric::log_loss, .method = bootstrap_method::bca});
  EXPECT_BITS(bca.upper, std::numeric_limits<double>::infinity());
}

TEST(calibration_bootstrap, of_one_row_is_a_point) {
  for (const metric wanted :
       {metric::ece, metric::mce, metric::ece_debiased_l2, metric::ks, metric::balance, metric::brier,
        metric::log_loss, metric::miscalibration, metric::average_precision}) {
    for (const auto method : {bootstrap_method::percentile, bootstrap_method::basic, bootstrap_method::bca}) {
      const auto found =
          calibration_bootstrap({1}, {0.75}, {.metric = wanted, .n_boot = 5, .method = method});
      EXPECT_ABS(found.lower, found.estimate, 1e-15, "one row, drawn each time");
      EXPECT_ABS(found.upper, found.estimate, 1e-15, "one row, drawn each time");
    }
  }
}

TEST(calibration_bootstrap, names_what_is_wrong) {
  const auto call = [](integer_view labels, vector_view p, vector_view weights) {
    calibration_bootstrap(labels, p, {.weights = weights});
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
  refused({.n_boot = 1LL << 50}, error_code::bad_parameter, "n_boot", "must be at most 16777216");
  refused({.level = 0}, error_code::out_of_range, "level", "(0, 1)");
  const std::vector<double> ones = {1, 1};
  refused({.weights = ones, .metric = metric::ece_debiased_l2}, error_code::unsupported, "weights",
          "for rows that count alike");
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
