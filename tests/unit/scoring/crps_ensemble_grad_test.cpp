#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

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

class crps_ensemble_grad : public each_isa {};
ASSAY_FOR_EACH_ISA(crps_ensemble_grad);

scoring::crps_ensemble_grad_result grad(const ensembles& data, const crps_ensemble_options& options = {}) {
  return scoring::crps_ensemble_grad(data.observations, data.view(), options);
}

TEST_P(crps_ensemble_grad, agrees_with_the_definition_with_and_without_ties) {
  for (const std::size_t m : {1U, 2U, 3U, 8U, 17U, 50U}) {
    for (const bool ties : {false, true}) {
      const ensembles data = random_ensembles(m, 33, m, ties);
      for (const double alpha : {0.0, 0.95, 1.0}) {
        if (m == 1 && alpha > 0.0) continue;
        const auto result = grad(
            data, m == 1 ? crps_ensemble_options{.estimator = crps_estimator::standard}
                         : crps_ensemble_options{.estimator = crps_estimator::almost_fair, .alpha = alpha});
        const long double factor =
            m == 1 ? 1.0L
                   : mixture_factor(static_cast<long double>(alpha), 1.0L / static_cast<long double>(m));
        for (std::size_t i = 0; i < data.n; ++i)
          for (std::size_t j = 0; j < m; ++j)
            EXPECT_ABS(
                result.grad(i, j),
                static_cast<double>(slope(data.observations[i], data.row(i), equal_weights(m), j, factor)),
                4e-16 / static_cast<double>(m), "2 ulp of 1/m");
      }
    }
  }
}

TEST_P(crps_ensemble_grad, equals_central_differences_away_from_ties) {
  const double step = 1e-6;  // members and observation stay apart by more
  const ensembles data = random_ensembles(2, 10, 6);
  const auto result = grad(data, {.estimator = crps_estimator::almost_fair});
  for (std::size_t i = 0; i < data.n; ++i) {
    for (std::size_t j = 0; j <= data.m; ++j) {
      double value[2];
      for (const int side : {0, 1}) {
        std::vector<double> x = data.row(i);
        double y = data.observations[i];
        (j < data.m ? x[j] : y) += side == 1 ? step : -step;
        value[side] = scoring::crps_ensemble({y}, matrix_view(x, 1, data.m),
                                             {.estimator = crps_estimator::almost_fair})[0];
      }
      const double expected = (value[1] - value[0]) / (2.0 * step);
      EXPECT_ABS(j < data.m ? result.grad(i, j) : result.grad_observations[i], expected, 1e-9,
                 "the score is linear between ties: rounding over the step");
    }
  }
}

TEST_P(crps_ensemble_grad, score_has_the_bits_of_crps_ensemble) {
  for (const std::size_t m : {2U, 9U, 50U, 300U}) {
    const ensembles data = random_ensembles(m, 41, m, m == 9);
    EXPECT_BITS(grad(data).crps, scoring::crps_ensemble(data.observations, data.view()));
  }
}

TEST_P(crps_ensemble_grad, sums_to_minus_the_slope_of_the_observation) {
  const ensembles data = random_ensembles(3, 29, 13, true);
  const auto result = grad(data);
  for (std::size_t i = 0; i < data.n; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < data.m; ++j) sum += result.grad(i, j);
    EXPECT_ABS(result.grad_observations[i], -sum, 1e-15, "a sum of 13 slopes below 1/13");
  }
}

TEST_P(crps_ensemble_grad, fair_slopes_of_the_outer_members_are_exactly_zero) {
  const auto result = scoring::crps_ensemble_grad({2.0}, matrix_view(std::vector{5.0, 1.0, 9.0, 3.0}, 1, 4));
  EXPECT_BITS(result.grad(0, 1), 0.0);  // the lowest member, below the outcome
  EXPECT_BITS(result.grad(0, 2), 0.0);  // the highest, above it
}

