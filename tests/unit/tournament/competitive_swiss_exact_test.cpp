// The exact solution: laws of the competitive Swiss system and small fields worked out by hand.
#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/tournament/competitive_swiss.hpp"
#include "support/compare.hpp"
#include "unit/tournament/fields.hpp"

namespace assay::tournament {
namespace {

using testing::dominance_chain;
using testing::expect_error;
using testing::field;
using testing::random_field;
using numbers = std::vector<double>;
using testing::sum_of;
constexpr const char* k_why = "compensated sums: 1e-12 by the spec";

competitive_swiss_exact_result solve(const field& f, const competitive_swiss_exact_options& options = {}) {
  return competitive_swiss_exact(f.view(), f.leavers, options);
}

TEST(competitive_swiss_exact, gives_the_better_of_two_his_only_match) {
  // They meet in round 1, then differ in points for good.
  const auto result = solve(dominance_chain(2, 3));
  EXPECT_BITS(result.expected_win_score.to_vector(), (numbers{1.0, 0.0}));
  EXPECT_BITS(result.variance.to_vector(), (numbers{0.0, 0.0}));
  EXPECT_BITS(result.rank_probability.to_vector(), (numbers{1.0, 0.0, 0.0, 1.0}));
  EXPECT_BITS(result.matches_per_round.to_vector(), (numbers{1.0, 0.0, 0.0}));
}

TEST(competitive_swiss_exact, solves_three_players_and_one_round) {
  // Each has the bye with probability 1/3; otherwise the better wins: 2/3, 1/3, 0.
  const auto result = solve(dominance_chain(3, 1));
  EXPECT_ABS(result.expected_win_score[0], 2.0 / 3.0, 1e-15, k_why);
  EXPECT_ABS(result.expected_win_score[1], 1.0 / 3.0, 1e-15, k_why);
  EXPECT_BITS(result.expected_win_score[2], 0.0);
  EXPECT_ABS(result.variance[0], 2.0 / 9.0, 1e-15, k_why);
  // The winner of the match is first, the two others share the ranks 1 and 2.
  EXPECT_ABS(result.rank_probability(0, 0), 2.0 / 3.0, 1e-15, k_why);
  EXPECT_ABS(result.rank_probability(0, 1), 1.0 / 6.0, 1e-15, k_why);
}

TEST(competitive_swiss_exact, gives_nothing_to_a_player_alone) {
  const auto result = solve(random_field(1, 1, 4));
  EXPECT_BITS(result.expected_win_score[0], 0.0);
  EXPECT_BITS(result.rank_probability[0], 1.0);
  EXPECT_BITS(sum_of(result.matches_per_round.to_vector()), 0.0);
}

TEST(competitive_swiss_exact, hands_out_as_many_points_as_matches_are_played) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const field f = random_field(seed, 3 + seed % 6, 4, static_cast<int>(seed % 3), seed % 2 == 0 ? 4 : 0);
    const auto result = solve(f);
    EXPECT_ABS(sum_of(result.expected_win_score.to_vector()), sum_of(result.matches_per_round.to_vector()),
               1e-12, k_why)
        << "seed " << seed;
  }
}

TEST(competitive_swiss_exact, plays_the_matches_of_the_group_recursion) {
  for (const std::size_t players : {2U, 5U, 6U, 8U, 9U}) {
    const auto result = solve(random_field(players, players, 5));
    const auto expected = testing::matches_without_chance(players, 5);
    for (std::size_t round = 0; round < 5; ++round)
      EXPECT_ABS(result.matches_per_round[round], expected[round], 1e-12, k_why) << players << " players";
  }
}

TEST(competitive_swiss_exact, rewards_a_player_who_dominates_an_even_field_in_every_round) {
  EXPECT_ABS(solve(dominance_chain(8, 3)).expected_win_score[0], 3.0, 1e-12, k_why);
  EXPECT_ABS(solve(dominance_chain(4, 2)).expected_win_score[0], 2.0, 1e-12, k_why);
}

