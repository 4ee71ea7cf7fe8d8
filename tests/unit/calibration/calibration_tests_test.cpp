#include "assay/calibration/calibration_tests.hpp"

#include <cmath>
#include <limits>

#include "assay/core/internal/tails.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;
using numbers = std::vector<double>;
constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr auto k_fitted = hosmer_lemeshow_df::fitted;

// ---- Hosmer-Lemeshow ----

// Groups by counting smaller probabilities of every row.
hosmer_lemeshow_result naive_hosmer_lemeshow(const sample& s, std::size_t groups) {
  const std::size_t n = s.labels.size();
  numbers observed(groups), expected(groups), rows(groups);
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t rank = 0;
    for (std::size_t j = 0; j < n; ++j) rank += s.probabilities[j] < s.probabilities[i] ? 1 : 0;
    const std::size_t group = rank * groups / n;
    observed[group] += s.labels[i];
    expected[group] += s.probabilities[i];
    rows[group] += 1.0;
  }
  hosmer_lemeshow_result result;
  for (std::size_t g = 0; g < groups; ++g) {
    if (rows[g] == 0.0) continue;
    const double off = observed[g] - expected[g];
    const double variance = expected[g] * (1.0 - expected[g] / rows[g]);
    if (off != 0.0) result.statistic += off * off / variance;
    ++result.df;
  }
  result.p_value = internal::chi_square_tail(result.statistic, static_cast<std::uint64_t>(result.df));
  return result;
}

TEST(hosmer_lemeshow, is_its_definition) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const sample s = draw_sample(120, seed, seed % 2 == 0 ? 0 : 7);
    for (const std::size_t groups : {1U, 3U, 10U, 120U, 500U}) {
      const auto result =
          hosmer_lemeshow(s.labels, s.probabilities, {.n_groups = static_cast<std::int64_t>(groups)});
      const auto naive = naive_hosmer_lemeshow(s, groups);
      EXPECT_REL(result.statistic, naive.statistic, 1e-12, "E (1 - E/n) cancels near 1");
      EXPECT_EQ(result.df, naive.df);
      EXPECT_REL(result.p_value, naive.p_value, 1e-11, "a statistic of some hundred shifts the exponent");
    }
  }
}

// Groups {0.1, 0.3}, {0.5, 0.7}: (1 - 0.4)^2/(0.4 * 0.8) + (1 - 1.2)^2/(1.2 * 0.4) = 1.125 + 1/12.
TEST(hosmer_lemeshow, of_four_rows) {
  const auto result = hosmer_lemeshow({0, 1, 0, 1}, {0.1, 0.3, 0.5, 0.7}, {.n_groups = 2});
  EXPECT_REL(result.statistic, 1.125 + 1.0 / 12, 1e-14, "a few roundings");
  EXPECT_EQ(result.df, 2);
  EXPECT_REL(result.p_value, std::exp(-0.5 * (1.125 + 1.0 / 12)), 1e-14,
             "closed form of 2 degrees of freedom");
}

TEST(hosmer_lemeshow, subtracts_two_degrees_of_freedom_for_fitted_forecasts) {
  const sample s = draw_sample(100, 1);
  const auto external = hosmer_lemeshow(s.labels, s.probabilities);
  const auto fitted = hosmer_lemeshow(s.labels, s.probabilities, {.df_mode = k_fitted});
  EXPECT_BITS(fitted.statistic, external.statistic);
  EXPECT_EQ(external.df, 10);
  EXPECT_EQ(fitted.df, 8);
  EXPECT_LT(fitted.p_value, external.p_value);
}

TEST(hosmer_lemeshow, of_groups_without_variance) {
  const auto kept = hosmer_lemeshow({0, 0, 1, 1}, {0, 0, 1, 1}, {.n_groups = 2});
  EXPECT_BITS(kept.statistic, 0.0);
  EXPECT_BITS(kept.p_value, 1.0);
  const auto broken = hosmer_lemeshow({0, 1, 1, 1}, {0, 0, 1, 1}, {.n_groups = 2});
  EXPECT_BITS(broken.statistic, k_infinity);
  EXPECT_BITS(broken.p_value, 0.0);
}

