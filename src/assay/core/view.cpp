#include "assay/core/view.hpp"

namespace assay::inline v1 {
namespace {

template <class T>
double converted(const void* data, std::ptrdiff_t offset) noexcept {
  return static_cast<double>(static_cast<const T*>(data)[offset]);
}

}  // namespace

double array_view::load_converted(const void* data, dtype type, std::ptrdiff_t offset) noexcept {
  switch (type) {
    case dtype::float64:
      return converted<double>(data, offset);
    case dtype::float32:
      return converted<float>(data, offset);
    case dtype::int8:
      return converted<std::int8_t>(data, offset);
    case dtype::uint8:
      return converted<std::uint8_t>(data, offset);
    case dtype::int16:
      return converted<std::int16_t>(data, offset);
    case dtype::uint16:
      return converted<std::uint16_t>(data, offset);
    case dtype::int32:
      return converted<std::int32_t>(data, offset);
    case dtype::uint32:
      return converted<std::uint32_t>(data, offset);
  }
  return 0.0;
}

}  // namespace assay::inline v1
