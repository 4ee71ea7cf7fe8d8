// Members of one forecast brought into the layout of energy_ensemble.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/scoring/kernels.hpp"
#include "assay/scoring/rows.kernel.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
struct vector_row_kernels {
  using V = simd::pack<double, Arch>;
  static constexpr std::size_t width = V::width;

  /// Largest |x|; NaN when a number is not finite.
  static double magnitude(const double* x, std::size_t n) noexcept {
    const auto probe = simd::sum<Arch>(n, [=](auto at) { return at.load(x) - at.load(x); });
    return probe + simd::maximum<Arch>(n, [=](auto at) { return simd::abs(at.load(x)); });
  }

  /// (m, d) rows to columns `stride` apart, each going round: element j of a column is member j mod m.
  static void turn_members(const double* rows, std::size_t m, std::size_t d, std::size_t stride,
                           double* columns) noexcept {
    const std::size_t whole = d / width * width;
    for (std::size_t j = 0; j < m; j += width) {
      const row_source<double, Arch, double> source(rows + j * d, m - j, d, rows + m * d);
      for (std::size_t k = 0; k < whole; k += width) {
        V q[width];
        source.template columns<width>(k, q);
        for (std::size_t t = 0; t < width; ++t) q[t].store(columns + (k + t) * stride + j);
      }
    }
    for (std::size_t k = whole; k < d; ++k)
      for (std::size_t j = 0; j < m; ++j) columns[k * stride + j] = rows[j * d + k];
    for (std::size_t k = 0; k < d; ++k) {
      double* column = columns + k * stride;
      for (std::size_t j = m; j < stride; ++j) column[j] = column[j - m];
    }
  }
};

}  // namespace assay::inline v1::scoring
