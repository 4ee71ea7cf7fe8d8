// Scores that are sums over rows, all in one pass and in constant memory, without bins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "assay/calibration/reliability.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// What sums over rows tell of a forecast.
struct calibration_moments {
  std::int64_t count = 0;          ///< rows, also those of weight 0
  double weight = 0.0;             ///< sum of the weights
  double mean_prob = 0.0;          ///< weighted mean of the probabilities
  double mean_label = 0.0;         ///< weighted share of the rows with label 1
  double brier = 0.0;              ///< Brier score
  double log_loss = 0.0;           ///< logarithmic loss; Infinity once it met a refuted certainty
  double balance = 0.0;            ///< signed balance; positive: too little confidence
  double balance_std_error = 0.0;  ///< sqrt(sum w^2 (g - balance)^2) / sum w, g the balance of a row
  double spiegelhalter_z = 0.0;    ///< Spiegelhalter's statistic; NaN when all probabilities are 0, 1/2 or 1
  double spiegelhalter_p_value = 0.0;  ///< its two-sided p-value; NaN where the statistic is
};

/// Brier score, log loss, Balance, Spiegelhalter's test and means of rows that come in pieces, in constant
/// memory.
///
/// Balance is the mean of y - p where p >= 1/2 and of p - y elsewhere: accuracy at 1/2 less mean confidence.
/// It is not a proper score, errors of opposite direction cancel: read it beside the Brier score. Merging is
/// exact: the state is sums without rounding over blocks of 4096 rows of an update, so pieces that end at
/// multiples of 4096 rows give the bits of the whole in any order, others agree to 1e-15.
///
/// @accumulator
/// @source Brier 1950; Spiegelhalter 1986; Balance: Choi, Kim & Lee 2023
class calibration_moments_accumulator {
 public:
  /// Nothing added yet.
  calibration_moments_accumulator();
  ~calibration_moments_accumulator();
  calibration_moments_accumulator(const calibration_moments_accumulator& other);
  calibration_moments_accumulator(calibration_moments_accumulator&& other) noexcept;
  calibration_moments_accumulator& operator=(const calibration_moments_accumulator& other);
  calibration_moments_accumulator& operator=(calibration_moments_accumulator&& other) noexcept;

  /// Adds rows; after an error nothing is added.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param probabilities  (n) probability given to the event, in [0, 1]
  /// @param options        weights
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; bad_label; bad_weight
  void update(integer_view labels, vector_view probabilities, const calibration_update_options& options = {});

  /// Adds the rows of another accumulator.
  ///
  /// @param other          accumulator; stays as it is
  void merge(const calibration_moments_accumulator& other);

  /// Everything so far.
  ///
  /// @throws state_error   zero_weight: nothing with weight > 0 was added
  [[nodiscard]] calibration_moments value() const;

  /// Forgets all rows.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes          what to_bytes() gave
  /// @throws value_error   corrupt_bytes
  static calibration_moments_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace assay::inline v1::calibration
