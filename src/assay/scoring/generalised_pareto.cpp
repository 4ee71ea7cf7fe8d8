#include "assay/scoring/generalised_pareto.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_gpd(vector_view observations, broadcast_view shape, broadcast_view location, broadcast_view scale,
               broadcast_view mass, const distribution_options& options, const context& ctx) {
  return detail::score<generalised_pareto_family>("crps_gpd", active_kernels().crps_gpd, observations,
                                                  {shape, location, scale, mass}, options, ctx);
}

crps_gpd_grad_result crps_gpd_grad(vector_view observations, broadcast_view shape, broadcast_view location,
                                   broadcast_view scale, broadcast_view mass,
                                   const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_gpd_grad_result, generalised_pareto_family>(
      "crps_gpd_grad", active_kernels().crps_gpd, observations, {shape, location, scale, mass}, options, ctx);
}

array log_score_gpd(vector_view observations, broadcast_view shape, broadcast_view location,
                    broadcast_view scale, const distribution_options& options, const context& ctx) {
  return detail::score<extreme_value_family>("log_score_gpd", active_kernels().log_score_gpd, observations,
                                             {shape, location, scale}, options, ctx);
}

log_score_gpd_grad_result log_score_gpd_grad(vector_view observations, broadcast_view shape,
                                             broadcast_view location, broadcast_view scale,
                                             const distribution_options& options, const context& ctx) {
  return detail::gradient<log_score_gpd_grad_result, extreme_value_family>(
      "log_score_gpd_grad", active_kernels().log_score_gpd, observations, {shape, location, scale}, options,
      ctx);
}

}  // namespace assay::inline v1::scoring
