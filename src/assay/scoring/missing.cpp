#include "assay/scoring/internal/missing.hpp"

#include <cmath>
#include <string>

namespace assay::inline v1::scoring::detail {

std::string index_text(const array_view& values, std::size_t i, std::size_t j, std::size_t k) {
  std::string text = "[" + std::to_string(i);
  if (values.rank() > 1) text += ", " + std::to_string(j);
  if (values.rank() > 2) text += ", " + std::to_string(k);
  return text + "]";
}

void check_values(const checker& check, const array_view& values, std::string_view name, nan_policy policy) {
  if (policy == nan_policy::raise) return check.finite(values, name);
  for_each_element(values, [&](std::size_t i, std::size_t j, std::size_t k, double value) {
    if (std::isinf(value))
      check.fail_value(error_code::non_finite, name,
                       index_text(values, i, j, k) + " is " + text_of(value) + ", must not be infinite");
  });
}

void check_values(const checker& check, const broadcast_view& values, std::string_view name,
                  nan_policy policy) {
  if (!values.is_scalar()) return check_values(check, values.values(), name, policy);
  if (policy == nan_policy::raise || std::isinf(values.value())) check.finite(values.value(), name);
}

void check_vector_shapes(const checker& check, const matrix_view& observations, const tensor_view& members) {
  check.not_empty(observations, "observations");
  check.not_empty(members, "members");
  check.same_rows(observations, "observations", members, "members");
  if (members.extent(2) != observations.extent(1))
    check.fail_shape(error_code::length_mismatch, "members",
                     "has shape " + shape_text(members) + ", observations has shape " +
                         shape_text(observations) + ": the last extents differ");
}

void check_vector_rows(const checker& check, const matrix_view& observations, const tensor_view& members,
                       nan_policy policy) {
  check_vector_shapes(check, observations, members);
  check_values(check, observations, "observations", policy);
  check_values(check, members, "members", policy);
}

}  // namespace assay::inline v1::scoring::detail
