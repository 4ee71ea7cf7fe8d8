#include "assay/calibration/spline_calibration.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

constexpr spline_runout k_ends[] = {spline_runout::natural, spline_runout::parabolic, spline_runout::cubic};

double cube(double x) { return x > 0.0 ? x * x * x : 0.0; }
double square(double x) { return x > 0.0 ? x * x : 0.0; }

/// Values and slopes of a basis of the splines with n_knots knots, by truncated powers: another
/// parametrisation than the library's.
std::vector<std::pair<double, double>> basis_at(double t, int n_knots, spline_runout runout) {
  const auto knot = [&](int j) { return static_cast<double>(j) / (n_knots - 1); };
  std::vector<std::pair<double, double>> basis = {{1, 0}, {t, 1}};
  if (runout == spline_runout::natural) {  // Hastie, Tibshirani & Friedman 2009, eq. 5.4
    const auto piece = [&](int j) {
      const double width = knot(n_knots - 1) - knot(j);
      return std::pair{(cube(t - knot(j)) - cube(t - 1)) / width,
                       3 * (square(t - knot(j)) - square(t - 1)) / width};
    };
    const auto last = piece(n_knots - 2);
    for (int j = 0; j < n_knots - 2; ++j) {
      const auto own = piece(j);
      basis.emplace_back(own.first - last.first, own.second - last.second);
    }
    return basis;
  }
  basis.emplace_back(t * t, 2 * t);
  if (runout == spline_runout::parabolic) {  // cubes whose sum of factors is 0 beyond the last inner knot
    const double end = knot(n_knots - 2);
    for (int j = 1; j < n_knots - 2; ++j)
      basis.emplace_back(cube(t - knot(j)) - cube(t - end), 3 * (square(t - knot(j)) - square(t - end)));
    return basis;
  }
  basis.emplace_back(t * t * t, 3 * t * t);  // no knots at the second and the last but one
  for (int j = 2; j < n_knots - 2; ++j) basis.emplace_back(cube(t - knot(j)), 3 * square(t - knot(j)));
  return basis;
}

/// Solution of the normal equations by elimination with pivots, in long double.
std::vector<double> least_squares(const std::vector<std::vector<double>>& rows,
                                  const std::vector<double>& y) {
  const std::size_t n = rows[0].size();
  std::vector<std::vector<long double>> a(n, std::vector<long double>(n + 1));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) a[j][k] += static_cast<long double>(rows[i][j]) * rows[i][k];
      a[j][n] += static_cast<long double>(rows[i][j]) * y[i];
    }
  }
  for (std::size_t j = 0; j < n; ++j) {
    std::size_t best = j;
    for (std::size_t i = j + 1; i < n; ++i)
      if (std::fabs(a[i][j]) > std::fabs(a[best][j])) best = i;
    std::swap(a[j], a[best]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == j) continue;
      const long double share = a[i][j] / a[j][j];
      for (std::size_t k = j; k <= n; ++k) a[i][k] -= share * a[j][k];
    }
  }
  std::vector<double> x(n);
  for (std::size_t j = 0; j < n; ++j) x[j] = static_cast<double>(a[j][n] / a[j][j]);
  return x;
}

/// The curve at the sorted probabilities, without ties or weights.
std::vector<double> naive_curve(const sample& s, int n_knots, spline_runout runout, std::vector<double>& p) {
  const std::size_t n = s.labels.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return s.probabilities[a] < s.probabilities[b]; });
  std::vector<std::vector<double>> rows;
  std::vector<double> y;
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += s.labels[order[i]] - s.probabilities[order[i]];
    y.push_back(sum / static_cast<double>(n));
    rows.emplace_back();
    const double t = static_cast<double>(i) / static_cast<double>(n - 1);
    for (const auto& element : basis_at(t, n_knots, runout)) rows.back().push_back(element.first);
  }
  const auto factors = least_squares(rows, y);
  std::vector<double> curve;
  for (std::size_t i = 0; i < n; ++i) {
    p.push_back(s.probabilities[order[i]]);
    curve.push_back(p.back());
    const auto basis = basis_at(static_cast<double>(i) / static_cast<double>(n - 1), n_knots, runout);
    for (std::size_t k = 0; k < basis.size(); ++k) curve.back() += factors[k] * basis[k].second;
  }
  return curve;
}

