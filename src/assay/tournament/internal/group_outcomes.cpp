#include "assay/tournament/internal/group_outcomes.hpp"

#include <algorithm>
#include <bit>

namespace assay::inline v1::tournament::detail {
namespace {

// State of a half-paired group: points of every player so far, then who is still without opponent (two
// words).
using words = std::vector<std::uint16_t>;

player_set unpaired_of(std::span<const std::uint16_t> state) {
  return static_cast<player_set>(state[state.size() - 2]) | static_cast<player_set>(state[state.size() - 1])
                                                                << 16;
}

void set_unpaired(words& state, player_set players) {
  state[state.size() - 2] = static_cast<std::uint16_t>(players & 0xffff);
  state[state.size() - 1] = static_cast<std::uint16_t>(players >> 16);
}

std::uint32_t lowest(player_set players) { return static_cast<std::uint32_t>(std::countr_zero(players)); }
player_set bit(std::uint32_t player) { return player_set{1} << player; }

}  // namespace

const std::vector<group_outcome>& group_outcomes::of(player_set group) {
  const auto found = known_.find(group);
  return found != known_.end() ? found->second : known_.emplace(group, find(group)).first->second;
}

// The (n - 1)!! pairings are walked pair by pair: the lowest player left meets each of the others with equal
// probability, and what has the same points and the same players left merges. With n odd, each has the bye
// first.
std::vector<group_outcome> group_outcomes::find(player_set group) {
  const int size = std::popcount(group);
  words state(rules_.players + 2, 0);
  state_table table(state.size(), budget_);
  if (size % 2 == 0) {
    set_unpaired(state, group);
    table.add(state.data(), 1.0);
  } else {
    for (player_set left = group; left != 0; left &= left - 1) {
      const std::uint32_t player = lowest(left);
      state[player] = static_cast<std::uint16_t>(rules_.bye);
      set_unpaired(state, group ^ bit(player));
      table.add(state.data(), 1.0 / size);
      state[player] = 0;
    }
  }
  for (int pairs = size / 2; pairs > 0; --pairs) {
    state_table next(state.size(), budget_);
    pair_lowest(table, next);
    table = std::move(next);
  }
  std::vector<group_outcome> outcomes(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    outcomes[i].probability = table.probability(i);
    for (player_set left = group; left != 0; left &= left - 1)
      outcomes[i].points.push_back(table.state(i)[lowest(left)]);
  }
  return outcomes;
}

void group_outcomes::pair_lowest(const state_table& from, state_table& to) const {
  const std::uint32_t* labels = rules_.round_labels(round_);
  for (std::size_t i = 0; i < from.size(); ++i) {
    words state(from.state(i).begin(), from.state(i).end());
    const player_set unpaired = unpaired_of(state);
    const std::uint32_t a = lowest(unpaired);
    const player_set others = unpaired ^ bit(a);
    const double probability = from.probability(i) / std::popcount(others);
    for (player_set left = others; left != 0; left &= left - 1) {
      const std::uint32_t b = lowest(left);
      const bool level = labels[a] == labels[b];
      state[a] = static_cast<std::uint16_t>(level ? rules_.tie : labels[a] > labels[b] ? k_win : 0);
      state[b] = static_cast<std::uint16_t>(level ? rules_.tie : k_win - state[a]);
      set_unpaired(state, others ^ bit(b));
      to.add(state.data(), probability);
      state[b] = 0;
    }
  }
}

}  // namespace assay::inline v1::tournament::detail
