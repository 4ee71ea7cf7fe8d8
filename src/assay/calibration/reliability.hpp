// Reliability tables: how often the event happened against how probable it was called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "assay/calibration/binning.hpp"
#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the reliability table.
struct reliability_table_options {
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
  /// Probability of the intervals lower .. upper, in (0, 1).
  double level = 0.9;
};

/// One row a bin. Means and intervals of bins without weight are NaN.
struct reliability_table_result {
  array edges;       ///< (b + 1) edges of the bins
  array weight;      ///< (b) sum of the weights
  array count;       ///< (b) number of rows, also of those with weight 0
  array mean_prob;   ///< (b) weighted mean of the probabilities
  array mean_label;  ///< (b) weighted share of the rows with label 1
  array lower;       ///< (b) lower end of the Wilson interval of mean_label
  array upper;       ///< (b) upper end of the Wilson interval of mean_label
};

/// Reliability table: mean probability and share of events in each bin, with Wilson intervals.
///
/// Intervals of weighted bins use the effective number of rows (sum w)^2 / sum w^2. The edges of quantile,
/// equal_mass and rank bins ignore the weights.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        bins, weights, level of the intervals
/// @param ctx            running conditions
/// @return               one row a bin
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, level; bad_label; bad_weight; zero_weight;
///                       bad_parameter: n_bins, edges; missing_argument: edges with custom
/// @accuracy             sums to 1e-14 relative, intervals to 1e-13; same bits everywhere
/// @cost                 O(n) for equal_width, O(n log b) for custom, O(n log n) for the others
/// @source               Murphy & Winkler 1977; intervals: Wilson 1927
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9], "n_bins": 5}
reliability_table_result reliability_table(integer_view labels, vector_view probabilities,
                                           const reliability_table_options& options = {},
                                           const context& ctx = {});

/// Choices of a reliability accumulator.
struct reliability_accumulator_options {
  /// Number of bins of equal width, at least 1; ignored when edges are given.
  std::int64_t n_bins = 10;
  /// (b + 1) ascending edges from 0 or below to 1 or above; default: equal width
  vector_view edges = {};
  /// Which bin owns a probability that equals an edge.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
  /// Probability of the intervals lower .. upper, in (0, 1).
  double level = 0.9;
};

/// Choices of one update of an accumulator.
struct calibration_update_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Reliability table of rows that come in pieces, in constant memory.
///
/// Merging is exact: the state is sums without rounding over blocks of 4096 rows of an update, so pieces that
/// end at multiples of 4096 rows give the bits of the whole in any order, others agree to 1e-15.
///
/// @accumulator
class reliability_accumulator {
 public:
  /// An empty table.
  ///
  /// @param options        bins, level of the intervals
  /// @throws value_error   bad_parameter: n_bins, edges; out_of_range: level
  explicit reliability_accumulator(const reliability_accumulator_options& options = {});
  ~reliability_accumulator();
  reliability_accumulator(const reliability_accumulator& other);
  reliability_accumulator(reliability_accumulator&& other) noexcept;
  reliability_accumulator& operator=(const reliability_accumulator& other);
  reliability_accumulator& operator=(reliability_accumulator&& other) noexcept;

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
  /// @param other          accumulator with the same bins; stays as it is
  /// @throws value_error   bad_parameter: other has other bins
  void merge(const reliability_accumulator& other);

  /// The table so far; all means are NaN when nothing was added.
  [[nodiscard]] reliability_table_result value() const;

  /// Calibration error of the table so far.
  ///
  /// @param norm           how the errors of the bins become one number
  /// @param weighting      how much a bin counts
  /// @throws state_error   zero_weight: nothing with weight > 0 was added
  [[nodiscard]] double ece(error_norm norm = error_norm::l1,
                           bin_weighting weighting = bin_weighting::weight) const;

  /// Forgets all rows; keeps the bins.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes          what to_bytes() gave
  /// @throws value_error   corrupt_bytes
  static reliability_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Choices of the merged table.
struct accumulator_merge_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Number of bins of equal width, at least 1.
  std::int64_t n_bins = 10;
};

/// Sums of one shard.
struct reliability_shard {
  array weight;     ///< (b) sum of the weights
  array sum_prob;   ///< (b) sum of weight times probability
  array sum_label;  ///< (b) sum of the weights of rows with label 1
};

/// Sums of the shards and the calibration error of all of them.
struct accumulator_merge_result {
  std::vector<reliability_shard> shards;  ///< sums of each shard, in the order given
  double merged_ece_l1 = 0.0;             ///< l1 calibration error over all shards
  std::int64_t merged_count = 0;          ///< number of rows in all shards
};

/// Fills one reliability accumulator for each shard and merges them: what many machines with a part of the
/// rows each would find.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param shards         (k, 2) first row and one past the last row of each shard; a shard may be empty
/// @param options        weights, number of bins
/// @param ctx            running conditions
/// @return               sums of each shard, calibration error and number of rows of all
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, shards; bad_label; bad_weight; zero_weight;
///                       bad_parameter: n_bins
/// @accuracy             sums to 1e-14 relative; same bits everywhere
/// @cost                 O(n)
/// @source               definition
/// @example              {"labels": [0, 1, 1], "probabilities": [0.1, 0.4, 0.8], "shards": [[0, 2], [2, 3]]}
accumulator_merge_result accumulator_merge(integer_view labels, vector_view probabilities,
                                           integer_view shards, const accumulator_merge_options& options = {},
                                           const context& ctx = {});

}  // namespace assay::inline v1::calibration
