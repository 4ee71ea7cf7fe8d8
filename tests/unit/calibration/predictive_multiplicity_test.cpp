#include "assay/calibration/predictive_multiplicity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "assay/calibration/internal/competing_models.hpp"
#include "assay/calibration/logistic_erm.hpp"
#include "labelled_points.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_points;
using testing::generator;
using testing::labelled_points;
using testing::naive_loss;

constexpr double k_infinity = std::numeric_limits<double>::infinity();

double logistic_of(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double log_odds(double p) { return std::log(p / (1.0 - p)); }

std::vector<double> baseline_of(const labelled_points& s, double C) {
  return logistic_erm(s.points(), s.y, {.C = C}).coefficients.to_vector();
}

// Where a ray from the baseline leaves the set of models, by bisection.
std::vector<double> edge_along(const labelled_points& s, const std::vector<double>& from,
                               const std::vector<double>& step, double threshold) {
  const auto at = [&](double t) {
    auto u = from;
    for (std::size_t j = 0; j < u.size(); ++j) u[j] += t * step[j];
    return u;
  };
  double low = 0.0, high = 1.0;
  while (naive_loss(s, at(high)) <= threshold) high *= 2.0;
  for (int i = 0; i < 42; ++i) {
    const double middle = 0.5 * (low + high);
    (naive_loss(s, at(middle)) <= threshold ? low : high) = middle;
  }
  return at(low);
}

// Points all around the edge of the set, from rays in evenly spread directions: d = 1 or 2.
std::vector<std::vector<double>> dense_edge(const labelled_points& s, double C, double epsilon, int rays) {
  const auto baseline = baseline_of(s, C);
  const double threshold = naive_loss(s, baseline) + epsilon;
  std::vector<std::vector<double>> edge;
  for (int i = 0; i < rays; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / rays;
    if (s.d == 1) {
      edge.push_back(edge_along(s, baseline, {std::cos(angle), std::sin(angle)}, threshold));
      continue;
    }
    for (int j = 1; j < rays / 2; ++j) {
      const double height = 2.0 * std::numbers::pi * j / rays;
      edge.push_back(edge_along(
          s, baseline,
          {std::sin(height) * std::cos(angle), std::sin(height) * std::sin(angle), std::cos(height)},
          threshold));
    }
  }
  return edge;
}

double score(const labelled_points& s, const std::vector<double>& u, std::size_t i) {
  double eta = u[0];
  for (std::size_t j = 0; j < s.d; ++j) eta += u[j + 1] * s.X[i * s.d + j];
  return eta;
}

void expect_dense_search_agrees(const labelled_points& s, double C, double epsilon, int rays, double rtol) {
  const auto edge = dense_edge(s, C, epsilon, rays);
  const auto range = viable_prediction_range(s.points(), s.y, epsilon, {.C = C});
  for (std::size_t i = 0; i < s.y.size(); i += 5) {
    double low = k_infinity, high = -k_infinity;
    for (const auto& u : edge) {
      low = std::fmin(low, score(s, u, i));
      high = std::fmax(high, score(s, u, i));
    }
    const double lower = log_odds(range.lower[i]), upper = log_odds(range.upper[i]);
    EXPECT_ABS(lower, low, rtol * (high - low), "rays miss the end by the square of their angle");
    EXPECT_ABS(upper, high, rtol * (high - low), "rays miss the end by the square of their angle");
    EXPECT_LE(lower, low + 1e-9);
    EXPECT_GE(upper, high - 1e-9);
  }
}

TEST(viable_prediction_range, agrees_with_dense_search_in_the_plane) {
  for (const double epsilon : {0.001, 0.05, 0.5})
    expect_dense_search_agrees(draw_points(30, 1, 1), 1e6, epsilon, 1000, 1e-4);
  expect_dense_search_agrees(draw_points(30, 1, 2), 0.5, 0.05, 1000, 1e-4);  // baseline off the centre
}

TEST(viable_prediction_range, agrees_with_dense_search_in_space) {
  expect_dense_search_agrees(draw_points(30, 2, 3), k_infinity, 0.03, 80, 1e-2);
}

// The two ways to a range share nothing but the loss.
TEST(viable_prediction_range, agrees_with_fits_on_slices) {
  const checker check("test");
  for (std::uint64_t seed = 10; seed < 20; ++seed) {
    const std::size_t d = 1 + seed % 4;
    const auto s = draw_points(20 + 20 * d, d, seed, 0.5 + static_cast<double>(seed % 3));
    const bool weighted = seed % 2 == 0;
    const internal::erm_rows rows{s.points(), s.y, weighted ? vector_view(s.weights) : vector_view(),
                                  seed % 3 == 0 ? 1.0 : 1e6};
    for (const double epsilon : {1e-6, 1e-3, 0.05, 0.4, 3.0}) {
      const internal::competing_models models({}, check, rows, {epsilon, false});
      for (std::size_t i = 0; i < 6; ++i) {
        auto direction = internal::rows_of(models.design)[i];
        if (i % 2 == 1)
          for (double& a : direction) a = -a;
        const double fast = models.models.reach(direction).reach;
        const double slow = models.models.reach_by_slices(direction).reach;
        const double middle = internal::dot(direction, models.baseline.coefficients);
        EXPECT_ABS(fast, slow, 1e-8 * std::fabs(slow - middle),
                   "rounding of the loss, 1e-16, against an epsilon of 1e-6");
      }
    }
  }
}

TEST(viable_prediction_range, becomes_the_ellipsoid_as_epsilon_vanishes) {
  const auto s = draw_points(100, 2, 30);
  const auto u = baseline_of(s, k_infinity);
  // Hessian of the mean loss by the definition, and a' H^-1 a by solving three equations.
  double H[3][4] = {};
  for (std::size_t i = 0; i < 100; ++i) {
    const double p = logistic_of(score(s, u, i)), a[3] = {1, s.X[2 * i], s.X[2 * i + 1]};
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) H[r][c] += p * (1 - p) * a[r] * a[c] / 100;
  }
  for (const std::size_t i : {0U, 17U, 60U}) {
    const double a[3] = {1, s.X[2 * i], s.X[2 * i + 1]};
    double M[3][4];
    for (int r = 0; r < 3; ++r) {
      std::copy(H[r], H[r] + 3, M[r]);
      M[r][3] = a[r];
    }
    for (int p = 0; p < 3; ++p) {
      for (int r = 0; r < 3; ++r) {
        if (r == p) continue;
        const double f = M[r][p] / M[p][p];
        for (int c = p; c < 4; ++c) M[r][c] -= f * M[p][c];
      }
    }
    double quadratic = 0.0;
    for (int r = 0; r < 3; ++r) quadratic += a[r] * M[r][3] / M[r][r];
    double before = k_infinity;
    for (const double epsilon : {1e-2, 1e-4, 1e-6, 1e-8}) {
      const auto range = viable_prediction_range(s.points(), s.y, epsilon,
                                                 {.C = k_infinity, .points = {static_cast<int>(i)}});
      const double half = 0.5 * (log_odds(range.upper[0]) - log_odds(range.lower[0]));
      const double excess = std::fabs(half / std::sqrt(2 * epsilon * quadratic) - 1);
      EXPECT_LT(excess, before);
      before = excess;
    }
    EXPECT_LT(before, 1e-7);  // the ratio of ends is even in sqrt(epsilon): of order epsilon, and rounding
  }
}

