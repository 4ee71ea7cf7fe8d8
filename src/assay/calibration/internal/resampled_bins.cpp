#include "assay/calibration/internal/resampled_bins.hpp"

#include <limits>

#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/rng.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// What a drawn row adds.
struct row_parts {
  std::vector<double> probability;
  std::vector<double> weight;  // empty: all 1
  std::vector<std::uint8_t> label;
};

row_parts parts_of(const binary_rows& rows) {
  row_parts parts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    parts.probability.push_back(rows.forecasts(i));
    parts.label.push_back(rows.labels(i) != 0.0 ? 1 : 0);
    if (rows.weights.present()) parts.weight.push_back(rows.weights(i));
  }
  return parts;
}

// Shares of one replicate, from `shares` on in steps of the number of replicates.
void draw_shares(const row_parts& rows, const bin_resampling& plan, std::uint64_t replicate, double* shares) {
  std::vector<double> weight(plan.bins), events(plan.bins);
  philox::stream draws(plan.seed, replicate);
  const std::uint64_t count = rows.label.size();
  for (std::uint64_t j = 0; j < count; ++j) {
    const std::uint64_t number = draws.next();
    const auto row = static_cast<std::size_t>(philox::high_product(number, count));
    const double w = rows.weight.empty() ? 1.0 : rows.weight[row];
    const bool event = plan.labels == drawn_labels::kept
                           ? rows.label[row] != 0
                           : philox::to_uniform(number * count) < rows.probability[row];
    weight[plan.bin[row]] += w;
    if (event) events[plan.bin[row]] += w;
  }
  for (std::size_t k = 0; k < plan.bins; ++k)
    shares[k * plan.replicates] = weight[k] > 0.0 ? events[k] / weight[k] : k_nan;
}

}  // namespace

std::vector<interval_ends> resampled_shares(const context& ctx, const char* function, const binary_rows& rows,
                                            const bin_resampling& plan) {
  const row_parts parts = parts_of(rows);
  std::vector<double> shares(plan.bins * plan.replicates);  // one row a bin
  for_chunks(ctx, function, plan.replicates, 1,
             [&](chunk part) { draw_shares(parts, plan, part.index, shares.data() + part.index); });
  return row_percentiles(shares, plan.replicates, plan.level);
}

}  // namespace assay::inline v1::calibration::internal
