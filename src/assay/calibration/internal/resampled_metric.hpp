// A metric as a function of sums over the rows of a resample: each drawn row costs a few additions, whatever
// the metric.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/calibration/bootstrap.hpp"
#include "assay/calibration/internal/rows.hpp"

namespace assay::inline v1::calibration::internal {

class resampled_metric {
 public:
  using sums = std::vector<double>;

  /// Checks the values of the rows. `rows` may go afterwards.
  resampled_metric(const checker& check, const binary_rows& rows, calibration_metric metric,
                   std::size_t n_bins);

  [[nodiscard]] std::size_t rows() const noexcept { return cell_.size(); }
  /// Sets the sums to those of no row.
  void clear(sums& of) const { of.assign(size_, 0.0); }
  /// Adds the rows with these numbers.
  void add(sums& to, std::span<const std::uint32_t> drawn) const;
  /// The metric of the rows added; NaN where weight is missing, or a class that it needs.
  [[nodiscard]] double value(const sums& of) const;
  /// The sums of all rows, each once.
  [[nodiscard]] sums whole() const;

  /// Most blocks of rows that the jackknife leaves out in turn; all rows when it can afford that.
  [[nodiscard]] std::size_t jackknife_blocks() const noexcept;
  /// The metric without block k, for k = 0 .. blocks - 1; row i is in the block i mod blocks.
  [[nodiscard]] std::vector<double> jackknife(std::size_t blocks) const;

 private:
  enum class family { mean, bins, ranks };
  /// What a drawn row adds to its bin, side by side: draws jump about in memory.
  struct bin_row {
    double residual;
    std::uint32_t cell;
    float event;  // 0 or 1
  };

  void prepare_mean(const binary_rows& rows);
  void prepare_bins(const binary_rows& rows, std::size_t n_bins);
  void prepare_ranks(const checker& check, const binary_rows& rows);
  [[nodiscard]] double weight(std::size_t row) const noexcept { return weight_.empty() ? 1.0 : weight_[row]; }
  [[nodiscard]] double value_of_bins(const sums& of) const;
  [[nodiscard]] bool has_short_jackknife() const noexcept;
  [[nodiscard]] std::vector<double> jackknife_of_rows(const sums& all) const;
  [[nodiscard]] std::vector<double> jackknife_of_area(const sums& all) const;

  calibration_metric metric_;
  family family_;
  std::size_t size_ = 0;             // of the sums
  std::vector<std::uint32_t> cell_;  // where the sums of a row stand
  std::vector<double> value_;        // weight times loss or residual; empty for ranks
  std::vector<double> weight_;       // empty: all 1
  std::vector<std::uint8_t> label_;  // for bins
  std::vector<bin_row> bin_rows_;    // for bins
  std::vector<double> x_;            // probability of each pair of cells, for ranks
};

}  // namespace assay::inline v1::calibration::internal
