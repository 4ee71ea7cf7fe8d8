// Laws of the tests of calibration and of intervals for a share of events.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/binomial_interval.hpp"
#include "assay/calibration/brier.hpp"
#include "assay/calibration/calibration_slope.hpp"
#include "assay/calibration/calibration_tests.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/miscalibration_test.hpp"
#include "assay/calibration/pit_uniformity.hpp"
#include "assay/calibration/platt.hpp"
#include "assay/calibration/tcal.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

void require_p_value(double p) { RC_ASSERT(0.0 <= p && p <= 1.0); }

/// Some probability is none of 0, 1/2 and 1, and has weight.
rc::Gen<forecasts> forecasts_with_variance() {
  return rc::gen::map(some_forecasts(), [](forecasts f) {
    f.probabilities[0] = 0.25;
    return f;
  });
}

RC_GTEST_PROP(hosmer_lemeshow, does_not_depend_on_the_order_of_rows, ()) {
  const forecasts f = *some_forecasts();
  const forecasts g = permuted(f, some_order(f.size()));
  const std::int64_t groups = *some_bins();
  const auto one = hosmer_lemeshow(f.labels, f.probabilities, {.n_groups = groups});
  const auto other = hosmer_lemeshow(g.labels, g.probabilities, {.n_groups = groups});
  RC_ASSERT(same_bits(one.statistic, other.statistic));
  RC_ASSERT(one.df == other.df && 1 <= one.df && one.df <= groups);
  RC_ASSERT(one.statistic >= 0.0);
  require_p_value(one.p_value);
}

// As many groups as rows: each distinct probability is one.
RC_GTEST_PROP(hosmer_lemeshow, of_all_values_does_not_depend_on_which_event_is_forecast, ()) {
  const forecasts f = *some_forecasts(), g = exchanged(f);
  const auto groups = static_cast<std::int64_t>(f.size());
  const auto one = hosmer_lemeshow(f.labels, f.probabilities, {.n_groups = groups});
  const auto other = hosmer_lemeshow(g.labels, g.probabilities, {.n_groups = groups});
  RC_ASSERT(one.df == other.df);
  require_close(other.statistic, one.statistic, 2e-13, 0.0, "two budgets");
  if (std::isinf(one.statistic)) RC_ASSERT(one.p_value == 0.0);
}

RC_GTEST_PROP(spiegelhalter_z, does_not_depend_on_order_event_or_unit_of_the_weights, ()) {
  const forecasts f = *forecasts_with_variance();
  forecasts g = exchanged(permuted(f, some_order(f.size())));
  for (double& w : g.weights) w *= 0.25;
  const auto one = spiegelhalter_z(f.labels, f.probabilities, {.weights = f.weights});
  const auto other = spiegelhalter_z(g.labels, g.probabilities, {.weights = g.weights});
  RC_ASSERT(same_bits(one.z, other.z));  // sums of multiples of 2^-38 and less are exact
  RC_ASSERT(same_bits(one.p_value, other.p_value));
  require_p_value(one.p_value);
}

RC_GTEST_PROP(spiegelhalter_z, is_above_0_where_the_brier_score_is_worse_than_it_says, ()) {
  const forecasts f = *forecasts_with_variance();
  const double z = spiegelhalter_z(f.labels, f.probabilities, {.weights = f.weights}).z;
  double excess = 0.0, variance = 0.0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    const double p = f.probabilities[i], miss = p - f.labels[i], w = f.weights[i];
    excess += w * (miss * miss - p * (1 - p));
    variance += w * w * (1 - 2 * p) * (1 - 2 * p) * p * (1 - p);
  }
  require_close(z, excess / std::sqrt(variance), 1e-15, 0.0, "both sums are exact");
}

/// Rows of both classes above one another on both sides, so that a slope exists.
forecasts overlapping() {
  forecasts f = inner(*some_forecasts());
  for (const double p : {0.25, 0.75})
    for (const std::uint8_t label : {std::uint8_t{0}, std::uint8_t{1}}) f.add(label, p);
  return f;
}

RC_GTEST_PROP(calibration_slope_intercept, turns_its_intercepts_for_the_other_event, ()) {
  const forecasts f = overlapping(), g = exchanged(permuted(f, some_order(f.size())));
  const auto one = calibration_slope_intercept(f.labels, f.probabilities, {.weights = f.weights});
  const auto other = calibration_slope_intercept(g.labels, g.probabilities, {.weights = g.weights});
  constexpr const char* why = "budgets of coefficients and errors";
  require_close(other.slope, one.slope, 1e-9, 1e-9, why);
  require_close(other.intercept, -one.intercept, 1e-9, 1e-9, why);
  require_close(other.calibration_in_the_large, -one.calibration_in_the_large, 1e-9, 1e-9, why);
  require_close(other.slope_std_error, one.slope_std_error, 1e-9, 0.0, why);
  require_close(other.intercept_std_error, one.intercept_std_error, 1e-9, 0.0, why);
  require_close(other.in_the_large_std_error, one.in_the_large_std_error, 1e-9, 0.0, why);
  require_close(other.statistic, one.statistic, 1e-9, 1e-10, "1e-14 of the log-likelihoods, below 2000");
  require_p_value(one.p_value);
}

