// Variogram score: are the differences between the coordinates of an outcome as large as promised?
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the variogram score.
struct variogram_score_options {
  /// Order of the variogram, > 0.
  double p = 0.5;
  /// (d, d) weight of each pair of coordinates, >= 0; default: 1
  matrix_view pair_weights = {};
  /// (n, m) or (m) weights of the members, >= 0, normalised within each row; NaN allowed with nan_policy omit
  /// or propagate; default: all equal
  array_view weights = {};
  /// Spread term, as for the ensemble CRPS; not akr, akr_circperm.
  crps_estimator estimator = crps_estimator::fair;
  /// Share of the fair score in almost_fair, in [0, 1].
  double alpha = 0.95;
  /// R of the adjusted estimator, at least 1; adjusted needs it.
  std::optional<std::int64_t> ensemble_size = {};
  /// What to do with NaN; a member with a NaN coordinate is missing.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Variogram score of an ensemble of vectors, one value per observation.
///
/// sum_kl w_kl (|y_k - y_l|^p - mean_i |x_ik - x_il|^p)^2 over all ordered pairs (estimator standard); fair
/// subtracts the variance of |x_ik - x_il|^p, divisor m - 1, over m. Blind to a shift of all coordinates.
///
/// @param observations  (n, d) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m, d) ensemble x, unit u; NaN allowed with nan_policy omit or propagate
/// @param options       order, weights, estimator, NaN policy
/// @param ctx           running conditions
/// @return              (n) score in u^(2p), smaller is better
/// @throws shape_error  empty_input; length_mismatch; too_few_members: one member and an estimator that needs
///                      two
/// @throws value_error  non_finite; bad_weight: weights, pair_weights; zero_weight; too_few_members: all
///                      weight of a row on one member; out_of_range: p, alpha; bad_parameter: ensemble_size;
///                      unsupported: estimator akr, akr_circperm
/// @accuracy            1e-14 of sum_kl w_kl mean_i (|y_k - y_l|^p - |x_ik - x_il|^p)^2; same bits everywhere
/// @cost                O(n m d^2) time, O(m d) scratch a thread
/// @source              Scheuerer & Hamill 2015, eq. 6; fair form by the argument of Ferro 2014
/// @parallel            rows
/// @example             {"observations": [[0.5, 1]], "members": [[[0, 1], [1, 3], [2, 0]]]}
array variogram_score(matrix_view observations, tensor_view members,
                      const variogram_score_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::scoring
