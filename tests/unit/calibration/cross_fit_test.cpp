#include "assay/calibration/cross_fit.hpp"

#include <algorithm>
#include <cmath>

#include "assay/calibration/beta_calibration.hpp"
#include "assay/calibration/isotonic.hpp"
#include "logit_sample.hpp"
#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::draw_logits;
using testing::draw_sample;
using testing::sample;

constexpr recalibration_method k_methods[] = {recalibration_method::histogram_binning,
                                              recalibration_method::isotonic,
                                              recalibration_method::centered_isotonic,
                                              recalibration_method::platt,
                                              recalibration_method::beta_calibration,
                                              recalibration_method::spline_calibration,
                                              recalibration_method::scaling_binning,
                                              recalibration_method::venn_abers,
                                              recalibration_method::bbq,
                                              recalibration_method::enir};

// ---- one against rest ----

TEST(one_vs_rest, divides_the_binary_recalibrators_by_their_sum) {
  const auto s = draw_logits(200, 3, 2.0, 0.3, 280);
  const auto p = s.probabilities();
  const auto result = one_vs_rest(s.labels, matrix_view(p, 200, 3), matrix_view(p, 200, 3),
                                  {.weights = s.weights, .method = recalibration_method::beta_calibration});
  std::vector<array> columns;
  for (std::int32_t k = 0; k < 3; ++k) {
    std::vector<std::uint8_t> own;
    std::vector<double> column;
    for (std::size_t i = 0; i < 200; ++i) {
      own.push_back(s.labels[i] == k ? 1 : 0);
      column.push_back(p[3 * i + static_cast<std::size_t>(k)]);
    }
    columns.push_back(beta_calibration(own, column, {.weights = s.weights, .query = column}).query);
  }
  for (std::size_t i = 0; i < 200; ++i) {
    const double sum = columns[0][i] + columns[1][i] + columns[2][i];
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_REL(result.query(i, k), columns[k][i] / sum, 1e-15, "the definition");
  }
}

TEST(one_vs_rest, makes_a_row_of_zeros_uniform) {
  const std::vector<double> p = {0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5}, query = {0.5, 0.25, 0.25};
  const auto some = one_vs_rest({0, 0, 0}, matrix_view(p, 3, 3), matrix_view(query, 1, 3));
  EXPECT_BITS(some.query.to_vector(), (std::vector<double>{1, 0, 0}));
  const std::vector<double> turned = {0.1, 0.9, 0.9, 0.1}, top = {0.1, 0.9};
  const auto bins = one_vs_rest({0, 1}, matrix_view(turned, 2, 2), matrix_view(top, 1, 2),
                                {.method = recalibration_method::histogram_binning});
  EXPECT_BITS(bins.query.to_vector(), (std::vector<double>{1, 0}));
  // class 0 at 0.4 never happened, nor class 1 at 0.6 nor class 2 at 0: the bins of the query give 0 for all
  const std::vector<double> cyclic = {0.4, 0.3, 0.3, 0.1, 0.6, 0.3, 0.1, 0.9, 0}, zero = {0.4, 0.6, 0};
  const auto uniform = one_vs_rest({1, 2, 1}, matrix_view(cyclic, 3, 3), matrix_view(zero, 1, 3),
                                   {.method = recalibration_method::histogram_binning});
  EXPECT_BITS(uniform.query.to_vector(), (std::vector<double>{1.0 / 3, 1.0 / 3, 1.0 / 3}));
}

