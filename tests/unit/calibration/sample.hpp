// Data that the calibration tests share.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/random.hpp"

namespace assay::testing {

/// Labels drawn with about the probability forecast.
struct sample {
  std::vector<std::uint8_t> labels;
  std::vector<double> probabilities;
  std::vector<double> weights;
};

/// `levels` distinct probabilities, so that there are ties; 0: as many as there are doubles.
inline sample draw_sample(std::size_t rows, std::uint64_t seed, std::uint64_t levels = 0) {
  generator rng(seed);
  sample drawn;
  for (std::size_t i = 0; i < rows; ++i) {
    const double p = levels == 0 ? rng.uniform()
                                 : static_cast<double>(rng.below(levels + 1)) / static_cast<double>(levels);
    drawn.probabilities.push_back(p);
    drawn.labels.push_back(rng.uniform() < p * p ? 1 : 0);
    drawn.weights.push_back(rng.below(8) == 0 ? 0.0 : rng.uniform(0.1, 3.0));
  }
  return drawn;
}

template <class T>
std::vector<T> labels_as(const std::vector<std::uint8_t>& labels) {
  return {labels.begin(), labels.end()};
}

inline std::vector<float> as_float(const std::vector<double>& values) {
  std::vector<float> result;
  for (const double value : values) result.push_back(static_cast<float>(value));
  return result;
}

inline std::vector<double> as_double(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

}  // namespace assay::testing
