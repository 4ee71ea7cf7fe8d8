#include "assay/calibration/pit_uniformity.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "assay/calibration/internal/uniformity_tails.hpp"
#include "regression_sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using internal::cramer_von_mises_tail;
using internal::kolmogorov_tail;
using testing::generator;

// ---- statistics ----

TEST(pit_uniformity, by_hand) {
  const auto result = pit_uniformity({0.8, 0.1}, {.n_bins = 2});
  EXPECT_REL(result.ks_statistic, 0.4, 1e-15, "1/2 - 0.1: one rounding");
  EXPECT_REL(result.cvm_statistic, 1.0 / 24 + 0.15 * 0.15 + 0.05 * 0.05, 1e-15, "a few roundings");
  EXPECT_BITS(result.histogram.to_vector(), (std::vector<double>{0.5, 0.5}));
  const auto tied = pit_uniformity({0, 0, 1, 1});
  EXPECT_EQ(tied.ks_statistic, 0.5);
  EXPECT_EQ(pit_uniformity({1}).ks_statistic, 1.0);
  EXPECT_EQ(pit_uniformity({1}).ks_p_value, 0.0);
  EXPECT_EQ(pit_uniformity({0.5}).ks_p_value, 1.0);
  EXPECT_EQ(pit_uniformity({0.5}).cvm_p_value, 1.0);
}

TEST(pit_uniformity, counts_edges_upward) {
  for (const int bins : {1, 3, 7, 10, 49}) {
    std::vector<double> edges;
    for (int k = 0; k < bins; ++k) edges.push_back(static_cast<double>(k) / bins);
    edges.push_back(1.0);
    const auto histogram = pit_uniformity(edges, {.n_bins = bins}).histogram.to_vector();
    for (int k = 0; k < bins; ++k)
      EXPECT_REL(histogram[static_cast<std::size_t>(k)], (k + 1 == bins ? 2.0 : 1.0) / (bins + 1), 1e-15,
                 "one division");
  }
}

TEST(pit_uniformity, is_the_definition) {
  generator rng(1);
  for (const std::size_t n : {1U, 7U, 100U}) {
    std::vector<double> pit;
    for (std::size_t i = 0; i < n; ++i) pit.push_back(static_cast<double>(rng.below(40)) / 39);
    const auto found = pit_uniformity(pit, {.n_bins = 5});
    // n times the integral of (F - u)^2, F constant between the transforms: u^3/3 between its ends.
    std::sort(pit.begin(), pit.end());
    double gap = 0.0, integral = 0.0, before = 0.0, share = 0.0;
    const auto cube = [](double x) { return x * x * x / 3; };
    for (std::size_t i = 0; i <= n; ++i) {
      const double next = i < n ? pit[i] : 1.0;
      integral += cube(next - share) - cube(before - share);
      gap = std::fmax(gap, std::fmax(std::fabs(share - before), std::fabs(share - next)));
      before = next;
      share = static_cast<double>(i + 1) / static_cast<double>(n);
    }
    EXPECT_REL(found.ks_statistic, gap, 1e-14, "differences of shares");
    EXPECT_REL(found.cvm_statistic, static_cast<double>(n) * integral, 1e-12, "cubes that cancel");
    const auto histogram = found.histogram.to_vector();
    EXPECT_REL(std::accumulate(histogram.begin(), histogram.end(), 0.0), 1.0, 1e-15, "five divisions");
  }
}

TEST(pit_uniformity, gives_uniform_p_values_under_uniformity) {
  generator rng(2);
  std::vector<double> ks, cvm;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> pit(20);
    for (double& u : pit) u = rng.uniform();
    const auto result = pit_uniformity(pit);
    ks.push_back(result.ks_p_value);
    cvm.push_back(result.cvm_p_value);
  }
  EXPECT_GT(pit_uniformity(ks).ks_p_value, 1e-3);
  EXPECT_GT(pit_uniformity(cvm).ks_p_value, 1e-3);
}

TEST(pit_uniformity, names_what_is_wrong) {
  testing::expect_pit_errors([](vector_view pit, vector_view) { pit_uniformity(pit); }, false);
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 40})
    testing::expect_error([&] { pit_uniformity({0.5}, {.n_bins = n}); }, error_kind::value,
                          error_code::bad_parameter, "n_bins");
}

// ---- Kolmogorov and Smirnov ----

