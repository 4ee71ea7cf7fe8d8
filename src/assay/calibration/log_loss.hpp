// Logarithmic loss of binary probabilities and of logits.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/calibration/reliability.hpp"
#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the logarithmic loss.
struct log_loss_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Probabilities are clipped to [eps, 1 - eps], in [0, 1/2]; 0, the default, clips nothing.
  double eps = 0.0;
};

/// Logarithmic loss of binary probabilities: -sum w [y ln p + (1 - y) ln(1 - p)] / sum w.
///
/// Infinity when a row with weight gives probability 0 to what happened and eps is 0.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights, clipping
/// @param ctx            running conditions
/// @return               loss in nats, >= 0, smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter: eps
/// @accuracy             1e-14 relative; same bits everywhere
/// @cost                 O(n)
/// @source               Good 1952
/// @parallel             log_loss_accumulator
/// @example              {"labels": [0, 1, 1], "probabilities": [0.1, 0.4, 0.8]}
double log_loss(integer_view labels, vector_view probabilities, const log_loss_options& options = {},
                const context& ctx = {});

/// Choices of the logarithmic loss of logits.
struct log_loss_from_logits_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Logarithmic loss of logits z = ln(p/(1 - p)): sum w [softplus(z) - y z] / sum w, exact also for |z| =
/// 1000.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param logits         (n) log-odds given to the event, finite
/// @param options        weights
/// @param ctx            running conditions
/// @return               loss in nats, >= 0, smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   non_finite: logits; bad_label; bad_weight; zero_weight
/// @accuracy             1e-14 relative; same bits everywhere
/// @cost                 O(n)
/// @source               Good 1952
/// @example              {"labels": [0, 1, 1], "logits": [-1000, 0.5, 2]}
double log_loss_from_logits(integer_view labels, vector_view logits,
                            const log_loss_from_logits_options& options = {}, const context& ctx = {});

/// Loss and its derivative by each logit.
struct log_loss_from_logits_grad_result {
  double loss = 0.0;  ///< logarithmic loss in nats
  array grad;         ///< (n) derivative by each logit, in the input's precision
};

/// Logarithmic loss of logits with its gradient, w (logistic(z) - y) / sum w.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param logits         (n) log-odds given to the event, finite
/// @param options        weights
/// @param ctx            running conditions
/// @return               loss and gradient
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   non_finite: logits; bad_label; bad_weight; zero_weight
/// @accuracy             loss as log_loss_from_logits, gradient 4 ulp, also where the probability rounds to
///                       1; same bits everywhere
/// @cost                 O(n)
/// @source               Good 1952
/// @example              {"labels": [0, 1, 1], "logits": [-1000, 0.5, 2]}
log_loss_from_logits_grad_result log_loss_from_logits_grad(integer_view labels, vector_view logits,
                                                           const log_loss_from_logits_options& options = {},
                                                           const context& ctx = {});

/// Choices of a log-loss accumulator.
struct log_loss_accumulator_options {
  /// Probabilities are clipped to [eps, 1 - eps], in [0, 1/2]; 0, the default, clips nothing.
  double eps = 0.0;
};

/// Logarithmic loss of rows that come in pieces.
///
/// Merging is exact: pieces that end at multiples of 4096 rows give the bits of the whole in any order,
/// others agree to 1e-15.
///
/// @accumulator
class log_loss_accumulator {
 public:
  /// A loss of no rows.
  ///
  /// @param options        clipping
  /// @throws value_error   bad_parameter: eps
  explicit log_loss_accumulator(const log_loss_accumulator_options& options = {});

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
  /// @param other          accumulator with the same eps; stays as it is
  /// @throws value_error   bad_parameter: other clips at another eps
  void merge(const log_loss_accumulator& other);

  /// Loss so far.
  ///
  /// @throws state_error   zero_weight: nothing with weight > 0 was added
  [[nodiscard]] double value() const;

  /// Forgets all rows.
  void reset();

  /// The state as bytes: versioned, little-endian.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;

  /// The accumulator that to_bytes() described.
  ///
  /// @param bytes          what to_bytes() gave
  /// @throws value_error   corrupt_bytes
  static log_loss_accumulator from_bytes(std::span<const std::byte> bytes);

 private:
  exact_sum loss_;
  exact_sum weight_;
  double eps_ = 0.0;
};

}  // namespace assay::inline v1::calibration
