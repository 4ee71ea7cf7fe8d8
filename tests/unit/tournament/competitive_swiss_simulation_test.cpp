// The simulation: the very same tournaments on every path, and estimates that agree with the exact solution.
#include "assay/tournament/competitive_swiss_simulation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include "assay/tournament/internal/draws.hpp"
#include "assay/tournament/internal/simulator.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "unit/tournament/fields.hpp"

namespace assay::tournament {
namespace {

using testing::dominance_chain;
using testing::expect_error;
using testing::field;
using testing::random_field;
using testing::sum_of;

competitive_swiss_simulate_result simulate(const field& f,
                                           const competitive_swiss_simulate_options& options = {},
                                           const context& ctx = {}) {
  return competitive_swiss_simulate(f.view(), f.leavers, options, ctx);
}

void expect_same_result(const competitive_swiss_simulate_result& a,
                        const competitive_swiss_simulate_result& b) {
  EXPECT_BITS(a.expected_win_score, b.expected_win_score);
  EXPECT_BITS(a.standard_error, b.standard_error);
  EXPECT_BITS(a.standard_deviation, b.standard_deviation);
  EXPECT_BITS(a.variance, b.variance);
  EXPECT_BITS(a.confidence_lower, b.confidence_lower);
  EXPECT_BITS(a.confidence_upper, b.confidence_upper);
  EXPECT_BITS(a.rank_probability, b.rank_probability);
  EXPECT_BITS(a.rank_lower, b.rank_lower);
  EXPECT_BITS(a.rank_upper, b.rank_upper);
  EXPECT_BITS(a.top_k_probability, b.top_k_probability);
  EXPECT_BITS(a.active_probability, b.active_probability);
  EXPECT_BITS(a.matches_per_round, b.matches_per_round);
  EXPECT_EQ(a.simulations_run, b.simulations_run);
}

// Rules of a field under given options, for the two paths of the simulator.
detail::tournament_rules rules_of(const field& f, const detail::rule_options& options) {
  return detail::make_rules(checker("test"), f.view(), f.leavers, options);
}

class simulator_paths : public testing::each_isa {
 protected:
  static void expect_same_tournaments(const detail::tournament_rules& rules, std::uint64_t seed,
                                      std::uint64_t first, std::uint64_t count) {
    const detail::simulator lanes(rules, seed);
    const detail::simulator scalar(rules, seed, detail::simulation_path::scalar);
    detail::simulation_totals fast = lanes.no_totals();
    detail::simulation_totals slow = scalar.no_totals();
    lanes.add(first, count, fast);
    scalar.add(first, count, slow);
    EXPECT_TRUE(fast == slow) << rules.players << " players, " << rules.rounds << " rounds, bye "
                              << rules.bye;
    std::vector<std::uint32_t> fast_scores(static_cast<std::size_t>(count * rules.players));
    std::vector<std::uint32_t> slow_scores(static_cast<std::size_t>(count * rules.players));
    lanes.scores(first, count, fast_scores.data());
    scalar.scores(first, count, slow_scores.data());
    EXPECT_TRUE(fast_scores == slow_scores);
  }
};
ASSAY_FOR_EACH_ISA(simulator_paths);

TEST_P(simulator_paths, play_the_same_tournaments_for_every_number_of_players) {
  for (std::size_t players = 1; players <= 32; ++players) {
    const field f =
        random_field(players, players, 6, static_cast<int>(players % 4), players % 3 == 0 ? 5 : 0);
    expect_same_tournaments(rules_of(f, {0.0, tie_rule::half, overflow_rule::cap, {}}), players, 0, 101);
  }
}

TEST_P(simulator_paths, play_the_same_tournaments_under_all_rules) {
  for (const int leavers : {0, 1, 3, 40}) {
    for (const double bye_points : {0.0, 0.5, 1.0, 15.0}) {
      for (const tie_rule ties : {tie_rule::half, tie_rule::none}) {
        for (const overflow_rule overflow : {overflow_rule::cap, overflow_rule::cascade}) {
          const field f = random_field(17, 21, 7, leavers, 4);
          expect_same_tournaments(rules_of(f, {bye_points, ties, overflow, {}}), 5, 3, 50);
        }
      }
    }
  }
}

TEST_P(simulator_paths, agree_where_half_words_tie) {
  // 32 players share 65536 half-words: about 1 in 130 first rounds holds a tie, which further words decide.
  constexpr std::uint64_t seed = 11;
  constexpr std::uint64_t count = 2000;
  int tied = 0;
  for (std::uint64_t t = 0; t < count; ++t) {
    std::vector<std::uint32_t> halves;
    for (std::uint32_t block = 0; block < 4; ++block)
      for (const std::uint32_t word : detail::draw(seed, t, 0, detail::k_purpose_order, block)) {
        halves.push_back(word & 0xffff);
        halves.push_back(word >> 16);
      }
    std::ranges::sort(halves);
    tied += std::ranges::adjacent_find(halves) != halves.end();
  }
  EXPECT_GT(tied, 5);
  const field f = random_field(18, 32, 3);
  expect_same_tournaments(rules_of(f, {0.0, tie_rule::half, overflow_rule::cap, {}}), seed, 0, count);
}

TEST_P(simulator_paths, agree_where_the_number_of_the_tournament_outgrows_32_bits) {
  const field f = random_field(19, 12, 4, 1);
  const auto rules = rules_of(f, {0.0, tie_rule::half, overflow_rule::cap, {}});
  expect_same_tournaments(rules, 0xfedcba9876543210U, (std::uint64_t{1} << 32) - 21, 60);
}

TEST_P(simulator_paths, agree_at_the_most_points_of_a_lane_and_beyond) {
  for (const std::size_t rounds : {511U, 512U})
    expect_same_tournaments(
        rules_of(random_field(20, 4, rounds), {0.0, tie_rule::half, overflow_rule::cap, {}}), 1, 0, 20);
}

TEST(competitive_swiss_simulate, agrees_with_the_exact_solution) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const field f = random_field(seed, 4 + seed % 5, 4, static_cast<int>(seed % 3), seed % 2 == 0 ? 4 : 0);
    const double bye_points = 0.5 * static_cast<double>(seed % 4);
    const auto overflow = seed % 2 == 0 ? overflow_rule::cap : overflow_rule::cascade;
    const auto exact = competitive_swiss_exact(f.view(), f.leavers,
                                               {.bye_points = bye_points, .elimination_overflow = overflow});
    const auto estimate = simulate(
        f, {.bye_points = bye_points, .elimination_overflow = overflow, .simulations = 40000, .seed = seed});
    const double n = 40000.0;
    const auto expect_close = [&](double actual, double expected, double variance) {
      EXPECT_ABS(actual, expected, 5.0 * std::sqrt(variance / n) + 1e-12, "five standard errors")
          << "seed " << seed;
    };
    for (std::size_t i = 0; i < f.players; ++i) {
      expect_close(estimate.expected_win_score[i], exact.expected_win_score[i], exact.variance[i]);
      for (std::size_t rank = 0; rank < f.players; ++rank) {
        const double p = exact.rank_probability(i, rank);
        expect_close(estimate.rank_probability(i, rank), p, p * (1.0 - p));
      }
      for (std::size_t round = 0; round < f.rounds; ++round) {
        const double p = exact.active_probability(round, i);
        expect_close(estimate.active_probability(round, i), p, std::max(0.0, p * (1.0 - p)));
      }
    }
  }
}

