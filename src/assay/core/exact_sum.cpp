#include "assay/core/exact_sum.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace assay::inline v1 {
namespace {

constexpr std::uint32_t k_carry_after = 1U << 30;
constexpr std::uint8_t k_plus_infinity = 1;
constexpr std::uint8_t k_minus_infinity = 2;
constexpr std::uint8_t k_nan = 4;

}  // namespace

void exact_sum::add(double value) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto exponent = static_cast<std::uint32_t>(bits >> 52) & 0x7ffU;
  std::uint64_t mantissa = bits & ((std::uint64_t{1} << 52) - 1);
  const bool negative = (bits >> 63) != 0;
  if (exponent == 0x7ffU) {
    special_ |= mantissa != 0 ? k_nan : negative ? k_minus_infinity : k_plus_infinity;
    return;
  }
  // value = mantissa 2^(shift - 1074), where a normal number carries its hidden bit
  if (exponent != 0) mantissa |= std::uint64_t{1} << 52;
  const std::uint32_t shift = exponent == 0 ? 0 : exponent - 1;
  const std::uint32_t word = shift / 32;
  const std::uint32_t offset = shift % 32;
  const std::uint64_t low = (mantissa & 0xffffffffU) << offset;  // up to 63 bits
  const std::uint64_t high = (mantissa >> 32) << offset;         // up to 52 bits, one word further up
  const std::int64_t sign = negative ? -1 : 1;
  digits_[word] += sign * static_cast<std::int64_t>(low & 0xffffffffU);
  digits_[word + 1] += sign * static_cast<std::int64_t>((low >> 32) + (high & 0xffffffffU));
  digits_[word + 2] += sign * static_cast<std::int64_t>(high >> 32);
  touch(word, word + 3);
  if (++pending_ == k_carry_after) normalise();
}

void exact_sum::merge(const exact_sum& other) noexcept {
  if (pending_ + std::uint64_t{other.pending_} >= k_carry_after) normalise();
  exact_sum addend = other;
  addend.normalise();
  for (std::size_t i = addend.first_; i < addend.last_; ++i) digits_[i] += addend.digits_[i];
  touch(addend.first_, addend.last_);
  special_ |= addend.special_;
  if (++pending_ == k_carry_after) normalise();
}

void exact_sum::touch(std::size_t first, std::size_t last) noexcept {
  first_ = std::min(first_, static_cast<std::uint8_t>(first));
  last_ = std::max(last_, static_cast<std::uint8_t>(last));
}

// Every digit but the last into [0, 2^32); the last keeps the sign.
void exact_sum::normalise() noexcept {
  pending_ = 0;
  std::int64_t carry = 0;
  std::size_t i = first_;
  for (; i + 1 < k_words && (i < last_ || carry != 0); ++i) {
    const std::int64_t total = digits_[i] + carry;
    digits_[i] = total & 0xffffffff;
    carry = total >> 32;  // arithmetic shift: floor division
  }
  if (carry != 0) {
    digits_[k_words - 1] += carry;
    i = k_words;
  }
  if (first_ < k_words) touch(first_, i);
}

double exact_sum::value() const noexcept {
  if (special_ != 0) {
    if (special_ == k_plus_infinity) return std::numeric_limits<double>::infinity();
    if (special_ == k_minus_infinity) return -std::numeric_limits<double>::infinity();
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (first_ >= last_) return 0.0;
  // The digits of the magnitude, each in [0, 2^32); what carries out of them is one more.
  std::array<std::uint64_t, k_words + 1> digits;
  std::size_t top = last_ - std::size_t{first_};
  const auto carried = [&](std::int64_t sign) {
    std::int64_t carry = 0;
    for (std::size_t i = 0; i < top; ++i) {
      const std::int64_t total = sign * digits_[first_ + i] + carry;
      digits[i] = static_cast<std::uint64_t>(total & 0xffffffff);
      carry = total >> 32;
    }
    return carry;
  };
  std::int64_t carry = carried(1);
  const bool negative = carry < 0;
  if (negative) carry = carried(-1);
  digits[top++] = static_cast<std::uint64_t>(carry);
  while (top != 0 && digits[top - 1] == 0) --top;
  if (top == 0) return 0.0;
  // The leading 64 bits, with a sticky lowest bit for all that follows: rounding them once is rounding the
  // sum once.
  const int width = static_cast<int>(std::bit_width(digits[top - 1]));
  std::uint64_t leading = digits[top - 1] << (64 - width);
  int filled = width;
  std::size_t next = top - 1;
  bool sticky = false;
  while (next != 0 && filled < 64) {
    --next;
    const int room = 64 - filled;
    if (room >= 32) {
      leading |= digits[next] << (room - 32);
      filled += 32;
    } else {
      leading |= digits[next] >> (32 - room);
      sticky = (digits[next] & ((std::uint64_t{1} << (32 - room)) - 1)) != 0;
      filled = 64;
    }
  }
  while (next != 0 && !sticky) sticky = digits[--next] != 0;
  const int exponent = static_cast<int>(32 * (first_ + top - 1)) + width - 64 - 1074;
  // Subnormal results have fewer than 53 bits; there the sum has no bits below 2^-1074 and is exact.
  const std::uint64_t kept = leading >> 11;
  const std::uint64_t rest = leading & 0x7ff;
  std::uint64_t mantissa = kept;
  const bool above_half = rest > 0x400 || (rest == 0x400 && (sticky || (kept & 1) != 0));
  if (above_half) ++mantissa;
  const double result = std::ldexp(static_cast<double>(mantissa), exponent + 11);
  return negative ? -result : result;
}

std::array<std::uint64_t, exact_sum::k_words + 1> exact_sum::words() const noexcept {
  exact_sum copy = *this;
  copy.normalise();
  std::array<std::uint64_t, k_words + 1> result{};
  for (std::size_t i = 0; i < k_words; ++i) result[i] = static_cast<std::uint64_t>(copy.digits_[i]);
  result[k_words] = special_;
  return result;
}

bool exact_sum::restore(std::span<const std::uint64_t> words) noexcept {
  if (words.size() != k_words + 1 || words[k_words] > 7) return false;
  // The last digit counts units of 2^1070: 2^40 of them are out of reach, and more would overflow when sums
  // are merged.
  const auto top = static_cast<std::int64_t>(words[k_words - 1]);
  if (top < -(std::int64_t{1} << 40) || top > std::int64_t{1} << 40) return false;
  for (std::size_t i = 0; i + 1 < k_words; ++i)
    if (words[i] > 0xffffffffU) return false;
  for (std::size_t i = 0; i < k_words; ++i) digits_[i] = static_cast<std::int64_t>(words[i]);
  first_ = 0;
  last_ = k_words;
  special_ = static_cast<std::uint8_t>(words[k_words]);
  pending_ = 0;
  return true;
}

}  // namespace assay::inline v1
