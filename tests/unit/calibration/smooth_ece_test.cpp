#include "assay/calibration/smooth_ece.hpp"

#include <cmath>
#include <limits>

#include "assay/calibration/ece.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// The reflected kernel by its definition.
double kernel(double t, double p, double sigma) {
  double sum = 0.0;
  const int most = static_cast<int>(5.0 * sigma) + 1;
  for (int k = -most; k <= most; ++k) {
    const double a = (t - p + 2 * k) / sigma, b = (t + p + 2 * k) / sigma;
    sum += std::exp(-a * a / 2) + std::exp(-b * b / 2);
  }
  return sum / (sigma * std::sqrt(2 * 3.14159265358979323846));
}

double line_kernel(double u, double v, double sigma) {
  const double a = (u - v) / sigma;
  return std::exp(-a * a / 2) / (sigma * std::sqrt(2 * 3.14159265358979323846));
}

// Integral of |r| over low .. high by straight lines between points, r by its definition. r is flat at both
// ends, so all that Euler and Maclaurin leave of the second order are h^2 |r'|/6 for each change of sign.
template <class Residual>
double integral_of(double low, double high, int points, Residual r) {
  const double h = (high - low) / points;
  double sum = 0.0, before = r(low);
  for (int i = 1; i <= points; ++i) {
    const double now = r(low + h * i);
    const double size = std::fabs(before) + std::fabs(now);
    sum += before * now >= 0 ? h * size / 2 : h * ((before * before + now * now) / (2 * size) + size / 6);
    before = now;
  }
  return sum;
}

double direct(const sample& s, double sigma, double low = 0.0, double high = 1.0, int points = 2500) {
  double total = 0.0;
  for (const double w : s.weights) total += w;
  return integral_of(low, high, points, [&](double t) {
    double sum = 0.0;
    for (std::size_t i = 0; i < s.labels.size(); ++i)
      sum += s.weights[i] * (s.labels[i] - s.probabilities[i]) * kernel(t, s.probabilities[i], sigma);
    return sum / total;
  });
}

// Rows at both ends, where the reflected kernels coincide, and ties.
sample with_ends() {
  sample s = draw_sample(40, 200, 20);
  for (const double p : {0.0, 0.0, 1.0, 1.0, 1.0, 1e-12, 1.0 - 1e-12, 0.003}) {
    s.probabilities.push_back(p);
    s.labels.push_back(p < 0.001 ? 1 : 0);
    s.weights.push_back(1.5);
  }
  return s;
}

TEST(smooth_ece_fixed, follows_its_definition) {
  const sample s = with_ends();
  for (const double sigma : {2.0, 0.5, 0.2, 0.05, 0.02}) {
    EXPECT_ABS(smooth_ece_fixed(s.labels, s.probabilities, sigma, {.weights = s.weights}), direct(s, sigma),
               1e-7, "16 nodes a sigma");
  }
}

TEST(smooth_ece_fixed, counts_rows_at_the_ends_in_full) {
  // a grid that mirrors without doubling its end points gives 0.0816 here
  std::vector<std::uint8_t> labels(50, 0);
  std::vector<double> p(50, 0.0);
  for (std::size_t i = 0; i < 5; ++i) labels[i] = 1;  // mean residual 0.2 at 0
  for (std::size_t i = 25; i < 50; ++i) p[i] = 0.5;
  for (std::size_t i = 25; i < 37; ++i) labels[i] = 1;  // -0.02 at 1/2
  EXPECT_ABS(smooth_ece_fixed(labels, p, 0.05), 0.11, 1e-7, "two places that hardly meet");
}

TEST(smooth_ece_fixed, is_the_same_where_the_grid_is_cut_into_pieces) {
  // below 2^-11 the grid holds only what the masses reach; rows close together, far apart, and at both ends
  sample s;
  testing::generator rng(201);
  for (const double centre : {0.0, 0.0004, 0.2, 0.2013, 0.7, 1.0}) {
    for (int i = 0; i < 4; ++i) {
      const double p = std::fabs(centre + rng.uniform(-0.0007, 0.0007));
      s.probabilities.push_back(i == 0 ? centre : std::min(p, 2.0 - p));
      s.labels.push_back(static_cast<std::uint8_t>(rng.below(2)));
      s.weights.push_back(rng.uniform(0.2, 2.0));
    }
  }
  s.probabilities.push_back(0.4);
  s.labels.push_back(1);
  s.weights.push_back(1.0);
  for (const double sigma : {4e-4, 1e-4}) {
    double expected = 0.0;
    for (const double centre : {0.0, 0.2, 0.4, 0.7, 1.0}) {
      expected += direct(s, sigma, std::max(centre - 0.008, 0.0), std::min(centre + 0.008, 1.0), 4000);
    }
    EXPECT_ABS(smooth_ece_fixed(s.labels, s.probabilities, sigma, {.weights = s.weights}), expected, 1e-7,
               "16 nodes a sigma");
  }
  const double below = smooth_ece_fixed(s.labels, s.probabilities, 0x1.fffffp-12);
  EXPECT_REL(below, smooth_ece_fixed(s.labels, s.probabilities, 0x1.00001p-11), 2e-6,
             "sigma differs by 3e-6");
}

