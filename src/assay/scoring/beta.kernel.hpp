// Scores of beta forecasts on [l, u]. With t = (y - l)/(u - l) brought into [0, 1], n = a + b, mean m = a/n,
// F = I_t(a, b), p = t^a (1 - t)^b / (a B(a, b)), c(x) = G(x + 1/2)/G(x):
//   crps/(u - l) = (t - m)(2 F - 1) + 2 m p - c(a) c(b)/(sqrt(pi) n c(n)),  plus the distance of y from [l,
//   u]
//     d_lower = -crps + (2 F - 1)(t - 1),  d_upper = crps - (2 F - 1) t,  both of width 1;  d_a, d_b by dual
//     numbers
//   log score = log(t (1 - t) n/(a b)) - log C + log(u - l),  C = G(n + 1)/(G(a + 1) G(b + 1)) t^a (1 - t)^b
// The crps formula is the usual one with F of a + 1 written as F - p and the mean taken out.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/beta.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

/// Outcome t and 1 - t on the unit interval, each with its own digits.
template <class V>
struct unit_outcome {
  V width;
  V t;
  V rest;

  ASSAY_INLINE unit_outcome(V y, V lower, V upper) noexcept
      : width(upper - lower),
        t(simd::max(V(0.0), simd::min(V(1.0), (y - lower) / width))),
        rest(simd::max(V(0.0), simd::min(V(1.0), (upper - y) / width))) {}
};

struct crps_beta_formula : beta_family {
  template <class T>
  struct terms {
    T crps;
    T central;  // 2 F - 1
  };

  /// What depends on a and b alone.
  template <class T>
  struct shape_parts {
    vmath::generic::beta_shape<T> beta;
    T spread;  // c(a) c(b)/(sqrt(pi) n c(n))
  };

  template <class T>
  static ASSAY_LONG shape_parts<T> parts(T a, T b) noexcept {
    namespace g = vmath::generic;
    constexpr double inverse_sqrt_pi = 0x1.20dd750429b6dp-1;
    const T n = a + b;
    const T spread = g::gamma_half_ratio(a) / n * (g::gamma_half_ratio(b) / g::gamma_half_ratio(n));
    return {g::beta_shape_of(a, b), T(inverse_sqrt_pi) * spread};
  }

  template <class T>
  static ASSAY_LONG terms<T> unit_crps(const shape_parts<T>& shape, T t, T rest) noexcept {
    const T a = shape.beta.first.shape, b = shape.beta.second.shape, n = shape.beta.sum, one(1.0);
    const auto found = vmath::generic::incomplete_beta(a, b, shape.beta, t, rest);
    const T central = found.value + found.value - one;
    const T excess = (b * t - a * rest) / n;  // t - m
    return {excess * central + T(2.0) * (a / n) * found.term - shape.spread, central};
  }

  template <class V>
  static ASSAY_INLINE shape_parts<V> prepare(const simd::several<V, 4>& p, bool derivatives) noexcept {
    return derivatives ? shape_parts<V>{} : parts(p.values[0], p.values[1]);
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 5> of(V y, const simd::several<V, 4>& p,
                                             const shape_parts<V>& prepared, bool derivatives) noexcept {
    const V a = p.values[0], b = p.values[1], lower = p.values[2], upper = p.values[3], zero(0.0);
    const unit_outcome<V> outcome(y, lower, upper);
    const V outside = simd::max(zero, lower - y) + simd::max(zero, y - upper);
    if (!derivatives) {
      const V score = outside + outcome.width * unit_crps(prepared, outcome.t, outcome.rest).crps;
      return {score, score, score, score, score};
    }
    using T = vmath::dual<V>;
    const auto by_a = unit_crps(parts(vmath::variable(a), T(b)), T(outcome.t), T(outcome.rest));
    const auto by_b = unit_crps(parts(T(a), vmath::variable(b)), T(outcome.t), T(outcome.rest));
    const V unit = by_a.crps.value, central = by_a.central.value;
    return {outside + outcome.width * unit, outcome.width * by_a.crps.slope, outcome.width * by_b.crps.slope,
            -unit - central * outcome.rest, unit - central * outcome.t};
  }
};

struct log_score_beta_formula : beta_family {
  template <class T>
  static ASSAY_LONG T unit_score(T a, T b, T t, T rest) noexcept {
    namespace g = vmath::generic;
    const T n = a + b;
    return g::log(t * rest * (n / a / b)) - g::binomial_power(g::beta_shape_of(a, b), t, rest).logarithm();
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 5> of(V y, const simd::several<V, 4>& p, bool derivatives) noexcept {
    constexpr double infinity = __builtin_huge_val();
    const V a = p.values[0], b = p.values[1], zero(0.0), one(1.0), half(0.5);
    const unit_outcome<V> outcome(y, p.values[2], p.values[3]);
    const auto inside = outcome.t > zero && outcome.rest > zero;
    const V t = simd::select(inside, outcome.t, half), rest = simd::select(inside, outcome.rest, half);
    // At an end the density is infinite, finite (exponent 0) or 0; beyond there is none.
    const auto at_lower = y == p.values[2];
    const V near = simd::select(at_lower, a, b), other = simd::select(at_lower, b, a);
    const V at_end = simd::select(near < one, V(-infinity),
                                  simd::select(near == one, vmath::log(outcome.width / other), V(infinity)));
    const V outside = simd::select(at_lower || y == p.values[3], at_end, V(infinity));
    const V scale = vmath::log(outcome.width);
    if (!derivatives) {
      const V value = simd::select(inside, unit_score(a, b, t, rest) + scale, outside);
      return {value, value, value, value, value};
    }
    using T = vmath::dual<V>;
    const T by_a = unit_score(vmath::variable(a), T(b), T(t), T(rest));
    const T by_b = unit_score(T(a), vmath::variable(b), T(t), T(rest));
    const V slope = (b - one) / rest - (a - one) / t;  // by t
    return {simd::select(inside, by_a.value + scale, outside), simd::select(inside, by_a.slope, zero),
            simd::select(inside, by_b.slope, zero),
            simd::select(inside, -(slope * rest + one) / outcome.width, zero),
            simd::select(inside, (one - slope * t) / outcome.width, zero)};
  }
};

}  // namespace assay::inline v1::scoring
