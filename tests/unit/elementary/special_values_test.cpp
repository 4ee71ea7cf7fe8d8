// Elementary functions where the result is known exactly: zeros, infinities, NaN, ends of the domain.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "assay/core/vmath.hpp"
#include "assay/elementary/exponential.hpp"
#include "assay/elementary/normal.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace {

using namespace assay;

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_smallest = 0x1p-1074;

struct exact_case {
  const char* name;
  array (*over_arrays)(array_view, const context&);
  double (*scalar)(double);
  double argument;
  double value;
};

const exact_case k_cases[] = {
    {"exp", elementary::exp, vmath::exp, 0.0, 1.0},
    {"exp", elementary::exp, vmath::exp, -0.0, 1.0},
    {"exp", elementary::exp, vmath::exp, k_infinity, k_infinity},
    {"exp", elementary::exp, vmath::exp, -k_infinity, 0.0},
    {"exp", elementary::exp, vmath::exp, 709.8, k_infinity},
    {"exp", elementary::exp, vmath::exp, -745.2, 0.0},
    {"exp", elementary::exp, vmath::exp, -745.0, k_smallest},
    {"expm1", elementary::expm1, vmath::expm1, 0.0, 0.0},
    {"expm1", elementary::expm1, vmath::expm1, -0.0, -0.0},
    {"expm1", elementary::expm1, vmath::expm1, k_smallest, k_smallest},
    {"expm1", elementary::expm1, vmath::expm1, -k_infinity, -1.0},
    {"expm1", elementary::expm1, vmath::expm1, k_infinity, k_infinity},
    {"expm1", elementary::expm1, vmath::expm1, -1000.0, -1.0},
    {"log", elementary::log, vmath::log, 1.0, 0.0},
    {"log", elementary::log, vmath::log, 0.0, -k_infinity},
    {"log", elementary::log, vmath::log, -0.0, -k_infinity},
    {"log", elementary::log, vmath::log, k_infinity, k_infinity},
    {"log1p", elementary::log1p, vmath::log1p, 0.0, 0.0},
    {"log1p", elementary::log1p, vmath::log1p, -0.0, -0.0},
    {"log1p", elementary::log1p, vmath::log1p, k_smallest, k_smallest},
    {"log1p", elementary::log1p, vmath::log1p, -1.0, -k_infinity},
    {"log1p", elementary::log1p, vmath::log1p, k_infinity, k_infinity},
    {"logistic", elementary::logistic, vmath::logistic, 0.0, 0.5},
    {"logistic", elementary::logistic, vmath::logistic, k_infinity, 1.0},
    {"logistic", elementary::logistic, vmath::logistic, -k_infinity, 0.0},
    {"softplus", elementary::softplus, vmath::softplus, k_infinity, k_infinity},
    {"softplus", elementary::softplus, vmath::softplus, -k_infinity, 0.0},
    {"softplus", elementary::softplus, vmath::softplus, 1000.0, 1000.0},
    {"erf", elementary::erf, vmath::erf, 0.0, 0.0},
    {"erf", elementary::erf, vmath::erf, -0.0, -0.0},
    {"erf", elementary::erf, vmath::erf, k_infinity, 1.0},
    {"erf", elementary::erf, vmath::erf, -k_infinity, -1.0},
    {"erf", elementary::erf, vmath::erf, 6.0, 1.0},
    {"erfc", elementary::erfc, vmath::erfc, 0.0, 1.0},
    {"erfc", elementary::erfc, vmath::erfc, k_infinity, 0.0},
    {"erfc", elementary::erfc, vmath::erfc, -k_infinity, 2.0},
    {"erfcx", elementary::erfcx, vmath::erfcx, 0.0, 1.0},
    {"erfcx", elementary::erfcx, vmath::erfcx, k_infinity, 0.0},
    {"erfcx", elementary::erfcx, vmath::erfcx, -k_infinity, k_infinity},
    {"erfcx", elementary::erfcx, vmath::erfcx, -27.0, k_infinity},
    {"normal_pdf", elementary::normal_pdf, vmath::normal_pdf, 0.0, 0x1.9884533d43651p-2},
    {"normal_pdf", elementary::normal_pdf, vmath::normal_pdf, k_infinity, 0.0},
    {"normal_pdf", elementary::normal_pdf, vmath::normal_pdf, -k_infinity, 0.0},
    {"normal_cdf", elementary::normal_cdf, vmath::normal_cdf, 0.0, 0.5},
    {"normal_cdf", elementary::normal_cdf, vmath::normal_cdf, -0.0, 0.5},
    {"normal_cdf", elementary::normal_cdf, vmath::normal_cdf, k_infinity, 1.0},
    {"normal_cdf", elementary::normal_cdf, vmath::normal_cdf, -k_infinity, 0.0},
    {"normal_log_cdf", elementary::normal_log_cdf, vmath::normal_log_cdf, k_infinity, 0.0},
    {"normal_log_cdf", elementary::normal_log_cdf, vmath::normal_log_cdf, -k_infinity, -k_infinity},
    {"normal_log_cdf", elementary::normal_log_cdf, vmath::normal_log_cdf, -1e200, -k_infinity},
    {"normal_quantile", elementary::normal_quantile, vmath::normal_quantile, 0.5, 0.0},
    {"normal_quantile", elementary::normal_quantile, vmath::normal_quantile, 0.0, -k_infinity},
    {"normal_quantile", elementary::normal_quantile, vmath::normal_quantile, -0.0, -k_infinity},
    {"normal_quantile", elementary::normal_quantile, vmath::normal_quantile, 1.0, k_infinity},
};

