// Reads the cells of a call as the types that public functions take. Every mistake a caller can make in the
// form of an argument (absent, of another type, of another rank, ragged, an unknown word) is reported from
// here, for all surfaces.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/error.hpp"
#include "assay/core/view.hpp"
#include "cell.hpp"
#include "objects.hpp"

namespace assay::bindings {

/// Words of an enum in the order of its values, generated for every public enum.
template <class Enum>
struct enum_words;

/// Bit r is set when rank r is allowed.
using rank_set = unsigned;
constexpr rank_set ranks(std::same_as<unsigned> auto... rank) { return ((1U << rank) | ...); }

class arguments {
 public:
  /// `names` are those of the function's table, one a cell. Throws unknown_option when the frame names
  /// another.
  arguments(std::string_view function, std::span<const std::string_view> names, const frame& call,
            object_table& objects, unsigned threads);
  arguments(const arguments&) = delete;
  arguments& operator=(const arguments&) = delete;

  [[nodiscard]] bool present(std::size_t index) const;

  /// Reads an argument that must be given.
  template <class T>
  void required(std::size_t index, T& value, rank_set allowed = 0) {
    require(index);
    read(index, value, allowed);
  }
  /// Leaves `value` as it is when the argument is not given.
  template <class T>
  void optional(std::size_t index, T& value, rank_set allowed = 0) {
    if (present(index)) read(index, value, allowed);
  }
  /// The same; `word` in place of numbers means that they are not given.
  void optional(std::size_t index, broadcast_view& value, std::string_view word);
  /// An object of the table, given as an argument.
  template <class T>
  const T& object(std::size_t index, std::string_view class_name) {
    require(index);
    const T* found = objects_.find<T>(handle(index, class_name));
    if (found == nullptr) fail_object(names_[index], class_name);
    return *found;
  }
  /// The object whose method is called.
  template <class T>
  T& self(std::string_view class_name) {
    T* found = objects_.find<T>(frame_.self);
    if (found == nullptr) fail_object("", class_name);
    return *found;
  }

  /// The running conditions of the call: threads, memory for the result.
  [[nodiscard]] const context& conditions() const { return context_; }
  [[nodiscard]] context& conditions() { return context_; }
  [[nodiscard]] object_table& objects() { return objects_; }

 private:
  void require(std::size_t index) const;
  void read(std::size_t index, vector_view& value, rank_set allowed);
  void read(std::size_t index, matrix_view& value, rank_set allowed);
  void read(std::size_t index, tensor_view& value, rank_set allowed);
  void read(std::size_t index, array_view& value, rank_set allowed);
  void read(std::size_t index, integer_view& value, rank_set allowed);
  void read(std::size_t index, broadcast_view& value, rank_set allowed);
  void read(std::size_t index, double& value, rank_set allowed);
  void read(std::size_t index, bool& value, rank_set allowed);
  void read(std::size_t index, std::int64_t& value, rank_set allowed);
  void read(std::size_t index, std::uint64_t& value, rank_set allowed);
  void read(std::size_t index, std::string_view& value, rank_set allowed);
  void read(std::size_t index, std::span<const std::byte>& value, rank_set allowed);
  template <class T>
  void read(std::size_t index, std::optional<T>& value, rank_set allowed) {
    T given{};
    read(index, given, allowed);
    value = given;
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void read(std::size_t index, Enum& value, rank_set) {
    value = enum_words<Enum>::values[word(index, enum_words<Enum>::words)];
  }

  [[nodiscard]] std::size_t word(std::size_t index, std::span<const std::string_view> words) const;
  [[nodiscard]] std::uint32_t handle(std::size_t index, std::string_view class_name) const;
  /// The array of the argument, its rank being one of `allowed`.
  [[nodiscard]] array_view shaped(std::size_t index, rank_set allowed, const char* wanted) const;
  [[nodiscard]] array_view as_real(const array_view& values, std::size_t index);
  [[nodiscard]] array_view as_integers(const array_view& values, std::size_t index);
  [[noreturn]] void fail_not_integer(const array_view& values, std::size_t index) const;
  [[nodiscard]] bool is_number(const cell& given, double& value) const;
  [[nodiscard]] double whole_number(std::size_t index) const;

  [[noreturn]] void fail_type(std::size_t index, std::string_view wanted) const;
  [[noreturn]] void fail(error_code code, std::size_t index, const std::string& message) const;
  [[noreturn]] void fail_object(std::string_view argument, std::string_view class_name) const;

  std::string_view function_;
  std::span<const std::string_view> names_;
  const frame& frame_;
  object_table& objects_;
  context context_;
  std::vector<array> copies_;  // converted arguments; moving an array leaves its elements where they are
};

}  // namespace assay::bindings
