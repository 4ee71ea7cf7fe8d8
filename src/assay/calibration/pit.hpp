// Probability integral transforms of outcomes under forecasts of any form: the start of every check of a
// regression's uncertainty.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Probability integral transform of outcomes under normal forecasts: Phi((y - mean)/std). Uniform on [0, 1]
/// when the forecasts are calibrated.
///
/// @param y             (n) outcome, any unit u
/// @param mean          (n) forecast mean, unit u
/// @param std           (n) forecast standard deviation, unit u, > 0
/// @param ctx           running conditions
/// @return              (n) numbers in [0, 1]
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: y, mean; out_of_range: std
/// @accuracy            4 ulp of the standardised outcome's probability; same bits everywhere
/// @cost                O(n)
/// @source              Dawid 1984; Diebold, Gunther & Tay 1998
/// @example             {"y": [0.5, 1], "mean": [0, 1.5], "std": [1, 0.5]}
array pit_gaussian(vector_view y, vector_view mean, vector_view std, const context& ctx = {});

/// Choices of the probability integral transform of samples.
struct pit_samples_options {
  /// Draw within a rank, so that calibrated samples give uniform numbers; false: its middle.
  bool randomise = true;
  /// Seed of the draws; a draw depends on the seed and the number of the row alone.
  std::uint64_t seed = 0;
};

/// Probability integral transform of outcomes under samples: (#{x < y} + u (#{x = y} + 1))/(m + 1).
///
/// @param y             (n) outcome, any unit u
/// @param samples       (n, m) draws x from the forecast, unit u, any order
/// @param options       draws or middles
/// @param ctx           running conditions
/// @return              (n) numbers in [0, 1]
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: y, samples
/// @accuracy            2 ulp; same bits everywhere
/// @cost                O(n m)
/// @source              Czado, Gneiting & Held 2009, sec. 2, for the empirical distribution of m + 1 ranks
/// @example             {"y": [0.5, 1], "samples": [[0, 1, 4], [1, 3, 2]], "randomise": false}
array pit_samples(vector_view y, matrix_view samples, const pit_samples_options& options = {},
                  const context& ctx = {});

/// Choices of the probability integral transform of quantiles.
struct pit_quantiles_options {
  /// Draw where quantiles leave the probability open, so that calibrated quantiles give uniform numbers;
  /// false: the middle.
  bool randomise = true;
  /// Seed of the draws; a draw depends on the seed and the number of the row alone.
  std::uint64_t seed = 0;
};

/// Probability integral transform of outcomes under quantiles: the level at y, linear between quantiles.
///
/// Open are outcomes below the first or above the last quantile, which lie anywhere in the levels beyond it,
/// and outcomes that equal several quantiles, which lie anywhere in their levels; where those reach the first
/// or the last, in the levels beyond too, as for counts with several quantiles at 0.
///
/// @param y             (n) outcome, any unit u
/// @param quantiles     (n, q) forecast quantiles, unit u, never falling along a row
/// @param levels        (q) their levels in [0, 1], ascending
/// @param options       draws or middles
/// @param ctx           running conditions
/// @return              (n) numbers in [0, 1]
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: y, quantiles; out_of_range: levels, quantiles that fall
/// @accuracy            4 ulp; same bits everywhere
/// @cost                O(n q)
/// @source              Czado, Gneiting & Held 2009 (randomised transform); Bracher et al. 2021 (quantiles)
/// @example             {"y": [0.5], "quantiles": [[0, 1, 4]], "levels": [0.1, 0.5, 0.9]}
array pit_quantiles(vector_view y, matrix_view quantiles, vector_view levels,
                    const pit_quantiles_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
