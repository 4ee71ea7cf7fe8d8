// What can happen in one score group of one round.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "assay/tournament/internal/state_table.hpp"
#include "assay/tournament/internal/tournament_rules.hpp"

namespace assay::inline v1::tournament::detail {

/// A set of players, one bit each.
using player_set = std::uint32_t;
inline constexpr std::uint32_t k_most_exact_players = 32;

/// Halves of a point that each player of a group gets, with the probability of this outcome.
struct group_outcome {
  std::vector<std::uint16_t> points;  ///< one a member, in the order of the players
  double probability;
};

/// Outcomes of the groups of one round, each found once.
class group_outcomes {
 public:
  group_outcomes(const tournament_rules& rules, std::uint32_t round, state_budget& budget)
      : rules_(rules), round_(round), budget_(budget) {}

  const std::vector<group_outcome>& of(player_set group);

 private:
  [[nodiscard]] std::vector<group_outcome> find(player_set group);
  void pair_lowest(const state_table& from, state_table& to) const;

  const tournament_rules& rules_;
  std::uint32_t round_;
  state_budget& budget_;
  std::unordered_map<player_set, std::vector<group_outcome>> known_;
};

}  // namespace assay::inline v1::tournament::detail
