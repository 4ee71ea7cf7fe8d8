#include "assay/scoring/exponential.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

using detail::parameter;

array crps_exponential(vector_view observations, broadcast_view rate, const distribution_options& options,
                       const context& ctx) {
  const parameter parameters[] = {{rate, "rate", true}};
  return detail::score_rows({"crps_exponential", observations, parameters, options, ctx},
                            active_kernels().crps_exponential);
}

crps_exponential_grad_result crps_exponential_grad(vector_view observations, broadcast_view rate,
                                                   const distribution_options& options, const context& ctx) {
  const parameter parameters[] = {{rate, "rate", true}};
  return detail::gradient_rows<crps_exponential_grad_result, 1>(
      {"crps_exponential_grad", observations, parameters, options, ctx}, active_kernels().crps_exponential);
}

array log_score_exponential(vector_view observations, broadcast_view rate,
                            const distribution_options& options, const context& ctx) {
  const parameter parameters[] = {{rate, "rate", true}};
  return detail::score_rows({"log_score_exponential", observations, parameters, options, ctx},
                            active_kernels().log_score_exponential);
}

log_score_exponential_grad_result log_score_exponential_grad(vector_view observations, broadcast_view rate,
                                                             const distribution_options& options,
                                                             const context& ctx) {
  const parameter parameters[] = {{rate, "rate", true}};
  return detail::gradient_rows<log_score_exponential_grad_result, 1>(
      {"log_score_exponential_grad", observations, parameters, options, ctx},
      active_kernels().log_score_exponential);
}

}  // namespace assay::inline v1::scoring
