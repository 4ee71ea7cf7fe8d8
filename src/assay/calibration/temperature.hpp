// Recalibration by one temperature.
#pragma once

#include <string>
#include <string_view>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// What a temperature is fitted to and applied to.
enum class temperature_input {
  logits,        ///< logits, or log-odds of the event in the binary form
  probabilities  ///< probabilities; their logarithms (log-odds in the binary form) serve as logits
};

/// Choices of the temperature fit.
struct temperature_fit_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// What the numbers given as logits are; the transform takes the same.
  temperature_input input = temperature_input::logits;
};

/// A fitted temperature.
struct temperature_parameters {
  double temperature = 1.0;  ///< T > 0; above 1 the forecasts were too confident
  double nll = 0.0;          ///< mean negative log-likelihood in nats at T
  bool at_bound = false;     ///< the best T lies outside e^-10 .. e^10, as for separable data
};

/// Temperature scaling: softmax(z/T), or logistic(z/T) in the binary form, with the T of least logarithmic
/// loss.
///
/// @model
/// @source Guo et al. 2017, sec. 4.2
class temperature_model {
 public:
  /// Fits T by safeguarded Newton steps in ln(1/T) within -10 .. 10; T = 1 where the loss does not depend on
  /// T.
  ///
  /// @param labels         (n) class index 0 .. k - 1, or 1 where the event happened in the binary form
  /// @param logits         (n, k) or (n) one logit a class, or the log-odds of the event
  /// @param options        weights, kind of input
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch; wrong_rank: logits
  /// @throws value_error   non_finite: logits; out_of_range: probabilities not in (0, 1]; row_sum; bad_label;
  ///                       bad_weight; zero_weight
  static temperature_model fit(integer_view labels, array_view logits,
                               const temperature_fit_options& options = {}, const context& ctx = {});

  /// Recalibrated probabilities.
  ///
  /// @param logits         (q, k) or (q) what fit took: logits or probabilities
  /// @return               (q, k) or (q) probability of each class, or of the event, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank: logits
  /// @throws value_error   non_finite: logits; out_of_range: probabilities not in (0, 1]; row_sum
  [[nodiscard]] array transform(array_view logits) const;

  /// The fitted temperature.
  [[nodiscard]] temperature_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static temperature_model from_json(std::string_view json);

 private:
  temperature_model() = default;

  temperature_parameters parameters_;
  temperature_input input_ = temperature_input::logits;
};

/// Choices of the temperature fit in one call.
struct temperature_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// What the numbers given as logits are.
  temperature_input input = temperature_input::logits;
  /// (q, k) or (q) further logits to recalibrate; default: none
  array_view query = {};
};

/// Fitted temperature and recalibrated probabilities.
struct temperature_result {
  double temperature = 1.0;  ///< T > 0; above 1 the forecasts were too confident
  double nll = 0.0;          ///< mean negative log-likelihood in nats at T
  bool at_bound = false;     ///< the best T lies outside e^-10 .. e^10, as for separable data
  array query;  ///< (q, k) or (q) recalibrated probabilities of the query; empty when none was given
};

/// Fits a temperature and applies it, in one call.
///
/// @param labels         (n) class index 0 .. k - 1, or 1 where the event happened in the binary form
/// @param logits         (n, k) or (n) one logit a class, or the log-odds of the event
/// @param options        weights, kind of input, query
/// @param ctx            running conditions
/// @return               temperature, its loss, recalibrated query
/// @throws shape_error   empty_input; length_mismatch; wrong_rank: logits, query
/// @throws value_error   non_finite: logits, query; out_of_range: probabilities not in (0, 1]; row_sum;
///                       bad_label; bad_weight; zero_weight
/// @accuracy             temperature to 1e-12 relative where the loss is curved; same bits everywhere
/// @cost                 O(n k) for each of about 10 steps
/// @source               Guo et al. 2017, sec. 4.2
/// @example              {"labels": [0, 1, 0], "logits": [[2, 0], [0, 1], [0, 1]], "query": [[1, 0]]}
temperature_result temperature(integer_view labels, array_view logits,
                               const temperature_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
