// Tests that forecast probabilities are calibrated.
#pragma once

#include <cstdint>

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Where the forecasts come from, which decides the degrees of freedom.
enum class hosmer_lemeshow_df {
  external,  ///< another data set: as many as groups
  fitted     ///< logistic regression on the very rows: groups - 2
};

/// Choices of the Hosmer-Lemeshow test.
struct hosmer_lemeshow_options {
  /// (n) must be absent: the distribution is that of rows that count alike
  vector_view weights = {};
  /// Number of groups wanted, at least 1, with fitted at least 3.
  std::int64_t n_groups = 10;
  /// Where the forecasts come from.
  hosmer_lemeshow_df df_mode = hosmer_lemeshow_df::external;
};

/// Result of the Hosmer-Lemeshow test.
struct hosmer_lemeshow_result {
  double statistic = 0.0;  ///< sum over groups; Infinity where what was called impossible happened
  std::int64_t df = 0;     ///< degrees of freedom, counted from the groups that are not empty
  double p_value = 0.0;    ///< probability of a larger statistic for calibrated forecasts
};

/// Hosmer-Lemeshow test: observed against expected events in groups of equal rank.
///
/// sum_g (O_g - E_g)^2/(E_g (1 - E_g/n_g)); row of rank r, the number of smaller probabilities, is in group
/// floor(r n_groups/n), so that equal probabilities stay together and groups may be empty. A group without
/// variance gives 0 when O = E, else Infinity. The result depends on the number of groups.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        n_groups, df_mode
/// @param ctx            running conditions
/// @return               statistic, degrees of freedom, p-value
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; unsupported: weights; bad_parameter:
/// n_groups;
///                       degenerate: probabilities that leave fewer than 3 groups with fitted
/// @accuracy             1e-13; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               Hosmer & Lemeshow 1980; Hosmer, Lemeshow & Sturdivant 2013, sec. 5.2.2
/// @example              {"labels": [0, 1, 0, 1, 1], "probabilities": [0.1, 0.4, 0.6, 0.9, 0.8], "n_groups":
/// 3}
hosmer_lemeshow_result hosmer_lemeshow(integer_view labels, vector_view probabilities,
                                       const hosmer_lemeshow_options& options = {}, const context& ctx = {});

/// Choices of Spiegelhalter's test.
struct spiegelhalter_z_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Result of Spiegelhalter's test.
struct spiegelhalter_z_result {
  double z = 0.0;  ///< standard normal for calibrated forecasts; above 0: Brier score worse than expected
  double p_value = 0.0;  ///< two-sided, normal
};

/// Spiegelhalter's test: is the Brier score what it would be if the forecasts were calibrated?
///
/// z = sum w (y - p)(1 - 2p)/sqrt(sum w^2 (1 - 2p)^2 p (1 - p)): the weights are fixed factors, so a row of
/// weight 2 is not two rows. Rows with p = 1/2 tell nothing.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               z and its p-value
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; degenerate:
///                       probabilities that are all 0, 1/2 or 1
/// @accuracy             1e-14 of the sum of magnitudes; same bits everywhere
/// @cost                 O(n)
/// @source               Spiegelhalter 1986
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9]}
spiegelhalter_z_result spiegelhalter_z(integer_view labels, vector_view probabilities,
                                       const spiegelhalter_z_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
