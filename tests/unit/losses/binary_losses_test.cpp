#include <cmath>
#include <complex>
#include <limits>

#include "assay/losses/binary_cross_entropy.hpp"
#include "assay/losses/sigmoid_focal_loss.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"

namespace assay::losses {
namespace {

using number = std::complex<long double>;
const double exp_minus_80 = 1.8048513878454153e-35;

number softplus(number z) {
  return z.real() > 0 ? z + std::log(1.0L + std::exp(-z)) : std::log(1.0L + std::exp(z));
}

number entropy(number z, long double t, long double positive_weight, long double smoothing) {
  t = (1 - smoothing) * t + smoothing / 2;
  return positive_weight * t * softplus(-z) + (1 - t) * softplus(z);
}

number focal(number z, long double t, long double alpha, long double gamma) {
  const number miss = t * std::exp(-softplus(z)) + (1 - t) * std::exp(-softplus(-z));
  const long double balance = alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t);
  return balance * std::exp(gamma * std::log(miss)) * entropy(z, t, 1, 0);
}

// Targets: hard, soft, and hard again; logits of moderate size.
struct elements {
  std::vector<double> targets, logits;
  elements(std::size_t n, double spread, std::uint64_t seed) {
    testing::generator rng(seed);
    for (std::size_t i = 0; i < n; ++i) {
      logits.push_back(spread * rng.normal());
      targets.push_back(i % 3 == 0 ? rng.uniform() : static_cast<double>(rng.below(2)));
    }
  }
};

template <class Loss>
void expect_elements(const loss_gradient& result, const elements& data, Loss loss, double rtol, double atol) {
  const long double step = 1e-100L;
  for (std::size_t i = 0; i < data.logits.size(); ++i) {
    const number z = data.logits[i];
    const auto value = static_cast<double>(loss(z, data.targets[i]).real());
    const auto slope = static_cast<double>(loss(z + number(0, step), data.targets[i]).imag() / step);
    EXPECT_TRUE(testing::within_rel(result.loss[i], value, rtol, atol, "stated accuracy")) << i;
    EXPECT_TRUE(testing::within_rel(result.grad[i], slope, rtol, atol, "complex step is exact to rounding"))
        << i;
  }
}

class binary_losses_test : public testing::each_isa {};
ASSAY_FOR_EACH_ISA(binary_losses_test);

TEST_P(binary_losses_test, cross_entropy_equals_the_textbook_formula_and_its_complex_step) {
  const elements data(101, 6.0, 1);
  for (const double positive_weight : {1.0, 3.5}) {
    for (const double smoothing : {0.0, 0.1}) {
      const auto result = binary_cross_entropy_with_logits_grad(
          vector_view(data.targets), vector_view(data.logits),
          {.reduction = loss_reduction::none, .pos_weight = positive_weight, .label_smoothing = smoothing});
      expect_elements(
          result, data, [&](number z, double t) { return entropy(z, t, positive_weight, smoothing); }, 2e-15,
          1e-15);
    }
  }
}

TEST_P(binary_losses_test, focal_equals_the_textbook_formula_and_its_complex_step) {
  const elements data(101, 6.0, 2);
  for (const double alpha : {-1.0, 0.0, 0.25}) {
    for (const double gamma : {0.0, 0.5, 1.0, 3.0}) {
      const auto result =
          sigmoid_focal_loss_grad(vector_view(data.targets), vector_view(data.logits),
                                  {.reduction = loss_reduction::none, .alpha = alpha, .gamma = gamma});
      expect_elements(
          result, data, [&](number z, double t) { return focal(z, t, alpha, gamma); }, 2e-14, 1e-15);
    }
  }
}

TEST_P(binary_losses_test, cross_entropy_keeps_the_digits_of_saturated_logits) {
  const std::vector<double> targets = {1, 0, 1, 0, 1, 0}, logits = {80, 80, -80, -80, 1000, 1000};
  const auto result = binary_cross_entropy_with_logits_grad(vector_view(targets), vector_view(logits),
                                                            {.reduction = loss_reduction::none});
  const std::vector<double> loss = {exp_minus_80, 80, 80, exp_minus_80, 0, 1000};
  const std::vector<double> grad = {-exp_minus_80, 1, -1, exp_minus_80, 0, 1};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_ULP(result.loss[i], loss[i], 1);
    EXPECT_ULP(result.grad[i], grad[i], 1);
  }
}

