// Recalibration by centered isotonic regression.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the centered isotonic fit.
struct centered_isotonic_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
};

/// A fitted curve: one knot for each flat piece of the isotonic regression.
struct centered_isotonic_parameters {
  array x;  ///< (k) weighted mean probability of each piece, ascending
  array y;  ///< (k) recalibrated probability at each knot, ascending
};

/// Centered isotonic recalibration: every flat piece of the isotonic regression becomes one knot at its
/// weighted mean probability, with straight lines between knots; so the map ascends strictly between the
/// first knot and the last, where plain isotonic regression makes ties.
///
/// @model
/// @source Oron & Flournoy 2017
class centered_isotonic_model {
 public:
  /// Fits the map.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
  static centered_isotonic_model fit(integer_view labels, vector_view probabilities,
                                     const centered_isotonic_options& options = {}, const context& ctx = {});

  /// Recalibrated probabilities: linear between knots, constant beyond the first and the last.
  ///
  /// @param probabilities  (q) in [0, 1]
  /// @return               (q) recalibrated probability, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   out_of_range: probabilities
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted curve.
  [[nodiscard]] centered_isotonic_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static centered_isotonic_model from_json(std::string_view json);

 private:
  centered_isotonic_model() = default;

  std::vector<double> x_;
  std::vector<double> y_;
};

/// Fitted curve at the points asked for.
struct centered_isotonic_result {
  array query;                ///< (q) recalibrated probability, in the input's precision
  std::int64_t n_blocks = 0;  ///< number of knots
};

/// Fits centered isotonic recalibration and applies it, in one call.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param query          (q) where the fitted map is wanted, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               the map at query and its number of knots
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; bad_label; bad_weight; zero_weight
/// @accuracy             1e-14 relative; same bits everywhere
/// @cost                 O(n) after a radix sort, O(q log k)
/// @source               Oron & Flournoy 2017
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "query": [0.5]}
centered_isotonic_result centered_isotonic(integer_view labels, vector_view probabilities, vector_view query,
                                           const centered_isotonic_options& options = {},
                                           const context& ctx = {});

}  // namespace assay::inline v1::calibration
