#include "assay/scoring/two_piece.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_two_piece_normal(vector_view observations, broadcast_view scale1, broadcast_view scale2,
                            broadcast_view location, const distribution_options& options,
                            const context& ctx) {
  return detail::score<two_piece_family>("crps_two_piece_normal", active_kernels().crps_two_piece_normal,
                                         observations, {scale1, scale2, location}, options, ctx);
}

crps_two_piece_normal_grad_result crps_two_piece_normal_grad(vector_view observations, broadcast_view scale1,
                                                             broadcast_view scale2, broadcast_view location,
                                                             const distribution_options& options,
                                                             const context& ctx) {
  return detail::gradient<crps_two_piece_normal_grad_result, two_piece_family>(
      "crps_two_piece_normal_grad", active_kernels().crps_two_piece_normal, observations,
      {scale1, scale2, location}, options, ctx);
}

array log_score_two_piece_normal(vector_view observations, broadcast_view scale1, broadcast_view scale2,
                                 broadcast_view location, const distribution_options& options,
                                 const context& ctx) {
  return detail::score<two_piece_family>("log_score_two_piece_normal",
                                         active_kernels().log_score_two_piece_normal, observations,
                                         {scale1, scale2, location}, options, ctx);
}

log_score_two_piece_normal_grad_result log_score_two_piece_normal_grad(
    vector_view observations, broadcast_view scale1, broadcast_view scale2, broadcast_view location,
    const distribution_options& options, const context& ctx) {
  return detail::gradient<log_score_two_piece_normal_grad_result, two_piece_family>(
      "log_score_two_piece_normal_grad", active_kernels().log_score_two_piece_normal, observations,
      {scale1, scale2, location}, options, ctx);
}

array crps_two_piece_exponential(vector_view observations, broadcast_view scale1, broadcast_view scale2,
                                 broadcast_view location, const distribution_options& options,
                                 const context& ctx) {
  return detail::score<two_piece_family>("crps_two_piece_exponential",
                                         active_kernels().crps_two_piece_exponential, observations,
                                         {scale1, scale2, location}, options, ctx);
}

crps_two_piece_exponential_grad_result crps_two_piece_exponential_grad(
    vector_view observations, broadcast_view scale1, broadcast_view scale2, broadcast_view location,
    const distribution_options& options, const context& ctx) {
  return detail::gradient<crps_two_piece_exponential_grad_result, two_piece_family>(
      "crps_two_piece_exponential_grad", active_kernels().crps_two_piece_exponential, observations,
      {scale1, scale2, location}, options, ctx);
}

array log_score_two_piece_exponential(vector_view observations, broadcast_view scale1, broadcast_view scale2,
                                      broadcast_view location, const distribution_options& options,
                                      const context& ctx) {
  return detail::score<two_piece_family>("log_score_two_piece_exponential",
                                         active_kernels().log_score_two_piece_exponential, observations,
                                         {scale1, scale2, location}, options, ctx);
}

log_score_two_piece_exponential_grad_result log_score_two_piece_exponential_grad(
    vector_view observations, broadcast_view scale1, broadcast_view scale2, broadcast_view location,
    const distribution_options& options, const context& ctx) {
  return detail::gradient<log_score_two_piece_exponential_grad_result, two_piece_family>(
      "log_score_two_piece_exponential_grad", active_kernels().log_score_two_piece_exponential, observations,
      {scale1, scale2, location}, options, ctx);
}

}  // namespace assay::inline v1::scoring
