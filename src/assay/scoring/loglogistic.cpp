#include "assay/scoring/loglogistic.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_loglogistic(vector_view observations, broadcast_view mulog, broadcast_view sigmalog,
                       const distribution_options& options, const context& ctx) {
  return detail::score<loglogistic_family>("crps_loglogistic", active_kernels().crps_loglogistic,
                                           observations, {mulog, sigmalog}, options, ctx);
}

crps_loglogistic_grad_result crps_loglogistic_grad(vector_view observations, broadcast_view mulog,
                                                   broadcast_view sigmalog,
                                                   const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_loglogistic_grad_result, loglogistic_family>(
      "crps_loglogistic_grad", active_kernels().crps_loglogistic, observations, {mulog, sigmalog}, options,
      ctx);
}

array log_score_loglogistic(vector_view observations, broadcast_view mulog, broadcast_view sigmalog,
                            const distribution_options& options, const context& ctx) {
  return detail::score<loglogistic_family>("log_score_loglogistic", active_kernels().log_score_loglogistic,
                                           observations, {mulog, sigmalog}, options, ctx);
}

log_score_loglogistic_grad_result log_score_loglogistic_grad(vector_view observations, broadcast_view mulog,
                                                             broadcast_view sigmalog,
                                                             const distribution_options& options,
                                                             const context& ctx) {
  return detail::gradient<log_score_loglogistic_grad_result, loglogistic_family>(
      "log_score_loglogistic_grad", active_kernels().log_score_loglogistic, observations, {mulog, sigmalog},
      options, ctx);
}

}  // namespace assay::inline v1::scoring
