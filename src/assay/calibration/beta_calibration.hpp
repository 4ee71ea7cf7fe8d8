// Recalibration by the beta family.
#pragma once

#include <string>
#include <string_view>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Which parameters of the beta family are free.
enum class beta_variant {
  abm,  ///< a, b and c
  am,   ///< a = b, and c: a logistic curve of the log-odds
  ab    ///< a and b, with c = (a - b) ln 2: the map keeps 1/2
};

/// Choices of the beta fit.
struct beta_calibration_fit_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Which parameters are free.
  beta_variant variant = beta_variant::abm;
};

/// A fitted curve of the beta family.
struct beta_calibration_parameters {
  double a = 1.0;         ///< weight of ln p, >= 0
  double b = 1.0;         ///< weight of -ln(1 - p), >= 0
  double c = 0.0;         ///< intercept
  bool converged = true;  ///< false where no best curve exists, as for separable data
};

/// Beta calibration: logistic(a ln p - b ln(1 - p) + c) with a, b >= 0, the curve of least logarithmic loss.
///
/// A negative coefficient is set to 0 and the rest fitted again, as in the authors' package. Probabilities
/// are clipped at 2.2e-16 and 1 - 2.2e-16 before the logarithms.
///
/// @model
/// @source Kull, Silva Filho & Flach 2017
class beta_calibration_model {
 public:
  /// Fits the curve by Newton's method.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights, variant
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
  static beta_calibration_model fit(integer_view labels, vector_view probabilities,
                                    const beta_calibration_fit_options& options = {},
                                    const context& ctx = {});

  /// Recalibrated probabilities.
  ///
  /// @param probabilities  (q) in [0, 1]
  /// @return               (q) recalibrated probability, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   out_of_range: probabilities
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted curve.
  [[nodiscard]] beta_calibration_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static beta_calibration_model from_json(std::string_view json);

 private:
  beta_calibration_model() = default;

  beta_calibration_parameters parameters_;
};

/// Choices of the beta fit in one call.
struct beta_calibration_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Which parameters are free.
  beta_variant variant = beta_variant::abm;
  /// (q) further probabilities to recalibrate, in [0, 1]; default: none
  vector_view query = {};
};

/// Fitted curve and recalibrated probabilities.
struct beta_calibration_result {
  double a = 1.0;         ///< weight of ln p, >= 0
  double b = 1.0;         ///< weight of -ln(1 - p), >= 0
  double c = 0.0;         ///< intercept
  bool converged = true;  ///< false where no best curve exists, as for separable data
  array query;            ///< (q) recalibrated probabilities of the query; empty when none was given
};

/// Fits beta calibration and applies it, in one call.
///
/// Probabilities are clipped at 2.2e-16 and 1 - 2.2e-16 before the logarithms.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights, variant, query
/// @param ctx            running conditions
/// @return               a, b, c, recalibrated query
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; bad_label; bad_weight; zero_weight
/// @accuracy             parameters to 1e-9 relative where the loss is curved; same bits everywhere
/// @cost                 O(n) for each of about 10 steps, up to three fits
/// @source               Kull, Silva Filho & Flach 2017
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "query": [0.5]}
beta_calibration_result beta_calibration(integer_view labels, vector_view probabilities,
                                         const beta_calibration_options& options = {},
                                         const context& ctx = {});

}  // namespace assay::inline v1::calibration
