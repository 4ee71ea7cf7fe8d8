// Sum of doubles without rounding: order does not matter, so shards, threads and merges in any order give the
// same bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace assay::inline v1 {

/// Fixed-point accumulator over the whole range of doubles (Kulisch): 68 digits of 32 bits held in 64-bit
/// words, so that 2^31 additions need no carry. Kernels sum blocks in floating point and add the block sums
/// here.
class exact_sum {
 public:
  static constexpr std::size_t k_words = 68;

  void add(double value) noexcept;
  void merge(const exact_sum& other) noexcept;
  /// The sum rounded once to nearest, ties to even. NaN if a NaN or both infinities were added.
  [[nodiscard]] double value() const noexcept;

  /// Little-endian words after carry propagation, for serialization.
  [[nodiscard]] std::array<std::uint64_t, k_words + 1> words() const noexcept;
  /// Restores what words() gave; false when the words are not in that form.
  [[nodiscard]] bool restore(std::span<const std::uint64_t> words) noexcept;

 private:
  void normalise() noexcept;
  void touch(std::size_t first, std::size_t last) noexcept;

  std::array<std::int64_t, k_words> digits_{};  // digits_[i] counts units of 2^(32 i - 1074)
  // Digits outside first_ .. last_ - 1 are 0: sums of like numbers touch few, and the others cost nothing.
  std::uint8_t first_ = k_words;
  std::uint8_t last_ = 0;
  std::uint32_t pending_ = 0;  // additions since the last carry propagation
  std::uint8_t special_ = 0;   // bit 0: +infinity was added, bit 1: -infinity, bit 2: NaN
};

}  // namespace assay::inline v1
