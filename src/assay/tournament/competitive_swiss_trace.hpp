// One simulated tournament, round by round, for looking at.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/view.hpp"
#include "assay/tournament/competitive_swiss.hpp"

namespace assay::inline v1::tournament {

/// Rules of the tournament and which one of a simulation to show.
struct competitive_swiss_trace_options {
  /// Points for the odd one out of a score group: a multiple of 0.5 between 0 and 1000.
  double bye_points = 0.0;
  /// What equal scores on the benchmark of the round are worth.
  tie_rule ties = tie_rule::half;
  /// What happens when more players must leave than the lowest score group has.
  overflow_rule elimination_overflow = overflow_rule::cap;
  /// (k) 1 where a larger score of a benchmark is better, 0 where a smaller one is; absent means all 1.
  integer_view higher_is_better = {};
  /// Key of the random numbers, as in competitive_swiss_simulate.
  std::uint64_t seed = 0;
  /// Number of the tournament within the simulation, from 0.
  std::uint64_t simulation = 0;
};

/// What happened in each round of one tournament.
struct competitive_swiss_trace_result {
  /// (k, p, 2) int32 players of each match of a round, p = max(1, floor(m / 2)) rows; -1 beyond the last.
  array pairs;
  /// (k, p) points of the first player of the match: 1, 0.5 or 0; 0 beyond the last match.
  array first_points;
  /// (k, p) points of the second player of the match.
  array second_points;
  /// (k, m) int32 1 for a player with a bye in the round, else 0.
  array bye;
  /// (k, m) total points of each player after the round.
  array points;
  /// (k, m) int32 1 for a player still active after the elimination of the round, else 0.
  array active;
  /// (k) int32 number of matches of the round.
  array matches_per_round;
};

/// Pairs, byes, points and eliminations of one tournament of competitive_swiss_simulate.
///
/// @param scores        (m, k) score of each of m players on each of k benchmarks, finite
/// @param eliminate_per_round  (k) number of players that leave after each round, >= 0
/// @param options       rules, seed and number of the tournament
/// @return              one row a round
/// @throws shape_error  scores are empty (empty_input); eliminate_per_round or higher_is_better has not k
///                      elements (length_mismatch)
/// @throws value_error  a score is NaN or infinite (non_finite); eliminate_per_round holds a negative number
///                      (out_of_range); bye_points is not allowed (bad_parameter)
/// @accuracy            exact: the very tournament of the simulation, on every target
/// @cost                O(k m log m)
/// @source              Liu et al. 2025 (competitive Swiss-system dynamics)
/// @example             {"scores": [[57, 91], [59, 47], [61, 72]], "eliminate_per_round": [1, 0], "seed": 7}
competitive_swiss_trace_result competitive_swiss_trace(matrix_view scores, integer_view eliminate_per_round,
                                                       const competitive_swiss_trace_options& options = {});

}  // namespace assay::inline v1::tournament
