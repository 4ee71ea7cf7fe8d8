#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "assay/core/check.hpp"
#include "base64.hpp"
#include "words.hpp"

namespace assay::bindings {
namespace {

constexpr double k_largest_exact = 9007199254740992.0;  // 2^53: beyond it a double skips integers

std::string axes(std::size_t rank) { return std::to_string(rank) + (rank == 1 ? " axis" : " axes"); }

std::string rank_words(rank_set allowed) {
  std::string text;
  for (unsigned rank = 1; rank <= array_view::k_max_rank; ++rank) {
    if ((allowed >> rank & 1U) == 0) continue;
    if (!text.empty()) text += " or ";
    text += (allowed >> (rank + 1)) == 0 ? axes(rank) : std::to_string(rank);
  }
  return text;
}

std::string_view text_of(const cell& given) { return {static_cast<const char*>(given.data), given.length}; }

std::string found(const cell& given) {
  switch (given.kind) {
    case cell_kind::number:
      return "the number " + assay::text_of(given.number);
    case cell_kind::integer:
      return "an integer of 64 bits";
    case cell_kind::boolean:
      return given.number != 0.0 ? "true" : "false";
    case cell_kind::text:
      return "the text " + in_quotes(text_of(given));
    case cell_kind::array:
      return "an array with " + axes(given.rank);
    case cell_kind::other:
      return std::string(text_of(given));
    case cell_kind::handle:
      return "an object of the library";
    default:
      return "something else";
  }
}

bool number_word(std::string_view word, double& value) {
  constexpr double k_infinity = std::numeric_limits<double>::infinity();
  if (word == "NaN")
    value = std::numeric_limits<double>::quiet_NaN();
  else if (word == "Infinity")
    value = k_infinity;
  else if (word == "-Infinity")
    value = -k_infinity;
  else
    return false;
  return true;
}

constexpr bool is_real(dtype type) { return type == dtype::float64 || type == dtype::float32; }

}  // namespace

arguments::arguments(std::string_view function, std::span<const std::string_view> names, const frame& call,
                     object_table& objects, unsigned threads)
    : function_(function), names_(names), frame_(call), objects_(objects) {
  context_.threads = threads;
  context_.output = {call.output, call.output_bytes};
  if (call.unknown == nullptr) return;
  const std::string_view unknown(call.unknown, call.unknown_length);
  throw value_error(error_code::unknown_option, function, unknown,
                    "is not an argument of this function" + hint(unknown, names));
}

bool arguments::present(std::size_t index) const {
  return index < frame_.count && frame_.cells[index].kind != cell_kind::absent;
}

void arguments::require(std::size_t index) const {
  if (!present(index)) fail(error_code::missing_argument, index, "is missing");
}

array_view arguments::shaped(std::size_t index, rank_set allowed, const char* wanted) const {
  const cell& given = frame_.cells[index];
  if (given.kind == cell_kind::ragged) {
    const std::string found_length = std::to_string(given.extents[0]);
    const std::string wanted_length = std::to_string(given.extents[1]);
    throw shape_error(error_code::length_mismatch, function_, names_[index],
                      given.type != 0 ? "holds " + found_length + " numbers, its shape " + wanted_length
                                      : "is ragged: it has rows of " + wanted_length + " and of " +
                                            found_length + " elements");
  }
  if (given.kind == cell_kind::bad_element) {
    fail(error_code::wrong_type, index,
         "[" + std::to_string(given.extents[0]) + "] is " + std::string(text_of(given)) +
             ", must be a number");
  }
  if (given.kind != cell_kind::array) fail_type(index, wanted);
  const array_view values(given.data, static_cast<dtype>(given.type), given.rank,
                          {given.extents[0], given.extents[1], given.extents[2], given.extents[3]});
  if ((allowed >> given.rank & 1U) != 0) return values;
  if (values.empty()) {  // [] has the rank that is asked for; the function refuses it if it must
    std::size_t rank = 1;
    while ((allowed >> rank & 1U) == 0) ++rank;
    const auto nothing_from = [rank](std::size_t needed) { return rank >= needed ? 0U : 1U; };
    return {given.data,
            static_cast<dtype>(given.type),
            rank,
            {0, nothing_from(2), nothing_from(3), nothing_from(4)}};
  }
  throw shape_error(error_code::wrong_rank, function_, names_[index],
                    "has " + axes(given.rank) + ", must have " + rank_words(allowed));
}

array_view arguments::as_real(const array_view& values, std::size_t index) {
  const cell& given = frame_.cells[index];
  if (given.length != 0) {
    fail(error_code::wrong_type, index,
         "[" + std::to_string(given.length - 1) + "] is a boolean, must be a number");
  }
  const dtype wanted = (frame_.flags & k_float32) != 0   ? dtype::float32
                       : values.type() == dtype::float32 ? dtype::float32
                                                         : dtype::float64;
  if (values.type() == wanted) return values;
  array& copy = copies_.emplace_back(wanted, values.rank(), values.extents());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double element = array_view::load(values.data(), values.type(), static_cast<std::ptrdiff_t>(i));
    if (wanted == dtype::float32)
      copy.values<float>()[i] = static_cast<float>(element);
    else
      copy.values<double>()[i] = element;
  }
  return copy.view();
}

