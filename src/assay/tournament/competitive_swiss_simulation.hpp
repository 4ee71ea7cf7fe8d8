// Monte Carlo of the competitive Swiss system, for fields of any size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/tournament/competitive_swiss.hpp"

namespace assay::inline v1::tournament {

namespace detail {
class simulation_state;
}

/// Rules of the tournaments and size of the simulation.
struct competitive_swiss_simulate_options {
  /// Points for the odd one out of a score group: a multiple of 0.5 between 0 and 1000.
  double bye_points = 0.0;
  /// What equal scores on the benchmark of the round are worth.
  tie_rule ties = tie_rule::half;
  /// What happens when more players must leave than the lowest score group has.
  overflow_rule elimination_overflow = overflow_rule::cap;
  /// (k) 1 where a larger score of a benchmark is better, 0 where a smaller one is; absent means all 1.
  integer_view higher_is_better = {};
  /// Most tournaments to simulate, at least 1.
  std::int64_t simulations = 100'000;
  /// Key of the random numbers; tournament t with this seed is the same in every run.
  std::uint64_t seed = 0;
  /// Stop early once every standard error of expected_win_score is at or below this; 0 simulates all.
  /// Intervals after early stopping are slightly optimistic.
  double target_standard_error = 0.0;
  /// Probability that an interval covers the true value, between 0 and 1.
  double level = 0.95;
  /// Tournaments between two looks at target_standard_error, at least 2; at least two blocks are simulated.
  std::int64_t block_size = 4096;
};

/// Estimates from simulated competitive Swiss tournaments.
struct competitive_swiss_simulate_result {
  /// (m) mean total points of each player.
  array expected_win_score;
  /// (m) standard error of expected_win_score; Infinity after a single tournament.
  array standard_error;
  /// (m) standard deviation of the total points of each player over tournaments (divisor n - 1; 0 for n = 1).
  array standard_deviation;
  /// (m) square of standard_deviation.
  array variance;
  /// (m) lower bound of the normal interval of expected_win_score.
  array confidence_lower;
  /// (m) upper bound of the normal interval of expected_win_score.
  array confidence_upper;
  /// (m, m) probability of each rank (column, 0 is best) by total points alone; players level on points share
  /// the ranks they occupy evenly.
  array rank_probability;
  /// (m, m) lower Wilson bound of rank_probability.
  array rank_lower;
  /// (m, m) upper Wilson bound of rank_probability.
  array rank_upper;
  /// (m, m) probability that a player (column) is among the best r + 1 (row r).
  array top_k_probability;
  /// (k, m) fraction of tournaments in which a player is still active after the elimination of each round.
  array active_probability;
  /// (k) mean number of matches of each round.
  array matches_per_round;
  /// Number of tournaments behind these numbers.
  std::uint64_t simulations_run;
};

/// A simulation of the competitive Swiss system that can be split, merged, saved and continued.
///
/// Tournament t depends on seed and t alone, and all sums are exact integers: any split into ranges, on any
/// number of threads, workers or machines, merged in any order, gives the same bits.
///
/// @simulation
/// @source  Liu et al. 2025 (competitive Swiss-system dynamics)
class competitive_swiss_simulation {
 public:
  /// A simulation in which no tournament has been run.
  ///
  /// @param scores        (m, k) score of each of m players on each of k benchmarks, finite; only the order
  ///                      within a benchmark matters
  /// @param eliminate_per_round  (k) number of players that leave after each round, >= 0
  /// @param options       rules, seed, number of simulations, precision
  /// @throws shape_error  as competitive_swiss_simulate
  /// @throws value_error  as competitive_swiss_simulate
  /// @example             {"scores": [[57, 91], [59, 47], [61, 72]], "eliminate_per_round": [1, 0]}
  competitive_swiss_simulation(matrix_view scores, integer_view eliminate_per_round,
                               const competitive_swiss_simulate_options& options = {});
  ~competitive_swiss_simulation();
  competitive_swiss_simulation(const competitive_swiss_simulation& other);
  competitive_swiss_simulation(competitive_swiss_simulation&& other) noexcept;
  competitive_swiss_simulation& operator=(const competitive_swiss_simulation& other);
  competitive_swiss_simulation& operator=(competitive_swiss_simulation&& other) noexcept;

