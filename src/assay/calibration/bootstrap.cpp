#include "assay/calibration/bootstrap.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/internal/drawn_rows.hpp"
#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/ranking.hpp"
#include "assay/calibration/internal/replicates.hpp"
#include "assay/calibration/internal/resampled_metric.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;
using internal::interval_ends;
using internal::resampled_metric;

constexpr std::size_t k_replicates_at_once = 8;  // they share their memory
constexpr std::size_t k_drawn_at_once = 256;

// ---- arguments ----

struct metric_request {
  calibration_metric metric;
  std::size_t n_bins;
};

void check_weights(const checker& check, const binary_rows& rows, calibration_metric metric) {
  if (!rows.weights.present() || metric != calibration_metric::ece_debiased_l2) return;
  check.fail_value(error_code::unsupported, "weights",
                   "are given, the correction of ece_debiased_l2 is for rows that count alike");
}

// single_class where the metric compares events with others, or needs an event.
void check_both_classes(const checker& check, const binary_rows& rows, calibration_metric metric) {
  const bool ranks = metric == calibration_metric::auc || metric == calibration_metric::eer;
  if (!ranks && metric != calibration_metric::average_precision) return;
  double events = 0.0, others = 0.0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.weights.present() && rows.weights(i) == 0.0) continue;
    (rows.labels(i) != 0.0 ? events : others) += 1.0;
  }
  internal::check_classes(check, events, ranks ? others : 1.0);
}

// The value on the data, by the metric's own function where it has one.
double estimate_of(const context& ctx, const binary_rows& rows, const metric_request& wanted,
                   const resampled_metric& metric) {
  const auto bins = static_cast<std::int64_t>(wanted.n_bins);
  const vector_view weights = rows.weights;
  switch (wanted.metric) {
    case calibration_metric::ece:
      return ece(rows.labels, rows.forecasts, {.weights = weights, .n_bins = bins}, ctx);
    case calibration_metric::mce:
      return mce(rows.labels, rows.forecasts, {.weights = weights, .n_bins = bins}, ctx);
    case calibration_metric::ece_debiased_l2:
      return ece_debiased_l2(rows.labels, rows.forecasts, {.n_bins = bins}, ctx).value;
    case calibration_metric::brier:
      return brier_score(rows.labels, rows.forecasts, {.weights = weights}, ctx);
    case calibration_metric::log_loss:
      return log_loss(rows.labels, rows.forecasts, {.weights = weights}, ctx);
    case calibration_metric::miscalibration:
      return corp_decomposition(rows.labels, rows.forecasts, {.weights = weights}, ctx).miscalibration;
    case calibration_metric::discrimination:
      return corp_decomposition(rows.labels, rows.forecasts, {.weights = weights}, ctx).discrimination;
    case calibration_metric::auc:
      return roc_auc(rows.labels, rows.forecasts, {.weights = weights}, ctx);
    case calibration_metric::eer:
      return eer(rows.labels, rows.forecasts, {.weights = weights}, ctx);
    default:
      return metric.value(metric.whole());
  }
}

resampled_metric metric_of(const checker& check, const binary_rows& rows, const metric_request& wanted) {
  check_weights(check, rows, wanted.metric);
  resampled_metric metric(check, rows, wanted.metric, wanted.n_bins);
  check_both_classes(check, rows, wanted.metric);
  return metric;
}

template <class Options>
metric_request checked_options(const checker& check, const Options& options) {
  return {options.metric, internal::checked_bins(check, options.n_bins, std::size_t{1} << 24)};
}

// ---- replicates ----

std::vector<double> replicates_of(const context& ctx, const checker& check, const resampled_metric& metric,
                                  const calibration_bootstrap_options& options) {
  std::vector<double> values(static_cast<std::size_t>(options.n_boot));
  for_chunks(ctx, check.function(), values.size(), k_replicates_at_once, [&](chunk part) {
    resampled_metric::sums sums;
    for (std::size_t b = part.first; b < part.last; ++b) {
      metric.clear(sums);
      internal::for_drawn_rows(options.seed, b, metric.rows(),
                               [&](std::span<const std::uint32_t> drawn) { metric.add(sums, drawn); });
      values[b] = metric.value(sums);
    }
  });
  return values;
}

// Differences between two metrics of the same rows.
std::vector<double> differences_of(const context& ctx, const checker& check, const resampled_metric& first,
                                   const resampled_metric& other,
                                   const calibration_bootstrap_options& options) {
  std::vector<double> values(static_cast<std::size_t>(options.n_boot));
  for_chunks(ctx, check.function(), values.size(), k_replicates_at_once, [&](chunk part) {
    resampled_metric::sums of_first, of_other;
    for (std::size_t b = part.first; b < part.last; ++b) {
      first.clear(of_first);
      other.clear(of_other);
      internal::for_drawn_rows(options.seed, b, first.rows(), [&](std::span<const std::uint32_t> drawn) {
        first.add(of_first, drawn);
        other.add(of_other, drawn);
      });
      values[b] = first.value(of_first) - other.value(of_other);
    }
  });
  return values;
}

