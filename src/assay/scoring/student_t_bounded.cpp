#include "assay/scoring/student_t_bounded.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_tt(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
              broadcast_view lower, broadcast_view upper, const distribution_options& options,
              const context& ctx) {
  return detail::score<bounded_t_family>("crps_tt", active_kernels().crps_tt, observations,
                                         {df, location, scale, lower, upper}, options, ctx);
}

crps_tt_grad_result crps_tt_grad(vector_view observations, broadcast_view df, broadcast_view location,
                                 broadcast_view scale, broadcast_view lower, broadcast_view upper,
                                 const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_tt_grad_result, bounded_t_family>(
      "crps_tt_grad", active_kernels().crps_tt, observations, {df, location, scale, lower, upper}, options,
      ctx);
}

array log_score_tt(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
                   broadcast_view lower, broadcast_view upper, const distribution_options& options,
                   const context& ctx) {
  return detail::score<bounded_t_family>("log_score_tt", active_kernels().log_score_tt, observations,
                                         {df, location, scale, lower, upper}, options, ctx);
}

log_score_tt_grad_result log_score_tt_grad(vector_view observations, broadcast_view df,
                                           broadcast_view location, broadcast_view scale,
                                           broadcast_view lower, broadcast_view upper,
                                           const distribution_options& options, const context& ctx) {
  return detail::gradient<log_score_tt_grad_result, bounded_t_family>(
      "log_score_tt_grad", active_kernels().log_score_tt, observations, {df, location, scale, lower, upper},
      options, ctx);
}

array crps_ct(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
              broadcast_view lower, broadcast_view upper, const distribution_options& options,
              const context& ctx) {
  return detail::score<bounded_t_family>("crps_ct", active_kernels().crps_ct, observations,
                                         {df, location, scale, lower, upper}, options, ctx);
}

crps_ct_grad_result crps_ct_grad(vector_view observations, broadcast_view df, broadcast_view location,
                                 broadcast_view scale, broadcast_view lower, broadcast_view upper,
                                 const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_ct_grad_result, bounded_t_family>(
      "crps_ct_grad", active_kernels().crps_ct, observations, {df, location, scale, lower, upper}, options,
      ctx);
}

array crps_gtct(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
                broadcast_view lower, broadcast_view upper, broadcast_view lmass, broadcast_view umass,
                const distribution_options& options, const context& ctx) {
  return detail::score<bounded_t_mass_family>("crps_gtct", active_kernels().crps_gtct, observations,
                                              {df, location, scale, lower, upper, lmass, umass}, options,
                                              ctx);
}

crps_gtct_grad_result crps_gtct_grad(vector_view observations, broadcast_view df, broadcast_view location,
                                     broadcast_view scale, broadcast_view lower, broadcast_view upper,
                                     broadcast_view lmass, broadcast_view umass,
                                     const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_gtct_grad_result, bounded_t_mass_family>(
      "crps_gtct_grad", active_kernels().crps_gtct, observations,
      {df, location, scale, lower, upper, lmass, umass}, options, ctx);
}

}  // namespace assay::inline v1::scoring
