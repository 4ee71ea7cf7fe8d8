// What to expect of the CRPS of an ensemble in the Gaussian case: the bias of its estimators, exactly.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// The estimator of the CRPS that is looked at.
struct gaussian_ensemble_options {
  /// How the spread enters; akr forms expect what fair does.
  crps_estimator estimator = crps_estimator::fair;
  /// Share of the fair score in almost_fair, in [0, 1].
  double alpha = 0.95;
  /// Size R of the ensemble that adjusted stands for.
  std::optional<std::int64_t> ensemble_size = {};
};

/// Expected CRPS of an ensemble of independent N(0, s^2) members for an outcome from N(0, 1).
///
/// sqrt(2/pi) sqrt(1 + s^2) - c s/sqrt(pi), c the estimator's factor of the spread: 1 - 1/m standard, 1 fair,
/// 1 - (1 - alpha)/m almost fair, 1 - 1/R adjusted
///
/// @param std_ratio     standard deviation s >= 0 of the members over that of the outcome
/// @param n_members     number m of members, >= 2 unless the estimator is standard
/// @param options       estimator
/// @param ctx           running conditions
/// @return              expected score, unit 1
/// @throws value_error  out_of_range: std_ratio, alpha; bad_parameter: n_members, ensemble_size
/// @accuracy            4 ulp of its terms; same bits everywhere
/// @cost                O(1)
/// @source              Ferro, Richardson & Weigel 2008; the factor c of Lang et al. 2024
/// @example             {"std_ratio": 1, "n_members": 4, "estimator": "almost_fair", "alpha": 0.95}
double expected_crps_gaussian_ensemble(double std_ratio, std::int64_t n_members,
                                       const gaussian_ensemble_options& options = {},
                                       const context& ctx = {});

/// Spread of the members for which the expected CRPS is least, as a ratio to that of the outcome: 1 for an
/// unbiased estimator, below 1 for one that rewards ensembles that are too narrow.
///
/// c/sqrt(2 - c^2)
///
/// @param n_members     number m of members, >= 2 unless the estimator is standard
/// @param options       estimator
/// @param ctx           running conditions
/// @return              best ratio of the standard deviations
/// @throws value_error  out_of_range: alpha; bad_parameter: n_members, ensemble_size
/// @accuracy            4 ulp; same bits everywhere
/// @cost                O(1)
/// @source              minimum of expected_crps_gaussian_ensemble
/// @example             {"n_members": 2, "estimator": "standard"}
double optimal_std_ratio(std::int64_t n_members, const gaussian_ensemble_options& options = {},
                         const context& ctx = {});

/// Levels of the quantiles at which m members that are placed, not drawn, have the least expected CRPS, for
/// an outcome from any continuous distribution. Levels 0 and 1 stand for members without bound: the fair
/// score does not hold them.
///
/// 1/2 + c (2 k - m - 1)/(2 (m - 1)), k = 1 .. m: (k - 1/2)/m standard, (k - 1)/(m - 1) fair
///
/// @param n_members     number m of members, >= 2 unless the estimator is standard
/// @param options       estimator, not one of the akr forms
/// @param ctx           running conditions
/// @return              (m) levels, ascending
/// @throws value_error  out_of_range: alpha; bad_parameter: n_members, ensemble_size; unsupported: estimator
/// @accuracy            2 ulp of 1; same bits everywhere
/// @cost                O(m)
/// @source              minimum of the expected score, by its derivative for each member
/// @example             {"n_members": 4, "estimator": "almost_fair"}
array optimal_member_levels(std::int64_t n_members, const gaussian_ensemble_options& options = {},
                            const context& ctx = {});

}  // namespace assay::inline v1::scoring
