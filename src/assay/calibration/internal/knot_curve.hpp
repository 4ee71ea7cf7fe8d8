// Maps of probabilities given by knots, and isotonic regression as such a map.
#pragma once

#include <cstdint>
#include <vector>

#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration::internal {

/// Value at `at` of the broken line through the knots (x ascending), constant beyond the ends.
double broken_line(const std::vector<double>& x, const std::vector<double>& y, double at);

/// A non-decreasing map: straight between knots or constant from each knot to the next, constant beyond.
struct knot_curve {
  std::vector<double> x;  ///< ascending
  std::vector<double> y;  ///< never decreasing
  bool step = false;

  [[nodiscard]] double at(double point) const;
  /// Number of distinct values in y.
  [[nodiscard]] std::int64_t distinct() const;

  void write(model_writer& out) const;
  /// Knots and values, checked to ascend within [0, 1].
  static knot_curve read(model_reader& in);
};

/// Which points of an isotonic regression become knots.
enum class isotonic_knots {
  ends,     ///< both ends of every flat piece
  all,      ///< every distinct probability, with a slope that keeps their order
  centers,  ///< the weighted mean probability of every flat piece
};

/// Share of the order-keeping slope in isotonic_knots::all: far below any sampling error, and so far above
/// rounding that 2^30 distinct probabilities keep their order.
inline constexpr double k_order_share = 0x1p-20;

/// Fits; rows of weight 0 are left out.
knot_curve isotonic_curve(const checker& check, const binary_rows& rows, isotonic_knots knots);

}  // namespace assay::inline v1::calibration::internal
