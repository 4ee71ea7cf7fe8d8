#include "assay/scoring/logistic.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_logistic(vector_view observations, broadcast_view mu, broadcast_view sigma,
                    const distribution_options& options, const context& ctx) {
  return detail::score<logistic_family>("crps_logistic", active_kernels().crps_logistic, observations,
                                        {mu, sigma}, options, ctx);
}

crps_logistic_grad_result crps_logistic_grad(vector_view observations, broadcast_view mu,
                                             broadcast_view sigma, const distribution_options& options,
                                             const context& ctx) {
  return detail::gradient<crps_logistic_grad_result, logistic_family>(
      "crps_logistic_grad", active_kernels().crps_logistic, observations, {mu, sigma}, options, ctx);
}

array log_score_logistic(vector_view observations, broadcast_view mu, broadcast_view sigma,
                         const distribution_options& options, const context& ctx) {
  return detail::score<logistic_family>("log_score_logistic", active_kernels().log_score_logistic,
                                        observations, {mu, sigma}, options, ctx);
}

log_score_logistic_grad_result log_score_logistic_grad(vector_view observations, broadcast_view mu,
                                                       broadcast_view sigma,
                                                       const distribution_options& options,
                                                       const context& ctx) {
  return detail::gradient<log_score_logistic_grad_result, logistic_family>(
      "log_score_logistic_grad", active_kernels().log_score_logistic, observations, {mu, sigma}, options,
      ctx);
}

}  // namespace assay::inline v1::scoring
