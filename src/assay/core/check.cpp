#include "assay/core/check.hpp"

#ifdef __EMSCRIPTEN__
#include <emscripten/em_js.h>
#endif

#include <array>
#include <charconv>
#include <cmath>

namespace assay::inline v1 {
namespace {

std::string index_text(const array_view& view, std::size_t i, std::size_t j, std::size_t k,
                       std::size_t l = 0) {
  std::string text = "[" + std::to_string(i);
  if (view.rank() > 1) text += ", " + std::to_string(j);
  if (view.rank() > 2) text += ", " + std::to_string(k);
  if (view.rank() > 3) text += ", " + std::to_string(l);
  return text + "]";
}

// Calls `refused(value)` on every element; the first one refused is handed to `report(index text, value)`.
// Dense float64 and float32 arrays, the usual case, are first swept without index arithmetic.
template <class Refused, class Report>
void first_refused(const array_view& view, Refused refused, Report report) {
  const auto sweep = [&](const auto* data) {
    bool found = false;
    for (std::size_t i = 0; i < view.size(); ++i) found |= refused(static_cast<double>(data[i]));
    return found;
  };
  if (view.dense() && view.type() == dtype::float64 && !sweep(static_cast<const double*>(view.data())))
    return;
  if (view.dense() && view.type() == dtype::float32 && !sweep(static_cast<const float*>(view.data()))) return;
  if (view.dense() && view.type() == dtype::uint8 && !sweep(static_cast<const std::uint8_t*>(view.data())))
    return;
  if (view.dense() && view.type() == dtype::int32 && !sweep(static_cast<const std::int32_t*>(view.data())))
    return;
  for (std::size_t i = 0; i < view.extent(0); ++i) {
    for (std::size_t j = 0; j < view.extent(1); ++j) {
      for (std::size_t k = 0; k < view.extent(2); ++k) {
        for (std::size_t l = 0; l < view.extent(3); ++l) {
          const double value = view(i, j, k, l);
          if (refused(value)) report(index_text(view, i, j, k, l), value);
        }
      }
    }
  }
}

std::string counted(std::size_t count, const char* noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

std::string length_text(const array_view& view) {
  return view.rank() > 1 ? "shape " + shape_text(view) : counted(view.extent(0), "element");
}

#ifdef __EMSCRIPTEN__
// JavaScript has the very routine; the one of the C++ library would bring 100 kB of tables.
EM_JS(int, assay_number_text, (double value, char* text), {
  const written = String(value);
  for (let i = 0; i < written.length; i++) HEAPU8[(text >>> 0) + i] = written.charCodeAt(i);
  return written.length;
});

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  return {buffer.data(), static_cast<std::size_t>(assay_number_text(value, buffer.data()))};
}
#else
// The shortest digits that read back as the same number, laid out as ECMAScript does (Number::toString,
// ECMA-262).
std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                        std::chars_format::scientific)
                              .ptr;
  const std::string_view written(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t mark = written.find('e');
  std::string digits(1, written[0]);
  if (mark > 2) digits += written.substr(2, mark - 2);
  int exponent = 0;
  std::from_chars(buffer.data() + mark + (written[mark + 1] == '+' ? 2 : 1), end, exponent);
  const int point = exponent + 1;  // how many digits stand before the decimal point
  const int count = static_cast<int>(digits.size());
  const std::string sign = value < 0.0 ? "-" : "";
  if (count <= point && point <= 21)
    return sign + digits + std::string(static_cast<std::size_t>(point - count), '0');
  if (0 < point && point <= 21) return sign + digits.insert(static_cast<std::size_t>(point), 1, '.');
  if (-6 < point && point <= 0)
    return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (count > 1) digits.insert(1, 1, '.');
  return sign + digits + (exponent < 0 ? "e-" : "e+") + std::to_string(exponent < 0 ? -exponent : exponent);
}
#endif

}  // namespace

std::string text_of(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0.0) return std::signbit(value) ? "-0" : "0";
  return number_text(value);
}

std::string shape_text(const array_view& view) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < view.rank(); ++axis) {
    if (axis != 0) text += ", ";
    text += std::to_string(view.extent(axis));
  }
  return text + ")";
}

void checker::fail_shape(error_code code, std::string_view name, const std::string& message) const {
  throw shape_error(code, function_, name, message);
}

void checker::fail_value(error_code code, std::string_view name, const std::string& message) const {
  throw value_error(code, function_, name, message);
}

void checker::not_empty(const array_view& values, std::string_view name) const {
  if (values.empty()) fail_shape(error_code::empty_input, name, "is empty, needs at least one element");
}

void checker::same_rows(const array_view& reference, std::string_view reference_name,
                        const array_view& values, std::string_view name) const {
  if (reference.extent(0) == values.extent(0)) return;
  fail_shape(
      error_code::length_mismatch, name,
      "has " + length_text(values) + ", " + std::string(reference_name) + " has " + length_text(reference));
}

