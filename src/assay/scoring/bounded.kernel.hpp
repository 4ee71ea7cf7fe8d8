// Scores of normal, logistic and Student t forecasts on an interval [l, u], standardised: truncated with
// point masses L, U at its ends (0 for a plain truncation), or censored. G is the distribution function of
// the base, G1 and G2 the integrals of G and G^2 from -infinity, q(x) = (G(x) - G(l))/(G(u) - G(l)), c the
// outcome z brought into [l, u], w = 1 - L - U:
//   crps/scale = |z - c| + integral of (L + w q)^2 from l to c + integral of (U + w (1 - q))^2 from c to u
//   truncated log score = -log g(z) + log(scale) + log(G(u) - G(l)), infinite outside [l, u]
//   censored: crps/scale = |z - c| + (crps of the base at c) - G2(l) - G2(-u)
// An interval that lies more to the right is mirrored. Where it then ends below 0, everything is divided by
// G(u), so that truncation far in a tail neither underflows nor loses the small differences.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/beta.hpp"
#include "assay/core/vmath/dual.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"
#include "assay/scoring/log_growth.kernel.hpp"
#include "assay/scoring/student_t.kernel.hpp"

namespace assay::inline v1::scoring {

/// G, G1, G2 at a point, and g/G.
template <class V>
struct base_values {
  V cdf;
  V first;
  V second;
  V hazard;
};

struct normal_base {
  static constexpr double k_inverse_sqrt_pi = 0x1.20dd750429b6dp-1;
  static constexpr double k_inverse_sqrt_two_pi = 0x1.9884533d43651p-2;
  static constexpr double k_sqrt_2 = 0x1.6a09e667f3bcdp0;

  template <class V>
  static ASSAY_APART base_values<V> at(V x) noexcept {
    const auto here = vmath::normal_pdf_cdf(x);
    const V reach = simd::max(x, V(-1e3));  // Phi is 0 there, and 0 times infinity is not
    const V both = vmath::normal_cdf(x * V(k_sqrt_2));
    return {here.cdf, reach * here.cdf + here.pdf,
            here.cdf * (reach * here.cdf + (here.pdf + here.pdf)) - V(k_inverse_sqrt_pi) * both,
            here.pdf / here.cdf};
  }

  /// For x <= end <= 0, divided by G(end), G2 by its square.
  template <class V>
  static ASSAY_APART base_values<V> relative(V x, V end) noexcept {
    const V tail = vmath::generic::scaled_normal_tail(-x), last = vmath::generic::scaled_normal_tail(-end);
    const V ratio = tail / last * vmath::exp(V(-0.5) * (x - end) * (x + end));
    const V hazard = V(k_inverse_sqrt_two_pi) / tail;
    const V both = vmath::generic::scaled_normal_tail(x * V(-k_sqrt_2)) / (tail * tail);
    return {ratio, ratio * (x + hazard),
            ratio * ratio * ((x + (hazard + hazard)) - V(k_inverse_sqrt_pi) * both), hazard};
  }

  template <class V>
  static ASSAY_LONG V log_cdf(V x) noexcept {
    return vmath::normal_log_cdf(x);
  }

  /// -log g, and its derivative.
  template <class V>
  static ASSAY_INLINE simd::several<V, 2> surprise(V z) noexcept {
    constexpr double half_log_2_pi = 0x1.d67f1c864beb5p-1;
    return {V(0.5) * z * z + V(half_log_2_pi), z};
  }

  /// 2 G - 1, and the crps of the base less z times it.
  template <class V>
  static ASSAY_INLINE simd::several<V, 2> crps(V z) noexcept {
    const auto tail = vmath::normal_pdf_cdf(-simd::abs(z));
    return {simd::times_sign_of(z, V(1.0) - (tail.cdf + tail.cdf)),
            (tail.pdf + tail.pdf) - V(k_inverse_sqrt_pi)};
  }
};

struct logistic_base {
  /// (log(1 + v) - v/(1 + v))/v^2 for v = e^x <= 1.
  template <class V>
  static ASSAY_INLINE V square_part(V v) noexcept {
    const auto near = v < V(0x1p-4);
    const V far = simd::select(near, V(1.0), v);
    const V closed = (vmath::log1p(far) - far / (V(1.0) + far)) / (far * far);
    return simd::select(near, -log_bend_series(simd::select(near, v, V(0.0))), closed);
  }

