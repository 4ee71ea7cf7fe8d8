// Forecast distributions of counts, against sums over their probabilities.
#include "assay/scoring/discrete.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using namespace scoring;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

using probability = std::function<long double(int)>;

// Products only: logarithms of long doubles are those of doubles on some machines.
long double choose(int n, int k) {
  long double product = 1;
  for (int i = 0; i < k; ++i) product *= static_cast<long double>(n - i) / static_cast<long double>(i + 1);
  return product;
}
long double power(long double base, int exponent) {
  long double product = 1;
  for (int i = 0; i < exponent; ++i) product *= base;
  return product;
}
// A probability from the one at 0 by ratios P(j + 1)/P(j), remembered: long doubles are slow where they are
// software.
template <class Ratio>
probability by_ratios(long double first, Ratio ratio) {
  return [ratio, known = std::vector<long double>{first}](int j) mutable {
    while (static_cast<int>(known.size()) <= j)
      known.push_back(known.back() * ratio(static_cast<long double>(known.size() - 1)));
    return known[static_cast<std::size_t>(j)];
  };
}
probability poisson(double mean) {
  return by_ratios(static_cast<long double>(std::exp(-mean)),
                   [m = static_cast<long double>(mean)](long double j) { return m / (j + 1); });
}
probability negbinom(double n, double prob) {
  return by_ratios(static_cast<long double>(std::pow(prob, n)),
                   [n = static_cast<long double>(n), q = 1 - static_cast<long double>(prob)](long double j) {
                     return (n + j) / (j + 1) * q;
                   });
}
probability binomial(int n, double prob) {
  return [n, p = static_cast<long double>(prob)](int j) {
    return j > n ? 0.0L : choose(n, j) * power(p, j) * power(1 - p, n - j);
  };
}
probability hypergeometric(int m, int n, int k) {
  return [=](int j) {
    return j > m || j > k || k - j > n ? 0.0L : choose(m, j) * choose(n, k - j) / choose(m + n, k);
  };
}

const std::vector<double> k_outcomes = {-1.5, 0.0, 0.25, 1.0, 3.0, 4.75, 9.0, 30.0, 1000.0};

// Integrals of (F - 1{x >= y})^2 from far below to far above, for each outcome.
std::vector<double> crps_by_sum(const probability& p, int most) {
  std::vector<long double> sums;
  for (const double y : k_outcomes) sums.push_back(y < 0 ? -static_cast<long double>(y) : 0.0L);
  long double cdf = 0;
  for (int j = 0; j <= most; ++j) {
    cdf += p(j);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const long double outcome = static_cast<long double>(k_outcomes[i]);
      const long double below = std::fmin(std::fmax(outcome - j, 0.0L), 1.0L);
      sums[i] += below * cdf * cdf + (1 - below) * (1 - cdf) * (1 - cdf);
    }
  }
  std::vector<double> result;
  for (std::size_t i = 0; i < sums.size(); ++i)
    result.push_back(
        static_cast<double>(sums[i] + std::fmax(static_cast<long double>(k_outcomes[i]) - (most + 1), 0.0L)));
  return result;
}

TEST(discrete_scores, crps_equals_the_sum_over_counts) {
  const auto expect = [](const array& scores, const std::vector<double>& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_REL(scores[i], expected[i], 1e-13, "products of up to 100 ratios; as many in the reference")
          << "outcome " << k_outcomes[i];
  };
  for (const double mean : {0.01, 1.0, 2.5, 40.0, 380.0})
    expect(crps_poisson(k_outcomes, mean), crps_by_sum(poisson(mean), 700));
  for (const double n : {0.3, 1.0, 4.5, 60.0})
    for (const double prob : {0.2, 0.5, 0.95})
      expect(crps_negbinom(k_outcomes, n, prob), crps_by_sum(negbinom(n, prob), 1000));
  for (const int n : {1, 8, 300})
    for (const double prob : {0.003, 0.35, 0.5, 0.999})
      expect(crps_binomial(k_outcomes, n, prob), crps_by_sum(binomial(n, prob), n));
  expect(crps_hypergeometric(k_outcomes, 7.0, 2.0, 5.0), crps_by_sum(hypergeometric(7, 2, 5), 5));
  expect(crps_hypergeometric(k_outcomes, 60.0, 90.0, 40.0), crps_by_sum(hypergeometric(60, 90, 40), 40));
}

TEST(discrete_scores, log_scores_are_those_of_the_probabilities) {
  const char* why = "as many in the reference";
  for (const int j : {0, 1, 3, 9, 30}) {
    const double y = j;
    for (const double mean : {0.01, 2.5, 380.0})
      EXPECT_ABS(log_score_poisson({y}, mean)[0], static_cast<double>(-std::log(poisson(mean)(j))),
                 1e-13 * (1 + mean), why);
    for (const double n : {0.3, 4.5})
      for (const double prob : {0.2, 0.95})
        EXPECT_ABS(log_score_negbinom({y}, n, prob)[0], static_cast<double>(-std::log(negbinom(n, prob)(j))),
                   1e-12, why);
    for (const double prob : {0.1, 0.35, 0.9})
      EXPECT_ABS(log_score_binomial({y}, 300.0, prob)[0],
                 static_cast<double>(-std::log(binomial(300, prob)(j))), 1e-11, "sums of up to 700");
    EXPECT_ABS(log_score_hypergeometric({y}, 60.0, 90.0, 40.0)[0],
               static_cast<double>(-std::log(hypergeometric(60, 90, 40)(j))), 1e-12, why);
  }
}