TEST(viable_prediction_range, grows_with_epsilon_around_the_baseline) {
  constexpr std::size_t n = 24;
  const auto s = draw_points(n, 2, 31);
  const auto fit = logistic_erm(s.points(), s.y);
  std::vector<double> lower = fit.probabilities.to_vector(), upper = lower;
  for (const double epsilon : {0.0, 1e-15, 1e-9, 1e-4, 0.01, 0.1, 1.0, 30.0, 1e300}) {
    const auto range = viable_prediction_range(s.points(), s.y, epsilon);
    EXPECT_EQ(range.baseline_loss, fit.mean_log_loss);
    EXPECT_BITS(range.baseline, fit.probabilities);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_LE(range.lower[i], lower[i]);
      EXPECT_GE(range.upper[i], upper[i]);
      lower[i] = range.lower[i];
      upper[i] = range.upper[i];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_EQ(lower[i], 0.0);
    EXPECT_EQ(upper[i], 1.0);
  }
}

TEST(viable_prediction_range, is_open_where_classes_are_separable) {
  const std::vector<double> X = {-2, -1, 1, 2};
  const matrix_view points(X, 4, 1);
  const auto range = viable_prediction_range(points, {0, 0, 1, 1}, 0.1);
  for (const std::size_t i : {2U, 3U}) {
    EXPECT_EQ(range.upper[i], 1.0);
    EXPECT_GT(range.lower[i], 0.0);
    EXPECT_EQ(range.lower[3 - i], 0.0);
    EXPECT_LT(range.upper[3 - i], 1.0);
  }
  // As the slope grows about x = 1 all other losses vanish: its own may be all of 4 (L0 + epsilon).
  const double loss = 4 * (range.baseline_loss + 0.1);
  EXPECT_REL(range.lower[2], std::exp(-loss), 1e-9, "the limit of models that go on for ever");
  // Between the classes nothing is known, beyond them one end is.
  const std::vector<double> query = {0, 0.9, 1.5, -3};
  const auto other = viable_prediction_range(points, {0, 0, 1, 1}, 0.1, {.query = matrix_view(query, 4, 1)});
  EXPECT_BITS(std::vector<double>({other.lower[0], other.upper[0], other.lower[1], other.upper[1]}),
              (std::vector<double>{0, 1, 0, 1}));
  EXPECT_GT(other.lower[2], range.lower[2]);
  EXPECT_EQ(other.upper[2], 1.0);
  EXPECT_EQ(other.lower[3], 0.0);
}

