#include "assay/scoring/bounded.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_tnormal(vector_view observations, broadcast_view location, broadcast_view scale,
                   broadcast_view lower, broadcast_view upper, const distribution_options& options,
                   const context& ctx) {
  return detail::score<bounded_family>("crps_tnormal", active_kernels().crps_tnormal, observations,
                                       {location, scale, lower, upper}, options, ctx);
}

crps_tnormal_grad_result crps_tnormal_grad(vector_view observations, broadcast_view location,
                                           broadcast_view scale, broadcast_view lower, broadcast_view upper,
                                           const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_tnormal_grad_result, bounded_family>(
      "crps_tnormal_grad", active_kernels().crps_tnormal, observations, {location, scale, lower, upper},
      options, ctx);
}

array log_score_tnormal(vector_view observations, broadcast_view location, broadcast_view scale,
                        broadcast_view lower, broadcast_view upper, const distribution_options& options,
                        const context& ctx) {
  return detail::score<bounded_family>("log_score_tnormal", active_kernels().log_score_tnormal, observations,
                                       {location, scale, lower, upper}, options, ctx);
}

log_score_tnormal_grad_result log_score_tnormal_grad(vector_view observations, broadcast_view location,
                                                     broadcast_view scale, broadcast_view lower,
                                                     broadcast_view upper,
                                                     const distribution_options& options,
                                                     const context& ctx) {
  return detail::gradient<log_score_tnormal_grad_result, bounded_family>(
      "log_score_tnormal_grad", active_kernels().log_score_tnormal, observations,
      {location, scale, lower, upper}, options, ctx);
}

array crps_cnormal(vector_view observations, broadcast_view location, broadcast_view scale,
                   broadcast_view lower, broadcast_view upper, const distribution_options& options,
                   const context& ctx) {
  return detail::score<bounded_family>("crps_cnormal", active_kernels().crps_cnormal, observations,
                                       {location, scale, lower, upper}, options, ctx);
}

crps_cnormal_grad_result crps_cnormal_grad(vector_view observations, broadcast_view location,
                                           broadcast_view scale, broadcast_view lower, broadcast_view upper,
                                           const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_cnormal_grad_result, bounded_family>(
      "crps_cnormal_grad", active_kernels().crps_cnormal, observations, {location, scale, lower, upper},
      options, ctx);
}

array crps_gtcnormal(vector_view observations, broadcast_view location, broadcast_view scale,
                     broadcast_view lower, broadcast_view upper, broadcast_view lmass, broadcast_view umass,
                     const distribution_options& options, const context& ctx) {
  return detail::score<bounded_mass_family>("crps_gtcnormal", active_kernels().crps_gtcnormal, observations,
                                            {location, scale, lower, upper, lmass, umass}, options, ctx);
}

crps_gtcnormal_grad_result crps_gtcnormal_grad(vector_view observations, broadcast_view location,
                                               broadcast_view scale, broadcast_view lower,
                                               broadcast_view upper, broadcast_view lmass,
                                               broadcast_view umass, const distribution_options& options,
                                               const context& ctx) {
  return detail::gradient<crps_gtcnormal_grad_result, bounded_mass_family>(
      "crps_gtcnormal_grad", active_kernels().crps_gtcnormal, observations,
      {location, scale, lower, upper, lmass, umass}, options, ctx);
}

array crps_tlogistic(vector_view observations, broadcast_view location, broadcast_view scale,
                     broadcast_view lower, broadcast_view upper, const distribution_options& options,
                     const context& ctx) {
  return detail::score<bounded_family>("crps_tlogistic", active_kernels().crps_tlogistic, observations,
                                       {location, scale, lower, upper}, options, ctx);
}

crps_tlogistic_grad_result crps_tlogistic_grad(vector_view observations, broadcast_view location,
                                               broadcast_view scale, broadcast_view lower,
                                               broadcast_view upper, const distribution_options& options,
                                               const context& ctx) {
  return detail::gradient<crps_tlogistic_grad_result, bounded_family>(
      "crps_tlogistic_grad", active_kernels().crps_tlogistic, observations, {location, scale, lower, upper},
      options, ctx);
}

array log_score_tlogistic(vector_view observations, broadcast_view location, broadcast_view scale,
                          broadcast_view lower, broadcast_view upper, const distribution_options& options,
                          const context& ctx) {
  return detail::score<bounded_family>("log_score_tlogistic", active_kernels().log_score_tlogistic,
                                       observations, {location, scale, lower, upper}, options, ctx);
}

log_score_tlogistic_grad_result log_score_tlogistic_grad(vector_view observations, broadcast_view location,
                                                         broadcast_view scale, broadcast_view lower,
                                                         broadcast_view upper,
                                                         const distribution_options& options,
                                                         const context& ctx) {
  return detail::gradient<log_score_tlogistic_grad_result, bounded_family>(
      "log_score_tlogistic_grad", active_kernels().log_score_tlogistic, observations,
      {location, scale, lower, upper}, options, ctx);
}

array crps_clogistic(vector_view observations, broadcast_view location, broadcast_view scale,
                     broadcast_view lower, broadcast_view upper, const distribution_options& options,
                     const context& ctx) {
  return detail::score<bounded_family>("crps_clogistic", active_kernels().crps_clogistic, observations,
                                       {location, scale, lower, upper}, options, ctx);
}

crps_clogistic_grad_result crps_clogistic_grad(vector_view observations, broadcast_view location,
                                               broadcast_view scale, broadcast_view lower,
                                               broadcast_view upper, const distribution_options& options,
                                               const context& ctx) {
  return detail::gradient<crps_clogistic_grad_result, bounded_family>(
      "crps_clogistic_grad", active_kernels().crps_clogistic, observations, {location, scale, lower, upper},
      options, ctx);
}

array crps_gtclogistic(vector_view observations, broadcast_view location, broadcast_view scale,
                       broadcast_view lower, broadcast_view upper, broadcast_view lmass, broadcast_view umass,
                       const distribution_options& options, const context& ctx) {
  return detail::score<bounded_mass_family>("crps_gtclogistic", active_kernels().crps_gtclogistic,
                                            observations, {location, scale, lower, upper, lmass, umass},
                                            options, ctx);
}

crps_gtclogistic_grad_result crps_gtclogistic_grad(vector_view observations, broadcast_view location,
                                                   broadcast_view scale, broadcast_view lower,
                                                   broadcast_view upper, broadcast_view lmass,
                                                   broadcast_view umass, const distribution_options& options,
                                                   const context& ctx) {
  return detail::gradient<crps_gtclogistic_grad_result, bounded_mass_family>(
      "crps_gtclogistic_grad", active_kernels().crps_gtclogistic, observations,
      {location, scale, lower, upper, lmass, umass}, options, ctx);
}

}  // namespace assay::inline v1::scoring
