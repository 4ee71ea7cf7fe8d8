// Sorting of numbers by their bits: numbers become unsigned keys of the same order, which are distributed by
// digits. About 10 ns a key at a million keys, a comparison sort needs 70.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace assay::inline v1 {

/// Unsigned number that orders as the value does: -Infinity first, -0 equal to +0, NaN last.
constexpr std::uint64_t sort_key(double value) noexcept {
  if (value != value) return ~std::uint64_t{0};
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);  // -0 + 0 is +0
  return bits ^ ((bits >> 63) != 0 ? ~std::uint64_t{0} : std::uint64_t{1} << 63);
}
constexpr std::uint32_t sort_key(float value) noexcept {
  if (value != value) return ~std::uint32_t{0};
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);
  return bits ^ ((bits >> 31) != 0 ? ~std::uint32_t{0} : std::uint32_t{1} << 31);
}

/// The value of a key; +0 for both zeros.
constexpr double value_of_key(std::uint64_t key) noexcept {
  return std::bit_cast<double>(key ^ ((key >> 63) != 0 ? std::uint64_t{1} << 63 : ~std::uint64_t{0}));
}
constexpr float value_of_key(std::uint32_t key) noexcept {
  return std::bit_cast<float>(key ^ ((key >> 31) != 0 ? std::uint32_t{1} << 31 : ~std::uint32_t{0}));
}

/// Sorts keys ascending, in O(n) time for keys that spread over their range. Needs memory for a copy.
void sort_keys(std::span<std::uint64_t> keys);
void sort_keys(std::span<std::uint32_t> keys);

/// The same, where payload[i] follows keys[i]; equal keys keep their order. Both have the same length.
void sort_keys(std::span<std::uint64_t> keys, std::span<std::uint32_t> payload);
void sort_keys(std::span<std::uint32_t> keys, std::span<std::uint32_t> payload);

/// Positions of the values in ascending order, equal values (also -0 and +0) in their own order, NaN last. At
/// most 2^32 values.
std::vector<std::uint32_t> sorted_order(std::span<const double> values);
std::vector<std::uint32_t> sorted_order(std::span<const float> values);

}  // namespace assay::inline v1