TEST(spline_calibration, is_the_slope_of_the_least_squares_spline) {
  const sample s = draw_sample(200, 240);
  for (const spline_runout runout : k_ends) {
    for (const int knots : {4, 6, 9}) {
      std::vector<double> p;
      const auto want = naive_curve(s, knots, runout, p);
      const auto result =
          spline_calibration(s.labels, s.probabilities, p, {.n_knots = knots, .runout = runout});
      for (std::size_t i = 0; i < p.size(); ++i)
        EXPECT_ABS(result.query[i], want[i], 1e-9, "normal equations of condition 1e6, and the roughness");
    }
  }
}

TEST(spline_calibration, is_linear_between_and_constant_beyond_the_points) {
  const sample s = draw_sample(50, 241);
  const auto curve = spline_calibration_model::fit(s.labels, s.probabilities, {.clamp = false});
  const auto p = curve.parameters();
  const double middle = (p.x[3] + p.x[4]) / 2;
  const auto result = spline_calibration(s.labels, s.probabilities, {0, middle, 1});
  EXPECT_BITS(result.query[0], p.y[0]);
  EXPECT_REL(result.query[1], (p.y[3] + p.y[4]) / 2, 1e-13, "one interpolation");
  EXPECT_BITS(result.query[2], p.y[49]);
}

TEST(spline_calibration, limits_to_the_unit_interval) {
  // events only at high probabilities: the curve overshoots
  std::vector<std::uint8_t> labels;
  std::vector<double> p;
  for (int i = 0; i < 40; ++i) {
    labels.push_back(i < 20 ? 0 : 1);
    p.push_back(0.3 + 0.01 * i);
  }
  const auto grid = testing::unit_grid(100);
  const auto result = spline_calibration(labels, p, grid);
  double least = 1.0, most = 0.0;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    least = std::min(least, result.query[i]);
    most = std::max(most, result.query[i]);
    EXPECT_BITS(result.clamped[i], std::clamp(result.query[i], 0.0, 1.0));
  }
  EXPECT_LT(least, 0.0);
  EXPECT_GT(most, 1.0);
  EXPECT_BITS(spline_calibration_model::fit(labels, p).transform(vector_view(grid)), result.clamped);
  EXPECT_BITS(spline_calibration_model::fit(labels, p, {.clamp = false}).transform(vector_view(grid)),
              result.query);
}

TEST(spline_calibration, does_not_depend_on_the_order_within_ties) {
  const sample s = draw_sample(200, 242, 20);
  sample turned;
  for (std::size_t i = s.labels.size(); i-- > 0;) {
    turned.labels.push_back(s.labels[i]);
    turned.probabilities.push_back(s.probabilities[i]);
    turned.weights.push_back(s.weights[i]);
  }
  const auto grid = testing::unit_grid(20);
  EXPECT_BITS(spline_calibration(s.labels, s.probabilities, grid).query,
              spline_calibration(turned.labels, turned.probabilities, grid).query);
  const auto a = spline_calibration(s.labels, s.probabilities, grid, {.weights = s.weights});
  const auto b = spline_calibration(turned.labels, turned.probabilities, grid, {.weights = turned.weights});
  for (std::size_t i = 0; i < grid.size(); ++i)
    EXPECT_ABS(a.query[i], b.query[i], 1e-11, "sums of weights in another order");
}

