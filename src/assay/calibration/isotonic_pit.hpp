// Recalibration of forecast distributions by the distribution of their probability integral transforms.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the fit of isotonic PIT recalibration.
struct isotonic_pit_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
};

/// The fitted map.
struct isotonic_pit_parameters {
  array x;  ///< (k) probabilities that the forecasts gave, ascending from 0 to 1
  array y;  ///< (k) share of outcomes at or below them, never decreasing, 1 at the end
};

/// Isotonic recalibration of forecast distributions: a forecast's probability F(v) of an outcome of at most v
/// becomes the share of outcomes whose own transform F(y) was no larger.
///
/// The map is the isotonic regression of the empirical distribution of the transforms, which is that
/// distribution itself, drawn as a broken line from (0, 0) to (1, 1).
///
/// @model
/// @source Kuleshov, Fenner & Ermon 2018, algorithm 1
class isotonic_pit_model {
 public:
  /// Fits the map.
  ///
  /// @param pit            (n) probability integral transform of each outcome, in [0, 1]
  /// @param options        weights
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: pit; bad_weight; zero_weight
  static isotonic_pit_model fit(vector_view pit, const isotonic_pit_options& options = {},
                                const context& ctx = {});

  /// Recalibrated probabilities of what the forecasts gave as levels.
  ///
  /// @param levels         (q) probabilities from forecast distributions, in [0, 1]
  /// @return               (q) recalibrated probabilities, in the input's precision
  /// @throws shape_error   empty_input
  /// @throws value_error   out_of_range: levels
  [[nodiscard]] array transform(vector_view levels) const;

  /// The level to ask the forecasts for, so that their quantile has the true level: the smallest one.
  ///
  /// @param levels         (q) wanted levels, in [0, 1]
  /// @return               (q) levels of the forecasts' quantiles, in the input's precision
  /// @throws shape_error   empty_input
  /// @throws value_error   out_of_range: levels
  [[nodiscard]] array inverse(vector_view levels) const;

  /// The fitted map.
  [[nodiscard]] isotonic_pit_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static isotonic_pit_model from_json(std::string_view json);

 private:
  isotonic_pit_model() = default;

  std::vector<double> x_;
  std::vector<double> y_;
};

/// Fitted map at the levels asked for.
struct isotonic_pit_result {
  array query;    ///< (q) recalibrated probabilities, in the input's precision
  array inverse;  ///< (q) levels of the forecasts' quantiles that have the true levels query
};

/// Fits isotonic PIT recalibration and applies it, in one call.
///
/// @param pit            (n) probability integral transform of each outcome, in [0, 1]
/// @param query          (q) levels where the map is wanted, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               the map at query, and its inverse there
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: pit, query; bad_weight; zero_weight
/// @accuracy             4 ulp without weights, 1e-14 with; same bits everywhere
/// @cost                 O(n log n), O(q log n)
/// @source               Kuleshov, Fenner & Ermon 2018, algorithm 1
/// @example              {"pit": [0.1, 0.35, 0.8], "query": [0.05, 0.5]}
isotonic_pit_result isotonic_pit(vector_view pit, vector_view query, const isotonic_pit_options& options = {},
                                 const context& ctx = {});

}  // namespace assay::inline v1::calibration
