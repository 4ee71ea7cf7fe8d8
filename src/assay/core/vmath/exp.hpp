// exp and expm1 by Cody-Waite reduction and a polynomial: x = k ln2 + r with |r| <= ln2 / 2, e^x = 2^k e^r.
// Written once for double and float, packs and scalars; multiply and add only, so all give the same bits.
#pragma once

#include <cstdint>

#include "assay/core/simd/scalar.hpp"
#include "assay/core/vmath/polynomial.hpp"

namespace assay::inline v1::vmath::generic {

/// Constants of the reduction. ln2_high has so few bits that k * ln2_high is exact (fdlibm e_exp.c, FreeBSD
/// e_expf.c); adding `round` leaves the nearest integer in the low bits of the sum.
template <class T>
struct exp_constants;

template <>
struct exp_constants<double> {
  static constexpr double round = 0x1.8p52;
  static constexpr double log2_e = 0x1.71547652b82fep0;
  static constexpr double ln2_high = 0x1.62e42feep-1;
  static constexpr double ln2_low = 0x1.a39ef35793c76p-33;
  static constexpr int mantissa_bits = 52;
  static constexpr double plain_limit = 708.0;  // below it 2^k and the result are normal numbers
  static constexpr double overflow = 710.0;     // beyond these the result is Infinity or 0
  static constexpr double underflow = -746.0;

  /// (e^r - 1 - r - r^2/2) / r^3, minimax: e^r within 2^-57.3 (tests/ulp/derive_coefficients.py exp).
  template <class V>
  static ASSAY_INLINE V tail(V r) noexcept {
    return two_chains(r, 0x1.555555555555cp-3, 0x1.5555555553168p-5, 0x1.111111110e57bp-7,
                      0x1.6c16c17cf544dp-10, 0x1.a01a01b674608p-13, 0x1.a019aa91e3524p-16,
                      0x1.71dde87ba6173p-19, 0x1.28a022b41d716p-22, 0x1.af793e3aee588p-26);
  }
  /// The same with an error of 2^-61.7 relative to r, which e^r - 1 needs (the same script, expm1).
  template <class V>
  static ASSAY_INLINE V long_tail(V r) noexcept {
    return two_chains(r, 0x1.5555555555559p-3, 0x1.5555555555559p-5, 0x1.111111110f6ddp-7,
                      0x1.6c16c16c14a63p-10, 0x1.a01a01afd599ep-13, 0x1.a01a01af6e822p-16,
                      0x1.71ddf8763afb7p-19, 0x1.27e4c7ae0a63dp-22, 0x1.af5e886fdf81fp-26,
                      0x1.1f92e095bb934p-29);
  }
};

template <>
struct exp_constants<float> {
  static constexpr float round = 0x1.8p23F;
  static constexpr float log2_e = 0x1.715476p0F;
  static constexpr float ln2_high = 0x1.62e4p-1F;
  static constexpr float ln2_low = 0x1.7f7d1cp-20F;
  static constexpr int mantissa_bits = 23;
  static constexpr float plain_limit = 87.0F;
  static constexpr float overflow = 89.0F;
  static constexpr float underflow = -104.0F;