TEST(competitive_swiss_simulate, hands_out_as_many_points_as_matches_are_played) {
  const field f = random_field(2, 13, 6, 2, 5);
  const auto result = simulate(f, {.simulations = 5000});
  EXPECT_REL(sum_of(result.expected_win_score.to_vector()), sum_of(result.matches_per_round.to_vector()),
             1e-14, "rounding of 13 terms");
}

TEST(competitive_swiss_simulate, plays_the_matches_of_the_group_recursion) {
  for (const std::size_t players : {7U, 29U, 32U, 45U}) {
    const auto result = simulate(random_field(players, players, 38), {.simulations = 100});
    EXPECT_BITS(result.matches_per_round.to_vector(), testing::matches_without_chance(players, 38));
  }
  // The field of the paper: 361 of 532 possible matches.
  EXPECT_BITS(sum_of(testing::matches_without_chance(29, 38)), 361.0);
}

TEST(competitive_swiss_simulate, rewards_a_player_who_dominates_an_even_field_in_every_round) {
  const auto result = simulate(dominance_chain(32, 5), {.simulations = 1000});
  EXPECT_BITS(result.expected_win_score[0], 5.0);
  EXPECT_BITS(result.variance[0], 0.0);
  EXPECT_BITS(result.rank_probability(0, 0), 1.0);
}

