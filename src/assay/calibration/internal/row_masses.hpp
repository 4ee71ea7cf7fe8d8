// Rows of labels and probabilities as point masses for kernel smoothing.
#pragma once

#include <vector>

#include "assay/calibration/internal/kernel_smoothing.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// What a row weighs, as a share of the weight of all.
enum class mass_kind {
  residual,  ///< w (y - p)
  weight,    ///< w
  event      ///< w y
};

/// The axis that is smoothed.
enum class mass_axis {
  interval,  ///< the probability, reflected at 0 and 1
  line       ///< its logit; rows at 0 and 1 are infinitely far away
};

/// Masses of rows. Few rows give one mass a distinct probability. Many are gathered on a grid of 2^15 cells
/// in one pass, which serves kernels with a standard deviation of 16 cells or more.
class row_masses {
 public:
  /// Checks all values. The rows must outlive the masses.
  row_masses(const context& ctx, const checker& check, const binary_rows& rows, mass_kind kind,
             mass_axis axis);

  /// Masses for a kernel of this standard deviation, by ascending place.
  const std::vector<point_mass>& for_sigma(double sigma);
  /// Sum of the absolute masses at the ends of the line, probabilities 0 and 1; 0 on the interval.
  [[nodiscard]] double at_infinity() const noexcept { return at_infinity_; }
  [[nodiscard]] smoothing_grid grid(double sigma) const;
  /// Smallest standard deviation that the masses gathered serve; 0 where each row has its own.
  [[nodiscard]] double least_gathered_sigma() const noexcept;
  /// Sum of the weights of the rows.
  [[nodiscard]] double total_weight() const noexcept { return total_; }

 private:
  void gather();
  void sort();

  const context& ctx_;
  const checker& check_;
  binary_rows rows_;
  mass_kind kind_;
  mass_axis axis_;
  double total_ = 0.0;
  double at_infinity_ = 0.0;
  std::vector<point_mass> gathered_;  // empty for few rows
  std::vector<point_mass> exact_;     // empty until needed
};

}  // namespace assay::inline v1::calibration::internal
