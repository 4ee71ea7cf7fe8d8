// Scores of probabilities of ordered categories.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::scoring {

/// Choices of the ranked probability score.
struct rps_options {
  /// Divides by the number of categories less 1: the score then lies in [0, 1].
  bool normalise = false;
};

/// Ranked probability score of probabilities of ordered categories.
///
/// sum_{k < K} (P_k - 1{y <= k})^2, P_k the probability of category k or a lower one
///
/// @param observations  (n) category that happened, 0 .. K - 1
/// @param probabilities (n, k) probability of each category, in [0, 1], rows sum to 1 within 1e-4
/// @param options       normalisation
/// @param ctx           running conditions
/// @return              (n) score in [0, K - 1], smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  bad_label: observations; out_of_range, row_sum: probabilities
/// @accuracy            K ulp of 1; same bits everywhere
/// @cost                O(n K)
/// @source              Epstein 1969; Murphy 1971
/// @parallel            rows
/// @example             {"observations": [0, 2], "probabilities": [[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]]}
array rps(integer_view observations, matrix_view probabilities, const rps_options& options = {},
          const context& ctx = {});

/// Ranked logarithmic score of probabilities of ordered categories.
///
/// -sum_{k < K} log of P_k where y <= k, of 1 - P_k where not; P_k the probability of category k or a lower
/// one. Infinity where the forecast excluded what happened.
///
/// @param observations  (n) category that happened, 0 .. K - 1
/// @param probabilities (n, k) probability of each category, in [0, 1], rows sum to 1 within 1e-4
/// @param ctx           running conditions
/// @return              (n) score in nats, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  bad_label: observations; out_of_range, row_sum: probabilities
/// @accuracy            K ulp, 1 - P_k as the sum of the upper probabilities; same bits everywhere
/// @cost                O(n K)
/// @source              Todter & Ahrens 2012, eq. 6
/// @parallel            rows
/// @example             {"observations": [0, 2], "probabilities": [[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]]}
array ranked_log_score(integer_view observations, matrix_view probabilities, const context& ctx = {});

}  // namespace assay::inline v1::scoring