TEST(one_vs_rest_model, every_method_is_the_function_and_comes_back_from_json) {
  const auto s = draw_logits(60, 3, 2.0, 0.3, 281);
  const auto p = s.probabilities();
  const matrix_view view(p, 60, 3);
  for (const recalibration_method method : k_methods) {
    const auto model = one_vs_rest_model::fit(s.labels, view, {.weights = s.weights, .method = method});
    const auto result = one_vs_rest(s.labels, view, view, {.weights = s.weights, .method = method});
    EXPECT_BITS(model.transform(view), result.query);
    EXPECT_EQ(model.parameters().classes.size(), 3U);
    EXPECT_EQ(model.parameters().method, method);
    EXPECT_BITS(one_vs_rest_model::from_json(model.to_json()).transform(view), result.query);
    testing::expect_json_round_trip(model);
    for (std::size_t i = 0; i < 60; ++i)
      EXPECT_REL(result.query(i, 0) + result.query(i, 1) + result.query(i, 2), 1.0, 1e-15, "three roundings");
  }
  const auto model = one_vs_rest_model::fit(s.labels, view);
  const auto text = model.to_json();
  const auto floats = testing::as_float(p);
  EXPECT_EQ(model.transform(matrix_view(floats, 60, 3)).type(), dtype::float32);
  testing::expect_json_refused<one_vs_rest_model>(testing::replaced(text, "\"isotonic\"", "\"x\""),
                                                  "unknown method");
  testing::expect_json_refused<one_vs_rest_model>(testing::replaced(text, "\"step\"", "\"stop\""),
                                                  "bad class 0");
  testing::expect_json_refused<one_vs_rest_model>(
      R"({"model": "one_vs_rest", "version": 1, "method": "isotonic", "classes": []})", "at least one class");
  testing::expect_json_refused<one_vs_rest_model>(
      R"({"model": "one_vs_rest", "version": 1, "method": "isotonic", "classes": [1]})", "than objects");
}

TEST(one_vs_rest, names_what_is_wrong) {
  const std::vector<double> p = {0.7, 0.3, 0.2, 0.8}, sum = {0.7, 0.3, 0.2, 0.9};
  const matrix_view good(p, 2, 2);
  testing::expect_error(
      [&] {
        one_vs_rest({0, 1}, matrix_view(sum, 2, 2), good);
      },
      error_kind::value, error_code::row_sum, "probabilities");
  testing::expect_error(
      [&] {
        one_vs_rest({0, 1}, good, matrix_view(sum, 2, 2));
      },
      error_kind::value, error_code::row_sum, "query");
  testing::expect_error(
      [&] {
        one_vs_rest({0, 2}, good, good);
      },
      error_kind::value, error_code::bad_label, "labels");
  testing::expect_error([&] { one_vs_rest({0}, good, good); }, error_kind::shape, error_code::length_mismatch,
                        "probabilities");
  testing::expect_error(
      [&] {
        one_vs_rest({0, 1}, good, good, {.weights = {0, 0}});
      },
      error_kind::value, error_code::zero_weight, "weights");
  const std::vector<double> wide = {0.2, 0.3, 0.5};
  testing::expect_error(
      [&] {
        one_vs_rest({0, 1}, good, matrix_view(wide, 1, 3));
      },
      error_kind::shape, error_code::length_mismatch, "query", "has 3 columns");
  const auto model = one_vs_rest_model::fit({0, 1}, good);
  testing::expect_error([&] { static_cast<void>(model.transform(vector_view(p))); }, error_kind::shape,
                        error_code::wrong_rank, "probabilities");
}

// ---- cross-fit ----

TEST(cross_fit, recalibrates_each_part_by_the_others) {
  const sample s = draw_sample(101, 282);
  const auto result =
      cross_fit(s.labels, vector_view(s.probabilities), {.weights = s.weights, .folds = 4, .seed = 7});
  for (int f = 0; f < 4; ++f) {
    sample seen;
    std::vector<double> query;
    for (std::size_t i = 0; i < 101; ++i) {
      if (result.fold[i] == f) {
        query.push_back(s.probabilities[i]);
        continue;
      }
      seen.labels.push_back(s.labels[i]);
      seen.probabilities.push_back(s.probabilities[i]);
      seen.weights.push_back(s.weights[i]);
    }
    const auto want = isotonic(seen.labels, seen.probabilities, query, {.weights = seen.weights}).query;
    std::size_t next = 0;
    for (std::size_t i = 0; i < 101; ++i) {
      if (result.fold[i] != f) continue;
      EXPECT_BITS(result.probabilities[i], want[next++]);
    }
    EXPECT_TRUE(query.size() == 25 || query.size() == 26);
  }
}

