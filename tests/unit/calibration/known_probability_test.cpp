#include "assay/calibration/known_probability.hpp"

#include <algorithm>
#include <cmath>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/scenario.hpp"
#include "assay/core/bytes.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::expect_error;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

struct pairs {
  std::vector<double> truth, forecast, weights;
};

pairs draw_pairs(std::size_t n, std::uint64_t seed) {
  testing::generator rng(seed);
  pairs drawn;
  for (std::size_t i = 0; i < n; ++i) {
    drawn.truth.push_back(rng.uniform());
    drawn.forecast.push_back(rng.uniform());
    drawn.weights.push_back(rng.below(5) == 0 ? 0.0 : rng.uniform(0.1, 3.0));
  }
  return drawn;
}

TEST(mse_p, follows_its_definition) {
  const pairs s = draw_pairs(10000, 50);
  double sum = 0.0, weighted = 0.0, weight = 0.0;
  for (std::size_t i = 0; i < s.truth.size(); ++i) {
    const double square = (s.truth[i] - s.forecast[i]) * (s.truth[i] - s.forecast[i]);
    sum += square;
    weighted += s.weights[i] * square;
    weight += s.weights[i];
  }
  EXPECT_REL(mse_p(s.truth, s.forecast), sum / 10000.0, 1e-12, "plain sum");
  EXPECT_REL(mse_p(s.truth, s.forecast, {.weights = s.weights}), weighted / weight, 1e-12, "plain sum");
  EXPECT_BITS(mse_p({0.25}, {0.75}), 0.25);
}

TEST(mse_p, is_the_brier_score_less_the_noise) {
  // every probability with both outcomes, weighted by the truth
  const pairs s = draw_pairs(200, 51);
  std::vector<std::uint8_t> labels;
  std::vector<double> p, weights;
  double noise = 0.0;
  for (std::size_t i = 0; i < 200; ++i) {
    for (const bool event : {false, true}) {
      labels.push_back(event ? 1 : 0);
      p.push_back(s.forecast[i]);
      weights.push_back(event ? s.truth[i] : 1.0 - s.truth[i]);
    }
    noise += s.truth[i] * (1.0 - s.truth[i]) / 200;
  }
  EXPECT_ABS(brier_score(labels, p, {.weights = weights}) - noise, mse_p(s.truth, s.forecast), 1e-14, "sums");
}

TEST(kl_p, follows_its_definition) {
  const pairs s = draw_pairs(5000, 52);
  for (const double eps : {0.0, 1e-10, 1e-3}) {
    double sum = 0.0;
    for (std::size_t i = 0; i < s.truth.size(); ++i) {
      const double q = s.truth[i], p = s.forecast[i];
      sum += q * std::log((q + eps) / (p + eps)) + (1 - q) * std::log((1 - q + eps) / (1 - p + eps));
    }
    EXPECT_REL(kl_p(s.truth, s.forecast, {.eps = eps}), sum / 5000.0, 1e-12, "plain sum");
  }
}

TEST(kl_p, keeps_its_digits_where_forecast_and_truth_are_close) {
  // KL = d^2 / (2 q (1 - q)) (1 + O(d / q)); the plain formula leaves no digit at d = 2^-40
  const double q = 0.25, d = 0x1p-40;
  const double leading = d * d / (2 * q * (1 - q));
  EXPECT_REL(kl_p({q}, {q + d}), leading, 1e-11, "d/q");
  EXPECT_BITS(kl_p({0.3}, {0.3}), 0.0);
  EXPECT_GT(kl_p({1e-20}, {3e-20}), 0.0);
  // q ln(1/3) + 2 q, to first order in q
  EXPECT_REL(kl_p({1e-20}, {3e-20}), 1e-20 * (2 - std::log(3.0)), 1e-14, "logarithm");
  EXPECT_REL(kl_p({1e-320}, {1.0 - 0x1p-53}), 53 * std::log(2.0), 1e-14, "one logarithm counts");
}

TEST(kl_p, takes_0_and_1) {
  EXPECT_BITS(kl_p({0, 1}, {0, 1}), 0.0);
  EXPECT_REL(kl_p({0.0}, {0.75}), std::log(4.0), 1e-15, "logarithm");
  EXPECT_REL(kl_p({1.0}, {0.25}), std::log(4.0), 1e-15, "logarithm");
  EXPECT_BITS(kl_p({0.5}, {0.0}), k_infinity);
  EXPECT_BITS(kl_p({0.5}, {1.0}), k_infinity);
  EXPECT_BITS(kl_p({1.0}, {0.0}), k_infinity);
  EXPECT_BITS(kl_p({0.5, 0.5}, {0.0, 0.5}, {.weights = {0, 1}}), 0.0);
  EXPECT_TRUE(std::isfinite(kl_p({1.0}, {0.0}, {.eps = 1e-10})));
}

