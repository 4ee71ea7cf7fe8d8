// Recalibration by isotonic regression.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the isotonic fit.
struct isotonic_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// A step function, constant from each knot to the next, instead of straight lines between knots.
  bool step = false;
  /// Keep the order of distinct probabilities: every one becomes a knot, and its value moves by 2^-20 of the
  /// way to its rank in (0, 1). The area under the ROC curve stays as it was, in float64.
  bool strict = false;
};

/// A fitted curve: the ends of its flat pieces, or all probabilities where the fit was strict.
struct isotonic_parameters {
  array x;                    ///< (k) knots, ascending
  array y;                    ///< (k) recalibrated probability at each knot, never decreasing
  std::int64_t n_blocks = 0;  ///< number of distinct values in y
  bool step = false;          ///< constant between knots
};

/// Isotonic recalibration: the best non-decreasing map from probabilities to event rates.
///
/// @model
/// @source Zadrozny & Elkan 2002
class isotonic_model {
 public:
  /// Fits the map by pooling adjacent violators, rows of equal probability together.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights, step, strict
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
  static isotonic_model fit(integer_view labels, vector_view probabilities,
                            const isotonic_options& options = {}, const context& ctx = {});

  /// Recalibrated probabilities: linear between knots, constant beyond the first and the last.
  ///
  /// @param probabilities  (q) any finite numbers
  /// @return               (q) recalibrated probability, in the input's precision
  /// @throws shape_error   empty_input
  /// @throws value_error   non_finite: probabilities
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted curve.
  [[nodiscard]] isotonic_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static isotonic_model from_json(std::string_view json);

 private:
  isotonic_model() = default;

  std::vector<double> x_;
  std::vector<double> y_;
  bool step_ = false;
};

/// Fitted curve at the points asked for.
struct isotonic_result {
  array query;                ///< (q) recalibrated probability, in the input's precision
  std::int64_t n_blocks = 0;  ///< number of distinct fitted values
};

/// Fits isotonic recalibration and applies it, in one call.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param query          (q) where the fitted map is wanted, any finite numbers
/// @param options        weights, step, strict
/// @param ctx            running conditions
/// @return               the map at query and its number of distinct values
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; non_finite: query; bad_label; bad_weight; zero_weight
/// @accuracy             4 ulp without weights, 1e-14 with; same bits everywhere
/// @cost                 O(n) after a radix sort, O(q log k)
/// @source               Zadrozny & Elkan 2002; Ayer et al. 1955
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "query": [0.5]}
isotonic_result isotonic(integer_view labels, vector_view probabilities, vector_view query,
                         const isotonic_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
