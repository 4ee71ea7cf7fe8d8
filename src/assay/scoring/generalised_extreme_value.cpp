#include "assay/scoring/generalised_extreme_value.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_gev(vector_view observations, broadcast_view shape, broadcast_view location, broadcast_view scale,
               const distribution_options& options, const context& ctx) {
  return detail::score<extreme_value_family>("crps_gev", active_kernels().crps_gev, observations,
                                             {shape, location, scale}, options, ctx);
}

crps_gev_grad_result crps_gev_grad(vector_view observations, broadcast_view shape, broadcast_view location,
                                   broadcast_view scale, const distribution_options& options,
                                   const context& ctx) {
  return detail::gradient<crps_gev_grad_result, extreme_value_family>(
      "crps_gev_grad", active_kernels().crps_gev, observations, {shape, location, scale}, options, ctx);
}

array log_score_gev(vector_view observations, broadcast_view shape, broadcast_view location,
                    broadcast_view scale, const distribution_options& options, const context& ctx) {
  return detail::score<extreme_value_family>("log_score_gev", active_kernels().log_score_gev, observations,
                                             {shape, location, scale}, options, ctx);
}

log_score_gev_grad_result log_score_gev_grad(vector_view observations, broadcast_view shape,
                                             broadcast_view location, broadcast_view scale,
                                             const distribution_options& options, const context& ctx) {
  return detail::gradient<log_score_gev_grad_result, extreme_value_family>(
      "log_score_gev_grad", active_kernels().log_score_gev, observations, {shape, location, scale}, options,
      ctx);
}

}  // namespace assay::inline v1::scoring
