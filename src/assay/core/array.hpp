// What public functions return: numbers with a shape, owned or in memory that the caller gave.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "assay/core/view.hpp"

namespace assay::inline v1 {

/// Array of up to four axes, row-major. Rank 0 is a single number. Movable, not copyable by accident: see
/// clone().
class array {
 public:
  array() = default;
  /// Uninitialised elements: the function that makes it fills every one.
  array(dtype type, std::initializer_list<std::size_t> shape);
  array(dtype type, std::size_t rank, const array_view::extents_type& extents);
  /// The same, in memory of the caller that outlives the array (see context::output).
  array(void* memory, dtype type, std::size_t rank, const array_view::extents_type& extents);
  /// A single number.
  array(double value);
  /// One axis with a copy of `values`.
  explicit array(std::span<const double> values);
  explicit array(const std::vector<double>& values) : array(std::span<const double>(values)) {}

  [[nodiscard]] array clone() const;
  [[nodiscard]] dtype type() const noexcept { return type_; }
  [[nodiscard]] std::size_t rank() const noexcept { return rank_; }
  [[nodiscard]] std::size_t extent(std::size_t axis) const noexcept { return extents_[axis]; }
  [[nodiscard]] std::size_t size() const noexcept { return extents_.product(); }
  [[nodiscard]] const void* bytes() const noexcept { return data_; }
  [[nodiscard]] void* bytes() noexcept { return data_; }

  /// Elements as T, which must be the element type.
  template <class T>
  [[nodiscard]] std::span<T> values() noexcept {
    return {static_cast<T*>(data_), size()};
  }
  template <class T>
  [[nodiscard]] std::span<const T> values() const noexcept {
    return {static_cast<const T*>(data_), size()};
  }

  /// Element as a double, whatever the element type.
  [[nodiscard]] double operator[](std::size_t flat_index) const noexcept {
    return array_view::load(data_, type_, static_cast<std::ptrdiff_t>(flat_index));
  }
  [[nodiscard]] double operator()(std::size_t i, std::size_t j = 0, std::size_t k = 0,
                                  std::size_t l = 0) const noexcept {
    return (*this)[((i * extents_[1] + j) * extents_[2] + k) * extents_[3] + l];
  }
  /// The number of a rank-0 array.
  [[nodiscard]] double scalar() const noexcept { return (*this)[0]; }
  [[nodiscard]] std::vector<double> to_vector() const;

  [[nodiscard]] array_view view() const noexcept { return {data_, type_, rank_, extents_}; }
  operator array_view() const noexcept { return view(); }

 private:
  struct release {
    void operator()(std::byte* memory) const noexcept;
  };
  std::unique_ptr<std::byte, release> owned_;
  void* data_ = nullptr;
  std::size_t rank_ = 0;
  array_view::extents_type extents_ = {0};
  dtype type_ = dtype::float64;
};

/// Result of a loss: one number for the reductions mean and sum, one a unit for none.
using reduced = array;

}  // namespace assay::inline v1
