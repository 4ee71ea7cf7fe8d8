#include "assay/calibration/regression_calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/calibration/pit.hpp"
#include "regression_sample.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using kind = regression_calibration_kind;
using testing::draw_regression;
using testing::generator;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// ---- calibration error ----

struct gaps {
  double rms = 0.0, mean_abs = 0.0, area = 0.0;
};

// By the definition: every row at every level, the area by many thin slices.
gaps naive_gaps(const std::vector<double>& pit, const std::vector<double>& weights, proportion_type type,
                std::size_t levels) {
  std::vector<double> gap;
  const auto last = static_cast<double>(levels - 1);
  for (std::size_t k = 0; k < levels; ++k) {
    const double q = static_cast<double>(k) / last;
    double inside = 0.0, total = 0.0;
    for (std::size_t i = 0; i < pit.size(); ++i) {
      const bool in = type == proportion_type::interval ? std::fabs(pit[i] - 0.5) <= q / 2 : pit[i] <= q;
      inside += in ? weights[i] : 0.0;
      total += weights[i];
    }
    gap.push_back(inside / total - q);
  }
  gaps result;
  for (const double g : gap) {
    result.rms += g * g / static_cast<double>(levels);
    result.mean_abs += std::fabs(g) / static_cast<double>(levels);
  }
  result.rms = std::sqrt(result.rms);
  constexpr int slices = 2000;
  for (std::size_t k = 1; k < levels; ++k) {
    for (int s = 0; s < slices; ++s) {
      const double t = (s + 0.5) / slices;
      result.area += std::fabs(gap[k - 1] + (gap[k] - gap[k - 1]) * t) / slices / last;
    }
  }
  return result;
}

TEST(regression_calibration_error, is_the_definition) {
  const auto s = draw_regression(120, 1, 1.5);
  const auto pit = pit_gaussian(s.y, s.mean, s.std).to_vector();
  for (const auto type : {proportion_type::interval, proportion_type::quantile}) {
    for (const std::int64_t n : {2, 3, 20, 77}) {
      const auto expected = naive_gaps(pit, s.weights, type, static_cast<std::size_t>(n));
      const auto found = [&](kind k) {
        return regression_calibration_error(
            s.y, s.mean, s.std, {.weights = s.weights, .kind = k, .prop_type = type, .n_bins = n});
      };
      EXPECT_ABS(found(kind::rms), expected.rms, 1e-14, "sums in another order");
      EXPECT_ABS(found(kind::mean_abs), expected.mean_abs, 1e-14, "sums in another order");
      EXPECT_ABS(found(kind::area), expected.area, 1e-6, "slices of 1/2000 of a step");
    }
  }
}

TEST(regression_calibration_error, by_hand) {
  // Observed 0, 1/2, 1 at levels 0, 1/2, 1: no gap. Two rows at 0.1: 0, 1, 1, a gap of 1/2 in the middle.
  const auto error = [](vector_view pit, kind k) {
    return regression_calibration_error_pit(pit,
                                            {.kind = k, .prop_type = proportion_type::quantile, .n_bins = 3});
  };
  EXPECT_EQ(error({0.25, 0.75}, kind::area), 0.0);
  EXPECT_EQ(error({0.1, 0.1}, kind::area), 0.25);
  EXPECT_REL(error({0.1, 0.1}, kind::mean_abs), 0.5 / 3, 1e-15, "two roundings");
  EXPECT_REL(error({0.1, 0.1}, kind::rms), 0.5 / std::sqrt(3.0), 1e-15, "three roundings");
  // All at 1: the gap is -1/2 in the middle and 0 at both ends.
  EXPECT_EQ(error({1, 1, 1}, kind::area), 0.25);
}

TEST(regression_calibration_error, counts_a_transform_on_a_level) {
  // 19 levels k/18; every one of them as a transform must be counted at its own level, not the next.
  for (int k = 0; k <= 18; ++k) {
    const auto curve =
        regression_calibration_curve({k / 18.0}, {.prop_type = proportion_type::quantile, .n_bins = 19});
    for (int j = 0; j <= 18; ++j) EXPECT_EQ(curve.observed[static_cast<std::size_t>(j)], j >= k ? 1.0 : 0.0);
  }
}