TEST(cross_fit, deals_each_class_evenly) {
  const sample s = draw_sample(300, 283);
  const auto fold = cross_fit(s.labels, vector_view(s.probabilities), {.folds = 7, .seed = 3}).fold;
  EXPECT_EQ(fold.type(), dtype::int32);
  for (const int label : {0, 1}) {
    std::vector<int> counts(7);
    for (std::size_t i = 0; i < 300; ++i)
      if (s.labels[i] == label) ++counts[static_cast<std::size_t>(fold[i])];
    const auto [low, high] = std::minmax_element(counts.begin(), counts.end());
    EXPECT_LE(*high - *low, 1);
  }
  const auto other = cross_fit(s.labels, vector_view(s.probabilities), {.folds = 7, .seed = 4}).fold;
  EXPECT_FALSE(testing::same_bits(fold, other));
}

TEST(cross_fit, does_not_depend_on_threads_and_keeps_the_precision) {
  const sample s = draw_sample(200, 284);
  for (const recalibration_method method : k_methods) {
    const auto one = cross_fit(s.labels, vector_view(s.probabilities), {.method = method});
    const auto four = cross_fit(s.labels, vector_view(s.probabilities), {.method = method}, {.threads = 4});
    EXPECT_BITS(one.probabilities, four.probabilities);
    for (const double p : one.probabilities.to_vector()) EXPECT_TRUE(p >= 0.0 && p <= 1.0);
  }
  const auto floats = testing::as_float(s.probabilities);
  EXPECT_EQ(cross_fit(s.labels, vector_view(floats)).probabilities.type(), dtype::float32);
}

TEST(cross_fit, takes_several_classes) {
  const auto s = draw_logits(90, 3, 2.0, 0.3, 285);
  const auto p = s.probabilities();
  const auto result =
      cross_fit(s.labels, matrix_view(p, 90, 3), {.method = recalibration_method::platt, .folds = 3});
  EXPECT_EQ(result.probabilities.rank(), 2U);
  std::vector<std::int32_t> labels;
  std::vector<double> seen, query;
  for (std::size_t i = 0; i < 90; ++i) {
    if (result.fold[i] != 1) labels.push_back(s.labels[i]);
    for (std::size_t k = 0; k < 3; ++k) (result.fold[i] != 1 ? seen : query).push_back(p[3 * i + k]);
  }
  const auto want =
      one_vs_rest(labels, matrix_view(seen, labels.size(), 3), matrix_view(query, 90 - labels.size(), 3),
                  {.method = recalibration_method::platt})
          .query;
  std::size_t next = 0;
  for (std::size_t i = 0; i < 90; ++i)
    for (std::size_t k = 0; k < 3 && result.fold[i] == 1; ++k)
      EXPECT_BITS(result.probabilities(i, k), want[next++]);
}

TEST(cross_fit, names_what_is_wrong) {
  testing::expect_row_errors(
      "probabilities",
      [](integer_view labels, vector_view p, vector_view weights) {
        cross_fit(labels, p, {.weights = weights, .folds = 2});
      },
      false);
  const auto folds = [](std::int64_t count, const char* text) {
    testing::expect_error(
        [&] {
          cross_fit({0, 1, 1}, vector_view({0.1, 0.2, 0.3}), {.folds = count});
        },
        error_kind::value, error_code::bad_parameter, "folds", text);
  };
  folds(1, "folds is 1, must lie in 2..3");
  folds(4, "folds is 4");
  folds(-1, "folds is -1");
  testing::expect_error(
      [] {
        cross_fit({0, 1, 1}, vector_view({0.1, 0.2, 0.3}), {.weights = {0, 0, 0}, .folds = 2});
      },
      error_kind::value, error_code::zero_weight, "weights");
  testing::expect_error(
      [] {
        cross_fit({0, 1, 1}, vector_view({0.1, 0.2, 0.3}), {.weights = {0, 1, 0}, .folds = 2});
      },
      error_kind::value, error_code::zero_weight, "weights", "need weight in two folds");
  const std::vector<double> p(8, 0.5);
  testing::expect_error(
      [&] {
        cross_fit({0, 1}, tensor_view(p, 2, 2, 2));
      },
      error_kind::shape, error_code::wrong_rank, "probabilities");
  const std::vector<double> sum = {0.7, 0.3, 0.2, 0.9};
  testing::expect_error(
      [&] {
        cross_fit({0, 1}, matrix_view(sum, 2, 2), {.folds = 2});
      },
      error_kind::value, error_code::row_sum, "probabilities");
}

}  // namespace
}  // namespace assay::calibration
