#include "assay/scoring/exponential.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_exponential(vector_view observations, broadcast_view rate, const distribution_options& options,
                       const context& ctx) {
  return detail::score<exponential_family>("crps_exponential", active_kernels().crps_exponential,
                                           observations, {rate}, options, ctx);
}

crps_exponential_grad_result crps_exponential_grad(vector_view observations, broadcast_view rate,
                                                   const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_exponential_grad_result, exponential_family>(
      "crps_exponential_grad", active_kernels().crps_exponential, observations, {rate}, options, ctx);
}

array log_score_exponential(vector_view observations, broadcast_view rate,
                            const distribution_options& options, const context& ctx) {
  return detail::score<exponential_family>("log_score_exponential", active_kernels().log_score_exponential,
                                           observations, {rate}, options, ctx);
}

log_score_exponential_grad_result log_score_exponential_grad(vector_view observations, broadcast_view rate,
                                                             const distribution_options& options,
                                                             const context& ctx) {
  return detail::gradient<log_score_exponential_grad_result, exponential_family>(
      "log_score_exponential_grad", active_kernels().log_score_exponential, observations, {rate}, options,
      ctx);
}

}  // namespace assay::inline v1::scoring
