// Kolmogorov-Smirnov calibration error: the largest gap between the cumulative forecasts and the cumulative
// events.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the KS calibration error.
struct ks_calibration_error_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
};

/// KS calibration error: max_t |sum over p <= t of w (p - y)| / sum w.
///
/// Rows of equal probability enter together, so the value does not depend on their order; implementations
/// that look after every row give larger values for probabilities with ties. No bins, no bandwidth. At least
/// |mean p - mean y|, at most the l1 calibration error with a bin for every distinct probability.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               error in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             1e-15 of 1; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               Gupta et al. 2021, "Calibration of Neural Networks using Splines", sec. 3
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9]}
double ks_calibration_error(integer_view labels, vector_view probabilities,
                            const ks_calibration_error_options& options = {}, const context& ctx = {});

/// Where the largest gap lies, and the curves to draw.
struct ks_calibration_curve_result {
  double value = 0.0;        ///< KS calibration error
  double signed_gap = 0.0;   ///< the gap with its sign; positive: forecasts ran ahead of events up to there
  double probability = 0.0;  ///< probability at which the gap is largest
  double share = 0.0;        ///< share of the weight up to there
  array x;                   ///< (k) distinct probabilities, ascending
  array cumulative_share;    ///< (k) share of the weight with a probability up to x
  array cumulative_prob;     ///< (k) sum w p up to x / sum w
  array cumulative_label;    ///< (k) sum w y up to x / sum w
  array difference;          ///< (k) cumulative_prob - cumulative_label, summed without cancellation
};

/// The curves behind the KS calibration error, one entry a distinct probability.
///
/// Draw cumulative_prob and cumulative_label over cumulative_share; their largest distance is the error.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               error, its place, curves; the first place where several are largest
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             1e-15 of 1; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               Gupta et al. 2021, "Calibration of Neural Networks using Splines", sec. 3
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9]}
ks_calibration_curve_result ks_calibration_curve(integer_view labels, vector_view probabilities,
                                                 const ks_calibration_error_options& options = {},
                                                 const context& ctx = {});

/// What becomes a yes-or-no forecast.
enum class ks_multiclass_mode {
  top_label,  ///< the rank-th most probable class: was it the class that happened?
  classwise   ///< every class against the others; mean of the errors
};

/// Choices of the KS calibration error of several classes.
struct ks_calibration_error_multiclass_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// What becomes a yes-or-no forecast.
  ks_multiclass_mode mode = ks_multiclass_mode::top_label;
  /// Which class of a row top_label looks at: 1 for the most probable, 2 for the next, .. k.
  std::int64_t rank = 1;
};

/// KS calibration error of several classes.
///
/// Equally probable classes are ranked by their index.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param probabilities  (n, k) probability of each class; rows sum to 1 within 1e-4
/// @param options        weights, mode, rank
/// @param ctx            running conditions
/// @return               error in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; row_sum; bad_label; bad_weight; zero_weight;
///                       bad_parameter: rank
/// @accuracy             1e-15 of 1; same bits everywhere
/// @cost                 O(n k) after k radix sorts, for top_label one
/// @source               Gupta et al. 2021, "Calibration of Neural Networks using Splines", sec. 3
/// @example              {"labels": [0, 2, 1], "probabilities": [[0.6, 0.3, 0.1], [0.1, 0.5, 0.4], [0.2, 0.7,
/// 0.1]]}
double ks_calibration_error_multiclass(integer_view labels, matrix_view probabilities,
                                       const ks_calibration_error_multiclass_options& options = {},
                                       const context& ctx = {});

}  // namespace assay::inline v1::calibration
