#include "assay/scoring/exponential_mass.hpp"

#include "assay/scoring/internal/distribution_rows.hpp"

namespace assay::inline v1::scoring {

array crps_exponential_mass(vector_view observations, broadcast_view mass, broadcast_view location,
                            broadcast_view scale, const distribution_options& options, const context& ctx) {
  return detail::score<exponential_mass_family>("crps_exponential_mass",
                                                active_kernels().crps_exponential_mass, observations,
                                                {mass, location, scale}, options, ctx);
}

crps_exponential_mass_grad_result crps_exponential_mass_grad(vector_view observations, broadcast_view mass,
                                                             broadcast_view location, broadcast_view scale,
                                                             const distribution_options& options,
                                                             const context& ctx) {
  return detail::gradient<crps_exponential_mass_grad_result, exponential_mass_family>(
      "crps_exponential_mass_grad", active_kernels().crps_exponential_mass, observations,
      {mass, location, scale}, options, ctx);
}

}  // namespace assay::inline v1::scoring
