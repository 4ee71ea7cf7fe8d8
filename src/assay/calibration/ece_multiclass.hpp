// Calibration errors of several classes and of several labels at once.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/calibration/binning.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Which yes-or-no forecasts are made of rows of several classes.
enum class multiclass_mode {
  top_label,              ///< the most probable class (the first of equals): was it the class that happened?
  top_label_conditional,  ///< the same, apart for each most probable class; mean by the weight of these
                          ///< groups
  classwise,              ///< every class against the others; mean of the errors, each class alike
  all                     ///< the pairs of all rows and classes in one pool
};

/// Choices of the calibration error of several classes.
struct ece_multiclass_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Which yes-or-no forecasts are made.
  multiclass_mode mode = multiclass_mode::top_label;
  /// Number of bins, at least 1; ignored by unique and custom.
  std::int64_t n_bins = 15;
  /// How the bins are laid out.
  binning strategy = binning::equal_width;
  /// (b + 1) ascending edges from 0 or below to 1 or above, for the strategy custom
  vector_view edges = {};
  /// Which bin owns a probability that equals an edge; without effect for rank and unique.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
  /// How the errors of bins, and then of classes, become one number.
  error_norm norm = error_norm::l1;
  /// How much a bin counts; without effect on the norm max.
  calibration::bin_weighting bin_weighting = calibration::bin_weighting::weight;
  /// Takes off the bias of small bins, as ece_debiased_l1 and ece_debiased_l2 do; needs rows of equal weight.
  bool debias = false;
  /// Keeps only probabilities above this, in [0, 1), apart for each class; for the mode classwise.
  std::optional<double> threshold = {};
};

/// Expected calibration error of several classes.
///
/// The errors e_g of classes or groups, with shares f_g, become (sum f_g e_g^q)^(1/q), q = 1 for l1 and 2 for
/// l2, or their largest for max. A class without a probability above the threshold has error 0. The
/// thresholded adaptive error (TACE) is classwise with equal_mass and threshold 0.01.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param probabilities  (n, k) probability of each class; rows sum to 1 within 1e-4
/// @param options        mode, bins, norm, correction, threshold, weights
/// @param ctx            running conditions
/// @return               error in [0, 1], smaller is better; the debiased l1 may be negative
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, threshold; row_sum; bad_label; bad_weight; zero_weight;
///                       bad_parameter: n_bins, edges; missing_argument: edges with custom; unsupported:
///                       weights, norm max or uniform bins with debias, threshold without classwise
/// @accuracy             1e-14; same bits everywhere
/// @cost                 as ece, for each class of classwise
/// @source               Guo et al. 2017; Kull et al. 2019; Nixon et al. 2019; Gupta & Ramdas 2022
/// @example              {"labels": [0, 2, 1], "probabilities": [[0.6, 0.3, 0.1], [0.1, 0.5, 0.4], [0.2, 0.7,
/// 0.1]], "mode": "classwise"}
double ece_multiclass(integer_view labels, matrix_view probabilities,
                      const ece_multiclass_options& options = {}, const context& ctx = {});

/// Choices of the adaptive calibration error.
struct ace_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Number of bins, at least 1.
  std::int64_t n_bins = 15;
  /// Keeps only probabilities above this, in [0, 1), apart for each class.
  std::optional<double> threshold = {};
};

/// Adaptive calibration error: for every class bins of equal mass, l1, mean over the classes.
///
/// The same as ece_multiclass with classwise and equal_mass. What netcal calls ACE has bins of equal width
/// that count alike: ece with bin_weighting uniform.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param probabilities  (n, k) probability of each class; rows sum to 1 within 1e-4
/// @param options        bins, threshold, weights
/// @param ctx            running conditions
/// @return               error in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, threshold; row_sum; bad_label; bad_weight; zero_weight;
///                       bad_parameter: n_bins
/// @accuracy             1e-14; same bits everywhere
/// @cost                 O(n k log n)
/// @source               Nixon et al. 2019, "Measuring Calibration in Deep Learning"
/// @example              {"labels": [0, 2, 1], "probabilities": [[0.6, 0.3, 0.1], [0.1, 0.5, 0.4], [0.2, 0.7,
/// 0.1]], "n_bins": 2}
double ace(integer_view labels, matrix_view probabilities, const ace_options& options = {},
           const context& ctx = {});

/// How several labels are put together.
enum class multilabel_average {
  micro,  ///< the pairs of all rows and labels in one pool
  macro   ///< mean of the errors of the labels
};

/// Choices of the calibration error of several labels.
struct ece_multilabel_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// How several labels are put together.
  multilabel_average average = multilabel_average::macro;
  /// Number of bins, at least 1; ignored by unique and custom.
  std::int64_t n_bins = 15;
  /// How the bins are laid out.
  binning strategy = binning::equal_width;
  /// (b + 1) ascending edges from 0 or below to 1 or above, for the strategy custom
  vector_view edges = {};
  /// Which bin owns a probability that equals an edge; without effect for rank and unique.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
  /// How the errors of the bins become one number.
  error_norm norm = error_norm::l1;
};

/// Expected calibration error of several labels that may occur together.
///
/// @param labels         (n, k) 1 where the label applies, else 0
/// @param probabilities  (n, k) probability given to it, in [0, 1]
/// @param options        average, bins, norm, weights
/// @param ctx            running conditions
/// @return               error in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch; wrong_rank: labels
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
///                       n_bins, edges; missing_argument: edges with custom
/// @accuracy             1e-14; same bits everywhere
/// @cost                 as ece for n k rows
/// @source               Naeini, Cooper & Hauskrecht 2015
/// @example              {"labels": [[0, 1], [1, 1]], "probabilities": [[0.1, 0.7], [0.6, 0.9]]}
double ece_multilabel(integer_view labels, matrix_view probabilities,
                      const ece_multilabel_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
