#include "assay/scoring/uniform.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_uniform(vector_view observations, broadcast_view min, broadcast_view max, broadcast_view lmass,
                   broadcast_view umass, const distribution_options& options, const context& ctx) {
  return detail::score<uniform_family>("crps_uniform", active_kernels().crps_uniform, observations,
                                       {min, max, lmass, umass}, options, ctx);
}

crps_uniform_grad_result crps_uniform_grad(vector_view observations, broadcast_view min, broadcast_view max,
                                           broadcast_view lmass, broadcast_view umass,
                                           const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_uniform_grad_result, uniform_family>(
      "crps_uniform_grad", active_kernels().crps_uniform, observations, {min, max, lmass, umass}, options,
      ctx);
}

array log_score_uniform(vector_view observations, broadcast_view min, broadcast_view max,
                        const distribution_options& options, const context& ctx) {
  return detail::score<uniform_density_family>("log_score_uniform", active_kernels().log_score_uniform,
                                               observations, {min, max}, options, ctx);
}

log_score_uniform_grad_result log_score_uniform_grad(vector_view observations, broadcast_view min,
                                                     broadcast_view max, const distribution_options& options,
                                                     const context& ctx) {
  return detail::gradient<log_score_uniform_grad_result, uniform_density_family>(
      "log_score_uniform_grad", active_kernels().log_score_uniform, observations, {min, max}, options, ctx);
}

}  // namespace assay::inline v1::scoring
