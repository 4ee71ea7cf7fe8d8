#include "assay/calibration/temperature.hpp"

#include <cmath>
#include <limits>

#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

/// Logits of three classes whose probabilities at temperature 1/sharpness are the truth.
struct class_sample {
  std::vector<std::int32_t> labels;
  std::vector<double> logits;
  std::size_t rows;
  [[nodiscard]] matrix_view view() const { return {logits, rows, 3}; }
};

class_sample draw_classes(std::size_t rows, double sharpness, std::uint64_t seed) {
  testing::generator rng(seed);
  class_sample drawn{{}, {}, rows};
  for (std::size_t i = 0; i < rows; ++i) {
    double z[3], sum = 0.0;
    for (double& value : z) {
      value = rng.normal();
      sum += std::exp(value);
    }
    double u = rng.uniform() * sum;
    std::int32_t label = 0;
    while (label < 2 && u > std::exp(z[label])) u -= std::exp(z[label++]);
    drawn.labels.push_back(label);
    for (const double value : z) drawn.logits.push_back(sharpness * value);
  }
  return drawn;
}

double loss_at(const class_sample& s, double temperature) {
  double sum = 0.0;
  for (std::size_t i = 0; i < s.rows; ++i) {
    double all = 0.0;
    for (std::size_t j = 0; j < 3; ++j) all += std::exp(s.logits[3 * i + j] / temperature);
    sum += std::log(all) - s.logits[3 * i + static_cast<std::size_t>(s.labels[i])] / temperature;
  }
  return sum / static_cast<double>(s.rows);
}

TEST(temperature, of_two_logits_has_a_closed_form) {
  // one logit z = 1 for all: 3 of 4 events, so 1/T = ln 3
  const auto fit = temperature({1, 1, 1, 0}, vector_view({1, 1, 1, 1}));
  EXPECT_REL(fit.temperature, 1 / std::log(3.0), 1e-12, "the budget of the doc comment");
  EXPECT_REL(fit.nll, -0.75 * std::log(0.75) - 0.25 * std::log(0.25), 1e-14, "entropy of 3/4");
  EXPECT_FALSE(fit.at_bound);
  EXPECT_EQ(fit.query.size(), 0U);
}

TEST(temperature, of_two_classes_is_the_binary_form) {
  const std::vector<double> z = {0.3, -1, 2, 0.5, -0.2, 1.5},
                            pairs = {0, 0.3, 0, -1, 0, 2, 0, 0.5, 0, -0.2, 0, 1.5};
  const std::vector<std::uint8_t> labels = {1, 1, 1, 0, 0, 1};
  const auto binary = temperature(labels, vector_view(z), {.query = vector_view(z)});
  const auto classes = temperature(labels, matrix_view(pairs, 6, 2), {.query = matrix_view(pairs, 6, 2)});
  EXPECT_REL(binary.temperature, classes.temperature, 1e-12, "the budget of the doc comment");
  EXPECT_REL(binary.nll, classes.nll, 1e-14, "sums of other terms");
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_REL(binary.query[i], classes.query(i, 1), 1e-12, "both temperatures");
}

TEST(temperature, is_the_minimum_of_the_loss) {
  const class_sample s = draw_classes(400, 2.5, 80);
  const auto fit = temperature(s.labels, s.view());
  EXPECT_REL(fit.nll, loss_at(s, fit.temperature), 1e-13, "the loss by its definition");
  EXPECT_LE(fit.nll, loss_at(s, fit.temperature * 1.001));
  EXPECT_LE(fit.nll, loss_at(s, fit.temperature / 1.001));
  EXPECT_LE(fit.nll, loss_at(s, 1.0));
  EXPECT_ABS(fit.temperature, 2.5, 0.5, "400 rows; the standard error is about 0.2");
}

TEST(temperature, scales_with_the_logits) {
  const class_sample s = draw_classes(300, 1.0, 81);
  const class_sample wide = draw_classes(300, 4.0, 81);
  EXPECT_REL(temperature(wide.labels, wide.view()).temperature,
             4 * temperature(s.labels, s.view()).temperature, 1e-12, "the budget of the doc comment");
}

