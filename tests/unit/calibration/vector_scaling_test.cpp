#include "assay/calibration/vector_scaling.hpp"

#include "assay/calibration/temperature.hpp"
#include "logit_sample.hpp"
#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::class_log_loss;
using testing::draw_logits;

TEST(vector_scaling, of_constant_logits_gives_the_shares_of_the_classes) {
  // no information in the logits: the best map gives 1/2, 1/3, 1/6
  const std::vector<double> z(18, 1.0);
  const auto fit = vector_scaling({0, 0, 0, 1, 1, 2}, matrix_view(z, 6, 3), {.query = matrix_view(z, 6, 3)});
  EXPECT_TRUE(fit.converged);
  EXPECT_REL(fit.query(0, 0), 1.0 / 2, 1e-9, "Newton's last step");
  EXPECT_REL(fit.query(0, 1), 1.0 / 3, 1e-9, "Newton's last step");
  EXPECT_REL(fit.query(0, 2), 1.0 / 6, 1e-9, "Newton's last step");
  EXPECT_REL(fit.nll, std::log(2) / 2 + std::log(3) / 3 + std::log(6) / 6, 1e-14, "entropy of the shares");
}

TEST(vector_scaling, lowers_the_loss_below_that_of_one_temperature) {
  const auto s = draw_logits(300, 4, 2.5, 0.4, 210);
  for (const bool weighted : {false, true}) {
    const vector_view w = weighted ? vector_view(s.weights) : vector_view();
    const auto fit = vector_scaling(s.labels, s.view(), {.weights = w, .query = s.view()});
    EXPECT_REL(fit.nll, class_log_loss(s, fit.query, weighted), 1e-12, "the definition");
    EXPECT_LT(fit.nll, temperature(s.labels, s.view(), {.weights = w}).nll);
    double sum = 0.0;
    for (const double b : fit.bias.to_vector()) sum += b;
    EXPECT_ABS(sum, 0.0, 1e-14, "rounding of the sum");
    for (std::size_t i = 0; i < s.rows; ++i)
      EXPECT_REL(fit.query(i, 0) + fit.query(i, 1) + fit.query(i, 2) + fit.query(i, 3), 1.0, 1e-15,
                 "four roundings");
  }
}

TEST(vector_scaling, finds_the_factor_and_the_tilt) {
  const auto s = draw_logits(20000, 3, 2.0, 0.5, 211);
  const auto fit = vector_scaling(s.labels, s.view());
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_ABS(fit.scale[k], 0.5, 0.05, "4 standard errors");
    EXPECT_ABS(fit.bias[k], 0.25 - 0.25 * static_cast<double>(k), 0.06, "4 standard errors");
  }
  const auto calibrated = draw_logits(20000, 3, 1.0, 0.0, 212);
  const auto same = vector_scaling(calibrated.labels, calibrated.view());
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_ABS(same.scale[k], 1.0, 0.08, "4 standard errors: already calibrated");
    EXPECT_ABS(same.bias[k], 0.0, 0.06, "4 standard errors: already calibrated");
  }
}

TEST(vector_scaling, follows_the_unit_of_the_logits) {
  const auto s = draw_logits(200, 3, 1.5, 0.2, 213);
  const auto plain = vector_scaling(s.labels, s.view(), {.query = s.view()});
  for (const double unit : {1e-20, 1e-3, 1e5, 1e300}) {
    auto scaled = s;
    for (double& z : scaled.logits) z *= unit;
    const auto fit = vector_scaling(scaled.labels, scaled.view(), {.query = scaled.view()});
    EXPECT_TRUE(fit.converged);
    EXPECT_REL(fit.nll, plain.nll, 1e-13, "the same minimum");
    for (std::size_t i = 0; i < fit.query.size(); ++i)
      EXPECT_ABS(fit.query[i], plain.query[i], 1e-7, "the budget of the doc comment");
  }
}

TEST(vector_scaling, with_weights_is_repeated_rows) {
  const auto s = draw_logits(60, 3, 2.0, 0.0, 214);
  testing::logit_sample doubled{{}, {}, {}, 120, 3};
  for (std::size_t i = 0; i < 60; ++i) {
    for (int twice = 0; twice < 2; ++twice) {
      doubled.labels.push_back(s.labels[i]);
      for (std::size_t k = 0; k < 3; ++k) doubled.logits.push_back(s.logits[3 * i + k]);
    }
  }
  const std::vector<double> twos(60, 2.0);
  const auto a = vector_scaling(s.labels, s.view(), {.weights = twos, .query = s.view()});
  const auto b = vector_scaling(doubled.labels, doubled.view(), {.query = s.view()});
  EXPECT_REL(a.nll, b.nll, 1e-14, "sums in another order");
  for (std::size_t i = 0; i < a.query.size(); ++i)
    EXPECT_ABS(a.query[i], b.query[i], 1e-9, "the last Newton step");
}

