#include "assay/elementary/normal.hpp"

#include "assay/elementary/internal/map.hpp"
#include "assay/elementary/kernels.hpp"

namespace assay::inline v1::elementary {

array erf(array_view values, const context& ctx) {
  return internal::map("erf", values, active_kernels().erf, ctx);
}

array erfc(array_view values, const context& ctx) {
  return internal::map("erfc", values, active_kernels().erfc, ctx);
}

array erfcx(array_view values, const context& ctx) {
  return internal::map("erfcx", values, active_kernels().erfcx, ctx);
}

array normal_pdf(array_view values, const context& ctx) {
  return internal::map("normal_pdf", values, active_kernels().normal_pdf, ctx);
}

array normal_cdf(array_view values, const context& ctx) {
  return internal::map("normal_cdf", values, active_kernels().normal_cdf, ctx);
}

array normal_log_cdf(array_view values, const context& ctx) {
  return internal::map("normal_log_cdf", values, active_kernels().normal_log_cdf, ctx);
}

array normal_quantile(array_view values, const context& ctx) {
  return internal::map("normal_quantile", values, active_kernels().normal_quantile, ctx,
                       {.low = 0.0, .high = 1.0, .wanted = "must lie in [0, 1]"});
}

}  // namespace assay::inline v1::elementary
