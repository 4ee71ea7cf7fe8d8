// Scores of the probabilities that an ensemble gives to events, and its bias.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the scores of an ensemble's probabilities.
struct ensemble_probability_options {
  /// Takes off what the number of members adds: the score is then unbiased in m for exchangeable members.
  bool fair = false;
  /// What to do with NaN in observations and members.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Brier score of the share of members above a threshold.
///
/// (i/m - o)^2, less i (m - i)/(m^2 (m - 1)) if fair; i members and the outcome (o = 1) exceed the threshold
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble members, unit u, m >= 2 if fair; NaN allowed with nan_policy omit or
///                      propagate
/// @param threshold     the event is: greater than it, unit u
/// @param options       fair form; NaN policy
/// @param ctx           running conditions
/// @return              (n) score, in [0, 1] unless fair, smaller is better
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  non_finite: observations, members, threshold
/// @accuracy            4 ulp of 1; same bits everywhere
/// @cost                O(n m)
/// @source              Brier 1950; Ferro 2014, eq. 3
/// @parallel            rows
/// @example             {"observations": [0.3, 2], "members": [[-1, 0, 2], [1, 1.5, 4]], "threshold": 1}
array brier_score_ensemble(vector_view observations, matrix_view members, double threshold,
                           const ensemble_probability_options& options = {}, const context& ctx = {});

/// Ranked probability score of an ensemble: the sum of Brier scores of the events <= threshold.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble members, unit u, m >= 2 if fair; NaN allowed with nan_policy omit or
///                      propagate
/// @param thresholds    (k) thresholds between the categories, strictly increasing, unit u
/// @param options       fair form; NaN policy
/// @param ctx           running conditions
/// @return              (n) score, in [0, k] unless fair, smaller is better; not divided by k
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  non_finite: observations, members, thresholds; out_of_range: thresholds
/// @accuracy            4 ulp of k; same bits everywhere
/// @cost                O(n m k)
/// @source              Epstein 1969; Ferro 2014, eq. 9
/// @parallel            rows
/// @example             {"observations": [0.3, 2], "members": [[-1, 0, 2], [1, 1.5, 4]], "thresholds": [0,
/// 1]}
array rps_ensemble(vector_view observations, matrix_view members, vector_view thresholds,
                   const ensemble_probability_options& options = {}, const context& ctx = {});

/// Choices of the bias of an ensemble.
struct bias_ensemble_options {
  /// What to do with NaN in observations and members.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Bias of an ensemble: where it lies against the outcome, from -1 (all members below) to 1 (all above).
///
/// 1 - P(x <= y) - P(x < y), P the share of members
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble members, unit u; NaN allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) bias in [-1, 1]; 0 is best
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, members
/// @accuracy            2 ulp of 1; same bits everywhere
/// @cost                O(n m)
/// @source              Funk et al. 2019, eq. 4
/// @parallel            rows
/// @example             {"observations": [0.3, 2], "members": [[-1, 0, 2], [1, 1.5, 4]]}
array bias_ensemble(vector_view observations, matrix_view members, const bias_ensemble_options& options = {},
                    const context& ctx = {});

}  // namespace assay::inline v1::scoring