// Members that agree in all but their last bits: the index that replaces these bits puts them in the wrong
// order first.
TEST_P(crps_ensemble_grad, orders_members_that_differ_in_the_last_bits_only) {
  std::vector<double> x(40);
  for (std::size_t j = 0; j < 40; ++j)
    x[j] = std::nextafter(1.0, 2.0) + 0x1p-52 * static_cast<double>((j * 17) % 40);
  for (const double sign : {1.0, -1.0}) {
    for (double& value : x) value *= sign;
    const double y = sign * (1.0 + 0x1p-52 * 20.0);
    const auto result = scoring::crps_ensemble_grad({y}, matrix_view(x, 1, 40));
    EXPECT_BITS(result.crps[0], scoring::crps_ensemble({y}, matrix_view(x, 1, 40))[0]);
    for (std::size_t j = 0; j < 40; ++j)
      EXPECT_ABS(result.grad(0, j), static_cast<double>(slope(y, x, equal_weights(40), j, 40.0L / 39.0L)),
                 1e-17, "2 ulp of 1/m");
  }
}

TEST_P(crps_ensemble_grad, agrees_with_the_definition_for_weights) {
  const std::size_t m = 11;
  const ensembles data = random_ensembles(4, 30, m, true);
  generator random(5);
  std::vector<double> weights(30 * m);
  for (double& w : weights) w = random.uniform(0.0, 2.0);
  const auto result =
      grad(data, {.weights = matrix_view(weights, 30, m), .estimator = crps_estimator::almost_fair});
  for (std::size_t i = 0; i < 30; ++i) {
    const auto w = normalised({weights.begin() + static_cast<std::ptrdiff_t>(i * m),
                               weights.begin() + static_cast<std::ptrdiff_t>((i + 1) * m)});
    const auto d = distances(data.observations[i], data.row(i), w);
    for (std::size_t j = 0; j < m; ++j)
      EXPECT_ABS(
          result.grad(i, j),
          static_cast<double>(slope(data.observations[i], data.row(i), w, j,
                                    mixture_factor(static_cast<long double>(0.95), d.squared_weights))),
          2e-15, "sums of 11 weights");
    EXPECT_ABS(result.crps[i],
               static_cast<double>(
                   mixture_crps(data.observations[i], data.row(i), w, static_cast<long double>(0.95))),
               4e-15, "terms of both signs");
  }
}

TEST_P(crps_ensemble_grad, adjusted_mixes_by_the_size) {
  const ensembles data = random_ensembles(6, 12, 5);
  const auto result = grad(data, {.estimator = crps_estimator::adjusted, .ensemble_size = 20});
  for (std::size_t i = 0; i < data.n; ++i)
    for (std::size_t j = 0; j < 5; ++j)
      EXPECT_ABS(result.grad(i, j),
                 static_cast<double>(slope(data.observations[i], data.row(i), equal_weights(5), j,
                                           adjusted_factor(20.0L, 0.2L))),
                 2e-16, "2 ulp of 1/m");
}

TEST_P(crps_ensemble_grad, leaves_missing_members_at_slope_zero) {
  const auto result = scoring::crps_ensemble_grad(
      {0.0, k_nan}, matrix_view(std::vector{1.0, k_nan, -2.0, 1.0, 2.0, 3.0}, 2, 3),
      {.nan_policy = nan_policy::omit});
  const auto removed = scoring::crps_ensemble_grad({0.0}, matrix_view(std::vector{1.0, -2.0}, 1, 2));
  EXPECT_BITS(result.grad(0, 0), removed.grad(0, 0));
  EXPECT_BITS(result.grad(0, 1), 0.0);
  EXPECT_BITS(result.grad(0, 2), removed.grad(0, 1));
  for (std::size_t j = 0; j < 3; ++j) EXPECT_BITS(result.grad(1, j), k_nan);
  EXPECT_BITS(result.grad_observations[1], k_nan);
}

TEST_P(crps_ensemble_grad, float32_rounds_the_slopes_of_the_widened_numbers_once) {
  const ensembles data = random_ensembles(7, 30, 21);
  const std::vector<float> observations(data.observations.begin(), data.observations.end());
  const std::vector<float> members(data.members.begin(), data.members.end());
  const std::vector<double> wide_observations(observations.begin(), observations.end());
  const std::vector<double> wide_members(members.begin(), members.end());
  const auto narrow = scoring::crps_ensemble_grad(observations, matrix_view(members, 30, 21));
  const auto wide = scoring::crps_ensemble_grad(wide_observations, matrix_view(wide_members, 30, 21));
  EXPECT_EQ(narrow.grad.type(), dtype::float32);
  EXPECT_BITS(narrow.crps, wide.crps);
  for (std::size_t k = 0; k < narrow.grad.size(); ++k)
    EXPECT_BITS(narrow.grad[k], static_cast<double>(static_cast<float>(wide.grad[k])));
}

