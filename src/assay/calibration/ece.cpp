#include "assay/calibration/ece.hpp"

#include <algorithm>
#include <cmath>

#include "assay/calibration/internal/sorted_metrics.hpp"
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

// Rows, weight and weight of events before each group, and of all at the end; and where the classes overlap.
struct prefix_sums {
  std::vector<std::size_t> rows;
  std::vector<double> weight;
  std::vector<double> events;
  std::size_t first_event = 0;  // group; all of them where no event has weight
  std::size_t last_other = 0;   // group; 0 also where all that has weight are events

  [[nodiscard]] std::size_t bin_of(std::size_t group, std::size_t bins) const {
    return static_cast<std::size_t>(std::uint64_t{rows[group]} * bins / rows.back());  // 32-bit sizes
  }
  // First group of bin k.
  [[nodiscard]] std::size_t begin_of(std::size_t k, std::size_t bins) const {
    const std::size_t least = internal::rank_begin(rows.back(), k, bins);
    return static_cast<std::size_t>(std::lower_bound(rows.begin(), rows.end(), least) - rows.begin());
  }
};

prefix_sums prefixes_of(const std::vector<internal::tie_group>& groups) {
  prefix_sums sums;
  for (auto* each : {&sums.weight, &sums.events}) each->reserve(groups.size() + 1);
  sums.rows.reserve(groups.size() + 1);
  sums.first_event = groups.size();
  std::size_t rows = 0;
  double weight = 0.0, events = 0.0;
  const auto add = [&] {
    sums.rows.push_back(rows);
    sums.weight.push_back(weight);
    sums.events.push_back(events);
  };
  add();
  for (const auto& group : groups) {
    if (group.events > 0.0 && events == 0.0) sums.first_event = sums.rows.size() - 1;
    if (group.events < group.weight) sums.last_other = sums.rows.size() - 1;
    rows += static_cast<std::size_t>(group.count);
    weight += group.weight;
    events += group.events;
    add();
  }
  return sums;
}

// Bins below the first event have the share 0 and bins above the last other row the share 1: neither breaks
// the order, so that separated classes cost nothing, however many bins they fill.
bool is_monotone(const prefix_sums& sums, std::size_t bins) {
  if (sums.first_event + 1 == sums.rows.size()) return true;
  const std::size_t lowest = sums.bin_of(sums.first_event, bins);
  const std::size_t highest = sums.bin_of(sums.last_other, bins);
  double before = 0.0;
  std::size_t first = sums.begin_of(lowest, bins);
  for (std::size_t k = lowest; k <= highest; ++k) {
    const std::size_t last = sums.begin_of(k + 1, bins);
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
  return internal::ece_sweep(internal::sorted_rows(check, rows, internal::zero_weights::keep).groups(),
                             options.norm);
}

ece_sweep_result internal::ece_sweep(const std::vector<tie_group>& groups, error_norm norm) {
  std::size_t bins = 1;
  {
    const prefix_sums sums = prefixes_of(groups);
    while (bins < sums.rows.back() && is_monotone(sums, bins + 1)) ++bins;
  }
  const auto totals = totals_of(groups, {{}, rank_layout(groups, bins)});
  return {calibration_error(totals, norm, bin_weighting::weight), static_cast<std::int64_t>(bins)};
}

}  // namespace assay::inline v1::calibration
