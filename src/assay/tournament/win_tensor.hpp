// Who beats whom on which benchmark.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::tournament {

/// What a match is worth when both players have the same score on its benchmark.
enum class tie_rule {
  half,  ///< half a point to each
  none   ///< nothing to either
};

/// How win_tensor compares.
struct win_tensor_options {
  /// What equal scores are worth.
  tie_rule ties = tie_rule::half;
  /// (k) 1 where a larger score of a benchmark is better, 0 where a smaller one is; absent means all 1.
  integer_view higher_is_better = {};
};

/// Points that each player takes from each other on each benchmark.
///
/// w[i][j][b] is 1 if player i has the better score on benchmark b, 0 if the worse, and for equal scores 1/2
/// or 0 (option ties). A player meets nobody but others: w[i][i][b] = 0.
///
/// @param scores        (m, k) score of each of m players on each of k benchmarks, finite
/// @param options       value of ties, direction of the benchmarks
/// @param ctx           running conditions
/// @return              (m, m, k) points of the first player against the second on a benchmark
/// @throws shape_error  scores are empty (empty_input); higher_is_better has not k elements (length_mismatch)
/// @throws value_error  a score is NaN or infinite (non_finite); higher_is_better holds anything but 0 and 1
///                      (bad_label)
/// @accuracy            exact
/// @cost                O(m^2 k) time and memory; the simulations never build it
/// @source              Liu et al. 2025 (competitive Swiss-system dynamics)
/// @example             {"scores": [[51, 51, 57], [54, 55, 56], [57, 50, 54]], "ties": "half"}
array win_tensor(matrix_view scores, const win_tensor_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::tournament
