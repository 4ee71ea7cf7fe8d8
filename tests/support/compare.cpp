#include "support/compare.hpp"

#include <iomanip>
#include <sstream>

namespace assay::testing {
namespace {

std::string shown(double value) {
  std::ostringstream text;
  text << std::setprecision(17) << value << " (" << std::hexfloat << value << ')';
  return text.str();
}

}  // namespace

::testing::AssertionResult same_bits(double actual, double expected) {
  const bool both_nan = std::isnan(actual) && std::isnan(expected);
  if (both_nan || std::bit_cast<std::uint64_t>(actual) == std::bit_cast<std::uint64_t>(expected)) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "got " << shown(actual) << ", want the bits of " << shown(expected);
}

::testing::AssertionResult same_bits(const array& actual, const array& expected) {
  if (actual.type() != expected.type() || actual.rank() != expected.rank() ||
      actual.size() != expected.size()) {
    return ::testing::AssertionFailure() << "shapes or element types differ";
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (auto result = same_bits(actual[i], expected[i]); !result) return result << " at flat index " << i;
  }
  return ::testing::AssertionSuccess();
}

::testing::AssertionResult same_bits(const std::vector<double>& actual, const std::vector<double>& expected) {
  return same_bits(array(actual), array(expected));
}

::testing::AssertionResult within_ulp(double actual, double expected, std::uint64_t ulps) {
  const std::uint64_t distance = ulp_distance(actual, expected);
  if (distance <= ulps) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "got " << shown(actual) << ", want " << shown(expected) << ": "
                                       << distance << " ulp apart, allowed " << ulps;
}

::testing::AssertionResult within_rel(double actual, double expected, double rtol, double atol,
                                      const std::string& why) {
  const double bound = atol + rtol * std::fabs(expected);
  if (actual == expected || (std::isnan(actual) && std::isnan(expected)) ||
      std::fabs(actual - expected) <= bound) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "got " << shown(actual) << ", want " << shown(expected)
                                       << " within " << bound << " (" << why << ')';
}

}  // namespace assay::testing
