// Losses of binary targets t and logits z, element by element. With e = exp(-|z|):
//   softplus(z) = max(z, 0) + log1p(e),   p = (z >= 0 ? 1 : e)/(1 + e),   1 - p = (z >= 0 ? e : 1)/(1 + e)
// so one exponential gives value and gradient, and neither p nor 1 - p is ever formed by subtraction.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"

namespace assay::inline v1::losses {

template <class T, class Arch>
struct binary_losses {
  // In the type T: a = 1 - t, b = positive weight times t, u = (a + b) log1p(e) + (z >= 0 ? a : b) |z|.
  static bool cross_entropy(const T* targets, const T* logits, std::size_t n, const T* positive_weights,
                            double common_positive_weight, double smoothing, T* loss, T* gradient,
                            const T* scale, double common_scale) noexcept {
    using V = simd::pack<T, Arch>;
    auto good = V(T(0)) == V(T(0));
    const V keep(static_cast<T>(1.0 - smoothing)), shift(static_cast<T>(smoothing / 2));
    simd::for_each_long<Arch, T>(n, [=, &good](auto at) {
      const V target = at.load(targets), z = at.load(logits), size = abs(z);
      good = good && valid(target, z);
      const V a = keep * (T(1) - target) + shift;
      const V b =
          (keep * target + shift) * at.load_or(positive_weights, static_cast<T>(common_positive_weight));
      const V e = vmath::exp(-size);
      const auto above = z >= V(T(0));
      at.store(loss, (a + b) * vmath::log1p_of_unit(e) + select(above, a, b) * size);
      if (gradient == nullptr) return;
      const V slope = select(above, a - b * e, a * e - b) / (T(1) + e);
      at.store(gradient, slope * at.load_or(scale, static_cast<T>(common_scale)));
    });
    return simd::all(good);
  }

  // In double. near is the weight of the class that z speaks against, far of the one it speaks for:
  // 1 - p_t = (near + far e)/(1 + e), b = log1p(e) + near |z|. For a hard target on the right side near = 0,
  // and the logarithm and the quotient by 1 - p_t are taken without e, which may underflow.
  static bool focal(const T* targets, const T* logits, std::size_t n, double alpha, double gamma,
                    double* loss, T* gradient, const T* scale, double common_scale) noexcept {
    using V = simd::pack<double, Arch>;
    auto good = V(0.0) == V(0.0);
    simd::for_each_long<Arch>(n, [=, &good](auto at) {
      const V target = at.load(targets), z = at.load(logits), size = abs(z);
      good = good && valid(target, z);
      const auto above = z >= V(0.0);
      const V rest = 1.0 - target;
      const V near = select(above, rest, target), far = select(above, target, rest);
      const V e = vmath::exp(-size), log1p_e = vmath::log1p_of_unit(e);
      const auto settled = near == V(0.0);
      const V miss = near + far * e;
      const V log_miss = select(settled, -size, vmath::log(miss)) - log1p_e;
      const V balance = alpha < 0.0 ? V(1.0) : alpha * target + (1.0 - alpha) * rest;
      const V focus = gamma == 0.0 ? balance : balance * vmath::exp(gamma * log_miss);
      const V entropy = log1p_e + near * size;
      at.store(loss, focus * entropy);
      if (gradient == nullptr) return;
      const V ratio = select(settled, V(1.0), e / miss) / (1.0 + e);  // p (1 - p)/(1 - p_t)
      const V slope = focus * (near - e / (1.0 + e) + gamma * (near - far) * entropy * ratio);
      at.store(gradient, select(above, slope, -slope) * at.load_or(scale, common_scale));
    });
    return simd::all(good);
  }

  static double weighted_sum(const double* weights, const T* losses, std::size_t n) noexcept {
    return simd::sum<Arch>(n, [=](auto at) { return at.load_or(weights, 1.0) * at.load(losses); });
  }

 private:
  template <class V>
  static ASSAY_INLINE auto valid(V target, V z) noexcept {
    const V zero(simd::scalar_of<V>(0)), one(simd::scalar_of<V>(1));
    return target >= zero && target <= one && z - z == zero;
  }
};

}  // namespace assay::inline v1::losses
