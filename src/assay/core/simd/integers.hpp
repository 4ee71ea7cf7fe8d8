// Packs of unsigned 32-bit integers: order, 64-bit products, and small tables looked up in every lane. Chosen
// by the xsimd architecture like the operations of native.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/pack.hpp"

namespace assay::inline v1::simd {

template <class Arch>
ASSAY_INLINE pack<std::uint32_t, Arch> smaller(pack<std::uint32_t, Arch> a,
                                               pack<std::uint32_t, Arch> b) noexcept {
  return xsimd::min(a.native(), b.native());
}
template <class Arch>
ASSAY_INLINE pack<std::uint32_t, Arch> larger(pack<std::uint32_t, Arch> a,
                                              pack<std::uint32_t, Arch> b) noexcept {
  return xsimd::max(a.native(), b.native());
}
/// a & ~b.
template <class T, class Arch>
ASSAY_INLINE pack<T, Arch> and_not(pack<T, Arch> a, pack<T, Arch> b) noexcept {
  return xsimd::bitwise_andnot(a.native(), b.native());
}
/// Puts the smaller value into `low`, the larger into `high`.
template <class Arch>
ASSAY_INLINE void order(pack<std::uint32_t, Arch>& low, pack<std::uint32_t, Arch>& high) noexcept {
  const auto first = low;
  low = smaller(first, high);
  high = larger(first, high);
}

namespace native {

// Where a multiplication takes the even lanes only, the odd ones are shifted into their place.

#if XSIMD_WITH_SSE4_2
ASSAY_INLINE void multiply_wide(__m128i a, std::uint32_t b, __m128i& low, __m128i& high,
                                xsimd::sse4_2) noexcept {
  const __m128i factor = _mm_set1_epi32(static_cast<int>(b));
  const __m128i even = _mm_mul_epu32(a, factor);
  const __m128i odd = _mm_mul_epu32(_mm_srli_epi64(a, 32), factor);
  low = _mm_blend_epi16(even, _mm_slli_epi64(odd, 32), 0xcc);
  high = _mm_blend_epi16(_mm_srli_epi64(even, 32), odd, 0xcc);
}
#endif

#if XSIMD_WITH_AVX2
ASSAY_INLINE void multiply_wide(__m256i a, std::uint32_t b, __m256i& low, __m256i& high,
                                xsimd::avx2) noexcept {
  const __m256i factor = _mm256_set1_epi32(static_cast<int>(b));
  const __m256i even = _mm256_mul_epu32(a, factor);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), factor);
  low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
  high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
}
#endif

#if XSIMD_WITH_AVX512BW
ASSAY_INLINE void multiply_wide(__m512i a, std::uint32_t b, __m512i& low, __m512i& high,
                                xsimd::avx512bw) noexcept {
  const __m512i factor = _mm512_set1_epi32(static_cast<int>(b));
  const __m512i even = _mm512_mul_epu32(a, factor);
  const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(a, 32), factor);
  low = _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
  high = _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 32), odd);
}
#endif

#if XSIMD_WITH_NEON64
ASSAY_INLINE void multiply_wide(uint32x4_t a, std::uint32_t b, uint32x4_t& low, uint32x4_t& high,
                                xsimd::neon64) noexcept {
  const uint32x4_t first = vreinterpretq_u32_u64(vmull_n_u32(vget_low_u32(a), b));
  const uint32x4_t second = vreinterpretq_u32_u64(vmull_high_n_u32(a, b));
  low = vuzp1q_u32(first, second);
  high = vuzp2q_u32(first, second);
}
#endif

#if XSIMD_WITH_WASM
ASSAY_INLINE void multiply_wide(v128_t a, std::uint32_t b, v128_t& low, v128_t& high, xsimd::wasm) noexcept {
  const v128_t factor = wasm_u32x4_splat(b);
  const v128_t first = wasm_u64x2_extmul_low_u32x4(a, factor);
  const v128_t second = wasm_u64x2_extmul_high_u32x4(a, factor);
  low = wasm_i32x4_shuffle(first, second, 0, 2, 4, 6);
  high = wasm_i32x4_shuffle(first, second, 1, 3, 5, 7);
}
#endif

// Each lookup takes 32-bit lanes, of which the lowest 5 bits are the index, and gives the byte of the table
// there. Byte shuffles set the other bytes to zero where their index byte has its highest bit set (x86) or is
// too large (Arm, WebAssembly): the constants see to that, with no carry between the bytes.

#if XSIMD_WITH_SSE4_2
struct table32_sse {
  __m128i low, high;
  ASSAY_INLINE explicit table32_sse(const std::uint8_t* p) noexcept
      : low(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))),
        high(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16))) {}
  [[nodiscard]] ASSAY_INLINE __m128i operator()(__m128i x) const noexcept {
    const __m128i index = _mm_and_si128(x, _mm_set1_epi32(31));
    // 0 .. 15 becomes 0x70 .. 0x7f and 16 .. 31 a byte that selects zero; for the upper half the other way
    // round.
    const __m128i in_low = _mm_add_epi32(index, _mm_set1_epi32(static_cast<int>(0x80808070U)));
    const __m128i in_high = _mm_xor_si128(in_low, _mm_set1_epi32(0x80));
    return _mm_or_si128(_mm_shuffle_epi8(low, in_low), _mm_shuffle_epi8(high, in_high));
  }
};
ASSAY_INLINE table32_sse make_table32(const std::uint8_t* p, xsimd::sse4_2) noexcept {
  return table32_sse(p);
}
#endif

