#include "assay/scoring/crps_ensemble.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "ensemble_reference.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace assay::testing {
namespace {

using scoring::crps_ensemble_options;
using scoring::crps_estimator;

class crps_ensemble : public each_isa {};
ASSAY_FOR_EACH_ISA(crps_ensemble);

array score(const ensembles& data, const crps_ensemble_options& options = {}) {
  return scoring::crps_ensemble(data.observations, data.view(), options);
}

double score_of(double y, const std::vector<double>& x, const crps_ensemble_options& options = {}) {
  return scoring::crps_ensemble({y}, matrix_view(x, 1, x.size()), options)[0];
}

crps_ensemble_options with(crps_estimator estimator) { return {.estimator = estimator}; }

// ---- values ----

TEST_P(crps_ensemble, equals_absolute_error_for_one_member) {
  EXPECT_BITS(score_of(2.0, {5.0}, with(crps_estimator::standard)), 3.0);
  EXPECT_BITS(score_of(2.0, {-5.0}, with(crps_estimator::akr)), 7.0);
}

TEST_P(crps_ensemble, equals_absolute_error_for_a_constant_ensemble) {
  for (const auto estimator : {crps_estimator::standard, crps_estimator::fair, crps_estimator::almost_fair,
                               crps_estimator::akr, crps_estimator::akr_circperm})
    EXPECT_ULP(score_of(1.5, {3.0, 3.0, 3.0}, with(estimator)), 1.5, 1);
  EXPECT_BITS(score_of(3.0, {3.0, 3.0, 3.0}, with(crps_estimator::almost_fair)), 0.0);  // +0, not -0
}

// Every size of block, window and remainder of the sorting network; rows that fill no register.
TEST_P(crps_ensemble, agrees_with_the_definition_for_every_number_of_members) {
  for (std::size_t m = 1; m <= 140; ++m) {
    const ensembles data = random_ensembles(m, 1 + m % 19, m, m % 2 == 0);
    const array standard = score(data, with(crps_estimator::standard));
    for (std::size_t i = 0; i < data.n; ++i) {
      const auto expected =
          static_cast<double>(mixture_crps(data.observations[i], data.row(i), equal_weights(m), 0.0L));
      EXPECT_REL(standard[i], expected, 1e-14, "the definition cancels, in extended precision")
          << "m = " << m;
    }
  }
}

TEST_P(crps_ensemble, stays_within_four_ulp_of_the_exact_score) {
  for (const std::size_t m : {2U, 3U, 7U, 10U, 50U, 129U, 500U}) {
    const ensembles data = random_ensembles(7 * m, 40, m);
    for (const double alpha : {0.0, 0.3, 0.95, 1.0}) {
      const array scores = score(data, {.estimator = crps_estimator::almost_fair, .alpha = alpha});
      for (std::size_t i = 0; i < data.n; ++i)
        EXPECT_ULP(scores[i],
                   static_cast<double>(mixture_crps_without_cancellation(data.observations[i], data.row(i),
                                                                         static_cast<long double>(alpha))),
                   4)
            << "m = " << m << ", alpha = " << alpha;
    }
  }
}

TEST_P(crps_ensemble, adjusted_estimates_the_score_of_an_ensemble_of_another_size) {
  const ensembles data = random_ensembles(3, 20, 12);
  for (const std::int64_t size : {1, 2, 12, 51}) {
    const array scores = score(data, {.estimator = crps_estimator::adjusted, .ensemble_size = size});
    for (std::size_t i = 0; i < data.n; ++i) {
      const mean_distances d = distances(data.observations[i], data.row(i), equal_weights(12));
      const long double expected =
          d.to_observation -
          adjusted_factor(static_cast<long double>(size), d.squared_weights) * d.between_members;
      EXPECT_ABS(scores[i], static_cast<double>(expected), 1e-15 * static_cast<double>(d.to_observation) * 4,
                 "terms of both signs when R < m");
    }
  }
}

TEST_P(crps_ensemble, akr_takes_the_spread_from_neighbours) {
  const std::vector<double> x = {1.0, 4.0, 2.0, 9.0, 3.0};
  const double error = (2.0 + 1.0 + 1.0 + 6.0 + 0.0) / 5.0;  // mean |x - 3|
  EXPECT_REL(score_of(3.0, x, with(crps_estimator::akr)), error - 0.5 * (2 + 3 + 2 + 7 + 6) / 5.0, 1e-15,
             "rounding");
  // lag floor(5/2) = 2: |1-9|, |4-3|, |2-1|, |9-4|, |3-2|
  EXPECT_REL(score_of(3.0, x, with(crps_estimator::akr_circperm)), error - 0.5 * (8 + 1 + 1 + 5 + 1) / 5.0,
             1e-15, "rounding");
}

TEST_P(crps_ensemble, other_names_give_the_same_bits) {
  const ensembles data = random_ensembles(11, 9, 6);
  for (const auto alias : {crps_estimator::nrg, crps_estimator::qd, crps_estimator::int_})
    EXPECT_BITS(score(data, with(alias)), score(data, with(crps_estimator::standard)));
  EXPECT_BITS(score(data, with(crps_estimator::pwm)), score(data, with(crps_estimator::fair)));
}

// ---- identities ----

TEST_P(crps_ensemble, does_not_depend_on_the_order_of_members) {
  const ensembles data = random_ensembles(5, 30, 23, true);
  ensembles reversed = data;
  for (std::size_t i = 0; i < data.n; ++i)
    std::reverse(reversed.members.begin() + static_cast<std::ptrdiff_t>(i * data.m),
                 reversed.members.begin() + static_cast<std::ptrdiff_t>((i + 1) * data.m));
  EXPECT_BITS(score(reversed), score(data));
}

TEST_P(crps_ensemble, moves_with_the_unit_and_not_with_the_origin) {
  const ensembles data = random_ensembles(6, 30, 23, true);  // multiples of 1/2: the shift is exact
  ensembles moved = data;
  for (double& y : moved.observations) y = 4.0 * (y + 1e8);
  for (double& x : moved.members) x = 4.0 * (x + 1e8);
  const array scores = score(data);
  const array moved_scores = score(moved);
  for (std::size_t i = 0; i < data.n; ++i) EXPECT_BITS(moved_scores[i], 4.0 * scores[i]);
}

TEST_P(crps_ensemble, standard_exceeds_fair_by_the_mean_difference_over_m) {
  const ensembles data = random_ensembles(8, 30, 9);
  const array standard = score(data, with(crps_estimator::standard));
  const array fair = score(data);
  for (std::size_t i = 0; i < data.n; ++i) {
    const long double pairs = distances(0.0, data.row(i), equal_weights(9)).between_members;
    EXPECT_ABS(standard[i] - fair[i], static_cast<double>(pairs / 8.0L), 4e-16 * standard[i] * 4,
               "both scores are within 4 ulp");
  }
}

TEST_P(crps_ensemble, almost_fair_mixes_fair_and_standard) {
  const ensembles data = random_ensembles(9, 30, 14);
  const array standard = score(data, with(crps_estimator::standard));
  const array fair = score(data);
  const array mixed = score(data, {.estimator = crps_estimator::almost_fair, .alpha = 0.25});
  for (std::size_t i = 0; i < data.n; ++i)
    EXPECT_REL(mixed[i], 0.25 * fair[i] + 0.75 * standard[i], 2e-15, "three scores within 4 ulp");
}

TEST_P(crps_ensemble, fair_is_never_negative_and_zero_where_two_members_bracket_the_rest) {
  for (std::size_t m = 2; m < 40; ++m) {
    generator random(m);
    std::vector<double> x(m, 0.7);
    x[static_cast<std::size_t>(random.below(m))] = -1e6 * random.uniform();
    x[static_cast<std::size_t>((random.below(m - 1) + 1) % m)] = 1e6 * random.uniform() + 1.0;
    EXPECT_BITS(score_of(0.7, {0.7, 0.7, 0.7, 1e6 + random.uniform()}), 0.0);
    EXPECT_GE(score_of(0.7, x), 0.0);
  }
  EXPECT_BITS(score_of(0.5, {-3.0, 0.5, 0.5, 7.0}), 0.0);
  EXPECT_GT(score_of(0.5, {0.5, 0.5, 6.0, 7.0}), 0.0);
}

TEST_P(crps_ensemble, almost_fair_feels_one_stray_member) {
  // (1 - alpha) |x - y| / m^2
  EXPECT_REL(score_of(0.5, {0.5, 0.5, 0.5, 100.5}, with(crps_estimator::almost_fair)),
             (1.0 - 0.95) * 100.0 / 16.0, 1e-15, "one slope, one product");
}

TEST_P(crps_ensemble, fair_is_the_mean_over_all_ensembles_within_the_ensemble) {
  const ensembles data = random_ensembles(21, 1, 7);
  const std::vector<double> x = data.row(0);
  double total = 0.0;
  int count = 0;
  for (unsigned subset = 0; subset < 128; ++subset) {  // all 35 choices of 3 of 7 members
    std::vector<double> chosen;
    for (std::size_t j = 0; j < 7; ++j)
      if ((subset >> j & 1U) != 0) chosen.push_back(x[j]);
    if (chosen.size() != 3) continue;
    total += score_of(data.observations[0], chosen);
    ++count;
  }
  EXPECT_EQ(count, 35);
  EXPECT_REL(total / 35.0, score(data)[0], 1e-14, "a sum of 35 scores");
}

TEST_P(crps_ensemble, standard_does_not_see_members_doubled) {
  const ensembles data = random_ensembles(22, 12, 15);
  for (std::size_t i = 0; i < data.n; ++i) {
    std::vector<double> twice = data.row(i);
    twice.insert(twice.end(), twice.begin(), twice.begin() + 15);
    const double y = data.observations[i];
    EXPECT_ULP(score_of(y, twice, with(crps_estimator::standard)),
               score_of(y, data.row(i), with(crps_estimator::standard)),
               8);  // 4 ulp each
  }
}

// Truth N(0, 1). The fair score is least in the mean for members from the truth; the standard score of 4
// members prefers narrower ones: sqrt(2/pi) sqrt(1 + s^2) - c s / sqrt(pi) is least at s = c / sqrt(2 - c^2)
// = 0.626 for c = 3/4.
TEST_P(crps_ensemble, fair_is_proper_for_the_distribution_of_members_and_standard_is_not) {
  const std::size_t n = 20000;
  const ensembles truth = random_ensembles(23, n, 4);
  const auto mean_for = [&](double spread, crps_estimator estimator) {
    ensembles data = truth;
    for (double& x : data.members) x *= spread;
    const array scores = score(data, with(estimator));
    const auto values = scores.values<double>();
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(n);
  };
  const double own = mean_for(1.0, crps_estimator::fair);
  EXPECT_GT(mean_for(0.6, crps_estimator::fair), own);
  EXPECT_GT(mean_for(1.6, crps_estimator::fair), own);
  EXPECT_LT(mean_for(0.626, crps_estimator::standard), mean_for(1.0, crps_estimator::standard));
}

// ---- precision, machines, threads ----

TEST_P(crps_ensemble, float32_equals_float64_on_the_widened_numbers) {
  for (const std::size_t m : {1U, 2U, 5U, 8U, 13U, 16U, 50U, 67U, 300U}) {
    const ensembles data = random_ensembles(m, 37, m);
    const std::vector<float> observations(data.observations.begin(), data.observations.end());
    const std::vector<float> members(data.members.begin(), data.members.end());
    const std::vector<double> wide_observations(observations.begin(), observations.end());
    const std::vector<double> wide_members(members.begin(), members.end());
    const crps_ensemble_options options =
        with(m == 1 ? crps_estimator::standard : crps_estimator::almost_fair);
    EXPECT_BITS(scoring::crps_ensemble(observations, matrix_view(members, 37, m), options),
                scoring::crps_ensemble(wide_observations, matrix_view(wide_members, 37, m), options));
  }
}

TEST_P(crps_ensemble, gives_the_bits_of_every_other_instruction_set) {
  const ensembles data = random_ensembles(31, 203, 50);
  const array here = score(data, with(crps_estimator::almost_fair));
  const use_isa slowest(available_isas().front());
  EXPECT_BITS(here, score(data, with(crps_estimator::almost_fair)));
}

TEST_P(crps_ensemble, gives_the_same_bits_for_any_number_of_threads) {
  const ensembles data = random_ensembles(32, 3000, 50);
  const array one = score(data);
  EXPECT_BITS(scoring::crps_ensemble(data.observations, data.view(), {}, {.threads = 3}), one);
}

TEST_P(crps_ensemble, does_not_depend_on_the_rows_beside) {
  const ensembles data = random_ensembles(33, 21, 11);
  const array together = score(data);
  for (std::size_t i = 0; i < data.n; ++i)
    EXPECT_BITS(score_of(data.observations[i], data.row(i)), together[i]);
}

TEST_P(crps_ensemble, takes_strided_views) {
  const ensembles data = random_ensembles(34, 5, 6);
  std::vector<double> columns(30);  // column-major
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 6; ++j) columns[j * 5 + i] = data.members[i * 6 + j];
  EXPECT_BITS(scoring::crps_ensemble(data.observations, matrix_view(columns.data(), 5, 6, 1, 5)),
              score(data));
}

