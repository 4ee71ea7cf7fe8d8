// The CRPS of ensembles on behalf of another function, which `check` names in messages.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/crps_ensemble.hpp"

namespace assay::inline v1::scoring::detail {

array crps_values(const checker& check, const vector_view& observations, const matrix_view& members,
                  const crps_ensemble_options& options, const context& ctx);
crps_ensemble_components_result crps_components(const checker& check, const vector_view& observations,
                                                const matrix_view& members,
                                                const crps_ensemble_options& options, const context& ctx);

}  // namespace assay::inline v1::scoring::detail
