// Gaussian kernel and variogram scores, and the scores with weight on some outcomes, against their
// definitions over all pairs.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "assay/scoring/crps_ensemble.hpp"
#include "assay/scoring/energy.hpp"
#include "assay/scoring/gaussian_kernel.hpp"
#include "assay/scoring/variogram.hpp"
#include "assay/scoring/weighted_crps.hpp"
#include "assay/scoring/weighted_vector_scores.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using scoring::crps_estimator;
using scoring::nan_policy;
using point = std::vector<long double>;
using distance = std::function<long double(const point&, const point&)>;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();
const char* const k_sums = "sums of m^2 terms of order 1, each with the error of its exponential or root";

struct vectors {
  std::size_t n, m, d;
  std::vector<double> y, x, outcome_weights, member_weights;

  vectors(std::uint64_t seed, std::size_t rows, std::size_t members, std::size_t dimension)
      : n(rows), m(members), d(dimension) {
    generator random(seed);
    y = random.normals(n * d);
    x = random.normals(n * m * d);
    for (std::size_t i = 0; i < n; ++i) outcome_weights.push_back(random.uniform());
    for (std::size_t i = 0; i < n * m; ++i) member_weights.push_back(random.uniform());
  }
  [[nodiscard]] matrix_view observations() const { return {y, n, d}; }
  [[nodiscard]] tensor_view members() const { return {x, n, m, d}; }
  [[nodiscard]] matrix_view weights() const { return {member_weights, n, m}; }
  [[nodiscard]] point outcome(std::size_t i) const {
    return {y.begin() + static_cast<std::ptrdiff_t>(i * d),
            y.begin() + static_cast<std::ptrdiff_t>((i + 1) * d)};
  }
  [[nodiscard]] point member(std::size_t i, std::size_t j) const {
    const auto first = x.begin() + static_cast<std::ptrdiff_t>((i * m + j) * d);
    return {first, first + static_cast<std::ptrdiff_t>(d)};
  }
};

distance euclidean(double beta) {
  return [=](const point& a, const point& b) {
    long double square = 0;
    for (std::size_t k = 0; k < a.size(); ++k) square += (a[k] - b[k]) * (a[k] - b[k]);
    return std::pow(square, static_cast<long double>(beta) / 2);
  };
}

distance gaussian(double length) {
  return [=](const point& a, const point& b) {
    const auto square = euclidean(2.0)(a, b);
    return 1 - std::exp(-square / (2 * static_cast<long double>(length) * static_cast<long double>(length)));
  };
}

distance variogram(double p, const std::vector<double>& weights = {}) {
  return [=](const point& a, const point& b) {
    long double sum = 0;
    const std::size_t d = a.size();
    for (std::size_t k = 0; k < d; ++k)
      for (std::size_t l = 0; l < d; ++l) {
        const auto gap = std::pow(std::fabs(a[k] - a[l]), static_cast<long double>(p)) -
                         std::pow(std::fabs(b[k] - b[l]), static_cast<long double>(p));
        sum += (weights.empty() ? 1.0L : static_cast<long double>(weights[k * d + l])) * gap * gap;
      }
    return sum;
  };
}

// mean rho(x, y) - c/2 mean over different pairs, c = 1 - 1/R.
double kernel_score(const vectors& data, std::size_t i, const distance& rho, long double c) {
  const auto m = static_cast<long double>(data.m);
  long double to_outcome = 0, between = 0;
  for (std::size_t j = 0; j < data.m; ++j) {
    to_outcome += rho(data.member(i, j), data.outcome(i)) / m;
    for (std::size_t k = 0; k < data.m; ++k) between += rho(data.member(i, j), data.member(i, k));
  }
  return static_cast<double>(to_outcome - c * between / (2 * m * (m - 1)));
}

struct weighted_means {
  long double outcome_weight, weight = 0, to_outcome = 0, between = 0, to_center = 0, outcome_to_center;

