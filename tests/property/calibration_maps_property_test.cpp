// What each recalibrator of binary probabilities is by definition.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "assay/calibration/bbq.hpp"
#include "assay/calibration/centered_isotonic.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/enir.hpp"
#include "assay/calibration/histogram_binning.hpp"
#include "assay/calibration/isotonic.hpp"
#include "assay/calibration/platt.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/scaling_binning.hpp"
#include "assay/calibration/spline_calibration.hpp"
#include "assay/calibration/venn_abers.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

double mean_of(const forecasts& f, const std::vector<double>& values) {
  double sum = 0.0, weight = 0.0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    sum += f.weights[i] * values[i];
    weight += f.weights[i];
  }
  return sum / weight;
}

double rate_of(const forecasts& f) { return mean_of(f, {f.labels.begin(), f.labels.end()}); }

RC_GTEST_PROP(isotonic, keeps_the_share_of_events_and_is_the_corp_curve, ()) {
  const forecasts f = *some_forecasts();
  const auto fit = isotonic(f.labels, f.probabilities, f.probabilities, {.weights = f.weights});
  require_close(mean_of(f, fit.query.to_vector()), rate_of(f), 0.0, 1e-14, "every block has its mean");
  const auto curve = corp_reliability(f.labels, f.probabilities, {.weights = f.weights});
  const auto at_x = isotonic(f.labels, f.probabilities, vector_view(curve.x), {.weights = f.weights});
  for (std::size_t k = 0; k < curve.x.size(); ++k)
    require_close(at_x.query[k], curve.cep[k], 2e-14, 0.0, "two budgets");
  RC_ASSERT(at_x.n_blocks == static_cast<std::int64_t>(curve.block_first.size()));
}

RC_GTEST_PROP(isotonic, that_is_strict_keeps_the_area_under_the_roc_curve, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const auto fit =
      isotonic(f.labels, f.probabilities, f.probabilities, {.weights = f.weights, .strict = true}).query;
  RC_ASSERT(same_bits(roc_auc(f.labels, vector_view(fit), {.weights = f.weights}),
                      roc_auc(f.labels, f.probabilities, {.weights = f.weights})));
}

RC_GTEST_PROP(centered_isotonic, has_one_knot_a_block_and_rises_between_them, ()) {
  const forecasts f = *some_forecasts();
  const auto curve =
      centered_isotonic_model::fit(f.labels, f.probabilities, {.weights = f.weights}).parameters();
  const auto blocks = corp_reliability(f.labels, f.probabilities, {.weights = f.weights});
  RC_ASSERT(curve.x.size() == blocks.block_first.size());
  double x = -1.0, y = -1.0;
  for (std::size_t k = 0; k < curve.x.size(); ++k) {
    RC_ASSERT(x < curve.x[k] && y < curve.y[k]);
    x = curve.x[k];
    y = curve.y[k];
    require_close(y, blocks.cep[static_cast<std::size_t>(blocks.block_first[k])], 2e-14, 0.0, "two budgets");
  }
}

RC_GTEST_PROP(histogram_binning, keeps_the_share_of_events_of_every_bin, ()) {
  const forecasts f = *some_forecasts();
  const std::int64_t bins = *some_bins();
  const auto strategy = *rc::gen::element(binning::equal_width, binning::quantile, binning::equal_mass);
  const auto fit = histogram_binning(
      f.labels, f.probabilities,
      {.weights = f.weights, .n_bins = bins, .strategy = strategy, .query = f.probabilities});
  const auto table = reliability_table(f.labels, f.probabilities,
                                       {.weights = f.weights, .n_bins = bins, .strategy = strategy});
  const auto laplace =
      histogram_binning(f.labels, f.probabilities,
                        {.weights = f.weights, .n_bins = bins, .strategy = strategy, .laplace = true});
  for (std::size_t k = 0; k < table.weight.size(); ++k) {
    const double middle = (table.edges[k] + table.edges[k + 1]) / 2, weight = table.weight[k];
    require_close(fit.bin_values[k], weight > 0.0 ? table.mean_label[k] : middle, 2e-15, 0.0, "two budgets");
    require_close(laplace.bin_values[k],
                  weight > 0.0 ? (weight * table.mean_label[k] + 1) / (weight + 2) : middle, 4e-15, 0.0,
                  "a few roundings");
  }
  require_close(mean_of(f, fit.query.to_vector()), rate_of(f), 0.0, 1e-14, "every bin has its mean");
}

RC_GTEST_PROP(scaling_binning, is_the_table_of_the_outputs_of_its_curve, ()) {
  const forecasts f = *some_forecasts();
  const std::int64_t bins = *some_bins();
  const auto strategy = *some_layout();
  const auto fit = scaling_binning(f.labels, f.probabilities, f.probabilities,
                                   {.weights = f.weights, .n_bins = bins, .strategy = strategy});
  const auto line =
      platt(f.labels, f.probabilities,
            {.weights = f.weights, .input = platt_input::probabilities, .query = f.probabilities});
  const auto table = reliability_table(f.labels, vector_view(line.query),
                                       {.weights = f.weights, .n_bins = bins, .strategy = strategy});
  RC_ASSERT(fit.slope == line.slope && fit.intercept == line.intercept);
  RC_ASSERT(same_bits(fit.edges, table.edges));
  for (std::size_t k = 0; k < table.weight.size(); ++k)
    if (table.weight[k] > 0.0) require_close(fit.bin_values[k], table.mean_prob[k], 4e-15, 0.0, "a mean");
  require_close(mean_of(f, fit.query.to_vector()), mean_of(f, line.query.to_vector()), 1e-13, 0.0,
                "every bin has its mean");
}

