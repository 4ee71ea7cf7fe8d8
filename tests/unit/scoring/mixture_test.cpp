// Mixtures of normal distributions and smoothed ensembles.
#include "assay/scoring/mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/scoring/kde.hpp"
#include "assay/scoring/moments.hpp"
#include "assay/scoring/normal.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using scoring::nan_policy;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

struct mixtures {
  std::size_t n, k;
  std::vector<double> y, m, s, w;

  mixtures(std::uint64_t seed, std::size_t rows, std::size_t components) : n(rows), k(components) {
    generator random(seed);
    y = random.normals(n);
    m = random.normals(n * k);
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0.0;
      for (std::size_t j = 0; j < k; ++j) {
        s.push_back(random.uniform(0.2, 2.0));
        w.push_back(random.uniform(0.1, 1.0));
        sum += w.back();
      }
      for (std::size_t j = 0; j < k; ++j) w[i * k + j] /= sum;
    }
  }
  [[nodiscard]] matrix_view rows(const std::vector<double>& values) const { return {values, n, k}; }
};

TEST(crps_mixnorm, one_component_is_normal) {
  const mixtures data(1, 50, 1);
  const array mixed = scoring::crps_mixnorm(data.y, data.rows(data.m), data.rows(data.s), data.rows(data.w));
  const array logs =
      scoring::log_score_mixnorm(data.y, data.rows(data.m), data.rows(data.s), data.rows(data.w));
  const array normal = scoring::crps_normal(data.y, data.m, data.s);
  const array normal_logs = scoring::log_score_normal(data.y, data.m, data.s);
  for (std::size_t i = 0; i < data.n; ++i) {
    EXPECT_ABS(mixed[i], normal[i], 4e-15, "differences of numbers of order 1");
    EXPECT_ABS(logs[i], normal_logs[i], 4e-15, "sums of numbers of order 1");
  }
}

TEST(crps_mixnorm, equals_its_integral) {
  const mixtures data(2, 3, 3);
  const array crps = scoring::crps_mixnorm(data.y, data.rows(data.m), data.rows(data.s), data.rows(data.w));
  for (std::size_t i = 0; i < data.n; ++i) {
    double sum = 0.0;
    constexpr double step = 1.0 / 512.0;
    // midpoints with the jump at y on a border: the error of the rule is step^2/24 times the change of slope
    for (double t = 0.5 * step; t < 16.0; t += step)
      for (const double side : {-1.0, 1.0}) {
        const double x = data.y[i] + side * t;
        double cdf = side > 0 ? -1.0 : 0.0;
        for (std::size_t k = 0; k < 3; ++k)
          cdf += data.w[i * 3 + k] * 0.5 *
                 std::erfc((data.m[i * 3 + k] - x) / (data.s[i * 3 + k] * std::sqrt(2.0)));
        sum += step * cdf * cdf;
      }
    EXPECT_ABS(crps[i], sum, 1e-6, "midpoint rule with step 1/512");
  }
}

template <class Score, class Gradient>
void expect_gradient(Score&& score, Gradient&& gradient) {
  const mixtures data(3, 6, 3);
  const auto result = gradient(data);
  constexpr double step = 1e-5;
  for (const int which : {0, 1})
    for (std::size_t at = 0; at < data.m.size(); ++at) {
      mixtures up = data, down = data;
      (which == 0 ? up.m : up.s)[at] += step;
      (which == 0 ? down.m : down.s)[at] -= step;
      const std::size_t row = at / 3;
      const double difference = (score(up)[row] - score(down)[row]) / (2.0 * step);
      const double found = which == 0 ? result.d_m[at] : result.d_s[at];
      EXPECT_ABS(found, difference, 1e-8, "central differences: step^2 and rounding over step");
    }
  // Weights sum to 1: along the difference of two of them the derivative is that of d_w.
  for (std::size_t row = 0; row < data.n; ++row) {
    mixtures up = data, down = data;
    up.w[row * 3] += step, up.w[row * 3 + 1] -= step;
    down.w[row * 3] -= step, down.w[row * 3 + 1] += step;
    const double difference = (score(up)[row] - score(down)[row]) / (2.0 * step);
    EXPECT_ABS(result.d_w[row * 3] - result.d_w[row * 3 + 1], difference, 1e-8, "the same");
  }
}

