// Laws of ROC, precision-recall and DET curves, of what is read from them, and of DeLong's variance.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/calibration/delong.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/roc_curves.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Each probability moved by a strictly increasing map without rounding.
forecasts stretched(forecasts f) {
  for (double& p : f.probabilities) p = (p * p + p) / 2;
  return f;
}

/// The labels the other way round, the probabilities as they are.
forecasts relabelled(forecasts f) {
  for (auto& label : f.labels) label = static_cast<std::uint8_t>(1 - label);
  return f;
}

roc_curve_result curve_of(const forecasts& f, bool drop = false) {
  return roc_curve(f.labels, f.probabilities, {.weights = f.weights, .drop_intermediate = drop});
}

/// Area below a broken line up to x = end.
double area_below(const array& x, const array& y, double end = 1.0) {
  double area = 0.0;
  for (std::size_t k = 1; k < x.size(); ++k) {
    const double right = std::min(x[k], end);
    if (right <= x[k - 1]) continue;
    const double height = y[k - 1] + (y[k] - y[k - 1]) * (right - x[k - 1]) / (x[k] - x[k - 1]);
    area += (right - x[k - 1]) * (y[k - 1] + height) / 2;
  }
  return area;
}

RC_GTEST_PROP(discrimination, depends_on_the_order_of_probabilities_alone, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const forecasts g = stretched(f);
  const auto method =
      *rc::gen::element(eer_method::interpolated, eer_method::nearest, eer_method::convex_hull);
  RC_ASSERT(same_bits(roc_auc(g.labels, g.probabilities, {.weights = g.weights}),
                      roc_auc(f.labels, f.probabilities, {.weights = f.weights})));
  RC_ASSERT(same_bits(average_precision(g.labels, g.probabilities, {.weights = g.weights}),
                      average_precision(f.labels, f.probabilities, {.weights = f.weights})));
  RC_ASSERT(same_bits(eer(g.labels, g.probabilities, {.weights = g.weights, .method = method}),
                      eer(f.labels, f.probabilities, {.weights = f.weights, .method = method})));
  RC_ASSERT(same_bits(min_dcf(g.labels, g.probabilities, {.weights = g.weights}).min_dcf,
                      min_dcf(f.labels, f.probabilities, {.weights = f.weights}).min_dcf));
  RC_ASSERT(same_bits(curve_of(g).fpr, curve_of(f).fpr));
  RC_ASSERT(same_bits(curve_of(g).tpr, curve_of(f).tpr));
}

RC_GTEST_PROP(roc_auc, and_that_of_the_labels_the_other_way_round_sum_to_1, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const forecasts g = relabelled(f);
  require_close(roc_auc(f.labels, f.probabilities, {.weights = f.weights}) +
                    roc_auc(g.labels, g.probabilities, {.weights = g.weights}),
                1.0, 4e-16, 0.0, "two divisions");
}

RC_GTEST_PROP(roc_curve, rises_from_one_corner_to_the_other, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const auto curve = curve_of(f);
  const std::size_t last = curve.fpr.size() - 1;
  RC_ASSERT(curve.fpr[0] == 0.0 && curve.tpr[0] == 0.0 && curve.thresholds[0] == infinity);
  RC_ASSERT(curve.fpr[last] == 1.0 && curve.tpr[last] == 1.0);
  for (std::size_t k = 1; k <= last; ++k) {
    RC_ASSERT(curve.fpr[k - 1] <= curve.fpr[k] && curve.tpr[k - 1] <= curve.tpr[k]);
    RC_ASSERT(curve.fpr[k - 1] + curve.tpr[k - 1] < curve.fpr[k] + curve.tpr[k]);
    RC_ASSERT(curve.thresholds[k] < curve.thresholds[k - 1]);
  }
}