TEST_P(crps_ensemble, sorted_members_need_no_sort) {
  ensembles data = random_ensembles(35, 33, 27);
  const array expected = score(data);
  for (std::size_t i = 0; i < data.n; ++i)
    std::sort(data.members.begin() + static_cast<std::ptrdiff_t>(i * data.m),
              data.members.begin() + static_cast<std::ptrdiff_t>((i + 1) * data.m));
  EXPECT_BITS(score(data, {.sorted = true}), expected);
}

TEST_P(crps_ensemble, sorts_very_large_ensembles_row_by_row) {
  const std::size_t m = 6000;  // beyond the network
  const ensembles data = random_ensembles(36, 2, m);
  const array scores = score(data, with(crps_estimator::standard));
  for (std::size_t i = 0; i < data.n; ++i) {
    std::vector<double> x = data.row(i);
    std::ranges::sort(x);
    long double expected = 0.0L;  // 2/m^2 sum_i (m 1{y < x_i} - i + 1/2)(x_i - y), the quantile form
    for (std::size_t k = 0; k < m; ++k) {
      const long double d = static_cast<long double>(x[k]) - static_cast<long double>(data.observations[i]);
      const long double rank = static_cast<long double>(k) + 0.5L;
      expected += 2.0L * ((d > 0.0L ? static_cast<long double>(m) : 0.0L) - rank) * d;
    }
    expected /= static_cast<long double>(m) * static_cast<long double>(m);
    EXPECT_ULP(scores[i], static_cast<double>(expected), 4);
  }
}

TEST_P(crps_ensemble, survives_differences_beyond_the_range_of_doubles) {
  // |x - y| = 2e308 for one of two members; fair: 1/2 (|x1 - y| + |x2 - y| - |x1 - x2|) = 0
  EXPECT_BITS(score_of(-1e308, {1e308, -1e308}), 0.0);
  EXPECT_REL(score_of(-1e308, {1e308, 0.5e308}, with(crps_estimator::standard)), 1.75e308 - 0.125e308, 1e-15,
             "rounding");
}

TEST_P(crps_ensemble, keeps_the_digits_of_denormal_members) {
  EXPECT_BITS(score_of(0.0, {4e-320, 8e-320}), 4e-320);
}

}  // namespace
}  // namespace assay::testing