TEST(hosmer_lemeshow, p_values_of_calibrated_forecasts_are_uniform) {
  testing::generator rng(2);
  int below = 0;
  constexpr int k_samples = 600;
  for (int round = 0; round < k_samples; ++round) {
    sample s;
    for (int i = 0; i < 400; ++i) {
      s.probabilities.push_back(rng.uniform(0.1, 0.9));
      s.labels.push_back(rng.uniform() < s.probabilities.back() ? 1 : 0);
    }
    below += hosmer_lemeshow(s.labels, s.probabilities).p_value < 0.25 ? 1 : 0;
  }
  // binomial standard deviation 1.8 %: four of them
  EXPECT_NEAR(static_cast<double>(below) / k_samples, 0.25, 0.072);
}

TEST(hosmer_lemeshow, of_float32_is_that_of_the_widened_numbers) {
  const sample s = draw_sample(200, 3);
  const auto single = testing::as_float(s.probabilities);
  EXPECT_BITS(hosmer_lemeshow(s.labels, single).statistic,
              hosmer_lemeshow(s.labels, testing::as_double(single)).statistic);
}

// The errors of labels and probabilities where weights are not offered.
template <class Call>
void expect_unweighted_errors(Call call) {
  testing::expect_error(
      [&] {
        call({0, 1}, {0.2, 0.4}, {1, 1});
      },
      error_kind::value, error_code::unsupported, "weights");
  const numbers none;
  testing::expect_error([&] { call(std::vector<std::int32_t>(), none, {}); }, error_kind::shape,
                        error_code::empty_input, "labels");
  testing::expect_error(
      [&] {
        call({0, 1}, none, {});
      },
      error_kind::shape, error_code::empty_input, "probabilities");
  testing::expect_error(
      [&] {
        call({0, 1}, {0.5}, {});
      },
      error_kind::shape, error_code::length_mismatch, "probabilities");
  testing::expect_error(
      [&] {
        call({0, 3}, {0.5, 0.5}, {});
      },
      error_kind::value, error_code::bad_label, "labels");
  testing::expect_error(
      [&] {
        call({0, 1}, {0.5, 1.5}, {});
      },
      error_kind::value, error_code::out_of_range, "probabilities");
  testing::expect_error(
      [&] {
        call({0, 1}, {0.5, std::numeric_limits<double>::quiet_NaN()}, {});
      },
      error_kind::value, error_code::out_of_range, "probabilities");
}

TEST(hosmer_lemeshow, names_what_is_wrong) {
  expect_unweighted_errors(
      [](integer_view y, vector_view p, vector_view w) { hosmer_lemeshow(y, p, {.weights = w}); });
  const auto refused = [](const hosmer_lemeshow_options& options, error_code code,
                          const std::string& argument, const std::string& text) {
    testing::expect_error(
        [&] {
          hosmer_lemeshow({0, 1, 1}, {0.2, 0.2, 0.4}, options);
        },
        error_kind::value, code, argument, text);
  };
  refused({.n_groups = 0}, error_code::bad_parameter, "n_groups", "must be at least 1");
  refused({.n_groups = 2, .df_mode = k_fitted}, error_code::bad_parameter, "n_groups",
          "at least 3 with fitted");
  refused({.n_groups = 1LL << 40}, error_code::bad_parameter, "n_groups", "must be at most 16777216");
  refused({.df_mode = k_fitted}, error_code::degenerate, "probabilities", "fill 2 groups");
}

// ---- Spiegelhalter ----

// (0.3 * 0.4 - ...) by hand: y - p = -0.3, 0.2, 0.1; 1 - 2p = 0.4, -0.6, -0.8; sum -0.12 - 0.12 - 0.08;
// variance 0.16 * 0.21 + 0.36 * 0.16 + 0.64 * 0.09 = 0.0336 + 0.0576 + 0.0576.
TEST(spiegelhalter_z, of_three_rows) {
  const auto result = spiegelhalter_z({0, 1, 1}, {0.3, 0.8, 0.9});
  EXPECT_REL(result.z, -0.32 / std::sqrt(0.1488), 1e-14, "a few roundings");
  EXPECT_REL(result.p_value, std::erfc(0.32 / std::sqrt(0.2976)), 1e-14, "a few roundings");
}

