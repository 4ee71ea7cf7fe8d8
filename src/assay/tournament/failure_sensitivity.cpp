#include "assay/tournament/failure_sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <vector>

#include "assay/core/parallel.hpp"
#include "assay/tournament/internal/exact_solution.hpp"
#include "assay/tournament/internal/simulator.hpp"

namespace assay::inline v1::tournament {
namespace {

using detail::tournament_rules;
using detail::wide;

constexpr const char* k_name = "failure_sensitivity";
constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_largest_elimination = 1'000'000.0;
/// Expected points closer than this count as equal: the error bound of the exact solution.
constexpr double k_same_points = 1e-12;
/// Makes the median absolute deviation of normal numbers their standard deviation: 1 / normal_quantile(3/4),
/// as the literature rounds it (Rousseeuw & Croux 1993).
constexpr double k_deviation_of_normal = 1.4826;

std::vector<std::int64_t> grid_of(const checker& check, const integer_view& eliminate_grid) {
  if (!eliminate_grid.present()) return {0, 1, 2, 3};
  check.not_empty(eliminate_grid, "eliminate_grid");
  std::vector<std::int64_t> grid;
  for (std::size_t i = 0; i < eliminate_grid.size(); ++i) {
    const double count = eliminate_grid(i);
    if (!(count >= 0.0 && count <= k_largest_elimination))
      check.fail_value(error_code::out_of_range, "eliminate_grid",
                       "[" + std::to_string(i) + "] is " + text_of(count) + ", must lie in 0..1000000");
    grid.push_back(static_cast<std::int64_t>(count));
  }
  if (std::ranges::count(grid, grid[0]) == std::ssize(grid))
    check.fail_value(error_code::bad_parameter, "eliminate_grid",
                     "holds only " + std::to_string(grid[0]) + ", needs at least two different numbers");
  return grid;
}

// Least squares slope of values at the points of a grid: sum of weight times value over `scale`. The weights
// size * (T - mean T) are whole numbers, and so are the sums of simulated points.
struct slope_weights {
  explicit slope_weights(const std::vector<std::int64_t>& grid) {
    std::int64_t sum = 0;
    for (const std::int64_t count : grid) sum += count;
    const auto size = std::ssize(grid);
    wide squares = 0;
    for (const std::int64_t count : grid) {
      weights.push_back(size * count - sum);
      const auto magnitude = static_cast<wide>(std::abs(weights.back()));
      squares += magnitude * magnitude;
    }
    scale = static_cast<double>(squares) / static_cast<double>(size);  // size * sum (T - mean T)^2
  }
  // Largest weighted sum of points below `most_points`.
  [[nodiscard]] double most(std::uint32_t most_points) const {
    double sum = 0.0;
    for (const std::int64_t weight : weights) sum += std::fabs(static_cast<double>(weight)) * most_points;
    return sum;
  }
  std::vector<std::int64_t> weights;
  double scale;
};

tournament_rules with_leavers(tournament_rules rules, std::int64_t count) {
  const auto all = static_cast<std::int64_t>(rules.players);
  std::ranges::fill(rules.leavers, static_cast<std::uint32_t>(std::min(count, all)));
  return rules;
}

failure_sensitivity_result empty_result(const context& ctx, std::size_t g, std::size_t m) {
  return {ctx.result(k_name, dtype::float64, 2, {g, m, 1}),
          {dtype::float64, {m}},
          {dtype::float64, {m}},
          {dtype::float64, {m}},
          {dtype::int32, {g, m}},
          {dtype::float64, {m}},
          {dtype::int32, {m}}};
}

void solve_grid(const checker& check, const tournament_rules& rules, const std::vector<std::int64_t>& grid,
                std::int64_t states, const context& ctx, failure_sensitivity_result& result) {
  const std::size_t m = rules.players;
  const slope_weights slope(grid);
  const auto expected = result.expected_win_score.values<double>();
  run_tasks(ctx, k_name, grid.size(), [&](std::size_t at) {
    context inside;
    inside.stop = ctx.stop;
    const auto exact = detail::solve_exactly(check, with_leavers(rules, grid[at]), states, inside);
    for (std::size_t i = 0; i < m; ++i) expected[at * m + i] = exact.expected_win_score[i];
  });
  for (std::size_t i = 0; i < m; ++i) {
    double sum = 0.0;
    for (std::size_t at = 0; at < grid.size(); ++at)
      sum += static_cast<double>(slope.weights[at]) * expected[at * m + i];
    result.sensitivity.values<double>()[i] = sum / slope.scale;
    result.standard_error.values<double>()[i] = 0.0;
  }
}

// Sums over tournaments, all whole numbers. The weighted points of one tournament are the numerator of its
// own slope.
struct slope_sums {
  slope_sums(std::size_t g, std::size_t m) : points(g * m), slopes(m), squares(m) {}
  std::vector<std::uint64_t> points;  // (grid, players) in halves
  std::vector<std::int64_t> slopes;   // weighted points
  std::vector<wide> squares;          // squares of the weighted points of single tournaments

