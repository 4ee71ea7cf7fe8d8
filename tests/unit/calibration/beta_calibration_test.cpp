#include "assay/calibration/beta_calibration.hpp"

#include "assay/calibration/platt.hpp"
#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

constexpr beta_variant k_variants[] = {beta_variant::abm, beta_variant::am, beta_variant::ab};

double loss_of(const sample& s, double a, double b, double c) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    const double p = s.probabilities[i];
    const double eta = a * std::log(p) - b * std::log1p(-p) + c;
    sum += s.weights[i] * (std::log1p(std::exp(eta)) - s.labels[i] * eta);
    total += s.weights[i];
  }
  return sum / total;
}

TEST(beta_calibration, is_the_minimum_of_the_loss) {
  const sample s = draw_sample(400, 130);
  const auto fit = beta_calibration(s.labels, s.probabilities, {.weights = s.weights});
  ASSERT_GT(fit.a, 0.0);
  ASSERT_GT(fit.b, 0.0);
  constexpr double h = 1e-5;
  const auto slope = [&](double da, double db, double dc) {
    return (loss_of(s, fit.a + da, fit.b + db, fit.c + dc) - loss_of(s, fit.a - da, fit.b - db, fit.c - dc)) /
           (2 * h);
  };
  EXPECT_ABS(slope(h, 0, 0), 0.0, 1e-9, "differences of losses rounded at 1e-16");
  EXPECT_ABS(slope(0, h, 0), 0.0, 1e-9, "differences of losses rounded at 1e-16");
  EXPECT_ABS(slope(0, 0, h), 0.0, 1e-9, "differences of losses rounded at 1e-16");
  EXPECT_LE(loss_of(s, fit.a, fit.b, fit.c), loss_of(s, 1, 1, 0));
  EXPECT_TRUE(fit.converged);
}

TEST(beta_calibration, variants_fix_parameters) {
  const sample s = testing::draw_calibrated(400, 131);  // inside the limits a, b >= 0
  const auto am =
      beta_calibration(s.labels, s.probabilities, {.weights = s.weights, .variant = beta_variant::am});
  const auto logistic =
      platt(s.labels, s.probabilities,
            {.weights = s.weights, .smooth_targets = false, .input = platt_input::probabilities});
  EXPECT_BITS(am.a, am.b);
  EXPECT_REL(am.a, logistic.slope, 1e-9, "the budget: am is a logistic curve of the log-odds");
  EXPECT_REL(am.c, logistic.intercept, 1e-9, "the budget: am is a logistic curve of the log-odds");
  const auto ab = beta_calibration(s.labels, s.probabilities,
                                   {.weights = s.weights, .variant = beta_variant::ab, .query = {0.5}});
  EXPECT_REL(ab.query[0], 0.5, 1e-15, "ab keeps 1/2");
  const double least = loss_of(s, ab.a, ab.b, ab.c);
  for (const double h : {-1e-3, 1e-3}) {
    EXPECT_LE(least, loss_of(s, ab.a + h, ab.b, ab.c + h * std::log(2.0)));
    EXPECT_LE(least, loss_of(s, ab.a, ab.b + h, ab.c - h * std::log(2.0)));
  }
}

TEST(beta_calibration, of_calibrated_data_is_near_the_identity) {
  const sample s = testing::draw_calibrated(20000, 132);
  const auto grid = testing::unit_grid(10);
  for (const beta_variant variant : k_variants) {
    const auto fit = beta_calibration(s.labels, s.probabilities, {.variant = variant, .query = grid});
    for (std::size_t i = 0; i < grid.size(); ++i)
      EXPECT_ABS(fit.query[i], grid[i], 0.03, "4 standard errors of a curve of 20000 rows");
  }
}

TEST(beta_calibration, drops_negative_coefficients) {
  // forecasts turned around: both coefficients would be negative, the constant is left
  sample s = draw_sample(400, 133);
  double events = 0.0;
  for (auto& label : s.labels) events += label = static_cast<std::uint8_t>(1 - label);
  for (const beta_variant variant : {beta_variant::abm, beta_variant::am}) {
    const auto fit = beta_calibration(s.labels, s.probabilities, {.variant = variant, .query = {0.1, 0.9}});
    EXPECT_BITS(fit.a, 0.0);
    EXPECT_BITS(fit.b, 0.0);
    EXPECT_REL(fit.query[0], events / 400, 1e-9, "the share of events");
    EXPECT_BITS(fit.query[0], fit.query[1]);
  }
  const auto half =
      beta_calibration(s.labels, s.probabilities, {.variant = beta_variant::ab, .query = {0.1}});
  EXPECT_BITS(half.query[0], 0.5);
}

