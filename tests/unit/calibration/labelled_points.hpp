// Points with labels that the tests of predictive multiplicity share.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "assay/core/view.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {

struct labelled_points {
  std::vector<double> X;  ///< (n, d)
  std::vector<std::int32_t> y;
  std::vector<double> weights;  ///< an eighth of them 0
  std::size_t d = 1;

  [[nodiscard]] matrix_view points() const { return {X, y.size(), d}; }
};

/// Labels by a logistic model with coefficients `slope` for every column.
inline labelled_points draw_points(std::size_t n, std::size_t d, std::uint64_t seed, double slope = 1.0) {
  generator rng(seed);
  labelled_points drawn;
  drawn.d = d;
  for (std::size_t i = 0; i < n; ++i) {
    double eta = 0.3;
    for (std::size_t j = 0; j < d; ++j) {
      drawn.X.push_back(rng.normal());
      eta += slope * drawn.X.back();
    }
    drawn.y.push_back(rng.uniform() < 1.0 / (1.0 + std::exp(-eta)) ? 1 : 0);
    drawn.weights.push_back(rng.below(8) == 0 ? 0.0 : rng.uniform(0.1, 3.0));
  }
  return drawn;
}

/// Mean log loss of raw coefficients (intercept first), by the definition.
inline double naive_loss(const labelled_points& s, const std::vector<double>& coefficients,
                         const std::vector<double>& weights = {}) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < s.y.size(); ++i) {
    double eta = coefficients[0];
    for (std::size_t j = 0; j < s.d; ++j) eta += coefficients[j + 1] * s.X[i * s.d + j];
    const double margin = s.y[i] == 1 ? eta : -eta;
    const double w = weights.empty() ? 1.0 : weights[i];
    sum += w * (std::fmax(-margin, 0.0) + std::log1p(std::exp(-std::fabs(margin))));
    total += w;
  }
  return sum / total;
}

using erm_call = std::function<void(matrix_view X, integer_view y, vector_view weights, double C)>;

/// Checks the errors of X, y, weights and C.
inline void expect_erm_errors(const erm_call& call) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> two = {1, 2}, none, bad = {1, nan}, four = {1, 2, 3, 4};
  const std::vector<std::int32_t> no_labels;
  const auto refused = [&](error_kind kind, error_code code, const std::string& name, matrix_view X,
                           integer_view y, vector_view weights = {}, double C = 1.0) {
    expect_error([&] { call(X, y, weights, C); }, kind, code, name);
  };
  const matrix_view good(two, 2, 1);
  refused(error_kind::shape, error_code::empty_input, "X", matrix_view(none, 0, 1), {0, 1});
  refused(error_kind::shape, error_code::empty_input, "X", matrix_view(none, 2, 0), {0, 1});
  refused(error_kind::shape, error_code::empty_input, "y", good, no_labels);
  refused(error_kind::shape, error_code::length_mismatch, "y", good, {0, 1, 1});
  refused(error_kind::value, error_code::non_finite, "X", matrix_view(bad, 2, 1), {0, 1});
  refused(error_kind::value, error_code::bad_label, "y", good, {0, 2});
  refused(error_kind::value, error_code::bad_label, "y", good, {-1, 1});
  refused(error_kind::value, error_code::single_class, "y", good, {1, 1});
  refused(error_kind::value, error_code::single_class, "y", good, {0, 0});
  refused(error_kind::value, error_code::single_class, "y", matrix_view(four, 4, 1), {0, 1, 1, 0},
          {1, 0, 0, 1});
  refused(error_kind::shape, error_code::empty_input, "weights", good, {0, 1}, none);
  refused(error_kind::shape, error_code::length_mismatch, "weights", good, {0, 1}, {1});
  refused(error_kind::value, error_code::bad_weight, "weights", good, {0, 1}, {1, -1});
  refused(error_kind::value, error_code::zero_weight, "weights", good, {0, 1}, {0, 0});
  for (const double C : {0.0, -1.0, 1e-310, nan})
    refused(error_kind::value, error_code::bad_parameter, "C", good, {0, 1}, {}, C);
  refused(error_kind::value, error_code::no_minimiser, "C", good, {0, 1}, {},
          std::numeric_limits<double>::infinity());
}

}  // namespace assay::testing