RC_GTEST_PROP(calibration_slope_intercept, is_the_best_logistic_curve_and_tests_what_it_gains, ()) {
  const forecasts f = overlapping();
  const auto cox = calibration_slope_intercept(f.labels, f.probabilities, {.weights = f.weights});
  const auto best = platt(f.labels, f.probabilities,
                          {.weights = f.weights,
                           .smooth_targets = false,
                           .input = platt_input::probabilities,
                           .query = f.probabilities});
  require_close(best.slope, cox.slope, 1e-9, 1e-9, "two budgets");
  require_close(best.intercept, cox.intercept, 1e-9, 1e-9, "two budgets");
  const double weight = std::accumulate(f.weights.begin(), f.weights.end(), 0.0);
  const double gain = log_loss(f.labels, f.probabilities, {.weights = f.weights}) -
                      log_loss(f.labels, best.query.to_vector(), {.weights = f.weights});
  require_close(cox.statistic, 2 * weight * gain, 1e-9, 1e-9, "budgets of losses below 4, times 2 * 320");
  RC_ASSERT(cox.statistic >= 0.0);
  double ones = 0.0, logits = 0.0, squares = 0.0;  // the information at the fit
  for (std::size_t i = 0; i < f.size(); ++i) {
    const double z = std::log(f.probabilities[i] / (1 - f.probabilities[i]));
    const double information = f.weights[i] * best.query[i] * (1 - best.query[i]);
    ones += information;
    logits += information * z;
    squares += information * z * z;
  }
  const double determinant = ones * squares - logits * logits;
  require_close(cox.intercept_std_error, std::sqrt(squares / determinant), 1e-8, 0.0, "two fits");
  require_close(cox.slope_std_error, std::sqrt(ones / determinant), 1e-8, 0.0, "two fits");
}

RC_GTEST_PROP(miscalibration_test, compares_the_corp_part_with_replicates_of_its_seed, ()) {
  const forecasts f = *some_forecasts();
  const auto score = *rc::gen::element(corp_score::brier, corp_score::log);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const miscalibration_test_options options{.weights = f.weights, .score = score, .n_boot = 19, .seed = seed};
  const auto one = miscalibration_test(f.labels, f.probabilities, options);
  const auto corp = corp_decomposition(f.labels, f.probabilities, {.weights = f.weights, .score = score});
  require_close(one.statistic, corp.miscalibration, 0.0, 2e-14 * (1 + corp.score), "two budgets");
  RC_ASSERT(one.p_value * 20 >= 1.0 && one.p_value <= 1.0);
  RC_ASSERT(same_bits(one.p_value * 20, std::round(one.p_value * 20)));
  RC_ASSERT(same_bits(miscalibration_test(f.labels, f.probabilities, options).expected, one.expected));
}

RC_GTEST_PROP(tcal_test, has_the_statistics_of_all_numbers_of_bins, ()) {
  const forecasts f = *some_forecasts(2);
  const forecasts g = permuted(f, some_order(f.size()));
  const tcal_test_options options{.n_resamples = 19,
                                  .alpha = *fractions(1, 63, 64.0),
                                  .seed = *rc::gen::arbitrary<std::uint64_t>(),
                                  .peer_edges = *rc::gen::arbitrary<bool>()};
  const auto test = tcal_test(f.labels, f.probabilities, options);
  double least = 1.0;
  bool above = false;
  for (std::size_t k = 0; k < test.n_bins.size(); ++k) {
    RC_ASSERT(test.n_bins[k] == std::ldexp(1.0, static_cast<int>(k) + 1));
    const double alone = tcal_statistic(f.labels, f.probabilities,
                                        {.n_bins = std::int64_t{2} << k, .peer_edges = options.peer_edges});
    require_close(test.statistics[k], alone, 0.0, 1e-13, "the budget of the mean squared residual");
    above |= test.statistics[k] > test.critical_values[k];
    least = std::min(least, test.p_values[k]);
    RC_ASSERT(test.p_values[k] >= 0.05);
  }
  RC_ASSERT(test.rejected == above);
  RC_ASSERT(test.p_value == std::min(1.0, least * static_cast<double>(test.n_bins.size())));
  const auto other = tcal_test(g.labels, g.probabilities, options);  // rows are drawn in sorted order
  RC_ASSERT(same_bits(other.critical_values, test.critical_values));
  RC_ASSERT(same_bits(other.p_values, test.p_values));
}

