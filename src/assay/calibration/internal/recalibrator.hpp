// Binary recalibrators behind one face, and one of them for each class.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "assay/calibration/one_vs_rest.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration::internal {

/// The word of a method and back; false when there is none.
std::string_view name_of(recalibration_method method);
bool method_of(std::string_view name, recalibration_method& method);

/// A fitted binary recalibrator.
class recalibrator {
 public:
  virtual ~recalibrator() = default;
  /// (q) recalibrated probabilities.
  [[nodiscard]] virtual array transform(vector_view probabilities) const = 0;
  [[nodiscard]] virtual std::string to_json() const = 0;
};

using recalibrator_pointer = std::shared_ptr<const recalibrator>;

/// Fits with the method's default options; the rows have been checked.
recalibrator_pointer fit_recalibrator(const context& ctx, recalibration_method method,
                                      const integer_view& labels, const vector_view& probabilities,
                                      const vector_view& weights);
/// Reads what to_json() wrote; value_error (corrupt_bytes) when it is none.
recalibrator_pointer read_recalibrator(recalibration_method method, std::string_view json);

/// One recalibrator a class; the rows have been checked.
std::vector<recalibrator_pointer> fit_classes(const context& ctx, recalibration_method method,
                                              const integer_view& labels, const matrix_view& probabilities,
                                              const vector_view& weights);
/// (q, k) row-major: recalibrated columns divided by the sum of their row, or uniform where it is 0.
std::vector<double> apply_classes(const std::vector<recalibrator_pointer>& classes,
                                  const matrix_view& probabilities);

}  // namespace assay::inline v1::calibration::internal
