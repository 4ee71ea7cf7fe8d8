// Sums within bins of probability. Source: definition; the edge-mask form after shared measurements on
// AVX-512.
//
//   bin of p = number of inner thresholds below p;  sums over its rows of x = p - share y (share 0 or 1), of
//   1 + 2^20 y (rows and events in one exact number), with weights of w x, w, w y, w^2
//
// A row with a probability outside [0, 1], a label above 1 or a bad weight turns a sum into NaN: the caller
// then looks for the row. Two forms with the same bits: masks (every bin adds x or 0 to 8 lanes, no scatter;
// for few bins) and histograms, one for each of the 8 lanes, which costs the same for any number of bins.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/calibration/kernels.hpp"
#include "assay/core/simd/lanes.hpp"

namespace assay::inline v1::calibration {

template <class Arch>
struct bin_kernels {
  using V = simd::pack<double, Arch>;
  static_assert(k_histogram_lanes == simd::k_lanes, "both forms add the same rows in the same lane");

  /// Bins up to which masks are faster than histograms.
  static constexpr std::size_t masked_bins = 4 * V::width + 4;

  static ASSAY_INLINE double not_a_number() noexcept { return __builtin_nan(""); }

  // sums[k] = sum of p - y in bin k. thresholds: bins + 1 numbers, the first -Infinity, then +Infinity for at
  // least 9 more places; sums has room for 9 more.
  template <class T>
  static void residuals(const T* p, const std::uint8_t* y, std::size_t n, const double* thresholds,
                        std::size_t bins, double* sums) noexcept {
    std::size_t k = 0;
    for (; k + 5 < bins; k += 10) residual_pass<10>(p, y, n, thresholds + k, sums + k);
    if (k < bins) residual_pass<5>(p, y, n, thresholds + k, sums + k);
  }

  // The same for x = p - share y, and the rows and events of each bin in counts.
  template <class T>
  static void tallies(const T* p, const std::uint8_t* y, std::size_t n, double share,
                      const double* thresholds, std::size_t bins, double* sums, double* counts) noexcept {
    for (std::size_t k = 0; k < bins; k += 5)
      tally_pass<5>(p, y, n, share, thresholds + k, sums + k, counts + k);
  }

  // Adds to histograms[(bin * 8 + lane) * 2 ...]: x and k_row + k_event y. scale is the number of bins of
  // equal width, or 0 for a search.
  template <class T>
  static void tally_histograms(const T* p, const std::uint8_t* y, std::size_t n, double share,
                               const double* thresholds, std::size_t bins, double scale,
                               double* histograms) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
      const auto probability = static_cast<double>(p[i]);
      const auto label = static_cast<double>(y[i]);
      const std::size_t k = bin_of(probability, thresholds, bins, scale);
      double* cell = histograms + 2 * (k * k_histogram_lanes + i % k_histogram_lanes);
      cell[0] += valid(probability, label) ? probability - share * label : not_a_number();
      cell[1] += k_row + k_event * label;
    }
  }

  // Adds to histograms[(bin * 8 + lane) * 4 ...]: w x, w, w y, w^2; and 1 to rows[bin].
  template <class T>
  static void weighted_histograms(const T* p, const std::uint8_t* y, const double* w, std::size_t n,
                                  double share, const double* thresholds, std::size_t bins, double scale,
                                  double* histograms, std::uint64_t* rows) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
      const auto probability = static_cast<double>(p[i]);
      const auto label = static_cast<double>(y[i]);
      const double weight = w[i];
      const std::size_t k = bin_of(probability, thresholds, bins, scale);
      double* cell = histograms + 4 * (k * k_histogram_lanes + i % k_histogram_lanes);
      const bool good = valid(probability, label) && weight >= 0.0 && weight - weight == 0.0;
      cell[0] += good ? weight * (probability - share * label) : not_a_number();
      cell[1] += weight;
      cell[2] += weight * label;
      cell[3] += weight * weight;
      ++rows[k];
    }
  }

 private:
  // Also for packs.
  template <class U>
  static ASSAY_INLINE auto valid(U probability, U label) noexcept {
    return probability >= U(0.0) && probability <= U(1.0) && label <= U(1.0);
  }

  // The guess floor(p bins) is off by at most one: by rounding, and because p = k/bins belongs to the bin
  // below.
  static ASSAY_INLINE std::size_t bin_of(double p, const double* thresholds, std::size_t bins,
                                         double scale) noexcept {
    if (scale == 0.0) return searched_bin(p, thresholds, bins);
    const double scaled = p * scale;
    const double last = scale - 1.0;
    const double guess = scaled > 0.0 ? (scaled < last ? scaled : last) : 0.0;  // NaN gives 0
    const auto k = static_cast<std::int64_t>(static_cast<std::int32_t>(guess));
    const std::int64_t above = p > thresholds[k + 1] ? 1 : 0;
    const std::int64_t below = k > 0 && !(p > thresholds[k]) ? 1 : 0;
    return static_cast<std::size_t>(k + above - below);
  }

  // Number of thresholds 1 .. bins - 1 below p, by halving without branches.
  static ASSAY_INLINE std::size_t searched_bin(double p, const double* thresholds,
                                               std::size_t bins) noexcept {
    const double* first = thresholds + 1;
    std::size_t length = bins - 1;
    while (length > 0) {
      const std::size_t half = (length + 1) / 2;
      first += p > first[half - 1] ? half : 0;
      length -= half;
    }
    return static_cast<std::size_t>(first - (thresholds + 1));
  }

  // Bins 0 .. Bins - 1 of these thresholds. A NaN lands in the first bin.
  template <std::size_t Bins, class T>
  static ASSAY_INLINE void residual_pass(const T* p, const std::uint8_t* y, std::size_t n,
                                         const double* thresholds, double* sums) noexcept {
    const auto total = simd::sums<Arch, Bins>(n, [=](auto at) {
      const V probability = at.load(p), label = at.load(y);
      const V x = select(valid(probability, label), probability - label, V(not_a_number()));
      simd::several<V, Bins> terms;
      auto above = !(probability <= V(thresholds[0]));
      for (std::size_t k = 0; k < Bins; ++k) {
        const auto beyond = probability > V(thresholds[k + 1]);
        terms.values[k] = select(above && !beyond, x, V(0.0));
        above = beyond;
      }
      return terms;
    });
    for (std::size_t k = 0; k < Bins; ++k) sums[k] = total[k];
  }

  template <std::size_t Bins, class T>
  static ASSAY_INLINE void tally_pass(const T* p, const std::uint8_t* y, std::size_t n, double share,
                                      const double* thresholds, double* sums, double* counts) noexcept {
    const auto total = simd::sums<Arch, 2 * Bins>(n, [=](auto at) {
      const V probability = at.load(p), label = at.load(y);
      const V x = select(valid(probability, label), probability - share * label, V(not_a_number()));
      const V count = V(k_row) + k_event * label;
      simd::several<V, 2 * Bins> terms;
      auto above = !(probability <= V(thresholds[0]));
      for (std::size_t k = 0; k < Bins; ++k) {
        const auto beyond = probability > V(thresholds[k + 1]);
        terms.values[2 * k] = select(above && !beyond, x, V(0.0));
        terms.values[2 * k + 1] = select(above && !beyond, count, V(0.0));
        above = beyond;
      }
      return terms;
    });
    for (std::size_t k = 0; k < Bins; ++k) {
      sums[k] = total[2 * k];
      counts[k] = total[2 * k + 1];
    }
  }
};

}  // namespace assay::inline v1::calibration
