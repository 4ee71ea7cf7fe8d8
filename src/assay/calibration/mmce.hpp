// Maximum mean calibration error: a penalty without bins that can be trained with.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the maximum mean calibration error.
struct mmce_loss_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Width b of the kernel exp(-|p - q|/b), > 0; the authors use 0.4.
  double kernel_width = 0.4;
};

/// Loss and its derivative by each probability.
struct mmce_loss_result {
  double loss = 0.0;  ///< maximum mean calibration error in [0, 1]
  array grad;         ///< (n) derivative by each probability, in the input's precision; 0 where the loss is 0
};

/// Maximum mean calibration error: the root of sum_ij w_i w_j (y_i - p_i)(y_j - p_j) exp(-|p_i - p_j|/b) /
/// (sum w)^2.
///
/// The authors give the confidence of the more probable label and whether it was right; probabilities of an
/// event do as well. All pairs count, and yet the cost is that of sorting: on one side of a row the kernel is
/// a product of steps. The gradient is the mean of both sides at ties.
///
/// @param labels         (n) 1 where the event happened (or the forecast label was right), else 0
/// @param probabilities  (n) probability given to it, in [0, 1]
/// @param options        kernel, weights
/// @param ctx            running conditions
/// @return               loss and gradient
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight; bad_parameter:
///                       kernel_width
/// @accuracy             squared loss to 1e-14; same bits everywhere
/// @cost                 O(n log n)
/// @source               Kumar, Sarawagi & Jain 2018, "Trainable Calibration Measures for Neural Networks"
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.6, 0.9]}
mmce_loss_result mmce_loss(integer_view labels, vector_view probabilities,
                           const mmce_loss_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
