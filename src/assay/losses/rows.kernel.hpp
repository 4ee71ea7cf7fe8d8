// Rows of logits for all losses of class labels: maximum, exponentials, their sum, and the gradient from
// them.
//
// With m = max_{j != y} z_j, gap = z_y - m and rest = sum_{j != y} exp(z_j - m), the log odds of the label
// are t = log p_y - log(1 - p_y) = gap - log rest. A loss u(t) has the gradient du/dt for the label and
// -du/dt exp(z_j - m) / rest for the others. Leaving the label out of maximum and sum keeps 1 - p_y without
// subtraction and without underflow, however far the label is ahead.
//
// The exponentials are taken in the type of the logits, their sum in double.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/losses/narrow_rows.kernel.hpp"

namespace assay::inline v1::losses {

template <class T, class Arch>
struct softmax_rows {
  using V = simd::pack<T, Arch>;
  static constexpr T k_infinity = static_cast<T>(__builtin_huge_val());

  static bool reduce(const T* logits, const std::int32_t* labels, std::size_t rows, std::size_t classes,
                     T lowest, T* terms, std::size_t stride, double* gap, double* rest) noexcept {
    if (classes <= narrow_rows<T, Arch>::k_classes)
      return narrow_rows<T, Arch>::reduce(logits, labels, rows, classes, lowest, terms, stride, gap, rest);
    for (std::size_t i = 0; i < rows; ++i) {
      if (!reduce_row(logits + i * classes, labels[i], classes, lowest, terms + i * stride, gap + i,
                      rest + i))
        return false;
    }
    return true;
  }

  static void scale(T* terms, const std::int32_t* labels, std::size_t rows, std::size_t classes,
                    const double* rest, const double* slope) noexcept {
    for (std::size_t i = 0; i < rows; ++i) {
      if (labels[i] < 0) continue;
      T* const row = terms + i * classes;
      const T factor = static_cast<T>(-slope[i] / rest[i]);
      if (classes <= narrow_rows<T, Arch>::k_classes) {
        for (std::size_t j = 0; j < classes; ++j)
          row[j] *= factor;  // without the cost of an incomplete register
      } else {
        simd::for_each<Arch, T>(classes, [=](auto at) { at.store(row, at.load(row) * factor); });
      }
      row[labels[i]] = static_cast<T>(slope[i]);
    }
  }

  static void smoothing_sums(const T* logits, std::size_t classes, const double* class_weights,
                             double* sums) noexcept {
    if (classes <= narrow_rows<T, Arch>::k_classes)
      return narrow_rows<T, Arch>::smoothing_sums(logits, classes, class_weights, sums);
    const double top = simd::maximum<Arch>(classes, [=](auto at) { return at.load(logits); });
    const auto s = simd::sums<Arch, 3>(classes, [=](auto at) {
      using D = simd::pack<double, Arch>;
      const auto z = at.load(logits);
      const auto present = z > D(-__builtin_huge_val());
      const auto weight = select(present, at.load_or(class_weights, 1.0), D(0.0));
      return simd::several{select(present, weight * (top - z), D(0.0)), weight,
                           select(present, D(1.0), D(0.0))};
    });
    for (std::size_t k = 0; k < 3; ++k) sums[k] = s[k];
  }

  static void scale_smoothed(T* terms, const T* logits, std::size_t classes, double factor, double share,
                             const double* class_weights) noexcept {
    if (classes <= narrow_rows<T, Arch>::k_classes)
      return narrow_rows<T, Arch>::scale_smoothed(terms, logits, classes, factor, share, class_weights);
    simd::for_each<Arch>(classes, [=](auto at) {
      using D = simd::pack<double, Arch>;
      const auto term = at.load(terms) * factor - at.load_or(class_weights, 1.0) * share;
      const auto masked = at.load_or(logits, 0.0) == D(-__builtin_huge_val());
      at.store(terms, select(masked, D(0.0), term));
    });
  }

 private:
  static ASSAY_INLINE bool reduce_row(const T* z, std::int32_t label, std::size_t classes, T lowest, T* terms,
                                      double* gap, double* rest) noexcept {
    T top;
    if (!maximum(z, classes, lowest, &top)) return false;
    const auto y = static_cast<std::size_t>(label);
    if (label >= 0 && z[y] == top) top = larger(maximum_of(z, y), maximum_of(z + y + 1, classes - y - 1));
    if (label < 0 || top == -k_infinity) {  // a row without label, or one whose other classes are all masked
      simd::for_each<Arch, T>(classes, [=](auto at) { at.store(terms, V(T(0))); });
      *gap = label < 0 ? 0.0 : __builtin_huge_val();
      *rest = 1.0;
      return true;
    }
    *gap = static_cast<double>(z[y]) - static_cast<double>(top);
    simd::for_each<Arch, T>(classes,
                            [=](auto at) { at.store(terms, exp_of_difference(at.load(z), V(top))); });
    terms[y] = T(0);
    *rest = simd::sum<Arch>(classes, [=](auto at) { return at.load(terms); });
    return true;
  }

  static ASSAY_INLINE T larger(T a, T b) noexcept { return a < b ? b : a; }

  // Largest of n numbers, -Infinity for none. A maximum has the same bits in any order, so the lanes are
  // free.
  static ASSAY_INLINE T maximum_of(const T* z, std::size_t n) noexcept {
    T top = -k_infinity;
    if (n != 0) maximum(z, n, -k_infinity, &top);
    return top;
  }

  // The same, and whether all numbers lie between `lowest` and the largest finite one. Four running packs
  // hide the latency of max.
  static ASSAY_INLINE bool maximum(const T* z, std::size_t n, T lowest, T* result) noexcept {
    const V highest(static_cast<T>(sizeof(T) == 8 ? __DBL_MAX__ : static_cast<double>(__FLT_MAX__)));
    V top[4] = {z[0], z[0], z[0], z[0]};
    simd::mask<T, Arch> good[4] = {within(top[0], lowest, highest), within(top[0], lowest, highest),
                                   within(top[0], lowest, highest), within(top[0], lowest, highest)};
    std::size_t i = 0;
    for (; i + 4 * V::width <= n; i += 4 * V::width) {
      for (std::size_t k = 0; k < 4; ++k) {
        const V x = V::load(z + i + k * V::width);
        good[k] = good[k] && within(x, lowest, highest);
        top[k] = max(top[k], x);
      }
    }
    for (; i + V::width <= n; i += V::width) {
      const V x = V::load(z + i);
      good[0] = good[0] && within(x, lowest, highest);
      top[0] = max(top[0], x);
    }
    if (i < n) {
      const V x = simd::load_padded<T, Arch>(z + i, n - i, z[0]);
      good[1] = good[1] && within(x, lowest, highest);
      top[1] = max(top[1], x);
    }
    T lane[V::width];
    max(max(top[0], top[1]), max(top[2], top[3])).store(lane);
    *result = lane[0];
    for (std::size_t k = 1; k < V::width; ++k) *result = larger(*result, lane[k]);
    return simd::all(good[0] && good[1] && good[2] && good[3]);
  }

  static ASSAY_INLINE simd::mask<T, Arch> within(V x, V lowest, V highest) noexcept {
    return x >= lowest && x <= highest;
  }
};

}  // namespace assay::inline v1::losses
