// The random draws of a tournament: which words of the Philox stream decide what. Every path (SIMD, scalar,
// trace) follows this one rule, and therefore plays the same tournaments.
//
//   counter = (block, round << 8 | purpose, tournament low word, tournament high word), key = seed
//
//   purpose order: the entry at position p of the current order gets half-word p: block p / 8, word p / 2 mod
//   4, low half first. Entries are sorted by (left, points, half-word).
//
//   purpose tie: entries equal in all three are ordered by word (player mod 4) of block (level << 16 | player
//   / 4), level 0 first, then 1 and so on: never by index, which would favour low indices.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "assay/core/rng.hpp"

namespace assay::inline v1::tournament::detail {

inline constexpr std::uint32_t k_purpose_order = 0;
inline constexpr std::uint32_t k_purpose_tie = 1;
inline constexpr std::uint32_t k_halves_per_block = 8;

inline std::array<std::uint32_t, 4> draw(std::uint64_t seed, std::uint64_t tournament, std::uint32_t round,
                                         std::uint32_t purpose, std::uint32_t block) noexcept {
  return philox4x32_10({block, round << 8 | purpose, static_cast<std::uint32_t>(tournament),
                        static_cast<std::uint32_t>(tournament >> 32)},
                       {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
}

/// Whether player a comes before player b when points and half-words are equal.
bool tie_order(std::uint64_t seed, std::uint64_t tournament, std::uint32_t round, std::uint32_t a,
               std::uint32_t b) noexcept;

/// Orders a run of elements whose points and half-words are equal: of two, hardly ever of more.
/// `player(element)` is the number of its player.
template <class T, class Player>
void order_tied(T* first, T* last, std::uint64_t seed, std::uint64_t tournament, std::uint32_t round,
                Player player) noexcept {
  for (T* end = first + 1; end < last; ++end)
    for (T* at = end; at != first && tie_order(seed, tournament, round, player(*at), player(at[-1])); --at)
      std::swap(*at, at[-1]);
}

}  // namespace assay::inline v1::tournament::detail