namespace {

// Whether one 32-bit type holds all between: unsigned where nothing is negative.
constexpr bool fit_32_bits(double least, double greatest) {
  return least >= -2147483648.0 && greatest <= (least < 0.0 ? 2147483647.0 : 4294967295.0);
}

// Whether all are whole numbers within 32 bits, as labels and counts from JavaScript must be, and which type
// holds them.
template <class T>
std::optional<dtype> integer_type_of(const T* values, std::size_t count) {
  T least = 0;
  T greatest = 0;
  bool whole = true;
  for (std::size_t i = 0; i < count; ++i) {
    whole &= values[i] == std::floor(values[i]);  // NaN is not
    least = values[i] < least ? values[i] : least;
    greatest = values[i] > greatest ? values[i] : greatest;
  }
  if (!whole || !fit_32_bits(least, greatest)) return {};
  return greatest > 2147483647.0 ? dtype::uint32 : dtype::int32;
}

template <class T>
void copy_integers(const T* values, array& copy) {
  if (copy.type() == dtype::uint32)
    std::transform(values, values + copy.size(), copy.values<std::uint32_t>().data(),
                   [](T value) { return static_cast<std::uint32_t>(value); });
  else
    std::transform(values, values + copy.size(), copy.values<std::int32_t>().data(),
                   [](T value) { return static_cast<std::int32_t>(value); });
}

}  // namespace

array_view arguments::as_integers(const array_view& values, std::size_t index) {
  if (!is_real(values.type())) return values;
  const auto with_elements = [&](auto&& use) {
    return values.type() == dtype::float64 ? use(static_cast<const double*>(values.data()))
                                           : use(static_cast<const float*>(values.data()));
  };
  const auto type = with_elements([&](const auto* from) { return integer_type_of(from, values.size()); });
  if (!type) fail_not_integer(values, index);
  array& copy = copies_.emplace_back(*type, values.rank(), values.extents());
  with_elements([&](const auto* from) { copy_integers(from, copy); });
  return copy.view();
}

// Names the first element that makes as_integers refuse.
void arguments::fail_not_integer(const array_view& values, std::size_t index) const {
  const error_code code = names_[index] == "labels" ? error_code::bad_label : error_code::wrong_type;
  double least = 0.0;
  double greatest = 0.0;
  for (std::size_t i = 0;; ++i) {
    const double element = array_view::load(values.data(), values.type(), static_cast<std::ptrdiff_t>(i));
    const bool whole = element == std::floor(element) && std::fabs(element) < k_largest_exact;
    least = std::fmin(least, element);
    greatest = std::fmax(greatest, element);
    if (whole && fit_32_bits(least, greatest)) continue;
    fail(code, index,
         "[" + std::to_string(i) + "] is " + assay::text_of(element) + ", must be an integer" +
             (whole ? " of 32 bits" : ""));
  }
}

void arguments::read(std::size_t index, vector_view& value, rank_set) {
  value = vector_view(as_real(shaped(index, ranks(1U), "an array of numbers"), index));
}

void arguments::read(std::size_t index, matrix_view& value, rank_set) {
  value = matrix_view(as_real(shaped(index, ranks(2U), "an array of numbers"), index));
}

void arguments::read(std::size_t index, tensor_view& value, rank_set) {
  value = tensor_view(as_real(shaped(index, ranks(3U), "an array of numbers"), index));
}

void arguments::read(std::size_t index, array_view& value, rank_set allowed) {
  value = as_real(shaped(index, allowed, "an array of numbers"), index);
}

void arguments::read(std::size_t index, integer_view& value, rank_set allowed) {
  value = integer_view(as_integers(shaped(index, allowed, "an array of integers"), index));
}

void arguments::read(std::size_t index, broadcast_view& value, rank_set) {
  double number = 0.0;
  if (is_number(frame_.cells[index], number))
    value = broadcast_view(number);
  else
    value = broadcast_view(
        vector_view(as_real(shaped(index, ranks(1U), "a number or an array of numbers"), index)));
}

void arguments::optional(std::size_t index, broadcast_view& value, std::string_view word) {
  if (!present(index)) return;
  const cell& given = frame_.cells[index];
  if (given.kind == cell_kind::text && text_of(given) == word) return;
  read(index, value, 0);
}