void checker::length(const array_view& values, std::string_view name, std::size_t count,
                     std::string_view what) const {
  if (values.extent(0) == count) return;
  fail_shape(
      error_code::length_mismatch, name,
      "has " + length_text(values) + ", needs " + std::to_string(count) + " (" + std::string(what) + ")");
}

void checker::same_shape(const array_view& reference, std::string_view reference_name,
                         const array_view& values, std::string_view name) const {
  if (reference.extents() == values.extents() && reference.rank() == values.rank()) return;
  fail_shape(
      error_code::length_mismatch, name,
      "has " + length_text(values) + ", " + std::string(reference_name) + " has " + length_text(reference));
}

void checker::broadcasts(const broadcast_view& values, std::string_view name, std::size_t rows) const {
  if (values.is_scalar() || values.values().extent(0) == rows) return;
  fail_shape(error_code::length_mismatch, name,
             "has " + length_text(values.values()) + ", must be one number or have " + std::to_string(rows));
}

void checker::finite(const array_view& values, std::string_view name) const {
  first_refused(
      values, [](double value) { return !(value - value == 0.0); },
      [&](const std::string& index, double value) {
        fail_value(error_code::non_finite, name,
                   std::string(index) + " is " + text_of(value) + ", must be finite");
      });
}

void checker::finite(const broadcast_view& values, std::string_view name) const {
  if (values.is_scalar()) return finite(values.value(), name);
  finite(values.values(), name);
}

void checker::finite(double value, std::string_view name) const {
  if (!std::isfinite(value))
    fail_value(error_code::non_finite, name, "is " + text_of(value) + ", must be finite");
}

void checker::probabilities(const array_view& values, std::string_view name) const {
  first_refused(
      values, [](double value) { return !(value >= 0.0 && value <= 1.0); },
      [&](const std::string& index, double value) {
        fail_value(error_code::out_of_range, name, index + " is " + text_of(value) + ", must lie in [0, 1]");
      });
}

void checker::binary_labels(const integer_view& values, std::string_view name) const {
  first_refused(
      values, [](double value) { return !(value == 0.0 || value == 1.0); },
      [&](const std::string& index, double value) {
        fail_value(error_code::bad_label, name, index + " is " + text_of(value) + ", must be 0 or 1");
      });
}

void checker::class_labels(const integer_view& values, std::string_view name, std::size_t classes,
                           const std::int64_t* ignored) const {
  const double limit = static_cast<double>(classes);
  first_refused(
      values,
      [&](double value) {
        return !(value >= 0.0 && value < limit) && !(ignored && value == static_cast<double>(*ignored));
      },
      [&](const std::string& index, double value) {
        fail_value(error_code::bad_label, name,
                   index + " is " + text_of(value) + ", must lie in 0.." + std::to_string(classes - 1));
      });
}

void checker::weights(const array_view& values, std::string_view name) const {
  bool any = false;
  first_refused(
      values,
      [&](double value) {
        any |= value > 0.0;
        return !(value >= 0.0 && value - value == 0.0);
      },
      [&](const std::string& index, double value) {
        fail_value(error_code::bad_weight, name,
                   index + " is " + text_of(value) + ", must be finite and >= 0");
      });
  if (!any) fail_value(error_code::zero_weight, name, "sum to 0, need at least one weight > 0");
}

void checker::increasing(const array_view& values, std::string_view name) const {
  const std::size_t rows = values.rank() > 1 ? values.extent(0) : 1;
  const std::size_t count = values.extent(values.rank() > 1 ? 1 : 0);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 1; j < count; ++j) {
      const std::size_t row = values.rank() > 1 ? i : j, column = values.rank() > 1 ? j : 0;
      const double value = values(row, column);
      const double before = values.rank() > 1 ? values(row, column - 1) : values(row - 1);
      if (!(value > before))
        fail_value(error_code::out_of_range, name,
                   index_text(values, row, column, 0) + " is " + text_of(value) +
                       ", must be > the one before, " + text_of(before));
    }
}

void checker::positive(const broadcast_view& values, std::string_view name) const {
  const auto refused = [](double value) { return !(value > 0.0 && value - value == 0.0); };
  if (values.is_scalar())
    return range(!refused(values.value()), name, values.value(), "must be finite and > 0");
  first_refused(values.values(), refused, [&](const std::string& index, double value) {
    fail_value(error_code::out_of_range, name, index + " is " + text_of(value) + ", must be finite and > 0");
  });
}

void checker::parameter(bool holds, std::string_view name, double found, std::string_view wanted) const {
  if (!holds)
    fail_value(error_code::bad_parameter, name, "is " + text_of(found) + ", " + std::string(wanted));
}

void checker::range(bool holds, std::string_view name, double found, std::string_view wanted) const {
  if (!holds) fail_value(error_code::out_of_range, name, "is " + text_of(found) + ", " + std::string(wanted));
}

}  // namespace assay::inline v1
