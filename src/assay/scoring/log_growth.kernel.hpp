// u = log(1 + x z)/x, z for x = 0, and its derivative by x, z^2 k(x z) with k(t) = (t/(1 + t) - log(1 +
// t))/t^2, a series near 0: e^-u is the share above z of a generalised Pareto distribution of shape x,
// exp(-e^-u) that below z of a generalised extreme value distribution.
#pragma once

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"

namespace assay::inline v1::scoring {

/// k(t) for |t| <= 1/16.
template <class V>
ASSAY_INLINE V log_bend_series(V t) noexcept {
  return vmath::generic::two_chains(t, -1.0 / 2, 2.0 / 3, -3.0 / 4, 4.0 / 5, -5.0 / 6, 6.0 / 7, -7.0 / 8,
                                    8.0 / 9, -9.0 / 10, 10.0 / 11, -11.0 / 12, 12.0 / 13, -13.0 / 14,
                                    14.0 / 15);
}

template <class V>
struct log_growth {
  V shape;
  V z;
  V t;                               // shape z, at least -1
  V u;                               // far beyond the support's end: 1e4 or -1e4
  decltype(V(0.0) < V(0.0)) inside;  // of the support

  ASSAY_INLINE log_growth(V x, V distance) noexcept
      : shape(x), z(distance), t(simd::max(x * distance, V(-1.0))), inside(t > V(-1.0)) {
    const V bounded = simd::select(inside, t, V(0.0));
    const V growth = simd::select(t == V(0.0), z, vmath::log1p(bounded) / shape);
    u = simd::select(inside, growth, simd::select(x < V(0.0), V(1e4), V(-1e4)));
  }

  /// Derivative of u by the shape; of no use outside the support.
  [[nodiscard]] ASSAY_INLINE V slope() const noexcept {
    const auto near = simd::abs(t) < V(0x1p-4);
    const V small = simd::select(near, t, V(0.0));
    const V bounded = simd::select(inside, t, V(0.0));
    const V closed = (bounded / (V(1.0) + bounded) - vmath::log1p(bounded)) / (shape * shape);
    return simd::select(near, z * z * log_bend_series(small), closed);
  }
};

}  // namespace assay::inline v1::scoring
