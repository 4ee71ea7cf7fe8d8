// Ranks of outcomes among members, and probability integral transforms: the pieces of rank and PIT
// histograms.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the rank of outcomes.
struct observation_rank_options {
  /// What to do with NaN: omit and propagate both give NaN for that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// The ranks that each outcome may take: from lower to upper, both included.
struct observation_rank_result {
  array lower;  ///< (n) members below the outcome, or with a pre-rank below its own
  array upper;  ///< (n) members not above it
};

/// Rank of outcomes among their members: how many lie below (lower), how many not above (upper); the two
/// differ by the members that equal the outcome.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              ranks in 0 .. m
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, members
/// @accuracy            exact
/// @cost                O(n m)
/// @source              Hamill 2001
/// @parallel            rows
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]]}
observation_rank_result observation_rank(vector_view observations, matrix_view members,
                                         const observation_rank_options& options = {},
                                         const context& ctx = {});

/// Choices of the probability integral transform of ensembles.
struct pit_ensemble_options {
  /// (n) numbers in [0, 1), one a row; default: drawn from the seed
  vector_view uniforms = {};
  /// Seed for draws without uniforms; the draw depends on the seed and the number of the row alone.
  std::uint64_t seed = 0;
  /// What to do with NaN: omit and propagate both give NaN for that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Probability integral transform of ensembles, randomised within a rank: uniform on [0, 1) for a reliable
/// ensemble of any size.
///
/// (lower + u (t + 1))/(m + 1), lower = #{x < y}, t = #{x = y}
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param members       (n, m) ensemble x, unit u, any order; NaN allowed with nan_policy omit or propagate
/// @param options       random numbers, NaN policy
/// @param ctx           running conditions
/// @return              (n) numbers in [0, 1]
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, members; out_of_range: uniforms
/// @accuracy            2 ulp; same bits everywhere
/// @cost                O(n m)
/// @source              Czado, Gneiting & Held 2009, sec. 2, for the empirical distribution of m + 1 ranks
/// @example             {"observations": [0.5, 1], "members": [[0, 1, 4], [1, 3, 2]], "uniforms": [0.5, 0.2]}
array pit_ensemble(vector_view observations, matrix_view members, const pit_ensemble_options& options = {},
                   const context& ctx = {});

/// Choices of the randomised probability integral transform.
struct pit_randomised_options {
  /// (n) numbers in [0, 1), one a row; default: drawn from the seed
  vector_view uniforms = {};
  /// Seed for draws without uniforms; the draw depends on the seed and the number of the row alone.
  std::uint64_t seed = 0;
};

/// Randomised probability integral transform of any forecast distribution F, discrete ones too: uniform on
/// [0, 1] for a calibrated forecast.
///
/// below + u (at - below), below = F(y-), at = F(y); where F has no jump the two are equal
///
/// @param cdf_below     (n) forecast probability of an outcome below y, in [0, 1]
/// @param cdf_at        (n) forecast probability of an outcome of at most y, in [0, 1], >= cdf_below
/// @param options       random numbers
/// @param ctx           running conditions
/// @return              (n) numbers in [0, 1]
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  out_of_range: cdf_below, cdf_at, uniforms
/// @accuracy            2 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Brockwell 2007; Czado, Gneiting & Held 2009, eq. 1
/// @example             {"cdf_below": [0.1, 0.4], "cdf_at": [0.3, 0.4], "uniforms": [0.5, 0.2]}
array pit_randomised(vector_view cdf_below, vector_view cdf_at, const pit_randomised_options& options = {},
                     const context& ctx = {});

/// Histogram of probability integral transforms without chance: each outcome is spread evenly from F(y-) to
/// F(y), the mean of all randomised histograms.
///
/// @param cdf_below     (n) forecast probability of an outcome below y, in [0, 1]
/// @param cdf_at        (n) forecast probability of an outcome of at most y, in [0, 1], >= cdf_below
/// @param n_bins        number of bins of equal width, at least 1; a transform on a border counts above it
/// @param ctx           running conditions
/// @return              (n_bins) share of the outcomes in each bin; they sum to 1
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  out_of_range: cdf_below, cdf_at; bad_parameter: n_bins
/// @accuracy            each share's sum rounded once; same bits everywhere
/// @cost                O(n n_bins) at most
/// @source              Czado, Gneiting & Held 2009, eq. 2
/// @example             {"cdf_below": [0.1, 0.4], "cdf_at": [0.3, 0.4], "n_bins": 5}
array pit_histogram(vector_view cdf_below, vector_view cdf_at, std::int64_t n_bins, const context& ctx = {});

}  // namespace assay::inline v1::scoring
