// Random numbers by counter: Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as
// easy as 1, 2, 3). A draw depends only on (seed, item, stage, block), so item k gets the same numbers on any
// thread, worker, machine or day. One rule holds in every domain:
//
//   key = seed; counter = {block, stage, item low word, item high word}
//   a block gives two draws of 64 bits, word[2 j] | word[2 j + 1] << 32
//   a number in [0, 1) is (draw >> 11) 2^-53, a bounded integer the high half of draw * bound with rejection
//   (Lemire 2019)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace assay::inline v1 {

/// Ten rounds of Philox4x32: four random words for a counter and a key.
constexpr std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                                     std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {
        static_cast<std::uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
        static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key[0] += 0x9E3779B9U;  // golden ratio
    key[1] += 0xBB67AE85U;  // sqrt(3) - 1
  }
  return counter;
}

namespace philox {

/// High 64 bits of the product of two 64-bit numbers.
constexpr std::uint64_t high_product(std::uint64_t a, std::uint64_t b) noexcept {
  const std::uint64_t a_low = a & 0xffffffffU, a_high = a >> 32;
  const std::uint64_t b_low = b & 0xffffffffU, b_high = b >> 32;
  const std::uint64_t middle =
      a_high * b_low + (a_low * b_low >> 32);  // cannot overflow: at most 2^64 - 2^32
  return a_high * b_high + (middle >> 32) + ((a_low * b_high + (middle & 0xffffffffU)) >> 32);
}

/// A draw as a number in [0, 1), a multiple of 2^-53.
constexpr double to_uniform(std::uint64_t draw) noexcept { return static_cast<double>(draw >> 11) * 0x1p-53; }

/// The two draws of one block.
constexpr std::array<std::uint64_t, 2> block(std::uint64_t seed, std::uint64_t item, std::uint32_t stage,
                                             std::uint32_t index) noexcept {
  const auto words =
      philox4x32_10({index, stage, static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(item >> 32)},
                    {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  return {words[0] | std::uint64_t{words[1]} << 32, words[2] | std::uint64_t{words[3]} << 32};
}

/// The first number in [0, 1) of an item.
constexpr double uniform(std::uint64_t seed, std::uint64_t item, std::uint32_t stage = 0) noexcept {
  return to_uniform(block(seed, item, stage, 0)[0]);
}

/// The draws of one item, one after another: 2^33 of them.
class stream {
 public:
  constexpr explicit stream(std::uint64_t seed, std::uint64_t item, std::uint32_t stage = 0) noexcept
      : seed_(seed), item_(item), stage_(stage) {}

  /// 64 random bits.
  constexpr std::uint64_t next() noexcept {
    if (used_ == draws_.size()) {
      draws_ = block(seed_, item_, stage_, index_++);
      used_ = 0;
    }
    return draws_[used_++];
  }
  /// In [0, 1).
  constexpr double uniform() noexcept { return to_uniform(next()); }

  /// In 0 .. bound - 1, each equally likely; bound > 0. Lemire's method: the low half of draw * bound tells
  /// the rare draws, fewer than bound in 2^64, that would favour some results; they are drawn again.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept {
    std::uint64_t draw = next();
    if (draw * bound < bound) {
      const std::uint64_t rejected = (std::uint64_t{0} - bound) % bound;  // 2^64 mod bound
      while (draw * bound < rejected) draw = next();
    }
    return high_product(draw, bound);
  }

 private:
  std::uint64_t seed_;
  std::uint64_t item_;
  std::uint32_t stage_;
  std::uint32_t index_ = 0;
  std::array<std::uint64_t, 2> draws_{};
  std::size_t used_ = 2;
};

}  // namespace philox
}  // namespace assay::inline v1
