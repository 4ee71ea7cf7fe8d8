// Gaussian kernel score: a proper score whose distance is bounded, so that no outlier can dominate it.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the Gaussian kernel score.
struct gaussian_kernel_score_options {
  /// Distance l over which the kernel falls to e^(-1/2), > 0, in the unit of the outcomes.
  double length_scale = 1.0;
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

/// Gaussian kernel score of an ensemble, one value per observation.
///
/// 1/2 - mean k(x, y) + 1/2 mean k(x, x'), k(a, b) = exp(-|a - b|^2/(2 l^2)); the second mean over all pairs
/// (standard) or pairs of different members (fair).
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u; NaN allowed with nan_policy omit or propagate
/// @param options       length scale, weights, estimator, NaN policy
/// @param ctx           running conditions
/// @return              (n) score without unit, smaller is better; at most 1, >= 0 for standard
/// @throws shape_error  empty_input; length_mismatch; too_few_members: one member and an estimator that needs
///                      two
/// @throws value_error  non_finite; out_of_range: length_scale, alpha; bad_weight; zero_weight;
///                      too_few_members: all weight of a row on one member; bad_parameter: ensemble_size;
///                      unsupported: estimator akr, akr_circperm
/// @accuracy            1e-14 of mean (1 - k(x, y)); same bits everywhere
/// @cost                O(n m^2)
/// @source              Gneiting & Raftery 2007, sec. 5.1; Steinwart & Ziegel 2021
/// @parallel            rows
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]]}
array gaussian_kernel_score(vector_view observations, matrix_view members,
                            const gaussian_kernel_score_options& options = {}, const context& ctx = {});

/// Gaussian kernel score of an ensemble of vectors, |a - b| the Euclidean distance.
///
/// @inputs gaussian_kernel_score
/// @param observations  (n, d) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m, d) ensemble x, unit u; NaN allowed with nan_policy omit or propagate
/// @return              (n) score without unit, smaller is better; at most 1, >= 0 for standard
/// @cost                O(n m^2 d)
/// @example             {"observations": [[0.5, 1]], "members": [[[0, 1], [1, 3], [2, 0]]]}
array gaussian_kernel_score_multivariate(matrix_view observations, tensor_view members,
                                         const gaussian_kernel_score_options& options = {},
                                         const context& ctx = {});

}  // namespace assay::inline v1::scoring
