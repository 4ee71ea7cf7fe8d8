// Laws of predictive multiplicity: the set of nearly best logistic models, and candidates of any kind.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/calibration/logistic_erm.hpp"
#include "assay/calibration/multiplicity_candidates.hpp"
#include "assay/calibration/predictive_multiplicity.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Points in quarters; both labels happen at the corners of a simplex, so that no plane separates them.
struct points {
  std::size_t d;
  std::vector<double> X, weights;
  std::vector<std::uint8_t> y;
  [[nodiscard]] std::size_t size() const { return y.size(); }
  [[nodiscard]] matrix_view view() const { return {X, size(), d}; }

  void add(const std::vector<double>& x, std::uint8_t label, double weight) {
    X.insert(X.end(), x.begin(), x.end());
    y.push_back(label);
    weights.push_back(weight);
  }
  [[nodiscard]] double weight() const { return std::accumulate(weights.begin(), weights.end(), 0.0); }
  [[nodiscard]] double logit(const std::vector<double>& coefficients, std::size_t i) const {
    double z = coefficients[0];
    for (std::size_t j = 0; j < d; ++j) z += coefficients[j + 1] * X[i * d + j];
    return z;
  }
  [[nodiscard]] double loss(const std::vector<double>& coefficients) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < size(); ++i) {
      const double margin = y[i] == 1 ? logit(coefficients, i) : -logit(coefficients, i);
      sum += weights[i] * (std::max(-margin, 0.0) + std::log1p(std::exp(-std::fabs(margin))));
    }
    return sum / weight();
  }
};

double logistic(double z) { return 1.0 / (1.0 + std::exp(-z)); }

points some_points() {
  return *rc::gen::exec([] {
    points p{*rc::gen::inRange<std::size_t>(1, 3), {}, {}, {}};
    const auto n = *rc::gen::inRange<std::size_t>(0, 8);
    for (std::size_t i = 0; i < n; ++i) {
      const auto x = *rc::gen::container<std::vector<double>>(p.d, fractions(-8, 8, 4.0));
      p.add(x, *rc::gen::arbitrary<bool>() ? 1 : 0, *fractions(0, 32, 16.0));
    }
    for (std::size_t corner = 0; corner <= p.d; ++corner) {
      std::vector<double> x(p.d, 0.0);
      if (corner > 0) x[corner - 1] = 1.0;
      p.add(x, 0, 1.0);
      p.add(x, 1, 1.0);
    }
    return p;
  });
}

points exchanged(points p) {
  for (auto& label : p.y) label = static_cast<std::uint8_t>(1 - label);
  return p;
}

double some_epsilon() { return *fractions(1, 64, 512.0); }

RC_GTEST_PROP(logistic_erm, is_the_model_of_least_penalised_loss, ()) {
  const points p = some_points();
  const double C = *rc::gen::element(1.0, 100.0, 1e6, infinity);
  const auto fit = logistic_erm(p.view(), p.y, {.weights = p.weights, .C = C});
  const auto best = fit.coefficients.to_vector();
  const auto objective = [&](const std::vector<double>& coefficients) {
    double squares = 0.0;
    for (std::size_t j = 1; j <= p.d; ++j) squares += coefficients[j] * coefficients[j];
    return p.loss(coefficients) + squares / C;
  };
  require_close(fit.mean_log_loss, p.loss(best), 1e-13, 0.0, "naive sums");
  require_close(fit.objective, objective(best), 1e-13, 0.0, "naive sums");
  const auto other = *rc::gen::container<std::vector<double>>(p.d + 1, fractions(-32, 32, 16.0));
  RC_ASSERT(fit.objective <= objective(other) * (1 + 1e-12));
  double residual = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    require_close(fit.probabilities[i], logistic(p.logit(best, i)), 1e-13, 0.0, "a naive formula");
    residual += p.weights[i] * (fit.probabilities[i] - p.y[i]);
  }
  require_close(residual / p.weight(), 0.0, 0.0, 1e-11, "the derivative by the intercept");
}

RC_GTEST_PROP(logistic_erm, turns_with_the_labels_and_without_penalty_does_not_see_units, ()) {
  const points p = some_points();
  const auto one = logistic_erm(p.view(), p.y, {.weights = p.weights, .C = 100.0});
  const auto turned = logistic_erm(p.view(), exchanged(p).y, {.weights = p.weights, .C = 100.0});
  for (std::size_t j = 0; j <= p.d; ++j)
    require_close(turned.coefficients[j], -one.coefficients[j], 0.0, 1e-10, "budgets, of numbers below 100");
  points moved = p;
  for (std::size_t j = 0; j < p.d; ++j) {
    const double unit = std::ldexp(1.0, *rc::gen::inRange(-10, 11)), offset = *fractions(-64, 64, 4.0);
    for (std::size_t i = 0; i < p.size(); ++i) moved.X[i * p.d + j] = unit * (p.X[i * p.d + j] + offset);
  }
  const auto free = logistic_erm(p.view(), p.y, {.weights = p.weights, .C = infinity});
  const auto same = logistic_erm(moved.view(), p.y, {.weights = p.weights, .C = infinity});
  for (std::size_t i = 0; i < p.size(); ++i)
    require_close(same.probabilities[i], free.probabilities[i], 0.0, 1e-10, "two budgets");
}

