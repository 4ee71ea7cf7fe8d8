// Laws of the calibration errors: how they bound each other, and what their definitions say.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/balance.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/mmce.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/calibration/smooth_ece.hpp"
#include "assay/calibration/tcal.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

double l1_of_values(const forecasts& f) {
  return ece(f.labels, f.probabilities, {.weights = f.weights, .strategy = binning::unique});
}

double difference_of_means(const forecasts& f) {
  return ece(f.labels, f.probabilities, {.weights = f.weights, .n_bins = 1});
}

double weight_of(const forecasts& f) { return std::accumulate(f.weights.begin(), f.weights.end(), 0.0); }

double mean_residual_size(const forecasts& f) {
  double sum = 0.0;
  for (std::size_t i = 0; i < f.size(); ++i)
    sum += f.weights[i] * std::fabs(f.labels[i] - f.probabilities[i]);
  return sum / weight_of(f);
}

RC_GTEST_PROP(ks_calibration_error, lies_between_the_errors_of_one_bin_and_of_all_values, ()) {
  const forecasts f = *some_forecasts();
  const double ks = ks_calibration_error(f.labels, f.probabilities, {.weights = f.weights});
  RC_ASSERT(difference_of_means(f) <= ks);  // sums are exact, division keeps the order
  RC_ASSERT(ks <= l1_of_values(f));
}

// From the other end the running sums are those of all rows less those up to here.
RC_GTEST_PROP(ks_calibration_error, changes_by_at_most_the_difference_of_means_for_the_other_event, ()) {
  const forecasts f = *some_forecasts();
  const forecasts g = exchanged(f);
  const double one = ks_calibration_error(f.labels, f.probabilities, {.weights = f.weights});
  const double other = ks_calibration_error(g.labels, g.probabilities, {.weights = g.weights});
  RC_ASSERT(std::fabs(one - other) <= difference_of_means(f) + 1e-15);  // three divisions
}

RC_GTEST_PROP(ks_calibration_curve, holds_the_error_at_its_place, ()) {
  const forecasts f = *some_forecasts();
  const auto curve = ks_calibration_curve(f.labels, f.probabilities, {.weights = f.weights});
  RC_ASSERT(same_bits(curve.value, ks_calibration_error(f.labels, f.probabilities, {.weights = f.weights})));
  RC_ASSERT(std::fabs(curve.signed_gap) == curve.value);
  double before = -1.0, share = 0.0;
  for (std::size_t k = 0; k < curve.x.size(); ++k) {
    RC_ASSERT(before < curve.x[k] && share <= curve.cumulative_share[k]);
    before = curve.x[k];
    share = curve.cumulative_share[k];
    RC_ASSERT(std::fabs(curve.difference[k]) <= curve.value);
    if (before == curve.probability) {
      RC_ASSERT(curve.difference[k] == curve.signed_gap);
      RC_ASSERT(share == curve.share);
    }
    require_close(curve.cumulative_prob[k] - curve.cumulative_label[k], curve.difference[k], 0.0, 4e-16,
                  "two roundings of numbers in [0, 1]");
  }
  RC_ASSERT(share == 1.0);
  RC_ASSERT(std::fabs(curve.difference[curve.x.size() - 1]) == difference_of_means(f));
}

// Smoothing keeps integrals and takes nothing of their size away: a larger kernel is a smaller one smoothed
// again.
RC_GTEST_PROP(smooth_ece_fixed, falls_with_the_bandwidth_between_the_errors_of_all_values_and_of_one_bin,
              ()) {
  const forecasts f = *some_forecasts();
  const double sigma = *fractions(1, 256, 256.0), larger = sigma * *fractions(64, 128, 64.0);
  const double slack = 4e-7 * mean_residual_size(f) + 1e-15;  // the budget of two errors
  const double error = smooth_ece_fixed(f.labels, f.probabilities, sigma, {.weights = f.weights});
  RC_ASSERT(error <= l1_of_values(f) + slack);
  RC_ASSERT(smooth_ece_fixed(f.labels, f.probabilities, larger, {.weights = f.weights}) <= error + slack);
  RC_ASSERT(difference_of_means(f) <= error + slack);
}

// The error falls, the bandwidth rises: below the point where they meet the error is larger.
RC_GTEST_PROP(smooth_ece, is_the_bandwidth_that_equals_its_error, ()) {
  const forecasts f = *some_forecasts();
  const double value = smooth_ece(f.labels, f.probabilities, {.weights = f.weights});
  const double slack = 4e-7 * mean_residual_size(f) + 1e-12;  // the budgets of both errors
  const auto error = [&](double sigma) {
    return smooth_ece_fixed(f.labels, f.probabilities, sigma, {.weights = f.weights});
  };
  RC_ASSERT(error(value + slack) <= value + slack);
  if (value > slack) RC_ASSERT(error(value - slack) >= value - 2 * slack);
}

