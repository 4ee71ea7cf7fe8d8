// Test of calibration by the CORP decomposition.
#pragma once

#include <cstdint>

#include "assay/calibration/corp.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the miscalibration test.
struct miscalibration_test_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Score whose miscalibration is tested.
  corp_score score = corp_score::brier;
  /// Number of replicates, 2 .. 2^24.
  std::int64_t n_boot = 1000;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
};

/// Observed miscalibration and how often a calibrated forecast shows as much.
struct miscalibration_test_result {
  double statistic = 0.0;  ///< miscalibration part of the score; see corp_decomposition
  double expected = 0.0;   ///< mean of the same for a calibrated forecast, which is above 0, too
  double p_value = 0.0;    ///< (1 + replicates at or above the statistic) / (1 + n_boot)
};

/// Test of calibration: is the miscalibration larger than that of calibrated forecasts of the same
/// probabilities?
///
/// Replicates draw rows with replacement and labels with the probabilities of the rows, as corp_band does.
/// The test sees only what a monotone map can repair.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        score, weights, replicates, seed
/// @param ctx            running conditions
/// @return               statistic, its mean under calibration, p-value; the statistic is Infinity where log
///                       meets probability 0
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
///                       n_boot
/// @accuracy             statistic as corp_decomposition; same bits everywhere
/// @cost                 O(n n_boot) after a radix sort, O(k n_boot) where k probabilities repeat often
/// @source               Dimitriadis, Gneiting & Jordan 2021; p-value: Davison & Hinkley 1997, eq. 4.11
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "n_boot": 200}
miscalibration_test_result miscalibration_test(integer_view labels, vector_view probabilities,
                                               const miscalibration_test_options& options = {},
                                               const context& ctx = {});

}  // namespace assay::inline v1::calibration