class elementary_values : public assay::testing::each_isa {};
ASSAY_FOR_EACH_ISA(elementary_values);

TEST_P(elementary_values, are_exact_where_the_result_is_known) {
  for (const exact_case& tested : k_cases) {
    EXPECT_BITS(tested.scalar(tested.argument), tested.value) << tested.name << '(' << tested.argument << ')';
    const array result = tested.over_arrays(vector_view({tested.argument}), {});
    EXPECT_BITS(result[0], tested.value) << tested.name << '(' << tested.argument << ')';
  }
}

TEST_P(elementary_values, a_special_number_leaves_its_neighbours_alone) {
  // The slow path of a pack that holds NaN or a subnormal result must give the bits of the fast path
  // elsewhere.
  for (const exact_case& tested : k_cases) {
    const bool probability = std::string(tested.name) == "normal_quantile";
    std::vector<double> x(17);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = probability ? 0.05 * static_cast<double>(i + 1) : 0.3 * static_cast<double>(i);
    const array alone = tested.over_arrays(vector_view(x), {});
    for (std::size_t at = 0; at < x.size(); at += 3) {
      std::vector<double> disturbed = x;
      disturbed[at] = tested.argument;
      disturbed[(at + 1) % x.size()] = k_nan;
      const array result = tested.over_arrays(vector_view(disturbed), {});
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (i == at)
          EXPECT_BITS(result[i], tested.value) << tested.name;
        else if (i == (at + 1) % x.size())
          EXPECT_TRUE(std::isnan(result[i])) << tested.name;
        else
          EXPECT_BITS(result[i], alone[i]) << tested.name << " at " << i;
      }
    }
  }
}

TEST_P(elementary_values, nan_gives_nan_in_both_precisions) {
  const std::vector<float> floats = {1.0F, std::numeric_limits<float>::quiet_NaN()};
  for (const exact_case& tested : k_cases) {
    EXPECT_TRUE(std::isnan(tested.scalar(k_nan))) << tested.name;
    EXPECT_TRUE(std::isnan(tested.over_arrays(vector_view({k_nan}), {})[0])) << tested.name;
    EXPECT_TRUE(std::isnan(tested.over_arrays(vector_view(floats), {})[1])) << tested.name;
  }
}

TEST(vmath, gives_nan_where_the_result_does_not_exist) {
  EXPECT_TRUE(std::isnan(vmath::log(-1.0)));
  EXPECT_TRUE(std::isnan(vmath::log(-k_infinity)));
  EXPECT_TRUE(std::isnan(vmath::log1p(-1.5)));
  EXPECT_TRUE(std::isnan(vmath::normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(vmath::normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(vmath::log(-1.0F)));
  EXPECT_TRUE(std::isnan(vmath::log1p(-1.5F)));
}

TEST(vmath, float32_overflows_and_underflows_at_its_own_limits) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(vmath::exp(88.73F), infinity);
  EXPECT_EQ(vmath::exp(-103.98F), 0.0F);
  EXPECT_EQ(vmath::exp(-103.0F), 0x1p-149F);
  EXPECT_EQ(vmath::exp(infinity), infinity);
  EXPECT_EQ(vmath::expm1(89.0F), infinity);
  EXPECT_EQ(vmath::expm1(-infinity), -1.0F);
  EXPECT_EQ(vmath::log(0.0F), -infinity);
  EXPECT_EQ(vmath::log(infinity), infinity);
  EXPECT_EQ(vmath::log1p(-1.0F), -infinity);
  EXPECT_TRUE(std::signbit(vmath::log1p(-0.0F)));
  EXPECT_TRUE(std::signbit(vmath::expm1(-0.0F)));
}

TEST(normal_quantile, inverts_normal_cdf_in_the_far_tail) {
  // d ln Phi / dx is about -x at x = -37, so 2 ulp of x are 37 * 37 * 2 ulp of the tail.
  for (double x = -37.0; x < -0.5; x += 0.37)
    EXPECT_REL(vmath::normal_quantile(vmath::normal_cdf(x)), x, 4e-16 * 2,
               "2 ulp of the quantile and 3.5 ulp of the tail over x^2");
}

TEST(normal_log_cdf, equals_the_logarithm_of_normal_cdf_where_that_is_not_rounded_away) {
  for (double x = -37.0; x < 1.0; x += 0.41)
    EXPECT_REL(vmath::normal_log_cdf(x), vmath::log(vmath::normal_cdf(x)), 2e-15,
               "3.5 ulp of Phi and 4.5 of its logarithm");
}

}  // namespace