  weighted_means(const vectors& data, std::size_t i, const distance& rho, double center)
      : outcome_weight(static_cast<long double>(data.outcome_weights[i])) {
    const auto m = static_cast<long double>(data.m);
    const point c(data.d, static_cast<long double>(center));
    const auto w = [&](std::size_t j) {
      return static_cast<long double>(data.member_weights[i * data.m + j]);
    };
    for (std::size_t j = 0; j < data.m; ++j) {
      weight += w(j) / m;
      to_outcome += w(j) * rho(data.member(i, j), data.outcome(i)) / m;
      to_center += w(j) * rho(data.member(i, j), c) / m;
      for (std::size_t k = 0; k < data.m; ++k)
        between += w(j) * w(k) * rho(data.member(i, j), data.member(i, k)) / (2 * m * m);
    }
    outcome_to_center = rho(data.outcome(i), c);
  }
  [[nodiscard]] double outcome_weighted() const {
    return static_cast<double>(outcome_weight * (to_outcome / weight - between / (weight * weight)));
  }
  [[nodiscard]] double vertically_rescaled() const {
    return static_cast<double>(outcome_weight * to_outcome - between +
                               (to_center - outcome_to_center * outcome_weight) * (weight - outcome_weight));
  }
};

// ---- unweighted ----

TEST(gaussian_kernel_score, equals_its_definition) {
  const vectors data(1, 20, 9, 3);
  for (const double length : {0.3, 1.0, 4.0}) {
    const array standard = scoring::gaussian_kernel_score_multivariate(
        data.observations(), data.members(), {.length_scale = length, .estimator = crps_estimator::standard});
    const array fair = scoring::gaussian_kernel_score_multivariate(data.observations(), data.members(),
                                                                   {.length_scale = length});
    for (std::size_t i = 0; i < data.n; ++i) {
      EXPECT_ABS(standard[i], kernel_score(data, i, gaussian(length), 1 - 1.0L / 9), 1e-14, k_sums);
      EXPECT_ABS(fair[i], kernel_score(data, i, gaussian(length), 1), 1e-14, k_sums);
    }
  }
}

TEST(gaussian_kernel_score, of_numbers_is_that_of_vectors_of_one) {
  const vectors data(2, 30, 6, 1);
  const array numbers =
      scoring::gaussian_kernel_score(data.y, matrix_view(data.x, 30, 6), {.length_scale = 0.7});
  EXPECT_BITS(numbers, scoring::gaussian_kernel_score_multivariate(data.observations(), data.members(),
                                                                   {.length_scale = 0.7}, {.threads = 3}));
}

TEST(gaussian_kernel_score, limits) {
  // all far apart: 1 - spread; all equal: 0; length to infinity: half the squared error over l^2
  const std::vector<double> far = {1e9, -1e9, 3e9};
  EXPECT_BITS(scoring::gaussian_kernel_score({0.0}, matrix_view(far, 1, 3))[0], 0.5);
  const std::vector<double> equal(5, 2.5);
  EXPECT_BITS(scoring::gaussian_kernel_score({2.5}, matrix_view(equal, 1, 5))[0], 0.0);
  const double tiny =
      scoring::gaussian_kernel_score({0.0}, matrix_view(equal, 1, 5), {.length_scale = 1e8})[0];
  EXPECT_REL(tiny, 2.5 * 2.5 / 2e16, 1e-14, "1 - exp of a small number");
  EXPECT_BITS(scoring::gaussian_kernel_score({1e-320}, matrix_view(equal, 1, 5), {.length_scale = 1e-200})[0],
              1.0);
}

TEST(variogram_score, equals_its_definition) {
  const vectors data(3, 12, 7, 4);
  generator random(4);
  std::vector<double> weights;
  for (int k = 0; k < 16; ++k) weights.push_back(random.uniform());
  for (const double p : {0.5, 1.0, 2.0, 0.8}) {
    const array standard = scoring::variogram_score(data.observations(), data.members(),
                                                    {.p = p, .estimator = crps_estimator::standard});
    const array fair = scoring::variogram_score(data.observations(), data.members(),
                                                {.p = p, .pair_weights = matrix_view(weights, 4, 4)});
    const array almost = scoring::variogram_score(data.observations(), data.members(),
                                                  {.p = p, .estimator = crps_estimator::almost_fair});
    for (std::size_t i = 0; i < data.n; ++i) {
      const double scale = kernel_score(data, i, variogram(p), 0);
      EXPECT_ABS(standard[i], kernel_score(data, i, variogram(p), 1 - 1.0L / 7), 1e-14 * scale, k_sums);
      EXPECT_ABS(fair[i], kernel_score(data, i, variogram(p, weights), 1), 1e-14 * scale, k_sums);
      EXPECT_ABS(almost[i], kernel_score(data, i, variogram(p), 1 - 0.05L / 7), 1e-14 * scale, k_sums);
    }
  }
}