TEST(temperature, keeps_the_order_of_the_classes) {
  const class_sample s = draw_classes(100, 3.0, 82);
  const auto fit = temperature(s.labels, s.view(), {.query = s.view()});
  for (std::size_t i = 0; i < s.rows; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < 3; ++j) {
      sum += fit.query(i, j);
      for (std::size_t k = 0; k < 3; ++k)
        if (s.logits[3 * i + j] > s.logits[3 * i + k]) {
          EXPECT_GT(fit.query(i, j), fit.query(i, k));
        }
    }
    EXPECT_REL(sum, 1.0, 1e-15, "three roundings");
  }
}

TEST(temperature, of_separable_data_is_at_the_bound) {
  const auto sharp = temperature({1, 0}, vector_view({1, -1}));
  EXPECT_TRUE(sharp.at_bound);
  EXPECT_REL(sharp.temperature, std::exp(-10.0), 1e-15, "one exponential");
  const auto flat = temperature({0, 1}, vector_view({1, -1}));
  EXPECT_TRUE(flat.at_bound);
  EXPECT_REL(flat.temperature, std::exp(10.0), 1e-15, "one exponential");
}

TEST(temperature, is_one_where_it_does_not_matter) {
  const auto fit = temperature({1, 0}, vector_view({0, 0}));
  EXPECT_BITS(fit.temperature, 1.0);
  EXPECT_FALSE(fit.at_bound);
  EXPECT_REL(fit.nll, std::log(2.0), 1e-15, "one logarithm");
  EXPECT_BITS(temperature({0, 0}, matrix_view(std::vector<double>{3, 4}, 2, 1)).nll, 0.0);
}

TEST(temperature, takes_doubled_rows_for_doubled_weights) {
  const class_sample s = draw_classes(50, 2.0, 83);
  class_sample doubled{{}, {}, 100};
  for (std::size_t i = 0; i < 50; ++i) {
    for (int twice = 0; twice < 2; ++twice) {
      doubled.labels.push_back(s.labels[i]);
      for (std::size_t j = 0; j < 3; ++j) doubled.logits.push_back(s.logits[3 * i + j]);
    }
  }
  const std::vector<double> twos(50, 2.0);
  EXPECT_REL(temperature(s.labels, s.view(), {.weights = twos}).temperature,
             temperature(doubled.labels, doubled.view()).temperature, 1e-12, "the budget of the doc comment");
}

TEST(temperature, takes_logarithms_of_probabilities) {
  const class_sample s = draw_classes(60, 1.5, 84);
  class_sample p{s.labels, {}, s.rows};
  for (std::size_t i = 0; i < s.rows; ++i) {
    double all = 0.0;
    for (std::size_t j = 0; j < 3; ++j) all += std::exp(s.logits[3 * i + j]);
    for (std::size_t j = 0; j < 3; ++j) p.logits.push_back(std::exp(s.logits[3 * i + j]) / all);
  }
  EXPECT_REL(temperature(p.labels, p.view(), {.input = temperature_input::probabilities}).temperature,
             temperature(s.labels, s.view()).temperature, 1e-11, "the probabilities are rounded");
  const std::vector<double> binary = {0.3, 0.8, 0.6};
  const auto fit = temperature({0, 1, 0}, vector_view(binary),
                               {.input = temperature_input::probabilities, .query = vector_view(binary)});
  const double logit = std::log(0.8) - std::log1p(-0.8);
  EXPECT_REL(fit.query[1], 1 / (1 + std::exp(-logit / fit.temperature)), 1e-14, "the definition");
}

