// Weights and missing members of the ensemble CRPS.
#include <gtest/gtest.h>

#include <limits>

#include "assay/scoring/crps_ensemble.hpp"
#include "ensemble_reference.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace assay::testing {
namespace {

using scoring::crps_ensemble_options;
using scoring::crps_estimator;
using scoring::nan_policy;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

class crps_ensemble_weights : public each_isa {};
ASSAY_FOR_EACH_ISA(crps_ensemble_weights);

// With `zeros`, one in five is 0.
std::vector<double> random_weights(std::uint64_t seed, std::size_t count, bool zeros = true) {
  generator random(seed);
  std::vector<double> weights(count);
  for (double& w : weights) w = zeros && random.below(5) == 0 ? 0.0 : random.uniform(0.1, 3.0);
  return weights;
}

std::vector<double> row_of(const std::vector<double>& values, std::size_t i, std::size_t m) {
  return {values.begin() + static_cast<std::ptrdiff_t>(i * m),
          values.begin() + static_cast<std::ptrdiff_t>((i + 1) * m)};
}

TEST_P(crps_ensemble_weights, agree_with_the_definition) {
  for (const std::size_t m : {2U, 3U, 9U, 30U}) {
    const ensembles data = random_ensembles(m, 40, m, m == 9);
    const auto weights = random_weights(m, 40 * m, m > 8);
    for (const double alpha : {0.0, 0.95, 1.0}) {
      const array scores = scoring::crps_ensemble(
          data.observations, data.view(),
          {.weights = matrix_view(weights, 40, m), .estimator = crps_estimator::almost_fair, .alpha = alpha});
      for (std::size_t i = 0; i < 40; ++i) {
        const auto w = normalised(row_of(weights, i, m));
        const auto expected =
            mixture_crps(data.observations[i], data.row(i), w, static_cast<long double>(alpha));
        const auto error = distances(data.observations[i], data.row(i), w).to_observation;
        EXPECT_ABS(scores[i], static_cast<double>(expected), 4e-15 * static_cast<double>(error),
                   "weighted fair scores have terms of both signs");
      }
    }
  }
}

TEST_P(crps_ensemble_weights, adjust_to_another_ensemble_size) {
  const ensembles data = random_ensembles(5, 25, 8);
  const auto weights = random_weights(6, 25 * 8);
  const array scores = scoring::crps_ensemble(
      data.observations, data.view(),
      {.weights = matrix_view(weights, 25, 8), .estimator = crps_estimator::adjusted, .ensemble_size = 3});
  for (std::size_t i = 0; i < 25; ++i) {
    const auto d = distances(data.observations[i], data.row(i), normalised(row_of(weights, i, 8)));
    EXPECT_ABS(
        scores[i],
        static_cast<double>(d.to_observation - adjusted_factor(3.0L, d.squared_weights) * d.between_members),
        4e-15 * static_cast<double>(d.to_observation), "terms of both signs");
  }
}

TEST_P(crps_ensemble_weights, weigh_the_neighbour_spread_of_akr) {
  // mean error (3 * 1 + 1 * 3)/4; spread 1/2 (3 |1 - 4| + 1 |4 - 1|)/4
  EXPECT_BITS(scoring::crps_ensemble(
                  {2.0}, matrix_view(std::vector{1.0, 5.0}, 1, 2),
                  {.weights = matrix_view(std::vector{3.0, 1.0}, 1, 2), .estimator = crps_estimator::akr})[0],
              1.5 - 2.0);
}

TEST_P(crps_ensemble_weights, equal_weights_give_the_bits_of_none) {
  const ensembles data = random_ensembles(7, 31, 11);
  const std::vector<double> weights(11, 0.3);
  for (const auto estimator : {crps_estimator::standard, crps_estimator::fair, crps_estimator::almost_fair})
    EXPECT_BITS(scoring::crps_ensemble(data.observations, data.view(),
                                       {.weights = vector_view(weights), .estimator = estimator}),
                scoring::crps_ensemble(data.observations, data.view(), {.estimator = estimator}));
}

TEST_P(crps_ensemble_weights, one_row_of_weights_serves_all_rows) {
  const ensembles data = random_ensembles(8, 17, 6);
  const auto weights = random_weights(9, 6);
  std::vector<double> repeated;
  for (int i = 0; i < 17; ++i) repeated.insert(repeated.end(), weights.begin(), weights.end());
  EXPECT_BITS(
      scoring::crps_ensemble(data.observations, data.view(), {.weights = vector_view(weights)}),
      scoring::crps_ensemble(data.observations, data.view(), {.weights = matrix_view(repeated, 17, 6)}));
}

TEST_P(crps_ensemble_weights, their_unit_does_not_matter) {
  const ensembles data = random_ensembles(10, 17, 6);
  auto weights = random_weights(11, 17 * 6);
  const array scores =
      scoring::crps_ensemble(data.observations, data.view(), {.weights = matrix_view(weights, 17, 6)});
  for (double& w : weights) w *= 0x1p-900;
  EXPECT_BITS(
      scoring::crps_ensemble(data.observations, data.view(), {.weights = matrix_view(weights, 17, 6)}),
      scores);
}

TEST_P(crps_ensemble_weights, zero_weight_is_absence_for_the_standard_score) {
  const std::vector<double> members = {1.0, 100.0, 3.0, -50.0};
  const std::vector<double> weights = {2.0, 0.0, 1.0, 0.0};
  EXPECT_REL(
      scoring::crps_ensemble({2.5}, matrix_view(members, 1, 4),
                             {.weights = vector_view(weights), .estimator = crps_estimator::standard})[0],
      scoring::crps_ensemble({2.5}, matrix_view(std::vector{1.0, 3.0}, 1, 2),
                             {.weights = vector_view({2.0, 1.0}), .estimator = crps_estimator::standard})[0],
      1e-15, "rounding");
}

TEST_P(crps_ensemble_weights, large_ensembles_agree_with_small_ones_repeated) {
  // 5000 members, sorted row by row: 100 members 50 times with their weights have the same standard score
  const ensembles data = random_ensembles(12, 1, 100);
  const auto weights = random_weights(13, 100);
  std::vector<double> members;
  std::vector<double> repeated;
  for (int i = 0; i < 50; ++i) {
    members.insert(members.end(), data.members.begin(), data.members.end());
    repeated.insert(repeated.end(), weights.begin(), weights.end());
  }
  EXPECT_REL(
      scoring::crps_ensemble(data.observations, matrix_view(members, 1, 5000),
                             {.weights = vector_view(repeated), .estimator = crps_estimator::standard})[0],
      scoring::crps_ensemble(data.observations, data.view(),
                             {.weights = vector_view(weights), .estimator = crps_estimator::standard})[0],
      1e-13, "sums of 5000 weights");
}

// ---- missing members ----

class crps_ensemble_missing : public each_isa {};
ASSAY_FOR_EACH_ISA(crps_ensemble_missing);

TEST_P(crps_ensemble_missing, omit_gives_the_bits_of_removal) {
  ensembles data = random_ensembles(14, 60, 12);
  generator random(15);
  for (double& x : data.members)
    if (random.below(3) == 0) x = k_nan;
  const array scores =
      scoring::crps_ensemble(data.observations, data.view(), {.nan_policy = nan_policy::omit});
  for (std::size_t i = 0; i < data.n; ++i) {
    std::vector<double> present;
    for (const double x : data.row(i))
      if (!std::isnan(x)) present.push_back(x);
    EXPECT_BITS(scores[i], present.size() < 2
                               ? k_nan
                               : scoring::crps_ensemble({data.observations[i]},
                                                        matrix_view(present, 1, present.size()))[0]);
  }
}

TEST_P(crps_ensemble_missing, omit_drops_members_whose_weight_is_missing) {
  const std::vector<double> members = {1.0, 7.0, 3.0};
  const std::vector<double> weights = {1.0, k_nan, 3.0};
  EXPECT_BITS(scoring::crps_ensemble({2.5}, matrix_view(members, 1, 3),
                                     {.weights = vector_view(weights), .nan_policy = nan_policy::omit})[0],
              scoring::crps_ensemble({2.5}, matrix_view(std::vector{1.0, 3.0}, 1, 2),
                                     {.weights = vector_view({1.0, 3.0})})[0]);
}

TEST_P(crps_ensemble_missing, omit_gives_nan_where_too_little_is_left) {
  const std::vector<double> members = {1.0, k_nan, k_nan, k_nan, 1.0, 2.0};
  const array fair =
      scoring::crps_ensemble({0.0, 0.0, k_nan}, matrix_view(members, 3, 2), {.nan_policy = nan_policy::omit});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_BITS(fair[i], k_nan);
  const array standard =
      scoring::crps_ensemble({0.0, 0.0, k_nan}, matrix_view(members, 3, 2),
                             {.estimator = crps_estimator::standard, .nan_policy = nan_policy::omit});
  EXPECT_BITS(standard[0], 1.0);
  EXPECT_BITS(standard[1], k_nan);
  EXPECT_BITS(standard[2], k_nan);
}

TEST_P(crps_ensemble_missing, propagate_gives_nan_in_these_rows_alone) {
  const std::vector<double> members = {1.0, 2.0, 3.0, k_nan, 5.0, 6.0};
  const array scores = scoring::crps_ensemble({1.0, 1.0, k_nan}, matrix_view(members, 3, 2),
                                              {.nan_policy = nan_policy::propagate});
  EXPECT_BITS(scores[0], 0.0);
  EXPECT_BITS(scores[1], k_nan);
  EXPECT_BITS(scores[2], k_nan);
}

TEST_P(crps_ensemble_missing, float32_equals_float64_on_the_widened_numbers) {
  ensembles data = random_ensembles(16, 60, 12);
  generator random(17);
  std::vector<float> members(data.members.begin(), data.members.end());
  for (float& x : members)
    if (random.below(4) == 0) x = std::numeric_limits<float>::quiet_NaN();
  const std::vector<double> wide(members.begin(), members.end());
  EXPECT_BITS(
      scoring::crps_ensemble(data.observations, matrix_view(members, 60, 12),
                             {.nan_policy = nan_policy::omit}),
      scoring::crps_ensemble(data.observations, matrix_view(wide, 60, 12), {.nan_policy = nan_policy::omit}));
}

}  // namespace
}  // namespace assay::testing
