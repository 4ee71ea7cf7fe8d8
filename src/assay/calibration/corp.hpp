// CORP: reliability by isotonic regression instead of bins, and the decomposition of a score that goes with
// it.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the CORP reliability curve.
struct corp_reliability_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
};

/// The curve, one entry a distinct probability, ascending, and the blocks of equal cep.
struct corp_reliability_result {
  array x;            ///< (k) distinct probabilities
  array cep;          ///< (k) conditional event probability, never decreasing
  array count;        ///< (k) number of rows with this probability and weight > 0
  array weight;       ///< (k) sum of their weights
  array block_first;  ///< (b) int32 index of the first entry of each block; it ends where the next one begins
};

/// CORP reliability curve: the isotonic regression of labels on probabilities.
///
/// Rows of equal probability are pooled, then neighbours that violate the order, until none does. Draw x
/// against cep piecewise linear. It shows only miscalibration that a monotone map can repair: where the true
/// curve falls, it under-reports.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               curve and blocks
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             1 ulp without weights, 1e-14 with; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               Dimitriadis, Gneiting & Jordan 2021
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9]}
corp_reliability_result corp_reliability(integer_view labels, vector_view probabilities,
                                         const corp_reliability_options& options = {},
                                         const context& ctx = {});

/// Score that is decomposed.
enum class corp_score {
  brier,  ///< Brier score
  log     ///< logarithmic loss
};

/// Choices of the CORP decomposition.
struct corp_decomposition_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Score that is decomposed.
  corp_score score = corp_score::brier;
};

/// score = miscalibration - discrimination + uncertainty.
struct corp_decomposition_result {
  double score = 0.0;           ///< mean score S(p, y), smaller is better
  double miscalibration = 0.0;  ///< S(p, y) - S(cep, y), >= 0, smaller is better
  double discrimination = 0.0;  ///< S(o, y) - S(cep, y), >= 0, larger is better
  double uncertainty = 0.0;     ///< S(o, y), o the share of events
};

/// CORP decomposition of a score into miscalibration, discrimination and uncertainty.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        score, weights
/// @param ctx            running conditions
/// @return               the score and its parts; score and miscalibration are Infinity where log meets
///                       probability 0
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             1e-14 of the largest part, and so their identity; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               Dimitriadis, Gneiting & Jordan 2021
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "score": "log"}
corp_decomposition_result corp_decomposition(integer_view labels, vector_view probabilities,
                                             const corp_decomposition_options& options = {},
                                             const context& ctx = {});

}  // namespace assay::inline v1::calibration
