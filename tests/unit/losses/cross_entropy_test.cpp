#include "assay/losses/cross_entropy.hpp"

#include <limits>
#include <numbers>

#include "assay/core/error.hpp"
#include "support/isa.hpp"
#include "unit/losses/row_reference.hpp"

namespace assay::losses {
namespace {

using reference::rows;
const double infinity = std::numeric_limits<double>::infinity();
// exp(-80), the smallest loss and gradient of logits +-80
const double exp_minus_80 = 1.8048513878454153e-35;

class cross_entropy_test : public testing::each_isa {};
ASSAY_FOR_EACH_ISA(cross_entropy_test);

TEST_P(cross_entropy_test, equals_the_textbook_formula_and_its_complex_step) {
  for (const std::size_t k : {2U, 3U, 10U, 33U, 64U, 65U, 130U}) {
    const rows data(21, k, 3.0, k);
    const auto result = cross_entropy_grad(data.labels, data.view(), {.reduction = loss_reduction::none});
    reference::expect_rows(result, data, reference::cross_entropy(), 1e-14, 1e-17);
  }
}

TEST_P(cross_entropy_test, smooths_and_penalises_as_the_formula_says) {
  for (const std::size_t k : {2U, 5U, 70U}) {
    const rows data(17, k, 3.0, 100 + k);
    std::vector<double> class_weights(k);
    for (std::size_t j = 0; j < k; ++j) class_weights[j] = 0.25 + static_cast<double>(j % 3);
    const auto result = cross_entropy_grad(data.labels, data.view(),
                                           {.reduction = loss_reduction::none,
                                            .class_weights = class_weights,
                                            .label_smoothing = 0.1,
                                            .z_loss = 0.01});
    reference::expect_rows(result, data, reference::cross_entropy(class_weights, 0.1, 0.01), 1e-13, 1e-14);
  }
}

TEST_P(cross_entropy_test, of_uniform_logits_is_the_logarithm_of_the_number_of_classes) {
  const std::vector<double> logits(8, -3.0);
  EXPECT_ULP(cross_entropy({3}, matrix_view(logits, 1, 8)).scalar(), 3 * std::numbers::ln2, 1);
}

TEST_P(cross_entropy_test, keeps_the_digits_of_saturated_rows) {
  const std::vector<double> logits = {80, -80, 0, 80, -80, 0, 1000, -1000, 0};
  const auto result =
      cross_entropy_grad({0, 1, 0}, matrix_view(logits, 3, 3), {.reduction = loss_reduction::none});
  EXPECT_ULP(result.loss[0], exp_minus_80, 2);  // log1p(exp(-80) + exp(-160))
  EXPECT_ULP(result.loss[1], 160.0, 0);
  EXPECT_BITS(result.loss[2], 0.0);  // exp(-1000) is below the smallest double
  EXPECT_ULP(result.grad(0, 0), -exp_minus_80, 4);
  EXPECT_ULP(result.grad(0, 1), 3.257488532207521e-70, 4);
  EXPECT_ULP(result.grad(0, 2), exp_minus_80, 4);
  EXPECT_ULP(result.grad(1, 0), 1.0, 1);
  EXPECT_ULP(result.grad(1, 2), exp_minus_80, 4);
}

TEST_P(cross_entropy_test, is_infinite_only_where_the_difference_of_logits_is) {
  const std::vector<double> logits = {1e308, -1e308};
  const auto result = cross_entropy_grad({1}, matrix_view(logits, 1, 2));
  EXPECT_BITS(result.loss.scalar(), infinity);
  EXPECT_BITS(result.grad(0, 0), 1.0);
  EXPECT_BITS(result.grad(0, 1), -1.0);
  EXPECT_BITS(cross_entropy({0}, matrix_view(logits, 1, 2)).scalar(), 0.0);
}

TEST_P(cross_entropy_test, does_not_feel_a_common_shift) {
  rows data(9, 70, 3.0, 5);
  for (double& z : data.logits)
    z = static_cast<double>(static_cast<int>(8 * z));  // whole numbers: the shift is exact
  const auto before = cross_entropy_grad(data.labels, data.view());
  for (double& z : data.logits) z += 512.0;
  const auto after = cross_entropy_grad(data.labels, data.view());
  EXPECT_BITS(after.loss, before.loss);
  EXPECT_BITS(after.grad, before.grad);
}

TEST_P(cross_entropy_test, has_gradients_that_sum_to_zero_in_each_row) {
  const rows data(11, 100, 5.0, 6);
  const auto grad = cross_entropy_grad(data.labels, data.view(), {.reduction = loss_reduction::sum}).grad;
  for (std::size_t i = 0; i < data.n; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < data.k; ++j) sum += grad(i, j);
    EXPECT_ABS(sum, 0.0, 1e-15, "100 terms below 1 with half an ulp of rounding each");
  }
}

TEST_P(cross_entropy_test, reduces_by_one_rule) {
  const rows data(40, 6, 2.0, 7);
  testing::generator rng(8);
  std::vector<double> weights(data.n), class_weights(data.k);
  for (double& weight : weights) weight = rng.uniform(0.1, 3.0);
  for (double& weight : class_weights) weight = rng.uniform(0.1, 3.0);
  const auto reduced_by = [&](loss_reduction reduction, loss_divisor divisor = loss_divisor::weights) {
    return cross_entropy_grad(data.labels, data.view(),
                              {.weights = weights,
                               .reduction = reduction,
                               .mean_divisor = divisor,
                               .class_weights = class_weights});
  };
  const auto none = reduced_by(loss_reduction::none);
  const auto sum = reduced_by(loss_reduction::sum);
  const auto mean = reduced_by(loss_reduction::mean);
  const auto by_count = reduced_by(loss_reduction::mean, loss_divisor::count);
  double total = 0.0, weight_sum = 0.0;
  for (std::size_t i = 0; i < data.n; ++i) {
    total += none.loss[i];
    weight_sum += weights[i] * class_weights[data.label(i)];
  }
  EXPECT_REL(sum.loss.scalar(), total, 1e-14, "40 roundings of the plain sum");
  EXPECT_REL(mean.loss.scalar() * weight_sum, total, 1e-14, "as before");
  EXPECT_REL(by_count.loss.scalar() * 40.0, total, 1e-14, "as before");
  EXPECT_BITS(sum.grad, none.grad);
  for (std::size_t i = 0; i < sum.grad.size(); ++i) {
    EXPECT_REL(mean.grad[i] * weight_sum, sum.grad[i], 1e-14, "one division and the sum of 40 weights");
    EXPECT_REL(by_count.grad[i] * 40.0, sum.grad[i], 1e-15, "one division");
  }
}

TEST_P(cross_entropy_test, counts_a_row_of_weight_2_as_two_rows) {
  const rows data(5, 4, 2.0, 9);
  std::vector<double> doubled = data.logits;
  std::vector<std::int32_t> labels = data.labels;
  doubled.insert(doubled.end(), data.logits.begin(), data.logits.begin() + 4);
  labels.push_back(data.labels[0]);
  const std::vector<double> weights = {2, 1, 1, 1, 1};
  EXPECT_ULP(cross_entropy(data.labels, data.view(), {.weights = weights}).scalar(),
             cross_entropy(labels, matrix_view(doubled, 6, 4)).scalar(), 1);
}

TEST_P(cross_entropy_test, leaves_ignored_rows_out) {
  const rows data(6, 5, 2.0, 10);
  std::vector<std::int32_t> labels = data.labels;
  labels[1] = labels[4] = -100;
  const cross_entropy_options options{
      .class_weights = {}, .label_smoothing = 0.1, .ignore_index = -100, .z_loss = 0.1};
  const auto result = cross_entropy_grad(labels, data.view(), options);
  std::vector<double> kept;
  std::vector<std::int32_t> kept_labels;
  for (const std::size_t i : {0U, 2U, 3U, 5U}) {
    kept.insert(kept.end(), data.logits.begin() + static_cast<std::ptrdiff_t>(i * 5),
                data.logits.begin() + static_cast<std::ptrdiff_t>(i * 5 + 5));
    kept_labels.push_back(data.labels[i]);
  }
  const auto expected =
      cross_entropy_grad(kept_labels, matrix_view(kept, 4, 5), {.label_smoothing = 0.1, .z_loss = 0.1});
  EXPECT_BITS(result.loss, expected.loss);
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_BITS(result.grad(1, j), 0.0);
    EXPECT_BITS(result.grad(4, j), 0.0);
    EXPECT_BITS(result.grad(2, j), expected.grad(1, j));
  }
}

