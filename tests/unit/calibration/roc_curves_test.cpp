#include "assay/calibration/roc_curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "assay/calibration/roc.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;
using numbers = std::vector<double>;
constexpr double k_infinity = std::numeric_limits<double>::infinity();

// Shares of the events and of the other rows that reach a threshold, row by row.
struct naive_point {
  double fpr, tpr, precision, threshold;
};

naive_point point_at(const sample& s, bool weighted, double threshold) {
  double hits = 0.0, alarms = 0.0, events = 0.0, others = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    const double w = weighted ? s.weights[i] : 1.0;
    const bool called = s.probabilities[i] >= threshold;
    (s.labels[i] == 1 ? events : others) += w;
    if (called) (s.labels[i] == 1 ? hits : alarms) += w;
  }
  return {alarms / others, hits / events, hits / (hits + alarms), threshold};
}

// By falling threshold.
std::vector<naive_point> points_of(const sample& s, bool weighted) {
  std::set<double, std::greater<>> thresholds;
  for (std::size_t i = 0; i < s.labels.size(); ++i)
    if (!weighted || s.weights[i] > 0.0) thresholds.insert(s.probabilities[i]);
  std::vector<naive_point> points;
  for (const double threshold : thresholds) points.push_back(point_at(s, weighted, threshold));
  return points;
}

const char* const k_why = "sums of a few hundred weights, rounded in another order";

template <class Check>
void for_samples(Check check) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const sample s = draw_sample(90, seed, seed % 3 == 0 ? 0 : 6 * seed);
    check(s, false, vector_view());
    check(s, true, vector_view(s.weights));
  }
}

// ---- ROC ----

TEST(roc_curve, has_the_rates_of_every_threshold) {
  for_samples([](const sample& s, bool weighted, vector_view weights) {
    const auto curve = roc_curve(s.labels, s.probabilities, {.weights = weights});
    const auto points = points_of(s, weighted);
    ASSERT_EQ(curve.fpr.size(), points.size() + 1);
    EXPECT_BITS(curve.fpr[0], 0.0);
    EXPECT_BITS(curve.tpr[0], 0.0);
    EXPECT_BITS(curve.thresholds[0], k_infinity);
    for (std::size_t k = 0; k < points.size(); ++k) {
      EXPECT_REL(curve.fpr[k + 1], points[k].fpr, 1e-14, k_why);
      EXPECT_REL(curve.tpr[k + 1], points[k].tpr, 1e-14, k_why);
      EXPECT_BITS(curve.thresholds[k + 1], points[k].threshold);
    }
    EXPECT_BITS(curve.fpr[points.size()], 1.0);
    EXPECT_BITS(curve.tpr[points.size()], 1.0);
  });
}

double area_under(const roc_curve_result& curve) {
  double area = 0.0;
  for (std::size_t k = 1; k < curve.fpr.size(); ++k)
    area += (curve.fpr[k] - curve.fpr[k - 1]) * (curve.tpr[k] + curve.tpr[k - 1]) / 2;
  return area;
}

TEST(roc_curve, encloses_roc_auc_with_and_without_intermediate_points) {
  for_samples([](const sample& s, bool, vector_view weights) {
    const double area = roc_auc(s.labels, s.probabilities, {.weights = weights});
    for (const bool drop : {false, true}) {
      const auto curve =
          roc_curve(s.labels, s.probabilities, {.weights = weights, .drop_intermediate = drop});
      EXPECT_REL(area_under(curve), area, 1e-13, "trapezoids of 90 points");
    }
  });
}

TEST(roc_curve, drops_points_on_straight_lines_only) {
  // counts (fp, tp): 0,0 | 0,1 | 0,2 | 1,2 | 3,2 | 4,3 | 5,4 | 5,5
  const std::vector<std::uint8_t> labels = {1, 1, 0, 0, 0, 0, 1, 0, 1, 1};
  const numbers p = {0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.5, 0.4, 0.4, 0.3};
  const auto full = roc_curve(labels, p);
  EXPECT_EQ(full.fpr.size(), 8U);
  const auto curve = roc_curve(labels, p, {.drop_intermediate = true});
  EXPECT_BITS(curve.thresholds.to_vector(), (numbers{k_infinity, 0.8, 0.6, 0.4, 0.3}));
  EXPECT_BITS(curve.fpr.to_vector(), (numbers{0, 0, 3.0 / 5, 1, 1}));
  EXPECT_BITS(curve.tpr.to_vector(), (numbers{0, 2.0 / 5, 2.0 / 5, 4.0 / 5, 1}));
}