TEST(viable_prediction_range, is_open_along_a_plane_between_classes_that_touch) {
  // Rows with x1 = 1 are all 1, rows with x1 = 0 are mixed: the coefficient of x1 may grow for ever.
  const std::vector<double> plane = {0, 0, 0, 1, 0, 2, 0, 3, 1, 0, 1, 1, 1, 2};
  const std::vector<std::int32_t> y = {0, 1, 0, 1, 1, 1, 1};
  const auto range = viable_prediction_range(matrix_view(plane, 7, 2), y, 0.05);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_GT(range.lower[i], 0.01);
    EXPECT_LT(range.upper[i], 0.99);
  }
  for (std::size_t i = 4; i < 7; ++i) {
    EXPECT_GT(range.lower[i], 0.1);
    EXPECT_EQ(range.upper[i], 1.0);
  }
}

TEST(viable_prediction_range, knows_weights_as_repetitions) {
  const auto s = draw_points(40, 2, 32);
  labelled_points repeated;
  repeated.d = 2;
  std::vector<double> weights;
  for (std::size_t i = 0; i < s.y.size(); ++i) {
    weights.push_back(static_cast<double>(i % 3));
    for (std::size_t r = 0; r < i % 3; ++r) {
      repeated.X.insert(repeated.X.end(), {s.X[2 * i], s.X[2 * i + 1]});
      repeated.y.push_back(s.y[i]);
    }
  }
  const auto a = viable_prediction_range(s.points(), s.y, 0.02, {.weights = weights, .query = s.points()});
  const auto b = viable_prediction_range(repeated.points(), repeated.y, 0.02, {.query = s.points()});
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_REL(a.lower[i], b.lower[i], 1e-10, "sums in another order");
    EXPECT_REL(a.upper[i], b.upper[i], 1e-10, "sums in another order");
  }
}

