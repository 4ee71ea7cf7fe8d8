#include "assay/scoring/internal/distribution_rows.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
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
  for (std::size_t k = 0; k < call.parameters.size(); ++k) {
    const broadcast_view& values = call.parameters[k];
    if (!values.is_scalar()) check.not_empty(values.values(), call.rules[k].name);
    check.broadcasts(values, call.rules[k].name, call.observations.size());
  }
}

std::size_t rows_of(const broadcast_view& values) { return values.is_scalar() ? 1 : values.values().size(); }

// "[3] " for an element of an array.
std::string index_of(const broadcast_view& values, std::size_t row) {
  return values.is_scalar() ? "" : "[" + std::to_string(row) + "] ";
}

void check_domain(const checker& check, const broadcast_view& values, const parameter_rule& rule,
                  nan_policy policy) {
  for (std::size_t i = 0; i < rows_of(values); ++i) {
    const double value = values(i);
    const bool inside = value >= rule.values.least && value <= rule.values.largest;
    if (inside && (!rule.values.whole || value == std::floor(value))) continue;
    if (std::isnan(value) && policy != nan_policy::raise) continue;
    const bool by_finiteness = rule.values.least == domains::k_finite.least && !std::isfinite(value);
    check.fail_value(by_finiteness ? error_code::non_finite : error_code::out_of_range, rule.name,
                     index_of(values, i) + "is " + text_of(value) + ", " + rule.values.wanted);
  }
}

void check_pair(const checker& check, const distribution_call& call, const pair_rule& rule) {
  const broadcast_view &first = call.parameters[rule.first], &second = call.parameters[rule.second];
  const std::string other = call.rules[rule.first].name;
  for (std::size_t i = 0; i < std::max(rows_of(first), rows_of(second)); ++i) {
    const double a = first(i), b = second(i);
    const bool less = rule.wanted == pair_rule::less;
    if (std::isnan(a) || std::isnan(b) || (less ? a < b : a + b <= 1.0)) continue;
    const std::string index = index_of(first.is_scalar() ? second : first, i);
    const std::string wanted = less ? ", must be > " + other : ", must sum to at most 1 with " + other;
    check.fail_value(error_code::out_of_range, call.rules[rule.second].name,
                     index + "is " + text_of(b) + wanted + ", which is " + text_of(a));
  }
}

// After a kernel met something odd. Nothing found: what was missing may be.
void check_contents(const distribution_call& call) {
  const checker check(call.function);
  const nan_policy policy = call.options.nan_policy;
  check_values(check, call.observations, "observations", policy);
  for (std::size_t k = 0; k < call.parameters.size(); ++k)
    check_domain(check, call.parameters[k], call.rules[k], policy);
  for (const pair_rule& rule : call.pair_rules) check_pair(check, call, rule);
}

// The observations' type where all parameters that vary share it.
dtype gradient_type(const distribution_call& call) {
  const dtype type = call.observations.type();
  const bool agree = std::ranges::all_of(call.parameters, [&](const broadcast_view& values) {
    return values.is_scalar() || values.values().type() == type;
  });
  return agree ? type : dtype::float64;
}

// Columns of one block: inputs, observations first, and results, score first.
struct block {
  std::span<const double* const> inputs;
  std::span<double* const> results;
  std::size_t rows;
};

// A formula may lose a NaN in a minimum: rows that miss an input get NaN here.
void mark_missing(const block& rows) {
  for (std::size_t i = 0; i < rows.rows; ++i)
    if (std::ranges::any_of(rows.inputs, [i](const double* column) { return std::isnan(column[i]); }))
      for (double* column : rows.results) column[i] = std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

array score_rows(const distribution_call& call, std::span<array> derivatives) {
  call.ctx.require_backend(call.function);
  check_shapes(call);
  const std::size_t n = call.observations.size();
  array score = call.ctx.result(call.function, dtype::float64, n);
  for (array& derivative : derivatives)
    if (derivative.rank() == 0) derivative = array(gradient_type(call), {n});
  const bool constant =
      std::ranges::all_of(call.parameters, [](const broadcast_view& values) { return values.is_scalar(); });
  std::atomic<bool> odd = false;
  for_chunks(call.ctx, call.function, n, k_rows_per_chunk, [&](chunk part) {
    std::vector<block_column> columns;
    columns.reserve(1 + call.parameters.size());  // they hold their buffers and are long to move
    columns.emplace_back(call.observations);
    for (const broadcast_view& values : call.parameters) columns.emplace_back(values, part.size());
    std::vector<block_result> results;
    results.reserve(1 + derivatives.size());
    results.emplace_back(&score);
    for (array& derivative : derivatives) results.emplace_back(&derivative);
    std::vector<const double*> inputs(columns.size());
    std::vector<double*> outputs(results.size());
    for (std::size_t first = part.first; first < part.last; first += k_block_rows) {
      const std::size_t count = std::min(k_block_rows, part.last - first);
      for (std::size_t k = 0; k < columns.size(); ++k) inputs[k] = columns[k].rows(first, count);
      for (std::size_t k = 0; k < results.size(); ++k) outputs[k] = results[k].rows(first);
      if (call.kernel(inputs[0], inputs.data() + 1, count, outputs.data(), !derivatives.empty(), constant) !=
          k_status_ok) {
        odd = true;
        mark_missing({inputs, outputs, count});
      }
      for (block_result& result : results) result.finish(first, count);
    }
  });
  if (odd) check_contents(call);
  return score;
}

}  // namespace assay::inline v1::scoring::detail