TEST(smooth_ece_fixed, cuts_long_runs_without_a_seam) {
  const sample s = draw_sample(20000, 202);
  double before = smooth_ece_fixed(s.labels, s.probabilities, 4.6e-4);       // several windows
  const double after = smooth_ece_fixed(s.labels, s.probabilities, 5.2e-4);  // one grid
  EXPECT_LE(after, before);
  EXPECT_GT(after, 0.9 * before);
  EXPECT_LE(before, smooth_ece_fixed(s.labels, s.probabilities, 1e-4));
}

TEST(smooth_ece_fixed, gathers_many_rows_without_loss) {
  // 70 000 rows on 211 places against the same as 211 weighted rows
  testing::generator rng(203);
  std::vector<std::uint8_t> labels;
  std::vector<double> p, places, weights;
  std::vector<std::uint8_t> place_labels;
  for (int k = 0; k <= 210; ++k) {
    for (const bool event : {false, true}) {
      places.push_back(k / 210.0);
      place_labels.push_back(event ? 1 : 0);
      weights.push_back(static_cast<double>(rng.below(330)));
      for (int i = 0; i < static_cast<int>(weights.back()); ++i) {
        p.push_back(places.back());
        labels.push_back(event ? 1 : 0);
      }
    }
  }
  ASSERT_GT(p.size(), std::size_t{1} << 16);
  for (const double sigma : {0.1, 0.01, 1e-3, 5e-4, 1e-4}) {
    EXPECT_ABS(smooth_ece_fixed(labels, p, sigma),
               smooth_ece_fixed(place_labels, places, sigma, {.weights = weights}), 1e-9,
               "the cells are 16 times finer than the kernel");
  }
  context threads;
  threads.threads = 3;
  EXPECT_BITS(smooth_ece(labels, p), smooth_ece(labels, p, {}, threads));
  EXPECT_ABS(smooth_ece(labels, p), smooth_ece(place_labels, places, {.weights = weights}), 1e-9, "as above");
}

TEST(smooth_ece_fixed, does_not_increase_and_tends_to_the_error_of_distinct_values) {
  const sample s = draw_sample(300, 204, 30);
  const double distinct = ece(s.labels, s.probabilities, {.weights = s.weights, .strategy = binning::unique});
  double before = distinct * (1 + 1e-12);
  for (const double sigma : {1e-300, 1e-14, 1e-9, 1e-5, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 1e300}) {
    const double error = smooth_ece_fixed(s.labels, s.probabilities, sigma, {.weights = s.weights});
    EXPECT_LE(error, before + 1e-7) << sigma;
    before = error;
    if (sigma < 1e-4) {
      EXPECT_REL(error, distinct, 1e-12, "kernels that do not meet");
    }
  }
  const double one_bin = ece(s.labels, s.probabilities, {.weights = s.weights, .n_bins = 1});
  EXPECT_REL(before, one_bin, 1e-12, "a kernel of 1 everywhere");
}

TEST(smooth_ece_fixed, is_symmetric_and_takes_float32_and_strides) {
  const sample s = draw_sample(128, 205, 64);
  std::vector<std::uint8_t> labels, twice_labels;
  std::vector<double> p, twice;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    labels.push_back(static_cast<std::uint8_t>(1 - s.labels[i]));
    p.push_back(1.0 - s.probabilities[i]);
    twice_labels.insert(twice_labels.end(), {s.labels[i], 0});
    twice.insert(twice.end(), {s.probabilities[i], 0.25});
  }
  EXPECT_REL(smooth_ece_fixed(s.labels, s.probabilities, 0.05), smooth_ece_fixed(labels, p, 0.05), 1e-12,
             "sums in another order");
  EXPECT_BITS(
      smooth_ece_fixed(s.labels, s.probabilities, 0.05),
      smooth_ece_fixed(integer_view(twice_labels.data(), 128, 2), vector_view(twice.data(), 128, 2), 0.05));
  const auto single = testing::as_float(s.probabilities);
  EXPECT_BITS(smooth_ece(s.labels, single), smooth_ece(s.labels, testing::as_double(single)));
}

