// Forward recursion over states: the points of all players and the mark of those who left, with their
// probabilities.
#include "assay/tournament/internal/exact_solution.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <vector>

#include "assay/core/parallel.hpp"
#include "assay/tournament/internal/group_outcomes.hpp"

namespace assay::inline v1::tournament::detail {
namespace {

constexpr std::uint16_t k_left = 0x8000;  // beside the 15 bits of the points

using words = std::vector<std::uint16_t>;

/// Score groups of the players still in, lowest points first.
std::vector<player_set> active_groups(std::span<const std::uint16_t> state) {
  std::map<std::uint16_t, player_set> by_points;
  for (std::size_t i = 0; i < state.size(); ++i)
    if ((state[i] & k_left) == 0) by_points[state[i]] |= player_set{1} << i;
  std::vector<player_set> groups;
  for (const auto& [points, players] : by_points) groups.push_back(players);
  return groups;
}

template <class Fn>
void for_each_player(player_set players, Fn fn) {
  for (; players != 0; players &= players - 1) fn(static_cast<std::size_t>(std::countr_zero(players)));
}

class solver {
 public:
  solver(const checker& check, const tournament_rules& rules, std::int64_t states, const context& ctx)
      : check_(check), rules_(rules), ctx_(ctx), budget_(check, states), table_(rules.players, budget_) {
    const words start(rules.players, 0);
    table_.add(start.data(), 1.0);
  }

  competitive_swiss_exact_result solve() {
    const std::size_t m = rules_.players;
    const std::size_t k = rules_.rounds;
    competitive_swiss_exact_result result{ctx_.result(check_.function(), dtype::float64, m),
                                          {dtype::float64, {m}},
                                          {dtype::float64, {m, m}},
                                          {dtype::float64, {k, m}},
                                          {dtype::float64, {k}}};
    std::vector<double> active(m, 1.0);
    context one_thread = ctx_;
    one_thread.threads = 1;  // rounds follow each other
    run_tasks(one_thread, check_.function(), k, [&](std::size_t round) {
      result.matches_per_round.values<double>()[round] = play(static_cast<std::uint32_t>(round));
      if (rules_.leavers[round] > 0) {
        eliminate(rules_.leavers[round]);
        active = active_now();
      }
      std::ranges::copy(active, result.active_probability.values<double>().begin() +
                                    static_cast<std::ptrdiff_t>(round * m));
    });
    fill_moments(result);
    fill_ranks(result);
    return result;
  }

 private:
  // Every state to its successors by the matches of a round. Returns the expected number of matches.
  double play(std::uint32_t round) {
    group_outcomes outcomes(rules_, round, budget_);
    state_table next(rules_.players, budget_);
    compensated matches;
    for (std::size_t i = 0; i < table_.size(); ++i) {
      check_stop(i);
      const auto groups = active_groups(table_.state(i));
      int count = 0;
      for (const player_set group : groups) count += std::popcount(group) / 2;
      matches.add(table_.probability(i) * count);
      const words state(table_.state(i).begin(), table_.state(i).end());
      combine(outcomes, groups, 0, state, table_.probability(i), next);
    }
    table_ = std::move(next);
    return matches.value();
  }

  // The groups are independent: all combinations of their outcomes.
  void combine(group_outcomes& outcomes, const std::vector<player_set>& groups, std::size_t at,
               const words& state, double probability, state_table& next) {
    if (at == groups.size()) return next.add(state.data(), probability);
    words changed = state;
    for (const group_outcome& outcome : outcomes.of(groups[at])) {
      std::size_t member = 0;
      for_each_player(groups[at], [&](std::size_t player) {
        changed[player] = static_cast<std::uint16_t>(state[player] + outcome.points[member++]);
      });
      combine(outcomes, groups, at + 1, changed, probability * outcome.probability, next);
    }
  }

  void eliminate(std::uint32_t leavers) {
    state_table next(rules_.players, budget_);
    for (std::size_t i = 0; i < table_.size(); ++i) {
      check_stop(i);
      words state(table_.state(i).begin(), table_.state(i).end());
      std::uint32_t count = leavers;
      const auto groups = active_groups(state);
      std::size_t at = 0;
      // Whole groups leave as long as the rule lets the next one be touched.
      while (at < groups.size() && count >= static_cast<std::uint32_t>(std::popcount(groups[at]))) {
        for_each_player(groups[at], [&](std::size_t player) { state[player] |= k_left; });
        count = rules_.cascade ? count - static_cast<std::uint32_t>(std::popcount(groups[at])) : 0;
        ++at;
      }
      if (at == groups.size() || count == 0)
        next.add(state.data(), table_.probability(i));
      else
        draw(groups[at], count, state, table_.probability(i), next);
    }
    table_ = std::move(next);
  }

