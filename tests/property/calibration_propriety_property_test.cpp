// Proper scores: in expectation the true probabilities win, and by how much. Expectations are sums over the
// outcomes with the true probabilities as weights.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/brier_skill.hpp"
#include "assay/calibration/cape.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/entropy_regularised.hpp"
#include "assay/calibration/isotonic.hpp"
#include "assay/calibration/known_probability.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/multiclass_scores.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

/// Forecasts with their true probabilities, multiples of 1/64; weights sum to more than 0.
struct known {
  std::vector<double> truth, probabilities, weights;
};

known some_known() {
  return *rc::gen::exec([] {
    const forecasts p = *some_forecasts();
    return known{*rc::gen::container<std::vector<double>>(p.size(), fractions(0, 64, 64.0)), p.probabilities,
                 p.weights};
  });
}

/// Each row as an event with weight w q and as none with weight w (1 - q): means over it are expectations.
forecasts expectation(const known& k, const std::vector<double>& probabilities) {
  forecasts f;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    f.add(1, probabilities[i], k.weights[i] * k.truth[i]);
    f.add(0, probabilities[i], k.weights[i] * (1.0 - k.truth[i]));
  }
  return f;
}

double expected_brier(const known& k, const std::vector<double>& probabilities) {
  const forecasts f = expectation(k, probabilities);
  return brier_score(f.labels, f.probabilities, {.weights = f.weights});
}

double expected_log_loss(const known& k, const std::vector<double>& probabilities) {
  const forecasts f = expectation(k, probabilities);
  return log_loss(f.labels, f.probabilities, {.weights = f.weights});
}

RC_GTEST_PROP(brier_score, exceeds_that_of_the_truth_by_the_squared_distance, ()) {
  const known k = some_known();
  const double distance = mse_p(k.truth, k.probabilities, {.weights = k.weights});
  // all sums are exact; three divisions round
  require_close(expected_brier(k, k.probabilities) - expected_brier(k, k.truth), distance, 0.0, 4e-16,
                "three divisions");
  RC_ASSERT(expected_brier(k, k.truth) <= expected_brier(k, k.probabilities));
}

RC_GTEST_PROP(log_loss, exceeds_that_of_the_truth_by_the_divergence, ()) {
  const known k = some_known();
  const double divergence = kl_p(k.truth, k.probabilities, {.weights = k.weights});
  const double loss = expected_log_loss(k, k.probabilities), least = expected_log_loss(k, k.truth);
  RC_ASSERT(divergence >= 0.0);
  RC_ASSERT(std::isfinite(least));
  require_close(loss - least, divergence, 0.0, 2e-14 * (1 + loss), "budgets of both losses");
}

// Brier's distance is at most twice the divergence: Pinsker's inequality for two outcomes.
RC_GTEST_PROP(kl_p, is_at_least_twice_the_squared_distance, ()) {
  const known k = some_known();
  RC_ASSERT(2 * mse_p(k.truth, k.probabilities, {.weights = k.weights}) <=
            kl_p(k.truth, k.probabilities, {.weights = k.weights}) * (1 + 2e-14));
  RC_ASSERT(same_bits(kl_p(k.truth, k.truth, {.weights = k.weights}), 0.0));
}

RC_GTEST_PROP(log_loss_from_logits, is_least_where_the_logistic_curve_gives_the_truth, ()) {
  const double q = *fractions(1, 63, 64.0), other = *fractions(-640, 640, 32.0);
  const double best = std::log(q / (1 - q));
  const auto expected = [&](double z) {
    return log_loss_from_logits_grad({1, 0}, {z, z}, {.weights = {q, 1 - q}});
  };
  const auto at_best = expected(best), elsewhere = expected(other);
  RC_ASSERT(at_best.loss <= elsewhere.loss * (1 + 2e-14));
  require_close(at_best.grad[0] + at_best.grad[1], 0.0, 0.0, 1e-15,
                "the logarithm and both terms are rounded");
  // the loss is convex: the gradient points away from the best logit
  const double slope = elsewhere.grad[0] + elsewhere.grad[1];
  RC_ASSERT(slope * (other - best) >= -1e-14);
}

RC_GTEST_PROP(cape_loss, of_a_soft_target_is_the_expected_loss, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 20);
  const auto targets = *rc::gen::container<std::vector<double>>(n, fractions(0, 64, 64.0));
  const auto logits = *rc::gen::container<std::vector<double>>(n, fractions(-640, 640, 32.0));
  const auto shifts = *rc::gen::container<std::vector<double>>(n, fractions(-640, 640, 32.0));
  std::vector<double> z, weights, pairs;
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < n; ++i) {
    for (const std::uint8_t label : {std::uint8_t{1}, std::uint8_t{0}}) {
      labels.push_back(label);
      z.push_back(logits[i]);
      weights.push_back(label == 1 ? targets[i] : 1 - targets[i]);
    }
    pairs.push_back(shifts[i]);
    pairs.push_back(shifts[i] + logits[i]);  // exact
  }
  const auto soft = cape_loss(targets, vector_view(logits));
  require_close(soft.loss, log_loss_from_logits(labels, z, {.weights = weights}), 2e-14, 0.0, "two budgets");
  const auto two = cape_loss(targets, matrix_view(pairs, n, 2));
  require_close(two.loss, soft.loss, 2e-14, 0.0, "two budgets");
  for (std::size_t i = 0; i < n; ++i) {
    require_close(two.grad[2 * i + 1], soft.grad[i], 1e-14, 1e-16, "the same formula");
    RC_ASSERT(two.grad[2 * i] == -two.grad[2 * i + 1]);
  }
}

