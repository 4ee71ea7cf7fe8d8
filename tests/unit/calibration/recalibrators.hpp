// What the tests of all recalibrators share.
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::testing {

/// from_json of text that is cut anywhere, of another kind or not an object is refused, of `good` it gives
/// back `good`.
template <class Model>
void expect_json_round_trip(const Model& model) {
  const std::string good = model.to_json();
  EXPECT_EQ(Model::from_json(good).to_json(), good);
  const auto refused = [](const std::string& json) {
    expect_error([&] { Model::from_json(json); }, error_kind::value, error_code::corrupt_bytes, "json");
  };
  const std::size_t stride = good.size() / 200 + 1;
  for (std::size_t i = 0; i < good.size(); i += stride) refused(good.substr(0, i));
  refused("[1]");
  refused("null");
  refused(R"({"model": "other", "version": 1})");
  const auto kind = good.substr(0, good.find(','));
  refused(kind + R"(, "version": 2})");
  refused(kind + R"(, "version": 1})");
}

/// from_json refuses `json` and says `text`.
template <class Model>
void expect_json_refused(const std::string& json, const std::string& text) {
  expect_error([&] { Model::from_json(json); }, error_kind::value, error_code::corrupt_bytes, "json", text);
}

/// The text with the first `from` replaced.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

/// Errors of a transform or query of probabilities; `name` is the argument.
inline void expect_probability_errors(const std::string& name, const std::function<void(array_view)>& call) {
  const std::vector<double> none, good = {0.5, 0.5};
  expect_error([&] { call(vector_view(none)); }, error_kind::shape, error_code::empty_input, name);
  for (const double bad : {-0.1, 1.5, std::nan("")}) {
    const std::vector<double> values = {0.5, bad};
    expect_error([&] { call(vector_view(values)); }, error_kind::value, error_code::out_of_range, name,
                 name + "[1]");
  }
}

/// Errors of the transform of a model of probabilities; it takes one axis.
template <class Model>
void expect_transform_errors(const Model& model) {
  expect_probability_errors("probabilities", [&](array_view p) { static_cast<void>(model.transform(p)); });
  const std::vector<double> square = {0.1, 0.2, 0.3, 0.4};
  expect_error([&] { static_cast<void>(model.transform(matrix_view(square, 2, 2))); }, error_kind::shape,
               error_code::wrong_rank, "probabilities", "has 2 axes");
}

/// 0, 1/points, ..., 1.
inline std::vector<double> unit_grid(int points) {
  std::vector<double> grid;
  for (int i = 0; i <= points; ++i) grid.push_back(static_cast<double>(i) / points);
  return grid;
}

/// Every value in [0, 1] and none below the one before.
inline void expect_ascending_probabilities(const array& values) {
  double before = 0.0;
  for (const double value : values.to_vector()) {
    EXPECT_GE(value, before);
    EXPECT_LE(value, 1.0);
    before = value;
  }
}

/// Mean logarithmic loss by its definition.
inline double mean_log_loss(const std::vector<std::uint8_t>& labels, const array& p,
                            const std::vector<double>& weights = {}) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double w = weights.empty() ? 1.0 : weights[i];
    sum -= w * std::log(labels[i] == 1 ? p[i] : 1.0 - p[i]);
    total += w;
  }
  return sum / total;
}

/// Labels drawn with exactly the probability forecast.
inline sample draw_calibrated(std::size_t rows, std::uint64_t seed) {
  generator rng(seed);
  sample drawn;
  for (std::size_t i = 0; i < rows; ++i) {
    const double p = rng.uniform(0.02, 0.98);
    drawn.probabilities.push_back(p);
    drawn.labels.push_back(rng.uniform() < p ? 1 : 0);
    drawn.weights.push_back(1.0);
  }
  return drawn;
}

}  // namespace assay::testing