// Least squares: the curve is p and a linear function of the labels.
RC_GTEST_PROP(spline_calibration, is_linear_in_the_labels, ()) {
  const forecasts f = *some_forecasts(8);
  const auto q = *rc::gen::container<std::vector<double>>(20, fractions(0, 256, 256.0));
  const auto runout =
      *rc::gen::element(spline_runout::natural, spline_runout::parabolic, spline_runout::cubic);
  const auto curve = [&](const std::vector<std::uint8_t>& labels) {
    return spline_calibration(labels, f.probabilities, q, {.weights = f.weights, .runout = runout});
  };
  std::vector<std::uint8_t> odd = f.labels, even = f.labels, none(f.size(), 0);
  for (std::size_t i = 0; i < f.size(); ++i) (i % 2 == 0 ? odd : even)[i] = 0;
  const auto all = curve(f.labels), at_odd = curve(odd), at_even = curve(even), at_none = curve(none);
  for (std::size_t i = 0; i < q.size(); ++i) {
    require_close(at_odd.query[i] + at_even.query[i], all.query[i] + at_none.query[i], 1e-9, 1e-9,
                  "the budget of four curves");
    RC_ASSERT(all.clamped[i] == std::clamp(all.query[i], 0.0, 1.0));
  }
}

// The predictor is the isotonic regression of the rows and the one asked for.
RC_GTEST_PROP(venn_abers, is_isotonic_regression_with_one_more_row, ()) {
  const forecasts f = *some_forecasts();
  const double q = *fractions(0, 128, 128.0);
  const auto interval = venn_abers(f.labels, f.probabilities, {q}, {.weights = f.weights});
  const auto with = [&](std::uint8_t label) {
    forecasts g = f;
    g.add(label, q);
    return isotonic(g.labels, g.probabilities, {q}, {.weights = g.weights}).query[0];
  };
  const double p0 = interval.p0[0], p1 = interval.p1[0], merged = interval.query[0];
  require_close(p0, with(0), 0.0, 2e-13, "two budgets with weights");
  require_close(p1, with(1), 0.0, 2e-13, "two budgets with weights");
  require_close(merged, p1 / (1 - p0 + p1), 4e-16, 0.0, "the same formula");
  RC_ASSERT(p0 <= merged && merged <= p1);
  const double own = f.probabilities[0];  // one more row pulls the fit to its label
  const auto at_row = venn_abers(f.labels, f.probabilities, {own}, {.weights = f.weights});
  const double fit = isotonic(f.labels, f.probabilities, {own}, {.weights = f.weights}).query[0];
  RC_ASSERT(at_row.p0[0] <= fit + 2e-13 && fit <= at_row.p1[0] + 2e-13);
}

RC_GTEST_PROP(bbq, averages_binnings_by_shares_that_sum_to_1, ()) {
  forecasts f = *some_forecasts();
  const auto fit = bbq_model::fit(f.labels, f.probabilities, {.weights = f.weights}).parameters();
  double shares = 0.0;
  for (const auto& binning : fit.binnings) {
    RC_ASSERT(binning.n_bins >= 1 && binning.weight > 0.0);
    shares += binning.weight;
  }
  require_close(shares, 1.0, 0.0, 1e-13, "what is left out is below 2^-53 each");
  for (const double value : fit.bin_values.to_vector()) RC_ASSERT(0.0 < value && value < 1.0);
  // up to five rows are one bin, with half an event of a prior worth two rows
  const double weight = std::accumulate(f.weights.begin(), f.weights.end(), 0.0), rate = rate_of(f);
  for (double& w : f.weights) w *= 4 / weight;
  const double at =
      bbq_model::fit(f.labels, f.probabilities, {.weights = f.weights}).transform(vector_view({0.5}))[0];
  require_close(at, (4 * rate + 1) / 6, 1e-13, 0.0, "weights are rounded");
}

// The price depends on differences alone, so that every fit keeps the mean.
RC_GTEST_PROP(enir, keeps_the_share_of_events_and_averages_by_shares_that_sum_to_1, ()) {
  const forecasts f = *some_forecasts();
  const auto criterion = *rc::gen::element(enir_criterion::bic, enir_criterion::aic, enir_criterion::aicc);
  const auto model =
      enir_model::fit(f.labels, f.probabilities, {.weights = f.weights, .criterion = criterion});
  const auto fits = model.parameters().fits;
  double shares = 0.0;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    RC_ASSERT(fits[i].weight > 0.0 && fits[i].n_blocks >= 1);
    if (i > 0) RC_ASSERT(fits[i - 1].lambda <= fits[i].lambda && fits[i - 1].n_blocks >= fits[i].n_blocks);
    shares += fits[i].weight;
  }
  require_close(shares, 1.0, 0.0, 1e-13, "what is left out is below 2^-53 each");
  require_close(mean_of(f, model.transform(vector_view(f.probabilities)).to_vector()), rate_of(f), 0.0, 1e-12,
                "a mean of means");
}

}  // namespace
}  // namespace assay::calibration
