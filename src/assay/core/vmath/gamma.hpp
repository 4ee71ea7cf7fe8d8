// The gamma function's kin, double precision, for a pack or scalar T or its dual: derivatives by the shape
// come from the same code. All rest on the error of Stirling's formula, so nothing large cancels:
//   G(a + 1) = sqrt(2 pi a) (a/e)^a e^d(a),   x^a e^-x / G(a + 1) = e^(-a (m - log(1 + m)) - d(a)) / sqrt(2
//   pi a)
// with m = x/a - 1 (Loader 2000, "Fast and accurate computation of binomial probabilities").
#pragma once

#include "assay/core/vmath/dual.hpp"
#include "assay/core/vmath/erf.hpp"
#include "assay/core/vmath/polynomial.hpp"

namespace assay::inline v1::vmath::generic {

/// d(a) for a >= 1, error 2^-56.6 (tests/ulp/derive_coefficients.py stirling).
template <class T>
ASSAY_LONG T stirling_error(T a) noexcept {
  const T v = T(1.0) / (a + T(0.25));
  return v * two_chains(
                 v, 0x1.55555555553b7p-4, 0x1.55555555a68efp-6, 0x1.3e93e88b7d7b2p-9, -0x1.999935733a806p-11,
                 0x1.44d1a2313310ep-14, 0x1.4fb03c427006cp-11, -0x1.c6d85658ebd8fp-20, -0x1.3e125d2b63d40p-11,
                 -0x1.eea5dd537cfc2p-13, 0x1.e33621d96b2d1p-10, -0x1.c95d5afbc7dbep-12, -0x1.00132c5a9ed87p-7,
                 0x1.5cf8d2ac69d27p-6, -0x1.04582da7ad899p-5, 0x1.0231a3e09f651p-5, -0x1.5f81cbafe7a15p-6,
                 0x1.3eb1f09745fdfp-7, -0x1.5ccc3a97f1b19p-9, 0x1.5de7597bb1ac5p-12);
}

/// (m - log(1 + m)) / m^2 for m in [-1/2, 1]. With s = m/(2 + m): log(1 + m) = 2 artanh(s), so that
/// m - log(1 + m) = m s - 2 s^3 (1/3 + s^2/5 + ...).
template <class T>
ASSAY_INLINE T log_gap_ratio(T m) noexcept {
  const T s = m / (T(2.0) + m), z = s * s, rest = T(1.0) - s;
  const T series = two_chains(z, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17,
                              1.0 / 19, 1.0 / 21, 1.0 / 23, 1.0 / 25, 1.0 / 27, 1.0 / 29, 1.0 / 31, 1.0 / 33);
  return T(0.5) * rest * (T(1.0) - rest * s * series);
}

/// r - 1 - log r >= 0 for r = x/a > 0, with m = (x - a)/a, which near 0 has more digits than r - 1.
template <class T>
ASSAY_LONG T log_gap(T r, T m) noexcept {
  const auto near = r >= T(0.5) && r <= T(2.0);
  const T bounded = choose(near, m, T(0.0));
  T result = bounded * bounded * log_gap_ratio(bounded);
  if (!simd::all(near)) result = choose(near, result, (r - T(1.0)) - log(r));
  return result;
}

/// log G(b), b >= 1; an ulp of its terms, of the order of b log b.
template <class T>
ASSAY_LONG T log_gamma(T b) noexcept {
  constexpr double half_log_two_pi = 0x1.d67f1c864beb5p-1;
  return (T(half_log_two_pi) - b) + (b - T(0.5)) * log(b) + stirling_error(b);
}

/// log G(1 - x) / x for x < 1, which is Euler's constant at 0 (tests/ulp/derive_coefficients.py gamma, error
/// 2^-56.8).
template <class T>
ASSAY_LONG T log_gamma_slope(T x) noexcept {
  const auto near = x >= T(-0.25) && x <= T(0.25);
  const T small = choose(near, x, T(0.0));
  const T series =
      two_chains(small, 0x1.2788cfc6fb619p-1, 0x1.a51a6625307d4p-1, 0x1.9a4d55beab171p-2,
                 0x1.151322ac7d009p-2, 0x1.a8b9c17af05c4p-3, 0x1.5b40cb111483fp-3, 0x1.2703a1ad81ea9p-3,
                 0x1.010b363655976p-3, 0x1.c8068eaf8f80cp-4, 0x1.9a0220038d0cep-4, 0x1.7486ca5bc92c8p-4,
                 0x1.5561f1b949516p-4, 0x1.3bae46d4c6bacp-4, 0x1.25610f34deedcp-4, 0x1.0859bbee73314p-4,
                 0x1.eacd38206263cp-5, 0x1.37c87eff7b6c3p-4, 0x1.2f96f8ae3c3fap-4);
  if (simd::all(near)) return series;
  const T far = choose(near, T(0.5), x);
  return choose(near, series, (log_gamma(T(2.0) - far) - log1p(-far)) / far);
}

/// (e^(x g) - 1)/x, g for x = 0.
template <class T>
ASSAY_LONG T exponential_growth(T x, T g) noexcept {
  const T e = x * g;
  const auto near = e >= T(-1.0) && e <= T(1.0);
  const T small = choose(near, e, T(0.0));
  const T series =
      two_chains(small, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800,
                 1.0 / 87178291200, 1.0 / 1307674368000, 1.0 / 20922789888000, 1.0 / 355687428096000);
  return choose(near, g * series, expm1(e) / choose(near, T(1.0), x));
}

/// x^a e^-x / G(a + 1) as factor e^exponent, for x > 0.
template <class T>
struct gamma_power {
  T exponent;
  T factor;

