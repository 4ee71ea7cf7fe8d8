// Scores of parametric forecast distributions, row by row: checks, blocks and results for any family.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"
#include "assay/scoring/internal/families.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring::detail {

/// One call of a public function; holds references.
struct distribution_call {
  const char* function;
  distribution_kernel kernel;
  std::span<const parameter_rule> rules;
  std::span<const pair_rule> pair_rules;
  const vector_view& observations;
  std::span<const broadcast_view> parameters;
  const distribution_options& options;
  const context& ctx;
};

/// One score a row, and the derivatives into `derivatives` unless it is empty; an array there that has rows
/// already keeps its type.
array score_rows(const distribution_call& call, std::span<array> derivatives);

/// The parameters of a forecast in the family's order.
template <class Family>
using columns_of = std::array<broadcast_view, Family::parameters.size()>;

/// One score a row.
template <class Family>
array score(const char* function, distribution_kernel kernel, const vector_view& observations,
            const columns_of<Family>& parameters, const distribution_options& options, const context& ctx) {
  return score_rows(
      {function, kernel, Family::parameters, pair_rules_of<Family>(), observations, parameters, options, ctx},
      {});
}

/// A result of the score and its derivatives by the parameters, in this order.
template <class Result, class Family>
Result gradient(const char* function, distribution_kernel kernel, const vector_view& observations,
                const columns_of<Family>& parameters, const distribution_options& options,
                const context& ctx) {
  constexpr std::size_t count = derivatives_of<Family>();
  std::array<array, count> derivatives;
  array values = score_rows(
      {function, kernel, Family::parameters, pair_rules_of<Family>(), observations, parameters, options, ctx},
      derivatives);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return Result{std::move(values), std::move(derivatives[I])...};
  }
  (std::make_index_sequence<count>());
}

}  // namespace assay::inline v1::scoring::detail
