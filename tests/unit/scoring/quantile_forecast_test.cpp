#include "assay/scoring/quantile_forecast.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "assay/core/vmath.hpp"
#include "assay/scoring/interval.hpp"
#include "assay/scoring/normal.hpp"
#include "assay/scoring/quantile.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::scoring {
namespace {

using testing::expect_error;
const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

const std::vector<double> k_levels{0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975};

/// A matrix written in place.
struct rows {
  std::vector<double> values;
  std::size_t n, m;
  operator matrix_view() const { return {values, n, m}; }  // NOLINT: meant to convert
};

/// n forecasts of q quantiles in order, and outcomes.
struct quantile_data {
  std::vector<double> y, quantiles;
  std::size_t q;

  quantile_data(std::uint64_t seed, std::size_t n, std::size_t count) : q(count) {
    testing::generator random(seed);
    for (std::size_t i = 0; i < n; ++i) {
      y.push_back(2.0 * random.normal());
      double quantile = -3.0 + random.normal();
      for (std::size_t j = 0; j < q; ++j) quantiles.push_back(quantile += random.uniform());
    }
  }
  [[nodiscard]] matrix_view view() const { return {quantiles, y.size(), q}; }
  [[nodiscard]] double at(std::size_t i, std::size_t j) const { return quantiles[i * q + j]; }
};

double twice_quantile_score(double y, double quantile, double level) {
  return 2.0 * ((y <= quantile ? 1.0 : 0.0) - level) * (quantile - y);
}

TEST(crps_quantile, is_the_mean_of_twice_the_quantile_scores) {
  const quantile_data data(31, 200, 7);
  const array score = crps_quantile(data.y, data.view(), k_levels);
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < 7; ++j) sum += twice_quantile_score(data.y[i], data.at(i, j), k_levels[j]);
    EXPECT_REL(score[i], sum / 7.0, 1e-14, "a handful of roundings on each side");
  }
}

TEST(crps_quantile, trapezoid_weighs_levels_by_the_distance_of_their_neighbours) {
  // 0.25 = 0.1 + 0.3/2, and 0.6 + 0.3/2 for the second, which holds up to 1.
  const array score = crps_quantile({3}, rows{{1, 2}, 1, 2}, {0.1, 0.4}, {.rule = quantile_rule::trapezoid});
  EXPECT_REL(score[0], 0.25 * 2 * 0.1 * 2 + 0.75 * 2 * 0.4 * 1, 1e-15, "exact but for rounding");
  EXPECT_BITS(crps_quantile({3}, rows{{1}, 1, 1}, {0.5}, {.rule = quantile_rule::trapezoid})[0], 2.0);
}

// The integral over all levels is the CRPS; the rule on equal steps leaves an error of order step^2, the
// outer levels one of order step times their quantiles.
TEST(crps_quantile, of_many_levels_is_the_crps) {
  constexpr std::size_t count = 4000;
  std::vector<double> levels, quantiles;
  for (std::size_t j = 0; j < count; ++j) {
    levels.push_back((static_cast<double>(j) + 0.5) / count);
    quantiles.push_back(vmath::normal_quantile(levels.back()));
  }
  for (const double y : {-2.5, 0.0, 0.7}) {
    const double crps = crps_normal({y}, 0.0, 1.0)[0];
    for (const auto rule : {quantile_rule::mean, quantile_rule::trapezoid})
      EXPECT_ABS(crps_quantile({y}, {quantiles, 1, count}, levels, {.rule = rule})[0], crps, 5e-4,
                 "outer levels");
  }
}

TEST(crps_quantile, scores_quantiles_that_cross) {
  EXPECT_REL(crps_quantile({0}, rows{{1, -1}, 1, 2}, {0.25, 0.75})[0], (2 * 0.75 + 2 * 0.75) / 2, 1e-15, "");
}

TEST(weighted_interval_score, adds_the_median_and_weighted_interval_scores) {
  testing::generator random(32);
  const std::vector<double> alpha{0.05, 0.2, 0.5};
  for (int i = 0; i < 200; ++i) {
    const double y = random.normal(), median = random.normal();
    std::vector<double> lower, upper;
    double expected = 0.5 * std::fabs(y - median);
    for (const double a : alpha) {
      lower.push_back(random.normal());
      upper.push_back(lower.back() + random.uniform());
      expected += a / 2.0 * interval_score({y}, {lower.back()}, {upper.back()}, a).score[0];
    }
    const auto found = weighted_interval_score({y}, {median}, {lower, 1, 3}, {upper, 1, 3}, alpha);
    EXPECT_REL(found.wis[0], expected / 3.5, 1e-14, "a handful of roundings on each side");
    EXPECT_REL(found.wis[0], found.dispersion[0] + found.overprediction[0] + found.underprediction[0], 1e-15,
               "a sum");
  }
}

