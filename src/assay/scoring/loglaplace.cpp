#include "assay/scoring/loglaplace.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_loglaplace(vector_view observations, broadcast_view locationlog, broadcast_view scalelog,
                      const distribution_options& options, const context& ctx) {
  return detail::score<loglaplace_family>("crps_loglaplace", active_kernels().crps_loglaplace, observations,
                                          {locationlog, scalelog}, options, ctx);
}

crps_loglaplace_grad_result crps_loglaplace_grad(vector_view observations, broadcast_view locationlog,
                                                 broadcast_view scalelog, const distribution_options& options,
                                                 const context& ctx) {
  return detail::gradient<crps_loglaplace_grad_result, loglaplace_family>(
      "crps_loglaplace_grad", active_kernels().crps_loglaplace, observations, {locationlog, scalelog},
      options, ctx);
}

array log_score_loglaplace(vector_view observations, broadcast_view locationlog, broadcast_view scalelog,
                           const distribution_options& options, const context& ctx) {
  return detail::score<loglaplace_family>("log_score_loglaplace", active_kernels().log_score_loglaplace,
                                          observations, {locationlog, scalelog}, options, ctx);
}

log_score_loglaplace_grad_result log_score_loglaplace_grad(vector_view observations,
                                                           broadcast_view locationlog,
                                                           broadcast_view scalelog,
                                                           const distribution_options& options,
                                                           const context& ctx) {
  return detail::gradient<log_score_loglaplace_grad_result, loglaplace_family>(
      "log_score_loglaplace_grad", active_kernels().log_score_loglaplace, observations,
      {locationlog, scalelog}, options, ctx);
}

}  // namespace assay::inline v1::scoring
