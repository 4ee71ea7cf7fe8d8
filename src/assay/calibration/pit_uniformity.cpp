#include "assay/calibration/pit_uniformity.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "assay/calibration/internal/uniformity_tails.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/sort.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr std::int64_t k_most_bins = std::int64_t{1} << 20;

std::vector<double> sorted(const vector_view& pit) {
  std::vector<std::uint64_t> keys;
  for (std::size_t i = 0; i < pit.size(); ++i) keys.push_back(sort_key(pit(i)));
  sort_keys(keys);
  std::vector<double> values;
  for (const std::uint64_t key : keys) values.push_back(value_of_key(key));
  return values;
}

// Bin [k/bins, (k + 1)/bins) of x, the last one closed.
std::size_t bin_of(double x, std::size_t bins) {
  const auto edge = [&](std::size_t k) { return static_cast<double>(k) / static_cast<double>(bins); };
  auto bin = std::min(static_cast<std::size_t>(x * static_cast<double>(bins)), bins - 1);
  if (x < edge(bin)) --bin;  // the product was rounded up
  if (bin + 1 < bins && x >= edge(bin + 1)) ++bin;
  return bin;
}

}  // namespace

pit_uniformity_result pit_uniformity(vector_view pit, const pit_uniformity_options& options,
                                     const context& ctx) {
  const checker check("pit_uniformity");
  ctx.require_backend(check.function());
  check.not_empty(pit, "pit");
  check.probabilities(pit, "pit");
  check.parameter(options.n_bins >= 1 && options.n_bins <= k_most_bins, "n_bins",
                  static_cast<double>(options.n_bins), "must lie in 1..1048576");
  const auto bins = static_cast<std::size_t>(options.n_bins);
  pit_uniformity_result result;
  result.histogram = ctx.result(check.function(), dtype::float64, bins);
  const auto histogram = result.histogram.values<double>();
  std::fill(histogram.begin(), histogram.end(), 0.0);
  const auto n = static_cast<double>(pit.size());
  compensated_sum squares;
  double rank = 0.0;
  for (const double u : sorted(pit)) {
    result.ks_statistic = std::max({result.ks_statistic, u - rank / n, (rank + 1.0) / n - u});
    const double gap = u - (rank + 0.5) / n;
    squares += gap * gap;
    rank += 1.0;
    histogram[bin_of(u, bins)] += 1.0;
  }
  for (double& share : histogram) share /= n;
  result.cvm_statistic = squares.value() + 1.0 / (12.0 * n);
  result.ks_p_value = internal::kolmogorov_tail(pit.size(), result.ks_statistic);
  result.cvm_p_value = internal::cramer_von_mises_tail(pit.size(), result.cvm_statistic);
  return result;
}

}  // namespace assay::inline v1::calibration
