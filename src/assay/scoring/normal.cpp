#include "assay/scoring/normal.hpp"

#include <atomic>
#include <cmath>
#include <string>

#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/block_column.hpp"
#include "assay/scoring/internal/missing.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 15;

using normal_kernel = std::uint32_t (*)(const double*, const double*, const double*, std::size_t,
                                        const normal_outputs&) noexcept;

struct normal_call {
  const checker& check;
  const vector_view& observations;
  const broadcast_view& mu;
  const broadcast_view& sigma;
  nan_policy policy;
};

void check_shapes(const normal_call& call) {
  call.check.not_empty(call.observations, "observations");
  const std::size_t rows = call.observations.size();
  for (const auto& [parameter, name] : {std::pair(&call.mu, "mu"), std::pair(&call.sigma, "sigma")}) {
    if (!parameter->is_scalar()) call.check.not_empty(parameter->values(), name);
    call.check.broadcasts(*parameter, name, rows);
  }
}

// After a kernel met something odd. Nothing found: a score beyond the range of doubles.
void check_contents(const normal_call& call) {
  detail::check_values(call.check, call.observations, "observations", call.policy);
  detail::check_values(call.check, call.mu, "mu", call.policy);
  if (call.policy == nan_policy::raise) return call.check.positive(call.sigma, "sigma");
  const std::size_t rows = call.sigma.is_scalar() ? 1 : call.sigma.values().size();
  for (std::size_t i = 0; i < rows; ++i)
    if (const double value = call.sigma(i); !std::isnan(value)) {
      const bool valid = value > 0.0 && !std::isinf(value);
      const std::string index = call.sigma.is_scalar() ? "" : "[" + std::to_string(i) + "] ";
      if (!valid)
        call.check.fail_value(error_code::out_of_range, "sigma",
                              index + "is " + text_of(value) + ", must be finite and > 0");
    }
}

// d_mu and d_sigma may be null.
void run(const normal_call& call, normal_kernel kernel, array& score, array* d_mu, array* d_sigma,
         const context& ctx) {
  std::atomic<bool> odd = false;
  for_chunks(ctx, call.check.function(), call.observations.size(), k_rows_per_chunk, [&](chunk part) {
    detail::block_column y(call.observations);
    detail::block_column mu(call.mu, part.size());
    detail::block_column sigma(call.sigma, part.size());
    detail::block_result out(&score);
    detail::block_result out_mu(d_mu);
    detail::block_result out_sigma(d_sigma);
    for (std::size_t first = part.first; first < part.last; first += detail::k_block_rows) {
      const std::size_t count = std::min(detail::k_block_rows, part.last - first);
      const std::uint32_t status =
          kernel(y.rows(first, count), mu.rows(first, count), sigma.rows(first, count), count,
                 {out.rows(first), out_mu.rows(first), out_sigma.rows(first)});
      if (status != k_status_ok) odd = true;
      out_mu.finish(first, count);
      out_sigma.finish(first, count);
    }
  });
  if (odd) check_contents(call);
}

dtype gradient_type(const normal_call& call) {
  const dtype type = call.observations.type();
  const auto agrees = [&](const broadcast_view& parameter) {
    return parameter.is_scalar() || parameter.values().type() == type;
  };
  return agrees(call.mu) && agrees(call.sigma) ? type : dtype::float64;
}

array score_of(const normal_call& call, normal_kernel kernel, const context& ctx) {
  ctx.require_backend(call.check.function());
  check_shapes(call);
  array score = ctx.result(call.check.function(), dtype::float64, call.observations.size());
  run(call, kernel, score, nullptr, nullptr, ctx);
  return score;
}

template <class Result>
Result gradient_of(const normal_call& call, normal_kernel kernel, const context& ctx) {
  ctx.require_backend(call.check.function());
  check_shapes(call);
  const std::size_t n = call.observations.size();
  const dtype type = gradient_type(call);
  Result result{ctx.result(call.check.function(), dtype::float64, n), array(type, {n}), array(type, {n})};
  auto& [score, d_mu, d_sigma] = result;
  run(call, kernel, score, &d_mu, &d_sigma, ctx);
  return result;
}

}  // namespace

array crps_normal(vector_view observations, broadcast_view mu, broadcast_view sigma,
                  const distribution_options& options, const context& ctx) {
  const checker check("crps_normal");
  return score_of({check, observations, mu, sigma, options.nan_policy}, active_kernels().crps_normal, ctx);
}

crps_normal_grad_result crps_normal_grad(vector_view observations, broadcast_view mu, broadcast_view sigma,
                                         const distribution_options& options, const context& ctx) {
  const checker check("crps_normal_grad");
  return gradient_of<crps_normal_grad_result>({check, observations, mu, sigma, options.nan_policy},
                                              active_kernels().crps_normal, ctx);
}

array log_score_normal(vector_view observations, broadcast_view mu, broadcast_view sigma,
                       const distribution_options& options, const context& ctx) {
  const checker check("log_score_normal");
  return score_of({check, observations, mu, sigma, options.nan_policy}, active_kernels().log_score_normal,
                  ctx);
}

log_score_normal_grad_result log_score_normal_grad(vector_view observations, broadcast_view mu,
                                                   broadcast_view sigma, const distribution_options& options,
                                                   const context& ctx) {
  const checker check("log_score_normal_grad");
  return gradient_of<log_score_normal_grad_result>({check, observations, mu, sigma, options.nan_policy},
                                                   active_kernels().log_score_normal, ctx);
}

}  // namespace assay::inline v1::scoring
