#include "json_cells.hpp"

#include <cmath>

#include "assay/core/array.hpp"
#include "assay/core/check.hpp"
#include "runtime/base64.hpp"

namespace assay::bindings {
namespace {

std::string_view what_it_is(const json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "a boolean";
  if (value.is_string()) return "a text";
  if (value.is_array()) return "an array";
  return "an object";
}

void describe(cell& made, cell_kind kind, std::string_view text) {
  made.kind = kind;
  made.data = text.data();
  made.length = text.size();
}

// The number an element stands for; false when it is none.
bool element(const json& value, double& number) {
  if (value.is_number())
    number = value.get<double>();
  else if (value == "NaN")
    number = std::nan("");
  else if (value == "Infinity")
    number = HUGE_VAL;
  else if (value == "-Infinity")
    number = -HUGE_VAL;
  else
    return false;
  return true;
}

std::size_t depth_of(const json& value) {
  std::size_t depth = 0;
  for (const json* inner = &value; inner->is_array() && depth < 4; inner = &inner->front()) {
    ++depth;
    if (inner->empty()) break;
  }
  return depth;
}

}  // namespace

cell cell_maker::make(const json& value) {
  cell made;
  if (value.is_null()) return made;
  if (value.is_array()) return array_cell(value);
  if (value.is_boolean()) {
    made.kind = cell_kind::boolean;
    made.number = value.get<bool>() ? 1.0 : 0.0;
  } else if (value.is_number_float()) {
    made.kind = cell_kind::number;
    made.number = value.get<double>();
  } else if (value.is_number()) {
    // Integers that a double holds exactly are numbers; only the larger ones need all 64 bits.
    made.kind = cell_kind::number;
    made.number = value.get<double>();
    if (std::fabs(made.number) <= 9007199254740992.0) return made;
    made.kind = cell_kind::integer;
    made.type = value.is_number_unsigned() ? 0 : 1;
    made.bits = value.is_number_unsigned() ? value.get<std::uint64_t>()
                                           : static_cast<std::uint64_t>(value.get<std::int64_t>());
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    describe(made, cell_kind::text, text);
  } else {
    describe(made, cell_kind::other, what_it_is(value));
  }
  return made;
}

cell cell_maker::array_cell(const json& value) {
  cell made;
  made.kind = cell_kind::array;
  made.rank = static_cast<std::uint32_t>(depth_of(value));
  if (made.rank > array_view::k_max_rank) {
    describe(made, cell_kind::other, "an array with more than 4 axes");
    return made;
  }
  const json* inner = &value;
  for (std::size_t axis = 0; axis < made.rank; ++axis) {
    made.extents[axis] = inner->size();
    if (!inner->empty()) inner = &inner->front();
  }
  std::vector<double>& numbers = arrays_.emplace_back();
  numbers.reserve(made.extents[0] * made.extents[1] * made.extents[2] * made.extents[3]);
  flatten(value, 0, made, numbers);
  if (made.kind != cell_kind::array) return made;
  made.type = static_cast<std::uint32_t>(dtype::float64);
  made.data = numbers.data();
  return made;
}

void cell_maker::flatten(const json& value, std::size_t depth, cell& made, std::vector<double>& numbers) {
  if (value.size() != made.extents[depth]) {
    made.kind = cell_kind::ragged;
    made.extents[1] = made.extents[depth];
    made.extents[0] = value.size();
    return;
  }
  const bool innermost = depth + 1 == made.rank;
  for (const json& part : value) {
    if (made.kind != cell_kind::array) return;
    double number = 0.0;
    const bool is_element = part.is_boolean() || element(part, number);
    if (innermost ? is_element : part.is_array()) {
      if (!innermost) {
        flatten(part, depth + 1, made, numbers);
        continue;
      }
      if (part.is_boolean()) {
        number = part.get<bool>() ? 1.0 : 0.0;
        if (made.length == 0) made.length = numbers.size() + 1;
      }
      numbers.push_back(number);
    } else {
      describe(made, cell_kind::bad_element, is_element ? "a number" : what_it_is(part));
      made.extents[0] = numbers.size();
    }
  }
}

void append_number(std::string& text, double value) {
  const std::string number = assay::text_of(value);
  text += std::isfinite(value) ? number : '"' + number + '"';
}

void append_quoted(std::string& text, std::string_view value) {
  text += json(std::string(value)).dump(-1, ' ', false, json::error_handler_t::replace);
}

namespace {

void append_array(std::string& text, const cell& value, std::size_t axis, std::size_t& flat) {
  if (axis == value.rank || axis == std::size(value.extents)) {
    append_number(text, array_view::load(value.data, static_cast<dtype>(value.type),
                                         static_cast<std::ptrdiff_t>(flat++)));
    return;
  }
  text += '[';
  for (std::size_t i = 0; i < value.extents[axis]; ++i) {
    if (i != 0) text += ',';
    append_array(text, value, axis + 1, flat);
  }
  text += ']';
}

std::string_view chars_of(const cell& value) { return {static_cast<const char*>(value.data), value.length}; }

}  // namespace

std::size_t append_json(std::string& text, std::span<const cell> cells, std::size_t at) {
  const cell& value = cells[at++];
  std::size_t flat = 0;
  switch (value.kind) {
    case cell_kind::number:
      append_number(text, value.number);
      break;
    case cell_kind::boolean:
      text += value.number != 0.0 ? "true" : "false";
      break;
    case cell_kind::integer:
      text += value.type != 0 ? std::to_string(static_cast<std::int64_t>(value.bits))
                              : std::to_string(value.bits);
      break;
    case cell_kind::text:
      append_quoted(text, chars_of(value));
      break;
    case cell_kind::array:
      append_array(text, value, 0, flat);
      break;
    case cell_kind::bytes:
      append_quoted(text, to_base64({static_cast<const std::byte*>(value.data), value.length}));
      break;
    case cell_kind::structure:
      text += '{';
      for (std::size_t i = 0; i < value.length; ++i) {
        if (i != 0) text += ',';
        append_quoted(text, cells[at].name->text);
        text += ':';
        at = append_json(text, cells, at);
      }
      text += '}';
      break;
    case cell_kind::list:
      text += '[';
      for (std::size_t i = 0; i < value.length; ++i) {
        if (i != 0) text += ',';
        at = append_json(text, cells, at);
      }
      text += ']';
      break;
    default:
      text += "null";
  }
  return at;
}

}  // namespace assay::bindings
