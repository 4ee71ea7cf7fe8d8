// Calibration of regressions: observed against nominal proportions, sharpness, coverage, and errors of the
// spread by bins of the spread.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// How the gap between observed and nominal proportions becomes one number.
enum class regression_calibration_kind {
  rms,       ///< root of the mean squared gap over the levels
  mean_abs,  ///< mean absolute gap over the levels
  area       ///< area between the broken line of observed proportions and the diagonal
};

/// What is counted at a level.
enum class proportion_type {
  interval,  ///< outcomes within the central interval of that probability
  quantile   ///< outcomes not above the quantile of that level
};

/// Choices of the regression calibration error.
struct regression_calibration_error_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// How the gap becomes one number.
  regression_calibration_kind kind = regression_calibration_kind::rms;
  /// What is counted at a level.
  proportion_type prop_type = proportion_type::interval;
  /// Number of levels, evenly from 0 to 1, at least 2.
  std::int64_t n_bins = 100;
};

/// Calibration error of normal forecasts: how far observed proportions are from nominal ones.
///
/// At levels q = k/(n_bins - 1) the observed proportion is that of outcomes in the central interval of
/// probability q, or not above the quantile of level q.
///
/// @param y             (n) outcome, any unit u
/// @param mean          (n) forecast mean, unit u
/// @param std           (n) forecast standard deviation, unit u, > 0
/// @param options       kind, proportions, levels, weights
/// @param ctx           running conditions
/// @return              error in [0, 1], smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: y, mean; out_of_range: std; bad_weight; zero_weight; bad_parameter:
/// n_bins
/// @accuracy            1e-14; same bits everywhere
/// @cost                O(n + n_bins)
/// @source              Kuleshov, Fenner & Ermon 2018, sec. 3.5; Chung et al. 2021, "Uncertainty Toolbox"
/// @example             {"y": [0.5, 1], "mean": [0, 1.5], "std": [1, 0.5], "n_bins": 20}
double regression_calibration_error(vector_view y, vector_view mean, vector_view std,
                                    const regression_calibration_error_options& options = {},
                                    const context& ctx = {});

/// The same error from probability integral transforms, for forecasts of any form.
///
/// @param pit           (n) probability integral transform of each outcome, in [0, 1]
/// @param options       kind, proportions, levels, weights
/// @param ctx           running conditions
/// @return              error in [0, 1], smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  out_of_range: pit; bad_weight; zero_weight; bad_parameter: n_bins
/// @accuracy            1e-14; same bits everywhere
/// @cost                O(n + n_bins)
/// @source              Kuleshov, Fenner & Ermon 2018, sec. 3.5; Chung et al. 2021, "Uncertainty Toolbox"
/// @example             {"pit": [0.1, 0.35, 0.8], "kind": "area"}
double regression_calibration_error_pit(vector_view pit,
                                        const regression_calibration_error_options& options = {},
                                        const context& ctx = {});

/// Choices of the regression calibration curve.
struct regression_calibration_curve_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// What is counted at a level.
  proportion_type prop_type = proportion_type::interval;
  /// Number of levels, evenly from 0 to 1, at least 2.
  std::int64_t n_bins = 100;
};

/// The curve that the regression calibration error measures.
struct regression_calibration_curve_result {
  array expected;  ///< (n_bins) levels, 0 to 1
  array observed;  ///< (n_bins) proportion of outcomes at each level
};

/// Observed against nominal proportions, from probability integral transforms: the reliability diagram of a
/// regression. With the proportions interval it is the coverage of every central interval.
///
/// @param pit           (n) probability integral transform of each outcome, in [0, 1]
/// @param options       proportions, levels, weights
/// @param ctx           running conditions
/// @return              levels and proportions
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  out_of_range: pit; bad_weight; zero_weight; bad_parameter: n_bins
/// @accuracy            1e-15; same bits everywhere
/// @cost                O(n + n_bins)
/// @source              Kuleshov, Fenner & Ermon 2018, sec. 3.5
/// @example             {"pit": [0.1, 0.35, 0.8], "prop_type": "quantile", "n_bins": 5}
regression_calibration_curve_result regression_calibration_curve(
    vector_view pit, const regression_calibration_curve_options& options = {}, const context& ctx = {});

/// Choices of the sharpness.
struct sharpness_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Sharpness of forecasts: root of the mean variance. Says nothing of calibration.
///
/// @param std           (n) forecast standard deviation, > 0
/// @param options       weights
/// @param ctx           running conditions
/// @return              sharpness in the unit of std, smaller is sharper
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  out_of_range: std; bad_weight; zero_weight
/// @accuracy            4 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Kuleshov, Fenner & Ermon 2018, sec. 3.5; Tran et al. 2020
/// @example             {"std": [1, 0.5]}
double sharpness(vector_view std, const sharpness_options& options = {}, const context& ctx = {});

