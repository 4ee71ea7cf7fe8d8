// Rows of few classes: the work of rows.kernel.hpp with rows in lanes instead of classes, since a row of
// three logits would leave most of a register empty. The sum of a row runs over the classes in order.
// 64 classes are about where the lanes over classes catch up (measured on AVX2 and AVX-512).
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"

namespace assay::inline v1::losses {

/// exp(z - top). In float the rounding of the difference, which exp would magnify to |z - top|/2 units in the
/// last place, is carried along: the result is as good for logits far apart as for near ones.
template <class V>
ASSAY_INLINE V exp_of_difference(V z, V top) noexcept {
  const V difference = z - top;
  if constexpr (sizeof(simd::scalar_of<V>) == 8) return vmath::exp(difference);
  const V back = difference - z;
  return vmath::generic::exp_of_sum(difference, (z - (difference - back)) - (top + back));  // two-sum, Knuth
}

template <class T, class Arch>
struct narrow_rows {
  using V = simd::pack<T, Arch>;
  static constexpr std::size_t k_classes = 64;  ///< most classes of a narrow row
  static constexpr std::size_t k_rows = 64;     ///< most rows of a call; a multiple of every register's width
  static constexpr T k_infinity = static_cast<T>(__builtin_huge_val());

  static bool reduce(const T* logits, const std::int32_t* labels, std::size_t rows, std::size_t classes,
                     T lowest, T* terms, std::size_t stride, double* gap, double* rest) noexcept {
    T column[k_classes][k_rows], label[k_rows], label_logit[k_rows], top[k_rows];
    for (std::size_t i = 0; i < rows; ++i) {
      label[i] = static_cast<T>(labels[i]);
      for (std::size_t j = 0; j < classes; ++j) column[j][i] = logits[i * classes + j];
    }
    for (std::size_t i = rows; i % V::width != 0; ++i) {  // lanes beyond the last row repeat the first
      label[i] = label[0];
      for (std::size_t j = 0; j < classes; ++j) column[j][i] = logits[j];
    }
    for (std::size_t i = 0; i < rows; i += V::width) {
      const lane_group lanes{&column[0][i], V::load(label + i), classes};
      if (!lanes.exponentials(lowest, label_logit + i, top + i)) return false;
    }
    simd::for_each<Arch>(rows, [&](auto at) {
      auto sum = at.load(column[0]);
      for (std::size_t j = 1; j < classes; ++j) sum = sum + at.load(column[j]);
      at.store(rest, sum);
      at.store(gap, at.load(label_logit) - at.load(top));
    });
    for (std::size_t i = 0; i < rows; ++i) {
      if (labels[i] < 0 || top[i] == -k_infinity) {  // no label, or all other classes are masked
        gap[i] = labels[i] < 0 ? 0.0 : __builtin_huge_val();
        rest[i] = 1.0;
        for (std::size_t j = 0; j < classes; ++j) column[j][i] = T(0);
      }
      if (stride == 0) continue;  // nobody reads the terms
      for (std::size_t j = 0; j < classes; ++j) terms[i * stride + j] = column[j][i];
    }
    return true;
  }

  static void smoothing_sums(const T* logits, std::size_t classes, const double* class_weights,
                             double* sums) noexcept {
    double top = static_cast<double>(logits[0]);
    for (std::size_t j = 1; j < classes; ++j) top = simd::max(top, static_cast<double>(logits[j]));
    double excess = 0.0, weight_sum = 0.0, present = 0.0;
    for (std::size_t j = 0; j < classes; ++j) {
      if (logits[j] == -k_infinity) continue;
      const double weight = class_weights == nullptr ? 1.0 : class_weights[j];
      excess += weight * (top - static_cast<double>(logits[j]));
      weight_sum += weight;
      present += 1.0;
    }
    sums[0] = excess;
    sums[1] = weight_sum;
    sums[2] = present;
  }

  static void scale_smoothed(T* terms, const T* logits, std::size_t classes, double factor, double share,
                             const double* class_weights) noexcept {
    for (std::size_t j = 0; j < classes; ++j) {
      const double weight = class_weights == nullptr ? 1.0 : class_weights[j];
      const bool masked = logits != nullptr && logits[j] == -k_infinity;
      terms[j] = masked ? T(0) : static_cast<T>(static_cast<double>(terms[j]) * factor - weight * share);
    }
  }

 private:
  // One register of rows, class j at columns[j k_rows].
  struct lane_group {
    T* columns;
    V label;
    std::size_t classes;

    // Logits become exp(z - top), 0 for the label; false when a logit is not allowed.
    ASSAY_INLINE bool exponentials(T lowest, T* label_logit, T* top) const noexcept {
      const V highest(static_cast<T>(sizeof(T) == 8 ? __DBL_MAX__ : static_cast<double>(__FLT_MAX__)));
      V largest(-k_infinity), own(T(0));
      auto good = own == own;
      for (std::size_t j = 0; j < classes; ++j) {
        const V z = V::load(columns + j * k_rows);
        const auto is_label = label == V(static_cast<T>(j));
        good = good && z >= V(lowest) && z <= highest;
        largest = max(largest, select(is_label, V(-k_infinity), z));
        own = select(is_label, z, own);
      }
      if (!simd::all(good)) return false;
      own.store(label_logit);
      largest.store(top);
      for (std::size_t j = 0; j < classes; ++j) {
        const auto is_label = label == V(static_cast<T>(j));
        const V z = select(is_label, largest, V::load(columns + j * k_rows));
        select(is_label, V(T(0)), exp_of_difference(z, largest)).store(columns + j * k_rows);
      }
      return true;
    }
  };
};

}  // namespace assay::inline v1::losses
