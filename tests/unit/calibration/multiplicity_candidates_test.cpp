#include "assay/calibration/multiplicity_candidates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/calibration/logistic_erm.hpp"
#include "assay/calibration/predictive_multiplicity.hpp"
#include "labelled_points.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_points;
using testing::generator;
using testing::labelled_points;
using testing::naive_loss;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

// ---- candidates of any kind ----

const std::vector<double> k_candidates = {0.3, 0.6,  0.5,   // competes
                                          0.1, 0.95, 0.5,   // competes
                                          0.9, 0.1,  0.9};  // does not

TEST(multiplicity_from_candidates, by_hand) {
  const auto result = multiplicity_from_candidates({0.2, 0.6, 0.5}, matrix_view(k_candidates, 3, 3),
                                                   {0.51, 0.55, 0.56}, 0.5, 0.05, 0.1);
  EXPECT_EQ(result.n_competing, 2);
  EXPECT_BITS(result.vpr_lower.to_vector(), (std::vector<double>{0.1, 0.6, 0.5}));
  EXPECT_BITS(result.vpr_upper.to_vector(), (std::vector<double>{0.3, 0.95, 0.5}));
  // 0.3 - 0.2 is below 0.1 in doubles, 0.2 - 0.1 is 0.1: compared without a tolerance.
  EXPECT_REL(result.ambiguity, 2.0 / 3, 1e-15, "one division");
  EXPECT_REL(result.discrepancy, 2.0 / 3, 1e-15, "one division");
  const auto weighted =
      multiplicity_from_candidates({0.2, 0.6, 0.5}, matrix_view(k_candidates, 3, 3), {0.51, 0.55, 0.56}, 0.5,
                                   0.05, 0.2, {.weights = {1, 5, 2}});
  EXPECT_REL(weighted.ambiguity, 5.0 / 8, 1e-15, "one division");
}

TEST(multiplicity_from_candidates, without_competitors_is_the_baseline) {
  const auto result = multiplicity_from_candidates({0.2, 0.6, 0.5}, matrix_view(k_candidates, 3, 3),
                                                   {1, 1, 1}, 0.5, 0.05, 0.1);
  EXPECT_EQ(result.n_competing, 0);
  EXPECT_BITS(result.vpr_lower.to_vector(), (std::vector<double>{0.2, 0.6, 0.5}));
  EXPECT_BITS(result.vpr_upper.to_vector(), (std::vector<double>{0.2, 0.6, 0.5}));
  EXPECT_EQ(result.ambiguity, 0.0);
  EXPECT_EQ(result.discrepancy, 0.0);
  const auto any = multiplicity_from_candidates({0.2, 0.6, 0.5}, matrix_view(k_candidates, 3, 3), {1, 1, 1},
                                                0.5, 0.05, 0.0);
  EXPECT_EQ(any.ambiguity, 1.0);  // every model changes by 0 or more
  EXPECT_EQ(any.discrepancy, 1.0);
}

TEST(multiplicity_from_candidates, is_the_definition) {
  generator rng(1);
  const std::size_t n = 25, m = 12;
  std::vector<double> baseline, candidates, losses, weights;
  for (std::size_t i = 0; i < n; ++i) {
    baseline.push_back(rng.uniform());
    weights.push_back(rng.uniform());
  }
  for (std::size_t j = 0; j < m; ++j) {
    losses.push_back(rng.uniform(0.5, 0.6));
    for (std::size_t i = 0; i < n; ++i)
      candidates.push_back(std::clamp(baseline[i] + rng.uniform(-0.2, 0.2), 0.0, 1.0));
  }
  for (const bool relative : {false, true}) {
    const double threshold = relative ? 0.52 * 1.08 : 0.52 + 0.08;
    std::vector<bool> ever(n, false);
    double discrepancy = 0.0, ambiguity = 0.0, total = 0.0;
    std::int64_t competing = 0;
    for (std::size_t j = 0; j < m; ++j) {
      if (losses[j] > threshold) continue;
      ++competing;
      double changed = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        if (std::fabs(candidates[j * n + i] - baseline[i]) < 0.1) continue;
        ever[i] = true;
        changed += weights[i];
      }
      discrepancy = std::fmax(discrepancy, changed);
    }
    for (std::size_t i = 0; i < n; ++i) {
      total += weights[i];
      ambiguity += ever[i] ? weights[i] : 0.0;
    }
    const auto result = multiplicity_from_candidates(baseline, matrix_view(candidates, m, n), losses, 0.52,
                                                     0.08, 0.1, {.weights = weights, .relative = relative});
    EXPECT_EQ(result.n_competing, competing);
    EXPECT_REL(result.ambiguity, ambiguity / total, 1e-14, "sums of weights");
    EXPECT_REL(result.discrepancy, discrepancy / total, 1e-14, "sums of weights");
  }
}