TEST(variogram_score, is_blind_to_shifts_and_scales_by_a_power) {
  vectors data(5, 10, 8, 3);
  const array before = scoring::variogram_score(data.observations(), data.members());
  vectors moved = data;
  for (double& v : moved.y) v += 8.0;
  for (double& v : moved.x) v += 8.0;
  const array shifted = scoring::variogram_score(moved.observations(), moved.members());
  for (const double unit : {4.0, 0x1p600, 0x1p-600}) {
    vectors scaled = data;
    for (double& v : scaled.y) v *= unit;
    for (double& v : scaled.x) v *= unit;
    const array after = scoring::variogram_score(scaled.observations(), scaled.members());
    for (std::size_t i = 0; i < data.n; ++i)
      EXPECT_REL(after[i], before[i] * unit, 1e-12,
                 "p = 1/2: the square scales with the unit; logarithm of 2^600");
  }
  for (std::size_t i = 0; i < data.n; ++i) EXPECT_ABS(shifted[i], before[i], 1e-12, "inputs rounded at 8");
}

TEST(vector_scores, member_weights_count_copies) {
  vectors data(6, 5, 4, 2);
  std::vector<double> copied;
  std::vector<double> weights = {1.0, 2.0, 3.0, 1.0};
  for (std::size_t i = 0; i < data.n; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      for (double copy = 0; copy < weights[j]; copy += 1.0)
        for (std::size_t k = 0; k < 2; ++k) copied.push_back(data.x[(i * 4 + j) * 2 + k]);
  const tensor_view copies(copied, 5, 7, 2);
  const auto standard = crps_estimator::standard;
  const array a = scoring::variogram_score(data.observations(), data.members(),
                                           {.weights = vector_view(weights), .estimator = standard});
  const array b = scoring::variogram_score(data.observations(), copies, {.estimator = standard});
  const array c = scoring::gaussian_kernel_score_multivariate(
      data.observations(), data.members(), {.weights = vector_view(weights), .estimator = standard});
  const array d =
      scoring::gaussian_kernel_score_multivariate(data.observations(), copies, {.estimator = standard});
  for (std::size_t i = 0; i < data.n; ++i) {
    EXPECT_ABS(a[i], b[i], 1e-14, k_sums);
    EXPECT_ABS(c[i], d[i], 1e-14, k_sums);
  }
}

TEST(vector_scores, missing_members_are_left_out) {
  vectors data(7, 4, 5, 2);
  vectors fewer(7, 4, 4, 2);
  fewer.y = data.y;
  fewer.x.clear();
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 5; ++j) {
      if (j == 2) {
        data.x[(i * 5 + j) * 2 + 1] = k_nan;
        continue;
      }
      for (std::size_t k = 0; k < 2; ++k) fewer.x.push_back(data.x[(i * 5 + j) * 2 + k]);
    }
  const auto omit = nan_policy::omit;
  EXPECT_BITS(scoring::variogram_score(data.observations(), data.members(), {.nan_policy = omit}),
              scoring::variogram_score(fewer.observations(), fewer.members()));
  EXPECT_BITS(
      scoring::gaussian_kernel_score_multivariate(data.observations(), data.members(), {.nan_policy = omit}),
      scoring::gaussian_kernel_score_multivariate(fewer.observations(), fewer.members()));
  EXPECT_BITS(
      scoring::twenergy_score(data.observations(), data.members(), {.lower = 0.0, .nan_policy = omit}),
      scoring::twenergy_score(fewer.observations(), fewer.members(), {.lower = 0.0}));
  const array unknown =
      scoring::variogram_score(data.observations(), data.members(), {.nan_policy = nan_policy::propagate});
  EXPECT_TRUE(std::isnan(unknown[0]));
}

