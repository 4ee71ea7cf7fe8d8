// Recalibration by histogram binning.
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

/// Choices of the histogram fit.
struct histogram_binning_fit_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Number of bins, at least 1; ignored by unique and custom.
  std::int64_t n_bins = 10;
  /// How the bins are laid out.
  binning strategy = binning::equal_width;
  /// (b + 1) ascending edges from 0 or below to 1 or above, for the strategy custom
  vector_view edges = {};
  /// Which bin owns a probability that equals an edge.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
  /// Values (events + 1) / (weight + 2), which are never 0 or 1; bins without weight keep their midpoint.
  bool laplace = false;
};

/// A fitted step function.
struct histogram_binning_parameters {
  array edges;       ///< (b + 1) edges of the bins
  array bin_values;  ///< (b) recalibrated probability of each bin
  /// Which bin owns a probability that equals an edge.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
};

/// Histogram binning: every probability becomes the share of events in its bin; a bin without weight gives
/// the midpoint of its edges.
///
/// @model
/// @source Zadrozny & Elkan 2001
class histogram_binning_model {
 public:
  /// Fits the values of the bins.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        bins, weights, laplace
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight;
  ///                       bad_parameter: n_bins, edges; missing_argument: edges with custom
  static histogram_binning_model fit(integer_view labels, vector_view probabilities,
                                     const histogram_binning_fit_options& options = {},
                                     const context& ctx = {});

  /// The value of the bin of each probability.
  ///
  /// @param probabilities  (q) in [0, 1]
  /// @return               (q) recalibrated probability, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   out_of_range: probabilities
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted step function.
  [[nodiscard]] histogram_binning_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static histogram_binning_model from_json(std::string_view json);

 private:
  histogram_binning_model() = default;

  std::vector<double> edges_;
  std::vector<double> values_;
  bin_rule rule_ = bin_rule::right_closed;
};

/// Choices of histogram binning in one call.
struct histogram_binning_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Number of bins, at least 1; ignored by unique and custom.
  std::int64_t n_bins = 10;
  /// How the bins are laid out.
  binning strategy = binning::equal_width;
  /// (b + 1) ascending edges from 0 or below to 1 or above, for the strategy custom
  vector_view edges = {};
  /// Which bin owns a probability that equals an edge.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
  /// Values (events + 1) / (weight + 2), which are never 0 or 1; bins without weight keep their midpoint.
  bool laplace = false;
  /// (q) further probabilities to recalibrate, in [0, 1]; default: none
  vector_view query = {};
};

/// Fitted values of the bins and recalibrated probabilities.
struct histogram_binning_result {
  array query;       ///< (q) recalibrated probabilities of the query; empty when none was given
  array edges;       ///< (b + 1) edges of the bins
  array bin_values;  ///< (b) recalibrated probability of each bin
};

/// Fits histogram binning and applies it, in one call.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        bins, weights, laplace, query
/// @param ctx            running conditions
/// @return               bins, their values, recalibrated query
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; bad_label; bad_weight; zero_weight;
///                       bad_parameter: n_bins, edges; missing_argument: edges with custom
/// @accuracy             1e-15 relative; same bits everywhere
/// @cost                 O(n) for equal_width, O(n log b) for custom, O(n log n) for the others; O(q log b)
/// @source               Zadrozny & Elkan 2001
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "query": [0.5]}
histogram_binning_result histogram_binning(integer_view labels, vector_view probabilities,
                                           const histogram_binning_options& options = {},
                                           const context& ctx = {});

}  // namespace assay::inline v1::calibration
