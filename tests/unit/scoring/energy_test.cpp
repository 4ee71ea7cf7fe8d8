#include "assay/scoring/energy.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "ensemble_reference.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace assay::testing {
namespace {

using scoring::crps_estimator;
using scoring::energy_score_options;
using scoring::nan_policy;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

/// Vector ensembles: observations (n, d), members (n, m, d).
struct vectors {
  std::size_t n, m, d;
  std::vector<double> observations;
  std::vector<double> members;
  [[nodiscard]] matrix_view y() const { return {observations, n, d}; }
  [[nodiscard]] tensor_view x() const { return {members, n, m, d}; }
  [[nodiscard]] const double* member(std::size_t i, std::size_t j) const { return &members[(i * m + j) * d]; }
};

vectors random_vectors(std::uint64_t seed, std::size_t n, std::size_t m, std::size_t d) {
  generator random(seed);
  return {n, m, d, random.normals(n * d), random.normals(n * m * d)};
}

long double distance(const double* a, const double* b, std::size_t d, double beta) {
  long double square = 0.0L;
  for (std::size_t k = 0; k < d; ++k) {
    const long double difference = static_cast<long double>(a[k]) - static_cast<long double>(b[k]);
    square += difference * difference;
  }
  return square == 0.0L ? 0.0L : std::pow(square, static_cast<long double>(beta) / 2.0L);
}

mean_distances distances_of(const vectors& data, std::size_t i, const std::vector<long double>& w,
                            double beta) {
  mean_distances result;
  for (std::size_t j = 0; j < data.m; ++j) {
    result.to_observation += w[j] * distance(data.member(i, j), &data.observations[i * data.d], data.d, beta);
    result.squared_weights += w[j] * w[j];
    for (std::size_t k = 0; k < data.m; ++k)
      result.between_members +=
          w[j] * w[k] * distance(data.member(i, j), data.member(i, k), data.d, beta) / 2.0L;
  }
  return result;
}

class energy_score : public each_isa {};
ASSAY_FOR_EACH_ISA(energy_score);

TEST_P(energy_score, agrees_with_the_definition) {
  for (const std::size_t m : {2U, 5U, 8U, 19U}) {
    for (const std::size_t d : {1U, 3U, 16U}) {
      const vectors data = random_vectors(m * d, 6, m, d);
      for (const double beta : {1.0, 0.5, 1.7}) {
        const array scores = scoring::energy_score(
            data.y(), data.x(), {.estimator = crps_estimator::almost_fair, .alpha = 0.9, .beta = beta});
        for (std::size_t i = 0; i < 6; ++i) {
          const auto means = distances_of(data, i, equal_weights(m), beta);
          const long double factor = mixture_factor(static_cast<long double>(0.9), means.squared_weights);
          EXPECT_ABS(scores[i], static_cast<double>(means.to_observation - factor * means.between_members),
                     1e-14 * static_cast<double>(means.to_observation), "the stated accuracy");
        }
      }
    }
  }
}

TEST_P(energy_score, equals_the_crps_in_one_dimension) {
  const vectors data = random_vectors(1, 20, 13, 1);
  for (const auto estimator : {crps_estimator::standard, crps_estimator::fair, crps_estimator::almost_fair,
                               crps_estimator::adjusted, crps_estimator::akr, crps_estimator::akr_circperm}) {
    const array energy =
        scoring::energy_score(data.y(), data.x(), {.estimator = estimator, .ensemble_size = 40});
    const array crps = scoring::crps_ensemble(data.observations, matrix_view(data.members, 20, 13),
                                              {.estimator = estimator, .ensemble_size = 40});
    for (std::size_t i = 0; i < 20; ++i)
      EXPECT_ABS(energy[i], crps[i], 1e-14 * 4.0, "errors of mean about 1");
  }
}

TEST_P(energy_score, agrees_with_the_definition_for_weights) {
  const vectors data = random_vectors(2, 9, 11, 4);
  generator random(3);
  std::vector<double> weights(9 * 11);
  for (double& w : weights) w = random.below(4) == 0 ? 0.0 : random.uniform(0.1, 2.0);
  const array scores = scoring::energy_score(data.y(), data.x(), {.weights = matrix_view(weights, 9, 11)});
  for (std::size_t i = 0; i < 9; ++i) {
    const auto w = normalised({weights.begin() + static_cast<std::ptrdiff_t>(i * 11),
                               weights.begin() + static_cast<std::ptrdiff_t>((i + 1) * 11)});
    const auto means = distances_of(data, i, w, 1.0);
    const long double factor = 1.0L / (1.0L - means.squared_weights);
    EXPECT_ABS(scores[i], static_cast<double>(means.to_observation - factor * means.between_members),
               1e-14 * static_cast<double>(means.to_observation), "the stated accuracy");
  }
}

TEST_P(energy_score, is_unchanged_by_rotation) {
  const vectors data = random_vectors(4, 15, 7, 2);
  vectors turned = data;
  const auto turn = [](std::vector<double>& values) {
    for (std::size_t k = 0; k < values.size(); k += 2) {
      const double x = values[k];
      values[k] = 0.6 * x - 0.8 * values[k + 1];
      values[k + 1] = 0.8 * x + 0.6 * values[k + 1];
    }
  };
  turn(turned.observations);
  turn(turned.members);
  const array scores = scoring::energy_score(data.y(), data.x());
  const array turned_scores = scoring::energy_score(turned.y(), turned.x());
  for (std::size_t i = 0; i < 15; ++i)
    EXPECT_ABS(turned_scores[i], scores[i], 5e-15, "coordinates are rounded");
}

TEST_P(energy_score, is_zero_for_a_perfect_ensemble) {
  const std::vector<double> members = {1.0, 2.0, 1.0, 2.0, 1.0, 2.0};
  EXPECT_BITS(
      scoring::energy_score(matrix_view(std::vector{1.0, 2.0}, 1, 2), tensor_view(members, 1, 3, 2))[0], 0.0);
}

TEST_P(energy_score, survives_very_large_and_very_small_coordinates) {
  const vectors data = random_vectors(5, 4, 6, 3);
  for (const double beta : {1.0, 1.5}) {
    const array scores = scoring::energy_score(data.y(), data.x(), {.beta = beta});
    for (const int exponent : {-900, 900}) {
      vectors scaled = data;
      for (double& y : scaled.observations) y = std::ldexp(y, exponent);
      for (double& x : scaled.members) x = std::ldexp(x, exponent);
      const array moved = scoring::energy_score(scaled.y(), scaled.x(), {.beta = beta});
      for (std::size_t i = 0; i < 4; ++i) {
        const double expected = scores[i] * std::exp2(beta * exponent);
        if (std::isinf(expected) || expected < 1e-300) continue;
        EXPECT_REL(moved[i], expected, 1e-12, "an exponential of up to 900 log 2");
      }
    }
  }
}

TEST_P(energy_score, float32_equals_float64_on_the_widened_numbers) {
  const vectors data = random_vectors(6, 12, 9, 5);
  const std::vector<float> y(data.observations.begin(), data.observations.end());
  const std::vector<float> x(data.members.begin(), data.members.end());
  const std::vector<double> wide_y(y.begin(), y.end());
  const std::vector<double> wide_x(x.begin(), x.end());
  const auto narrow = scoring::energy_score_grad(matrix_view(y, 12, 5), tensor_view(x, 12, 9, 5));
  const auto wide = scoring::energy_score_grad(matrix_view(wide_y, 12, 5), tensor_view(wide_x, 12, 9, 5));
  EXPECT_BITS(scoring::energy_score(matrix_view(y, 12, 5), tensor_view(x, 12, 9, 5)), wide.score);
  EXPECT_BITS(narrow.score, wide.score);
  EXPECT_EQ(narrow.grad.type(), dtype::float32);
  for (std::size_t k = 0; k < narrow.grad.size(); ++k)
    EXPECT_BITS(narrow.grad[k], static_cast<double>(static_cast<float>(wide.grad[k])));
}

TEST_P(energy_score, gives_the_same_bits_for_any_threads_and_instruction_set) {
  const vectors data = random_vectors(7, 90, 21, 6);
  for (const double beta : {1.0, 0.8}) {
    const energy_score_options options{.estimator = crps_estimator::almost_fair, .beta = beta};
    const auto here = scoring::energy_score_grad(data.y(), data.x(), options);
    const use_isa slowest(available_isas().front());
    const auto there = scoring::energy_score_grad(data.y(), data.x(), options, {.threads = 3});
    EXPECT_BITS(here.score, there.score);
    EXPECT_BITS(here.grad, there.grad);
    EXPECT_BITS(here.grad_observations, there.grad_observations);
    set_isa(GetParam());
  }
}

TEST_P(energy_score, gradient_equals_central_differences) {
  const vectors data = random_vectors(8, 3, 6, 3);
  generator random(9);
  std::vector<double> weights(6);
  for (double& w : weights) w = random.uniform(0.2, 2.0);
  for (const bool weighted : {false, true}) {
    for (const double beta : {1.0, 0.6}) {
      energy_score_options options{.estimator = crps_estimator::almost_fair, .beta = beta};
      if (weighted) options.weights = vector_view(weights);
      const auto result = scoring::energy_score_grad(data.y(), data.x(), options);
      const double step = 6e-6;  // cbrt(epsilon)
      const auto difference = [&](std::size_t i, std::vector<double> vectors::*field, std::size_t at) {
        double value[2];
        for (const int side : {0, 1}) {
          vectors moved = data;
          (moved.*field)[at] += side == 1 ? step : -step;
          value[side] = scoring::energy_score(moved.y(), moved.x(), options)[i];
        }
        return (value[1] - value[0]) / (2.0 * step);
      };
      for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 18; ++k)
          EXPECT_ABS(result.grad[i * 18 + k], difference(i, &vectors::members, i * 18 + k), 1e-8,
                     "rounding over the step");
        for (std::size_t k = 0; k < 3; ++k)
          EXPECT_ABS(result.grad_observations[i * 3 + k], difference(i, &vectors::observations, i * 3 + k),
                     1e-8, "rounding over the step");
      }
    }
  }
}

