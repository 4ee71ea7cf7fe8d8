// The beta function's kin, double precision, for a pack or scalar T or its dual. As in gamma.hpp all rests on
// the error of Stirling's formula: the binomial term for real a and b is a product of three Poisson terms.
#pragma once

#include "assay/core/vmath/gamma.hpp"

namespace assay::inline v1::vmath::generic {

/// What binomial_power needs of a > 0 and b > 0 alone.
template <class T>
struct beta_shape {
  gamma_shape<T> first;
  gamma_shape<T> second;
  gamma_shape<T> both;  // of a + b
};

template <class T>
ASSAY_INLINE beta_shape<T> beta_shape_of(T a, T b) noexcept {
  return {gamma_shape_of(a), gamma_shape_of(b), gamma_shape_of(a + b)};
}

/// G(a + b + 1)/(G(a + 1) G(b + 1)) x^a y^b with y = 1 - x, both > 0: for whole numbers the probability of a
/// successes in a + b trials.
template <class T>
ASSAY_LONG gamma_power<T> binomial_power(const beta_shape<T>& shape, T x, T y) noexcept {
  const T n = shape.both.shape;
  const gamma_power<T> first = power_over_gamma(shape.first, n * x),
                       second = power_over_gamma(shape.second, n * y), both = power_over_gamma(shape.both, n);
  return {(first.exponent + second.exponent) - both.exponent, first.factor * second.factor / both.factor};
}

/// Whether an iteration has come to rest: value and slope, to their last bit or nearly so.
template <class V>
ASSAY_INLINE auto settled(V before, V now) noexcept {
  return simd::abs(now - before) <= V(0x1p-53) * simd::abs(now);
}
template <class V>
ASSAY_INLINE auto settled(dual<V> before, dual<V> now) noexcept {
  return settled(before.value, now.value) &&
         simd::abs(now.slope - before.slope) <= V(0x1p-52) * (simd::abs(now.slope) + simd::abs(now.value));
}

/// The continued fraction of Didonato & Morris (1992, eq. 9, the even part of the classical one): I_x(a, b)
/// over x^a y^b / B(a, b). Few terms where x is at most about the mean a/(a + b): 0.6 sqrt(min(a, b)) there.
template <class T>
ASSAY_INLINE T beta_fraction(T a, T b, T x, T y) noexcept {
  const T one(1.0), gap = a * y - b * x + one;
  // Convergents A/B are kept over the latest B.
  T share = a / (a + one);  // (a + n - 1)/(a + 2 n - 1)
  T now = one / (share * gap), before(0.0);
  T numerator_before(0.0), denominator_before = now;
  T n = one, wide = a + one;  // a + 2 n - 1
  for (int step = 0; step < 20000; ++step) {
    const T rest = n * (b - n) * x / wide;
    const T alpha = (share * rest) * ((a + b + n - one) * x);
    wide = wide + T(2.0);
    share = (a + n) / wide;
    const T beta = n + rest + share * (gap + n * (one + y));
    const T next = beta + alpha * denominator_before;
    const T inverse = one / next;
    before = now;
    now = (beta * before + alpha * numerator_before) * inverse;
    numerator_before = before * inverse;
    denominator_before = inverse;
    n = n + one;
    if (simd::all(settled(before, now))) break;
  }
  return now;
}

/// I_x(a, b), the distribution function of the beta distribution, and the term x^a y^b / (a B(a, b)) by which
/// it exceeds I_x(a + 1, b).
template <class T>
struct incomplete_beta_result {
  T value;
  T term;
};

/// For x >= 0, y = 1 - x >= 0, a > 0, b > 0. Good to a few units of 1, not of the upper tail.
template <class T>
ASSAY_LONG incomplete_beta_result<T> incomplete_beta(T a, T b, const beta_shape<T>& shape, T x,
                                                     T y) noexcept {
  const T zero(0.0), one(1.0), n = a + b;
  const auto inside = x > zero && y > zero;
  const T left = choose(inside, x, T(0.5)), right = choose(inside, y, T(0.5));
  const auto mirrored = n * left > a;
  const T power = binomial_power(shape, left, right).value() / n;
  const T fraction = beta_fraction(choose(mirrored, b, a), choose(mirrored, a, b),
                                   choose(mirrored, right, left), choose(mirrored, left, right));
  const T tail = a * b * power * fraction;
  const T value = choose(mirrored, one - tail, tail);
  return {choose(inside, value, choose(x > zero, one, zero)), choose(inside, b * power, zero)};
}

}  // namespace assay::inline v1::vmath::generic
