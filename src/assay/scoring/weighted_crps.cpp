#include "assay/scoring/weighted_crps.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/scoring/internal/crps_values.hpp"
#include "assay/scoring/internal/outcome_weights.hpp"
#include "assay/scoring/internal/standings.hpp"

namespace assay::inline v1::scoring {
namespace {

// Weights of outcomes and members. Rows whose members have none hold 1 for all, for the kernels, and mean 0.
struct outcome_weights {
  std::vector<double> outcome;
  std::vector<double> members;  // (n, m)
  std::vector<double> mean;     // over the present members
  const char* blamed;           // for weights that are all 0

  [[nodiscard]] matrix_view view(std::size_t m) const { return {members, outcome.size(), m}; }
};

template <class Options>
outcome_weights weights_of(const checker& check, const vector_view& observations, const matrix_view& members,
                           const Options& options) {
  const std::size_t n = observations.size(), m = members.extent(1);
  const bool given = options.observation_weights.present();
  outcome_weights weights{std::vector<double>(n), std::vector<double>(n * m), std::vector<double>(n),
                          given ? "member_weights" : "members"};
  if (given != options.member_weights.present())
    check.fail_value(error_code::bad_parameter, given ? "member_weights" : "observation_weights",
                     "is missing, weights of outcomes and members come together");
  if (given) {
    check.same_rows(observations, "observations", options.observation_weights, "observation_weights");
    check.same_shape(members, "members", options.member_weights, "member_weights");
    detail::check_outcome_weights(check, options.observation_weights, "observation_weights");
    detail::check_outcome_weights(check, options.member_weights, "member_weights");
  } else {
    detail::check_interval(check, options.lower, options.upper, n, "rows");
  }
  for (std::size_t i = 0; i < n; ++i) {
    const auto inside = [&](double x) { return x >= options.lower(i) && x <= options.upper(i) ? 1.0 : 0.0; };
    weights.outcome[i] = given ? options.observation_weights(i) : inside(observations(i));
    double sum = 0.0, present = 0.0;
    double* row = weights.members.data() + i * m;
    for (std::size_t j = 0; j < m; ++j) {
      const double x = members(i, j);
      row[j] = given ? options.member_weights(i, j) : inside(x);
      if (std::isnan(x)) continue;
      sum += row[j];
      present += 1.0;
    }
    if (sum == 0.0) std::fill_n(row, m, 1.0);
    weights.mean[i] = present > 0.0 ? sum / present : 0.0;
  }
  return weights;
}

}  // namespace

array twcrps_ensemble(vector_view observations, matrix_view members, const twcrps_ensemble_options& options,
                      const context& ctx) {
  const checker check("twcrps_ensemble");
  detail::check_standing_rows(check, observations, members, options.nan_policy);
  detail::check_interval(check, options.lower, options.upper, observations.size(), "rows");
  const std::size_t n = observations.size(), m = members.extent(1);
  std::vector<double> outcomes(n), moved(n * m);
  for (std::size_t i = 0; i < n; ++i) {
    const double lower = options.lower(i), upper = options.upper(i);
    outcomes[i] = std::clamp(observations(i), lower, upper);
    for (std::size_t j = 0; j < m; ++j) moved[i * m + j] = std::clamp(members(i, j), lower, upper);
  }
  return detail::crps_values(check, outcomes, matrix_view(moved, n, m),
                             {.weights = options.weights,
                              .estimator = options.estimator,
                              .alpha = options.alpha,
                              .ensemble_size = options.ensemble_size,
                              .nan_policy = options.nan_policy},
                             ctx);
}

array owcrps_ensemble(vector_view observations, matrix_view members, const owcrps_ensemble_options& options,
                      const context& ctx) {
  const checker check("owcrps_ensemble");
  detail::check_standing_rows(check, observations, members, options.nan_policy);
  const outcome_weights weights = weights_of(check, observations, members, options);
  array score = detail::crps_values(check, observations, members,
                                    {.weights = weights.view(members.extent(1)),
                                     .estimator = crps_estimator::standard,
                                     .nan_policy = options.nan_policy},
                                    ctx);
  for (std::size_t i = 0; i < score.size(); ++i) {
    double& value = score.values<double>()[i];
    if (std::isnan(value)) continue;
    if (weights.outcome[i] > 0.0 && weights.mean[i] == 0.0)
      check.fail_value(error_code::degenerate, weights.blamed,
                       "[" + std::to_string(i) + "] have no weight where the outcome has");
    value = weights.outcome[i] > 0.0 ? weights.outcome[i] * value : 0.0;
  }
  return score;
}

array vrcrps_ensemble(vector_view observations, matrix_view members, const vrcrps_ensemble_options& options,
                      const context& ctx) {
  const checker check("vrcrps_ensemble");
  detail::check_standing_rows(check, observations, members, options.nan_policy);
  check.finite(options.center, "center");
  const outcome_weights weights = weights_of(check, observations, members, options);
  const std::size_t m = members.extent(1);
  context inner = ctx;
  inner.output = {};
  const auto parts = detail::crps_components(
      check, observations, members,
      {.weights = weights.view(m), .estimator = crps_estimator::standard, .nan_policy = options.nan_policy},
      inner);
  array score = ctx.result(check.function(), dtype::float64, observations.size());
  for (std::size_t i = 0; i < score.size(); ++i) {
    // distance of the members from the center, weighted as they are: 0 where they have no weight
    double total = 0.0, to_center = 0.0;
    for (std::size_t j = 0; j < m; ++j) {
      if (std::isnan(members(i, j))) continue;
      const double w = weights.members[i * m + j];
      total += w;
      to_center += w * std::fabs(members(i, j) - options.center);
    }
    score.values<double>()[i] =
        detail::rescaled_score({parts.underforecast[i] + parts.overforecast[i], parts.spread[i],
                                to_center / total, std::fabs(observations(i) - options.center)},
                               weights.outcome[i], weights.mean[i]);
  }
  return score;
}

}  // namespace assay::inline v1::scoring