TEST_P(binary_losses_test, focal_stays_finite_for_small_gamma_and_saturated_logits) {
  const std::vector<double> targets = {1, 0, 1, 0, 1}, logits = {80, -80, -80, 80, 2000};
  const auto result = sigmoid_focal_loss_grad(vector_view(targets), vector_view(logits),
                                              {.reduction = loss_reduction::none, .gamma = 0.5});
  const std::vector<double> loss = {1.9169120184305e-53, 5.750736055291499e-53, 20, 60,
                                    0};  // by 100-digit arithmetic
  const std::vector<double> grad = {-2.8753680276457497e-53, 8.62610408293725e-53, -0.25, 0.75, 0};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_REL(result.loss[i], loss[i], 1e-13, "gamma times the rounding of log(1 - p_t)");
    EXPECT_REL(result.grad[i], grad[i], 1e-13, "as the loss");
  }
}

TEST_P(binary_losses_test, focal_of_gamma_0_without_alpha_is_cross_entropy) {
  const elements data(50, 20.0, 3);
  const auto focal_result =
      sigmoid_focal_loss_grad(vector_view(data.targets), vector_view(data.logits),
                              {.reduction = loss_reduction::none, .alpha = -1.0, .gamma = 0.0});
  const auto expected = binary_cross_entropy_with_logits_grad(
      vector_view(data.targets), vector_view(data.logits), {.reduction = loss_reduction::none});
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_ULP(focal_result.loss[i], expected.loss[i], 2);
    EXPECT_ABS(focal_result.grad[i], expected.grad[i], 2e-16, "p - t of a soft target cancels");
  }
}

TEST_P(binary_losses_test, mirror_each_other_in_target_and_logit) {
  const elements data(40, 5.0, 4);
  elements mirrored = data;
  for (double& t : mirrored.targets) t = 1 - t;
  for (double& z : mirrored.logits) z = -z;
  const auto a = sigmoid_focal_loss_grad(vector_view(data.targets), vector_view(data.logits),
                                         {.reduction = loss_reduction::none, .alpha = -1.0});
  const auto b = sigmoid_focal_loss_grad(vector_view(mirrored.targets), vector_view(mirrored.logits),
                                         {.reduction = loss_reduction::none, .alpha = -1.0});
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_REL(b.loss[i], a.loss[i], 1e-14, "1 - (1 - t) rounds");
    EXPECT_ABS(b.grad[i], -a.grad[i], 1e-14, "1 - (1 - t) rounds");
  }
}

TEST_P(binary_losses_test, take_one_positive_weight_a_column) {
  const std::vector<double> targets = {1, 1, 1, 0, 0, 0}, logits = {0, 0, 0, 0, 0, 0}, weights = {1, 2, 5};
  const array_view target_view(targets.data(), dtype::float64, 2, {2, 3, 1});
  const array_view logit_view(logits.data(), dtype::float64, 2, {2, 3, 1});
  const auto result = binary_cross_entropy_with_logits_grad(
      target_view, logit_view, {.reduction = loss_reduction::none, .pos_weight = weights});
  EXPECT_EQ(result.loss.rank(), 2U);
  EXPECT_EQ(result.grad.extent(1), 3U);
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_ULP(result.loss(0, j), weights[j] * std::log(2.0), 1);
    EXPECT_BITS(result.grad(0, j), -weights[j] / 2);
    EXPECT_BITS(result.grad(1, j), 0.5);
  }
}

TEST_P(binary_losses_test, take_positive_weights_in_step_over_many_blocks) {
  const std::size_t rows = 5000, columns = 7;
  const std::vector<double> ones(rows * columns, 1.0), zeros(rows * columns, 0.0),
      weights = {1, 2, 3, 4, 5, 6, 7};
  const auto result =
      binary_cross_entropy_with_logits_grad(array_view(ones.data(), dtype::float64, 2, {rows, columns, 1}),
                                            array_view(zeros.data(), dtype::float64, 2, {rows, columns, 1}),
                                            {.reduction = loss_reduction::sum, .pos_weight = weights});
  EXPECT_REL(result.loss.scalar(), 28.0 * rows * std::log(2.0), 1e-14, "sums of blocks");
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) ASSERT_EQ(result.grad(i, j), -weights[j] / 2);
}