TEST_P(cross_entropy_test, leaves_out_a_valid_class_that_is_ignored) {
  const std::vector<double> logits = {0, 1, 5, 7};
  const auto result = cross_entropy_grad({0, 1}, matrix_view(logits, 2, 2), {.ignore_index = 1});
  EXPECT_ULP(result.loss.scalar(), 1.3132616875182228,
             1);  // log(1 + e): class 1 still takes part in the softmax
  EXPECT_BITS(result.grad(1, 0), 0.0);
}

TEST_P(cross_entropy_test, of_nothing_is_zero_on_request) {
  const std::vector<double> logits = {0, 1, 5, 7};
  for (const auto reduction : {loss_reduction::mean, loss_reduction::sum}) {
    const auto result =
        cross_entropy_grad({9, 9}, matrix_view(logits, 2, 2),
                           {.reduction = reduction, .ignore_index = 9, .on_empty = empty_policy::zero});
    EXPECT_BITS(result.loss.scalar(), 0.0);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_BITS(result.grad[i], 0.0);
  }
  const std::vector<double> zeros = {0, 0};
  const auto unweighted = cross_entropy_grad({0, 1}, matrix_view(logits, 2, 2),
                                             {.weights = zeros, .on_empty = empty_policy::zero});
  EXPECT_BITS(unweighted.loss.scalar(), 0.0);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(unweighted.grad[i], 0.0);
}