TEST_P(crps_ensemble_grad, gives_the_same_bits_for_any_threads_and_instruction_set) {
  const ensembles data = random_ensembles(8, 2900, 50);
  const auto here = grad(data);
  const use_isa slowest(available_isas().front());
  const auto there = scoring::crps_ensemble_grad(data.observations, data.view(), {}, {.threads = 3});
  EXPECT_BITS(here.crps, there.crps);
  EXPECT_BITS(here.grad, there.grad);
  EXPECT_BITS(here.grad_observations, there.grad_observations);
}

TEST_P(crps_ensemble_grad, large_ensembles_are_sorted_row_by_row) {
  const std::size_t m = 5000;
  const ensembles data = random_ensembles(9, 1, m);
  const auto result = grad(data);
  std::vector<std::size_t> order(m);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t j) { return data.members[j]; });
  const auto size = static_cast<double>(m);
  for (std::size_t k = 0; k < m; ++k) {
    const bool above = data.members[order[k]] > data.observations[0];
    const double rank = static_cast<double>(above ? m - 1 - k : k);
    EXPECT_ABS(result.grad(0, order[k]), (above ? 2.0 : -2.0) * rank / (size * (size - 1.0)), 1e-19,
               "2 ulp of 1/m");
  }
}

// ---- components ----

class crps_ensemble_components : public each_isa {};
ASSAY_FOR_EACH_ISA(crps_ensemble_components);

TEST_P(crps_ensemble_components, add_up_to_the_score) {
  const ensembles data = random_ensembles(10, 35, 14);
  generator random(11);
  std::vector<double> weights(35 * 14);
  for (double& w : weights) w = random.uniform(0.1, 2.0);
  for (const auto estimator : {crps_estimator::standard, crps_estimator::fair, crps_estimator::almost_fair,
                               crps_estimator::adjusted, crps_estimator::akr, crps_estimator::akr_circperm}) {
    for (const bool weighted : {false, true}) {
      crps_ensemble_options options{.estimator = estimator, .ensemble_size = 30};
      if (weighted) options.weights = matrix_view(weights, 35, 14);
      const auto parts = scoring::crps_ensemble_components(data.observations, data.view(), options);
      const array scores = scoring::crps_ensemble(data.observations, data.view(), options);
      for (std::size_t i = 0; i < data.n; ++i) {
        const double error = parts.underforecast[i] + parts.overforecast[i];
        EXPECT_ABS(error - parts.spread[i], scores[i], 4e-15 * error, "the difference cancels");
      }
    }
  }
}

TEST_P(crps_ensemble_components, stay_within_four_ulp) {
  for (const std::size_t m : {2U, 10U, 50U, 130U}) {
    const ensembles data = random_ensembles(m, 25, m);
    const auto parts = scoring::crps_ensemble_components(data.observations, data.view(),
                                                         {.estimator = crps_estimator::standard});
    for (std::size_t i = 0; i < data.n; ++i) {
      long double below = 0.0L;
      long double above = 0.0L;
      for (const double x : data.row(i)) {
        const long double d = static_cast<long double>(x) - static_cast<long double>(data.observations[i]);
        (d > 0.0L ? above : below) += std::fabs(d) / static_cast<long double>(m);
      }
      EXPECT_ULP(parts.underforecast[i], static_cast<double>(below), 4);
      EXPECT_ULP(parts.overforecast[i], static_cast<double>(above), 4);
      EXPECT_ULP(parts.spread[i],
                 static_cast<double>(distances(0.0, data.row(i), equal_weights(m)).between_members), 4);
    }
  }
}

TEST_P(crps_ensemble_components, one_member_has_no_spread) {
  const auto parts = scoring::crps_ensemble_components({1.0}, matrix_view(std::vector{4.0}, 1, 1),
                                                       {.estimator = crps_estimator::standard});
  EXPECT_BITS(parts.underforecast[0], 0.0);
  EXPECT_BITS(parts.overforecast[0], 3.0);
  EXPECT_BITS(parts.spread[0], 0.0);
}

}  // namespace
}  // namespace assay::testing
