// Isotonic regressions of many replicates, kept as their flat pieces, and pointwise percentiles over them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/corp_bands.hpp"
#include "assay/calibration/internal/consistency_draws.hpp"
#include "assay/core/context.hpp"
#include "assay/core/isotonic_regression.hpp"

namespace assay::inline v1::calibration::internal {

/// Adds the groups that were drawn; `drawn` receives their numbers.
isotonic_regression regression_of(const group_draws& draws, std::vector<std::uint32_t>& drawn);

/// Value of the isotonic regression at each group.
std::vector<double> isotonic_values(const std::vector<tie_group>& groups);

/// A flat piece of a regression: the numbers of its first and last group that was drawn.
struct flat_piece {
  std::uint32_t first;
  std::uint32_t last;
  double value;
};
using flat_pieces = std::vector<flat_piece>;

flat_pieces pieces_of(const isotonic_regression& regression, const std::vector<std::uint32_t>& drawn);
flat_pieces pieces_of(const group_draws& draws);

/// Reads one regression at ascending groups: linear between pieces, constant beyond the ends.
class piece_reader {
 public:
  piece_reader(const flat_pieces& pieces, std::size_t first_group);
  double at(const std::vector<tie_group>& groups, std::size_t group);

 private:
  const flat_pieces* pieces_;
  std::size_t piece_ = 0;
};

/// A band, one entry a group.
struct curve_band {
  std::vector<double> lower;
  std::vector<double> upper;
};

/// Pointwise percentiles of curves.
curve_band band_of_curves(const context& ctx, const char* function, const std::vector<flat_pieces>& curves,
                          const std::vector<tie_group>& groups, double level);

/// Pointwise percentiles of the curves of replicates whose labels are drawn with the rates `centre`; of the
/// options, level, n_boot and seed count.
curve_band resampled_band(const context& ctx, const char* function, const row_groups& rows,
                          const std::vector<double>& centre, const corp_band_options& options);

}  // namespace assay::inline v1::calibration::internal