TEST(vector_scaling, of_separable_data_and_of_one_class) {
  const std::vector<double> z = {1, 0, 0, 1}, one = {3, 4};
  EXPECT_FALSE(vector_scaling({0, 1}, matrix_view(z, 2, 2)).converged);
  const auto single = vector_scaling({0, 0}, matrix_view(one, 2, 1), {.query = matrix_view(one, 2, 1)});
  EXPECT_BITS(single.nll, 0.0);
  EXPECT_BITS(single.query[0], 1.0);
}

TEST(vector_scaling, names_what_is_wrong) {
  const std::vector<double> z = {0, 1, 1, 2}, bad = {0, 1, std::nan(""), 2}, none;
  const matrix_view good(z, 2, 2);
  const auto shape = [&](const char* name, error_code code, integer_view y, matrix_view x, vector_view w) {
    testing::expect_error([&] { vector_scaling(y, x, {.weights = w}); }, error_kind::shape, code, name);
    testing::expect_error([&] { vector_scaling_model::fit(y, x, {.weights = w}); }, error_kind::shape, code,
                          name);
  };
  const auto value = [&](const char* name, error_code code, integer_view y, matrix_view x, vector_view w) {
    testing::expect_error([&] { vector_scaling(y, x, {.weights = w}); }, error_kind::value, code, name);
  };
  const std::vector<std::int32_t> no_labels;
  shape("labels", error_code::empty_input, no_labels, good, {});
  shape("logits", error_code::empty_input, {0, 1}, matrix_view(none, 0, 2), {});
  shape("logits", error_code::length_mismatch, {0}, good, {});
  shape("weights", error_code::empty_input, {0, 1}, good, none);
  shape("weights", error_code::length_mismatch, {0, 1}, good, {1});
  value("logits", error_code::non_finite, {0, 1}, matrix_view(bad, 2, 2), {});
  value("labels", error_code::bad_label, {0, 2}, good, {});
  value("weights", error_code::bad_weight, {0, 1}, good, {1, -1});
  value("weights", error_code::zero_weight, {0, 1}, good, {0, 0});
  testing::expect_error(
      [&] {
        vector_scaling({0, 1}, good, {.query = matrix_view(z, 1, 4)});
      },
      error_kind::shape, error_code::length_mismatch, "query", "has 4 columns");
  testing::expect_error(
      [&] {
        vector_scaling({0, 1}, good, {.query = matrix_view(bad, 2, 2)});
      },
      error_kind::value, error_code::non_finite, "query");
  const auto model = vector_scaling_model::fit({0, 1}, good);
  testing::expect_error([&] { static_cast<void>(model.transform(vector_view(z))); }, error_kind::shape,
                        error_code::wrong_rank, "logits", "has 1 axes, needs 2");
}

TEST(vector_scaling_model, is_the_function_and_comes_back_from_json) {
  const auto s = draw_logits(100, 3, 2.0, 0.3, 215);
  const auto model = vector_scaling_model::fit(s.labels, s.view(), {.weights = s.weights});
  const auto result = vector_scaling(s.labels, s.view(), {.weights = s.weights, .query = s.view()});
  EXPECT_BITS(model.transform(s.view()), result.query);
  EXPECT_BITS(model.parameters().scale, result.scale);
  EXPECT_BITS(vector_scaling_model::from_json(model.to_json()).transform(s.view()), result.query);
  testing::expect_json_round_trip(model);
  const auto z = testing::as_float(s.logits);
  EXPECT_EQ(model.transform(matrix_view(z, 100, 3)).type(), dtype::float32);
  testing::expect_json_refused<vector_scaling_model>(
      R"({"model": "vector_scaling", "version": 1, "nll": 1, "objective": 1, "converged": true,)"
      R"( "scale": [1], "bias": [0, 0]})",
      "as many scale as bias");
}

TEST(vector_scaling_model, gives_probabilities_however_large_the_products) {
  const auto model = vector_scaling_model::from_json(
      R"({"model": "vector_scaling", "version": 1, "nll": 1, "objective": 1, "converged": true,)"
      R"( "scale": [1e200, 2e200], "bias": [0, 0]})");
  const std::vector<double> z = {1e150, 1e150, -1e150, -1e150, 0, 0};
  const auto p = model.transform(matrix_view(z, 3, 2));
  EXPECT_BITS(p.to_vector(), (std::vector<double>{0, 1, 1, 0, 0.5, 0.5}));
}

}  // namespace
}  // namespace assay::calibration
