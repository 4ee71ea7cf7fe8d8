// Which of several forecasts is better, and whether the difference is more than chance.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::scoring {

/// How the variance of the mean difference is estimated, and which distribution gives the p-value.
enum class diebold_mariano_method {
  hln,      ///< autocovariances up to lag horizon - 1, small-sample factor, Student t with n - 1
  dm,       ///< the same autocovariances, normal distribution
  bartlett  ///< autocovariances of lag k weighted by 1 - k/horizon, never negative; normal distribution
};

/// Choices of the Diebold-Mariano test.
struct diebold_mariano_options {
  /// Steps that the forecasts look ahead: differences up to horizon - 1 apart may be correlated; 1 .. n - 1.
  std::int64_t horizon = 1;
  /// Estimate of the variance and distribution of the statistic.
  diebold_mariano_method method = diebold_mariano_method::hln;
};

/// Test of equal accuracy.
struct diebold_mariano_result {
  double mean_difference = 0.0;  ///< mean of scores_a - scores_b: below 0 where a is better
  double variance = 0.0;         ///< estimated variance of that mean, before any small-sample factor
  double statistic = 0.0;        ///< mean difference in standard errors
  double p_value = 0.0;          ///< two-sided
};

/// Diebold-Mariano test of equal accuracy of two forecasts of one series.
///
/// With d = a - b and autocovariances g_k (divisor n): statistic = mean d/sqrt(V), V = (g_0 + 2 sum_k<h w_k
/// g_k)/n; hln multiplies it by sqrt((n + 1 - 2h + h(h - 1)/n)/n).
///
/// @param scores_a      (n) scores of forecast a in the order of time, smaller is better; n >= 2
/// @param scores_b      (n) scores of forecast b on the same cases
/// @param options       horizon, method
/// @param ctx           running conditions
/// @return              statistic and two-sided p-value
/// @throws shape_error  empty_input: fewer than two cases; length_mismatch
/// @throws value_error  non_finite; bad_parameter: horizon; degenerate: an estimated variance of 0 or less
/// @accuracy            sums rounded once; 1e-13 of the largest term; same bits everywhere
/// @cost                O(n horizon)
/// @source              Diebold & Mariano 1995; Harvey, Leybourne & Newbold 1997, eq. 8; Newey & West 1987
/// @example             {"scores_a": [1, 2, 4, 3, 5], "scores_b": [2, 2, 5, 3, 7]}
diebold_mariano_result diebold_mariano(vector_view scores_a, vector_view scores_b,
                                       const diebold_mariano_options& options = {}, const context& ctx = {});

/// Choices of the pairwise comparison.
struct pairwise_comparison_options {
  /// Number of the forecast that has the scaled skill 1; default: none, the skill is not scaled.
  std::optional<std::int64_t> baseline = {};
};

/// Ratios of mean scores, pair by pair.
struct pairwise_comparison_result {
  array ratio;                  ///< (k, k) mean score of row over that of column, where both have scores
  array relative_skill;         ///< (k) geometric mean of a row of ratios, itself included: below 1 is better
  array scaled_relative_skill;  ///< (k) the same over that of the baseline
};

/// Compares forecasts that do not all cover the same cases: each pair on the cases that both have.
///
/// @param scores        (n, k) scores, a case a row, a forecast a column; NaN allowed where one is missing
/// @param options       baseline
/// @param ctx           running conditions
/// @return              ratios and relative skill
/// @throws shape_error  empty_input
/// @throws value_error  non_finite: an infinite score; degenerate: scores whose two forecasts share no case,
/// or
///                      scores on the shared cases do not sum to more than 0; bad_parameter: baseline
/// @accuracy            sums rounded once; ratios 2 ulp, skill 8 ulp; same bits everywhere
/// @cost                O(n k^2)
/// @source              Cramer et al. 2022, supplement; Bosse et al. 2022
/// @example             {"scores": [[1, 2, 4], [2, 2, 3], [1, 3, 3]], "baseline": 0}
pairwise_comparison_result pairwise_comparison(matrix_view scores,
                                               const pairwise_comparison_options& options = {},
                                               const context& ctx = {});

/// Choices of the permutation test with drawn signs.
struct permutation_test_signs_options {
  /// (b, n) signs 1 or -1 of the differences, a permutation a row; default: drawn from the seed
  integer_view signs = {};
  /// Number of permutations drawn when no signs are given, at least 1.
  std::int64_t n_permutations = 9999;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
};

/// Permutation test with its statistic.
struct permutation_test_signs_result {
  double statistic = 0.0;  ///< absolute mean difference of the scores
  double p_value = 0.0;    ///< (1 + permutations with at least that statistic)/(b + 1)
};

/// Permutation test of equal accuracy: under it each difference a - b may as well have the other sign.
///
/// @param scores_a      (n) scores of forecast a
/// @param scores_b      (n) scores of forecast b on the same cases, which are independent of each other
/// @param options       signs, or number of permutations and seed
/// @param ctx           running conditions
/// @return              statistic and two-sided p-value
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite; out_of_range: signs; bad_parameter: n_permutations
/// @accuracy            comparisons of sums are exact; same bits everywhere
/// @cost                O(n b)
/// @source              Fisher 1935; Phipson & Smyth 2010
/// @example             {"scores_a": [1, 2, 4, 3, 5], "scores_b": [2, 2, 5, 3, 7], "n_permutations": 500}
permutation_test_signs_result permutation_test_signs(vector_view scores_a, vector_view scores_b,
                                                     const permutation_test_signs_options& options = {},
                                                     const context& ctx = {});

/// Exact permutation test with its statistic.
struct permutation_test_exact_result {
  double statistic = 0.0;  ///< absolute mean difference of the scores
  double p_value = 0.0;    ///< share of all sign patterns with at least that statistic
};

/// Permutation test of equal accuracy over all 2^n sign patterns of the differences a - b.
///
/// @param scores_a      (n) scores of forecast a, n at most 24
/// @param scores_b      (n) scores of forecast b on the same cases, which are independent of each other
/// @param ctx           running conditions
/// @return              statistic and two-sided p-value
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite; budget_exceeded: scores_a has more than 24 cases
/// @accuracy            comparisons of sums are exact; same bits everywhere
/// @cost                O(2^n)
/// @source              Fisher 1935
/// @example             {"scores_a": [1, 2, 4, 3, 5], "scores_b": [2, 2, 5, 3, 7]}
permutation_test_exact_result permutation_test_exact(vector_view scores_a, vector_view scores_b,
                                                     const context& ctx = {});

}  // namespace assay::inline v1::scoring