RC_GTEST_PROP(smooth_ece, of_one_probability_is_its_distance_from_the_rate, ()) {
  forecasts f = *some_forecasts();
  std::fill(f.probabilities.begin(), f.probabilities.end(), *fractions(0, 64, 64.0));
  require_close(smooth_ece(f.labels, f.probabilities, {.weights = f.weights}), difference_of_means(f), 0.0,
                2e-7, "the budget, of the mean |y - p|");
}

RC_GTEST_PROP(smooth_ece_curve, draws_shares_of_events_and_a_density, ()) {
  const forecasts f = *some_forecasts();
  const auto curve =
      smooth_ece_curve(f.labels, f.probabilities, {.weights = f.weights, .sigma = 0.1, .n_points = 65});
  RC_ASSERT(same_bits(curve.value, smooth_ece_fixed(f.labels, f.probabilities, 0.1, {.weights = f.weights})));
  double area = 0.0;
  for (std::size_t k = 0; k < curve.t.size(); ++k) {
    area += curve.density[k] * (k == 0 || k + 1 == curve.t.size() ? 0.5 : 1.0) / 64.0;
    RC_ASSERT(curve.density[k] >= -1e-7);
    if (std::isnan(curve.mu[k]) || curve.density[k] < 1e-3) continue;  // far from all rows
    RC_ASSERT(curve.mu[k] >= -1e-6 && curve.mu[k] <= 1.0 + 1e-6);
  }
  // The reflected density is even and smooth at both ends, where the trapezoidal rule loses nothing.
  require_close(area, 1.0, 0.0, 1e-6, "1e-7 of the height of the density");
}

RC_GTEST_PROP(mmce_loss, is_the_root_of_the_sum_over_all_pairs, ()) {
  const forecasts f = *some_forecasts();
  const double width = *fractions(1, 128, 64.0);
  double square = 0.0;
  const auto residual = [&](std::size_t i) { return f.weights[i] * (f.labels[i] - f.probabilities[i]); };
  for (std::size_t i = 0; i < f.size(); ++i)
    for (std::size_t j = 0; j < f.size(); ++j)
      square +=
          residual(i) * residual(j) * std::exp(-std::fabs(f.probabilities[i] - f.probabilities[j]) / width);
  const double loss =
      mmce_loss(f.labels, f.probabilities, {.weights = f.weights, .kernel_width = width}).loss;
  require_close(loss * loss, square / (weight_of(f) * weight_of(f)), 0.0, 2e-14, "the budget; a naive sum");
  RC_ASSERT(loss <= mean_residual_size(f) + 1e-15);  // the kernel is at most 1
}

RC_GTEST_PROP(balance_score, is_accuracy_less_confidence, ()) {
  const forecasts f = *some_forecasts();
  const auto balance = balance_score(f.labels, f.probabilities, {.weights = f.weights});
  double gain = 0.0;
  forecasts called;  // was the more probable event the right one?
  for (std::size_t i = 0; i < f.size(); ++i) {
    const double p = f.probabilities[i];
    const bool right = (p >= 0.5) == (f.labels[i] == 1);
    gain += f.weights[i] * ((right ? 1.0 : 0.0) - std::max(p, 1.0 - p));
    called.add(right ? 1 : 0, std::max(p, 1.0 - p), f.weights[i]);
  }
  RC_ASSERT(balance.signed_ == gain / weight_of(f));
  RC_ASSERT(balance.absolute == std::fabs(balance.signed_));
  RC_ASSERT(balance.absolute == difference_of_means(called));
  RC_ASSERT(balance.absolute <= l1_of_values(f));
  RC_ASSERT(-1.0 <= balance.signed_ && balance.signed_ <= 0.5);
}