RC_GTEST_PROP(roc_curve, has_the_area_below_it, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const double area = roc_auc(f.labels, f.probabilities, {.weights = f.weights});
  const auto all = curve_of(f), few = curve_of(f, true);
  constexpr const char* why = "a sum of at most 80 rounded trapezoids";
  require_close(area_below(all.fpr, all.tpr), area, 0.0, 1e-14, why);
  require_close(area_below(few.fpr, few.tpr), area, 0.0, 1e-14, why);
  const double limit = *fractions(1, 64, 64.0), chance = limit * limit / 2;
  require_close(roc_auc(f.labels, f.probabilities, {.weights = f.weights, .max_fpr = limit}),
                0.5 * (1 + (area_below(all.fpr, all.tpr, limit) - chance) / (limit - chance)), 0.0, 1e-12,
                "the sum is divided by at least 1/65");
  // what is dropped was there before
  std::size_t at = 0;
  for (std::size_t k = 0; k < few.fpr.size(); ++k) {
    while (all.thresholds[at] != few.thresholds[k]) RC_ASSERT(++at < all.fpr.size());
    RC_ASSERT(all.fpr[at] == few.fpr[k] && all.tpr[at] == few.tpr[k]);
  }
}

// Seen from the other event, 1 - tpr takes the place of fpr, from the last point to the first.
RC_GTEST_PROP(roc_curve, is_mirrored_for_the_other_event, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const auto one = curve_of(f), other = curve_of(exchanged(f));
  const std::size_t n = one.fpr.size();
  RC_ASSERT(other.fpr.size() == n);
  for (std::size_t k = 0; k < n; ++k) {
    require_close(other.fpr[k], 1 - one.tpr[n - 1 - k], 0.0, 4e-16, "two divisions");
    require_close(other.tpr[k], 1 - one.fpr[n - 1 - k], 0.0, 4e-16, "two divisions");
  }
}

RC_GTEST_PROP(pr_curve, has_the_average_precision_as_its_steps, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const auto curve = pr_curve(f.labels, f.probabilities, {.weights = f.weights});
  const std::size_t last = curve.thresholds.size();
  RC_ASSERT(curve.recall[0] == 1.0);
  RC_ASSERT(curve.recall[last] == 0.0 && curve.precision[last] == 1.0);
  double sum = 0.0;
  for (std::size_t k = 0; k < last; ++k) {
    RC_ASSERT(curve.recall[k] >= curve.recall[k + 1]);
    RC_ASSERT(0.0 <= curve.precision[k] && curve.precision[k] <= 1.0);
    if (k > 0) RC_ASSERT(curve.thresholds[k - 1] < curve.thresholds[k]);
    sum += (curve.recall[k] - curve.recall[k + 1]) * curve.precision[k];
  }
  const double precision = average_precision(f.labels, f.probabilities, {.weights = f.weights});
  require_close(precision, sum, 0.0, 1e-14, "a sum of at most 80 rounded steps");
  RC_ASSERT(0.0 < precision && precision <= 1.0);
  // all rows called events: precision is their share
  double events = 0.0, total = 0.0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    events += f.weights[i] * f.labels[i];
    total += f.weights[i];
  }
  RC_ASSERT(curve.precision[0] == events / total);
}

RC_GTEST_PROP(det_curve, is_the_roc_curve_upside_down, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const auto det = det_curve(f.labels, f.probabilities, {.weights = f.weights, .probit = true});
  const auto roc = curve_of(f);
  std::size_t at = roc.fpr.size() - 1;
  for (std::size_t k = 0; k < det.fpr.size(); ++k) {
    while (roc.thresholds[at] != det.thresholds[k]) RC_ASSERT(at-- > 0);
    RC_ASSERT(det.fpr[k] == roc.fpr[at]);
    require_close(det.fnr[k], 1 - roc.tpr[at], 0.0, 4e-16, "two divisions");
    RC_ASSERT(std::isinf(det.fpr_probit[k]) == (det.fpr[k] == 0.0 || det.fpr[k] == 1.0));
    if (k == 0) continue;
    RC_ASSERT(det.fpr[k - 1] >= det.fpr[k] && det.fnr[k - 1] <= det.fnr[k]);
    RC_ASSERT(det.fpr_probit[k - 1] >= det.fpr_probit[k] && det.fnr_probit[k - 1] <= det.fnr_probit[k]);
  }
  RC_ASSERT(det.fnr[0] == 0.0);
}