TEST_P(binary_losses_test, reduce_by_one_rule) {
  const elements data(9000, 3.0, 5);
  testing::generator rng(6);
  std::vector<double> weights(9000);
  for (double& weight : weights) weight = rng.uniform(0.0, 2.0);
  const auto reduced_by = [&](loss_reduction reduction, loss_divisor divisor = loss_divisor::weights) {
    return binary_cross_entropy_with_logits_grad(
        vector_view(data.targets), vector_view(data.logits),
        {.weights = vector_view(weights), .reduction = reduction, .mean_divisor = divisor});
  };
  const auto none = reduced_by(loss_reduction::none);
  const auto sum = reduced_by(loss_reduction::sum);
  const auto mean = reduced_by(loss_reduction::mean);
  double total = 0.0, weight_sum = 0.0;
  for (std::size_t i = 0; i < 9000; ++i) {
    total += none.loss[i];
    weight_sum += weights[i];
  }
  EXPECT_REL(sum.loss.scalar(), total, 1e-13, "9000 roundings of the plain sum");
  EXPECT_REL(mean.loss.scalar(), total / weight_sum, 1e-13, "as before");
  EXPECT_REL(reduced_by(loss_reduction::mean, loss_divisor::count).loss.scalar(), total / 9000, 1e-13,
             "as before");
  EXPECT_BITS(sum.grad, none.grad);
  EXPECT_REL(mean.grad[7] * weight_sum, sum.grad[7], 1e-13, "sum of the weights");
}

TEST_P(binary_losses_test, multiply_the_gradient_by_upstream_and_leave_the_loss) {
  const elements data(10, 3.0, 7);
  std::vector<double> upstream(10, -2.0);
  const auto plain = sigmoid_focal_loss_grad(vector_view(data.targets), vector_view(data.logits));
  const auto scaled = sigmoid_focal_loss_grad(vector_view(data.targets), vector_view(data.logits),
                                              {.upstream = vector_view(upstream)});
  EXPECT_BITS(scaled.loss, plain.loss);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_ULP(scaled.grad[i], -2.0 * plain.grad[i], 1);
}

TEST_P(binary_losses_test, write_the_gradient_over_the_logits) {
  elements data(5000, 3.0, 8);
  const auto expected =
      binary_cross_entropy_with_logits_grad(vector_view(data.targets), vector_view(data.logits));
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(data.logits));
  const auto result =
      binary_cross_entropy_with_logits_grad(vector_view(data.targets), vector_view(data.logits), {}, ctx);
  EXPECT_EQ(result.grad.bytes(), data.logits.data());
  EXPECT_BITS(result.loss, expected.loss);
  EXPECT_BITS(result.grad, expected.grad);
}

TEST_P(binary_losses_test, of_zero_weights_are_zero_on_request) {
  const std::vector<double> zeros = {0, 0}, targets = {1, 0}, logits = {3, 4};
  const auto result =
      binary_cross_entropy_with_logits_grad(vector_view(targets), vector_view(logits),
                                            {.weights = vector_view(zeros), .on_empty = empty_policy::zero});
  EXPECT_BITS(result.loss.scalar(), 0.0);
  EXPECT_EQ(result.grad[0], 0.0);
  EXPECT_EQ(result.grad[1], 0.0);
}

