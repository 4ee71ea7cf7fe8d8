#include "assay/calibration/calibration_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include "assay/calibration/balance.hpp"
#include "assay/calibration/brier_skill.hpp"
#include "assay/calibration/calibration_slope.hpp"
#include "assay/calibration/calibration_tests.hpp"
#include "assay/calibration/corp_bands.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/internal/cell_metrics.hpp"
#include "assay/calibration/internal/cells.hpp"
#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/miscalibration.hpp"
#include "assay/calibration/internal/refitted_curves.hpp"
#include "assay/calibration/internal/replicates.hpp"
#include "assay/calibration/internal/sorted_metrics.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/miscalibration_test.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/roc_curves.hpp"
#include "assay/calibration/smooth_ece.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/percentile.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::cell_metrics;
using internal::sample_cells;
using internal::sorted_rows;
using metrics = calibration_report_metrics;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

// ---- rows ----

// Rows of weight > 0 by ascending probability, as arrays again. Functions that sort find them in order and
// pass on.
struct ordered_rows {
  std::vector<std::uint8_t> labels;
  std::vector<double> probabilities;
  std::vector<double> weights;  // empty: all 1
  bool both_classes = false;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
  [[nodiscard]] vector_view weight_view() const {
    return weights.empty() ? vector_view() : vector_view(weights);
  }
  [[nodiscard]] internal::binary_rows view() const { return {labels, probabilities, weight_view()}; }
};

ordered_rows unpacked(const sorted_rows& sorted) {
  ordered_rows rows;
  rows.labels.resize(sorted.size());
  rows.probabilities.resize(sorted.size());
  if (sorted.weighted()) rows.weights.resize(sorted.size());
  std::size_t events = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    rows.labels[i] = sorted.is_event(i) ? 1 : 0;
    rows.probabilities[i] = sorted.probability(i);
    if (sorted.weighted()) rows.weights[i] = sorted.weight(i);
    events += rows.labels[i];
  }
  rows.both_classes = events > 0 && events < sorted.size();
  return rows;
}

// The rows with these numbers, in their order.
ordered_rows gathered(const internal::binary_rows& rows, const std::vector<std::uint32_t>& numbers) {
  ordered_rows result;
  for (const std::uint32_t i : numbers) {
    result.labels.push_back(rows.labels(i) != 0.0 ? 1 : 0);
    result.probabilities.push_back(rows.forecasts(i));
    if (rows.weights.present()) result.weights.push_back(rows.weights(i));
  }
  return result;
}

// ---- estimates ----

// How replicates become an interval.
enum class ends {
  percentile,
  mirrored,  // chance makes the metric larger, and its replicates larger still
  centred    // as a debiased metric, whose replicates are not: moved until their median is the estimate
};

// One metric: its place in the report, what a replicate gives, its interval and its range.
struct metric_kind {
  calibration_report_estimate metrics::*place;
  double cell_metrics::*replicate;  // null: computed apart
  ends interval;
  double least, most;
};

constexpr double cell_metrics::*k_apart = nullptr;
constexpr std::array k_kinds = {
    metric_kind{&metrics::brier_score, &cell_metrics::brier, ends::percentile, 0.0, 1.0},
    metric_kind{&metrics::log_loss, &cell_metrics::log_loss, ends::percentile, 0.0, k_infinity},
    metric_kind{&metrics::brier_skill_score, &cell_metrics::brier_skill, ends::percentile, -k_infinity, 1.0},
    metric_kind{&metrics::ece, &cell_metrics::ece, ends::mirrored, 0.0, 1.0},
    metric_kind{&metrics::ece_debiased_l1, &cell_metrics::ece_debiased_l1, ends::centred, -1.0, 1.0},
    metric_kind{&metrics::ece_debiased_l2, &cell_metrics::ece_debiased_l2, ends::centred, 0.0, 1.0},
    metric_kind{&metrics::ece_sweep, k_apart, ends::mirrored, 0.0, 1.0},
    metric_kind{&metrics::mce, &cell_metrics::mce, ends::mirrored, 0.0, 1.0},
    metric_kind{&metrics::ks_calibration_error, &cell_metrics::ks, ends::mirrored, 0.0, 1.0},
    metric_kind{&metrics::smooth_ece, k_apart, ends::mirrored, 0.0, 1.0},
    metric_kind{&metrics::balance_score, &cell_metrics::balance, ends::percentile, -1.0, 0.5},
    metric_kind{&metrics::miscalibration, &cell_metrics::miscalibration, ends::mirrored, 0.0, 1.0},
    metric_kind{&metrics::discrimination, &cell_metrics::discrimination, ends::percentile, 0.0, 0.25},
    metric_kind{&metrics::roc_auc, &cell_metrics::auc, ends::percentile, 0.0, 1.0},
    metric_kind{&metrics::average_precision, &cell_metrics::average_precision, ends::percentile, 0.0, 1.0},
    metric_kind{&metrics::eer, &cell_metrics::eer, ends::percentile, 0.0, 1.0},
};