TEST_P(energy_score, gradient_is_that_of_the_crps_in_one_dimension) {
  const vectors data = random_vectors(10, 20, 9, 1);
  const auto energy = scoring::energy_score_grad(data.y(), data.x());
  const auto crps = scoring::crps_ensemble_grad(data.observations, matrix_view(data.members, 20, 9));
  for (std::size_t k = 0; k < 180; ++k) EXPECT_ABS(energy.grad[k], crps.grad[k], 1e-15, "a sum of 9 slopes");
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_ABS(energy.grad_observations[i], crps.grad_observations[i], 1e-15, "as above");
}

TEST_P(energy_score, gradient_is_zero_between_coinciding_points) {
  const std::vector<double> members = {1.0, 1.0, 1.0, 1.0};  // two members on the outcome
  const auto result =
      scoring::energy_score_grad(matrix_view(std::vector{1.0, 1.0}, 1, 2), tensor_view(members, 1, 2, 2));
  for (std::size_t k = 0; k < 4; ++k) EXPECT_BITS(result.grad[k], 0.0);
}

TEST_P(energy_score, omit_gives_the_bits_of_removal) {
  vectors data = random_vectors(11, 2, 4, 2);
  data.members[3] = k_nan;  // second member of the first row
  const auto result = scoring::energy_score_grad(data.y(), data.x(), {.nan_policy = nan_policy::omit});
  std::vector<double> rest(data.members.begin(), data.members.begin() + 2);
  rest.insert(rest.end(), data.members.begin() + 4, data.members.begin() + 8);
  EXPECT_BITS(result.score[0],
              scoring::energy_score(matrix_view(data.observations, 1, 2), tensor_view(rest, 1, 3, 2))[0]);
  EXPECT_BITS(result.grad[2], 0.0);
  EXPECT_BITS(result.grad[3], 0.0);
  const array propagated = scoring::energy_score(data.y(), data.x(), {.nan_policy = nan_policy::propagate});
  EXPECT_BITS(propagated[0], k_nan);
  EXPECT_BITS(propagated[1], result.score[1]);
}

