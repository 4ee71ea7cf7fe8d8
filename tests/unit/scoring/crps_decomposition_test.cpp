#include "assay/scoring/crps_decomposition.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/scoring/crps_ensemble.hpp"
#include "ensemble_reference.hpp"
#include "support/accumulators.hpp"
#include "support/compare.hpp"

namespace assay::testing {
namespace {

using scoring::crps_decomposition_accumulator;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
const char* const k_parts = "parts of order 1, each rounded a few times";

double mean_crps(const ensembles& data) {
  const array scores = scoring::crps_ensemble(data.observations, data.view(),
                                              {.estimator = scoring::crps_estimator::standard});
  long double sum = 0;
  for (std::size_t i = 0; i < data.n; ++i) sum += static_cast<long double>(scores[i]);
  return static_cast<double>(sum / static_cast<long double>(data.n));
}

double half_mean_difference(const std::vector<double>& y) {
  long double sum = 0;
  for (const double a : y)
    for (const double b : y) sum += std::fabs(static_cast<long double>(a) - static_cast<long double>(b));
  return static_cast<double>(sum / 2 / static_cast<long double>(y.size() * y.size()));
}

TEST(crps_decompositions, sum_to_the_crps) {
  for (const bool ties : {false, true})
    for (const std::size_t m : {1U, 2U, 9U}) {
      const ensembles data = random_ensembles(1 + m, 80, m, ties);
      const double crps = mean_crps(data), uncertainty = half_mean_difference(data.observations);
      const auto ranks = scoring::crps_decomposition_hersbach(data.observations, data.view());
      EXPECT_ABS(ranks.crps, crps, 1e-14, k_parts);
      EXPECT_ABS(ranks.reliability + ranks.potential, crps, 1e-14, k_parts);
      EXPECT_ABS(ranks.uncertainty - ranks.resolution, ranks.potential, 1e-14, k_parts);
      EXPECT_ABS(ranks.uncertainty, uncertainty, 1e-14, k_parts);
      EXPECT_GE(ranks.reliability, 0.0);
      const auto brier = scoring::crps_decomposition_brier(data.observations, data.view());
      EXPECT_ABS(brier.crps, crps, 1e-14, k_parts);
      EXPECT_ABS(brier.reliability - brier.resolution + brier.uncertainty, crps, 1e-14, k_parts);
      EXPECT_ABS(brier.uncertainty, uncertainty, 1e-14, k_parts);
      const auto isotonic = scoring::crps_decomposition_isotonic(data.observations, data.view());
      EXPECT_ABS(isotonic.crps, crps, 1e-14, k_parts);
      EXPECT_ABS(isotonic.miscalibration - isotonic.discrimination + isotonic.uncertainty, crps, 1e-14,
                 k_parts);
      EXPECT_GE(isotonic.discrimination, 0.0);
    }
}

// The integral over thresholds of the decomposition of the Brier score, each threshold on its own.
TEST(crps_decomposition_brier, equals_the_integral_of_brier_decompositions) {
  const ensembles data = random_ensembles(3, 30, 4, true);
  std::vector<double> values = data.members;
  values.insert(values.end(), data.observations.begin(), data.observations.end());
  std::ranges::sort(values);
  long double reliability = 0, resolution = 0;
  const auto n = static_cast<long double>(data.n);
  for (std::size_t k = 0; k + 1 < values.size(); ++k) {
    const double t = values[k];
    std::vector<long double> cases(5), events(5);
    long double all = 0;
    for (std::size_t i = 0; i < data.n; ++i) {
      const auto x = data.row(i);
      const auto p = static_cast<std::size_t>(std::ranges::count_if(x, [=](double v) { return v <= t; }));
      cases[p] += 1;
      events[p] += data.observations[i] <= t ? 1 : 0;
      all += data.observations[i] <= t ? 1 : 0;
    }
    const long double gap = static_cast<long double>(values[k + 1] - t);
    for (std::size_t p = 0; p < 5; ++p) {
      if (cases[p] == 0) continue;
      const long double frequency = events[p] / cases[p];
      reliability += gap * cases[p] / n * std::pow(static_cast<long double>(p) / 4 - frequency, 2.0L);
      resolution += gap * cases[p] / n * std::pow(frequency - all / n, 2.0L);
    }
  }
  const auto found = scoring::crps_decomposition_brier(data.observations, data.view());
  EXPECT_ABS(found.reliability, static_cast<double>(reliability), 1e-14, k_parts);
  EXPECT_ABS(found.resolution, static_cast<double>(resolution), 1e-14, k_parts);
}

TEST(crps_decomposition_hersbach, weights_count_cases) {
  const ensembles data = random_ensembles(4, 20, 5);
  std::vector<double> y, x, weights;
  for (std::size_t i = 0; i < data.n; ++i) {
    weights.push_back(static_cast<double>(i % 3));
    for (std::size_t copy = 0; copy < i % 3; ++copy) {
      y.push_back(data.observations[i]);
      const auto row = data.row(i);
      x.insert(x.end(), row.begin(), row.end());
    }
  }
  const auto weighted =
      scoring::crps_decomposition_hersbach(data.observations, data.view(), {.weights = weights});
  const auto copied = scoring::crps_decomposition_hersbach(y, matrix_view(x, y.size(), 5));
  EXPECT_ABS(weighted.reliability, copied.reliability, 1e-15, k_parts);
  EXPECT_ABS(weighted.potential, copied.potential, 1e-15, k_parts);
  EXPECT_ABS(weighted.uncertainty, copied.uncertainty, 1e-15, k_parts);
}

// A perfect ordering of sharp forecasts: recalibration finds the outcomes themselves.
TEST(crps_decomposition_isotonic, a_perfect_index_discriminates_all) {
  const ensembles data = random_ensembles(5, 50, 3);
  const auto found = scoring::crps_decomposition_isotonic(data.observations, data.view(),
                                                          {.index = data.observations}, {.threads = 2});
  EXPECT_ABS(found.discrimination, found.uncertainty, 1e-15, "recalibrated forecasts are right");
  const std::vector<double> one(50, 1.0);
  const auto blind = scoring::crps_decomposition_isotonic(data.observations, data.view(), {.index = one});
  EXPECT_ABS(blind.discrimination, 0.0, 1e-15, "one group is the climatology");
}

TEST(crps_decompositions, translation_leaves_and_scaling_multiplies_the_parts) {
  const ensembles data = random_ensembles(6, 40, 6);
  ensembles moved = data;
  for (double& y : moved.observations) y = 4.0 * y + 1024.0;
  for (double& x : moved.members) x = 4.0 * x + 1024.0;
  const auto a = scoring::crps_decomposition_hersbach(data.observations, data.view());
  const auto b = scoring::crps_decomposition_hersbach(moved.observations, moved.view());
  EXPECT_ABS(b.reliability, 4.0 * a.reliability, 1e-12, "inputs rounded at 1024");
  EXPECT_ABS(b.resolution, 4.0 * a.resolution, 1e-12, "inputs rounded at 1024");
}

TEST(crps_decomposition_accumulator, merges_exactly_and_keeps_its_bytes) {
  const ensembles data = random_ensembles(7, 60, 4, true);
  const auto fill = [&](crps_decomposition_accumulator& into, std::size_t first, std::size_t last) {
    into.update(vector_view(data.observations.data() + first, last - first),
                matrix_view(data.members.data() + first * 4, last - first, 4));
  };
  expect_merges_exactly(crps_decomposition_accumulator(), 60, fill);
  crps_decomposition_accumulator accumulator;
  fill(accumulator, 0, 60);
  expect_bytes_round_trip(accumulator);
  const auto whole = scoring::crps_decomposition_hersbach(data.observations, data.view());
  EXPECT_BITS(accumulator.value().reliability, whole.reliability);
  EXPECT_BITS(accumulator.value().crps, whole.crps);
}

TEST(crps_decompositions, errors_name_argument_and_value) {
  const auto shape = error_kind::shape, value = error_kind::value;
  const std::vector<double> two = {1.0, 2.0}, bad = {1.0, k_nan};
  const matrix_view pair(two, 1, 2);
  expect_error([&] { scoring::crps_decomposition_hersbach({}, pair); }, shape, error_code::empty_input,
               "observations");
  expect_error(
      [&] {
        scoring::crps_decomposition_brier({1, 2}, pair);
      },
      shape, error_code::length_mismatch, "members");
  expect_error([&] { scoring::crps_decomposition_hersbach({1.0}, matrix_view(bad, 1, 2)); }, value,
               error_code::non_finite, "members", "[0, 1] is NaN");
  expect_error([&] { scoring::crps_decomposition_hersbach({1.0}, pair, {.weights = {-1.0}}); }, value,
               error_code::bad_weight, "weights");
  expect_error([&] { scoring::crps_decomposition_hersbach({1.0}, pair, {.weights = {0.0}}); }, value,
               error_code::zero_weight, "weights");
  expect_error(
      [&] {
        scoring::crps_decomposition_isotonic({1.0}, pair, {.index = {1.0, 2.0}});
      },
      shape, error_code::length_mismatch, "index");
  expect_error([&] { scoring::crps_decomposition_isotonic({1.0}, pair, {.index = {k_nan}}); }, value,
               error_code::non_finite, "index");
  crps_decomposition_accumulator accumulator, other;
  expect_error([&] { static_cast<void>(accumulator.value()); }, error_kind::state, error_code::empty_input,
               "");
  accumulator.update({1.0}, pair);
  expect_error([&] { accumulator.update({1.0}, matrix_view(two, 1, 1)); }, shape, error_code::length_mismatch,
               "members", "2 members");
  other.update({1.0}, matrix_view(two, 1, 1));
  expect_error([&] { accumulator.merge(other); }, shape, error_code::length_mismatch, "members");
}

}  // namespace
}  // namespace assay::testing
