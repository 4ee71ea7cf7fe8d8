// Cubic splines over equally spaced knots in [0, 1], fitted by least squares.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "assay/calibration/spline_calibration.hpp"

namespace assay::inline v1::calibration::internal {

/// The spline's values and second derivatives at the knots (m_j), of which the values determine the rest.
class cubic_spline {
 public:
  cubic_spline(std::size_t knots, spline_runout runout);

  /// Adds a point to the least-squares problem.
  void add(double t, double value, double weight);
  /// Solves it. Where points are too few, the smoothest of the best splines.
  void solve();
  /// First derivative.
  [[nodiscard]] double slope(double t) const;

 private:
  /// A linear function of (m_j, m_j+1, y_j, y_j+1).
  using row = std::array<double, 4>;
  [[nodiscard]] std::size_t interval(double t) const;
  [[nodiscard]] row value_row(std::size_t j, double t) const;
  [[nodiscard]] row slope_row(std::size_t j, double t) const;
  [[nodiscard]] std::vector<double> second_derivatives_of_values(spline_runout runout) const;
  void add_derivatives(std::vector<double>& of_m, const std::vector<double>& right_m,
                       std::vector<double>& normal, std::vector<double>& right) const;

  std::size_t knots_;
  double width_;                     // of an interval
  std::vector<double> derivatives_;  // (knots, knots): second derivatives from values
  std::vector<row> products_;        // (intervals, 4) rows of the normal equations, in intervals
  std::vector<row> right_;           // (intervals)
  std::vector<double> m_, y_;
};

}  // namespace assay::inline v1::calibration::internal
