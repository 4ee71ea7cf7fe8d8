// The elementary functions on packs, for kernels: vmath::exp(x) and so on. The scalar functions of
// core/vmath.hpp give the same bits as a lane.
#pragma once

#include <cstddef>
#include <type_traits>

#include "assay/core/simd/pack.hpp"
#include "assay/core/vmath.hpp"
#include "assay/core/vmath/erf.hpp"
#include "assay/core/vmath/exp.hpp"
#include "assay/core/vmath/log.hpp"
#include "assay/core/vmath/logistic.hpp"
#include "assay/core/vmath/normal.hpp"

namespace assay::inline v1::vmath {

/// Applies a function of double packs to a float pack: computed in double, rounded once.
template <class Arch, class Fn>
ASSAY_INLINE simd::pack<float, Arch> through_double(simd::pack<float, Arch> x, Fn fn) noexcept {
  constexpr std::size_t width = simd::pack<double, Arch>::width;
  float values[simd::pack<float, Arch>::width];
  x.store(values);
  for (std::size_t i = 0; i < simd::pack<float, Arch>::width; i += width) {
    const simd::pack<double, Arch> wide = simd::load_as<double, Arch>(values + i);
    simd::store_as(values + i, fn(wide));
  }
  return simd::pack<float, Arch>::load(values);
}

// In the arithmetic of the pack's type:
#define ASSAY_FUNCTION(name)                                              \
  template <class T, class Arch>                                          \
  ASSAY_INLINE simd::pack<T, Arch> name(simd::pack<T, Arch> x) noexcept { \
    return generic::name(x);                                              \
  }
ASSAY_FUNCTION(exp)
ASSAY_FUNCTION(expm1)
ASSAY_FUNCTION(log)
ASSAY_FUNCTION(log1p)
ASSAY_FUNCTION(log1p_of_unit)
ASSAY_FUNCTION(logistic)
ASSAY_FUNCTION(softplus)
#undef ASSAY_FUNCTION

// Double arithmetic only:
#define ASSAY_DOUBLE_FUNCTION(name)                                                   \
  template <class Arch>                                                               \
  ASSAY_INLINE simd::pack<double, Arch> name(simd::pack<double, Arch> x) noexcept {   \
    return generic::name(x);                                                          \
  }                                                                                   \
  template <class Arch>                                                               \
  ASSAY_INLINE simd::pack<float, Arch> name(simd::pack<float, Arch> x) noexcept {     \
    return through_double(x, [](auto wide) noexcept { return generic::name(wide); }); \
  }
ASSAY_DOUBLE_FUNCTION(erf)
ASSAY_DOUBLE_FUNCTION(erfc)
ASSAY_DOUBLE_FUNCTION(erfcx)
ASSAY_DOUBLE_FUNCTION(normal_pdf)
ASSAY_DOUBLE_FUNCTION(normal_cdf)
ASSAY_DOUBLE_FUNCTION(normal_log_cdf)
ASSAY_DOUBLE_FUNCTION(normal_quantile)
#undef ASSAY_DOUBLE_FUNCTION

/// Density and distribution function of the standard normal; cheaper than the two calls.
template <class Arch>
ASSAY_INLINE generic::normal_values<simd::pack<double, Arch>> normal_pdf_cdf(
    simd::pack<double, Arch> x) noexcept {
  return generic::normal_pdf_cdf(x);
}

}  // namespace assay::inline v1::vmath
