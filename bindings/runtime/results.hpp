// Writes what a public function returns as cells, and keeps the memory they point to until the next call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "assay/core/array.hpp"
#include "cell.hpp"
#include "objects.hpp"

namespace assay::bindings {

class results;

/// Members of a result struct, generated for every one: count and write(results&, const Struct&).
template <class Struct>
struct result_members;

template <class T>
struct is_list : std::false_type {};
template <class T>
struct is_list<std::vector<T>> : std::true_type {};

class results {
 public:
  /// Forgets the last result and frees its memory.
  void clear();
  [[nodiscard]] const cell* first() const { return cells_.data(); }
  [[nodiscard]] std::size_t size() const { return cells_.size(); }

  void nothing() { next(cell_kind::absent); }
  void handle(std::uint32_t value) { next(cell_kind::handle).bits = value; }

  /// The value of a function; the memory of arrays, texts and structs moves in here.
  template <class T>
  void give(T value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      member(value);
    } else if constexpr (std::is_same_v<T, array>) {
      arrays_.push_back(std::move(value));
      member(arrays_.back());
    } else {
      kept_.push_back(keep(std::move(value)));
      member(*static_cast<const T*>(kept_.back().get()));
    }
  }

  /// A part of a value that is kept.
  template <class T>
  void member(const T& value, const member_name* name = nullptr) {
    if constexpr (std::is_enum_v<T>) {
      text(enum_words<T>::text(value), name);
    } else if constexpr (is_list<T>::value) {
      next(cell_kind::list, name).length = value.size();
      for (const auto& element : value) member(element);
    } else {
      next(cell_kind::structure, name).length = result_members<T>::count;
      result_members<T>::write(*this, value);
    }
  }
  void member(double value, const member_name* name = nullptr) {
    next(cell_kind::number, name).number = value;
  }
  void member(bool value, const member_name* name = nullptr);
  void member(std::int64_t value, const member_name* name = nullptr);
  void member(std::uint64_t value, const member_name* name = nullptr);
  void member(const array& value, const member_name* name = nullptr);
  void member(const std::string& value, const member_name* name = nullptr) { text(value, name); }
  void member(const std::vector<std::byte>& value, const member_name* name = nullptr);

 private:
  cell& next(cell_kind kind, const member_name* name = nullptr);
  void text(std::string_view value, const member_name* name);

  std::vector<cell> cells_;
  std::vector<array> arrays_;
  std::vector<keeper> kept_;
};

}  // namespace assay::bindings