  // Every set of `count` members of the group leaves with the same probability.
  static void draw(player_set group, std::uint32_t count, const words& state, double probability,
                   state_table& next) {
    const int size = std::popcount(group);
    double sets = 1.0;
    for (std::uint32_t i = 0; i < count; ++i) sets = sets * (size - static_cast<int>(i)) / (i + 1);
    const std::uint64_t end = std::uint64_t{1} << size;
    // Next larger number with as many bits (Gosper's hack).
    for (std::uint64_t chosen = (std::uint64_t{1} << count) - 1; chosen < end;) {
      words changed = state;
      std::uint64_t members = chosen;
      for_each_player(group, [&](std::size_t player) {
        if ((members & 1) != 0) changed[player] |= k_left;
        members >>= 1;
      });
      next.add(changed.data(), probability / sets);
      const std::uint64_t low = chosen & (~chosen + 1);
      const std::uint64_t ripple = chosen + low;
      chosen = (((ripple ^ chosen) >> 2) / low) | ripple;
    }
  }

  [[nodiscard]] std::vector<double> active_now() const {
    std::vector<compensated> sums(rules_.players);
    for (std::size_t i = 0; i < table_.size(); ++i)
      for (std::size_t player = 0; player < rules_.players; ++player)
        if ((table_.state(i)[player] & k_left) == 0) sums[player].add(table_.probability(i));
    std::vector<double> result;
    for (const compensated& sum : sums) result.push_back(sum.value());
    return result;
  }

  static double points(std::uint16_t word) { return 0.5 * (word & ~k_left & 0xffff); }

  void fill_moments(competitive_swiss_exact_result& result) const {
    for (std::size_t player = 0; player < rules_.players; ++player) {
      compensated mean;
      for (std::size_t i = 0; i < table_.size(); ++i)
        mean.add(table_.probability(i) * points(table_.state(i)[player]));
      compensated variance;
      for (std::size_t i = 0; i < table_.size(); ++i) {
        const double distance = points(table_.state(i)[player]) - mean.value();
        variance.add(table_.probability(i) * distance * distance);
      }
      result.expected_win_score.values<double>()[player] = mean.value();
      result.variance.values<double>()[player] = variance.value();
    }
  }

  void fill_ranks(competitive_swiss_exact_result& result) const {
    const std::size_t m = rules_.players;
    std::vector<compensated> sums(m * m);
    for (std::size_t i = 0; i < table_.size(); ++i) {
      for (std::size_t player = 0; player < m; ++player) {
        const double mine = points(table_.state(i)[player]);
        std::size_t better = 0;
        std::size_t level = 0;
        for (const std::uint16_t word : table_.state(i)) {
          better += points(word) > mine;
          level += points(word) == mine;
        }
        const double share = table_.probability(i) / static_cast<double>(level);
        for (std::size_t rank = better; rank < better + level; ++rank) sums[player * m + rank].add(share);
      }
    }
    for (std::size_t i = 0; i < m * m; ++i) result.rank_probability.values<double>()[i] = sums[i].value();
  }

  void check_stop(std::size_t i) const {
    if (i % 64 == 0 && ctx_.stop_requested())
      throw cancelled_error(error_code::cancelled, check_.function(), "", "was cancelled");
  }

  const checker& check_;
  const tournament_rules& rules_;
  const context& ctx_;
  state_budget budget_;
  state_table table_;
};

}  // namespace

competitive_swiss_exact_result solve_exactly(const checker& check, const tournament_rules& rules,
                                             std::int64_t states, const context& ctx) {
  if (rules.players > k_most_exact_players)
    check.fail_value(error_code::budget_exceeded, "state_budget",
                     "does not suffice for " + std::to_string(rules.players) +
                         " players, the exact solution takes at most 32; simulate instead");
  return solver(check, rules, states, ctx).solve();
}

}  // namespace assay::inline v1::tournament::detail