TEST(viable_prediction_range, does_not_depend_on_units_order_or_threads) {
  const auto s = draw_points(50, 2, 33);
  const auto a = viable_prediction_range(s.points(), s.y, 0.02, {.C = k_infinity});
  labelled_points t = s;
  std::reverse(t.y.begin(), t.y.end());
  for (std::size_t i = 0; i < 50; ++i) {
    t.X[2 * i] = 1000 - 50 * s.X[2 * (49 - i)];
    t.X[2 * i + 1] = 1e-5 * (s.X[2 * (49 - i) + 1] + s.X[2 * (49 - i)]);
  }
  const auto b = viable_prediction_range(t.points(), t.y, 0.02, {.C = k_infinity});
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_REL(b.lower[49 - i], a.lower[i], 1e-9, "1000 - 50 x keeps 14 digits of x");
    EXPECT_REL(b.upper[49 - i], a.upper[i], 1e-9, "1000 - 50 x keeps 14 digits of x");
  }
  context ctx;
  ctx.threads = 4;
  const auto c = viable_prediction_range(s.points(), s.y, 0.02, {.C = k_infinity}, ctx);
  EXPECT_BITS(c.lower, a.lower);
  EXPECT_BITS(c.upper, a.upper);
}

TEST(viable_prediction_range, mirrors_with_the_labels) {
  const auto s = draw_points(50, 2, 34);
  auto flipped = s;
  for (auto& label : flipped.y) label = 1 - label;
  const auto a = viable_prediction_range(s.points(), s.y, 0.02),
             b = viable_prediction_range(flipped.points(), flipped.y, 0.02);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_REL(b.lower[i], 1 - a.upper[i], 1e-10, "rounding of 1 - p");
}

TEST(viable_prediction_range, of_points_and_of_the_same_queries_agree) {
  const auto s = draw_points(50, 2, 35);
  const auto all = viable_prediction_range(s.points(), s.y, 0.02);
  const auto some = viable_prediction_range(s.points(), s.y, 0.02, {.points = {3, 3, 49}});
  const auto query =
      viable_prediction_range(s.points(), s.y, 0.02, {.query = matrix_view(s.X.data() + 6, 1, 2)});
  EXPECT_BITS(some.lower.to_vector(), (std::vector<double>{all.lower[3], all.lower[3], all.lower[49]}));
  EXPECT_BITS(query.lower[0], all.lower[3]);
  EXPECT_BITS(query.upper[0], all.upper[3]);
  EXPECT_BITS(query.baseline[0], all.baseline[3]);
}

TEST(viable_prediction_range, knows_nothing_of_a_column_that_never_varied) {
  const auto s = draw_points(40, 1, 36);
  std::vector<double> X;
  for (const double x : s.X) X.insert(X.end(), {x, 5, x});
  const matrix_view points(X, 40, 3);
  const auto one = viable_prediction_range(s.points(), s.y, 0.02, {.C = k_infinity});
  const auto three = viable_prediction_range(points, s.y, 0.02, {.C = k_infinity});
  for (std::size_t i = 0; i < 40; ++i)
    EXPECT_REL(three.upper[i], one.upper[i], 1e-9, "the same models with spare coefficients");
  const std::vector<double> query = {0.5, 5, 0.5, 0.5, 6, 0.5, 0.5, 5, 0.6};
  const auto open = viable_prediction_range(points, s.y, 0.02, {.query = matrix_view(query, 3, 3)});
  EXPECT_GT(open.lower[0], 0.0);
  EXPECT_EQ(open.lower[1], 0.0);  // another value of the constant
  EXPECT_EQ(open.upper[1], 1.0);
  EXPECT_EQ(open.lower[2], 0.0);  // copies that differ
}

TEST(viable_prediction_range, takes_a_relative_epsilon) {
  const auto s = draw_points(50, 2, 37);
  const double loss = logistic_erm(s.points(), s.y).mean_log_loss;
  const auto a = viable_prediction_range(s.points(), s.y, 0.04, {.relative = true});
  const auto b = viable_prediction_range(s.points(), s.y, 0.04 * loss);
  EXPECT_BITS(a.upper, b.upper);
}

