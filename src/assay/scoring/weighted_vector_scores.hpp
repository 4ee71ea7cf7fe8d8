// Energy and variogram scores with weight on some outcomes.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the threshold-weighted energy score.
struct twenergy_score_options {
  /// (d) lower end of the box of outcomes that count, one number or one a coordinate; default: none
  broadcast_view lower = -std::numeric_limits<double>::infinity();
  /// (d) upper end of the box, one number or one a coordinate, >= lower; default: none
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
  /// Exponent of the Euclidean distance, in (0, 2).
  double beta = 1.0;
  /// What to do with NaN; a member with a NaN coordinate is missing.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Threshold-weighted energy score: energy_score of members and outcome moved to the nearest point of a box.
///
/// @inputs energy_score
/// @param options       box, weights, estimator, exponent, NaN policy
/// @return              (n) score in u^beta, smaller is better
/// @throws value_error  non_finite; bad_weight; zero_weight; too_few_members: all weight of a row on one
///                      member; out_of_range: lower above upper or NaN, alpha, beta; bad_parameter:
///                      ensemble_size
/// @source              Allen, Ginsbourger & Ziegel 2023, sec. 3.2
/// @example             {"observations": [[0.5, 1]], "members": [[[0, 1], [1, 3], [2, 0]]], "lower": 0.8}
array twenergy_score(matrix_view observations, tensor_view members,
                     const twenergy_score_options& options = {}, const context& ctx = {});

/// Choices of the threshold-weighted variogram score.
struct twvariogram_score_options {
  /// (d) lower end of the box of outcomes that count, one number or one a coordinate; default: none
  broadcast_view lower = -std::numeric_limits<double>::infinity();
  /// (d) upper end of the box, one number or one a coordinate, >= lower; default: none
  broadcast_view upper = std::numeric_limits<double>::infinity();
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

/// Threshold-weighted variogram score: variogram_score of members and outcome moved to the nearest point of a
/// box.
///
/// @inputs variogram_score
/// @param options       box, order, weights, estimator, NaN policy
/// @return              (n) score in u^(2p), smaller is better
/// @throws value_error  non_finite; bad_weight: weights, pair_weights; zero_weight; too_few_members: all
///                      weight of a row on one member; out_of_range: lower above upper or NaN, p, alpha;
///                      bad_parameter: ensemble_size; unsupported: estimator akr, akr_circperm
/// @source              Allen, Ginsbourger & Ziegel 2023, sec. 3.2
/// @example             {"observations": [[0.5, 1]], "members": [[[0, 1], [1, 3], [2, 0]]], "lower": 0.8}
array twvariogram_score(matrix_view observations, tensor_view members,
                        const twvariogram_score_options& options = {}, const context& ctx = {});

/// Choices of the outcome-weighted energy score.
struct owenergy_score_options {
  /// Exponent of the Euclidean distance, in (0, 2).
  double beta = 1.0;
  /// What to do with NaN in observations and members; a member with a NaN coordinate is missing.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Outcome-weighted energy score: forecasts are cut down to the outcomes with weight, W(y) times the score of
/// what is left.
///
/// W(y) [ mean |x - y|^beta W(x)/w - 1/2 mean |x - x'|^beta W(x) W(x')/w^2 ], w = mean W(x); 0 where W(y) = 0
///
/// @param observations         (n, d) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members              (n, m, d) ensemble x, unit u; NaN allowed with nan_policy omit or propagate
/// @param observation_weights  (n) weight W(y) of each outcome, >= 0
/// @param member_weights       (n, m) weight W(x) of each member by the same function, >= 0
/// @param options              exponent, NaN policy
/// @param ctx                  running conditions
/// @return                     (n) score in u^beta, smaller is better
/// @throws shape_error         empty_input; length_mismatch
/// @throws value_error         non_finite; bad_weight; out_of_range: beta; degenerate: member_weights all 0
///                             where the outcome has weight
/// @accuracy                   1e-14 of W(y) times the weighted mean of |x - y|^beta; same bits everywhere
/// @cost                       O(n m^2 d)
/// @source                     Holzmann & Klar 2017; Allen, Ginsbourger & Ziegel 2023, sec. 3.1
/// @parallel                   rows
/// @example                    {"observations": [[0.5, 1]], "members": [[[0, 1], [1, 3], [2, 0]]],
/// "observation_weights": [0.5], "member_weights": [[1, 0.5, 0]]}
array owenergy_score(matrix_view observations, tensor_view members, vector_view observation_weights,
                     matrix_view member_weights, const owenergy_score_options& options = {},
                     const context& ctx = {});

/// Choices of the vertically re-scaled energy score.
struct vrenergy_score_options {
  /// Exponent of the Euclidean distance, in (0, 2).
  double beta = 1.0;
  /// Every coordinate of the point to which distances count where the weights of forecast and outcome differ.
  double center = 0.0;
  /// What to do with NaN in observations and members; a member with a NaN coordinate is missing.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Vertically re-scaled energy score: distances count by the weights of both their ends, and the probability
/// of an outcome with weight counts too.
///
/// mean r(x, y) W(x) W(y) - 1/2 mean r(x, x') W(x) W(x') + (mean r(x, c) W(x) - r(y, c) W(y))(w - W(y)),
/// w = mean W(x), r(a, b) = |a - b|^beta
///
/// @inputs owenergy_score
/// @param options              exponent, center c, NaN policy
/// @return                     (n) score in u^beta, smaller is better
/// @throws value_error         non_finite; bad_weight; out_of_range: beta
/// @accuracy                   1e-14 of the sum of absolute terms; same bits everywhere
/// @source                     Allen, Ginsbourger & Ziegel 2023, sec. 3.3
array vrenergy_score(matrix_view observations, tensor_view members, vector_view observation_weights,
                     matrix_view member_weights, const vrenergy_score_options& options = {},
                     const context& ctx = {});

/// Choices of the outcome-weighted and the vertically re-scaled variogram score.
struct weighted_variogram_score_options {
  /// Order of the variogram, > 0.
  double p = 0.5;
  /// (d, d) weight of each pair of coordinates, >= 0; default: 1
  matrix_view pair_weights = {};
  /// What to do with NaN in observations and members; a member with a NaN coordinate is missing.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Outcome-weighted variogram score: forecasts are cut down to the outcomes with weight, W(y) times the score
/// of what is left.
///
/// W(y) sum_kl w_kl (|y_k - y_l|^p - mean |x_k - x_l|^p W(x)/w)^2, w = mean W(x); 0 where W(y) = 0
///
/// @inputs owenergy_score
/// @param options              order, weights of pairs, NaN policy
/// @return                     (n) score in u^(2p), smaller is better
/// @throws value_error         non_finite; bad_weight, also pair_weights; out_of_range: p; degenerate:
///                             member_weights all 0 where the outcome has weight
/// @accuracy                   1e-14 of W(y) times the weighted mean of the squared distances; same bits
///                             everywhere
/// @cost                       O(n m d^2)
array owvariogram_score(matrix_view observations, tensor_view members, vector_view observation_weights,
                        matrix_view member_weights, const weighted_variogram_score_options& options = {},
                        const context& ctx = {});

/// Vertically re-scaled variogram score: the formula of vrenergy_score with the distance r(a, b) = sum_kl
/// w_kl
/// (|a_k - a_l|^p - |b_k - b_l|^p)^2. The center has equal coordinates, whatever they are.
///
/// @inputs owenergy_score
/// @param options              order, weights of pairs, NaN policy
/// @return                     (n) score in u^(2p), smaller is better
/// @throws value_error         non_finite; bad_weight, also pair_weights; out_of_range: p
/// @accuracy                   1e-14 of the sum of absolute terms; same bits everywhere
/// @cost                       O(n m d^2)
/// @source                     Allen, Ginsbourger & Ziegel 2023, sec. 3.3
array vrvariogram_score(matrix_view observations, tensor_view members, vector_view observation_weights,
                        matrix_view member_weights, const weighted_variogram_score_options& options = {},
                        const context& ctx = {});

}  // namespace assay::inline v1::scoring