// Settings and what all parts of a group's report need.
struct report_job {
  const context& ctx;  // tells nobody of progress
  const checker& check;
  const calibration_report_options& options;
  const ordered_rows& rows;
  const sorted_rows& sorted;
  const std::vector<internal::tie_group>& ties;
};

void fill_errors(const report_job& job, calibration_report_group& result) {
  const auto& y = job.rows.labels;
  const auto& p = job.rows.probabilities;
  const vector_view w = job.rows.weight_view();
  const auto& [ctx, check, options, rows, sorted, ties] = job;
  metrics& to = result.metrics;
  to.ece.estimate = ece(y, p, {.weights = w, .n_bins = options.n_bins, .strategy = options.strategy}, ctx);
  to.mce.estimate = mce(y, p, {.weights = w, .n_bins = options.n_bins, .strategy = options.strategy}, ctx);
  const ece_debiased_options debiased{.n_bins = options.n_bins, .strategy = options.strategy};
  to.ece_debiased_l1.estimate = w.present() ? k_nan : ece_debiased_l1(y, p, debiased, ctx);
  to.ece_debiased_l2.estimate = w.present() ? k_nan : ece_debiased_l2(y, p, debiased, ctx).value;
  to.ece_sweep.estimate = internal::ece_sweep(ties, error_norm::l1).value;
  to.ks_calibration_error.estimate = internal::ks_calibration_error(sorted);
  to.balance_score.estimate = balance_score(y, p, {.weights = w}, ctx).signed_;
  auto smooth = smooth_ece_curve(y, p, {.weights = w}, ctx);
  to.smooth_ece.estimate = smooth.value;
  result.smooth = {smooth.sigma, std::move(smooth.t), std::move(smooth.mu), std::move(smooth.density)};
}

void fill_scores(const report_job& job, calibration_report_group& result) {
  const auto& y = job.rows.labels;
  const auto& p = job.rows.probabilities;
  const vector_view w = job.rows.weight_view();
  const context& ctx = job.ctx;
  metrics& to = result.metrics;
  to.brier_score.estimate = brier_score(y, p, {.weights = w}, ctx);
  to.log_loss.estimate = log_loss(y, p, {.weights = w}, ctx);
  const brier_decomposition_options bins{
      .weights = w, .n_bins = job.options.n_bins, .strategy = job.options.strategy};
  const auto request = internal::checked_request(job.check, bins);
  result.brier_decomposition = request.streams() ? brier_decomposition(y, p, bins, ctx)
                                                 : internal::brier_decomposition(job.ties, request);
  const auto regression = internal::isotonic_of(job.sorted);
  result.corp_brier = internal::corp_decomposition(job.sorted, regression, corp_score::brier);
  result.corp_log = internal::corp_decomposition(job.sorted, regression, corp_score::log);
  to.miscalibration.estimate = result.corp_brier.miscalibration;
  to.discrimination.estimate = result.corp_brier.discrimination;
  const bool both = job.rows.both_classes;
  to.brier_skill_score.estimate = both ? brier_skill_score(y, p, {.weights = w}, ctx) : k_nan;
  to.roc_auc.estimate = both ? internal::roc_auc(job.check, job.sorted) : k_nan;
  to.average_precision.estimate = both ? internal::average_precision(job.check, job.sorted) : k_nan;
  to.eer.estimate = both ? internal::eer_point(job.check, job.sorted).eer : k_nan;
}

// ---- replicates ----

// A value for each metric, in the order of k_kinds.
using metric_row = std::array<double, k_kinds.size()>;

