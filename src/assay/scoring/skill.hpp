// Skill against a reference forecast and bootstrap intervals of mean scores.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::scoring {

/// Choices of the skill score.
struct skill_score_options {
  /// (n) weight of each case, >= 0; default: 1
  vector_view weights = {};
  /// Score of a perfect forecast.
  double perfect = 0.0;
};

/// Skill of a forecast against a reference: 1 for a perfect forecast, 0 for one as good as the reference.
///
/// (mean reference - mean score)/(mean reference - perfect)
///
/// @param scores            (n) scores of the forecast, smaller is better
/// @param reference_scores  (n) scores of the reference on the same cases
/// @param options           weights, perfect score
/// @param ctx               running conditions
/// @return                  skill, larger is better, at most 1 where no score lies below perfect
/// @throws shape_error      empty_input; length_mismatch
/// @throws value_error      non_finite; bad_weight; zero_weight; degenerate: the reference is perfect
/// @accuracy                sums rounded once; same bits everywhere
/// @cost                    O(n)
/// @source                  Murphy 1988
/// @example                 {"scores": [1, 2, 3], "reference_scores": [2, 2, 4]}
double skill_score(vector_view scores, vector_view reference_scores, const skill_score_options& options = {},
                   const context& ctx = {});

/// Choices of the bootstrap of a mean.
struct bootstrap_mean_options {
  /// (n) weight of each case, >= 0; drawn together with its score; default: 1
  vector_view weights = {};
  /// Number of replicates, at least 2.
  std::int64_t n_boot = 1000;
  /// Probability of the interval, in (0, 1).
  double level = 0.9;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
  /// Cases drawn together as a run (past the end it goes on at the start), for serially dependent scores; 1
  /// .. n.
  std::int64_t block_length = 1;
};

/// Choices of the bootstrap of a skill score.
struct bootstrap_skill_options {
  /// (n) weight of each case, >= 0; drawn together with its scores; default: 1
  vector_view weights = {};
  /// Score of a perfect forecast.
  double perfect = 0.0;
  /// Number of replicates, at least 2.
  std::int64_t n_boot = 1000;
  /// Probability of the interval, in (0, 1).
  double level = 0.9;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
  /// Cases drawn together as a run (past the end it goes on at the start), for serially dependent scores; 1
  /// .. n.
  std::int64_t block_length = 1;
};

/// Estimate with its bootstrap interval.
struct bootstrap_interval {
  double estimate = 0.0;   ///< value on the data as given
  double lower = 0.0;      ///< lower end of the percentile interval
  double upper = 0.0;      ///< upper end of the percentile interval
  double std_error = 0.0;  ///< standard deviation of the replicates, divisor n_boot - 1
};

/// Mean of scores with a bootstrap interval.
///
/// Replicate b draws n cases with replacement: case j is the high half of u n, u the 64-bit number j of item
/// b of the Philox stream with key seed. Hence the same interval on every machine and for any number of
/// threads.
///
/// @param scores        (n) one score a forecast, any unit
/// @param options       weights, replicates, level, seed, block length
/// @param ctx           running conditions
/// @return              mean, percentile interval (type 7) and standard error
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite; bad_weight; zero_weight, also of a replicate; bad_parameter: n_boot,
///                      block_length; out_of_range: level
/// @accuracy            each replicate's mean to 2 ulp; same bits everywhere
/// @cost                O(n n_boot)
/// @source              Efron 1979; blocks: Politis & Romano 1992; percentiles: Hyndman & Fan 1996, type 7
/// @example             {"scores": [1, 2, 4, 3, 5], "n_boot": 200}
bootstrap_interval bootstrap_mean(vector_view scores, const bootstrap_mean_options& options = {},
                                  const context& ctx = {});

/// Skill score with a bootstrap interval: forecast and reference are drawn in pairs.
///
/// @param scores            (n) scores of the forecast, smaller is better
/// @param reference_scores  (n) scores of the reference on the same cases
/// @param options           weights, perfect score, replicates, level, seed, block length
/// @param ctx               running conditions
/// @return                  skill, percentile interval (type 7) and standard error
/// @throws shape_error      empty_input; length_mismatch
/// @throws value_error      non_finite; bad_weight; zero_weight and degenerate, also of a replicate;
///                          bad_parameter: n_boot, block_length; out_of_range: level
/// @accuracy                each replicate's sums to 2 ulp; same bits everywhere
/// @cost                    O(n n_boot)
/// @source                  Murphy 1988; Efron 1979
/// @example                 {"scores": [1, 2, 4, 3, 5], "reference_scores": [2, 2, 5, 3, 6], "n_boot": 200}
bootstrap_interval bootstrap_skill(vector_view scores, vector_view reference_scores,
                                   const bootstrap_skill_options& options = {}, const context& ctx = {});

/// Choices of the bootstrap of a skill score with given draws.
struct bootstrap_skill_indices_options {
  /// (n) weight of each case, >= 0; drawn together with its scores; default: 1
  vector_view weights = {};
  /// Score of a perfect forecast.
  double perfect = 0.0;
  /// Probability of the interval, in (0, 1).
  double level = 0.9;
};

/// Skill with its replicates.
struct bootstrap_skill_indices_result {
  double estimate = 0.0;  ///< skill on the data as given
  double lower = 0.0;     ///< lower end of the percentile interval
  double upper = 0.0;     ///< upper end of the percentile interval
  array replicates;       ///< (b) skill of each replicate
};

/// Skill score with a bootstrap interval from draws that the caller makes: stratified, by station, by year.
///
/// @param scores            (n) scores of the forecast, smaller is better
/// @param reference_scores  (n) scores of the reference on the same cases
/// @param indices           (b, k) numbers 0 .. n - 1 of the cases drawn, a replicate a row, b >= 2
/// @param options           weights, perfect score, level
/// @param ctx               running conditions
/// @return                  skill, percentile interval (type 7), replicates
/// @throws shape_error      empty_input; length_mismatch
/// @throws value_error      non_finite; bad_weight; zero_weight and degenerate, also of a replicate;
///                          out_of_range: indices, level
/// @accuracy                each replicate's sums to 2 ulp; same bits everywhere
/// @cost                    O(b k)
/// @source                  Murphy 1988; Efron 1979
/// @example                 {"scores": [1, 2, 4], "reference_scores": [2, 2, 5], "indices": [[0, 0, 2], [1,
/// 2, 0]]}
bootstrap_skill_indices_result bootstrap_skill_indices(vector_view scores, vector_view reference_scores,
                                                       integer_view indices,
                                                       const bootstrap_skill_indices_options& options = {},
                                                       const context& ctx = {});

}  // namespace assay::inline v1::scoring
