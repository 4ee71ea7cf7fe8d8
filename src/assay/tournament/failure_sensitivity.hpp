// How much a player's expected points depend on being eliminated for losing.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/tournament/competitive_swiss.hpp"

namespace assay::inline v1::tournament {

/// How the expected points are found.
enum class sensitivity_mode {
  exact,    ///< enumeration (competitive_swiss_exact): small fields
  simulate  ///< Monte Carlo (competitive_swiss_simulate) with the same draws for every number of eliminations
};

/// Rules, grid of eliminations and method of failure_sensitivity.
struct failure_sensitivity_options {
  /// (g) numbers of players that leave after every round, each >= 0, at least two different ones; 0, 1, 2, 3
  /// when absent.
  integer_view eliminate_grid = {};
  /// Enumeration or simulation.
  sensitivity_mode mode = sensitivity_mode::exact;
  /// Points for the odd one out of a score group: a multiple of 0.5 between 0 and 1000.
  double bye_points = 0.0;
  /// What equal scores on the benchmark of the round are worth.
  tie_rule ties = tie_rule::half;
  /// What happens when more players must leave than the lowest score group has.
  overflow_rule elimination_overflow = overflow_rule::cap;
  /// (k) 1 where a larger score of a benchmark is better, 0 where a smaller one is; absent means all 1.
  integer_view higher_is_better = {};
  /// Most states of each exact solution.
  std::int64_t state_budget = 5'000'000;
  /// Tournaments for each number of eliminations, at least 1 (mode simulate).
  std::int64_t simulations = 100'000;
  /// Key of the random numbers (mode simulate).
  std::uint64_t seed = 0;
  /// Players whose risk_score lies above this are robust generalists.
  double generalist_threshold = 0.5;
  /// Players whose risk_score lies below this are aggressive specialists.
  double specialist_threshold = -0.5;
};

/// Expected points along the grid, and their slope.
struct failure_sensitivity_result {
  /// (g, m) expected total points of each player for each number of eliminations.
  array expected_win_score;
  /// (m) least squares slope of expected_win_score against the number of eliminations, in points per
  /// elimination.
  array sensitivity;
  /// (m) standard error of sensitivity from the slopes of single tournaments; 0 in mode exact, Infinity after
  /// a single one.
  array standard_error;
  /// (m) sensitivity divided by the expected points at the first number of the grid; 0 where both are 0,
  /// infinite where only the latter is.
  array relative_sensitivity;
  /// (g, m) int32 number of players with more expected points (by more than 1e-12), for each number of
  /// eliminations; 0 is best.
  array rank_by_elimination;
  /// (m) robust z-score of sensitivity in the field: (sensitivity - median) / (1.4826 median absolute
  /// deviation); without deviation 0 at the median and infinite elsewhere.
  array risk_score;
  /// (m) int32 1 robust generalist, -1 aggressive specialist, 0 neither.
  array risk_class;
};

/// Failure sensitivity: how expected points change as more players are eliminated after every round.
///
/// For every number T of the grid all rounds eliminate T players. The slope of the expected points against T
/// tells robust players (little or no loss) from specialists (steep loss). Slopes are mostly negative, since
/// fewer opponents are left to beat: only the comparison within the field means something.
///
/// @param scores        (m, k) score of each of m players on each of k benchmarks, finite
/// @param options       grid, method, rules, thresholds of the risk classes
/// @param ctx           running conditions; results do not depend on the number of threads
/// @return              expected points along the grid, slopes, ranks and risk classes
/// @throws shape_error  scores are empty (empty_input); higher_is_better has not k elements (length_mismatch)
/// @throws value_error  a score is NaN or infinite (non_finite); eliminate_grid holds a number outside
///                      0 .. 1000000 (out_of_range), fewer than two different ones, or too large ones for the
///                      sums of so many simulations (bad_parameter); simulations < 1, bye_points or a
///                      threshold not allowed (bad_parameter); more states than state_budget
///                      (budget_exceeded): use mode simulate
/// @accuracy            mode exact 1e-12 absolute; mode simulate exact integer sums, divided once; same bits
///                      on every target
/// @cost                g times the exact solution or the simulation
/// @source              Liu et al. 2025 (failure sensitivity analysis); the risk classes are this library's
///                      reading
/// @example             {"scores": [[76, 84], [65, 68], [93, 42], [71, 62]], "eliminate_grid": [0, 1, 2]}
failure_sensitivity_result failure_sensitivity(matrix_view scores,
                                               const failure_sensitivity_options& options = {},
                                               const context& ctx = {});

}  // namespace assay::inline v1::tournament