TEST(viable_prediction_range, names_what_is_wrong) {
  testing::expect_erm_errors([](matrix_view X, integer_view y, vector_view weights, double C) {
    viable_prediction_range(X, y, 0.1, {.weights = weights, .C = C});
  });
  const auto s = draw_points(20, 2, 38);
  const std::vector<double> none, bad = {1, k_infinity};
  const std::vector<std::int32_t> no_points, grid = {0, 1};
  for (const double epsilon : {-0.1, k_infinity, std::numeric_limits<double>::quiet_NaN()})
    testing::expect_error([&] { viable_prediction_range(s.points(), s.y, epsilon); }, error_kind::value,
                          error_code::bad_parameter, "epsilon", "must be finite and >= 0");
  const auto refused = [&](error_kind kind, error_code code, const std::string& name,
                           const viable_prediction_range_options& options) {
    testing::expect_error([&] { viable_prediction_range(s.points(), s.y, 0.1, options); }, kind, code, name);
  };
  refused(error_kind::shape, error_code::empty_input, "points", {.points = no_points});
  refused(error_kind::shape, error_code::wrong_rank, "points",
          {.points = integer_view(array_view(grid.data(), dtype::int32, 2, {2, 1}))});
  refused(error_kind::value, error_code::out_of_range, "points", {.points = {0, 20}});
  refused(error_kind::value, error_code::out_of_range, "points", {.points = {-1}});
  refused(error_kind::value, error_code::unsupported, "query", {.points = {0}, .query = s.points()});
  refused(error_kind::shape, error_code::empty_input, "query", {.query = matrix_view(none, 0, 2)});
  refused(error_kind::shape, error_code::length_mismatch, "query", {.query = matrix_view(bad, 2, 1)});
  refused(error_kind::value, error_code::non_finite, "query", {.query = matrix_view(bad, 1, 2)});
}

// ---- ambiguity ----

TEST(delta_ambiguity, is_read_off_the_ranges) {
  const auto s = draw_points(30, 2, 40);
  const auto range = viable_prediction_range(s.points(), s.y, 0.02);
  double before = 1.0;
  for (const double delta : {0.0, 0.05, 0.1, 0.2, 0.4, 1.0}) {
    double count = 0.0, sum = 0.0, total = 0.0;
    for (std::size_t i = 0; i < 30; ++i) {
      const double change = std::fmax(range.upper[i] - range.baseline[i], range.baseline[i] - range.lower[i]);
      count += change >= delta ? 1.0 : 0.0;
    }
    const double ambiguity = delta_ambiguity(s.points(), s.y, 0.02, delta);
    EXPECT_REL(ambiguity, count / 30, 1e-15, "one division");
    EXPECT_LE(ambiguity, before);
    before = ambiguity;
    const auto weighted = viable_prediction_range(s.points(), s.y, 0.02, {.weights = s.weights});
    for (std::size_t i = 0; i < 30; ++i) {
      const double change =
          std::fmax(weighted.upper[i] - weighted.baseline[i], weighted.baseline[i] - weighted.lower[i]);
      sum += change >= delta ? s.weights[i] : 0.0;
      total += s.weights[i];
    }
    EXPECT_REL(delta_ambiguity(s.points(), s.y, 0.02, delta, {.weights = s.weights}), sum / total, 1e-14,
               "sums of weights");
  }
  EXPECT_EQ(delta_ambiguity(s.points(), s.y, 0.0, 0.1, {.C = k_infinity}), 0.0);
}

TEST(delta_ambiguity, names_what_is_wrong) {
  testing::expect_erm_errors([](matrix_view X, integer_view y, vector_view weights, double C) {
    delta_ambiguity(X, y, 0.1, 0.1, {.weights = weights, .C = C});
  });
  const auto s = draw_points(20, 2, 41);
  testing::expect_error([&] { delta_ambiguity(s.points(), s.y, -1, 0.1); }, error_kind::value,
                        error_code::bad_parameter, "epsilon");
  for (const double delta : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    testing::expect_error([&] { delta_ambiguity(s.points(), s.y, 0.1, delta); }, error_kind::value,
                          error_code::bad_parameter, "delta", "must lie in [0, 1]");
    testing::expect_error([&] { delta_discrepancy(s.points(), s.y, 0.1, delta); }, error_kind::value,
                          error_code::bad_parameter, "delta");
  }
}

// ---- discrepancy ----

