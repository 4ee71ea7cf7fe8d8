// Recalibration with an interval for each probability: inductive Venn-Abers predictors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the Venn-Abers fit.
struct venn_abers_options {
  /// (n) weight of each row, >= 0, where the row asked for weighs 1; rows of weight 0 are left out; default:
  /// 1
  vector_view weights = {};
};

/// A fitted pair of step functions.
struct venn_abers_parameters {
  array x;   ///< (k) distinct probabilities, ascending
  array p0;  ///< (k) isotonic fit at each, with one more row of label 0 there
  array p1;  ///< (k) isotonic fit at each, with one more row of label 1 there
};

/// Intervals and the probabilities that they are merged to.
struct venn_abers_result {
  array query;  ///< (q) p1 / (1 - p0 + p1), in the input's precision
  array p0;     ///< (q) lower end: the isotonic fit with the point as label 0, in the input's precision
  array p1;     ///< (q) upper end: the isotonic fit with the point as label 1, in the input's precision
};

/// Inductive Venn-Abers predictor: the isotonic regression is fitted with the point asked for as label 0 and
/// as label 1. One of both is perfectly calibrated when rows are exchangeable; their distance tells how sure
/// the recalibration is.
///
/// @model
/// @source Vovk & Petej 2014; Vovk, Petej & Fedorova 2015, algorithms 1 to 4
class venn_abers_model {
 public:
  /// Fits both step functions.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
  static venn_abers_model fit(integer_view labels, vector_view probabilities,
                              const venn_abers_options& options = {}, const context& ctx = {});

  /// Recalibrated probabilities p1 / (1 - p0 + p1), which lose least by logarithmic loss at the worst label.
  ///
  /// @param probabilities  (q) in [0, 1]
  /// @return               (q) recalibrated probability, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   out_of_range: probabilities
  [[nodiscard]] array transform(array_view probabilities) const;

  /// Intervals, and the probabilities of transform.
  ///
  /// @param probabilities  (q) in [0, 1]
  /// @return               both ends and the merged probability
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   out_of_range: probabilities
  [[nodiscard]] venn_abers_result intervals(array_view probabilities) const;

  /// The fitted step functions.
  [[nodiscard]] venn_abers_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static venn_abers_model from_json(std::string_view json);

 private:
  venn_abers_model() = default;

  std::vector<double> x_;
  std::vector<double> p0_;
  std::vector<double> p1_;
};

/// Fits an inductive Venn-Abers predictor and applies it, in one call.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param query          (q) where the predictor is wanted, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               intervals and merged probabilities at query
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; bad_label; bad_weight; zero_weight
/// @accuracy             2 ulp without weights, 1e-13 with; same bits everywhere
/// @cost                 O(n) after a radix sort, O(q log n)
/// @source               Vovk & Petej 2014; Vovk, Petej & Fedorova 2015, algorithms 1 to 4
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "query": [0.5]}
venn_abers_result venn_abers(integer_view labels, vector_view probabilities, vector_view query,
                             const venn_abers_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