TEST(weighted_interval_score, splits_the_error_of_the_median_by_its_side) {
  const auto found = weighted_interval_score({1, 5}, {3, 3}, rows{{0, 0}, 2, 1}, rows{{9, 9}, 2, 1}, {0.5});
  EXPECT_REL(found.overprediction[0], 0.5 * 2 / 1.5, 1e-15, "");
  EXPECT_BITS(found.underprediction[0], 0.0);
  EXPECT_BITS(found.overprediction[1], 0.0);
  EXPECT_REL(found.underprediction[1], 0.5 * 2 / 1.5, 1e-15, "");
}

TEST(weighted_interval_score, takes_weights_and_counts_the_median_twice_on_request) {
  const std::vector<double> weights{0.3};
  const auto weighted = weighted_interval_score({-0.503}, {-0.083}, rows{{-2.596}, 1, 1}, rows{{2.09}, 1, 1},
                                                {0.1}, {.median_weight = 1.0, .interval_weights = weights});
  EXPECT_REL(weighted.wis[0], 1.2172, 1e-14, "scoringutils by hand");
  const auto twice = weighted_interval_score({1}, {3}, rows{{0}, 1, 1}, rows{{4}, 1, 1}, {0.5},
                                             {.count_median_twice = true});
  EXPECT_REL(twice.wis[0], (1.0 * 2 + 0.25 * 4) / 2.0, 1e-15, "");
}

TEST(weighted_interval_score_quantiles, equals_the_crps_of_the_quantiles) {
  for (const std::size_t q : {7U, 6U}) {
    std::vector<double> levels = k_levels;
    if (q == 6) levels.erase(levels.begin() + 3);
    const quantile_data data(33, 100, q);
    const auto found = weighted_interval_score_quantiles(data.y, data.view(), levels);
    const array crps = crps_quantile(data.y, data.view(), levels);
    for (std::size_t i = 0; i < data.y.size(); ++i)
      EXPECT_REL(found.wis[i], crps[i], 1e-14, "the same sum in another order");
  }
}

TEST(weighted_interval_score_quantiles, equals_the_form_with_intervals) {
  const quantile_data data(34, 100, 5);
  const std::vector<double> levels{0.05, 0.25, 0.5, 0.75, 0.95}, alpha{0.1, 0.5};
  std::vector<double> median, lower, upper;
  for (std::size_t i = 0; i < 100; ++i) {
    median.push_back(data.at(i, 2));
    for (const std::size_t j : {0U, 1U}) {
      lower.push_back(data.at(i, j));
      upper.push_back(data.at(i, 4 - j));
    }
  }
  const auto a = weighted_interval_score_quantiles(data.y, data.view(), levels);
  const auto b = weighted_interval_score(data.y, median, {lower, 100, 2}, {upper, 100, 2}, alpha);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_REL(a.wis[i], b.wis[i], 1e-14, "rounding");
    EXPECT_ABS(a.overprediction[i], b.overprediction[i], 1e-14, "rounding");
    EXPECT_ABS(a.underprediction[i], b.underprediction[i], 1e-14, "rounding");
    EXPECT_ABS(a.dispersion[i], b.dispersion[i], 1e-14, "rounding");
  }
}

TEST(quantile_forecasts, do_not_depend_on_threads_or_element_type) {
  const quantile_data data(35, 40000, 7);
  const std::vector<float> y(data.y.begin(), data.y.end()),
      quantiles(data.quantiles.begin(), data.quantiles.end());
  const std::vector<double> wide_y(y.begin(), y.end()), wide_quantiles(quantiles.begin(), quantiles.end());
  const matrix_view narrow(quantiles, y.size(), 7), wide(wide_quantiles, y.size(), 7);
  EXPECT_BITS(crps_quantile(y, narrow, k_levels), crps_quantile(wide_y, wide, k_levels, {}, {.threads = 3}));
  EXPECT_BITS(weighted_interval_score_quantiles(y, narrow, k_levels).wis,
              weighted_interval_score_quantiles(wide_y, wide, k_levels, {}, {.threads = 3}).wis);
}

