// Sum without rounding of numbers within a known range, small enough to have one for each of many cells.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace assay::inline v1::calibration::internal {

/// Fixed-point sum of 192 bits in units of 2^-117. Each number is rounded to a unit for itself, which numbers
/// of 2^-64 and more do not need, so the order of additions does not matter. Sums stay below 2^75.
class wide_sum {
 public:
  static constexpr std::size_t k_words = 3;
  static constexpr int k_unit = 117;

  /// 0 <= value <= 2^40.
  void add(double value) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const int exponent = static_cast<int>(bits >> 52);
    std::uint64_t mantissa = bits & ((std::uint64_t{1} << 52) - 1);
    if (exponent != 0) mantissa |= std::uint64_t{1} << 52;
    int shift = (exponent == 0 ? 1 : exponent) - 1075 + k_unit;
    if (shift < 0) {
      mantissa = shift < -54 ? 0 : (mantissa + (std::uint64_t{1} << (-shift - 1))) >> -shift;
      shift = 0;
    }
    const auto word = static_cast<std::size_t>(shift / 64);
    const int offset = shift % 64;
    add_word(word, mantissa << offset);
    if (offset != 0 && word + 1 < k_words) add_word(word + 1, mantissa >> (64 - offset));
  }

  void merge(const wide_sum& other) noexcept {
    for (std::size_t i = 0; i < k_words; ++i) add_word(i, other.words_[i]);
  }

  /// To 2 ulp; exact for whole numbers up to 2^53.
  [[nodiscard]] double value() const noexcept {
    const double low = static_cast<double>(words_[0]) * std::ldexp(1.0, -k_unit);
    const double middle = static_cast<double>(words_[1]) * std::ldexp(1.0, 64 - k_unit);
    return static_cast<double>(words_[2]) * std::ldexp(1.0, 128 - k_unit) + (middle + low);
  }

  [[nodiscard]] const std::array<std::uint64_t, k_words>& words() const noexcept { return words_; }
  void restore(const std::array<std::uint64_t, k_words>& words) noexcept { words_ = words; }

 private:
  void add_word(std::size_t i, std::uint64_t value) noexcept {
    words_[i] += value;
    for (bool carry = words_[i] < value; carry && ++i < k_words;) carry = ++words_[i] == 0;
  }

  std::array<std::uint64_t, k_words> words_{};
};

}  // namespace assay::inline v1::calibration::internal
