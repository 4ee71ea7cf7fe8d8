// Class labels and rows of probabilities of one call, checked together, and one class against the rest of
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration::internal {

/// Most that a row of probabilities may differ from 1 in sum: files print 6 digits.
inline constexpr double k_row_sum_tolerance = 1e-4;

/// Arguments that every function of several classes has.
struct class_rows {
  integer_view labels;        ///< (n) class index
  matrix_view probabilities;  ///< (n, k)
  vector_view weights;        ///< (n) or absent

  [[nodiscard]] std::size_t size() const noexcept { return labels.size(); }
  [[nodiscard]] std::size_t classes() const noexcept { return probabilities.extent(1); }
  [[nodiscard]] double weight(std::size_t i) const { return weights.present() ? weights(i) : 1.0; }
};

/// empty_input or length_mismatch unless the arguments fit together.
void check_shapes(const checker& check, const class_rows& rows);
/// Throws for the first bad probability, row sum, label or weight; zero_weight when all weights are 0.
void check_values(const checker& check, const class_rows& rows);

/// out_of_range or row_sum unless every row of the matrix (n, k) consists of probabilities that sum to 1.
void check_probability_rows(const checker& check, const array_view& probabilities, const char* name);

/// row_sum unless every row of the matrix (n, k) sums to 1.
void check_row_sums(const checker& check, const array_view& probabilities, const char* name);

/// Column k of a matrix, without a copy.
vector_view column_of(const matrix_view& matrix, std::size_t k);

/// Each class against the rest: its probability, label 1 where it happened. Probabilities of neighbouring
/// classes are turned into columns together, for a walk down one column reads the cache lines of eight.
class one_against_rest {
 public:
  explicit one_against_rest(const class_rows& rows);
  /// Of class k; valid until the next call. Cheapest in ascending order.
  [[nodiscard]] binary_rows rows(std::size_t k);

 private:
  static constexpr std::size_t k_together = 8;
  void turn(std::size_t first);

  const class_rows& rows_;
  assay::internal::dense<double> probabilities_;
  assay::internal::dense<double> classes_;
  std::size_t first_;            // class of the first column that is held; classes() before the first call
  std::vector<double> columns_;  // k_together columns, one after the other
  std::vector<std::uint8_t> labels_;
};

}  // namespace assay::inline v1::calibration::internal
