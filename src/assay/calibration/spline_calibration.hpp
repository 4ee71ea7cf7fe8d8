// Recalibration by the derivative of a spline of the cumulative error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// How a cubic spline ends.
enum class spline_runout {
  natural,    ///< without curvature at both ends
  parabolic,  ///< with constant curvature in the first and the last interval
  cubic       ///< with one cubic over the first two intervals, and one over the last two
};

/// Choices of the spline fit.
struct spline_calibration_fit_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Number of knots, 3 .. 256 (4 at least for cubic), equally spaced over the ranks.
  std::int64_t n_knots = 6;
  /// How the spline ends.
  spline_runout runout = spline_runout::natural;
  /// Limit recalibrated probabilities to [0, 1]; the curve itself may leave it.
  bool clamp = true;
};

/// A fitted curve: the recalibrated value at every distinct probability.
struct spline_calibration_parameters {
  array x;            ///< (k) distinct probabilities, ascending
  array y;            ///< (k) probability plus correction at each, not limited
  bool clamp = true;  ///< values are limited to [0, 1] by transform
};

/// Spline calibration: probability plus the slope of a cubic spline, fitted by least squares to the
/// cumulative sum of label minus probability over the ranks.
///
/// Rows of equal probability count as rows of their mean label. Rank i of n is i / (n - 1); with weights, the
/// middle of a row's weight among the sum of weights.
///
/// @model
/// @source Gupta et al. 2021
class spline_calibration_model {
 public:
  /// Fits the spline.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights, knots, ends of the spline, clamp
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
  ///                       n_knots
  static spline_calibration_model fit(integer_view labels, vector_view probabilities,
                                      const spline_calibration_fit_options& options = {},
                                      const context& ctx = {});

  /// Recalibrated probabilities: linear between the fitted points, constant beyond the first and the last.
  ///
  /// @param probabilities  (q) in [0, 1]
  /// @return               (q) recalibrated probability, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   out_of_range: probabilities
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted curve.
  [[nodiscard]] spline_calibration_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static spline_calibration_model from_json(std::string_view json);

 private:
  spline_calibration_model() = default;

  std::vector<double> x_;
  std::vector<double> y_;
  bool clamp_ = true;
};

/// Choices of the spline fit in one call.
struct spline_calibration_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Number of knots, 3 .. 256 (4 at least for cubic), equally spaced over the ranks.
  std::int64_t n_knots = 6;
  /// How the spline ends.
  spline_runout runout = spline_runout::natural;
};

/// Fitted curve at the points asked for, as it is and limited.
struct spline_calibration_result {
  array query;    ///< (q) the curve as the authors' code gives it, may leave [0, 1]; in the input's precision
  array clamped;  ///< (q) the curve limited to [0, 1], as a model gives it; in the input's precision
};

/// Fits spline calibration and applies it, in one call.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param query          (q) where the fitted curve is wanted, in [0, 1]
/// @param options        weights, knots, ends of the spline
/// @param ctx            running conditions
/// @return               the curve at query
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; bad_label; bad_weight; zero_weight;
/// bad_parameter:
///                       n_knots
/// @accuracy             1e-10 where rows are more than knots; same bits everywhere
/// @cost                 O(n) after a radix sort, O(n_knots^3), O(q log n)
/// @source               Gupta et al. 2021; authors' code: kartikgupta-at-anu/spline-calibration
/// @example              {"labels": [0, 1, 0, 1, 0, 1], "probabilities": [0.1, 0.3, 0.4, 0.6, 0.7, 0.9],
/// "query": [0.5], "n_knots": 3}
spline_calibration_result spline_calibration(integer_view labels, vector_view probabilities,
                                             vector_view query,
                                             const spline_calibration_options& options = {},
                                             const context& ctx = {});

}  // namespace assay::inline v1::calibration
