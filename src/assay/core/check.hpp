// The validation layer: public functions check their arguments here and nowhere else; kernels trust what they
// get.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "assay/core/error.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1 {

/// Checks on behalf of one public function; every failure throws an error that names the function and the
/// argument, says what was found and what is wanted.
class checker {
 public:
  constexpr explicit checker(const char* function) : function_(function) {}

  [[nodiscard]] constexpr const char* function() const { return function_; }

  /// empty_input unless the array has at least one element.
  void not_empty(const array_view& values, std::string_view name) const;
  /// length_mismatch unless the leading extents agree; `name` is blamed, `reference` is quoted.
  void same_rows(const array_view& reference, std::string_view reference_name, const array_view& values,
                 std::string_view name) const;
  /// length_mismatch unless `values` has exactly `count` elements in its leading axis.
  void length(const array_view& values, std::string_view name, std::size_t count,
              std::string_view what) const;
  /// length_mismatch unless all extents agree.
  void same_shape(const array_view& reference, std::string_view reference_name, const array_view& values,
                  std::string_view name) const;
  /// length_mismatch unless the parameter is a scalar or has `rows` values.
  void broadcasts(const broadcast_view& values, std::string_view name, std::size_t rows) const;

  /// non_finite unless every element is finite.
  void finite(const array_view& values, std::string_view name) const;
  void finite(const broadcast_view& values, std::string_view name) const;
  void finite(double value, std::string_view name) const;
  /// out_of_range unless every element lies in [0, 1]; NaN counts as outside.
  void probabilities(const array_view& values, std::string_view name) const;
  /// bad_label unless every element is 0 or 1.
  void binary_labels(const integer_view& values, std::string_view name) const;
  /// bad_label unless every element lies in 0 .. classes - 1 (or equals `ignored`, when given).
  void class_labels(const integer_view& values, std::string_view name, std::size_t classes,
                    const std::int64_t* ignored = nullptr) const;
  /// bad_weight unless every element is finite and >= 0; zero_weight unless their sum is > 0.
  void weights(const array_view& values, std::string_view name) const;
  /// out_of_range unless the elements along the last axis ascend strictly.
  void increasing(const array_view& values, std::string_view name) const;
  /// out_of_range unless every element is finite and > 0.
  void positive(const broadcast_view& values, std::string_view name) const;
  /// bad_parameter unless `holds`; `wanted` reads "must be at least 1".
  void parameter(bool holds, std::string_view name, double found, std::string_view wanted) const;
  /// out_of_range unless `holds`.
  void range(bool holds, std::string_view name, double found, std::string_view wanted) const;

  [[noreturn]] void fail_shape(error_code code, std::string_view name, const std::string& message) const;
  [[noreturn]] void fail_value(error_code code, std::string_view name, const std::string& message) const;

 private:
  const char* function_;
};

/// Shortest text that reads back as the same number: "1.2", "NaN", "-Infinity".
std::string text_of(double value);
/// Text of a shape: "(7, 50)".
std::string shape_text(const array_view& view);

}  // namespace assay::inline v1