// ---- weight on outcomes ----

TEST(threshold_weighted, scores_are_those_of_moved_vectors) {
  const vectors data(8, 30, 6, 2);
  const std::vector<double> lower = {-0.5, -k_infinity}, upper = {0.7, 0.2};
  vectors moved = data;
  for (std::size_t i = 0; i < moved.y.size(); ++i)
    moved.y[i] = std::clamp(data.y[i], lower[i % 2], upper[i % 2]);
  for (std::size_t i = 0; i < moved.x.size(); ++i)
    moved.x[i] = std::clamp(data.x[i], lower[i % 2], upper[i % 2]);
  EXPECT_BITS(scoring::twenergy_score(data.observations(), data.members(), {.lower = lower, .upper = upper}),
              scoring::energy_score(moved.observations(), moved.members()));
  EXPECT_BITS(
      scoring::twvariogram_score(data.observations(), data.members(), {.lower = lower, .upper = upper}),
      scoring::variogram_score(moved.observations(), moved.members()));
  const matrix_view members(data.x, 60, 6), moved_members(moved.x, 60, 6);
  EXPECT_BITS(scoring::twcrps_ensemble(data.y, matrix_view(data.x, 60, 6)),
              scoring::crps_ensemble(data.y, members));
}

// Two intervals that share an end make up the whole line.
TEST(threshold_weighted, crps_adds_up_over_intervals) {
  const vectors data(9, 50, 7, 1);
  const matrix_view members(data.x, 50, 7);
  const array below = scoring::twcrps_ensemble(data.y, members, {.upper = 0.3});
  const array above = scoring::twcrps_ensemble(data.y, members, {.lower = 0.3});
  const array whole = scoring::crps_ensemble(data.y, members);
  for (std::size_t i = 0; i < data.n; ++i) EXPECT_ABS(below[i] + above[i], whole[i], 1e-15, "one addition");
}

TEST(outcome_weighted, scores_equal_their_definitions) {
  const vectors data(10, 25, 6, 3);
  for (const double beta : {1.0, 0.6}) {
    const array ow = scoring::owenergy_score(data.observations(), data.members(), data.outcome_weights,
                                             data.weights(), {.beta = beta});
    const array vr = scoring::vrenergy_score(data.observations(), data.members(), data.outcome_weights,
                                             data.weights(), {.beta = beta, .center = 0.4});
    for (std::size_t i = 0; i < data.n; ++i) {
      const weighted_means means(data, i, euclidean(beta), 0.4);
      EXPECT_ABS(ow[i], means.outcome_weighted(), 1e-14, k_sums);
      EXPECT_ABS(vr[i], means.vertically_rescaled(), 1e-14, k_sums);
    }
  }
  for (const double p : {0.5, 1.3}) {
    const array ow = scoring::owvariogram_score(data.observations(), data.members(), data.outcome_weights,
                                                data.weights(), {.p = p});
    const array vr = scoring::vrvariogram_score(data.observations(), data.members(), data.outcome_weights,
                                                data.weights(), {.p = p}, {.threads = 2});
    for (std::size_t i = 0; i < data.n; ++i) {
      const weighted_means means(data, i, variogram(p), 1.0);
      const double scale = static_cast<double>(means.to_outcome + means.to_center);
      EXPECT_ABS(ow[i], means.outcome_weighted(), 1e-14 * scale, k_sums);
      EXPECT_ABS(vr[i], means.vertically_rescaled(), 1e-14 * scale, k_sums);
    }
  }
}

TEST(outcome_weighted, crps_is_the_energy_score_of_one_coordinate) {
  const vectors data(11, 40, 7, 1);
  const matrix_view members(data.x, 40, 7);
  const array ow = scoring::owcrps_ensemble(
      data.y, members, {.observation_weights = data.outcome_weights, .member_weights = data.weights()});
  const array vr = scoring::vrcrps_ensemble(
      data.y, members,
      {.observation_weights = data.outcome_weights, .member_weights = data.weights(), .center = -0.5});
  const array ow_energy =
      scoring::owenergy_score(data.observations(), data.members(), data.outcome_weights, data.weights());
  const array vr_energy = scoring::vrenergy_score(data.observations(), data.members(), data.outcome_weights,
                                                  data.weights(), {.center = -0.5});
  for (std::size_t i = 0; i < data.n; ++i) {
    EXPECT_ABS(ow[i], ow_energy[i], 1e-14, "sorted and pairwise sums");
    EXPECT_ABS(vr[i], vr_energy[i], 1e-14, "sorted and pairwise sums");
  }
}

