#include "assay/calibration/delong.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/calibration/roc.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;
using numbers = std::vector<double>;

// DeLong et al. 1988 as written: psi(x, y) of all pairs, their means by row and column, sample covariances.
struct naive_components {
  numbers of_events, of_others;
  double auc = 0.0;
};

naive_components components_of(const std::vector<std::uint8_t>& labels, const numbers& p) {
  naive_components result;
  numbers events, others;
  for (std::size_t i = 0; i < p.size(); ++i) (labels[i] == 1 ? events : others).push_back(p[i]);
  const auto psi = [](double x, double y) { return x > y ? 1.0 : x == y ? 0.5 : 0.0; };
  for (const double x : events) {
    double sum = 0.0;
    for (const double y : others) sum += psi(x, y);
    result.of_events.push_back(sum / static_cast<double>(others.size()));
  }
  for (const double y : others) {
    double sum = 0.0;
    for (const double x : events) sum += psi(x, y);
    result.of_others.push_back(sum / static_cast<double>(events.size()));
  }
  for (const double v : result.of_events) result.auc += v / static_cast<double>(events.size());
  return result;
}

double covariance(const numbers& a, const numbers& b) {
  double mean_a = 0.0, mean_b = 0.0, sum = 0.0;
  const auto n = static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    mean_a += a[i] / n;
    mean_b += b[i] / n;
  }
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - mean_a) * (b[i] - mean_b);
  return sum / (n - 1);
}

double covariance(const naive_components& a, const naive_components& b) {
  return covariance(a.of_events, b.of_events) / static_cast<double>(a.of_events.size()) +
         covariance(a.of_others, b.of_others) / static_cast<double>(a.of_others.size());
}

TEST(roc_auc_delong, is_the_definition_over_all_pairs) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const sample s = draw_sample(80, seed, seed % 2 == 0 ? 0 : 9);
    const auto result = roc_auc_delong(s.labels, s.probabilities);
    const auto naive = components_of(s.labels, s.probabilities);
    EXPECT_BITS(result.auc, roc_auc(s.labels, s.probabilities));
    EXPECT_REL(result.variance, covariance(naive, naive), 1e-12,
               "means of shares round, squares of differences");
    EXPECT_BITS(result.std_error, std::sqrt(result.variance));
  }
}

// By hand: V10 = (1, 1/2), V01 = (1, 1/2): S10 = S01 = 1/8, variance 1/16 + 1/16.
TEST(roc_auc_delong, of_four_rows) {
  const auto result = roc_auc_delong({0, 1, 0, 1}, {0.1, 0.4, 0.8, 0.9}, {.level = 0.95});
  EXPECT_BITS(result.auc, 0.75);
  EXPECT_BITS(result.variance, 0.125);
  // 0.75 - 1.959963984540054 sqrt(1/8) = 0.0570..., the upper end is cut
  EXPECT_REL(result.lower, 0.75 - 1.959963984540054 * std::sqrt(0.125), 1e-14, "cancels a digit");
  EXPECT_BITS(result.upper, 1.0);
}

TEST(roc_auc_delong, of_classes_that_are_apart_has_no_width) {
  for (const double level : {0.5, 0.9, std::nextafter(1.0, 0.0)}) {
    const auto result = roc_auc_delong({0, 0, 1, 1}, {0.1, 0.2, 0.8, 0.9}, {.level = level});
    EXPECT_BITS(result.variance, 0.0);
    EXPECT_BITS(result.lower, 1.0);
    EXPECT_BITS(result.upper, 1.0);
  }
  EXPECT_BITS(roc_auc_delong({1, 1, 0, 0}, {0.1, 0.2, 0.8, 0.9}).upper, 0.0);
}

TEST(roc_auc_delong, covers_the_true_area) {
  testing::generator rng(3);
  int covered = 0;
  constexpr int k_samples = 500;
  for (int round = 0; round < k_samples; ++round) {
    std::vector<std::uint8_t> labels;
    numbers p;
    for (int i = 0; i < 120; ++i) {
      labels.push_back(i % 3 == 0 ? 1 : 0);
      // the larger of two uniforms against one: P(max(u, v) > w) = 2/3
      p.push_back(i % 3 == 0 ? std::max(rng.uniform(), rng.uniform()) : rng.uniform());
    }
    const auto result = roc_auc_delong(labels, p);
    covered += result.lower <= 2.0 / 3 && 2.0 / 3 <= result.upper ? 1 : 0;
  }
  // binomial standard deviation 1.3 %: four of them, and a normal interval is a little short
  EXPECT_NEAR(static_cast<double>(covered) / k_samples, 0.9, 0.06);
}

TEST(roc_auc_delong, does_not_change_under_increasing_maps_order_and_type) {
  const sample s = draw_sample(200, 4, 64);
  const auto plain = roc_auc_delong(s.labels, s.probabilities);
  numbers squares;
  for (const double p : s.probabilities) squares.push_back(p * p);
  EXPECT_BITS(roc_auc_delong(s.labels, squares).variance, plain.variance);
  EXPECT_BITS(roc_auc_delong(s.labels, testing::as_float(s.probabilities)).variance, plain.variance);
  const integer_view labels(s.labels.data() + 199, 200, -1);
  const vector_view backwards(s.probabilities.data() + 199, 200, -1);
  EXPECT_REL(roc_auc_delong(labels, backwards).variance, plain.variance, 1e-15, "sums in the other order");
}