TEST(multiplicity_from_candidates, names_what_is_wrong) {
  const std::vector<double> none, two = {0.5, 0.6}, bad = {0.5, 1.6}, odd = {0.5, k_nan};
  struct arguments {
    vector_view baseline;
    matrix_view candidates;
    vector_view losses;
    double loss = 0.5, epsilon = 0.1, delta = 0.1;
    multiplicity_from_candidates_options options = {};
  };
  const std::vector<double> single = {0.4};
  const matrix_view good(two, 1, 2);
  const auto refused = [](error_kind kind, error_code code, const std::string& name, const arguments& a) {
    testing::expect_error(
        [&] {
          multiplicity_from_candidates(a.baseline, a.candidates, a.losses, a.loss, a.epsilon, a.delta,
                                       a.options);
        },
        kind, code, name);
  };
  const auto shape = error_kind::shape, value = error_kind::value;
  refused(shape, error_code::empty_input, "baseline_probabilities", {none, good, single});
  refused(shape, error_code::empty_input, "candidate_probabilities", {two, matrix_view(none, 0, 2), single});
  refused(shape, error_code::empty_input, "candidate_losses", {two, good, none});
  refused(shape, error_code::length_mismatch, "candidate_probabilities", {two, matrix_view(two, 2, 1), two});
  refused(shape, error_code::length_mismatch, "candidate_losses", {two, good, two});
  refused(value, error_code::out_of_range, "baseline_probabilities", {bad, good, single});
  refused(value, error_code::out_of_range, "candidate_probabilities", {two, matrix_view(odd, 1, 2), single});
  refused(value, error_code::non_finite, "candidate_losses", {single, matrix_view(two, 2, 1), odd});
  refused(value, error_code::non_finite, "baseline_loss", {two, good, single, k_infinity});
  refused(value, error_code::bad_parameter, "epsilon", {two, good, single, 0.5, -0.1});
  refused(value, error_code::bad_parameter, "delta", {two, good, single, 0.5, 0.1, 1.5});
  refused(value, error_code::bad_parameter, "baseline_loss",
          {two, good, single, -0.5, 0.1, 0.1, {.relative = true}});
  refused(shape, error_code::length_mismatch, "weights",
          {two, good, single, 0.5, 0.1, 0.1, {.weights = single}});
  refused(value, error_code::bad_weight, "weights", {two, good, single, 0.5, 0.1, 0.1, {.weights = odd}});
  const std::vector<double> zeros = {0, 0};
  refused(value, error_code::zero_weight, "weights", {two, good, single, 0.5, 0.1, 0.1, {.weights = zeros}});
}

// ---- path ----

TEST(multiplicity_path, moves_each_point_to_its_targets) {
  const auto s = draw_points(40, 2, 2);
  const auto fit = logistic_erm(s.points(), s.y);
  const auto range = viable_prediction_range(s.points(), s.y, 0.05);
  const auto path = multiplicity_path(s.points(), s.y, 0.05);
  EXPECT_BITS(path.baseline_probabilities, fit.probabilities);
  EXPECT_EQ(path.baseline_loss, fit.mean_log_loss);
  const std::size_t m = path.point.size();
  ASSERT_GT(m, 40U);
  for (std::size_t i = 0; i < m; ++i) {
    const auto point = static_cast<std::size_t>(path.point[i]);
    EXPECT_REL(path.candidate_probabilities(i, point), path.target[i], 1e-12, "the model is made to");
    EXPECT_LE(path.candidate_losses[i], fit.mean_log_loss + 0.05);
    EXPECT_GE(path.target[i], range.lower[point]);
    EXPECT_LE(path.target[i], range.upper[point]);
    const std::vector<double> u = {path.coefficients(i, 0), path.coefficients(i, 1), path.coefficients(i, 2)};
    EXPECT_REL(path.candidate_losses[i], naive_loss(s, u), 1e-13, "sums in another order");
    if (i == 0 || path.point[i] != path.point[i - 1]) continue;
    EXPECT_GT(path.target[i], path.target[i - 1]);
  }
}

