#include "assay/calibration/internal/class_rows.hpp"

#include <cmath>
#include <string>

#include "assay/core/internal/dense.hpp"

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

void check_probability_rows(const checker& check, const array_view& probabilities, const char* name) {
  check.probabilities(probabilities, name);
  check_row_sums(check, probabilities, name);
}

void check_row_sums(const checker& check, const array_view& probabilities, const char* name) {
  const assay::internal::dense<double> values(probabilities);
  const std::size_t columns = probabilities.extent(1);
  for (std::size_t i = 0; i < probabilities.extent(0); ++i) {
    const double* row = values.data() + i * columns;
    double sums[2] = {0.0, 0.0};  // two, for an addition waits for the one before it
    std::size_t j = 0;
    for (; j + 2 <= columns; j += 2) {
      sums[0] += row[j];
      sums[1] += row[j + 1];
    }
    const double sum = sums[0] + sums[1] + (j < columns ? row[j] : 0.0);
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

one_against_rest::one_against_rest(const class_rows& rows, std::size_t k)
    : labels_(rows.size()), probabilities_(column_of(rows.probabilities, k)), weights_(rows.weights) {
  const assay::internal::dense<double> labels(rows.labels);
  const auto number = static_cast<double>(k);
  for (std::size_t i = 0; i < labels_.size(); ++i) labels_[i] = labels[i] == number ? 1 : 0;
}

}  // namespace assay::inline v1::calibration::internal
