// Sums of distances of the energy score, for one forecast.
//
// The members come transposed: coordinate k of all members is one row, so that lanes run over members and no
// distance needs a sum over lanes. Every pair of members is met once: member j with the one `shift` places
// after it, round the ensemble, for the shifts 1 .. m / 2 (for even m the last shift meets its pairs twice).
// Sums over members run in 8 virtual lanes that meet in a fixed tree: the same bits on every instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/any_power.kernel.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
struct energy_kernels {
  using V = simd::pack<double, Arch>;
  static constexpr std::size_t width = V::width;
  static constexpr std::size_t packs = simd::k_lanes / width;
  static constexpr std::size_t tile = 4;  // shifts that share the loads of a member's coordinates

  /// sum_i w_i |x_i - y|^beta and sum_{i < j} w_i w_j |x_i - x_j|^beta.
  static energy_sums energy(const energy_ensemble& e) noexcept { return sums_of(e, euclidean{e.beta}); }

  /// The same for 1 - e^(-factor |a - b|^2).
  static energy_sums gaussian_kernel(const energy_ensemble& e, double factor) noexcept {
    return sums_of(e, gaussian{factor});
  }

  /// grad[k * padded + j] = w_j [ c_j (x_jk - y_k) observation_factor - spread_factor sum_i w_i c_ij (x_jk -
  /// x_ik) ] with c the derivative of the distance over the distance, 0 where points coincide;
  /// observation_grad[k] is minus the sum of the first part over j. slopes holds (m + 1) * 8 doubles.
  static void energy_grad(const energy_ensemble& e, double observation_factor, double spread_factor,
                          double* slopes, double* grad, double* observation_grad) noexcept {
    for (std::size_t j = 0; j < e.padded; j += width) {
      const V w = V::load(e.weights + j);
      for (std::size_t i = 0; i < e.m; ++i)
        (V(e.weights[i] * spread_factor) * w * slope(squared_distance(e, e.members + i, e.stride, j), e.beta))
            .store(slopes + i * width);
      const V outer = w * V(observation_factor) * slope(squared_distance(e, e.observation, 1, j), e.beta);
      outer.store(slopes + e.m * width);
      for (std::size_t k = 0; k < e.d; ++k) {
        const V x = V::load(e.members + k * e.stride + j);
        V pull(0.0);
        for (std::size_t i = 0; i < e.m; ++i)
          pull += V::load(slopes + i * width) * (x - V(e.members[k * e.stride + i]));
        const V push = outer * (x - V(e.observation[k]));
        push.store(grad + (e.d + k) * e.padded + j);
        (push - pull).store(grad + k * e.padded + j);
      }
    }
    for (std::size_t k = 0; k < e.d; ++k) {
      const double* push = grad + (e.d + k) * e.padded;
      observation_grad[k] = 0.0 - simd::sum<Arch>(e.padded, [=](auto at) { return at.load(push); });
    }
  }

  /// sum_i w_i |x_i - x_{(i - lag) mod m}|^beta.
  static double energy_lagged(const energy_ensemble& e, std::size_t lag) noexcept {
    double total = 0.0;
    for (std::size_t i = 0; i < e.m; ++i) {
      const std::size_t other = i >= lag ? i - lag : i + e.m - lag;
      const double* a = e.members + i;
      const double* b = e.members + other;
      double square = 0.0;
      for (std::size_t k = 0; k < e.d; ++k) {
        const double difference = a[k * e.stride] - b[k * e.stride];
        square += difference * difference;
      }
      total += e.weights[i] * scalar_power(square, e.beta);
    }
    return total;
  }

 private:
  // Distances as functions of the squared Euclidean one.
  struct euclidean {
    double beta;
    ASSAY_INLINE V operator()(V square) const noexcept { return power(square, beta); }
  };
  struct gaussian {
    double factor;
    ASSAY_INLINE V operator()(V square) const noexcept { return -vmath::expm1(-(V(factor) * square)); }
  };