  template <class V>
  static ASSAY_APART base_values<V> at(V x) noexcept {
    const V e = vmath::exp(-simd::abs(x)), lower = e / (V(1.0) + e), upper = V(1.0) / (V(1.0) + e);
    const auto negative = x < V(0.0);
    const V cdf = simd::select(negative, lower, upper), soft = simd::max(x, V(0.0)) + vmath::log1p_of_unit(e);
    return {cdf, soft, simd::select(negative, e * e * square_part(e), soft - cdf),
            simd::select(negative, upper, lower)};
  }

  template <class V>
  static ASSAY_APART base_values<V> relative(V x, V end) noexcept {
    const V v = vmath::exp(x), more = V(1.0) + v;
    const V ratio = vmath::exp(x - end) * (V(1.0) + vmath::exp(end)) / more;
    const auto none = v == V(0.0);
    const V mean = simd::select(none, V(1.0), vmath::log1p(v) * more / simd::select(none, V(1.0), v));
    return {ratio, ratio * mean, ratio * ratio * square_part(v) * more * more, V(1.0) / more};
  }

  template <class V>
  static ASSAY_LONG V log_cdf(V x) noexcept {
    return -(simd::max(-x, V(0.0)) + vmath::log1p_of_unit(vmath::exp(-simd::abs(x))));
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 2> surprise(V z) noexcept {
    const V a = simd::abs(z), e = vmath::exp(-a), soft = vmath::log1p_of_unit(e);
    return {a + (soft + soft), simd::times_sign_of(z, -vmath::expm1(-a) / (V(1.0) + e))};
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 2> crps(V z) noexcept {
    const V a = simd::min(simd::abs(z), V(1e3)), e = vmath::exp(-a), soft = vmath::log1p_of_unit(e),
            share = e / (V(1.0) + e);
    return {simd::times_sign_of(z, -vmath::expm1(-a) / (V(1.0) + e)), V(2.0) * (soft + a * share) - V(1.0)};
  }
};

/// The t distribution with any degrees of freedom n > 1, T a pack or its dual by n. With f the density:
///   G = I_{n/(n + x^2)}(n/2, 1/2)/2 for x < 0,  G1 = x G + f (n + x^2)/(n - 1)
///   G2 = G (x G + 2 f (n + x^2)/(n - 1)) - c H,  H as G with n - 1/2 for n/2, c from student_t_shape
template <class T>
struct student_t_base {
  T df;
  student_t_shape<T> shape;
  vmath::generic::beta_shape<T> tail_shape;
  vmath::generic::beta_shape<T> square_shape;

  ASSAY_INLINE explicit student_t_base(T n) noexcept
      : df(n),
        shape(student_t_shape_of(n)),
        tail_shape(vmath::generic::beta_shape_of(T(0.5) * n, T(0.5))),
        square_shape(vmath::generic::beta_shape_of(n - T(0.5), T(0.5))) {}

  /// For x <= 0 logarithms of G, H and f (n + x^2)/(n - 1).
  struct tail {
    T mass;
    T square;
    T expectation;
  };

  template <class Shape>
  static ASSAY_APART T log_half(T a, const Shape& beta, T spread) noexcept {
    const T one(1.0), x = one / spread, y = (spread - one) / spread;
    const auto inside = y > T(0.0);
    const auto found = vmath::generic::incomplete_beta_of(a, T(0.5), beta, vmath::choose(inside, x, T(0.5)),
                                                          vmath::choose(inside, y, T(0.5)));
    return vmath::choose(inside, found.logarithm(), T(0.0)) - T(0x1.62e42fefa39efp-1);
  }

  [[nodiscard]] ASSAY_APART tail tail_at(T x) const noexcept {
    namespace g = vmath::generic;
    const T w2 = x * x / df, spread = T(1.0) + w2;
    return {log_half(T(0.5) * df, tail_shape, spread), log_half(df - T(0.5), square_shape, spread),
            g::log(shape.root * shape.height / (df - T(1.0))) - T(0.5) * (df - T(1.0)) * g::log1p(w2)};
  }

  /// x constant.
  [[nodiscard]] ASSAY_APART base_values<T> at(T x) const noexcept {
    namespace g = vmath::generic;
    const auto negative = x < T(0.0);
    const tail found = tail_at(x);
    const T one(1.0), below = g::exp(found.mass), square = g::exp(found.square),
                      expectation = g::exp(found.expectation);
    const T cdf = vmath::choose(negative, below, one - below);
    const T both = vmath::choose(negative, square, one - square);
    return {cdf, x * cdf + expectation,
            cdf * (x * cdf + (expectation + expectation)) - spread_factor() * both,
            density(expectation, x) / cdf};
  }

  [[nodiscard]] ASSAY_APART base_values<T> relative(T x, T end) const noexcept {
    namespace g = vmath::generic;
    const tail found = tail_at(x);
    const T ratio = g::exp(found.mass - tail_at(end).mass);
    const T expectation = g::exp(found.expectation - found.mass);
    const T both = g::exp(found.square - (found.mass + found.mass));
    return {ratio, ratio * (x + expectation),
            ratio * ratio * ((x + (expectation + expectation)) - spread_factor() * both),
            density(expectation, x)};
  }

  [[nodiscard]] ASSAY_INLINE T log_cdf(T x) const noexcept { return tail_at(x).mass; }

 private:
  [[nodiscard]] ASSAY_INLINE T spread_factor() const noexcept {
    return T(2.0) * shape.half_spread / (df - T(1.0));
  }
  [[nodiscard]] ASSAY_INLINE T density(T expectation, T x) const noexcept {
    return expectation * ((df - T(1.0)) / (df + x * x));
  }
};

/// G, G1, G2 with derivatives: g, G and G^2; those by the base's own parameter come along.
template <class Base, class V>
ASSAY_INLINE base_values<V> base_at(const Base& base, V x) noexcept {
  return base.at(x);
}
template <class V>
ASSAY_INLINE base_values<vmath::dual<V>> with_slope(const base_values<vmath::dual<V>>& v, V density,
                                                    V slope) noexcept {
  const V cdf = v.cdf.value;
  return {{cdf, v.cdf.slope + density * slope},
          {v.first.value, v.first.slope + cdf * slope},
          {v.second.value, v.second.slope + cdf * cdf * slope},
          {}};
}
template <class V>
ASSAY_INLINE base_values<vmath::dual<V>> constant(const base_values<V>& v) noexcept {
  using T = vmath::dual<V>;
  return {T(v.cdf), T(v.first), T(v.second), T(v.hazard)};
}
template <class Base, class V>
ASSAY_INLINE base_values<vmath::dual<V>> base_at(const Base& base, vmath::dual<V> x) noexcept {
  const auto v = base.at(x.value);
  return with_slope(constant(v), simd::select(v.cdf == V(0.0), V(0.0), v.cdf * v.hazard), x.slope);
}
template <class V>
ASSAY_INLINE base_values<vmath::dual<V>> base_at(const student_t_base<vmath::dual<V>>& base,
                                                 vmath::dual<V> x) noexcept {
  const auto v = base.at(vmath::dual<V>(x.value));
  return with_slope(v, v.cdf.value * v.hazard.value, x.slope);
}
template <class Base, class V>
ASSAY_INLINE base_values<V> base_relative(const Base& base, V x, V end) noexcept {
  return base.relative(x, end);
}
/// `shrink` is by how much log G(end) grows.
template <class V>
ASSAY_INLINE base_values<vmath::dual<V>> with_slopes(const base_values<vmath::dual<V>>& v, V density, V slope,
                                                     V shrink) noexcept {
  auto moved = with_slope(v, density, slope);
  moved.cdf.slope = moved.cdf.slope - v.cdf.value * shrink;
  moved.first.slope = moved.first.slope - v.first.value * shrink;
  moved.second.slope = moved.second.slope - (v.second.value + v.second.value) * shrink;
  return moved;
}
template <class Base, class V>
ASSAY_INLINE base_values<vmath::dual<V>> base_relative(const Base& base, vmath::dual<V> x,
                                                       vmath::dual<V> end) noexcept {
  const auto v = base.relative(x.value, end.value);
  const V shrink = base.relative(end.value, end.value).hazard * end.slope;
  return with_slopes(constant(v), simd::select(v.cdf == V(0.0), V(0.0), v.cdf * v.hazard), x.slope, shrink);
}
template <class V>
ASSAY_INLINE base_values<vmath::dual<V>> base_relative(const student_t_base<vmath::dual<V>>& base,
                                                       vmath::dual<V> x, vmath::dual<V> end) noexcept {
  using T = vmath::dual<V>;
  const auto v = base.relative(T(x.value), T(end.value));
  const V shrink = base.relative(T(end.value), T(end.value)).hazard.value * end.slope;
  return with_slopes(v, v.cdf.value * v.hazard.value, x.slope, shrink);
}

/// A number brought into the range where infinite ends are ordinary ones.
template <class T>
ASSAY_INLINE T tamed(T z) noexcept {
  const T low = vmath::choose(z < T(-1e150), T(-1e150), z);
  return vmath::choose(low > T(1e150), T(1e150), low);
}

/// Standardised interval and outcome, mirrored so that the middle lies at or below 0.
template <class Base, class T>
struct truncation {
  using mask = decltype(T(0.0) < T(0.0));

  const Base& base;
  mask mirrored;
  T low, point, high;     // l, c, u
  T low_mass, high_mass;  // L, U
  mask far;               // the interval ends below 0
  base_values<T> at_low, at_high;
  T mass;  // G(u) - G(l), divided by G(u) where far

  ASSAY_INLINE truncation(const Base& base_of, T lower, T outcome, T upper, T lower_mass,
                          T upper_mass) noexcept
      : base(base_of),
        mirrored(lower + upper > T(0.0)),
        low(vmath::choose(mirrored, -upper, lower)),
        point(vmath::choose(mirrored, -outcome, outcome)),
        high(vmath::choose(mirrored, -lower, upper)),
        low_mass(vmath::choose(mirrored, upper_mass, lower_mass)),
        high_mass(vmath::choose(mirrored, lower_mass, upper_mass)),
        far(high <= T(0.0)),
        at_low(values(low)),
        at_high(values(high)),
        mass(at_high.cdf - at_low.cdf) {}

  [[nodiscard]] ASSAY_LONG base_values<T> values(T x) const noexcept {
    const base_values<T> plain = base_at(base, x);
    if (!simd::any(far)) return plain;
    const T zero(0.0);
    const base_values<T> scaled =
        base_relative(base, vmath::choose(far, x, zero), vmath::choose(far, high, zero));
    return {vmath::choose(far, scaled.cdf, plain.cdf), vmath::choose(far, scaled.first, plain.first),
            vmath::choose(far, scaled.second, plain.second), vmath::choose(far, scaled.hazard, plain.hazard)};
  }

  /// g at a point, divided by the mass.
  [[nodiscard]] ASSAY_INLINE T density(const base_values<T>& v) const noexcept {
    return vmath::choose(v.cdf > T(0.0), v.cdf * v.hazard / mass, T(0.0));
  }

  /// Integrals of q and q^2 from the end `from` to a point `length` away.
  [[nodiscard]] ASSAY_INLINE simd::several<T, 2> integrals(const base_values<T>& from,
                                                           const base_values<T>& to,
                                                           T length) const noexcept {
    const T step = to.first - from.first;
    return {(step - from.cdf * length) / mass,
            ((to.second - from.second) - from.cdf * (step + step) + from.cdf * from.cdf * length) /
                (mass * mass)};
  }

  /// Integral of (point mass + w q)^2 where q has the integrals i; infinite where the mass lies at infinity.
  [[nodiscard]] ASSAY_INLINE T square(T point_mass, T length, const simd::several<T, 2>& i) const noexcept {
    const T w = T(1.0) - low_mass - high_mass;
    const T total =
        point_mass * point_mass * length + w * (T(2.0) * point_mass * i.values[0] + w * i.values[1]);
    return vmath::choose(point_mass > T(0.0),
                         vmath::choose(length > T(1e149), T(__builtin_huge_val()), total), total);
  }

  /// The crps less the distance of the outcome from the interval.
  [[nodiscard]] ASSAY_INLINE T crps() const noexcept {
    const base_values<T> here = values(point);
    const T left = point - low, right = high - point;
    const auto below = integrals(at_low, here, left);
    const base_values<T> mirrored_high = base_at(base, -high);
    const auto plain = integrals(mirrored_high, base_at(base, -point), right);
    simd::several<T, 2> above = plain;
    if (simd::any(far)) {
      // 1 - q is near 1 over most of an interval in the tail: by the integrals of q.
      const auto whole = integrals(at_low, at_high, high - low);
      const T gap = whole.values[0] - below.values[0];
      above.values[0] = vmath::choose(far, right - gap, plain.values[0]);
      above.values[1] =
          vmath::choose(far, (right - (gap + gap)) + (whole.values[1] - below.values[1]), plain.values[1]);
    }
    return square(low_mass, left, below) + square(high_mass, right, above);
  }
};

/// A formula's values by location and scale: one pass a derivative.
template <class V, class Score>
ASSAY_INLINE simd::several<V, 3> by_location_and_scale(V location, V scale, bool derivatives,
                                                       Score score) noexcept {
  if (!derivatives) {
    const V value = score(location, scale);
    return {value, value, value};
  }
  using T = vmath::dual<V>;
  simd::several<V, 3> results{};
  for (int k = 0; k < 2; ++k) {
    const T found = score(T(location, V(k == 0 ? 1.0 : 0.0)), T(scale, V(k == 0 ? 0.0 : 1.0)));
    results.values[0] = found.value;
    results.values[k + 1] = found.slope;
  }
  return results;
}

template <class Base, class T, class V>
ASSAY_APART T truncated_crps(const Base& base, V y, T location, T scale, V lower, V upper, T lower_mass,
                             T upper_mass) noexcept {
  const V point = simd::min(simd::max(y, lower), upper);
  const truncation<Base, T> forecast(base, tamed((T(lower) - location) / scale),
                                     (T(point) - location) / scale, tamed((T(upper) - location) / scale),
                                     lower_mass, upper_mass);
  return T(simd::abs(y - point)) + scale * forecast.crps();
}

/// -log density of the truncated base, with derivatives.
template <class Base, class V>
ASSAY_INLINE simd::several<V, 3> truncated_log_score(V y, const simd::several<V, 4>& p) noexcept {
  const V location = p.values[0], scale = p.values[1], lower = p.values[2], upper = p.values[3], zero(0.0);
  const auto inside = y >= lower && y <= upper;
  const V z = (y - location) / scale;
  const Base base{};
  const truncation<Base, V> forecast(base, tamed((lower - location) / scale), zero,
                                     tamed((upper - location) / scale), zero, zero);
  const auto surprise = Base::surprise(z);
  const V end = simd::select(forecast.far, Base::log_cdf(simd::min(forecast.high, zero)), zero);
  const V score = surprise.values[0] + vmath::log(scale) + (end + vmath::log(forecast.mass));
  const V at_high = forecast.density(forecast.at_high), at_low = forecast.density(forecast.at_low);
  const V moved = simd::select(forecast.mirrored, at_high - at_low, at_low - at_high);
  const V spread = at_high * forecast.high - at_low * forecast.low;
  return {simd::select(inside, score, V(__builtin_huge_val())),
          simd::select(inside, (moved - surprise.values[1]) / scale, zero),
          simd::select(inside, ((V(1.0) - z * surprise.values[1]) - spread) / scale, zero)};
}

template <class Base>
struct crps_truncated_mass_formula : bounded_mass_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 6>& p, bool derivatives) noexcept {
    return by_location_and_scale(p.values[0], p.values[1], derivatives, [&](auto location, auto scale) {
      using T = decltype(location);
      return truncated_crps(Base{}, y, location, scale, p.values[2], p.values[3], T(p.values[4]),
                            T(p.values[5]));
    });
  }
};

template <class Base>
struct crps_truncated_formula : bounded_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 4>& p, bool derivatives) noexcept {
    return by_location_and_scale(p.values[0], p.values[1], derivatives, [&](auto location, auto scale) {
      using T = decltype(location);
      return truncated_crps(Base{}, y, location, scale, p.values[2], p.values[3], T(0.0), T(0.0));
    });
  }
};

