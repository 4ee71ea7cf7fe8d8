// Rows that a bootstrap replicate draws, by the rule of core/rng.hpp: draw j of the replicate's stream, as a
// number below the number of rows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/philox.hpp"

namespace assay::inline v1::calibration {

template <class Arch>
struct resampling_kernels {
  using V = simd::pack<std::uint64_t, Arch>;

  /// pairs[k], k < blocks, holds the rows of the draws 2 (first + k) and, in its high half, 2 (first + k) + 1
  /// of item `replicate`. rows < 2^32; room for a whole pack beyond the end.
  static void draw_rows(std::uint64_t seed, std::uint64_t replicate, std::uint32_t first, std::size_t blocks,
                        std::uint64_t rows, std::uint64_t* pairs) noexcept {
    V index = simd::lane_numbers<std::uint64_t, Arch>() + V(std::uint64_t{first});
    for (std::size_t k = 0; k < blocks; k += V::width) {
      const auto draws = simd::philox_block<Arch>(seed, V(replicate), 0, index);
      (row_of(draws.first, rows) | (row_of(draws.second, rows) << 32)).store(pairs + k);
      index += V(std::uint64_t{V::width});
    }
  }

 private:
  // The high 64 bits of draw * rows.
  static ASSAY_INLINE V row_of(V draw, std::uint64_t rows) noexcept {
    return (multiply_low32(draw >> 32, V(rows)) + (multiply_low32(draw, V(rows)) >> 32)) >> 32;
  }
};

}  // namespace assay::inline v1::calibration
