#include "assay/calibration/matrix_scaling.hpp"

#include <algorithm>

#include "assay/calibration/dirichlet_calibration.hpp"
#include "assay/calibration/vector_scaling.hpp"
#include "logit_sample.hpp"
#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::class_log_loss;
using testing::draw_logits;
using testing::logit_sample;

double penalty_of(const array& matrix, const array& bias, double lambda, double mu) {
  double off = 0.0, square = 0.0;
  for (std::size_t k = 0; k < bias.size(); ++k) {
    square += bias[k] * bias[k];
    for (std::size_t j = 0; j < bias.size(); ++j)
      if (j != k) off += matrix(k, j) * matrix(k, j);
  }
  return lambda * off + mu * square;
}

TEST(matrix_scaling_odir, is_the_sum_of_loss_and_penalties) {
  const auto s = draw_logits(200, 4, 2.0, 0.3, 220);
  for (const double lambda : {0.0, 0.05}) {
    for (const double mu : {0.0, 0.1}) {
      const auto fit = matrix_scaling_odir(
          s.labels, s.view(),
          {.weights = s.weights, .lambda_offdiag = lambda, .mu_bias = mu, .query = s.view()});
      EXPECT_TRUE(fit.converged);
      EXPECT_REL(fit.nll, class_log_loss(s, fit.query, true), 1e-12, "the definition");
      EXPECT_REL(fit.objective, fit.nll + penalty_of(fit.matrix, fit.bias, lambda, mu), 1e-12,
                 "the definition");
    }
  }
}

TEST(matrix_scaling_odir, lies_between_plain_matrix_and_vector_scaling) {
  const auto s = draw_logits(300, 4, 2.5, 0.3, 221);
  const double diagonal = vector_scaling(s.labels, s.view()).nll;
  const double full = matrix_scaling_odir(s.labels, s.view()).nll;
  double before = full;
  for (const double lambda : {1e-4, 1e-2, 1.0, 100.0}) {
    const double nll = matrix_scaling_odir(s.labels, s.view(), {.lambda_offdiag = lambda}).nll;
    EXPECT_GE(nll, before);
    EXPECT_LE(nll, diagonal);
    before = nll;
  }
  const auto heavy = matrix_scaling_odir(s.labels, s.view(), {.lambda_offdiag = 1e6});
  EXPECT_ABS(heavy.nll, diagonal, 1e-6, "nothing is left beside the diagonal");
}

TEST(matrix_scaling_odir, without_penalties_fixes_its_sums) {
  const auto s = draw_logits(300, 3, 2.0, 0.3, 222);
  const auto fit = matrix_scaling_odir(s.labels, s.view());
  EXPECT_ABS(fit.bias[0] + fit.bias[1] + fit.bias[2], 0.0, 1e-14, "rounding of the sum");
  for (std::size_t j = 0; j < 3; ++j)
    EXPECT_REL(fit.matrix(0, j) + fit.matrix(1, j) + fit.matrix(2, j), 1.0, 1e-14, "rounding of the sum");
  // the loss is invariant to a factor common to all classes: other logits of the same softmax
  auto shifted = s;
  for (std::size_t i = 0; i < s.rows; ++i)
    for (std::size_t k = 0; k < 3; ++k) shifted.logits[3 * i + k] += 0.5;
  EXPECT_REL(matrix_scaling_odir(shifted.labels, shifted.view()).nll, fit.nll, 1e-13, "the same minimum");
}

TEST(matrix_scaling_odir, of_calibrated_data_is_near_the_identity) {
  const auto s = draw_logits(20000, 3, 1.0, 0.0, 223);
  const auto fit = matrix_scaling_odir(s.labels, s.view(), {.query = s.view()});
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_ABS(fit.bias[k], 0.0, 0.06, "4 standard errors");
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_ABS(fit.matrix(k, j), k == j ? 1.0 : 0.0, 0.08, "4 standard errors");
  }
}

TEST(matrix_scaling_odir, reg_norm_divides_the_penalties) {
  const auto s = draw_logits(200, 4, 2.0, 0.3, 224);
  const auto divided = matrix_scaling_odir(
      s.labels, s.view(), {.lambda_offdiag = 0.12, .mu_bias = 0.4, .reg_norm = true, .query = s.view()});
  const auto plain =
      matrix_scaling_odir(s.labels, s.view(), {.lambda_offdiag = 0.01, .mu_bias = 0.1, .query = s.view()});
  EXPECT_REL(divided.objective, plain.objective, 1e-14, "0.12/12 and 0.4/4 are rounded");
}

TEST(matrix_scaling_odir, names_what_is_wrong) {
  const std::vector<double> z = {0, 1, 1, 2};
  const matrix_view good(z, 2, 2);
  const auto refused = [&](const matrix_scaling_odir_options& options, const char* name, const char* text) {
    testing::expect_error(
        [&] {
          matrix_scaling_odir({0, 1}, good, options);
        },
        error_kind::value, error_code::bad_parameter, name, text);
  };
  refused({.lambda_offdiag = -1}, "lambda_offdiag", "lambda_offdiag is -1, must lie in [0, 1e200]");
  refused({.lambda_offdiag = std::nan("")}, "lambda_offdiag", "NaN");
  refused({.mu_bias = 1e300}, "mu_bias", "must lie in");
  testing::expect_error(
      [&] {
        matrix_scaling_odir({0, 2}, good);
      },
      error_kind::value, error_code::bad_label, "labels");
  testing::expect_error([&] { matrix_scaling_odir({0}, good); }, error_kind::shape,
                        error_code::length_mismatch, "logits");
  const std::vector<double> wide(1025, 0.5);
  testing::expect_error([&] { matrix_scaling_odir({0}, matrix_view(wide, 1, 1025)); }, error_kind::value,
                        error_code::budget_exceeded, "logits", "1025 classes");
}

