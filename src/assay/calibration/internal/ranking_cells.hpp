// Histograms of both classes on fixed cells of probability, in integers, so that merging is exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/rows.hpp"
#include "assay/calibration/internal/wide_sum.hpp"
#include "assay/core/bytes.hpp"

namespace assay::inline v1::calibration::internal {

/// One cell that has weight, as plain numbers.
struct filled_cell {
  double others = 0.0;    ///< weight of the rows with label 0
  double events = 0.0;    ///< weight of the rows with label 1
  double sum_prob = 0.0;  ///< sum w p
  double lowest = 0.0;    ///< smallest probability
  double highest = 0.0;   ///< largest probability

  /// All rows share one probability: their order is known.
  [[nodiscard]] bool tied() const noexcept { return lowest == highest; }
  [[nodiscard]] double weight() const noexcept { return others + events; }
};

class ranking_cells {
 public:
  static constexpr std::size_t k_cells = std::size_t{1} << 16;

  /// Adds rows whose values were checked.
  void add(const binary_rows& rows);
  void merge(const ranking_cells& other);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] double brier() const noexcept { return brier_.value(); }  ///< sum w (p - y)^2
  [[nodiscard]] std::vector<filled_cell> filled() const;

  void write(byte_writer& out) const;
  /// Fills an empty state from what write() wrote.
  void read(byte_reader& in);

 private:
  struct cell {
    std::uint64_t units[2] = {0, 0};  // rows of each class that came without weights
    wide_sum sum_prob;
    double lowest = 2.0;  // above highest: no row yet
    double highest = -1.0;
    [[nodiscard]] bool empty() const noexcept { return lowest > highest; }
  };
  struct cell_weights {
    wide_sum of_class[2];
  };

  template <class T>
  void add_block(const row_block<T>& block);
  [[nodiscard]] filled_cell plain(std::size_t i) const;

  std::vector<cell> cells_;            // empty until rows come
  std::vector<cell_weights> weights_;  // empty until weights come
  wide_sum brier_;
  std::uint64_t count_ = 0;
};

}  // namespace assay::inline v1::calibration::internal
