#include "assay/calibration/logistic_erm.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "labelled_points.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_points;
using testing::labelled_points;
using testing::naive_loss;

constexpr double k_infinity = std::numeric_limits<double>::infinity();

// Derivatives of mean log loss + |w|^2/C by the definition.
std::vector<double> naive_gradient(const labelled_points& s, const std::vector<double>& coefficients,
                                   const std::vector<double>& weights, double C) {
  std::vector<double> gradient(coefficients.size());
  double total = 0.0;
  for (std::size_t i = 0; i < s.y.size(); ++i) {
    double eta = coefficients[0];
    for (std::size_t j = 0; j < s.d; ++j) eta += coefficients[j + 1] * s.X[i * s.d + j];
    const double w = weights.empty() ? 1.0 : weights[i];
    const double residual = w * (1.0 / (1.0 + std::exp(-eta)) - s.y[i]);
    gradient[0] += residual;
    for (std::size_t j = 0; j < s.d; ++j) gradient[j + 1] += residual * s.X[i * s.d + j];
    total += w;
  }
  for (double& g : gradient) g /= total;
  for (std::size_t j = 1; j <= s.d; ++j) gradient[j] += 2.0 * coefficients[j] / C;
  return gradient;
}

TEST(logistic_erm, of_two_points_has_a_closed_form) {
  // Two of three rows at x = 1 and one of three at x = 0 are 1: log-odds ln 2 and -ln 2.
  const std::vector<double> X = {0, 0, 0, 1, 1, 1};
  const auto fit = logistic_erm(matrix_view(X, 6, 1), {0, 0, 1, 0, 1, 1}, {.C = k_infinity});
  EXPECT_REL(fit.coefficients[0], -std::log(2.0), 1e-14, "Newton's last step is rounding");
  EXPECT_REL(fit.coefficients[1], 2 * std::log(2.0), 1e-14, "as above");
  EXPECT_REL(fit.mean_log_loss, -(2 * std::log(2.0 / 3) + std::log(1.0 / 3)) / 3, 1e-14, "as above");
  EXPECT_EQ(fit.objective, fit.mean_log_loss);
  EXPECT_REL(fit.probabilities[0], 1.0 / 3, 1e-14, "as above");
  EXPECT_REL(fit.probabilities[5], 2.0 / 3, 1e-14, "as above");
}

TEST(logistic_erm, has_no_slope_at_the_minimum) {
  for (const std::size_t d : {1U, 2U, 5U}) {
    const auto s = draw_points(80, d, d);
    for (const double C : {1e-3, 1.0, 1e6, k_infinity}) {
      for (const bool weighted : {false, true}) {
        const auto weights = weighted ? s.weights : std::vector<double>();
        const auto fit = logistic_erm(s.points(), s.y,
                                      {.weights = weighted ? vector_view(weights) : vector_view(), .C = C});
        const auto coefficients = fit.coefficients.to_vector();
        for (const double g : naive_gradient(s, coefficients, weights, C))
          EXPECT_ABS(g, 0.0, 1e-14, "a sum of numbers below 1, less what it cancels");
        EXPECT_REL(fit.mean_log_loss, naive_loss(s, coefficients, weights), 1e-14, "sums in another order");
        double penalty = 0.0;
        for (std::size_t j = 1; j <= d; ++j) penalty += coefficients[j] * coefficients[j] / C;
        EXPECT_REL(fit.objective, fit.mean_log_loss + penalty, 1e-14, "one rounding");
      }
    }
  }
}

TEST(logistic_erm, knows_weights_as_repetitions) {
  const auto s = draw_points(40, 2, 7);
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
  const auto a = logistic_erm(s.points(), s.y, {.weights = weights, .C = 10});
  const auto b = logistic_erm(repeated.points(), repeated.y, {.C = 10});
  for (std::size_t j = 0; j < 3; ++j)
    EXPECT_REL(a.coefficients[j], b.coefficients[j], 1e-12, "sums in another order");
}

TEST(logistic_erm, changes_units_with_its_columns) {
  const auto s = draw_points(60, 2, 8);
  auto t = s;
  for (std::size_t i = 0; i < t.y.size(); ++i) {
    t.X[2 * i] = 1e9 + 1e6 * t.X[2 * i];
    t.X[2 * i + 1] *= 1e-12;
  }
  const auto a = logistic_erm(s.points(), s.y, {.C = k_infinity});
  const auto b = logistic_erm(t.points(), t.y, {.C = k_infinity});
  EXPECT_REL(b.coefficients[1] * 1e6, a.coefficients[1], 1e-9, "1e9 + 1e6 x keeps 12 digits of x");
  EXPECT_REL(b.coefficients[2] * 1e-12, a.coefficients[2], 1e-9, "as above");
  EXPECT_REL(b.mean_log_loss, a.mean_log_loss, 1e-12, "as above");
}

