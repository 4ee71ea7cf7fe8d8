// logistic 1 / (1 + e^-x) and softplus log(1 + e^x), both from e^-|x|, which cannot overflow and keeps both
// tails.
#pragma once

#include "assay/core/vmath/exp.hpp"
#include "assay/core/vmath/log.hpp"

namespace assay::inline v1::vmath::generic {

/// For x < 0 e^x / (1 + e^x) and never 1 - logistic(-x), which would lose the tail.
template <class V>
ASSAY_INLINE V logistic(V x) noexcept {
  const V e = exp(-simd::abs(x));
  return simd::select(x < V(0), e, V(1)) / (V(1) + e);
}

template <class V>
ASSAY_INLINE V softplus(V x) noexcept {
  return simd::max(x, V(0)) + log1p_of_unit(exp(-simd::abs(x)));
}

}  // namespace assay::inline v1::vmath::generic