  void add(const std::vector<std::uint32_t>& scores, std::size_t count, const slope_weights& slope) {
    const std::size_t m = slopes.size();
    const std::size_t g = slope.weights.size();
    for (std::size_t t = 0; t < count; ++t) {
      for (std::size_t i = 0; i < m; ++i) {
        std::int64_t weighted = 0;
        for (std::size_t at = 0; at < g; ++at) {
          const std::uint32_t score = scores[(at * count + t) * m + i];
          points[at * m + i] += score;
          weighted += slope.weights[at] * score;
        }
        slopes[i] += weighted;
        const auto size = static_cast<wide>(std::abs(weighted));
        squares[i] += size * size;
      }
    }
  }
  void merge(const slope_sums& other) {
    for (std::size_t i = 0; i < points.size(); ++i) points[i] += other.points[i];
    for (std::size_t i = 0; i < slopes.size(); ++i) slopes[i] += other.slopes[i];
    for (std::size_t i = 0; i < squares.size(); ++i) squares[i] += other.squares[i];
  }
};

// Standard deviation of the mean of n numbers with this sum and sum of squares.
double error_of_mean(std::int64_t sum, wide squares, std::uint64_t n) {
  if (n < 2) return k_infinity;
  const auto size = static_cast<wide>(std::abs(sum));
  const double spread = static_cast<double>(n * squares - size * size);
  const double count = static_cast<double>(n);
  return std::sqrt(spread / (count - 1.0)) / count;
}

void simulate_grid(const checker& check, const tournament_rules& rules, const std::vector<std::int64_t>& grid,
                   std::uint64_t simulations, std::uint64_t seed, const context& ctx,
                   failure_sensitivity_result& result) {
  const std::size_t m = rules.players;
  const slope_weights slope(grid);
  // Keeps the sums below within 63 bits, and products of sums within 126.
  if (!(slope.most(rules.most_points()) * static_cast<double>(simulations) < 0x1p63))
    check.fail_value(error_code::bad_parameter, "eliminate_grid", "is too wide for so many simulations");
  std::vector<detail::simulator> simulators;
  for (const std::int64_t count : grid) simulators.emplace_back(with_leavers(rules, count), seed);
  const std::uint64_t task_size = simulators[0].task_size();
  slope_sums sums(grid.size(), m);
  std::mutex mutex;
  run_tasks(ctx, k_name, static_cast<std::size_t>((simulations + task_size - 1) / task_size),
            [&](std::size_t task) {
              const std::uint64_t first = task * task_size;
              const auto count = static_cast<std::size_t>(std::min(task_size, simulations - first));
              std::vector<std::uint32_t> scores(grid.size() * count * m);
              for (std::size_t at = 0; at < grid.size(); ++at)
                simulators[at].scores(first, count, scores.data() + at * count * m);
              slope_sums part(grid.size(), m);
              part.add(scores, count, slope);
              const std::lock_guard lock(mutex);
              sums.merge(part);
            });
  const double halves = 2.0 * static_cast<double>(simulations);
  for (std::size_t i = 0; i < grid.size() * m; ++i)
    result.expected_win_score.values<double>()[i] = static_cast<double>(sums.points[i]) / halves;
  for (std::size_t i = 0; i < m; ++i) {
    result.sensitivity.values<double>()[i] = static_cast<double>(sums.slopes[i]) / (halves * slope.scale);
    result.standard_error.values<double>()[i] =
        error_of_mean(sums.slopes[i], sums.squares[i], simulations) / (2.0 * slope.scale);
  }
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

double ratio(double part, double whole) {
  if (whole != 0.0) return part / whole;
  return part == 0.0 ? 0.0 : std::copysign(k_infinity, part);
}

void fill_ranks(failure_sensitivity_result& result) {
  const std::size_t m = result.sensitivity.size();
  const auto expected = result.expected_win_score.values<double>();
  for (std::size_t at = 0; at < expected.size(); at += m) {
    for (std::size_t i = 0; i < m; ++i) {
      std::int32_t better = 0;
      for (std::size_t j = 0; j < m; ++j) better += expected[at + j] > expected[at + i] + k_same_points;
      result.rank_by_elimination.values<std::int32_t>()[at + i] = better;
    }
  }
}

void fill_risk(const failure_sensitivity_options& options, failure_sensitivity_result& result) {
  const std::vector<double> slopes = result.sensitivity.to_vector();
  const double middle = median(slopes);
  std::vector<double> distances;
  for (const double slope : slopes) distances.push_back(std::fabs(slope - middle));
  const double deviation = k_deviation_of_normal * median(distances);
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    const double z = ratio(slopes[i] - middle, deviation);
    const bool generalist = z > options.generalist_threshold;
    const bool specialist = z < options.specialist_threshold;
    result.risk_score.values<double>()[i] = z;
    result.risk_class.values<std::int32_t>()[i] = generalist ? 1 : specialist ? -1 : 0;
    result.relative_sensitivity.values<double>()[i] = ratio(slopes[i], result.expected_win_score[i]);
  }
}

}  // namespace

failure_sensitivity_result failure_sensitivity(matrix_view scores, const failure_sensitivity_options& options,
                                               const context& ctx) {
  ctx.require_backend(k_name);
  const checker check(k_name);
  const tournament_rules rules = detail::make_rules(check, scores, detail::rule_options_of(options));
  const std::vector<std::int64_t> grid = grid_of(check, options.eliminate_grid);
  check.parameter(options.simulations >= 1, "simulations", static_cast<double>(options.simulations),
                  "must be at least 1");
  check.finite(options.generalist_threshold, "generalist_threshold");
  check.parameter(options.specialist_threshold <= options.generalist_threshold, "specialist_threshold",
                  options.specialist_threshold, "must not exceed generalist_threshold");
  failure_sensitivity_result result = empty_result(ctx, grid.size(), rules.players);
  if (options.mode == sensitivity_mode::exact)
    solve_grid(check, rules, grid, options.state_budget, ctx, result);
  else
    simulate_grid(check, rules, grid, static_cast<std::uint64_t>(options.simulations), options.seed, ctx,
                  result);
  fill_ranks(result);
  fill_risk(options, result);
  return result;
}

}  // namespace assay::inline v1::tournament