TEST(roc_curve, of_two_points_keeps_them) {
  for (const bool drop : {false, true}) {
    const auto curve = roc_curve({0, 1, 1}, {0.5, 0.5, 0.5}, {.drop_intermediate = drop});
    EXPECT_BITS(curve.thresholds.to_vector(), (numbers{k_infinity, 0.5}));
    EXPECT_BITS(curve.tpr.to_vector(), (numbers{0, 1}));
  }
}

TEST(roc_curve, of_float32_and_strided_rows_is_that_of_the_widened_numbers) {
  const sample s = draw_sample(300, 7);
  const auto single = testing::as_float(s.probabilities);
  EXPECT_BITS(roc_curve(s.labels, single).fpr, roc_curve(s.labels, testing::as_double(single)).fpr);
  const vector_view backwards(s.probabilities.data() + 299, 300, -1);
  const integer_view labels(s.labels.data() + 299, 300, -1);
  EXPECT_BITS(roc_curve(labels, backwards).tpr, roc_curve(s.labels, s.probabilities).tpr);
}

TEST(roc_curve, bears_weights_of_any_size) {
  const sample s = draw_sample(60, 8, 20);
  const auto plain = roc_curve(s.labels, s.probabilities, {.weights = s.weights});
  for (const double unit : {0x1p-1000, 0x1p-500, 0x1p500, 0x1p1000}) {
    numbers weights(s.weights);
    for (double& w : weights) w *= unit;
    EXPECT_BITS(roc_curve(s.labels, s.probabilities, {.weights = weights}).fpr, plain.fpr);
    EXPECT_BITS(roc_auc(s.labels, s.probabilities, {.weights = weights}),
                roc_auc(s.labels, s.probabilities, {.weights = s.weights}));
    EXPECT_BITS(eer(s.labels, s.probabilities, {.weights = weights}),
                eer(s.labels, s.probabilities, {.weights = s.weights}));
  }
  const numbers huge(60, std::numeric_limits<double>::max());
  testing::expect_error([&] { roc_curve(s.labels, s.probabilities, {.weights = huge}); }, error_kind::value,
                        error_code::bad_weight, "weights", "sum to Infinity");
}

// ---- precision and recall ----

TEST(pr_curve, has_precision_and_recall_of_every_threshold) {
  for_samples([](const sample& s, bool weighted, vector_view weights) {
    const auto curve = pr_curve(s.labels, s.probabilities, {.weights = weights});
    const auto points = points_of(s, weighted);
    ASSERT_EQ(curve.thresholds.size(), points.size());
    ASSERT_EQ(curve.precision.size(), points.size() + 1);
    for (std::size_t k = 0; k < points.size(); ++k) {
      const naive_point& want = points[points.size() - 1 - k];
      EXPECT_REL(curve.precision[k], want.precision, 1e-14, k_why);
      EXPECT_REL(curve.recall[k], want.tpr, 1e-14, k_why);
      EXPECT_BITS(curve.thresholds[k], want.threshold);
    }
    EXPECT_BITS(curve.precision[points.size()], 1.0);
    EXPECT_BITS(curve.recall[points.size()], 0.0);
  });
}

TEST(average_precision, is_the_sum_over_the_curve) {
  for_samples([](const sample& s, bool weighted, vector_view weights) {
    double sum = 0.0, before = 0.0;
    for (const naive_point& point : points_of(s, weighted)) {
      sum += (point.tpr - before) * point.precision;
      before = point.tpr;
    }
    EXPECT_REL(average_precision(s.labels, s.probabilities, {.weights = weights}), sum, 1e-13,
               "differences of rates round at 1e-16 of 1");
  });
}

TEST(average_precision, of_the_plain_cases) {
  EXPECT_BITS(average_precision({0, 0, 1, 1}, {0.1, 0.2, 0.8, 0.9}), 1.0);
  EXPECT_BITS(average_precision({1, 1}, {0.3, 0.2}), 1.0);
  EXPECT_BITS(average_precision({0, 1, 0, 0}, {0.4, 0.4, 0.4, 0.4}), 0.25);
  // scikit-learn's own example: 1/2 * 1 + 1/2 * 2/3
  EXPECT_REL(average_precision({0, 0, 1, 1}, {0.1, 0.4, 0.35, 0.8}), 5.0 / 6, 1e-15, "one rounding");
}

