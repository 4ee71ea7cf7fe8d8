#include "assay/tournament/win_tensor.hpp"

#include "assay/core/check.hpp"
#include "assay/tournament/internal/tournament_rules.hpp"

namespace assay::inline v1::tournament {

array win_tensor(matrix_view scores, const win_tensor_options& options, const context& ctx) {
  constexpr const char* name = "win_tensor";
  ctx.require_backend(name);
  detail::check_scores(checker(name), scores, options.higher_is_better);
  const std::size_t m = scores.extent(0);
  const std::size_t k = scores.extent(1);
  array result = ctx.result(name, dtype::float64, 3, {m, m, k});
  const double level = options.ties == tie_rule::half ? 0.5 : 0.0;
  double* out = result.values<double>().data();
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < m; ++j) {
      for (std::size_t b = 0; b < k; ++b) {
        const double mine = detail::better_when_larger(scores, options.higher_is_better, i, b);
        const double theirs = detail::better_when_larger(scores, options.higher_is_better, j, b);
        *out++ = i == j || mine < theirs ? 0.0 : mine > theirs ? 1.0 : level;
      }
    }
  }
  return result;
}

}  // namespace assay::inline v1::tournament
