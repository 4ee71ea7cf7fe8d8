#include "assay/scoring/interval.hpp"

#include <limits>

#include "assay/scoring/quantile.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::scoring {
namespace {

using testing::expect_error;
const double nan = std::numeric_limits<double>::quiet_NaN();

TEST(interval_score, charges_width_and_misses) {
  const auto result = interval_score({5, 0, 9}, {2, 2, 2}, {6, 6, 6}, 0.5);
  EXPECT_EQ(result.dispersion.to_vector(), (std::vector<double>{4, 4, 4}));
  EXPECT_EQ(result.overprediction.to_vector(), (std::vector<double>{0, 8, 0}));
  EXPECT_EQ(result.underprediction.to_vector(), (std::vector<double>{0, 0, 12}));
  EXPECT_EQ(result.score.to_vector(), (std::vector<double>{4, 12, 16}));
}

TEST(interval_score, is_the_scaled_sum_of_two_quantile_scores) {
  testing::generator rng(21);
  const double alpha = 0.2;
  for (int i = 0; i < 200; ++i) {
    const double y = rng.normal();
    const double l = rng.normal();
    const double u = l + rng.uniform();
    const double score = interval_score({y}, {l}, {u}, alpha).score[0];
    const double pair = quantile_score({y}, {l}, alpha / 2)[0] + quantile_score({y}, {u}, 1 - alpha / 2)[0];
    EXPECT_REL(score, pair * 2 / alpha, 1e-14, "a handful of roundings on each side");
  }
}

TEST(interval_score, is_smallest_for_the_true_quantiles) {
  const auto mean_score = [&](double half_width) {
    double sum = 0;
    testing::generator draws(23);
    for (int i = 0; i < 20000; ++i) {
      sum += interval_score({draws.uniform(-1, 1)}, {-half_width}, {half_width}, 0.2).score[0];
    }
    return sum / 20000;
  };
  const double best = mean_score(0.8);  // uniform on (-1, 1): the central 80 % is (-0.8, 0.8)
  for (const double half_width : {0.6, 0.7, 0.9, 1.0}) EXPECT_LT(best, mean_score(half_width));
}

TEST(interval_score, does_not_depend_on_threads_or_element_type) {
  testing::generator rng(24);
  std::vector<float> y(100000);
  std::vector<float> l(y.size());
  std::vector<float> u(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] = static_cast<float>(rng.normal());
    l[i] = static_cast<float>(rng.normal());
    u[i] = l[i] + static_cast<float>(rng.uniform());
  }
  const std::vector<double> wide_y(y.begin(), y.end());
  const std::vector<double> wide_l(l.begin(), l.end());
  const std::vector<double> wide_u(u.begin(), u.end());
  const array one = interval_score(y, l, u, 0.1).score;
  EXPECT_BITS(interval_score(y, l, u, 0.1, {}, {.threads = 3}).score, one);
  EXPECT_BITS(interval_score(wide_y, wide_l, wide_u, 0.1).score, one);
}

TEST(interval_score, gives_nan_for_missing_values_only_when_asked) {
  const auto result = interval_score({nan, 1}, {0, 0}, {2, 2}, 0.1, {.nan_policy = nan_policy::propagate});
  EXPECT_TRUE(std::isnan(result.score[0]));
  EXPECT_TRUE(std::isnan(result.dispersion[0]));
  EXPECT_BITS(result.score[1], 2.0);
  expect_error([] { interval_score({nan}, {0}, {2}, 0.1); }, error_kind::value, error_code::non_finite,
               "observations", "[0] is NaN");
}

TEST(interval_score, names_what_is_wrong) {
  expect_error([] { interval_score({1}, {2}, {1}, 0.1); }, error_kind::value, error_code::out_of_range,
               "lower", "lower[0] is 2, must not exceed upper[0] = 1");
  expect_error([] { interval_score({1}, {0}, {1}, 1.0); }, error_kind::value, error_code::out_of_range,
               "alpha", "alpha is 1, must lie in (0, 1)");
  expect_error(
      [] {
        interval_score({1, 2}, {0}, {1, 2}, 0.1);
      },
      error_kind::shape, error_code::length_mismatch, "lower");
}

}  // namespace
}  // namespace assay::scoring
