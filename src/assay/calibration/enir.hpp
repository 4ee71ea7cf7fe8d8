// Recalibration by an ensemble of nearly-isotonic regressions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// What a fit of d blocks to n rows with the log-likelihood L loses by.
enum class enir_criterion {
  bic,  ///< d log n - 2 L
  aic,  ///< 2 d - 2 L
  aicc  ///< 2 d + 2 d (d + 1)/(n - d - 1) - 2 L; fits with d >= n - 1 are left out
};

/// Choices of the ensemble.
struct enir_options {
  /// (n) weight of each row, >= 0: how often it counts; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// What the fits are weighted by: e^(-criterion/2).
  enir_criterion criterion = enir_criterion::bic;
};

/// One nearly-isotonic fit of the ensemble.
struct enir_fit {
  double lambda = 0.0;        ///< price of a unit of descent
  std::int64_t n_blocks = 0;  ///< number of its flat pieces
  double weight = 0.0;        ///< its share
};

/// A fitted curve, the mean of the curves of all fits.
struct enir_parameters {
  array x;                     ///< (k) knots, ascending
  array y;                     ///< (k) recalibrated probability at each knot; it may fall
  std::vector<enir_fit> fits;  ///< those with a weight worth keeping, most blocks first
};

/// Ensemble of nearly-isotonic regressions: maps that may fall, at a price for each unit of descent; those of
/// all prices are averaged, weighted by an information criterion. Unlike isotonic regression it follows a
/// forecast whose order is wrong.
///
/// @model
/// @source Naeini & Cooper 2016
class enir_model {
 public:
  /// Fits the path of nearly-isotonic regressions and averages it.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights, criterion
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight, also for a sum of weights
  ///                       outside 1e-100 .. 1e100; zero_weight
  static enir_model fit(integer_view labels, vector_view probabilities, const enir_options& options = {},
                        const context& ctx = {});

  /// Recalibrated probabilities: linear between knots, constant beyond the first and the last.
  ///
  /// @param probabilities  (q) in [0, 1]
  /// @return               (q) recalibrated probability, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   out_of_range: probabilities
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted curve and the fits in it.
  [[nodiscard]] enir_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static enir_model from_json(std::string_view json);

 private:
  enir_model() = default;

  std::vector<double> x_;
  std::vector<double> y_;
  std::vector<enir_fit> fits_;
};

/// Recalibrated probabilities and the fits that they come from.
struct enir_result {
  array query;                 ///< (q) recalibrated probability, in the input's precision
  std::vector<enir_fit> fits;  ///< those with a weight worth keeping, most blocks first
};

/// Fits an ensemble of nearly-isotonic regressions and applies it, in one call.
///
/// The nearly-isotonic fit b for a price lambda minimises sum w (y - b)^2/2 + lambda sum max(0, b_i -
/// b_(i+1)) over the distinct probabilities in order. Its flat pieces merge as lambda grows; the ensemble
/// holds the fits at all those prices, up to isotonic regression, but not the data themselves (lambda = 0)
/// unless they never fall. Each counts with e^(-criterion/2), fits below 2^-53 of the best are left out. A
/// point between two probabilities takes the straight line between their values. Weights count as
/// repetitions.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param query          (q) where the fitted map is wanted, in [0, 1]
/// @param options        weights, criterion
/// @param ctx            running conditions
/// @return               the map at query, the fits
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; bad_label; bad_weight, also for a sum of weights
///                       outside 1e-100 .. 1e100; zero_weight
/// @accuracy             1e-15 n + 1e-13 relative: fits are compared by sums of n logarithms; same bits
///                       everywhere
/// @cost                 O(n log n) for the path, O(n) for each fit that matters; O(q log n)
/// @source               Naeini & Cooper 2016; Tibshirani, Hoefling & Tibshirani 2011
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "query": [0.5]}
enir_result enir(integer_view labels, vector_view probabilities, vector_view query,
                 const enir_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
