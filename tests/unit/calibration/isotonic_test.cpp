#include "assay/calibration/isotonic.hpp"

#include <cmath>
#include <limits>

#include "assay/calibration/corp.hpp"
#include "assay/calibration/roc.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

TEST(isotonic, goes_straight_between_knots_and_flat_beyond) {
  // fit: 0 at 0.2, 1/2 at 0.4 and 0.6, 1 at 0.8
  const std::vector<std::uint8_t> labels = {0, 1, 0, 1};
  const std::vector<double> p = {0.2, 0.4, 0.6, 0.8};
  const auto result = isotonic(labels, p, {-5, 0.2, 0.4, 0.5, 0.6, 0.8, 2});
  EXPECT_BITS(result.query.to_vector(), (std::vector<double>{0, 0, 0.5, 0.5, 0.5, 1, 1}));
  EXPECT_EQ(result.n_blocks, 3);
  EXPECT_REL(isotonic(labels, p, {0.3}).query[0], 0.25, 1e-15, "halfway");
  EXPECT_BITS(isotonic(labels, p, {0.3, 0.2, 0.79}, {.step = true}).query.to_vector(),
              (std::vector<double>{0, 0, 0.5}));
}

TEST(isotonic, at_the_data_is_the_regression) {
  const sample s = draw_sample(300, 70, 40);
  for (const bool step : {false, true}) {
    const auto curve = corp_reliability(s.labels, s.probabilities, {.weights = s.weights});
    const auto result =
        isotonic(s.labels, s.probabilities, curve.x.to_vector(), {.weights = s.weights, .step = step});
    EXPECT_BITS(result.query, curve.cep);
    EXPECT_EQ(result.n_blocks, static_cast<std::int64_t>(curve.block_first.size()));
  }
}

TEST(isotonic, never_falls_and_stays_in_the_unit_interval) {
  const sample s = draw_sample(400, 71);
  std::vector<double> grid;
  for (int i = -10; i <= 1010; ++i) grid.push_back(i / 1000.0);
  const auto result = isotonic(s.labels, s.probabilities, grid);
  double before = 0.0;
  for (const double value : result.query.to_vector()) {
    EXPECT_GE(value, before);
    EXPECT_LE(value, 1.0);
    before = value;
  }
}

TEST(isotonic, strict_keeps_the_order_of_distinct_probabilities) {
  for (const std::uint64_t levels : {0U, 60U}) {
    const sample s = draw_sample(400, 74, levels);
    const auto strict = isotonic(s.labels, s.probabilities, s.probabilities, {.strict = true}).query;
    const auto plain = isotonic(s.labels, s.probabilities, s.probabilities).query;
    EXPECT_BITS(roc_auc(s.labels, strict.to_vector()), roc_auc(s.labels, s.probabilities));
    for (std::size_t i = 0; i < s.labels.size(); ++i) {
      EXPECT_ABS(strict[i], plain[i], 0x1p-20, "what the option allows");
      for (std::size_t j = 0; j < i; ++j)
        EXPECT_EQ(s.probabilities[i] < s.probabilities[j], strict[i] < strict[j]);
    }
  }
}

TEST(isotonic, strict_keeps_neighbouring_doubles_apart) {
  // one flat piece, at each end of the unit interval and within
  const double next = std::nextafter(0.5, 1.0);
  for (const int label : {0, 1}) {
    const auto q = isotonic({label, label}, {0.5, next}, {0.5, next}, {.strict = true}).query;
    EXPECT_LT(q[0], q[1]);
    EXPECT_GE(q[0], 0.0);
    EXPECT_LE(q[1], 1.0);
  }
  const auto model = isotonic_model::fit({1, 0}, {0.5, next}, {.strict = true});
  EXPECT_EQ(model.parameters().n_blocks, 2);
  EXPECT_EQ(isotonic_model::from_json(model.to_json()).to_json(), model.to_json());
}

TEST(isotonic, of_one_row_is_constant) {
  EXPECT_BITS(isotonic({1}, {0.5}, {0, 0.5, 1}).query.to_vector(), (std::vector<double>{1, 1, 1}));
}