  [[nodiscard]] ASSAY_INLINE T value() const noexcept { return factor * exp(exponent); }
  [[nodiscard]] ASSAY_INLINE T logarithm() const noexcept { return exponent + log(factor); }
};

/// What power_over_gamma needs of a > 0 alone.
template <class T>
struct gamma_shape {
  T shape;
  T large;      // the shape, at least 1
  T stirling;   // stirling_error(large)
  T factor;     // 1 / sqrt(2 pi large)
  T log_gamma;  // log G(a + 1) for a < 1
};

template <class T>
ASSAY_LONG gamma_shape<T> gamma_shape_of(T a) noexcept {
  constexpr double two_pi = 0x1.921fb54442d18p2;
  const auto small = a < T(1.0);
  const T large = choose(small, T(1.0), a);
  T log_gamma_next(0.0);
  if (simd::any(small)) log_gamma_next = log_gamma(choose(small, a, T(0.5)) + T(1.0));
  return {a, large, stirling_error(large), T(1.0) / square_root(T(two_pi) * large), log_gamma_next};
}

template <class T>
ASSAY_LONG gamma_power<T> power_over_gamma(const gamma_shape<T>& a, T x) noexcept {
  const auto small = a.shape < T(1.0);
  const T r = x / a.large;
  const T ratio = choose(r < T(1e-300), T(1e-300), r);
  gamma_power<T> result{-(a.large * log_gap(ratio, (x - a.large) / a.large)) - a.stirling, a.factor};
  if (simd::any(small)) {
    // G(a + 1) itself: its arguments are small there.
    result.exponent = choose(small, (a.shape * log(x) - x) - a.log_gamma, result.exponent);
    result.factor = choose(small, T(1.0), result.factor);
  }
  return result;
}

/// G(a + 1/2) / G(a), a > 0.
template <class T>
ASSAY_LONG T gamma_half_ratio(T a) noexcept {
  const auto small = a < T(1.0);
  const T b = choose(small, a + T(1.0), a);
  const T m = T(0.5) / b;
  const T exponent = stirling_error(b + T(0.5)) - stirling_error(b) - b * (m * m * log_gap_ratio(m));
  const T ratio = square_root(b) * exp(exponent);
  return choose(small, ratio * a / (a + T(0.5)), ratio);
}

/// sum_n x^n / ((a + 1) ... (a + n)): all terms positive, summed until they no longer count.
template <class T>
ASSAY_INLINE T lower_gamma_series(T a, T x) noexcept {
  T sum(1.0), term(1.0), next = a;
  for (int n = 0; n < 1000; ++n) {  // two terms a division, which waits for none
    const T before = next + T(1.0);
    next = before + T(1.0);
    const T quotient = x / (before * next);
    const T first = term * (quotient * next);
    term = term * (quotient * x);
    const T grown = sum + (first + term);
    const bool done = simd::all(equal(sum, grown));
    sum = grown;
    if (done) break;
  }
  return sum;
}

/// Terms of order 1/a^k of Temme's uniform expansion as series in h, h^2/2 = m - log(1 + m), for a >= 1000
/// and |h| < 0.3: c_0 = 1/m - 1/h, c_k = c_(k-1)'/h + (-1)^k g_k/m, g_k Stirling's coefficients (DLMF 8.12).
template <class T>
ASSAY_LONG T uniform_gamma_terms(T a, T h) noexcept {
  const T c0 =
      two_chains(h, -1.0 / 3, 1.0 / 12, -2.0 / 135, 1.0 / 864, 1.0 / 2835, -139.0 / 777600, 1.0 / 25515,
                 -571.0 / 261273600, -281.0 / 151559100, 8.296711340953087e-07, -1.7665952736826078e-07,
                 6.707853543401498e-09, 1.0261809784240309e-08, -4.382036018453353e-09);
  const T c1 = two_chains(h, -1.0 / 540, -1.0 / 288, 1.0 / 378, -77.0 / 77760, 1.0 / 4860, -1.0 / 2488320,
                          -1.8098550334489977e-05, 7.64916091608111e-06, -1.6120900894563446e-06,
                          4.647127802807434e-09);
  const T c2 = two_chains(h, 25.0 / 6048, -139.0 / 51840, 1.0 / 1296, 1.0 / 497664, -1.073665322636516e-04,
                          5.2923448829120125e-05);
  const T c3 = two_chains(h, 101.0 / 155520, 571.0 / 2488320, -4.691894943952557e-04, 2.6772063206283885e-04);
  const T u = T(1.0) / a;
  return c0 + u * (c1 + u * (c2 + u * c3));
}

/// P(a, x) = 1/G(a) integral of t^(a-1) e^-t from 0 to x, a > 0 and x > 0; `power` is x^a e^-x / G(a + 1).
/// Good to a few units of 1, not of the upper tail.
template <class T>
ASSAY_APART T lower_gamma(T a, T x, T power) noexcept {
  const auto large = a >= T(1000.0);
  // From there on 1 - P < 2^-56.
  const T end = a + T(9.0) * square_root(a) + T(50.0);
  const auto by_series = a < T(1000.0) && x < end;
  const T series = lower_gamma_series(choose(by_series, a, T(1.0)), choose(by_series, x, T(0.0)));
  T result = choose(by_series, power * series, T(1.0));
  if (simd::any(large)) {
    const T b = choose(large, a, T(1000.0));
    const T raw = choose(large, (x - b) / b, T(0.0));
    const T low = choose(raw < T(-0.5), T(-0.5), raw);
    const T m = choose(low > T(1.0), T(1.0), low);
    const T h = m * square_root(T(2.0) * log_gap_ratio(m));
    const T uniform = T(0.5) * erfc(-(h * square_root(T(0.5) * b))) -
                      power * exp(stirling_error(b)) * uniform_gamma_terms(b, h);
    result = choose(large, uniform, result);
  }
  return result;
}

}  // namespace assay::inline v1::vmath::generic
