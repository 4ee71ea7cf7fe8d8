#include "assay/calibration/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/ranking.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/percentile.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;

/// Value of a metric on one resample: rows drawn by the stream.
using resample = std::function<double(philox::stream&)>;

std::size_t draw_row(philox::stream& draws, std::size_t rows) {
  return static_cast<std::size_t>(philox::high_product(draws.next(), rows));
}

// Mean of one number a row, prepared before.
resample mean_of(std::vector<double> losses) {
  return [losses = std::move(losses)](philox::stream& draws) {
    double sum = 0.0;
    for (std::size_t j = 0; j < losses.size(); ++j) sum += losses[draw_row(draws, losses.size())];
    return sum / static_cast<double>(losses.size());
  };
}

std::vector<double> losses_of(const binary_rows& rows, calibration_metric metric) {
  std::vector<double> losses(rows.size());
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double p = rows.forecasts(i);
    const bool event = rows.labels(i) != 0.0;
    if (metric == calibration_metric::brier) {
      losses[i] = event ? (1.0 - p) * (1.0 - p) : p * p;
    } else {
      losses[i] = event ? -vmath::log(p) : -vmath::log1p(-p);
    }
  }
  return losses;
}

// Residuals p - y with the bin of each row: a replicate only adds.
resample calibration_error_of(const binary_rows& rows, std::size_t bins) {
  const auto edges = internal::bin_edges::equal_width(bins, bin_rule::right_closed);
  std::vector<std::uint32_t> bin(rows.size());
  std::vector<double> residual(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double p = rows.forecasts(i);
    const double* inner = edges.thresholds().data() + 1;
    bin[i] = static_cast<std::uint32_t>(std::lower_bound(inner, inner + (bins - 1), p) - inner);
    residual[i] = p - rows.labels(i);
  }
  return [bin = std::move(bin), residual = std::move(residual), bins](philox::stream& draws) {
    std::vector<double> sums(bins);
    for (std::size_t j = 0; j < bin.size(); ++j) {
      const std::size_t row = draw_row(draws, bin.size());
      sums[bin[row]] += residual[row];
    }
    double error = 0.0;
    for (const double sum : sums) error += std::fabs(sum);
    return error / static_cast<double>(bin.size());
  };
}

// How often each sorted group of ties was drawn, by class, tells the area without sorting again.
resample area_of(const checker& check, const binary_rows& rows) {
  const auto groups = internal::sorted_rows(check, rows, internal::zero_weights::drop).groups();
  std::vector<double> points(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) points[i] = groups[i].x;
  std::vector<std::uint32_t> cell(rows.size());  // 2 group + label
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto group = std::lower_bound(points.begin(), points.end(), rows.forecasts(i)) - points.begin();
    cell[i] = 2 * static_cast<std::uint32_t>(group) + (rows.labels(i) != 0.0 ? 1 : 0);
  }
  return [cell = std::move(cell), groups = points.size()](philox::stream& draws) {
    std::vector<std::uint32_t> drawn(2 * groups);
    for (std::size_t j = 0; j < cell.size(); ++j) ++drawn[cell[draw_row(draws, cell.size())]];
    double twice_ordered = 0.0, positives = 0.0, negatives = 0.0;
    for (std::size_t i = 0; i < groups; ++i) {
      twice_ordered += drawn[2 * i + 1] * (2.0 * negatives + drawn[2 * i]);
      negatives += drawn[2 * i];
      positives += drawn[2 * i + 1];
    }
    return twice_ordered / (2.0 * positives * negatives);  // NaN when a class was not drawn
  };
}

struct prepared {
  double estimate;
  resample replicate;
};

prepared prepare(const context& ctx, const checker& check, const binary_rows& rows,
                 const calibration_bootstrap_options& options) {
  switch (options.metric) {
    case calibration_metric::ece: {
      const double estimate = ece(rows.labels, rows.forecasts, {.n_bins = options.n_bins}, ctx);
      return {estimate, calibration_error_of(rows, static_cast<std::size_t>(options.n_bins))};
    }
    case calibration_metric::brier:
      return {brier_score(rows.labels, rows.forecasts, {}, ctx), mean_of(losses_of(rows, options.metric))};
    case calibration_metric::log_loss:
      return {log_loss(rows.labels, rows.forecasts, {}, ctx), mean_of(losses_of(rows, options.metric))};
    default:
      return {roc_auc(rows.labels, rows.forecasts, {}, ctx), area_of(check, rows)};
  }
}

double standard_error(const std::vector<double>& values) {
  compensated_sum sum, squares;
  for (const double value : values) sum += value;
  const double mean = sum.value() / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares.value() / static_cast<double>(values.size() - 1));
}

}  // namespace

calibration_interval calibration_bootstrap(integer_view labels, vector_view probabilities,
                                           const calibration_bootstrap_options& options, const context& ctx) {
  const checker check("calibration_bootstrap");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, {}};
  internal::check_shapes(check, rows);
  internal::checked_bins(check, options.n_bins, std::size_t{1} << 24);
  check.parameter(options.n_boot >= 2, "n_boot", static_cast<double>(options.n_boot), "must be at least 2");
  check.range(options.level > 0.0 && options.level < 1.0, "level", options.level, "must lie in (0, 1)");
  internal::check_values(check, rows);
  const prepared metric = prepare(ctx, check, rows, options);
  std::vector<double> values(static_cast<std::size_t>(options.n_boot));
  for_chunks(ctx, check.function(), values.size(), 1, [&](chunk part) {
    philox::stream draws(options.seed, part.index);
    values[part.index] = metric.replicate(draws);
  });
  if (options.metric == calibration_metric::auc)
    std::erase_if(values, [](double value) { return value != value; });
  if (values.size() < 2) {
    check.fail_value(error_code::degenerate, "labels", "give fewer than two replicates with both classes");
  }
  const double std_error = standard_error(values);
  std::sort(values.begin(), values.end());
  const double tail = 0.5 * (1.0 - options.level);
  const double low = assay::internal::percentile(values, tail);
  const double high = assay::internal::percentile(values, 1.0 - tail);
  const bool mirror = options.method == bootstrap_method::basic;
  return {metric.estimate, mirror ? 2.0 * metric.estimate - high : low,
          mirror ? 2.0 * metric.estimate - low : high, std_error};
}

}  // namespace assay::inline v1::calibration