TEST(crps_mixnorm_grad, equals_differences) {
  const auto values = [](const mixtures& data) {
    return scoring::crps_mixnorm(data.y, data.rows(data.m), data.rows(data.s), data.rows(data.w));
  };
  expect_gradient(values, [](const mixtures& data) {
    return scoring::crps_mixnorm_grad(data.y, data.rows(data.m), data.rows(data.s), data.rows(data.w));
  });
  const mixtures data(4, 5, 2);
  const auto result =
      scoring::crps_mixnorm_grad(data.y, data.rows(data.m), data.rows(data.s), data.rows(data.w));
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_ABS(result.crps[i], values(data)[i], 1e-15, "another order of sums");
}

TEST(log_score_mixnorm_grad, equals_differences) {
  expect_gradient(
      [](const mixtures& data) {
        return scoring::log_score_mixnorm(data.y, data.rows(data.m), data.rows(data.s), data.rows(data.w));
      },
      [](const mixtures& data) {
        return scoring::log_score_mixnorm_grad(data.y, data.rows(data.m), data.rows(data.s),
                                               data.rows(data.w));
      });
}

TEST(log_score_mixnorm, stays_finite_in_the_far_tail) {
  const array far = scoring::log_score_mixnorm({1e6}, vector_view({0.0, 10.0}), vector_view({1.0, 1.0}),
                                               vector_view({0.5, 0.5}));
  EXPECT_REL(far[0], 0.5 * (1e6 - 10.0) * (1e6 - 10.0), 1e-11, "the rest is of order 1");
}

TEST(crps_mixnorm, shared_components_give_the_bits_of_repeated_ones) {
  const std::vector<double> m = {-1.0, 2.0}, s = {1.0, 0.5}, w = {0.25, 0.75};
  const std::vector<double> mm = {-1.0, 2.0, -1.0, 2.0}, ss = {1.0, 0.5, 1.0, 0.5},
                            ww = {0.25, 0.75, 0.25, 0.75};
  EXPECT_BITS(scoring::crps_mixnorm({0.1, 3.0}, vector_view(m), vector_view(s), vector_view(w)),
              scoring::crps_mixnorm({0.1, 3.0}, matrix_view(mm, 2, 2), matrix_view(ss, 2, 2),
                                    matrix_view(ww, 2, 2), {}, {.threads = 2}));
}

// ---- smoothed ensembles ----

TEST(kde_scores, are_those_of_a_mixture) {
  generator random(5);
  const std::vector<double> y = random.normals(10), x = random.normals(60), h(6, 0.4), w(6, 1.0 / 6.0);
  const matrix_view members(x, 10, 6);
  const array crps = scoring::crps_kde(y, members, {.bandwidth = 0.4});
  const array logs = scoring::log_score_kde(y, members, {.bandwidth = 0.4});
  const array mixture = scoring::crps_mixnorm(y, members, vector_view(h), vector_view(w));
  const array mixture_logs = scoring::log_score_mixnorm(y, members, vector_view(h), vector_view(w));
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_ABS(crps[i], mixture[i], 1e-14, "another order of sums");
    EXPECT_ABS(logs[i], mixture_logs[i], 1e-14, "weights 1/6 rounded");
  }
}

TEST(kde_scores, default_bandwidth_is_nrd) {
  // 0, 1, 2, 3, 10: sd sqrt(15.7), quartiles 1 and 3
  const std::vector<double> x = {3.0, 0.0, 10.0, 2.0, 1.0};
  const double h = 1.06 * std::min(std::sqrt(15.7), 2.0 / 1.34) * std::pow(5.0, -0.2);
  const array by_rule = scoring::log_score_kde({0.5}, matrix_view(x, 1, 5));
  const array by_hand = scoring::log_score_kde({0.5}, matrix_view(x, 1, 5), {.bandwidth = h});
  EXPECT_REL(by_rule[0], by_hand[0], 1e-14, "the power of another library");
}

