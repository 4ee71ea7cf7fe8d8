#include "assay/calibration/moments_accumulator.hpp"

#include <cmath>
#include <limits>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/log_loss.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::same_bits;
using testing::sample;
using accumulator = calibration_moments_accumulator;

constexpr double calibration_moments::*k_numbers[] = {&calibration_moments::weight,
                                                      &calibration_moments::mean_prob,
                                                      &calibration_moments::mean_label,
                                                      &calibration_moments::brier,
                                                      &calibration_moments::log_loss,
                                                      &calibration_moments::balance,
                                                      &calibration_moments::balance_std_error,
                                                      &calibration_moments::spiegelhalter_z,
                                                      &calibration_moments::spiegelhalter_p_value};

::testing::AssertionResult same_moments(const calibration_moments& a, const calibration_moments& b) {
  if (a.count != b.count) return ::testing::AssertionFailure() << a.count << " and " << b.count << " rows";
  for (const auto member : k_numbers)
    if (auto same = same_bits(a.*member, b.*member); !same) return same;
  return ::testing::AssertionSuccess();
}

accumulator part_of(const sample& s, std::size_t first, std::size_t last, bool weighted = false) {
  accumulator part;
  const integer_view labels(array_view(s.labels.data() + first, dtype::uint8, 1, {last - first, 1, 1}));
  const vector_view p(s.probabilities.data() + first, last - first);
  const vector_view w(s.weights.data() + first, last - first);
  part.update(labels, p, {.weights = weighted ? w : vector_view()});
  return part;
}

TEST(calibration_moments_accumulator, follows_its_definition) {
  for (const bool weighted : {false, true}) {
    const sample s = draw_sample(5000, 1, weighted ? 50 : 0);
    const auto found = part_of(s, 0, 5000, weighted).value();
    double w_sum = 0, prob = 0, label = 0, balance = 0, excess = 0, variance = 0;
    const auto weight = [&](std::size_t i) { return weighted ? s.weights[i] : 1.0; };
    for (std::size_t i = 0; i < 5000; ++i) {
      const double p = s.probabilities[i], y = s.labels[i], w = weight(i);
      w_sum += w;
      prob += w * p;
      label += w * y;
      balance += w * (p >= 0.5 ? y - p : p - y);
      excess += w * (y - p) * (1 - 2 * p);
      variance += w * w * (1 - 2 * p) * (1 - 2 * p) * p * (1 - p);
    }
    double spread = 0;
    for (std::size_t i = 0; i < 5000; ++i) {
      const double p = s.probabilities[i], y = s.labels[i];
      const double d = (p >= 0.5 ? y - p : p - y) - balance / w_sum;
      spread += weight(i) * weight(i) * d * d;
    }
    const vector_view w = weighted ? vector_view(s.weights) : vector_view();
    constexpr const char* sums = "plain sums of 5000 terms";
    EXPECT_EQ(found.count, 5000);
    EXPECT_REL(found.weight, w_sum, 1e-12, sums);
    EXPECT_REL(found.mean_prob, prob / w_sum, 1e-12, sums);
    EXPECT_REL(found.mean_label, label / w_sum, 1e-12, sums);
    EXPECT_BITS(found.brier, brier_score(s.labels, s.probabilities, {.weights = w}));
    EXPECT_BITS(found.log_loss, log_loss(s.labels, s.probabilities, {.weights = w}));
    EXPECT_REL(found.balance, balance / w_sum, 1e-11, sums);
    EXPECT_REL(found.balance_std_error, std::sqrt(spread) / w_sum, 1e-11, sums);
    EXPECT_REL(found.spiegelhalter_z, excess / std::sqrt(variance), 1e-11, sums);
    EXPECT_REL(found.spiegelhalter_p_value, std::erfc(std::fabs(found.spiegelhalter_z) / std::sqrt(2.0)),
               1e-12, "two error functions");
  }
}

// Balance is accuracy at 1/2 less mean confidence (spec, section 6).
TEST(calibration_moments_accumulator, has_the_identity_of_the_balance) {
  const sample s = draw_sample(3000, 2);
  double right = 0.0, confidence = 0.0;
  for (std::size_t i = 0; i < 3000; ++i) {
    const double p = s.probabilities[i];
    right += (p >= 0.5) == (s.labels[i] == 1) ? 1.0 : 0.0;
    confidence += std::max(p, 1.0 - p);
  }
  EXPECT_ABS(part_of(s, 0, 3000).value().balance, (right - confidence) / 3000, 1e-13,
             "plain sums of 3000 terms");
}

