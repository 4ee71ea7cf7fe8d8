#include "assay/calibration/mmce.hpp"

#include <cmath>
#include <limits>

#include "assay/calibration/entropy_regularised.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::expect_error;
using testing::sample;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

double all_pairs(const sample& s, double width) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    total += s.weights[i];
    for (std::size_t j = 0; j < s.labels.size(); ++j) {
      sum += s.weights[i] * s.weights[j] * (s.labels[i] - s.probabilities[i]) *
             (s.labels[j] - s.probabilities[j]) *
             std::exp(-std::fabs(s.probabilities[i] - s.probabilities[j]) / width);
    }
  }
  return std::sqrt(sum) / total;
}

TEST(mmce_loss, follows_its_definition) {
  for (const std::uint64_t levels : {0U, 12U}) {
    const sample s = draw_sample(150, 320 + levels, levels);
    for (const double width : {0.01, 0.4, 10.0}) {
      EXPECT_ABS(mmce_loss(s.labels, s.probabilities, {.weights = s.weights, .kernel_width = width}).loss,
                 all_pairs(s, width), 1e-12, "22 500 terms");
    }
  }
  EXPECT_BITS(mmce_loss({1}, {0.25}).loss, 0.75);
  EXPECT_BITS(mmce_loss({0, 1}, {0.5, 0.5}).loss, 0.0);
  EXPECT_BITS(mmce_loss({0, 1}, {0.0, 1.0}).grad[0], 0.0);
}

TEST(mmce_loss, has_the_gradient_of_differences) {
  const sample s = draw_sample(40, 322);
  const auto found = mmce_loss(s.labels, s.probabilities, {.weights = s.weights});
  for (std::size_t i = 0; i < 40; ++i) {
    const double step = 1e-7;  // passes no other row
    auto up = s.probabilities, down = s.probabilities;
    up[i] += step;
    down[i] -= step;
    const double slope = (mmce_loss(s.labels, up, {.weights = s.weights}).loss -
                          mmce_loss(s.labels, down, {.weights = s.weights}).loss) /
                         (2 * step);
    EXPECT_ABS(found.grad[i], slope, 1e-7, "rounding over the step");
  }
  // two rows at one place: moving one of them meets the tip of the kernel, the mean of both sides counts
  const auto tie = mmce_loss({1, 1}, {0.5, 0.5});
  EXPECT_REL(tie.grad[0], -0.5, 1e-15, "|1 - p| of the mean");
  const std::vector<float> single = {0.5F, 0.25F};
  EXPECT_EQ(mmce_loss({1, 0}, single).grad.type(), dtype::float32);
}

TEST(mmce_loss, names_what_is_wrong) {
  testing::expect_row_errors(
      "probabilities", [](integer_view y, vector_view p, vector_view w) { mmce_loss(y, p, {.weights = w}); });
  for (const double width : {0.0, -1.0, k_nan, std::numeric_limits<double>::infinity()})
    expect_error([&] { mmce_loss({0}, {0.5}, {.kernel_width = width}); }, error_kind::value,
                 error_code::bad_parameter, "kernel_width");
}

// ---- entropy-regularised cross entropy ----

TEST(entropy_regularised_cross_entropy, follows_its_definition) {
  testing::generator rng(323);
  std::vector<std::uint8_t> labels;
  std::vector<double> logits, weights;
  for (int i = 0; i < 50; ++i) {
    labels.push_back(static_cast<std::uint8_t>(rng.below(3)));
    weights.push_back(rng.uniform());
    for (int k = 0; k < 3; ++k) logits.push_back(3 * rng.normal());
  }
  double expected = 0.0, total = 0.0;
  for (std::size_t i = 0; i < 50; ++i) {
    double sum = 0.0, entropy = 0.0;
    for (std::size_t k = 0; k < 3; ++k) sum += std::exp(logits[3 * i + k]);
    for (std::size_t k = 0; k < 3; ++k) {
      const double p = std::exp(logits[3 * i + k]) / sum;
      entropy -= p * std::log(p);
    }
    expected += weights[i] * (std::log(sum) - logits[3 * i + labels[i]] - 0.7 * entropy);
    total += weights[i];
  }
  const entropy_regularised_cross_entropy_options options{.weights = weights, .beta = 0.7};
  const auto found = entropy_regularised_cross_entropy(labels, matrix_view(logits, 50, 3), options);
  EXPECT_REL(found.loss, expected / total, 1e-12, "sums");
  for (std::size_t i = 0; i < logits.size(); i += 4) {
    auto up = logits, down = logits;
    up[i] += 1e-5;
    down[i] -= 1e-5;
    const double slope = (entropy_regularised_cross_entropy(labels, matrix_view(up, 50, 3), options).loss -
                          entropy_regularised_cross_entropy(labels, matrix_view(down, 50, 3), options).loss) /
                         2e-5;
    EXPECT_ABS(found.grad[i], slope, 1e-9, "rounding over the step");
  }
}