// Leaves out replicates without a value; degenerate when fewer than two are left.
void keep_values(const checker& check, std::vector<double>& values) {
  std::erase_if(values, [](double value) { return value != value; });
  if (values.size() >= 2) return;
  check.fail_value(error_code::degenerate, "labels",
                   "give fewer than two replicates with both classes, or with a value at all");
}

double standard_error(const std::vector<double>& values) {
  compensated_sum sum, squares;
  for (const double value : values) sum += value;
  const double mean = sum.value() / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares.value() / static_cast<double>(values.size() - 1));
}

// Twice the smaller share of values on one side of 0, one added to both numbers.
double two_sided_share(const std::vector<double>& values) {
  double up = 0.0, down = 0.0;
  for (const double value : values) {
    if (value >= 0.0) up += 1.0;
    if (value <= 0.0) down += 1.0;
  }
  return std::min(1.0, 2.0 * (1.0 + std::min(up, down)) / (1.0 + static_cast<double>(values.size())));
}

// ---- intervals ----

// Sixth of the skewness of the values without a block, over the root of their number (Efron 1987, eq. 6.6).
double acceleration(std::vector<double> jackknife) {
  std::erase_if(jackknife, [](double value) { return value != value; });
  if (jackknife.empty()) return 0.0;
  compensated_sum sum, squares, cubes;
  for (const double value : jackknife) sum += value;
  const double mean = sum.value() / static_cast<double>(jackknife.size());
  for (const double value : jackknife) {
    const double lead = mean - value;
    squares += lead * lead;
    cubes += lead * lead * lead;
  }
  const double spread = squares.value();
  const double result = cubes.value() / (6.0 * spread * std::sqrt(spread));
  return std::isfinite(result) ? result : 0.0;
}

// Level of the percentile that stands for the normal quantile z (Efron 1987, eq. 2.3).
double moved_level(double bias, double acceleration, double z) {
  const double scale = 1.0 - acceleration * (bias + z);
  if (!(scale > 0.0)) return bias + z > 0.0 ? 1.0 : 0.0;  // past the pole
  return vmath::normal_cdf(bias + (bias + z) / scale);
}

// `rounding` is how far replicates may be from the estimate and still equal it.
interval_ends bca_ends(double estimate, double rounding, double acceleration, std::vector<double>& values,
                       double level) {
  double below = 0.0;
  for (const double value : values)
    below += value == estimate || std::fabs(value - estimate) <= rounding ? 0.5
             : value < estimate                                           ? 1.0
                                                                          : 0.0;
  const auto count = static_cast<double>(values.size());
  const double bias = vmath::normal_quantile(std::clamp(below, 0.5, count - 0.5) / count);
  const double z = vmath::normal_quantile(0.5 + 0.5 * level);
  const double low = moved_level(bias, acceleration, -z), high = moved_level(bias, acceleration, z);
  return internal::percentiles(values, std::min(low, high), std::max(low, high));
}

interval_ends mirrored(interval_ends ends, double estimate) {
  return {2.0 * estimate - ends.upper, 2.0 * estimate - ends.lower};
}

// Jackknife is called for its values when the method needs them.
template <class Jackknife>
interval_ends interval_of(const calibration_bootstrap_options& options, double estimate, double size,
                          std::vector<double>& values, Jackknife&& jackknife) {
  if (options.method == bootstrap_method::bca)
    return bca_ends(estimate, 1e-13 * size, acceleration(jackknife()), values, options.level);
  const interval_ends ends = internal::central_percentiles(values, options.level);
  return options.method == bootstrap_method::basic ? mirrored(ends, estimate) : ends;
}

array pair_of(const interval_ends& ends) { return array(std::vector<double>{ends.lower, ends.upper}); }

}  // namespace

calibration_interval calibration_bootstrap(integer_view labels, vector_view probabilities,
                                           const calibration_bootstrap_options& options, const context& ctx) {
  const checker check("calibration_bootstrap");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const metric_request wanted = checked_options(check, options);
  internal::check_replicates(check, options.n_boot, options.level);
  const resampled_metric metric = metric_of(check, rows, wanted);
  const double estimate = estimate_of(ctx, rows, wanted, metric);
  auto values = replicates_of(ctx, check, metric, options);
  keep_values(check, values);
  const double std_error = standard_error(values);
  const auto ends = interval_of(options, estimate, std::fabs(estimate), values,
                                [&] { return metric.jackknife(metric.jackknife_blocks()); });
  return {estimate, ends.lower, ends.upper, std_error};
}

