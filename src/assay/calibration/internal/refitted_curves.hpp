// Isotonic regressions of many replicates, kept as their flat pieces, and pointwise percentiles over them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/consistency_draws.hpp"
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

}  // namespace assay::inline v1::calibration::internal
