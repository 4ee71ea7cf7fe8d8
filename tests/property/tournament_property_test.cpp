// Laws that hold for every field and all rules of the competitive Swiss system, on random cases that shrink
// to small ones.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "assay/core/isa.hpp"
#include "assay/tournament/competitive_swiss_simulation.hpp"
#include "assay/tournament/competitive_swiss_trace.hpp"
#include "assay/tournament/internal/simulator.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace assay::tournament {
namespace {

struct tournament_case {
  std::size_t players, rounds;
  std::vector<double> scores;
  std::vector<std::int32_t> leavers;
  double bye_points;
  tie_rule ties;
  overflow_rule overflow;
  std::uint64_t seed;

  [[nodiscard]] matrix_view view() const { return {scores, players, rounds}; }
  [[nodiscard]] detail::tournament_rules rules() const {
    return detail::make_rules(checker("test"), view(), leavers, {bye_points, ties, overflow, {}});
  }
  [[nodiscard]] competitive_swiss_exact_result exact() const {
    return competitive_swiss_exact(
        view(), leavers, {.bye_points = bye_points, .ties = ties, .elimination_overflow = overflow});
  }
};

rc::Gen<tournament_case> some_case(std::size_t most_players, std::size_t most_rounds) {
  return rc::gen::exec([=] {
    tournament_case c;
    c.players = *rc::gen::inRange<std::size_t>(1, most_players + 1);
    c.rounds = *rc::gen::inRange<std::size_t>(1, most_rounds + 1);
    const int levels = *rc::gen::element(2, 5, 1000);
    c.scores = *rc::gen::container<std::vector<double>>(
        c.players * c.rounds, rc::gen::map(rc::gen::inRange(0, levels), [](int i) { return 0.5 * i; }));
    c.leavers =
        *rc::gen::container<std::vector<std::int32_t>>(c.rounds, rc::gen::inRange<std::int32_t>(0, 4));
    c.bye_points = *rc::gen::element(0.0, 0.0, 0.5, 1.0, 2.5);
    c.ties = *rc::gen::element(tie_rule::half, tie_rule::none);
    c.overflow = *rc::gen::element(overflow_rule::cap, overflow_rule::cascade);
    c.seed = *rc::gen::arbitrary<std::uint64_t>();
    return c;
  });
}

double sum_of(const array& numbers) {
  const auto values = numbers.values<double>();
  return std::accumulate(values.begin(), values.end(), 0.0);
}

RC_GTEST_PROP(competitive_swiss, plays_the_same_tournaments_in_lanes_and_one_by_one, ()) {
  const auto c = *some_case(32, 8);
  const auto first = *rc::gen::arbitrary<std::uint32_t>();
  const detail::simulator scalar(c.rules(), c.seed, detail::simulation_path::scalar);
  auto expected = scalar.no_totals();
  scalar.add(first, 37, expected);
  for (const isa set : available_isas()) {
    const testing::use_isa guard(set);
    const detail::simulator lanes(c.rules(), c.seed);
    auto actual = lanes.no_totals();
    lanes.add(first, 37, actual);
    RC_ASSERT(actual == expected);
  }
}

RC_GTEST_PROP(competitive_swiss, hands_out_a_point_a_match_and_no_more, ()) {
  auto c = *some_case(6, 4);
  c.bye_points = 0.0;
  c.ties = tie_rule::half;
  const auto result = c.exact();
  // The sums of the exact solution are right to 1e-12.
  RC_ASSERT(std::fabs(sum_of(result.expected_win_score) - sum_of(result.matches_per_round)) < 1e-12);
}

RC_GTEST_PROP(competitive_swiss, has_ranks_that_are_a_doubly_stochastic_matrix, ()) {
  const auto c = *some_case(6, 4);
  const auto ranks = c.exact().rank_probability;
  for (std::size_t i = 0; i < c.players; ++i) {
    double row = 0.0;
    double column = 0.0;
    for (std::size_t j = 0; j < c.players; ++j) {
      row += ranks(i, j);
      column += ranks(j, i);
    }
    RC_ASSERT(std::fabs(row - 1.0) < 1e-12);
    RC_ASSERT(std::fabs(column - 1.0) < 1e-12);
  }
}

RC_GTEST_PROP(competitive_swiss, never_brings_a_player_back, ()) {
  const auto c = *some_case(40, 6);
  const auto result = competitive_swiss_trace(
      c.view(), c.leavers,
      {.bye_points = c.bye_points, .ties = c.ties, .elimination_overflow = c.overflow, .seed = c.seed});
  for (std::size_t round = 1; round < c.rounds; ++round) {
    for (std::size_t i = 0; i < c.players; ++i) {
      RC_ASSERT(result.active(round, i) <= result.active(round - 1, i));
      if (result.active(round - 1, i) == 0.0)
        RC_ASSERT(result.points(round, i) == result.points(round - 1, i));
    }
  }
}

RC_GTEST_PROP(competitive_swiss, merges_to_the_bits_of_the_whole, ()) {
  const auto c = *some_case(12, 4);
  const auto cut = *rc::gen::inRange<std::uint64_t>(0, 101);
  const competitive_swiss_simulate_options options{.simulations = 100, .seed = c.seed};
  competitive_swiss_simulation whole(c.view(), c.leavers, options);
  competitive_swiss_simulation left = whole;
  competitive_swiss_simulation right = whole;
  whole.run(0, 100);
  left.run(0, cut);
  right.run(cut, 100 - cut);
  right.merge(competitive_swiss_simulation::from_bytes(left.to_bytes()));
  RC_ASSERT(right.to_bytes() == whole.to_bytes());
}

}  // namespace
}  // namespace assay::tournament