TEST(competitive_swiss_simulate, shares_the_ranks_of_level_players_exactly) {
  field f = random_field(3, 6, 1);
  std::ranges::fill(f.scores, 1.0);
  const auto result = simulate(f, {.simulations = 1000});
  EXPECT_BITS(result.rank_probability.to_vector(), std::vector<double>(36, 1.0 / 6.0));
  EXPECT_BITS(result.expected_win_score.to_vector(), std::vector<double>(6, 0.5));
}

TEST(competitive_swiss_simulate, gives_nothing_to_a_player_alone) {
  const auto result = simulate(random_field(1, 1, 4), {.simulations = 10});
  EXPECT_BITS(result.expected_win_score[0], 0.0);
  EXPECT_BITS(result.rank_probability[0], 1.0);
}

TEST(competitive_swiss_simulate, sees_only_the_order_of_scores) {
  const field f = random_field(5, 20, 6, 1);
  field stretched = f;
  for (double& score : stretched.scores) score = std::sqrt(score) * 77.0 + 1.0;
  expect_same_result(simulate(stretched, {.simulations = 3000}), simulate(f, {.simulations = 3000}));
}

TEST(competitive_swiss_simulate, gives_the_same_bits_for_any_number_of_threads) {
  for (const std::size_t players : {20U, 37U}) {
    const field f = random_field(6, players, 6, 1);
    const competitive_swiss_simulate_options options{.simulations = 10001, .seed = 3};
    const auto one = simulate(f, options);
    for (const unsigned threads : {2U, 7U})
      expect_same_result(simulate(f, options, {.threads = threads}), one);
  }
}

TEST(competitive_swiss_simulate, depends_on_the_seed) {
  const field f = random_field(7, 9, 4);
  const auto a = simulate(f, {.simulations = 1000, .seed = 1}).expected_win_score;
  const auto b = simulate(f, {.simulations = 1000, .seed = 2}).expected_win_score;
  const auto c = simulate(f, {.simulations = 1000, .seed = 1 + (std::uint64_t{1} << 32)}).expected_win_score;
  EXPECT_FALSE(testing::same_bits(a, b));
  EXPECT_FALSE(testing::same_bits(a, c));
}

TEST(competitive_swiss_simulate, reports_consistent_uncertainty) {
  const field f = random_field(8, 10, 5, 1);
  const auto result = simulate(f, {.simulations = 4000, .level = 0.9});
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_REL(result.variance[i], result.standard_deviation[i] * result.standard_deviation[i], 1e-15,
               "two roundings");
    EXPECT_REL(result.standard_error[i], result.standard_deviation[i] / std::sqrt(4000.0), 1e-15,
               "two roundings");
    // 1.6448536269514722 is the normal quantile of 0.95.
    EXPECT_ABS(result.confidence_upper[i] - result.expected_win_score[i],
               1.6448536269514722 * result.standard_error[i], 1e-14, "difference of numbers below 5");
    EXPECT_ABS(result.expected_win_score[i] - result.confidence_lower[i],
               1.6448536269514722 * result.standard_error[i], 1e-14, "difference of numbers below 5");
    double sum = 0.0;
    for (std::size_t rank = 0; rank < 10; ++rank) {
      sum += result.rank_probability(i, rank);
      EXPECT_ABS(result.top_k_probability(rank, i), sum, 1e-14, "rounding of ten terms");
      EXPECT_LE(result.rank_lower(i, rank), result.rank_probability(i, rank));
      EXPECT_GE(result.rank_upper(i, rank), result.rank_probability(i, rank));
    }
    EXPECT_BITS(result.top_k_probability(9, i), 1.0);
  }
}

TEST(competitive_swiss_simulate, tells_that_one_tournament_has_no_spread) {
  const auto result = simulate(random_field(9, 5, 3), {.simulations = 1});
  EXPECT_BITS(result.standard_error[0], std::numeric_limits<double>::infinity());
  EXPECT_BITS(result.variance[0], 0.0);
  EXPECT_EQ(result.simulations_run, 1U);
}

