// CRPS of ensembles of equal weight, rows in lanes: sort the members of W rows, then one pass over the sorted
// columns.
//
//   crps = sum_{x <= y} a_i (y - x_(i)) + sum_{x > y} a_{m+1-i} (x_(i) - y),   i = 1 .. m
//
// with the slopes a_i of the estimator (crps_ensemble.cpp). Every term is >= 0 where the slopes are, so the
// relative error is that of a term (a difference, a slope, a product: 1.5 units of 2^-53) plus that of the
// sum (2.5), whatever m is. NaN and infinities pass through the network and the sum into the result, so the
// result alone needs a check.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/pack.hpp"
#include "assay/scoring/columns.kernel.hpp"
#include "assay/scoring/compensated.kernel.hpp"
#include "assay/scoring/kernels.hpp"
#include "assay/scoring/rows.kernel.hpp"

namespace assay::inline v1::scoring {

/// Sorted columns of T read as doubles: pack `part` of column k. A register of floats is two of doubles.
template <class T, class Arch>
struct sorted_columns {
  using V = simd::pack<double, Arch>;
  static constexpr std::size_t rows = simd::pack<T, Arch>::width;
  static constexpr std::size_t parts = rows / V::width;

  const T* first;
  std::size_t part = 0;

  [[nodiscard]] ASSAY_INLINE V operator()(std::size_t k) const noexcept {
    return simd::load_as<double, Arch>(first + k * rows + part * V::width);
  }
};

template <class Arch>
struct crps_ensemble_kernels {
  using V = simd::pack<double, Arch>;

  // ---- score ----

  template <class Columns>
  struct score_term {
    Columns x;
    V y;
    const double* slopes;
    ASSAY_INLINE V operator()(std::size_t k) const noexcept {
      const V d = x(k) - y;
      return simd::select(d > V(0.0), V(slopes[2 * k + 1]), V(slopes[2 * k])) * d;
    }
  };

  template <class Columns>
  static ASSAY_INLINE V score(const Columns& x, std::size_t m, V y, const double* slopes) noexcept {
    return sum_in_fours<V>(m, score_term<Columns>{x, y, slopes});
  }

  template <class T>
  static std::uint32_t crps(const ensemble_rows<T>& rows, const double* slopes, double* out) noexcept {
    std::uint32_t status = k_status_ok;
    T* columns = reinterpret_cast<T*>(rows.scratch);
    for (std::size_t i = 0; i < rows.rows; i += sorted_columns<T, Arch>::rows) {
      status |= sort_rows(rows, i, columns);
      for_each_part<T>(rows, i, columns, [&](const auto& x, V y, std::size_t at, std::size_t count) {
        const V value = score(x, rows.m, y, slopes);
        status |= store_checked(out + at, value, count);
      });
    }
    return status;
  }

  // ---- components ----

  template <class Columns>
  struct below_term {
    Columns x;
    V y;
    ASSAY_INLINE V operator()(std::size_t k) const noexcept { return simd::max(y - x(k), V(0.0)); }
  };
  template <class Columns>
  struct above_term {
    Columns x;
    V y;
    ASSAY_INLINE V operator()(std::size_t k) const noexcept { return simd::max(x(k) - y, V(0.0)); }
  };
  // sum_{i < j} (x_(j) - x_(i)) = sum_k k (m - k) (x_(k+1) - x_(k)): only gaps, never negative.
  template <class Columns>
  struct gap_term {
    Columns x;
    double m;
    ASSAY_INLINE V operator()(std::size_t k) const noexcept {
      const double before = static_cast<double>(k) + 1.0;
      return V(before * (m - before)) * (x(k + 1) - x(k));
    }
  };

  static std::uint32_t components(const ensemble_rows<double>& rows, double spread_factor,
                                  const crps_outputs& outputs) noexcept {
    std::uint32_t status = k_status_ok;
    double* columns = reinterpret_cast<double*>(rows.scratch);
    const V m(static_cast<double>(rows.m));
    for (std::size_t i = 0; i < rows.rows; i += V::width) {
      status |= sort_rows(rows, i, columns);
      for_each_part<double>(rows, i, columns, [&](const auto& x, V y, std::size_t at, std::size_t count) {
        using columns_type = sorted_columns<double, Arch>;
        const V below = sum_in_fours<V>(rows.m, below_term<columns_type>{x, y});
        const V above = sum_in_fours<V>(rows.m, above_term<columns_type>{x, y});
        const V gaps = sum_in_fours<V>(rows.m - 1, gap_term<columns_type>{x, static_cast<double>(rows.m)});
        status |= store_checked(outputs.underforecast + at, below / m, count);
        status |= store_checked(outputs.overforecast + at, above / m, count);
        status |= store_checked(outputs.spread + at, gaps * V(spread_factor), count);
      });
    }
    return status;
  }

  // ---- steps of W rows ----

  /// Rows i .. i + W - 1 as sorted columns.
  template <class T>
  static ASSAY_INLINE std::uint32_t sort_rows(const ensemble_rows<T>& rows, std::size_t i,
                                              T* columns) noexcept {
    using sorter = column_sorter<simd::pack<T, Arch>>;
    const row_source<T, Arch, T> source(rows.members + i * rows.m, rows.rows - i, rows.m,
                                        rows.members + rows.rows * rows.m);
    if (!rows.sorted) {
      sorter::sort(columns, rows.m, source);
      return k_status_ok;
    }
    sorter::store_all(columns, rows.m, source);
    return sorter::ascending(columns, rows.m) ? k_status_ok : k_status_not_sorted;
  }

  /// Calls fn(columns, y, first row, number of rows) for each register of doubles in the W rows from i on.
  template <class T, class Fn>
  static ASSAY_INLINE void for_each_part(const ensemble_rows<T>& rows, std::size_t i, const T* columns,
                                         const Fn& fn) noexcept {
    for (std::size_t part = 0; part < sorted_columns<T, Arch>::parts; ++part) {
      const std::size_t at = i + part * V::width;
      if (at >= rows.rows) return;
      const std::size_t left = rows.rows - at;
      const sorted_columns<T, Arch> x{columns, part};
      if (left >= V::width)
        fn(x, V::load(rows.observations + at), at, V::width);
      else
        fn(x, simd::load_padded<double, Arch>(rows.observations + at, left, 0.0), at, left);
    }
  }

  static ASSAY_INLINE std::uint32_t store_checked(double* out, V value, std::size_t count) noexcept {
    if (count == V::width)
      value.store(out);
    else
      simd::store_padded<double, Arch>(out, value, count);
    return simd::all(value - value == V(0.0)) ? k_status_ok : k_status_not_finite;
  }
};

}  // namespace assay::inline v1::scoring
