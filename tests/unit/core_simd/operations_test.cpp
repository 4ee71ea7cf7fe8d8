// Operations on packs where instruction sets by themselves would differ: signs of zeros, NaN, equal operands.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "assay/core/simd/scalar.hpp"
#include "assay/core/vmath.hpp"
#include "assay/simd_probe/kernels.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"

namespace {

using namespace assay;
using simd_probe::active_kernels;

class simd_operations : public assay::testing::each_isa {};
ASSAY_FOR_EACH_ISA(simd_operations);

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

struct outputs {
  explicit outputs(std::size_t n) : values(7, std::vector<double>(n)) {}
  simd_probe::operation_results pointers() {
    return {values[0].data(), values[1].data(), values[2].data(), values[3].data(),
            values[4].data(), values[5].data(), values[6].data()};
  }
  std::vector<std::vector<double>> values;
};

/// All pairs of numbers that are special in some way.
void special_pairs(std::vector<double>& a, std::vector<double>& b) {
  const std::vector<double> special = {0.0, -0.0, 1.0, -1.0, k_infinity, -k_infinity, k_nan, 0x1p-1074};
  for (const double x : special)
    for (const double y : special) {
      a.push_back(x);
      b.push_back(y);
    }
}

TEST_P(simd_operations, agree_with_the_scalar_definitions_for_all_special_pairs) {
  std::vector<double> a, b;
  special_pairs(a, b);
  outputs out(a.size());
  active_kernels().operations(a.data(), b.data(), a.size(), out.pointers());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(std::signbit(out.values[0][i]), !std::signbit(a[i])) << "sign of -(" << a[i] << ')';
    EXPECT_BITS(out.values[0][i], -a[i]);
    EXPECT_BITS(out.values[1][i], std::fabs(a[i]));
    EXPECT_BITS(out.values[2][i], simd::min(a[i], b[i])) << a[i] << ", " << b[i];
    EXPECT_BITS(out.values[3][i], simd::max(a[i], b[i])) << a[i] << ", " << b[i];
    EXPECT_BITS(out.values[6][i], a[i] < b[i] ? a[i] : b[i]) << a[i] << ", " << b[i];
  }
}

TEST_P(simd_operations, compare_exchange_orders_and_keeps_both_bit_patterns) {
  std::vector<double> a, b;
  special_pairs(a, b);
  outputs out(a.size());
  active_kernels().operations(a.data(), b.data(), a.size(), out.pointers());
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double low = out.values[4][i];
    const double high = out.values[5][i];
    EXPECT_FALSE(high < low) << a[i] << ", " << b[i];
    const auto same = [](double x, double y) {
      return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
    };
    EXPECT_TRUE((same(low, a[i]) && same(high, b[i])) || (same(low, b[i]) && same(high, a[i])))
        << a[i] << ", " << b[i];
  }
}

TEST_P(simd_operations, functions_of_float_packs_go_through_double) {
  assay::testing::generator random(3);
  std::vector<float> x(37);
  for (float& value : x) value = static_cast<float>(random.uniform(-4.0, 4.0));
  std::vector<float> out(x.size());
  active_kernels().erf_of_float_packs(x.data(), out.data(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_BITS(static_cast<double>(out[i]), static_cast<double>(vmath::erf(x[i]))) << x[i];
}

TEST_P(simd_operations, density_and_distribution_function_together_equal_each_alone) {
  assay::testing::generator random(4);
  std::vector<double> x = {0.0, -0.0, k_infinity, -k_infinity, k_nan, -38.0, 38.0};
  for (int i = 0; i < 30; ++i) x.push_back(random.uniform(-6.0, 6.0));
  std::vector<double> pdf(x.size()), cdf(x.size());
  active_kernels().normal_pdf_cdf(x.data(), pdf.data(), cdf.data(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_BITS(pdf[i], vmath::normal_pdf(x[i])) << x[i];
    EXPECT_BITS(cdf[i], vmath::normal_cdf(x[i])) << x[i];
  }
}

}  // namespace
