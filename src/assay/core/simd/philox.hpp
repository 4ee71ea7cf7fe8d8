// Philox4x32-10 in lanes: one counter a 64-bit lane, the same draws as core/rng.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/pack.hpp"

namespace assay::inline v1::simd {

/// The two 64-bit draws of one block for `width` items.
template <class Arch>
struct philox_draws {
  pack<std::uint64_t, Arch> first;
  pack<std::uint64_t, Arch> second;
};

/// Draws of the counters {index, stage, item low, item high} under one seed. The words of a counter stay in
/// the low halves of 64-bit lanes: products ignore the high halves, so no half needs clearing before the end.
template <class Arch>
ASSAY_INLINE philox_draws<Arch> philox_block(std::uint64_t seed, pack<std::uint64_t, Arch> item,
                                             std::uint32_t stage, pack<std::uint64_t, Arch> index) noexcept {
  using V = pack<std::uint64_t, Arch>;
  V words[4] = {index, V(std::uint64_t{stage}), item, item >> 32};
  auto key_low = static_cast<std::uint32_t>(seed);
  auto key_high = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const V first = multiply_low32(words[0], V(std::uint64_t{0xD2511F53U}));
    const V second = multiply_low32(words[2], V(std::uint64_t{0xCD9E8D57U}));
    words[0] = (second >> 32) ^ words[1] ^ V(std::uint64_t{key_low});
    words[1] = second;
    words[2] = (first >> 32) ^ words[3] ^ V(std::uint64_t{key_high});
    words[3] = first;
    key_low += 0x9E3779B9U;
    key_high += 0xBB67AE85U;
  }
  const V low_half = V(std::uint64_t{0xffffffffU});
  return {(words[0] & low_half) | (words[1] << 32), (words[2] & low_half) | (words[3] << 32)};
}

/// Block `index` of the items in the lanes (whole 64-bit numbers).
template <class Arch>
ASSAY_INLINE philox_draws<Arch> philox_block(std::uint64_t seed, pack<std::uint64_t, Arch> item,
                                             std::uint32_t stage, std::uint32_t index) noexcept {
  return philox_block<Arch>(seed, item, stage, pack<std::uint64_t, Arch>(std::uint64_t{index}));
}

/// Draws as numbers in [0, 1): draw >> 11 put into the fraction of numbers in [1, 2) would lose a bit, so
/// high and low parts are converted apart; both are exact, and so is their sum.
template <class Arch>
ASSAY_INLINE pack<double, Arch> to_uniform(pack<std::uint64_t, Arch> draw) noexcept {
  using V = pack<double, Arch>;
  using U = pack<std::uint64_t, Arch>;
  const U low_bits = (draw >> 11) & U((std::uint64_t{1} << 27) - 1);
  const V low = from_bits(low_bits | bits(V(0x1p52))) - V(0x1p52);
  const V high = from_bits((draw >> 38) | bits(V(0x1p52))) - V(0x1p52);
  return high * V(0x1p-26) + low * V(0x1p-53);
}

}  // namespace assay::inline v1::simd