TEST(regression_calibration_error, of_calibrated_forecasts_is_small_and_of_wrong_ones_is_not) {
  const auto error = [](double spread) {
    const auto s = draw_regression(4000, 2, spread);
    return regression_calibration_error(s.y, s.mean, s.std, {.kind = kind::area});
  };
  EXPECT_LT(error(1.0), 0.02);
  EXPECT_GT(error(0.5), 0.1);
  EXPECT_GT(error(2.0), 0.1);
}

TEST(regression_calibration_error, from_transforms_is_the_same) {
  const auto s = draw_regression(300, 3, 0.7);
  const auto pit = pit_gaussian(s.y, s.mean, s.std).to_vector();
  for (const auto k : {kind::rms, kind::mean_abs, kind::area})
    EXPECT_BITS(regression_calibration_error_pit(pit, {.weights = s.weights, .kind = k}),
                regression_calibration_error(s.y, s.mean, s.std, {.weights = s.weights, .kind = k}));
}

TEST(regression_calibration_error, knows_weights_as_repetitions) {
  const auto s = draw_regression(40, 4);
  const auto pit = pit_gaussian(s.y, s.mean, s.std).to_vector();
  std::vector<double> repeated, weights;
  for (std::size_t i = 0; i < pit.size(); ++i) {
    weights.push_back(static_cast<double>(i % 4));
    repeated.insert(repeated.end(), i % 4, pit[i]);
  }
  EXPECT_BITS(regression_calibration_error_pit(pit, {.weights = weights}),
              regression_calibration_error_pit(repeated));
}

TEST(regression_calibration_error, survives_extreme_weights_and_rows) {
  constexpr double large = std::numeric_limits<double>::max();
  EXPECT_BITS(regression_calibration_error_pit({0.1, 0.7}, {.weights = {large, large}}),
              regression_calibration_error_pit({0.1, 0.7}));
  EXPECT_BITS(regression_calibration_error_pit({0.1, 0.7}, {.weights = {0x1p-1074, 0x1p-1074}}),
              regression_calibration_error_pit({0.1, 0.7}));
  EXPECT_TRUE(std::isfinite(regression_calibration_error({large}, {-large}, {0x1p-1074})));
  EXPECT_EQ(regression_calibration_error_pit({0.5}, {.n_bins = 2}), std::sqrt(0.5));  // observed 1 at level 0
}

TEST(regression_calibration_error, names_what_is_wrong) {
  testing::expect_regression_errors(
      [](vector_view y, vector_view mean, vector_view std, vector_view weights) {
        regression_calibration_error(y, mean, std, {.weights = weights});
      });
  testing::expect_pit_errors([](vector_view pit, vector_view weights) {
    regression_calibration_error_pit(pit, {.weights = weights});
  });
  for (const std::int64_t n : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, std::int64_t{1} << 40}) {
    testing::expect_error([&] { regression_calibration_error({0}, {0}, {1}, {.n_bins = n}); },
                          error_kind::value, error_code::bad_parameter, "n_bins", "must lie in 2..1048576");
    testing::expect_error([&] { regression_calibration_error_pit({0}, {.n_bins = n}); }, error_kind::value,
                          error_code::bad_parameter, "n_bins");
    testing::expect_error([&] { regression_calibration_curve({0}, {.n_bins = n}); }, error_kind::value,
                          error_code::bad_parameter, "n_bins");
  }
}

TEST(regression_calibration_curve, ascends_from_level_to_level) {
  const auto s = draw_regression(500, 5);
  const auto pit = pit_gaussian(s.y, s.mean, s.std).to_vector();
  const auto curve = regression_calibration_curve(pit, {.weights = s.weights, .n_bins = 11});
  EXPECT_BITS(curve.expected.to_vector(),
              (std::vector<double>{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}));
  for (std::size_t k = 1; k < 11; ++k) EXPECT_GE(curve.observed[k], curve.observed[k - 1]);
  EXPECT_EQ(curve.observed[10], 1.0);
  testing::expect_pit_errors(
      [](vector_view p, vector_view weights) { regression_calibration_curve(p, {.weights = weights}); });
}

