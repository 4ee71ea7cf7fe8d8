#include "assay/calibration/reliability_diagram.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assay/calibration/corp.hpp"
#include "assay/calibration/corp_bands.hpp"
#include "assay/calibration/internal/grouped_bins.hpp"
#include "assay/calibration/internal/resampled_bins.hpp"
#include "assay/calibration/internal/smooth_band.hpp"
#include "assay/calibration/smooth_ece.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/wilson.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::bin_total;
using internal::binary_rows;
using internal::interval_ends;

constexpr std::uint64_t k_most_shares = std::uint64_t{1} << 26;  // half a gigabyte of replicates

struct points {
  std::vector<double> x, y, lower, upper, weight, count, density;

  void add(const bin_total& bin, const interval_ends& band) {
    x.push_back(bin.mean_prob);
    y.push_back(bin.mean_label());
    lower.push_back(band.lower);
    upper.push_back(band.upper);
    weight.push_back(bin.weight);
    count.push_back(bin.count);
  }
};

// Bins that have weight and, for resampling, the place of each row's bin among them.
struct filled_bins {
  std::vector<bin_total> bins;
  std::vector<std::uint32_t> of_row;
};

// Rows of weight 0 in bins without weight go anywhere: they add nothing.
filled_bins grouped(const checker& check, const binary_rows& rows, const internal::bin_request& request) {
  const auto groups = internal::sorted_rows(check, rows, internal::zero_weights::keep).groups();
  const auto layout = internal::layout_of(groups, request);
  const auto totals = internal::totals_of(groups, layout);
  std::vector<std::uint32_t> place(groups.size());
  filled_bins result;
  for (std::size_t k = 0; k < totals.bins.size(); ++k) {
    for (std::size_t i = layout.first[k]; i < layout.first[k + 1]; ++i)
      place[i] = totals.bins[k].empty() ? 0 : static_cast<std::uint32_t>(result.bins.size());
    if (!totals.bins[k].empty()) result.bins.push_back(totals.bins[k]);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto at = std::lower_bound(groups.begin(), groups.end(), rows.forecasts(i),
                                     [](const internal::tie_group& group, double p) { return group.x < p; });
    result.of_row.push_back(place[static_cast<std::size_t>(at - groups.begin())]);
  }
  return result;
}

points with_intervals(const std::vector<bin_total>& bins, double level) {
  const double z = assay::internal::wilson_quantile(level);
  points result;
  for (const bin_total& bin : bins) {
    if (bin.empty()) continue;
    const auto interval = assay::internal::wilson(bin.mean_label(), bin.effective(), z);
    result.add(bin, {interval.lower, interval.upper});
  }
  return result;
}

void check_memory(const checker& check, std::size_t points, const char* what, std::int64_t n_boot) {
  const bool fits = std::uint64_t{points} * static_cast<std::uint64_t>(n_boot) <= k_most_shares;
  check.parameter(fits, "n_boot", static_cast<double>(n_boot),
                  "is too much for " + std::to_string(points) + " " + what + ", at most 2^26 in all");
}

// Resampling may have left a point without rows in all replicates: then its band is a point as well.
interval_ends drawn_band(const interval_ends& band, double x, double y, bool consistency) {
  const bool drawn = band.lower == band.lower;
  if (!consistency) return drawn ? band : interval_ends{y, y};
  return drawn ? interval_ends{std::min(band.lower, x), std::max(band.upper, x)} : interval_ends{x, x};
}

points resampled(const context& ctx, const checker& check, const binary_rows& rows, filled_bins filled,
                 const reliability_diagram_options& options) {
  check_memory(check, filled.bins.size(), "bins", options.n_boot);
  const bool consistency = options.band == diagram_band::consistency;
  const internal::bin_resampling plan{
      std::move(filled.of_row),
      filled.bins.size(),
      static_cast<std::size_t>(options.n_boot),
      options.level,
      options.seed,
      consistency ? internal::drawn_labels::anew : internal::drawn_labels::kept};
  const auto bands = internal::resampled_shares(ctx, check.function(), rows, plan);
  points result;
  for (std::size_t k = 0; k < filled.bins.size(); ++k) {
    const bin_total& bin = filled.bins[k];
    result.add(bin, drawn_band(bands[k], bin.mean_prob, bin.mean_label(), consistency));
  }
  return result;
}

points binned(const context& ctx, const checker& check, const binary_rows& rows,
              const internal::bin_request& request, const reliability_diagram_options& options) {
  const bool plain = options.band == diagram_band::automatic || options.band == diagram_band::interval;
  if (!plain) return resampled(ctx, check, rows, grouped(check, rows, request), options);
  return with_intervals(internal::sum_bins(ctx, check, rows, request, internal::bin_content::table).bins,
                        options.level);
}

