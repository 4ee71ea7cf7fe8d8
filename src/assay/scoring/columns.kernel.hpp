// Rows of a table in the lanes of registers: W rows are read transposed, so that column k of all W rows is
// one register, and sorted lane by lane. A sorting network has no branches, and its result does not depend on
// the width of a register.
//
// The network is Batcher's odd-even merge sort. Comparator by comparator from memory it would be bound by
// loads and stores (2.3 ns a member for 50 members with AVX2, against 0.9 like this): blocks of 8 columns are
// sorted in registers as they come in, then runs of 8, 16, ... columns are merged as column_merger.kernel.hpp
// says.
#pragma once

#include <cstddef>

#include "assay/core/simd/pack.hpp"
#include "assay/scoring/column_merger.kernel.hpp"

namespace assay::inline v1::scoring {

/// Sorts columns that lie one register after the other in memory, ascending in every lane. They must not hold
/// NaN to come out sorted; the numbers of a lane stay the same in any case.
template <class V>
class column_sorter {
 public:
  using T = simd::scalar_of<V>;
  using merger = column_merger<V>;
  static constexpr std::size_t width = merger::width;
  static constexpr std::size_t block = merger::block;
  // Columns taken from the source at a time.
  static constexpr std::size_t taken = width > block ? width : block;

  /// `source.template columns<Count>(first, q)` puts the columns first .. first + Count - 1 into q.
  template <class Source>
  static void sort(T* columns, std::size_t count, const Source& source) noexcept {
    std::size_t first = 0;
    for (; first + taken <= count; first += taken) sort_blocks<taken>(columns, first, source);
    sort_rest<taken - 1>(columns, first, count - first, source);
    for (std::size_t run = block; run < count; run *= 2)
      for (first = 0; first + run < count; first += 2 * run) {
        const std::size_t left = count - first;
        merger::merge(columns + first * width, run, left < 2 * run ? left : 2 * run);
      }
  }

  /// The columns as they come.
  template <class Source>
  static void store_all(T* columns, std::size_t count, const Source& source) noexcept {
    V q[taken];
    std::size_t first = 0;
    for (; first + taken <= count; first += taken) {
      source.template columns<taken>(first, q);
      merger::template store<taken>(columns + first * width, width, q);
    }
    for (; first < count; ++first) {
      source.template columns<1>(first, q);
      q[0].store(columns + first * width);
    }
  }

  /// Whether no column is below the one before it, in any lane.
  static bool ascending(const T* columns, std::size_t count) noexcept {
    auto descends = V(T(0)) < V(T(0));
    for (std::size_t k = 1; k < count; ++k)
      descends = descends || V::load(columns + k * width) < V::load(columns + (k - 1) * width);
    return !simd::any(descends);
  }

 private:
  template <std::size_t Count, class Source>
  static ASSAY_INLINE void sort_blocks(T* columns, std::size_t first, const Source& source) noexcept {
    V q[taken];
    source.template columns<Count>(first, q);
    merger::template sort_eight<(Count < block ? Count : block)>(q);
    if constexpr (Count > block) merger::template sort_eight<Count - block>(q + block);
    merger::template store<Count>(columns + first * width, width, q);
  }

  // The last `count` columns, fewer than `taken`.
  template <std::size_t Count, class Source>
  static ASSAY_INLINE void sort_rest(T* columns, std::size_t first, std::size_t count,
                                     const Source& source) noexcept {
    if constexpr (Count > 0) {
      if (count == Count) return sort_blocks<Count>(columns, first, source);
      sort_rest<Count - 1>(columns, first, count, source);
    }
  }
};

}  // namespace assay::inline v1::scoring