TEST(matrix_scaling_model, is_the_function_and_comes_back_from_json) {
  const auto s = draw_logits(100, 3, 2.0, 0.3, 225);
  const auto model = matrix_scaling_model::fit(s.labels, s.view(), {.weights = s.weights, .mu_bias = 0.1});
  const auto result =
      matrix_scaling_odir(s.labels, s.view(), {.weights = s.weights, .mu_bias = 0.1, .query = s.view()});
  EXPECT_BITS(model.transform(s.view()), result.query);
  EXPECT_BITS(model.parameters().matrix, result.matrix);
  EXPECT_BITS(matrix_scaling_model::from_json(model.to_json()).transform(s.view()), result.query);
  testing::expect_json_round_trip(model);
  const auto z = testing::as_float(s.logits);
  EXPECT_EQ(model.transform(matrix_view(z, 100, 3)).type(), dtype::float32);
  testing::expect_json_refused<matrix_scaling_model>(
      R"({"model": "matrix_scaling", "version": 1, "nll": 1, "objective": 1, "converged": true,)"
      R"( "matrix": [1, 0, 0], "bias": [0, 0]})",
      "as many rows and columns as bias");
}

// ---- Dirichlet ----

TEST(dirichlet_calibration_odir, is_matrix_scaling_of_logarithms) {
  const auto s = draw_logits(200, 3, 2.0, 0.3, 226);
  const auto p = s.probabilities();
  logit_sample logs = s;
  for (std::size_t i = 0; i < p.size(); ++i) logs.logits[i] = std::log(p[i]);
  const auto fit = dirichlet_calibration_odir(
      s.labels, matrix_view(p, 200, 3),
      {.weights = s.weights, .lambda_offdiag = 0.02, .mu_bias = 0.01, .query = matrix_view(p, 200, 3)});
  const auto same = matrix_scaling_odir(
      s.labels, logs.view(),
      {.weights = s.weights, .lambda_offdiag = 0.02, .mu_bias = 0.01, .query = logs.view()});
  EXPECT_REL(fit.objective, same.objective, 1e-13, "logarithms of another library");
  for (std::size_t i = 0; i < p.size(); ++i)
    EXPECT_ABS(fit.query[i], same.query[i], 1e-9, "logarithms of another library");
}

TEST(dirichlet_calibration_odir, raises_small_probabilities) {
  const std::vector<double> p = {0.7, 0.3, 0.2, 0.8, 0.6, 0.4, 0.5, 0.5}, q = {1, 0, 1 - 1e-12, 1e-12};
  const auto fit =
      dirichlet_calibration_odir({0, 1, 1, 0}, matrix_view(p, 4, 2),
                                 {.lambda_offdiag = 0.1, .mu_bias = 0.1, .query = matrix_view(q, 2, 2)});
  EXPECT_REL(fit.query(0, 1), fit.query(1, 1), 1e-9, "ln 1 against ln(1 - 1e-12)");
  EXPECT_GT(fit.query(0, 1), 0.0);
}

TEST(dirichlet_calibration_odir, names_what_is_wrong) {
  const std::vector<double> p = {0.7, 0.3, 0.2, 0.8}, sum = {0.7, 0.3, 0.2, 0.9},
                            outside = {1.5, -0.5, 0.2, 0.8};
  testing::expect_error(
      [&] {
        dirichlet_calibration_odir({0, 1}, matrix_view(sum, 2, 2));
      },
      error_kind::value, error_code::row_sum, "probabilities", "row 1 sums to 1.1");
  testing::expect_error(
      [&] {
        dirichlet_calibration_odir({0, 1}, matrix_view(outside, 2, 2));
      },
      error_kind::value, error_code::out_of_range, "probabilities", "[0, 0] is 1.5");
  testing::expect_error(
      [&] {
        dirichlet_calibration_odir({0, 1}, matrix_view(p, 2, 2), {.query = matrix_view(sum, 2, 2)});
      },
      error_kind::value, error_code::row_sum, "query");
  testing::expect_error(
      [&] {
        dirichlet_calibration_odir({0, 1}, matrix_view(p, 2, 2), {.mu_bias = -1});
      },
      error_kind::value, error_code::bad_parameter, "mu_bias");
}

TEST(dirichlet_calibration_model, is_the_function_and_comes_back_from_json) {
  const auto s = draw_logits(100, 3, 2.0, 0.3, 227);
  const auto p = s.probabilities();
  const matrix_view view(p, 100, 3);
  const auto model =
      dirichlet_calibration_model::fit(s.labels, view, {.lambda_offdiag = 0.1, .mu_bias = 0.1});
  const auto result =
      dirichlet_calibration_odir(s.labels, view, {.lambda_offdiag = 0.1, .mu_bias = 0.1, .query = view});
  EXPECT_BITS(model.transform(view), result.query);
  EXPECT_BITS(dirichlet_calibration_model::from_json(model.to_json()).transform(view), result.query);
  testing::expect_json_round_trip(model);
  array given(dtype::float64, {100, 3});
  std::copy(p.begin(), p.end(), given.values<double>().begin());
  EXPECT_LT(result.nll, class_log_loss(s, given, false));
}

}  // namespace
}  // namespace assay::calibration
