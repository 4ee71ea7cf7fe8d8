#include "assay/core/context.hpp"

#include <string>

#include "assay/core/error.hpp"

namespace assay::inline v1 {

array context::result(const char* function, dtype type, std::size_t rank,
                      const array_view::extents_type& extents) const {
  if (output.empty()) return {type, rank, extents};
  const std::size_t wanted = extents.product() * size_of(type);
  if (output.size() != wanted) {
    throw shape_error(
        error_code::length_mismatch, function, "output",
        "has " + std::to_string(output.size()) + " bytes, the result needs " + std::to_string(wanted));
  }
  return {output.data(), type, rank, extents};
}

void context::require_backend(const char* function) const {
  if (backend == assay::backend::cpu) return;
  throw unavailable_error(error_code::not_built, function, "backend",
                          "is cuda, but this build has no CUDA kernels; configure with -DASSAY_CUDA=ON");
}

}  // namespace assay::inline v1