TEST(quantile_forecasts, missing_values_give_missing_scores_when_allowed) {
  const std::vector<double> quantiles{0, 1, nan, 1, 0, 1}, levels{0.25, 0.75};
  const matrix_view view(quantiles, 3, 2);
  const array crps = crps_quantile({1, 1, nan}, view, levels, {.nan_policy = nan_policy::omit});
  const auto wis =
      weighted_interval_score_quantiles({1, 1, nan}, view, levels, {.nan_policy = nan_policy::propagate});
  const auto pairs = weighted_interval_score({1, 1}, {0, nan}, rows{{0, 0}, 2, 1}, rows{{1, 1}, 2, 1}, {0.5},
                                             {.nan_policy = nan_policy::propagate});
  EXPECT_TRUE(std::isfinite(crps[0]) && std::isfinite(wis.wis[0]) && std::isfinite(pairs.wis[0]));
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_TRUE(std::isnan(crps[i]));
    for (const array* part : {&wis.wis, &wis.dispersion, &wis.overprediction, &wis.underprediction})
      EXPECT_TRUE(std::isnan((*part)[i]));
  }
  EXPECT_TRUE(std::isnan(pairs.wis[1]) && std::isnan(pairs.dispersion[1]));
}

// What the median and the intervals of row i that have both ends score, divided by their number.
double score_of_present(const quantile_data& data, std::size_t i, const std::vector<double>& levels) {
  const double* row = data.quantiles.data() + i * data.q;
  const double y = data.y[i];
  double sum = 0.0, count = 0.0;
  if (const double median = row[data.q / 2]; !std::isnan(median)) {
    sum += 0.5 * std::fabs(y - median);
    count += 0.5;
  }
  for (std::size_t k = 0; k < data.q / 2; ++k) {
    const double low = row[k], high = row[data.q - 1 - k];
    if (std::isnan(low) || std::isnan(high)) continue;
    sum += levels[k] * (high - low) + std::fmax(low - y, 0.0) + std::fmax(y - high, 0.0);
    count += 1.0;
  }
  return sum / count;
}

TEST(weighted_interval_score, leaves_out_what_is_missing) {
  quantile_data data(36, 101, 7);
  const quantile_data whole = data;
  testing::generator random(37);
  for (double& quantile : data.quantiles)
    if (random.uniform() < 0.2) quantile = nan;
  data.y[9] = nan;
  for (std::size_t j = 0; j < data.q; ++j) data.quantiles[20 * data.q + j] = nan;  // nothing left
  const auto scored =
      weighted_interval_score_quantiles(data.y, data.view(), k_levels, {.nan_policy = nan_policy::omit});
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const double expected = score_of_present(data, i, k_levels);
    if (i == 9 || std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(scored.wis[i]) && std::isnan(scored.dispersion[i])) << i;
      continue;
    }
    EXPECT_NEAR(scored.wis[i], expected, 1e-14 * expected) << i;
    EXPECT_NEAR(scored.dispersion[i] + scored.overprediction[i] + scored.underprediction[i], expected,
                1e-14 * expected);
  }
  EXPECT_TRUE(std::isnan(score_of_present(data, 20, k_levels)));
  // The same through tables of ends.
  std::vector<double> median, lower, upper;
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const double* row = data.quantiles.data() + i * data.q;
    median.push_back(row[3]);
    lower.insert(lower.end(), {row[0], row[1], row[2]});
    upper.insert(upper.end(), {row[6], row[5], row[4]});
  }
  const rows low{lower, data.y.size(), 3}, high{upper, data.y.size(), 3};
  const std::vector<double> alpha{0.05, 0.2, 0.5};
  const auto ends =
      weighted_interval_score(data.y, median, low, high, alpha, {.nan_policy = nan_policy::omit});
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    if (std::isnan(scored.wis[i])) continue;
    EXPECT_NEAR(ends.wis[i], scored.wis[i], 1e-14 * scored.wis[i]) << i;
  }
  // Where nothing is missing the policy changes no bit.
  EXPECT_BITS(
      weighted_interval_score_quantiles(whole.y, whole.view(), k_levels).wis,
      weighted_interval_score_quantiles(whole.y, whole.view(), k_levels, {.nan_policy = nan_policy::omit})
          .wis);
  // An infinite end is no missing one.
  data.quantiles[0] = infinity;
  expect_error(
      [&] {
        weighted_interval_score_quantiles(data.y, data.view(), k_levels, {.nan_policy = nan_policy::omit});
      },
      error_kind::value, error_code::non_finite, "quantiles", "Infinity");
}

