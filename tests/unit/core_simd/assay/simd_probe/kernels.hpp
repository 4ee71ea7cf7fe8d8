// Kernels that exist only to test core/simd on every instruction set; built like those of a domain.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/dispatch.hpp"

namespace assay::inline v1::simd_probe {

/// What the operations on packs make of a pair of numbers, lane by lane.
struct operation_results {
  double* negated;    // -a
  double* magnitude;  // |a|
  double* smaller;    // min(a, b)
  double* larger;     // max(a, b)
  double* low;        // after compare_exchange(a, b)
  double* high;
  double* chosen;  // a < b ? a : b by select
};

struct kernels {
  double (*sum_float64)(const double* x, std::size_t n) noexcept;
  double (*sum_float32)(const float* x, std::size_t n) noexcept;
  void (*weighted_sums)(const std::uint8_t* x, const double* weights, std::size_t n, double* result) noexcept;
  double (*maximum)(const double* x, std::size_t n) noexcept;
  double (*minimum)(const double* x, std::size_t n) noexcept;
  void (*widen_int8)(const std::int8_t* x, double* out, std::size_t n) noexcept;
  void (*widen_uint8)(const std::uint8_t* x, double* out, std::size_t n) noexcept;
  void (*widen_int16)(const std::int16_t* x, double* out, std::size_t n) noexcept;
  void (*widen_uint16)(const std::uint16_t* x, double* out, std::size_t n) noexcept;
  void (*widen_int32)(const std::int32_t* x, double* out, std::size_t n) noexcept;
  void (*widen_uint32)(const std::uint32_t* x, double* out, std::size_t n) noexcept;
  void (*widen_float32)(const float* x, double* out, std::size_t n) noexcept;
  void (*narrow)(const double* x, float* out, std::size_t n) noexcept;
  void (*operations)(const double* a, const double* b, std::size_t n,
                     const operation_results& results) noexcept;
  void (*philox)(std::uint64_t seed, std::uint64_t first_item, std::uint32_t stage, std::uint32_t index,
                 std::uint64_t* draws, double* uniforms) noexcept;  // 8 items, 2 draws each
  void (*erf_of_float_packs)(const float* x, float* out, std::size_t n) noexcept;
  void (*normal_pdf_cdf)(const double* x, double* pdf, double* cdf, std::size_t n) noexcept;
};

ASSAY_DECLARE_KERNEL_TABLES(kernels);

}  // namespace assay::inline v1::simd_probe