RC_GTEST_PROP(viable_prediction_range, holds_every_competing_model, ()) {
  const points p = some_points();
  const double epsilon = some_epsilon();
  const auto range = viable_prediction_range(p.view(), p.y, epsilon, {.weights = p.weights});
  const auto wider = viable_prediction_range(p.view(), p.y, 2 * epsilon, {.weights = p.weights});
  const auto base = logistic_erm(p.view(), p.y, {.weights = p.weights});
  RC_ASSERT(same_bits(range.baseline, base.probabilities));
  auto model = base.coefficients.to_vector();
  for (double& c : model) c += *fractions(-64, 64, 128.0);
  const bool competes = p.loss(model) <= base.mean_log_loss + epsilon;
  for (std::size_t i = 0; i < p.size(); ++i) {
    RC_ASSERT(0.0 <= range.lower[i] && range.lower[i] < range.baseline[i]);
    RC_ASSERT(range.baseline[i] < range.upper[i] && range.upper[i] <= 1.0);
    RC_ASSERT(wider.lower[i] < range.lower[i] && range.upper[i] < wider.upper[i]);
    if (!competes) continue;
    const double probability = logistic(p.logit(model, i));
    RC_ASSERT(range.lower[i] - 1e-10 <= probability && probability <= range.upper[i] + 1e-10);
  }
}

// The best model that moves a point's probability somewhere competes up to the end of the range, and no
// farther.
RC_GTEST_PROP(viable_prediction_range, ends_where_the_best_model_no_longer_competes, ()) {
  const points p = some_points();
  const double epsilon = some_epsilon(), step = 1e-7;  // the log-odds at the ends are found to 1e-10
  const auto point = *rc::gen::inRange<std::int32_t>(0, static_cast<std::int32_t>(p.size()));
  const std::vector<std::int32_t> asked = {point};
  const auto range =
      viable_prediction_range(p.view(), p.y, epsilon, {.weights = p.weights, .C = infinity, .points = asked});
  const double low = range.lower[0], high = range.upper[0];
  const std::vector<double> targets = {low * (1 - step), low * (1 + step), high - (1 - high) * step,
                                       high + (1 - high) * step};
  const auto path = multiplicity_path(
      p.view(), p.y, epsilon, {.weights = p.weights, .C = infinity, .points = asked, .targets = targets});
  RC_ASSERT(same_bits(path.target.to_vector(), {targets[1], targets[2]}));
}

double share_of(const points& p, const std::vector<double>& change, double delta) {
  double sum = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) sum += change[i] >= delta ? p.weights[i] : 0.0;
  return sum / p.weight();
}

RC_GTEST_PROP(delta_discrepancy, is_a_model_within_the_ambiguity, ()) {
  const points p = some_points();
  const double epsilon = some_epsilon(), delta = *fractions(1, 30, 100.0);
  const auto range = viable_prediction_range(p.view(), p.y, epsilon, {.weights = p.weights});
  const double ambiguity = delta_ambiguity(p.view(), p.y, epsilon, delta, {.weights = p.weights});
  const auto found = delta_discrepancy(p.view(), p.y, epsilon, delta, {.weights = p.weights});
  RC_ASSERT(found.upper == ambiguity);
  RC_ASSERT(0.0 <= found.lower && found.lower <= found.upper && found.upper <= 1.0);
  std::vector<double> most, changed;
  const auto model = found.coefficients.to_vector();
  for (std::size_t i = 0; i < p.size(); ++i) {
    most.push_back(std::max(range.upper[i] - range.baseline[i], range.baseline[i] - range.lower[i]));
    changed.push_back(std::fabs(logistic(p.logit(model, i)) - range.baseline[i]));
  }
  require_close(ambiguity, share_of(p, most, delta), 1e-15, 0.0, "a division");
  RC_ASSERT(share_of(p, changed, delta - 1e-9) >= found.lower - 1e-15);
  RC_ASSERT(p.loss(model) <= range.baseline_loss + epsilon + 1e-10);
  RC_ASSERT(delta_ambiguity(p.view(), p.y, epsilon, 0.0, {.weights = p.weights}) == 1.0);
}

RC_GTEST_PROP(multiplicity_path, gives_competing_models_within_the_ranges, ()) {
  const points p = some_points();
  const double epsilon = some_epsilon();
  const std::vector<double> targets = {0.1, 0.3, 0.5, 0.7, 0.9};
  const auto path = multiplicity_path(p.view(), p.y, epsilon, {.weights = p.weights, .targets = targets});
  const auto range = viable_prediction_range(p.view(), p.y, epsilon, {.weights = p.weights});
  RC_ASSERT(same_bits(path.baseline_probabilities, range.baseline));
  for (std::size_t m = 0; m < path.candidate_losses.size(); ++m) {
    RC_ASSERT(path.candidate_losses[m] <= path.baseline_loss + epsilon);
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double probability = path.candidate_probabilities(m, i);
      RC_ASSERT(range.lower[i] - 1e-9 <= probability && probability <= range.upper[i] + 1e-9);
    }
    const auto at = static_cast<std::size_t>(path.point[m]);
    require_close(path.candidate_probabilities(m, at), path.target[m], 0.0, 1e-9,
                  "the baseline is elsewhere, so the limit holds with equality");
  }
}

