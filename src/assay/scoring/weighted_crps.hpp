// CRPS of ensembles with weight on some outcomes: extremes, freezing point, a warning level.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the threshold-weighted CRPS.
struct twcrps_ensemble_options {
  /// (n) lower end of the outcomes that count, one number or one a row; default: none
  broadcast_view lower = -std::numeric_limits<double>::infinity();
  /// (n) upper end of the outcomes that count, one number or one a row, >= lower; default: none
  broadcast_view upper = std::numeric_limits<double>::infinity();
  /// (n, m) or (m) weights of the members, >= 0, normalised within each row; NaN allowed with nan_policy omit
  /// or propagate; default: all equal
  array_view weights = {};
  /// Spread term, as for the ensemble CRPS.
  crps_estimator estimator = crps_estimator::fair;
  /// Share of the fair score in almost_fair, in [0, 1].
  double alpha = 0.95;
  /// R of the adjusted estimator, at least 1; adjusted needs it.
  std::optional<std::int64_t> ensemble_size = {};
  /// What to do with NaN in observations, members and weights.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Threshold-weighted CRPS: the integral of the squared distance of the distribution functions over [lower,
/// upper] alone. Proper; only what forecasts say about that interval counts.
///
/// crps_ensemble of members and outcome moved to the nearest point of [lower, upper].
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       interval, weights, estimator, NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, smaller is better
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  non_finite; out_of_range: lower above upper or NaN, alpha; bad_weight; zero_weight;
///                      too_few_members: all weight of a row on one member; bad_parameter: ensemble_size
/// @accuracy            as crps_ensemble; same bits everywhere
/// @cost                O(n m log m)
/// @source              Gneiting & Ranjan 2011; Allen, Ginsbourger & Ziegel 2023, sec. 3.2
/// @parallel            rows
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]], "lower": 0.8}
array twcrps_ensemble(vector_view observations, matrix_view members,
                      const twcrps_ensemble_options& options = {}, const context& ctx = {});

/// Choices of the outcome-weighted CRPS.
struct owcrps_ensemble_options {
  /// (n) lower end of the outcomes with weight 1, one number or one a row; default: none
  broadcast_view lower = -std::numeric_limits<double>::infinity();
  /// (n) upper end of the outcomes with weight 1, one number or one a row, >= lower; default: none
  broadcast_view upper = std::numeric_limits<double>::infinity();
  /// (n) weight of each outcome, >= 0, in place of the interval; default: 1 in [lower, upper], else 0
  vector_view observation_weights = {};
  /// (n, m) weight of each member by the same function, >= 0; default: 1 in [lower, upper], else 0
  matrix_view member_weights = {};
  /// What to do with NaN in observations and members.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Outcome-weighted CRPS: forecasts are cut down to the outcomes with weight, W(y) times the score of what is
/// left. Proper; blind to how likely the forecast took such an outcome to be.
///
/// W(y) [ mean |x - y| W(x)/w - 1/2 mean |x - x'| W(x) W(x')/w^2 ], w = mean W(x); 0 where W(y) = 0
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       interval or weights, NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite; out_of_range: lower above upper or NaN; bad_weight: observation_weights,
///                      member_weights; bad_parameter: one of these without the other; degenerate: an outcome
///                      with weight and members without
/// @accuracy            as the weighted crps_ensemble; same bits everywhere
/// @cost                O(n m log m)
/// @source              Holzmann & Klar 2017; Allen, Ginsbourger & Ziegel 2023, sec. 3.1
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]], "upper": 1.5}
array owcrps_ensemble(vector_view observations, matrix_view members,
                      const owcrps_ensemble_options& options = {}, const context& ctx = {});

/// Choices of the vertically re-scaled CRPS.
struct vrcrps_ensemble_options {
  /// (n) lower end of the outcomes with weight 1, one number or one a row; default: none
  broadcast_view lower = -std::numeric_limits<double>::infinity();
  /// (n) upper end of the outcomes with weight 1, one number or one a row, >= lower; default: none
  broadcast_view upper = std::numeric_limits<double>::infinity();
  /// (n) weight of each outcome, >= 0, in place of the interval; default: 1 in [lower, upper], else 0
  vector_view observation_weights = {};
  /// (n, m) weight of each member by the same function, >= 0; default: 1 in [lower, upper], else 0
  matrix_view member_weights = {};
  /// Point to which distances count where the weights of forecast and outcome differ.
  double center = 0.0;
  /// What to do with NaN in observations and members.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Vertically re-scaled CRPS: distances count by the weights of both their ends, and the probability of an
/// outcome with weight counts too.
///
/// mean |x - y| W(x) W(y) - 1/2 mean |x - x'| W(x) W(x') + (mean |x - c| W(x) - |y - c| W(y))(w - W(y)),
/// w = mean W(x)
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       interval or weights, center c, NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite; out_of_range: lower above upper or NaN; bad_weight: observation_weights,
///                      member_weights; bad_parameter: one of these without the other
/// @accuracy            16 ulp of the sum of absolute terms; same bits everywhere
/// @cost                O(n m log m)
/// @source              Allen, Ginsbourger & Ziegel 2023, sec. 3.3
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]], "lower": 0.8}
array vrcrps_ensemble(vector_view observations, matrix_view members,
                      const vrcrps_ensemble_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::scoring
