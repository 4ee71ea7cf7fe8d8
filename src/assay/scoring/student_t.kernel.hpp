// Scores of Student t forecasts with n degrees of freedom. With z = (y - location)/scale, w^2 = z^2/n, f and
// F density and distribution function, c(a) = G(a + 1/2)/G(a):
//   crps/scale = |z| (2 F(|z|) - 1) + (2 f (n + z^2) - 2 sqrt(n) c(n/2)^2 / (sqrt(pi) c(n - 1/2))) / (n - 1)
//     d_location = -sgn(z)(2 F - 1),  d_scale = the last term,  d_df by dual numbers
//   log score = (n + 1)/2 log(1 + w^2) - log(c(n/2)/sqrt(pi n)) + log(scale)
// 2 F - 1 is a series of positive terms in w^2/(1 + w^2) where |w| <= 1, else 1 minus one in 1/(1 + w^2)
// (DLMF 8.17.8).
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/gamma.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

/// What depends on the degrees of freedom alone.
template <class T>
struct student_t_shape {
  T df;
  T root;         // sqrt(n)
  T height;       // sqrt(n) f(0)
  T half_spread;  // sqrt(n) c(n/2)^2 / (sqrt(pi) c(n - 1/2))

  static constexpr double k_inverse_sqrt_pi = 0x1.20dd750429b6dp-1;
};

template <class T>
ASSAY_LONG student_t_shape<T> student_t_shape_of(T df) noexcept {
  constexpr double inverse_sqrt_pi = student_t_shape<T>::k_inverse_sqrt_pi;
  const T root = vmath::generic::square_root(df);
  const T height = T(inverse_sqrt_pi) * vmath::generic::gamma_half_ratio(T(0.5) * df);
  const T ratio = height * height / vmath::generic::gamma_half_ratio(df - T(0.5));
  return {df, root, height, root * ratio * T(1.0 / inverse_sqrt_pi)};
}

template <class T>
struct student_t {
  const student_t_shape<T>& shape;
  T df;
  T z;                 // |z|, small enough for its square
  T w2;                // z^2/df
  T log_spread;        // log(1 + w2)
  T tail_expectation;  // f (n + z^2)

  template <class V>
  ASSAY_INLINE student_t(const student_t_shape<T>& parts, V distance) noexcept
      : shape(parts),
        df(parts.df),
        z(simd::min(distance, V(1e150))),
        w2(z * z / df),
        log_spread(vmath::generic::log1p(w2)),
        tail_expectation(shape.root * shape.height *
                         vmath::generic::exp(T(-0.5) * (df - T(1.0)) * log_spread)) {}

  /// 2 F - 1.
  [[nodiscard]] ASSAY_INLINE T central_mass() const noexcept {
    const T one(1.0), spread = one + w2;
    const auto inner = w2 <= one;
    // Where the tails hold less than 2^-57.
    const auto far = df * log_spread > T(80.0);
    const T start = vmath::choose(inner, T(1.5), T(0.5) * df + one);
    const T variable = vmath::choose(far, T(0.0), vmath::choose(inner, w2, one) / spread);
    T sum = one, term = one, up = T(0.5) * (df + one), down = start;
    for (int n = 0; n < 200; ++n) {  // two terms a division, which waits for none
      const T next_up = up + one, next_down = down + one;
      const T quotient = variable / (down * next_down);
      const T first = term * (quotient * (up * next_down)),
              second = term * (quotient * variable * (up * next_up));
      term = second;
      up = next_up + one;
      down = next_down + one;
      const T grown = sum + (first + second);
      const bool done = simd::all(vmath::equal(sum, grown));
      sum = grown;
      if (done) break;
    }
    const T twice_density = T(2.0) * z * tail_expectation / (df * spread);
    const T outer = one - twice_density * sum / df;
    return vmath::choose(far, one, vmath::choose(inner, twice_density * sum, outer));
  }

  /// The crps of scale 1 less |z| (2 F - 1).
  [[nodiscard]] ASSAY_INLINE T rest() const noexcept {
    return T(2.0) * (tail_expectation - shape.half_spread) / (df - T(1.0));
  }
};

struct crps_t_formula : student_t_family {
  template <class V>
  static ASSAY_INLINE student_t_shape<V> prepare(const simd::several<V, 3>& p, bool derivatives) noexcept {
    return derivatives ? student_t_shape<V>{} : student_t_shape_of(p.values[0]);
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p,
                                             const student_t_shape<V>& prepared, bool derivatives) noexcept {
    const V d = y - p.values[1], scale = p.values[2], z = d / scale;
    if (!derivatives) {
      const student_t<V> t(prepared, simd::abs(z));
      const V score = simd::abs(d) * t.central_mass() + scale * t.rest();
      return {score, score, score, score};
    }
    const auto shape = student_t_shape_of(vmath::variable(p.values[0]));
    const student_t<vmath::dual<V>> t(shape, simd::abs(z));
    const auto mass = t.central_mass(), rest = t.rest();
    const auto by_df = t.z * mass + rest;
    const V slope = simd::select(z == V(0.0), V(0.0), simd::times_sign_of(z, mass.value));
    return {simd::abs(d) * mass.value + scale * rest.value, scale * by_df.slope, -slope, rest.value};
  }
};

struct log_score_t_formula : student_t_family {
  template <class T>
  static ASSAY_INLINE T score(T df, T z) noexcept {
    namespace g = vmath::generic;
    constexpr double inverse_sqrt_pi = student_t_shape<T>::k_inverse_sqrt_pi;
    const T root = g::square_root(df), w = z / root;
    const auto far = w > T(1e8);  // there 1 + w^2 is w^2
    const T near = vmath::choose(far, T(1.0), w);
    T spread = g::log1p(near * near);
    if (simd::any(far)) spread = vmath::choose(far, T(2.0) * g::log(vmath::choose(far, w, T(1.0))), spread);
    const T height = T(inverse_sqrt_pi) * g::gamma_half_ratio(T(0.5) * df) / root;
    return T(0.5) * (df + T(1.0)) * spread - g::log(height);
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 3>& p, bool derivatives) noexcept {
    const V df = p.values[0], scale = p.values[2], z = (y - p.values[1]) / scale;
    if (!derivatives) {
      const V value = score(df, simd::abs(z)) + vmath::log(scale);
      return {value, value, value, value};
    }
    const auto found = score(vmath::variable(df), vmath::dual<V>(simd::abs(z)));
    const V w = z / simd::sqrt(df), more = df + V(1.0), inverse = V(1.0) / w;
    // w/(1 + w^2) and w^2/(1 + w^2) without the square of a large w
    return {found.value + vmath::log(scale), found.slope, -more / (w + inverse) / simd::sqrt(df) / scale,
            (V(1.0) - more / (V(1.0) + inverse * inverse)) / scale};
  }
};

}  // namespace assay::inline v1::scoring
