#include "assay/scoring/normal.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using scoring::nan_policy;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr long double k_pi = 3.14159265358979323846264338327950288L;

long double crps_by_definition(double y, double mu, double sigma) {
  const long double s = static_cast<long double>(sigma);
  const long double z = (static_cast<long double>(y) - static_cast<long double>(mu)) / s;
  const long double density = std::exp(-z * z / 2.0L) / std::sqrt(2.0L * k_pi);
  return s * (z * std::erf(z / std::sqrt(2.0L)) + 2.0L * density - 1.0L / std::sqrt(k_pi));
}

struct cases {
  std::vector<double> y, mu, sigma;
};
cases random_cases(std::uint64_t seed, std::size_t n, double reach) {
  generator random(seed);
  cases data;
  for (std::size_t i = 0; i < n; ++i) {
    data.mu.push_back(random.normal());
    data.sigma.push_back(std::exp2(random.uniform(-3.0, 3.0)));
    data.y.push_back(data.mu[i] + data.sigma[i] * random.uniform(-reach, reach));
  }
  return data;
}

class normal_scores : public each_isa {};
ASSAY_FOR_EACH_ISA(normal_scores);

TEST_P(normal_scores, crps_stays_within_eight_ulp) {
  for (const double reach : {0.1, 3.0, 45.0}) {
    const cases data = random_cases(1, 500, reach);
    const array scores = scoring::crps_normal(data.y, data.mu, data.sigma);
    for (std::size_t i = 0; i < 500; ++i)
      EXPECT_ULP(scores[i], static_cast<double>(crps_by_definition(data.y[i], data.mu[i], data.sigma[i])), 8);
  }
}

TEST_P(normal_scores, crps_is_the_distance_less_a_constant_far_out) {
  const double constant = 0.56418958354775628695;  // 1/sqrt(pi)
  EXPECT_ULP(scoring::crps_normal({1e6}, 0.0, 1.0)[0], 1e6 - constant, 1);
  EXPECT_BITS(scoring::crps_normal({-1e300}, 0.0, 1e-300)[0], 1e300);
  EXPECT_BITS(scoring::crps_normal({0.0}, 5.0, 1e-310)[0], 5.0);
}

TEST_P(normal_scores, log_score_is_minus_the_log_density) {
  const cases data = random_cases(2, 500, 50.0);
  const array scores = scoring::log_score_normal(data.y, data.mu, data.sigma);
  for (std::size_t i = 0; i < 500; ++i) {
    const long double s = static_cast<long double>(data.sigma[i]);
    const long double z = (static_cast<long double>(data.y[i]) - static_cast<long double>(data.mu[i])) / s;
    const long double expected = z * z / 2.0L + std::log(s) + std::log(2.0L * k_pi) / 2.0L;
    const double largest = std::fmax(static_cast<double>(z * z / 2.0L), 2.1);  // |log sigma| <= log 8
    EXPECT_ABS(scores[i], static_cast<double>(expected), 4.0 * largest * 0x1p-52,
               "4 ulp of the largest term");
  }
}

TEST_P(normal_scores, log_score_is_finite_where_the_density_underflows) {
  EXPECT_REL(scoring::log_score_normal({1e8}, 0.0, 1.0)[0], 5e15 + 0.91893853320467274178, 1e-15,
             "one rounding");
}

