// The training loss of stochastic weather models: almost fair CRPS of fields.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the loss of fields.
struct almost_fair_crps_loss_options {
  /// Share of the fair score, in [0, 1]: 1 fair, 0 standard; 0.95 is the AIFS value.
  double alpha = 0.95;
  /// What to do with NaN: omit leaves a grid point out of the sum and of the weights; propagate makes the
  /// loss NaN.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Loss with its gradient and its parts.
struct almost_fair_crps_loss_result {
  double loss = 0.0;      ///< mean over forecasts and variables
  array grad;             ///< (b, m, v, g) derivative by each number of the members, in the input's precision
  array variable_losses;  ///< (v) mean over forecasts of each variable's weighted score
};

/// Almost fair CRPS of ensembles of fields with its gradient, in one pass: the AIFS training loss.
///
/// mean over forecasts and variables of vw_v sum_p gw_p afCRPS, gw the grid weights brought to sum 1, afCRPS
/// = alpha fair + (1 - alpha) standard at each point alone: spatial structure is not scored. Slopes of
/// members that tie are shared; sgn(0) = 0.
///
/// @param observations      (b, v, g) outcome: forecast, variable, grid point; NaN allowed with nan_policy
/// omit or
///                          propagate
/// @param members           (b, m, v, g) ensemble: forecast, member, variable, grid point; m >= 2; NaN
/// allowed with
///                          nan_policy omit or propagate
/// @param variable_weights  (v) weight of each variable, >= 0
/// @param grid_weights      (g) weight of each grid point, >= 0: its area; see latitude_weights
/// @param options           alpha, NaN policy
/// @param ctx               running conditions
/// @return                  loss, gradient, loss of each variable
/// @throws shape_error      empty_input; length_mismatch; too_few_members
/// @throws value_error      non_finite; bad_weight; zero_weight: grid_weights, variable_weights;
/// out_of_range:
///                          alpha; degenerate: observations without one complete point
/// @accuracy                1e-14 of the loss, gradients 4 ulp; same bits everywhere
/// @cost                    O(b v g m^2)
/// @source                  Lang et al. 2024 (AIFS-CRPS), sec. 2; Ferro 2014
/// @example                 {"observations": [[[0.5, 1]]], "members": [[[[0, 2]], [[1, 0]], [[2, 1]]]],
/// "variable_weights": [1], "grid_weights": [0.5, 1]}
almost_fair_crps_loss_result almost_fair_crps_loss(tensor_view observations, array_view members,
                                                   vector_view variable_weights, vector_view grid_weights,
                                                   const almost_fair_crps_loss_options& options = {},
                                                   const context& ctx = {});

}  // namespace assay::inline v1::scoring
