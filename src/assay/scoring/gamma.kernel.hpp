// Scores of gamma forecasts with shape k. With x = rate y, F = P(k, x), p = x^k e^-x / G(k + 1), F = p = 0
// for y <= 0:
//   rate crps = (x - k)(2 F - 1) + 2 k p - G(k + 1/2) / (sqrt(pi) G(k))
//     d_rate = (y (2 F - 1) - crps)/rate,  d_shape by dual numbers
//   log score = log(y / (k p)),   d_rate = (x - k)/rate,  d_shape by dual numbers
// The crps formula is the usual one with F of shape k + 1 written as F - p.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/gamma.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

/// 2 F - 1 and the crps of a rate of 1.
template <class T>
struct gamma_crps_terms {
  T twice_cdf;
  T crps;
};

struct crps_gamma_formula : gamma_family {
  /// What depends on the shape alone.
  template <class T>
  struct shape_parts {
    vmath::generic::gamma_shape<T> gamma;
    T spread;  // G(k + 1/2) / (sqrt(pi) G(k))
  };

  template <class T>
  static ASSAY_INLINE shape_parts<T> parts(T k) noexcept {
    constexpr double inverse_sqrt_pi = 0x1.20dd750429b6dp-1;
    return {vmath::generic::gamma_shape_of(k), T(inverse_sqrt_pi) * vmath::generic::gamma_half_ratio(k)};
  }

  /// For the outcome x >= 0.
  template <class T, class Mask>
  static ASSAY_LONG gamma_crps_terms<T> terms(const shape_parts<T>& part, T x, Mask positive) noexcept {
    const T k = part.gamma.shape;
    const T inside = vmath::choose(positive, x, T(1.0));
    const T power = vmath::generic::power_over_gamma(part.gamma, inside).value();
    const T cdf = vmath::generic::lower_gamma(k, inside, power);
    const T twice = vmath::choose(positive, cdf + cdf, T(0.0)) - T(1.0);
    const T peak = vmath::choose(positive, T(2.0) * k * power, T(0.0));
    return {twice, ((x - k) * twice + peak) - part.spread};
  }

  template <class V>
  static ASSAY_INLINE shape_parts<V> prepare(const simd::several<V, 2>& p, bool derivatives) noexcept {
    return derivatives ? shape_parts<V>{} : parts(p.values[0]);
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p,
                                             const shape_parts<V>& prepared, bool derivatives) noexcept {
    const V rate = p.values[1], x = rate * y;
    const auto positive = x > V(0.0);
    if (!derivatives) {
      const V score = terms(prepared, x, positive).crps / rate;
      return {score, score, score};
    }
    using T = vmath::dual<V>;
    const auto found = terms(parts(vmath::variable(p.values[0])), T(x), positive);
    const V score = found.crps.value / rate;
    return {score, found.crps.slope / rate, (y * found.twice_cdf.value - score) / rate};
  }
};

struct log_score_gamma_formula : gamma_family {
  template <class T>
  static ASSAY_INLINE T score(T k, T x, T rate) noexcept {
    namespace g = vmath::generic;
    return g::log(x / k) - g::power_over_gamma(g::gamma_shape_of(k), x).logarithm() - g::log(rate);
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool derivatives) noexcept {
    constexpr double infinity = __builtin_huge_val();
    const V k = p.values[0], rate = p.values[1], x = rate * y;
    const auto positive = x > V(0.0);
    const V inside = simd::select(positive, x, V(1.0));
    // At 0 the density is infinite, the rate or 0; below there is none.
    const V at_zero =
        simd::select(k < V(1.0), V(-infinity), simd::select(k == V(1.0), -vmath::log(rate), V(infinity)));
    const V outside = simd::select(y == V(0.0), at_zero, V(infinity));
    if (!derivatives) {
      const V value = simd::select(positive, score(k, inside, rate), outside);
      return {value, value, value};
    }
    using T = vmath::dual<V>;
    const T found = score(vmath::variable(k), T(inside), T(rate));
    return {simd::select(positive, found.value, outside), simd::select(positive, found.slope, V(0.0)),
            simd::select(positive, (x - k) / rate, V(0.0))};
  }
};

}  // namespace assay::inline v1::scoring