TEST(kde_scores, regions_split_the_log_score) {
  generator random(6);
  const std::vector<double> y = {-1.2, 0.2, 0.9, 2.5}, x = random.normals(20);
  const matrix_view members(x, 4, 5);
  const scoring::kde_options options{.bandwidth = 0.5};
  const array whole = scoring::log_score_kde(y, members, options);
  const array all = scoring::censored_log_score_kde(y, members, -k_infinity, k_infinity, options);
  const array conditional = scoring::conditional_log_score_kde(y, members, -k_infinity, k_infinity, options);
  const array censored = scoring::censored_log_score_kde(y, members, -0.5, 1.0, options);
  const array inside = scoring::conditional_log_score_kde(y, members, -0.5, 1.0, options);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_BITS(all[i], whole[i]);
    EXPECT_ABS(conditional[i], whole[i], 2e-15, "log of a mass of 1");
    const bool within = y[i] > -0.5 && y[i] < 1.0;
    if (within) {
      EXPECT_BITS(censored[i], whole[i]);
    } else {
      EXPECT_BITS(inside[i], 0.0);
    }
    // e^-censored outside is the mass outside; e^(conditional - whole) inside the mass inside
    double outside = 0.0;
    for (std::size_t j = 0; j < 5; ++j)
      outside += 0.1 * (std::erfc((0.5 + x[i * 5 + j]) / std::sqrt(0.5)) +
                        std::erfc((1.0 - x[i * 5 + j]) / std::sqrt(0.5)));
    EXPECT_ABS(within ? 1.0 - std::exp(inside[i] - whole[i]) : std::exp(-censored[i]), outside, 1e-14,
               "of order 1");
  }
}

TEST(kde_scores, far_regions_keep_their_digits) {
  // mass of (30, 31) under N(0, 1), and of its mirror image
  const array right = scoring::conditional_log_score_kde({30.5}, matrix_view(std::vector{0.0, 0.0}, 1, 2),
                                                         30.0, 31.0, {.bandwidth = 1.0});
  const array left = scoring::conditional_log_score_kde({-30.5}, matrix_view(std::vector{0.0, 0.0}, 1, 2),
                                                        -31.0, -30.0, {.bandwidth = 1.0});
  EXPECT_BITS(right[0], left[0]);
  // log mass by the tail expansion: -450 - log(30 sqrt(2 pi)) + log(1 - 1/900 + 3/810000 - ...)
  const double tail = std::log1p(-1.0 / 900.0 + 3.0 / 810000.0 - 15.0 / 729000000.0 + 105.0 / 656100000000.0);
  EXPECT_ABS(right[0], -450.0 - std::log(30.0) + tail + 0.5 * 30.5 * 30.5, 1e-10,
             "the next term is 2e-12; scores of 465");
}

TEST(kde_scores, missing_members_are_left_out) {
  const std::vector<double> x = {1.0, k_nan, 3.0, 1.0, k_nan, k_nan};
  const array score = scoring::crps_kde({0.0, 0.0}, matrix_view(x, 2, 3), {.nan_policy = nan_policy::omit});
  EXPECT_TRUE(!std::isnan(score[0]) && std::isnan(score[1]));  // one member has no bandwidth
  const array given =
      scoring::crps_kde({0.0, 0.0}, matrix_view(x, 2, 3), {.bandwidth = 1.0, .nan_policy = nan_policy::omit});
  EXPECT_TRUE(!std::isnan(given[1]));
}

// ---- Dawid-Sebastiani score of vectors ----

TEST(dawid_sebastiani_score_multivariate, of_one_coordinate_is_that_of_numbers) {
  generator random(7);
  const std::vector<double> y = random.normals(20), x = random.normals(100);
  for (const std::int64_t ddof : {0, 1}) {
    const array numbers = scoring::dawid_sebastiani_score(y, matrix_view(x, 20, 5), {.ddof = ddof});
    const array vectors = scoring::dawid_sebastiani_score_multivariate(
        matrix_view(y, 20, 1), tensor_view(x, 20, 5, 1), {.ddof = ddof});
    for (std::size_t i = 0; i < 20; ++i)
      EXPECT_ABS(vectors[i], numbers[i], 1e-13 * (1.0 + std::fabs(numbers[i])), "a root and its square");
  }
}

// A linear map A of outcome and members adds log det A^2.
TEST(dawid_sebastiani_score_multivariate, changes_by_a_constant_under_linear_maps) {
  generator random(8);
  const std::vector<double> y = random.normals(30), x = random.normals(30 * 8);
  const double a[3][3] = {{2.0, 0.5, 0.0}, {-1.0, 1.0, 0.25}, {0.0, 0.5, -1.5}};
  const double determinant = 2.0 * (1.0 * -1.5 - 0.25 * 0.5) - 0.5 * (-1.0 * -1.5 - 0.0);
  const auto mapped = [&](const std::vector<double>& values) {
    std::vector<double> result;
    for (std::size_t v = 0; v < values.size(); v += 3)
      for (const auto& row : a)
        result.push_back(row[0] * values[v] + row[1] * values[v + 1] + row[2] * values[v + 2]);
    return result;
  };
  const std::vector<double> my = mapped(y), mx = mapped(x);
  const array before =
      scoring::dawid_sebastiani_score_multivariate(matrix_view(y, 10, 3), tensor_view(x, 10, 8, 3));
  const array after = scoring::dawid_sebastiani_score_multivariate(
      matrix_view(my, 10, 3), tensor_view(mx, 10, 8, 3), {}, {.threads = 2});
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_ABS(after[i], before[i] + std::log(determinant * determinant), 1e-11,
               "condition numbers of about 100");
}

