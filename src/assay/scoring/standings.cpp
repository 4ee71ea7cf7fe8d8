#include "assay/scoring/internal/standings.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>

#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring::detail {
namespace {

constexpr std::size_t k_rows_per_chunk = 4096;

// Plain counting loops: the compiler makes vectors of them, and memory is the limit.
template <class T>
standing standing_of(double observation, const T* members, std::size_t count) {
  std::uint32_t lower = 0;
  std::uint32_t not_above = 0;
  std::uint32_t missing = std::isnan(observation) ? 1U : 0U;
  for (std::size_t j = 0; j < count; ++j) {
    const double x = static_cast<double>(members[j]);
    lower += x < observation ? 1U : 0U;
    not_above += x <= observation ? 1U : 0U;
    missing |= x != x ? 1U : 0U;
  }
  return {lower, not_above - lower, missing != 0};
}

}  // namespace

std::vector<standing> standings_of(const char* function, const vector_view& observations,
                                   const matrix_view& members, const context& ctx) {
  std::vector<standing> result(observations.size());
  const auto type = internal::common_real_type(members);
  internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    const internal::dense<T> x(members);
    const std::size_t m = members.extent(1);
    for_chunks(ctx, function, result.size(), k_rows_per_chunk, [&](chunk part) {
      for (std::size_t i = part.first; i < part.last; ++i)
        result[i] = standing_of(observations(i), x.data() + i * m, m);
    });
  });
  return result;
}

void check_uniforms(const checker& check, const array_view& rows, const char* rows_name,
                    const vector_view& uniforms) {
  if (!uniforms.present()) return;
  check.same_rows(rows, rows_name, uniforms, "uniforms");
  for_each_element(uniforms, [&](std::size_t i, std::size_t, std::size_t, double u) {
    if (!(u >= 0.0 && u < 1.0))
      check.fail_value(error_code::out_of_range, "uniforms",
                       "[" + std::to_string(i) + "] is " + text_of(u) + ", must lie in [0, 1)");
  });
}

void check_standing_rows(const checker& check, const vector_view& observations, const matrix_view& members,
                         nan_policy policy) {
  check.not_empty(observations, "observations");
  check.not_empty(members, "members");
  check.same_rows(observations, "observations", members, "members");
  check_values(check, observations, "observations", policy);
  check_values(check, members, "members", policy);
}

std::uint32_t random_step(std::uint32_t tied, double uniform) {
  // u (t + 1) may round up to t + 1
  return std::min(static_cast<std::uint32_t>(uniform * (static_cast<double>(tied) + 1.0)), tied);
}

}  // namespace assay::inline v1::scoring::detail