TEST_P(normal_scores, gradients_equal_central_differences) {
  const cases data = random_cases(3, 60, 4.0);
  const auto crps = scoring::crps_normal_grad(data.y, data.mu, data.sigma);
  const auto log_score = scoring::log_score_normal_grad(data.y, data.mu, data.sigma);
  const double step = 6e-6;  // cbrt(epsilon)
  const auto difference = [&](auto function, std::size_t i, double mu_step, double sigma_step) {
    const double up = function({data.y[i]}, data.mu[i] + mu_step, data.sigma[i] + sigma_step, {}, {})[0];
    const double down = function({data.y[i]}, data.mu[i] - mu_step, data.sigma[i] - sigma_step, {}, {})[0];
    return (up - down) / (2.0 * (mu_step + sigma_step));
  };
  for (std::size_t i = 0; i < 60; ++i) {
    const double h = step * data.sigma[i];
    const double scale = 1e-8 / data.sigma[i];
    EXPECT_ABS(crps.d_mu[i], difference(scoring::crps_normal, i, h, 0.0), 1e-8, "rounding over the step");
    EXPECT_ABS(crps.d_sigma[i], difference(scoring::crps_normal, i, 0.0, h), 1e-8, "rounding over the step");
    EXPECT_ABS(log_score.d_mu[i], difference(scoring::log_score_normal, i, h, 0.0), scale,
               "rounding over the step");
    EXPECT_ABS(log_score.d_sigma[i], difference(scoring::log_score_normal, i, 0.0, h), scale,
               "rounding over the step");
  }
}

TEST_P(normal_scores, gradient_by_the_mean_keeps_its_digits_near_the_mean) {
  // 1 - 2 Phi(z) = -erf(z/sqrt(2)) = -sqrt(2/pi) z for small z
  EXPECT_REL(scoring::crps_normal_grad({1e-12}, 0.0, 1.0).d_mu[0], -0.79788456080286535588e-12, 2e-15,
             "8 ulp");
}

TEST_P(normal_scores, gradients_return_the_bits_of_the_scores) {
  const cases data = random_cases(4, 333, 6.0);
  EXPECT_BITS(scoring::crps_normal_grad(data.y, data.mu, data.sigma).crps,
              scoring::crps_normal(data.y, data.mu, data.sigma));
  EXPECT_BITS(scoring::log_score_normal_grad(data.y, data.mu, data.sigma).score,
              scoring::log_score_normal(data.y, data.mu, data.sigma));
}

TEST_P(normal_scores, a_parameter_may_be_one_number) {
  const cases data = random_cases(5, 40, 3.0);
  const std::vector<double> ones(40, 1.25);
  EXPECT_BITS(scoring::crps_normal(data.y, data.mu, 1.25), scoring::crps_normal(data.y, data.mu, ones));
  EXPECT_BITS(scoring::log_score_normal(data.y, 1.25, data.sigma),
              scoring::log_score_normal(data.y, ones, data.sigma));
}

TEST_P(normal_scores, float32_equals_float64_on_the_widened_numbers) {
  const cases data = random_cases(6, 1100, 5.0);
  const std::vector<float> y(data.y.begin(), data.y.end());
  const std::vector<float> sigma(data.sigma.begin(), data.sigma.end());
  const std::vector<double> wide_y(y.begin(), y.end());
  const std::vector<double> wide_sigma(sigma.begin(), sigma.end());
  const auto narrow = scoring::crps_normal_grad(y, 0.5, sigma);
  const auto wide = scoring::crps_normal_grad(wide_y, 0.5, wide_sigma);
  EXPECT_BITS(narrow.crps, wide.crps);
  EXPECT_EQ(narrow.d_mu.type(), dtype::float32);
  for (std::size_t i = 0; i < 1100; ++i)
    EXPECT_BITS(narrow.d_sigma[i], static_cast<double>(static_cast<float>(wide.d_sigma[i])));
  EXPECT_EQ(scoring::crps_normal_grad(y, data.mu, sigma).d_mu.type(), dtype::float64);
}

TEST_P(normal_scores, give_the_same_bits_for_any_threads_and_instruction_set) {
  const cases data = random_cases(7, 100003, 6.0);
  const array crps = scoring::crps_normal(data.y, data.mu, data.sigma);
  const array log_score = scoring::log_score_normal(data.y, data.mu, data.sigma);
  const use_isa slowest(available_isas().front());
  EXPECT_BITS(scoring::crps_normal(data.y, data.mu, data.sigma, {}, {.threads = 3}), crps);
  EXPECT_BITS(scoring::log_score_normal(data.y, data.mu, data.sigma, {}, {.threads = 3}), log_score);
}

