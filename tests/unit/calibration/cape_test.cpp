#include "assay/calibration/cape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "assay/calibration/log_loss.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::expect_error;
using testing::sample;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::size_t> stable_order(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

// Kernel targets by their definition, of every `step`-th row in sorted order; the others are 0.
std::vector<double> neighbours(const sample& s, double sigma, std::size_t window, std::size_t step = 1) {
  const auto order = stable_order(s.probabilities);
  std::vector<double> targets(order.size());
  for (std::size_t i = 0; i < order.size(); i += step) {
    double sum = 0.0, events = 0.0;
    for (std::size_t j = i > window ? i - window : 0; j < std::min(order.size(), i + window); ++j) {
      const double distance = (s.probabilities[order[j]] - s.probabilities[order[i]]) / sigma;
      const double kernel = std::exp(-0.5 * distance * distance);
      sum += kernel;
      events += kernel * s.labels[order[j]];
    }
    targets[order[i]] = events / sum;
  }
  return targets;
}

TEST(cape_targets, of_bins_are_mean_labels_of_runs) {
  for (const std::uint64_t levels : {0U, 9U}) {
    const sample s = draw_sample(103, 300 + levels, levels);
    const auto order = stable_order(s.probabilities);
    for (const std::int64_t bins : {1, 7, 10, 103, 1000}) {
      const auto targets = cape_targets(s.labels, s.probabilities, {.n_bins = bins});
      const auto b = static_cast<std::size_t>(bins);
      for (std::size_t k = 0; k < b; ++k) {
        const std::size_t first = k * 103 / b, last = (k + 1) * 103 / b;
        double events = 0.0;
        for (std::size_t i = first; i < last; ++i) events += s.labels[order[i]];
        for (std::size_t i = first; i < last; ++i)
          EXPECT_BITS(targets[order[i]], events / static_cast<double>(last - first));
      }
    }
  }
}

TEST(cape_targets, of_the_kernel_are_means_of_neighbours) {
  const sample s = draw_sample(300, 302, 40);
  for (const double sigma : {1e-300, 1e-4, 0.05, 1.0, 1e300}) {
    for (const std::int64_t window : {1, 10, 500}) {
      const auto targets = cape_targets(s.labels, s.probabilities,
                                        {.method = cape_method::kernel, .sigma = sigma, .window = window});
      const auto expected = neighbours(s, sigma, static_cast<std::size_t>(window));
      for (std::size_t i = 0; i < 300; ++i) EXPECT_ABS(targets[i], expected[i], 1e-13, "sums of 600");
    }
  }
}

TEST(cape_targets, of_many_rows_come_from_a_grid) {
  sample s = draw_sample(4200, 303);
  for (std::size_t i = 0; i < 4150; ++i) s.probabilities[i] = 0.1 * s.probabilities[i];  // and few elsewhere
  for (const double sigma : {0.3, 0.1, 0.01, 1e-4, 1e-9}) {
    const cape_targets_options options{.method = cape_method::kernel, .sigma = sigma, .window = 5000};
    const auto targets = cape_targets(s.labels, s.probabilities, options);
    const auto expected = neighbours(s, sigma, 5000, 29);
    const auto order = stable_order(s.probabilities);
    double worst = 0.0;
    for (std::size_t i = 0; i < 4200; i += 29)
      worst = std::max(worst, std::fabs(targets[order[i]] - expected[order[i]]));
    EXPECT_LE(worst, 1e-7) << "16 nodes a sigma";
    context threads;
    threads.threads = 3;
    EXPECT_BITS(targets, cape_targets(s.labels, s.probabilities, options, threads));
  }
}

TEST(cape_targets, takes_float32) {
  const sample s = draw_sample(50, 304);
  const auto single = testing::as_float(s.probabilities);
  const auto targets = cape_targets(s.labels, single);
  EXPECT_EQ(targets.type(), dtype::float32);
  const auto wide = cape_targets(s.labels, testing::as_double(single));
  for (std::size_t i = 0; i < 50; ++i)
    EXPECT_BITS(targets[i], static_cast<double>(static_cast<float>(wide[i])));
}

TEST(cape_targets, names_what_is_wrong) {
  const std::vector<std::int32_t> none;
  const std::vector<double> empty;
  expect_error([&] { cape_targets(none, empty); }, error_kind::shape, error_code::empty_input, "labels");
  expect_error(
      [] {
        cape_targets({0}, {0.5, 0.5});
      },
      error_kind::shape, error_code::length_mismatch, "probabilities");
  expect_error([] { cape_targets({2}, {0.5}); }, error_kind::value, error_code::bad_label, "labels");
  expect_error([] { cape_targets({0}, {k_nan}); }, error_kind::value, error_code::out_of_range,
               "probabilities");
  const auto refused = [](const char* argument, const cape_targets_options& options) {
    expect_error(
        [&] {
          cape_targets({0, 1}, {0.5, 0.5}, options);
        },
        error_kind::value, error_code::bad_parameter, argument);
  };
  refused("n_bins", {.n_bins = 0});
  refused("n_bins", {.n_bins = std::int64_t{1} << 40});
  refused("sigma", {.sigma = 0.0});
  refused("sigma", {.sigma = k_nan});
  refused("window", {.window = 0});
}

// ---- loss ----

TEST(cape_loss, with_labels_as_targets_is_the_log_loss) {
  const sample s = draw_sample(200, 305);
  testing::generator rng(306);
  std::vector<double> logits, targets(s.labels.begin(), s.labels.end());
  for (std::size_t i = 0; i < 200; ++i) logits.push_back(5 * rng.normal());
  const auto expected = log_loss_from_logits_grad(s.labels, logits, {.weights = s.weights});
  const auto found = cape_loss(targets, vector_view(logits), {.weights = s.weights});
  EXPECT_REL(found.loss, expected.loss, 1e-13, "sums");
  for (std::size_t i = 0; i < 200; ++i) EXPECT_REL(found.grad[i], expected.grad[i], 1e-14, "few roundings");
}

TEST(cape_loss, of_two_logits_is_that_of_their_difference) {
  const std::vector<double> targets = {0.3, 0.8, 1.0}, pairs = {1, -2, 0.5, 3, 700, -700};
  const auto both = cape_loss(targets, matrix_view(pairs, 3, 2));
  const auto one = cape_loss(targets, vector_view({-3.0, 2.5, -1400.0}));
  EXPECT_BITS(both.loss, one.loss);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_BITS(both.grad(i, 1), one.grad[i]);
    EXPECT_BITS(both.grad(i, 0), -one.grad[i]);
  }
  EXPECT_BITS(one.grad[2], -1.0 / 3);
}