RC_GTEST_PROP(min_dcf, is_the_least_cost_on_the_roc_curve, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const double target = *fractions(1, 63, 64.0), miss = *fractions(1, 40, 4.0),
               alarm = *fractions(1, 40, 4.0);
  const auto found = min_dcf(f.labels, f.probabilities,
                             {.weights = f.weights, .p_target = target, .c_miss = miss, .c_fa = alarm});
  const auto curve = curve_of(f);
  double least = infinity;
  for (std::size_t k = 0; k < curve.fpr.size(); ++k) {
    const double cost = (miss * target * (1 - curve.tpr[k]) + alarm * (1 - target) * curve.fpr[k]) /
                        std::min(miss * target, alarm * (1 - target));
    if (curve.thresholds[k] == found.threshold)
      require_close(cost, found.min_dcf, 1e-13, 1e-12, "1 - tpr is rounded, a cost has a factor up to 2520");
    least = std::min(least, cost);
  }
  require_close(found.min_dcf, least, 1e-13, 1e-12, "1 - tpr is rounded, a cost has a factor up to 2520");
  RC_ASSERT(0.0 <= found.min_dcf && found.min_dcf <= 1.0);
}

// On the hull FPR + FNR is least at a corner; on the curve the nearest point has a mean of both rates.
RC_GTEST_PROP(eer, is_at_least_half_the_least_sum_of_both_rates, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const double least = min_dcf(f.labels, f.probabilities, {.weights = f.weights, .p_target = 0.5}).min_dcf;
  for (const auto method : {eer_method::interpolated, eer_method::nearest, eer_method::convex_hull}) {
    const double rate = eer(f.labels, f.probabilities, {.weights = f.weights, .method = method});
    RC_ASSERT(least / 2 <= rate + 1e-15);
    RC_ASSERT(rate <= 1.0);
    const auto point = eer_point(f.labels, f.probabilities, {.weights = f.weights, .method = method});
    RC_ASSERT(same_bits(point.eer, rate));
    RC_ASSERT(point.threshold >= 0.0);
  }
}

RC_GTEST_PROP(eer, lies_on_the_roc_curve, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const auto curve = curve_of(f);
  const double rate = eer(f.labels, f.probabilities, {.weights = f.weights});
  double nearest = 1.0;  // distance of the point (rate, 1 - rate) from the curve, along the axes
  for (std::size_t k = 1; k < curve.fpr.size(); ++k) {
    if (rate < curve.fpr[k - 1] - 1e-14 || rate > curve.fpr[k] + 1e-14) continue;
    const double width = curve.fpr[k] - curve.fpr[k - 1];
    const double share = width > 0.0 ? std::clamp((rate - curve.fpr[k - 1]) / width, 0.0, 1.0) : 0.0;
    const double low =
        width > 0.0 ? curve.tpr[k - 1] + share * (curve.tpr[k] - curve.tpr[k - 1]) : curve.tpr[k - 1];
    const double high = width > 0.0 ? low : curve.tpr[k];
    nearest = std::min(nearest, std::max({low - (1 - rate), (1 - rate) - high, 0.0}));
  }
  RC_ASSERT(nearest <= 1e-10);  // rounding of the rate, times a slope of at most 5120
}

