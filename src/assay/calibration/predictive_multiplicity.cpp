#include "assay/calibration/predictive_multiplicity.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "assay/calibration/internal/competing_models.hpp"
#include "assay/calibration/internal/regression_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::allowance;
using internal::competing_models;
using internal::log_odds_range;

using points_type = std::vector<std::vector<double>>;

// ---- points ----

void check_points(const checker& check, const matrix_view& X,
                  const viable_prediction_range_options& options) {
  const integer_view& points = options.points;
  if (points.present() && options.query.present()) {
    check.fail_value(error_code::unsupported, "query", "and points are both given, there must be one");
  }
  internal::check_row_numbers(check, points, X.extent(0));
  if (!options.query.present()) return;
  check.not_empty(options.query, "query");
  if (options.query.extent(1) != X.extent(1)) {
    check.fail_shape(
        error_code::length_mismatch, "query",
        "has " + std::to_string(options.query.extent(1)) + " columns, X has " + std::to_string(X.extent(1)));
  }
  check.finite(options.query, "query");
}

points_type chosen_points(const internal::standard_design& design,
                          const viable_prediction_range_options& options) {
  points_type points;
  if (options.query.present()) {
    for (std::size_t i = 0; i < options.query.extent(0); ++i)
      points.push_back(design.row_of(options.query, i));
    return points;
  }
  if (!options.points.present()) return internal::rows_of(design);
  for (std::size_t i = 0; i < options.points.size(); ++i) {
    const auto row = design.row(static_cast<std::size_t>(options.points(i)));
    points.emplace_back(row.begin(), row.end());
  }
  return points;
}

}  // namespace

viable_prediction_range_result viable_prediction_range(matrix_view X, integer_view y, double epsilon,
                                                       const viable_prediction_range_options& options,
                                                       const context& ctx) {
  const checker check("viable_prediction_range");
  ctx.require_backend(check.function());
  const internal::erm_rows rows{X, y, options.weights, options.C};
  internal::check_erm(check, rows);
  internal::check_epsilon(check, epsilon);
  check_points(check, X, options);
  const competing_models models(ctx, check, rows, {epsilon, options.relative});
  const auto points = chosen_points(models.design, options);
  const auto ranges = internal::ranges_at(ctx, check, models, points);
  viable_prediction_range_result result{
      ctx.result(check.function(), dtype::float64, ranges.size()), array(dtype::float64, {ranges.size()}),
      array(dtype::float64, {ranges.size()}), models.baseline.mean_log_loss};
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    result.lower.values<double>()[i] = vmath::logistic(ranges[i].lower);
    result.upper.values<double>()[i] = vmath::logistic(ranges[i].upper);
    result.baseline.values<double>()[i] = vmath::logistic(ranges[i].baseline);
  }
  return result;
}

// ---- ambiguity ----

namespace {

double ambiguity_of(const std::vector<log_odds_range>& ranges, const std::vector<double>& weights,
                    double delta) {
  return internal::share_of(weights, [&](std::size_t i) {
    const double baseline = vmath::logistic(ranges[i].baseline);
    return vmath::logistic(ranges[i].upper) - baseline >= delta ||
           baseline - vmath::logistic(ranges[i].lower) >= delta;
  });
}

void check_deltas(const checker& check, const internal::erm_rows& rows, double epsilon, double delta) {
  internal::check_erm(check, rows);
  internal::check_epsilon(check, epsilon);
  internal::check_delta(check, delta);
}

}  // namespace

double delta_ambiguity(matrix_view X, integer_view y, double epsilon, double delta,
                       const delta_ambiguity_options& options, const context& ctx) {
  const checker check("delta_ambiguity");
  ctx.require_backend(check.function());
  const internal::erm_rows rows{X, y, options.weights, options.C};
  check_deltas(check, rows, epsilon, delta);
  const competing_models models(ctx, check, rows, {epsilon, options.relative});
  const auto ranges = internal::ranges_at(ctx, check, models, internal::rows_of(models.design));
  return ambiguity_of(ranges, internal::unit_weights(options.weights, X.extent(0)), delta);
}

// ---- discrepancy ----

namespace {

// The log-odds at which each row's probability has changed by delta.
class change_counter {
 public:
  change_counter(const competing_models& models, std::vector<double> weights, double delta)
      : models_(models), weights_(std::move(weights)), delta_(delta) {
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      baseline_.push_back(vmath::logistic(dot_row(i, models.baseline.coefficients)));
      low_.push_back(log_odds(baseline_[i] - delta));
      high_.push_back(log_odds(baseline_[i] + delta));
    }
  }

  // Share of rows that the model changes by delta or more.
  [[nodiscard]] double share(const std::vector<double>& u) const {
    return internal::share_of(weights_, [&](std::size_t i) {
      return std::fabs(vmath::logistic(dot_row(i, u)) - baseline_[i]) >= delta_;
    });
  }

