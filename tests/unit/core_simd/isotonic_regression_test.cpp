#include "assay/core/isotonic_regression.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "assay/core/compensated_sum.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace {

using namespace assay;

std::vector<double> fitted(const isotonic_regression& fit) {
  std::vector<double> values;
  for (std::size_t i = 0; i < fit.blocks().size(); ++i)
    values.insert(values.end(), fit.end(i) - fit.blocks()[i].first, fit.blocks()[i].mean);
  return values;
}

TEST(isotonic_regression, keeps_what_already_ascends) {
  isotonic_regression fit;
  for (const double value : {1.0, 2.0, 4.0}) fit.add(1.0, value);
  EXPECT_BITS(fitted(fit), (std::vector<double>{1.0, 2.0, 4.0}));
}

TEST(isotonic_regression, pools_violators_to_their_weighted_mean) {
  isotonic_regression fit;
  fit.add(1.0, 1.0);
  fit.add(1.0, 5.0);
  fit.add(3.0, 6.0);  // value 2 with weight 3: pooled with 5, (5 + 6) / 4
  fit.add(1.0, 3.0);
  EXPECT_BITS(fitted(fit), (std::vector<double>{1.0, 2.75, 2.75, 3.0}));
  EXPECT_EQ(fit.blocks().size(), 3U);
}

TEST(isotonic_regression, pools_equal_means_so_that_blocks_strictly_ascend) {
  isotonic_regression fit;
  fit.add(3.0, 1.0);
  fit.add(6.0, 2.0);  // 2/6 is the same double as 1/3
  ASSERT_EQ(fit.blocks().size(), 1U);
  EXPECT_BITS(fit.blocks()[0].weight, 9.0);
}

TEST(isotonic_regression, falling_values_become_one_block) {
  isotonic_regression fit;
  for (int i = 100; i > 0; --i) fit.add(1.0, i);
  ASSERT_EQ(fit.blocks().size(), 1U);
  EXPECT_BITS(fit.blocks()[0].mean, 50.5);
  EXPECT_EQ(fit.end(0), 100U);
}

TEST(isotonic_regression, equals_the_max_min_formula) {
  // fit_i = max_{a <= i} min_{b >= i} mean(a .. b), Robertson, Wright & Dykstra 1988, theorem 1.4.4
  assay::testing::generator random(21);
  std::vector<double> value(40), weight(40);
  isotonic_regression fit;
  for (std::size_t i = 0; i < value.size(); ++i) {
    value[i] = static_cast<double>(i) * 0.05 + random.normal();
    weight[i] = random.uniform(0.5, 2.0);
    fit.add(weight[i], weight[i] * value[i]);
  }
  const std::vector<double> got = fitted(fit);
  for (std::size_t i = 0; i < value.size(); ++i) {
    double highest = -1e300;
    for (std::size_t a = 0; a <= i; ++a) {
      double lowest = 1e300;
      double w = 0.0, s = 0.0;
      for (std::size_t b = a; b < value.size(); ++b) {
        w += weight[b];
        s += weight[b] * value[b];
        if (b >= i) lowest = std::min(lowest, s / w);
      }
      highest = std::max(highest, lowest);
    }
    EXPECT_REL(got[i], highest, 1e-14, "sums of at most 40 terms in another order");
  }
}

TEST(compensated_sum, keeps_what_additions_round_away) {
  compensated_sum sum;
  for (const double term : {1.0, 1e100, 1.0, -1e100}) sum += term;
  EXPECT_BITS(sum.value(), 2.0);
}

TEST(compensated_sum, merges_to_the_sum_of_the_whole) {
  compensated_sum whole, left, right;
  for (int i = 1; i <= 1000; ++i) {
    whole.add(1.0 / i);
    (i % 2 == 0 ? left : right).add(1.0 / i);
  }
  left.merge(right);
  EXPECT_ULP(left.value(), whole.value(), 1);
}

}  // namespace
