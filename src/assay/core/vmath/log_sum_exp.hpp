// log(sum_i e^(x_i)) of one row, without overflow and with full relative accuracy also when the result is
// near zero: max + log1p(sum of e^(x_i - max) without one of the maxima).
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/exp.hpp"
#include "assay/core/vmath/log.hpp"

namespace assay::inline v1::vmath {

template <class Arch>
struct row_functions {
  using V = simd::pack<double, Arch>;

  /// T is the type in memory; arithmetic is in double. -Infinity when n = 0; NaN when an element is NaN.
  template <class T>
  static double log_sum_exp(const T* x, std::size_t n) noexcept {
    const double largest = simd::maximum<Arch>(n, [=](auto at) { return at.load(x); });
    if (simd::abs(largest) == generic::infinity<double>()) return of_infinite_row(x, n, largest);
    const auto s = simd::sums_long<Arch, 2>(n, [=](auto at) {
      const V below = at.load(x, largest) - V(largest);
      const auto is_largest = below == V(0.0);
      return simd::several{simd::select(is_largest, V(0.0), generic::exp(below)),
                           simd::select(is_largest, V(1.0), V(0.0))};
    });
    return largest + generic::log1p((s[1] - 1.0) + s[0]);
  }

 private:
  /// The maximum is the answer unless a NaN, which comparisons pass over, is among the elements.
  template <class T>
  static double of_infinite_row(const T* x, std::size_t n, double largest) noexcept {
    const double unordered = simd::sum<Arch>(n, [=](auto at) {
      const V value = at.load(x);
      return simd::select(value != value, V(1.0), V(0.0));
    });
    return unordered > 0.0 ? generic::not_a_number<double>() : largest;
  }
};

}  // namespace assay::inline v1::vmath