TEST(outcome_weighted, equal_weights_change_nothing) {
  const vectors data(12, 20, 5, 1);
  const matrix_view members(data.x, 20, 5);
  const array crps = scoring::crps_ensemble(data.y, members, {.estimator = crps_estimator::standard});
  EXPECT_BITS(scoring::owcrps_ensemble(data.y, members), crps);
  const array vr = scoring::vrcrps_ensemble(data.y, members);
  for (std::size_t i = 0; i < data.n; ++i)
    EXPECT_ABS(vr[i], crps[i], 1e-15, "e - g, not a sum of positive terms");
}

TEST(outcome_weighted, intervals_are_closed_and_give_zero_outside) {
  const std::vector<double> x = {0.0, 1.0, 2.0, 0.0, 1.0, 2.0};
  const matrix_view members(x, 2, 3);
  const array ow = scoring::owcrps_ensemble({1.0, 3.0}, members, {.lower = 1.0, .upper = 2.0});
  EXPECT_BITS(ow[0], 0.25);  // members 1 and 2 remain: 1/2 - 1/4
  EXPECT_BITS(ow[1], 0.0);
  // no member in the interval: only distances to the center count
  const array vr = scoring::vrcrps_ensemble({5.0}, matrix_view(x, 1, 3), {.lower = 4.0});
  EXPECT_BITS(vr[0], 5.0);
}

TEST(outcome_weighted, missing_numbers) {
  const std::vector<double> x = {0.0, 1.0, k_nan, 4.0, k_nan, k_nan};
  const array score = scoring::owcrps_ensemble({0.5, 4.0}, matrix_view(x, 2, 3),
                                               {.upper = 3.0, .nan_policy = nan_policy::omit});
  EXPECT_BITS(score[0], 0.25);
  EXPECT_BITS(score[1], 0.0);
  expect_error(
      [&] {
        scoring::owcrps_ensemble({0.5, 0.5, 0.5}, matrix_view(std::vector<double>(9, 4.0), 3, 3),
                                 {.upper = 3.0, .nan_policy = nan_policy::omit});
      },
      error_kind::value, error_code::degenerate, "members", "[0] have no weight");
  const array vr =
      scoring::vrcrps_ensemble({k_nan, 0.5}, matrix_view(x, 2, 3), {.nan_policy = nan_policy::omit});
  EXPECT_TRUE(std::isnan(vr[0]) && !std::isnan(vr[1]));
}

// Truth and forecast from one distribution beat a forecast that is moved: proper scores, by 5 standard
// errors.
TEST(kernel_scores, prefer_the_truth) {
  generator random(13);
  constexpr std::size_t n = 4000, m = 8;
  std::vector<double> y, right, wrong;
  for (std::size_t i = 0; i < n; ++i) {
    y.push_back(random.normal());
    for (std::size_t j = 0; j < m; ++j) {
      right.push_back(random.normal());
      wrong.push_back(random.normal() * 0.6 + 0.4);
    }
  }
  const auto beats = [&](const auto& score) {
    const array a = score(matrix_view(right, n, m)), b = score(matrix_view(wrong, n, m));
    double mean = 0.0, square = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      mean += (b[i] - a[i]) / n;
      square += (b[i] - a[i]) * (b[i] - a[i]) / n;
    }
    return mean / std::sqrt((square - mean * mean) / n);
  };
  EXPECT_GT(beats([&](const matrix_view& x) { return scoring::gaussian_kernel_score(y, x); }), 5.0);
  EXPECT_GT(beats([&](const matrix_view& x) { return scoring::twcrps_ensemble(y, x, {.lower = -1.0}); }),
            5.0);
  EXPECT_GT(beats([&](const matrix_view& x) { return scoring::vrcrps_ensemble(y, x, {.lower = -0.5}); }),
            5.0);
}