TEST(competitive_swiss_simulate, stops_early_at_the_same_block_for_any_number_of_threads) {
  const field f = random_field(10, 12, 6, 1);
  const competitive_swiss_simulate_options options{
      .simulations = 100000, .seed = 4, .target_standard_error = 0.02, .block_size = 500};
  const auto one = simulate(f, options);
  EXPECT_GT(one.simulations_run, 1000U);
  EXPECT_LT(one.simulations_run, 50000U);
  EXPECT_EQ(one.simulations_run % 500, 0U);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_LE(one.standard_error[i], 0.02);
  for (const unsigned threads : {2U, 7U}) expect_same_result(simulate(f, options, {.threads = threads}), one);
  // What was simulated is what a plain run of as many tournaments gives.
  const auto plain = simulate(f, {.simulations = static_cast<std::int64_t>(one.simulations_run), .seed = 4});
  expect_same_result(plain, one);
}

TEST(competitive_swiss_simulate, simulates_two_blocks_at_least) {
  const auto result = simulate(dominance_chain(2, 2), {.target_standard_error = 1.0, .block_size = 64});
  EXPECT_EQ(result.simulations_run, 128U);
}

TEST(competitive_swiss_simulate, ends_with_the_last_tournament_where_precision_is_out_of_reach) {
  const auto result = simulate(random_field(11, 9, 3),
                               {.simulations = 1050, .target_standard_error = 1e-9, .block_size = 100});
  EXPECT_EQ(result.simulations_run, 1050U);
}

TEST(competitive_swiss_simulation, continues_to_the_same_bits) {
  const field f = random_field(12, 15, 5, 1);
  const competitive_swiss_simulate_options options{.simulations = 3000, .seed = 5};
  competitive_swiss_simulation first(f.view(), f.leavers, options);
  first.run(0, 1234);
  auto second = competitive_swiss_simulation::from_bytes(first.to_bytes());
  second.run(1234, 3000 - 1234);
  expect_same_result(second.value(), simulate(f, options));
  EXPECT_EQ(second.planned(), 3000U);
  EXPECT_EQ(second.block(), 4096U);
}

TEST(competitive_swiss_simulation, merges_parts_in_any_order_to_the_same_bits) {
  const field f = random_field(13, 33, 5, 1);
  const competitive_swiss_simulate_options options{.simulations = 900, .seed = 6};
  std::vector<competitive_swiss_simulation> parts;
  for (std::uint64_t part = 0; part < 3; ++part) {
    parts.emplace_back(f.view(), f.leavers, options);
    parts.back().run(part * 300, 300);
  }
  competitive_swiss_simulation forward = parts[0];
  forward.merge(parts[1]);
  forward.merge(parts[2]);
  competitive_swiss_simulation backward = parts[2];
  backward.merge(parts[0]);
  backward.merge(parts[1]);
  EXPECT_EQ(forward.to_bytes(), backward.to_bytes());
  EXPECT_EQ(forward.simulations_run(), 900U);
  expect_same_result(forward.value(), simulate(f, options));
}

TEST(competitive_swiss_simulation, converges_once_the_target_is_reached) {
  const field f = random_field(14, 8, 4);
  competitive_swiss_simulation simulation(f.view(), f.leavers,
                                          {.target_standard_error = 0.05, .block_size = 100});
  simulation.run(0, 100);
  EXPECT_FALSE(simulation.converged());  // one block is not enough
  simulation.run(100, 2000);
  EXPECT_TRUE(simulation.converged());
  competitive_swiss_simulation endless(f.view(), f.leavers);
  endless.run(0, 10000);
  EXPECT_FALSE(endless.converged());
}

TEST(competitive_swiss_simulation, copies_and_moves) {
  const field f = random_field(15, 5, 3);
  competitive_swiss_simulation a(f.view(), f.leavers);
  a.run(0, 10);
  competitive_swiss_simulation b(f.view(), f.leavers);
  b = a;
  a.run(10, 10);
  EXPECT_EQ(b.simulations_run(), 10U);
  const competitive_swiss_simulation c = std::move(a);
  EXPECT_EQ(c.simulations_run(), 20U);
}

