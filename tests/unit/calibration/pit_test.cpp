#include "assay/calibration/pit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "regression_sample.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::as_double;
using testing::as_float;
using testing::draw_regression;
using testing::generator;

// Largest gap between the empirical distribution and the uniform one.
double distance_to_uniform(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  double gap = 0.0;
  const auto n = static_cast<double>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto rank = static_cast<double>(i);
    gap = std::fmax(gap, std::fmax(values[i] - rank / n, (rank + 1.0) / n - values[i]));
  }
  return gap;
}

// A distance that uniform numbers exceed with probability 1e-4: Kolmogorov's limit law.
double unlikely_distance(std::size_t n) { return 2.23 / std::sqrt(static_cast<double>(n)); }

TEST(pit_gaussian, is_the_normal_distribution_at_the_outcome) {
  const auto pit = pit_gaussian({0, 1, -2, 5}, {0, 0, 0, 1}, {1, 1, 2, 2});
  const std::vector<double> z = {0, 1, -1, 2};
  for (std::size_t i = 0; i < z.size(); ++i)
    EXPECT_REL(pit[i], 0.5 * std::erfc(-z[i] / std::sqrt(2.0)), 1e-15, "std::erfc is good to an ulp or two");
}

TEST(pit_gaussian, is_uniform_for_calibrated_forecasts) {
  const auto s = draw_regression(4000, 1);
  EXPECT_LT(distance_to_uniform(pit_gaussian(s.y, s.mean, s.std).to_vector()), unlikely_distance(4000));
}

TEST(pit_gaussian, turns_over_with_the_sign) {
  const auto s = draw_regression(200, 2);
  const auto negated = [](std::vector<double> values) {
    for (double& value : values) value = -value;
    return values;
  };
  const auto pit = pit_gaussian(s.y, s.mean, s.std);
  const auto turned = pit_gaussian(negated(s.y), negated(s.mean), s.std);
  for (std::size_t i = 0; i < pit.size(); ++i)
    EXPECT_ABS(turned[i], 1.0 - pit[i], 2e-16, "one rounding of 1 - p");
}

TEST(pit_gaussian, holds_for_the_largest_and_smallest_numbers) {
  constexpr double large = std::numeric_limits<double>::max(), tiny = 0x1p-1074;
  const auto pit =
      pit_gaussian({large, large, -large, 0, 1}, {-large, 0, large, 0, 0}, {large, tiny, large, tiny, tiny});
  EXPECT_REL(pit[0], 0.5 * std::erfc(-std::sqrt(2.0)), 1e-15, "(y - mean)/std = 2 though y - mean overflows");
  EXPECT_EQ(pit[1], 1.0);
  EXPECT_REL(pit[2], 0.5 * std::erfc(std::sqrt(2.0)), 1e-15, "as above");
  EXPECT_EQ(pit[3], 0.5);
  EXPECT_EQ(pit[4], 1.0);
}

TEST(pit_gaussian, takes_float32_and_strides) {
  const auto s = draw_regression(50, 3);
  const auto y = as_float(s.y), mean = as_float(s.mean), std = as_float(s.std);
  EXPECT_BITS(pit_gaussian(y, mean, std), pit_gaussian(as_double(y), as_double(mean), as_double(std)));
  const std::vector<double> packed = {1, 9, 2, 9, 3, 9};
  EXPECT_BITS(pit_gaussian(vector_view(packed.data(), 3, 2), {0, 0, 0}, {1, 1, 1}),
              pit_gaussian({1, 2, 3}, {0, 0, 0}, {1, 1, 1}));
}

TEST(pit_gaussian, names_what_is_wrong) {
  testing::expect_regression_errors(
      [](vector_view y, vector_view mean, vector_view std, vector_view) { pit_gaussian(y, mean, std); },
      false);
}

TEST(pit_samples, counts_members_below_and_spreads_ties) {
  const std::vector<double> samples = {0, 1, 4, 1, 1, 2, 5, 6, 7};
  const auto pit = pit_samples({0.5, 1, 9}, matrix_view(samples, 3, 3), {.randomise = false});
  EXPECT_BITS(pit.to_vector(), (std::vector<double>{1.5 / 4, 1.5 / 4, 3.5 / 4}));
  const auto drawn = pit_samples({0.5, 1, 9}, matrix_view(samples, 3, 3), {.seed = 5});
  EXPECT_TRUE(drawn[0] >= 0.25 && drawn[0] < 0.5);
  EXPECT_TRUE(drawn[1] >= 0.0 && drawn[1] < 0.75);
  EXPECT_TRUE(drawn[2] >= 0.75 && drawn[2] < 1.0);
}

TEST(pit_samples, is_uniform_for_calibrated_samples_of_any_size) {
  generator rng(4);
  for (const std::size_t m : {1U, 3U, 20U}) {
    const std::size_t n = 3000;
    std::vector<double> y, samples;
    for (std::size_t i = 0; i < n; ++i) {
      y.push_back(static_cast<double>(rng.below(5)));  // five values: most rows have ties
      for (std::size_t j = 0; j < m; ++j) samples.push_back(static_cast<double>(rng.below(5)));
    }
    const auto pit = pit_samples(y, matrix_view(samples, n, m), {.seed = m});
    EXPECT_LT(distance_to_uniform(pit.to_vector()), unlikely_distance(n));
  }
}

TEST(pit_samples, does_not_depend_on_threads) {
  generator rng(6);
  const auto y = rng.normals(5000), samples = rng.normals(5000 * 40);
  context ctx;
  ctx.threads = 4;
  EXPECT_BITS(pit_samples(y, matrix_view(samples, 5000, 40)),
              pit_samples(y, matrix_view(samples, 5000, 40), {}, ctx));
}