/// Choices of the coverage of normal intervals.
struct interval_coverage_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Probability of the central interval, in (0, 1).
  double level = 0.9;
};

/// How often intervals held the outcome, and how wide they were.
struct interval_coverage_result {
  double coverage = 0.0;    ///< share of outcomes within their interval, ends included
  double mean_width = 0.0;  ///< mean width, in the unit of the outcomes
};

/// Coverage and width of the central intervals of normal forecasts.
///
/// @param y             (n) outcome, any unit u
/// @param mean          (n) forecast mean, unit u
/// @param std           (n) forecast standard deviation, unit u, > 0
/// @param options       level, weights
/// @param ctx           running conditions
/// @return              coverage, to be compared with the level, and mean width
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: y, mean; out_of_range: std; bad_weight; zero_weight; bad_parameter: level
/// @accuracy            1e-15 of the coverage, 8 ulp of the width; same bits everywhere
/// @cost                O(n)
/// @source              Gneiting & Raftery 2007, sec. 6.2
/// @example             {"y": [0.5, 1], "mean": [0, 1.5], "std": [1, 0.5], "level": 0.5}
interval_coverage_result interval_coverage(vector_view y, vector_view mean, vector_view std,
                                           const interval_coverage_options& options = {},
                                           const context& ctx = {});

/// Choices of the coverage of given intervals.
struct interval_coverage_bounds_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Coverage and width of intervals of any origin, as two quantiles of a forecast or a conformal set.
///
/// @param y             (n) outcome, any unit u
/// @param lower         (n) lower end, unit u
/// @param upper         (n) upper end, unit u, not below the lower one
/// @param options       weights
/// @param ctx           running conditions
/// @return              coverage and mean width
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: y, lower, upper; out_of_range: upper; bad_weight; zero_weight
/// @accuracy            1e-15 of the coverage, 4 ulp of the width; same bits everywhere
/// @cost                O(n)
/// @source              Gneiting & Raftery 2007, sec. 6.2
/// @example             {"y": [0.5, 1], "lower": [0, 1.5], "upper": [1, 2]}
interval_coverage_result interval_coverage_bounds(vector_view y, vector_view lower, vector_view upper,
                                                  const interval_coverage_bounds_options& options = {},
                                                  const context& ctx = {});

/// How standard deviations fall into bins.
enum class std_binning {
  equal_mass,  ///< bin floor(r n_bins/n), r = number of smaller deviations; equal ones stay together
  equal_width  ///< bins of equal width from the smallest to the largest deviation, [lo, hi), the last closed
};

/// Choices of the errors of the spread.
struct ence_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Number of bins, at least 1.
  std::int64_t n_bins = 10;
  /// How standard deviations fall into bins.
  std_binning strategy = std_binning::equal_mass;
};

/// Errors of the spread, and what each bin holds; a bin without weight has NaN.
struct ence_result {
  double ence = 0.0;         ///< mean over the bins of |root mean variance - RMSE| / root mean variance
  double uce = 0.0;          ///< weighted mean over the bins of |mean squared error - mean variance|
  array root_mean_variance;  ///< (n_bins) root of the mean forecast variance
  array rmse;                ///< (n_bins) root of the mean squared error
  array count;               ///< (n_bins) number of rows
};

/// Expected normalised calibration error and uncertainty calibration error: whether errors are as large as
/// the forecast standard deviation says, bin by bin of that deviation.
///
/// @param y             (n) outcome, any unit u
/// @param mean          (n) forecast mean, unit u
/// @param std           (n) forecast standard deviation, unit u, > 0
/// @param options       bins, weights
/// @param ctx           running conditions
/// @return              both errors, ence without unit and uce in u^2, smaller is better; and the bins
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: y, mean; out_of_range: std; bad_weight; zero_weight; bad_parameter:
/// n_bins
/// @accuracy            1e-14; same bits everywhere
/// @cost                O(n log n)
/// @source              Levi et al. 2019 (ENCE); Laves et al. 2020 (UCE)
/// @example             {"y": [0.5, 1, 3], "mean": [0, 1.5, 2], "std": [1, 0.5, 2], "n_bins": 2}
ence_result ence(vector_view y, vector_view mean, vector_view std, const ence_options& options = {},
                 const context& ctx = {});

}  // namespace assay::inline v1::calibration
