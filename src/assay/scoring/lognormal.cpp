#include "assay/scoring/lognormal.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_lognormal(vector_view observations, broadcast_view mulog, broadcast_view sigmalog,
                     const distribution_options& options, const context& ctx) {
  return detail::score<lognormal_family>("crps_lognormal", active_kernels().crps_lognormal, observations,
                                         {mulog, sigmalog}, options, ctx);
}

crps_lognormal_grad_result crps_lognormal_grad(vector_view observations, broadcast_view mulog,
                                               broadcast_view sigmalog, const distribution_options& options,
                                               const context& ctx) {
  return detail::gradient<crps_lognormal_grad_result, lognormal_family>(
      "crps_lognormal_grad", active_kernels().crps_lognormal, observations, {mulog, sigmalog}, options, ctx);
}

array log_score_lognormal(vector_view observations, broadcast_view mulog, broadcast_view sigmalog,
                          const distribution_options& options, const context& ctx) {
  return detail::score<lognormal_family>("log_score_lognormal", active_kernels().log_score_lognormal,
                                         observations, {mulog, sigmalog}, options, ctx);
}

log_score_lognormal_grad_result log_score_lognormal_grad(vector_view observations, broadcast_view mulog,
                                                         broadcast_view sigmalog,
                                                         const distribution_options& options,
                                                         const context& ctx) {
  return detail::gradient<log_score_lognormal_grad_result, lognormal_family>(
      "log_score_lognormal_grad", active_kernels().log_score_lognormal, observations, {mulog, sigmalog},
      options, ctx);
}

}  // namespace assay::inline v1::scoring