TEST(multiplicity_path, finds_the_least_penalised_loss) {
  const auto s = draw_points(40, 2, 3);
  const double C = 2.0;
  const auto path = multiplicity_path(s.points(), s.y, 0.2, {.C = C, .points = {5}, .targets = {0.4}});
  ASSERT_EQ(path.point.size(), 1U);
  const std::vector<double> u = {path.coefficients(0, 0), path.coefficients(0, 1), path.coefficients(0, 2)};
  const auto objective = [&](const std::vector<double>& v) {
    return naive_loss(s, v) + (v[1] * v[1] + v[2] * v[2]) / C;
  };
  generator rng(4);
  for (int i = 0; i < 200; ++i) {  // other models that give the point 0.4
    auto v = u;
    v[1] += rng.uniform(-0.1, 0.1);
    v[2] += rng.uniform(-0.1, 0.1);
    v[0] -= (v[1] - u[1]) * s.X[10] + (v[2] - u[2]) * s.X[11];
    EXPECT_GE(objective(v), objective(u) - 1e-15);
  }
}

TEST(multiplicity_path, keeps_every_target_within_epsilon) {
  // Without a penalty a target competes exactly when it lies in the viable range.
  const auto s = draw_points(30, 2, 5);
  const std::vector<double> targets = {0.9, 0.1, 0.3, 0.5, 0.7};
  const auto range = viable_prediction_range(s.points(), s.y, 0.1, {.C = k_infinity});
  const auto path = multiplicity_path(s.points(), s.y, 0.1, {.C = k_infinity, .targets = targets});
  std::size_t expected = 0;
  for (std::size_t i = 0; i < 30; ++i)
    for (const double target : targets)
      expected += target >= range.lower[i] && target <= range.upper[i] ? 1 : 0;
  EXPECT_EQ(path.point.size(), expected);
}

TEST(multiplicity_path, gives_inner_estimates_within_a_step) {
  const auto s = draw_points(40, 2, 6);
  const auto path = multiplicity_path(s.points(), s.y, 0.05);
  const matrix_view candidates(path.candidate_probabilities.view());
  const auto inner =
      multiplicity_from_candidates(vector_view(path.baseline_probabilities.view()), candidates,
                                   vector_view(path.candidate_losses.view()), path.baseline_loss, 0.05, 0.1);
  const auto range = viable_prediction_range(s.points(), s.y, 0.05);
  EXPECT_EQ(inner.n_competing, static_cast<std::int64_t>(path.point.size()));
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_GE(inner.vpr_lower[i], range.lower[i] - 1e-12);
    EXPECT_LE(inner.vpr_upper[i], range.upper[i] + 1e-12);
    EXPECT_LE(inner.vpr_lower[i] - range.lower[i], 0.05);
    EXPECT_LE(range.upper[i] - inner.vpr_upper[i], 0.05);
  }
  EXPECT_LE(inner.ambiguity, delta_ambiguity(s.points(), s.y, 0.05, 0.1));
  EXPECT_LE(inner.discrepancy, inner.ambiguity);
  EXPECT_LE(inner.discrepancy, delta_discrepancy(s.points(), s.y, 0.05, 0.1).lower + 1e-12);
}

TEST(multiplicity_path, may_find_nobody_and_does_not_depend_on_threads) {
  const auto s = draw_points(30, 3, 7);
  const auto nobody = multiplicity_path(s.points(), s.y, 0.0);
  EXPECT_EQ(nobody.point.size(), 0U);
  EXPECT_EQ(nobody.candidate_probabilities.size(), 0U);
  context ctx;
  ctx.threads = 3;
  const auto a = multiplicity_path(s.points(), s.y, 0.05, {.weights = s.weights}),
             b = multiplicity_path(s.points(), s.y, 0.05, {.weights = s.weights}, ctx);
  EXPECT_BITS(a.coefficients, b.coefficients);
  EXPECT_BITS(a.candidate_losses, b.candidate_losses);
}

