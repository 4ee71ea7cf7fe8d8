// Sums within bins of fixed edges, in constant memory: blocks of rows are summed in 8 lanes, the sums of the
// blocks are added without rounding, so the order of blocks does not matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/bin_totals.hpp"
#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/exact_sum.hpp"

namespace assay::inline v1::calibration::internal {

/// Which sums are kept.
enum class bin_content {
  residuals,  ///< sum w (p - y) of each bin and the weight of all rows
  errors,     ///< the same and the weight of each bin
  table       ///< sum w p, sum w y, sum w, sum w^2
};

class streamed_bins {
 public:
  /// More bins would take too much memory for sums without rounding.
  static constexpr std::size_t k_most_bins = 4096;
  /// Up to here every block of 4096 rows is added by itself; with more bins, every chunk of 2^18 rows.
  static constexpr std::size_t k_most_bins_by_block = 64;

  streamed_bins(bin_edges edges, bin_content content);

  [[nodiscard]] const bin_edges& edges() const noexcept { return edges_; }

  /// Adds a block; false when some value in it is not allowed (of which flush() may tell later).
  template <class T>
  bool add(const row_block<T>& block);
  /// Adds what is pending in histograms; false when some value was not allowed. Call after the last block.
  bool flush();
  /// Adds the sums of a flushed state with the same edges and content.
  void merge(const streamed_bins& other);
  void reset();
  [[nodiscard]] bin_totals totals() const;

  void write(byte_writer& out) const;
  /// Fills an empty state from what write() wrote.
  void read(byte_reader& in);

 private:
  /// Sums of one bin. Rows without weights are counted, those with weights summed.
  struct bin_state {
    exact_sum value;  // sum w x, x = p for tables and p - y for errors
    std::uint64_t rows = 0;
    std::uint64_t unit_rows = 0;
    std::uint64_t unit_events = 0;
  };
  struct bin_weights {
    exact_sum weight, events, squares;
  };

  template <class T>
  void add_to_histograms(const row_block<T>& block);
  bool tally(std::size_t bin, double sum, double count);
  [[nodiscard]] double share() const noexcept { return content_ == bin_content::table ? 0.0 : 1.0; }

  bin_edges edges_;
  bin_content content_;
  std::vector<bin_state> bins_;
  std::vector<bin_weights> weights_;  // empty until rows with weights come
  std::uint64_t unit_rows_ = 0;       // rows without weights in all bins
  std::vector<double> residual_histograms_, unit_histograms_, weight_histograms_;
  std::size_t pending_ = 0;  // rows in the histograms
};

}  // namespace assay::inline v1::calibration::internal
