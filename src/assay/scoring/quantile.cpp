#include "assay/scoring/quantile.hpp"

#include <atomic>

#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/block_column.hpp"
#include "assay/scoring/internal/missing.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 15;

struct quantile_call {
  const checker& check;
  const vector_view& observations;
  const vector_view& predictions;
  const broadcast_view& level;
  nan_policy policy;
};

void check_shapes(const quantile_call& call) {
  const checker& check = call.check;
  check.not_empty(call.observations, "observations");
  check.not_empty(call.predictions, "predictions");
  check.same_rows(call.observations, "observations", call.predictions, "predictions");
  if (!call.level.is_scalar()) check.not_empty(call.level.values(), "level");
  check.broadcasts(call.level, "level", call.observations.size());
}

// After a kernel met something odd. Nothing found: a score beyond the range of doubles.
void check_contents(const quantile_call& call) {
  detail::check_values(call.check, call.observations, "observations", call.policy);
  detail::check_values(call.check, call.predictions, "predictions", call.policy);
  const std::size_t rows = call.level.is_scalar() ? 1 : call.level.values().size();
  for (std::size_t i = 0; i < rows; ++i) {
    const double level = call.level(i);
    if (level > 0.0 && level < 1.0) continue;
    const std::string index = call.level.is_scalar() ? "" : "[" + std::to_string(i) + "] ";
    call.check.fail_value(error_code::out_of_range, "level",
                          index + "is " + text_of(level) + ", must lie in (0, 1)");
  }
}

// grad may be null.
void run(const quantile_call& call, array& score, array* grad, const context& ctx) {
  const kernels& kernel = active_kernels();
  std::atomic<bool> odd = false;
  for_chunks(ctx, call.check.function(), call.observations.size(), k_rows_per_chunk, [&](chunk part) {
    detail::block_column y(call.observations);
    detail::block_column q(call.predictions);
    detail::block_column level(call.level, part.size());
    detail::block_result out(&score);
    detail::block_result out_grad(grad);
    for (std::size_t first = part.first; first < part.last; first += detail::k_block_rows) {
      const std::size_t count = std::min(detail::k_block_rows, part.last - first);
      const std::uint32_t status =
          kernel.quantile_score(y.rows(first, count), q.rows(first, count), level.rows(first, count), count,
                                out.rows(first), out_grad.rows(first));
      if (status != k_status_ok) odd = true;
      out_grad.finish(first, count);
    }
  });
  if (odd) check_contents(call);
}

}  // namespace

array quantile_score(vector_view observations, vector_view predictions, broadcast_view level,
                     const quantile_score_options& options, const context& ctx) {
  const checker check("quantile_score");
  ctx.require_backend(check.function());
  const quantile_call call{check, observations, predictions, level, options.nan_policy};
  check_shapes(call);
  array score = ctx.result(check.function(), dtype::float64, observations.size());
  run(call, score, nullptr, ctx);
  return score;
}

quantile_score_grad_result quantile_score_grad(vector_view observations, vector_view predictions,
                                               broadcast_view level, const quantile_score_options& options,
                                               const context& ctx) {
  const checker check("quantile_score_grad");
  ctx.require_backend(check.function());
  const quantile_call call{check, observations, predictions, level, options.nan_policy};
  check_shapes(call);
  const std::size_t n = observations.size();
  quantile_score_grad_result result{ctx.result(check.function(), dtype::float64, n),
                                    array(internal::common_real_type(observations, predictions), {n})};
  run(call, result.score, &result.grad, ctx);
  return result;
}

}  // namespace assay::inline v1::scoring
