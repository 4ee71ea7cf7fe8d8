// Laws of what draws random numbers or puts everything together: bootstrap intervals, bands and diagrams,
// training targets, simulated data and the report.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/bootstrap.hpp"
#include "assay/calibration/calibration_report.hpp"
#include "assay/calibration/cape.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/corp_bands.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/reliability_diagram.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/scenario.hpp"
#include "assay/calibration/smooth_ece.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

calibration_bootstrap_options some_bootstrap(const forecasts& f) {
  auto options = *rc::gen::exec([] {
    return calibration_bootstrap_options{
        .metric = *rc::gen::element(calibration_metric::ece, calibration_metric::mce, calibration_metric::ks,
                                    calibration_metric::balance, calibration_metric::brier,
                                    calibration_metric::miscalibration, calibration_metric::discrimination,
                                    calibration_metric::auc, calibration_metric::average_precision,
                                    calibration_metric::eer),
        .n_bins = *some_bins(),
        .n_boot = *rc::gen::inRange<std::int64_t>(20, 40),
        .level = *fractions(1, 63, 64.0),
        .seed = *rc::gen::arbitrary<std::uint64_t>(),
        .method =
            *rc::gen::element(bootstrap_method::percentile, bootstrap_method::basic, bootstrap_method::bca)};
  });
  options.weights = f.weights;  // a view of these rows, not of those of another case
  return options;
}

bool same_interval(const calibration_interval& a, const calibration_interval& b) {
  return same_bits(a.estimate, b.estimate) && same_bits(a.lower, b.lower) && same_bits(a.upper, b.upper) &&
         same_bits(a.std_error, b.std_error);
}

/// Four rows that keep both classes in most replicates.
forecasts for_bootstrap() {
  forecasts f = *forecasts_of_both_classes(2);
  for (std::size_t i = 0; i < 4; ++i) f.weights[i] = 2.0;
  return f;
}

RC_GTEST_PROP(calibration_bootstrap, is_named_by_its_seed_and_does_not_see_the_unit_of_the_weights, ()) {
  const forecasts f = for_bootstrap();
  auto options = some_bootstrap(f);
  const auto one = calibration_bootstrap(f.labels, f.probabilities, options);
  RC_ASSERT(same_interval(calibration_bootstrap(f.labels, f.probabilities, options), one));
  RC_ASSERT(one.lower <= one.upper && one.std_error >= 0.0);
  forecasts g = f;
  for (double& w : g.weights) w *= 0.125;
  options.weights = g.weights;
  RC_ASSERT(same_interval(calibration_bootstrap(f.labels, f.probabilities, options), one));
}

RC_GTEST_PROP(calibration_bootstrap, widens_with_the_level_and_mirrors_percentiles, ()) {
  const forecasts f = for_bootstrap();
  auto options = some_bootstrap(f);
  options.method = bootstrap_method::percentile;
  const auto narrow = calibration_bootstrap(f.labels, f.probabilities, options);
  options.method = bootstrap_method::basic;
  const auto mirrored = calibration_bootstrap(f.labels, f.probabilities, options);
  require_close(mirrored.lower, 2 * narrow.estimate - narrow.upper, 0.0, 1e-15, "one more rounding");
  require_close(mirrored.upper, 2 * narrow.estimate - narrow.lower, 0.0, 1e-15, "one more rounding");
  options.method = bootstrap_method::percentile;
  options.level += 1 / 128.0;
  const auto wide = calibration_bootstrap(f.labels, f.probabilities, options);
  RC_ASSERT(wide.lower <= narrow.lower && narrow.upper <= wide.upper);
}

RC_GTEST_PROP(calibration_bootstrap_paired, turns_with_the_forecasts_and_is_0_for_the_same, ()) {
  const forecasts f = for_bootstrap();
  const auto other = *rc::gen::container<std::vector<double>>(f.size(), fractions(0, 64, 64.0));
  auto options = some_bootstrap(f);
  options.method = bootstrap_method::percentile;
  const auto one = calibration_bootstrap_paired(f.labels, f.probabilities, other, options);
  const auto turned = calibration_bootstrap_paired(f.labels, other, f.probabilities, options);
  RC_ASSERT(one.first == turned.other && one.other == turned.first && one.estimate == -turned.estimate);
  require_close(one.lower, -turned.upper, 0.0, 1e-15, "percentiles from the other end");
  require_close(one.upper, -turned.lower, 0.0, 1e-15, "percentiles from the other end");
  RC_ASSERT(one.p_value == turned.p_value && 0.0 < one.p_value && one.p_value <= 1.0);
  const auto same = calibration_bootstrap_paired(f.labels, f.probabilities, f.probabilities, options);
  RC_ASSERT(same.estimate == 0.0 && same.lower == 0.0 && same.upper == 0.0 && same.p_value == 1.0);
}

