#include "assay/tournament/competitive_swiss_trace.hpp"

#include <algorithm>

#include "assay/tournament/internal/scalar_tournament.hpp"

namespace assay::inline v1::tournament {
namespace {

// Writes what happens into the rows of the result.
class trace_observer {
 public:
  trace_observer(std::size_t players, std::size_t rounds, competitive_swiss_trace_result& result)
      : players_(players), pair_rows_(result.pairs.extent(1)), rounds_(rounds), result_(result) {
    std::ranges::fill(result.pairs.values<std::int32_t>(), -1);
    for (array* numbers : {&result.first_points, &result.second_points, &result.points})
      std::ranges::fill(numbers->values<double>(), 0.0);
    std::ranges::fill(result.bye.values<std::int32_t>(), 0);
    std::ranges::fill(result.active.values<std::int32_t>(), 1);
    std::ranges::fill(result.matches_per_round.values<std::int32_t>(), 0);
  }

  void match(std::uint32_t round, std::uint32_t a, std::uint32_t points_a, std::uint32_t b,
             std::uint32_t points_b) {
    auto& count = result_.matches_per_round.values<std::int32_t>()[round];
    const std::size_t at = round * pair_rows_ + static_cast<std::size_t>(count++);
    result_.pairs.values<std::int32_t>()[2 * at] = static_cast<std::int32_t>(a);
    result_.pairs.values<std::int32_t>()[2 * at + 1] = static_cast<std::int32_t>(b);
    result_.first_points.values<double>()[at] = 0.5 * points_a;
    result_.second_points.values<double>()[at] = 0.5 * points_b;
    add_points(round, a, points_a);
    add_points(round, b, points_b);
  }
  void bye(std::uint32_t round, std::uint32_t player, std::uint32_t points) {
    result_.bye.values<std::int32_t>()[round * players_ + player] = 1;
    add_points(round, player, points);
  }
  void leaves(std::uint32_t round, std::uint32_t player) {
    for (std::size_t later = round; later < rounds_; ++later)
      result_.active.values<std::int32_t>()[later * players_ + player] = 0;
  }
  void finished(std::span<const detail::entry>) {}

 private:
  void add_points(std::size_t round, std::uint32_t player, std::uint32_t halves) {
    for (; round < rounds_; ++round)
      result_.points.values<double>()[round * players_ + player] += 0.5 * halves;
  }

  std::size_t players_;
  std::size_t pair_rows_;
  std::size_t rounds_;
  competitive_swiss_trace_result& result_;
};

}  // namespace

competitive_swiss_trace_result competitive_swiss_trace(matrix_view scores, integer_view eliminate_per_round,
                                                       const competitive_swiss_trace_options& options) {
  const checker check("competitive_swiss_trace");
  const auto rules = detail::make_rules(check, scores, eliminate_per_round, detail::rule_options_of(options));
  const std::size_t m = rules.players;
  const std::size_t k = rules.rounds;
  const std::size_t p = std::max<std::size_t>(1, m / 2);
  competitive_swiss_trace_result result{
      {dtype::int32, {k, p, 2}}, {dtype::float64, {k, p}}, {dtype::float64, {k, p}}, {dtype::int32, {k, m}},
      {dtype::float64, {k, m}},  {dtype::int32, {k, m}},   {dtype::int32, {k}}};
  trace_observer observer(m, k, result);
  detail::scalar_tournament(rules, options.seed).play(options.simulation, observer);
  return result;
}

}  // namespace assay::inline v1::tournament
