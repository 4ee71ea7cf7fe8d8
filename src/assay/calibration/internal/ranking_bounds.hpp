// What histograms of both classes say of metrics of the rows: the smallest and the largest value that any
// order within the cells gives.
#pragma once

#include <vector>

#include "assay/calibration/internal/ranking_cells.hpp"

namespace assay::inline v1::calibration::internal {

/// The metric of the rows lies in low .. high, but for rounding.
struct metric_range {
  double low;
  double high;
  [[nodiscard]] double middle() const noexcept { return low + (high - low) / 2.0; }
  [[nodiscard]] double error() const noexcept { return (high - low) / 2.0; }
};

/// Cells in ascending order with the weights of both classes.
struct cell_ranking {
  std::vector<filled_cell> cells;
  double others = 0.0;
  double events = 0.0;

  explicit cell_ranking(std::vector<filled_cell> from);
  [[nodiscard]] double weight() const noexcept { return others + events; }
  [[nodiscard]] bool both_classes() const noexcept { return others > 0.0 && events > 0.0; }
};

/// Both classes must have weight for area and equal error rate, events for average precision.
metric_range area_range(const cell_ranking& ranking);
metric_range average_precision_range(const cell_ranking& ranking);
metric_range equal_error_range(const cell_ranking& ranking);
/// Largest absolute running sum of p - y over the weight.
metric_range residual_range(const cell_ranking& ranking);
/// Brier score of the isotonic regression.
metric_range recalibrated_range(const cell_ranking& ranking);

}  // namespace assay::inline v1::calibration::internal
