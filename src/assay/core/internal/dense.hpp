// Row-major elements of one type for a kernel: the caller's own memory where it fits, a converted copy where
// not.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include "assay/core/view.hpp"

namespace assay::inline v1::internal {

/// Dense elements of `view` as T. Holds the copy, so it must outlive the pointer.
template <class T>
class dense {
 public:
  explicit dense(const array_view& view) {
    if (view.type() == dtype_of<T>() && view.dense()) {
      data_ = static_cast<const T*>(view.data());
      return;
    }
    copy_.resize(view.size());
    data_ = copy_.data();
    if constexpr (std::is_same_v<T, double>) {
      view.copy_to(copy_.data());
      return;
    }
    std::size_t flat = 0;
    for (std::size_t i = 0; i < view.extent(0); ++i)
      for (std::size_t j = 0; j < view.extent(1); ++j)
        for (std::size_t k = 0; k < view.extent(2); ++k)
          for (std::size_t l = 0; l < view.extent(3); ++l) copy_[flat++] = static_cast<T>(view(i, j, k, l));
  }
  dense(const dense&) = delete;
  dense& operator=(const dense&) = delete;

  [[nodiscard]] const T* data() const noexcept { return data_; }
  const T& operator[](std::size_t i) const noexcept { return data_[i]; }

 private:
  std::vector<T> copy_;
  const T* data_ = nullptr;
};

/// One number a row for a kernel: the caller's values as doubles, or null with the scalar that holds for all.
class dense_parameter {
 public:
  explicit dense_parameter(const broadcast_view& view)
      : values_(view.is_scalar() ? array_view() : array_view(view.values())),
        scalar_(view.value()),
        is_scalar_(view.is_scalar()) {}
  [[nodiscard]] const double* data() const noexcept { return is_scalar_ ? nullptr : values_.data(); }
  [[nodiscard]] double scalar() const noexcept { return scalar_; }
  double operator[](std::size_t i) const noexcept { return is_scalar_ ? scalar_ : values_[i]; }

 private:
  dense<double> values_;
  double scalar_;
  bool is_scalar_;
};

/// float32 only when every view holds float32; otherwise float64, so that no input loses digits.
template <class... Views>
constexpr dtype common_real_type(const Views&... views) {
  return ((views.type() == dtype::float32) && ...) ? dtype::float32 : dtype::float64;
}

/// Calls fn(std::type_identity<double>) or fn(std::type_identity<float>).
template <class Fn>
decltype(auto) with_real_type(dtype type, Fn&& fn) {
  if (type == dtype::float32) return fn(std::type_identity<float>{});
  return fn(std::type_identity<double>{});
}

/// Calls fn with the type_identity of an integer element type.
template <class Fn>
decltype(auto) with_integer_type(dtype type, Fn&& fn) {
  switch (type) {
    case dtype::int8:
      return fn(std::type_identity<std::int8_t>{});
    case dtype::uint8:
      return fn(std::type_identity<std::uint8_t>{});
    case dtype::int16:
      return fn(std::type_identity<std::int16_t>{});
    case dtype::uint16:
      return fn(std::type_identity<std::uint16_t>{});
    case dtype::uint32:
      return fn(std::type_identity<std::uint32_t>{});
    default:
      return fn(std::type_identity<std::int32_t>{});
  }
}

}  // namespace assay::inline v1::internal