TEST(average_precision, of_whole_weights_is_that_of_repeated_rows) {
  sample s = draw_sample(80, 9, 12), repeated;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    s.weights[i] = static_cast<double>(i % 4);
    for (std::size_t copy = 0; copy < i % 4; ++copy) {
      repeated.labels.push_back(s.labels[i]);
      repeated.probabilities.push_back(s.probabilities[i]);
    }
  }
  EXPECT_BITS(average_precision(s.labels, s.probabilities, {.weights = s.weights}),
              average_precision(repeated.labels, repeated.probabilities));
  const auto det = det_curve(s.labels, s.probabilities, {.weights = s.weights});
  EXPECT_BITS(det.fnr, det_curve(repeated.labels, repeated.probabilities).fnr);
}

// ---- detection error trade-off ----

// The rule of scikit-learn: from the last point that has as few false positives as the first, to the first
// that has no false negatives; then reversed.
std::vector<naive_point> trimmed(const std::vector<naive_point>& points) {
  std::size_t first = 0, last = 0;
  for (std::size_t k = 0; k < points.size(); ++k)
    if (points[k].fpr == points[0].fpr) first = k;
  while (points[last].tpr < 1.0) ++last;
  std::vector<naive_point> result(points.begin() + static_cast<std::ptrdiff_t>(first),
                                  points.begin() + static_cast<std::ptrdiff_t>(last) + 1);
  std::reverse(result.begin(), result.end());
  return result;
}

TEST(det_curve, has_the_rates_of_the_thresholds_in_between) {
  for_samples([](const sample& s, bool weighted, vector_view weights) {
    if (weighted) return;  // the naive rates of a whole class round
    const auto curve = det_curve(s.labels, s.probabilities, {.weights = weights});
    const auto points = trimmed(points_of(s, weighted));
    ASSERT_EQ(curve.fpr.size(), points.size());
    for (std::size_t k = 0; k < points.size(); ++k) {
      EXPECT_BITS(curve.fpr[k], points[k].fpr);
      EXPECT_ABS(curve.fnr[k], 1.0 - points[k].tpr, 2e-16, "1 - tpr rounds");
      EXPECT_BITS(curve.thresholds[k], points[k].threshold);
    }
    EXPECT_BITS(curve.fnr[0], 0.0);
    EXPECT_EQ(curve.fpr_probit.size(), 0U);
    EXPECT_EQ(curve.fnr_probit.size(), 0U);
  });
}

TEST(det_curve, of_perfect_and_useless_forecasts_is_one_point) {
  const auto perfect = det_curve({0, 0, 1, 1}, {0.1, 0.2, 0.8, 0.9}, {.probit = true});
  EXPECT_BITS(perfect.fpr.to_vector(), numbers{0});
  EXPECT_BITS(perfect.fnr.to_vector(), numbers{0});
  EXPECT_BITS(perfect.thresholds.to_vector(), numbers{0.8});
  EXPECT_BITS(perfect.fpr_probit.to_vector(), numbers{-k_infinity});
  const auto useless = det_curve({0, 1, 1}, {0.5, 0.5, 0.5}, {.probit = true});
  EXPECT_BITS(useless.fpr.to_vector(), numbers{1});
  EXPECT_BITS(useless.fpr_probit.to_vector(), numbers{k_infinity});
  EXPECT_BITS(useless.fnr_probit.to_vector(), numbers{-k_infinity});
}