TEST(entropy_regularised_cross_entropy, of_one_logit_is_that_of_two) {
  const std::vector<double> one = {0.3, -2.0, 800.0}, two = {0, 0.3, 0, -2.0, 0, 800.0};
  const auto a = entropy_regularised_cross_entropy({1, 1, 0}, vector_view(one));
  const auto b = entropy_regularised_cross_entropy({1, 1, 0}, matrix_view(two, 3, 2));
  EXPECT_BITS(a.loss, b.loss);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_BITS(a.grad[i], b.grad(i, 1));
  EXPECT_REL(a.grad[2], 1.0 / 3, 1e-15, "one rounding");
  // a sure and right forecast: 1 - p keeps its digits
  const auto sure = entropy_regularised_cross_entropy({1}, vector_view({50.0}), {.beta = 0.0});
  EXPECT_REL(sure.loss, std::exp(-50.0), 1e-14, "e^-50");
  EXPECT_REL(sure.grad[0], -std::exp(-50.0), 1e-14, "e^-50");
  const std::vector<float> single = {0.5F};
  EXPECT_EQ(entropy_regularised_cross_entropy({1}, vector_view(single)).grad.type(), dtype::float32);
}

TEST(entropy_regularised_cross_entropy, names_what_is_wrong) {
  const std::vector<double> none, six(6, 0.5), bad = {0, k_nan}, far = {-1.7e308, 1.7e308};
  const std::vector<std::int32_t> no_labels;
  const auto refused = [](error_kind kind, error_code code, const char* argument, integer_view labels,
                          const array_view& logits, vector_view weights, double beta) {
    expect_error(
        [&] { entropy_regularised_cross_entropy(labels, logits, {.weights = weights, .beta = beta}); }, kind,
        code, argument);
  };
  const vector_view two(six.data(), 2);
  refused(error_kind::shape, error_code::empty_input, "labels", no_labels, two, {}, 0.1);
  refused(error_kind::shape, error_code::empty_input, "logits", {0, 1}, vector_view(none), {}, 0.1);
  refused(error_kind::shape, error_code::length_mismatch, "logits", {0, 1}, vector_view(six), {}, 0.1);
  refused(error_kind::shape, error_code::wrong_rank, "logits", {0}, tensor_view(six, 1, 2, 3), {}, 0.1);
  refused(error_kind::shape, error_code::length_mismatch, "weights", {0, 1}, two, {1}, 0.1);
  refused(error_kind::value, error_code::bad_label, "labels", {0, 2}, two, {}, 0.1);
  refused(error_kind::value, error_code::bad_label, "labels", {0, 3}, matrix_view(six, 2, 3), {}, 0.1);
  refused(error_kind::value, error_code::bad_weight, "weights", {0, 1}, two, {-1, 1}, 0.1);
  refused(error_kind::value, error_code::zero_weight, "weights", {0, 1}, two, {0, 0}, 0.1);
  refused(error_kind::value, error_code::non_finite, "logits", {0, 1}, vector_view(bad), {}, 0.1);
  refused(error_kind::value, error_code::non_finite, "logits", {0}, matrix_view(far, 1, 2), {}, 0.1);
  refused(error_kind::value, error_code::bad_parameter, "beta", {0, 1}, two, {}, k_nan);
}

}  // namespace
}  // namespace assay::calibration
