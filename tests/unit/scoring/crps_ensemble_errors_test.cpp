// Every refused input of the ensemble CRPS: kind, code, argument, message.
#include <gtest/gtest.h>

#include <limits>

#include "assay/scoring/crps_ensemble.hpp"
#include "support/compare.hpp"

namespace assay::testing {
namespace {

using scoring::crps_ensemble_options;
using scoring::crps_estimator;
using scoring::nan_policy;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

void expect_shape(const crps_ensemble_options& options, const std::vector<double>& y,
                  const std::vector<double>& x, std::size_t rows, std::size_t m, error_code code,
                  const std::string& argument, const std::string& text) {
  expect_error([&] { scoring::crps_ensemble(y, matrix_view(x, rows, m), options); }, error_kind::shape, code,
               argument, text);
}

void expect_value(const crps_ensemble_options& options, const std::vector<double>& y,
                  const std::vector<double>& x, error_code code, const std::string& argument,
                  const std::string& text) {
  expect_error([&] { scoring::crps_ensemble(y, matrix_view(x, y.size(), x.size() / y.size()), options); },
               error_kind::value, code, argument, text);
}

TEST(crps_ensemble_errors, name_the_argument_with_the_wrong_shape) {
  expect_shape({}, {}, {}, 0, 0, error_code::empty_input, "observations", "is empty");
  expect_shape({}, {1.0}, {}, 1, 0, error_code::empty_input, "members", "is empty");
  expect_shape({}, {1.0, 2.0}, {1.0, 2.0}, 1, 2, error_code::length_mismatch, "members",
               "observations has 2 elements");
  expect_shape({}, {1.0}, {2.0}, 1, 1, error_code::too_few_members, "members", "at least 2");
  expect_shape({.estimator = crps_estimator::almost_fair}, {1.0}, {2.0}, 1, 1, error_code::too_few_members,
               "members", "at least 2");
  const std::vector<double> weights = {1.0, 2.0, 3.0};
  expect_shape({.weights = vector_view(weights)}, {1.0}, {2.0, 3.0}, 1, 2, error_code::length_mismatch,
               "weights", "has 3 elements");
  expect_shape({.weights = matrix_view(weights, 3, 1)}, {1.0}, {2.0, 3.0}, 1, 2, error_code::length_mismatch,
               "weights", "shape (3, 1)");
}

TEST(crps_ensemble_errors, name_the_value_that_is_not_finite) {
  expect_value({}, {1.0, k_nan}, {1.0, 2.0, 3.0, 4.0}, error_code::non_finite, "observations", "[1] is NaN");
  expect_value({}, {1.0, 2.0}, {1.0, 2.0, 3.0, k_nan}, error_code::non_finite, "members", "[1, 1] is NaN");
  for (const auto policy : {nan_policy::raise, nan_policy::omit, nan_policy::propagate}) {
    expect_value({.nan_policy = policy}, {k_infinity}, {1.0, 2.0}, error_code::non_finite, "observations",
                 "Infinity");
    expect_value({.nan_policy = policy}, {1.0}, {1.0, -k_infinity}, error_code::non_finite, "members",
                 "[0, 1] is -Infinity");
    expect_value({.estimator = crps_estimator::akr, .nan_policy = policy}, {1.0}, {1.0, k_infinity},
                 error_code::non_finite, "members", "Infinity");
  }
}

TEST(crps_ensemble_errors, name_the_weight) {
  const std::vector<double> negative = {1.0, -0.5};
  const std::vector<double> missing = {1.0, k_nan};
  const std::vector<double> infinite = {k_infinity, 1.0};
  const std::vector<double> zero = {0.0, 0.0};
  const std::vector<double> single = {0.0, 2.0};
  const std::vector<double> y = {1.0};
  const std::vector<double> x = {2.0, 3.0};
  expect_value({.weights = vector_view(negative)}, y, x, error_code::bad_weight, "weights", "[1] is -0.5");
  expect_value({.weights = matrix_view(negative, 1, 2)}, y, x, error_code::bad_weight, "weights",
               "[0, 1] is -0.5");
  expect_value({.weights = vector_view(missing)}, y, x, error_code::bad_weight, "weights", "[1] is NaN");
  expect_value({.weights = vector_view(infinite), .nan_policy = nan_policy::omit}, y, x,
               error_code::bad_weight, "weights", "[0] is Infinity");
  expect_value({.weights = matrix_view(zero, 1, 2)}, y, x, error_code::zero_weight, "weights",
               "[0] sum to 0");
  expect_value({.weights = vector_view(single)}, y, x, error_code::too_few_members, "weights", "one member");
  expect_value({.weights = vector_view(zero), .nan_policy = nan_policy::omit}, y, x, error_code::zero_weight,
               "weights", "sum to 0");
}

TEST(crps_ensemble_errors, name_the_option) {
  const std::vector<double> y = {1.0};
  const std::vector<double> x = {3.0, 2.0};
  expect_value({.alpha = 1.5}, y, x, error_code::out_of_range, "alpha", "[0, 1]");
  expect_value({.alpha = k_nan}, y, x, error_code::out_of_range, "alpha", "NaN");
  expect_value({.estimator = crps_estimator::adjusted}, y, x, error_code::bad_parameter, "ensemble_size",
               "is missing");
  expect_value({.estimator = crps_estimator::adjusted, .ensemble_size = 0}, y, x, error_code::bad_parameter,
               "ensemble_size", "at least 1");
  expect_value({.sorted = true}, y, x, error_code::bad_parameter, "sorted", "members[0, 1]");
}

TEST(crps_ensemble_errors, name_the_estimator_without_gradient) {
  for (const auto estimator : {crps_estimator::akr, crps_estimator::akr_circperm})
    expect_error(
        [&] {
          scoring::crps_ensemble_grad({1.0}, matrix_view(std::vector{2.0, 3.0}, 1, 2),
                                      {.estimator = estimator});
        },
        error_kind::value, error_code::unsupported, "estimator", "no gradient");
}

TEST(crps_ensemble_errors, come_from_gradient_and_components_too) {
  const std::vector<double> x = {2.0, k_nan};
  expect_error([&] { scoring::crps_ensemble_grad({1.0}, matrix_view(x, 1, 2)); }, error_kind::value,
               error_code::non_finite, "members", "crps_ensemble_grad: members[0, 1] is NaN");
  expect_error([&] { scoring::crps_ensemble_components({1.0}, matrix_view(x, 1, 2)); }, error_kind::value,
               error_code::non_finite, "members", "crps_ensemble_components: members[0, 1] is NaN");
  expect_error(
      [&] {
        scoring::crps_ensemble_grad({1.0}, matrix_view(std::vector{3.0, 2.0}, 1, 2), {.sorted = true});
      },
      error_kind::value, error_code::bad_parameter, "sorted", "members[0, 1]");
  expect_error(
      [&] {
        scoring::crps_ensemble_components({1.0}, matrix_view(std::vector{3.0, 2.0}, 1, 2), {.sorted = true});
      },
      error_kind::value, error_code::bad_parameter, "sorted", "members[0, 1]");
}

TEST(crps_ensemble_errors, a_backend_that_is_not_built_is_refused) {
  expect_error(
      [&] {
        scoring::crps_ensemble({1.0}, matrix_view(std::vector{2.0, 3.0}, 1, 2), {},
                               {.backend = backend::cuda});
      },
      error_kind::unavailable, error_code::not_built, "backend");
}

}  // namespace
}  // namespace assay::testing
