// The rules of one competitive Swiss tournament in the form that all of its solvers work on: small whole
// numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/view.hpp"
#include "assay/tournament/competitive_swiss.hpp"

namespace assay::inline v1::tournament::detail {

/// Points are counted in halves, so that they are whole numbers.
inline constexpr std::uint32_t k_win = 2;
/// The points of a tournament must fit 15 bits, beside the mark of those who have left.
inline constexpr std::uint32_t k_max_points = 32767;

struct tournament_rules {
  std::uint32_t players = 0;
  std::uint32_t rounds = 0;
  std::vector<std::uint32_t>
      labels;  ///< (rounds, players) place of a score on the benchmark, larger is better; ties share
  std::vector<std::uint8_t> has_ties;  ///< (rounds) 1 where two players have the same label
  std::vector<std::uint32_t> leavers;  ///< (rounds) players that leave after the round, at most all
  std::uint32_t bye = 0;               ///< halves for the odd one out
  std::uint32_t tie = 1;               ///< halves for each of two players with the same label
  bool cascade = false;                ///< the next group goes on losing players

  /// Most points (in halves) that a player can reach.
  [[nodiscard]] std::uint32_t most_points() const { return rounds * (bye > k_win ? bye : k_win); }
  [[nodiscard]] const std::uint32_t* round_labels(std::uint32_t round) const {
    return labels.data() + static_cast<std::size_t>(round) * players;
  }
  bool operator==(const tournament_rules&) const = default;
};

/// The options that every function of the competitive Swiss system shares.
struct rule_options {
  double bye_points;
  tie_rule ties;
  overflow_rule elimination_overflow;
  integer_view higher_is_better;
};

template <class Options>
rule_options rule_options_of(const Options& options) {
  return {options.bye_points, options.ties, options.elimination_overflow, options.higher_is_better};
}

/// Checks everything but eliminate_per_round: nobody leaves.
tournament_rules make_rules(const checker& check, const matrix_view& scores, const rule_options& options);
/// Checks everything.
tournament_rules make_rules(const checker& check, const matrix_view& scores,
                            const integer_view& eliminate_per_round, const rule_options& options);

/// Fills has_ties from the labels.
void find_ties(tournament_rules& rules);

/// Checks scores and the directions of the benchmarks alone.
void check_scores(const checker& check, const matrix_view& scores, const integer_view& higher_is_better);
/// Score of player i on benchmark b, turned so that larger is better.
inline double better_when_larger(const matrix_view& scores, const integer_view& higher_is_better,
                                 std::size_t i, std::size_t b) {
  const bool larger = !higher_is_better.present() || higher_is_better(b) == 1.0;
  return larger ? scores(i, b) : -scores(i, b);
}

}  // namespace assay::inline v1::tournament::detail
