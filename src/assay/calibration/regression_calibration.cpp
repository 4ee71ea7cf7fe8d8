#include "assay/calibration/regression_calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "assay/calibration/internal/regression_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/sort.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::regression_rows;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t k_most_levels = std::int64_t{1} << 20;
constexpr std::int64_t k_most_bins = std::int64_t{1} << 24;  // as bins of probabilities

// ---- proportions ----

std::size_t checked_levels(const checker& check, std::int64_t n_bins) {
  check.parameter(n_bins >= 2 && n_bins <= k_most_levels, "n_bins", static_cast<double>(n_bins),
                  "must lie in 2..1048576");
  return static_cast<std::size_t>(n_bins);
}

double level_of(std::size_t k, std::size_t levels) {
  return static_cast<double>(k) / static_cast<double>(levels - 1);
}

// First of the levels that is not below x, which lies in [0, 1].
std::size_t first_level(double x, std::size_t levels) {
  auto k = static_cast<std::size_t>(x * static_cast<double>(levels - 1));
  if (k > 0 && level_of(k - 1, levels) >= x) --k;  // the product was rounded up to a whole number
  while (level_of(k, levels) < x) ++k;
  return k;
}

// Probability of the smallest central interval that holds the transform, or the transform itself.
double least_level(double pit, proportion_type type) {
  return type == proportion_type::interval ? 2.0 * std::fabs(pit - 0.5) : pit;
}

// Share of rows at each level. pit(i) is the transform of row i.
template <class Pit>
std::vector<double> observed_at(std::size_t rows, std::size_t levels, proportion_type type,
                                const vector_view& weights, Pit pit) {
  const auto weight = internal::unit_weights(weights, rows);
  std::vector<compensated_sum> sums(levels);
  for (std::size_t i = 0; i < rows; ++i) sums[first_level(least_level(pit(i), type), levels)] += weight[i];
  std::vector<double> observed;
  compensated_sum sum;
  for (const auto& added : sums) {
    sum.merge(added);
    observed.push_back(sum.value());
  }
  const double total = observed.back();
  for (double& share : observed) share /= total;
  return observed;
}

// Area between two broken lines whose gaps at the ends of a step are a and b.
double area_of_step(double a, double b) {
  const double left = std::fabs(a), right = std::fabs(b);
  if (a * b >= 0.0) return 0.5 * (left + right);
  return 0.5 * (left * left + right * right) / (left + right);
}

double gap_of(const std::vector<double>& observed, regression_calibration_kind kind) {
  const std::size_t levels = observed.size();
  compensated_sum sum;
  double before = observed[0];
  for (std::size_t k = 0; k < levels; ++k) {
    const double gap = observed[k] - level_of(k, levels);
    if (kind == regression_calibration_kind::rms) sum += gap * gap;
    if (kind == regression_calibration_kind::mean_abs) sum += std::fabs(gap);
    if (kind == regression_calibration_kind::area && k > 0) sum += area_of_step(before, gap);
    before = gap;
  }
  if (kind == regression_calibration_kind::area) return sum.value() / static_cast<double>(levels - 1);
  const double mean = sum.value() / static_cast<double>(levels);
  return kind == regression_calibration_kind::rms ? std::sqrt(mean) : mean;
}

void check_pit(const checker& check, const vector_view& pit, const vector_view& weights) {
  check.not_empty(pit, "pit");
  check.probabilities(pit, "pit");
  internal::check_weights(check, weights, pit, "pit");
}

}  // namespace

double regression_calibration_error(vector_view y, vector_view mean, vector_view std,
                                    const regression_calibration_error_options& options, const context& ctx) {
  const checker check("regression_calibration_error");
  ctx.require_backend(check.function());
  internal::check_regression(check, {y, mean, std, options.weights});
  const std::size_t levels = checked_levels(check, options.n_bins);
  return gap_of(observed_at(y.size(), levels, options.prop_type, options.weights,
                            [&](std::size_t i) {
                              return vmath::normal_cdf(internal::standardised(y(i), mean(i), std(i)));
                            }),
                options.kind);
}

