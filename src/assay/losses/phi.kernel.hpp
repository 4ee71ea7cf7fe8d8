// Losses of class labels that depend on the probability of the label alone: value and derivative by the log
// odds t = log p - log q, q = 1 - p. A new loss of this kind is one struct here: parameters, and the two
// numbers of a row.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"

namespace assay::inline v1::losses {

/// What is known of a row: everything comes from t and e = exp(-|t|), so that p and q keep their digits at
/// both ends.
template <class V>
struct label_odds {
  V t;
  V e;
  V log1p_e;

  /// -log p
  [[nodiscard]] ASSAY_INLINE V cross_entropy() const noexcept { return log1p_e + max(-t, V(0.0)); }
  [[nodiscard]] ASSAY_INLINE V log_p() const noexcept { return -cross_entropy(); }
  [[nodiscard]] ASSAY_INLINE V log_q() const noexcept { return -(log1p_e + max(t, V(0.0))); }
  [[nodiscard]] ASSAY_INLINE V p() const noexcept { return select(t < V(0.0), e, V(1.0)) / (1.0 + e); }
  [[nodiscard]] ASSAY_INLINE V q() const noexcept { return select(t < V(0.0), V(1.0), e) / (1.0 + e); }

  /// From gap = z_y - m and rest = sum exp(z_j - m): e is formed without t, whose rounding it would magnify.
  static ASSAY_INLINE label_odds of(V gap, V rest) noexcept {
    const V t = gap - vmath::log(rest);
    const auto behind = t < V(0.0);
    const V x = vmath::exp(select(behind, gap, -gap));
    const V e = select(behind, x / rest, x * rest);
    return {t, e, vmath::log1p_of_unit(e)};
  }
};

/// Loss of a row and its derivative by t: with u = phi(log p) that is phi'(log p) q.
template <class V>
struct loss_term {
  V value;
  V slope;
};

/// -log p
struct cross_entropy_phi {
  ASSAY_INLINE explicit cross_entropy_phi(const double*) noexcept {}
  template <class V>
  ASSAY_INLINE loss_term<V> operator()(const label_odds<V>& odds) const noexcept {
    return {odds.cross_entropy(), -odds.q()};
  }
};

/// -q^gamma log p, gamma > 0
struct focal_phi {
  double gamma;
  ASSAY_INLINE explicit focal_phi(const double* parameters) noexcept : gamma(parameters[0]) {}
  template <class V>
  ASSAY_INLINE loss_term<V> operator()(const label_odds<V>& odds) const noexcept {
    const V focus = vmath::exp(odds.log_q() * gamma);
    const V loss = odds.cross_entropy();
    const V p = odds.p();
    const V weighted = select(p == V(0.0), p, p * loss);  // p log p -> 0, also where the loss is Infinity
    return {focus * loss, -(focus * (odds.q() + weighted * gamma))};
  }
};

/// (1 - p^q)/q, constant where log p <= log truncation
struct generalized_cross_entropy_phi {
  double exponent, log_truncation, cap;
  ASSAY_INLINE explicit generalized_cross_entropy_phi(const double* parameters) noexcept
      : exponent(parameters[0]), log_truncation(parameters[1]), cap(parameters[2]) {}
  template <class V>
  ASSAY_INLINE loss_term<V> operator()(const label_odds<V>& odds) const noexcept {
    const V scaled = odds.log_p() * exponent;
    const auto truncated = odds.log_p() <= V(log_truncation);
    return {select(truncated, V(cap), -vmath::expm1(scaled) / exponent),
            select(truncated, V(0.0), -(vmath::exp(scaled) * odds.q()))};
  }
};

template <class Arch, class Phi>
struct label_losses {
  static void apply(const double* gap, const double* rest, std::size_t rows, const double* parameters,
                    double* value, double* slope) noexcept {
    const Phi phi(parameters);
    simd::for_each_long<Arch>(rows, [=](auto at) {
      const auto term = phi(label_odds<simd::pack<double, Arch>>::of(at.load(gap), at.load(rest, 1.0)));
      at.store(value, term.value);
      at.store(slope, term.slope);
    });
  }
};

}  // namespace assay::inline v1::losses
