// Where outcomes stand among the members of their forecasts.
#pragma once

#include <cstdint>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring::detail {

/// Where an outcome stands among its members; `missing` when it or a member is NaN.
struct standing {
  std::uint32_t lower;  ///< members below the outcome
  std::uint32_t tied;   ///< members equal to it
  bool missing;
};

/// Checks shapes and values of observations (n) and members (n, m).
void check_standing_rows(const checker& check, const vector_view& observations, const matrix_view& members,
                         nan_policy policy);

/// The standing of every row, checked before.
std::vector<standing> standings_of(const char* function, const vector_view& observations,
                                   const matrix_view& members, const context& ctx);

/// Numbers in [0, 1) for random ties, one a row: length_mismatch, out_of_range.
void check_uniforms(const checker& check, const array_view& rows, const char* rows_name,
                    const vector_view& uniforms);

/// How many of the tied members count as below, by a number u in [0, 1): floor(u (tied + 1)).
std::uint32_t random_step(std::uint32_t tied, double uniform);

}  // namespace assay::inline v1::scoring::detail
