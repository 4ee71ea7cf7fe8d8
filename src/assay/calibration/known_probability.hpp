// Distance of probabilities from the true ones, for simulated data where those are known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/calibration/reliability.hpp"
#include "assay/core/context.hpp"
#include "assay/core/exact_sum.hpp"
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

/// Choices of an accumulator of distances from known probabilities.
struct known_probability_accumulator_options {
  /// Added to every probability inside the logarithms of kl_p, in [0, 1].
  double eps = 0.0;
};

/// Distances of a forecast from the true probabilities.
struct known_probability_distances {
  std::int64_t count = 0;  ///< rows, also those of weight 0
  double weight = 0.0;     ///< sum of the weights
  double mse_p = 0.0;      ///< mean squared distance
  double kl_p = 0.0;       ///< mean Kullback-Leibler divergence in nats; Infinity as in kl_p
};

/// Both distances, mse_p and kl_p, of rows that come in pieces, in constant memory.
///
/// Merging is exact: the state is sums without rounding over blocks of 4096 rows of an update, so pieces that
/// end at multiples of 4096 rows give the bits of the whole in any order, others agree to 1e-15.
///
/// @accumulator
/// @source Liu et al. 2021, "Deep Probability Estimation", sec. 4
class known_probability_accumulator {
 public:
  /// Nothing added yet.
  ///
  /// @param options        eps
  /// @throws value_error   bad_parameter: eps
  explicit known_probability_accumulator(const known_probability_accumulator_options& options = {});

  /// Adds rows; after an error nothing is added.
  ///
  /// @param true_probabilities  (n) true probability of the event, in [0, 1]
  /// @param probabilities       (n) probability given to the event, in [0, 1]
  /// @param options             weights
  /// @throws shape_error        empty_input; length_mismatch
  /// @throws value_error        out_of_range: true_probabilities, probabilities; bad_weight
  void update(vector_view true_probabilities, vector_view probabilities,
              const calibration_update_options& options = {});

  /// Adds the rows of another accumulator.
  ///
  /// @param other          accumulator with the same eps; stays as it is
  /// @throws value_error   bad_parameter: other adds another eps
  void merge(const known_probability_accumulator& other);

  /// The distances so far.
  ///
  /// @throws state_error   zero_weight: nothing with weight > 0 was added
  [[nodiscard]] known_probability_distances value() const;

  /// Forgets all rows; keeps eps.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes          what to_bytes() gave
  /// @throws value_error   corrupt_bytes
  static known_probability_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  exact_sum squares_;
  exact_sum divergence_;
  exact_sum weight_;
  std::uint64_t count_ = 0;
  double eps_ = 0.0;
};

}  // namespace assay::inline v1::calibration
