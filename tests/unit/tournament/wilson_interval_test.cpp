#include "assay/tournament/wilson_interval.hpp"

#include <cmath>
#include <limits>

#include "support/compare.hpp"

namespace assay::tournament {
namespace {

using testing::expect_error;
constexpr const char* k_why = "budget of the function: 1e-13";

TEST(wilson_interval, equals_values_of_50_digits) {
  // mpmath with 50 digits.
  const auto some = wilson_interval(37, 50);
  EXPECT_REL(some.lower, 0.6044684273515116, 1e-13, k_why);
  EXPECT_REL(some.upper, 0.8412847250644762, 1e-13, k_why);
  EXPECT_REL(wilson_interval(0, 50).upper, 0.07134759913335872, 1e-13, k_why);
  EXPECT_REL(wilson_interval(50, 50).lower, 0.9286524008666412, 1e-13, k_why);
}

TEST(wilson_interval, ends_exactly_at_the_ends) {
  EXPECT_BITS(wilson_interval(0, 50).lower, 0.0);
  EXPECT_BITS(wilson_interval(50, 50).upper, 1.0);
}

TEST(wilson_interval, mirrors_successes_and_failures) {
  for (const double successes : {0.0, 3.0, 7.25, 19.5}) {
    const auto interval = wilson_interval(successes, 20, {0.9});
    const auto mirrored = wilson_interval(20 - successes, 20, {0.9});
    EXPECT_ABS(interval.lower, 1 - mirrored.upper, 1e-15, "one rounding of the difference");
    EXPECT_ABS(interval.upper, 1 - mirrored.lower, 1e-15, "one rounding of the difference");
  }
}

TEST(wilson_interval, widens_with_the_level) {
  const auto narrow = wilson_interval(5, 20, {0.5});
  const auto wide = wilson_interval(5, 20, {0.999});
  EXPECT_LT(wide.lower, narrow.lower);
  EXPECT_LT(narrow.upper, wide.upper);
}

TEST(wilson_interval, refuses_impossible_counts_and_levels) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  expect_error([] { wilson_interval(1, 0); }, error_kind::value, error_code::out_of_range, "trials",
               "must be greater than 0");
  expect_error([] { wilson_interval(-1, 5); }, error_kind::value, error_code::out_of_range, "successes",
               "is -1");
  expect_error([] { wilson_interval(6, 5); }, error_kind::value, error_code::out_of_range, "successes",
               "must lie between 0 and trials, which is 5");
  expect_error([&] { wilson_interval(nan, 5); }, error_kind::value, error_code::non_finite, "successes",
               "is NaN");
  expect_error([&] { wilson_interval(1, nan); }, error_kind::value, error_code::non_finite, "trials",
               "is NaN");
  for (const double level : {0.0, 1.0, nan})
    expect_error([&] { wilson_interval(1, 5, {level}); }, error_kind::value, error_code::bad_parameter,
                 "level", "must lie between 0 and 1");
}

}  // namespace
}  // namespace assay::tournament
