// The calibration kernels of one instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/dispatch.hpp"

namespace assay::inline v1::calibration {

/// Value of a row in the second sum of `tally_histograms`: k_row + k_event y. Exact up to 2^20 rows.
inline constexpr double k_row = 1.0;
inline constexpr double k_event = 0x1p20;
/// Histogram cells of one bin, for row i the one with number i mod 8.
inline constexpr std::size_t k_histogram_lanes = 8;

/// Bins of probability for kernels. A probability belongs to the bin with as many inner thresholds below it.
struct bin_table {
  const double* thresholds;  ///< count + 1 ascending numbers, the first -Infinity, the last +Infinity
  std::size_t count;
  double width_scale;  ///< number of bins when inner thresholds are k / count, or just below; else 0
};

/// Kernels for probabilities (or logits) of type T; see bins.kernel.hpp and scores.kernel.hpp.
template <class T>
struct typed_kernels {
  /// histograms[bin * 8 + lane] += p - y.
  void (*residual_histograms)(const T* p, const std::uint8_t* y, std::size_t n, bin_table bins,
                              double* histograms) noexcept;
  /// histograms[(bin * 8 + lane) * 2 ...] += x, k_row + k_event y.
  void (*tally_histograms)(const T* p, const std::uint8_t* y, std::size_t n, double share, bin_table bins,
                           double* histograms) noexcept;
  /// histograms[(bin * 8 + lane) * 5 ...] += w x, w, w y, w^2, 1.
  void (*weighted_histograms)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double share,
                              bin_table bins, double* histograms) noexcept;
  void (*brier)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double* result) noexcept;
  void (*brier_grad)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double total,
                     T* grad) noexcept;
  void (*log_loss)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double eps,
                   double* result) noexcept;
  void (*balance)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double* result) noexcept;
  void (*excess)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double scale,
                 double* result) noexcept;
  void (*moments)(const T* p, const std::uint8_t* y, const double* w, std::size_t n, double* result) noexcept;
  void (*logit_loss)(const T* z, const std::uint8_t* y, const double* w, std::size_t n,
                     double* result) noexcept;
  void (*logit_grad)(const T* z, const std::uint8_t* y, const double* w, std::size_t n, double total,
                     T* grad) noexcept;
};

struct kernels {
  /// Terms of logistic regression at log-odds eta; see logistic.kernel.hpp.
  void (*logistic_terms)(const double* eta, const double* target, std::size_t n, double* loss, double* slope,
                         double* curvature) noexcept;
  /// shares[i] = e^(scale x[i]).
  void (*scaled_exp)(const double* x, std::size_t n, double scale, double* shares) noexcept;
  /// Rows of a bootstrap replicate, two a block; see resampling.kernel.hpp.
  void (*draw_rows)(std::uint64_t seed, std::uint64_t replicate, std::uint32_t first, std::size_t blocks,
                    std::uint64_t rows, std::uint64_t* pairs) noexcept;
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
