// Brier score and logarithmic loss of binary forecasts with their gradients, and the sums of other scores of
// a row. Sources: Brier 1950, Good 1952.
//
//   brier    (p - y)^2                               d/dp  2 (p - y)
//   log      -ln p for y = 1, -ln(1 - p) for y = 0
//   logits   softplus(z) - y z = softplus(s)         d/dz  logistic(z) - y = sign logistic(s),  s = z or, for
//   y = 1, -z
//   balance  g = y - p from p = 1/2 on, else p - y
//   excess   (1 - 2p) (y - p) with variance (1 - 2p)^2 p (1 - p), for Spiegelhalter's test
//
// Sums are {sum of w loss, sum of w}. A bad row (value, label or weight) makes the first one NaN: the caller
// then looks for the row.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"

namespace assay::inline v1::calibration {

template <class Arch>
struct score_kernels {
  using V = simd::pack<double, Arch>;

  template <class T>
  static void brier(const T* p, const std::uint8_t* y, const double* w, std::size_t n,
                    double* result) noexcept {
    if (w == nullptr) {
      auto good = simd::mask_of<V>(true);  // asked once at the end, not in every row
      const double sum = simd::sum<Arch>(n, [=, &good](auto at) {
        const V probability = at.load(p), label = at.load(y), error = probability - label;
        good = good && (probability >= V(0.0) && probability <= V(1.0) && label <= V(1.0));
        return error * error;
      });
      result[0] = all(good) ? sum : not_a_number();
      result[1] = static_cast<double>(n);
      return;
    }
    store(result, simd::sums<Arch, 2>(n, [=](auto at) {
            const V weight = at.load(w, 1.0);
            return simd::several{checked(weight) * squared_error(at.load(p), at.load(y)), weight};
          }));
  }

  // Derivatives of sum w (p - y)^2 / total.
  template <class T>
  static void brier_grad(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double total,
                         T* grad) noexcept {
    simd::for_each<Arch>(n, [=](auto at) {
      const V error = at.load(p) - at.load(y);
      at.store(grad, 2.0 * at.load_or(w, 1.0) * error / V(total));
    });
  }

  // Clipped at eps and 1 - eps. Rows of weight 0 count nothing, even where the loss is infinite.
  template <class T>
  static void log_loss(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double eps,
                       double* result) noexcept {
    store(result, simd::sums_long<Arch, 2>(n, [=](auto at) {
            const V weight = at.load_or(w, 1.0);
            const V loss = negative_log(at.load(p, 0.5), at.load(y), eps);
            return simd::several{select(weight == V(0.0), V(0.0), checked(weight) * loss) + poison(loss),
                                 weight};
          }));
  }

  // {sum w g, sum w g^2, sum w, sum w^2}.
  template <class T>
  static void balance(const T* p, const std::uint8_t* y, const double* w, std::size_t n,
                      double* result) noexcept {
    if (w == nullptr) {
      const auto gains = simd::sums<Arch, 2>(n, [=](auto at) {
        const V gain = gain_of(at.load(p), at.load(y));
        return simd::several{gain, gain * gain};
      });
      store(result, gains);
      result[2] = result[3] = static_cast<double>(n);
      return;
    }
    store(result, simd::sums<Arch, 4>(n, [=](auto at) {
            const V gain = gain_of(at.load(p), at.load(y)), weight = checked(at.load(w, 1.0));
            return simd::several{weight * gain, weight * (gain * gain), weight, weight * weight};
          }));
  }

  // {sum w excess, sum w^2 variance}, w times `scale`.
  template <class T>
  static void excess(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double scale,
                     double* result) noexcept {
    store(result, simd::sums<Arch, 2>(n, [=](auto at) {
            const V probability = at.load(p), label = at.load(y);
            const V side = checked(at.load_or(w, 1.0)) * V(scale) * (1.0 - 2.0 * probability);
            const V excess = side * residual_of(probability, label);
            return simd::several{excess, side * side * (probability * (1.0 - probability))};
          }));
  }