metric_row values_of(const sample_cells& cells, const internal::cell_weights& weights, double sigma,
                     bool weighted) {
  const cell_metrics found = internal::metrics_of(cells, weights);
  metric_row row{};
  for (std::size_t k = 0; k < k_kinds.size(); ++k) {
    const auto place = k_kinds[k].place;
    if (k_kinds[k].replicate != nullptr) {
      row[k] = found.*k_kinds[k].replicate;
      const bool debiased = place == &metrics::ece_debiased_l1 || place == &metrics::ece_debiased_l2;
      if (debiased && weighted) row[k] = k_nan;
    } else if (place == &metrics::ece_sweep) {
      row[k] = internal::sweep_error_of(cells, weights);
    } else {
      row[k] = internal::smooth_error_of(cells, weights, sigma);
    }
  }
  return row;
}

// Interval from replicates; `centre` is the metric of the cells, which stands for the estimate.
void set_interval(const metric_kind& kind, std::vector<double> values, double centre, double level,
                  calibration_report_estimate& result) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  result.lower = result.upper = result.std_error = k_nan;
  if (values.size() < 2 || !std::isfinite(result.estimate) || !std::isfinite(centre)) return;
  compensated_sum sum, squares;
  for (const double value : values) sum += value;
  const double mean = sum.value() / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  result.std_error = std::sqrt(squares.value() / static_cast<double>(values.size() - 1));
  if (kind.interval == ends::centred) centre = internal::percentiles(values, 0.5, 0.5).lower;
  const auto found = internal::central_percentiles(values, level);
  const bool mirrored = kind.interval == ends::mirrored;
  const double below = mirrored ? centre - found.upper : found.lower - centre;
  const double above = mirrored ? centre - found.lower : found.upper - centre;
  result.lower = std::clamp(result.estimate + below, kind.least, kind.most);
  result.upper = std::clamp(result.estimate + above, kind.least, kind.most);
}

void fill_intervals(const report_job& job, const context& watched, const sample_cells& cells,
                    calibration_report_group& result) {
  const double sigma = result.smooth.sigma;
  const bool weighted = job.rows.weight_view().present();
  const metric_row centre = values_of(cells, cells.whole(), sigma, weighted);
  std::vector<metric_row> rows(static_cast<std::size_t>(job.options.n_boot));
  for_chunks(watched, job.check.function(), rows.size(), 1, [&](chunk part) {
    internal::cell_weights weights;
    cells.draw(job.options.seed, part.index, weights);
    rows[part.index] = values_of(cells, weights, sigma, weighted);
  });
  for (std::size_t k = 0; k < k_kinds.size(); ++k) {
    std::vector<double> values(rows.size());
    for (std::size_t b = 0; b < values.size(); ++b) values[b] = rows[b][k];
    set_interval(k_kinds[k], std::move(values), centre[k], job.options.level,
                 result.metrics.*k_kinds[k].place);
  }
}

// ---- curves ----

// Ends of the flat pieces of the isotonic curve, with the band there.
void fill_corp(const corp_band_result& curve, calibration_report_corp& result) {
  std::vector<double> x, cep, lower, upper;
  const std::size_t size = curve.x.size();
  for (std::size_t i = 0; i < size; ++i) {
    const bool inner =
        i > 0 && i + 1 < size && curve.cep[i - 1] == curve.cep[i] && curve.cep[i + 1] == curve.cep[i];
    if (inner) continue;
    x.push_back(curve.x[i]);
    cep.push_back(curve.cep[i]);
    lower.push_back(curve.lower[i]);
    upper.push_back(curve.upper[i]);
  }
  result = {array(x), array(cep), array(lower), array(upper)};
}

// Points by falling probability that are some way apart, and the last one.
void fill_roc(const sample_cells& cells, calibration_report_roc& result) {
  constexpr double step = 1.0 / 400.0;
  double others = 0.0, events = 0.0;
  for (const auto& cell : cells.cells()) {
    others += cell.others.weight;
    events += cell.events.weight;
  }
  std::vector<double> fpr = {0.0}, tpr = {0.0};
  double alarms = 0.0, hits = 0.0;
  for (std::size_t c = cells.cells().size(); c-- > 0;) {
    alarms += cells.cells()[c].others.weight;
    hits += cells.cells()[c].events.weight;
    const double x = c == 0 ? 1.0 : alarms / others, y = c == 0 ? 1.0 : hits / events;
    if (c > 0 && x - fpr.back() < step && y - tpr.back() < step) continue;
    fpr.push_back(x);
    tpr.push_back(y);
  }
  result = {array(fpr), array(tpr)};
}

