// Polynomials in Horner's form, constants lowest degree first; and in two interleaved Horner chains for long
// ones.
#pragma once

#include "assay/core/simd/inline.hpp"
#include "assay/core/simd/scalar.hpp"

namespace assay::inline v1::vmath::generic {

/// c0 + x (c1 + x (c2 + ...)).
template <class V>
ASSAY_INLINE V horner(V, simd::scalar_of<V> last) noexcept {
  return V(last);
}
template <class V, class... Constants>
ASSAY_INLINE V horner(V x, simd::scalar_of<V> first, simd::scalar_of<V> second, Constants... rest) noexcept {
  return V(first) + x * horner(x, second, rest...);
}

/// The terms of even degree of a polynomial as a polynomial in square = x^2.
template <class V>
ASSAY_INLINE V every_second(V, simd::scalar_of<V> last) noexcept {
  return V(last);
}
template <class V>
ASSAY_INLINE V every_second(V, simd::scalar_of<V> last, simd::scalar_of<V>) noexcept {
  return V(last);
}
template <class V, class... Constants>
ASSAY_INLINE V every_second(V square, simd::scalar_of<V> first, simd::scalar_of<V>, simd::scalar_of<V> third,
                            Constants... rest) noexcept {
  return V(first) + square * every_second(square, third, rest...);
}

/// Even and odd terms apart: half the latency of horner for one multiplication more. The constant term, as a
/// rule the largest, is added last, so that one rounding error counts.
template <class V, class... Constants>
ASSAY_INLINE V two_chains(V x, simd::scalar_of<V> first, simd::scalar_of<V> second,
                          Constants... rest) noexcept {
  const V square = x * x;
  return V(first) + (x * every_second(square, second, rest...) + square * every_second(square, rest...));
}

}  // namespace assay::inline v1::vmath::generic
