#include "assay/calibration/log_loss.hpp"

#include <cmath>
#include <limits>

#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;
constexpr double k_infinity = std::numeric_limits<double>::infinity();

class log_loss_on : public testing::each_isa {};
ASSAY_FOR_EACH_ISA(log_loss_on);

TEST_P(log_loss_on, of_single_rows_is_the_negative_logarithm) {
  for (const double p :
       {1.0, 0.5, 0.9999999999999999, 0x1p-1074, 1e-300, 1e-17, 1e-16, 1.5e-16, 3e-9, 0.25, 0.7, 0.3}) {
    const auto exact_hit = static_cast<double>(-std::log(static_cast<long double>(p)));
    EXPECT_ULP(log_loss({1}, vector_view({p})), exact_hit == 0 ? 0.0 : exact_hit, 2);
    const auto exact_miss = static_cast<double>(-std::log1p(-static_cast<long double>(p)));
    EXPECT_ULP(log_loss({0}, vector_view({p})), exact_miss, 2) << p;
  }
  EXPECT_BITS(log_loss({0}, {0.0}), 0.0);
  EXPECT_BITS(log_loss({1}, {1.0}), 0.0);
}

TEST_P(log_loss_on, of_what_was_called_impossible_is_infinite) {
  EXPECT_BITS(log_loss({1, 0}, {0, 0.5}), k_infinity);
  EXPECT_BITS(log_loss({0, 0}, {1, 0.5}), k_infinity);
  EXPECT_BITS(log_loss({1, 0}, {0, 0.5}, {.weights = {0, 1}}), log_loss({0}, {0.5}));
}

TEST(log_loss, clips_at_eps) {
  EXPECT_ULP(log_loss({1}, {0}, {.eps = 1e-15}), -std::log(1e-15), 1);
  EXPECT_ULP(log_loss({0}, {1}, {.eps = 1e-15}), -std::log(1.0 - (1.0 - 1e-15)), 1);
  EXPECT_BITS(log_loss({0, 1}, {0.1, 1}, {.eps = 0.5}), log_loss({0, 1}, {0.5, 0.5}));
}

TEST_P(log_loss_on, agrees_with_a_sum_in_long_double) {
  const sample s = draw_sample(10001, 40);
  long double sum = 0, weight = 0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    const long double p = s.probabilities[i];
    sum -= s.weights[i] * (s.labels[i] == 1 ? std::log(p) : std::log1p(-p));
    weight += s.weights[i];
  }
  EXPECT_REL(log_loss(s.labels, s.probabilities, {.weights = s.weights}), static_cast<double>(sum / weight),
             1e-14, "the budget of the doc comment");
}

TEST_P(log_loss_on, has_the_bits_of_the_first_instruction_set) {
  const sample s = draw_sample(10001, 41);
  const auto single = testing::as_float(s.probabilities);
  std::vector<double> logits;
  for (const double p : s.probabilities) logits.push_back(40.0 * (p - 0.5));
  const double plain = log_loss(s.labels, s.probabilities);
  const double narrow = log_loss(s.labels, single, {.weights = s.weights, .eps = 1e-7});
  const auto grad = log_loss_from_logits_grad(s.labels, logits, {.weights = s.weights});
  const auto narrow_grad = log_loss_from_logits_grad(s.labels, testing::as_float(logits));
  const testing::use_isa first(available_isas()[0]);
  EXPECT_BITS(plain, log_loss(s.labels, s.probabilities));
  EXPECT_BITS(narrow, log_loss(s.labels, single, {.weights = s.weights, .eps = 1e-7}));
  const auto expected = log_loss_from_logits_grad(s.labels, logits, {.weights = s.weights});
  EXPECT_BITS(grad.loss, expected.loss);
  EXPECT_BITS(grad.grad, expected.grad);
  EXPECT_BITS(narrow_grad.grad, log_loss_from_logits_grad(s.labels, testing::as_float(logits)).grad);
}

TEST(log_loss, does_not_depend_on_the_number_of_threads) {
  const sample s = draw_sample(600000, 42);
  context threads;
  threads.threads = 3;
  EXPECT_BITS(log_loss(s.labels, s.probabilities), log_loss(s.labels, s.probabilities, {}, threads));
}

TEST(log_loss, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    log_loss(labels, p, {.weights = weights});
  });
  for (const double eps : {-0.1, 0.6, std::numeric_limits<double>::quiet_NaN()}) {
    testing::expect_error([&] { log_loss({0}, {0.5}, {.eps = eps}); }, error_kind::value,
                          error_code::bad_parameter, "eps", "must lie in [0, 0.5]");
  }
}

// ---- logits ----

