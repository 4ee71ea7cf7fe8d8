#include "assay/scoring/normal.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_normal(vector_view observations, broadcast_view mu, broadcast_view sigma,
                  const distribution_options& options, const context& ctx) {
  return detail::score<normal_family>("crps_normal", active_kernels().crps_normal, observations, {mu, sigma},
                                      options, ctx);
}

crps_normal_grad_result crps_normal_grad(vector_view observations, broadcast_view mu, broadcast_view sigma,
                                         const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_normal_grad_result, normal_family>(
      "crps_normal_grad", active_kernels().crps_normal, observations, {mu, sigma}, options, ctx);
}

array log_score_normal(vector_view observations, broadcast_view mu, broadcast_view sigma,
                       const distribution_options& options, const context& ctx) {
  return detail::score<normal_family>("log_score_normal", active_kernels().log_score_normal, observations,
                                      {mu, sigma}, options, ctx);
}

log_score_normal_grad_result log_score_normal_grad(vector_view observations, broadcast_view mu,
                                                   broadcast_view sigma, const distribution_options& options,
                                                   const context& ctx) {
  return detail::gradient<log_score_normal_grad_result, normal_family>(
      "log_score_normal_grad", active_kernels().log_score_normal, observations, {mu, sigma}, options, ctx);
}

}  // namespace assay::inline v1::scoring
