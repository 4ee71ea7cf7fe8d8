// The rows of a bootstrap replicate, drawn with replacement.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "assay/calibration/kernels.hpp"

namespace assay::inline v1::calibration::internal {

/// Calls fn(span of row numbers) for one batch after the other: row j is the high half of u n, u the 64-bit
/// number j of item `replicate` of the Philox stream with key `seed`, n < 2^32 the number of rows.
template <class Fn>
void for_drawn_rows(std::uint64_t seed, std::uint64_t replicate, std::size_t rows, Fn&& fn) {
  constexpr std::size_t blocks = 128, widest_pack = 8;
  std::array<std::uint64_t, blocks + widest_pack> pairs;
  std::array<std::uint32_t, 2 * blocks> drawn;
  for (std::size_t done = 0; done < rows; done += drawn.size()) {
    const std::size_t count = std::min(drawn.size(), rows - done);
    active_kernels().draw_rows(seed, replicate, static_cast<std::uint32_t>(done / 2), (count + 1) / 2, rows,
                               pairs.data());
    for (std::size_t k = 0; 2 * k < count; ++k) {
      drawn[2 * k] = static_cast<std::uint32_t>(pairs[k]);
      drawn[2 * k + 1] = static_cast<std::uint32_t>(pairs[k] >> 32);
    }
    fn(std::span<const std::uint32_t>(drawn.data(), count));
  }
}

}  // namespace assay::inline v1::calibration::internal
