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
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring::detail {

/// One parameter of a family.
struct parameter {
  const broadcast_view& values;
  const char* name;
  bool positive = false;  ///< must be > 0
};

/// Arguments of one call; holds references.
struct distribution_call {
  const char* function;
  const vector_view& observations;
  std::span<const parameter> parameters;
  const distribution_options& options;
  const context& ctx;
};

/// One score a row.
array score_rows(const distribution_call& call, distribution_kernel kernel);
/// The same, and the derivatives by all parameters into `derivatives`.
array score_rows(const distribution_call& call, distribution_kernel kernel, std::span<array> derivatives);

/// A result of the score and one derivative for each of Count parameters, in this order.
template <class Result, std::size_t Count>
Result gradient_rows(const distribution_call& call, distribution_kernel kernel) {
  std::array<array, Count> derivatives;
  array score = score_rows(call, kernel, derivatives);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return Result{std::move(score), std::move(derivatives[I])...};
  }
  (std::make_index_sequence<Count>());
}

}  // namespace assay::inline v1::scoring::detail