// ---- errors ----

TEST(kernel_scores, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  const vectors data(14, 2, 3, 2);
  const auto y = data.observations();
  const auto x = data.members();
  expect_error([&] { scoring::gaussian_kernel_score_multivariate(y, x, {.length_scale = 0.0}); }, value,
               error_code::out_of_range, "length_scale", "is 0");
  expect_error([&] { scoring::gaussian_kernel_score({}, matrix_view(data.x, 3, 4)); }, shape,
               error_code::empty_input, "observations");
  const std::vector<double> bad = {0.0, k_nan};
  expect_error([&] { scoring::gaussian_kernel_score({1.0}, matrix_view(bad, 1, 2)); }, value,
               error_code::non_finite, "members", "[0, 1] is NaN");
  expect_error([&] { scoring::gaussian_kernel_score({1.0}, matrix_view(bad, 1, 1)); }, shape,
               error_code::too_few_members, "members");
  const auto lagged = crps_estimator::akr;
  expect_error([&] { scoring::gaussian_kernel_score_multivariate(y, x, {.estimator = lagged}); }, value,
               error_code::unsupported, "estimator");
  expect_error([&] { scoring::variogram_score(y, x, {.estimator = lagged}); }, value, error_code::unsupported,
               "estimator");
  expect_error([&] { scoring::variogram_score(y, x, {.p = 0.0}); }, value, error_code::out_of_range, "p",
               "is 0");
  const std::vector<double> four = {1, 1, 1, -1};
  expect_error([&] { scoring::variogram_score(y, x, {.pair_weights = matrix_view(four, 2, 2)}); }, value,
               error_code::bad_weight, "pair_weights", "[1, 1] is -1");
  expect_error([&] { scoring::variogram_score(y, x, {.pair_weights = matrix_view(four, 1, 4)}); }, shape,
               error_code::length_mismatch, "pair_weights", "needs (2, 2)");
  expect_error([&] { scoring::variogram_score(matrix_view(data.y, 4, 1), x); }, shape,
               error_code::length_mismatch, "members");
  expect_error(
      [&] { scoring::twcrps_ensemble({1.0}, matrix_view(data.x, 1, 12), {.lower = 1.0, .upper = 0.0}); },
      value, error_code::out_of_range, "lower", "is 1, must not be above upper, 0");
  expect_error(
      [&] {
        scoring::twcrps_ensemble({1.0}, matrix_view(data.x, 1, 12), {.lower = vector_view({1.0, 2.0})});
      },
      shape, error_code::length_mismatch, "lower");
  expect_error([&] { scoring::twenergy_score(y, x, {.upper = k_nan}); }, value, error_code::out_of_range,
               "lower");
  const std::vector<double> halves = {0.5, 0.5};
  const vector_view weights(halves);
  expect_error(
      [&] { scoring::owcrps_ensemble({1.0}, matrix_view(data.x, 1, 12), {.observation_weights = {1.0}}); },
      value, error_code::bad_parameter, "member_weights", "is missing");
  expect_error([&] { scoring::owenergy_score(y, x, {0.5}, data.weights()); }, shape,
               error_code::length_mismatch, "observation_weights");
  expect_error(
      [&] {
        scoring::vrenergy_score(y, x, {0.5, -1.0}, data.weights());
      },
      value, error_code::bad_weight, "observation_weights", "[1] is -1");
  const std::vector<double> none(6, 0.0);
  expect_error([&] { scoring::owenergy_score(y, x, weights, matrix_view(none, 2, 3)); }, value,
               error_code::degenerate, "member_weights", "[0] are all 0");
  expect_error([&] { scoring::owvariogram_score(y, x, weights, matrix_view(none, 3, 2)); }, shape,
               error_code::length_mismatch, "member_weights");
  expect_error([&] { scoring::owenergy_score(y, x, weights, data.weights(), {.beta = 2.0}); }, value,
               error_code::out_of_range, "beta");
  expect_error([&] { scoring::vrenergy_score(y, x, weights, data.weights(), {.center = k_nan}); }, value,
               error_code::non_finite, "center");
}

}  // namespace
}  // namespace assay::testing
