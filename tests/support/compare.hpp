// The only comparisons tests use. A tolerance is always given with its reason.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/error.hpp"

namespace assay::testing {

/// Distance in units in the last place; huge when the signs differ or one is NaN and the other not.
template <class T>
std::uint64_t ulp_distance(T a, T b) {
  using bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  if (std::isnan(a) && std::isnan(b)) return 0;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<std::uint64_t>::max();
  const auto ordered = [](T value) {
    constexpr bits sign = bits{1} << (8 * sizeof(T) - 1);
    const auto raw = std::bit_cast<bits>(value);
    return (raw & sign) != 0 ? sign - (raw & ~sign) : sign + raw;  // -0 and +0 are neighbours at distance 0
  };
  const bits x = ordered(a);
  const bits y = ordered(b);
  return x > y ? x - y : y - x;
}

/// The same bits; any NaN equals any NaN.
::testing::AssertionResult same_bits(double actual, double expected);
::testing::AssertionResult same_bits(const array& actual, const array& expected);
::testing::AssertionResult same_bits(const std::vector<double>& actual, const std::vector<double>& expected);
::testing::AssertionResult within_ulp(double actual, double expected, std::uint64_t ulps);
::testing::AssertionResult within_rel(double actual, double expected, double rtol, double atol,
                                      const std::string& why);

#define EXPECT_BITS(actual, expected) EXPECT_TRUE(::assay::testing::same_bits((actual), (expected)))
#define EXPECT_ULP(actual, expected, ulps) \
  EXPECT_TRUE(::assay::testing::within_ulp((actual), (expected), (ulps)))
/// |actual - expected| <= rtol |expected|; `why` says where the tolerance comes from.
#define EXPECT_REL(actual, expected, rtol, why) \
  EXPECT_TRUE(::assay::testing::within_rel((actual), (expected), (rtol), 0.0, (why)))
/// |actual - expected| <= atol; for sums whose terms cancel.
#define EXPECT_ABS(actual, expected, atol, why) \
  EXPECT_TRUE(::assay::testing::within_rel((actual), (expected), 0.0, (atol), (why)))

/// Runs `call` and checks kind, code and argument of the error; the message must contain `text`.
template <class Call>
void expect_error(Call&& call, error_kind kind, error_code code, const std::string& argument,
                  const std::string& text = "") {
  try {
    std::forward<Call>(call)();
    ADD_FAILURE() << "no error, expected " << name_of(code) << " of " << argument;
  } catch (const error& caught) {
    EXPECT_EQ(name_of(caught.kind()), name_of(kind)) << caught.what();
    EXPECT_EQ(name_of(caught.code()), name_of(code)) << caught.what();
    EXPECT_EQ(caught.argument(), argument) << caught.what();
    EXPECT_FALSE(caught.function().empty()) << caught.what();
    EXPECT_NE(std::string(caught.what()).find(text), std::string::npos) << caught.what();
  }
}

}  // namespace assay::testing