RC_GTEST_PROP(balance_score_grad, is_the_slope_of_the_absolute_score, ()) {
  const forecasts f = *some_forecasts();
  const auto balance = balance_score(f.labels, f.probabilities, {.weights = f.weights});
  const auto at = balance_score_grad(f.labels, f.probabilities, {.weights = f.weights});
  RC_ASSERT(at.loss == balance.absolute && at.signed_ == balance.signed_);
  const double sign = balance.signed_ > 0.0 ? 1.0 : balance.signed_ < 0.0 ? -1.0 : 0.0;
  double square = 0.0, squared_weights = 0.0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    const double p = f.probabilities[i], side = p >= 0.5 ? -1.0 : 1.0;
    require_close(at.grad[i], sign * side * f.weights[i] / weight_of(f), 4e-16, 0.0, "1 ulp");
    const double gain = side * (p - f.labels[i]) - balance.signed_;
    square += f.weights[i] * gain * gain;
    squared_weights += f.weights[i] * f.weights[i];
  }
  const double rows = weight_of(f) * weight_of(f) / squared_weights;
  if (rows > 1.0)
    require_close(balance.std_error, std::sqrt(square / weight_of(f) / (rows - 1)), 0.0,
                  1e-7 / std::sqrt(rows - 1), "1e-7 of that of one row");
}

// Only at 1/2 is the more probable event a matter of convention.
RC_GTEST_PROP(balance_score, does_not_depend_on_which_event_is_forecast, ()) {
  forecasts f = *some_forecasts();
  std::replace(f.probabilities.begin(), f.probabilities.end(), 0.5, 33 / 64.0);
  const forecasts g = exchanged(f);
  const auto one = balance_score(f.labels, f.probabilities, {.weights = f.weights});
  const auto other = balance_score(g.labels, g.probabilities, {.weights = g.weights});
  RC_ASSERT(same_bits(one.signed_, other.signed_));
  RC_ASSERT(same_bits(one.std_error, other.std_error));
}

RC_GTEST_PROP(ece, with_mirrored_bins_does_not_depend_on_which_event_is_forecast, ()) {
  const forecasts f = *some_forecasts();
  const forecasts g = exchanged(f);
  const std::int64_t bins = *rc::gen::element(1, 2, 4, 8, 16, 32);  // edges are exact, so 1 - edge is one
  const auto norm = *rc::gen::element(error_norm::l1, error_norm::l2, error_norm::max);
  const auto weighting = *rc::gen::element(bin_weighting::weight, bin_weighting::uniform);
  const auto value = [&](const forecasts& data, bin_rule rule) {
    return ece(data.labels, data.probabilities,
               {.weights = data.weights,
                .n_bins = bins,
                .bin_rule = rule,
                .norm = norm,
                .bin_weighting = weighting});
  };
  require_close(value(g, bin_rule::left_closed), value(f, bin_rule::right_closed), 0.0, 4e-15,
                "means of 1 - p are rounded anew");
}

RC_GTEST_PROP(ece_debiased, is_below_the_plain_error, ()) {
  const forecasts f = *some_forecasts();
  const ece_debiased_options options{.n_bins = *some_bins(), .strategy = *some_layout()};
  const auto plain = [&](error_norm norm) {
    return ece(f.labels, f.probabilities,
               {.n_bins = options.n_bins, .strategy = options.strategy, .norm = norm});
  };
  const auto squares = ece_debiased_l2(f.labels, f.probabilities, options);
  RC_ASSERT(squares.value == std::sqrt(std::max(squares.squared, 0.0)));
  RC_ASSERT(squares.value <= plain(error_norm::l2) + 1e-14);
  // the mean of |N(m, s^2)| is at least |m|
  RC_ASSERT(ece_debiased_l1(f.labels, f.probabilities, options) <= plain(error_norm::l1) + 1e-14);
}

// The l2 error of the bins has the squares of the residuals as its bias.
RC_GTEST_PROP(tcal_statistic, is_the_squared_error_less_its_diagonal, ()) {
  const forecasts f = *some_forecasts();
  const std::int64_t bins = std::int64_t{1} << *rc::gen::inRange(0, 9);
  const auto n = static_cast<double>(f.size());
  const auto table =
      reliability_table(f.labels, f.probabilities, {.n_bins = bins, .bin_rule = bin_rule::left_closed});
  const double l2 = ece(f.labels, f.probabilities,
                        {.n_bins = bins, .bin_rule = bin_rule::left_closed, .norm = error_norm::l2});
  double diagonal = 0.0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    const auto bin = static_cast<std::size_t>(f.probabilities[i] * static_cast<double>(bins));
    const double residual = f.probabilities[i] - f.labels[i];
    diagonal += residual * residual / table.count[std::min(bin, static_cast<std::size_t>(bins - 1))];
  }
  require_close(tcal_statistic(f.labels, f.probabilities, {.n_bins = bins}), l2 * l2 - diagonal / n, 0.0,
                1e-14, "budgets of both sums");
}

}  // namespace
}  // namespace assay::calibration
