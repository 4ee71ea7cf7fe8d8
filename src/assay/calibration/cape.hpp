// Calibrated probability estimation: targets for training that come from the network's own probabilities.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// How targets are made of labels.
enum class cape_method {
  bin,    ///< mean label of the rows of the same bin: bins of equal length in the order of the probabilities
  kernel  ///< weighted mean label of neighbours in that order, Gaussian in the difference of probabilities
};

/// Choices of the targets.
struct cape_targets_options {
  /// How targets are made of labels.
  cape_method method = cape_method::bin;
  /// Number of bins, at least 1.
  std::int64_t n_bins = 10;
  /// Standard deviation of the kernel, > 0.
  double sigma = 0.1;
  /// How many neighbours to either side the kernel takes, at least 1; all from the number of rows on.
  std::int64_t window = 500;
};

/// Targets of calibrated probability estimation, in the order of the rows.
///
/// Rows are sorted by probability, equal ones in their own order. bin: rows floor(i n/b) .. floor((i + 1)
/// n/b)
/// - 1 of the sorted order get their mean label. kernel: row i gets sum_j k_ij y_j / sum_j k_ij over sorted
/// rows j = i - window .. i + window - 1, k_ij = exp(-(p_j - p_i)^2/(2 sigma^2)).
///
/// Train with cape_loss on them. The authors start from an early-stopped network, then recompute the targets
/// from a pass over all rows in epochs e with e mod (calpertrain + 1) = 0, calpertrain = 5, train on the
/// labels in the others, and keep the epoch of lowest validation log loss. On a linear model with many noise
/// features this slows the collapse of the probabilities to 0 and 1 and seldom improves on early stopping.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability that the network gives to the event, in [0, 1]
/// @param options        method, bins, kernel
/// @param ctx            running conditions
/// @return               (n) targets in [0, 1]
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_parameter: n_bins, sigma, window
/// @accuracy             1e-14; kernel without a window and more than 4096 rows: 1e-7, from a grid; same bits
///                       everywhere
/// @cost                 O(n log n), kernel O(n window); without a window and more than 4096 rows O(n log n +
///                       4500/sigma)
/// @source               Liu et al. 2021, "Deep Probability Estimation", sec. 5
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9], "n_bins": 2}
array cape_targets(integer_view labels, vector_view probabilities, const cape_targets_options& options = {},
                   const context& ctx = {});

/// Choices of the loss.
struct cape_loss_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Loss and its derivative by each logit.
struct cape_loss_result {
  double loss = 0.0;  ///< mean cross entropy in nats
  array grad;         ///< (n, 2) or (n) derivative by each logit, in the input's precision
};

/// Cross entropy of soft targets t and logits: sum w [softplus(z) - t z] / sum w, with the gradient w
/// (logistic(z) - t) / sum w.
///
/// For two logits a row z is the second less the first, and the first has the opposite gradient. Finite for
/// all logits whose differences are.
///
/// @param targets        (n) probability to learn, in [0, 1]
/// @param logits         (n, 2) or (n) logits of both classes, or log-odds of the event
/// @param options        weights
/// @param ctx            running conditions
/// @return               loss and gradient
/// @throws shape_error   empty_input; length_mismatch; wrong_rank: logits
/// @throws value_error   out_of_range: targets; non_finite: logits, also their difference; bad_weight;
///                       zero_weight
/// @accuracy             1e-14 relative; same bits everywhere
/// @cost                 O(n)
/// @source               Liu et al. 2021, "Deep Probability Estimation", sec. 5
/// @example              {"targets": [0.2, 0.8], "logits": [[1, -1], [0.5, 2]]}
cape_loss_result cape_loss(vector_view targets, array_view logits, const cape_loss_options& options = {},
                           const context& ctx = {});

}  // namespace assay::inline v1::calibration