RC_GTEST_PROP(bootstrap_ci_indices, of_all_rows_in_any_order_is_the_estimate, ()) {
  const forecasts f = for_bootstrap();
  const auto options = some_bootstrap(f);
  std::vector<std::int32_t> indices;
  for (int replicate = 0; replicate < 3; ++replicate)
    for (const std::size_t i : some_order(f.size())) indices.push_back(static_cast<std::int32_t>(i));
  const integer_view view(array_view(indices.data(), dtype::int32, 2, {3, f.size()}));
  const auto found =
      bootstrap_ci_indices(f.labels, f.probabilities, view,
                           {.weights = f.weights, .metric = options.metric, .n_bins = options.n_bins});
  for (std::size_t b = 0; b < 3; ++b)
    require_close(found.replicates[b], found.estimate, 0.0, 1e-12, "the budget of a replicate");
  require_close(found.std_error, 0.0, 0.0, 1e-12, "the budget of a replicate");
}

RC_GTEST_PROP(corp_band, holds_its_centre_within_the_unit_interval, ()) {
  const forecasts f = *some_forecasts();
  const corp_band_options options{
      .weights = f.weights,
      .method = *rc::gen::element(corp_band_method::automatic, corp_band_method::discrete,
                                  corp_band_method::continuous, corp_band_method::resampling),
      .position = *rc::gen::element(corp_band_position::diagonal, corp_band_position::estimate),
      .level = *fractions(1, 63, 64.0),
      .n_boot = 20,
      .seed = *rc::gen::arbitrary<std::uint64_t>()};
  const auto band = corp_band(f.labels, f.probabilities, options);
  const auto curve = corp_reliability(f.labels, f.probabilities, {.weights = f.weights});
  RC_ASSERT(same_bits(band.x, curve.x) && same_bits(band.cep, curve.cep));
  for (std::size_t k = 0; k < band.x.size(); ++k) {
    RC_ASSERT(0.0 <= band.lower[k] && band.lower[k] <= band.upper[k] && band.upper[k] <= 1.0);
    if (options.position == corp_band_position::diagonal)
      RC_ASSERT(band.lower[k] <= band.x[k] && band.x[k] <= band.upper[k]);
    else if (band.method != corp_band_method::resampling)
      RC_ASSERT(band.lower[k] <= band.cep[k] && band.cep[k] <= band.upper[k]);
  }
}

RC_GTEST_PROP(consistency_band_discrete, is_mirrored_for_the_other_event, ()) {
  const forecasts f = *some_forecasts(), g = exchanged(f);
  const auto one = consistency_band_discrete(f.labels, f.probabilities, {.weights = f.weights});
  const auto other = consistency_band_discrete(g.labels, g.probabilities, {.weights = g.weights});
  const std::size_t last = one.x.size() - 1;
  for (std::size_t k = 0; k <= last; ++k) {
    require_close(other.lower[last - k], 1 - one.upper[k], 0.0, 1e-14, "the budget");
    RC_ASSERT(other.n[last - k] == one.n[k]);
  }
}

RC_GTEST_PROP(reliability_diagram, draws_the_bins_or_the_curve_with_a_band, ()) {
  const forecasts f = *some_forecasts();
  const reliability_diagram_options options{
      .weights = f.weights,
      .kind = *rc::gen::element(diagram_kind::binned, diagram_kind::corp, diagram_kind::smooth),
      .band = *rc::gen::element(diagram_band::automatic, diagram_band::interval, diagram_band::bootstrap,
                                diagram_band::consistency),
      .n_bins = *some_bins(),
      .strategy = *some_layout(),
      .n_boot = 20,
      .seed = *rc::gen::arbitrary<std::uint64_t>()};
  const auto drawn = reliability_diagram(f.labels, f.probabilities, options);
  double before = -1.0, weight = 0.0, events = 0.0, all = 0.0;
  for (std::size_t k = 0; k < drawn.x.size(); ++k) {
    RC_ASSERT(before < drawn.x[k] && 0.0 <= drawn.lower[k] && drawn.upper[k] <= 1.0);
    RC_ASSERT(drawn.lower[k] <= drawn.upper[k]);
    before = drawn.x[k];
    weight += drawn.weight[k];
    all += drawn.weight[k] * drawn.y[k];
    if (options.band == diagram_band::consistency)
      RC_ASSERT(drawn.lower[k] <= drawn.x[k] && drawn.x[k] <= drawn.upper[k]);
  }
  RC_ASSERT(weight == std::accumulate(f.weights.begin(), f.weights.end(), 0.0));
  for (std::size_t i = 0; i < f.size(); ++i) events += f.weights[i] * f.labels[i];
  if (options.kind != diagram_kind::smooth)
    require_close(all, events, 1e-14, 0.0, "every point has the mean of its rows");
}