TEST_P(cross_entropy_test, removes_masked_classes) {
  for (const double smoothing : {0.0, 0.2}) {
    const std::vector<double> masked = {1, -infinity, 3, 2, -1, -infinity, 0.5, 1};
    const std::vector<double> removed = {1, 3, 2, -1, 0.5, 1};
    const auto result = cross_entropy_grad({2, 3}, matrix_view(masked, 2, 4),
                                           {.label_smoothing = smoothing, .allow_masked_logits = true});
    const auto expected =
        cross_entropy_grad({1, 2}, matrix_view(removed, 2, 3), {.label_smoothing = smoothing});
    EXPECT_BITS(result.loss, expected.loss);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_BITS(result.grad(i, 0), expected.grad(i, 0));
      EXPECT_EQ(result.grad(i, 1), 0.0);
      EXPECT_BITS(result.grad(i, 2), expected.grad(i, 1));
      EXPECT_BITS(result.grad(i, 3), expected.grad(i, 2));
    }
  }
}

TEST_P(cross_entropy_test, is_zero_when_only_the_label_is_left) {
  for (const std::size_t k : {4U, 100U}) {
    std::vector<double> logits(k, -infinity);
    logits[2] = 7;
    for (const double smoothing : {0.0, 0.3}) {
      const auto result = cross_entropy_grad({2}, matrix_view(logits, 1, k),
                                             {.label_smoothing = smoothing, .allow_masked_logits = true});
      EXPECT_EQ(result.loss.scalar(), 0.0);
      for (std::size_t j = 0; j < k; ++j) EXPECT_EQ(result.grad[j], 0.0);
    }
  }
}

TEST_P(cross_entropy_test, accepts_an_ignored_row_that_is_masked_altogether) {
  const std::vector<double> logits = {-infinity, -infinity, 1, 2};
  const auto result = cross_entropy_grad({-1, 0}, matrix_view(logits, 2, 2),
                                         {.ignore_index = -1, .allow_masked_logits = true});
  EXPECT_ULP(result.loss.scalar(), 1.3132616875182228, 1);  // log(1 + e)
  EXPECT_BITS(result.grad(0, 0), 0.0);
}

TEST_P(cross_entropy_test, multiplies_the_gradient_by_upstream) {
  const rows data(3, 4, 2.0, 11);
  const std::vector<double> upstream = {2, -0.5, 0};
  const auto plain = cross_entropy_grad(data.labels, data.view());
  const auto scaled = cross_entropy_grad(data.labels, data.view(), {.upstream = upstream});
  EXPECT_BITS(scaled.loss, plain.loss);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      EXPECT_REL(scaled.grad(i, j), upstream[i] * plain.grad(i, j), 4e-16,
                 "the factor is joined before the division");
}

TEST_P(cross_entropy_test, writes_the_gradient_over_the_logits) {
  for (const std::size_t k : {5U, 90U}) {
    for (const double smoothing : {0.0, 0.1}) {
      rows data(30, k, 2.0, 12);
      data.logits[k * 3 + (data.label(3) + 1) % k] = -infinity;
      cross_entropy_options options{.label_smoothing = smoothing, .allow_masked_logits = true};
      const auto expected = cross_entropy_grad(data.labels, data.view(), options);
      context ctx;
      ctx.output = std::as_writable_bytes(std::span(data.logits));
      const auto result = cross_entropy_grad(data.labels, data.view(), options, ctx);
      EXPECT_EQ(result.grad.bytes(), data.logits.data());
      EXPECT_BITS(result.loss, expected.loss);
      EXPECT_BITS(result.grad, expected.grad);
    }
  }
}

