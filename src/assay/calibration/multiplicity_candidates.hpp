// Predictive multiplicity of candidate models of any kind, and the candidates of the original method.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the candidates.
struct multiplicity_path_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Inverse strength of the penalty |w|^2/C, at least 1e-300; Infinity: no penalty.
  double C = 1e6;
  /// (q) numbers of the rows of X whose probability is moved; default: all
  integer_view points = {};
  /// (t) probabilities that a point is moved to, in (0, 1); default: 0.01, 0.05, 0.1, .. 0.95, 0.99
  vector_view targets = {};
  /// The loss may grow by epsilon times the baseline's instead of by epsilon.
  bool relative = false;
};

/// Candidates that compete, by point and ascending target; m may be 0.
struct multiplicity_path_result {
  array baseline_probabilities;   ///< (n) probability of the baseline at each row
  array candidate_probabilities;  ///< (m, n) probability of each candidate at each row
  array candidate_losses;         ///< (m) mean log loss of each candidate
  array coefficients;             ///< (m, k) intercept and coefficients of each candidate
  array point;                    ///< (m) row of X that was moved
  array target;                   ///< (m) where it was moved to
  double baseline_loss = 0.0;     ///< mean log loss of the baseline
};

/// Candidate models of the original method: for each point and target the model of least penalised loss that
/// moves the point's probability from the baseline's to the target, kept when its loss is within epsilon.
///
/// Feed the result to multiplicity_from_candidates. Its ranges are inner estimates of those of
/// viable_prediction_range, short of them by up to a step between targets.
///
/// @param X             (n, d) predictors
/// @param y             (n) label 0 or 1
/// @param epsilon       how much larger than the baseline's the mean log loss may be, >= 0
/// @param options       penalty, weights, points, targets, relative epsilon
/// @param ctx           running conditions
/// @return              candidates and baseline
/// @throws shape_error  empty_input; length_mismatch; wrong_rank: y, points
/// @throws value_error  non_finite: X; bad_label; single_class: y; bad_weight; zero_weight; bad_parameter: C,
///                      epsilon; out_of_range: points, targets; budget_exceeded: points, where the
///                      probabilities of all candidates would take more than 1 GiB; no_minimiser: the
///                      baseline does not exist
/// @accuracy            1e-10 of well-determined coefficients; same bits everywhere
/// @cost                O(n d^2) for each of about 5 steps a candidate; memory O(m n)
/// @source              Watson-Daniels, Parkes & Ustun 2022, sec. 4, and the authors' package prm (fit_path)
/// @example             {"X": [[0.5], [1], [2], [3]], "y": [0, 1, 0, 1], "epsilon": 0.05, "points": [0]}
multiplicity_path_result multiplicity_path(matrix_view X, integer_view y, double epsilon,
                                           const multiplicity_path_options& options = {},
                                           const context& ctx = {});

/// Choices of the multiplicity of candidates.
struct multiplicity_from_candidates_options {
  /// (n) weight of each row in ambiguity and discrepancy, >= 0; default: 1
  vector_view weights = {};
  /// The loss may grow by epsilon times the baseline's instead of by epsilon.
  bool relative = false;
};

/// What the competing candidates disagree on.
struct multiplicity_from_candidates_result {
  std::int64_t n_competing = 0;  ///< candidates within epsilon, the baseline not counted
  array vpr_lower;               ///< (n) smallest probability that baseline or a competitor gives
  array vpr_upper;               ///< (n) largest one
  double ambiguity = 0.0;        ///< share of rows that some competitor changes by delta or more
  double discrepancy = 0.0;      ///< largest share of rows that one competitor changes by delta or more
};

/// Predictive multiplicity of models of any class: seeds, ensembles, dropout masks, hyper-parameters.
///
/// Candidates compete when their loss is at most epsilon above the baseline's. Ranges, ambiguity and
/// discrepancy are inner estimates: more candidates can only raise them.
///
/// @param baseline_probabilities   (n) probability of the baseline at each row, in [0, 1]
/// @param candidate_probabilities  (m, n) probability of each candidate at each row, in [0, 1]
/// @param candidate_losses         (m) loss of each candidate
/// @param baseline_loss            loss of the baseline
/// @param epsilon                  how much larger than the baseline's a loss may be, >= 0
/// @param delta                    change of a probability that counts, in [0, 1]
/// @param options                  weights, relative epsilon
/// @param ctx                      running conditions
/// @return                         number of competitors, ranges, ambiguity, discrepancy
/// @throws shape_error             empty_input; length_mismatch
/// @throws value_error             out_of_range: baseline_probabilities, candidate_probabilities; non_finite:
///                                 candidate_losses, baseline_loss; bad_parameter: epsilon, delta, a negative
///                                 baseline_loss with relative; bad_weight; zero_weight
/// @accuracy                       exact without weights; same bits everywhere
/// @cost                           O(m n)
/// @source                         Watson-Daniels, Parkes & Ustun 2022, sec. 3
/// @example {"baseline_probabilities": [0.2, 0.6], "candidate_probabilities": [[0.3, 0.6], [0.2, 0.9]],
///           "candidate_losses": [0.51, 0.6], "baseline_loss": 0.5, "epsilon": 0.05, "delta": 0.1}
multiplicity_from_candidates_result multiplicity_from_candidates(
    vector_view baseline_probabilities, matrix_view candidate_probabilities, vector_view candidate_losses,
    double baseline_loss, double epsilon, double delta,
    const multiplicity_from_candidates_options& options = {}, const context& ctx = {});

/// Rashomon capacity of each row: 2 to the capacity in bits of the channel from model to label. 1 where all
/// models agree, 2 where some are sure of either label.
///
/// With two labels the two extreme models alone use the channel fully, and its capacity has a closed form:
/// no iteration as for more labels (Blahut 1972, Arimoto 1972).
///
/// @param candidate_probabilities  (m, n) probability of each competing model at each row, in [0, 1]
/// @param ctx                      running conditions
/// @return                         (n) capacity in [1, 2]
/// @throws shape_error             empty_input
/// @throws value_error             out_of_range: candidate_probabilities
/// @accuracy                       1e-15; same bits everywhere
/// @cost                           O(m n)
/// @source                         Hsu & Calmon 2022, "Rashomon Capacity"; closed form: Silverman 1955
/// @example                        {"candidate_probabilities": [[0.3, 0.6], [0.2, 0.9]]}
array rashomon_capacity(matrix_view candidate_probabilities, const context& ctx = {});

}  // namespace assay::inline v1::calibration
