#include "assay/scoring/logistic.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

using detail::parameter;

array crps_logistic(vector_view observations, broadcast_view mu, broadcast_view sigma,
                    const distribution_options& options, const context& ctx) {
  const parameter parameters[] = {{mu, "mu"}, {sigma, "sigma", true}};
  return detail::score_rows({"crps_logistic", observations, parameters, options, ctx},
                            active_kernels().crps_logistic);
}

crps_logistic_grad_result crps_logistic_grad(vector_view observations, broadcast_view mu,
                                             broadcast_view sigma, const distribution_options& options,
                                             const context& ctx) {
  const parameter parameters[] = {{mu, "mu"}, {sigma, "sigma", true}};
  return detail::gradient_rows<crps_logistic_grad_result, 2>(
      {"crps_logistic_grad", observations, parameters, options, ctx}, active_kernels().crps_logistic);
}

array log_score_logistic(vector_view observations, broadcast_view mu, broadcast_view sigma,
                         const distribution_options& options, const context& ctx) {
  const parameter parameters[] = {{mu, "mu"}, {sigma, "sigma", true}};
  return detail::score_rows({"log_score_logistic", observations, parameters, options, ctx},
                            active_kernels().log_score_logistic);
}

log_score_logistic_grad_result log_score_logistic_grad(vector_view observations, broadcast_view mu,
                                                       broadcast_view sigma,
                                                       const distribution_options& options,
                                                       const context& ctx) {
  const parameter parameters[] = {{mu, "mu"}, {sigma, "sigma", true}};
  return detail::gradient_rows<log_score_logistic_grad_result, 2>(
      {"log_score_logistic_grad", observations, parameters, options, ctx},
      active_kernels().log_score_logistic);
}

}  // namespace assay::inline v1::scoring
