// Fills the table of one instruction set; included by the translation units that CMake writes.
#pragma once

#include "assay/elementary/kernels.hpp"
#include "assay/elementary/map.kernel.hpp"

namespace assay::inline v1::elementary {
namespace {

// Each function as a type, so that it can be a template argument of the loop.
#define ASSAY_FUNCTION_TYPE(name)            \
  struct name##_function {                   \
    template <class V>                       \
    static ASSAY_INLINE V of(V x) noexcept { \
      return vmath::name(x);                 \
    }                                        \
  }
ASSAY_FUNCTION_TYPE(exp);
ASSAY_FUNCTION_TYPE(expm1);
ASSAY_FUNCTION_TYPE(log);
ASSAY_FUNCTION_TYPE(log1p);
ASSAY_FUNCTION_TYPE(logistic);
ASSAY_FUNCTION_TYPE(softplus);
ASSAY_FUNCTION_TYPE(erf);
ASSAY_FUNCTION_TYPE(erfc);
ASSAY_FUNCTION_TYPE(erfcx);
ASSAY_FUNCTION_TYPE(normal_pdf);
ASSAY_FUNCTION_TYPE(normal_cdf);
ASSAY_FUNCTION_TYPE(normal_log_cdf);
ASSAY_FUNCTION_TYPE(normal_quantile);
#undef ASSAY_FUNCTION_TYPE

}  // namespace

template <class Arch>
constexpr kernels make_kernels() noexcept {
  using K = elementary_kernels<Arch>;
  return {.exp = K::template native<exp_function>(),
          .expm1 = K::template native<expm1_function>(),
          .log = K::template native<log_function>(),
          .log1p = K::template native<log1p_function>(),
          .logistic = K::template native<logistic_function>(),
          .softplus = K::template native<softplus_function>(),
          .erf = K::template in_double<erf_function>(),
          .erfc = K::template in_double<erfc_function>(),
          .erfcx = K::template in_double<erfcx_function>(),
          .normal_pdf = K::template in_double<normal_pdf_function>(),
          .normal_cdf = K::template in_double<normal_cdf_function>(),
          .normal_log_cdf = K::template in_double<normal_log_cdf_function>(),
          .normal_quantile = K::template in_double<normal_quantile_function>(),
          .log_sum_exp = {K::template log_sum_exp<double>, K::template log_sum_exp<float>}};
}

}  // namespace assay::inline v1::elementary
