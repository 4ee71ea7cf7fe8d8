// The calibration kernels of one instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/dispatch.hpp"

namespace assay::inline v1::calibration {

/// Value of a row in the second sum of `tallies` and `tally_histograms`: k_row + k_event y. Exact up to 2^20
/// rows.
inline constexpr double k_row = 1.0;
inline constexpr double k_event = 0x1p20;
/// Histograms of one bin, element i in number i mod 8: the lanes of reductions in packs.
inline constexpr std::size_t k_histogram_lanes = 8;

/// Kernels for probabilities (or logits) of type T; see bins.kernel.hpp and scores.kernel.hpp.
template <class T>
struct typed_kernels {
  void (*residuals)(const T* p, const std::uint8_t* y, std::size_t n, const double* thresholds,
                    std::size_t bins, double* sums) noexcept;
  void (*tallies)(const T* p, const std::uint8_t* y, std::size_t n, double share, const double* thresholds,
                  std::size_t bins, double* sums, double* counts) noexcept;
  void (*tally_histograms)(const T* p, const std::uint8_t* y, std::size_t n, double share,
                           const double* thresholds, std::size_t bins, double scale,
                           double* histograms) noexcept;
  void (*weighted_histograms)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double share,
                              const double* thresholds, std::size_t bins, double scale, double* histograms,
                              std::uint64_t* rows) noexcept;
  void (*brier)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double* result) noexcept;
  void (*brier_grad)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double total,
                     T* grad) noexcept;
  void (*log_loss)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double eps,
                   double* result) noexcept;
  void (*logit_loss)(const T* z, const std::uint8_t* y, const double* w, std::size_t n,
                     double* result) noexcept;
  void (*logit_grad)(const T* z, const std::uint8_t* y, const double* w, std::size_t n, double total,
                     T* grad) noexcept;
};

struct kernels {
  std::size_t masked_bins;
  typed_kernels<double> float64;
  typed_kernels<float> float32;

  template <class T>
  [[nodiscard]] const typed_kernels<T>& of() const noexcept {
    if constexpr (sizeof(T) == sizeof(double)) {
      return float64;
    } else {
      return float32;
    }
  }
};
ASSAY_DECLARE_KERNEL_TABLES(kernels);

}  // namespace assay::inline v1::calibration