TEST(regression_calibration_curve, of_intervals_is_their_coverage) {
  const auto s = draw_regression(500, 6);
  const auto pit = pit_gaussian(s.y, s.mean, s.std).to_vector();
  const auto curve = regression_calibration_curve(pit, {.weights = s.weights, .n_bins = 5});
  for (const std::size_t k : {1U, 2U, 3U}) {
    const auto coverage =
        interval_coverage(s.y, s.mean, s.std, {.weights = s.weights, .level = curve.expected[k]}).coverage;
    EXPECT_REL(coverage, curve.observed[k], 1e-14, "no outcome lies on an end");
  }
}

// ---- sharpness and coverage ----

TEST(sharpness, is_the_root_of_the_mean_variance) {
  EXPECT_REL(sharpness({3, 4}), std::sqrt(12.5), 1e-15, "two roundings");
  EXPECT_REL(sharpness({3, 4, 100}, {.weights = {3, 1, 0}}), std::sqrt(43.0 / 4), 1e-15, "two roundings");
  EXPECT_EQ(sharpness({0x1p1000, 0x1p1000}), 0x1p1000);
  EXPECT_EQ(sharpness({0x1p-1070}), 0x1p-1070);
  EXPECT_EQ(sharpness({0x1p-600, 0x1p600}, {.weights = {1, 0}}), 0x1p-600);
  const std::vector<float> single = {3, 4};
  EXPECT_BITS(sharpness(single), sharpness({3, 4}));
}

TEST(sharpness, names_what_is_wrong) {
  const std::vector<double> none;
  testing::expect_error([&] { sharpness(none); }, error_kind::shape, error_code::empty_input, "std");
  testing::expect_error([] { sharpness({1, 0}); }, error_kind::value, error_code::out_of_range, "std");
  testing::expect_error([] { sharpness({1, k_nan}); }, error_kind::value, error_code::out_of_range, "std");
  testing::expect_error(
      [] {
        sharpness({1, 2}, {.weights = {1}});
      },
      error_kind::shape, error_code::length_mismatch, "weights");
  testing::expect_error(
      [] {
        sharpness({1, 2}, {.weights = {1, -1}});
      },
      error_kind::value, error_code::bad_weight, "weights");
  testing::expect_error(
      [] {
        sharpness({1, 2}, {.weights = {0, 0}});
      },
      error_kind::value, error_code::zero_weight, "weights");
}

TEST(interval_coverage, counts_outcomes_within_the_interval) {
  // Half width 1.6449 std at 0.9 (standard normal tables).
  const auto result = interval_coverage({1.64, 1.65, -3.2, -3.3}, {0, 0, 0, 0}, {1, 1, 2, 2});
  EXPECT_EQ(result.coverage, 0.5);
  EXPECT_REL(result.mean_width, 2 * 1.6448536269514722 * 1.5, 1e-15, "the quantile to 17 digits");
  const auto weighted =
      interval_coverage({1.64, 1.65, -3.2, -3.3}, {0, 0, 0, 0}, {1, 1, 2, 2}, {.weights = {1, 0, 0, 3}});
  EXPECT_EQ(weighted.coverage, 0.25);
}

TEST(interval_coverage, of_calibrated_forecasts_is_the_level) {
  const auto s = draw_regression(4000, 7);
  for (const double level : {0.1, 0.5, 0.9, 0.99})
    EXPECT_ABS(interval_coverage(s.y, s.mean, s.std, {.level = level}).coverage, level,
               4 * std::sqrt(level * (1 - level) / 4000), "four standard errors");
}

