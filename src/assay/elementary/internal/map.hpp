// The road of every elementwise function of this domain: check, make the result, run the kernel over chunks.
#pragma once

#include <limits>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/elementary/kernels.hpp"

namespace assay::inline v1::elementary::internal {

/// Where a function is defined; NaN passes in any case.
struct domain_of_function {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  /// Ends the message about a number outside: "must be at least 0"; null when the function is defined
  /// everywhere.
  const char* wanted = nullptr;
};

/// Applies the kernel to every element; `function` names the public function in errors.
array map(const char* function, const array_view& values, const map_kernel& kernel, const context& ctx,
          const domain_of_function& domain = {});

}  // namespace assay::inline v1::elementary::internal
