// pack<T, Arch>: one register of T (an xsimd batch) with exactly the operations that give the same bits on
// every instruction set. A type of its own and not an alias: xsimd's unary minus is 0 - x on AVX-512 (wrong
// for zero), its min and max differ on equal zeros, and its exp, found by argument-dependent lookup, has two
// families of results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "assay/core/simd/inline.hpp"
#include "assay/core/simd/native.hpp"
#include "assay/core/simd/scalar.hpp"
#include "assay/core/simd/xsimd.hpp"

namespace assay::inline v1::simd {

/// One truth value a lane, the result of a comparison of packs of T.
template <class T, class Arch>
class mask {
 public:
  using native_type = xsimd::batch_bool<T, Arch>;

  ASSAY_INLINE mask(native_type value) noexcept : value_(value) {}
  ASSAY_INLINE explicit mask(bool value) noexcept : value_(value) {}
  [[nodiscard]] ASSAY_INLINE native_type native() const noexcept { return value_; }

  friend ASSAY_INLINE mask operator&&(mask a, mask b) noexcept { return a.value_ & b.value_; }
  friend ASSAY_INLINE mask operator||(mask a, mask b) noexcept { return a.value_ | b.value_; }
  friend ASSAY_INLINE mask operator!(mask a) noexcept { return ~a.value_; }

 private:
  native_type value_;
};

/// A register of T. Real types have + - * / and comparisons, unsigned integers + - & | ^ << >> and ==.
template <class T, class Arch>
class pack {
 public:
  using native_type = xsimd::batch<T, Arch>;
  static constexpr std::size_t width = native_type::size;

  pack() = default;
  ASSAY_INLINE pack(native_type value) noexcept : value_(value) {}
  /// Every lane the same number.
  ASSAY_INLINE pack(T value) noexcept : value_(value) {}
  [[nodiscard]] ASSAY_INLINE native_type native() const noexcept { return value_; }

  [[nodiscard]] static ASSAY_INLINE pack load(const T* p) noexcept { return native_type::load_unaligned(p); }
  ASSAY_INLINE void store(T* p) const noexcept { value_.store_unaligned(p); }

  friend ASSAY_INLINE pack operator+(pack a, pack b) noexcept { return a.value_ + b.value_; }
  friend ASSAY_INLINE pack operator-(pack a, pack b) noexcept { return a.value_ - b.value_; }
  friend ASSAY_INLINE pack operator*(pack a, pack b) noexcept { return a.value_ * b.value_; }
  friend ASSAY_INLINE pack operator/(pack a, pack b) noexcept { return native::divide(a.value_, b.value_); }
  friend ASSAY_INLINE pack operator&(pack a, pack b) noexcept { return a.value_ & b.value_; }
  friend ASSAY_INLINE pack operator|(pack a, pack b) noexcept { return a.value_ | b.value_; }
  friend ASSAY_INLINE pack operator^(pack a, pack b) noexcept { return a.value_ ^ b.value_; }
  friend ASSAY_INLINE pack operator<<(pack a, int count) noexcept { return a.value_ << count; }
  friend ASSAY_INLINE pack operator>>(pack a, int count) noexcept { return a.value_ >> count; }
  /// Flips the sign bit, also of zero.
  friend ASSAY_INLINE pack operator-(pack a) noexcept { return a.value_ ^ native_type(T(-0.0)); }
  ASSAY_INLINE pack& operator+=(pack b) noexcept { return *this = *this + b; }
  ASSAY_INLINE pack& operator-=(pack b) noexcept { return *this = *this - b; }
  ASSAY_INLINE pack& operator*=(pack b) noexcept { return *this = *this * b; }

  friend ASSAY_INLINE mask<T, Arch> operator<(pack a, pack b) noexcept { return a.value_ < b.value_; }
  friend ASSAY_INLINE mask<T, Arch> operator<=(pack a, pack b) noexcept { return a.value_ <= b.value_; }
  friend ASSAY_INLINE mask<T, Arch> operator>(pack a, pack b) noexcept { return b.value_ < a.value_; }
  friend ASSAY_INLINE mask<T, Arch> operator>=(pack a, pack b) noexcept { return b.value_ <= a.value_; }
  friend ASSAY_INLINE mask<T, Arch> operator==(pack a, pack b) noexcept { return a.value_ == b.value_; }
  /// True for NaN on either side, as in C++.
  friend ASSAY_INLINE mask<T, Arch> operator!=(pack a, pack b) noexcept { return !(a == b); }

