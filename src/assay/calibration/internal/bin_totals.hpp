// Sums of bins as plain numbers, and what is read from them.
#pragma once

#include <cstddef>
#include <vector>

#include "assay/calibration/binning.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// Sums of the rows of one bin.
struct bin_total {
  double count = 0.0;      ///< rows
  double weight = 0.0;     ///< sum w
  double sum_prob = 0.0;   ///< sum w p
  double sum_label = 0.0;  ///< sum w y
  double residual = 0.0;   ///< sum w (p - y)
  double squares = 0.0;    ///< sum w^2
  double mean_prob = 0.0;  ///< sum_prob / weight; exactly the probability where all rows share it

  [[nodiscard]] bool empty() const { return !(weight > 0.0); }
  [[nodiscard]] double mean_label() const { return sum_label / weight; }
  /// Rows of equal weight that would be as informative.
  [[nodiscard]] double effective() const { return weight == squares ? weight : weight * weight / squares; }
};

/// Sums of all bins; a route that has no use for a sum leaves it 0.
struct bin_totals {
  std::vector<double> edges;
  std::vector<bin_total> bins;
  double weight = 0.0;  ///< of all bins
};

/// Calibration error; needs residual, and weight unless the norm is l1 with bins by weight.
double calibration_error(const bin_totals& totals, error_norm norm, bin_weighting weighting);
/// Table; needs all but residual.
reliability_table_result table_of(const bin_totals& totals, double level, const char* function,
                                  const context& ctx);

}  // namespace assay::inline v1::calibration::internal