  template <class Distance>
  static ASSAY_INLINE energy_sums sums_of(const energy_ensemble& e, Distance distance) noexcept {
    energy_sums sums;
    sums.to_observation = simd::sum_long<Arch>(e.padded, [&](auto at) {
      return at.load(e.weights) * distance(squared_distance(e, e.observation, 1, at.first()));
    });
    lanes total;
    std::size_t shift = 1;
    for (; 2 * (shift + tile - 1) < e.m; shift += tile) total.add(pairs<tile>(e, shift, distance), 1.0);
    for (; 2 * shift <= e.m; ++shift) total.add(pairs<1>(e, shift, distance), 2 * shift == e.m ? 0.5 : 1.0);
    sums.between_members = total.sum();
    return sums;
  }

  struct lanes {
    V slot[packs];
    ASSAY_INLINE lanes() noexcept {
      for (std::size_t s = 0; s < packs; ++s) slot[s] = V(0.0);
    }
    ASSAY_INLINE void add(const lanes& other, double factor) noexcept {
      for (std::size_t s = 0; s < packs; ++s) slot[s] += V(factor) * other.slot[s];
    }
    [[nodiscard]] ASSAY_INLINE double sum() const noexcept {
      double value[simd::k_lanes];
      for (std::size_t s = 0; s < packs; ++s) slot[s].store(value + s * width);
      return simd::sum<Arch>(simd::k_lanes, [&value](auto at) { return at.load(value); });
    }
  };

  // |a|^beta from |a|^2
  static ASSAY_INLINE V power(V square, double beta) noexcept {
    return beta == 1.0 ? simd::sqrt(square) : any_power(square, 0.5 * beta);
  }

  static ASSAY_INLINE double scalar_power(double square, double beta) noexcept {
    double value[width];
    power(V(square), beta).store(value);
    return value[0];
  }

  // beta |a|^(beta - 2), 0 for a = 0
  static ASSAY_INLINE V slope(V square, double beta) noexcept {
    const V positive = simd::select(square > V(0.0), square, V(1.0));
    const V value =
        beta == 1.0 ? V(1.0) / simd::sqrt(positive) : V(beta) * any_power(positive, 0.5 * beta - 1.0);
    return simd::select(square > V(0.0), value, V(0.0));
  }

  // Members j .. j + W - 1 to one point, whose coordinates lie `stride` apart.
  static ASSAY_INLINE V squared_distance(const energy_ensemble& e, const double* point, std::size_t stride,
                                         std::size_t j) noexcept {
    V square(0.0);
    for (std::size_t k = 0; k < e.d; ++k) {
      const V difference = V::load(e.members + k * e.stride + j) - V(point[k * stride]);
      square += difference * difference;
    }
    return square;
  }

  // Sum over the members j and Count shifts of w_j w_i distance(|x_j - x_i|^2), i = j + shift.
  template <std::size_t Count, class Distance>
  static ASSAY_INLINE lanes pairs(const energy_ensemble& e, std::size_t shift, Distance distance) noexcept {
    lanes total;
    for (std::size_t j = 0; j < e.m; j += simd::k_lanes)
      for (std::size_t s = 0; s < packs && j + s * width < e.m; ++s)
        total.slot[s] += pack_of_pairs<Count>(e, j + s * width, shift, distance);
    return total;
  }

  template <std::size_t Count, class Distance>
  static ASSAY_INLINE V pack_of_pairs(const energy_ensemble& e, std::size_t j, std::size_t shift,
                                      Distance distance) noexcept {
    V square[Count];
    for (std::size_t t = 0; t < Count; ++t) square[t] = V(0.0);
    const double* coordinate = e.members + j;
    for (std::size_t k = 0; k < e.d; ++k, coordinate += e.stride) {
      const V x = V::load(coordinate);
      for (std::size_t t = 0; t < Count; ++t) {
        const V difference = x - V::load(coordinate + shift + t);
        square[t] += difference * difference;
      }
    }
    V sum(0.0);
    for (std::size_t t = 0; t < Count; ++t)
      sum += V::load(e.weights_around + j + shift + t) * distance(square[t]);
    return V::load(e.weights + j) * sum;
  }
};

}  // namespace assay::inline v1::scoring
