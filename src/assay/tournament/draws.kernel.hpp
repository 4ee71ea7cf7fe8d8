// Philox4x32-10 for the tournaments in the lanes of a register: the stream of draws.hpp, one tournament a
// lane.
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
    auto low = static_cast<std::uint32_t>(seed);
    auto high = static_cast<std::uint32_t>(seed >> 32);
    for (std::size_t round = 0; round < k_rounds; ++round) {
      key_low_[round] = V(low);
      key_high_[round] = V(high);
      low += 0x9E3779B9U;   // golden ratio
      high += 0xBB67AE85U;  // sqrt(3) - 1
    }
  }

  /// The tournaments of the lanes.
  ASSAY_INLINE void select(std::uint64_t first) noexcept {
    std::uint32_t low[width];
    std::uint32_t high[width];
    for (std::size_t lane = 0; lane < width; ++lane) {
      low[lane] = static_cast<std::uint32_t>(first + lane);
      high[lane] = static_cast<std::uint32_t>((first + lane) >> 32);
    }
    tournament_low_ = V::load(low);
    tournament_high_ = V::load(high);
  }

  /// The four words of each of Blocks consecutive blocks. Two at a time hide the latency of the products.
  template <std::size_t Blocks>
  ASSAY_INLINE void words(std::uint32_t block, std::uint32_t stage, V* out) const noexcept {
    V state[Blocks][4];
    for (std::size_t i = 0; i < Blocks; ++i) {
      state[i][0] = V(block + static_cast<std::uint32_t>(i));
      state[i][1] = V(stage);
      state[i][2] = tournament_low_;
      state[i][3] = tournament_high_;
    }
    mix<0>(state);
    for (std::size_t i = 0; i < Blocks; ++i)
      for (std::size_t word = 0; word < 4; ++word) out[4 * i + word] = state[i][word];
  }

 private:
  static constexpr std::size_t width = V::width;
  static constexpr std::size_t k_rounds = 10;

  template <std::size_t Round, std::size_t Blocks>
  ASSAY_INLINE void mix(V (&state)[Blocks][4]) const noexcept {
    if constexpr (Round < k_rounds) {
      for (std::size_t i = 0; i < Blocks; ++i) {
        const V second = state[i][1];
        const V fourth = state[i][3];
        V high_of_first, high_of_third;
        simd::multiply_wide(state[i][0], 0xD2511F53U, state[i][3], high_of_first);
        simd::multiply_wide(state[i][2], 0xCD9E8D57U, state[i][1], high_of_third);
        state[i][0] = high_of_third ^ (second ^ key_low_[Round]);
        state[i][2] = high_of_first ^ (fourth ^ key_high_[Round]);
      }
      mix<Round + 1>(state);
    }
  }

  V key_low_[k_rounds];
  V key_high_[k_rounds];
  V tournament_low_;
  V tournament_high_;
};

}  // namespace assay::inline v1::tournament
