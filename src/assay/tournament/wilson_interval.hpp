// Interval for a proportion that was counted.
#pragma once

namespace assay::inline v1::tournament {

/// How wilson_interval works.
struct wilson_interval_options {
  /// Probability that the interval covers the true proportion, between 0 and 1.
  double level = 0.95;
};

/// Interval for a proportion.
struct wilson_interval_result {
  double lower;  ///< lower bound, in [0, 1]
  double upper;  ///< upper bound, in [0, 1]
};

/// Wilson score interval of a proportion, in [0, 1] also where no or only successes were counted.
///
/// With p = successes / trials, n = trials and z the normal quantile of (1 + level) / 2:
/// (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
///
/// @param successes     number of successes, 0 <= successes <= trials; need not be whole, as players who tie
///                      share a rank
/// @param trials        number of trials, > 0
/// @param options       level of the interval
/// @return              both bounds
/// @throws value_error  trials <= 0 or successes outside 0 .. trials (out_of_range), a NaN or an infinity
///                      (non_finite), level not between 0 and 1 (bad_parameter)
/// @accuracy            1e-13 relative; same bits on every target
/// @cost                O(1)
/// @source              Wilson 1927; Brown, Cai & DasGupta 2001, sec. 3.1.1
/// @example             {"successes": 37, "trials": 50, "level": 0.95}
wilson_interval_result wilson_interval(double successes, double trials,
                                       const wilson_interval_options& options = {});

}  // namespace assay::inline v1::tournament
