// Recalibration by Bayesian binning into quantiles.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Where the prior of a bin has its mean; both are kept within [0.005, 0.995].
enum class bbq_prior {
  midpoint,         ///< the middle of the bin's edges
  mean_probability  ///< the weighted mean of the bin's probabilities
};

/// Choices of Bayesian binning into quantiles.
struct bbq_options {
  /// (n) weight of each row, >= 0: how often it counts; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Rows that the prior of a binning is worth, shared evenly by its bins; in 1e-6 .. 1e6.
  double equivalent_samples = 2.0;
  /// The prior of every bin, instead of the whole binning, is worth equivalent_samples.
  bool per_bin = false;
  /// Where the prior of a bin has its mean.
  bbq_prior prior = bbq_prior::midpoint;
};

/// One binning of the ensemble. Where ties give several wanted numbers of bins the same bins, each counts.
struct bbq_binning {
  std::int64_t n_bins = 0;  ///< number of its bins
  double weight = 0.0;      ///< its posterior probability
};

/// A fitted step function, the mean of the step functions of all binnings.
struct bbq_parameters {
  array edges;                        ///< (b + 1) edges of all binnings; a bin owns its upper edge
  array bin_values;                   ///< (b) recalibrated probability between them
  std::vector<bbq_binning> binnings;  ///< those with a weight worth keeping, few bins first
};

/// Bayesian binning into quantiles: binnings into different numbers of bins of about equal weight, each a
/// histogram with a beta prior in each bin, are averaged by their posterior probability.
///
/// @model
/// @source Naeini, Cooper & Hauskrecht 2015
class bbq_model {
 public:
  /// Fits all binnings and averages them.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights, prior
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight, also for a sum of weights
  ///                       outside 1e-100 .. 1e100; zero_weight; bad_parameter: equivalent_samples
  static bbq_model fit(integer_view labels, vector_view probabilities, const bbq_options& options = {},
                       const context& ctx = {});

  /// The mean over all binnings of the posterior event rate of the bin of each probability.
  ///
  /// @param probabilities  (q) in [0, 1]
  /// @return               (q) recalibrated probability, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   out_of_range: probabilities
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted step function and the binnings in it.
  [[nodiscard]] bbq_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static bbq_model from_json(std::string_view json);

 private:
  bbq_model() = default;

  std::vector<double> edges_;
  std::vector<double> values_;
  std::vector<bbq_binning> binnings_;
};

/// Recalibrated probabilities and the binnings that they come from.
struct bbq_result {
  array query;                        ///< (q) recalibrated probability, in the input's precision
  std::vector<bbq_binning> binnings;  ///< those with a weight worth keeping, few bins first
};

/// Fits Bayesian binning into quantiles and applies it, in one call.
///
/// With n rows there is a binning for every number B of bins from n^(1/3)/10 to 10 n^(1/3), as far as five
/// rows a bin remain. A probability with the weight r below it belongs to bin floor(r B/n), so that equal
/// probabilities stay together, and bins that none belongs to do not count; edges lie halfway between
/// neighbours. With w rows and m events in a bin, prior mean p and prior strength s = equivalent_samples/B, a
/// binning has the probability prod Beta(m + s p, w - m + s (1 - p))/Beta(s p, s (1 - p)) over its bins,
/// divided by that sum over all binnings, and the bin the rate (m + s p)/(w + s). Weights count as
/// repetitions; above 1e8 the range of B stays that of 1e8 rows. Binnings below 2^-53 of the most probable
/// are left out.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param query          (q) where the fitted map is wanted, in [0, 1]
/// @param options        weights, prior
/// @param ctx            running conditions
/// @return               the map at query, the binnings
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; bad_label; bad_weight, also for a sum of weights
///                       outside 1e-100 .. 1e100; zero_weight; bad_parameter: equivalent_samples
/// @accuracy             1e-15 n + 1e-13 relative: binnings are compared by sums of n logarithms; same bits
///                       everywhere
/// @cost                 O(n) after a radix sort, O(n^(2/3) log n) for the binnings, O(q log n)
/// @source               Naeini, Cooper & Hauskrecht 2015; the limits of prior means and bins, and `per_bin`,
///                       from the program of the authors
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "query": [0.5]}
bbq_result bbq(integer_view labels, vector_view probabilities, vector_view query,
               const bbq_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