// Odd multiples of 1/128 are never edges of bins.
RC_GTEST_PROP(pit_uniformity, does_not_depend_on_order_or_direction, ()) {
  auto pit = *rc::gen::nonEmpty<std::vector<double>>(rc::gen::container<std::vector<double>>(
      rc::gen::map(fractions(0, 63, 64.0), [](double u) { return u + 1 / 128.0; })));
  const std::int64_t bins = *rc::gen::element(1, 4, 16, 64);
  const auto n = static_cast<double>(pit.size());
  const auto one = pit_uniformity(pit, {.n_bins = bins});
  for (double& u : pit) u = 1.0 - u;
  const auto order = some_order(pit.size());
  std::vector<double> turned;
  for (const std::size_t i : order) turned.push_back(pit[i]);
  const auto other = pit_uniformity(turned, {.n_bins = bins});
  require_close(other.ks_statistic, one.ks_statistic, 0.0, 2e-15, "two budgets");
  require_close(other.cvm_statistic, one.cvm_statistic, 2e-15, 2e-15, "two budgets");
  double sum = 0.0;
  for (std::size_t k = 0; k < one.histogram.size(); ++k) {
    RC_ASSERT(one.histogram[k] == other.histogram[one.histogram.size() - 1 - k]);
    sum += one.histogram[k];
  }
  require_close(sum, 1.0, 0.0, 1e-14, "at most 64 divisions");
  RC_ASSERT(one.ks_statistic >= 0.5 / n - 1e-15 && one.ks_statistic <= 1.0);
  RC_ASSERT(one.cvm_statistic >= (1 - 1e-14) / (12 * n) && one.cvm_statistic <= n / 3 * (1 + 1e-14));
  require_p_value(one.ks_p_value);
  require_p_value(one.cvm_p_value);
}

struct trials {
  std::int64_t successes, n;
};

trials some_trials() {
  return *rc::gen::exec([] {
    const auto n =
        *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(1, 30), rc::gen::inRange<std::int64_t>(30, 100000));
    return trials{*rc::gen::inRange<std::int64_t>(0, n + 1), n};
  });
}

RC_GTEST_PROP(binomial_interval, holds_the_share_and_grows_with_the_level, ()) {
  const trials t = some_trials();
  const double share = static_cast<double>(t.successes) / static_cast<double>(t.n);
  const double level = *fractions(1, 62, 64.0);
  const auto narrow = binomial_interval(t.successes, t.n, {.level = level});
  const auto wide = binomial_interval(t.successes, t.n, {.level = level + 1 / 64.0});
  for (const auto part : {&binomial_interval_result::wilson, &binomial_interval_result::clopper_pearson,
                          &binomial_interval_result::jeffreys}) {
    const array &in = narrow.*part, &out = wide.*part;
    RC_ASSERT(0.0 <= out[0] && out[0] <= in[0] && in[0] < in[1] && in[1] <= out[1] && out[1] <= 1.0);
  }
  for (const auto part : {&binomial_interval_result::wilson, &binomial_interval_result::clopper_pearson}) {
    const array& in = narrow.*part;
    RC_ASSERT(in[0] <= share * (1 + 1e-13) && share <= in[1] * (1 + 1e-13));
  }
  // half an event more on both sides: the exact interval holds the Bayesian one
  RC_ASSERT(narrow.clopper_pearson[0] <= narrow.jeffreys[0] * (1 + 2e-13));
  RC_ASSERT(narrow.jeffreys[1] <= narrow.clopper_pearson[1] * (1 + 2e-13));
}

RC_GTEST_PROP(binomial_interval, is_mirrored_for_failures_and_rises_with_successes, ()) {
  const trials t = some_trials();
  const auto one = binomial_interval(t.successes, t.n), other = binomial_interval(t.n - t.successes, t.n);
  const auto more = binomial_interval(std::min(t.successes + 1, t.n), t.n);
  const auto twice = binomial_interval(2 * t.successes, 2 * t.n);
  for (const auto part : {&binomial_interval_result::wilson, &binomial_interval_result::clopper_pearson,
                          &binomial_interval_result::jeffreys}) {
    require_close((one.*part)[0], 1 - (other.*part)[1], 0.0, 2e-13, "two budgets");
    require_close((one.*part)[1], 1 - (other.*part)[0], 0.0, 2e-13, "two budgets");
    RC_ASSERT((one.*part)[0] <= (more.*part)[0] && (one.*part)[1] <= (more.*part)[1]);
  }
  RC_ASSERT(one.wilson[0] <= twice.wilson[0] * (1 + 2e-13));  // (share - p)^2 <= z^2 p (1 - p)/n
  RC_ASSERT(twice.wilson[1] <= one.wilson[1] * (1 + 2e-13));
}

}  // namespace
}  // namespace assay::calibration
