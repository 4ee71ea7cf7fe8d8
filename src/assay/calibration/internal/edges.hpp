// Edges of bins and which bin a probability belongs to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/binning.hpp"
#include "assay/calibration/kernels.hpp"
#include "assay/core/check.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration::internal {

/// Bins between ascending edges. One rule serves both ways of closing bins: a probability belongs to the bin
/// with as many inner thresholds below it; the thresholds of left-closed bins are the numbers just below the
/// edges.
class bin_edges {
 public:
  static bin_edges equal_width(std::size_t bins, bin_rule rule);
  static bin_edges custom(std::vector<double> edges, bin_rule rule);

  [[nodiscard]] std::size_t bins() const noexcept { return edges_.size() - 1; }
  [[nodiscard]] const std::vector<double>& edges() const noexcept { return edges_; }
  /// bins() + 1 numbers, -Infinity first, +Infinity last.
  [[nodiscard]] const std::vector<double>& thresholds() const noexcept { return thresholds_; }
  /// Bin of a probability.
  [[nodiscard]] std::size_t bin_of(double p) const noexcept {
    if (is_equal_width()) {
      // Rounding is far smaller than a bin: only the edge nearest to p can be on the wrong side of p * scale.
      const auto edge = static_cast<std::size_t>(p * scale_ + 0.5);
      return edge - (p > thresholds_[edge] ? 0 : 1);
    }
    const double* inner = thresholds_.data() + 1;
    return static_cast<std::size_t>(std::lower_bound(inner, inner + (bins() - 1), p) - inner);
  }
  /// For kernels; valid as long as the edges are.
  [[nodiscard]] bin_table table() const noexcept { return {thresholds_.data(), bins(), scale_}; }
  [[nodiscard]] bin_rule rule() const noexcept { return rule_; }
  [[nodiscard]] bool is_equal_width() const noexcept { return scale_ != 0.0; }

  friend bool operator==(const bin_edges& a, const bin_edges& b) {
    return a.rule_ == b.rule_ && a.scale_ == b.scale_ && a.edges_ == b.edges_;
  }

 private:
  bin_edges(std::vector<double> edges, bin_rule rule, double scale);

  std::vector<double> edges_;
  std::vector<double> thresholds_;
  bin_rule rule_;
  double scale_;  // number of bins when they have equal width, else 0
};

/// bad_parameter unless n_bins is 1 .. most.
std::size_t checked_bins(const checker& check, std::int64_t n_bins, std::size_t most);
/// The edges as doubles; bad_parameter unless there are two or more, finite, ascending, from <= 0 to >= 1.
std::vector<double> checked_edges(const checker& check, const vector_view& edges);

}  // namespace assay::inline v1::calibration::internal
