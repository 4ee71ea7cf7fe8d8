// The path of nearly-isotonic regression: minimisers of sum w (y - b)^2/2 + lambda sum max(0, b_i - b_(i+1))
// for all lambda >= 0, from the data themselves to isotonic regression. Tibshirani, Hoefling & Tibshirani
// 2011: blocks of equal value merge as lambda grows and never split, so that the path is a forest.
#pragma once

#include <cstddef>
#include <vector>

#include "assay/calibration/internal/sorted_rows.hpp"

namespace assay::inline v1::calibration::internal {

/// Neighbouring groups that share one value in the solutions born .. merged.
struct near_isotonic_block {
  std::size_t first;   ///< its first group
  std::size_t born;    ///< number of the first solution with it
  std::size_t merged;  ///< number of the first solution without it
  std::size_t parent;  ///< the block that it merges into; itself when it stays
  double weight;
  double events;
  double slope;  ///< 1 below its left neighbour, -1 above its right one, 0 neither or both

  [[nodiscard]] double value(double lambda) const;
};

struct near_isotonic_path {
  /// Solution i is that at lambdas[i]: 0, then where blocks merge; the last one never falls.
  std::vector<double> lambdas;
  /// In the order of their birth, those of solution 0 from left to right.
  std::vector<near_isotonic_block> blocks;

  [[nodiscard]] std::size_t solutions() const noexcept { return lambdas.size(); }
  /// Number of blocks of each solution.
  [[nodiscard]] std::vector<double> counts() const;
};

/// Values and places that agree to 2^-40 count as equal, so that rounded weights do not part blocks that meet
/// at the same place. O(n log n) for n groups.
near_isotonic_path near_isotonic(const std::vector<tie_group>& groups);

}  // namespace assay::inline v1::calibration::internal
