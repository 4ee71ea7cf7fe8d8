#include "assay/losses/focal_loss.hpp"

#include <limits>

#include "assay/losses/cross_entropy.hpp"
#include "support/isa.hpp"
#include "unit/losses/row_reference.hpp"

namespace assay::losses {
namespace {

using reference::rows;
const double infinity = std::numeric_limits<double>::infinity();

class focal_loss_test : public testing::each_isa {};
ASSAY_FOR_EACH_ISA(focal_loss_test);

TEST_P(focal_loss_test, equals_the_textbook_formula_and_its_complex_step) {
  for (const double gamma : {0.3, 1.0, 2.0, 5.0}) {
    for (const std::size_t k : {2U, 9U, 80U}) {
      const rows data(15, k, 3.0, k);
      const auto result =
          focal_loss_grad(data.labels, data.view(), {.reduction = loss_reduction::none, .gamma = gamma});
      reference::expect_rows(result, data, reference::focal(gamma), 2e-14, 1e-18);
    }
  }
}

TEST_P(focal_loss_test, of_gamma_0_is_cross_entropy) {
  const rows data(20, 12, 30.0, 1);
  const std::vector<double> class_weights(12, 1.5);
  const auto focal =
      focal_loss_grad(data.labels, data.view(), {.class_weights = class_weights, .gamma = 0.0});
  const auto entropy = cross_entropy_grad(data.labels, data.view(), {.class_weights = class_weights});
  EXPECT_BITS(focal.loss, entropy.loss);
  EXPECT_BITS(focal.grad, entropy.grad);
}

TEST_P(focal_loss_test, stays_finite_for_small_gamma_and_saturated_logits) {
  // By 100-digit arithmetic: q = exp(-80), so loss = q^1.5 and gradient = -(1 + gamma) q^1.5 at the label.
  const std::vector<double> logits = {80, -80, 0, 80, -80, 0, 1000, -1000, -1000};
  const auto result = focal_loss_grad({0, 1, 0}, matrix_view(logits, 3, 3),
                                      {.reduction = loss_reduction::none, .gamma = 0.5});
  const std::string why = "gamma times the rounding of log q = -80";
  EXPECT_REL(result.loss[0], 7.667648073722e-53, 1e-13, why);
  EXPECT_REL(result.grad(0, 0), -1.1501472110582999e-52, 1e-13, why);
  EXPECT_REL(result.grad(0, 1), 2.075844790105106e-87, 1e-13, why);
  EXPECT_REL(result.grad(0, 2), 1.1501472110582999e-52, 1e-13, why);
  EXPECT_ULP(result.loss[1], 160.0, 1);
  EXPECT_ULP(result.grad(1, 1), -1.0, 1);
  EXPECT_BITS(result.loss[2], 0.0);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_EQ(result.grad(2, j), 0.0);
}

TEST_P(focal_loss_test, is_infinite_only_where_the_difference_of_logits_is) {
  const std::vector<double> logits = {1e308, -1e308};
  for (const double gamma : {0.0, 0.5, 2.0}) {
    const auto wrong = focal_loss_grad({1}, matrix_view(logits, 1, 2), {.gamma = gamma});
    EXPECT_BITS(wrong.loss.scalar(), infinity);
    EXPECT_BITS(wrong.grad(0, 1), -1.0);
    const auto right = focal_loss_grad({0}, matrix_view(logits, 1, 2), {.gamma = gamma});
    EXPECT_EQ(right.loss.scalar(), 0.0);
    EXPECT_EQ(right.grad(0, 0), 0.0);
  }
}

TEST_P(focal_loss_test, weights_rows_by_the_weight_of_their_class) {
  const rows data(10, 3, 2.0, 2);
  const std::vector<double> class_weights = {0.5, 2.0, 4.0};
  std::vector<double> weights;
  for (std::size_t i = 0; i < 10; ++i) weights.push_back(class_weights[data.label(i)]);
  const auto by_class = focal_loss_grad(data.labels, data.view(), {.class_weights = class_weights});
  const auto by_row = focal_loss_grad(data.labels, data.view(), {.weights = weights});
  EXPECT_BITS(by_class.loss, by_row.loss);
  EXPECT_BITS(by_class.grad, by_row.grad);
}

TEST_P(focal_loss_test, removes_masked_classes_and_ignores_rows) {
  const std::vector<double> logits = {1, -infinity, 3, 9, 9, 9};
  const std::vector<double> removed = {1, 3};
  const auto result =
      focal_loss_grad({2, 7}, matrix_view(logits, 2, 3), {.ignore_index = 7, .allow_masked_logits = true});
  const auto expected = focal_loss_grad({1}, matrix_view(removed, 1, 2));
  EXPECT_BITS(result.loss, expected.loss);
  EXPECT_EQ(result.grad(0, 1), 0.0);
  EXPECT_BITS(result.grad(0, 2), expected.grad(0, 1));
  for (std::size_t j = 0; j < 3; ++j) EXPECT_BITS(result.grad(1, j), 0.0);
}

TEST_P(focal_loss_test, in_float32_is_as_good_as_its_rounding) {
  const rows<float> data(20, 40, 5.0, 3);
  const auto wide = data.as<double>();
  const auto result = focal_loss_grad(data.labels, data.view(), {.reduction = loss_reduction::none});
  const auto expected =
      focal_loss_grad(data.labels, matrix_view(wide, 20, 40), {.reduction = loss_reduction::none});
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_REL(result.loss[i], expected.loss[i], 3 * 0x1p-23, "1 + gamma times one float32 ulp");
  for (std::size_t i = 0; i < result.grad.size(); ++i)
    EXPECT_REL(result.grad[i], expected.grad[i], 6 * 0x1p-23,
               "1 + gamma, and the three roundings of cross entropy");
}

}  // namespace
}  // namespace assay::losses
