// Rows of several classes and their bad arguments, for the tests that share them.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {

/// Labels that follow the probabilities about half of the time.
struct class_sample {
  std::size_t classes;
  std::vector<std::uint8_t> labels;
  std::vector<double> probabilities;
  std::vector<double> weights;

  [[nodiscard]] matrix_view matrix() const { return {probabilities, labels.size(), classes}; }
};

inline class_sample draw_classes(std::size_t rows, std::size_t classes, std::uint64_t seed) {
  generator rng(seed);
  class_sample drawn{classes, {}, {}, {}};
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<double> row(classes);
    double sum = 0.0;
    for (double& p : row) sum += p = 0.01 + rng.uniform() * rng.uniform();
    std::size_t best = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      drawn.probabilities.push_back(row[k] / sum);
      if (row[k] > row[best]) best = k;
    }
    drawn.labels.push_back(static_cast<std::uint8_t>(rng.below(2) == 0 ? best : rng.below(classes)));
    drawn.weights.push_back(rng.below(8) == 0 ? 0.0 : rng.uniform(0.1, 3.0));
  }
  return drawn;
}

using class_call = std::function<void(integer_view labels, matrix_view probabilities, vector_view weights)>;

/// Checks the errors of labels, rows of probabilities and weights.
inline void expect_class_errors(const class_call& call) {
  const std::vector<double> good = {0.5, 0.25, 0.25, 0.125, 0.75, 0.125};
  const auto refused = [&](error_kind kind, error_code code, const char* argument, integer_view labels,
                           const std::vector<double>& p, vector_view weights) {
    const matrix_view matrix(p, p.size() / 3, 3);
    expect_error([&] { call(labels, matrix, weights); }, kind, code, argument);
  };
  const std::vector<std::int32_t> none;
  const std::vector<double> no_weights;
  refused(error_kind::shape, error_code::empty_input, "labels", none, good, {});
  refused(error_kind::shape, error_code::empty_input, "probabilities", {0, 1}, {}, {});
  refused(error_kind::shape, error_code::empty_input, "weights", {0, 1}, good, no_weights);
  refused(error_kind::shape, error_code::length_mismatch, "probabilities", {0, 1, 2}, good, {});
  refused(error_kind::shape, error_code::length_mismatch, "weights", {0, 1}, good, {1, 1, 1});
  refused(error_kind::value, error_code::bad_label, "labels", {0, 3}, good, {});
  refused(error_kind::value, error_code::bad_label, "labels", {-1, 0}, good, {});
  refused(error_kind::value, error_code::bad_weight, "weights", {0, 1}, good, {1, -1});
  refused(error_kind::value, error_code::zero_weight, "weights", {0, 1}, good, {0, 0});
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  refused(error_kind::value, error_code::out_of_range, "probabilities", {0, 1}, {nan, 0, 1, 0, 0, 1}, {});
  refused(error_kind::value, error_code::out_of_range, "probabilities", {0, 1}, {-0.5, 0.5, 1, 0, 0, 1}, {});
  refused(error_kind::value, error_code::row_sum, "probabilities", {0, 1}, {1, 0, 0, 0.5, 0.25, 0.2}, {});
}

}  // namespace assay::testing
