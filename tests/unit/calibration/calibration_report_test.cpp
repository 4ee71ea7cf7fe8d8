#include "assay/calibration/calibration_report.hpp"

#include <cmath>
#include <numeric>

#include "assay/calibration/bootstrap.hpp"
#include "assay/calibration/calibration_slope.hpp"
#include "assay/calibration/calibration_tests.hpp"
#include "assay/calibration/corp_bands.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/miscalibration_test.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/roc_curves.hpp"
#include "assay/calibration/smooth_ece.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::expect_error;
using testing::sample;

constexpr const char* k_order = "sums of the same rows in another order";

TEST(calibration_report, has_the_estimates_of_the_functions_of_the_same_names) {
  const sample s = draw_sample(700, 3, 50);
  for (const bool weighted : {false, true}) {
    const vector_view w = weighted ? vector_view(s.weights) : vector_view();
    const auto report =
        calibration_report(s.labels, s.probabilities, {.weights = w, .n_bins = 10, .n_boot = 20});
    const auto& m = report.whole.metrics;
    const auto& y = s.labels;
    const auto& p = s.probabilities;
    EXPECT_REL(m.brier_score.estimate, brier_score(y, p, {.weights = w}), 1e-14, k_order);
    EXPECT_REL(m.log_loss.estimate, log_loss(y, p, {.weights = w}), 1e-14, k_order);
    EXPECT_REL(m.ece.estimate, ece(y, p, {.weights = w, .n_bins = 10}), 1e-13, k_order);
    EXPECT_REL(m.mce.estimate, mce(y, p, {.weights = w, .n_bins = 10}), 1e-13, k_order);
    EXPECT_REL(m.ks_calibration_error.estimate, ks_calibration_error(y, p, {.weights = w}), 1e-13, k_order);
    EXPECT_REL(m.smooth_ece.estimate, smooth_ece(y, p, {.weights = w}), 1e-9,
               "its bandwidth is found to 1e-10");
    EXPECT_REL(m.roc_auc.estimate, roc_auc(y, p, {.weights = w}), 1e-14, k_order);
    EXPECT_REL(m.average_precision.estimate, average_precision(y, p, {.weights = w}), 1e-14, k_order);
    EXPECT_REL(m.eer.estimate, eer(y, p, {.weights = w}), 1e-14, k_order);
    EXPECT_REL(m.miscalibration.estimate, corp_decomposition(y, p, {.weights = w}).miscalibration, 1e-12,
               k_order);
    EXPECT_EQ(std::isnan(m.ece_debiased_l1.estimate), weighted);
    EXPECT_EQ(std::isnan(report.whole.tests.hosmer_lemeshow.statistic), weighted);
  }
}

TEST(calibration_report, has_the_intervals_of_the_bootstrap_with_the_same_draws) {
  const sample s = draw_sample(300, 4, 0);
  // in the order of the probabilities, as the report draws
  std::vector<std::size_t> order(s.labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return s.probabilities[a] < s.probabilities[b]; });
  sample sorted;
  for (const std::size_t i : order) {
    sorted.labels.push_back(s.labels[i]);
    sorted.probabilities.push_back(s.probabilities[i]);
  }
  const auto report =
      calibration_report(s.labels, s.probabilities, {.n_bins = 8, .n_boot = 200, .level = 0.8, .seed = 7});
  const auto expect = [&](const calibration_report_estimate& found, calibration_metric metric,
                          bootstrap_method method) {
    const auto wanted = calibration_bootstrap(
        sorted.labels, sorted.probabilities,
        {.metric = metric, .n_bins = 8, .n_boot = 200, .level = 0.8, .seed = 7, .method = method});
    EXPECT_REL(found.lower, wanted.lower, 1e-11, k_order);
    EXPECT_REL(found.upper, wanted.upper, 1e-11, k_order);
    EXPECT_REL(found.std_error, wanted.std_error, 1e-10, k_order);
  };
  const auto& m = report.whole.metrics;
  expect(m.brier_score, calibration_metric::brier, bootstrap_method::percentile);
  expect(m.log_loss, calibration_metric::log_loss, bootstrap_method::percentile);
  expect(m.roc_auc, calibration_metric::auc, bootstrap_method::percentile);
  expect(m.average_precision, calibration_metric::average_precision, bootstrap_method::percentile);
  expect(m.eer, calibration_metric::eer, bootstrap_method::percentile);
  expect(m.balance_score, calibration_metric::balance, bootstrap_method::percentile);
  expect(m.discrimination, calibration_metric::discrimination, bootstrap_method::percentile);
  expect(m.ece, calibration_metric::ece, bootstrap_method::basic);
  expect(m.ks_calibration_error, calibration_metric::ks, bootstrap_method::basic);
}

