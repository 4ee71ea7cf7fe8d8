// Averaging of scores: by group, streamed, in shards. Sums are exact, so splits and orders give the same
// bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::scoring {

/// Choices of the mean by group.
struct grouped_mean_options {
  /// (n) weight of each score, >= 0; default: 1
  vector_view weights = {};
};

/// Means of groups, one entry a group, in ascending order of the group's number.
struct grouped_mean_result {
  array groups;  ///< (g) int32 number of each group, ascending
  array mean;    ///< (g) weighted mean of its scores
  array weight;  ///< (g) sum of its weights
  array count;   ///< (g) number of its scores
};

/// Weighted mean of scores within groups.
///
/// mean_g = sum_{i in g} w_i s_i / sum_{i in g} w_i
///
/// @param scores        (n) one score a forecast, any unit
/// @param groups        (n) number of the group of each forecast
/// @param options       weights
/// @param ctx           running conditions
/// @return              groups ascending with mean, weight and count
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: scores; bad_weight; zero_weight: a group without weight
/// @accuracy            sums of the rounded products are exact; 3 roundings in all; same bits in any order
/// @cost                O(n log n)
/// @source              definition
/// @example             {"scores": [1, 2, 4], "groups": [7, 3, 7], "weights": [1, 1, 3]}
grouped_mean_result grouped_mean(vector_view scores, integer_view groups,
                                 const grouped_mean_options& options = {}, const context& ctx = {});

/// Choices of one update of a score accumulator.
struct score_update_options {
  /// (n) weight of each score, >= 0; default: 1
  vector_view weights = {};
};

/// State of a score accumulator in numbers.
struct score_summary {
  double mean = 0.0;       ///< weighted mean of the scores
  double sum = 0.0;        ///< sum of weight times score
  double weight = 0.0;     ///< sum of the weights
  std::int64_t count = 0;  ///< number of scores
};

/// Sums of the scores of one shard.
struct score_shard {
  double sum = 0.0;        ///< sum of weight times score
  double weight = 0.0;     ///< sum of the weights
  std::int64_t count = 0;  ///< number of scores
};

/// Sums of the shards and the mean of all of them.
struct score_accumulator_merge_result {
  std::vector<score_shard> shards;  ///< sums of each shard, in the order given
  double mean = 0.0;                ///< weighted mean over all shards
  std::int64_t count = 0;           ///< number of scores in all shards
};

/// Choices of the mean of shards.
struct score_accumulator_merge_options {
  /// (n) weight of each score, >= 0; default: 1
  vector_view weights = {};
};

/// Mean of scores that come in pieces. Sums are kept without rounding: pieces of any size, merged in any
/// order, give the bits of the whole.
///
/// @accumulator
class score_accumulator {
 public:
  /// An empty mean.
  score_accumulator() = default;

  /// Adds scores.
  ///
  /// @param scores        (n) one score a forecast, any unit
  /// @param options       weights
  /// @throws shape_error  empty_input; length_mismatch
  /// @throws value_error  non_finite: scores; bad_weight
  void update(vector_view scores, const score_update_options& options = {});

  /// Adds the scores of another accumulator.
  ///
  /// @param other         accumulator to add; stays as it is
  void merge(const score_accumulator& other);

  /// Mean, sums and count so far.
  ///
  /// @throws state_error  zero_weight: nothing with weight > 0 was added, so that there is no mean
  [[nodiscard]] score_summary value() const;

  /// Forgets all scores.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes         what to_bytes() gave
  /// @throws value_error  corrupt_bytes
  static score_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  friend score_accumulator_merge_result score_accumulator_merge(
      vector_view scores, integer_view shards, const score_accumulator_merge_options& options,
      const context& ctx);

  [[nodiscard]] score_shard sums() const;

  exact_sum sum_;
  exact_sum weight_;
  std::uint64_t count_ = 0;
};

/// Accumulates scores in shards and merges them: what many machines with a part of the data each would find.
///
/// @param scores        (n) one score a forecast, any unit
/// @param shards        (k, 2) first row and one past the last row of each shard; a shard may be empty
/// @param options       weights
/// @param ctx           running conditions
/// @return              sums of each shard, mean and count of all
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: scores; bad_weight; zero_weight; out_of_range: shards
/// @accuracy            sums of the rounded products are exact; same bits for any split into shards
/// @cost                O(n)
/// @source              definition
/// @example             {"scores": [1, 2, 4], "shards": [[0, 2], [2, 3]], "weights": [1, 1, 3]}
score_accumulator_merge_result score_accumulator_merge(vector_view scores, integer_view shards,
                                                       const score_accumulator_merge_options& options = {},
                                                       const context& ctx = {});

}  // namespace assay::inline v1::scoring