TEST(discrete_scores, log_scores_are_infinite_for_what_cannot_happen) {
  for (const double y : {-1.0, 0.5, 9.0}) {
    EXPECT_BITS(log_score_binomial({y}, 8.0, 0.35)[0], k_infinity);
    EXPECT_BITS(log_score_hypergeometric({y}, 7.0, 2.0, 5.0)[0], k_infinity);
  }
  EXPECT_BITS(log_score_hypergeometric({2.0}, 7.0, 2.0, 5.0)[0], k_infinity);  // 3 failures of 2
  EXPECT_BITS(log_score_poisson({1.5}, 2.0)[0], k_infinity);
  EXPECT_BITS(log_score_negbinom({-1.0}, 2.0, 0.5)[0], k_infinity);
}

// Means so large that a probability is a difference of huge logarithms: Loader's form does not lose it.
TEST(discrete_scores, log_score_keeps_its_digits_for_large_means) {
  const double mean = 1e12;
  // at the mode: log sqrt(2 pi mean) + 1/(12 mean)
  EXPECT_REL(log_score_poisson({mean}, mean)[0], 0.5 * std::log(2.0 * M_PI * mean), 1e-14, "a logarithm");
}

TEST(discrete_scores, sure_forecasts_score_the_distance) {
  for (const double y : {0.0, 2.5, 7.0}) {
    EXPECT_BITS(crps_poisson({y}, 0.0)[0], y);
    EXPECT_BITS(crps_binomial({y}, 5.0, 0.0)[0], y);
    EXPECT_BITS(crps_binomial({y}, 5.0, 1.0)[0], std::fabs(y - 5.0));
    EXPECT_BITS(crps_binomial({y}, 0.0, 0.5)[0], y);
    EXPECT_BITS(crps_negbinom({y}, 3.0, 1.0)[0], y);
    EXPECT_BITS(crps_hypergeometric({y}, 0.0, 4.0, 3.0)[0], y);
    EXPECT_BITS(crps_hypergeometric({y}, 4.0, 0.0, 3.0)[0], std::fabs(y - 3.0));
  }
  EXPECT_BITS(log_score_poisson({0.0}, 0.0)[0], 0.0);
  EXPECT_BITS(log_score_binomial({5.0}, 5.0, 1.0)[0], 0.0);
  EXPECT_BITS(log_score_negbinom({0.0}, 3.0, 1.0)[0], 0.0);
}

template <class Score>
double difference(Score&& score, double at, double step) {
  return (score(at + step) - score(at - step)) / (2.0 * step);
}

TEST(discrete_scores, gradients_equal_differences) {
  const char* why = "central differences: step^2 and rounding over step";
  for (const double y : {0.0, 0.25, 3.0, 4.75, 30.0, -2.0}) {
    SCOPED_TRACE(y);
    for (const double mean : {0.7, 6.0, 50.0})
      EXPECT_ABS(crps_poisson_grad({y}, mean).d_mean[0],
                 difference([&](double m) { return crps_poisson({y}, m)[0]; }, mean, 1e-5), 1e-8, why);
    for (const double n : {0.4, 3.0, 20.0})
      for (const double prob : {0.3, 0.8}) {
        const auto grad = crps_negbinom_grad({y}, n, prob);
        EXPECT_ABS(grad.d_n[0], difference([&](double v) { return crps_negbinom({y}, v, prob)[0]; }, n, 1e-5),
                   1e-8, why);
        EXPECT_ABS(grad.d_prob[0],
                   difference([&](double v) { return crps_negbinom({y}, n, v)[0]; }, prob, 1e-5), 2e-6, why);
      }
    for (const double prob : {0.2, 0.5, 0.9})
      EXPECT_ABS(crps_binomial_grad({y}, 12.0, prob).d_prob[0],
                 difference([&](double v) { return crps_binomial({y}, 12.0, v)[0]; }, prob, 1e-5), 1e-7, why);
  }
  for (const double y : {0.0, 3.0, 11.0}) {
    EXPECT_ABS(log_score_poisson_grad({y}, 4.0).d_mean[0],
               difference([&](double m) { return log_score_poisson({y}, m)[0]; }, 4.0, 1e-5), 1e-8, why);
    const auto grad = log_score_negbinom_grad({y}, 2.5, 0.4);
    EXPECT_ABS(grad.d_n[0],
               difference([&](double v) { return log_score_negbinom({y}, v, 0.4)[0]; }, 2.5, 1e-5), 1e-8,
               why);
    EXPECT_ABS(grad.d_prob[0],
               difference([&](double v) { return log_score_negbinom({y}, 2.5, v)[0]; }, 0.4, 1e-5), 1e-7,
               why);
    EXPECT_ABS(log_score_binomial_grad({y}, 12.0, 0.4).d_prob[0],
               difference([&](double v) { return log_score_binomial({y}, 12.0, v)[0]; }, 0.4, 1e-5), 1e-7,
               why);
  }
}