TEST(calibration_report, has_the_tests_and_the_band_of_their_functions) {
  const sample s = draw_sample(400, 5, 0);
  const auto report =
      calibration_report(s.labels, s.probabilities, {.n_groups = 8, .n_boot = 100, .seed = 2});
  const auto& tests = report.whole.tests;
  const auto hosmer = hosmer_lemeshow(s.labels, s.probabilities, {.n_groups = 8});
  EXPECT_REL(tests.hosmer_lemeshow.statistic, hosmer.statistic, 1e-13, k_order);
  EXPECT_REL(tests.hosmer_lemeshow.p_value, hosmer.p_value, 1e-12, k_order);
  EXPECT_REL(tests.spiegelhalter_z.statistic, spiegelhalter_z(s.labels, s.probabilities).z, 1e-12, k_order);
  const auto cox = calibration_slope_intercept(s.labels, s.probabilities);
  EXPECT_REL(report.whole.recalibration.slope, cox.slope, 1e-9, "Newton's method to 1e-10");
  EXPECT_REL(tests.slope_intercept.statistic, cox.statistic, 1e-9, "Newton's method to 1e-10");
  const auto& corp = report.whole.corp;
  ASSERT_GT(corp.x.size(), 1U);
  for (std::size_t i = 0; i < corp.x.size(); ++i) {
    EXPECT_LE(corp.lower[i], corp.x[i]);
    EXPECT_GE(corp.upper[i], corp.x[i]);
    if (i > 0) {
      EXPECT_LE(corp.cep[i - 1], corp.cep[i]);
    }
  }
}

TEST(calibration_report, of_groups_is_the_report_of_their_rows) {
  const sample s = draw_sample(600, 6, 40);
  std::vector<std::int32_t> groups;
  sample second;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    groups.push_back(i % 3 == 0 ? 7 : -2);
    if (groups.back() != 7) continue;
    second.labels.push_back(s.labels[i]);
    second.probabilities.push_back(s.probabilities[i]);
  }
  const auto all = calibration_report(s.labels, s.probabilities, {.groups = groups, .n_boot = 30});
  ASSERT_EQ(all.groups.size(), 2U);
  EXPECT_EQ(all.groups[0].group, -2);
  EXPECT_EQ(all.groups[1].group, 7);
  EXPECT_EQ(all.whole.count, 600);
  const auto one = calibration_report(second.labels, second.probabilities, {.n_boot = 30});
  EXPECT_EQ(all.groups[1].count, one.whole.count);
  EXPECT_BITS(all.groups[1].metrics.ece.estimate, one.whole.metrics.ece.estimate);
  EXPECT_BITS(all.groups[1].metrics.ece.upper, one.whole.metrics.ece.upper);
  EXPECT_BITS(all.groups[1].metrics.roc_auc.lower, one.whole.metrics.roc_auc.lower);
}

TEST(calibration_report, of_one_class_has_no_ranking) {
  const auto report = calibration_report({1, 1, 1}, {0.25, 0.5, 0.75}, {.n_boot = 10});
  EXPECT_TRUE(std::isnan(report.whole.metrics.roc_auc.estimate));
  EXPECT_TRUE(std::isnan(report.whole.metrics.eer.upper));
  EXPECT_TRUE(std::isnan(report.whole.metrics.brier_skill_score.estimate));
  EXPECT_TRUE(std::isnan(report.whole.tests.slope_intercept.p_value));
  EXPECT_EQ(report.whole.roc.fpr.size(), 0U);
  EXPECT_BITS(report.whole.base_rate, 1.0);
}

