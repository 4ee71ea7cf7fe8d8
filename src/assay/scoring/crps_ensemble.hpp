// Continuous ranked probability score of ensemble forecasts, its gradient and its parts.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the ensemble CRPS.
struct crps_ensemble_options {
  /// (n, m) or (m) weights of the members, >= 0, normalised within each row; NaN allowed with nan_policy omit
  /// or propagate; default: all equal
  array_view weights = {};
  /// Spread term; fair by default, because it does not punish small ensembles.
  crps_estimator estimator = crps_estimator::fair;
  /// Share of the fair score in almost_fair, in [0, 1]; 0.95 is the AIFS value.
  double alpha = 0.95;
  /// R of the adjusted estimator: the size, at least 1, of the ensemble whose score is estimated; adjusted
  /// needs it.
  std::optional<std::int64_t> ensemble_size = {};
  /// What to do with NaN in observations, members and weights; infinities are always an error.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
  /// The members of each row are ascending (checked): saves the sort. Ignored by akr and akr_circperm.
  bool sorted = false;
};

/// CRPS and gradient of each forecast.
struct crps_ensemble_grad_result {
  array crps;               ///< (n) score in the unit of the observations
  array grad;               ///< (n, m) derivative of a row's score by each of its members, not divided by n
  array grad_observations;  ///< (n) derivative of a row's score by its observation
};

/// The terms of crps = underforecast + overforecast - spread.
struct crps_ensemble_components_result {
  array underforecast;  ///< (n) mean of max(y - x, 0)
  array overforecast;   ///< (n) mean of max(x - y, 0)
  array spread;         ///< (n) the estimator's spread term c g
};

/// CRPS of an ensemble forecast, one value per observation.
///
/// crps = mean_i |x_i - y| - c/(2m(m-1)) sum_ij |x_i - x_j|, with the c of the estimator. For equal weights
/// it is computed from the sorted members as a sum of terms that are never negative, so nothing cancels: a
/// fair score is exactly 0 where it should be. Weighted fair scores may be negative.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       weights, estimator, NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, smaller is better
/// @throws shape_error  empty_input; length_mismatch; too_few_members: one member and an estimator that needs
///                      two
/// @throws value_error  non_finite; bad_weight; zero_weight; too_few_members: all weight of a row on one
///                      member; out_of_range: alpha; bad_parameter: ensemble_size, sorted
/// @accuracy            4 ulp of the exact sum for equal weights and standard, fair, almost_fair; same bits
///                      everywhere
/// @cost                O(n m log m) time, O(m) scratch a thread
/// @source              Gneiting & Raftery 2007, sec. 4.2; fair: Ferro 2014; adjusted: Ferro, Richardson &
///                      Weigel 2008; almost fair: Lang et al. 2024 (AIFS-CRPS)
/// @parallel            rows
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]]}
array crps_ensemble(vector_view observations, matrix_view members, const crps_ensemble_options& options = {},
                    const context& ctx = {});

/// CRPS of an ensemble forecast and its gradient, in one pass.
///
/// d crps/dx_i = w_i sgn(x_i - y) - k w_i sum_j w_j sgn(x_i - x_j) with sgn(0) = 0 and k = 1 (standard), 1/(1
/// - sum w^2) (fair) or their mixture (almost_fair, adjusted). Tied members share the mean of their slopes.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       weights, estimator (not akr, akr_circperm), NaN policy; a left-out member has
///                      gradient 0
/// @param ctx           running conditions
/// @return              score, gradient by the members in the input's precision, gradient by the observation
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  as crps_ensemble; unsupported: an estimator without gradient
/// @accuracy            score as crps_ensemble; gradient 2 ulp of 1/m for equal weights; same bits everywhere
/// @cost                O(n m log m) time, O(m) scratch a thread
/// @source              Lang et al. 2024 (AIFS-CRPS); sgn(0) = 0 as torch.abs
/// @parallel            rows
/// @example             {"observations": [0.5, 1], "members": [[0, 1], [1, 3]], "estimator": "almost_fair"}
crps_ensemble_grad_result crps_ensemble_grad(vector_view observations, matrix_view members,
                                             const crps_ensemble_options& options = {},
                                             const context& ctx = {});

/// The parts of an ensemble's CRPS: members below the outcome, members above it, and the spread term.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       weights, estimator, NaN policy
/// @param ctx           running conditions
/// @return              underforecast, overforecast and spread of each row, all >= 0 and in unit u
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  as crps_ensemble
/// @accuracy            each part 4 ulp of its exact sum for equal weights; same bits everywhere
/// @cost                O(n m log m) time, O(m) scratch a thread
/// @source              nci/scores, pull request 708
/// @parallel            rows
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]]}
crps_ensemble_components_result crps_ensemble_components(vector_view observations, matrix_view members,
                                                         const crps_ensemble_options& options = {},
                                                         const context& ctx = {});

}  // namespace assay::inline v1::scoring