TEST(temperature, names_what_is_wrong) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  testing::expect_row_errors("logits", [](integer_view labels, vector_view z, vector_view weights) {
    temperature(labels, z, {.weights = weights});
  });
  const std::vector<double> classes = {0, infinity, 1, 2}, good = {0, 1, 1, 2};
  const matrix_view z(good, 2, 2);
  testing::expect_error(
      [&] {
        temperature({0, 1}, matrix_view(classes, 2, 2));
      },
      error_kind::value, error_code::non_finite, "logits", "logits[0, 1] is Infinity");
  testing::expect_error(
      [&] {
        temperature({0, 2}, z);
      },
      error_kind::value, error_code::bad_label, "labels", "must lie in 0..1");
  testing::expect_error(
      [&] {
        temperature({0, 1}, tensor_view(good, 2, 2, 1));
      },
      error_kind::shape, error_code::wrong_rank, "logits", "has 3 axes");
  testing::expect_error(
      [&] {
        temperature({0, 1}, z, {.query = vector_view(good)});
      },
      error_kind::shape, error_code::wrong_rank, "query", "has 1 axes, logits have 2");
  testing::expect_error(
      [&] {
        temperature({0, 1}, z, {.input = temperature_input::probabilities});
      },
      error_kind::value, error_code::out_of_range, "logits", "[0, 0]");
  const std::vector<double> rows = {0.5, 0.5, 0.5, 0.6};
  testing::expect_error(
      [&] {
        temperature({0, 1}, matrix_view(rows, 2, 2), {.input = temperature_input::probabilities});
      },
      error_kind::value, error_code::row_sum, "logits", "row 1 sums to 1.1");
  testing::expect_error(
      [&] {
        temperature({0, 1}, vector_view({0.5, 1}), {.input = temperature_input::probabilities});
      },
      error_kind::value, error_code::out_of_range, "logits", "must lie in (0, 1)");
}

TEST(temperature_model, is_the_function) {
  const class_sample s = draw_classes(80, 2.0, 85);
  const auto model = temperature_model::fit(s.labels, s.view());
  const auto result = temperature(s.labels, s.view(), {.query = s.view()});
  EXPECT_BITS(model.parameters().temperature, result.temperature);
  EXPECT_BITS(model.parameters().nll, result.nll);
  EXPECT_BITS(model.transform(s.view()), result.query);
}

TEST(temperature_model, gives_float32_for_float32) {
  const auto model = temperature_model::fit({1, 1, 1, 0}, vector_view({1, 1, 1, 1}));
  const std::vector<float> z = {1.0F, -1.0F};
  const array p = model.transform(vector_view(z));
  EXPECT_EQ(p.type(), dtype::float32);
  EXPECT_BITS(p[0], 0.75);
}

TEST(temperature_model, comes_back_from_json_with_all_bits) {
  const class_sample s = draw_classes(80, 2.0, 86);
  const auto model = temperature_model::fit(s.labels, s.view());
  const auto copy = temperature_model::from_json(model.to_json());
  EXPECT_EQ(copy.to_json(), model.to_json());
  EXPECT_BITS(copy.transform(s.view()), model.transform(s.view()));
  const auto from_probabilities = temperature_model::fit({0, 1, 1}, vector_view({0.3, 0.8, 0.4}),
                                                         {.input = temperature_input::probabilities});
  const auto again = temperature_model::from_json(from_probabilities.to_json());
  EXPECT_BITS(again.transform(vector_view({0.5, 0.9})),
              from_probabilities.transform(vector_view({0.5, 0.9})));
}

TEST(temperature_model, refuses_json_that_is_no_such_model) {
  const auto refused = [](const std::string& json, const std::string& text) {
    testing::expect_error([&] { temperature_model::from_json(json); }, error_kind::value,
                          error_code::corrupt_bytes, "json", text);
  };
  refused("{", "not a JSON object");
  refused(R"({"model": "isotonic", "version": 1})", "wanted temperature");
  refused(R"({"model": "temperature", "version": 1, "input": "words"})", "unknown input");
  refused(R"({"model": "temperature", "version": 1, "input": "logits", "nll": 1, "at_bound": false})",
          "has no number temperature");
  refused(
      R"({"model": "temperature", "version": 1, "input": "logits", "temperature": -1, "nll": 1, "at_bound": false})",
      "not positive");
}

}  // namespace
}  // namespace assay::calibration