TEST(competitive_swiss_simulation, is_left_as_it_was_by_a_cancelled_run) {
  const field f = random_field(16, 12, 5);
  competitive_swiss_simulation simulation(f.view(), f.leavers);
  simulation.run(0, 500);
  const auto before = simulation.to_bytes();
  int asked = 0;
  const context ctx{.stop = [&] { return ++asked > 2; }};
  expect_error([&] { simulation.run(500, 1'000'000, ctx); }, error_kind::cancelled, error_code::cancelled, "",
               "was cancelled");
  EXPECT_EQ(simulation.to_bytes(), before);
}

TEST(competitive_swiss_simulation, reports_progress_to_the_end) {
  const field f = random_field(16, 12, 5);
  progress last;
  simulate(f, {.simulations = 20000}, {.on_progress = [&](const progress& p) { last = p; }});
  EXPECT_EQ(last.done, last.total);
  EXPECT_GT(last.total, 0U);
}

TEST(competitive_swiss_simulation, refuses_to_merge_other_tournaments) {
  const field f = random_field(17, 6, 3);
  field changed = f;
  changed.leavers = {0, 1, 0};
  competitive_swiss_simulation simulation(f.view(), f.leavers);
  const competitive_swiss_simulation other_seed(f.view(), f.leavers, {.seed = 1});
  const competitive_swiss_simulation other_rules(changed.view(), changed.leavers);
  for (const auto* other : {&other_seed, &other_rules})
    expect_error([&] { simulation.merge(*other); }, error_kind::value, error_code::bad_parameter, "other",
                 "must have the same");
}

TEST(competitive_swiss_simulation, refuses_damaged_bytes) {
  const field f = random_field(18, 4, 3);
  competitive_swiss_simulation simulation(f.view(), f.leavers);
  simulation.run(0, 10);
  const auto bytes = simulation.to_bytes();
  for (std::size_t i = 0; i < bytes.size(); i += 7) {
    auto damaged = bytes;
    damaged[i] ^= std::byte{1};
    expect_error([&] { std::ignore = competitive_swiss_simulation::from_bytes(damaged); }, error_kind::value,
                 error_code::corrupt_bytes, "bytes");
  }
  const auto cut = std::span(bytes).first(bytes.size() - 1);
  expect_error([&] { std::ignore = competitive_swiss_simulation::from_bytes(cut); }, error_kind::value,
               error_code::corrupt_bytes, "bytes");
}

TEST(competitive_swiss_simulation, has_no_value_before_the_first_tournament) {
  const field f = random_field(19, 4, 3);
  const competitive_swiss_simulation simulation(f.view(), f.leavers);
  expect_error([&] { std::ignore = simulation.value(); }, error_kind::state, error_code::degenerate, "",
               "has run no tournament");
}

TEST(competitive_swiss_simulate, refuses_bad_options) {
  const field f = random_field(20, 4, 2);
  const auto refuses = [&](const competitive_swiss_simulate_options& options, const char* argument,
                           const char* text) {
    expect_error([&] { simulate(f, options); }, error_kind::value, error_code::bad_parameter, argument, text);
    expect_error([&] { competitive_swiss_simulation(f.view(), f.leavers, options); }, error_kind::value,
                 error_code::bad_parameter, argument, text);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  refuses({.simulations = 0}, "simulations", "is 0, must be at least 1");
  refuses({.block_size = 1}, "block_size", "is 1, must be at least 2");
  refuses({.target_standard_error = -0.1}, "target_standard_error", "is -0.1");
  refuses({.target_standard_error = nan}, "target_standard_error", "is NaN");
  refuses({.level = 1.0}, "level", "is 1, must lie between 0 and 1");
  refuses({.level = nan}, "level", "is NaN");
  refuses({.bye_points = 0.3}, "bye_points", "is 0.3");
  field bad = f;
  bad.scores[0] = nan;
  expect_error([&] { simulate(bad); }, error_kind::value, error_code::non_finite, "scores", "[0, 0] is NaN");
  bad = f;
  bad.leavers = {1, 2, 3};
  expect_error([&] { simulate(bad); }, error_kind::shape, error_code::length_mismatch, "eliminate_per_round",
               "has 3 elements, needs 2");
}

}  // namespace
}  // namespace assay::tournament
