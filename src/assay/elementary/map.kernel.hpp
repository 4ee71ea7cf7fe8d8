// One elementary function over an array, and log-sum-exp over rows. The functions are those of core/vmath.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/log_sum_exp.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/elementary/kernels.hpp"

namespace assay::inline v1::elementary {

template <class Arch>
struct elementary_kernels {
  /// Float arithmetic for float elements.
  template <class Function>
  static constexpr map_kernel native() noexcept {
    return {map<double, double, Function>, map<float, float, Function>};
  }
  /// Double arithmetic for both, rounded once for float elements.
  template <class Function>
  static constexpr map_kernel in_double() noexcept {
    return {map<double, double, Function>, map<float, double, Function>};
  }

  /// T is the type in memory, Arithmetic that of the computation.
  template <class T, class Arithmetic, class Function>
  static void map(const T* x, T* out, std::size_t n) noexcept {
    simd::map<Arch, Arithmetic>(x, out, n, [](auto value) { return Function::of(value); });
  }

  template <class T>
  static void log_sum_exp(const T* x, std::size_t rows, std::size_t columns, T* out) noexcept {
    for (std::size_t i = 0; i < rows; ++i)
      out[i] = static_cast<T>(vmath::row_functions<Arch>::log_sum_exp(x + i * columns, columns));
  }
};

}  // namespace assay::inline v1::elementary