template <class Base>
struct log_score_truncated_formula : bounded_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 4>& p, bool) noexcept {
    return truncated_log_score<Base>(y, p);
  }
};

template <class Base>
struct crps_censored_formula : bounded_family {
  /// Of the ends.
  template <class V>
  struct parts {
    V lost;       // G2(l) + G2(-u)
    V by_places;  // G(l)^2 - G(-u)^2
    V by_scale;   // l G(l)^2 - u G(-u)^2
  };

  template <class V>
  static ASSAY_INLINE parts<V> prepare(const simd::several<V, 4>& p, bool) noexcept {
    const V location = p.values[0], scale = p.values[1];
    const V low = tamed((p.values[2] - location) / scale), high = tamed((p.values[3] - location) / scale);
    const auto below = Base::at(low), above = Base::at(-high);
    const V at_low = below.cdf * below.cdf, at_high = above.cdf * above.cdf;
    return {below.second + above.second, at_low - at_high, low * at_low - high * at_high};
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 4>& p, const parts<V>& ends,
                                             bool) noexcept {
    const V location = p.values[0], scale = p.values[1];
    const V point = simd::min(simd::max(y, p.values[2]), p.values[3]);
    const auto base = Base::crps((point - location) / scale);
    const V rest = base.values[1] - ends.lost;
    return {(simd::abs(y - point) + simd::abs(point - location) * simd::abs(base.values[0])) + scale * rest,
            ends.by_places - base.values[0], rest + ends.by_scale};
  }
};

