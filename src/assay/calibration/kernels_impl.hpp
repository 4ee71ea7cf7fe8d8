// Compiled once for each instruction set.
#pragma once

#include "assay/calibration/bins.kernel.hpp"
#include "assay/calibration/kernels.hpp"
#include "assay/calibration/logistic.kernel.hpp"
#include "assay/calibration/resampling.kernel.hpp"
#include "assay/calibration/scores.kernel.hpp"

namespace assay::inline v1::calibration {

template <class Arch, class T>
constexpr typed_kernels<T> make_typed_kernels() {
  return {.residual_histograms = bin_kernels<Arch>::template residual_histograms<T>,
          .tally_histograms = bin_kernels<Arch>::template tally_histograms<T>,
          .weighted_histograms = bin_kernels<Arch>::template weighted_histograms<T>,
          .brier = score_kernels<Arch>::template brier<T>,
          .brier_grad = score_kernels<Arch>::template brier_grad<T>,
          .log_loss = score_kernels<Arch>::template log_loss<T>,
          .balance = score_kernels<Arch>::template balance<T>,
          .excess = score_kernels<Arch>::template excess<T>,
          .moments = score_kernels<Arch>::template moments<T>,
          .logit_loss = score_kernels<Arch>::template logit_loss<T>,
          .logit_grad = score_kernels<Arch>::template logit_grad<T>};
}

template <class Arch>
constexpr kernels make_kernels() {
  return {.logistic_terms = logistic_kernels<Arch>::terms,
          .scaled_exp = logistic_kernels<Arch>::scaled_exp,
          .draw_rows = resampling_kernels<Arch>::draw_rows,
          .float64 = make_typed_kernels<Arch, double>(),
          .float32 = make_typed_kernels<Arch, float>()};
}

}  // namespace assay::inline v1::calibration
