#include "assay/scoring/laplace.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_laplace(vector_view observations, broadcast_view location, broadcast_view scale,
                   const distribution_options& options, const context& ctx) {
  return detail::score<laplace_family>("crps_laplace", active_kernels().crps_laplace, observations,
                                       {location, scale}, options, ctx);
}

crps_laplace_grad_result crps_laplace_grad(vector_view observations, broadcast_view location,
                                           broadcast_view scale, const distribution_options& options,
                                           const context& ctx) {
  return detail::gradient<crps_laplace_grad_result, laplace_family>(
      "crps_laplace_grad", active_kernels().crps_laplace, observations, {location, scale}, options, ctx);
}

array log_score_laplace(vector_view observations, broadcast_view location, broadcast_view scale,
                        const distribution_options& options, const context& ctx) {
  return detail::score<laplace_family>("log_score_laplace", active_kernels().log_score_laplace, observations,
                                       {location, scale}, options, ctx);
}

log_score_laplace_grad_result log_score_laplace_grad(vector_view observations, broadcast_view location,
                                                     broadcast_view scale,
                                                     const distribution_options& options,
                                                     const context& ctx) {
  return detail::gradient<log_score_laplace_grad_result, laplace_family>(
      "log_score_laplace_grad", active_kernels().log_score_laplace, observations, {location, scale}, options,
      ctx);
}

}  // namespace assay::inline v1::scoring
