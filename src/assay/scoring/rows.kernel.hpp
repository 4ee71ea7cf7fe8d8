// Sources of columns for column_sorter: W consecutive rows of a row-major table, read transposed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/pack.hpp"
#include "assay/core/simd/transpose.hpp"

namespace assay::inline v1::scoring {

/// Rows of a table of Element in the lanes of packs of T. When fewer than W rows are left, the last one fills
/// the other lanes: their results are not used, but cost nothing extra, unlike NaN or denormal padding.
template <class T, class Arch, class Element>
class row_source {
 public:
  using V = simd::pack<T, Arch>;
  static constexpr std::size_t width = V::width;

  /// Rows of m elements from `first`; `end` is one past the last element of the table.
  ASSAY_INLINE row_source(const Element* first, std::size_t rows, std::size_t m, const Element* end) noexcept
      : end_(end) {
    for (std::size_t r = 0; r < width; ++r) row_[r] = first + (r < rows ? r : rows - 1) * m;
  }

  [[nodiscard]] ASSAY_INLINE const Element* row(std::size_t r) const noexcept { return row_[r]; }

  /// Columns first .. first + Count - 1 into q, which has room for a multiple of W.
  template <std::size_t Count>
  ASSAY_INLINE void columns(std::size_t first, V* q) const noexcept {
    constexpr std::size_t tiles = (Count + width - 1) / width;
    // A tile may read into the next row, but not past the table.
    if (row_[width - 1] + first + tiles * width <= end_) {
      for (std::size_t t = 0; t < tiles; ++t) {
        for (std::size_t r = 0; r < width; ++r)
          q[t * width + r] = simd::load_as<T, Arch>(row_[r] + first + t * width);
        simd::transpose(q + t * width);
      }
      return;
    }
    for (std::size_t t = 0; t < tiles; ++t) {
      const std::size_t count = Count - t * width < width ? Count - t * width : width;
      for (std::size_t r = 0; r < width; ++r)
        q[t * width + r] = simd::load_padded<T, Arch>(row_[r] + first + t * width, count, T(0));
      simd::transpose(q + t * width);
    }
  }

 private:
  const Element* row_[width];
  const Element* end_;
};

}  // namespace assay::inline v1::scoring