TEST(spline_calibration, of_equal_weights_is_unweighted_and_drops_rows_of_weight_0) {
  const sample s = draw_sample(150, 243, 40);
  const auto grid = testing::unit_grid(20);
  const auto plain = spline_calibration(s.labels, s.probabilities, grid);
  const auto equal =
      spline_calibration(s.labels, s.probabilities, grid, {.weights = std::vector<double>(150, 0.3)});
  for (std::size_t i = 0; i < grid.size(); ++i)
    EXPECT_ABS(equal.query[i], plain.query[i], 1e-10, "rounded ranks");
  auto longer = s;
  longer.labels.push_back(1);
  longer.probabilities.push_back(0.01);
  auto weights = std::vector<double>(150, 1.0);
  weights.push_back(0.0);
  const auto dropped = spline_calibration(longer.labels, longer.probabilities, grid, {.weights = weights});
  for (std::size_t i = 0; i < grid.size(); ++i)
    EXPECT_ABS(dropped.query[i], plain.query[i], 1e-10, "rounded ranks");
}

TEST(spline_calibration, of_calibrated_data_is_near_the_identity) {
  const sample s = testing::draw_calibrated(40000, 244);
  const auto grid = testing::unit_grid(10);
  const auto result = spline_calibration(s.labels, s.probabilities, grid);
  for (std::size_t i = 1; i < 10; ++i)
    EXPECT_ABS(result.query[i], grid[i], 0.04, "4 standard errors of a slope over a fifth of the rows");
}

TEST(spline_calibration, of_few_or_tied_rows_is_finite) {
  const auto grid = testing::unit_grid(4);
  for (const spline_runout runout : k_ends) {
    for (const std::int64_t knots : {4, 256}) {
      const auto one = spline_calibration({1}, {0.5}, grid, {.n_knots = knots, .runout = runout});
      const auto two = spline_calibration({0, 1}, {0.5, 0.75}, grid, {.n_knots = knots, .runout = runout});
      const auto tied =
          spline_calibration({0, 1, 1}, {0.5, 0.5, 0.5}, grid, {.n_knots = knots, .runout = runout});
      for (std::size_t i = 0; i < grid.size(); ++i) {
        EXPECT_TRUE(std::isfinite(one.query[i]));
        EXPECT_TRUE(std::isfinite(two.query[i]));
        EXPECT_TRUE(std::isfinite(tied.query[i]));
      }
    }
  }
}

TEST(spline_calibration, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    spline_calibration(labels, p, {0.5}, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    spline_calibration_model::fit(labels, p, {.weights = weights});
  });
  const auto refused = [](std::int64_t knots, spline_runout runout, const char* text) {
    testing::expect_error(
        [&] {
          spline_calibration({0, 1}, {0.2, 0.4}, {0.5}, {.n_knots = knots, .runout = runout});
        },
        error_kind::value, error_code::bad_parameter, "n_knots", text);
  };
  refused(2, spline_runout::natural, "must be at least 3");
  refused(3, spline_runout::cubic, "must be at least 4");
  refused(257, spline_runout::natural, "must be at most 256");
  testing::expect_probability_errors("query", [](array_view query) {
    spline_calibration({0, 1}, {0.2, 0.4}, vector_view(query));
  });
  testing::expect_transform_errors(spline_calibration_model::fit({0, 1}, {0.2, 0.4}));
}

TEST(spline_calibration_model, comes_back_from_json) {
  const sample s = draw_sample(100, 245);
  for (const bool clamp : {true, false}) {
    const auto model =
        spline_calibration_model::fit(s.labels, s.probabilities, {.weights = s.weights, .clamp = clamp});
    testing::expect_json_round_trip(model);
    EXPECT_BITS(spline_calibration_model::from_json(model.to_json()).transform(vector_view(s.probabilities)),
                model.transform(vector_view(s.probabilities)));
    const std::vector<float> p = {0.5F};
    EXPECT_EQ(model.transform(vector_view(p)).type(), dtype::float32);
  }
  testing::expect_json_refused<spline_calibration_model>(
      R"({"model": "spline_calibration", "version": 1, "clamp": true, "x": [1, 0], "y": [0, 1]})", "ascend");
  testing::expect_json_refused<spline_calibration_model>(
      R"({"model": "spline_calibration", "version": 1, "clamp": true, "x": [0], "y": [1e305]})", "beyond");
}

}  // namespace
}  // namespace assay::calibration