RC_GTEST_PROP(cape_targets, are_shares_of_events_among_neighbours, ()) {
  const forecasts f = *some_forecasts();
  const std::int64_t bins = *some_bins();
  const auto by_bin = cape_targets(f.labels, f.probabilities, {.n_bins = bins});
  double sum = 0.0, events = 0.0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    sum += by_bin[i];
    events += f.labels[i];
  }
  require_close(sum, events, 1e-14, 0.0, "every bin has the mean of its rows");
  forecasts g = f;  // the other labels at the same probabilities
  for (auto& label : g.labels) label = static_cast<std::uint8_t>(1 - label);
  const double sigma = *fractions(1, 64, 64.0);
  const cape_targets_options kernel{.method = cape_method::kernel, .sigma = sigma, .window = 80};
  const auto one = cape_targets(f.labels, f.probabilities, kernel);
  const auto other = cape_targets(g.labels, g.probabilities, kernel);
  for (std::size_t i = 0; i < f.size(); ++i) {
    double share = 0.0, total = 0.0;
    for (std::size_t j = 0; j < f.size(); ++j) {
      const double distance = (f.probabilities[j] - f.probabilities[i]) / sigma;
      share += std::exp(-distance * distance / 2) * f.labels[j];
      total += std::exp(-distance * distance / 2);
    }
    require_close(one[i], share / total, 0.0, 2e-14, "the budget; a naive sum");
    require_close(other[i], 1 - one[i], 0.0, 2e-14, "two budgets");
  }
}

RC_GTEST_PROP(sample_scenario, begins_with_the_shorter_sample, ()) {
  const auto scenario = *rc::gen::element(probability_scenario::linear, probability_scenario::sigmoid,
                                          probability_scenario::skewed, probability_scenario::centered,
                                          probability_scenario::discrete);
  const auto n = *rc::gen::inRange<std::int64_t>(1, 50), more = *rc::gen::inRange<std::int64_t>(0, 50);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto drawn = sample_scenario(scenario, n, seed), longer = sample_scenario(scenario, n + more, seed);
  RC_ASSERT(same_bits(scenario_probability(scenario, vector_view(drawn.x)), drawn.probabilities));
  for (std::size_t i = 0; i < drawn.x.size(); ++i) {
    RC_ASSERT(0.0 <= drawn.x[i] && drawn.x[i] <= 1.0);
    RC_ASSERT(longer.x[i] == drawn.x[i] && longer.labels[i] == drawn.labels[i]);
  }
}

RC_GTEST_PROP(calibration_report, has_the_metrics_of_the_functions_and_of_the_groups_alone, ()) {
  forecasts f = *forecasts_of_both_classes();
  for (double& w : f.weights) w += 1 / 16.0;  // no group without weight
  const auto groups = *rc::gen::container<std::vector<std::int32_t>>(f.size(), rc::gen::inRange(0, 3));
  const calibration_report_options options{
      .weights = f.weights, .groups = groups, .n_bins = *some_bins(), .n_boot = 4};
  const auto report = calibration_report(f.labels, f.probabilities, options);
  const auto& m = report.whole.metrics;
  constexpr const char* why = "sums in the order of the probabilities";
  require_close(m.ece.estimate,
                ece(f.labels, f.probabilities, {.weights = f.weights, .n_bins = options.n_bins}), 0.0, 1e-14,
                why);
  require_close(m.brier_score.estimate, brier_score(f.labels, f.probabilities, {.weights = f.weights}), 0.0,
                1e-14, why);
  require_close(m.ks_calibration_error.estimate,
                ks_calibration_error(f.labels, f.probabilities, {.weights = f.weights}), 0.0, 1e-14, why);
  require_close(m.smooth_ece.estimate, smooth_ece(f.labels, f.probabilities, {.weights = f.weights}), 0.0,
                4e-7, "two budgets");
  require_close(m.roc_auc.estimate, roc_auc(f.labels, f.probabilities, {.weights = f.weights}), 0.0, 1e-14,
                why);
  double weight = 0.0;
  std::int64_t count = 0;
  for (const auto& group : report.groups) {
    count += group.count;
    weight += group.weight;
  }
  RC_ASSERT(count == report.whole.count && count == static_cast<std::int64_t>(f.size()));
  RC_ASSERT(weight == report.whole.weight);
  const auto& group = report.groups[*rc::gen::inRange<std::size_t>(0, report.groups.size())];
  forecasts alone;
  for (std::size_t i = 0; i < f.size(); ++i)
    if (groups[i] == group.group) alone.add(f.labels[i], f.probabilities[i], f.weights[i]);
  const auto other =
      calibration_report(alone.labels, alone.probabilities,
                         {.weights = alone.weights, .n_bins = options.n_bins, .n_boot = options.n_boot});
  for (const auto metric :
       {&calibration_report_metrics::brier_score, &calibration_report_metrics::ece,
        &calibration_report_metrics::miscalibration, &calibration_report_metrics::roc_auc}) {
    RC_ASSERT(same_bits((group.metrics.*metric).estimate, (other.whole.metrics.*metric).estimate));
    RC_ASSERT(same_bits((group.metrics.*metric).lower, (other.whole.metrics.*metric).lower));
    RC_ASSERT(same_bits((group.metrics.*metric).upper, (other.whole.metrics.*metric).upper));
  }
  RC_ASSERT(same_bits(group.table.mean_label, other.whole.table.mean_label));
}

}  // namespace
}  // namespace assay::calibration