TEST(energy_score_errors, name_argument_and_value) {
  const auto run = [](const std::vector<double>& y, const std::vector<double>& x, std::size_t n,
                      std::size_t m, std::size_t d, const energy_score_options& options) {
    scoring::energy_score(matrix_view(y, n, y.size() / std::max<std::size_t>(n, 1)), tensor_view(x, n, m, d),
                          options);
  };
  const auto value = error_kind::value;
  const auto shape = error_kind::shape;
  const std::vector<double> y = {0.0, 0.0};
  const std::vector<double> x = {1.0, 2.0, 3.0, 4.0};
  const std::vector<double> single = {0.0, 1.0};
  const std::vector<double> negative = {-1.0, 1.0};
  const std::vector<double> zero = {0.0, 0.0};
  expect_error([&] { run({}, {}, 0, 0, 0, {}); }, shape, error_code::empty_input, "observations");
  expect_error(
      [&] {
        run(y, {1, 2, 3}, 1, 1, 3, {});
      },
      shape, error_code::length_mismatch, "members", "(1, 1, 3)");
  expect_error([&] { run(y, {1, 2}, 1, 1, 2, {}); }, shape, error_code::too_few_members, "members");
  expect_error([&] { run(y, x, 1, 2, 2, {.weights = vector_view({1.0})}); }, shape,
               error_code::length_mismatch, "weights");
  expect_error([&] { run(y, x, 1, 2, 2, {.weights = vector_view(single)}); }, value,
               error_code::too_few_members, "weights");
  expect_error([&] { run(y, x, 1, 2, 2, {.weights = vector_view(negative)}); }, value, error_code::bad_weight,
               "weights", "[0] is -1");
  expect_error([&] { run(y, x, 1, 2, 2, {.weights = vector_view(zero)}); }, value, error_code::zero_weight,
               "weights");
  expect_error([&] { run(y, x, 1, 2, 2, {.beta = 2.0}); }, value, error_code::out_of_range, "beta", "(0, 2)");
  expect_error([&] { run(y, x, 1, 2, 2, {.beta = 0.0}); }, value, error_code::out_of_range, "beta");
  expect_error([&] { run(y, x, 1, 2, 2, {.alpha = -0.1}); }, value, error_code::out_of_range, "alpha");
  expect_error([&] { run(y, x, 1, 2, 2, {.estimator = crps_estimator::adjusted}); }, value,
               error_code::bad_parameter, "ensemble_size");
  expect_error(
      [&] {
        run({k_nan, 0.0}, x, 1, 2, 2, {});
      },
      value, error_code::non_finite, "observations", "[0, 0] is NaN");
  expect_error(
      [&] {
        run(y, {1, 2, 3, k_nan}, 1, 2, 2, {});
      },
      value, error_code::non_finite, "members", "[0, 1, 1] is NaN");
  expect_error(
      [&] {
        run(y, {1, 2, 3, k_infinity}, 1, 2, 2, {.nan_policy = nan_policy::omit});
      },
      value, error_code::non_finite, "members", "Infinity");
  expect_error(
      [&] {
        scoring::energy_score_grad(matrix_view(y, 1, 2), tensor_view(x, 1, 2, 2),
                                   {.estimator = crps_estimator::akr});
      },
      value, error_code::unsupported, "estimator");
}

}  // namespace
}  // namespace assay::testing
