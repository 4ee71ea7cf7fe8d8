// The probe kernels of one instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/simd/philox.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/simd_probe/kernels.hpp"

namespace assay::inline v1::simd_probe {

template <class Arch>
struct probe {
  using V = simd::pack<double, Arch>;
  using U = simd::pack<std::uint64_t, Arch>;

  template <class T>
  static double sum(const T* x, std::size_t n) noexcept {
    return simd::sum<Arch>(n, [=](auto at) { return at.load(x); });
  }

  static void weighted_sums(const std::uint8_t* x, const double* weights, std::size_t n,
                            double* result) noexcept {
    const auto s = simd::sums<Arch, 2>(n, [=](auto at) {
      const auto weight = at.load_or(weights, 1.0);
      return simd::several{weight * at.load(x), weight};
    });
    result[0] = s[0];
    result[1] = s[1];
  }

  static double maximum(const double* x, std::size_t n) noexcept {
    return simd::maximum<Arch>(n, [=](auto at) { return at.load(x); });
  }
  static double minimum(const double* x, std::size_t n) noexcept {
    return simd::minimum<Arch>(n, [=](auto at) { return at.load(x); });
  }

  template <class From, class To>
  static void convert(const From* x, To* out, std::size_t n) noexcept {
    simd::for_each<Arch>(n, [=](auto at) { at.store(out, at.load(x)); });
  }

  static void operations(const double* a, const double* b, std::size_t n,
                         const operation_results& results) noexcept {
    const operation_results r = results;
    simd::for_each<Arch>(n, [=](auto at) {
      const V x = at.load(a);
      const V y = at.load(b);
      at.store(r.negated, -x);
      at.store(r.magnitude, simd::abs(x));
      at.store(r.smaller, simd::min(x, y));
      at.store(r.larger, simd::max(x, y));
      at.store(r.chosen, simd::select(x < y, x, y));
      V low = x;
      V high = y;
      simd::compare_exchange(low, high);
      at.store(r.low, low);
      at.store(r.high, high);
    });
  }

  static void philox(std::uint64_t seed, std::uint64_t first_item, std::uint32_t stage, std::uint32_t index,
                     std::uint64_t* draws, double* uniforms) noexcept {
    for (std::size_t i = 0; i < 8; i += U::width) {
      std::uint64_t item[U::width];
      for (std::size_t lane = 0; lane < U::width; ++lane) item[lane] = first_item + i + lane;
      const auto block = simd::philox_block(seed, U::load(item), stage, index);
      block.first.store(draws + i);
      block.second.store(draws + 8 + i);
      simd::to_uniform(block.first).store(uniforms + i);
      simd::to_uniform(block.second).store(uniforms + 8 + i);
    }
  }

  static void erf_of_float_packs(const float* x, float* out, std::size_t n) noexcept {
    simd::for_each<Arch, float>(n, [=](auto at) { at.store(out, vmath::erf(at.load(x))); });
  }
  static void normal_pdf_cdf(const double* x, double* pdf, double* cdf, std::size_t n) noexcept {
    simd::for_each<Arch>(n, [=](auto at) {
      const auto values = vmath::normal_pdf_cdf(at.load(x));
      at.store(pdf, values.pdf);
      at.store(cdf, values.cdf);
    });
  }
};

template <class Arch>
constexpr kernels make_kernels() noexcept {
  using P = probe<Arch>;
  return {.sum_float64 = P::template sum<double>,
          .sum_float32 = P::template sum<float>,
          .weighted_sums = P::weighted_sums,
          .maximum = P::maximum,
          .minimum = P::minimum,
          .widen_int8 = P::template convert<std::int8_t, double>,
          .widen_uint8 = P::template convert<std::uint8_t, double>,
          .widen_int16 = P::template convert<std::int16_t, double>,
          .widen_uint16 = P::template convert<std::uint16_t, double>,
          .widen_int32 = P::template convert<std::int32_t, double>,
          .widen_uint32 = P::template convert<std::uint32_t, double>,
          .widen_float32 = P::template convert<float, double>,
          .narrow = P::template convert<double, float>,
          .operations = P::operations,
          .philox = P::philox,
          .erf_of_float_packs = P::erf_of_float_packs,
          .normal_pdf_cdf = P::normal_pdf_cdf};
}

}  // namespace assay::inline v1::simd_probe