#if XSIMD_WITH_AVX2
struct table32_avx2 {
  __m256i low, high;
  ASSAY_INLINE explicit table32_avx2(const std::uint8_t* p) noexcept
      : low(_mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)))),
        high(_mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16)))) {}
  [[nodiscard]] ASSAY_INLINE __m256i operator()(__m256i x) const noexcept {
    const __m256i index = _mm256_and_si256(x, _mm256_set1_epi32(31));
    const __m256i in_low = _mm256_add_epi32(index, _mm256_set1_epi32(static_cast<int>(0x80808070U)));
    const __m256i in_high = _mm256_xor_si256(in_low, _mm256_set1_epi32(0x80));
    return _mm256_or_si256(_mm256_shuffle_epi8(low, in_low), _mm256_shuffle_epi8(high, in_high));
  }
};
ASSAY_INLINE table32_avx2 make_table32(const std::uint8_t* p, xsimd::avx2) noexcept {
  return table32_avx2(p);
}
#endif

#if XSIMD_WITH_AVX512BW
struct table32_avx512 {
  __m512i low, high;
  ASSAY_INLINE explicit table32_avx512(const std::uint8_t* p) noexcept
      : low(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)))),
        high(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16)))) {}
  [[nodiscard]] ASSAY_INLINE __m512i operator()(__m512i x) const noexcept {
    return _mm512_permutex2var_epi32(low, x, high);  // looks at the lowest 5 bits of x only
  }
};
ASSAY_INLINE table32_avx512 make_table32(const std::uint8_t* p, xsimd::avx512bw) noexcept {
  return table32_avx512(p);
}
#endif

#if XSIMD_WITH_NEON64
struct table32_neon {
  uint8x16x2_t bytes;
  ASSAY_INLINE explicit table32_neon(const std::uint8_t* p) noexcept
      : bytes{{vld1q_u8(p), vld1q_u8(p + 16)}} {}
  [[nodiscard]] ASSAY_INLINE uint32x4_t operator()(uint32x4_t x) const noexcept {
    const uint32x4_t index = vorrq_u32(vandq_u32(x, vdupq_n_u32(31)), vdupq_n_u32(0x80808000U));
    return vreinterpretq_u32_u8(vqtbl2q_u8(bytes, vreinterpretq_u8_u32(index)));
  }
};
ASSAY_INLINE table32_neon make_table32(const std::uint8_t* p, xsimd::neon64) noexcept {
  return table32_neon(p);
}
#endif

#if XSIMD_WITH_WASM
struct table32_wasm {
  v128_t low, high;
  ASSAY_INLINE explicit table32_wasm(const std::uint8_t* p) noexcept
      : low(wasm_v128_load(p)), high(wasm_v128_load(p + 16)) {}
  [[nodiscard]] ASSAY_INLINE v128_t operator()(v128_t x) const noexcept {
    const v128_t in_low = wasm_v128_or(wasm_v128_and(x, wasm_u32x4_splat(31)), wasm_u32x4_splat(0x80808000U));
    const v128_t in_high = wasm_i8x16_sub(in_low, wasm_u32x4_splat(16));
    return wasm_v128_or(wasm_i8x16_swizzle(low, in_low), wasm_i8x16_swizzle(high, in_high));
  }
};
ASSAY_INLINE table32_wasm make_table32(const std::uint8_t* p, xsimd::wasm) noexcept {
  return table32_wasm(p);
}
#endif

}  // namespace native

/// Products of 32-bit lanes and b, 64 bits each in two halves.
template <class Arch>
ASSAY_INLINE void multiply_wide(pack<std::uint32_t, Arch> a, std::uint32_t b, pack<std::uint32_t, Arch>& low,
                                pack<std::uint32_t, Arch>& high) noexcept {
  using native_type = typename pack<std::uint32_t, Arch>::native_type;
  auto low_register = a.native().data;
  auto high_register = low_register;
  native::multiply_wide(a.native().data, b, low_register, high_register, Arch{});
  low = native_type(low_register);
  high = native_type(high_register);
}

/// A table of 32 bytes in registers: table(x) is the byte at index x mod 32 in every lane.
template <class Arch>
class table32 {
 public:
  using V = pack<std::uint32_t, Arch>;
  ASSAY_INLINE explicit table32(const std::uint8_t* bytes) noexcept
      : bytes_(native::make_table32(bytes, Arch{})) {}
  [[nodiscard]] ASSAY_INLINE V operator()(V x) const noexcept {
    return typename V::native_type(bytes_(x.native().data));
  }

 private:
  decltype(native::make_table32(nullptr, Arch{})) bytes_;
};

}  // namespace assay::inline v1::simd