// P(Z < 0.8416212335729143) = 0.8, P(Z < 0.2533471031357997) = 0.6: scipy.stats.norm.ppf
TEST(det_curve, adds_normal_quantiles) {
  const auto curve = det_curve({0, 1, 0, 0, 1, 0, 0, 1, 1, 1},
                               {0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, {.probit = true});
  EXPECT_BITS(curve.fpr.to_vector(), (numbers{0.8, 0.8, 0.6, 0.4, 0.4, 0.2, 0}));
  EXPECT_BITS(curve.fnr.to_vector(), (numbers{0, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4}));
  EXPECT_REL(curve.fpr_probit[0], 0.8416212335729143, 1e-15, "a few ulp");
  EXPECT_REL(curve.fpr_probit[2], 0.2533471031357997, 1e-15, "a few ulp");
  EXPECT_BITS(curve.fpr_probit[3], -curve.fpr_probit[2]);
  EXPECT_BITS(curve.fnr_probit[0], -k_infinity);
  EXPECT_BITS(curve.fnr_probit[1], -curve.fpr_probit[0]);
}

// ---- detection cost ----

TEST(min_dcf, is_the_least_cost_of_all_thresholds) {
  for_samples([](const sample& s, bool weighted, vector_view weights) {
    for (const double p : {0.01, 0.5, 0.9}) {
      const double miss = 10.0 * p, alarm = 2.0 * (1.0 - p);
      double least = miss, at = k_infinity;
      for (const naive_point& point : points_of(s, weighted)) {
        const double cost = miss * (1.0 - point.tpr) + alarm * point.fpr;
        if (cost < least * (1 - 1e-12)) {
          least = cost;
          at = point.threshold;
        }
      }
      const auto best =
          min_dcf(s.labels, s.probabilities, {.weights = weights, .p_target = p, .c_miss = 10, .c_fa = 2});
      EXPECT_REL(best.min_dcf, least / std::min(miss, alarm), 1e-13, k_why);
      EXPECT_BITS(best.threshold, at);
      EXPECT_LE(best.min_dcf, 1.0);
    }
  });
}

TEST(min_dcf, of_perfect_and_useless_forecasts) {
  const auto perfect = min_dcf({0, 0, 1, 1}, {0.1, 0.2, 0.8, 0.9});
  EXPECT_BITS(perfect.min_dcf, 0.0);
  EXPECT_BITS(perfect.threshold, 0.8);
  const auto useless = min_dcf({0, 1}, {0.5, 0.5});
  EXPECT_BITS(useless.min_dcf, 1.0);
  EXPECT_BITS(useless.threshold, k_infinity);
  // events are frequent and dear: better to call all rows events than none
  EXPECT_BITS(min_dcf({0, 1}, {0.5, 0.5}, {.p_target = 0.9}).threshold, 0.5);
}

// ---- errors ----

template <class Call>
void expect_no_single_class(Call call, bool only_events_fit) {
  const auto refused = [&](integer_view labels, vector_view weights, const std::string& text) {
    testing::expect_error(
        [&] {
          call(labels, vector_view({0.2, 0.4}), weights);
        },
        error_kind::value, error_code::single_class, "labels", text);
  };
  refused({0, 0}, {}, "hold only the class 0");
  refused({0, 1}, {1, 0}, "hold only the class 0");
  if (only_events_fit) {
    call(integer_view({1, 1}), vector_view({0.2, 0.4}), vector_view());
  } else {
    refused({1, 1}, {}, "hold only the class 1");
  }
}

template <class Call>
void expect_curve_errors(Call call, bool only_events_fit) {
  testing::expect_row_errors("probabilities", call);
  expect_no_single_class(call, only_events_fit);
}

TEST(roc_curves, name_what_is_wrong) {
  expect_curve_errors([](integer_view y, vector_view p, vector_view w) { roc_curve(y, p, {.weights = w}); },
                      false);
  expect_curve_errors([](integer_view y, vector_view p, vector_view w) { det_curve(y, p, {.weights = w}); },
                      false);
  expect_curve_errors([](integer_view y, vector_view p, vector_view w) { min_dcf(y, p, {.weights = w}); },
                      false);
  expect_curve_errors([](integer_view y, vector_view p, vector_view w) { pr_curve(y, p, {.weights = w}); },
                      true);
  expect_curve_errors(
      [](integer_view y, vector_view p, vector_view w) { average_precision(y, p, {.weights = w}); }, true);
}

TEST(min_dcf, names_bad_costs) {
  const auto refused = [](const min_dcf_options& options, error_code code, const std::string& argument) {
    testing::expect_error([&] { min_dcf({0, 1}, {0.2, 0.4}, options); }, error_kind::value, code, argument);
  };
  for (const double p : {0.0, 1.0, -0.5, std::numeric_limits<double>::quiet_NaN()})
    refused({.p_target = p}, error_code::out_of_range, "p_target");
  for (const double cost : {0.0, -1.0, k_infinity, std::numeric_limits<double>::quiet_NaN()}) {
    refused({.c_miss = cost}, error_code::bad_parameter, "c_miss");
    refused({.c_fa = cost}, error_code::bad_parameter, "c_fa");
  }
  refused({.c_miss = 1e300, .c_fa = 1e-300}, error_code::bad_parameter, "c_miss");
}

}  // namespace
}  // namespace assay::calibration