TEST(pit_samples, names_what_is_wrong) {
  const std::vector<double> two = {1, 2}, none, bad = {1, std::numeric_limits<double>::quiet_NaN()};
  const auto refused = [](error_kind kind, error_code code, const std::string& name, vector_view y,
                          matrix_view samples) {
    testing::expect_error([&] { pit_samples(y, samples); }, kind, code, name);
  };
  refused(error_kind::shape, error_code::empty_input, "y", none, matrix_view(two, 1, 2));
  refused(error_kind::shape, error_code::empty_input, "samples", {1}, matrix_view(none, 1, 0));
  refused(error_kind::shape, error_code::length_mismatch, "samples", {1}, matrix_view(two, 2, 1));
  refused(error_kind::value, error_code::non_finite, "y", bad, matrix_view(two, 2, 1));
  refused(error_kind::value, error_code::non_finite, "samples", {1}, matrix_view(bad, 1, 2));
}

TEST(pit_quantiles, is_linear_between_quantiles) {
  const std::vector<double> quantiles = {0, 1, 4};
  const auto at = [&](double y) {
    return pit_quantiles({y}, matrix_view(quantiles, 1, 3), {0.1, 0.5, 0.9}, {.randomise = false})[0];
  };
  EXPECT_EQ(at(0), 0.1);
  EXPECT_EQ(at(1), 0.5);
  EXPECT_EQ(at(4), 0.9);
  EXPECT_REL(at(0.25), 0.2, 1e-15, "a quarter of the way");
  EXPECT_REL(at(2.5), 0.7, 1e-15, "halfway");
  EXPECT_REL(at(-3), 0.05, 1e-15, "the middle of what lies below");
  EXPECT_REL(at(5), 0.95, 1e-15, "the middle of what lies above");
}

TEST(pit_quantiles, takes_the_levels_that_equal_quantiles_leave_open) {
  const auto middle = [](std::vector<double> quantiles, double y) {
    return pit_quantiles({y}, matrix_view(quantiles, 1, 4), {0.1, 0.3, 0.6, 0.9}, {.randomise = false})[0];
  };
  EXPECT_REL(middle({0, 2, 2, 4}, 2), 0.45, 1e-15, "between 0.3 and 0.6");
  EXPECT_REL(middle({0, 0, 2, 4}, 0), 0.15, 1e-15, "between 0 and 0.3: nothing lies below");
  EXPECT_REL(middle({0, 2, 4, 4}, 4), 0.8, 1e-15, "between 0.6 and 1");
  EXPECT_REL(middle({3, 3, 3, 3}, 3), 0.5, 1e-15, "anywhere");
}

TEST(pit_quantiles, is_uniform_for_calibrated_quantiles) {
  // Uniform outcomes on [0, 1]: the quantile of level p is p, exactly linear between any levels.
  generator rng(8);
  const std::vector<double> levels = {0.05, 0.25, 0.5, 0.9};
  std::vector<double> y, quantiles;
  for (std::size_t i = 0; i < 4000; ++i) {
    y.push_back(rng.uniform());
    quantiles.insert(quantiles.end(), levels.begin(), levels.end());
  }
  const auto pit = pit_quantiles(y, matrix_view(quantiles, 4000, 4), levels, {.seed = 9});
  EXPECT_LT(distance_to_uniform(pit.to_vector()), unlikely_distance(4000));
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] > 0.05 && y[i] < 0.9) {
      EXPECT_REL(pit[i], y[i], 1e-14, "between quantiles nothing is drawn");
    }
  }
}

TEST(pit_quantiles, survives_the_widest_quantiles) {
  constexpr double large = std::numeric_limits<double>::max();
  const std::vector<double> quantiles = {-large, large};
  EXPECT_REL(pit_quantiles({0}, matrix_view(quantiles, 1, 2), {0.2, 0.6})[0], 0.4, 1e-15, "halfway");
}

TEST(pit_quantiles, names_what_is_wrong) {
  const std::vector<double> good = {0, 1}, falling = {1, 0}, none;
  const std::vector<double> bad = {0, std::numeric_limits<double>::infinity()};
  const auto refused = [](error_kind kind, error_code code, const std::string& name, vector_view y,
                          matrix_view quantiles, vector_view levels, const std::string& text = "") {
    testing::expect_error([&] { pit_quantiles(y, quantiles, levels); }, kind, code, name, text);
  };
  const matrix_view row(good, 1, 2);
  const auto shape = error_kind::shape;
  const auto value = error_kind::value;
  refused(shape, error_code::empty_input, "y", none, row, {0.1, 0.9});
  refused(shape, error_code::empty_input, "quantiles", {1}, matrix_view(none, 1, 0), {0.1, 0.9});
  refused(shape, error_code::empty_input, "levels", {1}, row, none);
  refused(shape, error_code::length_mismatch, "quantiles", {1, 2}, row, {0.1, 0.9});
  refused(shape, error_code::length_mismatch, "levels", {1}, row, {0.1, 0.5, 0.9});
  refused(value, error_code::non_finite, "y", vector_view(bad), matrix_view(good, 2, 1), {0.1});
  refused(value, error_code::non_finite, "quantiles", {1}, matrix_view(bad, 1, 2), {0.1, 0.9});
  refused(value, error_code::out_of_range, "levels", {1}, row, {0.1, 1.1});
  refused(value, error_code::out_of_range, "levels", {1}, row, {0.9, 0.1});
  refused(value, error_code::out_of_range, "quantiles", {1}, matrix_view(falling, 1, 2), {0.1, 0.9},
          "quantiles[0, 1] is 0, must not be below the one before, 1");
}

}  // namespace
}  // namespace assay::calibration
