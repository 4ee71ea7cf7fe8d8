// Calibrated forecasts: where the share of events at every probability is that probability, errors are 0,
// tests find nothing and recalibration changes nothing.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/balance.hpp"
#include "assay/calibration/beta_calibration.hpp"
#include "assay/calibration/brier.hpp"
#include "assay/calibration/calibration_slope.hpp"
#include "assay/calibration/calibration_tests.hpp"
#include "assay/calibration/centered_isotonic.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/dirichlet_calibration.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/enir.hpp"
#include "assay/calibration/histogram_binning.hpp"
#include "assay/calibration/isotonic.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/matrix_scaling.hpp"
#include "assay/calibration/miscalibration_test.hpp"
#include "assay/calibration/mmce.hpp"
#include "assay/calibration/platt.hpp"
#include "assay/calibration/smooth_ece.hpp"
#include "assay/calibration/spline_calibration.hpp"
#include "assay/calibration/tcal.hpp"
#include "assay/calibration/temperature.hpp"
#include "assay/calibration/vector_scaling.hpp"
#include "assay/calibration/venn_abers.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

// No bin splits rows of equal probability, so the residuals of every bin sum to 0; all sums are exact.
RC_GTEST_PROP(calibrated_forecasts, have_no_error_in_any_bins, ()) {
  const forecasts f = *calibrated_forecasts();
  const ece_options options{.weights = f.weights,
                            .n_bins = *some_bins(),
                            .strategy = *some_layout(),
                            .norm = *rc::gen::element(error_norm::l1, error_norm::l2, error_norm::max)};
  RC_ASSERT(ece(f.labels, f.probabilities, options) == 0.0);
  RC_ASSERT(ece_sweep(f.labels, f.probabilities, {.weights = f.weights}).value == 0.0);
  RC_ASSERT(
      ece_debiased_l2(f.labels, f.probabilities, {.n_bins = options.n_bins, .strategy = options.strategy})
          .squared <= 0.0);
  RC_ASSERT(ece_debiased_l1(f.labels, f.probabilities,
                            {.n_bins = options.n_bins, .strategy = options.strategy}) <= 0.0);
  RC_ASSERT(tcal_statistic(f.labels, f.probabilities, {.n_bins = options.n_bins}) <= 0.0);
}

RC_GTEST_PROP(calibrated_forecasts, have_no_error_without_bins, ()) {
  const forecasts f = *calibrated_forecasts();
  RC_ASSERT(ks_calibration_error(f.labels, f.probabilities, {.weights = f.weights}) == 0.0);
  RC_ASSERT(smooth_ece(f.labels, f.probabilities, {.weights = f.weights}) == 0.0);
  RC_ASSERT(smooth_ece_fixed(f.labels, f.probabilities, 0.05, {.weights = f.weights}) == 0.0);
  RC_ASSERT(mmce_loss(f.labels, f.probabilities, {.weights = f.weights}).loss == 0.0);
  RC_ASSERT(balance_score(f.labels, f.probabilities, {.weights = f.weights}).absolute == 0.0);
}

RC_GTEST_PROP(calibrated_forecasts, have_no_part_of_a_score_that_recalibration_takes_off, ()) {
  const forecasts f = *calibrated_forecasts();
  const auto score = *rc::gen::element(corp_score::brier, corp_score::log);
  const auto corp = corp_decomposition(f.labels, f.probabilities, {.weights = f.weights, .score = score});
  require_close(corp.miscalibration, 0.0, 0.0, 1e-14, "the budget");
  const auto murphy = brier_decomposition(
      f.labels, f.probabilities, {.weights = f.weights, .n_bins = *some_bins(), .strategy = *some_layout()});
  RC_ASSERT(murphy.reliability == 0.0);
  const auto curve = corp_reliability(f.labels, f.probabilities, {.weights = f.weights});
  RC_ASSERT(same_bits(curve.cep, curve.x));
}

RC_GTEST_PROP(calibrated_forecasts, pass_all_tests, ()) {
  const forecasts f = *calibrated_forecasts(0, 8, 2);
  const auto groups = hosmer_lemeshow(f.labels, f.probabilities, {.n_groups = *some_bins()});
  RC_ASSERT(groups.statistic == 0.0);
  RC_ASSERT(groups.p_value == 1.0);
  const bool has_variance = std::any_of(f.probabilities.begin(), f.probabilities.end(),
                                        [](double p) { return p * (1 - p) * (1 - 2 * p) != 0.0; });
  if (has_variance) {
    const auto score = spiegelhalter_z(f.labels, f.probabilities, {.weights = f.weights});
    RC_ASSERT(score.z == 0.0);
    RC_ASSERT(score.p_value == 1.0);
  }
  const auto test = miscalibration_test(f.labels, f.probabilities, {.weights = f.weights, .n_boot = 20});
  RC_ASSERT(test.statistic == 0.0);
  RC_ASSERT(test.p_value == 1.0);
}

