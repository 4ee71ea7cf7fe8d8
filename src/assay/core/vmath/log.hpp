// log and log1p: x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), then the series of fdlibm in s = f / (2
// + f). Source: fdlibm e_log.c and s_log1p.c, FreeBSD e_logf.c (constants), musl log1p.c (reduction by
// integer arithmetic).
#pragma once

#include <cstdint>

#include "assay/core/simd/scalar.hpp"
#include "assay/core/vmath/exp.hpp"

namespace assay::inline v1::vmath::generic {

template <class T>
struct log_constants;

template <>
struct log_constants<double> {
  static constexpr std::uint64_t sqrt_half = 0x3fe6a09e00000000;  // bits of a number just below sqrt(1/2)
  static constexpr std::uint64_t mantissa = 0x000fffffffffffff;
  static constexpr int mantissa_bits = 52;
  static constexpr double integer_base = 0x1p52;  // or-ing a small integer into its bits adds the integer
  static constexpr double bias = 1023.0;
  static constexpr double smallest = 0x1p-1022;
  static constexpr double largest = 0x1.fffffffffffffp1023;
  static constexpr double lift = 0x1p54;  // makes a subnormal number normal
  static constexpr double lift_power = 54.0;

  /// (log(1 + f) - 2 s - ...) / s in z = s^2: the constants Lg1 to Lg7, |error| < 2^-58.45.
  template <class V>
  static ASSAY_INLINE V series(V z) noexcept {
    return z * two_chains(z, 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01,
                          2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01,
                          1.479819860511658591e-01);
  }
};

template <>
struct log_constants<float> {
  static constexpr std::uint32_t sqrt_half = 0x3f3504f3;
  static constexpr std::uint32_t mantissa = 0x007fffff;
  static constexpr int mantissa_bits = 23;
  static constexpr float integer_base = 0x1p23F;
  static constexpr float bias = 127.0F;
  static constexpr float smallest = 0x1p-126F;
  static constexpr float largest = 0x1.fffffep127F;
  static constexpr float lift = 0x1p25F;
  static constexpr float lift_power = 25.0F;

  /// |error| < 2^-34.24.
  template <class V>
  static ASSAY_INLINE V series(V z) noexcept {
    return z * two_chains(z, 0xaaaaaa.0p-24F, 0xccce13.0p-25F, 0x91e9ee.0p-25F, 0xf89e26.0p-26F);
  }
};

/// x = 2^power (1 + fraction) for a positive normal x.
template <class V>
struct log_reduction {
  V power;
  V fraction;
};

template <class V>
ASSAY_INLINE log_reduction<V> reduce_for_log(V x) noexcept {
  using C = log_constants<simd::scalar_of<V>>;
  using B = simd::bits_of<V>;
  const B shifted = simd::bits(x) + (simd::bits(V(1)) - B(C::sqrt_half));
  const V exponent = simd::from_bits((shifted >> C::mantissa_bits) | simd::bits(V(C::integer_base)));
  return {exponent - V(C::integer_base + C::bias),
          simd::from_bits((shifted & B(C::mantissa)) + B(C::sqrt_half)) - V(1)};
}

/// power ln2 + log(1 + fraction) + correction, the small terms first.
template <class V>
ASSAY_INLINE V log_of_reduced(V power, V fraction, V correction) noexcept {
  using C = log_constants<simd::scalar_of<V>>;
  using E = exp_constants<simd::scalar_of<V>>;
  using T = simd::scalar_of<V>;
  const V half_square = V(T(0.5)) * fraction * fraction;
  const V s = fraction / (V(2) + fraction);
  const V series = C::series(s * s);
  const V small = s * (half_square + series) + (power * V(E::ln2_low) + correction);
  return power * V(E::ln2_high) - ((half_square - small) - fraction);
}

template <class V>
ASSAY_INLINE V log(V x) noexcept {
  using C = log_constants<simd::scalar_of<V>>;
  const bool plain = simd::all(x >= V(C::smallest) && x <= V(C::largest));
  V positive = x;
  V lift_power = V(0);
  if (!plain) [[unlikely]] {
    const auto subnormal = x < V(C::smallest);
    positive = simd::select(subnormal, x * V(C::lift), x);
    lift_power = simd::select(subnormal, V(C::lift_power), V(0));
  }
  const log_reduction<V> reduction = reduce_for_log(positive);
  V result = log_of_reduced(reduction.power - lift_power, reduction.fraction, V(0));
  if (!plain) [[unlikely]] {
    result = simd::select(x > V(C::largest), infinity<V>(), result);
    result = simd::select(x == V(0), -infinity<V>(), result);
    result = simd::select(x < V(0), not_a_number<V>(), result);
    result = simd::select(x != x, x, result);
  }
  return result;
}

/// log(1 + x): what 1 + x loses to rounding comes back as a correction relative to 1 + x. Near zero nothing
/// is added.
template <class V>
ASSAY_INLINE V log1p(V x) noexcept {
  using C = log_constants<simd::scalar_of<V>>;
  using T = simd::scalar_of<V>;
  const V u = V(1) + x;
  const log_reduction<V> reduction = reduce_for_log(u);
  const auto near_zero = reduction.power == V(0);
  const V lost = simd::select(x < V(1), x - (u - V(1)), V(1) - (u - x));
  const V correction = simd::select(near_zero, V(0), lost / u);
  const V fraction = simd::select(near_zero, x, reduction.fraction);
  V result = log_of_reduced(reduction.power, fraction, correction);
  // log1p has the sign of its argument, also for -0
  result = simd::from_bits(simd::bits(result) | (simd::bits(x) & simd::bits(V(T(-0.0)))));
  if (simd::all(x > V(-1) && x <= V(C::largest))) [[likely]]
    return result;
  result = simd::select(x > V(C::largest), infinity<V>(), result);
  result = simd::select(x == V(-1), -infinity<V>(), result);
  result = simd::select(x < V(-1), not_a_number<V>(), result);
  return simd::select(x != x, x, result);
}

/// log(1 + x) for 0 <= x <= 1, as of e^-|z|, at little more than half the price: 1 + x is 2^0 (1 + x) or 2^1
/// (1
/// + (x - 1)/2), and neither fraction needs a correction.
template <class V>
ASSAY_INLINE V log1p_of_unit(V x) noexcept {
  using T = simd::scalar_of<V>;
  const auto low = x < V(T(0x1.a827999fcef32p-2));  // sqrt(2) - 1
  const V fraction = simd::select(low, x, V(T(0.5)) * (x - V(1)));
  return log_of_reduced(simd::select(low, V(0), V(1)), fraction, V(0));
}

}  // namespace assay::inline v1::vmath::generic
