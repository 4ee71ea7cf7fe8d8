// Probability integral transforms of named forecast distributions.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// Forecast distributions by name. Their parameters are those of crps_<name>, in its order.
enum class distribution_family {
  normal,                 ///< mu, sigma
  logistic,               ///< mu, sigma
  laplace,                ///< location, scale
  t,                      ///< df, location, scale
  two_piece_normal,       ///< scale1, scale2, location
  two_piece_exponential,  ///< scale1, scale2, location
  exponential,            ///< rate
  exponential_mass,       ///< mass, location, scale
  gamma,                  ///< shape, rate
  csg0,                   ///< shape, rate, shift
  lognormal,              ///< mulog, sigmalog
  loglaplace,             ///< locationlog, scalelog
  loglogistic,            ///< mulog, sigmalog
  beta,                   ///< a, b, lower, upper
  uniform,                ///< min, max, lmass, umass
  gev,                    ///< shape, location, scale
  gpd,                    ///< shape, location, scale, mass
  tnormal,                ///< location, scale, lower, upper
  cnormal,                ///< location, scale, lower, upper
  gtcnormal,              ///< location, scale, lower, upper, lmass, umass
  tlogistic,              ///< location, scale, lower, upper
  clogistic,              ///< location, scale, lower, upper
  gtclogistic,            ///< location, scale, lower, upper, lmass, umass
  tt,                     ///< df, location, scale, lower, upper
  ct,                     ///< df, location, scale, lower, upper
  gtct,                   ///< df, location, scale, lower, upper, lmass, umass
  poisson,                ///< mean
  negbinom,               ///< n, prob
  binomial,               ///< n, prob
  hypergeometric          ///< m, n, k
};

/// Forecast probabilities on both sides of an outcome; they differ where the forecast has a mass there.
struct pit_distribution_result {
  array below;  ///< (n) probability of an outcome below y
  array at;     ///< (n) probability of an outcome of at most y: uniform for a calibrated continuous forecast
};

/// Probability integral transform of a named distribution: F(y-) and F(y), ready for pit_histogram and
/// pit_randomised.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param family        name of the forecast distribution
/// @param parameters    (p) or (n, p) its parameters, one forecast for all rows or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              both probabilities, in [0, 1]
/// @throws shape_error  empty_input; length_mismatch, also of the number of parameters
/// @throws value_error  non_finite: observations, parameters; out_of_range: a parameter, by its name;
///                      budget_exceeded: a hypergeometric forecast spread over more than 2^20 counts
/// @accuracy            1e-14; truncated families 1e-15 over the probability that the interval has before it
///                      is truncated; same bits everywhere
/// @cost                O(n); hypergeometric O(n) times the square root of k
/// @source              Dawid 1984; Gneiting, Balabdaoui & Raftery 2007
/// @parallel            rows
/// @example             {"observations": [0.3, 2], "family": "gamma", "parameters": [[2, 1], [4, 3]]}
pit_distribution_result pit_distribution(vector_view observations, distribution_family family,
                                         array_view parameters, const distribution_options& options = {},
                                         const context& ctx = {});

}  // namespace assay::inline v1::scoring