// n! det of (b_i - a_j)_+^(j - i + 1)/(j - i + 1)!: probability that ordered uniforms lie in their intervals
// (Steck 1971).
double steck_below(int n, double d) {
  std::vector<std::vector<double>> m(static_cast<std::size_t>(n),
                                     std::vector<double>(static_cast<std::size_t>(n)));
  double factorial = 1.0;
  for (int i = 0; i < n; ++i) {
    factorial *= i + 1;
    const double upper = std::fmin(1.0, static_cast<double>(i) / n + d);
    for (int j = std::max(i - 1, 0); j < n; ++j) {
      const double lower = std::fmax(0.0, static_cast<double>(j + 1) / n - d);
      double entry = 1.0;
      for (int s = 1; s <= j - i + 1; ++s) entry *= std::fmax(upper - lower, 0.0) / s;
      m[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = entry;
    }
  }
  double determinant = factorial;
  for (std::size_t p = 0; p < m.size(); ++p) {
    std::size_t best = p;
    for (std::size_t r = p; r < m.size(); ++r)
      if (std::fabs(m[r][p]) > std::fabs(m[best][p])) best = r;
    if (m[best][p] == 0.0) return 0.0;
    if (best != p) determinant = -determinant;
    std::swap(m[p], m[best]);
    determinant *= m[p][p];
    for (std::size_t r = p + 1; r < m.size(); ++r)
      for (std::size_t c = m.size(); c-- > p;) m[r][c] -= m[r][p] / m[p][p] * m[p][c];
  }
  return determinant;
}

TEST(kolmogorov_tail, is_that_of_the_determinant) {
  for (int n = 1; n <= 10; ++n)
    for (const double d : {0.06, 0.1, 0.2, 0.31, 0.4, 0.5, 0.63, 0.8, 0.95})
      EXPECT_ABS(kolmogorov_tail(static_cast<std::size_t>(n), d), 1 - steck_below(n, d), 1e-11,
                 "the determinant cancels for small d, the tail drops a part of e^-24 of itself");
}

TEST(kolmogorov_tail, has_the_known_values) {
  EXPECT_REL(1 - kolmogorov_tail(10, 0.274), 0.6284796154565043, 1e-14, "Marsaglia, Tsang & Wang 2003");
  for (const double d : {0.5, 0.75, 0.9}) EXPECT_REL(kolmogorov_tail(1, d), 2 * (1 - d), 1e-14, "one row");
  // Critical values of 5 % (Massey 1951; Miller 1956), printed with 5 digits.
  EXPECT_ABS(kolmogorov_tail(5, 0.56328), 0.05, 2e-5, "digits of the table");
  EXPECT_ABS(kolmogorov_tail(20, 0.29408), 0.05, 2e-5, "digits of the table");
  EXPECT_ABS(kolmogorov_tail(100, 0.13403), 0.05, 2e-5, "digits of the table");
}

TEST(kolmogorov_tail, joins_its_formulas) {
  for (const std::size_t n : {10U, 100U, 2000U}) {
    const double far = std::sqrt(4.0 / static_cast<double>(n));
    EXPECT_REL(kolmogorov_tail(n, far * (1 - 1e-13)), kolmogorov_tail(n, far * (1 + 1e-13)), 1e-10,
               "e^-24, and rounding of 1 - p");
  }
  for (const double x : {0.4, 0.55, 1.0, 1.36, 1.9}) {
    EXPECT_REL(kolmogorov_tail(4097, x / std::sqrt(4097.0)), kolmogorov_tail(4096, x / 64), 5e-5,
               "the limit law of both sides at 4097 rows");
    EXPECT_REL(kolmogorov_tail(131073, x / std::sqrt(131073.0)),
               kolmogorov_tail(131072, x / std::sqrt(131072.0)), 5e-5, "the limit law");
  }
  double before = 1.0;
  for (int i = 0; i <= 300; ++i) {
    const double tail = kolmogorov_tail(50, i / 300.0);
    EXPECT_LE(tail, before + 1e-14);
    before = tail;
  }
}

// ---- Cramer and von Mises ----

TEST(cramer_von_mises_tail, has_the_known_limit_values) {
  // Anderson & Darling 1952, table 1: probabilities 0.9, 0.95, 0.99, 0.999.
  constexpr std::size_t many = 1U << 31;
  EXPECT_ABS(cramer_von_mises_tail(many, 0.34730), 0.1, 1e-5, "digits of the table");
  EXPECT_ABS(cramer_von_mises_tail(many, 0.46136), 0.05, 1e-5, "digits of the table");
  EXPECT_ABS(cramer_von_mises_tail(many, 0.74346), 0.01, 1e-5, "digits of the table");
  EXPECT_ABS(cramer_von_mises_tail(many, 1.16786), 0.001, 1e-6, "digits of the table");
  EXPECT_ABS(cramer_von_mises_tail(many, 0.02480), 0.99, 1e-4, "digits of the table");
  EXPECT_EQ(cramer_von_mises_tail(many, 30.0), 0.0);
}

TEST(cramer_von_mises_tail, is_near_simulated_tails) {
  generator rng(3);
  for (const std::size_t n : {5U, 20U}) {
    std::vector<double> simulated(20000);
    for (double& w : simulated) {
      std::vector<double> u(n);
      for (double& x : u) x = rng.uniform();
      std::sort(u.begin(), u.end());
      w = 1.0 / (12.0 * static_cast<double>(n));
      for (std::size_t i = 0; i < n; ++i) {
        const double gap = u[i] - (static_cast<double>(i) + 0.5) / static_cast<double>(n);
        w += gap * gap;
      }
    }
    std::sort(simulated.begin(), simulated.end());
    for (const double p : {0.5, 0.2, 0.05, 0.01}) {
      const double w = simulated[static_cast<std::size_t>((1 - p) * 20000)];
      EXPECT_ABS(cramer_von_mises_tail(n, w), p,
                 0.03 / static_cast<double>(n) + 4 * std::sqrt(p * (1 - p) / 20000),
                 "the claimed accuracy and four standard errors");
    }
  }
}

}  // namespace
}  // namespace assay::calibration