calibration_difference calibration_bootstrap_paired(integer_view labels, vector_view probabilities,
                                                    vector_view other_probabilities,
                                                    const calibration_bootstrap_options& options,
                                                    const context& ctx) {
  const checker check("calibration_bootstrap_paired");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  const binary_rows other_rows{labels, other_probabilities, options.weights, "other_probabilities"};
  internal::check_shapes(check, rows);
  internal::check_shapes(check, other_rows);
  const metric_request wanted = checked_options(check, options);
  internal::check_replicates(check, options.n_boot, options.level);
  const resampled_metric metric = metric_of(check, rows, wanted);
  const resampled_metric other_metric = metric_of(check, other_rows, wanted);
  calibration_difference result;
  result.first = estimate_of(ctx, rows, wanted, metric);
  result.other = estimate_of(ctx, other_rows, wanted, other_metric);
  result.estimate = result.first - result.other;
  if (result.estimate != result.estimate)
    check.fail_value(error_code::degenerate, "probabilities",
                     "have an infinite log loss, and so have the other");
  auto values = differences_of(ctx, check, metric, other_metric, options);
  keep_values(check, values);
  result.std_error = standard_error(values);
  result.p_value = two_sided_share(values);
  const auto jackknife = [&] {
    const std::size_t blocks = std::min(metric.jackknife_blocks(), other_metric.jackknife_blocks());
    auto without = metric.jackknife(blocks);
    const auto other_without = other_metric.jackknife(blocks);
    for (std::size_t k = 0; k < blocks; ++k) without[k] -= other_without[k];
    return without;
  };
  const double size = std::fabs(result.first) + std::fabs(result.other);
  const auto ends = interval_of(options, result.estimate, size, values, jackknife);
  result.lower = ends.lower;
  result.upper = ends.upper;
  return result;
}

// ---- rows drawn elsewhere ----

namespace {

std::uint32_t checked_index(const checker& check, const integer_view& indices, std::size_t b, std::size_t j,
                            std::size_t rows) {
  const double index = indices(b, j);
  if (!(index >= 0.0 && index < static_cast<double>(rows))) {
    check.fail_value(error_code::out_of_range, "indices",
                     "[" + std::to_string(b) + ", " + std::to_string(j) + "] is " + text_of(index) +
                         ", must lie in 0.." + std::to_string(rows - 1));
  }
  return static_cast<std::uint32_t>(index);
}

void replicate_given(const checker& check, const resampled_metric& metric, const integer_view& indices,
                     std::size_t b, resampled_metric::sums& sums) {
  metric.clear(sums);
  std::array<std::uint32_t, k_drawn_at_once> drawn;
  for (std::size_t done = 0; done < indices.extent(1);) {
    const std::size_t count = std::min(k_drawn_at_once, indices.extent(1) - done);
    for (std::size_t j = 0; j < count; ++j)
      drawn[j] = checked_index(check, indices, b, done + j, metric.rows());
    metric.add(sums, {drawn.data(), count});
    done += count;
  }
}

}  // namespace

bootstrap_ci_indices_result bootstrap_ci_indices(integer_view labels, vector_view probabilities,
                                                 integer_view indices,
                                                 const bootstrap_ci_indices_options& options,
                                                 const context& ctx) {
  const checker check("bootstrap_ci_indices");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  check.not_empty(indices, "indices");
  if (indices.rank() != 2) {
    check.fail_shape(error_code::length_mismatch, "indices",
                     "has shape " + shape_text(indices) + ", must be (b, m)");
  }
  const metric_request wanted = checked_options(check, options);
  internal::check_replicates(check, 2, options.level);
  const resampled_metric metric = metric_of(check, rows, wanted);
  bootstrap_ci_indices_result result;
  result.estimate = estimate_of(ctx, rows, wanted, metric);
  result.replicates = ctx.result(check.function(), dtype::float64, indices.extent(0));
  const auto replicates = result.replicates.values<double>();
  for_chunks(ctx, check.function(), replicates.size(), k_replicates_at_once, [&](chunk part) {
    resampled_metric::sums sums;
    for (std::size_t b = part.first; b < part.last; ++b) {
      replicate_given(check, metric, indices, b, sums);
      replicates[b] = metric.value(sums);
    }
  });
  std::vector<double> values(replicates.begin(), replicates.end());
  keep_values(check, values);
  result.std_error = standard_error(values);
  const interval_ends ends = internal::central_percentiles(values, options.level);
  result.percentile = pair_of(ends);
  result.basic = pair_of(mirrored(ends, result.estimate));
  return result;
}

}  // namespace assay::inline v1::calibration
