// A power with any exponent, apart: exp and log are long, and the usual exponents need neither.
#pragma once

#include "assay/core/vmath/packs.hpp"

namespace assay::inline v1::scoring {

/// base^exponent for base >= 0; 0 stays 0.
template <class V>
ASSAY_APART V any_power(V base, double exponent) noexcept {
  const auto positive = base > V(0.0);
  const V inside = simd::select(positive, base, V(1.0));
  return simd::select(positive, vmath::exp(V(exponent) * vmath::log(inside)), V(0.0));
}

}  // namespace assay::inline v1::scoring
