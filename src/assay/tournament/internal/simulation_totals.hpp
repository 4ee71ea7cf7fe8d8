// Sums over simulated tournaments. All are whole numbers: any split and any order of additions gives the same
// bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/core/bytes.hpp"

namespace assay::inline v1::tournament::detail {

/// 128 bits, for squares and products of counts.
__extension__ using wide = unsigned __int128;

/// The rank of a player who is alone on it, as a whole number that every group of up to 32 players divides:
/// players level on points share their ranks exactly. The least common multiple of 1 .. 32.
inline constexpr std::uint64_t k_whole_rank = 144'403'552'893'600U;
/// Share of each of `group` level players; beyond 32 rounded to nearest, 3.5e-15 of a rank at most.
constexpr std::uint64_t rank_share(std::uint64_t group) { return (k_whole_rank + group / 2) / group; }

/// A sum of rank shares: whole ranks, and a rest below k_whole_rank.
struct rank_sum {
  std::uint64_t whole = 0;
  std::uint64_t rest = 0;
  void add(std::uint64_t ranks, std::uint64_t shares) {
    rest += shares;
    whole += ranks + rest / k_whole_rank;
    rest %= k_whole_rank;
  }
  bool operator==(const rank_sum&) const = default;
};

/// What is known of some tournaments.
struct simulation_totals {
  simulation_totals() = default;
  simulation_totals(std::size_t players, std::size_t rounds)
      : points(players),
        squares(players),
        ranks(players * players),
        leavers(rounds * players),
        matches(rounds) {}

  std::uint64_t tournaments = 0;
  std::vector<std::uint64_t> points;   ///< (players) sum of points, in halves
  std::vector<wide> squares;           ///< (players) sum of squared points
  std::vector<rank_sum> ranks;         ///< (players, players) rank 0 is best
  std::vector<std::uint64_t> leavers;  ///< (rounds, players) how often each player left after the round
  std::vector<std::uint64_t> matches;  ///< (rounds) matches played

  void merge(const simulation_totals& other);
  /// Variance of a player's points (divisor n - 1), of at least two tournaments.
  [[nodiscard]] double variance(std::size_t player) const;
  [[nodiscard]] double mean(std::size_t player) const;

  void write(byte_writer& out) const;
  /// Reads what write() wrote into totals of the same shape.
  void read(byte_reader& in);

  bool operator==(const simulation_totals&) const = default;
};

}  // namespace assay::inline v1::tournament::detail
