#include "assay/losses/generalized_cross_entropy.hpp"

#include <cmath>
#include <limits>

#include "assay/losses/cross_entropy.hpp"
#include "support/isa.hpp"
#include "unit/losses/row_reference.hpp"

namespace assay::losses {
namespace {

using reference::rows;

class generalized_cross_entropy_test : public testing::each_isa {};
ASSAY_FOR_EACH_ISA(generalized_cross_entropy_test);

TEST_P(generalized_cross_entropy_test, equals_the_textbook_formula_and_its_complex_step) {
  for (const double q : {0.1, 0.7, 1.0}) {
    for (const std::size_t k : {2U, 9U, 80U}) {
      const rows data(15, k, 3.0, k);
      const auto result = generalized_cross_entropy_grad(data.labels, data.view(),
                                                         {.reduction = loss_reduction::none, .q = q});
      reference::expect_rows(result, data, reference::generalized_cross_entropy(q), 2e-14, 1e-17);
    }
  }
}

TEST_P(generalized_cross_entropy_test, tends_to_cross_entropy_for_small_q) {
  const rows data(20, 6, 2.0, 1);
  const auto result = generalized_cross_entropy_grad(data.labels, data.view(), {.q = 1e-9});
  const auto expected = cross_entropy_grad(data.labels, data.view());
  EXPECT_REL(result.loss.scalar(), expected.loss.scalar(), 1e-8, "the next term is q L^2 / 2");
  for (std::size_t i = 0; i < result.grad.size(); ++i)
    EXPECT_REL(result.grad[i], expected.grad[i], 2e-8, "p^q = 1 + q log p");
}

TEST_P(generalized_cross_entropy_test, of_q_1_is_the_probability_of_error) {
  const std::vector<double> logits = {80, 0, 0, 0};
  const auto result = generalized_cross_entropy_grad({0, 1}, matrix_view(logits, 2, 2),
                                                     {.reduction = loss_reduction::none, .q = 1.0});
  EXPECT_ULP(result.loss[0], 1.8048513878454153e-35, 2);  // exp(-80): 1 - p without subtraction
  EXPECT_ULP(result.loss[1], 0.5, 1);
  EXPECT_ULP(result.grad(1, 1), -0.25, 1);
}

TEST_P(generalized_cross_entropy_test, is_constant_at_and_below_the_truncation) {
  const double log_9 = std::log(9.0);
  const std::vector<double> logits = {log_9, 0, 0, 0};  // p = 0.1 of class 1, then 0.5
  const double q = 0.5, truncation = 0.2;
  const auto result =
      generalized_cross_entropy_grad({1, 1}, matrix_view(logits, 2, 2),
                                     {.reduction = loss_reduction::none, .q = q, .truncation = truncation});
  EXPECT_ULP(result.loss[0], (1 - std::sqrt(truncation)) / q, 2);
  EXPECT_EQ(result.grad(0, 0), 0.0);
  EXPECT_EQ(result.grad(0, 1), 0.0);
  EXPECT_ULP(result.loss[1], (1 - std::sqrt(0.5)) / q, 2);
  EXPECT_ULP(result.grad(1, 1), -std::sqrt(0.5) * 0.5, 2);
}

TEST_P(generalized_cross_entropy_test, keeps_the_gradient_of_hopeless_rows_without_truncation) {
  const std::vector<double> logits = {80, -80};
  const auto result = generalized_cross_entropy_grad({1}, matrix_view(logits, 1, 2), {.q = 0.7});
  EXPECT_ULP(result.loss.scalar(), 1 / 0.7, 1);
  EXPECT_REL(result.grad(0, 0), 2.285693676718688e-49, 1e-13,
             "exp(-112) magnifies the rounding of 0.7 * 160");
}

TEST_P(generalized_cross_entropy_test, stays_finite_where_the_logits_are_far_apart) {
  const std::vector<double> logits = {1e308, -1e308};
  for (const double truncation : {0.0, 0.3}) {
    const auto wrong =
        generalized_cross_entropy_grad({1}, matrix_view(logits, 1, 2), {.q = 0.5, .truncation = truncation});
    EXPECT_ULP(wrong.loss.scalar(), (1 - std::sqrt(truncation)) / 0.5, 2);
    EXPECT_EQ(wrong.grad(0, 0), 0.0);
    const auto right =
        generalized_cross_entropy_grad({0}, matrix_view(logits, 1, 2), {.q = 0.5, .truncation = truncation});
    EXPECT_EQ(right.loss.scalar(), 0.0);
    EXPECT_EQ(right.grad(0, 0), 0.0);
  }
}

}  // namespace
}  // namespace assay::losses
