#include "assay/calibration/calibration_slope.hpp"

#include <cmath>
#include <limits>

#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;
using numbers = std::vector<double>;

double logit(double p) { return std::log(p / (1 - p)); }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// Log-likelihood of intercept a and slope b, by std functions.
double log_likelihood(const sample& s, bool weighted, double a, double b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    const double eta = a + b * logit(s.probabilities[i]);
    sum -= (weighted ? s.weights[i] : 1.0) * std::log1p(std::exp(s.labels[i] == 1 ? -eta : eta));
  }
  return sum;
}

TEST(calibration_slope_intercept, is_the_maximum_of_the_likelihood) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const sample s = draw_sample(150, seed);
    for (const bool weighted : {false, true}) {
      const auto fit = calibration_slope_intercept(
          s.labels, s.probabilities, {.weights = weighted ? vector_view(s.weights) : vector_view()});
      const double a = fit.intercept, b = fit.slope, c = fit.calibration_in_the_large;
      const double best = log_likelihood(s, weighted, a, b), large = log_likelihood(s, weighted, c, 1.0);
      for (const double h : {-1e-4, 1e-4}) {
        EXPECT_GT(best, log_likelihood(s, weighted, a + h, b));
        EXPECT_GT(best, log_likelihood(s, weighted, a, b + h));
        EXPECT_GT(large, log_likelihood(s, weighted, c + h, 1.0));
      }
      EXPECT_REL(fit.statistic, 2 * (best - log_likelihood(s, weighted, 0, 1)), 1e-11,
                 "difference of sums of 150 logarithms");
      EXPECT_EQ(fit.df, 2);
      EXPECT_REL(fit.p_value, std::exp(-0.5 * fit.statistic), 1e-13, "closed form of 2 degrees of freedom");
    }
  }
}

// Standard errors from second differences of the log-likelihood.
TEST(calibration_slope_intercept, standard_errors_are_those_of_the_information) {
  const sample s = draw_sample(200, 9);
  const auto fit = calibration_slope_intercept(s.labels, s.probabilities, {.weights = s.weights});
  constexpr double h = 1e-3;
  const auto second = [&](double a, double b, double da, double db, double ea, double eb) {
    const auto at = [&](double u, double v) {
      return log_likelihood(s, true, a + h * (u * da + v * ea), b + h * (u * db + v * eb));
    };
    return -(at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h * h);
  };
  const double a = fit.intercept, b = fit.slope;
  const double aa = second(a, b, 1, 0, 1, 0), ab = second(a, b, 1, 0, 0, 1), bb = second(a, b, 0, 1, 0, 1);
  const double determinant = aa * bb - ab * ab;
  const char* why = "second differences: h^2 and rounding of the likelihood over h^2";
  EXPECT_REL(fit.intercept_std_error, std::sqrt(bb / determinant), 1e-5, why);
  EXPECT_REL(fit.slope_std_error, std::sqrt(aa / determinant), 1e-5, why);
  const double large = second(fit.calibration_in_the_large, 1, 1, 0, 1, 0);
  EXPECT_REL(fit.in_the_large_std_error, 1 / std::sqrt(large), 1e-5, why);
}

// Two distinct forecasts: the fit has the event rates 1/4 and 2/3, two equations for two unknowns.
TEST(calibration_slope_intercept, of_two_probabilities_has_a_closed_form) {
  const std::vector<std::uint8_t> labels = {1, 0, 0, 0, 1, 1, 0};
  const numbers p = {0.4, 0.4, 0.4, 0.4, 0.8, 0.8, 0.8};
  const auto fit = calibration_slope_intercept(labels, p);
  const double slope = (logit(2.0 / 3) - logit(0.25)) / (logit(0.8) - logit(0.4));
  EXPECT_REL(fit.slope, slope, 1e-13, "Newton's last step is below 1e-18");
  EXPECT_REL(fit.intercept, logit(0.25) - slope * logit(0.4), 1e-13, "Newton's last step is below 1e-18");
  const double expected = 4 * sigmoid(fit.calibration_in_the_large + logit(0.4)) +
                          3 * sigmoid(fit.calibration_in_the_large + logit(0.8));
  EXPECT_REL(expected, 3.0, 1e-14, "as many events expected as seen");
}

TEST(calibration_slope_intercept, of_calibrated_rates_finds_nothing) {
  // event rates 1/4 and 3/4, just as forecast
  const auto fit =
      calibration_slope_intercept({1, 0, 0, 0, 0, 1, 1, 1}, {0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75});
  EXPECT_REL(fit.slope, 1.0, 1e-15, "rounding");
  EXPECT_ABS(fit.intercept, 0.0, 1e-15, "rounding");
  EXPECT_ABS(fit.calibration_in_the_large, 0.0, 1e-15, "rounding");
  EXPECT_ABS(fit.statistic, 0.0, 1e-14, "rounding of the log-likelihood, 4.5");
  EXPECT_LE(fit.p_value, 1.0);
}

