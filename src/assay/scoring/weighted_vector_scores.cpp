#include "assay/scoring/weighted_vector_scores.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/vmath.hpp"
#include "assay/scoring/internal/outcome_weights.hpp"
#include "assay/scoring/internal/vector_scores.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace {

using detail::mean_distances;
using detail::vector_request;
using detail::vector_row;

// Members and outcomes moved to the nearest point of a box.
struct moved_vectors {
  std::vector<double> outcomes;
  std::vector<double> members;

  moved_vectors(const checker& check, const matrix_view& observations, const tensor_view& x,
                const broadcast_view& lower, const broadcast_view& upper, nan_policy policy) {
    detail::check_vector_rows(check, observations, x, policy);
    const std::size_t d = x.extent(2);
    detail::check_interval(check, lower, upper, d, "coordinates of members");
    for (std::size_t i = 0; i < x.extent(0); ++i) {
      for (std::size_t k = 0; k < d; ++k)
        outcomes.push_back(std::clamp(observations(i, k), lower(k), upper(k)));
      for (std::size_t j = 0; j < x.extent(1); ++j)
        for (std::size_t k = 0; k < d; ++k) members.push_back(std::clamp(x(i, j, k), lower(k), upper(k)));
    }
  }
};

vector_request request_of(const checker& check, const matrix_view& observations, const tensor_view& members,
                          const vector_view& observation_weights, const matrix_view& member_weights,
                          nan_policy policy, const context& ctx) {
  ctx.require_backend(check.function());
  vector_request request{check, observations, members, member_weights, "member_weights", policy, 0};
  check.not_empty(observation_weights, "observation_weights");
  check.not_empty(member_weights, "member_weights");
  detail::check_shapes(request);
  check.same_rows(observations, "observations", observation_weights, "observation_weights");
  detail::check_outcome_weights(check, observation_weights, "observation_weights");
  detail::check_outcome_weights(check, member_weights, "member_weights");
  return request;
}

double sum_of_weights(const vector_row& row) {
  double total = 0.0;
  for (std::size_t j = 0; j < row.m; ++j) total += row.weights[j];
  return total;
}

// distances(row) gives the mean_distances of a row, its members weighted.
template <class Distances>
array outcome_weighted(const vector_request& request, const vector_view& observation_weights,
                       const context& ctx, Distances&& distances) {
  return detail::score_vector_rows(request, ctx, [&](vector_row& row, std::size_t i) {
    const double weight = observation_weights(i);
    if (weight == 0.0) return 0.0;
    if (row.unit == 0.0)
      request.check.fail_value(error_code::degenerate, "member_weights",
                               "[" + std::to_string(i) + "] are all 0 where the outcome has weight");
    const mean_distances mean = distances(row);
    return weight * (mean.to_outcome - mean.spread);
  });
}

template <class Distances>
array vertically_rescaled(const vector_request& request, const vector_view& observation_weights,
                          const context& ctx, Distances&& distances) {
  return detail::score_vector_rows(request, ctx, [&](vector_row& row, std::size_t i) {
    const double mean_weight = row.unit * (sum_of_weights(row) / static_cast<double>(row.m));
    return detail::rescaled_score(distances(row), observation_weights(i), mean_weight);
  });
}

// ---- distances ----

mean_distances energy_distances(vector_row& row, double beta, double center) {
  row.rescale();
  const energy_ensemble e = row.ensemble(beta);
  const energy_sums sums = active_kernels().energy(e);
  const double total = sum_of_weights(row), factor = row.power_of_scale(beta);
  const double c = std::ldexp(center, -row.scale);
  const auto distance = [&](const double* point, std::size_t stride) {
    double square = 0.0;
    for (std::size_t k = 0; k < e.d; ++k) square += (point[k * stride] - c) * (point[k * stride] - c);
    if (beta == 1.0 || square == 0.0) return std::sqrt(square);
    return vmath::exp(0.5 * beta * vmath::log(square));
  };
  double to_center = 0.0;
  for (std::size_t j = 0; j < e.m; ++j) to_center += e.weights[j] * distance(e.members + j, e.stride);
  return {factor * (sums.to_observation / total), factor * (sums.between_members / (total * total)),
          factor * (to_center / total), factor * distance(e.observation, 1)};
}

