// The few operations for which instruction sets need different instructions. This is the only file with ISA
// #ifs; overloads are chosen by the xsimd architecture (a derived architecture converts to its base).
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/inline.hpp"
#include "assay/core/simd/xsimd.hpp"

namespace assay::inline v1::simd::native {

#if XSIMD_WITH_SSE4_2
using sse = xsimd::sse4_2;

ASSAY_INLINE __m128d widen(const float* p, sse) noexcept {
  return _mm_cvtps_pd(_mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
ASSAY_INLINE __m128d widen(const std::int32_t* p, sse) noexcept {
  return _mm_cvtepi32_pd(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
}
ASSAY_INLINE __m128d widen(const std::uint8_t* p, sse) noexcept {
  std::uint16_t bytes;
  __builtin_memcpy(&bytes, p, sizeof bytes);
  return _mm_cvtepi32_pd(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(bytes)));
}
ASSAY_INLINE void narrow(float* p, __m128d x, sse) noexcept {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_castps_si128(_mm_cvtpd_ps(x)));
}
// minpd and maxpd return their second operand on equality and NaN, hence the swapped operands.
ASSAY_INLINE __m128d min(__m128d a, __m128d b, sse) noexcept { return _mm_min_pd(b, a); }
ASSAY_INLINE __m128d max(__m128d a, __m128d b, sse) noexcept { return _mm_max_pd(b, a); }
ASSAY_INLINE __m128 min(__m128 a, __m128 b, sse) noexcept { return _mm_min_ps(b, a); }
ASSAY_INLINE __m128 max(__m128 a, __m128 b, sse) noexcept { return _mm_max_ps(b, a); }
ASSAY_INLINE __m128i multiply_low32(__m128i a, __m128i b, sse) noexcept { return _mm_mul_epu32(a, b); }
#endif

#if XSIMD_WITH_AVX2
ASSAY_INLINE __m256d widen(const float* p, xsimd::avx2) noexcept { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
ASSAY_INLINE __m256d widen(const std::int32_t* p, xsimd::avx2) noexcept {
  return _mm256_cvtepi32_pd(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
ASSAY_INLINE __m256d widen(const std::uint8_t* p, xsimd::avx2) noexcept {
  int bytes;
  __builtin_memcpy(&bytes, p, sizeof bytes);
  return _mm256_cvtepi32_pd(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(bytes)));
}
ASSAY_INLINE void narrow(float* p, __m256d x, xsimd::avx2) noexcept { _mm_storeu_ps(p, _mm256_cvtpd_ps(x)); }
ASSAY_INLINE __m256d min(__m256d a, __m256d b, xsimd::avx2) noexcept { return _mm256_min_pd(b, a); }
ASSAY_INLINE __m256d max(__m256d a, __m256d b, xsimd::avx2) noexcept { return _mm256_max_pd(b, a); }
ASSAY_INLINE __m256 min(__m256 a, __m256 b, xsimd::avx2) noexcept { return _mm256_min_ps(b, a); }
ASSAY_INLINE __m256 max(__m256 a, __m256 b, xsimd::avx2) noexcept { return _mm256_max_ps(b, a); }
ASSAY_INLINE __m256i multiply_low32(__m256i a, __m256i b, xsimd::avx2) noexcept {
  return _mm256_mul_epu32(a, b);
}
#endif

#if XSIMD_WITH_AVX512BW
using avx512 = xsimd::avx512bw;

ASSAY_INLINE __m512d widen(const float* p, avx512) noexcept { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
ASSAY_INLINE __m512d widen(const std::int32_t* p, avx512) noexcept {
  return _mm512_cvtepi32_pd(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
}
ASSAY_INLINE __m512d widen(const std::uint8_t* p, avx512) noexcept {
  return _mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
ASSAY_INLINE void narrow(float* p, __m512d x, avx512) noexcept { _mm256_storeu_ps(p, _mm512_cvtpd_ps(x)); }
ASSAY_INLINE __m512d min(__m512d a, __m512d b, avx512) noexcept { return _mm512_min_pd(b, a); }
ASSAY_INLINE __m512d max(__m512d a, __m512d b, avx512) noexcept { return _mm512_max_pd(b, a); }
ASSAY_INLINE __m512 min(__m512 a, __m512 b, avx512) noexcept { return _mm512_min_ps(b, a); }
ASSAY_INLINE __m512 max(__m512 a, __m512 b, avx512) noexcept { return _mm512_max_ps(b, a); }
ASSAY_INLINE __m512i multiply_low32(__m512i a, __m512i b, avx512) noexcept { return _mm512_mul_epu32(a, b); }
#endif

#if XSIMD_WITH_NEON64
using neon = xsimd::neon64;

ASSAY_INLINE float64x2_t widen(const float* p, neon) noexcept { return vcvt_f64_f32(vld1_f32(p)); }
ASSAY_INLINE float64x2_t widen(const std::int32_t* p, neon) noexcept {
  return vcvtq_f64_s64(vmovl_s32(vld1_s32(p)));
}
ASSAY_INLINE float64x2_t widen(const std::uint8_t* p, neon) noexcept {
  return vcvtq_f64_u64(vcombine_u64(vcreate_u64(p[0]), vcreate_u64(p[1])));
}
ASSAY_INLINE void narrow(float* p, float64x2_t x, neon) noexcept { vst1_f32(p, vcvt_f32_f64(x)); }
// fmin of Arm orders -0 below +0 and prefers NaN; select keeps the common rule.
ASSAY_INLINE float64x2_t min(float64x2_t a, float64x2_t b, neon) noexcept {
  return vbslq_f64(vcltq_f64(b, a), b, a);
}
ASSAY_INLINE float64x2_t max(float64x2_t a, float64x2_t b, neon) noexcept {
  return vbslq_f64(vcltq_f64(a, b), b, a);
}
ASSAY_INLINE float32x4_t min(float32x4_t a, float32x4_t b, neon) noexcept {
  return vbslq_f32(vcltq_f32(b, a), b, a);
}
ASSAY_INLINE float32x4_t max(float32x4_t a, float32x4_t b, neon) noexcept {
  return vbslq_f32(vcltq_f32(a, b), b, a);
}
// xsimd divides floats, and takes their roots, by an estimate and Newton's steps: not rounded correctly.
ASSAY_INLINE xsimd::batch<float, neon> divide(xsimd::batch<float, neon> a,
                                              xsimd::batch<float, neon> b) noexcept {
  return vdivq_f32(a, b);
}
ASSAY_INLINE xsimd::batch<float, neon> sqrt(xsimd::batch<float, neon> x) noexcept { return vsqrtq_f32(x); }
ASSAY_INLINE uint64x2_t multiply_low32(uint64x2_t a, uint64x2_t b, neon) noexcept {
  return vmull_u32(vmovn_u64(a), vmovn_u64(b));
}
#endif

#if XSIMD_WITH_WASM
ASSAY_INLINE v128_t widen(const float* p, xsimd::wasm) noexcept {
  return wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(p));
}
ASSAY_INLINE v128_t widen(const std::int32_t* p, xsimd::wasm) noexcept {
  return wasm_f64x2_convert_low_i32x4(wasm_v128_load64_zero(p));
}
ASSAY_INLINE v128_t widen(const std::uint8_t* p, xsimd::wasm) noexcept {
  return wasm_f64x2_convert_low_u32x4(
      wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load16_splat(p))));
}
ASSAY_INLINE void narrow(float* p, v128_t x, xsimd::wasm) noexcept {
  wasm_v128_store64_lane(p, wasm_f32x4_demote_f64x2_zero(x), 0);
}
// One register type serves all element types, hence the tag.
ASSAY_INLINE v128_t min(v128_t a, v128_t b, xsimd::wasm, double) noexcept { return wasm_f64x2_pmin(a, b); }
ASSAY_INLINE v128_t max(v128_t a, v128_t b, xsimd::wasm, double) noexcept { return wasm_f64x2_pmax(a, b); }
ASSAY_INLINE v128_t min(v128_t a, v128_t b, xsimd::wasm, float) noexcept { return wasm_f32x4_pmin(a, b); }
ASSAY_INLINE v128_t max(v128_t a, v128_t b, xsimd::wasm, float) noexcept { return wasm_f32x4_pmax(a, b); }
ASSAY_INLINE v128_t multiply_low32(v128_t a, v128_t b, xsimd::wasm) noexcept {
  return wasm_u64x2_extmul_low_u32x4(wasm_i32x4_shuffle(a, a, 0, 2, 0, 2),
                                     wasm_i32x4_shuffle(b, b, 0, 2, 0, 2));
}
#endif

/// Correctly rounded on every instruction set.
template <class Batch>
ASSAY_INLINE Batch divide(Batch a, Batch b) noexcept {
  return a / b;
}
template <class Batch>
ASSAY_INLINE Batch sqrt(Batch x) noexcept {
  return xsimd::sqrt(x);
}

/// min and max with the element type as a tag where the register type does not tell it.
template <class Arch, class Register, class T>
ASSAY_INLINE auto min(Register a, Register b, Arch arch, T) noexcept -> decltype(min(a, b, arch)) {
  return min(a, b, arch);
}
template <class Arch, class Register, class T>
ASSAY_INLINE auto max(Register a, Register b, Arch arch, T) noexcept -> decltype(max(a, b, arch)) {
  return max(a, b, arch);
}

}  // namespace assay::inline v1::simd::native
