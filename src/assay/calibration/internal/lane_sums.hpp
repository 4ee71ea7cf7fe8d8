// Sums of several terms a row in 8 lanes, as the kernels do.
#pragma once

#include <array>
#include <cstddef>

namespace assay::inline v1::calibration::internal {

/// Sums terms(i), an array of Terms numbers, over i = 0 .. n - 1 in 8 lanes.
template <std::size_t Terms, class Fn>
std::array<double, Terms> lane_sums(std::size_t n, Fn&& terms) {
  constexpr std::size_t lanes = 8;
  double sums[Terms][lanes] = {};
  const auto add = [&](std::size_t i, std::size_t lane) {
    const std::array<double, Terms> row = terms(i);
    for (std::size_t c = 0; c < Terms; ++c) sums[c][lane] += row[c];
  };
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) add(i + lane, lane);
  for (; i < n; ++i) add(i, i % lanes);
  std::array<double, Terms> result;
  for (std::size_t c = 0; c < Terms; ++c) {
    const double* s = sums[c];
    result[c] = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
  }
  return result;
}

}  // namespace assay::inline v1::calibration::internal
