#include "assay/core/exact_sum.hpp"

#include <limits>

#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay {
namespace {

double sum_of(const std::vector<double>& values) {
  exact_sum sum;
  for (const double value : values) sum.add(value);
  return sum.value();
}

TEST(exact_sum, of_nothing_is_zero) { EXPECT_BITS(sum_of({}), 0.0); }

TEST(exact_sum, keeps_what_cancellation_would_lose) {
  EXPECT_BITS(sum_of({1e300, 1.0, -1e300}), 1.0);
  EXPECT_BITS(sum_of({1e16, 1.0, 1.0, -1e16}), 2.0);
}

TEST(exact_sum, gives_back_single_values_of_every_size) {
  for (const double value :
       {1.0, -1.5, 0x1p-1074, -0x1.8p-1022, 0x1.fffffffffffffp1023, 0x1p-1030, 3.0e-310}) {
    EXPECT_BITS(sum_of({value}), value);
  }
}

TEST(exact_sum, rounds_once_to_nearest_even) {
  EXPECT_BITS(sum_of({1.0, 0x1p-53}), 1.0);                       // tie goes to the even neighbour
  EXPECT_BITS(sum_of({1.0, 0x1p-53, 0x1p-1074}), 1.0 + 0x1p-52);  // the sticky bit breaks the tie
  EXPECT_BITS(sum_of({1.0 + 0x1p-52, 0x1p-53}), 1.0 + 0x1p-51);   // tie, odd neighbour below
  EXPECT_BITS(sum_of({-1.0, -0x1p-53, -0x1p-1074}), -1.0 - 0x1p-52);
}

TEST(exact_sum, agrees_with_integers) {
  testing::generator rng(11);
  std::int64_t expected = 0;
  exact_sum sum;
  for (int i = 0; i < 100000; ++i) {
    const auto term = static_cast<std::int64_t>(rng.bits() >> 24) - (std::int64_t{1} << 39);
    expected += term;
    sum.add(static_cast<double>(term) * 0x1p-60);
  }
  EXPECT_BITS(sum.value(), static_cast<double>(expected) * 0x1p-60);
}

TEST(exact_sum, does_not_depend_on_order_or_sharding) {
  testing::generator rng(12);
  std::vector<double> values(5000);
  for (double& value : values) value = std::ldexp(rng.uniform(-1, 1), static_cast<int>(rng.below(200)) - 100);
  const double forward = sum_of(values);
  exact_sum backward;
  exact_sum even;
  exact_sum odd;
  for (std::size_t i = values.size(); i-- > 0;) {
    backward.add(values[i]);
    (i % 2 == 0 ? even : odd).add(values[i]);
  }
  odd.merge(even);
  EXPECT_BITS(backward.value(), forward);
  EXPECT_BITS(odd.value(), forward);
}

TEST(exact_sum, passes_infinities_and_nan_on) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_BITS(sum_of({1.0, infinity}), infinity);
  EXPECT_BITS(sum_of({-infinity, 1.0}), -infinity);
  EXPECT_TRUE(std::isnan(sum_of({infinity, -infinity})));
  EXPECT_TRUE(std::isnan(sum_of({std::numeric_limits<double>::quiet_NaN()})));
}

TEST(exact_sum, overflows_to_infinity_only_at_the_end) {
  const double most = std::numeric_limits<double>::max();
  EXPECT_BITS(sum_of({most, most, -most}), most);
  EXPECT_TRUE(std::isinf(sum_of({most, most})));
}

TEST(exact_sum, restores_its_words_and_refuses_others) {
  exact_sum sum;
  for (const double value : {1e300, -3.25, 1e-300}) sum.add(value);
  exact_sum copy;
  auto words = sum.words();
  ASSERT_TRUE(copy.restore(words));
  EXPECT_BITS(copy.value(), sum.value());
  words[3] = std::uint64_t{1} << 40;
  EXPECT_FALSE(copy.restore(words));
  EXPECT_FALSE(copy.restore(std::span(words).first(5)));
}

}  // namespace
}  // namespace assay