TEST(beta_calibration, never_falls_with_coefficients_at_zero) {
  for (std::uint64_t seed = 134; seed < 150; ++seed) {
    const sample s = draw_sample(25, seed);
    const auto grid = testing::unit_grid(200);
    for (const beta_variant variant : k_variants) {
      const auto fit = beta_calibration(s.labels, s.probabilities, {.variant = variant, .query = grid});
      EXPECT_GE(fit.a, 0.0);
      EXPECT_GE(fit.b, 0.0);
      testing::expect_ascending_probabilities(fit.query);
    }
  }
}

TEST(beta_calibration, clips_at_machine_precision) {
  const auto fit = beta_calibration({0, 1, 0, 1, 1, 0}, {0, 1, 0.4, 0.6, 0.3, 0.7},
                                    {.query = {0, 0x1p-52, 1, 1 - 0x1p-52}});
  EXPECT_BITS(fit.query[0], fit.query[1]);
  EXPECT_BITS(fit.query[2], fit.query[3]);
  EXPECT_GT(fit.query[0], 0.0);
}

TEST(beta_calibration, with_weights_is_repeated_rows) {
  const auto weighted =
      beta_calibration({0, 1, 0, 1}, {0.1, 0.3, 0.5, 0.9}, {.weights = {2, 1, 3, 1}, .query = {0.3}});
  const auto repeated =
      beta_calibration({0, 0, 1, 0, 0, 0, 1}, {0.1, 0.1, 0.3, 0.5, 0.5, 0.5, 0.9}, {.query = {0.3}});
  EXPECT_REL(weighted.query[0], repeated.query[0], 1e-9, "the budget of the doc comment");
}

TEST(beta_calibration, of_separable_data_says_so) {
  const auto fit = beta_calibration({0, 1}, {0.3, 0.6}, {.query = {0.3, 0.6}});
  EXPECT_FALSE(fit.converged);
  EXPECT_LT(fit.query[0], 1e-15);
  EXPECT_GT(fit.query[1], 1 - 1e-15);
  const auto single = beta_calibration({1, 1}, {0.3, 0.6}, {.query = {0.5}});
  EXPECT_FALSE(single.converged);
  EXPECT_GT(single.query[0], 1 - 1e-15);
  const auto touching = beta_calibration({0, 0, 1, 1}, {0.2, 0.5, 0.5, 0.8}, {.query = {0.2, 0.5, 0.8}});
  EXPECT_FALSE(touching.converged);
  EXPECT_ABS(touching.query[1], 0.5, 1e-6, "the even rows stay even; the curve rises without limit there");
}

TEST(beta_calibration, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    beta_calibration(labels, p, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    beta_calibration_model::fit(labels, p, {.weights = weights});
  });
  testing::expect_probability_errors("query", [](array_view query) {
    beta_calibration({0, 1, 0}, {0.2, 0.4, 0.6}, {.query = vector_view(query)});
  });
  testing::expect_transform_errors(beta_calibration_model::fit({0, 1, 0}, {0.2, 0.4, 0.6}));
}

TEST(beta_calibration_model, is_the_function_and_comes_back_from_json) {
  const sample s = draw_sample(200, 151);
  for (const beta_variant variant : k_variants) {
    const auto model =
        beta_calibration_model::fit(s.labels, s.probabilities, {.weights = s.weights, .variant = variant});
    const auto result = beta_calibration(
        s.labels, s.probabilities, {.weights = s.weights, .variant = variant, .query = s.probabilities});
    EXPECT_BITS(model.transform(vector_view(s.probabilities)), result.query);
    EXPECT_BITS(model.parameters().a, result.a);
    EXPECT_BITS(beta_calibration_model::from_json(model.to_json()).transform(vector_view(s.probabilities)),
                result.query);
    testing::expect_json_round_trip(model);
    const std::vector<float> p = {0.5F};
    EXPECT_EQ(model.transform(vector_view(p)).type(), dtype::float32);
  }
  testing::expect_json_refused<beta_calibration_model>(
      R"({"model": "beta_calibration", "version": 1, "a": -1, "b": 0, "c": 0, "converged": true})",
      "negative");
  testing::expect_json_refused<beta_calibration_model>(
      R"({"model": "beta_calibration", "version": 1, "a": 1, "b": 1e301, "c": 0, "converged": true})",
      "above");
}

}  // namespace
}  // namespace assay::calibration
