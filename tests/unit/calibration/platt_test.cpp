#include "assay/calibration/platt.hpp"

#include <limits>

#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

struct score_sample {
  std::vector<std::uint8_t> labels;
  std::vector<double> scores;
  std::vector<double> weights;
};

/// Events with probability logistic(slope s + intercept).
score_sample draw_scores(std::size_t rows, double slope, double intercept, std::uint64_t seed) {
  testing::generator rng(seed);
  score_sample drawn;
  for (std::size_t i = 0; i < rows; ++i) {
    const double s = rng.normal();
    drawn.scores.push_back(s);
    drawn.labels.push_back(rng.uniform() < 1 / (1 + std::exp(-slope * s - intercept)) ? 1 : 0);
    drawn.weights.push_back(rng.below(8) == 0 ? 0.0 : rng.uniform(0.1, 3.0));
  }
  return drawn;
}

/// Mean loss against Platt's targets, by its definition.
double loss_of(const score_sample& s, const std::vector<double>& weights, bool smooth, double slope,
               double intercept) {
  double events = 0.0, others = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) (s.labels[i] != 0 ? events : others) += weights[i];
  double sum = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    double target = s.labels[i];
    if (smooth) target = s.labels[i] != 0 ? (events + 1) / (events + 2) : 1 / (others + 2);
    const double eta = slope * s.scores[i] + intercept;
    sum += weights[i] * (std::log1p(std::exp(eta)) - target * eta);
  }
  return sum / (events + others);
}

TEST(platt, of_two_scores_has_a_closed_form) {
  // three of four events at score 1, one of four at score 0: logistic(b) = 1/4, logistic(a + b) = 3/4
  const std::vector<std::uint8_t> labels = {1, 1, 1, 0, 1, 0, 0, 0};
  const auto fit = platt(labels, {1, 1, 1, 1, 0, 0, 0, 0}, {.smooth_targets = false, .query = {0, 1}});
  EXPECT_REL(fit.slope, 2 * std::log(3.0), 1e-10, "the budget of the doc comment");
  EXPECT_REL(fit.intercept, -std::log(3.0), 1e-10, "the budget of the doc comment");
  EXPECT_REL(fit.query[0], 0.25, 1e-10, "the budget of the doc comment");
  EXPECT_REL(fit.query[1], 0.75, 1e-10, "the budget of the doc comment");
  EXPECT_TRUE(fit.converged);
}

TEST(platt, is_the_minimum_of_the_loss) {
  const score_sample s = draw_scores(300, 1.5, -0.5, 120);
  for (const bool smooth : {true, false}) {
    const auto fit = platt(s.labels, s.scores, {.weights = s.weights, .smooth_targets = smooth});
    const auto loss = [&](double da, double db) {
      return loss_of(s, s.weights, smooth, fit.slope + da, fit.intercept + db);
    };
    constexpr double h = 1e-5;
    EXPECT_ABS((loss(h, 0) - loss(-h, 0)) / (2 * h), 0.0, 1e-9, "differences of losses rounded at 1e-16");
    EXPECT_ABS((loss(0, h) - loss(0, -h)) / (2 * h), 0.0, 1e-9, "differences of losses rounded at 1e-16");
    EXPECT_LE(loss(0, 0), loss_of(s, s.weights, smooth, 1, 0));
  }
}

TEST(platt, finds_the_curve_that_drew_the_labels) {
  const score_sample s = draw_scores(20000, 1.5, -0.5, 121);
  const auto fit = platt(s.labels, s.scores);
  EXPECT_ABS(fit.slope, 1.5, 0.1, "4 standard errors");
  EXPECT_ABS(fit.intercept, -0.5, 0.08, "4 standard errors");
  const score_sample calibrated = draw_scores(20000, 1, 0, 122);
  EXPECT_ABS(platt(calibrated.labels, calibrated.scores).slope, 1.0, 0.08,
             "already calibrated: the identity");
}

TEST(platt, follows_unit_and_offset_of_the_scores) {
  const score_sample s = draw_scores(200, 2, 0.3, 123);
  const auto plain = platt(s.labels, s.scores);
  for (const double unit : {1e-200, 1e-3, 1e6, 1e290}) {
    std::vector<double> scaled;
    for (const double score : s.scores) scaled.push_back((score + 3) * unit);
    const auto fit = platt(s.labels, scaled, {.query = {3 * unit}});
    EXPECT_REL(fit.slope, plain.slope / unit, 1e-9, "the budget, and scores rounded after the shift");
    EXPECT_REL(fit.query[0], 1 / (1 + std::exp(-plain.intercept)), 1e-9, "both budgets");
  }
}

TEST(platt, with_weights_is_repeated_rows) {
  const auto weighted = platt({0, 1, 0, 1}, {-1, 0.5, 1, 2}, {.weights = {2, 1, 3, 0}});
  const auto repeated = platt({0, 0, 1, 0, 0, 0}, {-1, -1, 0.5, 1, 1, 1});
  EXPECT_REL(weighted.slope, repeated.slope, 1e-10, "the budget of the doc comment");
  EXPECT_REL(weighted.intercept, repeated.intercept, 1e-10, "the budget of the doc comment");
}

TEST(platt, takes_log_odds_of_probabilities) {
  const testing::sample s = testing::draw_sample(200, 124);
  std::vector<double> log_odds;
  for (const double p : s.probabilities) log_odds.push_back(std::log(p) - std::log1p(-p));
  const auto direct = platt(s.labels, log_odds);
  const auto fit =
      platt(s.labels, s.probabilities, {.input = platt_input::probabilities, .query = {0, 0.5, 1}});
  EXPECT_REL(fit.slope, direct.slope, 1e-10, "the budget of the doc comment");
  EXPECT_REL(fit.query[1], 1 / (1 + std::exp(-fit.intercept)), 1e-14, "the definition");
  const double far = std::log(1e-12) - std::log1p(-1e-12);  // where probabilities are clipped
  EXPECT_REL(fit.query[0], 1 / (1 + std::exp(-fit.slope * far - fit.intercept)), 1e-12, "the definition");
}

