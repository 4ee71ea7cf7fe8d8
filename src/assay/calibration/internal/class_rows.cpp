#include "assay/calibration/internal/class_rows.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace assay::inline v1::calibration::internal {

void check_shapes(const checker& check, const class_rows& rows) {
  check.not_empty(rows.labels, "labels");
  check.not_empty(rows.probabilities, "probabilities");
  check.same_rows(rows.labels, "labels", rows.probabilities, "probabilities");
  if (!rows.weights.present()) return;
  check.not_empty(rows.weights, "weights");
  check.same_rows(rows.labels, "labels", rows.weights, "weights");
}

void check_values(const checker& check, const class_rows& rows) {
  check_probability_rows(check, rows.probabilities, "probabilities");
  check.class_labels(rows.labels, "labels", rows.classes());
  if (rows.weights.present()) check.weights(rows.weights, "weights");
}

// One pass for the usual case; what is wrong is looked for only when something is.
void check_probability_rows(const checker& check, const array_view& probabilities, const char* name) {
  const assay::internal::dense<double> values(probabilities);
  const std::size_t columns = probabilities.extent(1);
  bool good = true;
  for (std::size_t i = 0; i < probabilities.extent(0); ++i) {
    const double* row = values.data() + i * columns;
    double sum = 0.0;
    for (std::size_t j = 0; j < columns; ++j) {
      good &= row[j] >= 0.0 && row[j] <= 1.0;
      sum += row[j];
    }
    good &= std::fabs(sum - 1.0) <= k_row_sum_tolerance;
  }
  if (good) return;
  check.probabilities(probabilities, name);
  check_row_sums(check, probabilities, name);
}

void check_row_sums(const checker& check, const array_view& probabilities, const char* name) {
  const assay::internal::dense<double> values(probabilities);
  const std::size_t columns = probabilities.extent(1);
  for (std::size_t i = 0; i < probabilities.extent(0); ++i) {
    const double* row = values.data() + i * columns;
    double sum = 0.0;
    for (std::size_t j = 0; j < columns; ++j) sum += row[j];
    if (std::fabs(sum - 1.0) <= k_row_sum_tolerance) continue;
    check.fail_value(error_code::row_sum, name,
                     "row " + std::to_string(i) + " sums to " + text_of(sum) + ", must sum to 1 within 1e-4");
  }
}

vector_view column_of(const matrix_view& matrix, std::size_t k) {
  const auto offset =
      static_cast<std::ptrdiff_t>(k) * matrix.stride(1) * static_cast<std::ptrdiff_t>(size_of(matrix.type()));
  return vector_view(array_view(static_cast<const std::byte*>(matrix.data()) + offset, matrix.type(), 1,
                                {matrix.extent(0)}, {matrix.stride(0)}));
}

one_against_rest::one_against_rest(const class_rows& rows)
    : rows_(rows),
      probabilities_(rows.probabilities),
      classes_(rows.labels),
      first_(rows.classes()),
      columns_(rows.size() * std::min(k_together, rows.classes())),
      labels_(rows.size()) {}

void one_against_rest::turn(std::size_t first) {
  const std::size_t classes = rows_.classes(), size = rows_.size();
  const std::size_t count = std::min(k_together, classes - first);
  for (std::size_t i = 0; i < size; ++i) {
    const double* row = probabilities_.data() + i * classes + first;
    for (std::size_t j = 0; j < count; ++j) columns_[j * size + i] = row[j];
  }
  first_ = first;
}

binary_rows one_against_rest::rows(std::size_t k) {
  const std::size_t first = k / k_together * k_together, size = rows_.size();
  if (first != first_) turn(first);
  const auto number = static_cast<double>(k);
  for (std::size_t i = 0; i < size; ++i) labels_[i] = classes_[i] == number ? 1 : 0;
  return {labels_, vector_view(columns_.data() + (k - first) * size, size), rows_.weights};
}

}  // namespace assay::inline v1::calibration::internal
