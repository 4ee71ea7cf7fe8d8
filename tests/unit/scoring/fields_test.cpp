#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/scoring/fractions_skill_score.hpp"
#include "assay/scoring/multivariate_rank.hpp"
#include "ensemble_reference.hpp"
#include "support/accumulators.hpp"
#include "support/compare.hpp"

namespace assay::testing {
namespace {

using scoring::field_padding;
using scoring::fractions_skill_score_accumulator;
using scoring::nan_policy;
using scoring::prerank;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// ---- fractions skill score ----

struct fields {
  std::vector<double> a, b;
  std::size_t h, w;

  fields(std::uint64_t seed, std::size_t rows, std::size_t columns) : h(rows), w(columns) {
    generator random(seed);
    a = random.normals(h * w);
    b = random.normals(h * w);
  }
  [[nodiscard]] matrix_view first() const { return {a, h, w}; }
  [[nodiscard]] matrix_view second() const { return {b, h, w}; }
};

double brute_force(const fields& data, double threshold, std::int64_t window, field_padding padding) {
  const auto h = static_cast<std::int64_t>(data.h), w = static_cast<std::int64_t>(data.w);
  const std::int64_t reach = window / 2, edge = padding == field_padding::none ? reach : 0;
  const auto share = [&](const std::vector<double>& field, std::int64_t i, std::int64_t j) {
    double events = 0.0;
    for (std::int64_t k = i - reach; k <= i + reach; ++k)
      for (std::int64_t l = j - reach; l <= j + reach; ++l)
        if (k >= 0 && k < h && l >= 0 && l < w && field[static_cast<std::size_t>(k * w + l)] > threshold)
          events += 1.0;
    return events;
  };
  double gaps = 0.0, squares = 0.0;
  for (std::int64_t i = edge; i < h - edge; ++i)
    for (std::int64_t j = edge; j < w - edge; ++j) {
      const double p = share(data.a, i, j), q = share(data.b, i, j);
      gaps += (p - q) * (p - q);
      squares += p * p + q * q;
    }
  return 1.0 - gaps / squares;
}

TEST(fractions_skill_score, equals_counting_in_every_window) {
  const fields data(1, 23, 37);
  for (const std::int64_t window : {1, 3, 7, 23})
    for (const auto padding : {field_padding::none, field_padding::zero}) {
      const double found =
          scoring::fractions_skill_score(data.first(), data.second(), 0.5, window, {padding}, {.threads = 2})
              .fss;
      EXPECT_REL(found, brute_force(data, 0.5, window, padding), 1e-13, "1 less a quotient of whole numbers");
    }
}

TEST(fractions_skill_score, limits) {
  const fields data(2, 20, 20);
  EXPECT_BITS(scoring::fractions_skill_score(data.first(), data.first(), 0.0, 5).fss, 1.0);
  std::vector<double> left(400), right(400);
  left[0] = right[399] = 1.0;  // events as far apart as can be
  const auto apart = scoring::fractions_skill_score(matrix_view(left, 20, 20), matrix_view(right, 20, 20),
                                                    0.5, 5, {field_padding::zero});
  EXPECT_BITS(apart.fss, 0.0);
  EXPECT_BITS(apart.fractions_brier_score, apart.reference);
}

TEST(fractions_skill_score_accumulator, merges_exactly_and_keeps_its_bytes) {
  const fields data(3, 40, 11);
  const fractions_skill_score_accumulator empty(
      {.threshold = 0.25, .window = 5, .padding = field_padding::zero});
  const auto fill = [&](fractions_skill_score_accumulator& into, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)  // each field 4 rows high
      into.update(matrix_view(data.a.data() + i * 44, 4, 11), matrix_view(data.b.data() + i * 44, 4, 11));
  };
  expect_merges_exactly(empty, 10, fill);
  fractions_skill_score_accumulator accumulator = empty;
  fill(accumulator, 0, 10);
  expect_bytes_round_trip(accumulator);
  fractions_skill_score_accumulator single = empty;
  single.update(data.first(), data.second());
  const auto whole =
      scoring::fractions_skill_score(data.first(), data.second(), 0.25, 5, {field_padding::zero});
  EXPECT_BITS(single.value().fss, whole.fss);
}

TEST(fractions_skill_score, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  const fields data(4, 4, 5);
  const auto run = [&](double threshold, std::int64_t window) {
    scoring::fractions_skill_score(data.first(), data.second(), threshold, window);
  };
  expect_error([&] { run(0.0, 2); }, value, error_code::bad_parameter, "window", "is 2, must be an odd");
  expect_error([&] { run(0.0, -1); }, value, error_code::bad_parameter, "window");
  expect_error([&] { run(0.0, 5); }, value, error_code::bad_parameter, "window", "(4, 5)");
  expect_error([&] { run(k_nan, 3); }, value, error_code::non_finite, "threshold");
  expect_error([&] { run(99.0, 3); }, value, error_code::degenerate, "threshold", "is 99");
  expect_error([&] { scoring::fractions_skill_score(data.first(), matrix_view(data.b, 5, 4), 0.0, 1); },
               shape, error_code::length_mismatch, "forecasts");
  expect_error([&] { scoring::fractions_skill_score(matrix_view(), matrix_view(), 0.0, 1); }, shape,
               error_code::empty_input, "observations");
  const std::vector<double> hole = {0.0, k_nan};
  expect_error(
      [&] { scoring::fractions_skill_score(matrix_view(hole, 1, 2), matrix_view(hole, 1, 2), 0.0, 1); },
      value, error_code::non_finite, "observations", "[0, 1] is NaN");
  expect_error([&] { fractions_skill_score_accumulator({.window = 4}); }, value, error_code::bad_parameter,
               "window");
  fractions_skill_score_accumulator accumulator({.threshold = 99.0});
  expect_error([&] { static_cast<void>(accumulator.value()); }, error_kind::state, error_code::empty_input,
               "");
  accumulator.update(data.first(), data.second());
  expect_error([&] { static_cast<void>(accumulator.value()); }, error_kind::state, error_code::degenerate,
               "");
  expect_error([&] { accumulator.merge(fractions_skill_score_accumulator()); }, value,
               error_code::bad_parameter, "threshold");
}

// ---- multivariate ranks ----

struct vector_ensembles {
  std::size_t n, m, d;
  std::vector<double> y, x;