TEST(crps_quantile, errors_name_argument_and_value) {
  const std::vector<double> row{1, 2};
  const matrix_view one(row, 1, 2);
  const auto fails = [&](const vector_view& y, const matrix_view& quantiles, const vector_view& levels,
                         error_kind kind, error_code code, const std::string& argument,
                         const std::string& text) {
    expect_error([&] { crps_quantile(y, quantiles, levels); }, kind, code, argument, text);
    expect_error([&] { weighted_interval_score_quantiles(y, quantiles, levels); }, kind, code, argument,
                 text);
  };
  const std::vector<double> levels{0.25, 0.75};
  fails({}, one, levels, error_kind::shape, error_code::empty_input, "observations", "is empty");
  fails({1, 2}, one, levels, error_kind::shape, error_code::length_mismatch, "quantiles", "1");
  fails({1}, one, {0.5}, error_kind::shape, error_code::length_mismatch, "levels", "needs 2");
  fails({1}, one, {0.5, 0.2}, error_kind::value, error_code::out_of_range, "levels", "[1] is 0.2, must be >");
  fails({1}, one, {0.0, 0.2}, error_kind::value, error_code::out_of_range, "levels",
        "[0] is 0, must lie in (0, 1)");
  fails({nan}, one, levels, error_kind::value, error_code::non_finite, "observations", "NaN");
  fails({1}, rows{{1, infinity}, 1, 2}, levels, error_kind::value, error_code::non_finite, "quantiles",
        "Infinity");
  expect_error(
      [&] {
        weighted_interval_score_quantiles({1}, one, {0.2, 0.7});
      },
      error_kind::value, error_code::out_of_range, "levels",
      "[0] is 0.2, must have its counterpart 1 - level at [1], which is 0.7");
}

TEST(weighted_interval_score, errors_name_argument_and_value) {
  const std::vector<double> low{0}, high{1};
  const matrix_view lower(low, 1, 1), upper(high, 1, 1);
  const auto fails = [&](const vector_view& y, const vector_view& median, const matrix_view& l,
                         const matrix_view& u, const vector_view& alpha,
                         const weighted_interval_score_options& options, error_kind kind, error_code code,
                         const std::string& argument) {
    expect_error([&] { weighted_interval_score(y, median, l, u, alpha, options); }, kind, code, argument);
  };
  const auto shape = error_kind::shape, value = error_kind::value;
  const std::vector<double> two{1, 1}, none{0}, negative{-1};
  fails({}, {}, lower, upper, {0.5}, {}, shape, error_code::empty_input, "observations");
  fails({1}, {1, 2}, lower, upper, {0.5}, {}, shape, error_code::length_mismatch, "median");
  fails({1}, {1}, {two, 2, 1}, upper, {0.5}, {}, shape, error_code::length_mismatch, "lower");
  fails({1}, {1}, lower, {two, 1, 2}, {0.5}, {}, shape, error_code::length_mismatch, "upper");
  fails({1}, {1}, lower, upper, {0.5, 0.6}, {}, shape, error_code::length_mismatch, "alpha");
  fails({1}, {1}, lower, upper, {1.0}, {}, value, error_code::out_of_range, "alpha");
  fails({1}, {1}, lower, upper, {0.5}, {.median_weight = -1.0}, value, error_code::bad_parameter,
        "median_weight");
  fails({1}, {1}, lower, upper, {0.5}, {.interval_weights = two}, shape, error_code::length_mismatch,
        "interval_weights");
  fails({1}, {1}, lower, upper, {0.5}, {.interval_weights = negative}, value, error_code::bad_weight,
        "interval_weights");
  fails({1}, {1}, lower, upper, {0.5}, {.interval_weights = none}, value, error_code::zero_weight,
        "interval_weights");
  fails({1}, {infinity}, lower, upper, {0.5}, {}, value, error_code::non_finite, "median");
  fails({1}, {1}, rows{{nan}, 1, 1}, upper, {0.5}, {}, value, error_code::non_finite, "lower");
}

}  // namespace
}  // namespace assay::scoring
