// Scores of categories and of the probabilities that ensembles give.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "assay/scoring/crps_ensemble.hpp"
#include "assay/scoring/ensemble_probability.hpp"
#include "assay/scoring/ranked_probability.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::scoring {
namespace {

using testing::expect_error;
using labels = std::vector<std::int32_t>;
const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

/// A matrix written in place.
struct rows {
  std::vector<double> values;
  std::size_t n, m;
  operator matrix_view() const { return {values, n, m}; }  // NOLINT: meant to convert
};

TEST(brier_score_ensemble, is_the_square_of_the_share_of_members_less_the_outcome) {
  const rows members{{1, 2, 3, 4}, 1, 4};
  EXPECT_BITS(brier_score_ensemble({3}, members, 2.0)[0], 0.25);
  EXPECT_BITS(brier_score_ensemble({2}, members, 2.0)[0], 0.25);  // the event is >, not >=
  EXPECT_BITS(brier_score_ensemble({0}, members, 0.0)[0], 1.0);
  EXPECT_REL(brier_score_ensemble({3}, members, 2.0, {.fair = true})[0], 0.25 - 4.0 / (16.0 * 3.0), 1e-15,
             "");
}

// The fair score of the whole equals the mean of the fair scores of all its pairs.
TEST(brier_score_ensemble, fair_form_does_not_depend_on_the_number_of_members) {
  testing::generator random(61);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<double> members;
    for (int j = 0; j < 7; ++j) members.push_back(random.normal());
    const double y = random.normal();
    double sum = 0.0;
    for (std::size_t a = 0; a < 7; ++a)
      for (std::size_t b = 0; b < a; ++b)
        sum += brier_score_ensemble({y}, rows{{members[a], members[b]}, 1, 2}, 0.25, {.fair = true})[0];
    EXPECT_ABS(brier_score_ensemble({y}, {members, 1, 7}, 0.25, {.fair = true})[0], sum / 21.0, 1e-15,
               "rounding");
  }
}

// The CRPS is the integral of Brier scores over thresholds: a sum over the gaps between members and outcome.
TEST(rps_ensemble, weighted_by_gaps_is_the_crps) {
  testing::generator random(62);
  for (const bool fair : {false, true}) {
    std::vector<double> members, points;
    for (int j = 0; j < 6; ++j) members.push_back(random.normal());
    const double y = random.normal();
    points = members;
    points.push_back(y);
    std::sort(points.begin(), points.end());
    double sum = 0.0;
    for (std::size_t k = 0; k + 1 < points.size(); ++k)
      sum += (points[k + 1] - points[k]) * rps_ensemble({y}, {members, 1, 6}, {points[k]}, {.fair = fair})[0];
    const auto estimator = fair ? crps_estimator::fair : crps_estimator::standard;
    EXPECT_REL(crps_ensemble({y}, {members, 1, 6}, {.estimator = estimator})[0], sum, 1e-14, "rounding");
  }
}

TEST(rps_ensemble, of_one_threshold_is_the_brier_score_of_the_opposite_event) {
  const rows members{{1, 2, 3, 4, 4}, 1, 5};
  for (const double y : {1.5, 2.0, 5.0})
    EXPECT_REL(rps_ensemble({y}, members, {2.0})[0], brier_score_ensemble({y}, members, 2.0)[0], 1e-15,
               "rounding");
}

TEST(bias_ensemble, goes_from_all_below_to_all_above) {
  const rows members{{1, 2, 2, 3}, 1, 4};
  EXPECT_BITS(bias_ensemble({0}, members)[0], 1.0);
  EXPECT_BITS(bias_ensemble({9}, members)[0], -1.0);
  EXPECT_BITS(bias_ensemble({2}, members)[0], 0.0);
  EXPECT_BITS(bias_ensemble({2.5}, members)[0], -0.5);
}

TEST(ensemble_probability, leaves_missing_members_out_or_gives_missing_scores) {
  const rows members{{1, nan, 3, nan, nan, 3}, 2, 3}, kept{{1, 3}, 1, 2};
  const auto omit = nan_policy::omit;
  EXPECT_BITS(brier_score_ensemble({2, 2}, members, 2.5, {.fair = true, .nan_policy = omit})[0],
              brier_score_ensemble({2}, kept, 2.5, {.fair = true})[0]);
  EXPECT_TRUE(std::isnan(brier_score_ensemble({2, 2}, members, 2.5, {.fair = true, .nan_policy = omit})[1]));
  EXPECT_BITS(rps_ensemble({2, 2}, members, {2.5}, {.nan_policy = omit})[0],
              rps_ensemble({2}, kept, {2.5})[0]);
  EXPECT_BITS(bias_ensemble({2, 2}, members, {.nan_policy = omit})[1], 1.0);
  EXPECT_TRUE(std::isnan(bias_ensemble({2, 2}, members, {.nan_policy = nan_policy::propagate})[0]));
  EXPECT_TRUE(std::isnan(bias_ensemble({nan}, kept, {.nan_policy = omit})[0]));
}

TEST(rps, sums_squares_of_cumulative_probabilities) {
  const rows forecast{{0.5, 0.25, 0.25}, 1, 3};
  EXPECT_BITS(rps(labels{0}, forecast)[0], 0.25 + 0.0625);
  EXPECT_BITS(rps(labels{1}, forecast)[0], 0.25 + 0.0625);
  EXPECT_BITS(rps(labels{2}, forecast)[0], 0.25 + 0.5625);
  EXPECT_BITS(rps(labels{2}, forecast, {.normalise = true})[0], (0.25 + 0.5625) / 2.0);
}