double regression_calibration_error_pit(vector_view pit, const regression_calibration_error_options& options,
                                        const context& ctx) {
  const checker check("regression_calibration_error_pit");
  ctx.require_backend(check.function());
  check_pit(check, pit, options.weights);
  const std::size_t levels = checked_levels(check, options.n_bins);
  return gap_of(observed_at(pit.size(), levels, options.prop_type, options.weights,
                            [&](std::size_t i) { return pit(i); }),
                options.kind);
}

regression_calibration_curve_result regression_calibration_curve(
    vector_view pit, const regression_calibration_curve_options& options, const context& ctx) {
  const checker check("regression_calibration_curve");
  ctx.require_backend(check.function());
  check_pit(check, pit, options.weights);
  const std::size_t levels = checked_levels(check, options.n_bins);
  array expected = ctx.result(check.function(), dtype::float64, levels);
  for (std::size_t k = 0; k < levels; ++k) expected.values<double>()[k] = level_of(k, levels);
  return {std::move(expected), array(observed_at(pit.size(), levels, options.prop_type, options.weights,
                                                 [&](std::size_t i) { return pit(i); }))};
}

// ---- sharpness and coverage ----

double sharpness(vector_view std, const sharpness_options& options, const context& ctx) {
  const checker check("sharpness");
  ctx.require_backend(check.function());
  check.not_empty(std, "std");
  check.positive(std, "std");
  internal::check_weights(check, options.weights, std, "std");
  std::vector<double> values;
  for (std::size_t i = 0; i < std.size(); ++i) values.push_back(std(i));
  return internal::root_mean_square(values, internal::unit_weights(options.weights, std.size()));
}

interval_coverage_result interval_coverage(vector_view y, vector_view mean, vector_view std,
                                           const interval_coverage_options& options, const context& ctx) {
  const checker check("interval_coverage");
  ctx.require_backend(check.function());
  internal::check_regression(check, {y, mean, std, options.weights});
  check.parameter(options.level > 0.0 && options.level < 1.0, "level", options.level, "must lie in (0, 1)");
  const double z = vmath::normal_quantile(0.5 + 0.5 * options.level);
  const auto weights = internal::unit_weights(options.weights, y.size());
  std::vector<double> inside, widths;
  for (std::size_t i = 0; i < y.size(); ++i) {
    inside.push_back(std::fabs(internal::standardised(y(i), mean(i), std(i))) <= z ? 1.0 : 0.0);
    widths.push_back(std(i));
  }
  return {internal::mean_of(inside, weights), 2.0 * z * internal::mean_of(widths, weights)};
}

interval_coverage_result interval_coverage_bounds(vector_view y, vector_view lower, vector_view upper,
                                                  const interval_coverage_bounds_options& options,
                                                  const context& ctx) {
  const checker check("interval_coverage_bounds");
  ctx.require_backend(check.function());
  check.not_empty(y, "y");
  check.not_empty(lower, "lower");
  check.not_empty(upper, "upper");
  check.same_rows(y, "y", lower, "lower");
  check.same_rows(y, "y", upper, "upper");
  check.finite(y, "y");
  check.finite(lower, "lower");
  check.finite(upper, "upper");
  internal::check_weights(check, options.weights, y, "y");
  std::vector<double> inside, halves;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (upper(i) < lower(i)) {
      check.fail_value(error_code::out_of_range, "upper",
                       "[" + std::to_string(i) + "] is " + text_of(upper(i)) + ", must not be below lower, " +
                           text_of(lower(i)));
    }
    inside.push_back(lower(i) <= y(i) && y(i) <= upper(i) ? 1.0 : 0.0);
    halves.push_back(0.5 * upper(i) - 0.5 * lower(i));  // the width itself may be too large for a double
  }
  const auto weights = internal::unit_weights(options.weights, y.size());
  return {internal::mean_of(inside, weights), 2.0 * internal::mean_of(halves, weights)};
}

// ---- errors of the spread ----

