#include "assay/core/sort.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "support/compare.hpp"
#include "support/random.hpp"

namespace {

using namespace assay;
using assay::testing::generator;

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

TEST(sort_key, orders_as_the_numbers_do) {
  const std::vector<double> ascending = {-k_infinity, -1e300, -1.0,  -0x1p-1074, 0.0,
                                         0x1p-1074,   1.0,    1e300, k_infinity, k_nan};
  for (std::size_t i = 1; i < ascending.size(); ++i)
    EXPECT_LT(sort_key(ascending[i - 1]), sort_key(ascending[i])) << i;
  const std::vector<float> floats = {-3.0F,     -0x1p-149F, 0.0F,
                                     0x1p-149F, 2.0F,       std::numeric_limits<float>::infinity()};
  for (std::size_t i = 1; i < floats.size(); ++i)
    EXPECT_LT(sort_key(floats[i - 1]), sort_key(floats[i])) << i;
}

TEST(sort_key, makes_the_two_zeros_equal) {
  EXPECT_EQ(sort_key(-0.0), sort_key(0.0));
  EXPECT_EQ(sort_key(-0.0F), sort_key(0.0F));
}

TEST(sort_key, can_be_turned_back) {
  for (const double value : {-k_infinity, -2.5, -0x1p-1074, 0.0, 1.0 / 3.0, k_infinity})
    EXPECT_BITS(value_of_key(sort_key(value)), value);
  EXPECT_EQ(value_of_key(sort_key(-1.5F)), -1.5F);
}

/// A distribution that stresses one part of the algorithm.
struct shape {
  const char* name;
  double (*draw)(generator&);
};

const shape k_shapes[] = {
    {"uniform", [](generator& g) { return g.uniform(); }},
    {"signed over all magnitudes",
     [](generator& g) { return std::ldexp(g.uniform(-1.0, 1.0), static_cast<int>(g.below(600)) - 300); }},
    {"few values", [](generator& g) { return static_cast<double>(g.below(5)); }},
    {"one value", [](generator&) { return 0.25; }},
    {"equal in the leading bits", [](generator& g) { return 0.5 + g.uniform() * 1e-13; }},
    {"a crowd in one cell",
     [](generator& g) {
       return g.below(2) == 0 ? g.uniform() : 0.5 + static_cast<double>(g.below(900)) * 0x1p-53;
     }},
    {"both zeros", [](generator& g) { return g.below(2) == 0 ? 0.0 : -0.0; }},
};

TEST(sorted_order, equals_a_stable_comparison_sort_for_every_shape_and_length) {
  generator random(11);
  for (const shape& tested : k_shapes)
    for (const std::size_t n : {0U, 1U, 2U, 24U, 25U, 500U, 768U, 769U, 5000U, 40000U}) {
      std::vector<double> values(n);
      for (double& value : values) value = tested.draw(random);
      std::vector<std::uint32_t> expected(n);
      std::iota(expected.begin(), expected.end(), 0U);
      std::stable_sort(expected.begin(), expected.end(),
                       [&](auto a, auto b) { return values[a] < values[b]; });
      EXPECT_EQ(sorted_order(std::span<const double>(values)), expected) << tested.name << ", n = " << n;
    }
}

TEST(sorted_order, takes_float32) {
  generator random(12);
  std::vector<float> values(3000);
  for (float& value : values) value = static_cast<float>(random.normal());
  std::vector<std::uint32_t> expected(values.size());
  std::iota(expected.begin(), expected.end(), 0U);
  std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) { return values[a] < values[b]; });
  EXPECT_EQ(sorted_order(std::span<const float>(values)), expected);
}

TEST(sorted_order, puts_nan_last) {
  const std::vector<double> values = {k_nan, 1.0, -k_nan, -k_infinity};
  EXPECT_EQ(sorted_order(std::span<const double>(values)), (std::vector<std::uint32_t>{3, 1, 0, 2}));
}

TEST(sort_keys, sorts_keys_without_payload) {
  generator random(13);
  for (const std::uint64_t spread : {std::uint64_t{1} << 63, std::uint64_t{1} << 20, std::uint64_t{3}}) {
    std::vector<std::uint64_t> keys(20000);
    for (auto& key : keys) key = random.below(spread);
    std::vector<std::uint64_t> expected = keys;
    std::sort(expected.begin(), expected.end());
    sort_keys(std::span(keys));
    EXPECT_EQ(keys, expected) << "spread " << spread;
  }
}

}  // namespace
