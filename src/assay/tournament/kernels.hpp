// The table of kernels of this domain, one for each instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/dispatch.hpp"

namespace assay::inline v1::tournament {

/// What the simulation kernel needs to know: rules in its own layout (32 bytes a round, whatever the number
/// of players).
struct lane_rules {
  const std::uint8_t*
      labels;  ///< (rounds, 32) place of each player's score on the benchmark, larger is better
  const std::uint8_t* has_ties;  ///< (rounds) 1 where two players have the same label
  const std::uint32_t* leavers;  ///< (rounds) players that leave after the round
  std::uint32_t players;         ///< 1 .. 32
  std::uint32_t rounds;
  std::uint32_t tie;      ///< halves of a point for each of two players with the same label: 0 or 1
  std::uint32_t bye;      ///< halves of a point for the odd one out
  std::uint32_t cascade;  ///< 1: the next group goes on losing players
  std::uint64_t seed;
};

/// Counts over the tournaments of one kernel call, all added to.
struct lane_sums {
  /// (32 players, 32, 32) tournaments in which a player ended level with all from place a to place b, 0 the
  /// worst.
  std::uint16_t* groups;
  std::uint16_t* points;   ///< (32 players, 1024) tournaments in which a player had so many halves of a point
  std::uint64_t* leavers;  ///< (rounds, 32) how often each player left after the round
  std::uint64_t* matches;  ///< (rounds) matches played
  std::uint32_t* scores;   ///< (count, players) halves of a point of each tournament; may be null
};

/// Most tournaments of one call: the counts must not overflow.
inline constexpr std::size_t k_most_lane_tournaments = 4096;
/// Most players and most points (in halves) of the kernel: 5 bits, 10 bits of a 32-bit key.
inline constexpr std::uint32_t k_most_lane_players = 32;
inline constexpr std::uint32_t k_most_lane_points = 1023;
/// Elements of lane_sums::groups and lane_sums::points.
inline constexpr std::size_t k_lane_counts = 32 * 1024;

/// Puts entries with equal half-words in their random order; `keys` holds the entries of one tournament.
void order_lane_ties(std::uint32_t* keys, std::uint32_t players, std::uint64_t seed, std::uint64_t tournament,
                     std::uint32_t round) noexcept;

struct kernels {
  /// Tournaments first .. first + count - 1, count <= k_most_lane_tournaments.
  void (*simulate)(const lane_rules& rules, std::uint64_t first, std::size_t count,
                   const lane_sums& sums) noexcept;
};

ASSAY_DECLARE_KERNEL_TABLES(kernels);

}  // namespace assay::inline v1::tournament
