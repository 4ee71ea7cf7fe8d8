// Scores of forecast distributions of counts: Poisson, negative binomial, binomial, hypergeometric.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a Poisson forecast with its gradient.
struct crps_poisson_grad_result {
  array crps;    ///< (n) score in counts
  array d_mean;  ///< (n) derivative by the mean
};

/// Log score of a Poisson forecast with its gradient.
struct log_score_poisson_grad_result {
  array score;   ///< (n) minus the log probability of the outcome
  array d_mean;  ///< (n) derivative by the mean
};

/// CRPS of a Poisson forecast, one value per observation.
///
/// sum over whole numbers j of the integral of (F - 1{x >= y})^2 from j to j + 1
///
/// @param observations  (n) outcome y, a count, need not be whole; NaN allowed with nan_policy omit or
///                      propagate
/// @param mean          (n) mean >= 0, one number or one a row; NaN allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in counts, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations; out_of_range: mean; budget_exceeded: a distribution that
///                      spreads over more than 2^20 counts
/// @accuracy            8 ulp times the square root of the standard deviation, at least 1; same bits
/// everywhere
/// @cost                O(s) a row, s the standard deviation in counts; O(1) where all forecasts are the same
/// @source              Jordan, Krueger & Lerch 2019, appendix; sums in place of Bessel functions
/// @parallel            rows
/// @example             {"observations": [0, 3, 9], "mean": [2.5, 4, 4]}
array crps_poisson(vector_view observations, broadcast_view mean, const distribution_options& options = {},
                   const context& ctx = {});

/// CRPS of a Poisson forecast and its derivative: dF(j)/dmean = -P(j).
///
/// @inputs              crps_poisson
/// @return              score and derivative per row
crps_poisson_grad_result crps_poisson_grad(vector_view observations, broadcast_view mean,
                                           const distribution_options& options = {}, const context& ctx = {});

/// Log score (minus log probability) of a Poisson forecast, one value per observation; Infinity for an
/// outcome that is not a whole number >= 0.
///
/// @inputs              crps_poisson
/// @return              (n) score in nats, >= 0, smaller is better
/// @throws value_error  non_finite: observations; out_of_range: mean
/// @accuracy            8 ulp of the largest of 1, the score and the mean times the square of the relative
/// error;
///                      same bits everywhere
/// @cost                O(n)
/// @source              Good 1952; Loader 2000
array log_score_poisson(vector_view observations, broadcast_view mean,
                        const distribution_options& options = {}, const context& ctx = {});

/// Log score of a Poisson forecast and its derivative 1 - y/mean; 0 where the score is infinite.
///
/// @inputs              crps_poisson
/// @return              score and derivative per row
log_score_poisson_grad_result log_score_poisson_grad(vector_view observations, broadcast_view mean,
                                                     const distribution_options& options = {},
                                                     const context& ctx = {});

/// CRPS of a negative binomial forecast with its gradient.
struct crps_negbinom_grad_result {
  array crps;    ///< (n) score in counts
  array d_n;     ///< (n) derivative by the number of successes
  array d_prob;  ///< (n) derivative by the probability
};

/// Log score of a negative binomial forecast with its gradient.
struct log_score_negbinom_grad_result {
  array score;   ///< (n) minus the log probability of the outcome
  array d_n;     ///< (n) derivative by the number of successes
  array d_prob;  ///< (n) derivative by the probability
};

