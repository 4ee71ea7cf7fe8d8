#include "assay/scoring/laplace.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

using detail::parameter;

array crps_laplace(vector_view observations, broadcast_view location, broadcast_view scale,
                   const distribution_options& options, const context& ctx) {
  const parameter parameters[] = {{location, "location"}, {scale, "scale", true}};
  return detail::score_rows({"crps_laplace", observations, parameters, options, ctx},
                            active_kernels().crps_laplace);
}

crps_laplace_grad_result crps_laplace_grad(vector_view observations, broadcast_view location,
                                           broadcast_view scale, const distribution_options& options,
                                           const context& ctx) {
  const parameter parameters[] = {{location, "location"}, {scale, "scale", true}};
  return detail::gradient_rows<crps_laplace_grad_result, 2>(
      {"crps_laplace_grad", observations, parameters, options, ctx}, active_kernels().crps_laplace);
}

array log_score_laplace(vector_view observations, broadcast_view location, broadcast_view scale,
                        const distribution_options& options, const context& ctx) {
  const parameter parameters[] = {{location, "location"}, {scale, "scale", true}};
  return detail::score_rows({"log_score_laplace", observations, parameters, options, ctx},
                            active_kernels().log_score_laplace);
}

log_score_laplace_grad_result log_score_laplace_grad(vector_view observations, broadcast_view location,
                                                     broadcast_view scale,
                                                     const distribution_options& options,
                                                     const context& ctx) {
  const parameter parameters[] = {{location, "location"}, {scale, "scale", true}};
  return detail::gradient_rows<log_score_laplace_grad_result, 2>(
      {"log_score_laplace_grad", observations, parameters, options, ctx}, active_kernels().log_score_laplace);
}

}  // namespace assay::inline v1::scoring
