// Curves of all thresholds: ROC, precision and recall, detection error trade-off; and what is read from them.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the ROC curve.
struct roc_curve_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Leaves out the points that lie on the straight line between their neighbours: the curve stays the same.
  bool drop_intermediate = false;
};

/// One point for each distinct probability, by falling threshold.
struct roc_curve_result {
  array fpr;         ///< (k) false positive rate, from 0 to 1
  array tpr;         ///< (k) true positive rate, from 0 to 1
  array thresholds;  ///< (k) rows at or above it are called events; the first is Infinity
};

/// ROC curve: false and true positive rates at every threshold.
///
/// The order is that of scikit-learn. drop_intermediate goes by the line itself, where scikit-learn drops a
/// point only when the steps before and after it are equal.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        drop_intermediate, weights
/// @param ctx            running conditions
/// @return               rates and thresholds, the first point (0, 0) at Infinity
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; single_class:
/// labels
/// @accuracy             1 ulp without weights, 1e-15 with; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               Fawcett 2006; scikit-learn roc_curve
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9]}
roc_curve_result roc_curve(integer_view labels, vector_view probabilities,
                           const roc_curve_options& options = {}, const context& ctx = {});

/// Choices of the precision-recall curve.
struct pr_curve_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
};

/// One point for each distinct probability, by rising threshold, and the point (1, 0).
struct pr_curve_result {
  array precision;   ///< (k + 1) share of events among the rows called events; the last is 1
  array recall;      ///< (k + 1) share of the events that are called so, falling; the last is 0
  array thresholds;  ///< (k) rows at or above it are called events, rising
};

/// Precision-recall curve: precision and recall at every threshold.
///
/// Do not draw straight lines between its points: precision is not linear in recall.
///
/// @param labels         (n) 1 where the event happened, else 0; at least one event
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               precision, recall and thresholds in the order of scikit-learn
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; single_class:
/// labels
/// @accuracy             1 ulp without weights, 1e-15 with; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               Davis & Goadrich 2006; scikit-learn precision_recall_curve
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9]}
pr_curve_result pr_curve(integer_view labels, vector_view probabilities, const pr_curve_options& options = {},
                         const context& ctx = {});

/// Choices of the average precision.
struct average_precision_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
};

/// Average precision: mean of the precision at each threshold, weighted by the recall it adds.
///
/// sum_k (R_k - R_k-1) P_k over the distinct probabilities, without interpolation.
///
/// @param labels         (n) 1 where the event happened, else 0; at least one event
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               mean precision in (0, 1], larger is better; the share of events for useless
/// forecasts
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   as pr_curve
/// @accuracy             1e-15 without weights, 1e-14 with; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               Buckley & Voorhees 2000; scikit-learn average_precision_score
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9]}
double average_precision(integer_view labels, vector_view probabilities,
                         const average_precision_options& options = {}, const context& ctx = {});

/// Choices of the DET curve.
struct det_curve_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Adds the normal quantiles of both rates: the axes on which normal scores give a straight line.
  bool probit = false;
};

/// One point for each threshold from the last without false negatives to the first with fewest false
/// positives.
struct det_curve_result {
  array fpr;         ///< (k) false positive rate, falling
  array fnr;         ///< (k) false negative rate, rising
  array thresholds;  ///< (k) rows at or above it are called events, rising
  array fpr_probit;  ///< (k) normal quantile of fpr, -Infinity for 0, Infinity for 1; empty without probit
  array fnr_probit;  ///< (k) normal quantile of fnr, -Infinity for 0, Infinity for 1; empty without probit
};

/// Detection error trade-off: false positive and false negative rates at every threshold.
///
/// Trimmed as in scikit-learn up to 1.6: of the thresholds without false negatives only the highest, of those
/// with as few false positives as the highest threshold only the lowest. There is no point at Infinity.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        probit, weights
/// @param ctx            running conditions
/// @return               rates and thresholds, by rising threshold
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; single_class:
/// labels
/// @accuracy             1 ulp without weights, 1e-15 with, quantiles 4 ulp of the rate more; same bits
///                       everywhere
/// @cost                 O(n) after a radix sort
/// @source               Martin et al. 1997; scikit-learn det_curve
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "probit": true}
det_curve_result det_curve(integer_view labels, vector_view probabilities,
                           const det_curve_options& options = {}, const context& ctx = {});

/// Choices of the minimum detection cost.
struct min_dcf_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Probability of an event where the detector is used, in (0, 1).
  double p_target = 0.01;
  /// Cost of an event that is missed, above 0.
  double c_miss = 1.0;
  /// Cost of a false alarm, above 0.
  double c_fa = 1.0;
};

/// Least cost and the threshold that has it.
struct min_dcf_result {
  double min_dcf = 0.0;    ///< cost in units of the better answer without a detector, in [0, 1]
  double threshold = 0.0;  ///< rows at or above it are called events, the highest of several; Infinity: none
};

/// Minimum detection cost: the cost of misses and false alarms at the best threshold.
///
/// min over thresholds of (c_miss P FNR + c_fa (1 - P) FPR)/min(c_miss P, c_fa (1 - P)) with P = p_target.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        p_target, costs, weights
/// @param ctx            running conditions
/// @return               cost, smaller is better, and threshold
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, p_target; bad_parameter: c_miss, c_fa; bad_label;
///                       bad_weight; zero_weight; single_class: labels
/// @accuracy             4 ulp without weights, 1e-14 with; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               NIST speaker recognition evaluation plans; van Leeuwen & Brummer 2007
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "p_target": 0.05}
min_dcf_result min_dcf(integer_view labels, vector_view probabilities, const min_dcf_options& options = {},
                       const context& ctx = {});

}  // namespace assay::inline v1::calibration