// ---- Student t ----

/// A formula's values by degrees of freedom, location and scale: one pass a derivative.
template <class V, class Score>
ASSAY_INLINE simd::several<V, 4> by_three_parameters(V df, V location, V scale, bool derivatives,
                                                     Score score) noexcept {
  if (!derivatives) {
    const V value = score(df, location, scale);
    return {value, value, value, value};
  }
  using T = vmath::dual<V>;
  simd::several<V, 4> results{};
  for (int k = 0; k < 3; ++k) {
    const auto slope = [k](int at) { return V(k == at ? 1.0 : 0.0); };
    const T found = score(T(df, slope(0)), T(location, slope(1)), T(scale, slope(2)));
    results.values[0] = found.value;
    results.values[k + 1] = found.slope;
  }
  return results;
}

struct crps_gtct_formula : bounded_t_mass_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 7>& p, bool derivatives) noexcept {
    return by_three_parameters(p.values[0], p.values[1], p.values[2], derivatives,
                               [&](auto df, auto location, auto scale) {
                                 using T = decltype(df);
                                 return truncated_crps(student_t_base<T>(df), y, location, scale, p.values[3],
                                                       p.values[4], T(p.values[5]), T(p.values[6]));
                               });
  }
};

struct crps_tt_formula : bounded_t_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 5>& p, bool derivatives) noexcept {
    return by_three_parameters(p.values[0], p.values[1], p.values[2], derivatives,
                               [&](auto df, auto location, auto scale) {
                                 using T = decltype(df);
                                 return truncated_crps(student_t_base<T>(df), y, location, scale, p.values[3],
                                                       p.values[4], T(0.0), T(0.0));
                               });
  }
};

