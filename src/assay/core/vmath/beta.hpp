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
  T sum;                   // n = a + b
  gamma_power<T> at_mean;  // power_over_gamma of n at n
};

template <class T>
ASSAY_APART beta_shape<T> beta_shape_of(T a, T b) noexcept {
  const T n = a + b;
  return {gamma_shape_of(a), gamma_shape_of(b), n, power_over_gamma(gamma_shape_of(n), n)};
}

/// G(a + b + 1)/(G(a + 1) G(b + 1)) x^a y^b with y = 1 - x, both > 0: for whole numbers the probability of a
/// successes in a + b trials.
template <class T>
ASSAY_LONG gamma_power<T> binomial_power(const beta_shape<T>& shape, T x, T y) noexcept {
  const gamma_power<T> first = power_over_gamma(shape.first, shape.sum * x),
                       second = power_over_gamma(shape.second, shape.sum * y);
  return {(first.exponent + second.exponent) - shape.at_mean.exponent,
          first.factor * second.factor / shape.at_mean.factor};
}

/// Keeps what each lane of an iteration comes to rest at, however long the others take; value and slope each
/// for itself, so that a dual has the value of the plain computation.
template <class V>
class settling {
 public:
  ASSAY_INLINE explicit settling(V first) noexcept : result_(first), open_(first == first) {}

  /// Takes the next iterate; false when all lanes rest.
  ASSAY_INLINE bool take(V before, V now, V size) noexcept {
    result_ = simd::select(open_, now, result_);
    open_ = open_ && simd::abs(now - before) > V(0x1p-53) * size;
    return simd::any(open_);
  }
  ASSAY_INLINE bool take(V before, V now) noexcept { return take(before, now, simd::abs(now)); }
  [[nodiscard]] ASSAY_INLINE V result() const noexcept { return result_; }

 private:
  V result_;
  decltype(V(0.0) == V(0.0)) open_;
};
template <class V>
class settling<dual<V>> {
 public:
  ASSAY_INLINE explicit settling(dual<V> first) noexcept : value_(first.value), slope_(first.slope) {}

  ASSAY_INLINE bool take(dual<V> before, dual<V> now) noexcept {
    const bool value = value_.take(before.value, now.value);
    const V size = simd::abs(now.slope) + simd::abs(now.value);
    const bool slope = slope_.take(before.slope, now.slope, size + size);
    return value || slope;
  }
  [[nodiscard]] ASSAY_INLINE dual<V> result() const noexcept { return {value_.result(), slope_.result()}; }

 private:
  settling<V> value_;
  settling<V> slope_;
};

/// The continued fraction of Didonato & Morris (1992, eq. 9, the even part of the classical one): I_x(a, b)
/// over x^a y^b / B(a, b). Few terms where x is at most about the mean a/(a + b): 0.6 sqrt(min(a, b)) there.
template <class T>
ASSAY_INLINE T beta_fraction(T a, T b, T x, T y) noexcept {
  const T one(1.0), gap = a * y - b * x + one;
  // Convergents A/B are kept over the latest B.
  T share = a / (a + one);  // (a + n - 1)/(a + 2 n - 1)
  T now = one / (share * gap), before(0.0);
  settling<T> limit(now);
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
    if (!limit.take(before, now)) break;
  }
  return limit.result();
}

/// I_x(a, b), the distribution function of the beta distribution, from its smaller part: `part` is I_x(a, b),
/// or 1 - I_x(a, b) where the outcome lies above the mean (mirrored). For 0 < x < 1.
template <class T>
struct incomplete_beta_part {
  using mask = decltype(T(0.0) < T(0.0));

  gamma_power<T> part;
  gamma_power<T> binomial;  // binomial_power(x, y)
  mask mirrored;

  [[nodiscard]] ASSAY_INLINE T value() const noexcept {
    const T small = part.value();
    return choose(mirrored, T(1.0) - small, small);
  }
  /// log I_x(a, b), with its digits in the far lower tail.
  [[nodiscard]] ASSAY_INLINE T logarithm() const noexcept {
    const T small = choose(mirrored, part.value(), T(0.5));
    return choose(mirrored, log1p(-small), part.logarithm());
  }
};

template <class T>
ASSAY_APART incomplete_beta_part<T> incomplete_beta_of(T a, T b, const beta_shape<T>& shape, T x,
                                                       T y) noexcept {
  const T n = a + b;
  const auto mirrored = n * x > a;
  const gamma_power<T> power = binomial_power(shape, x, y);
  const T fraction = beta_fraction(choose(mirrored, b, a), choose(mirrored, a, b), choose(mirrored, y, x),
                                   choose(mirrored, x, y));
  return {{power.exponent, a * b / n * power.factor * fraction}, power, mirrored};
}

/// I_x(a, b) and the term x^a y^b / (a B(a, b)) by which it exceeds I_x(a + 1, b).
template <class T>
struct incomplete_beta_result {
  T value;
  T term;
};

/// For x >= 0, y = 1 - x >= 0, a > 0, b > 0. Good to a few units of 1, not of the upper tail.
template <class T>
ASSAY_LONG incomplete_beta_result<T> incomplete_beta(T a, T b, const beta_shape<T>& shape, T x,
                                                     T y) noexcept {
  const T zero(0.0), one(1.0), half(0.5);
  const auto inside = x > zero && y > zero;
  const auto found = incomplete_beta_of(a, b, shape, choose(inside, x, half), choose(inside, y, half));
  return {choose(inside, found.value(), choose(x > zero, one, zero)),
          choose(inside, b / (a + b) * found.binomial.value(), zero)};
}

}  // namespace assay::inline v1::vmath::generic
