// Table of the kernels of this domain, one a set of instructions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/dispatch.hpp"

namespace assay::inline v1::losses {

/// Losses of class labels (shape A): what each row of logits z with label y is reduced to, and what comes of
/// it. With m = max_{j != y} z_j the row is known by gap = z_y - m and rest = sum_{j != y} exp(z_j - m) >= 1:
/// the log odds of the label are gap - log rest. A row with label -1 is left out.
template <class T>
struct row_kernels {
  /// terms[i stride + j] = exp(z_ij - m_i), 0 for the label itself; gap and rest of each row. terms may be
  /// the logits. False, and nothing written for that row, when a logit is NaN, above all finite numbers, or
  /// below `lowest`.
  bool (*reduce)(const T* logits, const std::int32_t* labels, std::size_t rows, std::size_t classes, T lowest,
                 T* terms, std::size_t stride, double* gap, double* rest) noexcept;
  /// terms of each row become the gradient of a loss with derivative slope by the log odds: slope for the
  /// label, -slope terms / rest for the others.
  void (*scale)(T* terms, const std::int32_t* labels, std::size_t rows, std::size_t classes,
                const double* rest, const double* slope) noexcept;
  /// Of one row, over its logits above -Infinity: sum of w_c (max z - z_c), of w_c, and their number. Null
  /// weights are 1.
  void (*smoothing_sums)(const T* logits, std::size_t classes, const double* class_weights,
                         double* sums) noexcept;
  /// terms of one row become factor terms_j - share w_j. With logits given, a logit of -Infinity gets 0.
  void (*scale_smoothed)(T* terms, const T* logits, std::size_t classes, double factor, double share,
                         const double* class_weights) noexcept;
};

/// Value of a loss and its derivative by the log odds, from gap and rest of each row.
using phi_kernel = void (*)(const double* gap, const double* rest, std::size_t rows, const double* parameters,
                            double* value, double* slope) noexcept;

/// Rows of the cross entropy with label smoothing and z-loss.
struct smoothed_rows {
  const double* gap;
  const double* rest;
  const double* label_logit;   ///< z_y
  const double* label_weight;  ///< w_y
  const double* excess;        ///< sum_c w_c (max z - z_c)
  const double* weight_sum;    ///< sum_c w_c
  const double* classes;       ///< number of classes
  double smoothing;
  double z_loss;
  double* value;
  double* factor;  ///< gradient of class j: factor terms_j - share w_j
  double* share;
  double* label_slope;  ///< gradient of the label's class
};

/// Losses of binary targets (shape B), element by element. False when a target lies outside [0, 1] or a logit
/// is not finite. `scale` multiplies the gradient: one factor an element, or null for `common_scale`. A null
/// gradient is not written; it may be the logits.
template <class T>
struct binary_kernels {
  bool (*cross_entropy)(const T* targets, const T* logits, std::size_t n, const T* positive_weights,
                        double common_positive_weight, double smoothing, T* loss, T* gradient, const T* scale,
                        double common_scale) noexcept;
  bool (*focal)(const T* targets, const T* logits, std::size_t n, double alpha, double gamma, double* loss,
                T* gradient, const T* scale, double common_scale) noexcept;
  /// Sum of weights times losses, of a block of at most 4096. Null weights are 1.
  double (*weighted_sum)(const double* weights, const T* losses, std::size_t n) noexcept;
};

struct kernels {
  row_kernels<float> rows_float32;
  row_kernels<double> rows_float64;
  phi_kernel cross_entropy;
  phi_kernel focal;
  phi_kernel generalized_cross_entropy;
  void (*smoothed_cross_entropy)(const smoothed_rows& rows, std::size_t count) noexcept;
  binary_kernels<float> binary_float32;
  binary_kernels<double> binary_float64;
};

ASSAY_DECLARE_KERNEL_TABLES(kernels);

}  // namespace assay::inline v1::losses
