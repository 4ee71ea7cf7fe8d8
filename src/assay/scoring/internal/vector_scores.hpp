// Scores of ensembles of vectors on behalf of another function, which `check` names in messages.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/energy.hpp"
#include "assay/scoring/internal/vector_rows.hpp"
#include "assay/scoring/variogram.hpp"

namespace assay::inline v1::scoring::detail {

/// out_of_range unless beta lies in (0, 2).
void check_beta(const checker& check, double beta);
array energy_scores(const checker& check, const matrix_view& observations, const tensor_view& members,
                    const energy_score_options& options, const context& ctx);

/// Weights of the pairs k < l of coordinates, both orders summed; checks the weights and p.
std::vector<double> checked_pair_weights(const checker& check, const matrix_view& pair_weights, double p,
                                         std::size_t d);
array variogram_scores(const checker& check, const matrix_view& observations, const tensor_view& members,
                       const variogram_score_options& options, const context& ctx);

}  // namespace assay::inline v1::scoring::detail
