// Numbers that carry a derivative: a formula written for any V gives, for dual<V>, its value and its
// derivative by whatever the slopes of its arguments belong to. For derivatives by parameters that have no
// closed form.
#pragma once

#include <cstddef>
#include <type_traits>

#include "assay/core/simd/scalar.hpp"
#include "assay/core/vmath/erf.hpp"
#include "assay/core/vmath/exp.hpp"
#include "assay/core/vmath/log.hpp"

namespace assay::inline v1::vmath {

/// value + slope epsilon, epsilon^2 = 0; compared by value. V is a pack or a scalar.
template <class V>
struct dual {
  using scalar = simd::scalar_of<V>;

  V value;
  V slope;

  ASSAY_INLINE dual() noexcept : value(scalar(0)), slope(scalar(0)) {}
  ASSAY_INLINE dual(V x, V derivative) noexcept : value(x), slope(derivative) {}
  /// A constant.
  ASSAY_INLINE explicit dual(V x) noexcept : value(x), slope(scalar(0)) {}
  ASSAY_INLINE explicit dual(scalar x) noexcept requires(!std::is_same_v<V, scalar>)
      : value(x), slope(scalar(0)) {}

  friend ASSAY_INLINE dual operator+(dual a, dual b) noexcept {
    return {a.value + b.value, a.slope + b.slope};
  }
  friend ASSAY_INLINE dual operator-(dual a, dual b) noexcept {
    return {a.value - b.value, a.slope - b.slope};
  }
  friend ASSAY_INLINE dual operator-(dual a) noexcept { return {-a.value, -a.slope}; }
  friend ASSAY_INLINE dual operator*(dual a, dual b) noexcept {
    return {a.value * b.value, a.value * b.slope + a.slope * b.value};
  }
  friend ASSAY_INLINE dual operator/(dual a, dual b) noexcept {
    const V quotient = a.value / b.value;
    return {quotient, (a.slope - quotient * b.slope) / b.value};
  }
  friend ASSAY_INLINE auto operator<(dual a, dual b) noexcept { return a.value < b.value; }
  friend ASSAY_INLINE auto operator<=(dual a, dual b) noexcept { return a.value <= b.value; }
  friend ASSAY_INLINE auto operator>(dual a, dual b) noexcept { return a.value > b.value; }
  friend ASSAY_INLINE auto operator>=(dual a, dual b) noexcept { return a.value >= b.value; }
};

/// x of slope 1: the number by which the derivative is taken.
template <class V>
ASSAY_INLINE dual<V> variable(V x) noexcept {
  return {x, V(simd::scalar_of<V>(1))};
}

/// yes or no lane by lane; for both kinds.
template <class Mask, class V>
ASSAY_INLINE V choose(Mask condition, V yes, V no) noexcept {
  return simd::select(condition, yes, no);
}
template <class Mask, class V>
ASSAY_INLINE dual<V> choose(Mask condition, dual<V> yes, dual<V> no) noexcept {
  return {simd::select(condition, yes.value, no.value), simd::select(condition, yes.slope, no.slope)};
}

/// Whether a sum has come to rest: value and slope.
template <class V>
ASSAY_INLINE auto equal(V a, V b) noexcept {
  return a == b;
}
template <class V>
ASSAY_INLINE auto equal(dual<V> a, dual<V> b) noexcept {
  return a.value == b.value && a.slope == b.slope;
}

namespace generic {

template <class V>
ASSAY_INLINE dual<V> exp(dual<V> x) noexcept {
  const V value = exp(x.value);
  return {value, value * x.slope};
}
template <class V>
ASSAY_INLINE dual<V> expm1(dual<V> x) noexcept {
  return {expm1(x.value), exp(x.value) * x.slope};
}
template <class V>
ASSAY_INLINE dual<V> log(dual<V> x) noexcept {
  return {log(x.value), x.slope / x.value};
}
template <class V>
ASSAY_INLINE dual<V> log1p(dual<V> x) noexcept {
  return {log1p(x.value), x.slope / (V(1.0) + x.value)};
}
template <class V>
ASSAY_INLINE dual<V> erfc(dual<V> x) noexcept {
  constexpr double two_over_sqrt_pi = 0x1.20dd750429b6dp0;
  const V bounded = simd::min(simd::abs(x.value), V(30.0));
  return {erfc(x.value), V(-two_over_sqrt_pi) * exp(-bounded * bounded) * x.slope};
}
template <class V>
ASSAY_INLINE V square_root(V x) noexcept {
  return simd::sqrt(x);
}
template <class V>
ASSAY_INLINE dual<V> square_root(dual<V> x) noexcept {
  const V value = simd::sqrt(x.value);
  return {value, V(0.5) * x.slope / value};
}

}  // namespace generic
}  // namespace assay::inline v1::vmath

namespace assay::inline v1::simd {

template <class V>
struct pack_traits<vmath::dual<V>> {
  using scalar = scalar_of<V>;
  static constexpr std::size_t width = pack_traits<V>::width;
};

}  // namespace assay::inline v1::simd