TEST_P(log_loss_on, from_logits_of_single_rows_is_softplus) {
  for (const double z : {0.0, 1.0, -1.0, 30.0, -30.0, 700.0, -745.0, 1000.0, -1000.0, 1e300}) {
    const auto loss = [&](std::int32_t label) { return log_loss_from_logits({label}, vector_view({z})); };
    const long double m = std::fabs(z);
    const auto tail = std::log1p(std::exp(-m));
    EXPECT_ULP(loss(0), static_cast<double>(std::max<long double>(z, 0) + tail), 2) << z;
    EXPECT_ULP(loss(1), static_cast<double>(std::max<long double>(-z, 0) + tail), 2) << z;
  }
}

TEST(log_loss_from_logits, agrees_with_log_loss) {
  const sample s = draw_sample(500, 43);
  std::vector<double> logits;
  for (const double p : s.probabilities) logits.push_back(std::log(p) - std::log1p(-p));
  EXPECT_REL(log_loss_from_logits(s.labels, logits, {.weights = s.weights}),
             log_loss(s.labels, s.probabilities, {.weights = s.weights}), 1e-14, "the logits are rounded");
}

TEST_P(log_loss_on, gradients_are_logistic_minus_label) {
  const std::vector<double> logits = {0.0, 3.0, -3.0, 40.0, -40.0, 800.0, -800.0};
  for (const std::uint8_t label : {std::uint8_t{0}, std::uint8_t{1}}) {
    const std::vector<std::uint8_t> labels(logits.size(), label);
    const auto result = log_loss_from_logits_grad(labels, logits);
    EXPECT_BITS(result.loss, log_loss_from_logits(labels, logits));
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const long double z = logits[i];
      const long double slope = label == 0 ? 1 / (1 + std::exp(-z)) : -1 / (1 + std::exp(z));
      EXPECT_REL(result.grad[i], static_cast<double>(slope / 7), 1e-15, "4 ulp") << z;
    }
  }
}

TEST(log_loss_from_logits, names_what_is_wrong) {
  testing::expect_row_errors("logits", [](integer_view labels, vector_view z, vector_view weights) {
    log_loss_from_logits(labels, z, {.weights = weights});
  });
  testing::expect_row_errors("logits", [](integer_view labels, vector_view z, vector_view weights) {
    log_loss_from_logits_grad(labels, z, {.weights = weights});
  });
}

// ---- accumulator ----

TEST(log_loss_accumulator, merges_to_the_bits_of_the_whole_in_any_order) {
  const sample s = draw_sample(3 * 4096, 44);
  const integer_view labels(s.labels);
  const vector_view p(s.probabilities);
  log_loss_accumulator first({.eps = 1e-9}), second({.eps = 1e-9});
  first.update(integer_view(labels.rows(0, 4096)), vector_view(p.rows(0, 4096)));
  second.update(integer_view(labels.rows(4096, 8192)), vector_view(p.rows(4096, 8192)));
  second.merge(first);
  EXPECT_BITS(second.value(), log_loss(labels, p, {.eps = 1e-9}));
}

TEST(log_loss_accumulator, keeps_infinity) {
  log_loss_accumulator loss;
  loss.update({1}, {0.0});
  loss.update({1}, {0.5});
  EXPECT_BITS(log_loss_accumulator::from_bytes(loss.to_bytes()).value(), k_infinity);
}

TEST(log_loss_accumulator, comes_back_from_bytes) {
  const sample s = draw_sample(100, 45);
  log_loss_accumulator loss({.eps = 1e-6});
  loss.update(s.labels, s.probabilities, {s.weights});
  auto copy = log_loss_accumulator::from_bytes(loss.to_bytes());
  copy.merge(loss);
  loss.merge(loss);
  EXPECT_EQ(copy.to_bytes(), loss.to_bytes());
  EXPECT_BITS(copy.value(), loss.value());
  testing::expect_corrupt_bytes(loss.to_bytes(),
                                [](const auto& bytes) { log_loss_accumulator::from_bytes(bytes); });
}

TEST(log_loss_accumulator, refuses_what_does_not_fit_and_stays_as_it_was) {
  log_loss_accumulator loss;
  testing::expect_error([&] { static_cast<void>(loss.value()); }, error_kind::state, error_code::zero_weight,
                        "", "nothing with weight > 0");
  loss.update({1}, {0.5});
  const auto before = loss.to_bytes();
  const auto update = [&](integer_view labels, vector_view p, vector_view weights) {
    loss.update(labels, p, {weights});
  };
  testing::expect_row_errors("probabilities", update, false);
  testing::expect_error([&] { loss.merge(log_loss_accumulator({.eps = 0.1})); }, error_kind::value,
                        error_code::bad_parameter, "other", "another eps");
  testing::expect_error([] { log_loss_accumulator({.eps = 0.7}); }, error_kind::value,
                        error_code::bad_parameter, "eps", "[0, 0.5]");
  EXPECT_EQ(loss.to_bytes(), before);
  loss.reset();
  EXPECT_EQ(loss.to_bytes(), log_loss_accumulator().to_bytes());
}

}  // namespace
}  // namespace assay::calibration
