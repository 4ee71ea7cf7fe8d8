// The exact solution of checked rules; behind competitive_swiss_exact and failure_sensitivity.
#pragma once

#include <cstdint>

#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/tournament/competitive_swiss.hpp"
#include "assay/tournament/internal/tournament_rules.hpp"

namespace assay::inline v1::tournament::detail {

competitive_swiss_exact_result solve_exactly(const checker& check, const tournament_rules& rules,
                                             std::int64_t states, const context& ctx);

}  // namespace assay::inline v1::tournament::detail