TEST(logistic_erm, holds_under_any_strength_of_penalty) {
  const auto s = draw_points(60, 3, 9);
  double before = k_infinity;
  for (double C = 1e-300; C < 1e300; C *= 1e20) {
    const auto fit = logistic_erm(s.points(), s.y, {.C = C});
    EXPECT_LE(fit.mean_log_loss, before * (1 + 1e-14));
    before = fit.mean_log_loss;
  }
  const auto strong = logistic_erm(s.points(), s.y, {.C = 1e-300});
  double events = 0.0;
  for (const auto label : s.y) events += label;
  EXPECT_REL(strong.probabilities[0], events / 60, 1e-14, "only the intercept is left");
}

TEST(logistic_erm, survives_columns_that_say_nothing_or_the_same) {
  auto s = draw_points(50, 1, 10);
  labelled_points more;
  more.d = 3;
  more.y = s.y;
  for (const double x : s.X) more.X.insert(more.X.end(), {x, 7.25, x});  // a constant and a copy
  for (const double C : {1e6, k_infinity}) {
    const auto a = logistic_erm(s.points(), s.y, {.C = C}), b = logistic_erm(more.points(), s.y, {.C = C});
    EXPECT_REL(b.mean_log_loss, a.mean_log_loss, 1e-9, "two columns share one coefficient: half the penalty");
    EXPECT_EQ(b.coefficients[2], 0.0);
  }
}

TEST(logistic_erm, survives_the_largest_numbers) {
  constexpr double large = std::numeric_limits<double>::max();
  const std::vector<double> X = {-large, large, large, -large, large, -large};
  const auto fit = logistic_erm(matrix_view(X, 6, 1), {0, 1, 1, 1, 0, 0}, {.C = k_infinity});
  EXPECT_REL(fit.probabilities[0], 1.0 / 3, 1e-14, "one row of three");
  EXPECT_REL(fit.probabilities[1], 2.0 / 3, 1e-14, "two rows of three");
}

TEST(logistic_erm, of_separable_classes_needs_a_penalty) {
  const std::vector<double> X = {-2, -1, 1, 2};
  const matrix_view points(X, 4, 1);
  EXPECT_LT(logistic_erm(points, {0, 0, 1, 1}).mean_log_loss, 0.01);
  const auto refused = [&](matrix_view at, integer_view y, double C) {
    testing::expect_error([&] { logistic_erm(at, y, {.C = C}); }, error_kind::value, error_code::no_minimiser,
                          "C", "too large for separable classes");
  };
  refused(points, {0, 0, 1, 1}, k_infinity);
  refused(points, {1, 1, 0, 0}, k_infinity);
  refused(points, {0, 0, 1, 1}, 1e200);  // the minimum lies where nothing curves any more
  // Classes that touch: no minimum either, though some rows keep moderate probabilities.
  const std::vector<double> touching = {-2, -1, 0, 0, 1, 2};
  refused(matrix_view(touching, 6, 1), {0, 0, 0, 1, 1, 1}, k_infinity);
  const std::vector<double> plane = {0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2};
  refused(matrix_view(plane, 6, 2), {0, 1, 0, 1, 1, 1}, k_infinity);  // x1 = 1 is always 1
}

TEST(logistic_erm, takes_float32_and_strides) {
  const auto s = draw_points(30, 2, 11);
  const auto single = testing::as_float(s.X);
  const auto widened = testing::as_double(single);
  EXPECT_BITS(logistic_erm(matrix_view(single, 30, 2), s.y).coefficients,
              logistic_erm(matrix_view(widened, 30, 2), s.y).coefficients);
  std::vector<double> transposed(60);
  for (std::size_t i = 0; i < 30; ++i)
    for (std::size_t j = 0; j < 2; ++j) transposed[j * 30 + i] = s.X[2 * i + j];
  EXPECT_BITS(logistic_erm(matrix_view(transposed.data(), 30, 2, 1, 30), s.y).coefficients,
              logistic_erm(s.points(), s.y).coefficients);
}

TEST(logistic_erm, names_what_is_wrong) {
  testing::expect_erm_errors([](matrix_view X, integer_view y, vector_view weights, double C) {
    logistic_erm(X, y, {.weights = weights, .C = C});
  });
  const std::vector<double> X = {1, 2};
  const std::vector<std::int32_t> y = {0, 1};
  testing::expect_error(
      [&] {
        logistic_erm(matrix_view(X, 2, 1), integer_view(array_view(y.data(), dtype::int32, 2, {2, 1})));
      },
      error_kind::shape, error_code::wrong_rank, "y");
}

}  // namespace
}  // namespace assay::calibration
