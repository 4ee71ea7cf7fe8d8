#include "assay/scoring/quantile_forecast.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/block_column.hpp"
#include "assay/scoring/internal/missing.hpp"
#include "assay/scoring/internal/scratch.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 13;

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
                     const vector_view& levels) {
  check.not_empty(observations, "observations");
  check.not_empty(quantiles, "quantiles");
  check.same_rows(observations, "observations", quantiles, "quantiles");
  check_levels(check, levels, quantiles.extent(1));
}

struct named_values {
  const char* name;
  const array_view* values;
};

// After a kernel met something odd. Nothing found: what was missing may be.
void check_contents(const checker& check, std::initializer_list<named_values> arguments, nan_policy policy) {
  for (const auto& [name, values] : arguments) detail::check_values(check, *values, name, policy);
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

/// Rows of a table as doubles, block by block: the caller's own memory where it fits.
class table_rows {
 public:
  explicit table_rows(const matrix_view& values) : values_(values) {}

  [[nodiscard]] std::size_t columns() const { return values_.extent(1); }
  /// Rows first .. first + count - 1; valid until the next call.
  [[nodiscard]] const double* rows(std::size_t first, std::size_t count) {
    if (values_.type() == dtype::float64 && values_.dense())
      return static_cast<const double*>(values_.data()) + first * columns();
    buffer_.resize(count * columns());
    std::size_t flat = 0;
    for (std::size_t i = first; i < first + count; ++i)
      for (std::size_t j = 0; j < columns(); ++j) buffer_[flat++] = values_(i, j);
    return buffer_.data();
  }

 private:
  const matrix_view& values_;
  std::vector<double> buffer_;
};

/// Calls fn(first, count) for blocks of the rows of a chunk.
template <class Fn>
void for_blocks(chunk part, Fn&& fn) {
  for (std::size_t first = part.first; first < part.last; first += detail::k_block_rows)
    fn(first, std::min(detail::k_block_rows, part.last - first));
}

detail::scratch_memory scratch_of(std::size_t columns) { return detail::scratch_memory(columns * 64); }
double* doubles(const detail::scratch_memory& memory) { return reinterpret_cast<double*>(memory.data()); }

/// What intervals count, with the memory of their lists.
struct interval_weighting {
  std::vector<double> width, penalty;
  double median = 0.0;
  double median_share = 0.0;

  [[nodiscard]] interval_weights view(nan_policy policy) const {
    return {width.size(), width.data(), penalty.data(), median, median_share, policy == nan_policy::omit};
  }
};

/// Arguments of one call; median is absent where the middle column of the one table is meant.
struct interval_call {
  const checker& check;
  const vector_view& observations;
  vector_view median;
  const matrix_view& lower;
  const matrix_view& upper;
  interval_weights weights;
};

/// Whether something odd was met: see check_contents.
bool score_intervals(const interval_call& call, weighted_interval_score_result& result, const context& ctx) {
  const std::size_t n = call.observations.size(), columns = call.lower.extent(1);
  const bool one_table = &call.lower == &call.upper;
  result = {ctx.result(call.check.function(), dtype::float64, n), array(dtype::float64, {n}),
            array(dtype::float64, {n}), array(dtype::float64, {n})};
  std::atomic<bool> odd = false;
  for_chunks(ctx, call.check.function(), n, k_rows_per_chunk, [&](chunk part) {
    const detail::scratch_memory scratch = scratch_of(2 * columns);
    detail::block_column y(call.observations), median(call.median);
    table_rows lower(call.lower), upper(call.upper);
    for_blocks(part, [&](std::size_t first, std::size_t count) {
      const double* const low = lower.rows(first, count);
      const interval_rows rows{y.rows(first, count),
                               call.median.present() ? median.rows(first, count) : nullptr,
                               low,
                               one_table ? low : upper.rows(first, count),
                               count,
                               columns,
                               doubles(scratch)};
      const interval_outputs out{result.wis.values<double>().data() + first,
                                 result.dispersion.values<double>().data() + first,
                                 result.overprediction.values<double>().data() + first,
                                 result.underprediction.values<double>().data() + first};
      if (active_kernels().intervals(rows, call.weights, out) != k_status_ok) odd = true;
    });
  });
  return odd;
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
}

interval_weighting weights_of(const vector_view& alpha, const weighted_interval_score_options& options) {
  interval_weighting weights;
  weights.median_share = options.count_median_twice ? 1.0 : 0.5;
  const double total = static_cast<double>(alpha.size()) + weights.median_share;
  weights.median = options.median_weight * (options.count_median_twice ? 2.0 : 1.0) / total;
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
  check_quantiles(check, observations, quantiles, levels);
  const std::size_t n = observations.size(), q = levels.size();
  const std::vector<double> weights = weights_of(levels, options.rule);
  std::vector<double> below(q), above(q);  // weight of a quantile below the outcome, and above
  for (std::size_t j = 0; j < q; ++j) {
    below[j] = 2.0 * weights[j] * levels(j);
    above[j] = 2.0 * weights[j] * (1.0 - levels(j));
  }
  array score = ctx.result(check.function(), dtype::float64, n);
  std::atomic<bool> odd = false;
  for_chunks(ctx, check.function(), n, k_rows_per_chunk, [&](chunk part) {
    const detail::scratch_memory scratch = scratch_of(q);
    detail::block_column y(observations);
    table_rows table(quantiles);
    for_blocks(part, [&](std::size_t first, std::size_t count) {
      const quantile_rows rows{y.rows(first, count), table.rows(first, count), count, q, doubles(scratch)};
      double* const out = score.values<double>().data() + first;
      if (active_kernels().crps_quantile(rows, below.data(), above.data(), out) != k_status_ok) odd = true;
    });
  });
  if (odd)
    check_contents(check, {{"observations", &observations}, {"quantiles", &quantiles}}, options.nan_policy);
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
  const interval_weighting weights = weights_of(alpha, options);
  weighted_interval_score_result result;
  if (score_intervals({check, observations, median, lower, upper, weights.view(options.nan_policy)}, result,
                      ctx))
    check_contents(
        check, {{"observations", &observations}, {"median", &median}, {"lower", &lower}, {"upper", &upper}},
        options.nan_policy);
  return result;
}

weighted_interval_score_result weighted_interval_score_quantiles(
    vector_view observations, matrix_view quantiles, vector_view levels,
    const weighted_interval_score_quantiles_options& options, const context& ctx) {
  const checker check("weighted_interval_score_quantiles");
  ctx.require_backend(check.function());
  check_quantiles(check, observations, quantiles, levels);
  const std::size_t q = levels.size(), pairs = q / 2;
  for (std::size_t j = 0; j < (q + 1) / 2; ++j)
    if (!(std::abs(levels(j) + levels(q - 1 - j) - 1.0) <= 1e-9))
      check.fail_value(error_code::out_of_range, "levels",
                       at(j) + "is " + text_of(levels(j)) + ", must have its counterpart 1 - level at [" +
                           std::to_string(q - 1 - j) + "], which is " + text_of(levels(q - 1 - j)));
  const double share = 2.0 / static_cast<double>(q);
  interval_weighting weights{{}, std::vector<double>(pairs, share), 0.5 * share, q % 2 == 1 ? 0.5 : 0.0};
  for (std::size_t k = 0; k < pairs; ++k) weights.width.push_back(levels(k) * share);
  weighted_interval_score_result result;
  if (score_intervals({check, observations, {}, quantiles, quantiles, weights.view(options.nan_policy)},
                      result, ctx))
    check_contents(check, {{"observations", &observations}, {"quantiles", &quantiles}}, options.nan_policy);
  return result;
}

}  // namespace assay::inline v1::scoring
