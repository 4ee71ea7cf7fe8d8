// Scores of forecasts given by quantiles or intervals: W rows of a table in the lanes, one column after the
// other. What is not finite passes into the score, so that the score alone needs a check.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/pack.hpp"
#include "assay/scoring/kernels.hpp"
#include "assay/scoring/rows.kernel.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
struct quantile_row_kernels {
  using V = simd::pack<double, Arch>;
  static constexpr std::size_t width = V::width;

  /// sum_j of (y - q_j) below_j where q_j < y, else (q_j - y) above_j.
  static std::uint32_t crps_quantile(const quantile_rows& rows, const double* below, const double* above,
                                     double* score) noexcept {
    std::uint32_t status = k_status_ok;
    for (std::size_t i = 0; i < rows.rows; i += width) {
      store_columns(rows.quantiles, i, rows.rows, rows.columns, rows.scratch);
      const std::size_t left = rows.rows - i;
      const V y = load_rows(rows.observations + i, left);
      V sum(0.0);
      for (std::size_t j = 0; j < rows.columns; ++j) {
        const V gap = V::load(rows.scratch + j * width) - y;
        sum += simd::select(gap < V(0.0), -gap * V(below[j]), gap * V(above[j]));
      }
      status |= store_rows(score + i, sum, left);
    }
    return status;
  }

  static std::uint32_t intervals(const interval_rows& rows, const interval_weights& weights,
                                 const interval_outputs& out) noexcept {
    return weights.omit ? scored<true>(rows, weights, out) : scored<false>(rows, weights, out);
  }

 private:
  // Parts of the score of W forecasts.
  struct parts {
    V dispersion, over, under;
  };

  // Omit: pairs of which an end is missing, and a missing median, are left out, and what is left counts as
  // much as all would.
  template <bool Omit>
  static ASSAY_INLINE std::uint32_t scored(const interval_rows& rows, const interval_weights& weights,
                                           const interval_outputs& out) noexcept {
    std::uint32_t status = k_status_ok;
    const bool one_table = rows.upper == rows.lower;
    double* const low = rows.scratch;
    double* const high = one_table ? low : low + rows.columns * width;
    for (std::size_t i = 0; i < rows.rows; i += width) {
      const std::size_t left = rows.rows - i;
      store_columns(rows.lower, i, rows.rows, rows.columns, low);
      if (!one_table) store_columns(rows.upper, i, rows.rows, rows.columns, high);
      const V y = load_rows(rows.observations + i, left);
      parts sum{V(0.0), V(0.0), V(0.0)};
      V counted(0.0);
      if (weights.median_share > 0.0) {
        const V median = rows.median == nullptr ? V::load(low + rows.columns / 2 * width)
                                                : load_rows(rows.median + i, left);
        const V weight(weights.median);
        add<Omit>({V(0.0), weight * simd::max(median - y, V(0.0)), weight * simd::max(y - median, V(0.0))},
                  median - median, weights.median_share, sum, counted);
      }
      for (std::size_t k = 0; k < weights.intervals; ++k) {
        const V lower = V::load(low + k * width);
        const V upper = V::load(high + (one_table ? rows.columns - 1 - k : k) * width);
        const V penalty(weights.penalty[k]);
        add<Omit>({V(weights.width[k]) * (upper - lower), penalty * simd::max(lower - y, V(0.0)),
                   penalty * simd::max(y - upper, V(0.0))},
                  (lower - lower) + (upper - upper), 1.0, sum, counted);
      }
      if constexpr (Omit) {
        const V total(static_cast<double>(weights.intervals) + weights.median_share);
        if (simd::any(counted != total)) status |= k_status_not_finite;
        const V factor = total / counted;
        sum = {sum.dispersion * factor, sum.over * factor, sum.under * factor};
      }
      const V score = sum.dispersion + (sum.over + sum.under);
      const V missing = score - score;  // NaN in every part where it is NaN in one
      const auto part = [&](double* to, V value) {
        store_rows(to + i, simd::select(missing == V(0.0), value, score), left);
      };
      status |= store_rows(out.score + i, score, left);
      part(out.dispersion, sum.dispersion);
      part(out.overprediction, sum.over);
      part(out.underprediction, sum.under);
    }
    return status;
  }

  // `probe` is 0 where the term is present.
  template <bool Omit>
  static ASSAY_INLINE void add(const parts& term, V probe, double share, parts& sum, V& counted) noexcept {
    if constexpr (Omit) {
      const auto present = probe == V(0.0);
      sum.dispersion += simd::select(present, term.dispersion, V(0.0));
      sum.over += simd::select(present, term.over, V(0.0));
      sum.under += simd::select(present, term.under, V(0.0));
      counted += simd::select(present, V(share), V(0.0));
    } else {
      sum = {sum.dispersion + term.dispersion, sum.over + term.over, sum.under + term.under};
    }
  }

  // Rows i .. i + W - 1 of a table as columns of one register; the last row stands in for those beyond it.
  static ASSAY_LONG void store_columns(const double* table, std::size_t i, std::size_t rows,
                                       std::size_t columns, double* to) noexcept {
    const row_source<double, Arch, double> source(table + i * columns, rows - i, columns,
                                                  table + rows * columns);
    V q[width];
    if (columns < width) {
      for (std::size_t j = 0; j < columns; ++j) {
        source.template columns<1>(j, q);
        q[0].store(to + j * width);
      }
      return;
    }
    for (std::size_t j = 0; j < columns; j += width) {
      const std::size_t first = j + width <= columns ? j : columns - width;  // the last tile overlaps
      source.template columns<width>(first, q);
      for (std::size_t t = 0; t < width; ++t) q[t].store(to + (first + t) * width);
    }
  }

  static ASSAY_INLINE V load_rows(const double* from, std::size_t left) noexcept {
    return left >= width ? V::load(from) : simd::load_padded<double, Arch>(from, left, 0.0);
  }

  static ASSAY_INLINE std::uint32_t store_rows(double* to, V value, std::size_t left) noexcept {
    if (left >= width)
      value.store(to);
    else
      simd::store_padded<double, Arch>(to, value, left);
    return simd::all(value - value == V(0.0)) ? k_status_ok : k_status_not_finite;
  }
};

}  // namespace assay::inline v1::scoring
