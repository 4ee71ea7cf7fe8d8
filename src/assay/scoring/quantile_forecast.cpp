#include "assay/scoring/quantile_forecast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 13;
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

/// Rows of a matrix as doubles: the caller's own memory where it fits.
class row_reader {
 public:
  explicit row_reader(const array_view& values) : values_(values), buffer_(values.extent(1)) {}

  [[nodiscard]] const double* row(std::size_t i) {
    if (values_.type() == dtype::float64 && (values_.stride(1) == 1 || values_.extent(1) == 1))
      return static_cast<const double*>(values_.data()) + static_cast<std::ptrdiff_t>(i) * values_.stride(0);
    for (std::size_t j = 0; j < buffer_.size(); ++j) buffer_[j] = values_(i, j);
    return buffer_.data();
  }

 private:
  const array_view& values_;
  std::vector<double> buffer_;
};

std::string at(std::size_t i) { return "[" + std::to_string(i) + "] "; }

void check_levels(const checker& check, const vector_view& levels, std::size_t columns) {
  check.not_empty(levels, "levels");
  check.length(levels, "levels", columns, "columns of quantiles");
  for (std::size_t j = 0; j < levels.size(); ++j) {
    const double level = levels(j);
    if (!(level > 0.0 && level < 1.0))
      check.fail_value(error_code::out_of_range, "levels",
                       at(j) + "is " + text_of(level) + ", must lie in (0, 1)");
  }
  check.increasing(levels, "levels");
}

void check_quantiles(const checker& check, const vector_view& observations, const matrix_view& quantiles,
                     const vector_view& levels, nan_policy policy) {
  check.not_empty(observations, "observations");
  check.not_empty(quantiles, "quantiles");
  check.same_rows(observations, "observations", quantiles, "quantiles");
  check_levels(check, levels, quantiles.extent(1));
  detail::check_values(check, observations, "observations", policy);
  detail::check_values(check, quantiles, "quantiles", policy);
}

// Weights of the levels, sum 1.
std::vector<double> weights_of(const vector_view& levels, quantile_rule rule) {
  const std::size_t q = levels.size();
  std::vector<double> weights(q, 1.0 / static_cast<double>(q));
  if (rule == quantile_rule::mean) return weights;
  for (std::size_t j = 0; j < q; ++j) {
    const double left = j == 0 ? levels(0) : (levels(j) - levels(j - 1)) / 2.0;
    const double right = j + 1 == q ? 1.0 - levels(j) : (levels(j + 1) - levels(j)) / 2.0;
    weights[j] = left + right;
  }
  return weights;
}

/// A forecast's intervals, with what each counts.
struct interval_weights {
  double median;                // of |y - median|
  std::vector<double> width;    // of u - l
  std::vector<double> penalty;  // of the distance of an outcome beyond an end
};

/// Parts of the score of one forecast.
struct interval_parts {
  double dispersion = 0.0;
  double over = 0.0;
  double under = 0.0;

  void add_interval(double y, double lower, double upper, double width, double penalty) {
    dispersion += width * (upper - lower);
    over += penalty * std::max(lower - y, 0.0);
    under += penalty * std::max(y - upper, 0.0);
  }
  void add_median(double y, double median, double weight) {
    over += weight * std::max(median - y, 0.0);
    under += weight * std::max(y - median, 0.0);
  }
};

/// Results of all forecasts; those with a number missing are NaN.
class interval_results {
 public:
  interval_results(const checker& check, const context& ctx, std::size_t n)
      : result{ctx.result(check.function(), dtype::float64, n), array(dtype::float64, {n}),
               array(dtype::float64, {n}), array(dtype::float64, {n})} {}

  void set(std::size_t i, const interval_parts& parts, bool missing) {
    result.dispersion.values<double>()[i] = missing ? k_nan : parts.dispersion;
    result.overprediction.values<double>()[i] = missing ? k_nan : parts.over;
    result.underprediction.values<double>()[i] = missing ? k_nan : parts.under;
    result.wis.values<double>()[i] = missing ? k_nan : parts.dispersion + (parts.over + parts.under);
  }

  weighted_interval_score_result result;
};

bool any_nan(const double* values, std::size_t count) {
  return std::any_of(values, values + count, [](double value) { return std::isnan(value); });
}

void check_intervals(const checker& check, const vector_view& observations, const vector_view& median,
                     const matrix_view& lower, const matrix_view& upper, const vector_view& alpha,
                     const weighted_interval_score_options& options) {
  check.not_empty(observations, "observations");
  check.same_rows(observations, "observations", median, "median");
  check.not_empty(lower, "lower");
  check.same_rows(observations, "observations", lower, "lower");
  check.same_shape(lower, "lower", upper, "upper");
  check.length(alpha, "alpha", lower.extent(1), "columns of lower");
  for (std::size_t k = 0; k < alpha.size(); ++k)
    if (!(alpha(k) > 0.0 && alpha(k) < 1.0))
      check.fail_value(error_code::out_of_range, "alpha",
                       at(k) + "is " + text_of(alpha(k)) + ", must lie in (0, 1)");
  check.parameter(options.median_weight >= 0.0 && std::isfinite(options.median_weight), "median_weight",
                  options.median_weight, "must be finite and >= 0");
  if (options.interval_weights.present()) {
    check.length(options.interval_weights, "interval_weights", alpha.size(), "elements of alpha");
    check.weights(options.interval_weights, "interval_weights");
  }
  detail::check_values(check, observations, "observations", options.nan_policy);
  detail::check_values(check, median, "median", options.nan_policy);
  detail::check_values(check, lower, "lower", options.nan_policy);
  detail::check_values(check, upper, "upper", options.nan_policy);
}