TEST(calibration_moments_accumulator, merges_blocks_exactly_in_any_order) {
  const sample s = draw_sample(20000, 3);
  for (const bool weighted : {false, true}) {
    const auto whole = part_of(s, 0, 20000, weighted).value();
    accumulator sum;
    for (const std::size_t k : std::vector<std::size_t>{3, 0, 4, 2, 1})
      sum.merge(part_of(s, k * 4096, std::min<std::size_t>(20000, (k + 1) * 4096), weighted));
    EXPECT_TRUE(same_moments(sum.value(), whole));
    accumulator pieces;
    for (std::size_t first = 0; first < 20000; first += 333)
      pieces.merge(part_of(s, first, std::min<std::size_t>(20000, first + 333), weighted));
    for (const auto member : k_numbers)
      EXPECT_REL(pieces.value().*member, whole.*member, 1e-11, "other blocks; z and balance cancel");
  }
}

TEST(calibration_moments_accumulator, doubles_when_merged_with_itself) {
  const sample s = draw_sample(100, 4);
  accumulator twice = part_of(s, 0, 100);
  twice.merge(twice);
  const auto once = part_of(s, 0, 100).value();
  EXPECT_EQ(twice.value().count, 200);
  EXPECT_BITS(twice.value().brier, once.brier);
  EXPECT_REL(twice.value().spiegelhalter_z, once.spiegelhalter_z * std::sqrt(2.0), 1e-14, "few roundings");
}

TEST(calibration_moments_accumulator, takes_float32_and_weights_of_one) {
  const sample s = draw_sample(5000, 5, 30);
  const auto single = testing::as_float(s.probabilities);
  const auto wide = testing::as_double(single);
  accumulator a, b, c;
  a.update(s.labels, single);
  b.update(s.labels, wide);
  c.update(s.labels, wide, {.weights = std::vector<double>(5000, 1.0)});
  EXPECT_BITS(a.value().brier, b.value().brier);
  EXPECT_BITS(a.value().balance, b.value().balance);
  EXPECT_TRUE(same_moments(b.value(), c.value()));
}

TEST(calibration_moments_accumulator, keeps_infinity_and_says_where_there_is_no_test) {
  accumulator sums;
  sums.update({1, 0}, {0.0, 0.5});
  EXPECT_BITS(sums.value().log_loss, std::numeric_limits<double>::infinity());
  EXPECT_BITS(sums.value().spiegelhalter_z, std::numeric_limits<double>::quiet_NaN());
  EXPECT_BITS(sums.value().spiegelhalter_p_value, std::numeric_limits<double>::quiet_NaN());
  EXPECT_BITS(sums.value().balance, -0.75);  // p - y = -1 below 1/2, y - p = -1/2 at it
}

TEST(calibration_moments_accumulator, survives_bytes) {
  const sample s = draw_sample(300, 6);
  const accumulator sums = part_of(s, 0, 300, true);
  const auto bytes = sums.to_bytes();
  EXPECT_TRUE(same_moments(accumulator::from_bytes(bytes).value(), sums.value()));
  EXPECT_EQ(accumulator::from_bytes(bytes).to_bytes(), bytes);
  accumulator fresh;
  EXPECT_EQ(accumulator::from_bytes(fresh.to_bytes()).to_bytes(), fresh.to_bytes());
  testing::expect_corrupt_bytes(part_of(s, 0, 2).to_bytes(),
                                [](const std::vector<std::byte>& b) { accumulator::from_bytes(b); });
}

TEST(calibration_moments_accumulator, forgets_and_copies) {
  const sample s = draw_sample(50, 7);
  accumulator sums = part_of(s, 0, 50);
  accumulator copy = sums;
  sums.reset();
  testing::expect_error([&] { static_cast<void>(sums.value()); }, error_kind::state, error_code::zero_weight,
                        "", "nothing with weight > 0");
  sums = copy;
  EXPECT_TRUE(same_moments(sums.value(), copy.value()));
  accumulator moved = std::move(copy);
  EXPECT_TRUE(same_moments(sums.value(), moved.value()));
}

TEST(calibration_moments_accumulator, adds_nothing_after_an_error) {
  const sample s = draw_sample(50, 8);
  accumulator sums = part_of(s, 0, 50);
  const auto before = sums.to_bytes();
  testing::expect_row_errors(
      "probabilities",
      [&](integer_view labels, vector_view p, vector_view weights) {
        sums.update(labels, p, {.weights = weights});
      },
      false);
  EXPECT_EQ(sums.to_bytes(), before);
  accumulator weightless;
  weightless.update({0, 1}, {0.5, 0.5}, {.weights = {0, 0}});
  testing::expect_error([&] { static_cast<void>(weightless.value()); }, error_kind::state,
                        error_code::zero_weight, "");
}

}  // namespace
}  // namespace assay::calibration
