#include "assay/scoring/crps_cdf.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/core/vmath.hpp"
#include "assay/scoring/crps_ensemble.hpp"
#include "assay/scoring/normal.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::scoring {
namespace {

using testing::expect_error;
const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

/// A matrix written in place.
struct rows {
  std::vector<double> values;
  std::size_t n, m;
  operator matrix_view() const { return {values, n, m}; }  // NOLINT: meant to convert
};

/// One set of thresholds.
const std::vector<double> k_thresholds{-1.0, 0.5, 1.0, 3.0};
const std::vector<double> k_cdf{0.125, 0.25, 0.75, 1.0};

double value_between(double x, bool linear) {
  if (x < k_thresholds.front()) return k_cdf.front();
  for (std::size_t j = 0; j + 1 < k_thresholds.size(); ++j) {
    const double a = k_thresholds[j], b = k_thresholds[j + 1];
    if (x < b) return linear ? k_cdf[j] + (k_cdf[j + 1] - k_cdf[j]) * (x - a) / (b - a) : k_cdf[j];
  }
  return k_cdf.back();
}

// By the midpoint rule; 1e5 steps between kinks leave an error of 1e-9.
TEST(crps_cdf, is_the_integral_of_the_interpolated_function) {
  for (const bool linear : {true, false})
    for (const double y : {-2.0, -1.0, 0.0, 0.5, 0.8, 3.0, 4.5}) {
      std::vector<double> kinks = k_thresholds;
      kinks.push_back(y);
      std::sort(kinks.begin(), kinks.end());
      double over = 0.0, under = 0.0;
      for (std::size_t k = 0; k + 1 < kinks.size(); ++k) {
        const double step = (kinks[k + 1] - kinks[k]) / 1e5;
        for (int i = 0; i < 100000; ++i) {
          const double f = value_between(kinks[k] + (i + 0.5) * step, linear);
          (kinks[k] >= y ? over : under) += step * (kinks[k] >= y ? (1.0 - f) * (1.0 - f) : f * f);
        }
      }
      const auto found =
          crps_cdf({y}, vector_view(k_thresholds), matrix_view(k_cdf, 1, 4),
                   {.interpolation = linear ? cdf_interpolation::linear : cdf_interpolation::step});
      EXPECT_ABS(found.overforecast[0], over, 1e-8, "midpoint rule");
      EXPECT_ABS(found.underforecast[0], under, 1e-8, "midpoint rule");
      EXPECT_REL(found.crps[0], found.overforecast[0] + found.underforecast[0], 1e-15, "a sum");
    }
}

TEST(crps_cdf, of_steps_at_members_is_the_crps_of_the_ensemble) {
  testing::generator random(41);
  for (int i = 0; i < 50; ++i) {
    std::vector<double> members, levels;
    for (int j = 0; j < 8; ++j) {
      members.push_back(random.normal());
      levels.push_back((j + 1) / 8.0);
    }
    std::sort(members.begin(), members.end());
    const double y = 2.0 * random.normal();
    // Below the first member F is 0, which a threshold before all says.
    std::vector<double> thresholds{std::min(y, members[0]) - 1.0}, cdf{0.0};
    thresholds.insert(thresholds.end(), members.begin(), members.end());
    cdf.insert(cdf.end(), levels.begin(), levels.end());
    const double crps = crps_cdf({y}, vector_view(thresholds), matrix_view(cdf, 1, 9),
                                 {.interpolation = cdf_interpolation::step})
                            .crps[0];
    EXPECT_REL(crps, crps_ensemble({y}, {members, 1, 8}, {.estimator = crps_estimator::standard})[0], 1e-13,
               "rounding");
  }
}

TEST(crps_cdf, on_a_fine_grid_is_the_closed_form) {
  std::vector<double> thresholds, cdf;
  for (int j = -800; j <= 800; ++j) {
    thresholds.push_back(j / 100.0);
    cdf.push_back(vmath::normal_cdf(j / 100.0));
  }
  for (const double y : {-3.0, 0.004, 1.7})
    EXPECT_ABS(crps_cdf({y}, vector_view(thresholds), matrix_view(cdf, 1, cdf.size())).crps[0],
               crps_normal({y}, 0.0, 1.0)[0], 1e-5, "step squared");
}

TEST(crps_cdf, weighs_outcomes_from_a_threshold_to_the_next) {
  const std::vector<double> weights{0, 1, 0, 0};
  const auto found =
      crps_cdf({3}, vector_view(k_thresholds), matrix_view(k_cdf, 1, 4), {.threshold_weights = weights});
  const double a = 0.25, b = 0.75;
  EXPECT_REL(found.crps[0], 0.5 * (a * a + a * b + b * b) / 3.0, 1e-15, "");
}

TEST(crps_cdf, takes_thresholds_for_each_forecast) {
  const std::vector<double> both{-1.0, 0.5, 1.0, 3.0, 0.0, 1.0, 2.0, 4.0},
      cdf{0.125, 0.25, 0.75, 1.0, 0, 0.5, 0.6, 1};
  const auto found = crps_cdf({0.7, 0.7}, matrix_view(both, 2, 4), matrix_view(cdf, 2, 4));
  EXPECT_BITS(found.crps[0], crps_cdf({0.7}, vector_view(k_thresholds), matrix_view(k_cdf, 1, 4)).crps[0]);
  EXPECT_BITS(found.crps[1],
              crps_cdf({0.7}, vector_view({0.0, 1.0, 2.0, 4.0}), rows{{0, 0.5, 0.6, 1}, 1, 4}).crps[0]);
}

TEST(crps_cdf, does_not_depend_on_threads_or_element_type) {
  testing::generator random(42);
  std::vector<float> y, cdf;
  for (int i = 0; i < 30000; ++i) {
    y.push_back(static_cast<float>(random.normal()));
    for (const float f : {0.0F, 0.25F, 0.5F, 1.0F}) cdf.push_back(f);
  }
  const std::vector<double> wide_y(y.begin(), y.end()), wide_cdf(cdf.begin(), cdf.end());
  const vector_view thresholds(k_thresholds);
  EXPECT_BITS(crps_cdf(y, thresholds, matrix_view(cdf, y.size(), 4)).crps,
              crps_cdf(wide_y, thresholds, matrix_view(wide_cdf, y.size(), 4), {}, {.threads = 3}).crps);
}

TEST(crps_cdf, missing_values_give_missing_scores_when_allowed) {
  const rows cdf{{0, 1, nan, 1, 0, 1}, 3, 2};
  const std::vector<double> thresholds{0, 1};
  const auto found =
      crps_cdf({0.5, 0.5, nan}, vector_view(thresholds), cdf, {.nan_policy = nan_policy::omit});
  EXPECT_TRUE(std::isfinite(found.crps[0]));
  for (const std::size_t i : {1U, 2U})
    EXPECT_TRUE(std::isnan(found.crps[i]) && std::isnan(found.overforecast[i]) &&
                std::isnan(found.underforecast[i]));
}

TEST(crps_cdf, errors_name_argument_and_value) {
  const rows fine{{0, 1}, 1, 2};
  const std::vector<double> thresholds{0, 1}, ones{1, 1}, negative{-1, 1}, none{0, 0}, three{0, 1, 2};
  const auto fails = [&](const vector_view& y, const vector_view& t, const matrix_view& cdf,
                         const crps_cdf_options& options, error_kind kind, error_code code,
                         const std::string& argument, const std::string& text) {
    expect_error([&] { crps_cdf(y, t, cdf, options); }, kind, code, argument, text);
  };
  const auto shape = error_kind::shape, value = error_kind::value;
  fails({}, thresholds, fine, {}, shape, error_code::empty_input, "observations", "is empty");
  fails({1, 2}, thresholds, fine, {}, shape, error_code::length_mismatch, "cdf", "1");
  fails({1}, three, fine, {}, shape, error_code::length_mismatch, "thresholds", "has 3 elements, needs 2");
  fails({1}, none, fine, {}, value, error_code::out_of_range, "thresholds",
        "[1] is 0, must be > the one before, 0");
  fails({1}, {0, infinity}, fine, {}, value, error_code::non_finite, "thresholds", "Infinity");
  fails({1}, thresholds, rows{{0, 1.5}, 1, 2}, {}, value, error_code::out_of_range, "cdf",
        "[0, 1] is 1.5, must lie");
  fails({1}, thresholds, rows{{0.5, 0.25}, 1, 2}, {}, value, error_code::out_of_range, "cdf",
        "must not be less than the one before, 0.5");
  fails({1}, thresholds, rows{{nan, 1}, 1, 2}, {}, value, error_code::out_of_range, "cdf", "NaN");
  fails({nan}, thresholds, fine, {}, value, error_code::non_finite, "observations", "NaN");
  fails({1}, thresholds, fine, {.threshold_weights = negative}, value, error_code::bad_weight,
        "threshold_weights", "-1");
  fails({1}, thresholds, fine, {.threshold_weights = none}, value, error_code::zero_weight,
        "threshold_weights", "0");
  fails({1}, thresholds, fine, {.threshold_weights = three}, shape, error_code::length_mismatch,
        "threshold_weights", "needs 2");
}

}  // namespace
}  // namespace assay::scoring