bool arguments::is_number(const cell& given, double& value) const {
  if (given.kind == cell_kind::number)
    value = given.number;
  else if (given.kind == cell_kind::integer)
    value = given.type != 0 ? static_cast<double>(static_cast<std::int64_t>(given.bits))
                            : static_cast<double>(given.bits);
  else
    return given.kind == cell_kind::text && (frame_.flags & k_json_values) != 0 &&
           number_word(text_of(given), value);
  return true;
}

void arguments::read(std::size_t index, double& value, rank_set) {
  if (!is_number(frame_.cells[index], value)) fail_type(index, "a number");
}

void arguments::read(std::size_t index, bool& value, rank_set) {
  if (frame_.cells[index].kind != cell_kind::boolean) fail_type(index, "true or false");
  value = frame_.cells[index].number != 0.0;
}

double arguments::whole_number(std::size_t index) const {
  double value = 0.0;
  if (!is_number(frame_.cells[index], value)) fail_type(index, "an integer");
  if (value == std::floor(value) && std::fabs(value) <= k_largest_exact) return value;
  fail(error_code::wrong_type, index, "is " + assay::text_of(value) + ", must be an integer");
}

void arguments::read(std::size_t index, std::int64_t& value, rank_set) {
  const cell& given = frame_.cells[index];
  if (given.kind != cell_kind::integer) {
    value = static_cast<std::int64_t>(whole_number(index));
    return;
  }
  value = static_cast<std::int64_t>(given.bits);
  if ((value < 0) != (given.type != 0)) {
    fail(error_code::out_of_range, index, "is " + std::to_string(given.bits) + ", must be less than 2^63");
  }
}

void arguments::read(std::size_t index, std::uint64_t& value, rank_set) {
  const cell& given = frame_.cells[index];
  const bool exact = given.kind == cell_kind::integer;
  const double number = exact ? 0.0 : whole_number(index);
  const bool negative = exact ? given.type != 0 : number < 0.0;
  if (negative) {
    const std::string text =
        exact ? std::to_string(static_cast<std::int64_t>(given.bits)) : assay::text_of(number);
    fail(error_code::out_of_range, index, "is " + text + ", must be at least 0");
  }
  value = exact ? given.bits : static_cast<std::uint64_t>(number);
}

void arguments::read(std::size_t index, std::string_view& value, rank_set) {
  if (frame_.cells[index].kind != cell_kind::text) fail_type(index, "a text");
  value = text_of(frame_.cells[index]);
}

void arguments::read(std::size_t index, std::span<const std::byte>& value, rank_set) {
  const cell& given = frame_.cells[index];
  if (given.kind == cell_kind::array && static_cast<dtype>(given.type) == dtype::uint8 && given.rank == 1) {
    value = {static_cast<const std::byte*>(given.data), given.extents[0]};
    return;
  }
  if (given.kind != cell_kind::text || (frame_.flags & k_json_values) == 0) fail_type(index, "bytes");
  const auto bytes = from_base64(text_of(given));
  if (!bytes) fail(error_code::corrupt_bytes, index, "is not base64");
  array& copy = copies_.emplace_back(dtype::uint8, 1U, array_view::extents_type{bytes->size(), 1, 1});
  std::copy(bytes->begin(), bytes->end(), static_cast<std::byte*>(copy.bytes()));
  value = {static_cast<const std::byte*>(copy.bytes()), bytes->size()};
}

std::size_t arguments::word(std::size_t index, std::span<const std::string_view> words) const {
  const cell& given = frame_.cells[index];
  if (given.kind != cell_kind::text) fail_type(index, "one of the words " + alternatives(words));
  const std::string_view asked = text_of(given);
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == asked) return i;
  fail(error_code::unknown_name, index,
       "is " + in_quotes(asked) + ", must be " + alternatives(words) + hint(asked, words));
}

std::uint32_t arguments::handle(std::size_t index, std::string_view class_name) const {
  const cell& given = frame_.cells[index];
  if (given.kind != cell_kind::handle) fail_type(index, "an object of the class " + std::string(class_name));
  return static_cast<std::uint32_t>(given.bits);
}

void arguments::fail(error_code code, std::size_t index, const std::string& message) const {
  throw value_error(code, function_, names_[index], message);
}

void arguments::fail_type(std::size_t index, std::string_view wanted) const {
  fail(error_code::wrong_type, index,
       "is " + found(frame_.cells[index]) + ", must be " + std::string(wanted));
}

void arguments::fail_object(std::string_view argument, std::string_view class_name) const {
  throw state_error(error_code::disposed, function_, argument,
                    "refers to no living object of the class " + std::string(class_name));
}

}  // namespace assay::bindings
