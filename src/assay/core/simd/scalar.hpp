// The operations of pack.hpp for plain double and float, so that one formula serves both; a lane and a scalar
// give the same bits. No operation here depends on the instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/inline.hpp"

namespace assay::inline v1::simd {

/// What a vector type is made of: scalar type, integer type of the same layout, mask type, number of lanes.
template <class V>
struct pack_traits;

template <>
struct pack_traits<double> {
  using scalar = double;
  using bits = std::uint64_t;
  using mask = bool;
  static constexpr std::size_t width = 1;
};

template <>
struct pack_traits<float> {
  using scalar = float;
  using bits = std::uint32_t;
  using mask = bool;
  static constexpr std::size_t width = 1;
};

template <>
struct pack_traits<std::uint64_t> {
  using scalar = std::uint64_t;
  using bits = std::uint64_t;
  using mask = bool;
  static constexpr std::size_t width = 1;
};

template <>
struct pack_traits<std::uint32_t> {
  using scalar = std::uint32_t;
  using bits = std::uint32_t;
  using mask = bool;
  static constexpr std::size_t width = 1;
};

template <class V>
using scalar_of = typename pack_traits<V>::scalar;
template <class V>
using bits_of = typename pack_traits<V>::bits;
template <class V>
using mask_of = typename pack_traits<V>::mask;

ASSAY_INLINE bool any(bool condition) noexcept { return condition; }
ASSAY_INLINE bool all(bool condition) noexcept { return condition; }

ASSAY_INLINE double select(bool condition, double yes, double no) noexcept { return condition ? yes : no; }
ASSAY_INLINE float select(bool condition, float yes, float no) noexcept { return condition ? yes : no; }

/// The number's bits as an unsigned integer, and back.
ASSAY_INLINE std::uint64_t bits(double x) noexcept { return __builtin_bit_cast(std::uint64_t, x); }
ASSAY_INLINE std::uint32_t bits(float x) noexcept { return __builtin_bit_cast(std::uint32_t, x); }
ASSAY_INLINE double from_bits(std::uint64_t b) noexcept { return __builtin_bit_cast(double, b); }
ASSAY_INLINE float from_bits(std::uint32_t b) noexcept { return __builtin_bit_cast(float, b); }

ASSAY_INLINE double abs(double x) noexcept { return __builtin_fabs(x); }
ASSAY_INLINE float abs(float x) noexcept { return __builtin_fabsf(x); }
ASSAY_INLINE double sqrt(double x) noexcept { return __builtin_sqrt(x); }
ASSAY_INLINE float sqrt(float x) noexcept { return __builtin_sqrtf(x); }

/// b < a ? b : a. Of equal values (also of -0 and +0) the first; the first as well when either is NaN.
ASSAY_INLINE double min(double a, double b) noexcept { return b < a ? b : a; }
ASSAY_INLINE float min(float a, float b) noexcept { return b < a ? b : a; }
/// a < b ? b : a. Of equal values the first; the first as well when either is NaN.
ASSAY_INLINE double max(double a, double b) noexcept { return a < b ? b : a; }
ASSAY_INLINE float max(float a, float b) noexcept { return a < b ? b : a; }

}  // namespace assay::inline v1::simd
