#include "assay/scoring/beta.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_beta(vector_view observations, broadcast_view a, broadcast_view b, broadcast_view lower,
                broadcast_view upper, const distribution_options& options, const context& ctx) {
  return detail::score<beta_family>("crps_beta", active_kernels().crps_beta, observations,
                                    {a, b, lower, upper}, options, ctx);
}

crps_beta_grad_result crps_beta_grad(vector_view observations, broadcast_view a, broadcast_view b,
                                     broadcast_view lower, broadcast_view upper,
                                     const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_beta_grad_result, beta_family>(
      "crps_beta_grad", active_kernels().crps_beta, observations, {a, b, lower, upper}, options, ctx);
}

array log_score_beta(vector_view observations, broadcast_view a, broadcast_view b, broadcast_view lower,
                     broadcast_view upper, const distribution_options& options, const context& ctx) {
  return detail::score<beta_family>("log_score_beta", active_kernels().log_score_beta, observations,
                                    {a, b, lower, upper}, options, ctx);
}

log_score_beta_grad_result log_score_beta_grad(vector_view observations, broadcast_view a, broadcast_view b,
                                               broadcast_view lower, broadcast_view upper,
                                               const distribution_options& options, const context& ctx) {
  return detail::gradient<log_score_beta_grad_result, beta_family>(
      "log_score_beta_grad", active_kernels().log_score_beta, observations, {a, b, lower, upper}, options,
      ctx);
}

}  // namespace assay::inline v1::scoring
