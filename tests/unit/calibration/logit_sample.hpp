// Logits of several classes with labels, for the tests of scaling models.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "assay/core/array.hpp"
#include "support/random.hpp"

namespace assay::testing {

struct logit_sample {
  std::vector<std::int32_t> labels;
  std::vector<double> logits;
  std::vector<double> weights;
  std::size_t rows;
  std::size_t classes;
  [[nodiscard]] matrix_view view() const { return {logits, rows, classes}; }
  /// softmax of the logits, row by row.
  [[nodiscard]] std::vector<double> probabilities() const {
    std::vector<double> p;
    for (std::size_t i = 0; i < rows; ++i) {
      double sum = 0.0;
      for (std::size_t k = 0; k < classes; ++k) sum += std::exp(logits[i * classes + k]);
      for (std::size_t k = 0; k < classes; ++k) p.push_back(std::exp(logits[i * classes + k]) / sum);
    }
    return p;
  }
};

/// Labels drawn with the probabilities softmax(z); the logits given are sharpness * z + tilt * k.
inline logit_sample draw_logits(std::size_t rows, std::size_t classes, double sharpness, double tilt,
                                std::uint64_t seed) {
  generator rng(seed);
  logit_sample drawn{{}, {}, {}, rows, classes};
  std::vector<double> z(classes);
  for (std::size_t i = 0; i < rows; ++i) {
    double sum = 0.0;
    for (double& value : z) sum += std::exp(value = rng.normal());
    double u = rng.uniform() * sum;
    std::size_t label = 0;
    while (label + 1 < classes && u > std::exp(z[label])) u -= std::exp(z[label++]);
    drawn.labels.push_back(static_cast<std::int32_t>(label));
    for (std::size_t k = 0; k < classes; ++k)
      drawn.logits.push_back(sharpness * z[k] + tilt * static_cast<double>(k));
    drawn.weights.push_back(rng.below(8) == 0 ? 0.0 : rng.uniform(0.1, 3.0));
  }
  return drawn;
}

/// Mean logarithmic loss of rows of probabilities, by its definition.
inline double class_log_loss(const logit_sample& s, const array& p, bool weighted) {
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < s.rows; ++i) {
    const double w = weighted ? s.weights[i] : 1.0;
    sum -= w * std::log(p(i, static_cast<std::size_t>(s.labels[i])));
    total += w;
  }
  return sum / total;
}

}  // namespace assay::testing
