// What must not change a metric: the order of rows, rows of weight 0, the unit of the weights, rows instead
// of whole weights, float instead of double.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "assay/calibration/balance.hpp"
#include "assay/calibration/brier.hpp"
#include "assay/calibration/brier_skill.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/mmce.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/roc_curves.hpp"
#include "assay/calibration/smooth_ece.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

struct metric {
  const char* name;
  std::function<double(integer_view labels, vector_view p, vector_view weights)> value;
  double atol = 0.0;  // 0: sums of such numbers are exact, so the same bits
  [[nodiscard]] double of(const forecasts& f) const { return value(f.labels, f.probabilities, f.weights); }
};

// What is the same for the other event. Smooth errors have 2e-7 of the mean |y - p|, at most 1, as their
// budget; logarithms are summed in the order of the rows; the steps of exponentials end at every distinct p.
std::vector<metric> symmetric_metrics() {
  constexpr double smooth = 4e-7, logarithms = 1e-13, exponentials = 1e-14;
  return {
      {"brier_score", [](auto y, auto p, auto w) { return brier_score(y, p, {.weights = w}); }},
      {"brier_skill_score", [](auto y, auto p, auto w) { return brier_skill_score(y, p, {.weights = w}); }},
      {"log_loss", [](auto y, auto p, auto w) { return log_loss(y, p, {.weights = w, .eps = 0x1p-9}); },
       logarithms},
      {"mce", [](auto y, auto p, auto w) { return mce(y, p, {.weights = w, .strategy = binning::unique}); }},
      {"mmce squared",
       [](auto y, auto p, auto w) {
         const double loss = mmce_loss(y, p, {.weights = w}).loss;
         return loss * loss;
       },
       exponentials},
      {"smooth_ece", [](auto y, auto p, auto w) { return smooth_ece(y, p, {.weights = w}); }, smooth},
      {"smooth_ece_fixed",
       [](auto y, auto p, auto w) { return smooth_ece_fixed(y, p, 0.05, {.weights = w}); }, smooth},
      {"smooth_ece_fixed of logits",
       [](auto y, auto p, auto w) {
         return smooth_ece_fixed(y, p, 0.3, {.weights = w, .space = smoothing_space::logit});
       },
       smooth},
      {"miscalibration",
       [](auto y, auto p, auto w) { return corp_decomposition(y, p, {.weights = w}).miscalibration; }},
      {"discrimination of the log score",
       [](auto y, auto p, auto w) {
         return corp_decomposition(y, p, {.weights = w, .score = corp_score::log}).discrimination;
       }},
      {"roc_auc", [](auto y, auto p, auto w) { return roc_auc(y, p, {.weights = w}); }},
      {"eer", [](auto y, auto p, auto w) { return eer(y, p, {.weights = w}); }},
      {"eer of the hull",
       [](auto y, auto p, auto w) { return eer(y, p, {.weights = w, .method = eer_method::convex_hull}); }},
      {"min_dcf at equal costs",
       [](auto y, auto p, auto w) { return min_dcf(y, p, {.weights = w, .p_target = 0.5}).min_dcf; }},
  };
}

// What looks at rows from one side.
std::vector<metric> all_metrics() {
  auto metrics = symmetric_metrics();
  metrics.insert(
      metrics.end(),
      {{"ece",
        [](auto y, auto p, auto w) {
          return ece(y, p, {.weights = w, .n_bins = 7, .bin_rule = bin_rule::left_closed});
        }},
       {"ks", [](auto y, auto p, auto w) { return ks_calibration_error(y, p, {.weights = w}); }},
       {"balance", [](auto y, auto p, auto w) { return balance_score(y, p, {.weights = w}).signed_; }},
       {"resolution",
        [](auto y, auto p, auto w) { return brier_decomposition(y, p, {.weights = w}).resolution; }},
       {"partial_auc", [](auto y, auto p, auto w) { return roc_auc(y, p, {.weights = w, .max_fpr = 0.3}); }},
       {"average_precision", [](auto y, auto p, auto w) { return average_precision(y, p, {.weights = w}); }},
       {"nearest eer",
        [](auto y, auto p, auto w) { return eer(y, p, {.weights = w, .method = eer_method::nearest}); }},
       {"min_dcf", [](auto y, auto p, auto w) { return min_dcf(y, p, {.weights = w}).min_dcf; }}});
  return metrics;
}

void require_equal(const metric& m, double actual, double expected) {
  require_close(actual, expected, 0.0, m.atol, m.name);
  if (m.atol == 0.0) RC_ASSERT(same_bits(actual, expected));
}

RC_GTEST_PROP(calibration_metrics, do_not_depend_on_the_order_of_rows, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const forecasts g = permuted(f, some_order(f.size()));
  for (const metric& m : all_metrics()) require_equal(m, m.of(g), m.of(f));
}

RC_GTEST_PROP(calibration_metrics, take_whole_weights_for_repeated_rows, ()) {
  const forecasts f = with_whole_weights(*forecasts_of_both_classes());
  const forecasts rows = repeated(f);
  for (const metric& m : all_metrics())
    require_equal(m, m.value(rows.labels, rows.probabilities, {}), m.of(f));
}

RC_GTEST_PROP(calibration_metrics, do_not_depend_on_the_unit_of_the_weights, ()) {
  const forecasts f = *forecasts_of_both_classes();
  forecasts g = f;
  const double unit = std::ldexp(1.0, *rc::gen::inRange(-30, 31));  // a power of two rounds nothing
  for (double& w : g.weights) w *= unit;
  for (const metric& m : all_metrics()) require_equal(m, m.of(g), m.of(f));
}

RC_GTEST_PROP(calibration_metrics, leave_out_rows_of_weight_0, ()) {
  const forecasts f = *forecasts_of_both_classes();
  forecasts g;
  for (std::size_t i = 0; i < f.size(); ++i)
    if (f.weights[i] > 0.0) g.add(f.labels[i], f.probabilities[i], f.weights[i]);
  for (const metric& m : all_metrics()) require_equal(m, m.of(g), m.of(f));
}

// Multiples of 1/64 are floats as well, labels any integers.
RC_GTEST_PROP(calibration_metrics, do_not_depend_on_the_types_of_elements, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const std::vector<float> p(f.probabilities.begin(), f.probabilities.end());
  const std::vector<float> w(f.weights.begin(), f.weights.end());
  const std::vector<std::int32_t> y(f.labels.begin(), f.labels.end());
  for (const metric& m : all_metrics()) require_equal(m, m.value(y, p, w), m.of(f));
}

RC_GTEST_PROP(calibration_metrics, do_not_depend_on_which_event_is_forecast, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const forecasts g = exchanged(f);
  for (const metric& m : symmetric_metrics())
    require_close(m.of(g), m.of(f), 1e-14, std::max(m.atol, 1e-14), m.name);  // 1 - rate is rounded
}

}  // namespace
}  // namespace assay::calibration
