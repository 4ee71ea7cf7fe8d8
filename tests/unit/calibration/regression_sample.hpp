// Outcomes with forecasts that the tests of regression calibration share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "assay/core/view.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {

struct regression_sample {
  std::vector<double> y;
  std::vector<double> mean;
  std::vector<double> std;
  std::vector<double> weights;  ///< an eighth of them 0
};

/// `spread` is the true standard deviation over the forecast one; `levels` distinct deviations, 0: all
/// differ.
inline regression_sample draw_regression(std::size_t rows, std::uint64_t seed, double spread = 1.0,
                                         std::uint64_t levels = 0) {
  generator rng(seed);
  regression_sample drawn;
  for (std::size_t i = 0; i < rows; ++i) {
    const double std =
        levels == 0 ? rng.uniform(0.2, 2.0) : 0.25 * static_cast<double>(1 + rng.below(levels));
    const double mean = rng.normal();
    drawn.mean.push_back(mean);
    drawn.std.push_back(std);
    drawn.y.push_back(mean + spread * std * rng.normal());
    drawn.weights.push_back(rng.below(8) == 0 ? 0.0 : rng.uniform(0.1, 3.0));
  }
  return drawn;
}

using regression_call =
    std::function<void(vector_view y, vector_view mean, vector_view std, vector_view weights)>;

/// Checks the errors of outcomes, forecasts and weights.
inline void expect_regression_errors(const regression_call& call, bool weighted = true) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> none;
  const auto refused = [&](error_kind kind, error_code code, const std::string& argument, vector_view y,
                           vector_view mean, vector_view std, vector_view weights = {}) {
    expect_error([&] { call(y, mean, std, weights); }, kind, code, argument);
  };
  const auto shape = error_kind::shape;
  const auto value = error_kind::value;
  refused(shape, error_code::empty_input, "y", none, {1}, {1});
  refused(shape, error_code::empty_input, "mean", {1}, none, {1});
  refused(shape, error_code::empty_input, "std", {1}, {1}, none);
  refused(shape, error_code::length_mismatch, "mean", {1, 2}, {1}, {1, 1});
  refused(shape, error_code::length_mismatch, "std", {1, 2}, {1, 2}, {1, 1, 1});
  refused(value, error_code::non_finite, "y", {1, nan}, {1, 2}, {1, 1});
  refused(value, error_code::non_finite, "mean", {1, 2}, {infinity, 2}, {1, 1});
  refused(value, error_code::out_of_range, "std", {1, 2}, {1, 2}, {1, 0});
  refused(value, error_code::out_of_range, "std", {1, 2}, {1, 2}, {1, -1});
  refused(value, error_code::out_of_range, "std", {1, 2}, {1, 2}, {nan, 1});
  refused(value, error_code::out_of_range, "std", {1, 2}, {1, 2}, {infinity, 1});
  if (!weighted) return;
  refused(shape, error_code::empty_input, "weights", {1, 2}, {1, 2}, {1, 1}, none);
  refused(shape, error_code::length_mismatch, "weights", {1, 2}, {1, 2}, {1, 1}, {1});
  refused(value, error_code::bad_weight, "weights", {1, 2}, {1, 2}, {1, 1}, {1, -1});
  refused(value, error_code::bad_weight, "weights", {1, 2}, {1, 2}, {1, 1}, {nan, 1});
  refused(value, error_code::zero_weight, "weights", {1, 2}, {1, 2}, {1, 1}, {0, 0});
}

using pit_call = std::function<void(vector_view pit, vector_view weights)>;

/// Checks the errors of probability integral transforms and weights.
inline void expect_pit_errors(const pit_call& call, bool weighted = true) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> none;
  const auto refused = [&](error_kind kind, error_code code, const std::string& argument, vector_view pit,
                           vector_view weights = {}) {
    expect_error([&] { call(pit, weights); }, kind, code, argument);
  };
  refused(error_kind::shape, error_code::empty_input, "pit", none);
  refused(error_kind::value, error_code::out_of_range, "pit", {0.5, 1.5});
  refused(error_kind::value, error_code::out_of_range, "pit", {-0.1, 0.5});
  refused(error_kind::value, error_code::out_of_range, "pit", {0.5, nan});
  if (!weighted) return;
  refused(error_kind::shape, error_code::empty_input, "weights", {0.5, 0.6}, none);
  refused(error_kind::shape, error_code::length_mismatch, "weights", {0.5, 0.6}, {1});
  refused(error_kind::value, error_code::bad_weight, "weights", {0.5, 0.6}, {1, -1});
  refused(error_kind::value, error_code::zero_weight, "weights", {0.5, 0.6}, {0, 0});
}

}  // namespace assay::testing
