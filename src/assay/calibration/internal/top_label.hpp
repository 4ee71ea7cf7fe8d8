// The most probable class of each row as a yes-or-no forecast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/class_rows.hpp"

namespace assay::inline v1::calibration::internal {

/// Rows that ask whether the class of a given rank happened.
struct top_labels {
  std::vector<std::uint8_t> labels;   ///< (n) 1 where that class happened
  std::vector<double> probabilities;  ///< (n) its probability
  std::vector<std::uint32_t> chosen;  ///< (n) its index

  [[nodiscard]] binary_rows rows(const vector_view& weights) const {
    return {labels, probabilities, weights};
  }
};

/// The class of each row with rank - 1 classes before it: larger ones, and equal ones of smaller index.
top_labels top_labels_of(const class_rows& rows, std::size_t rank = 1);

}  // namespace assay::inline v1::calibration::internal
