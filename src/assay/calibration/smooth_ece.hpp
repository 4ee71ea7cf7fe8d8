// Calibration error by kernel smoothing instead of bins.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// The axis on which probabilities are smoothed.
enum class smoothing_space {
  probability,  ///< [0, 1] with reflection at both ends
  logit         ///< ln(p/(1 - p)); rows of probability 0 or 1 lie infinitely far away, each end by itself
};

/// Choices of the smooth calibration error at a given bandwidth.
struct smooth_ece_fixed_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// The axis on which probabilities are smoothed.
  smoothing_space space = smoothing_space::probability;
};

/// Smooth calibration error at a given bandwidth: the integral over t of |r(t)|, r(t) = sum w (y - p) K(t, p)
/// / sum w, K the Gaussian kernel of standard deviation sigma, reflected at 0 and 1.
///
/// K(t, p) = sum over all whole k of phi(t - p + 2 k) + phi(t + p + 2 k): probabilities of exactly 0 or 1
/// keep their full weight. Does not increase with sigma; at most the l1 calibration error with a bin for
/// every distinct probability, which is its limit for small sigma. A sigma below 2^-40 (logit: 2^-30) counts
/// as that.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param sigma          standard deviation of the kernel, > 0, in units of the axis
/// @param options        weights, axis
/// @param ctx            running conditions
/// @return               error in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
/// sigma
/// @accuracy             2e-7 relative to the mean of |y - p|; same bits everywhere
/// @cost                 O(n + 4500/sigma) for many rows, else O(n log n + 4500/sigma)
/// @source               Blasiok & Nakkiran 2023, "Smooth ECE: Principled Reliability Diagrams via Kernel
///                       Smoothing"
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 1], "sigma": 0.1}
double smooth_ece_fixed(integer_view labels, vector_view probabilities, double sigma,
                        const smooth_ece_fixed_options& options = {}, const context& ctx = {});

/// Choices of the smooth calibration error.
struct smooth_ece_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// The axis on which probabilities are smoothed.
  smoothing_space space = smoothing_space::probability;
};

/// Smooth calibration error: the one bandwidth sigma at which smooth_ece_fixed gives sigma.
///
/// The value is therefore the bandwidth as well; draw smooth_ece_curve at it. No bins and nothing to choose.
/// Where all probabilities are equal it is |p - mean y|.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights, axis
/// @param ctx            running conditions
/// @return               error in [0, 1], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             2e-7 relative to the mean of |y - p|; same bits everywhere
/// @cost                 O(n) for many rows, then about eight evaluations as in smooth_ece_fixed
/// @source               Blasiok & Nakkiran 2023, "Smooth ECE: Principled Reliability Diagrams via Kernel
///                       Smoothing"
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 1]}
double smooth_ece(integer_view labels, vector_view probabilities, const smooth_ece_options& options = {},
                  const context& ctx = {});

/// Choices of the smooth reliability curve.
struct smooth_ece_curve_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Standard deviation of the kernel, > 0, in units of the axis; default: the smooth calibration error.
  std::optional<double> sigma = {};
  /// Number of points, 2 .. 2^20.
  std::int64_t n_points = 201;
  /// The axis on which probabilities are smoothed.
  smoothing_space space = smoothing_space::probability;
};

/// Smooth reliability curve.
struct smooth_ece_curve_result {
  double value = 0.0;  ///< smooth_ece_fixed at sigma
  double sigma = 0.0;  ///< standard deviation of the kernel
  array t;             ///< (k) equally spaced probabilities: from 0 to 1, for the axis logit cell centres
  array mu;            ///< (k) share of events around t; NaN where no row is within 8.7 sigma
  array density;       ///< (k) density of the probabilities at t
};

/// Smooth reliability curve mu(t) = sum w y K(t, p) / sum w K(t, p), with the density of the probabilities.
///
/// The area between mu and the diagonal, by the density, is the error only up to the smoothing of p itself.
/// On the axis logit, rows of probability 0 or 1 are no part of the curve. With sigma left to the data and an
/// error of 0 the smallest kernel is taken.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights, bandwidth, points, axis
/// @param ctx            running conditions
/// @return               error, bandwidth, curve
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
///                       sigma, n_points
/// @accuracy             density 1e-7 of its height, mu 1e-6 within 4 sigma of rows; same bits everywhere
/// @cost                 as smooth_ece, and O(n k) at worst where the axis is logit or sigma below 2^-11
/// @source               Blasiok & Nakkiran 2023, "Smooth ECE: Principled Reliability Diagrams via Kernel
///                       Smoothing"
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 1], "n_points": 5}
smooth_ece_curve_result smooth_ece_curve(integer_view labels, vector_view probabilities,
                                         const smooth_ece_curve_options& options = {},
                                         const context& ctx = {});

/// Choices of the gradient of the smooth calibration error.
struct smooth_ece_fixed_grad_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Loss and its derivative by each probability.
struct smooth_ece_fixed_grad_result {
  double loss = 0.0;  ///< smooth calibration error at sigma
  array grad;         ///< (n) derivative by each probability, in the input's precision
};

/// Smooth calibration error at a given bandwidth with its gradient, for training with it as a penalty.
///
/// dr(t)/dp_i = w_i [(y_i - p_i) dK(t, p_i)/dp - K(t, p_i)] / sum w, times the sign of r(t), integrated in
/// closed form between the changes of sign.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param sigma          standard deviation of the kernel, > 0
/// @param options        weights
/// @param ctx            running conditions
/// @return               error and gradient
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
/// sigma
/// @accuracy             loss as smooth_ece_fixed; gradient 1e-5 of w / (sigma sum w); same bits everywhere
/// @cost                 as smooth_ece_fixed, and a few normal distribution functions for each row and sign
///                       change within 8.7 sigma of it
/// @source               Blasiok & Nakkiran 2023, "Smooth ECE: Principled Reliability Diagrams via Kernel
///                       Smoothing"
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 1], "sigma": 0.1}
smooth_ece_fixed_grad_result smooth_ece_fixed_grad(integer_view labels, vector_view probabilities,
                                                   double sigma,
                                                   const smooth_ece_fixed_grad_options& options = {},
                                                   const context& ctx = {});

}  // namespace assay::inline v1::calibration