RC_GTEST_PROP(multiclass_scores, are_least_for_the_truth, ()) {
  const auto classes = *rc::gen::inRange<std::size_t>(2, 7);
  const auto truth = *rc::gen::exec([=] { return some_distribution(classes); });
  const auto other = *rc::gen::exec([=] { return some_distribution(classes); });
  std::vector<std::int32_t> labels(classes);
  std::iota(labels.begin(), labels.end(), 0);
  const auto rows_of = [&](const std::vector<double>& p) {
    std::vector<double> rows;
    for (std::size_t k = 0; k < classes; ++k) rows.insert(rows.end(), p.begin(), p.end());
    return rows;
  };
  const auto brier = [&](const std::vector<double>& p) {
    return brier_score_multiclass(labels, {rows_of(p), classes, classes}, {.weights = truth});
  };
  const auto loss = [&](const std::vector<double>& p) {
    return log_loss_multiclass(labels, {rows_of(p), classes, classes}, {.weights = truth});
  };
  double distance = 0.0, divergence = 0.0;
  for (std::size_t k = 0; k < classes; ++k) {
    distance += (other[k] - truth[k]) * (other[k] - truth[k]);
    if (truth[k] > 0.0) divergence += truth[k] * std::log(truth[k] / other[k]);
  }
  RC_ASSERT(brier(other) - brier(truth) == distance);  // multiples of 2^-18: nothing is rounded
  require_close(loss(other) - loss(truth), divergence, 0.0, 4e-14 * (1 + loss(other)), "two budgets");
}

// The entropy term is linear in beta, between 0 and ln k; the loss does not see a shift of the logits.
RC_GTEST_PROP(entropy_regularised_cross_entropy, takes_off_beta_times_an_entropy, ()) {
  const auto classes = *rc::gen::inRange<std::size_t>(2, 6);
  const auto n = *rc::gen::inRange<std::size_t>(1, 20);
  auto logits = *rc::gen::container<std::vector<double>>(n * classes, fractions(-320, 320, 32.0));
  const auto labels = *rc::gen::container<std::vector<std::int32_t>>(
      n, rc::gen::inRange<std::int32_t>(0, static_cast<std::int32_t>(classes)));
  const auto at = [&](double beta) {
    return entropy_regularised_cross_entropy(labels, matrix_view(logits, n, classes), {.beta = beta});
  };
  const double beta = *fractions(-64, 64, 32.0);
  const auto plain = at(0.0), one = at(1.0), some = at(beta);
  const double entropy = plain.loss - one.loss, slack = 4e-14 * (1 + plain.loss);
  RC_ASSERT(entropy >= -slack && entropy <= std::log(static_cast<double>(classes)) + slack);
  require_close(some.loss, plain.loss - beta * entropy, 0.0, 8e-14 * (1 + plain.loss), "three budgets");
  for (std::size_t i = 0; i < n * classes; ++i)
    require_close(some.grad[i], plain.grad[i] + beta * (one.grad[i] - plain.grad[i]), 0.0, 1e-13,
                  "the gradient is linear in beta as well");
  for (std::size_t i = 0; i < n; ++i) {
    const double shift = *fractions(-320, 320, 32.0);
    for (std::size_t k = 0; k < classes; ++k) logits[i * classes + k] += shift;  // exact
  }
  require_close(at(beta).loss, some.loss, 0.0, 4e-14 * (1 + plain.loss), "two budgets");
}

RC_GTEST_PROP(brier_skill_score, compares_with_the_reference, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const auto other = *rc::gen::container<std::vector<double>>(f.size(), fractions(0, 64, 64.0));
  const double score = brier_score(f.labels, f.probabilities, {.weights = f.weights});
  const double reference = brier_score(f.labels, other, {.weights = f.weights});
  const double uncertainty =
      corp_decomposition(f.labels, f.probabilities, {.weights = f.weights}).uncertainty;
  const double skill = brier_skill_score(f.labels, f.probabilities, {.weights = f.weights});
  RC_ASSERT(skill <= 1.0);
  require_close(skill, 1 - score / uncertainty, 0.0, 2e-14 * (1 + score / uncertainty), "two budgets");
  if (reference == 0.0) return;  // nothing can be better
  require_close(
      brier_skill_score(f.labels, f.probabilities, {.weights = f.weights, .reference_probabilities = other}),
      1 - score / reference, 0.0, 2e-14 * (1 + score / reference), "two budgets");
  RC_ASSERT(same_bits(
      brier_skill_score(f.labels, other, {.weights = f.weights, .reference_probabilities = other}), 0.0));
}

// Isotonic regression is best for every proper score: it takes off all miscalibration and keeps the
// discrimination.
RC_GTEST_PROP(corp_decomposition, of_the_isotonic_fit_has_no_miscalibration_and_the_same_discrimination, ()) {
  const forecasts f = *some_forecasts();
  const auto score = *rc::gen::element(corp_score::brier, corp_score::log);
  const auto fit =
      isotonic(f.labels, f.probabilities, f.probabilities, {.weights = f.weights}).query.to_vector();
  const auto before = corp_decomposition(f.labels, f.probabilities, {.weights = f.weights, .score = score});
  const auto after = corp_decomposition(f.labels, fit, {.weights = f.weights, .score = score});
  require_close(after.miscalibration, 0.0, 0.0, 1e-14, "budget of the largest part, at most ln 2");
  require_close(after.discrimination, before.discrimination, 0.0, 2e-14, "budgets of both");
  require_close(after.uncertainty, before.uncertainty, 0.0, 2e-14, "budgets of both");
}

}  // namespace
}  // namespace assay::calibration
