// erf, erfc and erfcx in double precision. Near zero an odd polynomial, elsewhere erfc(x) = e^(-x^2)
// erfcx(x), where (1 + 2 x) erfcx(x), between 1 and 1.33 for all x >= 0, is a polynomial in t = (x - K) / (x
// + K), -1 <= t <= 1. Form of the tail: Shepherd & Laframboise 1981 (Math. Comp. 36, 249); coefficients of
// our own (tests/ulp/derive_coefficients.py erf, erfcx 3.75).
#pragma once

#include <cstdint>

#include "assay/core/vmath/exp.hpp"

namespace assay::inline v1::vmath::generic {

inline constexpr double k_erfcx_center = 3.75;  // K: smallest error of the polynomial of degree 24, 2^-57.9

/// t = (x - K) / (x + K) as 2 x / (x + K) - 1, which keeps the digits of a small x.
template <class V>
ASSAY_INLINE V erfcx_variable(V x, double center) noexcept {
  return (x + x) / (x + V(center)) - V(1.0);
}

/// (1 + 2 x) erfcx(x) in t = (x - K) / (x + K). The linear coefficient is 2^-54 larger in magnitude than the
/// minimax one, so that erfcx(0), t = -1, comes out as exactly 1.
template <class V>
ASSAY_INLINE V erfcx_polynomial(V t) noexcept {
  return two_chains(t, 0x1.3ccda0b5d5dc2p+0, -0x1.1f367683f89a7p-3, 0x1.d5f294815a686p-9,
                    0x1.510169d0966c5p-4, -0x1.bda9309a29880p-4, 0x1.7a14188a9c302p-4, -0x1.e0d0fa6dd6715p-5,
                    0x1.d0b0037d38fa5p-6, -0x1.3f603c3b06999p-7, 0x1.cc3a0e6e5b672p-10, 0x1.33fb2a7e6f628p-12,
                    -0x1.303fa39fbda9cp-12, 0x1.b1437837136efp-15, 0x1.778b69feddaaep-16,
                    -0x1.7fff3e27c8337p-17, -0x1.05520494e0833p-20, 0x1.d623bd16d2c30p-20,
                    -0x1.ec248049b11f1p-25, -0x1.157a5ed4c89b9p-22, 0x1.9094879ce0873p-26,
                    0x1.4ac89ea2b3682p-25, -0x1.02ca09376ad52p-28, -0x1.5f19c03a0eadcp-28,
                    0x1.5a4f45374ab56p-32, 0x1.c760aa69e41c8p-32);
}

/// erf(x) for |x| <= 1: x + x (2/sqrt(pi) - 1 + x^2 Q(x^2)), relative error of the polynomial 2^-62.
template <class V>
ASSAY_INLINE V erf_near_zero(V x) noexcept {
  const V z = x * x;
  const V q =
      horner(z, -0x1.812746b0379e6p-2, 0x1.ce2f21a042b55p-4, -0x1.b82ce312856a9p-6, 0x1.565bcd0dcca5cp-8,
             -0x1.c02db3dda38bap-11, 0x1.f9a32221f073dp-14, -0x1.f4d1e8622f9f0p-17, 0x1.b9df61bc4af7dp-20,
             -0x1.5f20c687bfb2ap-23, 0x1.f7c8f8130eb69p-27, -0x1.38d8ed5c7a9e1p-30, 0x1.069a4d6c70cc2p-34);
  return x + x * (V(0x1.06eba8214db69p-3) + z * q);  // 2/sqrt(pi) - 1
}

/// -x^2 scale as the exact leading part and the rest: x^2 alone, rounded, would cost hundreds of ulp in
/// e^(-x^2).
template <class V>
ASSAY_INLINE V exp_of_negative_square(V x, double scale) noexcept {
  const V leading = simd::from_bits(simd::bits(x) & simd::bits_of<V>(0xfffffffff8000000ULL));  // 26 bits
  return exp_of_sum(-leading * leading * V(scale), -(x - leading) * (x + leading) * V(scale));
}

/// erfc(x) for x >= 0.
template <class V>
ASSAY_INLINE V erfc_tail(V x) noexcept {
  const V bounded = simd::min(x, V(28.0));  // erfc is 0 from 27.3; keeps t finite for Infinity, passes NaN
  const V t = erfcx_variable(bounded, k_erfcx_center);
  return exp_of_negative_square(bounded, 1.0) * erfcx_polynomial(t) / (V(1.0) + V(2.0) * bounded);
}

template <class V>
ASSAY_INLINE V erf(V x) noexcept {
  const V magnitude = simd::abs(x);
  const auto near_zero = magnitude < V(1.0);
  const V small = erf_near_zero(x);
  if (simd::all(near_zero)) return small;
  const V large = V(1.0) - erfc_tail(magnitude);
  return simd::select(near_zero, small, simd::select(x < V(0.0), -large, large));
}

template <class V>
ASSAY_INLINE V erfc(V x) noexcept {
  const V magnitude = simd::abs(x);
  const auto near_zero = magnitude < V(0.5);
  V result = V(1.0) - erf_near_zero(x);
  if (simd::all(near_zero)) return result;
  const V tail = erfc_tail(magnitude);
  return simd::select(near_zero, result, simd::select(x < V(0.0), V(2.0) - tail, tail));
}

/// e^(x^2) erfc(x), finite for x > -26.6.
template <class V>
ASSAY_INLINE V erfcx(V x) noexcept {
  const V magnitude = simd::abs(x);
  const V t = erfcx_variable(simd::min(magnitude, V(0x1p100)), k_erfcx_center);  // 1 in the limit
  V result = V(0.5) * erfcx_polynomial(t) / (V(0.5) + magnitude);
  if (simd::any(x < V(0.0))) {
    const V leading = simd::from_bits(simd::bits(x) & simd::bits_of<V>(0xfffffffff8000000ULL));
    const V bounded = simd::max(leading, V(-28.0));
    const V grown = exp_of_sum(bounded * bounded, (x - leading) * (x + leading));
    const V reflected = V(2.0) * simd::select(x < V(-28.0), infinity<V>(), grown) - result;
    result = simd::select(x < V(0.0), reflected, result);
  }
  return result;
}

}  // namespace assay::inline v1::vmath::generic