double changed_share(const labelled_points& s, const std::vector<double>& baseline,
                     const std::vector<double>& u, double delta) {
  double count = 0.0;
  for (std::size_t i = 0; i < s.y.size(); ++i)
    count += std::fabs(logistic_of(score(s, u, i)) - logistic_of(score(s, baseline, i))) >= delta ? 1.0 : 0.0;
  return count / static_cast<double>(s.y.size());
}

TEST(delta_discrepancy, is_no_less_than_dense_search_finds) {
  for (std::uint64_t seed = 50; seed < 54; ++seed) {
    const auto s = draw_points(30, 1, seed);
    const auto baseline = baseline_of(s, 1e6);
    const auto edge = dense_edge(s, 1e6, 0.03, 300);
    for (const double delta : {0.03, 0.08, 0.15}) {
      double best = 0.0;
      for (const auto& u : edge) {
        for (const double inside : {1.0, 0.7}) {
          auto v = baseline;
          for (std::size_t j = 0; j < 2; ++j) v[j] += inside * (u[j] - baseline[j]);
          best = std::fmax(best, changed_share(s, baseline, v, delta));
        }
      }
      const auto found = delta_discrepancy(s.points(), s.y, 0.03, delta);
      EXPECT_GE(found.lower, best - 1e-12) << "seed " << seed << " delta " << delta;
      EXPECT_LE(found.lower, found.upper);
    }
  }
}

TEST(delta_discrepancy, gives_a_model_that_does_what_it_says) {
  for (const std::size_t d : {1U, 2U, 4U}) {
    const auto s = draw_points(40, d, 60 + d);
    const auto baseline = baseline_of(s, 1e6);
    const auto found = delta_discrepancy(s.points(), s.y, 0.02, 0.1);
    const auto u = found.coefficients.to_vector();
    EXPECT_REL(found.lower, changed_share(s, baseline, u, 0.1), 1e-14, "no row lies on the border");
    EXPECT_LE(naive_loss(s, u), naive_loss(s, baseline) + 0.02 + 1e-14);
    EXPECT_REL(found.loss, naive_loss(s, u), 1e-13, "sums in another order");
    EXPECT_EQ(found.upper, delta_ambiguity(s.points(), s.y, 0.02, 0.1));
  }
}

TEST(delta_discrepancy, of_one_model_is_0_and_of_no_change_1) {
  const auto s = draw_points(40, 2, 70);
  const auto none = delta_discrepancy(s.points(), s.y, 0.0, 0.1, {.C = k_infinity});
  EXPECT_EQ(none.lower, 0.0);
  EXPECT_EQ(none.upper, 0.0);
  EXPECT_EQ(delta_discrepancy(s.points(), s.y, 0.01, 0.0).lower, 1.0);
}

TEST(delta_discrepancy, holds_for_separable_classes_and_any_threads) {
  const std::vector<double> X = {-2, -1, 1, 2};
  const auto found = delta_discrepancy(matrix_view(X, 4, 1), {0, 0, 1, 1}, 0.1, 0.2);
  EXPECT_GE(found.lower, 0.25);
  EXPECT_LE(found.lower, found.upper);
  const auto s = draw_points(30, 3, 71);
  context ctx;
  ctx.threads = 3;
  const auto a = delta_discrepancy(s.points(), s.y, 0.02, 0.1),
             b = delta_discrepancy(s.points(), s.y, 0.02, 0.1, {}, ctx);
  EXPECT_BITS(a.coefficients, b.coefficients);
  EXPECT_BITS(a.lower, b.lower);
}

TEST(delta_discrepancy, names_what_is_wrong) {
  testing::expect_erm_errors([](matrix_view X, integer_view y, vector_view weights, double C) {
    delta_discrepancy(X, y, 0.1, 0.1, {.weights = weights, .C = C});
  });
  const auto s = draw_points(20, 2, 72);
  testing::expect_error([&] { delta_discrepancy(s.points(), s.y, -1, 0.1); }, error_kind::value,
                        error_code::bad_parameter, "epsilon");
}

}  // namespace
}  // namespace assay::calibration