/// Censored: truncated, with the masses beyond the ends at the ends.
struct crps_ct_formula : bounded_t_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 5>& p, bool derivatives) noexcept {
    return by_three_parameters(
        p.values[0], p.values[1], p.values[2], derivatives, [&](auto df, auto location, auto scale) {
          using T = decltype(df);
          const student_t_base<T> base(df);
          const auto mass_beyond = [&](T end) {
            const T place = tamed(end);  // no mass at infinity
            return vmath::choose(place > T(-1e149), base_at(base, place).cdf, T(0.0));
          };
          const T below = mass_beyond((T(p.values[3]) - location) / scale);
          const T above = mass_beyond((location - T(p.values[4])) / scale);
          return truncated_crps(base, y, location, scale, p.values[3], p.values[4], below, above);
        });
  }
};

struct log_score_tt_formula : bounded_t_family {
  template <class T, class V>
  static ASSAY_INLINE T score(V y, T df, T location, T scale, V lower, V upper) noexcept {
    namespace g = vmath::generic;
    const student_t_base<T> base(df);
    const T zero(0.0), z = (T(y) - location) / scale;
    const truncation<student_t_base<T>, T> forecast(base, tamed((T(lower) - location) / scale), zero,
                                                    tamed((T(upper) - location) / scale), zero, zero);
    const T end = log_cdf(base, vmath::choose(forecast.far, forecast.high, zero));
    const T mass = vmath::choose(forecast.far, end, zero) + g::log(forecast.mass);
    return log_score_t_formula::score(df, vmath::choose(z < zero, -z, z)) + g::log(scale) + mass;
  }

