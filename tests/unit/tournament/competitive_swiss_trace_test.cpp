// One tournament round by round: what the simulation plays, drawn without favour.
#include "assay/tournament/competitive_swiss_trace.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "assay/tournament/competitive_swiss_simulation.hpp"
#include "support/compare.hpp"
#include "unit/tournament/fields.hpp"

namespace assay::tournament {
namespace {

using testing::dominance_chain;
using testing::expect_error;
using testing::field;
using testing::random_field;
using numbers = std::vector<double>;

competitive_swiss_trace_result trace(const field& f, std::uint64_t seed, std::uint64_t simulation,
                                     competitive_swiss_trace_options options = {}) {
  options.seed = seed;
  options.simulation = simulation;
  return competitive_swiss_trace(f.view(), f.leavers, options);
}

// Pearson's statistic of counts that should be equal.
double chi_square(const std::vector<int>& counts) {
  double total = 0.0;
  for (const int count : counts) total += count;
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0.0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

template <class Key>
std::vector<int> values_of(const std::map<Key, int>& counts) {
  std::vector<int> result;
  for (const auto& [key, count] : counts) result.push_back(count);
  return result;
}

// Pairs of a round, each with the lower player first.
std::set<std::pair<int, int>> pairs_of(const competitive_swiss_trace_result& result, std::size_t round) {
  std::set<std::pair<int, int>> pairs;
  for (std::size_t p = 0; p < result.pairs.extent(1); ++p) {
    const int a = static_cast<int>(result.pairs(round, p, 0));
    const int b = static_cast<int>(result.pairs(round, p, 1));
    if (a >= 0) pairs.insert({std::min(a, b), std::max(a, b)});
  }
  return pairs;
}

TEST(competitive_swiss_trace, shows_the_tournaments_that_the_simulation_plays) {
  const field f = random_field(1, 11, 5, 1, 4);
  std::vector<double> points(11, 0.0);
  for (std::uint64_t t = 0; t < 40; ++t) {
    const auto result = trace(f, 9, t);
    for (std::size_t i = 0; i < 11; ++i) points[i] += result.points(4, i);
  }
  const auto mean =
      competitive_swiss_simulate(f.view(), f.leavers, {.simulations = 40, .seed = 9}).expected_win_score;
  for (std::size_t i = 0; i < 11; ++i) EXPECT_BITS(mean[i], points[i] / 40.0);
}

TEST(competitive_swiss_trace, pairs_players_of_equal_points_and_gives_the_odd_one_a_bye) {
  const field f = random_field(2, 9, 4, 1);
  for (std::uint64_t t = 0; t < 20; ++t) {
    const auto result = trace(f, 1, t, {.bye_points = 0.5});
    for (std::size_t round = 0; round < 4; ++round) {
      std::vector<int> seen(9, 0);
      const auto before = [&](int player) {
        return round == 0 ? 0.0 : result.points(round - 1, static_cast<std::size_t>(player));
      };
      for (const auto& [a, b] : pairs_of(result, round)) {
        EXPECT_BITS(before(a), before(b));
        ++seen[static_cast<std::size_t>(a)];
        ++seen[static_cast<std::size_t>(b)];
      }
      for (std::size_t i = 0; i < 9; ++i) {
        const bool active = round == 0 || result.active(round - 1, i) == 1.0;
        EXPECT_EQ(seen[i] + result.bye(round, i), active ? 1.0 : 0.0)
            << "plays or has a bye exactly while active";
        const double gain = result.points(round, i) - before(static_cast<int>(i));
        EXPECT_TRUE(result.bye(round, i) == 0.0 || gain == 0.5);
      }
    }
  }
}

TEST(competitive_swiss_trace, gives_a_dominating_player_all_rounds_but_the_byes) {
  for (std::uint64_t t = 0; t < 30; ++t) {
    const auto result = trace(dominance_chain(7, 6), 2, t);
    double byes = 0.0;
    for (std::size_t round = 0; round < 6; ++round) byes += result.bye(round, 0);
    EXPECT_BITS(result.points(5, 0), 6.0 - byes);
  }
}

TEST(competitive_swiss_trace, pairs_uniformly) {
  // Six players have 15 pairings. 42.6 is the 0.9999 quantile of chi-square with 14 degrees of freedom.
  const field f = random_field(3, 6, 1);
  std::map<std::set<std::pair<int, int>>, int> counts;
  for (std::uint64_t t = 0; t < 30000; ++t) ++counts[pairs_of(trace(f, 3, t), 0)];
  EXPECT_EQ(counts.size(), 15U);
  EXPECT_LT(chi_square(values_of(counts)), 42.6);
}

TEST(competitive_swiss_trace, pairs_uniformly_inside_later_groups) {
  // Whoever the four winners of round 1 are, their three pairings in round 2 are equally likely: 18.4 is the
  // 0.9999 quantile of chi-square with 2 degrees of freedom.
  const field f = dominance_chain(8, 2);
  std::vector<int> counts(3, 0);
  for (std::uint64_t t = 0; t < 20000; ++t) {
    const auto result = trace(f, 4, t);
    std::vector<int> winners;
    for (int i = 0; i < 8; ++i)
      if (result.points(0, static_cast<std::size_t>(i)) == 1.0) winners.push_back(i);
    const auto pairs = pairs_of(result, 1);
    for (std::size_t partner = 1; partner <= 3; ++partner)
      counts[partner - 1] += static_cast<int>(pairs.count({winners[0], winners[partner]}));
  }
  EXPECT_EQ(counts[0] + counts[1] + counts[2], 20000);
  EXPECT_LT(chi_square(counts), 18.4);
}

TEST(competitive_swiss_trace, draws_byes_and_eliminations_uniformly) {
  // 0.9999 quantiles: 27.9 for 6 degrees of freedom, 18.4 for 2.
  field f = dominance_chain(7, 1);
  std::ranges::fill(f.scores, 1.0);
  f.leavers = {2};
  std::vector<int> byes(7, 0);
  std::map<std::set<int>, int> leavers;
  for (std::uint64_t t = 0; t < 20000; ++t) {
    const auto result = trace(f, 5, t, {.bye_points = 0.5});
    std::set<int> gone;
    for (std::size_t i = 0; i < 7; ++i) {
      byes[i] += static_cast<int>(result.bye(0, i));
      if (result.active(0, i) == 0.0) gone.insert(static_cast<int>(i));
    }
    ++leavers[gone];
  }
  EXPECT_LT(chi_square(byes), 27.9);
  EXPECT_EQ(leavers.size(), 21U);
  // 21 pairs of leavers: 51.0 is the 0.9999 quantile for 20 degrees of freedom.
  EXPECT_LT(chi_square(values_of(leavers)), 51.0);
}

TEST(competitive_swiss_trace, has_an_empty_row_for_a_player_alone) {
  const auto result = trace(random_field(6, 1, 2), 0, 0);
  EXPECT_BITS(result.pairs.to_vector(), (numbers{-1.0, -1.0, -1.0, -1.0}));
  EXPECT_BITS(result.bye.to_vector(), (numbers{1.0, 1.0}));
  EXPECT_BITS(result.matches_per_round.to_vector(), (numbers{0.0, 0.0}));
}

TEST(competitive_swiss_trace, refuses_bad_arguments) {
  const field f = random_field(7, 4, 2);
  expect_error([&] { trace(f, 0, 0, {.bye_points = 0.1}); }, error_kind::value, error_code::bad_parameter,
               "bye_points", "is 0.1");
  field bad = f;
  bad.leavers = {0};
  expect_error([&] { trace(bad, 0, 0); }, error_kind::shape, error_code::length_mismatch,
               "eliminate_per_round");
}

}  // namespace
}  // namespace assay::tournament
