#include "assay/scoring/student_t.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_t(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
             const distribution_options& options, const context& ctx) {
  return detail::score<student_t_family>("crps_t", active_kernels().crps_t, observations,
                                         {df, location, scale}, options, ctx);
}

crps_t_grad_result crps_t_grad(vector_view observations, broadcast_view df, broadcast_view location,
                               broadcast_view scale, const distribution_options& options,
                               const context& ctx) {
  return detail::gradient<crps_t_grad_result, student_t_family>(
      "crps_t_grad", active_kernels().crps_t, observations, {df, location, scale}, options, ctx);
}

array log_score_t(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
                  const distribution_options& options, const context& ctx) {
  return detail::score<student_t_family>("log_score_t", active_kernels().log_score_t, observations,
                                         {df, location, scale}, options, ctx);
}

log_score_t_grad_result log_score_t_grad(vector_view observations, broadcast_view df, broadcast_view location,
                                         broadcast_view scale, const distribution_options& options,
                                         const context& ctx) {
  return detail::gradient<log_score_t_grad_result, student_t_family>(
      "log_score_t_grad", active_kernels().log_score_t, observations, {df, location, scale}, options, ctx);
}

}  // namespace assay::inline v1::scoring