RC_GTEST_PROP(segment_eer, weighs_utterances_or_frames, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const auto segments = *rc::gen::container<std::vector<std::int32_t>>(f.size(), rc::gen::inRange(-3, 4));
  const auto frames = segment_eer(f.labels, f.probabilities, segments, {.weights = f.weights});
  RC_ASSERT(same_bits(frames.eer, eer(f.labels, f.probabilities, {.weights = f.weights})));
  std::vector<double> sums(7, 0.0), shares;
  for (std::size_t i = 0; i < f.size(); ++i) sums[static_cast<std::size_t>(segments[i] + 3)] += f.weights[i];
  for (std::size_t i = 0; i < f.size(); ++i) {
    const double sum = sums[static_cast<std::size_t>(segments[i] + 3)];
    shares.push_back(sum > 0.0 ? f.weights[i] / sum : 0.0);
  }
  const auto alike = segment_eer(f.labels, f.probabilities, segments,
                                 {.weights = f.weights, .average = segment_average::segments});
  require_close(alike.eer, eer(f.labels, f.probabilities, {.weights = shares}), 0.0, 1e-13,
                "weights are rounded");
  RC_ASSERT(alike.n_segments ==
            std::count_if(sums.begin(), sums.end(), [](double sum) { return sum > 0.0; }));
}

/// Sample variance of the share of the other class that each row of class `label` is in order with, over
/// their number.
double variance_of_shares(const forecasts& f, std::uint8_t label) {
  double sum = 0.0, squares = 0.0, rows = 0.0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    if (f.labels[i] != label) continue;
    double twice = 0.0, others = 0.0;
    for (std::size_t j = 0; j < f.size(); ++j) {
      if (f.labels[j] == label) continue;
      const double gap = (f.probabilities[i] - f.probabilities[j]) * (label == 1 ? 1.0 : -1.0);
      twice += gap > 0.0 ? 2.0 : gap == 0.0 ? 1.0 : 0.0;
      others += 1.0;
    }
    sum += twice / (2 * others);
    squares += twice / (2 * others) * (twice / (2 * others));
    rows += 1.0;
  }
  return (squares - sum * sum / rows) / (rows - 1) / rows;
}

RC_GTEST_PROP(roc_auc_delong, holds_the_area_and_a_variance, ()) {
  const forecasts f = *forecasts_of_both_classes(2);
  const auto one = roc_auc_delong(f.labels, f.probabilities);
  RC_ASSERT(same_bits(one.auc, roc_auc(f.labels, f.probabilities)));
  require_close(one.variance, variance_of_shares(f, 0) + variance_of_shares(f, 1), 0.0, 1e-13, "naive sums");
  RC_ASSERT(one.variance >= 0.0 && one.std_error == std::sqrt(one.variance));
  RC_ASSERT(0.0 <= one.lower && one.lower <= one.auc && one.auc <= one.upper && one.upper <= 1.0);
  RC_ASSERT(roc_auc_delong(f.labels, f.probabilities, {.level = 0.95}).lower <= one.lower);
  for (const forecasts& g : {exchanged(f), relabelled(f)})  // shares above become shares below
    require_close(roc_auc_delong(g.labels, g.probabilities).variance, one.variance, 0.0, 1e-14, "the budget");
}

RC_GTEST_PROP(delong_test, turns_with_the_forecasts_and_sees_only_their_order, ()) {
  const forecasts f = *forecasts_of_both_classes(2);
  const auto other = *rc::gen::container<std::vector<double>>(f.size(), fractions(0, 64, 64.0));
  const auto one = delong_test(f.labels, f.probabilities, other);
  const auto turned = delong_test(f.labels, other, f.probabilities);
  RC_ASSERT(one.auc_a == turned.auc_b && one.auc_b == turned.auc_a);
  RC_ASSERT(one.difference == -turned.difference && one.z == -turned.z && one.p_value == turned.p_value);
  RC_ASSERT(0.0 <= one.p_value && one.p_value <= 1.0);
  const auto same = delong_test(f.labels, f.probabilities, stretched(f).probabilities);
  RC_ASSERT(same.difference == 0.0 && same.z == 0.0 && same.p_value == 1.0);
}

}  // namespace
}  // namespace assay::calibration
