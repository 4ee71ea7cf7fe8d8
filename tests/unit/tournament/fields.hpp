// Fields of players for the tests of tournaments.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

#include "assay/core/view.hpp"
#include "support/random.hpp"

namespace assay::testing {

/// Scores of players on benchmarks, and how many players leave after each round.
struct field {
  std::size_t players = 0;
  std::size_t rounds = 0;
  std::vector<double> scores;
  std::vector<std::int32_t> leavers;

  [[nodiscard]] matrix_view view() const { return {scores, players, rounds}; }
};

/// Random scores. With `levels` > 0 they are whole numbers below it, so that players tie on benchmarks.
inline field random_field(std::uint64_t seed, std::size_t players, std::size_t rounds, int leavers = 0,
                          int levels = 0) {
  generator random(seed);
  field result{players, rounds, std::vector<double>(players * rounds),
               std::vector<std::int32_t>(rounds, leavers)};
  for (double& score : result.scores)
    score =
        levels > 0 ? static_cast<double>(random.below(static_cast<std::uint64_t>(levels))) : random.uniform();
  return result;
}

/// Player 0 is best everywhere, then player 1 ...
inline field dominance_chain(std::size_t players, std::size_t rounds) {
  field result{players, rounds, std::vector<double>(players * rounds), std::vector<std::int32_t>(rounds, 0)};
  for (std::size_t i = 0; i < players; ++i)
    for (std::size_t k = 0; k < rounds; ++k) result.scores[i * rounds + k] = static_cast<double>(players - i);
  return result;
}

/// Matches of each round without ties, byes for points and eliminations: a group of n sends floor(n / 2) up,
/// whatever the draw (spec of the competitive Swiss system).
inline std::vector<double> matches_without_chance(std::size_t players, std::size_t rounds) {
  std::map<std::size_t, std::size_t> groups = {{0, players}};  // points -> players
  std::vector<double> matches;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::map<std::size_t, std::size_t> next;
    std::size_t count = 0;
    for (const auto& [points, size] : groups) {
      count += size / 2;
      next[points + 1] += size / 2;
      next[points] += size - size / 2;
    }
    groups = next;
    matches.push_back(static_cast<double>(count));
  }
  return matches;
}

template <class Numbers>
double sum_of(const Numbers& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

}  // namespace assay::testing
