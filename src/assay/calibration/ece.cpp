#include "assay/calibration/ece.hpp"

#include <algorithm>
#include <cmath>

#include "assay/calibration/internal/grouped_bins.hpp"
#include "assay/core/check.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::bin_content;
using internal::bin_total;
using internal::bin_totals;
using internal::binary_rows;

double error_of(const checker& check, const binary_rows& rows, const internal::bin_request& request,
                error_norm norm, bin_weighting weighting, const context& ctx) {
  const bool only_residuals = norm == error_norm::l1 && weighting == bin_weighting::weight;
  const auto content = only_residuals ? bin_content::residuals : bin_content::errors;
  return internal::calibration_error(internal::sum_bins(ctx, check, rows, request, content), norm, weighting);
}

bin_totals debiased_totals(const checker& check, const integer_view& labels, const vector_view& probabilities,
                           const ece_debiased_options& options, const context& ctx) {
  ctx.require_backend(check.function());
  if (options.weights.present()) {
    check.fail_value(error_code::unsupported, "weights",
                     "are given, the correction is for rows that count alike");
  }
  const binary_rows rows{labels, probabilities, {}};
  internal::check_shapes(check, rows);
  return internal::sum_bins(ctx, check, rows, internal::checked_request(check, options), bin_content::table);
}

}  // namespace

double ece(integer_view labels, vector_view probabilities, const ece_options& options, const context& ctx) {
  const checker check("ece");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  return error_of(check, rows, internal::checked_request(check, options), options.norm, options.bin_weighting,
                  ctx);
}

double mce(integer_view labels, vector_view probabilities, const mce_options& options, const context& ctx) {
  const checker check("mce");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  return error_of(check, rows, internal::checked_request(check, options), error_norm::max,
                  bin_weighting::weight, ctx);
}

ece_debiased_l2_result ece_debiased_l2(integer_view labels, vector_view probabilities,
                                       const ece_debiased_options& options, const context& ctx) {
  const auto totals = debiased_totals(checker("ece_debiased_l2"), labels, probabilities, options, ctx);
  double squared = 0.0;
  for (const bin_total& bin : totals.bins) {
    if (bin.count < 2.0) continue;
    const double rate = bin.mean_label();
    const double error = bin.mean_prob - rate;
    squared += bin.count * (error * error - rate * (1.0 - rate) / (bin.count - 1.0));
  }
  squared /= totals.weight;
  return {squared, std::sqrt(std::max(squared, 0.0))};
}

double ece_debiased_l1(integer_view labels, vector_view probabilities, const ece_debiased_options& options,
                       const context& ctx) {
  const auto totals = debiased_totals(checker("ece_debiased_l1"), labels, probabilities, options, ctx);
  constexpr double root_two_over_pi = 0.79788456080286535588;
  double sum = 0.0;
  for (const bin_total& bin : totals.bins) {
    if (bin.empty()) continue;
    const double rate = bin.mean_label();
    const double mean = rate - bin.mean_prob;
    const double deviation = std::sqrt(rate * (1.0 - rate) / bin.count);
    double folded = std::fabs(mean);  // E|N(mean, deviation^2)|
    if (deviation > 0.0) {
      const double z = mean / deviation;
      folded = deviation * root_two_over_pi * vmath::exp(-0.5 * z * z) +
               mean * (1.0 - 2.0 * vmath::normal_cdf(-z));
    }
    sum += bin.count * (2.0 * std::fabs(mean) - folded);
  }
  return sum / totals.weight;
}

// ---- sweep ----

namespace {

// Rows, weight and weight of events before each group, and of all at the end.
struct prefix_sums {
  std::vector<std::size_t> rows;
  std::vector<double> weight;
  std::vector<double> events;
};

prefix_sums prefixes_of(const std::vector<internal::tie_group>& groups) {
  prefix_sums sums{{0}, {0.0}, {0.0}};
  for (const auto& group : groups) {
    sums.rows.push_back(sums.rows.back() + static_cast<std::size_t>(group.count));
    sums.weight.push_back(sums.weight.back() + group.weight);
    sums.events.push_back(sums.events.back() + group.events);
  }
  return sums;
}

// First group that begins at or after each row.
std::vector<std::size_t> next_groups(const std::vector<std::size_t>& starts) {
  std::vector<std::size_t> next(starts.back() + 1);
  std::size_t group = 0;
  for (std::size_t row = 0; row < next.size(); ++row) {
    while (starts[group] < row) ++group;
    next[row] = group;
  }
  return next;
}

bool is_monotone(const prefix_sums& sums, const std::vector<std::size_t>& next, std::size_t bins) {
  const std::size_t rows = sums.rows.back();
  double before = 0.0;
  std::size_t first = 0;
  for (std::size_t k = 1; k <= bins; ++k) {
    const auto least = static_cast<std::size_t>((std::uint64_t{k} * rows + bins - 1) / bins);  // 32-bit sizes
    const std::size_t last = next[least];
    const double weight = sums.weight[last] - sums.weight[first];
    if (weight > 0.0) {
      const double rate = (sums.events[last] - sums.events[first]) / weight;
      if (rate < before) return false;
      before = rate;
    }
    first = last;
  }
  return true;
}

}  // namespace

ece_sweep_result ece_sweep(integer_view labels, vector_view probabilities, const ece_sweep_options& options,
                           const context& ctx) {
  const checker check("ece_sweep");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto groups = internal::sorted_rows(check, rows, internal::zero_weights::keep).groups();
  const prefix_sums sums = prefixes_of(groups);
  const auto next = next_groups(sums.rows);
  std::size_t bins = 1;
  while (bins < rows.size() && is_monotone(sums, next, bins + 1)) ++bins;
  const internal::bin_layout layout{{}, internal::rank_layout(sums.rows, bins)};
  const auto totals = internal::totals_of(groups, layout);
  return {internal::calibration_error(totals, options.norm, bin_weighting::weight),
          static_cast<std::int64_t>(bins)};
}

}  // namespace assay::inline v1::calibration
