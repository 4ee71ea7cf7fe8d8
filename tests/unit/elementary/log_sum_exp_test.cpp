#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "assay/core/vmath.hpp"
#include "assay/elementary/exponential.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"

namespace {

using namespace assay;

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

double of_row(const std::vector<double>& row) {
  return elementary::log_sum_exp(matrix_view(row, 1, row.size()))[0];
}

class log_sum_exp : public assay::testing::each_isa {};
ASSAY_FOR_EACH_ISA(log_sum_exp);

TEST_P(log_sum_exp, of_one_number_is_that_number) {
  for (const double x : {-1e300, -2.5, 0.0, 7.0, 1e300}) EXPECT_BITS(of_row({x}), x);
}

TEST_P(log_sum_exp, of_equal_numbers_adds_the_logarithm_of_their_count) {
  for (std::size_t k = 1; k < 30; ++k)
    EXPECT_BITS(of_row(std::vector<double>(k, 0.0)), vmath::log1p(static_cast<double>(k - 1))) << k;
}

TEST_P(log_sum_exp, does_not_overflow_or_underflow) {
  EXPECT_REL(of_row({1000.0, 1000.0}), 1000.0 + vmath::log(2.0), 2e-16, "one rounding of the sum");
  EXPECT_REL(of_row({-1000.0, -1001.0}), -1000.0 + vmath::softplus(-1.0), 4e-16, "two roundings");
  EXPECT_BITS(of_row({0.0, -800.0}),
              0.0);  // e^-800 is 0, and so is the answer to all digits but those of a subnormal
}

TEST_P(log_sum_exp, keeps_relative_accuracy_near_zero) {
  // log(1 + e^-40) is softplus(-40); log(sum) would give 0
  EXPECT_ULP(of_row({0.0, -40.0}), vmath::softplus(-40.0), 1);
}

TEST_P(log_sum_exp, treats_infinities_as_limits) {
  EXPECT_BITS(of_row({-k_infinity, 3.0}), 3.0);
  EXPECT_BITS(of_row({-k_infinity, -k_infinity}), -k_infinity);
  EXPECT_BITS(of_row({k_infinity, 3.0, -k_infinity}), k_infinity);
}

TEST_P(log_sum_exp, makes_only_the_row_of_a_nan_nan) {
  const std::vector<double> x = {1.0, k_nan, k_infinity, k_nan, 2.0, 2.0, -k_infinity, k_nan};
  const array result = elementary::log_sum_exp(matrix_view(x, 4, 2));
  EXPECT_TRUE(std::isnan(result[0]));
  EXPECT_TRUE(std::isnan(result[1]));
  EXPECT_BITS(result[2], 2.0 + vmath::log1p(1.0));
  EXPECT_TRUE(std::isnan(result[3]));
}

TEST_P(log_sum_exp, has_the_same_bits_as_on_the_first_instruction_set) {
  assay::testing::generator random(8);
  for (const std::size_t k : {2U, 5U, 10U, 33U, 100U}) {
    const std::vector<double> x = random.normals(7 * k);
    const array here = elementary::log_sum_exp(matrix_view(x, 7, k));
    const assay::testing::use_isa guard(available_isas().front());
    EXPECT_BITS(here, elementary::log_sum_exp(matrix_view(x, 7, k))) << k << " columns";
  }
}

TEST(log_sum_exp_of_float32, is_computed_in_double_and_rounded_once) {
  const std::vector<float> x = {0.1F, 0.2F, 0.3F};
  const array result = elementary::log_sum_exp(matrix_view(x, 1, 3));
  ASSERT_EQ(result.type(), dtype::float32);
  const std::vector<double> wide(x.begin(), x.end());
  EXPECT_EQ(result.values<float>()[0], static_cast<float>(of_row(wide)));
}

}  // namespace
