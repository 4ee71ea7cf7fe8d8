// Words that the scores of ensembles share: how the spread term is estimated, what a missing value means.
#pragma once

namespace assay::inline v1::scoring {

/// How the spread of an ensemble enters its score e - c g, where e is the mean distance of the members from
/// the outcome and g half the mean distance of two different members.
enum class crps_estimator {
  standard,     ///< c = 1 - 1/m: the CRPS of the empirical distribution
  nrg,          ///< another name of standard (the energy form)
  qd,           ///< another name of standard (the quantile decomposition)
  int_,         ///< another name of standard (the integral form)
  fair,         ///< c = 1: unbiased in m for exchangeable members; needs two members
  pwm,          ///< another name of fair (probability weighted moments)
  almost_fair,  ///< c = 1 - (1 - alpha)/m: alpha fair + (1 - alpha) standard (AIFS)
  adjusted,     ///< c = 1 - 1/R: the expected score of an ensemble of R = ensemble_size members
  akr,          ///< spread from each member and the one before it; members in random order
  akr_circperm  ///< spread from members half the ensemble apart; members in random order
};

/// What to do with NaN.
enum class nan_policy {
  raise,     ///< an error that names the first NaN
  omit,      ///< a missing member is left out; a missing outcome, or too few members left, gives NaN
  propagate  ///< a row with a NaN gives NaN
};

}  // namespace assay::inline v1::scoring
