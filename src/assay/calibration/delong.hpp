// How sure an area under the ROC curve is, and whether two forecasts differ in it.
#pragma once

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of DeLong's interval.
struct roc_auc_delong_options {
  /// (n) must be absent: the variance is that of rows that count alike
  vector_view weights = {};
  /// Probability of the interval, in (0, 1).
  double level = 0.9;
};

/// Area under the ROC curve with its variance.
struct roc_auc_delong_result {
  double auc = 0.0;        ///< area in [0, 1], the one of roc_auc
  double variance = 0.0;   ///< its estimated variance; 0 when the classes are apart
  double std_error = 0.0;  ///< root of the variance
  double lower = 0.0;      ///< lower end of the interval, at least 0
  double upper = 0.0;      ///< upper end of the interval, at most 1
};

/// Area under the ROC curve with DeLong's variance and interval.
///
/// V10 of an event is the share of the other rows below it, V01 of another row the share of the events above
/// it, ties half. variance = S10/m + S01/n, the sample variances of V10 over m events and V01 over n others.
/// The interval is normal, auc -/+ z std_error, and cut at 0 and 1, as in pROC; it is too short for areas
/// near 1 from few rows.
///
/// @param labels         (n) 1 where the event happened, else 0; at least two of each
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        level
/// @param ctx            running conditions
/// @return               area, variance, interval
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, level; bad_label; unsupported: weights; single_class:
///                       labels; degenerate: labels with one row of a class
/// @accuracy             area 1 ulp, variance 1e-14; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               DeLong, DeLong & Clarke-Pearson 1988; Sun & Xu 2014; interval: Robin et al. 2011
/// @example              {"labels": [0, 1, 0, 1, 1], "probabilities": [0.1, 0.4, 0.8, 0.9, 0.7]}
roc_auc_delong_result roc_auc_delong(integer_view labels, vector_view probabilities,
                                     const roc_auc_delong_options& options = {}, const context& ctx = {});

/// Choices of DeLong's test.
struct delong_test_options {
  /// (n) must be absent: the variance is that of rows that count alike
  vector_view weights = {};
};

/// Test of equal areas.
struct delong_test_result {
  double auc_a = 0.0;       ///< area of forecast a
  double auc_b = 0.0;       ///< area of forecast b
  double difference = 0.0;  ///< auc_a - auc_b: above 0 where a is better
  double std_error = 0.0;   ///< standard error of the difference
  double z = 0.0;           ///< difference in standard errors; 0 when both are 0, else infinite for none
  double p_value = 0.0;     ///< two-sided, normal
};

/// DeLong's test that two forecasts of the same rows have the same area under the ROC curve.
///
/// The variance is that of roc_auc_delong, of the differences of V10 and V01 between the forecasts. Forecasts
/// that order the rows alike give z = 0; a difference without variance, as between a perfect and a perfectly
/// wrong forecast, gives an infinite z.
///
/// @param labels           (n) 1 where the event happened, else 0; at least two of each
/// @param probabilities_a  (n) probability of the event by forecast a, in [0, 1]
/// @param probabilities_b  (n) probability of the event by forecast b, in [0, 1]
/// @param options          none that is used
/// @param ctx              running conditions
/// @return                 both areas, z and its p-value
/// @throws shape_error     empty_input; length_mismatch
/// @throws value_error     out_of_range: probabilities_a, probabilities_b; bad_label; unsupported: weights;
///                         single_class: labels; degenerate: labels with one row of a class
/// @accuracy               areas and difference 1 ulp, z 1e-14; same bits everywhere
/// @cost                   O(n) after two radix sorts
/// @source                 DeLong, DeLong & Clarke-Pearson 1988; Sun & Xu 2014
/// @example                {"labels": [0, 1, 0, 1], "probabilities_a": [0.1, 0.4, 0.8, 0.9],
///                         "probabilities_b": [0.3, 0.6, 0.2, 0.7]}
delong_test_result delong_test(integer_view labels, vector_view probabilities_a, vector_view probabilities_b,
                               const delong_test_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