TEST(platt, of_equal_scores_or_one_class) {
  const auto equal = platt({1, 0, 1, 1}, {0.1, 0.1, 0.1, 0.1});
  EXPECT_BITS(equal.slope, 0.0);
  // targets 4/5 three times and 1/3 once
  const double mean = (3 * 0.8 + 1.0 / 3) / 4;
  EXPECT_REL(equal.intercept, std::log(mean / (1 - mean)), 1e-10, "the budget of the doc comment");
  const auto zeros = platt({1}, {0}, {.query = {0}});
  EXPECT_REL(zeros.query[0], 2.0 / 3, 1e-10, "target (1 + 1)/(1 + 2)");
  const auto one_class = platt({1, 1}, {0.3, 5}, {.query = {0.3, 5}});
  EXPECT_REL(one_class.query[0], 0.75, 1e-9, "target 3/4 for all");
  EXPECT_REL(one_class.query[1], 0.75, 1e-9, "target 3/4 for all");
}

TEST(platt, of_one_class_is_flat_whatever_the_scores) {
  const auto fit = platt({0, 0, 0, 0}, {-3, -40, -1.7, -1.7}, {.weights = {1, 0, 0.1875, 0.0625}});
  EXPECT_EQ(fit.slope, 0.0);
  EXPECT_LT(fit.intercept, 0.0);
}

TEST(platt, of_separable_data_needs_smooth_targets) {
  const auto sharp = platt({0, 1}, {-1, 1}, {.smooth_targets = false, .query = {-1, 1}});
  EXPECT_FALSE(sharp.converged);
  EXPECT_GT(sharp.query[1], 1 - 1e-15);
  const auto smooth = platt({0, 1}, {-1, 1}, {.query = {-1, 1}});
  EXPECT_TRUE(smooth.converged);
  EXPECT_REL(smooth.query[1], 2.0 / 3, 1e-10, "target (1 + 1)/(1 + 2)");
}

TEST(platt, names_what_is_wrong) {
  const auto call = [](integer_view labels, vector_view p, vector_view weights) {
    platt(labels, p, {.weights = weights, .input = platt_input::probabilities});
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  testing::expect_error(
      [&] {
        call({0, 1}, {0.2, 1.2}, {});
      },
      error_kind::value, error_code::out_of_range, "scores", "scores[1] is 1.2");
  testing::expect_error(
      [&] {
        platt({0, 1}, {0, infinity});
      },
      error_kind::value, error_code::non_finite, "scores", "scores[1] is Infinity");
  testing::expect_error([&] { platt({0, 2}, {0, 1}); }, error_kind::value, error_code::bad_label, "labels");
  testing::expect_error(
      [&] {
        platt({0}, {0, 1});
      },
      error_kind::shape, error_code::length_mismatch, "scores");
  const std::vector<double> none;
  testing::expect_error([&] { platt({0}, none); }, error_kind::shape, error_code::empty_input, "scores");
  testing::expect_error([&] { platt({0}, {1}, {.query = none}); }, error_kind::shape, error_code::empty_input,
                        "query");
  testing::expect_error(
      [&] {
        platt({0, 1}, {0, 1}, {.weights = {0, 0}});
      },
      error_kind::value, error_code::zero_weight, "weights");
  testing::expect_error(
      [&] {
        platt({0, 1}, {0, 1}, {.weights = {-1, 0}});
      },
      error_kind::value, error_code::bad_weight, "weights");
  testing::expect_error(
      [&] {
        platt({0, 1}, {0, 1}, {.weights = {1}});
      },
      error_kind::shape, error_code::length_mismatch, "weights");
  testing::expect_error(
      [&] {
        platt({0, 1}, {0, 1}, {.query = {infinity}});
      },
      error_kind::value, error_code::non_finite, "query");
  testing::expect_error(
      [&] {
        platt({0, 1}, {0, 5e-324});
      },
      error_kind::value, error_code::degenerate, "scores", "so small");
}

TEST(platt_model, is_the_function_and_comes_back_from_json) {
  const testing::sample s = testing::draw_sample(200, 125);
  for (const platt_input input : {platt_input::scores, platt_input::probabilities}) {
    const auto model = platt_model::fit(s.labels, s.probabilities, {.weights = s.weights, .input = input});
    const auto result =
        platt(s.labels, s.probabilities, {.weights = s.weights, .input = input, .query = s.probabilities});
    EXPECT_BITS(model.transform(vector_view(s.probabilities)), result.query);
    EXPECT_BITS(model.parameters().slope, result.slope);
    EXPECT_BITS(platt_model::from_json(model.to_json()).transform(vector_view(s.probabilities)),
                result.query);
    testing::expect_json_round_trip(model);
    const auto grid = testing::unit_grid(1000);
    testing::expect_ascending_probabilities(model.transform(vector_view(grid)));
    const std::vector<float> p = {0.5F};
    EXPECT_EQ(model.transform(vector_view(p)).type(), dtype::float32);
  }
}

TEST(platt_model, refuses_json_that_is_no_such_model) {
  testing::expect_json_refused<platt_model>(
      R"({"model": "platt", "version": 1, "input": "words", "slope": 1, "intercept": 0, "converged": true})",
      "unknown input");
}

}  // namespace
}  // namespace assay::calibration
