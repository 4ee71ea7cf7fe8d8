// Reliability diagrams of kind smooth; what all kinds share is in reliability_diagram_test.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/calibration/internal/cells.hpp"
#include "assay/calibration/reliability_diagram.hpp"
#include "assay/calibration/smooth_ece.hpp"
#include "assay/core/rng.hpp"
#include "naive_bootstrap.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using band = diagram_band;
using kind = diagram_kind;

double total(const array& values) {
  const auto numbers = values.to_vector();
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

// Gaussian kernel reflected at 0 and 1; further images do not count for the sigma of these tests.
double reflected_kernel(double t, double p, double sigma) {
  double sum = 0.0;
  for (int k = -1; k <= 1; ++k) {
    for (const double distance : {t - p + 2 * k, t + p + 2 * k})
      sum += std::exp(-0.5 * distance * distance / (sigma * sigma));
  }
  return sum;
}

TEST(smooth_diagram, draws_the_smooth_ece_curve_where_rows_are) {
  for (const bool weighted : {false, true}) {
    for (const std::uint64_t levels : {std::uint64_t{0}, std::uint64_t{12}}) {
      const sample s = prepared(400, 800 + levels, levels, weighted);
      const vector_view w = weighted ? vector_view(s.weights) : vector_view();
      const auto curve = smooth_ece_curve(s.labels, s.probabilities, {.weights = w});
      const auto found =
          reliability_diagram(s.labels, s.probabilities, {.weights = w, .kind = kind::smooth, .n_boot = 10});
      std::size_t at = 0;
      for (std::size_t i = 0; i < curve.t.size(); ++i) {
        double nearest = 1.0;
        for (std::size_t j = 0; j < 400; ++j)
          if (s.weights[j] > 0.0) nearest = std::min(nearest, std::fabs(s.probabilities[j] - curve.t[i]));
        if (nearest > 5.0 * curve.sigma) continue;
        ASSERT_LT(at, found.x.size());
        EXPECT_BITS(found.x[at], curve.t[i]);
        EXPECT_BITS(found.y[at], curve.mu[i]);
        EXPECT_BITS(found.density[at], curve.density[i]);
        ++at;
      }
      EXPECT_EQ(at, found.x.size());
      EXPECT_REL(total(found.weight), std::accumulate(s.weights.begin(), s.weights.end(), 0.0), 1e-13,
                 "sums");
      EXPECT_BITS(total(found.count),
                  400.0 - static_cast<double>(std::count(s.weights.begin(), s.weights.end(), 0.0)));
    }
  }
}

TEST(smooth_diagram, gives_each_row_to_the_nearest_point) {
  const auto found = reliability_diagram({0, 1, 1, 0}, {0.0, 0.0024, 0.0026, 1.0},
                                         {.weights = {1, 2, 4, 8}, .kind = kind::smooth, .n_boot = 10});
  EXPECT_BITS(found.x[0], 0.0);
  EXPECT_BITS(found.weight[0], 3.0);
  EXPECT_BITS(found.weight[1], 4.0);
  EXPECT_BITS(found.weight[found.x.size() - 1], 8.0);
  EXPECT_BITS(found.count[0], 2.0);
}

// An error of 0 has a kernel of no width: rows between two points must be seen all the same.
TEST(smooth_diagram, sees_every_row_through_the_narrowest_kernel) {
  for (const double p : {0.0, 0.25, 0.2525, 0.2512, 0.99, 1.0}) {
    const auto found = reliability_diagram(
        {1, 0, 0, 0}, {p, p, p, p}, {.weights = {p, 1.0 - p, 0, 0}, .kind = kind::smooth, .n_boot = 10});
    ASSERT_GE(found.x.size(), 1U);
    EXPECT_LE(found.x.size(), 2U);
    for (std::size_t i = 0; i < found.x.size(); ++i)
      EXPECT_ABS(found.y[i], p, 1e-5, "curve far from its rows");
    EXPECT_REL(total(found.weight), 1.0, 1e-15, "two weights");
  }
}

TEST(smooth_diagram, does_not_depend_on_the_unit_of_weights) {
  const auto of = [](double weight) {
    return reliability_diagram(
        {0, 1, 0, 1}, {0.1, 0.4, 0.8, 0.9},
        {.weights = {weight, weight, weight, weight}, .kind = kind::smooth, .n_boot = 20});
  };
  const auto plain = of(1.0);
  for (const double weight : {0x1p-1000, 0x1p1020}) {
    const auto found = of(weight);
    EXPECT_BITS(found.y, plain.y);
    EXPECT_BITS(found.lower, plain.lower);
    EXPECT_BITS(found.upper, plain.upper);
    EXPECT_BITS(found.weight[20], weight);
  }
  testing::expect_error([&] { of(0x1p1023); }, error_kind::value, error_code::bad_weight, "weights",
                        "sum to Infinity");
}

// The doc comment as one reads it.
void expect_definition(const sample& s, bool weighted, band wanted) {
  const vector_view w = weighted ? vector_view(s.weights) : vector_view();
  const auto found =
      reliability_diagram(s.labels, s.probabilities,
                          {.weights = w, .kind = kind::smooth, .band = wanted, .n_boot = 41, .seed = 5});
  const double sigma = smooth_ece(s.labels, s.probabilities, {.weights = w});
  const bool consistency = wanted == band::consistency;
  const std::uint64_t n = s.labels.size();
  std::vector<std::vector<double>> shares(found.x.size());
  for (std::uint64_t b = 0; b < 41; ++b) {
    std::vector<double> weight(found.x.size()), events(found.x.size());
    for (std::uint64_t j = 0; j < n; ++j) {
      const std::uint64_t number = philox::block(5, b, 0, static_cast<std::uint32_t>(j / 2))[j % 2];
      const auto row = static_cast<std::size_t>(philox::high_product(number, n));
      const double p = s.probabilities[row];
      const bool event =
          consistency ? static_cast<double>((number * n) >> 11) * 0x1p-53 < p : s.labels[row] != 0;
      for (std::size_t i = 0; i < found.x.size(); ++i) {
        const double mass = s.weights[row] * reflected_kernel(found.x[i], p, sigma);
        weight[i] += mass;
        if (event) events[i] += mass;
      }
    }
    for (std::size_t i = 0; i < found.x.size(); ++i) shares[i].push_back(events[i] / weight[i]);
  }
  for (std::size_t i = 0; i < found.x.size(); ++i) {
    std::sort(shares[i].begin(), shares[i].end());
    // level 0.9: percentiles 2 and 38 of 0 .. 40
    const double low = shares[i][2], high = shares[i][38], x = found.x[i];
    EXPECT_ABS(found.lower[i], consistency ? std::min(low, x) : low, 2e-3, "budget of replicates");
    EXPECT_ABS(found.upper[i], consistency ? std::max(high, x) : high, 2e-3, "budget of replicates");
  }
}

TEST(smooth_diagram, resamples_by_its_definition) {
  for (const bool weighted : {false, true}) {
    expect_definition(prepared(60, 810, 0, weighted), weighted, band::bootstrap);
    expect_definition(prepared(60, 811, 15, weighted), weighted, band::bootstrap);
    expect_definition(prepared(60, 812, 40, weighted), weighted, band::consistency);
  }
}

TEST(smooth_diagram, has_a_band_around_its_curve_or_the_diagonal) {
  for (std::uint64_t seed = 820; seed < 824; ++seed) {
    const sample s = draw_sample(seed % 2 == 0 ? 300 : 9000, seed);
    const auto of = [&](band wanted, double level) {
      return reliability_diagram(s.labels, s.probabilities,
                                 {.kind = kind::smooth, .band = wanted, .level = level, .n_boot = 100});
    };
    const auto found = of(band::automatic, 0.9), wide = of(band::bootstrap, 0.99);
    const auto diagonal = of(band::consistency, 0.9);
    EXPECT_BITS(of(band::interval, 0.9).lower, found.lower);
    EXPECT_BITS(of(band::bootstrap, 0.9).upper, found.upper);
    for (std::size_t i = 0; i < found.x.size(); ++i) {
      EXPECT_LE(found.lower[i], found.y[i]);
      EXPECT_GE(found.upper[i], found.y[i]);
      EXPECT_LE(wide.lower[i], found.lower[i]);
      EXPECT_GE(wide.upper[i], found.upper[i]);
      EXPECT_LE(diagonal.lower[i], found.x[i]);
      EXPECT_GE(diagonal.upper[i], found.x[i]);
      EXPECT_GE(std::min(found.lower[i], diagonal.lower[i]), 0.0);
      EXPECT_LE(std::max(found.upper[i], diagonal.upper[i]), 1.0);
    }
  }
}

// Standard error of a ratio of sums by its first-order expansion, over rows that stand at their probability.
double ratio_error(const sample& s, double t, double mu, double sigma) {
  double weight = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    const double mass = s.weights[i] * reflected_kernel(t, s.probabilities[i], sigma);
    weight += mass;
    squares += mass * mass * (s.labels[i] - mu) * (s.labels[i] - mu);
  }
  return std::sqrt(squares) / weight;
}

