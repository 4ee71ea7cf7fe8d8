// Calibration errors by bins: plain, debiased, and with the number of bins chosen by the data.
#pragma once

#include <cstdint>

#include "assay/calibration/binning.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the calibration error.
struct ece_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
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
  /// How much a bin counts; without effect on the norm max.
  calibration::bin_weighting bin_weighting = calibration::bin_weighting::weight;
};

/// Expected calibration error of binary probabilities.
///
/// l1: sum_b f_b |c_b - a_b|; l2: sqrt(sum_b f_b (c_b - a_b)^2); max: max_b |c_b - a_b|, where c_b is the
/// mean probability of a bin, a_b its share of events and f_b its share of the weight. The estimate is biased
/// upward in small samples and its value depends on the bins.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        bins, norm, weights
/// @param ctx            running conditions
/// @return               error in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
///                       n_bins, edges; missing_argument: edges with custom
/// @accuracy             1e-14 of the sum of weights; same bits everywhere
/// @cost                 O(n) for equal_width, O(n log b) for custom, O(n log n) for the others
/// @source               Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017, sec. 2
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9], "n_bins": 5}
double ece(integer_view labels, vector_view probabilities, const ece_options& options = {},
           const context& ctx = {});

/// Choices of the maximum calibration error.
struct mce_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Number of bins, at least 1; ignored by unique and custom.
  std::int64_t n_bins = 15;
  /// How the bins are laid out.
  binning strategy = binning::equal_width;
  /// (b + 1) ascending edges from 0 or below to 1 or above, for the strategy custom
  vector_view edges = {};
  /// Which bin owns a probability that equals an edge; without effect for rank and unique.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
};

/// Maximum calibration error: the largest |mean probability - share of events| of a bin; ece with the norm
/// max.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        bins, weights
/// @param ctx            running conditions
/// @return               error in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   as ece
/// @accuracy             as ece; same bits everywhere
/// @cost                 as ece
/// @source               Naeini, Cooper & Hauskrecht 2015
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9], "n_bins": 5}
double mce(integer_view labels, vector_view probabilities, const mce_options& options = {},
           const context& ctx = {});

/// Choices of the debiased calibration errors.
struct ece_debiased_options {
  /// (n) must be absent: the correction is for rows that count alike
  vector_view weights = {};
  /// Number of bins, at least 1; ignored by unique and custom.
  std::int64_t n_bins = 15;
  /// How the bins are laid out.
  binning strategy = binning::equal_width;
  /// (b + 1) ascending edges from 0 or below to 1 or above, for the strategy custom
  vector_view edges = {};
  /// Which bin owns a probability that equals an edge; without effect for rank and unique.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
};

/// Debiased l2 calibration error.
struct ece_debiased_l2_result {
  double squared = 0.0;  ///< unbiased estimate of the squared error; may be negative
  double value = 0.0;    ///< its root, 0 where it is negative
};

/// l2 calibration error without the bias of small bins.
///
/// squared = sum_b n_b/n [(c_b - a_b)^2 - a_b (1 - a_b)/(n_b - 1)]; bins with fewer than two rows give 0.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        bins
/// @param ctx            running conditions
/// @return               the estimate and its clipped root, smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; unsupported: weights; bad_parameter: n_bins,
///                       edges; missing_argument: edges with custom
/// @accuracy             1e-14; same bits everywhere
/// @cost                 as ece
/// @source               Kumar, Liang & Ma 2019, sec. 4; Broecker 2012; Ferro & Fricker 2012
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9], "n_bins": 2}
ece_debiased_l2_result ece_debiased_l2(integer_view labels, vector_view probabilities,
                                       const ece_debiased_options& options = {}, const context& ctx = {});

/// l1 calibration error less its expected bias under normal noise of the bins' event rates.
///
/// 2 sum_b f_b |m_b| - sum_b f_b E|N(m_b, s_b^2)| with m_b = a_b - c_b, s_b^2 = a_b (1 - a_b)/n_b and the
/// mean of a folded normal in closed form, where others draw samples. May be negative.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        bins
/// @param ctx            running conditions
/// @return               estimate, smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   as ece_debiased_l2
/// @accuracy             1e-14; same bits everywhere
/// @cost                 as ece
/// @source               Kumar, Liang & Ma 2019 (their Monte-Carlo form); folded normal: Leone, Nelson &
///                       Nottingham 1961
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9], "n_bins": 2}
double ece_debiased_l1(integer_view labels, vector_view probabilities,
                       const ece_debiased_options& options = {}, const context& ctx = {});

/// Choices of the sweep.
struct ece_sweep_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// How the errors of the bins become one number.
  error_norm norm = error_norm::l1;
};

/// Calibration error with the number of bins that the sweep chose.
struct ece_sweep_result {
  double value = 0.0;       ///< calibration error in [0, 1]
  std::int64_t n_bins = 1;  ///< number of rank bins
};

/// Calibration error with as many rank bins as keep the share of events monotone.
///
/// For 1, 2, 3, ... bins of equal rank, stops before the first number with a bin whose share of events is
/// below that of the bin before it.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        norm, weights
/// @param ctx            running conditions
/// @return               error and number of bins
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             1e-14 of the sum of weights; same bits everywhere
/// @cost                 O(n log n + b^2) for b bins
/// @source               Roelofs et al. 2020, "Mitigating Bias in Calibration Error Estimation"
/// @example              {"labels": [0, 1, 0, 1, 1], "probabilities": [0.1, 0.4, 0.8, 0.6, 0.9]}
ece_sweep_result ece_sweep(integer_view labels, vector_view probabilities,
                           const ece_sweep_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