TEST(spiegelhalter_z, changes_sign_and_size_as_it_should) {
  const sample s = draw_sample(300, 4, 64);
  sample mirror = s;
  for (auto& label : mirror.labels) label = static_cast<std::uint8_t>(1 - label);
  for (double& p : mirror.probabilities) p = 1.0 - p;  // exact: sixty-fourths
  const double z = spiegelhalter_z(s.labels, s.probabilities).z;
  EXPECT_REL(spiegelhalter_z(mirror.labels, mirror.probabilities).z, z, 1e-14, "the same terms");
  sample twice = s;
  twice.labels.insert(twice.labels.end(), s.labels.begin(), s.labels.end());
  twice.probabilities.insert(twice.probabilities.end(), s.probabilities.begin(), s.probabilities.end());
  EXPECT_REL(spiegelhalter_z(twice.labels, twice.probabilities).z, std::sqrt(2.0) * z, 1e-13, "root of n");
}

TEST(spiegelhalter_z, of_weights_is_the_weighted_sum_over_its_deviation) {
  const sample s = draw_sample(40000, 5);
  double excess = 0.0, variance = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    const double w = s.weights[i], p = s.probabilities[i];
    excess += w * (s.labels[i] - p) * (1 - 2 * p);
    variance += w * w * (1 - 2 * p) * (1 - 2 * p) * p * (1 - p);
  }
  const auto result = spiegelhalter_z(s.labels, s.probabilities, {.weights = s.weights});
  EXPECT_REL(result.z, excess / std::sqrt(variance), 1e-12, "plain sums of 40000 terms");
  EXPECT_BITS(spiegelhalter_z(s.labels, s.probabilities, {.weights = s.weights}, {.threads = 3}).z, result.z);
  for (const double unit : {0x1p-900, 0x1p900}) {
    numbers scaled(s.weights);
    for (double& w : scaled) w *= unit;
    EXPECT_BITS(spiegelhalter_z(s.labels, s.probabilities, {.weights = scaled}).z, result.z);
  }
}

TEST(spiegelhalter_z, is_standard_normal_for_calibrated_forecasts) {
  testing::generator rng(6);
  double squares = 0.0;
  constexpr int k_samples = 800;
  for (int round = 0; round < k_samples; ++round) {
    sample s = draw_sample(60, static_cast<std::uint64_t>(round));
    for (std::size_t i = 0; i < 60; ++i) s.labels[i] = rng.uniform() < s.probabilities[i] ? 1 : 0;
    const double z = spiegelhalter_z(s.labels, s.probabilities, {.weights = s.weights}).z;
    squares += z * z / k_samples;
  }
  EXPECT_NEAR(squares, 1.0, 0.2) << "standard deviation of the mean square: root of 2/800, four of them";
}

TEST(spiegelhalter_z, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view y, vector_view p, vector_view w) {
    spiegelhalter_z(y, p, {.weights = w});
  });
  testing::expect_error(
      [] {
        spiegelhalter_z({0, 1, 1}, {0, 0.5, 1});
      },
      error_kind::value, error_code::degenerate, "probabilities", "0, 0.5 or 1");
  testing::expect_error(
      [] {
        spiegelhalter_z({0, 1}, {0.5, 0.3}, {.weights = {1, 0}});
      },
      error_kind::value, error_code::degenerate, "probabilities");
  const double most = std::numeric_limits<double>::max();
  testing::expect_error(
      [&] {
        spiegelhalter_z({0, 1}, {0.5, 0.3}, {.weights = {most, most}});
      },
      error_kind::value, error_code::bad_weight, "weights", "sum to Infinity");
}

}  // namespace
}  // namespace assay::calibration
