// CRPS of fields with its gradient: one variable of one forecast, lanes over grid points. A member's slope is
//   (sgn(x_i - y) m (m - 1) - (m - 1 + alpha) sum_j sgn(x_i - x_j)) / (m^2 (m - 1)),  sgn(0) = 0,
// and, as the score is homogeneous in the distances from y, crps = sum_i slope_i (x_i - y): no term is
// negative. For alpha = 1 slopes that are 0 are exactly 0.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/lanes.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
struct field_crps_kernels {
  using V = simd::pack<double, Arch>;
  static constexpr std::size_t block = 256;  // grid points whose gradient stays in the first cache

  template <class T>
  static field_sums field_crps(const field_rows<T>& rows) noexcept {
    field_sums total{0.0, 0.0};
    for (std::size_t first = 0; first < rows.points; first += block) {
      const field_rows<T> part = rows.part(first, block);
      store_ranks(part);
      const field_sums sums = slopes_of(part);
      total = {total.crps + sums.crps, total.weight + sums.weight};
    }
    return total;
  }

 private:
  // sum_j sgn(x_i - x_j) where the derivative will stand. Small whole numbers: exact in T.
  template <class T>
  static ASSAY_INLINE void store_ranks(const field_rows<T>& rows) noexcept {
    using P = simd::pack<T, Arch>;
    simd::for_each<Arch, T>(rows.points, [=](auto at) {
      const P one(T(1)), zero(T(0));
      for (std::size_t i = 0; i < rows.members; ++i) {
        const P x = at.load(rows.first_member + i * rows.stride);
        P above = zero, below = zero;
        for (std::size_t j = 0; j < rows.members; ++j) {
          const P other = at.load(rows.first_member + j * rows.stride);
          above += simd::select(other < x, one, zero);
          below += simd::select(x < other, one, zero);
        }
        at.store(rows.grad + i * rows.stride, above - below);
      }
    });
  }

  // From the ranks to the derivatives.
  template <class T>
  static ASSAY_INLINE field_sums slopes_of(const field_rows<T>& rows) noexcept {
    const double m = static_cast<double>(rows.members);
    const V to_outcome(m > 1.0 ? m * (m - 1.0) : 1.0), between(m - 1.0 + rows.alpha);
    const double unit = m > 1.0 ? 1.0 / (m * m * (m - 1.0)) : 1.0;
    const auto totals = simd::sums_long<Arch, 2>(rows.points, [=](auto at) {
      const V y = at.load(rows.observation), weight = at.load(rows.grid_weights);
      V probe = y - y;
      for (std::size_t i = 0; i < rows.members; ++i) {
        const V x = at.load(rows.first_member + i * rows.stride);
        probe += x - x;
      }
      const auto present = probe == V(0.0);
      const V outcome = simd::select(present, y, V(0.0)), scale = weight * V(unit);
      V score(0.0);
      for (std::size_t i = 0; i < rows.members; ++i) {
        T* const grad = rows.grad + i * rows.stride;
        const V x = at.load(rows.first_member + i * rows.stride);
        const V distance = simd::select(present, x - outcome, V(0.0));
        const V slope = sign_of(distance) * to_outcome - between * at.load(grad);
        score += slope * distance;
        at.store(grad, simd::select(present, slope * scale * V(rows.factor), V(0.0)));
      }
      return simd::several<V, 2>{score * scale, simd::select(present, weight, V(0.0))};
    });
    return {totals[0], totals[1]};
  }

  static ASSAY_INLINE V sign_of(V difference) noexcept {
    return simd::select(difference > V(0.0), V(1.0), simd::select(difference < V(0.0), V(-1.0), V(0.0)));
  }
};

}  // namespace assay::inline v1::scoring
