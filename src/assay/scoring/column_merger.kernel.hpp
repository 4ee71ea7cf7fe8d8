// The merges of Batcher's odd-even sort (1968) on columns in memory, in passes that keep 8 to 12 columns in
// registers.
//
// Two sorted runs of p columns are merged by stages of distance p, p/2, p/4, ..., 1. The first three touch
// groups of 8 columns p/4 apart (merge_far). Every later stage of distance k compares the columns k .. 2k - 1
// of each 2k with the next k; a window that slides over the columns, u apart, does the stages 4u, 2u, u (or
// the last two, or one of them) on the way (slide). Where the second run is shorter, the columns that do not
// exist would hold +infinity and stay where they are: their comparators are left out.
#pragma once

#include <cstddef>

#include "assay/core/simd/pack.hpp"

namespace assay::inline v1::scoring {

template <class V>
class column_merger {
 public:
  using T = simd::scalar_of<V>;
  static constexpr std::size_t width = simd::pack_traits<V>::width;
  static constexpr std::size_t block = 8;

  // ---- up to eight columns in registers; those from Count on do not exist ----

  template <std::size_t Count, std::size_t I, std::size_t J>
  static ASSAY_INLINE void compare(V* q) noexcept {
    if constexpr (J < Count) simd::compare_exchange(q[I], q[J]);
  }

  template <std::size_t Count>
  static ASSAY_INLINE void merge_fours(V* q) noexcept {
    compare<Count, 0, 4>(q), compare<Count, 1, 5>(q), compare<Count, 2, 6>(q), compare<Count, 3, 7>(q);
    compare<Count, 2, 4>(q), compare<Count, 3, 5>(q);
    compare<Count, 1, 2>(q), compare<Count, 3, 4>(q), compare<Count, 5, 6>(q);
  }

  template <std::size_t Count>
  static ASSAY_INLINE void sort_eight(V* q) noexcept {
    compare<Count, 0, 1>(q), compare<Count, 2, 3>(q), compare<Count, 4, 5>(q), compare<Count, 6, 7>(q);
    compare<Count, 0, 2>(q), compare<Count, 1, 3>(q), compare<Count, 4, 6>(q), compare<Count, 5, 7>(q);
    compare<Count, 1, 2>(q), compare<Count, 5, 6>(q);
    merge_fours<Count>(q);
  }

  template <std::size_t Count>
  static ASSAY_INLINE void load(const T* from, std::size_t stride, V* q) noexcept {
    for (std::size_t t = 0; t < Count; ++t) q[t] = V::load(from + t * stride);
  }
  template <std::size_t Count>
  static ASSAY_INLINE void store(T* to, std::size_t stride, const V* q) noexcept {
    for (std::size_t t = 0; t < Count; ++t) q[t].store(to + t * stride);
  }

  // ---- merge of columns 0 .. run - 1 and run .. count - 1 ----

  static void merge(T* columns, std::size_t run, std::size_t count) noexcept {
    const std::size_t apart = run / 4;
    const std::size_t groups = count / apart;  // columns in a group; one more in the first `longer` groups
    const std::size_t longer = count % apart;
    merge_far(columns, apart, groups + 1, 0, longer);
    merge_far(columns, apart, groups, longer, apart);
    // The stages apart/2 .. 1 in threes from the near end; what does not make three goes first.
    std::size_t distance = apart / 2;
    std::size_t stages = 0;
    for (std::size_t k = distance; k != 0; k /= 2) ++stages;
    if (stages % 3 == 1) slide_all<1>(columns, distance, count), distance /= 2;
    if (stages % 3 == 2) slide_all<2>(columns, distance / 2, count), distance /= 4;
    for (; distance != 0; distance /= 8) slide_all<3>(columns, distance / 4, count);
  }

 private:
  // Groups first .. last - 1; group i is the columns i, i + apart, i + 2 apart, ...
  static void merge_far(T* columns, std::size_t apart, std::size_t count, std::size_t first,
                        std::size_t last) noexcept {
    switch (count) {
      case 5:
        return merge_groups<5>(columns, apart, first, last);
      case 6:
        return merge_groups<6>(columns, apart, first, last);
      case 7:
        return merge_groups<7>(columns, apart, first, last);
      case 8:
        return merge_groups<8>(columns, apart, first, last);
      default:
        return;  // up to 4: one sorted run
    }
  }