TEST(calibration_slope_intercept, of_whole_weights_is_that_of_repeated_rows) {
  sample s = draw_sample(90, 10), repeated;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    s.weights[i] = static_cast<double>(i % 3);
    for (std::size_t copy = 0; copy < i % 3; ++copy) {
      repeated.labels.push_back(s.labels[i]);
      repeated.probabilities.push_back(s.probabilities[i]);
    }
  }
  const auto a = calibration_slope_intercept(s.labels, s.probabilities, {.weights = s.weights});
  const auto b = calibration_slope_intercept(repeated.labels, repeated.probabilities);
  const char* why = "sums in another order";
  EXPECT_REL(a.slope, b.slope, 1e-13, why);
  EXPECT_REL(a.intercept_std_error, b.intercept_std_error, 1e-13, why);
  EXPECT_REL(a.statistic, b.statistic, 1e-11, why);
}

TEST(calibration_slope_intercept, of_exchanged_classes_has_the_opposite_intercept) {
  const sample s = draw_sample(100, 11);
  sample mirror = s;
  for (auto& label : mirror.labels) label = static_cast<std::uint8_t>(1 - label);
  for (double& p : mirror.probabilities) p = 1.0 - p;
  const auto a = calibration_slope_intercept(s.labels, s.probabilities);
  const auto b = calibration_slope_intercept(mirror.labels, mirror.probabilities);
  EXPECT_REL(b.slope, a.slope, 1e-11, "1 - p rounds");
  EXPECT_REL(b.intercept, -a.intercept, 1e-11, "1 - p rounds");
  EXPECT_REL(b.calibration_in_the_large, -a.calibration_in_the_large, 1e-11, "1 - p rounds");
}

TEST(calibration_slope_intercept, cuts_to_eps) {
  const std::vector<std::uint8_t> labels = {0, 1, 0, 1, 0, 1};
  const auto cut = calibration_slope_intercept(labels, {0, 0, 1, 1, 0.5, 0.5}, {.eps = 0.25});
  const auto inside = calibration_slope_intercept(labels, {0.25, 0.25, 0.75, 0.75, 0.5, 0.5});
  EXPECT_BITS(cut.slope, inside.slope);
  EXPECT_BITS(cut.statistic, inside.statistic);
  const auto tiny = calibration_slope_intercept(labels, {0, 0, 1, 1, 0.5, 0.5}, {.eps = 1e-300});
  EXPECT_ABS(tiny.slope, 0.0, 1e-15, "as many events at 0 as at 1");
}

TEST(calibration_slope_intercept, bears_extreme_forecasts) {
  // all curvature vanishes at an intercept of 0
  const auto fit = calibration_slope_intercept({1, 0, 1, 0}, {1e-100, 1e-200, 1e-150, 1e-120});
  const double large = fit.calibration_in_the_large;
  double expected = 0.0;
  for (const double p : {1e-100, 1e-200, 1e-150, 1e-120}) expected += sigmoid(large + logit(p));
  EXPECT_REL(expected, 2.0, 1e-13, "as many events expected as seen");
  EXPECT_TRUE(std::isfinite(fit.slope) && std::isfinite(fit.slope_std_error));
  EXPECT_LT(fit.p_value, 1e-200);
}

TEST(calibration_slope_intercept, does_not_depend_on_threads_and_type) {
  const sample s = draw_sample(20000, 12);
  const auto single = testing::as_float(s.probabilities);
  const auto fit = calibration_slope_intercept(s.labels, single);
  EXPECT_BITS(calibration_slope_intercept(s.labels, testing::as_double(single), {}, {.threads = 3}).slope,
              fit.slope);
}

TEST(calibration_slope_intercept, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view y, vector_view p, vector_view w) {
    calibration_slope_intercept(y, p, {.weights = w});
  });
  const auto refused = [](integer_view y, vector_view p, const calibration_slope_intercept_options& options,
                          error_code code, const std::string& argument, const std::string& text) {
    testing::expect_error([&] { calibration_slope_intercept(y, p, options); }, error_kind::value, code,
                          argument, text);
  };
  refused({0, 1, 0}, {0.2, 1, 0.4}, {}, error_code::out_of_range, "probabilities",
          "at [1] must lie in (0, 1)");
  refused({0, 1, 0}, {0.2, 0.3, 0}, {}, error_code::out_of_range, "probabilities",
          "at [2] must lie in (0, 1)");
  for (const double eps : {-0.1, 0.5, std::numeric_limits<double>::quiet_NaN()})
    refused({0, 1}, {0.2, 0.3}, {.eps = eps}, error_code::out_of_range, "eps", "must lie in [0, 0.5)");
  refused({1, 1}, {0.2, 0.3}, {}, error_code::single_class, "labels", "only the class 1");
  refused({1, 0}, {0.2, 0.3}, {.weights = {0, 1}}, error_code::single_class, "labels", "only the class 0");
  refused({1, 0}, {0.2, 0.2}, {}, error_code::degenerate, "probabilities", "are all equal");
  refused({0, 0, 1, 1}, {0.2, 0.3, 0.4, 0.5}, {}, error_code::no_minimiser, "probabilities", "separate");
  refused({1, 1, 0, 0}, {0.2, 0.3, 0.4, 0.5}, {}, error_code::no_minimiser, "probabilities", "separate");
  refused({0, 0, 1, 1}, {0.2, 0.3, 0.3, 0.5}, {}, error_code::no_minimiser, "probabilities", "separate");
}

}  // namespace
}  // namespace assay::calibration
