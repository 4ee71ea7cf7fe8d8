// Transposition of a square of W x W numbers held in W registers.
#pragma once

#include <cstddef>

#include "assay/core/simd/pack.hpp"

namespace assay::inline v1::simd {

namespace native {

/// Most instruction sets: xsimd's own shuffles.
template <class T, class Arch>
ASSAY_INLINE void transpose(xsimd::batch<T, Arch>* rows, Arch) noexcept {
  xsimd::transpose(rows, rows + xsimd::batch<T, Arch>::size);
}

#if XSIMD_WITH_AVX512BW
// xsimd 13 goes through memory here. Pairs of rows are interleaved, then quarters of registers change places
// twice.
ASSAY_INLINE void transpose(xsimd::batch<double, avx512>* rows, avx512) noexcept {
  __m512d pair[8];
  for (int i = 0; i < 8; i += 2) {
    pair[i] = _mm512_unpacklo_pd(rows[i], rows[i + 1]);      // columns 0 2 4 6 of two rows
    pair[i + 1] = _mm512_unpackhi_pd(rows[i], rows[i + 1]);  // columns 1 3 5 7
  }
  for (int odd = 0; odd < 2; ++odd) {
    const __m512d top_low = _mm512_shuffle_f64x2(pair[odd], pair[odd + 2], 0x44);  // columns 0 2, rows 0 .. 3
    const __m512d top_high = _mm512_shuffle_f64x2(pair[odd], pair[odd + 2], 0xee);        // columns 4 6
    const __m512d bottom_low = _mm512_shuffle_f64x2(pair[odd + 4], pair[odd + 6], 0x44);  // rows 4 .. 7
    const __m512d bottom_high = _mm512_shuffle_f64x2(pair[odd + 4], pair[odd + 6], 0xee);
    rows[odd] = _mm512_shuffle_f64x2(top_low, bottom_low, 0x88);
    rows[odd + 2] = _mm512_shuffle_f64x2(top_low, bottom_low, 0xdd);
    rows[odd + 4] = _mm512_shuffle_f64x2(top_high, bottom_high, 0x88);
    rows[odd + 6] = _mm512_shuffle_f64x2(top_high, bottom_high, 0xdd);
  }
}

// Squares of 4 x 4 within the quarters first; then the quarters change places as above.
ASSAY_INLINE void transpose(xsimd::batch<float, avx512>* rows, avx512) noexcept {
  __m512 four[16];  // four[4 r + c]: columns c, c + 4, c + 8, c + 12 of rows 4 r .. 4 r + 3
  for (int r = 0; r < 16; r += 4) {
    const __m512d low_01 = _mm512_castps_pd(_mm512_unpacklo_ps(rows[r], rows[r + 1]));
    const __m512d high_01 = _mm512_castps_pd(_mm512_unpackhi_ps(rows[r], rows[r + 1]));
    const __m512d low_23 = _mm512_castps_pd(_mm512_unpacklo_ps(rows[r + 2], rows[r + 3]));
    const __m512d high_23 = _mm512_castps_pd(_mm512_unpackhi_ps(rows[r + 2], rows[r + 3]));
    four[r] = _mm512_castpd_ps(_mm512_unpacklo_pd(low_01, low_23));
    four[r + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low_01, low_23));
    four[r + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high_01, high_23));
    four[r + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high_01, high_23));
  }
  for (int c = 0; c < 4; ++c) {
    const __m512 top_low = _mm512_shuffle_f32x4(four[c], four[c + 4], 0x44);
    const __m512 top_high = _mm512_shuffle_f32x4(four[c], four[c + 4], 0xee);
    const __m512 bottom_low = _mm512_shuffle_f32x4(four[c + 8], four[c + 12], 0x44);
    const __m512 bottom_high = _mm512_shuffle_f32x4(four[c + 8], four[c + 12], 0xee);
    rows[c] = _mm512_shuffle_f32x4(top_low, bottom_low, 0x88);
    rows[c + 4] = _mm512_shuffle_f32x4(top_low, bottom_low, 0xdd);
    rows[c + 8] = _mm512_shuffle_f32x4(top_high, bottom_high, 0x88);
    rows[c + 12] = _mm512_shuffle_f32x4(top_high, bottom_high, 0xdd);
  }
}
#endif

}  // namespace native

/// rows[i] lane j becomes rows[j] lane i, for the W registers at `rows`.
template <class T, class Arch>
ASSAY_INLINE void transpose(pack<T, Arch>* rows) noexcept {
  constexpr std::size_t width = pack<T, Arch>::width;
  xsimd::batch<T, Arch> square[width];
  for (std::size_t i = 0; i < width; ++i) square[i] = rows[i].native();
  native::transpose(square, Arch{});
  for (std::size_t i = 0; i < width; ++i) rows[i] = square[i];
}

}  // namespace assay::inline v1::simd