 private:
  native_type value_;
};

/// Unsigned integer type with as many bits as T.
template <class T>
using unsigned_of = typename pack_traits<T>::bits;

template <class T, class Arch>
struct pack_traits<pack<T, Arch>> {
  using scalar = T;
  using bits = pack<unsigned_of<T>, Arch>;
  using mask = simd::mask<T, Arch>;
  static constexpr std::size_t width = pack<T, Arch>::width;
};

template <class T, class Arch>
ASSAY_INLINE bool any(mask<T, Arch> m) noexcept {
  return xsimd::any(m.native());
}
template <class T, class Arch>
ASSAY_INLINE bool all(mask<T, Arch> m) noexcept {
  return xsimd::all(m.native());
}

/// Lane by lane: condition ? yes : no. Copies bits, so NaN and zero signs survive.
template <class T, class Arch>
ASSAY_INLINE pack<T, Arch> select(mask<T, Arch> condition, pack<T, Arch> yes, pack<T, Arch> no) noexcept {
  return xsimd::select(condition.native(), yes.native(), no.native());
}

template <class T, class Arch>
ASSAY_INLINE pack<unsigned_of<T>, Arch> bits(pack<T, Arch> x) noexcept {
  return xsimd::bitwise_cast<unsigned_of<T>>(x.native());
}
template <class Arch>
ASSAY_INLINE pack<double, Arch> from_bits(pack<std::uint64_t, Arch> b) noexcept {
  return xsimd::bitwise_cast<double>(b.native());
}
template <class Arch>
ASSAY_INLINE pack<float, Arch> from_bits(pack<std::uint32_t, Arch> b) noexcept {
  return xsimd::bitwise_cast<float>(b.native());
}

template <class T, class Arch>
ASSAY_INLINE pack<T, Arch> abs(pack<T, Arch> x) noexcept {
  return xsimd::bitwise_andnot(x.native(), pack<T, Arch>(T(-0.0)).native());
}
/// Correctly rounded.
template <class T, class Arch>
ASSAY_INLINE pack<T, Arch> sqrt(pack<T, Arch> x) noexcept {
  return native::sqrt(x.native());
}

/// x with the sign of `sign` multiplied in: -x in lanes where `sign` is negative or -0.
template <class T, class Arch>
ASSAY_INLINE pack<T, Arch> times_sign_of(pack<T, Arch> sign, pack<T, Arch> x) noexcept {
  return from_bits(bits(x) ^ (bits(sign) & bits(pack<T, Arch>(T(-0.0)))));
}

/// b < a ? b : a. Of equal values (also of -0 and +0) the first; the first as well when either is NaN.
template <class T, class Arch>
ASSAY_INLINE pack<T, Arch> min(pack<T, Arch> a, pack<T, Arch> b) noexcept {
  using native_type = typename pack<T, Arch>::native_type;
  return native_type(native::min(a.native().data, b.native().data, Arch{}, T{}));
}
/// a < b ? b : a. Of equal values the first; the first as well when either is NaN.
template <class T, class Arch>
ASSAY_INLINE pack<T, Arch> max(pack<T, Arch> a, pack<T, Arch> b) noexcept {
  using native_type = typename pack<T, Arch>::native_type;
  return native_type(native::max(a.native().data, b.native().data, Arch{}, T{}));
}

/// Puts the smaller value into `low`, the larger into `high`; the two bit patterns stay what they were, so a
/// sorting network permutes its input also with signed zeros.
template <class V>
ASSAY_INLINE void compare_exchange(V& low, V& high) noexcept {
  const V first = low;
  low = min(first, high);
  high = max(high, first);
}

/// Low 32 bits of each lane multiplied to 64 bits; the high halves of a and b do not matter.
template <class Arch>
ASSAY_INLINE pack<std::uint64_t, Arch> multiply_low32(pack<std::uint64_t, Arch> a,
                                                      pack<std::uint64_t, Arch> b) noexcept {
  using native_type = typename pack<std::uint64_t, Arch>::native_type;
  return native_type(native::multiply_low32(a.native().data, b.native().data, Arch{}));
}

/// The numbers 0, 1, 2, ... in the lanes.
template <class T, class Arch>
ASSAY_INLINE pack<T, Arch> lane_numbers() noexcept {
  constexpr T numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return pack<T, Arch>::load(numbers);
}

/// `width` numbers at p as T: the same type, or float, int32 and other small integers widened to double
/// (exactly).
template <class T, class Arch, class U>
ASSAY_INLINE pack<T, Arch> load_as(const U* p) noexcept {
  if constexpr (std::is_same_v<T, U>) {
    return pack<T, Arch>::load(p);
  } else if constexpr (std::is_same_v<T, double> && requires { native::widen(p, Arch{}); }) {
    return typename pack<T, Arch>::native_type(native::widen(p, Arch{}));
  } else {
    T converted[pack<T, Arch>::width];
    for (std::size_t i = 0; i < pack<T, Arch>::width; ++i) converted[i] = static_cast<T>(p[i]);
    return pack<T, Arch>::load(converted);
  }
}

/// Stores `width` numbers as U, rounded once when U is float and T double.
template <class T, class Arch, class U>
ASSAY_INLINE void store_as(U* p, pack<T, Arch> x) noexcept {
  if constexpr (std::is_same_v<T, U>) {
    x.store(p);
  } else {
    native::narrow(p, x.native().data, Arch{});
  }
}

/// The first `count` numbers at p, the other lanes `pad`; reads nothing beyond p[count - 1].
template <class T, class Arch, class U>
ASSAY_INLINE pack<T, Arch> load_padded(const U* p, std::size_t count, T pad) noexcept {
  T values[pack<T, Arch>::width];
  for (std::size_t i = 0; i < pack<T, Arch>::width; ++i) values[i] = i < count ? static_cast<T>(p[i]) : pad;
  return pack<T, Arch>::load(values);
}

/// Stores the first `count` lanes.
template <class T, class Arch, class U>
ASSAY_INLINE void store_padded(U* p, pack<T, Arch> x, std::size_t count) noexcept {
  T values[pack<T, Arch>::width];
  x.store(values);
  for (std::size_t i = 0; i < count; ++i) p[i] = static_cast<U>(values[i]);
}

}  // namespace assay::inline v1::simd