TEST(known_probability, takes_float32_and_threads) {
  const pairs s = draw_pairs(600000, 53);
  context threads;
  threads.threads = 4;
  EXPECT_BITS(kl_p(s.truth, s.forecast), kl_p(s.truth, s.forecast, {}, threads));
  const auto single = testing::as_float(s.forecast);
  EXPECT_BITS(mse_p(s.truth, single), mse_p(s.truth, testing::as_double(single)));
}

TEST(known_probability, names_what_is_wrong) {
  const std::vector<double> none;
  const auto refused = [](error_kind kind, error_code code, const char* argument, vector_view q,
                          vector_view p, vector_view w) {
    expect_error([&] { mse_p(q, p, {.weights = w}); }, kind, code, argument);
    expect_error([&] { kl_p(q, p, {.weights = w}); }, kind, code, argument);
  };
  refused(error_kind::shape, error_code::empty_input, "true_probabilities", none, none, {});
  refused(error_kind::shape, error_code::length_mismatch, "probabilities", {0.5}, {0.5, 0.5}, {});
  refused(error_kind::shape, error_code::length_mismatch, "weights", {0.5}, {0.5}, {1, 1});
  refused(error_kind::value, error_code::out_of_range, "true_probabilities", {1.5}, {0.5}, {});
  refused(error_kind::value, error_code::out_of_range, "probabilities", {0.5}, {k_nan}, {});
  refused(error_kind::value, error_code::bad_weight, "weights", {0.5}, {0.5}, {-1.0});
  refused(error_kind::value, error_code::zero_weight, "weights", {0.5}, {0.5}, {0.0});
  refused(error_kind::value, error_code::bad_weight, "weights", {0.5, 0.5}, {0.5, 0.5}, {1e308, 1e308});
  for (const double eps : {-1.0, 2.0, k_nan})
    expect_error([&] { kl_p({0.5}, {0.5}, {.eps = eps}); }, error_kind::value, error_code::bad_parameter,
                 "eps");
}

// ---- accumulator ----

using accumulator = known_probability_accumulator;

accumulator part_of(const pairs& s, std::size_t first, std::size_t last, double eps = 0.0,
                    bool weighted = true) {
  accumulator part({.eps = eps});
  const std::size_t size = last - first;
  const vector_view w(s.weights.data() + first, size);
  part.update(vector_view(s.truth.data() + first, size), vector_view(s.forecast.data() + first, size),
              {.weights = weighted ? w : vector_view()});
  return part;
}

TEST(known_probability_accumulator, gives_what_the_functions_give) {
  const pairs s = draw_pairs(10000, 60);
  for (const double eps : {0.0, 1e-3}) {
    const auto plain = part_of(s, 0, 10000, eps, false).value();
    EXPECT_EQ(plain.count, 10000);
    EXPECT_BITS(plain.weight, 10000.0);
    EXPECT_BITS(plain.mse_p, mse_p(s.truth, s.forecast));
    EXPECT_BITS(plain.kl_p, kl_p(s.truth, s.forecast, {.eps = eps}));
    const auto weighted = part_of(s, 0, 10000, eps).value();
    EXPECT_EQ(weighted.count, 10000);
    EXPECT_BITS(weighted.mse_p, mse_p(s.truth, s.forecast, {.weights = s.weights}));
    EXPECT_BITS(weighted.kl_p, kl_p(s.truth, s.forecast, {.weights = s.weights, .eps = eps}));
  }
}