void fill_table(const report_job& job, calibration_report_group& result) {
  const auto& [ctx, check, options, rows, sorted, ties] = job;
  result.table = reliability_table(rows.labels, rows.probabilities,
                                   {.weights = rows.weight_view(),
                                    .n_bins = options.n_bins,
                                    .strategy = options.strategy,
                                    .level = options.level},
                                   ctx);
  const std::size_t bins = result.table.weight.size();
  std::vector<double> others(bins), events(bins);
  compensated_sum weight, sum_prob, sum_label;
  for (std::size_t k = 0; k < bins; ++k) {
    const double w = result.table.weight[k];
    if (!(w > 0.0)) continue;
    events[k] = w * result.table.mean_label[k];
    others[k] = w - events[k];
    weight += w;
    sum_prob += w * result.table.mean_prob[k];
    sum_label += events[k];
  }
  result.histogram = {array(others), array(events)};
  result.count = static_cast<std::int64_t>(rows.size());
  result.weight = weight.value();
  result.base_rate = sum_label.value() / weight.value();
  result.mean_probability = sum_prob.value() / weight.value();
}

// ---- tests ----

// A test that may not apply: then both are NaN.
template <class Test>
calibration_report_test applied(Test&& test) {
  try {
    return test();
  } catch (const value_error&) {
    return {k_nan, k_nan};
  }
}

// Cells as rows with weights, the classes of a cell apart.
ordered_rows rows_of_cells(const sample_cells& cells) {
  ordered_rows rows;
  for (const auto& cell : cells.cells()) {
    for (const bool event : {false, true}) {
      const auto& part = event ? cell.events : cell.others;
      if (!(part.weight > 0.0)) continue;
      rows.labels.push_back(event ? 1 : 0);
      rows.probabilities.push_back(part.x);
      rows.weights.push_back(part.weight);
    }
  }
  return rows;
}

void fill_recalibration(const report_job& job, const ordered_rows& rows, calibration_report_group& result) {
  result.recalibration = {k_nan, k_nan};
  result.tests.slope_intercept = applied([&] {
    const auto fit = calibration_slope_intercept(rows.labels, rows.probabilities,
                                                 {.weights = rows.weight_view()}, job.ctx);
    result.recalibration = {fit.slope, fit.intercept};
    return calibration_report_test{fit.statistic, fit.p_value};
  });
}

// Cells as groups of rows that are only counted; with weights, as many rows of equal weight as would be as
// informative.
internal::row_groups groups_of_cells(const sample_cells& cells) {
  internal::row_groups result;
  double counted = 0.0;
  for (const auto& cell : cells.cells()) {
    const double weight = cell.others.weight + cell.events.weight;
    const double rows = std::max(std::floor(cell.others.rows + cell.events.rows + 0.5), 1.0);
    const double x = (cell.others.weight * cell.others.x + cell.events.weight * cell.events.x) / weight;
    result.groups.push_back({x, rows, rows, rows * (cell.events.weight / weight), rows});
    counted += rows;
  }
  result.counted = static_cast<std::size_t>(counted);
  return result;
}

corp_band_result curve_of_cells(const internal::row_groups& groups, internal::curve_band band) {
  std::vector<double> x;
  for (const auto& group : groups.groups) x.push_back(group.x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    band.lower[i] = std::min(band.lower[i], x[i]);
    band.upper[i] = std::max(band.upper[i], x[i]);
  }
  return {array(x),
          array(internal::isotonic_values(groups.groups)),
          {},
          array(band.lower),
          array(band.upper),
          corp_band_method::resampling};
}

void fill_consistency(const report_job& job, const sample_cells& cells, calibration_report_group& result) {
  const auto& [ctx, check, options, rows, sorted, ties] = job;
  const miscalibration_test_options tested{
      .weights = rows.weight_view(), .n_boot = options.n_boot, .seed = options.seed};
  miscalibration_test_result test;
  if (rows.size() <= sample_cells::k_most_rows) {
    const corp_band_options banded{.weights = rows.weight_view(),
                                   .level = options.level,
                                   .n_boot = options.n_boot,
                                   .seed = options.seed};
    fill_corp(corp_band(rows.labels, rows.probabilities, banded, ctx), result.corp);
    test = miscalibration_test(rows.labels, rows.probabilities, tested, ctx);
  } else {
    const auto groups = groups_of_cells(cells);
    auto found = internal::consistency_of(ctx, check.function(), groups, options.level, tested);
    fill_corp(curve_of_cells(groups, std::move(found.band)), result.corp);
    test = found.test;
  }
  result.tests.miscalibration_test = {test.statistic, test.p_value};
}