TEST(smooth_diagram, of_many_rows_has_the_width_of_the_ratio_of_sums) {
  for (const bool weighted : {false, true}) {
    const sample s = prepared(internal::sample_cells::k_most_rows + 4000, 830, 0, weighted);
    const vector_view w = weighted ? vector_view(s.weights) : vector_view();
    const double sigma = smooth_ece(s.labels, s.probabilities, {.weights = w});
    const auto found =
        reliability_diagram(s.labels, s.probabilities, {.weights = w, .kind = kind::smooth, .n_boot = 600});
    ASSERT_EQ(found.x.size(), 201U);
    for (std::size_t i = 0; i < 201; i += 25) {
      const double half = 1.6448536 * ratio_error(s, found.x[i], found.y[i], sigma);
      constexpr const char* why = "percentiles of 600 replicates: 4 % of the width each";
      EXPECT_REL(found.upper[i] - found.lower[i], 2.0 * half, 0.15, why);
    }
  }
}

TEST(smooth_diagram, holds_calibrated_forecasts_as_often_as_it_says) {
  for (const std::size_t n : {std::size_t{300}, internal::sample_cells::k_most_rows + 100}) {
    double inside = 0.0, points = 0.0;
    const std::uint64_t trials = n < 1000 ? 40 : 10;
    for (std::uint64_t trial = 0; trial < trials; ++trial) {
      sample s = draw_sample(n, 900 + trial);
      for (std::size_t i = 0; i < n; ++i)
        s.labels[i] = philox::uniform(trial, i) < s.probabilities[i] ? 1 : 0;
      const auto found =
          reliability_diagram(s.labels, s.probabilities,
                              {.kind = kind::smooth, .band = band::consistency, .n_boot = 60, .seed = trial});
      for (std::size_t k = 0; k < found.x.size(); ++k) {
        inside += found.lower[k] <= found.y[k] && found.y[k] <= found.upper[k] ? 1.0 : 0.0;
        points += 1.0;
      }
    }
    EXPECT_ABS(inside / points, 0.9, 0.08,
               "about five independent points a trial: 0.02 and 0.04 noise, 60 replicates");
  }
}

TEST(smooth_diagram, of_many_rows_does_not_depend_on_threads) {
  const sample s = draw_sample(internal::sample_cells::k_most_rows + 1, 840);
  context threads;
  threads.threads = 3;
  for (const band b : {band::bootstrap, band::consistency}) {
    const reliability_diagram_options options{.kind = kind::smooth, .band = b, .n_boot = 20};
    const auto one = reliability_diagram(s.labels, s.probabilities, options);
    const auto many = reliability_diagram(s.labels, s.probabilities, options, threads);
    EXPECT_BITS(one.y, many.y);
    EXPECT_BITS(one.lower, many.lower);
    EXPECT_BITS(one.upper, many.upper);
  }
}

}  // namespace
}  // namespace assay::calibration