TEST_P(binary_losses_test, in_float32_are_as_good_as_their_rounding) {
  const elements data(500, 8.0, 9);
  const std::vector<float> targets(data.targets.begin(), data.targets.end());
  const std::vector<float> logits(data.logits.begin(), data.logits.end());
  const std::vector<double> wide_targets(targets.begin(), targets.end()),
      wide_logits(logits.begin(), logits.end());
  const auto entropy_32 = binary_cross_entropy_with_logits_grad(vector_view(targets), vector_view(logits),
                                                                {.reduction = loss_reduction::none});
  const auto entropy_64 = binary_cross_entropy_with_logits_grad(
      vector_view(wide_targets), vector_view(wide_logits), {.reduction = loss_reduction::none});
  const auto focal_32 =
      sigmoid_focal_loss_grad(vector_view(targets), vector_view(logits), {.reduction = loss_reduction::none});
  const auto focal_64 = sigmoid_focal_loss_grad(vector_view(wide_targets), vector_view(wide_logits),
                                                {.reduction = loss_reduction::none});
  ASSERT_EQ(entropy_32.grad.type(), dtype::float32);
  for (std::size_t i = 0; i < 500; ++i) {
    EXPECT_REL(entropy_32.loss[i], entropy_64.loss[i], 4 * 0x1p-23, "four float32 roundings");
    EXPECT_ABS(entropy_32.grad[i], entropy_64.grad[i], 2 * 0x1p-23, "p - t of a soft target cancels");
    EXPECT_BITS(focal_32.loss[i], focal_64.loss[i]);  // computed in double
    EXPECT_REL(focal_32.grad[i], focal_64.grad[i], 0x1p-24, "one rounding to float32");
  }
}

TEST_P(binary_losses_test, give_the_gradient_the_type_of_the_logits_when_the_targets_are_double) {
  const elements data(20, 4.0, 10);
  const std::vector<float> logits(data.logits.begin(), data.logits.end());
  const std::vector<double> wide(logits.begin(), logits.end());
  const auto mixed = binary_cross_entropy_with_logits_grad(vector_view(data.targets), vector_view(logits));
  const auto expected = binary_cross_entropy_with_logits_grad(vector_view(data.targets), vector_view(wide));
  ASSERT_EQ(mixed.grad.type(), dtype::float32);
  EXPECT_BITS(mixed.loss, expected.loss);
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_BITS(mixed.grad[i], static_cast<double>(static_cast<float>(expected.grad[i])));
}

TEST_P(binary_losses_test, have_the_same_bits_for_every_number_of_threads) {
  const elements data(200001, 4.0, 11);
  context ctx;
  const auto one = sigmoid_focal_loss_grad(vector_view(data.targets), vector_view(data.logits), {}, ctx);
  ctx.threads = 3;
  const auto three = sigmoid_focal_loss_grad(vector_view(data.targets), vector_view(data.logits), {}, ctx);
  EXPECT_BITS(three.loss, one.loss);
  EXPECT_BITS(three.grad, one.grad);
}

TEST(binary_losses, have_the_same_bits_on_every_instruction_set) {
  const elements data(4099, 30.0, 12);
  const std::vector<float> targets(data.targets.begin(), data.targets.end());
  const std::vector<float> logits(data.logits.begin(), data.logits.end());
  std::vector<loss_gradient> results;
  for (const isa set : available_isas()) {
    const testing::use_isa guard(set);
    results.push_back(binary_cross_entropy_with_logits_grad(vector_view(targets), vector_view(logits)));
    results.push_back(
        binary_cross_entropy_with_logits_grad(vector_view(data.targets), vector_view(data.logits)));
    results.push_back(
        sigmoid_focal_loss_grad(vector_view(data.targets), vector_view(data.logits), {.gamma = 0.5}));
  }
  for (std::size_t i = 3; i < results.size(); ++i) {
    EXPECT_BITS(results[i].loss, results[i % 3].loss);
    EXPECT_BITS(results[i].grad, results[i % 3].grad);
  }
}

TEST(binary_losses, value_forms_give_the_losses_of_the_gradient_forms) {
  const elements data(30, 3.0, 13);
  for (const auto reduction : {loss_reduction::mean, loss_reduction::sum, loss_reduction::none}) {
    EXPECT_BITS(binary_cross_entropy_with_logits(vector_view(data.targets), vector_view(data.logits),
                                                 {.reduction = reduction}),
                binary_cross_entropy_with_logits_grad(vector_view(data.targets), vector_view(data.logits),
                                                      {.reduction = reduction})
                    .loss);
    EXPECT_BITS(
        sigmoid_focal_loss(vector_view(data.targets), vector_view(data.logits), {.reduction = reduction}),
        sigmoid_focal_loss_grad(vector_view(data.targets), vector_view(data.logits), {.reduction = reduction})
            .loss);
  }
}

}  // namespace
}  // namespace assay::losses