mean_distances variogram_distances(vector_row& row, double p, const std::vector<double>& pair_weights) {
  row.rescale();
  const variogram_sums sums =
      active_kernels().variogram(row.ensemble(1.0), p, pair_weights.data(), sum_of_weights(row));
  const double factor = row.power_of_scale(2.0 * p);
  return {factor * (sums.gap + sums.spread), factor * sums.spread, factor * sums.members,
          factor * sums.observation};
}

}  // namespace

array twenergy_score(matrix_view observations, tensor_view members, const twenergy_score_options& options,
                     const context& ctx) {
  const checker check("twenergy_score");
  const moved_vectors moved(check, observations, members, options.lower, options.upper, options.nan_policy);
  const std::size_t n = members.extent(0), m = members.extent(1), d = members.extent(2);
  return detail::energy_scores(check, matrix_view(moved.outcomes, n, d), tensor_view(moved.members, n, m, d),
                               {.weights = options.weights,
                                .estimator = options.estimator,
                                .alpha = options.alpha,
                                .ensemble_size = options.ensemble_size,
                                .beta = options.beta,
                                .nan_policy = options.nan_policy},
                               ctx);
}

array twvariogram_score(matrix_view observations, tensor_view members,
                        const twvariogram_score_options& options, const context& ctx) {
  const checker check("twvariogram_score");
  const moved_vectors moved(check, observations, members, options.lower, options.upper, options.nan_policy);
  const std::size_t n = members.extent(0), m = members.extent(1), d = members.extent(2);
  return detail::variogram_scores(check, matrix_view(moved.outcomes, n, d),
                                  tensor_view(moved.members, n, m, d),
                                  {.p = options.p,
                                   .pair_weights = options.pair_weights,
                                   .weights = options.weights,
                                   .estimator = options.estimator,
                                   .alpha = options.alpha,
                                   .ensemble_size = options.ensemble_size,
                                   .nan_policy = options.nan_policy},
                                  ctx);
}

array owenergy_score(matrix_view observations, tensor_view members, vector_view observation_weights,
                     matrix_view member_weights, const owenergy_score_options& options, const context& ctx) {
  const checker check("owenergy_score");
  detail::check_beta(check, options.beta);
  const auto request =
      request_of(check, observations, members, observation_weights, member_weights, options.nan_policy, ctx);
  return outcome_weighted(request, observation_weights, ctx,
                          [&](vector_row& row) { return energy_distances(row, options.beta, 0.0); });
}

array vrenergy_score(matrix_view observations, tensor_view members, vector_view observation_weights,
                     matrix_view member_weights, const vrenergy_score_options& options, const context& ctx) {
  const checker check("vrenergy_score");
  detail::check_beta(check, options.beta);
  check.finite(options.center, "center");
  const auto request =
      request_of(check, observations, members, observation_weights, member_weights, options.nan_policy, ctx);
  return vertically_rescaled(request, observation_weights, ctx, [&](vector_row& row) {
    return energy_distances(row, options.beta, options.center);
  });
}

array owvariogram_score(matrix_view observations, tensor_view members, vector_view observation_weights,
                        matrix_view member_weights, const weighted_variogram_score_options& options,
                        const context& ctx) {
  const checker check("owvariogram_score");
  const auto request =
      request_of(check, observations, members, observation_weights, member_weights, options.nan_policy, ctx);
  const auto pair_weights = detail::checked_pair_weights(check, options.pair_weights, options.p, request.d());
  return outcome_weighted(request, observation_weights, ctx,
                          [&](vector_row& row) { return variogram_distances(row, options.p, pair_weights); });
}

array vrvariogram_score(matrix_view observations, tensor_view members, vector_view observation_weights,
                        matrix_view member_weights, const weighted_variogram_score_options& options,
                        const context& ctx) {
  const checker check("vrvariogram_score");
  const auto request =
      request_of(check, observations, members, observation_weights, member_weights, options.nan_policy, ctx);
  const auto pair_weights = detail::checked_pair_weights(check, options.pair_weights, options.p, request.d());
  return vertically_rescaled(request, observation_weights, ctx, [&](vector_row& row) {
    return variogram_distances(row, options.p, pair_weights);
  });
}

}  // namespace assay::inline v1::scoring
