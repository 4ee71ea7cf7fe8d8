// Point masses smoothed by a Gaussian kernel on a grid: on the line, or on [0, 1] with reflection at both
// ends.
//
// The grid is fine for the kernel (16 nodes a standard deviation or more). A mass is split among the six
// nodes around it so that its moments up to the fifth are kept; what the kernel sees of the split is below
// 1e-8 of its height. The kernel is cut off at 8.7 standard deviations, where it is 4e-17 of its height.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// A mass at a place of the axis.
struct point_mass {
  double place;
  double mass;
};

/// Weights of the nodes floor - 2 .. floor + 3 for a place `t` in [0, 1) after the node `floor`: the Lagrange
/// polynomials, exact at t = 0.
inline std::array<double, 6> six_point_weights(double t) noexcept {
  const double a = t + 2.0, b = t + 1.0, c = t - 1.0, d = t - 2.0, e = t - 3.0;
  const double ab = a * b, de = d * e, tc = t * c;
  return {b * tc * de * (-1.0 / 120.0), a * tc * de * (1.0 / 24.0),  ab * c * de * (-1.0 / 12.0),
          ab * t * de * (1.0 / 12.0),   ab * tc * e * (-1.0 / 24.0), ab * tc * d * (1.0 / 120.0)};
}

/// Nodes at j / scale and a kernel that reaches so many of them.
struct smoothing_grid {
  double scale = 1.0;       ///< nodes in one unit of the axis
  double deviation = 16.0;  ///< standard deviation of the kernel in nodes
  std::int64_t reach = 0;   ///< nodes to either side
  std::int64_t last = -1;   ///< node at place 1 when the axis is reflected, else -1

  [[nodiscard]] bool reflected() const noexcept { return last >= 0; }
};

/// Smallest standard deviations that are told from smaller ones: places are doubles.
inline constexpr double k_least_sigma = 0x1p-40;
inline constexpr double k_least_sigma_on_line = 0x1p-30;
/// Grids up to here are treated as one piece.
inline constexpr std::int64_t k_most_dense_nodes = std::int64_t{1} << 15;

/// [0, 1] with reflection. Beyond sigma = 3 the kernel is 1 to the last digit: 2 e^(-9 pi^2 / 2) < 1e-19.
smoothing_grid grid_on_interval(double sigma);
smoothing_grid grid_on_line(double sigma);

/// Nodes first .. last and the masses begin .. end - 1 that reach them.
struct smoothing_window {
  std::int64_t first;
  std::int64_t last;
  std::size_t begin;
  std::size_t end;
  bool lone;  ///< a single mass that no other comes near: smoothing leaves its size
};

/// Windows that cover everything the masses (ascending places) reach, in ascending order.
std::vector<smoothing_window> windows_of(const smoothing_grid& grid, const std::vector<point_mass>& masses);

/// The kernel on one grid.
class smoother {
 public:
  explicit smoother(const smoothing_grid& grid);

  /// The smoothed density a node, at the nodes first - 1 .. last + 1 of a window.
  [[nodiscard]] std::vector<double> density(const std::vector<point_mass>& masses,
                                            const smoothing_window& window) const;
  /// The masses split among nodes, at the nodes first .. last of a window (reflected: within 0 .. last node).
  [[nodiscard]] std::vector<double> split(const std::vector<point_mass>& masses,
                                          const smoothing_window& window) const;

 private:
  smoothing_grid grid_;
  std::vector<double> taps_;  // kernel at -reach .. reach
};

/// Integral of the absolute value of the smoothed masses.
double absolute_integral(const context& ctx, const char* function, const smoothing_grid& grid,
                         const std::vector<point_mass>& masses);

/// From `place` on, up to the next one, the smoothed masses have this sign.
struct sign_piece {
  double place;
  double sign;
};
std::vector<sign_piece> sign_pieces(const smoothing_grid& grid, const std::vector<point_mass>& masses);

}  // namespace assay::inline v1::calibration::internal