TEST(multiplicity_path, names_what_is_wrong) {
  testing::expect_erm_errors([](matrix_view X, integer_view y, vector_view weights, double C) {
    multiplicity_path(X, y, 0.1, {.weights = weights, .C = C});
  });
  const auto s = draw_points(20, 2, 8);
  const std::vector<double> none;
  const std::vector<std::int32_t> no_points, grid = {0, 1};
  const auto refused = [&](error_kind kind, error_code code, const std::string& name,
                           const multiplicity_path_options& options) {
    testing::expect_error([&] { multiplicity_path(s.points(), s.y, 0.1, options); }, kind, code, name);
  };
  testing::expect_error([&] { multiplicity_path(s.points(), s.y, -0.1); }, error_kind::value,
                        error_code::bad_parameter, "epsilon");
  refused(error_kind::shape, error_code::empty_input, "points", {.points = no_points});
  refused(error_kind::shape, error_code::wrong_rank, "points",
          {.points = integer_view(array_view(grid.data(), dtype::int32, 2, {2, 1}))});
  refused(error_kind::value, error_code::out_of_range, "points", {.points = {20}});
  refused(error_kind::shape, error_code::empty_input, "targets", {.targets = none});
  for (const double target : {0.0, 1.0, k_nan})
    refused(error_kind::value, error_code::out_of_range, "targets", {.targets = {0.5, target}});
}

// ---- Rashomon capacity ----

// Blahut and Arimoto's iteration over all models, in nats; stops when its bounds meet.
double naive_capacity(const std::vector<double>& p) {
  std::vector<double> share(p.size(), 1.0 / static_cast<double>(p.size()));
  const auto divergence = [](double a, double q) {
    return (a > 0 ? a * std::log(a / q) : 0.0) + (a < 1 ? (1 - a) * std::log((1 - a) / (1 - q)) : 0.0);
  };
  for (int step = 0; step < 20000; ++step) {
    double q = 0.0, sum = 0.0, largest = 0.0;
    for (std::size_t j = 0; j < p.size(); ++j) q += share[j] * p[j];
    for (std::size_t j = 0; j < p.size(); ++j) {
      const double gain = divergence(p[j], q);
      largest = std::fmax(largest, gain);
      share[j] *= std::exp(gain);
      sum += share[j];
    }
    for (double& s : share) s /= sum;
    if (largest - std::log(sum) < 1e-11) return largest;
  }
  return k_nan;
}

TEST(rashomon_capacity, is_that_of_the_iteration_over_all_models) {
  generator rng(9);
  for (int round = 0; round < 40; ++round) {
    std::vector<double> p;
    for (std::size_t j = 0; j < 2 + rng.below(5); ++j) p.push_back(rng.uniform());
    if (round % 5 == 0) p.push_back(0.0);
    if (round % 7 == 0) p.push_back(1.0);
    EXPECT_REL(rashomon_capacity(matrix_view(p, p.size(), 1))[0], std::exp(naive_capacity(p)), 1e-9,
               "the iteration stops at 1e-11 nats; convergence is of first order");
  }
}

TEST(rashomon_capacity, goes_from_1_to_2) {
  const std::vector<double> p = {0.3, 0, 0.5, 0, 0.7,  //
                                 0.3, 1, 0.5, 0, 0.3};
  const auto capacity = rashomon_capacity(matrix_view(p, 2, 5));
  EXPECT_EQ(capacity[0], 1.0);
  EXPECT_REL(capacity[1], 2.0, 1e-15, "rounding of exp and log");
  EXPECT_EQ(capacity[2], 1.0);
  EXPECT_EQ(capacity[3], 1.0);
  // A symmetric channel: ln 2 - h(0.3).
  EXPECT_REL(capacity[4], 2 * std::exp(0.3 * std::log(0.3) + 0.7 * std::log(0.7)), 1e-14, "a few roundings");
  const std::vector<double> z = {0, 0.5};  // the Z channel with error 1/2: log2(5/4) bits (Cover & Thomas)
  EXPECT_REL(rashomon_capacity(matrix_view(z, 2, 1))[0], 1.25, 1e-14, "a few roundings");
}

TEST(rashomon_capacity, names_what_is_wrong) {
  const std::vector<double> none, bad = {0.5, -0.5};
  testing::expect_error([&] { rashomon_capacity(matrix_view(none, 0, 2)); }, error_kind::shape,
                        error_code::empty_input, "candidate_probabilities");
  testing::expect_error([&] { rashomon_capacity(matrix_view(bad, 2, 1)); }, error_kind::value,
                        error_code::out_of_range, "candidate_probabilities");
}

}  // namespace
}  // namespace assay::calibration
