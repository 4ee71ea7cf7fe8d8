// A sample as cells of neighbouring probabilities, and bootstrap replicates of it as a weight for each cell
// and class. Every calibration metric of a replicate is read from those weights in one pass, however many it
// has rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"

namespace assay::inline v1::calibration::internal {

/// Rows of one class in a cell.
struct cell_class {
  double x = 0.0;         ///< their mean probability
  double brier = 0.0;     ///< their mean squared error
  double log_loss = 0.0;  ///< their mean logarithmic loss, may be Infinity
  double weight = 0.0;    ///< sum w
  double rows = 0.0;      ///< rows of equal weight that would vary as much
};

/// Neighbouring probabilities within one bin and on one side of 1/2.
struct cell {
  cell_class others;
  cell_class events;
  std::uint32_t bin = 0;
  bool upper = false;  ///< probabilities of 1/2 and more

  /// Mean probability of all its rows; the probability itself where they share one.
  [[nodiscard]] double x() const noexcept {
    if (!(others.weight > 0.0)) return events.x;
    if (!(events.weight > 0.0) || others.x == events.x) return others.x;
    return (others.weight * others.x + events.weight * events.x) / (others.weight + events.weight);
  }
};

/// Weights of one replicate: those of class y of cell c stand at 2 c + y.
using cell_weights = std::vector<double>;

/// Up to k_most_rows rows are drawn one by one, with replacement, by the stream that calibration_bootstrap
/// uses; cells are then the distinct probabilities, and metrics of replicates are those of the drawn rows.
/// More rows are joined into cells of k_least_rows neighbours or more, of which there are about k_most_cells
/// at most, and each class of a cell gets a Poisson number of rows, or from 16 rows on a number with the same
/// mean and variance that is all but normal: the bootstrap by Poisson weights of Hanley & MacGibbon 2006.
class sample_cells {
 public:
  static constexpr std::size_t k_most_rows = std::size_t{1} << 13;
  static constexpr std::size_t k_most_cells = std::size_t{1} << 11;
  static constexpr std::size_t k_least_rows = 8;

  /// `groups` are the rows of `rows` by distinct probability; rows of weight 0 may be among them or not.
  sample_cells(const binary_rows& rows, const std::vector<tie_group>& groups, const bin_edges& edges);

  [[nodiscard]] const std::vector<cell>& cells() const noexcept { return cells_; }
  [[nodiscard]] std::size_t bins() const noexcept { return bins_; }
  /// The weights of the sample itself.
  [[nodiscard]] cell_weights whole() const;
  /// Those of replicate number `replicate`.
  void draw(std::uint64_t seed, std::uint64_t replicate, cell_weights& weights) const;
  /// The same rows with labels as a calibrated forecast has them, each an event when the low half of u n is
  /// below its probability; of cells a Poisson number of events and one of others.
  void draw_calibrated(std::uint64_t seed, std::uint64_t replicate, cell_weights& weights) const;

 private:
  void number_rows(const binary_rows& rows, const std::vector<tie_group>& groups);

  std::vector<cell> cells_;
  std::size_t bins_;
  std::vector<std::uint32_t> place_of_row_;  // 2 cell + label; empty when cells are drawn
  std::vector<double> weight_of_row_;        // empty: all 1
};

}  // namespace assay::inline v1::calibration::internal
