// Sums within bins of probability. Source: definition.
//
//   bin of p = number of inner thresholds below p;  sums over its rows of x = p - share y (share 0 or 1), of
//   1 + 2^20 y (rows and events in one exact number), with weights of w x, w, w y, w^2, 1
//
// A row with a probability outside [0, 1], a label above 1 or a bad weight turns a sum into NaN: the caller
// then looks for the row. Every bin has 8 histogram cells; row i adds to cell i mod 8, so rows of one bin
// that follow each other do not wait for each other's sums. The cost does not depend on the number of bins.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/calibration/kernels.hpp"
#include "assay/core/simd/lanes.hpp"

namespace assay::inline v1::calibration {

template <class Arch>
struct bin_kernels {
  using V = simd::pack<double, Arch>;

  template <class T>
  static void residual_histograms(const T* p, const std::uint8_t* y, std::size_t n, bin_table bins,
                                  double* histograms) noexcept {
    add_rows<1>(p, y, n, 1.0, bins, histograms, [](auto, V x, V) { return simd::several{x}; });
  }

  template <class T>
  static void tally_histograms(const T* p, const std::uint8_t* y, std::size_t n, double share, bin_table bins,
                               double* histograms) noexcept {
    add_rows<2>(p, y, n, share, bins, histograms, [](auto, V x, V label) {
      return simd::several{x, V(k_row) + k_event * label};
    });
  }

  template <class T>
  static void weighted_histograms(const T* p, const std::uint8_t* y, const double* w, std::size_t n,
                                  double share, bin_table bins, double* histograms) noexcept {
    add_rows<5>(p, y, n, share, bins, histograms, [=](auto at, V x, V label) {
      const V weight = at.load(w);
      const auto good = weight >= V(0.0) && weight - weight == V(0.0);
      return simd::several{select(good, weight * x, V(not_a_number())), weight, weight * label,
                           weight * weight, V(1.0)};
    });
  }

 private:
  static ASSAY_INLINE double not_a_number() noexcept { return __builtin_nan(""); }

  /// 8 rows: made in packs, then added one by one.
  template <std::size_t Terms>
  struct group {
    double probability[k_histogram_lanes];  // 0 for bad rows
    double nearest[k_histogram_lanes];      // edge nearest to the probability, in the low bits
    double terms[Terms][k_histogram_lanes];

    ASSAY_INLINE void add(std::size_t row, std::size_t bin, double* histograms) const noexcept {
      double* cell = histograms + Terms * k_histogram_lanes * bin;
      for (std::size_t c = 0; c < Terms; ++c) cell[Terms * row + c] += terms[c][row];
    }
  };

  // Adds terms(position, x, label) of each row to histograms[(bin * 8 + row mod 8) * Terms ...]. Bad rows
  // fall into the first bin with x = NaN.
  template <std::size_t Terms, class T, class Fn>
  static ASSAY_FLATTEN void add_rows(const T* p, const std::uint8_t* y, std::size_t n, double share,
                                     bin_table bins, double* histograms, Fn terms) noexcept {
    const auto make = [=](group<Terms>& rows, auto at) {
      constexpr double to_integer = 0x1.8p52;
      const V probability = at.load(p), label = at.load(y);
      const auto good = probability >= V(0.0) && probability <= V(1.0) && label <= V(1.0);
      const V kept = select(good, probability, V(0.0));
      const V x = select(good, probability - share * label, V(not_a_number()));
      simd::several<V, Terms> made;
      ASSAY_CALL_INLINE made = terms(at, x, label);
      const std::size_t k = at.first() % k_histogram_lanes;
      kept.store(rows.probability + k);
      (kept * V(bins.width_scale) + V(to_integer)).store(rows.nearest + k);
      for (std::size_t c = 0; c < Terms; ++c) made.values[c].store(rows.terms[c] + k);
    };
    std::size_t i = 0;
    if (bins.width_scale != 0.0) {
      for (; i + k_histogram_lanes <= n; i += k_histogram_lanes) {
        group<Terms> rows;
        for (std::size_t k = 0; k < k_histogram_lanes; k += V::width) {
          ASSAY_CALL_INLINE make(rows, simd::full_position<double, Arch>(i + k));
        }
        for (std::size_t k = 0; k < k_histogram_lanes; ++k)
          rows.add(k, bin_near(rows.nearest[k], rows.probability[k], bins), histograms);
      }
    }
    for (; i < n; i += k_histogram_lanes) {
      const std::size_t count = n - i < k_histogram_lanes ? n - i : k_histogram_lanes;
      group<Terms> rows;
      for (std::size_t k = 0; k < count; k += V::width) {
        ASSAY_CALL_INLINE make(rows, simd::partial_position<double, Arch>(i + k, count - k));
      }
      for (std::size_t k = 0; k < count; ++k)
        rows.add(k, searched_bin(rows.probability[k], bins), histograms);
    }
  }

  // Bins of equal width. Rounding is far smaller than a bin, so of all thresholds only the one nearest to p
  // can be on the wrong side of p * scale: p is compared with that one.
  static ASSAY_INLINE std::size_t bin_near(double nearest, double p, bin_table bins) noexcept {
    const auto edge = static_cast<std::uint32_t>(simd::bits(nearest));
    return edge - (p <= bins.thresholds[edge] ? 1U : 0U);
  }

  // Number of thresholds 1 .. count - 1 below p, by halving without branches.
  static ASSAY_INLINE std::size_t searched_bin(double p, bin_table bins) noexcept {
    const double* first = bins.thresholds + 1;
    std::size_t length = bins.count - 1;
    while (length > 0) {
      const std::size_t half = (length + 1) / 2;
      first += p > first[half - 1] ? half : 0;
      length -= half;
    }
    return static_cast<std::size_t>(first - (bins.thresholds + 1));
  }
};

}  // namespace assay::inline v1::calibration
