#include "assay/scoring/internal/distribution_rows.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/block_column.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring::detail {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 15;

void check_shapes(const distribution_call& call) {
  const checker check(call.function);
  check.not_empty(call.observations, "observations");
  for (const parameter& p : call.parameters) {
    if (!p.values.is_scalar()) check.not_empty(p.values.values(), p.name);
    check.broadcasts(p.values, p.name, call.observations.size());
  }
}

void check_positive(const checker& check, const parameter& p, nan_policy policy) {
  if (policy == nan_policy::raise) return check.positive(p.values, p.name);
  const std::size_t rows = p.values.is_scalar() ? 1 : p.values.values().size();
  for (std::size_t i = 0; i < rows; ++i) {
    const double value = p.values(i);
    if (std::isnan(value) || (value > 0.0 && !std::isinf(value))) continue;
    const std::string index = p.values.is_scalar() ? "" : "[" + std::to_string(i) + "] ";
    check.fail_value(error_code::out_of_range, p.name,
                     index + "is " + text_of(value) + ", must be finite and > 0");
  }
}

// After a kernel met something odd. Nothing found: a score that is infinite by right.
void check_contents(const distribution_call& call) {
  const checker check(call.function);
  const nan_policy policy = call.options.nan_policy;
  check_values(check, call.observations, "observations", policy);
  for (const parameter& p : call.parameters) {
    if (p.positive) check_positive(check, p, policy);
    if (!p.positive) check_values(check, p.values, p.name, policy);
  }
}

// The observations' type where all parameters that vary share it.
dtype gradient_type(const distribution_call& call) {
  const dtype type = call.observations.type();
  const bool agree = std::ranges::all_of(call.parameters, [&](const parameter& p) {
    return p.values.is_scalar() || p.values.values().type() == type;
  });
  return agree ? type : dtype::float64;
}

}  // namespace

array score_rows(const distribution_call& call, distribution_kernel kernel) {
  return score_rows(call, kernel, {});
}

array score_rows(const distribution_call& call, distribution_kernel kernel, std::span<array> derivatives) {
  call.ctx.require_backend(call.function);
  check_shapes(call);
  const std::size_t n = call.observations.size();
  array score = call.ctx.result(call.function, dtype::float64, n);
  for (array& derivative : derivatives) derivative = array(gradient_type(call), {n});
  std::atomic<bool> odd = false;
  for_chunks(call.ctx, call.function, n, k_rows_per_chunk, [&](chunk part) {
    block_column y(call.observations);
    std::vector<block_column> columns;
    for (const parameter& p : call.parameters) columns.emplace_back(p.values, part.size());
    std::vector<block_result> results{block_result(&score)};
    for (array& derivative : derivatives) results.emplace_back(&derivative);
    std::vector<const double*> inputs(columns.size());
    std::vector<double*> outputs(results.size());
    for (std::size_t first = part.first; first < part.last; first += k_block_rows) {
      const std::size_t count = std::min(k_block_rows, part.last - first);
      for (std::size_t k = 0; k < columns.size(); ++k) inputs[k] = columns[k].rows(first, count);
      for (std::size_t k = 0; k < results.size(); ++k) outputs[k] = results[k].rows(first);
      const std::uint32_t status =
          kernel(y.rows(first, count), inputs.data(), count, outputs.data(), !derivatives.empty());
      if (status != k_status_ok) odd = true;
      for (block_result& result : results) result.finish(first, count);
    }
  });
  if (odd) check_contents(call);
  return score;
}

}  // namespace assay::inline v1::scoring::detail