  /// Runs tournaments first .. first + count - 1 and adds them. Left as it was when it throws.
  ///
  /// @param first  number of the first tournament
  /// @param count  how many; each tournament must be run once only
  /// @param ctx    running conditions
  void run(std::uint64_t first, std::uint64_t count, const context& ctx = {});

  /// Adds the tournaments of another simulation of the same players, rules and seed.
  ///
  /// @param other         simulation of other tournaments
  /// @throws value_error  other differs in players, rules or seed (bad_parameter)
  void merge(const competitive_swiss_simulation& other);

  /// Estimates from the tournaments so far.
  ///
  /// @return              estimates
  /// @throws state_error  no tournament has been run (degenerate)
  [[nodiscard]] competitive_swiss_simulate_result value() const;

  /// Whether target_standard_error is set and reached, after at least two blocks.
  [[nodiscard]] bool converged() const;

  /// Most tournaments to simulate, as given.
  [[nodiscard]] std::uint64_t planned() const;

  /// Tournaments between two checks of convergence, as given.
  [[nodiscard]] std::uint64_t block() const;

  /// Tournaments run so far.
  [[nodiscard]] std::uint64_t simulations_run() const;

  /// The whole state, to continue elsewhere.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The simulation that to_bytes() saved.
  ///
  /// @param bytes         what to_bytes() gave
  /// @throws value_error  bytes are damaged, cut short or of an unknown version (corrupt_bytes)
  [[nodiscard]] static competitive_swiss_simulation from_bytes(std::span<const std::byte> bytes);

 private:
  explicit competitive_swiss_simulation(std::unique_ptr<detail::simulation_state> state);

  std::unique_ptr<detail::simulation_state> state_;
};

/// Expected points, ranks and survival in the competitive Swiss system by simulation, with standard errors.
///
/// Round b is played on benchmark b. Players level on points form a group and are paired at random inside it;
/// the odd one out has a bye; the better score on the benchmark wins a point. Then eliminate_per_round[b]
/// players, drawn at random from the lowest group of those still active, leave and keep their points. The
/// number of matches shrinks from round to round, since ever fewer players are level on points: see
/// matches_per_round.
///
/// Draws: the entries start in the order of the players. For every round the entry at position p gets
/// half-word p of the Philox stream (seed, tournament, round); sorted by (eliminated, points, half-word),
/// those who leave come first, then neighbours of a group play and its last odd one has the bye. Equal
/// half-words are decided by further words, never by index.
///
/// @param scores        (m, k) score of each of m players on each of k benchmarks, finite; only the order
///                      within a benchmark matters
/// @param eliminate_per_round  (k) number of players that leave after each round, >= 0
/// @param options       rules, seed, number of simulations, precision
/// @param ctx           running conditions; results do not depend on the number of threads
/// @return              estimates with standard errors and intervals
/// @throws shape_error  scores are empty (empty_input); eliminate_per_round or higher_is_better has not k
///                      elements (length_mismatch)
/// @throws value_error  a score is NaN or infinite (non_finite); eliminate_per_round holds a negative number
///                      (out_of_range); simulations < 1, block_size < 2, bye_points, level or
///                      target_standard_error not allowed (bad_parameter)
/// @accuracy            sums are exact integers, divided once at the end; same bits on every target and
///                      thread count
/// @cost                O(simulations k m log m) time; about 0.3 microseconds a tournament of 32 players and
///                      10 rounds
/// @source              Liu et al. 2025 (competitive Swiss-system dynamics), with the reading of its rules
///                      given above
/// @parallel            competitive_swiss_simulation
/// @example             {"scores": [[57, 91], [59, 47], [61, 72]], "eliminate_per_round": [1, 0], "seed": 7}
competitive_swiss_simulate_result competitive_swiss_simulate(
    matrix_view scores, integer_view eliminate_per_round,
    const competitive_swiss_simulate_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::tournament
