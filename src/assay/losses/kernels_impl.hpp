// The kernels of this domain for one set of instructions.
#pragma once

#include "assay/losses/binary.kernel.hpp"
#include "assay/losses/kernels.hpp"
#include "assay/losses/phi.kernel.hpp"
#include "assay/losses/rows.kernel.hpp"
#include "assay/losses/smoothing.kernel.hpp"

namespace assay::inline v1::losses {

template <class T, class Arch>
constexpr row_kernels<T> make_row_kernels() {
  return {.reduce = softmax_rows<T, Arch>::reduce,
          .scale = softmax_rows<T, Arch>::scale,
          .smoothing_sums = softmax_rows<T, Arch>::smoothing_sums,
          .scale_smoothed = softmax_rows<T, Arch>::scale_smoothed};
}

template <class T, class Arch>
constexpr binary_kernels<T> make_binary_kernels() {
  return {.cross_entropy = binary_losses<T, Arch>::cross_entropy,
          .focal = binary_losses<T, Arch>::focal,
          .weighted_sum = binary_losses<T, Arch>::weighted_sum};
}

template <class Arch>
constexpr kernels make_kernels() {
  return {.rows_float32 = make_row_kernels<float, Arch>(),
          .rows_float64 = make_row_kernels<double, Arch>(),
          .cross_entropy = label_losses<Arch, cross_entropy_phi>::apply,
          .focal = label_losses<Arch, focal_phi>::apply,
          .generalized_cross_entropy = label_losses<Arch, generalized_cross_entropy_phi>::apply,
          .smoothed_cross_entropy = smoothing_kernels<Arch>::apply,
          .binary_float32 = make_binary_kernels<float, Arch>(),
          .binary_float64 = make_binary_kernels<double, Arch>()};
}

}  // namespace assay::inline v1::losses