TEST(interval_coverage, is_that_of_its_bounds) {
  const auto s = draw_regression(300, 8);
  constexpr double z = 0.67448975019608174;  // normal quantile of 0.75
  std::vector<double> lower, upper;
  for (std::size_t i = 0; i < s.y.size(); ++i) {
    lower.push_back(s.mean[i] - z * s.std[i]);
    upper.push_back(s.mean[i] + z * s.std[i]);
  }
  const auto normal = interval_coverage(s.y, s.mean, s.std, {.weights = s.weights, .level = 0.5});
  const auto bounds = interval_coverage_bounds(s.y, lower, upper, {.weights = s.weights});
  EXPECT_BITS(normal.coverage, bounds.coverage);
  EXPECT_REL(bounds.mean_width, normal.mean_width, 1e-14, "rounding of the ends");
}

TEST(interval_coverage, names_what_is_wrong) {
  testing::expect_regression_errors(
      [](vector_view y, vector_view mean, vector_view std, vector_view weights) {
        interval_coverage(y, mean, std, {.weights = weights});
      });
  for (const double level : {0.0, 1.0, -0.5, 2.0, k_nan})
    testing::expect_error([&] { interval_coverage({0}, {0}, {1}, {.level = level}); }, error_kind::value,
                          error_code::bad_parameter, "level", "must lie in (0, 1)");
}

TEST(interval_coverage_bounds, includes_the_ends) {
  const auto result = interval_coverage_bounds({1, 2, 3, 2}, {1, 1, 1, 2}, {2, 2, 2, 2});
  EXPECT_EQ(result.coverage, 0.75);
  EXPECT_EQ(result.mean_width, 0.75);
  constexpr double large = std::numeric_limits<double>::max();
  EXPECT_EQ(interval_coverage_bounds({0, 0}, {0, 0}, {large, large}).mean_width, large);
}

TEST(interval_coverage_bounds, names_what_is_wrong) {
  const std::vector<double> none;
  const auto refused = [](error_kind what, error_code code, const std::string& name, vector_view y,
                          vector_view lower, vector_view upper, vector_view weights = {}) {
    testing::expect_error([&] { interval_coverage_bounds(y, lower, upper, {.weights = weights}); }, what,
                          code, name);
  };
  refused(error_kind::shape, error_code::empty_input, "y", none, {1}, {1});
  refused(error_kind::shape, error_code::empty_input, "lower", {1}, none, {1});
  refused(error_kind::shape, error_code::empty_input, "upper", {1}, {1}, none);
  refused(error_kind::shape, error_code::length_mismatch, "lower", {1, 2}, {1}, {1, 2});
  refused(error_kind::shape, error_code::length_mismatch, "upper", {1, 2}, {1, 2}, {1});
  refused(error_kind::value, error_code::non_finite, "y", {k_nan}, {1}, {1});
  refused(error_kind::value, error_code::non_finite, "lower", {1}, {k_nan}, {1});
  refused(error_kind::value, error_code::non_finite, "upper", {1}, {1}, {k_nan});
  refused(error_kind::value, error_code::out_of_range, "upper", {1, 1}, {1, 1}, {1, 0.5});
  refused(error_kind::shape, error_code::length_mismatch, "weights", {1}, {1}, {1}, {1, 2});
  refused(error_kind::value, error_code::bad_weight, "weights", {1}, {1}, {1}, {-1});
  refused(error_kind::value, error_code::zero_weight, "weights", {1}, {1}, {1}, {0});
}

// ---- errors of the spread ----

struct spread_errors {
  double ence = 0.0, uce = 0.0;
};

// By the definition, every bin in a pass of its own.
spread_errors naive_spread(const testing::regression_sample& s, std::size_t bins, std_binning strategy) {
  const std::size_t n = s.y.size();
  const double low = *std::min_element(s.std.begin(), s.std.end());
  const double high = *std::max_element(s.std.begin(), s.std.end());
  const auto bin_of = [&](double std) {
    if (strategy == std_binning::equal_mass) {
      std::size_t smaller = 0;
      for (const double other : s.std) smaller += other < std ? 1 : 0;
      return smaller * bins / n;
    }
    std::size_t b = bins - 1;
    while (b > 0 && std < low + (high - low) * (static_cast<double>(b) / static_cast<double>(bins))) --b;
    return b;
  };
  spread_errors result;
  double filled = 0.0, total = 0.0;
  for (std::size_t b = 0; b < bins; ++b) {
    double weight = 0.0, variance = 0.0, squares = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      if (bin_of(s.std[i]) != b) continue;
      weight += s.weights[i];
      variance += s.weights[i] * s.std[i] * s.std[i];
      squares += s.weights[i] * (s.y[i] - s.mean[i]) * (s.y[i] - s.mean[i]);
    }
    if (weight == 0.0) continue;
    filled += 1.0;
    total += weight;
    result.ence += std::fabs(std::sqrt(variance) - std::sqrt(squares)) / std::sqrt(variance);
    result.uce += std::fabs(squares - variance);
  }
  return {result.ence / filled, result.uce / total};
}

