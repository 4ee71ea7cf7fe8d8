// Intervals for the probability behind a share of events.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration {

/// Choices of the binomial intervals.
struct binomial_interval_options {
  /// Probability of the intervals, in (0, 1).
  double level = 0.9;
};

/// Three intervals for one probability.
struct binomial_interval_result {
  array wilson;           ///< (2) lower and upper end of the score interval: right on average
  array clopper_pearson;  ///< (2) of the exact interval: covers at least with the probability asked for
  array jeffreys;  ///< (2) of the Bayesian interval with prior beta(1/2, 1/2); 0 and 1 where all rows agree
};

/// Intervals for a probability from the number of events among independent trials.
///
/// Wilson's is what reliability tables show. Clopper & Pearson's inverts the binomial test and is wide where
/// there are few trials. Jeffreys' has equal tails; its lower end is 0 without events, its upper end 1 when
/// every trial is one.
///
/// @param successes      number of events, 0 .. n
/// @param n              number of trials, 1 .. 2^53
/// @param options        level
/// @param ctx            running conditions
/// @return               lower and upper end of each interval
/// @throws value_error   bad_parameter: n; out_of_range: successes, level
/// @accuracy             1e-13 relative; same bits everywhere
/// @cost                 O(sqrt(min(successes, n - successes))) terms of a continued fraction, at most 2e5
/// @source               Wilson 1927; Clopper & Pearson 1934; Brown, Cai & DasGupta 2001
/// @example              {"successes": 3, "n": 10, "level": 0.9}
binomial_interval_result binomial_interval(std::int64_t successes, std::int64_t n,
                                           const binomial_interval_options& options = {},
                                           const context& ctx = {});

}  // namespace assay::inline v1::calibration