TEST_P(cross_entropy_test, leaves_the_logits_alone_when_it_refuses_them) {
  std::vector<float> logits(3 * 40, 1.0F);
  logits[110] = std::numeric_limits<float>::quiet_NaN();
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(logits));
  EXPECT_THROW(cross_entropy_grad({0, 1, 2}, matrix_view(logits, 3, 40), {}, ctx), value_error);
  EXPECT_EQ(logits[0], 1.0F);
}

TEST_P(cross_entropy_test, in_float32_is_as_good_as_its_rounding) {
  for (const std::size_t k : {3U, 50U, 300U}) {
    const rows<float> data(20, k, 8.0, 13 + k);
    const auto wide = data.as<double>();
    const auto result = cross_entropy_grad(data.labels, data.view(), {.reduction = loss_reduction::none});
    const auto expected =
        cross_entropy_grad(data.labels, matrix_view(wide, 20, k), {.reduction = loss_reduction::none});
    ASSERT_EQ(result.grad.type(), dtype::float32);
    ASSERT_EQ(result.loss.type(), dtype::float64);
    for (std::size_t i = 0; i < 20; ++i)
      EXPECT_REL(result.loss[i], expected.loss[i], 0x1p-23, "the exponentials have one float32 ulp");
    for (std::size_t i = 0; i < result.grad.size(); ++i)
      EXPECT_REL(result.grad[i], expected.grad[i], 3 * 0x1p-23,
                 "exponential, sum, factor and product round once each");
  }
}

TEST_P(cross_entropy_test, reads_views_with_strides_and_labels_of_every_type) {
  const rows data(4, 3, 2.0, 14);
  std::vector<double> transposed(12);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 3; ++j) transposed[j * 4 + i] = data.logits[i * 3 + j];
  const auto expected = cross_entropy_grad(data.labels, data.view());
  const auto check = [&]<class Label>(Label) {
    const std::vector<Label> labels(data.labels.begin(), data.labels.end());
    EXPECT_BITS(cross_entropy_grad(labels, matrix_view(transposed.data(), 4, 3, 1, 4)).grad, expected.grad);
  };
  check(std::int8_t{}), check(std::uint8_t{}), check(std::int16_t{}), check(std::uint16_t{}),
      check(std::uint32_t{});
}

TEST_P(cross_entropy_test, has_the_same_bits_for_every_number_of_threads) {
  const rows<float> data(3000, 70, 4.0, 15);
  context ctx;
  const auto one = cross_entropy_grad(data.labels, data.view(), {}, ctx);
  ctx.threads = 3;
  const auto three = cross_entropy_grad(data.labels, data.view(), {}, ctx);
  EXPECT_BITS(three.loss, one.loss);
  EXPECT_BITS(three.grad, one.grad);
}

TEST(cross_entropy, has_the_same_bits_on_every_instruction_set) {
  for (const std::size_t k : {3U, 64U, 65U, 1003U}) {
    const rows<float> single(40, k, 30.0, k);
    const rows<double> both(40, k, 30.0, k);
    std::vector<loss_gradient> results;
    for (const isa set : available_isas()) {
      const testing::use_isa guard(set);
      results.push_back(cross_entropy_grad(single.labels, single.view()));
      results.push_back(
          cross_entropy_grad(both.labels, both.view(), {.label_smoothing = 0.1, .z_loss = 0.01}));
    }
    for (std::size_t i = 2; i < results.size(); ++i) {
      EXPECT_BITS(results[i].loss, results[i % 2].loss);
      EXPECT_BITS(results[i].grad, results[i % 2].grad);
    }
  }
}

TEST(cross_entropy, value_form_gives_the_loss_of_the_gradient_form) {
  const rows data(30, 7, 3.0, 16);
  for (const auto reduction : {loss_reduction::mean, loss_reduction::sum, loss_reduction::none}) {
    const cross_entropy_options options{.reduction = reduction, .label_smoothing = 0.1};
    EXPECT_BITS(cross_entropy(data.labels, data.view(), options),
                cross_entropy_grad(data.labels, data.view(), options).loss);
  }
}

}  // namespace
}  // namespace assay::losses
