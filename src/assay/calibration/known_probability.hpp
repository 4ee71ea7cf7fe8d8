// Distance of probabilities from the true ones, for simulated data where those are known.
#pragma once

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of mse_p.
struct mse_p_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Mean squared distance from the true probabilities: sum w (q - p)^2 / sum w.
///
/// The expected Brier score exceeds it by the mean of q (1 - q), whatever the forecast.
///
/// @param true_probabilities  (n) true probability of the event, in [0, 1]
/// @param probabilities       (n) probability given to the event, in [0, 1]
/// @param options             weights
/// @param ctx                 running conditions
/// @return                    distance in [0, 1], smaller is better
/// @throws shape_error        empty_input; length_mismatch
/// @throws value_error        out_of_range: true_probabilities, probabilities; bad_weight; zero_weight
/// @accuracy                  1e-14 relative; same bits everywhere
/// @cost                      O(n)
/// @source                    Liu et al. 2021, "Deep Probability Estimation", sec. 4
/// @example                   {"true_probabilities": [0.2, 0.5], "probabilities": [0.1, 0.6]}
double mse_p(vector_view true_probabilities, vector_view probabilities, const mse_p_options& options = {},
             const context& ctx = {});

/// Choices of kl_p.
struct kl_p_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Added to every probability inside the logarithms, in [0, 1]; the authors' code uses 1e-10.
  double eps = 0.0;
};

/// Mean Kullback-Leibler divergence of the true probabilities from the estimated ones: sum w [q ln(q/p) + (1
/// - q) ln((1 - q)/(1 - p))] / sum w, with 0 ln 0 = 0.
///
/// With eps > 0 the ratios are (q + eps)/(p + eps) and (1 - q + eps)/(1 - p + eps); the result can then be
/// below 0 by less than 2 eps. Infinity when eps is 0 and a row with weight calls impossible, or certain,
/// what is not.
///
/// @param true_probabilities  (n) true probability of the event, in [0, 1]
/// @param probabilities       (n) probability given to the event, in [0, 1]
/// @param options             weights, eps
/// @param ctx                 running conditions
/// @return                    divergence in nats, smaller is better
/// @throws shape_error        empty_input; length_mismatch
/// @throws value_error        out_of_range: true_probabilities, probabilities; bad_weight; zero_weight;
///                            bad_parameter: eps
/// @accuracy                  1e-14 relative, also where p is close to q (eps = 0); same bits everywhere
/// @cost                      O(n), two logarithms a row
/// @source                    Liu et al. 2021, "Deep Probability Estimation", sec. 4
/// @example                   {"true_probabilities": [0.2, 0.5], "probabilities": [0.1, 0.6]}
double kl_p(vector_view true_probabilities, vector_view probabilities, const kl_p_options& options = {},
            const context& ctx = {});

}  // namespace assay::inline v1::calibration