  /// e^r within 2^-28.2.
  template <class V>
  static ASSAY_INLINE V tail(V r) noexcept {
    return two_chains(r, 0x1.555492p-3F, 0x1.5554bep-5F, 0x1.1239fcp-7F, 0x1.6d7b86p-10F);
  }
  /// Error 2^-31.2 relative to r.
  template <class V>
  static ASSAY_INLINE V long_tail(V r) noexcept {
    return two_chains(r, 0x1.555556p-3F, 0x1.5554f2p-5F, 0x1.1110a2p-7F, 0x1.6d40e8p-10F, 0x1.a18a0cp-13F);
  }
};

/// x + extra = k ln2 + (high - low), where high is exact.
template <class V>
struct exp_reduction {
  V shifted;  // k + round: the low bits are the integer k
  V power;    // k
  V high;
  V low;
};

template <class V>
ASSAY_INLINE exp_reduction<V> reduce_for_exp(V x) noexcept {
  using C = exp_constants<simd::scalar_of<V>>;
  exp_reduction<V> result;
  result.shifted = x * V(C::log2_e) + V(C::round);
  result.power = result.shifted - V(C::round);
  result.high = x - result.power * V(C::ln2_high);
  result.low = result.power * V(C::ln2_low);
  return result;
}

/// 2^k for an integer k + round given as `shifted`, |k| <= 1022 (126 for float).
template <class V>
ASSAY_INLINE V power_of_two(V shifted) noexcept {
  using C = exp_constants<simd::scalar_of<V>>;
  return simd::from_bits((simd::bits(shifted) << C::mantissa_bits) + simd::bits(V(1)));
}

/// y 2^k for any k that exp can need, in two steps so that subnormal results are rounded once and overflow to
/// Infinity.
template <class V>
ASSAY_INLINE V scale_in_two_steps(V y, V power) noexcept {
  using C = exp_constants<simd::scalar_of<V>>;
  using T = simd::scalar_of<V>;
  const V first = power * V(T(0.5)) + V(C::round);
  const V second = (power - (first - V(C::round))) + V(C::round);
  return y * power_of_two(first) * power_of_two(second);
}

template <class V>
ASSAY_INLINE V infinity() noexcept {
  return V(static_cast<simd::scalar_of<V>>(__builtin_huge_val()));
}
template <class V>
ASSAY_INLINE V not_a_number() noexcept {
  return V(static_cast<simd::scalar_of<V>>(__builtin_nan("")));
}

/// constant + high + rest, where |constant| is 0 or at least |high|: the rounding error of constant + high is
/// known exactly (fast two-sum) and joins the small terms.
template <class V>
ASSAY_INLINE V add_in_order(V constant, V high, V rest) noexcept {
  const V whole = constant + high;
  return whole + (((constant - whole) + high) + rest);
}

/// e^x given its reduction; `x` decides about overflow, underflow and NaN.
template <class V>
ASSAY_INLINE V exp_from_reduction(V x, const exp_reduction<V>& reduction) noexcept {
  using C = exp_constants<simd::scalar_of<V>>;
  using T = simd::scalar_of<V>;
  const V r = reduction.high - reduction.low;
  const V tail = r * r * (V(T(0.5)) + r * C::tail(r)) - reduction.low;
  const V y = add_in_order(V(1), reduction.high, tail);
  if (simd::all(simd::abs(x) <= V(C::plain_limit))) [[likely]]
    return simd::from_bits(simd::bits(y) + (simd::bits(reduction.shifted) << C::mantissa_bits));
  V result = scale_in_two_steps(y, reduction.power);
  result = simd::select(x > V(C::overflow), infinity<V>(), result);
  result = simd::select(x < V(C::underflow), V(0), result);
  return simd::select(x != x, x, result);
}

template <class V>
ASSAY_INLINE V exp(V x) noexcept {
  return exp_from_reduction(x, reduce_for_exp(x));
}

/// e^(x + extra) for a correction |extra| << 1 that x cannot hold; keeps the tails of the normal distribution
/// accurate.
template <class V>
ASSAY_INLINE V exp_of_sum(V x, V extra) noexcept {
  exp_reduction<V> reduction = reduce_for_exp(x);
  reduction.low = reduction.low - extra;
  return exp_from_reduction(x, reduction);
}

/// e^x - 1 = 2^k ((1 - 2^-k) + (e^r - 1)). The sign bit is that of x, which the sum loses for x = -0.
template <class V>
ASSAY_INLINE V expm1(V x) noexcept {
  using C = exp_constants<simd::scalar_of<V>>;
  using T = simd::scalar_of<V>;
  const exp_reduction<V> reduction = reduce_for_exp(x);
  const V shrink = power_of_two(V(C::round) - simd::min(reduction.power, V(64)));  // 1 - 2^-64 is 1 already
  const V constant = V(1) - shrink;
  const V lost = (V(1) - constant) - shrink;
  const V r = reduction.high - reduction.low;
  const V tail = r * r * (V(T(0.5)) + r * C::long_tail(r)) + (lost - reduction.low);
  const V y = add_in_order(constant, reduction.high, tail);
  const auto sign = simd::bits(x) & simd::bits(V(T(-0.0)));
  if (simd::all(simd::abs(x) <= V(C::plain_limit))) [[likely]]
    return simd::from_bits(simd::bits(y * power_of_two(reduction.shifted)) | sign);
  V result = scale_in_two_steps(y, reduction.power);
  result = simd::select(x > V(C::overflow), infinity<V>(), result);
  result = simd::select(x < -V(C::plain_limit), V(-1), result);
  result = simd::from_bits(simd::bits(result) | sign);
  return simd::select(x != x, x, result);
}

}  // namespace assay::inline v1::vmath::generic
