// What public functions take: views of the caller's numbers, never copies. One type serves float64 and
// float32 (and integers of 8, 16 and 32 bits for labels), so that every function is declared once.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <vector>

namespace assay::inline v1 {

/// Type of the elements of a view or an array.
enum class dtype : std::uint8_t { float64, float32, int8, uint8, int16, uint16, int32, uint32 };

template <class T>
concept real_element = std::same_as<T, double> || std::same_as<T, float>;
template <class T>
concept integer_element =
    std::same_as<T, std::int8_t> || std::same_as<T, std::uint8_t> || std::same_as<T, std::int16_t> ||
    std::same_as<T, std::uint16_t> || std::same_as<T, std::int32_t> || std::same_as<T, std::uint32_t>;

template <class T>
requires real_element<T> || integer_element<T>
constexpr dtype dtype_of() {
  if constexpr (std::same_as<T, double>)
    return dtype::float64;
  else if constexpr (std::same_as<T, float>)
    return dtype::float32;
  else if constexpr (std::same_as<T, std::int8_t>)
    return dtype::int8;
  else if constexpr (std::same_as<T, std::uint8_t>)
    return dtype::uint8;
  else if constexpr (std::same_as<T, std::int16_t>)
    return dtype::int16;
  else if constexpr (std::same_as<T, std::uint16_t>)
    return dtype::uint16;
  else if constexpr (std::same_as<T, std::int32_t>)
    return dtype::int32;
  else
    return dtype::uint32;
}

constexpr std::size_t size_of(dtype type) {
  constexpr std::array<std::size_t, 8> sizes = {8, 4, 1, 1, 2, 2, 4, 4};
  return sizes[static_cast<std::size_t>(type)];
}

/// One number an axis; axes that are not named have 1.
template <class T>
class per_axis {
 public:
  static constexpr std::size_t k_axes = 4;

  constexpr per_axis(T first, T second = 1, T third = 1, T fourth = 1) noexcept
      : values_{first, second, third, fourth} {}
  constexpr T& operator[](std::size_t axis) noexcept { return values_[axis]; }
  constexpr const T& operator[](std::size_t axis) const noexcept { return values_[axis]; }
  [[nodiscard]] constexpr T product() const noexcept {
    return values_[0] * values_[1] * values_[2] * values_[3];
  }
  friend constexpr bool operator==(const per_axis&, const per_axis&) = default;

 private:
  std::array<T, k_axes> values_;
};

/// View of numbers with one to four axes: pointer, element type, extents and strides (in elements).
/// An axis that a call does not use has extent 1. A default-constructed view is absent: present() is false.
class array_view {
 public:
  static constexpr std::size_t k_max_rank = 4;
  using extents_type = per_axis<std::size_t>;
  using strides_type = per_axis<std::ptrdiff_t>;

  constexpr array_view() = default;

  /// Any layout. `extents` beyond `rank` must be 1.
  constexpr array_view(const void* data, dtype type, std::size_t rank, extents_type extents,
                       strides_type strides)
      : data_(data), rank_(rank), extents_(extents), strides_(strides), type_(type) {}

  /// Row-major elements without gaps.
  constexpr array_view(const void* data, dtype type, std::size_t rank, extents_type extents)
      : array_view(data, type, rank, extents, dense_strides(extents)) {}

  [[nodiscard]] constexpr bool present() const noexcept { return rank_ != 0; }
  [[nodiscard]] constexpr dtype type() const noexcept { return type_; }
  [[nodiscard]] constexpr std::size_t rank() const noexcept { return rank_; }
  [[nodiscard]] constexpr std::size_t extent(std::size_t axis) const noexcept { return extents_[axis]; }
  [[nodiscard]] constexpr extents_type extents() const noexcept { return extents_; }
  [[nodiscard]] constexpr std::ptrdiff_t stride(std::size_t axis) const noexcept { return strides_[axis]; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return present() ? extents_.product() : 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] constexpr const void* data() const noexcept { return data_; }
  [[nodiscard]] constexpr bool dense() const noexcept {
    return strides_ == dense_strides(extents_) || size() <= 1;
  }

  /// Element as a double, whatever the element type; for code where speed is not the point.
  [[nodiscard]] double operator()(std::size_t i, std::size_t j = 0, std::size_t k = 0,
                                  std::size_t l = 0) const noexcept {
    const auto offset =
        static_cast<std::ptrdiff_t>(i) * strides_[0] + static_cast<std::ptrdiff_t>(j) * strides_[1] +
        static_cast<std::ptrdiff_t>(k) * strides_[2] + static_cast<std::ptrdiff_t>(l) * strides_[3];
    return load(data_, type_, offset);
  }

  /// Writes all elements as doubles, the last axis fastest.
  void copy_to(double* out) const noexcept;

  /// Rows first .. first + count of the leading axis.
  [[nodiscard]] array_view rows(std::size_t first, std::size_t count) const noexcept {
    array_view part = *this;
    part.extents_[0] = count;
    const auto offset =
        static_cast<std::ptrdiff_t>(first) * strides_[0] * static_cast<std::ptrdiff_t>(size_of(type_));
    part.data_ = static_cast<const std::byte*>(data_) + offset;
    return part;
  }

  static constexpr strides_type dense_strides(const extents_type& extents) noexcept {
    const auto inner = static_cast<std::ptrdiff_t>(extents[3]);
    const auto plane = static_cast<std::ptrdiff_t>(extents[2]) * inner;
    return {static_cast<std::ptrdiff_t>(extents[1]) * plane, plane, inner, 1};
  }

