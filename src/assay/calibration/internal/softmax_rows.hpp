// Rows of logits, given as such or as probabilities, and the way back: what temperature, vector, matrix and
// Dirichlet scaling share.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration::internal {

/// Smallest probability whose logarithm is taken where zeros are allowed.
inline constexpr double k_probability_clip = 1e-12;

/// What the numbers of an array are.
enum class logit_source {
  logits,
  probabilities,         ///< in (0, 1], or (0, 1) in the binary form; their logarithms or log-odds are taken
  clipped_probabilities  ///< in [0, 1]; raised to k_probability_clip first
};

/// Logits of rows, row-major; one axis means the binary form with log-odds of the event.
struct logit_rows {
  std::vector<double> values;
  std::size_t rows;
  std::size_t columns;
  bool binary;
  [[nodiscard]] const double* row(std::size_t i) const { return values.data() + i * columns; }
};

/// Checks the array (one axis or two) and reads it. Rows of probabilities must sum to 1.
logit_rows logits_of(const checker& check, const array_view& view, const char* name, logit_source source);

/// Replaces logits by probabilities.
void softmax(std::span<double> logits);

}  // namespace assay::inline v1::calibration::internal