  // Sum of the rows, each towards its nearer change: rows that have changed count fully, others the less the
  // farther they are from it, in units of `width` log-odds.
  [[nodiscard]] std::vector<double> pull(const std::vector<double>& u, double width) const {
    std::vector<double> sum(u.size());
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const double at = dot_row(i, u);
      const double up = high_[i] - at, down = at - low_[i];
      const double gap = std::fmin(up, down);
      if (!(gap < 10.0 * width)) continue;
      const double share = gap <= 0.0 ? 1.0 : vmath::exp(-gap / width);
      const double pull = (up <= down ? weights_[i] : -weights_[i]) * share;
      for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += pull * models_.design.row(i)[j];
    }
    return sum;
  }

 private:
  [[nodiscard]] double dot_row(std::size_t i, const std::vector<double>& u) const {
    return internal::dot(models_.design.row(i), u);
  }
  static double log_odds(double p) {
    if (p <= 0.0) return -std::numeric_limits<double>::infinity();
    if (p >= 1.0) return std::numeric_limits<double>::infinity();
    return vmath::log(p) - vmath::log1p(-p);
  }

  const competing_models& models_;
  std::vector<double> weights_;
  double delta_;
  std::vector<double> baseline_, low_, high_;
};

// A model and the share that it changes.
struct found_model {
  double share = -1.0;
  std::vector<double> point;
  std::vector<double> direction;  // the point is the farthest model this way
};

// On a ray from the baseline every row's change grows, so the best models are at the edge of the set, where
// each is the farthest in some direction: the search is one over directions.
void try_direction(const competing_models& models, const change_counter& counter,
                   const std::vector<double>& direction, found_model& best) {
  auto point = models.models.member_near(models.models.reach(direction).point);
  const double share = counter.share(point);
  if (share >= best.share) best = {share, std::move(point), direction};
}

double largest_of(const std::vector<double>& direction) {
  double size = 0.0;
  for (const double a : direction) size = std::fmax(size, std::fabs(a));
  return size;
}

// Goes to where the rows pull, as far as the set allows, while more of them change.
void climb(const competing_models& models, const change_counter& counter, found_model& best) {
  constexpr int most_rounds = 20;
  for (int round = 0; round < most_rounds; ++round) {
    const double before = best.share;
    for (const double width : {0.05, 0.2, 0.5, 1.0, 2.0}) {
      const auto direction = counter.pull(best.point, width);
      if (largest_of(direction) > 0.0) try_direction(models, counter, direction, best);
    }
    if (best.share == before) return;
  }
}

// Turns the best direction at random, towards two rows, ever less; equal shares are taken too, so that it
// drifts along plateaus.
void wander(const competing_models& models, const change_counter& counter, std::uint64_t item,
            found_model& best) {
  constexpr int turns = 120;
  constexpr double shrink = 0.96;  // to 1 % at the end
  philox::stream random(0, item);
  double turn = 1.0;
  for (int i = 0; i < turns; ++i, turn *= shrink) {
    auto direction = best.direction;
    const double size = largest_of(direction);
    for (int pick = 0; pick < 2; ++pick) {
      const auto drawn = static_cast<std::size_t>(random.below(models.design.rows()));
      const auto row = models.design.row(drawn);
      const double push = size * turn * (2.0 * random.uniform() - 1.0);
      for (std::size_t j = 0; j < direction.size(); ++j) direction[j] += push * row[j];
    }
    try_direction(models, counter, direction, best);
  }
}

found_model best_found(const context& ctx, const checker& check, const competing_models& models,
                       const change_counter& counter, const points_type& ends, double upper) {
  std::vector<found_model> found(ends.size());
  constexpr std::size_t chunk_models = 16;
  for_chunks(ctx, check.function(), ends.size(), chunk_models, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) {
      found[i].point = models.models.member_near(ends[i]);
      found[i].share = counter.share(found[i].point);
      const auto row = models.design.row(i / 2);
      found[i].direction.assign(row.begin(), row.end());
      if (i % 2 == 0)
        for (double& a : found[i].direction) a = -a;
    }
  });
  std::stable_sort(found.begin(), found.end(),
                   [](const found_model& a, const found_model& b) { return a.share > b.share; });
  constexpr std::size_t climbers = 12;
  if (found.size() > climbers) found.resize(climbers);
  const bool best_possible = found[0].share >= upper;
  run_tasks(ctx, check.function(), best_possible ? 0 : found.size(), [&](std::size_t i) {
    climb(models, counter, found[i]);
    wander(models, counter, i, found[i]);
  });
  found_model best{counter.share(models.baseline.coefficients), models.baseline.coefficients, {}};
  for (found_model& model : found)
    if (model.share > best.share) best = std::move(model);
  return best;
}

}  // namespace

delta_discrepancy_result delta_discrepancy(matrix_view X, integer_view y, double epsilon, double delta,
                                           const delta_discrepancy_options& options, const context& ctx) {
  const checker check("delta_discrepancy");
  ctx.require_backend(check.function());
  const internal::erm_rows rows{X, y, options.weights, options.C};
  check_deltas(check, rows, epsilon, delta);
  const competing_models models(ctx, check, rows, {epsilon, options.relative});
  points_type ends;
  const auto ranges = internal::ranges_at(ctx, check, models, internal::rows_of(models.design), &ends);
  auto weights = internal::unit_weights(options.weights, X.extent(0));
  const double upper = ambiguity_of(ranges, weights, delta);
  const change_counter counter(models, std::move(weights), delta);
  const found_model best = best_found(ctx, check, models, counter, ends, upper);
  array coefficients = ctx.result(check.function(), dtype::float64, models.design.columns());
  const auto raw = models.design.raw(best.point);
  std::copy(raw.begin(), raw.end(), coefficients.values<double>().begin());
  return {best.share, std::fmax(upper, best.share), std::move(coefficients),
          models.models.loss_at(best.point)};
}

}  // namespace assay::inline v1::calibration