  /// Element `offset` of the numbers at `data`, as a double.
  static double load(const void* data, dtype type, std::ptrdiff_t offset) noexcept {
    if (type == dtype::float64) return static_cast<const double*>(data)[offset];
    return load_converted(data, type, offset);
  }

 private:
  // Not inline: eight kinds of element in every loop would be compiled eight times.
  static double load_converted(const void* data, dtype type, std::ptrdiff_t offset) noexcept;

  const void* data_ = nullptr;
  std::size_t rank_ = 0;
  extents_type extents_ = {0};
  strides_type strides_ = {1};
  dtype type_ = dtype::float64;
};

/// One axis of float64 or float32 numbers.
class vector_view : public array_view {
 public:
  constexpr vector_view() = default;
  template <real_element T>
  constexpr vector_view(const T* data, std::size_t size, std::ptrdiff_t stride = 1)
      : array_view(data, dtype_of<T>(), 1, {size, 1, 1}, {stride, 1, 1}) {}
  template <real_element T>
  constexpr vector_view(std::span<const T> values) : vector_view(values.data(), values.size()) {}
  template <real_element T>
  constexpr vector_view(const std::vector<T>& values) : vector_view(values.data(), values.size()) {}
  template <real_element T, std::size_t Size>
  constexpr vector_view(const std::array<T, Size>& values) : vector_view(values.data(), Size) {}
  /// Valid until the end of the full expression, as any temporary.
  constexpr vector_view(std::initializer_list<double> values) : vector_view(values.begin(), values.size()) {}
  /// The caller has checked that `view` has one axis of real numbers.
  constexpr explicit vector_view(const array_view& view) : array_view(view) {}
};

/// Two axes of float64 or float32 numbers, row-major unless strides say otherwise.
class matrix_view : public array_view {
 public:
  constexpr matrix_view() = default;
  template <real_element T>
  constexpr matrix_view(const T* data, std::size_t rows, std::size_t columns)
      : array_view(data, dtype_of<T>(), 2, {rows, columns, 1}) {}
  template <real_element T>
  constexpr matrix_view(const T* data, std::size_t rows, std::size_t columns, std::ptrdiff_t row_stride,
                        std::ptrdiff_t column_stride)
      : array_view(data, dtype_of<T>(), 2, {rows, columns, 1}, {row_stride, column_stride, 1}) {}
  template <real_element T>
  constexpr matrix_view(const std::vector<T>& values, std::size_t rows, std::size_t columns)
      : matrix_view(values.data(), rows, columns) {}
  constexpr explicit matrix_view(const array_view& view) : array_view(view) {}
};

/// Three axes of float64 or float32 numbers, row-major.
class tensor_view : public array_view {
 public:
  constexpr tensor_view() = default;
  template <real_element T>
  constexpr tensor_view(const T* data, std::size_t first, std::size_t second, std::size_t third)
      : array_view(data, dtype_of<T>(), 3, {first, second, third}) {}
  template <real_element T>
  constexpr tensor_view(const std::vector<T>& values, std::size_t first, std::size_t second,
                        std::size_t third)
      : tensor_view(values.data(), first, second, third) {}
  constexpr explicit tensor_view(const array_view& view) : array_view(view) {}
};

/// One or two axes of integers of 8, 16 or 32 bits: labels, groups, counts.
class integer_view : public array_view {
 public:
  constexpr integer_view() = default;
  template <integer_element T>
  constexpr integer_view(const T* data, std::size_t size, std::ptrdiff_t stride = 1)
      : array_view(data, dtype_of<T>(), 1, {size, 1, 1}, {stride, 1, 1}) {}
  template <integer_element T>
  constexpr integer_view(std::span<const T> values) : integer_view(values.data(), values.size()) {}
  template <integer_element T>
  constexpr integer_view(const std::vector<T>& values) : integer_view(values.data(), values.size()) {}
  template <integer_element T, std::size_t Size>
  constexpr integer_view(const std::array<T, Size>& values) : integer_view(values.data(), Size) {}
  constexpr integer_view(std::initializer_list<std::int32_t> values)
      : integer_view(values.begin(), values.size()) {}
  constexpr explicit integer_view(const array_view& view) : array_view(view) {}
};

/// A number that holds for every row, or one number a row.
class broadcast_view {
 public:
  constexpr broadcast_view() = default;
  constexpr broadcast_view(double value) : value_(value), scalar_(true) {}
  constexpr broadcast_view(vector_view values) : values_(values) {}
  template <real_element T>
  constexpr broadcast_view(const std::vector<T>& values) : values_(values) {}
  constexpr broadcast_view(std::initializer_list<double> values) : values_(values) {}

  [[nodiscard]] constexpr bool present() const noexcept { return scalar_ || values_.present(); }
  [[nodiscard]] constexpr bool is_scalar() const noexcept { return scalar_; }
  [[nodiscard]] constexpr double value() const noexcept { return value_; }
  [[nodiscard]] constexpr const vector_view& values() const noexcept { return values_; }
  /// The number for row i.
  [[nodiscard]] double operator()(std::size_t i) const noexcept { return scalar_ ? value_ : values_(i); }

 private:
  vector_view values_;
  double value_ = 0.0;
  bool scalar_ = false;
};

}  // namespace assay::inline v1
