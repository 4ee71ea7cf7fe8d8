// Class labels and rows of probabilities of one call, checked together, and one class against the rest of
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/rows.hpp"
#include "assay/core/check.hpp"
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

/// One class against the rest: probability of the class k, label 1 where it happened. Holds the labels, so it
/// must outlive the rows.
class one_against_rest {
 public:
  one_against_rest(const class_rows& rows, std::size_t k);
  [[nodiscard]] binary_rows rows() const { return {labels_, probabilities_, weights_}; }

 private:
  std::vector<std::uint8_t> labels_;
  vector_view probabilities_;
  vector_view weights_;
};

}  // namespace assay::inline v1::calibration::internal