// Truth N(0, 1): the mean score is least for the true parameters.
TEST_P(normal_scores, are_proper) {
  generator random(8);
  const std::vector<double> y = random.normals(20000);
  const auto mean = [](const array& scores) {
    double sum = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i) sum += scores[i];
    return sum / static_cast<double>(scores.size());
  };
  for (const auto& [mu, sigma] : {std::pair(0.2, 1.0), std::pair(0.0, 1.3), std::pair(0.0, 0.7)}) {
    EXPECT_GT(mean(scoring::crps_normal(y, mu, sigma)), mean(scoring::crps_normal(y, 0.0, 1.0)));
    EXPECT_GT(mean(scoring::log_score_normal(y, mu, sigma)), mean(scoring::log_score_normal(y, 0.0, 1.0)));
  }
}

TEST_P(normal_scores, missing_values_give_missing_scores_when_allowed) {
  for (const auto policy : {nan_policy::omit, nan_policy::propagate}) {
    const auto result = scoring::crps_normal_grad({k_nan, 1.0, 1.0, 1.0}, {0.0, k_nan, 0.0, 0.0},
                                                  {1.0, 1.0, k_nan, 1.0}, {.nan_policy = policy});
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_BITS(result.crps[i], k_nan);
      EXPECT_BITS(result.d_mu[i], k_nan);
      EXPECT_BITS(result.d_sigma[i], k_nan);
    }
    EXPECT_TRUE(std::isfinite(result.crps[3]));
  }
}

TEST(normal_errors, name_argument_and_value) {
  const auto expect = [](auto call, error_kind kind, error_code code, const std::string& argument,
                         const std::string& text) {
    expect_error([&] { call(scoring::crps_normal); }, kind, code, argument, text);
    expect_error([&] { call(scoring::log_score_normal); }, kind, code, argument, text);
    expect_error([&] { call(scoring::crps_normal_grad); }, kind, code, argument, text);
    expect_error([&] { call(scoring::log_score_normal_grad); }, kind, code, argument, text);
  };
  const auto value = error_kind::value;
  const auto shape = error_kind::shape;
  expect([](auto f) { f({}, 0.0, 1.0, {}, {}); }, shape, error_code::empty_input, "observations", "is empty");
  expect(
      [](auto f) {
        f({1.0, 2.0}, {1.0, 2.0, 3.0}, 1.0, {}, {});
      },
      shape, error_code::length_mismatch, "mu", "3 elements");
  expect(
      [](auto f) {
        f({1.0}, 0.0, {1.0, 2.0}, {}, {});
      },
      shape, error_code::length_mismatch, "sigma", "2 elements");
  expect([](auto f) { f({1.0}, 0.0, 0.0, {}, {}); }, value, error_code::out_of_range, "sigma",
         "is 0, must be finite and > 0");
  expect(
      [](auto f) {
        f({1.0, 1.0}, 0.0, {1.0, -2.0}, {}, {});
      },
      value, error_code::out_of_range, "sigma", "[1] is -2");
  expect([](auto f) { f({1.0}, 0.0, k_infinity, {}, {}); }, value, error_code::out_of_range, "sigma",
         "Infinity");
  expect([](auto f) { f({1.0}, 0.0, k_nan, {}, {}); }, value, error_code::out_of_range, "sigma", "NaN");
  expect([](auto f) { f({k_nan}, 0.0, 1.0, {}, {}); }, value, error_code::non_finite, "observations",
         "[0] is NaN");
  expect([](auto f) { f({1.0}, k_infinity, 1.0, {}, {}); }, value, error_code::non_finite, "mu",
         "is Infinity");
  expect([](auto f) { f({k_infinity}, 0.0, 1.0, {.nan_policy = nan_policy::omit}, {}); }, value,
         error_code::non_finite, "observations", "Infinity");
  expect([](auto f) { f({1.0}, 0.0, {-1.0}, {.nan_policy = nan_policy::omit}, {}); }, value,
         error_code::out_of_range, "sigma", "[0] is -1");
}

}  // namespace
}  // namespace assay::testing
