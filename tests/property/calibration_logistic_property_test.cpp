// Laws of logistic curves, the beta family and the temperature of an event. All rows are such that a best
// curve exists.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/beta_calibration.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/platt.hpp"
#include "assay/calibration/temperature.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

/// Scores in 1/16 with labels; each of two scores has both.
struct scored {
  std::vector<double> scores, weights;
  std::vector<std::uint8_t> labels;
};

scored some_scored() {
  return *rc::gen::exec([] {
    const forecasts f = *some_forecasts();
    scored s{{}, f.weights, f.labels};
    s.scores = *rc::gen::container<std::vector<double>>(f.size(), fractions(-64, 64, 16.0));
    for (const double z : {-1.0, 1.0}) {
      for (const std::uint8_t label : {std::uint8_t{0}, std::uint8_t{1}}) {
        s.labels.push_back(label);
        s.scores.push_back(z);
        s.weights.push_back(1.0);
      }
    }
    return s;
  });
}

double loss_of(const scored& s, double slope, double intercept) {
  std::vector<double> z;
  for (const double score : s.scores) z.push_back(slope * score + intercept);
  return log_loss_from_logits(s.labels, z, {.weights = s.weights});
}

RC_GTEST_PROP(platt, does_not_depend_on_unit_and_offset_of_the_scores, ()) {
  const scored s = some_scored();
  const double unit = std::ldexp(*rc::gen::element(-1.0, 1.0), *rc::gen::inRange(-20, 21));
  const double offset = unit * *fractions(-64, 64, 16.0);
  scored moved = s;
  for (double& z : moved.scores) z = z * unit + offset;  // exact
  const bool smooth = *rc::gen::arbitrary<bool>();
  const auto one =
      platt(s.labels, s.scores, {.weights = s.weights, .smooth_targets = smooth, .query = s.scores});
  const auto other = platt(moved.labels, moved.scores,
                           {.weights = s.weights, .smooth_targets = smooth, .query = moved.scores});
  require_close(other.slope * unit, one.slope, 1e-9, 1e-9, "two budgets");
  for (std::size_t i = 0; i < s.scores.size(); ++i)
    require_close(other.query[i], one.query[i], 0.0, 1e-9, "two budgets");
}

RC_GTEST_PROP(platt, is_the_logistic_curve_of_least_loss_and_keeps_the_share_of_events, ()) {
  const scored s = some_scored();
  const auto fit =
      platt(s.labels, s.scores, {.weights = s.weights, .smooth_targets = false, .query = s.scores});
  RC_ASSERT(fit.converged);
  const double slope = *fractions(-64, 64, 16.0), intercept = *fractions(-64, 64, 16.0);
  RC_ASSERT(loss_of(s, fit.slope, fit.intercept) <= loss_of(s, slope, intercept) * (1 + 1e-12));
  double sum = 0.0, weight = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    sum += s.weights[i] * (fit.query[i] - s.labels[i]);
    weight += s.weights[i];
  }
  require_close(sum / weight, 0.0, 0.0, 1e-9, "the derivative by the intercept");
}

RC_GTEST_PROP(platt, turns_with_the_labels, ()) {
  const scored s = some_scored();
  auto labels = s.labels;
  for (auto& label : labels) label = static_cast<std::uint8_t>(1 - label);
  const auto one = platt(s.labels, s.scores, {.weights = s.weights});
  const auto other = platt(labels, s.scores, {.weights = s.weights});
  require_close(other.slope, -one.slope, 1e-9, 1e-9, "two budgets");
  require_close(other.intercept, -one.intercept, 1e-9, 1e-9, "two budgets");
}

forecasts overlapping() {
  forecasts f = inner(*some_forecasts());
  for (const double p : {0.25, 0.5, 0.75})
    for (const std::uint8_t label : {std::uint8_t{0}, std::uint8_t{1}}) f.add(label, p);
  return f;
}

RC_GTEST_PROP(beta_calibration, holds_the_logistic_curve_and_one_that_keeps_1_2, ()) {
  const forecasts f = overlapping();
  const auto line =
      platt(f.labels, f.probabilities,
            {.weights = f.weights, .smooth_targets = false, .input = platt_input::probabilities});
  const auto am =
      beta_calibration(f.labels, f.probabilities, {.weights = f.weights, .variant = beta_variant::am});
  RC_ASSERT(am.a == am.b);
  require_close(am.a, std::max(line.slope, 0.0), 1e-8, 1e-8, "two budgets");
  if (line.slope > 1e-6) require_close(am.c, line.intercept, 1e-8, 1e-8, "two budgets");
  const auto ab = beta_calibration(f.labels, f.probabilities,
                                   {.weights = f.weights, .variant = beta_variant::ab, .query = {0.5}});
  require_close(ab.query[0], 0.5, 0.0, 1e-14, "(a - b) ln 2 is rounded");
}

RC_GTEST_PROP(beta_calibration, exchanges_a_and_b_for_the_other_event_and_loses_least, ()) {
  const forecasts f = overlapping(), g = exchanged(f);
  const auto one = beta_calibration(f.labels, f.probabilities, {.weights = f.weights});
  const auto other = beta_calibration(g.labels, g.probabilities, {.weights = g.weights});
  require_close(other.a, one.b, 1e-7, 1e-7, "two budgets, times their correlation");
  require_close(other.b, one.a, 1e-7, 1e-7, "two budgets, times their correlation");
  require_close(other.c, -one.c, 1e-7, 1e-7, "two budgets, times their correlation");
  RC_ASSERT(one.a >= 0.0 && one.b >= 0.0);
  if (one.a == 0.0 || one.b == 0.0) return;  // the rest was fitted alone
  const auto loss = [&](double a, double b, double c) {
    std::vector<double> z;
    for (const double p : f.probabilities) z.push_back(a * std::log(p) - b * std::log1p(-p) + c);
    return log_loss_from_logits(f.labels, z, {.weights = f.weights});
  };
  RC_ASSERT(loss(one.a, one.b, one.c) <=
            loss(*fractions(0, 64, 16.0), *fractions(0, 64, 16.0), *fractions(-64, 64, 16.0)) * (1 + 1e-12));
}

RC_GTEST_PROP(temperature, of_an_event_is_that_of_two_classes_and_loses_least, ()) {
  const scored s = some_scored();
  std::vector<double> pairs;
  for (const double z : s.scores) {
    pairs.push_back(0.0);
    pairs.push_back(z);
  }
  const auto one = temperature(s.labels, vector_view(s.scores), {.weights = s.weights});
  const auto two = temperature(s.labels, matrix_view(pairs, s.scores.size(), 2), {.weights = s.weights});
  require_close(two.nll, one.nll, 1e-13, 0.0, "least losses");
  if (!one.at_bound)
    require_close(two.temperature, one.temperature, 1e-6, 0.0, "budgets, where the loss is flat");
  require_close(one.nll, loss_of(s, 1 / one.temperature, 0.0), 2e-14, 0.0, "two budgets");
  RC_ASSERT(one.nll <= loss_of(s, *fractions(1, 64, 16.0), 0.0) * (1 + 1e-13));
}

}  // namespace
}  // namespace assay::calibration
