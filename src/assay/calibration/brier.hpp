// Brier score of binary probabilities, its gradient and its decomposition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/calibration/binning.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the Brier score.
struct brier_score_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Brier score of binary probabilities: sum w (p - y)^2 / sum w.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               score in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             1e-14 relative; same bits everywhere
/// @cost                 O(n), at the speed of memory
/// @source               Brier 1950, two-class form
/// @parallel             brier_accumulator
/// @example              {"labels": [0, 1, 1], "probabilities": [0.1, 0.4, 0.8]}
double brier_score(integer_view labels, vector_view probabilities, const brier_score_options& options = {},
                   const context& ctx = {});

/// Loss and its derivative by each probability.
struct brier_score_grad_result {
  double loss = 0.0;  ///< Brier score
  array grad;         ///< (n) derivative by each probability, in the input's precision
};

/// Brier score with its gradient, 2 w (p - y) / sum w.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               score and gradient
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             score as brier_score, gradient 2 ulp; same bits everywhere
/// @cost                 O(n)
/// @source               Brier 1950, two-class form
/// @example              {"labels": [0, 1, 1], "probabilities": [0.1, 0.4, 0.8]}
brier_score_grad_result brier_score_grad(integer_view labels, vector_view probabilities,
                                         const brier_score_options& options = {}, const context& ctx = {});

/// Choices of the decomposition of the Brier score.
struct brier_decomposition_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Number of bins, at least 1; ignored by unique and custom.
  std::int64_t n_bins = 10;
  /// How the bins are laid out.
  binning strategy = binning::equal_width;
  /// (b + 1) ascending edges from 0 or below to 1 or above, for the strategy custom
  vector_view edges = {};
  /// Which bin owns a probability that equals an edge; without effect for rank and unique.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
};

/// brier = reliability - resolution + uncertainty + within_bin_variance - within_bin_covariance.
struct brier_decomposition_result {
  double brier = 0.0;                  ///< Brier score
  double reliability = 0.0;            ///< sum f_b (c_b - a_b)^2, smaller is better
  double resolution = 0.0;             ///< sum f_b (a_b - o)^2, larger is better
  double uncertainty = 0.0;            ///< o (1 - o), o the share of events
  double within_bin_variance = 0.0;    ///< weighted mean of (p - c_b)^2
  double within_bin_covariance = 0.0;  ///< weighted mean of 2 (p - c_b) (y - a_b)
};

/// Murphy's decomposition of the Brier score with the terms within bins, so that it is exact for every choice
/// of bins.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        bins, weights
/// @param ctx            running conditions
/// @return               the score and its parts
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
///                       n_bins, edges; missing_argument: edges with custom
/// @accuracy             parts to 1e-14 and so their identity; same bits everywhere
/// @cost                 O(n) for equal_width, O(n log b) for custom, O(n log n) for the others
/// @source               Murphy 1973; Stephenson, Coelho & Jolliffe 2008
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9], "n_bins": 5}
brier_decomposition_result brier_decomposition(integer_view labels, vector_view probabilities,
                                               const brier_decomposition_options& options = {},
                                               const context& ctx = {});

/// Brier score of rows that come in pieces.
///
/// Merging is exact: pieces that end at multiples of 4096 rows give the bits of the whole in any order,
/// others agree to 1e-15.
///
/// @accumulator
class brier_accumulator {
 public:
  /// A score of no rows.
  brier_accumulator() = default;

  /// Adds rows; after an error nothing is added.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight
  void update(integer_view labels, vector_view probabilities, const calibration_update_options& options = {});

  /// Adds the rows of another accumulator.
  ///
  /// @param other          accumulator to add; stays as it is
  void merge(const brier_accumulator& other);

  /// Brier score so far.
  ///
  /// @throws state_error   zero_weight: nothing with weight > 0 was added
  [[nodiscard]] double value() const;

  /// Forgets all rows.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes          what to_bytes() gave
  /// @throws value_error   corrupt_bytes
  static brier_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  exact_sum loss_;
  exact_sum weight_;
};

}  // namespace assay::inline v1::calibration