/// CRPS of a negative binomial forecast, one value per observation: failures before the n-th success.
///
/// P(j) = G(n + j)/(G(n) j!) prob^n (1 - prob)^j
///
/// @param observations  (n) outcome y, a count, need not be whole; NaN allowed with nan_policy omit or
///                      propagate
/// @param n             (n) number of successes > 0, need not be whole, one number or one a row; NaN allowed
/// with
///                      nan_policy omit or propagate
/// @param prob          (n) probability of a success in (0, 1], one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in counts, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations; out_of_range: n, prob; budget_exceeded: a distribution that
///                      spreads over more than 2^20 counts
/// @accuracy            8 ulp times the square root of the standard deviation, at least 1; same bits
/// everywhere
/// @cost                O(s) a row, s the standard deviation in counts; O(1) where all forecasts are the same
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [0, 3, 9], "n": 3, "prob": [0.5, 0.4, 0.3]}
array crps_negbinom(vector_view observations, broadcast_view n, broadcast_view prob,
                    const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a negative binomial forecast and its derivatives, those of the probabilities by the ratios of
/// neighbours.
///
/// @inputs              crps_negbinom
/// @return              score and derivatives per row
crps_negbinom_grad_result crps_negbinom_grad(vector_view observations, broadcast_view n, broadcast_view prob,
                                             const distribution_options& options = {},
                                             const context& ctx = {});

/// Log score (minus log probability) of a negative binomial forecast, one value per observation; Infinity for
/// an outcome that is not a whole number >= 0.
///
/// @inputs              crps_negbinom
/// @return              (n) score in nats, >= 0, smaller is better
/// @throws value_error  non_finite: observations; out_of_range: n, prob
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Good 1952; Loader 2000
array log_score_negbinom(vector_view observations, broadcast_view n, broadcast_view prob,
                         const distribution_options& options = {}, const context& ctx = {});

/// Log score of a negative binomial forecast and its derivatives; 0 where the score is infinite.
///
/// @inputs              crps_negbinom
/// @return              score and derivatives per row
log_score_negbinom_grad_result log_score_negbinom_grad(vector_view observations, broadcast_view n,
                                                       broadcast_view prob,
                                                       const distribution_options& options = {},
                                                       const context& ctx = {});

/// CRPS of a binomial forecast with its gradient.
struct crps_binomial_grad_result {
  array crps;    ///< (n) score in counts
  array d_prob;  ///< (n) derivative by the probability
};

/// Log score of a binomial forecast with its gradient.
struct log_score_binomial_grad_result {
  array score;   ///< (n) minus the log probability of the outcome
  array d_prob;  ///< (n) derivative by the probability
};

/// CRPS of a binomial forecast, one value per observation: successes in n trials.
///
/// @param observations  (n) outcome y, a count, need not be whole; NaN allowed with nan_policy omit or
///                      propagate
/// @param n             (n) number of trials, whole and >= 0, one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param prob          (n) probability of a success in [0, 1], one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in counts, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations; out_of_range: n, prob; budget_exceeded: a distribution that
///                      spreads over more than 2^20 counts
/// @accuracy            8 ulp times the square root of the standard deviation, at least 1; same bits
/// everywhere
/// @cost                O(s) a row, s the standard deviation in counts; O(1) where all forecasts are the same
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [0, 3, 8], "n": 8, "prob": [0.35, 0.5, 0.9]}
array crps_binomial(vector_view observations, broadcast_view n, broadcast_view prob,
                    const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a binomial forecast and its derivative: dF(j)/dprob = -(n - j) P(j)/(1 - prob).
///
/// @inputs              crps_binomial
/// @return              score and derivative per row; one-sided where prob is 0 or 1
crps_binomial_grad_result crps_binomial_grad(vector_view observations, broadcast_view n, broadcast_view prob,
                                             const distribution_options& options = {},
                                             const context& ctx = {});

/// Log score (minus log probability) of a binomial forecast, one value per observation; Infinity for an
/// outcome that is not a whole number in 0 .. n.
///
/// @inputs              crps_binomial
/// @return              (n) score in nats, >= 0, smaller is better
/// @throws value_error  non_finite: observations; out_of_range: n, prob
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Good 1952; Loader 2000
array log_score_binomial(vector_view observations, broadcast_view n, broadcast_view prob,
                         const distribution_options& options = {}, const context& ctx = {});

/// Log score of a binomial forecast and its derivative (n - y)/(1 - prob) - y/prob; 0 where the score is
/// infinite.
///
/// @inputs              crps_binomial
/// @return              score and derivative per row
log_score_binomial_grad_result log_score_binomial_grad(vector_view observations, broadcast_view n,
                                                       broadcast_view prob,
                                                       const distribution_options& options = {},
                                                       const context& ctx = {});

/// CRPS of a hypergeometric forecast, one value per observation: successes in k draws without replacement
/// from m successes and n failures.
///
/// @param observations  (n) outcome y, a count, need not be whole; NaN allowed with nan_policy omit or
///                      propagate
/// @param m             (n) successes in the urn, whole and >= 0, one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param n             (n) failures in the urn, whole and >= 0, one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param k             (n) draws, whole, 0 .. m + n, one number or one a row; NaN allowed with nan_policy
/// omit
///                      or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in counts, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations; out_of_range: m, n, k; budget_exceeded: a distribution that
///                      spreads over more than 2^20 counts
/// @accuracy            8 ulp times the square root of the standard deviation, at least 1; same bits
/// everywhere
/// @cost                O(s) a row, s the standard deviation in counts; O(1) where all forecasts are the same
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [3, 5, 0], "m": 7, "n": 2, "k": 5}
array crps_hypergeometric(vector_view observations, broadcast_view m, broadcast_view n, broadcast_view k,
                          const distribution_options& options = {}, const context& ctx = {});

/// Log score (minus log probability) of a hypergeometric forecast, one value per observation; Infinity for an
/// outcome that cannot happen.
///
/// @inputs              crps_hypergeometric
/// @return              (n) score in nats, >= 0, smaller is better
/// @throws value_error  non_finite: observations; out_of_range: m, n, k
/// @accuracy            16 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Good 1952; Loader 2000
array log_score_hypergeometric(vector_view observations, broadcast_view m, broadcast_view n, broadcast_view k,
                               const distribution_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::scoring
