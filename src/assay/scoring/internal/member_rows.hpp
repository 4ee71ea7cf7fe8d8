// Scores that look at the members of a forecast as a whole: missing values, one value a row.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring::detail {

/// Arguments of one call; holds references.
struct member_rows {
  const checker& check;
  const vector_view& observations;
  const matrix_view& members;
  nan_policy policy;
  std::size_t at_least;  ///< members that the score needs
};

inline void check_member_rows(const member_rows& call) {
  call.check.not_empty(call.observations, "observations");
  call.check.not_empty(call.members, "members");
  call.check.same_rows(call.observations, "observations", call.members, "members");
  check_values(call.check, call.observations, "observations", call.policy);
  check_values(call.check, call.members, "members", call.policy);
  const std::size_t m = call.members.extent(1);
  if (m < call.at_least)
    call.check.fail_shape(
        error_code::too_few_members, "members",
        "have " + std::to_string(m) + " a row, need at least " + std::to_string(call.at_least));
}

/// The present members of row i, unless the policy or their number make it missing: then none.
inline std::span<const double> present_members(const member_rows& call, std::size_t i,
                                               std::vector<double>& buffer) {
  buffer.clear();
  if (std::isnan(call.observations(i))) return {};
  for (std::size_t j = 0; j < call.members.extent(1); ++j) {
    const double x = call.members(i, j);
    if (!std::isnan(x))
      buffer.push_back(x);
    else if (call.policy != nan_policy::omit)
      return {};
  }
  if (buffer.size() < call.at_least) buffer.clear();
  return buffer;
}

/// score(y, members) of every row; NaN where it is missing.
template <class Score>
array score_member_rows(const member_rows& call, const context& ctx, Score score) {
  constexpr std::size_t rows_per_chunk = 4096;
  ctx.require_backend(call.check.function());
  check_member_rows(call);
  array result = ctx.result(call.check.function(), dtype::float64, call.observations.size());
  for_chunks(ctx, call.check.function(), call.observations.size(), rows_per_chunk, [&](chunk part) {
    std::vector<double> buffer;
    for (std::size_t i = part.first; i < part.last; ++i) {
      const auto members = present_members(call, i, buffer);
      result.values<double>()[i] =
          members.empty() ? std::numeric_limits<double>::quiet_NaN() : score(call.observations(i), members);
    }
  });
  return result;
}

}  // namespace assay::inline v1::scoring::detail
