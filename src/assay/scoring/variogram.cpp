#include "assay/scoring/variogram.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/scoring/internal/estimator.hpp"
#include "assay/scoring/internal/vector_scores.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace detail {

std::vector<double> checked_pair_weights(const checker& check, const matrix_view& pair_weights, double p,
                                         std::size_t d) {
  check.range(p > 0.0 && std::isfinite(p), "p", p, "must be finite and > 0");
  if (!pair_weights.present()) return std::vector<double>(d * (d - 1) / 2, 2.0);
  if (pair_weights.extent(0) != d || pair_weights.extent(1) != d)
    check.fail_shape(error_code::length_mismatch, "pair_weights",
                     "has shape " + shape_text(pair_weights) + ", needs (" + std::to_string(d) + ", " +
                         std::to_string(d) + "), the coordinates of members");
  check.weights(pair_weights, "pair_weights");
  std::vector<double> both;
  for (std::size_t k = 0; k < d; ++k)
    for (std::size_t l = k + 1; l < d; ++l) both.push_back(pair_weights(k, l) + pair_weights(l, k));
  return both;
}

array variogram_scores(const checker& check, const matrix_view& observations, const tensor_view& members,
                       const variogram_score_options& options, const context& ctx) {
  ctx.require_backend(check.function());
  const spread_estimator estimator(check, options.estimator, options.alpha, options.ensemble_size);
  if (estimator.lagged())
    check.fail_value(error_code::unsupported, "estimator",
                     "depends on the order of the members, use standard, fair, almost_fair or adjusted");
  const vector_request request{check,
                               observations,
                               members,
                               options.weights,
                               "weights",
                               options.nan_policy,
                               estimator.needed_members()};
  check_shapes(request);
  estimator.check_members(check, request.m());
  const std::vector<double> pair_weights =
      checked_pair_weights(check, options.pair_weights, options.p, request.d());
  return score_vector_rows(request, ctx, [&](vector_row& row, std::size_t) {
    row.rescale();
    const spread_terms norm = row.terms(estimator);
    const variogram_sums sums =
        active_kernels().variogram(row.ensemble(1.0), options.p, pair_weights.data(), norm.total);
    // mean distance less the spread term, both with the spread of the members in them
    const double rest = 1.0 - norm.factor * norm.total * norm.total;
    return (sums.gap + sums.spread * rest) * row.power_of_scale(2.0 * options.p);
  });
}

}  // namespace detail

array variogram_score(matrix_view observations, tensor_view members, const variogram_score_options& options,
                      const context& ctx) {
  return detail::variogram_scores(checker("variogram_score"), observations, members, options, ctx);
}

}  // namespace assay::inline v1::scoring
