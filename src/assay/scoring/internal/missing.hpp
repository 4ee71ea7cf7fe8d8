// Checks of values that may be NaN by the caller's choice. Infinite values never pass.
#pragma once

#include <string_view>

#include "assay/core/check.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring::detail {

/// non_finite unless every element is finite, or NaN where the policy is not raise.
void check_values(const checker& check, const array_view& values, std::string_view name, nan_policy policy);
void check_values(const checker& check, const broadcast_view& values, std::string_view name,
                  nan_policy policy);

/// Checks the shapes of observations (n, d) and members (n, m, d).
void check_vector_shapes(const checker& check, const matrix_view& observations, const tensor_view& members);
/// Checks shapes and values of observations (n, d) and members (n, m, d).
void check_vector_rows(const checker& check, const matrix_view& observations, const tensor_view& members,
                       nan_policy policy);

/// The index of an element as messages show it: "[3]", "[3, 0]", "[3, 0, 1]".
std::string index_text(const array_view& values, std::size_t i, std::size_t j, std::size_t k);

/// Calls fn(i, j, k, value) for every element in row-major order.
template <class Fn>
void for_each_element(const array_view& values, Fn&& fn) {
  for (std::size_t i = 0; i < values.extent(0); ++i)
    for (std::size_t j = 0; j < values.extent(1); ++j)
      for (std::size_t k = 0; k < values.extent(2); ++k) fn(i, j, k, values(i, j, k));
}

}  // namespace assay::inline v1::scoring::detail
