// Area under the ROC curve for more than two classes.
#pragma once

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Which rows a class is told from.
enum class auc_multi_class {
  ovr,  ///< one class against the rest
  ovo   ///< every pair of classes, both ways: the M of Hand and Till
};

/// How much a class, or a pair of classes, counts.
enum class auc_average {
  macro,    ///< all alike
  weighted  ///< as many rows (as much weight) as it has
};

/// Choices of the area for several classes.
struct roc_auc_multiclass_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Which rows a class is told from.
  auc_multi_class multi_class = auc_multi_class::ovr;
  /// How much a class, or a pair of classes, counts.
  auc_average average = auc_average::macro;
};

/// Mean area under the ROC curve of several classes.
///
/// With A(i|j) the probability that a row of class i got a higher p_i than one of class j, ties half, ovo
/// averages (A(i|j) + A(j|i))/2 over the pairs. ovr averages the area of p_i for class i against all others;
/// it changes with the shares of the classes, ovo does not.
///
/// @param labels         (n) class 0 .. k - 1; every class has to occur
/// @param probabilities  (n, k) probability of each class, rows sum to 1
/// @param options        multi_class, average, weights
/// @param ctx            running conditions
/// @return               area in [0, 1], larger is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; row_sum; bad_label; bad_weight; zero_weight;
///                       single_class: labels without one of the classes
/// @accuracy             1e-15 without weights, 1e-14 with; same bits everywhere
/// @cost                 O(n k) after k radix sorts
/// @source               Hand & Till 2001; weighted: Provost & Domingos 2000, scikit-learn roc_auc_score
/// @example              {"labels": [0, 1, 2], "probabilities": [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3],
///                       [0.1, 0.4, 0.5]], "multi_class": "ovo"}
double roc_auc_multiclass(integer_view labels, matrix_view probabilities,
                          const roc_auc_multiclass_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