TEST(smooth_ece, is_its_own_bandwidth) {
  for (const std::uint64_t seed : {206U, 207U, 208U}) {
    const sample s = draw_sample(500, seed);
    const double value = smooth_ece(s.labels, s.probabilities, {.weights = s.weights});
    EXPECT_REL(smooth_ece_fixed(s.labels, s.probabilities, value, {.weights = s.weights}), value, 1e-9,
               "where the search stops");
  }
}

TEST(smooth_ece, of_one_probability_is_the_difference_of_the_means) {
  for (const double p : {0.0, 0.25, 0.7, 1.0, 1e-7, 1.0 - 1e-9}) {
    const std::vector<double> all(4, p);
    EXPECT_ABS(smooth_ece({1, 0, 0, 0}, all), std::fabs(p - 0.25), 1e-8, "16 nodes a sigma");
    EXPECT_ABS(smooth_ece({0, 0, 0, 0}, all), p, 1e-8 * p, "16 nodes a sigma");
  }
  EXPECT_BITS(smooth_ece({0, 1}, {0, 1}), 0.0);
  EXPECT_BITS(smooth_ece({0, 1}, {0.5, 0.5}), 0.0);
  EXPECT_REL(smooth_ece({1}, {0.0}), 1.0, 1e-9, "the largest error there is");
  EXPECT_REL(smooth_ece({0, 0}, {1e-14, 1e-14}), 1e-14, 1e-9, "below the smallest kernel");
}

TEST(smooth_ece, on_the_axis_of_logits_follows_its_definition) {
  sample s = draw_sample(40, 209);
  double total = 0.0;
  for (const double w : s.weights) total += w;
  for (const double sigma : {1.0, 0.3, 0.1}) {
    const double expected = integral_of(-15.0, 15.0, 6000, [&](double u) {
      double sum = 0.0;
      for (std::size_t i = 0; i < s.labels.size(); ++i) {
        const double p = s.probabilities[i];
        sum += s.weights[i] * (s.labels[i] - p) * line_kernel(u, std::log(p / (1 - p)), sigma);
      }
      return sum / total;
    });
    EXPECT_ABS(smooth_ece_fixed(s.labels, s.probabilities, sigma,
                                {.weights = s.weights, .space = smoothing_space::logit}),
               expected, 1e-7, "16 nodes a sigma");
  }
  // the ends are places of their own
  const smooth_ece_fixed_options logit{.space = smoothing_space::logit};
  EXPECT_BITS(smooth_ece_fixed({1, 0, 0, 0}, {0, 0, 1, 1}, 0.1, logit), 0.75);
  EXPECT_REL(smooth_ece_fixed({1, 0, 1}, {0, 0.5, 1}, 1e300, logit), (1 + 0.5) / 3, 1e-12, "no kernels meet");
}

// ---- curve ----

TEST(smooth_ece_curve, follows_its_definition) {
  const sample s = with_ends();
  double total = 0.0;
  for (const double w : s.weights) total += w;
  for (const double sigma : {1.5, 0.1, 2e-4}) {
    const auto curve =
        smooth_ece_curve(s.labels, s.probabilities, {.weights = s.weights, .sigma = sigma, .n_points = 41});
    for (std::size_t i = 0; i <= 40; ++i) {
      const double t = static_cast<double>(i) / 40;
      double all = 0.0, events = 0.0;
      for (std::size_t j = 0; j < s.labels.size(); ++j) {
        const double k = s.weights[j] * kernel(t, s.probabilities[j], sigma) / total;
        all += k;
        events += k * s.labels[j];
      }
      EXPECT_BITS(curve.t[i], t);
      EXPECT_ABS(curve.density[i], all, 1e-7 * std::max(all, 1.0), "16 nodes a sigma");
      if (all > 0.01) {
        EXPECT_ABS(curve.mu[i], events / all, 1e-5, "16 nodes a sigma, little density");
      }
    }
  }
}

TEST(smooth_ece_curve, takes_the_bandwidth_of_the_error) {
  const sample s = draw_sample(200, 210);
  const auto curve = smooth_ece_curve(s.labels, s.probabilities);
  EXPECT_BITS(curve.value, smooth_ece(s.labels, s.probabilities));
  EXPECT_BITS(curve.sigma, curve.value);
  EXPECT_EQ(curve.t.size(), 201U);
  const auto narrow = smooth_ece_curve({1, 0}, {0.25, 0.25}, {.sigma = 0.001, .n_points = 3});
  EXPECT_TRUE(std::isnan(narrow.mu[1]));
  EXPECT_BITS(narrow.density[1], 0.0);
  EXPECT_REL(narrow.value, 0.25, 1e-8, "one place");
  EXPECT_BITS(smooth_ece_curve({0, 1}, {0, 1}).sigma, 0.0);
}