TEST(competitive_swiss_exact, treats_equal_players_equally) {
  field f = random_field(3, 5, 4, 1);
  std::ranges::fill(f.scores, 7.0);
  const auto result = solve(f);
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_ABS(result.expected_win_score[i], result.expected_win_score[0], 1e-12, k_why);
    EXPECT_ABS(result.variance[i], result.variance[0], 1e-12, k_why);
    for (std::size_t rank = 0; rank < 5; ++rank)
      EXPECT_ABS(result.rank_probability(i, rank), 0.2, 1e-12, k_why);
  }
}

TEST(competitive_swiss_exact, permutes_with_the_players) {
  const field f = random_field(4, 6, 4, 1, 5);
  const std::vector<std::size_t> order = {3, 0, 5, 1, 4, 2};
  field permuted = f;
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t k = 0; k < 4; ++k) permuted.scores[i * 4 + k] = f.scores[order[i] * 4 + k];
  const auto plain = solve(f);
  const auto result = solve(permuted);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_ABS(result.expected_win_score[i], plain.expected_win_score[order[i]], 1e-12, k_why);
    for (std::size_t rank = 0; rank < 6; ++rank)
      EXPECT_ABS(result.rank_probability(i, rank), plain.rank_probability(order[i], rank), 1e-12, k_why);
  }
}

TEST(competitive_swiss_exact, sees_only_the_order_of_scores) {
  const field f = random_field(5, 7, 3, 1);
  field stretched = f;
  for (double& score : stretched.scores) score = 1000.0 * score * score * score - 3.0;
  EXPECT_BITS(solve(stretched).expected_win_score, solve(f).expected_win_score);
  EXPECT_BITS(solve(stretched).rank_probability, solve(f).rank_probability);
}

TEST(competitive_swiss_exact, turns_benchmarks_where_smaller_is_better) {
  const field f = random_field(6, 6, 3);
  field mirrored = f;
  for (double& score : mirrored.scores) score = -score;
  const std::vector<std::uint8_t> directions = {0, 0, 0};
  EXPECT_BITS(solve(mirrored, {.higher_is_better = directions}).expected_win_score,
              solve(f).expected_win_score);
}

TEST(competitive_swiss_exact, credits_byes_with_their_points) {
  // Three players, one round: 1/3 each for the bye's half point.
  const auto result = solve(dominance_chain(3, 1), {.bye_points = 0.5});
  EXPECT_ABS(result.expected_win_score[0], 2.0 / 3.0 + 0.5 / 3.0, 1e-15, k_why);
  EXPECT_ABS(result.expected_win_score[2], 0.5 / 3.0, 1e-15, k_why);
}

TEST(competitive_swiss_exact, caps_or_cascades_large_eliminations) {
  field f = dominance_chain(4, 1);
  f.leavers = {3};
  // Round 1 leaves two winners and two losers. cap: the losers leave; cascade: one winner as well.
  const auto capped = solve(f);
  EXPECT_ABS(sum_of(capped.active_probability.to_vector()), 2.0, 1e-15, k_why);
  const auto cascaded = solve(f, {.elimination_overflow = overflow_rule::cascade});
  EXPECT_ABS(sum_of(cascaded.active_probability.to_vector()), 1.0, 1e-15, k_why);
  EXPECT_ABS(cascaded.active_probability[0], 0.5, 1e-15, k_why);
}

TEST(competitive_swiss_exact, solves_one_round_of_a_field_of_sixteen) {
  // 2 million pairings, but only 12870 outcomes: the better of two random players wins, player i beats 15 - i
  // of 15.
  const auto result = solve(dominance_chain(16, 1));
  for (std::size_t i = 0; i < 16; ++i)
    EXPECT_ABS(result.expected_win_score[i], static_cast<double>(15 - i) / 15.0, 1e-12, k_why);
}

