// Scores of ensembles smoothed by a Gaussian kernel: a normal distribution about each member.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the scores of smoothed ensembles.
struct kde_options {
  /// (n) standard deviation of the kernels, > 0, in the unit of the outcomes, one number or one a row;
  /// default: `nrd`, 1.06 min(sd, IQR/1.34) m^(-1/5)
  broadcast_view bandwidth = {};
  /// What to do with NaN in observations and members.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Logarithmic score of smoothed ensembles, minus the log density at the outcome.
///
/// -log( 1/(m h) sum phi((y - x_i)/h) ). Fragile: the tails are those of the kernel, so the bandwidth decides
/// about outcomes beyond the members. The CRPS needs no density.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       bandwidth h, NaN policy
/// @param ctx           running conditions
/// @return              (n) score, smaller is better; changes by a constant with the unit
/// @throws shape_error  empty_input; length_mismatch; too_few_members: one member and no bandwidth
/// @throws value_error  non_finite: observations, members; out_of_range: bandwidth; degenerate: members
///                      without spread and no bandwidth
/// @accuracy            8 ulp of the largest term; finite in the farthest tail; same bits everywhere
/// @cost                O(n m), and a sort of the members without bandwidth
/// @source              Good 1952; bandwidth: Scott 1992, eq. 6.42 (R's bw.nrd)
/// @parallel            rows
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]], "bandwidth": 0.5}
array log_score_kde(vector_view observations, matrix_view members, const kde_options& options = {},
                    const context& ctx = {});

/// CRPS of smoothed ensembles.
///
/// mean A(y - x_i, h) - 1/2 mean A(x_i - x_j, h sqrt 2), A(d, s) = d erf(d/(s sqrt 2)) + 2 s phi(d/s)
///
/// @inputs log_score_kde
/// @return              (n) score in unit u, >= 0, smaller is better
/// @accuracy            16 ulp of the first mean; same bits everywhere
/// @cost                O(n m^2)
/// @source              Grimit, Gneiting, Berrocal & Johnson 2006, eq. 5
array crps_kde(vector_view observations, matrix_view members, const kde_options& options = {},
               const context& ctx = {});

/// Censored likelihood score of smoothed ensembles: the log score on a region; outside of it only the
/// probability of not being in it counts. Proper, unlike the log score of the cases in the region.
///
/// -log f(y) for lower < y < upper, else -log(1 - F(upper) + F(lower))
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param lower         (n) lower end of the region, unit u, may be -Infinity, one number or one a row
/// @param upper         (n) upper end of the region > lower, may be Infinity, one number or one a row
/// @param options       bandwidth h, NaN policy
/// @param ctx           running conditions
/// @return              (n) score, smaller is better
/// @throws shape_error  empty_input; length_mismatch; too_few_members: one member and no bandwidth
/// @throws value_error  non_finite: observations, members; out_of_range: bandwidth, lower not below upper;
///                      degenerate: members without spread and no bandwidth
/// @accuracy            16 ulp of the largest term; same bits everywhere
/// @cost                O(n m), and a sort of the members without bandwidth
/// @source              Diks, Panchenko & van Dijk 2011, eq. 12
/// @parallel            rows
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]], "lower": 0.8, "upper":
/// 5, "bandwidth": 0.5}
array censored_log_score_kde(vector_view observations, matrix_view members, broadcast_view lower,
                             broadcast_view upper, const kde_options& options = {}, const context& ctx = {});

/// Conditional likelihood score of smoothed ensembles: the log score on a region of the forecast cut down to
/// it; outcomes outside score 0.
///
/// -log( f(y)/(F(upper) - F(lower)) ) for lower < y < upper, else 0
///
/// @inputs censored_log_score_kde
/// @return              (n) score, smaller is better
/// @source              Diks, Panchenko & van Dijk 2011, eq. 11
array conditional_log_score_kde(vector_view observations, matrix_view members, broadcast_view lower,
                                broadcast_view upper, const kde_options& options = {},
                                const context& ctx = {});

}  // namespace assay::inline v1::scoring