  template <class V>
  static ASSAY_INLINE simd::several<V, 4> of(V y, const simd::several<V, 5>& p, bool derivatives) noexcept {
    const auto inside = y >= p.values[3] && y <= p.values[4];
    const V place = simd::select(inside, y, p.values[1]);
    auto found = by_three_parameters(p.values[0], p.values[1], p.values[2], derivatives,
                                     [&](auto df, auto location, auto scale) {
                                       return score(place, df, location, scale, p.values[3], p.values[4]);
                                     });
    found.values[0] = simd::select(inside, found.values[0], V(__builtin_huge_val()));
    for (int k = 1; k < 4; ++k) found.values[k] = simd::select(inside, found.values[k], V(0.0));
    return found;
  }

 private:
  template <class V>
  static ASSAY_INLINE V log_cdf(const student_t_base<V>& base, V x) noexcept {
    return base.log_cdf(x);
  }
  template <class V>
  static ASSAY_INLINE vmath::dual<V> log_cdf(const student_t_base<vmath::dual<V>>& base,
                                             vmath::dual<V> x) noexcept {
    using T = vmath::dual<V>;
    const T value = base.log_cdf(T(x.value));
    const V hazard = base.relative(T(x.value), T(x.value)).hazard.value;
    return {value.value, value.slope + hazard * x.slope};
  }
};

using crps_gtcnormal_formula = crps_truncated_mass_formula<normal_base>;
using crps_tnormal_formula = crps_truncated_formula<normal_base>;
using crps_cnormal_formula = crps_censored_formula<normal_base>;
using log_score_tnormal_formula = log_score_truncated_formula<normal_base>;
using crps_gtclogistic_formula = crps_truncated_mass_formula<logistic_base>;
using crps_tlogistic_formula = crps_truncated_formula<logistic_base>;
using crps_clogistic_formula = crps_censored_formula<logistic_base>;
using log_score_tlogistic_formula = log_score_truncated_formula<logistic_base>;

}  // namespace assay::inline v1::scoring