// Random cuts, random order of merging, some parts through their bytes.
TEST(known_probability_accumulator, merges_in_any_order_to_the_whole) {
  constexpr std::size_t n = 40000, block = 4096;
  const pairs s = draw_pairs(n, 61);
  const auto whole = part_of(s, 0, n).to_bytes();
  testing::generator rng(62);
  for (int trial = 0; trial < 10; ++trial) {
    std::vector<accumulator> parts;
    for (std::size_t first = 0; first < n;) {
      const std::size_t last = std::min(n, first + block * (1 + static_cast<std::size_t>(rng.below(3))));
      parts.push_back(part_of(s, first, last));
      first = last;
    }
    while (parts.size() > 1) {
      std::swap(parts[static_cast<std::size_t>(rng.below(parts.size()))], parts.back());
      const accumulator other = accumulator::from_bytes(parts.back().to_bytes());
      parts.pop_back();
      parts[static_cast<std::size_t>(rng.below(parts.size()))].merge(other);
    }
    EXPECT_EQ(parts[0].to_bytes(), whole);
  }
  accumulator odd;
  for (std::size_t first = 0; first < n; first += 777) odd.merge(part_of(s, first, std::min(n, first + 777)));
  EXPECT_REL(odd.value().mse_p, mse_p(s.truth, s.forecast, {.weights = s.weights}), 1e-15, "other blocks");
  EXPECT_REL(odd.value().kl_p, kl_p(s.truth, s.forecast, {.weights = s.weights}), 1e-15, "other blocks");
  odd.merge(odd);
  EXPECT_EQ(odd.value().count, 80000);
  EXPECT_REL(odd.value().mse_p, mse_p(s.truth, s.forecast, {.weights = s.weights}), 1e-15, "doubled");
}

TEST(known_probability_accumulator, keeps_a_refuted_certainty) {
  accumulator sums;
  sums.update({0.5, 0.5}, {0.0, 0.5}, {.weights = {0, 1}});
  EXPECT_BITS(sums.value().kl_p, 0.0);
  sums.update({0.5}, {0.0});
  sums = accumulator::from_bytes(sums.to_bytes());
  sums.merge(accumulator());
  EXPECT_BITS(sums.value().kl_p, k_infinity);
  EXPECT_BITS(sums.value().mse_p, 0.125);
}

TEST(known_probability_accumulator, takes_float32_and_strides) {
  const std::vector<float> q = {0.5F, 9, 0.25F, 9}, p = {0.25F, 0.75F};
  accumulator sums;
  sums.update(vector_view(q.data(), 2, 2), p);
  EXPECT_BITS(sums.value().mse_p, (0.0625 + 0.25) / 2);
}

TEST(known_probability_accumulator, survives_bytes) {
  const pairs s = draw_pairs(30, 63);
  const accumulator sums = part_of(s, 0, 30, 0.25);
  EXPECT_EQ(accumulator::from_bytes(sums.to_bytes()).to_bytes(), sums.to_bytes());
  EXPECT_EQ(accumulator::from_bytes(accumulator().to_bytes()).to_bytes(), accumulator().to_bytes());
  testing::expect_corrupt_bytes(sums.to_bytes(),
                                [](const std::vector<std::byte>& b) { accumulator::from_bytes(b); });
  for (const double eps : {-0.5, 1.5, k_nan}) {
    byte_writer out("knownp", 1);
    out.f64(eps);
    out.u64(0);
    for (int i = 0; i < 3; ++i) out.sum({});
    const auto bytes = out.finish();
    expect_error([&] { accumulator::from_bytes(bytes); }, error_kind::value, error_code::corrupt_bytes,
                 "bytes", "eps out of range");
  }
}

TEST(known_probability_accumulator, adds_nothing_after_an_error) {
  const pairs s = draw_pairs(30, 64);
  accumulator sums = part_of(s, 0, 30);
  const auto before = sums.to_bytes();
  const auto refused = [&](error_kind kind, error_code code, const char* argument, vector_view q,
                           vector_view p, vector_view w) {
    expect_error([&] { sums.update(q, p, {.weights = w}); }, kind, code, argument);
  };
  const std::vector<double> none;
  refused(error_kind::shape, error_code::empty_input, "true_probabilities", none, none, {});
  refused(error_kind::shape, error_code::length_mismatch, "probabilities", {0.5}, {0.5, 0.5}, {});
  refused(error_kind::shape, error_code::length_mismatch, "weights", {0.5}, {0.5}, {1, 1});
  refused(error_kind::value, error_code::out_of_range, "true_probabilities", {0.5, k_nan}, {0.5, 0.5}, {});
  refused(error_kind::value, error_code::out_of_range, "probabilities", {0.5}, {-0.5}, {});
  refused(error_kind::value, error_code::bad_weight, "weights", {0.5, 0.5}, {0.5, 0.5}, {1.0, k_infinity});
  expect_error([&] { sums.merge(accumulator({.eps = 0.5})); }, error_kind::value, error_code::bad_parameter,
               "other", "another eps");
  EXPECT_EQ(sums.to_bytes(), before);
  for (const double eps : {-1.0, 2.0, k_nan})
    expect_error([&] { accumulator bad({.eps = eps}); }, error_kind::value, error_code::bad_parameter, "eps");
}