TEST(calibration_report, of_many_rows_agrees_with_resampled_rows) {
  const sample s = draw_sample(40'000, 8);
  const auto report = calibration_report(s.labels, s.probabilities, {.n_boot = 100});
  const auto& m = report.whole.metrics;
  const auto rows =
      calibration_bootstrap(s.labels, s.probabilities, {.metric = calibration_metric::auc, .n_boot = 100});
  EXPECT_REL(m.roc_auc.std_error, rows.std_error, 0.35,
             "two estimates from 100 replicates: 7 % standard error each");
  EXPECT_REL(m.roc_auc.estimate, rows.estimate, 1e-14, k_order);
  const auto brier =
      calibration_bootstrap(s.labels, s.probabilities, {.metric = calibration_metric::brier, .n_boot = 100});
  EXPECT_REL(m.brier_score.std_error, brier.std_error, 0.35,
             "two estimates from 100 replicates: 7 % standard error each");
  EXPECT_LT(m.ece.lower, m.ece.upper);
  EXPECT_LT(report.whole.tests.miscalibration_test.p_value, 0.011);  // labels have the rate p^2
  EXPECT_LT(report.whole.roc.fpr.size(), 900U);
  EXPECT_BITS(report.whole.roc.fpr[report.whole.roc.fpr.size() - 1], 1.0);
}

TEST(calibration_report, does_not_depend_on_threads_or_the_order_of_rows) {
  const sample s = draw_sample(500, 9, 0);
  const auto one = calibration_report(s.labels, s.probabilities, {.n_boot = 60}, {.threads = 1});
  const auto four = calibration_report(s.labels, s.probabilities, {.n_boot = 60}, {.threads = 4});
  sample turned = s;
  std::reverse(turned.labels.begin(), turned.labels.end());
  std::reverse(turned.probabilities.begin(), turned.probabilities.end());
  const auto other = calibration_report(turned.labels, turned.probabilities, {.n_boot = 60});
  for (const auto* report : {&four, &other}) {
    EXPECT_BITS(report->whole.metrics.ece.lower, one.whole.metrics.ece.lower);
    EXPECT_BITS(report->whole.metrics.log_loss.upper, one.whole.metrics.log_loss.upper);
    EXPECT_BITS(report->whole.metrics.smooth_ece.std_error, one.whole.metrics.smooth_ece.std_error);
  }
}

TEST(calibration_report, refuses_bad_arguments) {
  const auto code = [](error_code wanted, const char* argument, error_kind kind, auto&& call) {
    expect_error(call, kind, wanted, argument);
  };
  constexpr auto value = error_kind::value, shape = error_kind::shape;
  code(error_code::empty_input, "labels", shape, [] { calibration_report({}, {0.5}); });
  code(error_code::length_mismatch, "probabilities", shape, [] { calibration_report({0, 1}, {0.5}); });
  code(error_code::length_mismatch, "groups", shape, [] {
    const std::vector<std::int32_t> groups = {1};
    calibration_report({0, 1}, {0.5, 0.5}, {.groups = groups});
  });
  code(error_code::out_of_range, "probabilities", value, [] { calibration_report({0, 1}, {0.5, 1.5}); });
  code(error_code::out_of_range, "probabilities", value, [] {
    calibration_report({0, 1}, {0.5, std::nan("")});
  });
  code(error_code::bad_label, "labels", value, [] { calibration_report({0, 2}, {0.5, 0.5}); });
  code(error_code::bad_weight, "weights", value, [] {
    const std::vector<double> w = {1, -1};
    calibration_report({0, 1}, {0.5, 0.5}, {.weights = w});
  });
  code(error_code::zero_weight, "weights", value, [] {
    const std::vector<double> w = {0, 0};
    calibration_report({0, 1}, {0.5, 0.5}, {.weights = w});
  });
  code(error_code::bad_parameter, "n_bins", value, [] {
    calibration_report({0, 1}, {0.5, 0.5}, {.n_bins = 0});
  });
  code(error_code::bad_parameter, "n_groups", value, [] {
    calibration_report({0, 1}, {0.5, 0.5}, {.n_groups = 0});
  });
  code(error_code::bad_parameter, "n_boot", value, [] {
    calibration_report({0, 1}, {0.5, 0.5}, {.n_boot = 1});
  });
  code(error_code::out_of_range, "level", value, [] {
    calibration_report({0, 1}, {0.5, 0.5}, {.level = 1.0});
  });
  code(error_code::bad_parameter, "strategy", value, [] {
    calibration_report({0, 1}, {0.5, 0.5}, {.strategy = binning::custom});
  });
}

}  // namespace
}  // namespace assay::calibration
