// Accuracy of core/vmath over the whole range against MPFR, on every instruction set, and equality of bits
// among them.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "assay/core/vmath.hpp"
#include "assay/core/vmath/budget.hpp"
#include "assay/elementary/exponential.hpp"
#include "assay/elementary/normal.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"
#include "ulp/reference.hpp"

namespace {

using namespace assay;
using assay::testing::error_in_ulp;
using assay::testing::exact;
using assay::testing::generator;
using assay::testing::use_isa;

using range = std::pair<double, double>;

/// One function with everything that the test needs to know.
struct function_case {
  const char* name;
  array (*over_arrays)(array_view, const context&);
  double (*of_double)(double);
  float (*of_float)(float);
  assay::testing::reference_function reference;
  double budget;
  bool rounded_once;             // float32 is computed in double
  range domain;                  // where it is defined
  std::vector<range> dense;      // where random samples are drawn
  std::vector<double> critical;  // whose neighbours are tried
};

constexpr double k_largest = std::numeric_limits<double>::max();

// NOLINTBEGIN: a table
const std::vector<function_case>& functions() {
  using vmath::k_ulp_budget;
  constexpr range everywhere = {-k_largest, k_largest};
  static const std::vector<function_case> cases = {
      {"exp",
       elementary::exp,
       vmath::exp,
       vmath::exp,
       assay::testing::exact_exp,
       k_ulp_budget.exp,
       false,
       everywhere,
       {{-1, 1}, {-20, 20}, {-746, -700}, {700, 710}, {-104, -80}, {80, 89}},
       {0.0, 0.34657359027997264, 1.0, 708.0, 709.782712893384, -708.0, -708.3964185322641,
        -744.4400719213812, -745.1332191019412, 87.0, 88.72283, -87.33654, -103.97208}},
      {"expm1",
       elementary::expm1,
       vmath::expm1,
       vmath::expm1,
       assay::testing::exact_expm1,
       k_ulp_budget.expm1,
       false,
       everywhere,
       {{-0.35, 0.35}, {-1.1, 1.1}, {-40, 40}, {700, 710}, {-1e-8, 1e-8}, {-104, 89}},
       {0.0, 0.34657359027997264, -0.34657359027997264, 1.0397207708399179, -1.0397207708399179, 1.0, 708.0,
        709.782712893384, -708.0, -37.42994775023705}},
      {"log",
       elementary::log,
       vmath::log,
       vmath::log,
       assay::testing::exact_log,
       k_ulp_budget.log,
       false,
       {0x1p-1074, k_largest},
       {{0.5, 2}, {0.9, 1.1}, {0, 100}, {0, 0x1p-1022}, {0, 0x1p-126}},
       {1.0, 0.7071067811865476, 1.4142135623730951, 0x1p-1022, 0x1p-1074, 0x1p-126, 2.0}},
      {"log1p",
       elementary::log1p,
       vmath::log1p,
       vmath::log1p,
       assay::testing::exact_log1p,
       k_ulp_budget.log1p,
       false,
       {-0x1.fffffep-1, k_largest},
       {{-0.9999, 1}, {-0.3, 0.5}, {0, 100}, {-1e-8, 1e-8}, {1e15, 1e17}},
       {0.0, -0.2928932188134524, 0.41421356237309515, 1.0, 1.8284271247461903, 0x1p53, -0.5}},
      {"logistic",
       elementary::logistic,
       vmath::logistic,
       vmath::logistic,
       assay::testing::exact_logistic,
       k_ulp_budget.logistic,
       false,
       everywhere,
       {{-1, 1}, {-40, 40}, {-750, -700}, {-110, -80}},
       {0.0, -708.0, -745.1332191019412, 36.7}},
      {"softplus",
       elementary::softplus,
       vmath::softplus,
       vmath::softplus,
       assay::testing::exact_softplus,
       k_ulp_budget.softplus,
       false,
       everywhere,
       {{-1, 1}, {-40, 40}, {-750, -700}, {-110, -80}},
       {0.0, 0.8813735870195429, -0.8813735870195429, -708.0, 36.7}},
      {"erf",
       elementary::erf,
       vmath::erf,
       vmath::erf,
       assay::testing::exact_erf,
       k_ulp_budget.erf,
       true,
       everywhere,
       {{-1, 1}, {-6, 6}, {0.9, 1.1}},
       {0.0, 1.0, -1.0, 5.92, 28.0}},
      {"erfc",
       elementary::erfc,
       vmath::erfc,
       vmath::erfc,
       assay::testing::exact_erfc,
       k_ulp_budget.erfc,
       true,
       everywhere,
       {{-1, 1}, {-6, 6}, {0, 28}, {26, 27.5}},
       {0.0, 0.5, -0.5, 26.543258, 27.226017, 28.0}},
      {"erfcx",
       elementary::erfcx,
       vmath::erfcx,
       vmath::erfcx,
       assay::testing::exact_erfcx,
       k_ulp_budget.erfcx,
       true,
       {-26.7, k_largest},
       {{-1, 1}, {-26.7, 0}, {0, 30}, {0, 1e4}},
       {0.0, 3.75, -26.628735, 1e8}},
      {"normal_pdf",
       elementary::normal_pdf,
       vmath::normal_pdf,
       vmath::normal_pdf,
       assay::testing::exact_normal_pdf,
       k_ulp_budget.normal_pdf,
       true,
       everywhere,
       {{-1, 1}, {-6, 6}, {-39, 39}},
       {0.0, 37.6, 38.56, 40.0}},
      {"normal_cdf",
       elementary::normal_cdf,
       vmath::normal_cdf,
       vmath::normal_cdf,
       assay::testing::exact_normal_cdf,
       k_ulp_budget.normal_cdf,
       true,
       everywhere,
       {{-1, 1}, {-8, 8}, {-39, 0}},
       {0.0, -37.6, -38.46, 8.3, 40.0}},
      {"normal_log_cdf",
       elementary::normal_log_cdf,
       vmath::normal_log_cdf,
       vmath::normal_log_cdf,
       assay::testing::exact_normal_log_cdf,
       k_ulp_budget.normal_log_cdf,
       true,
       {-1e154, k_largest},
       {{-1, 1}, {-8, 8}, {-50, 0}, {0, 39}, {-1e4, 0}},
       {0.0, -37.6, -38.46, 8.3, 38.0}},
      {"normal_quantile",
       elementary::normal_quantile,
       vmath::normal_quantile,
       vmath::normal_quantile,
       assay::testing::exact_normal_quantile,
       k_ulp_budget.normal_quantile,
       true,
       {0x1p-1074, 1.0 - 0x1p-24},
       {{0, 1}, {0.4, 0.6}, {0, 0.1}, {0, 1e-10}, {0, 1e-300}, {0.9, 1}},
       {0.5, 0.075, 0.925, 1.3887943864964e-11, 1e-300, 1.0 - 0x1p-24}},
  };
  return cases;
}
// NOLINTEND

template <class T>
using bits_of = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;

/// Samples of the whole domain in equal steps of the bit pattern, random ones where it matters, neighbours of
/// the critical points.
template <class T>
std::vector<T> samples(const function_case& function) {
  using bits = bits_of<T>;
  std::vector<T> values;
  const auto keep = [&](T x) {
    const double wide = static_cast<double>(x);
    if (wide >= function.domain.first && wide <= function.domain.second) values.push_back(x);
  };
  constexpr int steps = 1500;
  constexpr bits step = std::numeric_limits<bits>::max() / steps | 1U;
  for (int i = 0; i < steps; ++i)
    keep(std::bit_cast<T>(static_cast<bits>(step * static_cast<bits>(i) + step / 2)));
  generator random(20240607);
  for (const auto& [low, high] : function.dense)
    for (int i = 0; i < 600; ++i) keep(static_cast<T>(random.uniform(low, high)));
  for (const double point : function.critical) {
    T below = static_cast<T>(point);
    T above = below;
    for (int i = 0; i < 4; ++i) {
      keep(below);
      keep(above);
      below = std::nextafter(below, -std::numeric_limits<T>::infinity());
      above = std::nextafter(above, std::numeric_limits<T>::infinity());
    }
  }
  return values;
}

template <class T>
T scalar(const function_case& function, T x) {
  if constexpr (std::is_same_v<T, double>)
    return function.of_double(x);
  else
    return function.of_float(x);
}

/// The budget on every instruction set, and the scalar's bits.
template <class T>
void check_accuracy(const function_case& function, double budget) {
  const std::vector<T> x = samples<T>(function);
  std::vector<exact> wanted;
  for (const T value : x) wanted.push_back(function.reference(static_cast<double>(value)));
  for (const isa set : available_isas()) {
    const use_isa guard(set);
    const array result = function.over_arrays(vector_view(x), {});
    const auto got = result.template values<T>();
    double worst = 0.0;
    T worst_at = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T alone = scalar(function, x[i]);
      ASSERT_EQ(std::bit_cast<bits_of<T>>(got[i]), std::bit_cast<bits_of<T>>(alone))
          << function.name << '(' << x[i] << ") differs between " << name_of(set) << " and the scalar code";
      const double error = error_in_ulp(got[i], wanted[i]);
      if (error > worst) worst_at = x[i];
      worst = std::max(worst, error);
    }
    const std::string type = sizeof(T) == 8 ? "float64" : "float32";
    ::testing::Test::RecordProperty(std::string(name_of(set)) + '_' + type, std::to_string(worst));
    EXPECT_LE(worst, budget) << function.name << ' ' << type << " on " << name_of(set) << " at " << worst_at;
  }
}

class vmath_accuracy : public ::testing::TestWithParam<function_case> {
 protected:
  static void SetUpTestSuite() { assay::testing::use_full_exponent_range(); }
};

TEST_P(vmath_accuracy, float64_stays_in_budget_with_the_same_bits_everywhere) {
  check_accuracy<double>(GetParam(), GetParam().budget);
}

TEST_P(vmath_accuracy, float32_stays_in_budget_with_the_same_bits_everywhere) {
  const function_case& function = GetParam();
  check_accuracy<float>(function, function.rounded_once ? vmath::k_ulp_budget_rounded_once : function.budget);
}

INSTANTIATE_TEST_SUITE_P(functions, vmath_accuracy, ::testing::ValuesIn(functions()),
                         [](const ::testing::TestParamInfo<function_case>& tested) {
                           return std::string(tested.param.name);
                         });

}  // namespace