// ---- errors ----

TEST(mixtures, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  const std::vector<double> means = {0.0, 1.0}, deviations = {1.0, 1.0}, halves = {0.5, 0.5};
  const vector_view m(means), s(deviations), w(halves);
  expect_error([&] { scoring::crps_mixnorm({}, m, s, w); }, shape, error_code::empty_input, "observations");
  expect_error([&] { scoring::crps_mixnorm({1.0}, m, vector_view({1.0}), w); }, shape,
               error_code::length_mismatch, "s", "1 components");
  expect_error(
      [&] {
        scoring::crps_mixnorm({1.0}, m, s, vector_view({0.5, 0.6}));
      },
      value, error_code::row_sum, "w", "sums to 1.1");
  expect_error(
      [&] {
        scoring::crps_mixnorm({1.0}, m, s, vector_view({1.5, -0.5}));
      },
      value, error_code::bad_weight, "w", "[1] is -0.5");
  expect_error(
      [&] {
        scoring::log_score_mixnorm({1.0}, m, vector_view({1.0, 0.0}), w);
      },
      value, error_code::out_of_range, "s", "[1] is 0");
  expect_error(
      [&] {
        scoring::crps_mixnorm_grad({1.0}, vector_view({0.0, k_infinity}), s, w);
      },
      value, error_code::non_finite, "m");
  expect_error([&] { scoring::log_score_mixnorm_grad({k_nan}, m, s, w); }, value, error_code::non_finite,
               "observations");
  const array missing = scoring::crps_mixnorm({k_nan}, m, s, w, {nan_policy::omit});
  EXPECT_TRUE(std::isnan(missing[0]));
  const std::vector<double> rows = {0.0, 1.0, 2.0, 3.0};
  expect_error([&] { scoring::crps_mixnorm({1.0}, matrix_view(rows, 2, 2), s, w); }, shape,
               error_code::length_mismatch, "m");
}

TEST(kde_scores, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  const std::vector<double> equal(3, 2.0), two = {1.0, 2.0};
  const matrix_view same(equal, 1, 3), pair(two, 1, 2);
  expect_error([&] { scoring::log_score_kde({1.0}, same); }, value, error_code::degenerate, "members",
               "bandwidth of 0");
  expect_error([&] { scoring::log_score_kde({1.0}, matrix_view(two, 1, 1)); }, shape,
               error_code::too_few_members, "members");
  expect_error([&] { scoring::crps_kde({1.0}, pair, {.bandwidth = 0.0}); }, value, error_code::out_of_range,
               "bandwidth", "is 0");
  expect_error(
      [&] {
        scoring::crps_kde({1.0}, pair, {.bandwidth = vector_view({1.0, 1.0})});
      },
      shape, error_code::length_mismatch, "bandwidth");
  expect_error([&] { scoring::censored_log_score_kde({1.0}, pair, 1.0, 1.0); }, value,
               error_code::out_of_range, "lower", "is 1, must be below upper, 1");
  expect_error([&] { scoring::conditional_log_score_kde({1.0}, pair, k_nan, 1.0); }, value,
               error_code::out_of_range, "lower");
  expect_error([&] { scoring::crps_kde({k_nan}, pair); }, value, error_code::non_finite, "observations");
  const std::vector<double> line = {0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0};
  expect_error(
      [&] {
        scoring::dawid_sebastiani_score_multivariate(matrix_view(two, 1, 2), tensor_view(line, 1, 4, 2));
      },
      value, error_code::degenerate, "members", "singular covariance");
  expect_error(
      [&] {
        scoring::dawid_sebastiani_score_multivariate(matrix_view(two, 1, 2), tensor_view(line, 1, 2, 2));
      },
      value, error_code::degenerate, "members", "more members than coordinates");
  expect_error(
      [&] {
        scoring::dawid_sebastiani_score_multivariate(matrix_view(two, 1, 2), tensor_view(line, 1, 4, 2),
                                                     {.ddof = 2});
      },
      value, error_code::bad_parameter, "ddof");
}

}  // namespace
}  // namespace assay::testing
