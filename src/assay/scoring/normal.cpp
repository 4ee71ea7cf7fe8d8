#include "assay/scoring/normal.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

using detail::parameter;

array crps_normal(vector_view observations, broadcast_view mu, broadcast_view sigma,
                  const distribution_options& options, const context& ctx) {
  const parameter parameters[] = {{mu, "mu"}, {sigma, "sigma", true}};
  return detail::score_rows({"crps_normal", observations, parameters, options, ctx},
                            active_kernels().crps_normal);
}

crps_normal_grad_result crps_normal_grad(vector_view observations, broadcast_view mu, broadcast_view sigma,
                                         const distribution_options& options, const context& ctx) {
  const parameter parameters[] = {{mu, "mu"}, {sigma, "sigma", true}};
  return detail::gradient_rows<crps_normal_grad_result, 2>(
      {"crps_normal_grad", observations, parameters, options, ctx}, active_kernels().crps_normal);
}

array log_score_normal(vector_view observations, broadcast_view mu, broadcast_view sigma,
                       const distribution_options& options, const context& ctx) {
  const parameter parameters[] = {{mu, "mu"}, {sigma, "sigma", true}};
  return detail::score_rows({"log_score_normal", observations, parameters, options, ctx},
                            active_kernels().log_score_normal);
}

log_score_normal_grad_result log_score_normal_grad(vector_view observations, broadcast_view mu,
                                                   broadcast_view sigma, const distribution_options& options,
                                                   const context& ctx) {
  const parameter parameters[] = {{mu, "mu"}, {sigma, "sigma", true}};
  return detail::gradient_rows<log_score_normal_grad_result, 2>(
      {"log_score_normal_grad", observations, parameters, options, ctx}, active_kernels().log_score_normal);
}

}  // namespace assay::inline v1::scoring
