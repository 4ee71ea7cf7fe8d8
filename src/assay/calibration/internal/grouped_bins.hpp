// Bins over sorted groups: for layouts that depend on the data, and for more bins than streamed sums can
// hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/bin_totals.hpp"
#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/calibration/internal/streamed_bins.hpp"

namespace assay::inline v1::calibration::internal {

/// Bins wanted by the caller, checked.
struct bin_request {
  std::size_t n_bins = 1;
  binning strategy = binning::equal_width;
  std::vector<double> edges;  ///< for custom
  calibration::bin_rule rule = calibration::bin_rule::right_closed;

  /// Most bins that a call may ask for.
  static constexpr std::size_t k_most_bins = std::size_t{1} << 24;

  /// True when the edges do not depend on the data and are few enough for streamed_bins.
  [[nodiscard]] bool streams() const;
  /// Edges of equal_width and custom bins.
  [[nodiscard]] bin_edges fixed_edges() const;
};

/// bad_parameter or missing_argument unless the options fit together. Options is any struct with n_bins,
/// strategy, edges and bin_rule.
bin_request checked_request(const checker& check, std::int64_t n_bins, binning strategy,
                            const vector_view& edges, bin_rule rule);
template <class Options>
bin_request checked_request(const checker& check, const Options& options) {
  return checked_request(check, options.n_bins, options.strategy, options.edges, options.bin_rule);
}

/// Bin k holds the groups first[k] .. first[k + 1].
struct bin_layout {
  std::vector<double> edges;
  std::vector<std::size_t> first;
  [[nodiscard]] std::size_t bins() const noexcept { return first.size() - 1; }
};

/// Halfway between two neighbouring probabilities, but never so rounded that the bin rule would put one on
/// the wrong side.
double edge_between(double low, double high, bin_rule rule);
bin_layout layout_of(const std::vector<tie_group>& groups, const bin_request& request);
/// The layout of `rank` with any number of bins, without edges.
std::vector<std::size_t> rank_layout(const std::vector<tie_group>& groups, std::size_t bins);
/// Number of rows before bin k of that layout, were every row a group of its own.
std::size_t rank_begin(std::size_t rows, std::size_t k, std::size_t bins);
/// Number of rows.
std::size_t rows_of(const std::vector<tie_group>& groups);

bin_totals totals_of(const std::vector<tie_group>& groups, const bin_layout& layout);

/// Sums of the bins, at least those that `content` names, by the route that fits the request.
bin_totals sum_bins(const context& ctx, const checker& check, const binary_rows& rows,
                    const bin_request& request, bin_content content);

}  // namespace assay::inline v1::calibration::internal
