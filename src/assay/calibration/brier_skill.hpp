// Brier score against that of a reference.
#pragma once

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the Brier skill score.
struct brier_skill_score_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// (n) probabilities of the reference, in [0, 1]; default: the share of events for every row (climatology)
  vector_view reference_probabilities = {};
};

/// Brier skill score: 1 - Brier score / Brier score of the reference.
///
/// Climatology is the share of events among these very rows, by weight: its score is o (1 - o).
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights, reference
/// @param ctx            running conditions
/// @return               skill, at most 1, 0 for a forecast as good as the reference, larger is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, reference_probabilities; bad_label; bad_weight;
///                       zero_weight; degenerate: the reference is perfect, as climatology is when all labels
///                       are equal
/// @accuracy             1e-14 of the larger score, relative to the reference; same bits everywhere
/// @cost                 O(n)
/// @source               Murphy 1973
/// @example              {"labels": [0, 1, 1], "probabilities": [0.1, 0.4, 0.8]}
double brier_skill_score(integer_view labels, vector_view probabilities,
                         const brier_skill_score_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