  // {sum w, w^2, w p, w y, w g, w^2 g, w^2 g^2}.
  template <class T>
  static void moments(const T* p, const std::uint8_t* y, const double* w, std::size_t n,
                      double* result) noexcept {
    if (w == nullptr) {
      const auto sums = simd::sums<Arch, 4>(n, [=](auto at) {
        const V probability = at.load(p), label = at.load(y), gain = gain_of(probability, label);
        return simd::several{probability, label, gain, gain * gain};
      });
      result[0] = result[1] = static_cast<double>(n);
      result[2] = sums[0];
      result[3] = sums[1];
      result[4] = result[5] = sums[2];
      result[6] = sums[3];
      return;
    }
    store(result, simd::sums_long<Arch, 7>(n, [=](auto at) {
            const V probability = at.load(p), label = at.load(y), weight = checked(at.load_or(w, 1.0));
            const V gain = weight * gain_of(probability, label);
            return simd::several{weight, weight * weight, weight * probability, weight * label,
                                 gain,   weight * gain,   gain * gain};
          }));
  }

  template <class T>
  static void logit_loss(const T* z, const std::uint8_t* y, const double* w, std::size_t n,
                         double* result) noexcept {
    store(result, simd::sums_long<Arch, 2>(n, [=](auto at) {
            const V weight = at.load_or(w, 1.0), logit = at.load(z), label = at.load(y);
            const auto good = logit - logit == V(0.0) && label <= V(1.0);
            const V loss = vmath::softplus(select(label > V(0.5), -logit, logit));
            return simd::several{checked(weight) * select(good, loss, V(not_a_number())), weight};
          }));
  }

  // Derivatives of sum w loss / total.
  template <class T>
  static void logit_grad(const T* z, const std::uint8_t* y, const double* w, std::size_t n, double total,
                         T* grad) noexcept {
    simd::for_each_long<Arch>(n, [=](auto at) {
      const V logit = at.load(z);
      const auto event = at.load(y) > V(0.5);
      const V miss = vmath::logistic(select(event, -logit, logit));
      at.store(grad, select(event, -miss, miss) * at.load_or(w, 1.0) / V(total));
    });
  }

 private:
  static ASSAY_INLINE double not_a_number() noexcept { return __builtin_nan(""); }

  template <std::size_t Count>
  static ASSAY_INLINE void store(double* result, simd::totals<Count> sums) noexcept {
    for (std::size_t c = 0; c < Count; ++c) result[c] = sums[c];
  }

  static ASSAY_INLINE V checked(V weight) noexcept {
    return select(weight >= V(0.0) && weight - weight == V(0.0), weight, V(not_a_number()));
  }

  /// 0, or NaN where the loss is NaN: a bad row counts also with weight 0.
  static ASSAY_INLINE V poison(V loss) noexcept { return select(loss == loss, V(0.0), loss); }

  /// y - p, or NaN for a bad row.
  static ASSAY_INLINE V residual_of(V p, V y) noexcept {
    return select(p >= V(0.0) && p <= V(1.0) && y <= V(1.0), y - p, V(not_a_number()));
  }

  static ASSAY_INLINE V gain_of(V p, V y) noexcept {
    const V residual = residual_of(p, y);
    return select(p >= V(0.5), residual, -residual);
  }

  static ASSAY_INLINE V squared_error(V p, V y) noexcept {
    const V error = p - y;
    return select(p >= V(0.0) && p <= V(1.0) && y <= V(1.0), error * error, V(not_a_number()));
  }

  // One logarithm for both labels: ln(1 - p) = ln u - lost/u with u = 1 - p rounded and lost = u - (1 - p)
  // what the rounding added, known exactly (Kahan). For y = 1, u = p and nothing is lost. lost is 0 wherever
  // u is below 2^-53.
  static ASSAY_INLINE V negative_log(V p, V y, double eps) noexcept {
    const auto good = p >= V(0.0) && p <= V(1.0) && y <= V(1.0);
    const V clipped = min(max(p, V(eps)), V(1.0 - eps));
    const auto event = y > V(0.5);
    const V u = select(event, clipped, 1.0 - clipped);
    const V lost = select(event, V(0.0), (u - 1.0) + clipped);
    const V loss = lost / max(u, V(0x1p-60)) - vmath::log(u);
    return select(good, abs(loss), V(not_a_number()));  // abs: 0, not -0, for a certain hit
  }
};

}  // namespace assay::inline v1::calibration
