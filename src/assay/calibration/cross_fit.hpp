// Recalibrated probabilities of rows that the recalibrator has not seen.
#pragma once

#include <cstdint>

#include "assay/calibration/one_vs_rest.hpp"
#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of a cross-fit.
struct cross_fit_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are recalibrated, but not fitted to; default: 1
  vector_view weights = {};
  /// The recalibrator; of several classes, one for each against the rest.
  recalibration_method method = recalibration_method::isotonic;
  /// Number of parts, 2 .. n.
  std::int64_t folds = 5;
  /// Names the split into parts.
  std::uint64_t seed = 0;
};

/// Out-of-fold probabilities.
struct cross_fit_result {
  array probabilities;  ///< (n) or (n, k) recalibrated by the other parts, in the input's precision
  array fold;           ///< (n) part of each row, 0 .. folds - 1, as int32
};

/// Cross-fitted recalibration: rows are split at random into parts with about the same share of each class,
/// and the rows of a part are recalibrated by a fit to all other parts.
///
/// Row i takes its place by the random number of item i; the split does not depend on anything but labels,
/// folds and seed.
///
/// @param labels         (n) 1 where the event happened, else 0; or class index 0 .. k - 1
/// @param probabilities  (n) or (n, k) probability given to the event, in [0, 1], or to each class
/// @param options        weights, method, folds, seed
/// @param ctx            running conditions
/// @return               out-of-fold probabilities and the part of each row
/// @throws shape_error   empty_input; length_mismatch; wrong_rank
/// @throws value_error   out_of_range: probabilities; row_sum; bad_label; bad_weight; zero_weight: no weight
///                       outside a part; bad_parameter: folds
/// @accuracy             that of the method; same bits everywhere
/// @cost                 folds times that of the method
/// @source               Zadrozny & Elkan 2002; sample splitting: Chernozhukov et al. 2018
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "folds": 2, "seed":
/// 1}
cross_fit_result cross_fit(integer_view labels, array_view probabilities,
                           const cross_fit_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