// ---- test of two forecasts ----

TEST(delong_test, is_the_definition_over_all_pairs) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const sample s = draw_sample(90, seed, seed % 2 == 0 ? 0 : 12);
    numbers other;
    testing::generator rng(seed + 100);
    for (const double p : s.probabilities) other.push_back(0.5 * p + 0.5 * rng.uniform());
    const auto result = delong_test(s.labels, s.probabilities, other);
    const auto a = components_of(s.labels, s.probabilities), b = components_of(s.labels, other);
    const double variance = covariance(a, a) + covariance(b, b) - 2.0 * covariance(a, b);
    EXPECT_BITS(result.auc_a, roc_auc(s.labels, s.probabilities));
    EXPECT_BITS(result.auc_b, roc_auc(s.labels, other));
    EXPECT_ABS(result.difference, a.auc - b.auc, 1e-14, "means of shares round");
    EXPECT_REL(result.std_error, std::sqrt(variance), 1e-11, "three covariances cancel in the naive form");
    EXPECT_REL(result.z, result.difference / std::sqrt(variance), 1e-11, "the same");
    EXPECT_REL(result.p_value, std::erfc(std::fabs(result.z) / std::sqrt(2.0)), 1e-14, "a few ulp of erfc");
  }
}

TEST(delong_test, of_exchanged_forecasts_changes_sign) {
  const sample s = draw_sample(100, 5), t = draw_sample(100, 6);
  const auto result = delong_test(s.labels, s.probabilities, t.probabilities);
  const auto exchanged = delong_test(s.labels, t.probabilities, s.probabilities);
  EXPECT_BITS(exchanged.difference, -result.difference);
  EXPECT_BITS(exchanged.z, -result.z);
  EXPECT_BITS(exchanged.p_value, result.p_value);
}

TEST(delong_test, of_the_same_order_finds_no_difference) {
  const sample s = draw_sample(50, 7);
  numbers squares;
  for (const double p : s.probabilities) squares.push_back(p * p);
  const auto result = delong_test(s.labels, s.probabilities, squares);
  EXPECT_BITS(result.std_error, 0.0);
  EXPECT_BITS(result.z, 0.0);
  EXPECT_BITS(result.p_value, 1.0);
}

TEST(delong_test, of_a_sure_difference_is_infinite) {
  const auto result = delong_test({0, 0, 1, 1}, {0.1, 0.2, 0.8, 0.9}, {0.9, 0.8, 0.2, 0.1});
  EXPECT_BITS(result.difference, 1.0);
  EXPECT_BITS(result.z, std::numeric_limits<double>::infinity());
  EXPECT_BITS(result.p_value, 0.0);
}

// ---- errors ----

// The errors of expect_row_errors without weights.
template <class Call>
void expect_forecast_errors(const std::string& name, Call call) {
  const numbers none;
  const auto refused = [&](error_kind kind, error_code code, const std::string& argument, integer_view y,
                           vector_view p) {
    testing::expect_error([&] { call(y, p); }, kind, code, argument);
  };
  refused(error_kind::shape, error_code::empty_input, "labels", std::vector<std::int32_t>(), {0.2, 0.4});
  refused(error_kind::shape, error_code::empty_input, name, {0, 1}, none);
  refused(error_kind::shape, error_code::length_mismatch, name, {0, 1}, {0.1, 0.2, 0.4});
  refused(error_kind::value, error_code::bad_label, "labels", {0, 2}, {0.2, 0.4});
  refused(error_kind::value, error_code::out_of_range, name, {0, 1}, {0.2, 1.5});
  refused(error_kind::value, error_code::out_of_range, name, {0, 1},
          {0.2, std::numeric_limits<double>::quiet_NaN()});
  refused(error_kind::value, error_code::single_class, "labels", {1, 1}, {0.2, 0.4});
  refused(error_kind::value, error_code::single_class, "labels", {0, 0}, {0.2, 0.4});
  refused(error_kind::value, error_code::degenerate, "labels", {0, 1}, {0.2, 0.4});
}

TEST(delong, names_what_is_wrong) {
  expect_forecast_errors("probabilities", [](integer_view y, vector_view p) { roc_auc_delong(y, p); });
  expect_forecast_errors("probabilities_b", [](integer_view y, vector_view p) {
    delong_test(y, {0.3, 0.6}, p);
  });
  expect_forecast_errors("probabilities_a",
                         [](integer_view y, vector_view p) { delong_test(y, p, numbers(y.size(), 0.5)); });
  const auto refused = [](auto call, error_code code, const std::string& argument) {
    testing::expect_error(call, error_kind::value, code, argument);
  };
  refused(
      [] {
        roc_auc_delong({0, 1}, {0.2, 0.4}, {.weights = {1, 1}});
      },
      error_code::unsupported, "weights");
  refused(
      [] {
        delong_test({0, 1}, {0.2, 0.4}, {0.2, 0.4}, {.weights = {1, 1}});
      },
      error_code::unsupported, "weights");
  for (const double level : {0.0, 1.0, std::numeric_limits<double>::quiet_NaN()})
    refused([&] { roc_auc_delong({0, 1}, {0.2, 0.4}, {.level = level}); }, error_code::out_of_range, "level");
}

}  // namespace
}  // namespace assay::calibration
