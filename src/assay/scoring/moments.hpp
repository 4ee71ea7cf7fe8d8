// Scores that know a forecast by its mean, variance and skewness.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the Dawid-Sebastiani score.
struct dawid_sebastiani_score_options {
  std::int64_t ddof = 1;  ///< the variance is the sum of squares over m - ddof, ddof 0 or 1
  /// What to do with NaN in observations and members.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Choices of the error-spread score.
struct error_spread_score_options {
  /// What to do with NaN in observations and members.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Choices of scores by given moments.
struct moment_score_options {
  /// What to do with NaN in observations and moments: omit and propagate both give NaN for that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Dawid-Sebastiani score of ensembles: the log score of a normal forecast with the ensemble's mean and
/// variance, up to factor and constant.
///
/// (y - mean)^2/v + log v
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble members, unit u, m >= 2; NaN allowed with nan_policy omit or
/// propagate
/// @param options       ddof; NaN policy
/// @param ctx           running conditions
/// @return              (n) score, smaller is better; changes by a constant with the unit
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  non_finite: observations, members; bad_parameter: ddof; degenerate: members without
///                      variance
/// @accuracy            16 ulp of the sum of absolute terms, the variance by two passes; same bits everywhere
/// @cost                O(n m)
/// @source              Dawid & Sebastiani 1999; Gneiting & Raftery 2007, eq. 25
/// @parallel            rows
/// @example             {"observations": [0.3, 2], "members": [[-1, 0, 2], [1, 1.5, 4]]}
array dawid_sebastiani_score(vector_view observations, matrix_view members,
                             const dawid_sebastiani_score_options& options = {}, const context& ctx = {});

/// Dawid-Sebastiani score of ensembles of vectors: the log score of a multivariate normal forecast with the
/// ensemble's mean and covariance, up to factor and constant.
///
/// log det C + (y - mean)' C^-1 (y - mean), by Cholesky's factor of C
///
/// @param observations  (n, d) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m, d) ensemble members, unit u, m > d; NaN allowed with nan_policy omit or
/// propagate
/// @param options       ddof of the covariance; NaN policy: a member with a NaN coordinate is missing
/// @param ctx           running conditions
/// @return              (n) score, smaller is better; changes by a constant with the unit
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, members; bad_parameter: ddof; degenerate: members with a
///                      singular covariance, as when m <= d
/// @accuracy            1e-15 times the condition number of C; same bits everywhere
/// @cost                O(n d^2 (m + d))
/// @source              Dawid & Sebastiani 1999; Scheuerer & Hamill 2015, sec. 2.c
/// @parallel            rows
/// @example             {"observations": [[0.3, 2]], "members": [[[-1, 0], [1, 1.5], [0, 2], [0.5, 1]]]}
array dawid_sebastiani_score_multivariate(matrix_view observations, tensor_view members,
                                          const dawid_sebastiani_score_options& options = {},
                                          const context& ctx = {});

/// Dawid-Sebastiani score of forecasts given by mean and variance.
///
/// (y - mean)^2/variance + log(variance)
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param mean          (n) forecast mean, unit u, one number or one a row; NaN allowed with nan_policy omit
/// or
///                      propagate
/// @param variance      (n) forecast variance > 0, unit u^2, one number or one a row; NaN allowed with
/// nan_policy
///                      omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score, smaller is better; changes by a constant with the unit
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, mean; out_of_range: variance
/// @accuracy            4 ulp of the sum of absolute terms; same bits everywhere
/// @cost                O(n)
/// @source              Dawid & Sebastiani 1999
/// @parallel            rows
/// @example             {"observations": [0.3, 2], "mean": [0, 1], "variance": 1.5}
array dawid_sebastiani_score_moments(vector_view observations, broadcast_view mean, broadcast_view variance,
                                     const moment_score_options& options = {}, const context& ctx = {});

/// Error-spread score of ensembles: proper for the first three moments.
///
/// (s^2 - e^2 - e s g)^2, e = mean - y, s^2 the variance with m - 1, g = m/((m - 1)(m - 2)) sum ((x -
/// mean)/s)^3
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble members, unit u, m >= 3; NaN allowed with nan_policy omit or
/// propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u^4, >= 0, smaller is better; members without variance have no
/// skewness
/// @throws shape_error  empty_input; length_mismatch; too_few_members
/// @throws value_error  non_finite: observations, members
/// @accuracy            16 ulp of (s^2 + e^2 + |e s g|)^2, moments by two passes; same bits everywhere
/// @cost                O(n m)
/// @source              Christensen, Moroz & Palmer 2015, eq. 5
/// @parallel            rows
/// @example             {"observations": [0.3, 2], "members": [[-1, 0, 2], [1, 1.5, 4]]}
array error_spread_score(vector_view observations, matrix_view members,
                         const error_spread_score_options& options = {}, const context& ctx = {});

/// Error-spread score of forecasts given by mean, variance and skewness.
///
/// (variance - e^2 - e sqrt(variance) skewness)^2, e = mean - y
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param mean          (n) forecast mean, unit u, one number or one a row; NaN allowed with nan_policy omit
/// or
///                      propagate
/// @param variance      (n) forecast variance > 0, unit u^2, one number or one a row; NaN allowed with
/// nan_policy
///                      omit or propagate
/// @param skewness      (n) forecast skewness, one number or one a row; NaN allowed with nan_policy omit or
/// propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u^4, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, mean, skewness; out_of_range: variance
/// @accuracy            8 ulp of (s^2 + e^2 + |e s g|)^2; same bits everywhere
/// @cost                O(n)
/// @source              Christensen, Moroz & Palmer 2015, eq. 5
/// @parallel            rows
/// @example             {"observations": [0.3, 2], "mean": [0, 1], "variance": 1.5, "skewness": [0, -0.2]}
array error_spread_score_moments(vector_view observations, broadcast_view mean, broadcast_view variance,
                                 broadcast_view skewness, const moment_score_options& options = {},
                                 const context& ctx = {});

}  // namespace assay::inline v1::scoring