TEST(isotonic, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    isotonic(labels, p, {0.5}, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    isotonic_model::fit(labels, p, {.weights = weights});
  });
  const std::vector<double> none;
  testing::expect_error([&] { isotonic({1}, {0.5}, none); }, error_kind::shape, error_code::empty_input,
                        "query");
  testing::expect_error(
      [] {
        isotonic({1}, {0.5}, {0.1, std::numeric_limits<double>::infinity()});
      },
      error_kind::value, error_code::non_finite, "query", "query[1] is Infinity");
}

TEST(isotonic_model, is_the_function) {
  const sample s = draw_sample(300, 72);
  const auto model = isotonic_model::fit(s.labels, s.probabilities, {.weights = s.weights});
  EXPECT_BITS(model.transform(vector_view(s.probabilities)),
              isotonic(s.labels, s.probabilities, s.probabilities, {.weights = s.weights}).query);
  const auto parameters = model.parameters();
  EXPECT_BITS(model.transform(parameters.x), parameters.y);
  EXPECT_LE(parameters.x.size(), 2U * static_cast<std::size_t>(parameters.n_blocks));
}

TEST(isotonic_model, gives_float32_for_float32) {
  const auto model = isotonic_model::fit({0, 1}, {0.25, 0.75});
  const std::vector<float> query = {0.5F, 1.0F};
  const array result = model.transform(vector_view(query));
  EXPECT_EQ(result.type(), dtype::float32);
  EXPECT_BITS(result.to_vector(), (std::vector<double>{0.5, 1}));
}

TEST(isotonic_model, comes_back_from_json_with_all_bits) {
  const sample s = draw_sample(500, 73);
  for (const bool step : {false, true}) {
    const auto model = isotonic_model::fit(s.labels, s.probabilities, {.weights = s.weights, .step = step});
    const auto copy = isotonic_model::from_json(model.to_json());
    EXPECT_BITS(copy.parameters().x, model.parameters().x);
    EXPECT_BITS(copy.parameters().y, model.parameters().y);
    EXPECT_EQ(copy.parameters().step, step);
    EXPECT_EQ(copy.to_json(), model.to_json());
  }
}

TEST(isotonic_model, json_is_plain) {
  EXPECT_EQ(isotonic_model::fit({0, 1}, {0.25, 0.75}).to_json(),
            R"({"model": "isotonic", "version": 1, "step": false, "x": [0.25, 0.75], "y": [0, 1]})");
}

TEST(isotonic_model, refuses_json_that_is_no_such_model) {
  const auto refused = [](const std::string& json, const std::string& text) {
    testing::expect_error([&] { isotonic_model::from_json(json); }, error_kind::value,
                          error_code::corrupt_bytes, "json", text);
  };
  refused("", "not a JSON object");
  refused("[1]", "not a JSON object");
  refused(R"({"model": "isotonic", "version": 1)", "not a JSON object");
  refused(R"({"version": 1})", "has no word model");
  refused(R"({"model": "temperature", "version": 1})", "another model, wanted isotonic");
  refused(R"({"model": "isotonic", "version": 2})", "unknown version");
  refused(R"({"model": "isotonic", "version": 1, "x": [0], "y": [0]})", "has no truth value step");
  refused(R"({"model": "isotonic", "version": 1, "step": false, "y": [0]})", "has no list x");
  refused(R"({"model": "isotonic", "version": 1, "step": false, "x": ["a"], "y": [0]})",
          "something else than numbers");
  refused(R"({"model": "isotonic", "version": 1, "step": false, "x": [], "y": []})", "at least one");
  refused(R"({"model": "isotonic", "version": 1, "step": false, "x": [0, 1], "y": [0]})", "as many x as y");
  refused(R"({"model": "isotonic", "version": 1, "step": false, "x": [1, 0], "y": [0, 1]})",
          "does not ascend");
  refused(R"({"model": "isotonic", "version": 1, "step": false, "x": [0, 1], "y": [1, 0]})",
          "does not ascend");
  refused(R"({"model": "isotonic", "version": 1, "step": false, "x": [0], "y": [1.5]})", "within [0, 1]");
  refused(R"({"model": "isotonic", "version": 1, "step": false, "x": [-1], "y": [0.5]})", "within [0, 1]");
}

}  // namespace
}  // namespace assay::calibration
