// Loops and reductions of core/simd against the plain definition of the 8 lanes, on every instruction set.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "assay/simd_probe/kernels.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"

namespace {

using namespace assay;
using assay::testing::generator;
using simd_probe::active_kernels;

class simd_lanes : public assay::testing::each_isa {};
ASSAY_FOR_EACH_ISA(simd_lanes);

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr std::array<std::size_t, 12> k_lengths = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 1003};

/// The definition: element i goes to lane i mod 8, lanes j and j + 4 meet, then j and j + 2, then the last
/// two.
template <class T>
double sum_in_eight_lanes(const std::vector<T>& values) {
  std::array<double, 8> lane{};
  for (std::size_t i = 0; i < values.size(); ++i) lane[i % 8] += static_cast<double>(values[i]);
  for (const std::size_t step : {4U, 2U, 1U})
    for (std::size_t j = 0; j < step; ++j) lane[j] += lane[j + step];
  return lane[0];
}

TEST_P(simd_lanes, sum_is_the_sum_in_eight_lanes_and_one_tree) {
  generator random(1);
  for (const std::size_t n : k_lengths) {
    const std::vector<double> values = random.normals(n);
    EXPECT_BITS(active_kernels().sum_float64(values.data(), n), sum_in_eight_lanes(values)) << "n = " << n;
  }
}

TEST_P(simd_lanes, sum_of_float32_is_a_sum_of_doubles) {
  generator random(2);
  for (const std::size_t n : k_lengths) {
    std::vector<float> values(n);
    for (float& value : values) value = static_cast<float>(random.normal());
    EXPECT_BITS(active_kernels().sum_float32(values.data(), n), sum_in_eight_lanes(values)) << "n = " << n;
  }
}

TEST_P(simd_lanes, several_sums_with_absent_weights_count_each_element_once) {
  const std::vector<std::uint8_t> labels = {1, 0, 1, 1, 0, 1, 0, 0, 1, 255};
  std::array<double, 2> result{};
  active_kernels().weighted_sums(labels.data(), nullptr, labels.size(), result.data());
  EXPECT_BITS(result[0], 260.0);
  EXPECT_BITS(result[1], 10.0);
}

TEST_P(simd_lanes, several_sums_use_given_weights) {
  const std::vector<std::uint8_t> labels = {1, 0, 2};
  const std::vector<double> weights = {0.5, 4.0, 0.25};
  std::array<double, 2> result{};
  active_kernels().weighted_sums(labels.data(), weights.data(), labels.size(), result.data());
  EXPECT_BITS(result[0], 1.0);
  EXPECT_BITS(result[1], 4.75);
}

TEST_P(simd_lanes, maximum_and_minimum_find_the_extreme_wherever_it_stands) {
  for (std::size_t at = 0; at < 19; ++at) {
    std::vector<double> values(19, -3.0);
    values[at] = 2.0;
    EXPECT_BITS(active_kernels().maximum(values.data(), values.size()), 2.0) << "at " << at;
    values[at] = -7.0;
    EXPECT_BITS(active_kernels().minimum(values.data(), values.size()), -7.0) << "at " << at;
  }
}

TEST_P(simd_lanes, extremes_of_nothing_are_the_neutral_infinities) {
  EXPECT_BITS(active_kernels().maximum(nullptr, 0), -k_infinity);
  EXPECT_BITS(active_kernels().minimum(nullptr, 0), k_infinity);
}

template <class T>
void expect_widened(void (*widen)(const T*, double*, std::size_t) noexcept) {
  const std::vector<T> values = {
      std::numeric_limits<T>::lowest(), T(0), T(1), T(2), T(3), T(100), T(101), T(7), T(9),
      std::numeric_limits<T>::max(),    T(5)};
  for (std::size_t n = 0; n <= values.size(); ++n) {
    std::vector<double> out(n);
    widen(values.data(), out.data(), n);
    for (std::size_t i = 0; i < n; ++i)
      EXPECT_BITS(out[i], static_cast<double>(values[i])) << i << " of " << n;
  }
}

TEST_P(simd_lanes, loads_widen_every_element_type_exactly) {
  expect_widened(active_kernels().widen_int8);
  expect_widened(active_kernels().widen_uint8);
  expect_widened(active_kernels().widen_int16);
  expect_widened(active_kernels().widen_uint16);
  expect_widened(active_kernels().widen_int32);
  expect_widened(active_kernels().widen_uint32);
  expect_widened(active_kernels().widen_float32);
}

TEST_P(simd_lanes, stores_round_doubles_to_nearest_float) {
  const std::vector<double> values = {0.1,      1.0 + 0x1p-24, 1.0 + 0x1.8p-23, 1e300, -1e-300, -0.0,
                                      0x1p-149, 3.0,           1.0 / 3.0};
  std::vector<float> out(values.size());
  active_kernels().narrow(values.data(), out.data(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_BITS(static_cast<double>(out[i]), static_cast<double>(static_cast<float>(values[i]))) << i;
}

}  // namespace
