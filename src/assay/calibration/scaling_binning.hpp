// Recalibration by a logistic curve whose outputs are binned.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/calibration/binning.hpp"
#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the scaling-binning fit.
struct scaling_binning_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Number of bins, at least 1; ignored by unique.
  std::int64_t n_bins = 10;
  /// How the bins of the curve's outputs are laid out; not custom.
  binning strategy = binning::equal_mass;
  /// Platt's targets (n1 + 1)/(n1 + 2) and 1/(n0 + 2) in place of 1 and 0.
  bool smooth_targets = true;
};

/// A fitted curve and the bins of its outputs.
struct scaling_binning_parameters {
  double slope = 1.0;      ///< a in logistic(a s + b), s the log-odds of the probability
  double intercept = 0.0;  ///< b in logistic(a s + b)
  array edges;             ///< (b + 1) edges of the bins of the curve's outputs
  array bin_values;        ///< (b) mean output of the curve in each bin
};

/// Scaling-binning: Platt scaling of the log-odds, whose output is replaced by its mean over a bin of
/// outputs. Few distinct values, so that the calibration error can be verified, at a scaling method's sample
/// size.
///
/// Log-odds are clipped at those of 1e-12 and 1 - 1e-12. All three steps use all rows, as in the authors'
/// code; a bin without rows gives its midpoint.
///
/// @model
/// @source Kumar, Liang & Ma 2019
class scaling_binning_model {
 public:
  /// Fits the curve and the bins.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights, bins, targets
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
  ///                       n_bins; unsupported: strategy custom
  static scaling_binning_model fit(integer_view labels, vector_view probabilities,
                                   const scaling_binning_options& options = {}, const context& ctx = {});

  /// The value of the bin of each probability's scaled value.
  ///
  /// @param probabilities  (q) in [0, 1]
  /// @return               (q) recalibrated probability, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   out_of_range: probabilities
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted curve and bins.
  [[nodiscard]] scaling_binning_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static scaling_binning_model from_json(std::string_view json);

 private:
  scaling_binning_model() = default;

  double slope_ = 1.0;
  double intercept_ = 0.0;
  std::vector<double> edges_;
  std::vector<double> values_;
};

/// Fitted curve, bins and recalibrated probabilities.
struct scaling_binning_result {
  array query;             ///< (q) recalibrated probability, in the input's precision
  array edges;             ///< (b + 1) edges of the bins of the curve's outputs
  array bin_values;        ///< (b) mean output of the curve in each bin
  double slope = 1.0;      ///< a in logistic(a s + b), s the log-odds of the probability
  double intercept = 0.0;  ///< b in logistic(a s + b)
};

/// Fits scaling-binning and applies it, in one call.
///
/// Log-odds are clipped at those of 1e-12 and 1 - 1e-12.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param query          (q) where the fitted map is wanted, in [0, 1]
/// @param options        weights, bins, targets
/// @param ctx            running conditions
/// @return               the map at query, its curve and bins
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; bad_label; bad_weight; zero_weight;
/// bad_parameter:
///                       n_bins; unsupported: strategy custom
/// @accuracy             1e-10 relative; same bits everywhere
/// @cost                 O(n) for each of about 8 steps, O(n log n) for the bins, O(q log b)
/// @source               Kumar, Liang & Ma 2019; authors' code: p-lambda/verified_calibration
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "query": [0.5],
/// "n_bins": 2}
scaling_binning_result scaling_binning(integer_view labels, vector_view probabilities, vector_view query,
                                       const scaling_binning_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
