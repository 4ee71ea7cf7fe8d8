#include "assay/scoring/gamma.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_gamma(vector_view observations, broadcast_view shape, broadcast_view rate,
                 const distribution_options& options, const context& ctx) {
  return detail::score<gamma_family>("crps_gamma", active_kernels().crps_gamma, observations, {shape, rate},
                                     options, ctx);
}

crps_gamma_grad_result crps_gamma_grad(vector_view observations, broadcast_view shape, broadcast_view rate,
                                       const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_gamma_grad_result, gamma_family>(
      "crps_gamma_grad", active_kernels().crps_gamma, observations, {shape, rate}, options, ctx);
}

array log_score_gamma(vector_view observations, broadcast_view shape, broadcast_view rate,
                      const distribution_options& options, const context& ctx) {
  return detail::score<gamma_family>("log_score_gamma", active_kernels().log_score_gamma, observations,
                                     {shape, rate}, options, ctx);
}

log_score_gamma_grad_result log_score_gamma_grad(vector_view observations, broadcast_view shape,
                                                 broadcast_view rate, const distribution_options& options,
                                                 const context& ctx) {
  return detail::gradient<log_score_gamma_grad_result, gamma_family>(
      "log_score_gamma_grad", active_kernels().log_score_gamma, observations, {shape, rate}, options, ctx);
}

}  // namespace assay::inline v1::scoring
