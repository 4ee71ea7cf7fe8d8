// Whether probability integral transforms are uniform: distances, their p-values, a histogram.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the test of uniformity.
struct pit_uniformity_options {
  /// Number of bins of the histogram, of equal width, at least 1.
  std::int64_t n_bins = 10;
};

/// Distances from the uniform distribution; p-values are for independent rows.
struct pit_uniformity_result {
  double ks_statistic = 0.0;   ///< Kolmogorov-Smirnov: largest gap between the distributions
  double ks_p_value = 1.0;     ///< probability of a gap as large when the transforms are uniform
  double cvm_statistic = 0.0;  ///< Cramer-von Mises: n times the integral of the squared gap
  double cvm_p_value = 1.0;    ///< probability of one as large when the transforms are uniform
  array histogram;  ///< (n_bins) share of rows in each bin [k/n_bins, (k+1)/n_bins), the last closed
};

/// Distance of probability integral transforms from uniform: what a calibrated forecast gives.
///
/// A histogram shaped like a U tells of forecasts that are too sure, a hump of forecasts that are not sure
/// enough, a slope of a bias.
///
/// @param pit           (n) probability integral transform of each outcome, in [0, 1]
/// @param options       bins of the histogram
/// @param ctx           running conditions
/// @return              Kolmogorov-Smirnov and Cramer-von Mises statistics with p-values, histogram
/// @throws shape_error  empty_input
/// @throws value_error  out_of_range: pit; bad_parameter: n_bins
/// @accuracy            statistics 1e-15; ks_p_value to 1e-10 of itself up to 4096 rows, beyond to 5e-5;
///                      cvm_p_value to 0.2/n, below 1/2 to 0.03/n from 5 rows on: the limit law, moved to the
///                      exact mean and variance; same bits everywhere
/// @cost                O(n log n + min(n, 4096)^1.5)
/// @source              Marsaglia, Tsang & Wang 2003 and Durbin 1973 (exact law of the gap); Smirnov 1944
///                      (its tail); Anderson & Darling 1952 (limit law of Cramer-von Mises)
/// @example             {"pit": [0.1, 0.35, 0.8]}
pit_uniformity_result pit_uniformity(vector_view pit, const pit_uniformity_options& options = {},
                                     const context& ctx = {});

}  // namespace assay::inline v1::calibration