  vector_ensembles(std::uint64_t seed, std::size_t rows, std::size_t members, std::size_t dimension)
      : n(rows), m(members), d(dimension) {
    generator random(seed);
    y = random.normals(n * d);
    x = random.normals(n * m * d);
  }
  [[nodiscard]] matrix_view observations() const { return {y, n, d}; }
  [[nodiscard]] tensor_view members() const { return {x, n, m, d}; }
};

constexpr prerank k_preranks[] = {prerank::average, prerank::band_depth, prerank::multivariate,
                                  prerank::minimum_spanning_tree};

// Outcome and members from one distribution: the rank, ties broken at random, is uniform on 0 .. m.
TEST(multivariate_rank, is_uniform_for_a_reliable_ensemble) {
  const vector_ensembles data(1, 6000, 4, 3);
  for (const prerank kind : k_preranks) {
    const auto rank =
        scoring::multivariate_rank(data.observations(), data.members(), kind, {}, {.threads = 2});
    std::vector<double> share(5);
    for (std::size_t i = 0; i < data.n; ++i) {
      const double ties = rank.upper[i] - rank.lower[i] + 1.0;
      for (double r = rank.lower[i]; r <= rank.upper[i]; r += 1.0)
        share[static_cast<std::size_t>(r)] += 1.0 / ties / static_cast<double>(data.n);
    }
    // a share has a standard deviation of at most sqrt(0.2 0.8/6000) = 0.0052
    for (const double s : share) EXPECT_ABS(s, 0.2, 0.026, "5 standard errors, seed fixed");
  }
}

TEST(multivariate_rank, average_of_one_coordinate_is_the_rank) {
  const ensembles data = random_ensembles(2, 100, 6, true);
  const auto expected = scoring::observation_rank(data.observations, data.view());
  const auto found = scoring::multivariate_rank(matrix_view(data.observations, 100, 1),
                                                tensor_view(data.members, 100, 6, 1), prerank::average);
  EXPECT_BITS(found.lower, expected.lower);
  EXPECT_BITS(found.upper, expected.upper);
}

TEST(multivariate_rank, an_outlier_is_deep_outside_and_shortens_the_tree) {
  vector_ensembles data(3, 1, 9, 2);
  data.y = {50.0, 60.0};
  const auto depth = scoring::multivariate_rank(data.observations(), data.members(), prerank::band_depth);
  EXPECT_BITS(depth.lower[0], 0.0);
  const auto tree =
      scoring::multivariate_rank(data.observations(), data.members(), prerank::minimum_spanning_tree);
  EXPECT_BITS(tree.upper[0], 0.0);
  const auto top = scoring::multivariate_rank(data.observations(), data.members(), prerank::multivariate);
  EXPECT_BITS(top.lower[0], 9.0);
}

// The tree over a line is the sum of its gaps: 0 - 1 - 3 - 7; without an end it loses that gap, without an
// inner point nothing.
TEST(multivariate_rank, tree_lengths) {
  const std::vector<double> y = {7.0}, x = {0.0, 1.0, 3.0};
  const auto rank = scoring::multivariate_rank(matrix_view(y, 1, 1), tensor_view(x, 1, 3, 1),
                                               prerank::minimum_spanning_tree);
  EXPECT_BITS(rank.lower[0], 0.0);  // 3 without the outcome; 6 without 0, 7 without 1 or 3
  EXPECT_BITS(rank.upper[0], 0.0);
}

TEST(multivariate_rank, members_that_equal_the_outcome_share_its_rank) {
  const std::vector<double> y = {1.0, 2.0}, x = {1.0, 2.0, 1.0, 2.0, 4.0, -1.0};
  for (const prerank kind : k_preranks) {
    const auto rank = scoring::multivariate_rank(matrix_view(y, 1, 2), tensor_view(x, 1, 3, 2), kind);
    EXPECT_GE(rank.upper[0] - rank.lower[0], 2.0);
  }
}

TEST(multivariate_rank, missing_numbers_and_errors) {
  vector_ensembles data(4, 3, 2, 2);
  data.x[5] = k_nan;
  expect_error([&] { scoring::multivariate_rank(data.observations(), data.members(), prerank::average); },
               error_kind::value, error_code::non_finite, "members", "[1, 0, 1] is NaN");
  const auto rank =
      scoring::multivariate_rank(data.observations(), data.members(), prerank::average, {nan_policy::omit});
  EXPECT_TRUE(std::isnan(rank.lower[1]) && std::isnan(rank.upper[1]) && !std::isnan(rank.lower[0]));
  expect_error(
      [&] { scoring::multivariate_rank(matrix_view(data.y, 2, 3), data.members(), prerank::average); },
      error_kind::shape, error_code::length_mismatch, "members");
  expect_error([&] { scoring::multivariate_rank(matrix_view(), tensor_view(), prerank::average); },
               error_kind::shape, error_code::empty_input, "observations");
}

}  // namespace
}  // namespace assay::testing