TEST(competitive_swiss_exact, gives_the_same_bits_for_float32_scores_of_the_same_order) {
  const field f = random_field(7, 5, 3, 0, 6);
  const std::vector<float> narrow(f.scores.begin(), f.scores.end());
  EXPECT_BITS(competitive_swiss_exact(matrix_view(narrow, 5, 3), f.leavers).variance, solve(f).variance);
}

TEST(competitive_swiss_exact, stops_when_asked) {
  const field f = random_field(8, 8, 5);
  const context ctx{.stop = [] { return true; }};
  expect_error([&] { competitive_swiss_exact(f.view(), f.leavers, {}, ctx); }, error_kind::cancelled,
               error_code::cancelled, "", "cancelled");
}

TEST(competitive_swiss_exact, reports_progress_to_the_end) {
  const field f = random_field(8, 4, 5);
  progress last;
  const context ctx{.on_progress = [&](const progress& p) { last = p; }};
  competitive_swiss_exact(f.view(), f.leavers, {}, ctx);
  EXPECT_EQ(last.done, last.total);
  EXPECT_GT(last.total, 0U);
}

TEST(competitive_swiss_exact, refuses_more_states_than_the_budget) {
  const field f = random_field(9, 9, 5);
  expect_error([&] { solve(f, {.state_budget = 100}); }, error_kind::value, error_code::budget_exceeded,
               "state_budget", "is 100, the exact solution needs more states; simulate instead");
  expect_error([&] { solve(random_field(9, 33, 1)); }, error_kind::value, error_code::budget_exceeded,
               "state_budget", "33 players");
}

TEST(competitive_swiss_exact, refuses_bad_arguments) {
  const field f = random_field(10, 4, 2);
  const auto value_error = [&](const competitive_swiss_exact_options& options, error_code code,
                               const char* argument, const char* text) {
    expect_error([&] { solve(f, options); }, error_kind::value, code, argument, text);
  };
  value_error({.bye_points = 0.25}, error_code::bad_parameter, "bye_points",
              "is 0.25, must be a multiple of 0.5");
  value_error({.bye_points = -1}, error_code::bad_parameter, "bye_points", "is -1");
  value_error({.bye_points = std::nan("")}, error_code::bad_parameter, "bye_points", "is NaN");
  value_error({.bye_points = 1001}, error_code::bad_parameter, "bye_points", "is 1001");
  value_error({.state_budget = 0}, error_code::bad_parameter, "state_budget", "is 0");
  field bad = f;
  bad.scores[3] = std::nan("");
  expect_error([&] { solve(bad); }, error_kind::value, error_code::non_finite, "scores", "[1, 1] is NaN");
  bad = f;
  bad.leavers = {0};
  expect_error([&] { solve(bad); }, error_kind::shape, error_code::length_mismatch, "eliminate_per_round",
               "has 1 element, needs 2");
  bad.leavers = {0, -1};
  expect_error([&] { solve(bad); }, error_kind::value, error_code::out_of_range, "eliminate_per_round",
               "[1] is -1, must be at least 0");
  bad.leavers = {};
  expect_error([&] { solve(bad); }, error_kind::shape, error_code::empty_input, "eliminate_per_round",
               "empty");
  bad.players = 0;
  expect_error([&] { solve(bad); }, error_kind::shape, error_code::empty_input, "scores", "empty");
}

TEST(competitive_swiss_exact, refuses_more_points_than_it_can_count) {
  const field f = random_field(11, 1, 17);
  expect_error([&] { solve(f, {.bye_points = 1000}); }, error_kind::value, error_code::bad_parameter,
               "bye_points", "16383 points");
  expect_error([] { solve(random_field(11, 1, 16384)); }, error_kind::value, error_code::bad_parameter,
               "scores", "more than 16383");
}

}  // namespace
}  // namespace assay::tournament
