#include "assay/tournament/competitive_swiss.hpp"

#include "assay/tournament/internal/exact_solution.hpp"

namespace assay::inline v1::tournament {

competitive_swiss_exact_result competitive_swiss_exact(matrix_view scores, integer_view eliminate_per_round,
                                                       const competitive_swiss_exact_options& options,
                                                       const context& ctx) {
  constexpr const char* name = "competitive_swiss_exact";
  ctx.require_backend(name);
  const checker check(name);
  const auto rules = detail::make_rules(check, scores, eliminate_per_round, detail::rule_options_of(options));
  return detail::solve_exactly(check, rules, options.state_budget, ctx);
}

}  // namespace assay::inline v1::tournament