TEST(cape_loss, has_the_gradient_of_differences) {
  testing::generator rng(307);
  std::vector<double> targets, logits, weights;
  for (int i = 0; i < 30; ++i) {
    targets.push_back(rng.uniform());
    logits.push_back(3 * rng.normal());
    weights.push_back(rng.uniform(0.0, 2.0));
  }
  const auto found = cape_loss(targets, vector_view(logits), {.weights = weights});
  for (std::size_t i = 0; i < 30; ++i) {
    auto up = logits, down = logits;
    up[i] += 1e-5;
    down[i] -= 1e-5;
    const double slope = (cape_loss(targets, vector_view(up), {.weights = weights}).loss -
                          cape_loss(targets, vector_view(down), {.weights = weights}).loss) /
                         2e-5;
    EXPECT_ABS(found.grad[i], slope, 1e-9, "rounding over the step");
  }
  const std::vector<float> single = {0.5F, 1.0F};
  EXPECT_EQ(cape_loss({0.5, 0.5}, vector_view(single)).grad.type(), dtype::float32);
}

TEST(cape_loss, names_what_is_wrong) {
  const std::vector<double> none, six(6, 0.5);
  const auto refused = [](error_kind kind, error_code code, const char* argument, vector_view targets,
                          const array_view& logits, vector_view weights) {
    expect_error([&] { cape_loss(targets, logits, {.weights = weights}); }, kind, code, argument);
  };
  const vector_view two(six.data(), 2);
  refused(error_kind::shape, error_code::empty_input, "targets", none, two, {});
  refused(error_kind::shape, error_code::empty_input, "logits", two, vector_view(none), {});
  refused(error_kind::shape, error_code::length_mismatch, "logits", two, vector_view(six), {});
  refused(error_kind::shape, error_code::wrong_rank, "logits", two, matrix_view(six, 2, 3), {});
  refused(error_kind::shape, error_code::length_mismatch, "weights", two, two, {1});
  refused(error_kind::value, error_code::out_of_range, "targets", {0.5, 1.5}, two, {});
  refused(error_kind::value, error_code::bad_weight, "weights", two, two, {1, -1});
  refused(error_kind::value, error_code::zero_weight, "weights", two, two, {0, 0});
  const std::vector<double> bad = {0.0, k_nan}, far = {-1.7e308, 1.7e308, 0.0, 0.0};
  refused(error_kind::value, error_code::non_finite, "logits", two, vector_view(bad), {});
  refused(error_kind::value, error_code::non_finite, "logits", two, matrix_view(far, 2, 2), {});
}

}  // namespace
}  // namespace assay::calibration