namespace {

// Rows in the order of their standard deviation, cut into bins: bin b holds first[b] .. first[b + 1].
struct spread_bins {
  std::vector<double> std;
  std::vector<double> error;
  std::vector<double> weight;
  std::vector<std::size_t> first;
};

spread_bins sorted_by_std(const regression_rows& rows) {
  const auto weights = internal::unit_weights(rows.weights, rows.size());
  std::vector<double> std;
  for (std::size_t i = 0; i < rows.size(); ++i) std.push_back(rows.std(i));
  spread_bins bins;
  for (const std::uint32_t i : sorted_order(std)) {
    bins.std.push_back(std[i]);
    bins.error.push_back(0.5 * rows.y(i) - 0.5 * rows.mean(i));
    bins.weight.push_back(weights[i]);
  }
  return bins;
}

// Bin floor(r bins/n) of the rows with r smaller deviations.
std::vector<std::size_t> equal_mass_starts(const std::vector<double>& std, std::size_t bins) {
  const std::size_t n = std.size();
  std::vector<std::size_t> first{0};
  std::size_t smaller = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0 && std[i] != std[i - 1]) smaller = i;
    const auto bin = static_cast<std::size_t>(std::uint64_t{smaller} * bins / n);
    while (first.size() <= bin) first.push_back(i);
  }
  first.resize(bins + 1, n);
  return first;
}

std::vector<std::size_t> equal_width_starts(const std::vector<double>& std, std::size_t bins) {
  const double low = std.front(), width = std.back() - low;
  std::vector<std::size_t> first{0};
  for (std::size_t b = 1; b < bins; ++b) {
    const double edge = low + width * (static_cast<double>(b) / static_cast<double>(bins));
    first.push_back(static_cast<std::size_t>(std::lower_bound(std.begin(), std.end(), edge) - std.begin()));
  }
  first.push_back(std.size());
  return first;
}

// Root of the mean variance and of the mean squared error of one bin; NaN without weight.
struct spread {
  double weight = 0.0;
  double forecast = k_nan;
  double found = k_nan;
};

spread spread_of(const spread_bins& bins, std::size_t b) {
  const std::size_t first = bins.first[b], count = bins.first[b + 1] - first;
  const std::span weights = std::span(bins.weight).subspan(first, count);
  compensated_sum weight;
  for (const double w : weights) weight += w;
  spread result{.weight = weight.value()};
  if (result.weight == 0.0) return result;
  result.forecast = internal::root_mean_square(std::span(bins.std).subspan(first, count), weights);
  result.found = 2.0 * internal::root_mean_square(std::span(bins.error).subspan(first, count), weights);
  return result;
}

// |found^2 - forecast^2|; infinite where that is too large for a double.
double variance_gap(const spread& bin) {
  const double gap = std::fabs(bin.found - bin.forecast);
  return gap == 0.0 ? 0.0 : gap * (bin.found + bin.forecast);
}

}  // namespace

ence_result ence(vector_view y, vector_view mean, vector_view std, const ence_options& options,
                 const context& ctx) {
  const checker check("ence");
  ctx.require_backend(check.function());
  const regression_rows rows{y, mean, std, options.weights};
  internal::check_regression(check, rows);
  check.parameter(options.n_bins >= 1 && options.n_bins <= k_most_bins, "n_bins",
                  static_cast<double>(options.n_bins), "must lie in 1..16777216");
  const auto n_bins = static_cast<std::size_t>(options.n_bins);
  spread_bins bins = sorted_by_std(rows);
  bins.first = options.strategy == std_binning::equal_mass ? equal_mass_starts(bins.std, n_bins)
                                                           : equal_width_starts(bins.std, n_bins);
  ence_result result{0.0, 0.0, ctx.result(check.function(), dtype::float64, n_bins),
                     array(dtype::float64, {n_bins}), array(dtype::float64, {n_bins})};
  compensated_sum normalised, gaps, weight;
  double filled = 0.0;
  for (std::size_t b = 0; b < n_bins; ++b) {
    const spread bin = spread_of(bins, b);
    result.root_mean_variance.values<double>()[b] = bin.forecast;
    result.rmse.values<double>()[b] = bin.found;
    result.count.values<double>()[b] = static_cast<double>(bins.first[b + 1] - bins.first[b]);
    if (bin.weight == 0.0) continue;
    filled += 1.0;
    weight += bin.weight;
    normalised += std::fabs(bin.forecast - bin.found) / bin.forecast;
    gaps += bin.weight * variance_gap(bin);
  }
  result.ence = normalised.value() / filled;
  result.uce = gaps.value() / weight.value();
  return result;
}

}  // namespace assay::inline v1::calibration