interval_weights weights_of(const vector_view& alpha, const weighted_interval_score_options& options) {
  const double median = options.count_median_twice ? 2.0 * options.median_weight : options.median_weight;
  const double total = static_cast<double>(alpha.size()) + (options.count_median_twice ? 1.0 : 0.5);
  interval_weights weights{median / total, {}, {}};
  for (std::size_t k = 0; k < alpha.size(); ++k) {
    const double weight = options.interval_weights.present() ? options.interval_weights(k) : alpha(k) / 2.0;
    weights.width.push_back(weight / total);
    weights.penalty.push_back(weight * 2.0 / alpha(k) / total);
  }
  return weights;
}

}  // namespace

array crps_quantile(vector_view observations, matrix_view quantiles, vector_view levels,
                    const crps_quantile_options& options, const context& ctx) {
  const checker check("crps_quantile");
  ctx.require_backend(check.function());
  check_quantiles(check, observations, quantiles, levels, options.nan_policy);
  const std::size_t n = observations.size(), q = levels.size();
  const std::vector<double> weights = weights_of(levels, options.rule);
  std::vector<double> below(q), above(q);  // weight of a quantile below the outcome, and above
  for (std::size_t j = 0; j < q; ++j) {
    below[j] = 2.0 * weights[j] * levels(j);
    above[j] = 2.0 * weights[j] * (1.0 - levels(j));
  }
  array score = ctx.result(check.function(), dtype::float64, n);
  for_chunks(ctx, check.function(), n, k_rows_per_chunk, [&](chunk part) {
    row_reader reader(quantiles);
    for (std::size_t i = part.first; i < part.last; ++i) {
      const double y = observations(i);
      const double* row = reader.row(i);
      double sum = 0.0;
      for (std::size_t j = 0; j < q; ++j) {
        const double gap = row[j] - y;
        sum += gap < 0.0 ? -gap * below[j] : gap * above[j];
      }
      score.values<double>()[i] = sum;
    }
  });
  return score;
}

weighted_interval_score_result weighted_interval_score(vector_view observations, vector_view median,
                                                       matrix_view lower, matrix_view upper,
                                                       vector_view alpha,
                                                       const weighted_interval_score_options& options,
                                                       const context& ctx) {
  const checker check("weighted_interval_score");
  ctx.require_backend(check.function());
  check_intervals(check, observations, median, lower, upper, alpha, options);
  const std::size_t n = observations.size(), count = alpha.size();
  const interval_weights weights = weights_of(alpha, options);
  interval_results out(check, ctx, n);
  for_chunks(ctx, check.function(), n, k_rows_per_chunk, [&](chunk part) {
    row_reader lower_reader(lower), upper_reader(upper);
    for (std::size_t i = part.first; i < part.last; ++i) {
      const double y = observations(i), middle = median(i);
      const double *low = lower_reader.row(i), *high = upper_reader.row(i);
      interval_parts parts;
      parts.add_median(y, middle, weights.median);
      for (std::size_t k = 0; k < count; ++k)
        parts.add_interval(y, low[k], high[k], weights.width[k], weights.penalty[k]);
      out.set(i, parts, std::isnan(y) || std::isnan(middle) || any_nan(low, count) || any_nan(high, count));
    }
  });
  return std::move(out.result);
}

weighted_interval_score_result weighted_interval_score_quantiles(
    vector_view observations, matrix_view quantiles, vector_view levels,
    const weighted_interval_score_quantiles_options& options, const context& ctx) {
  const checker check("weighted_interval_score_quantiles");
  ctx.require_backend(check.function());
  check_quantiles(check, observations, quantiles, levels, options.nan_policy);
  const std::size_t n = observations.size(), q = levels.size(), pairs = q / 2;
  for (std::size_t j = 0; j < (q + 1) / 2; ++j)
    if (!(std::abs(levels(j) + levels(q - 1 - j) - 1.0) <= 1e-9))
      check.fail_value(error_code::out_of_range, "levels",
                       at(j) + "is " + text_of(levels(j)) + ", must have its counterpart 1 - level at [" +
                           std::to_string(q - 1 - j) + "], which is " + text_of(levels(q - 1 - j)));
  const double share = 2.0 / static_cast<double>(q);
  interval_results out(check, ctx, n);
  for_chunks(ctx, check.function(), n, k_rows_per_chunk, [&](chunk part) {
    row_reader reader(quantiles);
    for (std::size_t i = part.first; i < part.last; ++i) {
      const double y = observations(i);
      const double* row = reader.row(i);
      interval_parts parts;
      if (q % 2 == 1) parts.add_median(y, row[pairs], 0.5 * share);
      for (std::size_t k = 0; k < pairs; ++k)
        parts.add_interval(y, row[k], row[q - 1 - k], levels(k) * share, share);
      out.set(i, parts, std::isnan(y) || any_nan(row, q));
    }
  });
  return std::move(out.result);
}

}  // namespace assay::inline v1::scoring
