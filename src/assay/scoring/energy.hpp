// Energy score: the CRPS of ensembles of vectors.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the energy score.
struct energy_score_options {
  /// (n, m) or (m) weights of the members, >= 0, normalised within each row; NaN allowed with nan_policy omit
  /// or propagate; default: all equal
  array_view weights = {};
  /// Spread term, as for the ensemble CRPS.
  crps_estimator estimator = crps_estimator::fair;
  /// Share of the fair score in almost_fair, in [0, 1].
  double alpha = 0.95;
  /// R of the adjusted estimator, at least 1; adjusted needs it.
  std::optional<std::int64_t> ensemble_size = {};
  /// Exponent of the Euclidean distance, in (0, 2).
  double beta = 1.0;
  /// What to do with NaN; a member with a NaN coordinate is missing.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Energy score with its gradient.
struct energy_score_grad_result {
  array score;              ///< (n) score in the unit of the observations to the power beta
  array grad;               ///< (n, m, d) derivative of a row's score by each coordinate of its members
  array grad_observations;  ///< (n, d) derivative of a row's score by its observation
};

/// Energy score of an ensemble of vectors, one value per observation.
///
/// mean_i |x_i - y|^beta - c/(2m(m-1)) sum_ij |x_i - x_j|^beta with the Euclidean norm and the c of the
/// estimator. With d = 1 and beta = 1 it is the ensemble CRPS.
///
/// @param observations  (n, d) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m, d) ensemble x, unit u; NaN allowed with nan_policy omit or propagate
/// @param options       weights, estimator, exponent, NaN policy
/// @param ctx           running conditions
/// @return              (n) score in u^beta, smaller is better
/// @throws shape_error  empty_input; length_mismatch; too_few_members: one member and an estimator that needs
///                      two
/// @throws value_error  non_finite; bad_weight; zero_weight; too_few_members: all weight of a row on one
///                      member; out_of_range: alpha, beta; bad_parameter: ensemble_size
/// @accuracy            1e-14 of mean_i |x_i - y|^beta; same bits everywhere
/// @cost                O(n m^2 d) time, O(m d) scratch a thread
/// @source              Gneiting & Raftery 2007, sec. 4.3
/// @parallel            rows
/// @example             {"observations": [[0.5, 1]], "members": [[[0, 1], [1, 3], [2, 0]]]}
array energy_score(matrix_view observations, tensor_view members, const energy_score_options& options = {},
                   const context& ctx = {});

/// Energy score and its gradient, in one pass.
///
/// The derivative of |a|^beta is beta |a|^(beta - 2) a, and the zero vector where two points coincide.
///
/// @param observations  (n, d) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m, d) ensemble x, unit u; NaN allowed with nan_policy omit or propagate
/// @param options       weights, estimator (not akr, akr_circperm), exponent, NaN policy; a left-out member
///                      has gradient 0
/// @param ctx           running conditions
/// @return              score, gradient by the members in the input's precision, gradient by the observation
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  as energy_score; unsupported: an estimator without gradient
/// @accuracy            1e-14 of mean_i |x_i - y|^beta and of the largest coordinate; same bits everywhere
/// @cost                O(n m^2 d) time, O(m d) scratch a thread
/// @source              Gneiting & Raftery 2007, sec. 4.3
/// @parallel            rows
/// @example             {"observations": [[0.5, 1]], "members": [[[0, 1], [1, 3]]], "estimator": "standard"}
energy_score_grad_result energy_score_grad(matrix_view observations, tensor_view members,
                                           const energy_score_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::scoring
