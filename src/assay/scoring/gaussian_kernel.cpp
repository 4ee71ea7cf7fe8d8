#include "assay/scoring/gaussian_kernel.hpp"

#include <cmath>

#include "assay/core/check.hpp"
#include "assay/scoring/internal/estimator.hpp"
#include "assay/scoring/internal/missing.hpp"
#include "assay/scoring/internal/vector_rows.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace {

// As an energy score with the distance 1 - k, which keeps its digits where points are close.
array scores_of(const checker& check, const matrix_view& observations, const tensor_view& members,
                const gaussian_kernel_score_options& options, const context& ctx) {
  ctx.require_backend(check.function());
  const detail::spread_estimator estimator(check, options.estimator, options.alpha, options.ensemble_size);
  if (estimator.lagged())
    check.fail_value(error_code::unsupported, "estimator",
                     "depends on the order of the members, use standard, fair, almost_fair or adjusted");
  const double scale = options.length_scale;
  check.range(scale > 0.0 && std::isfinite(scale), "length_scale", scale, "must be finite and > 0");
  const detail::vector_request request{check,
                                       observations,
                                       members,
                                       options.weights,
                                       "weights",
                                       options.nan_policy,
                                       estimator.needed_members()};
  detail::check_shapes(request);
  estimator.check_members(check, request.m());
  return detail::score_vector_rows(request, ctx, [&](detail::vector_row& row, std::size_t) {
    row.rescale();
    // 1/(2 l^2); finite, so that points that coincide stay at distance 0
    const double inverse = std::ldexp(1.0 / scale, row.scale);
    const double factor = std::fmin(0.5 * inverse * inverse, 1e300);
    const detail::spread_terms norm = row.terms(estimator);
    const energy_sums sums = active_kernels().gaussian_kernel(row.ensemble(1.0), factor);
    return sums.to_observation / norm.total - norm.factor * sums.between_members;
  });
}

// One more axis of extent 1.
array_view as_vectors(const array_view& values) {
  return {values.data(),
          values.type(),
          values.rank() + 1,
          values.extents(),
          {values.stride(0), values.stride(1), values.stride(2)}};
}

}  // namespace

array gaussian_kernel_score(vector_view observations, matrix_view members,
                            const gaussian_kernel_score_options& options, const context& ctx) {
  const checker check("gaussian_kernel_score");
  check.not_empty(observations, "observations");
  check.not_empty(members, "members");
  check.same_rows(observations, "observations", members, "members");
  detail::check_values(check, observations, "observations", options.nan_policy);
  detail::check_values(check, members, "members", options.nan_policy);
  return scores_of(check, matrix_view(as_vectors(observations)), tensor_view(as_vectors(members)), options,
                   ctx);
}

array gaussian_kernel_score_multivariate(matrix_view observations, tensor_view members,
                                         const gaussian_kernel_score_options& options, const context& ctx) {
  return scores_of(checker("gaussian_kernel_score_multivariate"), observations, members, options, ctx);
}

}  // namespace assay::inline v1::scoring
