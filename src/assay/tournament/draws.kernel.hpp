// Philox4x32-10 for the tournaments in the lanes of a register: the stream of draws.hpp, one tournament a lane.
//
// The 32-bit words of the even lanes and of the odd lanes are kept in the low halves of 64-bit lanes. A product of 32 by
// 32 bits is then one instruction, its low half needs no extraction (whatever stands in a high half is ignored), and its
// high half is one shift.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/integers.hpp"
#include "assay/core/simd/pack.hpp"

namespace assay::inline v1::tournament {

template <class Arch>
class lane_draws {
 public:
  using V = simd::pack<std::uint32_t, Arch>;

  ASSAY_INLINE explicit lane_draws(std::uint64_t seed) noexcept {
    // Key increments of Salmon et al. 2011: the golden ratio and sqrt(3) - 1.
    auto low = static_cast<std::uint32_t>(seed);
    auto high = static_cast<std::uint32_t>(seed >> 32);
    for (std::size_t round = 0; round < k_rounds; ++round) {
      key_low_[round] = U(static_cast<std::uint64_t>(low));
      key_high_[round] = U(static_cast<std::uint64_t>(high));
      low += 0x9E3779B9U;
      high += 0xBB67AE85U;
    }
  }

  /// The tournaments of the lanes.
  ASSAY_INLINE void select(std::uint64_t first) noexcept {
    std::uint64_t number[width];
    for (std::size_t lane = 0; lane < width; ++lane) number[lane] = first + lane;
    for (std::size_t half = 0; half < 2; ++half) {
      std::uint64_t low[width / 2];
      std::uint64_t high[width / 2];
      for (std::size_t i = 0; i < width / 2; ++i) {
        low[i] = number[2 * i + half];
        high[i] = number[2 * i + half] >> 32;
      }
      tournament_low_[half] = U::load(low);
      tournament_high_[half] = U::load(high);
    }
  }

  /// The four words of each of Blocks consecutive blocks. Two at a time hide the latency of the products.
  template <std::size_t Blocks>
  ASSAY_INLINE void words(std::uint32_t block, std::uint32_t stage, V* out) const noexcept {
    U state[2 * Blocks][4];
    for (std::size_t i = 0; i < 2 * Blocks; ++i) {
      state[i][0] = U(std::uint64_t{block} + i / 2);
      state[i][1] = U(std::uint64_t{stage});
      state[i][2] = tournament_low_[i % 2];
      state[i][3] = tournament_high_[i % 2];
    }
    mix<0>(state);
    for (std::size_t i = 0; i < Blocks; ++i)
      for (std::size_t word = 0; word < 4; ++word)
        out[4 * i + word] = simd::join_low32(state[2 * i][word], state[2 * i + 1][word]);
  }

 private:
  using U = simd::pack<std::uint64_t, Arch>;
  static constexpr std::size_t width = V::width;
  static constexpr std::size_t k_rounds = 10;

  template <std::size_t Round, std::size_t States>
  ASSAY_INLINE void mix(U (&state)[States][4]) const noexcept {
    if constexpr (Round < k_rounds) {
      for (std::size_t i = 0; i < States; ++i) {
        const U first = simd::multiply_low32(state[i][0], U(std::uint64_t{0xD2511F53U}));
        const U second = simd::multiply_low32(state[i][2], U(std::uint64_t{0xCD9E8D57U}));
        state[i][0] = (second >> 32) ^ (state[i][1] ^ key_low_[Round]);
        state[i][1] = second;
        state[i][2] = (first >> 32) ^ (state[i][3] ^ key_high_[Round]);
        state[i][3] = first;
      }
      mix<Round + 1>(state);
    }
  }

  U key_low_[k_rounds];
  U key_high_[k_rounds];
  U tournament_low_[2];
  U tournament_high_[2];
};

}  // namespace assay::inline v1::tournament