RC_GTEST_PROP(calibrated_forecasts, have_slope_1_and_intercept_0, ()) {
  const forecasts f = *calibrated_forecasts(1, 7, 2);
  const auto cox = calibration_slope_intercept(f.labels, f.probabilities, {.weights = f.weights});
  constexpr const char* why = "the budget of coefficients, with errors of a few units";
  require_close(cox.slope, 1.0, 1e-9, 0.0, why);
  require_close(cox.intercept, 0.0, 0.0, 1e-9, why);
  require_close(cox.calibration_in_the_large, 0.0, 0.0, 1e-9, why);
  require_close(cox.statistic, 0.0, 0.0, 1e-11, "1e-14 of a log-likelihood of at most a few hundred");
  require_close(cox.p_value, 1.0, 0.0, 1e-11, "the tail of so small a statistic");
}

RC_GTEST_PROP(calibrated_forecasts, are_kept_by_recalibration_without_a_curve, ()) {
  const forecasts f = *calibrated_forecasts();
  const auto kept = [&](const array& transformed) {
    return same_bits(transformed.to_vector(), f.probabilities);
  };
  const vector_view p(f.probabilities);
  RC_ASSERT(kept(isotonic_model::fit(f.labels, p, {.weights = f.weights}).transform(p)));
  RC_ASSERT(kept(isotonic_model::fit(f.labels, p, {.weights = f.weights, .step = true}).transform(p)));
  RC_ASSERT(kept(centered_isotonic_model::fit(f.labels, p, {.weights = f.weights}).transform(p)));
  RC_ASSERT(
      kept(histogram_binning_model::fit(f.labels, p, {.weights = f.weights, .strategy = binning::unique})
               .transform(p)));
  const auto spline = spline_calibration_model::fit(f.labels, p, {.weights = f.weights}).transform(p);
  for (std::size_t i = 0; i < f.size(); ++i)
    require_close(spline[i], f.probabilities[i], 0.0, 1e-15, "the cumulative error is 0 everywhere");
  RC_ASSERT(kept(enir_model::fit(f.labels, p, {.weights = f.weights}).transform(p)));
  const auto interval = venn_abers_model::fit(f.labels, p, {.weights = f.weights}).intervals(p);
  for (std::size_t i = 0; i < f.size(); ++i)
    RC_ASSERT(interval.p0[i] <= f.probabilities[i] && f.probabilities[i] <= interval.p1[i]);
}

RC_GTEST_PROP(calibrated_forecasts, are_kept_by_recalibration_with_a_curve, ()) {
  const forecasts f = *calibrated_forecasts(1, 7, 3);
  const vector_view p(f.probabilities);
  const auto line = platt(
      f.labels, p, {.weights = f.weights, .smooth_targets = false, .input = platt_input::probabilities});
  constexpr const char* why = "the budget of parameters, times their correlation";
  require_close(line.slope, 1.0, 1e-8, 0.0, why);
  require_close(line.intercept, 0.0, 0.0, 1e-8, why);
  const auto variant = *rc::gen::element(beta_variant::abm, beta_variant::am, beta_variant::ab);
  const auto curve = beta_calibration(f.labels, p, {.weights = f.weights, .variant = variant});
  require_close(curve.a, 1.0, 1e-7, 0.0, why);
  require_close(curve.b, 1.0, 1e-7, 0.0, why);
  require_close(curve.c, 0.0, 0.0, 1e-7, why);
  const auto heat =
      temperature(f.labels, p, {.weights = f.weights, .input = temperature_input::probabilities});
  require_close(heat.temperature, 1.0, 1e-11, 0.0, "the budget of 1e-12, log-odds are rounded");
}

/// Rows of three classes with probabilities in eighths, none 0; the classes of equal rows are shared out as
/// they say.
class_forecasts calibrated_classes() {
  return *rc::gen::exec([] {
    class_forecasts f{3, {}, {}, {}};
    const auto kinds = *rc::gen::inRange(1, 5);
    for (int kind = 0; kind < kinds; ++kind) {
      const int first = *rc::gen::inRange(1, 7), second = *rc::gen::inRange(1, 8 - first);
      const double weight = *fractions(1, 32, 16.0);
      for (int row = 0; row < 8; ++row) {
        f.labels.push_back(row < first ? 0 : row < first + second ? 1 : 2);
        f.weights.push_back(weight);
        for (const int eighths : {first, second, 8 - first - second})
          f.probabilities.push_back(eighths / 8.0);
      }
    }
    return f;
  });
}

// The loss is strictly convex in the log-odds of the rows: what they are at its minimum is the only solution,
// even where several maps give it.
RC_GTEST_PROP(calibrated_forecasts, of_several_classes_are_kept_by_scaling, ()) {
  const class_forecasts f = calibrated_classes();
  std::vector<double> logits;
  for (const double p : f.probabilities) logits.push_back(std::log(p));
  const matrix_view z(logits, f.size(), 3);
  const auto require_kept = [&](const array& transformed) {
    for (std::size_t i = 0; i < f.probabilities.size(); ++i)
      require_close(transformed[i], f.probabilities[i], 0.0, 1e-7, "the budget");
  };
  require_kept(temperature_model::fit(f.labels, z, {.weights = f.weights}).transform(z));
  require_kept(vector_scaling_model::fit(f.labels, z, {.weights = f.weights}).transform(z));
  require_kept(matrix_scaling_model::fit(f.labels, z, {.weights = f.weights}).transform(z));
  require_kept(
      dirichlet_calibration_model::fit(f.labels, f.matrix(), {.weights = f.weights}).transform(f.matrix()));
}

}  // namespace
}  // namespace assay::calibration
