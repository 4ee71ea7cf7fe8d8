#include "assay/scoring/ranked_probability.hpp"

#include <cmath>
#include <string>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 13;
constexpr double k_row_tolerance = 1e-4;  // rows of float32 probabilities

void check_arguments(const checker& check, const integer_view& observations,
                     const matrix_view& probabilities) {
  check.not_empty(observations, "observations");
  check.not_empty(probabilities, "probabilities");
  check.same_rows(observations, "observations", probabilities, "probabilities");
  check.class_labels(observations, "observations", probabilities.extent(1));
  check.probabilities(probabilities, "probabilities");
  for (std::size_t i = 0; i < probabilities.extent(0); ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < probabilities.extent(1); ++k) sum += probabilities(i, k);
    if (std::abs(sum - 1.0) > k_row_tolerance)
      check.fail_value(
          error_code::row_sum, "probabilities",
          "row " + std::to_string(i) + " sums to " + text_of(sum) + ", must sum to 1 within 1e-4");
  }
}

/// score(label, row of probabilities) of every row.
template <class Score>
array score_rows(const checker& check, const integer_view& observations, const matrix_view& probabilities,
                 const context& ctx, Score score) {
  ctx.require_backend(check.function());
  check_arguments(check, observations, probabilities);
  array result = ctx.result(check.function(), dtype::float64, observations.size());
  for_chunks(ctx, check.function(), observations.size(), k_rows_per_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i)
      result.values<double>()[i] = score(static_cast<std::size_t>(observations(i)),
                                         [&, i](std::size_t k) { return probabilities(i, k); });
  });
  return result;
}

}  // namespace

array rps(integer_view observations, matrix_view probabilities, const rps_options& options,
          const context& ctx) {
  const checker check("rps");
  const std::size_t count = probabilities.extent(1);
  const double scale = options.normalise && count > 1 ? 1.0 / static_cast<double>(count - 1) : 1.0;
  return score_rows(check, observations, probabilities, ctx, [=](std::size_t label, auto probability) {
    double sum = 0.0, below = 0.0;
    for (std::size_t k = 0; k + 1 < count; ++k) {
      below += probability(k);
      const double gap = label <= k ? below - 1.0 : below;
      sum += gap * gap;
    }
    return sum * scale;
  });
}

array ranked_log_score(integer_view observations, matrix_view probabilities, const context& ctx) {
  const checker check("ranked_log_score");
  const std::size_t count = probabilities.extent(1);
  return score_rows(check, observations, probabilities, ctx, [=](std::size_t label, auto probability) {
    double sum = 0.0, below = 0.0, above = 0.0;
    // Not yet at the outcome's category: 1 - P_k, the sum from above.
    for (std::size_t k = count; k-- > 1;) {
      above += probability(k);
      if (k <= label) sum -= vmath::log(above);
    }
    for (std::size_t k = 0; k + 1 < count; ++k) {
      below += probability(k);
      if (label <= k) sum -= vmath::log(below);
    }
    return sum + 0.0;  // never -0
  });
}

}  // namespace assay::inline v1::scoring