void fill_tests(const report_job& job, calibration_report_group& result) {
  const auto& y = job.rows.labels;
  const auto& p = job.rows.probabilities;
  const vector_view w = job.rows.weight_view();
  result.tests.hosmer_lemeshow = {k_nan, k_nan};
  if (!w.present()) {
    const auto most = static_cast<std::int64_t>(job.rows.size());
    const auto n_groups = static_cast<std::size_t>(std::min(job.options.n_groups, most));
    const auto test = internal::hosmer_lemeshow(job.check, job.ties, n_groups, hosmer_lemeshow_df::external);
    result.tests.hosmer_lemeshow = {test.statistic, test.p_value};
  }
  result.tests.spiegelhalter_z = applied([&] {
    const auto test = spiegelhalter_z(y, p, {.weights = w}, job.ctx);
    return calibration_report_test{test.z, test.p_value};
  });
}

// ---- groups ----

calibration_report_group report_of(const context& ctx, const checker& check,
                                   const calibration_report_options& options,
                                   const internal::binary_rows& part, std::int64_t number) {
  context quiet = ctx;
  quiet.on_progress = {};
  quiet.output = {};
  const sorted_rows sorted(check, part, internal::zero_weights::drop);
  const ordered_rows rows = unpacked(sorted);
  const auto ties = sorted.groups();
  const report_job job{quiet, check, options, rows, sorted, ties};
  calibration_report_group result;
  result.group = number;
  fill_table(job, result);
  fill_scores(job, result);
  fill_errors(job, result);
  fill_tests(job, result);
  std::vector<double> edges(result.table.edges.size());
  for (std::size_t k = 0; k < edges.size(); ++k) edges[k] = result.table.edges[k];
  const bool few = rows.size() <= sample_cells::k_most_rows;
  const sample_cells cells(rows.view(), ties, internal::bin_edges::custom(edges, bin_rule::right_closed));
  fill_recalibration(job, few ? rows : rows_of_cells(cells), result);
  if (rows.both_classes) fill_roc(cells, result.roc);
  fill_consistency(job, cells, result);
  fill_intervals(job, ctx, cells, result);
  return result;
}

void check_options(const checker& check, const calibration_report_options& options) {
  internal::checked_bins(check, options.n_bins, 4096);
  check.parameter(options.n_groups >= 1, "n_groups", static_cast<double>(options.n_groups),
                  "must be at least 1");
  if (options.strategy == binning::custom)
    check.fail_value(error_code::bad_parameter, "strategy", "is custom, which has no edges here");
  internal::check_replicates(check, options.n_boot, options.level);
}

// Numbers of the rows of each group.
std::map<std::int64_t, std::vector<std::uint32_t>> rows_by_group(const integer_view& groups) {
  std::map<std::int64_t, std::vector<std::uint32_t>> result;
  for (std::size_t i = 0; i < groups.size(); ++i)
    result[static_cast<std::int64_t>(groups(i))].push_back(static_cast<std::uint32_t>(i));
  return result;
}

}  // namespace

calibration_report_result calibration_report(integer_view labels, vector_view probabilities,
                                             const calibration_report_options& options, const context& ctx) {
  const checker check("calibration_report");
  ctx.require_backend(check.function());
  const internal::binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  check_options(check, options);
  if (options.groups.present()) check.same_rows(labels, "labels", options.groups, "groups");
  calibration_report_result result;
  if (options.groups.present()) {
    internal::check_values(check, rows);
    for (const auto& [number, members] : rows_by_group(options.groups)) {
      const ordered_rows part = gathered(rows, members);
      result.groups.push_back(report_of(ctx, check, options, part.view(), number));
    }
  }
  result.whole = report_of(ctx, check, options, rows, 0);
  return result;
}

}  // namespace assay::inline v1::calibration
