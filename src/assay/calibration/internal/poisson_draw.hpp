// Poisson numbers of rows for bootstraps, by one random number each.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>

#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {

/// From this mean on a number with the mean and variance of a Poisson number stands for it.
inline constexpr double k_many_rows = 16.0;

/// Below k_many_rows a Poisson number by inversion: sums of probabilities from 0 upwards. From there on not a
/// whole number but one that is all but normal: of 64 fair coins 32 fall heads, with a standard deviation of
/// 4, and their number is normal but for a kurtosis of -1/32.
inline double poisson_draw(philox::stream& draws, double mean) {
  if (mean >= k_many_rows) {
    const double normal = 0.25 * (std::popcount(draws.next()) - 32);
    return std::max(0.0, mean + normal * std::sqrt(mean));
  }
  if (!(mean > 0.0)) return 0.0;
  double term = vmath::exp(-mean);
  double rest = draws.uniform() - term;
  double count = 0.0;
  while (rest >= 0.0 && term > 0.0) {
    count += 1.0;
    term *= mean / count;
    rest -= term;
  }
  return count;
}

}  // namespace assay::inline v1::calibration::internal