/// Candidates as numbers in 1/64, so that changes are exact.
struct candidates {
  std::size_t n, m;
  std::vector<double> baseline, probabilities, losses, weights;
  [[nodiscard]] matrix_view view() const { return {probabilities, m, n}; }
};

candidates some_candidates() {
  return *rc::gen::exec([] {
    candidates c{*rc::gen::inRange<std::size_t>(1, 12), *rc::gen::inRange<std::size_t>(1, 8), {}, {}, {}, {}};
    const auto numbers = [](std::size_t count) {
      return *rc::gen::container<std::vector<double>>(count, fractions(0, 64, 64.0));
    };
    c.baseline = numbers(c.n);
    c.probabilities = numbers(c.n * c.m);
    c.losses = numbers(c.m);
    c.weights = numbers(c.n);
    c.weights[0] = 1.0;
    return c;
  });
}

RC_GTEST_PROP(multiplicity_from_candidates, is_its_definition, ()) {
  const candidates c = some_candidates();
  const double loss = *fractions(0, 64, 64.0), epsilon = *fractions(0, 64, 64.0),
               delta = *fractions(0, 64, 64.0);
  const auto found = multiplicity_from_candidates(c.baseline, c.view(), c.losses, loss, epsilon, delta,
                                                  {.weights = c.weights});
  auto lower = c.baseline, upper = c.baseline;
  std::vector<double> changed(c.n, 0.0), shares = {0.0};
  const double total = std::accumulate(c.weights.begin(), c.weights.end(), 0.0);
  std::int64_t competing = 0;
  for (std::size_t k = 0; k < c.m; ++k) {
    if (c.losses[k] > loss + epsilon) continue;
    ++competing;
    double sum = 0.0;
    for (std::size_t i = 0; i < c.n; ++i) {
      const double p = c.view()(k, i);
      lower[i] = std::min(lower[i], p);
      upper[i] = std::max(upper[i], p);
      if (std::fabs(p - c.baseline[i]) < delta) continue;
      changed[i] = c.weights[i];
      sum += c.weights[i];
    }
    shares.push_back(sum / total);
  }
  RC_ASSERT(found.n_competing == competing);
  RC_ASSERT(same_bits(found.vpr_lower.to_vector(), lower));
  RC_ASSERT(same_bits(found.vpr_upper.to_vector(), upper));
  if (delta == 0.0) {  // the baseline itself counts: no change is enough
    RC_ASSERT(found.ambiguity == 1.0 && found.discrepancy == 1.0);
    return;
  }
  RC_ASSERT(found.ambiguity == std::accumulate(changed.begin(), changed.end(), 0.0) / total);
  RC_ASSERT(found.discrepancy == *std::max_element(shares.begin(), shares.end()));
}

RC_GTEST_PROP(rashomon_capacity, is_that_of_the_channel_from_models_to_labels, ()) {
  const candidates c = some_candidates();
  const auto capacity = rashomon_capacity(c.view());
  auto twice = c.probabilities, other = c.probabilities;
  twice.insert(twice.end(), c.probabilities.begin(), c.probabilities.end());
  for (double& p : other) p = 1 - p;
  RC_ASSERT(same_bits(rashomon_capacity({twice, 2 * c.m, c.n}), capacity));
  const auto labels_turned = rashomon_capacity({other, c.m, c.n});
  const auto bits = [](double p) {
    return (p > 0.0 ? -p * std::log2(p) : 0.0) + (p < 1.0 ? -(1 - p) * std::log2(1 - p) : 0.0);
  };
  auto shares = *rc::gen::container<std::vector<double>>(c.m, fractions(1, 16, 16.0));
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (std::size_t i = 0; i < c.n; ++i) {
    double mean = 0.0, noise = 0.0, low = 1.0, high = 0.0;
    for (std::size_t k = 0; k < c.m; ++k) {
      mean += shares[k] / sum * c.view()(k, i);
      noise += shares[k] / sum * bits(c.view()(k, i));
      low = std::min(low, c.view()(k, i));
      high = std::max(high, c.view()(k, i));
    }
    RC_ASSERT(1.0 <= capacity[i] && capacity[i] <= 2.0);
    RC_ASSERT(capacity[i] >= std::exp2(bits(mean) - noise) * (1 - 1e-14));  // information of these shares
    RC_ASSERT((capacity[i] == 1.0) == (low == high));
    if (low == 0.0 && high == 1.0) RC_ASSERT(capacity[i] == 2.0);
    require_close(labels_turned[i], capacity[i], 2e-15, 0.0, "two budgets");
  }
}

}  // namespace
}  // namespace assay::calibration