TEST(discrete_scores, gradients_at_the_ends_are_one_sided) {
  // n = 4 trials, outcome 1: by prob at 0 the mean grows by 4; |X - 1| falls, the spread grows
  const double step = 1e-7;
  const auto crps = [](double prob) { return crps_binomial({1.0}, 4.0, prob)[0]; };
  EXPECT_ABS(crps_binomial_grad({1.0}, 4.0, 0.0).d_prob[0], (crps(step) - crps(0.0)) / step, 1e-5,
             "one step");
  EXPECT_ABS(crps_binomial_grad({1.0}, 4.0, 1.0).d_prob[0], (crps(1.0) - crps(1.0 - step)) / step, 1e-5,
             "one step");
  EXPECT_BITS(crps_poisson_grad({1.0}, 0.0).d_mean[0], -2.0 * 1.0 * 1.0);
}

TEST(discrete_scores, many_trials_of_small_probability_are_poisson) {
  for (const double y : {0.0, 3.0, 8.0})
    EXPECT_REL(crps_binomial({y}, 1e9, 4e-9)[0], crps_poisson({y}, 4.0)[0], 1e-8,
               "an error of the order of prob");
}

TEST(discrete_scores, shared_parameters_give_the_bits_of_repeated_ones) {
  const std::vector<double> means(k_outcomes.size(), 3.5);
  EXPECT_BITS(crps_poisson(k_outcomes, 3.5), crps_poisson(k_outcomes, means, {}, {.threads = 2}));
  const auto grad = crps_poisson_grad(k_outcomes, 3.5);
  EXPECT_BITS(grad.crps, crps_poisson(k_outcomes, 3.5));
}

TEST(discrete_scores, prefer_the_truth) {
  // expected score under Poisson(3) of Poisson(m): least at 3
  const auto expected = [](double mean, bool logarithmic) {
    double sum = 0.0;
    for (int j = 0; j < 60; ++j) {
      const double y = j;
      const double score = logarithmic ? log_score_poisson({y}, mean)[0] : crps_poisson({y}, mean)[0];
      sum += static_cast<double>(poisson(3.0)(j)) * score;
    }
    return sum;
  };
  for (const bool logarithmic : {false, true})
    for (const double other : {2.9, 3.1, 6.0})
      EXPECT_LT(expected(3.0, logarithmic), expected(other, logarithmic));
}

TEST(discrete_scores, missing_values_and_errors) {
  const auto shape = error_kind::shape, value = error_kind::value;
  const auto omit = nan_policy::omit;
  EXPECT_TRUE(std::isnan(crps_poisson({k_nan}, 1.0, {omit})[0]));
  EXPECT_TRUE(std::isnan(log_score_binomial({1.0, 2.0}, vector_view({4.0, k_nan}), 0.5, {omit})[1]));
  expect_error([] { crps_poisson({}, 1.0); }, shape, error_code::empty_input, "observations");
  expect_error([] { crps_poisson({k_nan}, 1.0); }, value, error_code::non_finite, "observations");
  expect_error([] { crps_poisson({1.0}, -1.0); }, value, error_code::out_of_range, "mean", "is -1");
  expect_error([] { crps_poisson({1.0}, 1e12); }, value, error_code::budget_exceeded, "mean", "2^20 counts");
  expect_error([] { crps_negbinom({1.0}, 0.0, 0.5); }, value, error_code::out_of_range, "n", "is 0");
  expect_error([] { log_score_negbinom({1.0}, 1.0, 0.0); }, value, error_code::out_of_range, "prob",
               "(0, 1]");
  expect_error([] { crps_binomial({1.0}, 2.5, 0.5); }, value, error_code::out_of_range, "n", "whole number");
  expect_error([] { crps_binomial_grad({1.0}, 2.0, 1.5); }, value, error_code::out_of_range, "prob",
               "[0, 1]");
  expect_error([] { log_score_binomial({1.0}, -1.0, 0.5); }, value, error_code::out_of_range, "n");
  expect_error([] { crps_hypergeometric({1.0}, 3.0, 2.0, 6.0); }, value, error_code::out_of_range, "k",
               "is 6, must not be more than m + n, 5");
  expect_error([] { log_score_hypergeometric({1.0}, 3.5, 2.0, 1.0); }, value, error_code::out_of_range, "m",
               "whole number");
  expect_error(
      [] {
        crps_poisson({1.0, 2.0}, vector_view({1.0, 2.0, 3.0}));
      },
      shape, error_code::length_mismatch, "mean");
}

}  // namespace
}  // namespace assay::testing
