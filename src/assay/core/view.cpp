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

void array_view::copy_to(double* out) const noexcept {
  with_elements(data_, type_, [&](const auto* elements) {
    for (std::size_t i = 0; i < extent(0); ++i)
      for (std::size_t j = 0; j < extent(1); ++j)
        for (std::size_t k = 0; k < extent(2); ++k) {
          const auto* row = elements + static_cast<std::ptrdiff_t>(i) * stride(0) +
                            static_cast<std::ptrdiff_t>(j) * stride(1) +
                            static_cast<std::ptrdiff_t>(k) * stride(2);
          for (std::size_t l = 0; l < extent(3); ++l)
            *out++ = static_cast<double>(row[static_cast<std::ptrdiff_t>(l) * stride(3)]);
        }
  });
}

}  // namespace assay::inline v1