TEST(ence, is_the_definition) {
  for (const std::uint64_t levels : {0U, 4U}) {
    const auto s = draw_regression(150, 9, 1.3, levels);
    for (const auto strategy : {std_binning::equal_mass, std_binning::equal_width}) {
      for (const std::size_t bins : {1U, 3U, 10U, 400U}) {
        const auto expected = naive_spread(s, bins, strategy);
        const auto found =
            ence(s.y, s.mean, s.std,
                 {.weights = s.weights, .n_bins = static_cast<std::int64_t>(bins), .strategy = strategy});
        EXPECT_REL(found.ence, expected.ence, 1e-13, "the gap of two nearly equal roots");
        EXPECT_REL(found.uce, expected.uce, 1e-13, "the same");
      }
    }
  }
}

TEST(ence, tells_what_each_bin_holds) {
  const auto found =
      ence({1, -1, 4}, {0, 0, 0}, {1, 1, 3}, {.n_bins = 4, .strategy = std_binning::equal_width});
  EXPECT_BITS(found.root_mean_variance.to_vector(), (std::vector<double>{1, k_nan, k_nan, 3}));
  EXPECT_BITS(found.rmse.to_vector(), (std::vector<double>{1, k_nan, k_nan, 4}));
  EXPECT_BITS(found.count.to_vector(), (std::vector<double>{2, 0, 0, 1}));
  EXPECT_REL(found.ence, 1.0 / 6, 1e-15, "0 and 1/3");
  EXPECT_REL(found.uce, 7.0 / 3, 1e-15, "16 - 9 of one row in three");
}

TEST(ence, does_not_depend_on_units_or_order) {
  auto s = draw_regression(200, 10, 0.8);
  const auto before = ence(s.y, s.mean, s.std);
  for (auto* values : {&s.y, &s.mean, &s.std}) {
    std::reverse(values->begin(), values->end());
    for (double& value : *values) value *= 0x1p500;  // squares of these overflow
  }
  const auto after = ence(s.y, s.mean, s.std);
  EXPECT_REL(after.ence, before.ence, 1e-13, "sums in another order");
  for (auto* values : {&s.y, &s.mean, &s.std})
    for (double& value : *values) value *= 0x1p-990;  // squares of these vanish
  EXPECT_BITS(ence(s.y, s.mean, s.std).ence, after.ence);
}

TEST(ence, of_one_deviation_is_one_bin) {
  for (const auto strategy : {std_binning::equal_mass, std_binning::equal_width}) {
    const auto found = ence({2, -2}, {0, 0}, {1, 1}, {.n_bins = 7, .strategy = strategy});
    EXPECT_EQ(found.ence, 1.0);
    EXPECT_EQ(found.uce, 3.0);
  }
  EXPECT_EQ(ence({0}, {0}, {1}).ence, 1.0);
}

TEST(ence, names_what_is_wrong) {
  testing::expect_regression_errors([](vector_view y, vector_view mean, vector_view std,
                                       vector_view weights) { ence(y, mean, std, {.weights = weights}); });
  for (const std::int64_t n : {std::int64_t{-3}, std::int64_t{0}, std::int64_t{1} << 40})
    testing::expect_error([&] { ence({0}, {0}, {1}, {.n_bins = n}); }, error_kind::value,
                          error_code::bad_parameter, "n_bins", "must lie in 1..16777216");
}

}  // namespace
}  // namespace assay::calibration