// The expected score is least for the forecast that is true.
TEST(ranked_scores, are_proper) {
  const std::vector<double> truth{0.2, 0.5, 0.3}, other{0.3, 0.45, 0.25};
  const auto expected = [&](const std::vector<double>& forecast, bool logarithmic) {
    double sum = 0.0;
    for (std::int32_t y = 0; y < 3; ++y) {
      const matrix_view view(forecast, 1, 3);
      sum += truth[static_cast<std::size_t>(y)] *
             (logarithmic ? ranked_log_score(labels{y}, view)[0] : rps(labels{y}, view)[0]);
    }
    return sum;
  };
  for (const bool logarithmic : {false, true})
    EXPECT_LT(expected(truth, logarithmic), expected(other, logarithmic));
}

TEST(ranked_log_score, adds_logarithms_of_cumulative_probabilities) {
  const rows forecast{{0.5, 0.25, 0.25}, 1, 3};
  EXPECT_REL(ranked_log_score(labels{1}, forecast)[0], -std::log(0.5) - std::log(0.75), 1e-15, "");
  EXPECT_BITS(ranked_log_score(labels{2}, rows{{0.5, 0.5, 0}, 1, 3})[0], infinity);
  EXPECT_BITS(ranked_log_score(labels{0}, rows{{1, 0, 0}, 1, 3})[0], 0.0);
}

TEST(probability_scores, do_not_depend_on_threads_or_element_type) {
  testing::generator random(63);
  std::vector<float> y, members, probabilities;
  labels classes;
  for (int i = 0; i < 20000; ++i) {
    y.push_back(static_cast<float>(random.normal()));
    for (int j = 0; j < 4; ++j) members.push_back(static_cast<float>(random.normal()));
    for (const float p : {0.25F, 0.5F, 0.25F}) probabilities.push_back(p);
    classes.push_back(i % 3);
  }
  const std::vector<double> wide_y(y.begin(), y.end()), wide_members(members.begin(), members.end());
  const std::vector<double> wide_probabilities(probabilities.begin(), probabilities.end());
  const matrix_view a(members, y.size(), 4), b(wide_members, y.size(), 4);
  const matrix_view p(probabilities, y.size(), 3), q(wide_probabilities, y.size(), 3);
  EXPECT_BITS(brier_score_ensemble(y, a, 0.5), brier_score_ensemble(wide_y, b, 0.5, {}, {.threads = 3}));
  EXPECT_BITS(rps_ensemble(y, a, {0.0, 1.0}), rps_ensemble(wide_y, b, {0.0, 1.0}, {}, {.threads = 3}));
  EXPECT_BITS(bias_ensemble(y, a), bias_ensemble(wide_y, b, {}, {.threads = 3}));
  EXPECT_BITS(rps(classes, p), rps(classes, q, {}, {.threads = 3}));
  EXPECT_BITS(ranked_log_score(classes, p), ranked_log_score(classes, q, {.threads = 3}));
}

TEST(probability_scores, errors_name_argument_and_value) {
  const rows one{{1}, 1, 1}, two{{1, 2}, 1, 2}, forecast{{0.5, 0.5}, 1, 2};
  const auto shape = error_kind::shape, value = error_kind::value;
  expect_error([&] { brier_score_ensemble({}, one, 0.0); }, shape, error_code::empty_input, "observations");
  expect_error([&] { brier_score_ensemble({1}, one, 0.0, {.fair = true}); }, shape,
               error_code::too_few_members, "members", "have 1 a row, need at least 2");
  expect_error([&] { brier_score_ensemble({1}, one, nan); }, value, error_code::non_finite, "threshold");
  expect_error(
      [&] {
        brier_score_ensemble({1, 2}, one, 0.0);
      },
      shape, error_code::length_mismatch, "members");
  expect_error(
      [&] {
        rps_ensemble({1}, two, {1.0, 0.0});
      },
      value, error_code::out_of_range, "thresholds", "[1] is 0, must be > the one before, 1");
  expect_error([&] { rps_ensemble({1}, two, {nan}); }, value, error_code::non_finite, "thresholds");
  expect_error([&] { rps_ensemble({1}, one, {0.0}, {.fair = true}); }, shape, error_code::too_few_members,
               "members");
  expect_error([&] { bias_ensemble({infinity}, one); }, value, error_code::non_finite, "observations",
               "Infinity");
  const auto ranked = [&](const labels& y, const rows& p, error_kind kind, error_code code,
                          const char* argument, const char* text) {
    expect_error([&] { rps(y, p); }, kind, code, argument, text);
    expect_error([&] { ranked_log_score(y, p); }, kind, code, argument, text);
  };
  ranked({}, forecast, shape, error_code::empty_input, "observations", "is empty");
  ranked({0, 1}, forecast, shape, error_code::length_mismatch, "probabilities", "1");
  ranked({2}, forecast, value, error_code::bad_label, "observations", "2");
  ranked({0}, {{0.5, 1.5}, 1, 2}, value, error_code::out_of_range, "probabilities", "1.5");
  ranked({0}, {{0.5, 0.25}, 1, 2}, value, error_code::row_sum, "probabilities",
         "row 0 sums to 0.75, must sum to 1");
}

}  // namespace
}  // namespace assay::scoring