TEST(known_probability_accumulator, needs_weight_for_a_value) {
  accumulator sums({.eps = 0.5});
  const auto refused = [&] {
    expect_error([&] { static_cast<void>(sums.value()); }, error_kind::state, error_code::zero_weight, "");
  };
  refused();
  sums.update({0.5}, {0.25}, {.weights = {0}});
  refused();
  sums.update({0.5}, {0.25});
  EXPECT_EQ(sums.value().count, 2);
  EXPECT_BITS(sums.value().weight, 1.0);
  sums.reset();
  refused();
  EXPECT_EQ(sums.to_bytes(), accumulator({.eps = 0.5}).to_bytes());
}

// ---- scenarios ----

TEST(scenario_probability, follows_the_formulas) {
  const std::vector<double> x = {0.0, 0.1, 0.2, 0.29, 0.5, 0.8, 1.0};
  const auto of = [&](probability_scenario scenario) { return scenario_probability(scenario, x); };
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_BITS(of(probability_scenario::linear)[i], x[i]);
    EXPECT_BITS(of(probability_scenario::skewed)[i], x[i] / 2.5);
    EXPECT_BITS(of(probability_scenario::centered)[i], x[i] / 3 + 0.35);
    const double sigmoid = 1 - 1 / (1 + std::exp(-25 * (x[i] - 0.29)));
    EXPECT_ABS(of(probability_scenario::sigmoid)[i], sigmoid, 1e-15, "1 - p rounds");
  }
  const auto steps = of(probability_scenario::discrete);
  EXPECT_BITS(steps[1], 0.1);
  EXPECT_BITS(steps[2], 0.3);
  EXPECT_BITS(steps[4], 0.5);
  EXPECT_BITS(steps[5], 0.9);
  const std::vector<float> single = {0.5F};
  EXPECT_EQ(scenario_probability(probability_scenario::linear, single).type(), dtype::float32);
}

TEST(sample_scenario, draws_the_beta_distribution) {
  constexpr std::int64_t n = 200000;
  const auto drawn = sample_scenario(probability_scenario::centered, n, 7);
  // moments of Beta(a, b): a/(a + b) and a b/((a + b)^2 (a + b + 1)); third: (a)_3/(a + b)_3
  const double a = 1.6, b = 2.6, s = a + b;
  const double mean = a / s, variance = a * b / (s * s * (s + 1));
  const double third = a * (a + 1) * (a + 2) / (s * (s + 1) * (s + 2));
  double first = 0.0, second = 0.0, cubes = 0.0, hits = 0.0, expected = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = drawn.x[i];
    first += x / n;
    second += (x - mean) * (x - mean) / n;
    cubes += x * x * x / n;
    hits += drawn.labels[i] / n;
    expected += drawn.probabilities[i] / n;
  }
  EXPECT_ABS(first, mean, 5 * std::sqrt(variance / n), "five standard errors");
  EXPECT_ABS(second, variance, 5 * variance * std::sqrt(2.0 / n), "five standard errors");
  EXPECT_ABS(cubes, third, 5 * 0.15 / std::sqrt(n), "five standard errors, sd of x^3 below 0.15");
  EXPECT_ABS(hits, expected, 5 * 0.5 / std::sqrt(n), "five standard errors");
  EXPECT_EQ(drawn.labels.type(), dtype::int32);
}

TEST(sample_scenario, depends_on_seed_and_row_alone) {
  context threads;
  threads.threads = 3;
  const auto longer = sample_scenario(probability_scenario::linear, 40000, 3, threads);
  const auto shorter = sample_scenario(probability_scenario::linear, 100, 3);
  const auto other = sample_scenario(probability_scenario::linear, 100, 4);
  double differences = 0.0;
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_BITS(longer.x[i], shorter.x[i]);
    EXPECT_BITS(longer.labels[i], shorter.labels[i]);
    EXPECT_BITS(longer.probabilities[i], longer.x[i]);
    differences += other.x[i] != shorter.x[i] ? 1.0 : 0.0;
  }
  EXPECT_BITS(differences, 100.0);
}

TEST(scenario, names_what_is_wrong) {
  const std::vector<double> none;
  expect_error([&] { scenario_probability(probability_scenario::linear, none); }, error_kind::shape,
               error_code::empty_input, "x");
  expect_error(
      [] {
        scenario_probability(probability_scenario::linear, {0.5, 1.5});
      },
      error_kind::value, error_code::out_of_range, "x");
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-3}, std::int64_t{1} << 40})
    expect_error([&] { sample_scenario(probability_scenario::linear, n, 1); }, error_kind::value,
                 error_code::bad_parameter, "n");
}

}  // namespace
}  // namespace assay::calibration