points corp(const context& ctx, const binary_rows& rows, const reliability_diagram_options& options) {
  context inside = ctx;
  inside.output = {};  // the result is another array
  const bool around = options.band == diagram_band::interval || options.band == diagram_band::bootstrap;
  const bool resampling = options.band == diagram_band::bootstrap;
  const auto band =
      corp_band(rows.labels, rows.forecasts,
                {.weights = rows.weights,
                 .method = resampling ? corp_band_method::resampling : corp_band_method::automatic,
                 .position = around ? corp_band_position::estimate : corp_band_position::diagonal,
                 .level = options.level,
                 .n_boot = options.n_boot,
                 .seed = options.seed},
                inside);
  const auto curve = corp_reliability(rows.labels, rows.forecasts, {.weights = rows.weights}, inside);
  return {band.x.to_vector(),
          band.cep.to_vector(),
          band.lower.to_vector(),
          band.upper.to_vector(),
          curve.weight.to_vector(),
          curve.count.to_vector(),
          {}};
}

// A kernel so narrow that it does not reach the next point would hide rows.
constexpr std::size_t k_smooth_points = 201;
constexpr double k_least_smooth_sigma = 0.125 / (k_smooth_points - 1);
constexpr double k_near = 5.0;  // standard deviations; the kernel is 4e-6 of its height there

smooth_ece_curve_result smooth_curve(const context& ctx, const binary_rows& rows) {
  smooth_ece_curve_options options{.weights = rows.weights, .n_points = k_smooth_points};
  auto curve = smooth_ece_curve(rows.labels, rows.forecasts, options, ctx);
  if (curve.sigma >= k_least_smooth_sigma) return curve;
  options.sigma = k_least_smooth_sigma;
  return smooth_ece_curve(rows.labels, rows.forecasts, options, ctx);
}

// The points that rows are near, with the weight and number of the rows nearest to each.
points smooth_points(const smooth_ece_curve_result& curve, const std::vector<internal::tie_group>& groups) {
  std::vector<compensated_sum> weight(k_smooth_points);
  std::vector<double> count(k_smooth_points);
  for (const internal::tie_group& group : groups) {
    const double nearest = std::ceil(group.x * static_cast<double>(k_smooth_points - 1) - 0.5);
    const auto i = static_cast<std::size_t>(std::max(nearest, 0.0));
    weight[i] += group.weight;
    count[i] += group.count;
  }
  points result;
  auto group = groups.begin();
  for (std::size_t i = 0; i < k_smooth_points; ++i) {
    const double t = curve.t[i], reach = k_near * curve.sigma;
    while (group != groups.end() && group->x < t - reach) ++group;
    if (group == groups.end() || group->x > t + reach) continue;
    result.x.push_back(t);
    result.y.push_back(curve.mu[i]);
    result.weight.push_back(weight[i].value());
    result.count.push_back(count[i]);
    result.density.push_back(curve.density[i]);
  }
  return result;
}

points smooth(const context& ctx, const checker& check, const binary_rows& rows,
              const reliability_diagram_options& options) {
  check_memory(check, k_smooth_points, "points", options.n_boot);
  const auto groups = internal::sorted_rows(check, rows, internal::zero_weights::drop).groups();
  compensated_sum weight;
  for (const internal::tie_group& group : groups) weight += group.weight;
  internal::check_total(check, weight.value());
  context inside = ctx;
  inside.output = {};  // the result is another array
  const auto curve = smooth_curve(inside, rows);
  points result = smooth_points(curve, groups);
  const bool consistency = options.band == diagram_band::consistency;
  const internal::smooth_resampling plan{
      curve.sigma,   result.x,     static_cast<std::size_t>(options.n_boot),
      options.level, options.seed, consistency ? internal::drawn_labels::anew : internal::drawn_labels::kept};
  const auto bands = internal::smooth_band(ctx, check.function(), rows, groups, plan);
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const interval_ends band = drawn_band(bands[i], result.x[i], result.y[i], consistency);
    result.lower.push_back(band.lower);
    result.upper.push_back(band.upper);
  }
  return result;
}

}  // namespace

reliability_diagram_result reliability_diagram(integer_view labels, vector_view probabilities,
                                               const reliability_diagram_options& options,
                                               const context& ctx) {
  const checker check("reliability_diagram");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto request = internal::checked_request(check, options);
  internal::check_replicates(check, options.n_boot, options.level);
  internal::check_values(check, rows);
  if (rows.weights.present()) check.weights(rows.weights, "weights");
  points found;
  switch (options.kind) {
    case diagram_kind::binned:
      found = binned(ctx, check, rows, request, options);
      break;
    case diagram_kind::corp:
      found = corp(ctx, rows, options);
      break;
    case diagram_kind::smooth:
      found = smooth(ctx, check, rows, options);
      break;
  }
  array x = ctx.result(check.function(), dtype::float64, found.x.size());
  std::copy(found.x.begin(), found.x.end(), x.values<double>().begin());
  return {std::move(x),        array(found.y),     array(found.lower),  array(found.upper),
          array(found.weight), array(found.count), array(found.density)};
}

}  // namespace assay::inline v1::calibration
