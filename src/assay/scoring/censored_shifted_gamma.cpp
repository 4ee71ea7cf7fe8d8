#include "assay/scoring/censored_shifted_gamma.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_csg0(vector_view observations, broadcast_view shape, broadcast_view rate, broadcast_view shift,
                const distribution_options& options, const context& ctx) {
  return detail::score<csg0_family>("crps_csg0", active_kernels().crps_csg0, observations,
                                    {shape, rate, shift}, options, ctx);
}

crps_csg0_grad_result crps_csg0_grad(vector_view observations, broadcast_view shape, broadcast_view rate,
                                     broadcast_view shift, const distribution_options& options,
                                     const context& ctx) {
  return detail::gradient<crps_csg0_grad_result, csg0_family>(
      "crps_csg0_grad", active_kernels().crps_csg0, observations, {shape, rate, shift}, options, ctx);
}

}  // namespace assay::inline v1::scoring
