// Quantile score (1{y <= q} - level)(q - y) and its derivative by q.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/lanes.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
struct quantile_kernels {
  using V = simd::pack<double, Arch>;

  // grad may be null.
  static std::uint32_t quantile_score(const double* y, const double* q, const double* level, std::size_t n,
                                      double* score, double* grad) noexcept {
    bool valid = true;
    simd::for_each<Arch>(n, [=, &valid](auto at) {
      const V d = at.load(q) - at.load(y);
      const V below = at.load(level, 0.5);
      const V slope = simd::select(d < V(0.0), -below, V(1.0) - below);
      const V value = slope * d + V(0.0);  // never -0
      at.store(score, value);
      if (grad != nullptr)
        at.store(grad, simd::select(d < V(0.0) || d > V(0.0), slope, d + V(0.0)));  // NaN stays
      valid = valid && simd::all((value - value == V(0.0)) && (below > V(0.0)) && (below < V(1.0)));
    });
    return valid ? k_status_ok : k_status_not_finite;
  }
};

}  // namespace assay::inline v1::scoring
