// Recalibration of forecast standard deviations by one factor.
#pragma once

#include <string>
#include <string_view>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the fit of variance scaling.
struct variance_scaling_fit_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// The fitted factor.
struct variance_scaling_parameters {
  double scale = 1.0;  ///< factor of standard deviations; above 1 the forecasts were too sure
};

/// Variance scaling: standard deviations times sqrt(mean((y - mean)^2/std^2)), the factor of largest normal
/// likelihood.
///
/// @model
/// @source Laves et al. 2020; Levi et al. 2019
class variance_scaling_model {
 public:
  /// Fits the factor.
  ///
  /// @param y              (n) outcome, any unit u
  /// @param mean           (n) forecast mean, unit u
  /// @param std            (n) forecast standard deviation, unit u, > 0
  /// @param options        weights
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   non_finite: y, mean; out_of_range: std; bad_weight; zero_weight; degenerate: every
  ///                       mean equals its outcome, or an error is too large for its std
  static variance_scaling_model fit(vector_view y, vector_view mean, vector_view std,
                                    const variance_scaling_fit_options& options = {},
                                    const context& ctx = {});

  /// Recalibrated standard deviations.
  ///
  /// @param std            (q) standard deviations, > 0
  /// @return               (q) standard deviations times the factor, in the input's precision
  /// @throws shape_error   empty_input
  /// @throws value_error   out_of_range: std
  [[nodiscard]] array transform(vector_view std) const;

  /// The fitted factor.
  [[nodiscard]] variance_scaling_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static variance_scaling_model from_json(std::string_view json);

 private:
  variance_scaling_model() = default;

  double scale_ = 1.0;
};

/// Choices of variance scaling in one call.
struct variance_scaling_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// (q) standard deviations to recalibrate, > 0; default: std itself
  vector_view query = {};
};

/// Fitted factor and recalibrated standard deviations.
struct variance_scaling_result {
  double scale = 1.0;  ///< factor of standard deviations; above 1 the forecasts were too sure
  array query;         ///< (q) recalibrated standard deviations, in the input's precision
};

/// Fits variance scaling and applies it, in one call.
///
/// @param y              (n) outcome, any unit u
/// @param mean           (n) forecast mean, unit u
/// @param std            (n) forecast standard deviation, unit u, > 0
/// @param options        weights, query
/// @param ctx            running conditions
/// @return               the factor and query times it
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   non_finite: y, mean; out_of_range: std, query; bad_weight; zero_weight; degenerate:
///                       every mean equals its outcome, or an error is too large for its std
/// @accuracy             8 ulp; same bits everywhere
/// @cost                 O(n + q)
/// @source               Laves et al. 2020; Levi et al. 2019
/// @example              {"y": [0.5, 1], "mean": [0, 1.5], "std": [1, 0.5], "query": [2]}
variance_scaling_result variance_scaling(vector_view y, vector_view mean, vector_view std,
                                         const variance_scaling_options& options = {},
                                         const context& ctx = {});

}  // namespace assay::inline v1::calibration