TEST(smooth_ece_curve, on_the_axis_of_logits_is_a_density_of_probabilities) {
  const sample s = draw_sample(300, 211);
  const auto curve = smooth_ece_curve(s.labels, s.probabilities,
                                      {.sigma = 0.3, .n_points = 2000, .space = smoothing_space::logit});
  double mass = 0.0;
  for (std::size_t i = 0; i < 2000; ++i) mass += curve.density[i] / 2000;
  EXPECT_ABS(mass, 1.0, 5e-3, "2000 cells, steep at both ends");
}

// ---- gradient ----

TEST(smooth_ece_fixed_grad, agrees_with_differences) {
  sample s = with_ends();
  testing::generator rng(212);
  for (double& p : s.probabilities) p = std::clamp(p + rng.uniform(-0.01, 0.01), 1e-4, 1.0 - 1e-4);
  double total = 0.0;
  for (const double w : s.weights) total += w;
  for (const double sigma : {4.0, 0.7, 0.1, 0.02, 2e-4}) {
    const auto found = smooth_ece_fixed_grad(s.labels, s.probabilities, sigma, {.weights = s.weights});
    EXPECT_BITS(found.loss, smooth_ece_fixed(s.labels, s.probabilities, sigma, {.weights = s.weights}));
    for (std::size_t i = 0; i < s.labels.size(); i += 3) {
      const double step = std::min(1e-3 * sigma, 1e-5);
      auto up = s.probabilities, down = s.probabilities;
      up[i] += step;
      down[i] -= step;
      const double slope = (smooth_ece_fixed(s.labels, up, sigma, {.weights = s.weights}) -
                            smooth_ece_fixed(s.labels, down, sigma, {.weights = s.weights})) /
                           (2 * step);
      EXPECT_ABS(found.grad[i], slope, 3e-5 / std::min(sigma, 1.0) * s.weights[i] / total + 1e-10,
                 "nodes that the row passes in a step, and the curvature of the error");
    }
  }
}

TEST(smooth_ece_fixed_grad, of_one_row_is_the_sign) {
  EXPECT_REL(smooth_ece_fixed_grad({1}, {0.3}, 0.1).grad[0], -1.0, 1e-12, "|1 - p|");
  EXPECT_REL(smooth_ece_fixed_grad({0}, {0.3}, 0.1).grad[0], 1.0, 1e-12, "|p|");
  EXPECT_REL(smooth_ece_fixed_grad({0}, {1.0}, 1e-9).grad[0], 1.0, 1e-12, "|p|");
  EXPECT_BITS(smooth_ece_fixed_grad({1}, {1.0}, 0.1).grad[0], 0.0);
  const std::vector<float> single = {0.5F};
  EXPECT_EQ(smooth_ece_fixed_grad({1}, single, 0.1).grad.type(), dtype::float32);
}

TEST(smooth_ece, names_what_is_wrong) {
  const auto rows = [](const testing::row_call& call) { testing::expect_row_errors("probabilities", call); };
  rows([](integer_view y, vector_view p, vector_view w) { smooth_ece_fixed(y, p, 0.1, {.weights = w}); });
  rows([](integer_view y, vector_view p, vector_view w) { smooth_ece(y, p, {.weights = w}); });
  rows([](integer_view y, vector_view p, vector_view w) { smooth_ece_curve(y, p, {.weights = w}); });
  rows(
      [](integer_view y, vector_view p, vector_view w) { smooth_ece_fixed_grad(y, p, 0.1, {.weights = w}); });
  rows([](integer_view y, vector_view p, vector_view w) {
    smooth_ece(y, p, {.weights = w, .space = smoothing_space::logit});
  });
  const auto refused = [](const char* argument, auto call) {
    testing::expect_error(call, error_kind::value, error_code::bad_parameter, argument);
  };
  for (const double sigma : {0.0, -1.0, k_nan, std::numeric_limits<double>::infinity()}) {
    refused("sigma", [=] { smooth_ece_fixed({0, 1}, {0.2, 0.4}, sigma); });
    refused("sigma", [=] { smooth_ece_fixed_grad({0, 1}, {0.2, 0.4}, sigma); });
    refused("sigma", [=] { smooth_ece_curve({0, 1}, {0.2, 0.4}, {.sigma = sigma}); });
  }
  for (const std::int64_t points : {std::int64_t{1}, std::int64_t{-1}, std::int64_t{1} << 40})
    refused("n_points", [=] { smooth_ece_curve({0, 1}, {0.2, 0.4}, {.n_points = points}); });
  // bad rows among many
  std::vector<std::uint8_t> labels(70000, 0);
  std::vector<double> p(70000, 0.5);
  p[69999] = k_nan;
  testing::expect_error([&] { smooth_ece(labels, p); }, error_kind::value, error_code::out_of_range,
                        "probabilities", "probabilities[69999] is NaN");
}

}  // namespace
}  // namespace assay::calibration
