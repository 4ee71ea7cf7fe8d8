// Rows kept as they are, so that what needs their order has no error.
#pragma once

#include <cstdint>
#include <vector>

#include "assay/calibration/internal/rows.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/bytes.hpp"

namespace assay::inline v1::calibration::internal {

/// Weights whose sums neither overflow nor vanish, and which wide_sum holds without rounding.
inline constexpr double k_least_ranking_weight = 0x1p-64, k_most_ranking_weight = 0x1p40;

/// Rows with weight, and how many there were with those of weight 0.
class ranking_rows {
 public:
  /// Adds rows whose values were checked.
  void add(const binary_rows& rows);
  void merge(const ranking_rows& other);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// The rows in an order that does not tell how they came.
  [[nodiscard]] sorted_rows sorted() const { return {keys_, weights_}; }

  void write(byte_writer& out) const;
  /// Fills an empty state from what write() wrote.
  void read(byte_reader& in);

 private:
  void append(const std::vector<std::uint64_t>& keys, const std::vector<double>& weights, bool weighted);

  std::vector<std::uint64_t> keys_;  // row_key
  std::vector<double> weights_;      // of each key, once some rows came with weights
  bool weighted_ = false;
  std::uint64_t count_ = 0;
};

}  // namespace assay::inline v1::calibration::internal