  template <std::size_t Count>
  static ASSAY_INLINE void merge_groups(T* columns, std::size_t apart, std::size_t first,
                                        std::size_t last) noexcept {
    for (std::size_t i = first; i < last; ++i) {
      V q[block];
      load<Count>(columns + i * width, apart * width, q);
      merge_fours<Count>(q);
      store<Count>(columns + i * width, apart * width, q);
    }
  }

  // ---- the sliding window ----
  // Columns are counted in steps of u. For three stages the window holds columns 8j .. 8j + 3 in `held` and
  // takes up 8j + 4 .. 8j + 11 in `next`; the last four of these wait for the columns after them. For two
  // stages the numbers are 4j, 2 held, 4 next.

  template <std::size_t Stages>
  static void slide_all(T* columns, std::size_t u, std::size_t count) noexcept {
    for (std::size_t i = 0; i < u; ++i)
      slide<Stages>(columns + i * width, u * width, (count - i + u - 1) / u);
  }

  template <std::size_t Stages>
  static void slide(T* columns, std::size_t stride, std::size_t count) noexcept {
    if constexpr (Stages == 1) {
      for (std::size_t at = 1; at + 1 < count; at += 2) {
        V q[2];
        load<2>(columns + at * stride, stride, q);
        simd::compare_exchange(q[0], q[1]);
        store<2>(columns + at * stride, stride, q);
      }
    } else {
      constexpr std::size_t kept = Stages == 3 ? 4 : 2;
      V held[kept];
      load<kept>(columns, stride, held);
      std::size_t at = kept;
      for (; at + 2 * kept <= count; at += 2 * kept) {
        V next[2 * kept];
        load<2 * kept>(columns + at * stride, stride, next);
        advance<Stages, 2 * kept>(held, next);
        store<kept>(columns + (at - kept) * stride, stride, held);
        store<kept>(columns + at * stride, stride, next);
        for (std::size_t t = 0; t < kept; ++t) held[t] = next[kept + t];
      }
      slide_rest<Stages>(columns + at * stride, stride, count - at, held);
    }
  }

  // One step of the window when Count of the next columns exist.
  template <std::size_t Stages, std::size_t Count>
  static ASSAY_INLINE void advance(V* held, V* next) noexcept {
    if constexpr (Stages == 3) {
      compare<Count, 0, 4>(next), compare<Count, 1, 5>(next), compare<Count, 2, 6>(next),
          compare<Count, 3, 7>(next);
      meet<Count, 2, 0>(held, next), meet<Count, 3, 1>(held, next), compare<Count, 2, 4>(next),
          compare<Count, 3, 5>(next);
      simd::compare_exchange(held[1], held[2]);
      meet<Count, 3, 0>(held, next), compare<Count, 1, 2>(next), compare<Count, 3, 4>(next);
    } else {
      compare<Count, 0, 2>(next), compare<Count, 1, 3>(next);
      meet<Count, 1, 0>(held, next), compare<Count, 1, 2>(next);
    }
  }
  template <std::size_t Count, std::size_t I, std::size_t J>
  static ASSAY_INLINE void meet(V* held, V* next) noexcept {
    if constexpr (J < Count) simd::compare_exchange(held[I], next[J]);
  }

  template <std::size_t Stages>
  static ASSAY_INLINE void slide_rest(T* end, std::size_t stride, std::size_t count, V* held) noexcept {
    switch (count) {
      case 1:
        return finish<Stages, 1>(end, stride, held);
      case 2:
        return finish<Stages, 2>(end, stride, held);
      case 3:
        return finish<Stages, 3>(end, stride, held);
      default:
        break;
    }
    if constexpr (Stages == 3) {
      switch (count) {
        case 4:
          return finish<3, 4>(end, stride, held);
        case 5:
          return finish<3, 5>(end, stride, held);
        case 6:
          return finish<3, 6>(end, stride, held);
        case 7:
          return finish<3, 7>(end, stride, held);
        default:
          break;
      }
    }
    finish<Stages, 0>(end, stride, held);
  }

  template <std::size_t Stages, std::size_t Count>
  static ASSAY_INLINE void finish(T* end, std::size_t stride, V* held) noexcept {
    constexpr std::size_t kept = Stages == 3 ? 4 : 2;
    V next[2 * kept];
    load<Count>(end, stride, next);
    advance<Stages, Count>(held, next);
    if constexpr (Count == 7) simd::compare_exchange(next[5], next[6]);  // the next step would have done it
    store<kept>(end - kept * stride, stride, held);
    store<Count>(end, stride, next);
  }
};

}  // namespace assay::inline v1::scoring
