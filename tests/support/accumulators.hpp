// What every accumulator must do with its bytes.
#pragma once

#include <cstddef>

#include "support/compare.hpp"

namespace assay::testing {

/// An accumulator comes back from its bytes, and bytes that are cut short or changed are refused.
template <class Accumulator>
void expect_bytes_round_trip(const Accumulator& accumulator) {
  const auto bytes = accumulator.to_bytes();
  EXPECT_EQ(Accumulator::from_bytes(bytes).to_bytes(), bytes);
  for (std::size_t length = 0; length < bytes.size(); length += 7)
    expect_error(
        [&] {
          Accumulator::from_bytes({bytes.data(), length});
        },
        error_kind::value, error_code::corrupt_bytes, "bytes");
  for (std::size_t at = 0; at < bytes.size(); at += 5) {
    auto damaged = bytes;
    damaged[at] ^= std::byte{4};
    expect_error([&] { Accumulator::from_bytes(damaged); }, error_kind::value, error_code::corrupt_bytes,
                 "bytes");
  }
}

/// Shards merged in any order have the bytes of the whole; fill(accumulator, first, last) adds rows.
template <class Accumulator, class Fill>
void expect_merges_exactly(const Accumulator& empty, std::size_t rows, Fill&& fill) {
  Accumulator whole = empty;
  fill(whole, std::size_t{0}, rows);
  for (const std::size_t cut : {std::size_t{1}, rows / 3, rows - 1}) {
    Accumulator first = empty, second = empty;
    fill(first, std::size_t{0}, cut);
    fill(second, cut, rows);
    second.merge(first);
    second.merge(empty);
    EXPECT_EQ(second.to_bytes(), whole.to_bytes());
    first.reset();
    EXPECT_EQ(first.to_bytes(), empty.to_bytes());
  }
}

}  // namespace assay::testing
