// Terms of a row of logistic regression, and exponentials of rows of logits: what fits of recalibration maps
// spend their time on.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"

namespace assay::inline v1::calibration {

template <class Arch>
struct logistic_kernels {
  using V = simd::pack<double, Arch>;

  /// With q = logistic(eta), from one e^-|eta|, and a target t in [0, 1]:
  ///
  ///   loss       softplus(eta) - t eta   max(eta, 0) - t eta is exact for targets 0 and 1, so nothing
  ///   cancels slope      q - t                   -logistic(-eta) for the target 1, which keeps its digits
  ///   curvature  q (1 - q)
  static void terms(const double* eta, const double* target, std::size_t n, double* loss, double* slope,
                    double* curvature) noexcept {
    simd::for_each_long<Arch>(n, [=](auto at) {
      const V x = at.load(eta), t = at.load(target);
      const V e = vmath::exp(-abs(x)), whole = 1.0 + e;
      const V more = 1.0 / whole, less = e / whole;
      const V share = select(x < V(0.0), less, more), rest = select(x < V(0.0), more, less);
      at.store(loss, (max(x, V(0.0)) - t * x) + vmath::log1p_of_unit(e));
      at.store(slope, select(t == V(1.0), -rest, share - t));
      at.store(curvature, share * rest);
    });
  }

  static void scaled_exp(const double* x, std::size_t n, double scale, double* shares) noexcept {
    simd::for_each_long<Arch>(n, [=](auto at) { at.store(shares, vmath::exp(V(scale) * at.load(x))); });
  }
};

}  // namespace assay::inline v1::calibration
