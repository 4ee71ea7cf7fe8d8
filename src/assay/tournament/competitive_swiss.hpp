// The competitive Swiss system: rules, and its exact solution for small fields.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/tournament/win_tensor.hpp"

namespace assay::inline v1::tournament {

/// What happens when more players must leave than the lowest score group has.
enum class overflow_rule {
  cap,     ///< only the lowest group leaves
  cascade  ///< the next group goes on losing players
};

/// Rules of a tournament and bounds of its exact solution.
struct competitive_swiss_exact_options {
  /// Points for the odd one out of a score group: a multiple of 0.5 between 0 and 1000.
  double bye_points = 0.0;
  /// What equal scores on the benchmark of the round are worth.
  tie_rule ties = tie_rule::half;
  /// What happens when more players must leave than the lowest score group has.
  overflow_rule elimination_overflow = overflow_rule::cap;
  /// (k) 1 where a larger score of a benchmark is better, 0 where a smaller one is; absent means all 1.
  integer_view higher_is_better = {};
  /// Most states (points of all players and who is still active) to visit before giving up.
  std::int64_t state_budget = 5'000'000;
};

/// Exact distribution of a competitive Swiss tournament.
struct competitive_swiss_exact_result {
  /// (m) expected total points of each player.
  array expected_win_score;
  /// (m) variance of the total points of each player over tournaments.
  array variance;
  /// (m, m) probability of each rank (column, 0 is best) by total points alone; players level on points share
  /// the ranks they occupy evenly.
  array rank_probability;
  /// (k, m) probability that a player is still active after the elimination of each round.
  array active_probability;
  /// (k) expected number of matches of each round.
  array matches_per_round;
};

/// Exact expectation of the competitive Swiss system by enumeration of all pairings, byes and eliminations.
///
/// Round b is played on benchmark b. Players level on points form a group and are paired at random inside it;
/// the odd one out has a bye; the better score on the benchmark wins a point. Then eliminate_per_round[b]
/// players, drawn at random from the lowest group of those still active, leave and keep their points.
/// Rematches are allowed: every round is another benchmark. Note that the number of matches shrinks from
/// round to round, since ever fewer players are level on points: see matches_per_round.
///
/// @param scores        (m, k) score of each of m players on each of k benchmarks, finite; only the order
///                      within a benchmark matters
/// @param eliminate_per_round  (k) number of players that leave after each round, >= 0
/// @param options       value of byes and ties, elimination rule, direction of the benchmarks, state budget
/// @param ctx           running conditions
/// @return              expectation, variance and distribution of ranks
/// @throws shape_error  scores are empty (empty_input); eliminate_per_round or higher_is_better has not k
///                      elements (length_mismatch)
/// @throws value_error  a score is NaN or infinite (non_finite); eliminate_per_round holds a negative number
///                      (out_of_range); bye_points is not allowed (bad_parameter); more states than
///                      state_budget (budget_exceeded): simulate instead
/// @accuracy            1e-12 absolute (compensated sums); same bits on every target
/// @cost                grows with the number of distinct outcomes: practical for up to about 10 players
/// @source              Liu et al. 2025 (competitive Swiss-system dynamics), with the reading of its rules
///                      given above
/// @example             {"scores": [[57, 91], [59, 47], [61, 72]], "eliminate_per_round": [1, 0]}
competitive_swiss_exact_result competitive_swiss_exact(matrix_view scores, integer_view eliminate_per_round,
                                                       const competitive_swiss_exact_options& options = {},
                                                       const context& ctx = {});

}  // namespace assay::inline v1::tournament
