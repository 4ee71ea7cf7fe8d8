#include "assay/core/view.hpp"

namespace assay::inline v1 {
namespace {

// Calls fn with a pointer to elements of the type.
template <class Fn>
auto with_elements(const void* data, dtype type, Fn fn) {
  switch (type) {
    case dtype::float32:
      return fn(static_cast<const float*>(data));
    case dtype::int8:
      return fn(static_cast<const std::int8_t*>(data));
    case dtype::uint8:
      return fn(static_cast<const std::uint8_t*>(data));
    case dtype::int16:
      return fn(static_cast<const std::int16_t*>(data));
    case dtype::uint16:
      return fn(static_cast<const std::uint16_t*>(data));
    case dtype::int32:
      return fn(static_cast<const std::int32_t*>(data));
    case dtype::uint32:
      return fn(static_cast<const std::uint32_t*>(data));
    default:
      return fn(static_cast<const double*>(data));
  }
}

}  // namespace

double array_view::load_converted(const void* data, dtype type, std::ptrdiff_t offset) noexcept {
  return with_elements(data, type,
                       [=](const auto* elements) { return static_cast<double>(elements[offset]); });
}

// The loop along the last axis is the inner one, whatever the rank: axes beyond it have one element.
void array_view::copy_to(double* out) const noexcept {
  const std::size_t last = rank_ > 0 ? rank_ - 1 : 0;
  const auto extent_before = [&](std::size_t axis) { return axis < last ? extent(axis) : 1; };
  const auto offset = [&](std::size_t i, std::size_t axis) {
    return static_cast<std::ptrdiff_t>(i) * stride(axis);
  };
  with_elements(data_, type_, [&](const auto* elements) {
    for (std::size_t i = 0; i < extent_before(0); ++i)
      for (std::size_t j = 0; j < extent_before(1); ++j)
        for (std::size_t k = 0; k < extent_before(2); ++k) {
          const auto* row = elements + offset(i, 0) + offset(j, 1) + offset(k, 2);
          for (std::size_t l = 0; l < extent(last); ++l) *out++ = static_cast<double>(row[offset(l, last)]);
        }
  });
}

}  // namespace assay::inline v1
