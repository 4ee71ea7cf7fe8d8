#include "assay/tournament/internal/tournament_rules.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace assay::inline v1::tournament::detail {
namespace {

constexpr double k_max_bye_points = 1000.0;

std::uint32_t bye_in_halves(const checker& check, double bye_points) {
  const bool allowed =
      bye_points >= 0.0 && bye_points <= k_max_bye_points && std::floor(2.0 * bye_points) == 2.0 * bye_points;
  check.parameter(allowed, "bye_points", bye_points, "must be a multiple of 0.5 between 0 and 1000");
  return static_cast<std::uint32_t>(2.0 * bye_points);
}

// Dense places of the scores on one benchmark: 0 for the worst, equal scores share a place.
void rank_benchmark(const matrix_view& scores, const integer_view& higher_is_better, std::uint32_t benchmark,
                    tournament_rules& rules) {
  const auto score = [&](std::uint32_t i) {
    return better_when_larger(scores, higher_is_better, i, benchmark);
  };
  std::vector<std::uint32_t> order(rules.players);
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return score(a) < score(b); });
  std::uint32_t* labels = rules.labels.data() + static_cast<std::size_t>(benchmark) * rules.players;
  std::uint32_t label = 0;
  for (std::uint32_t i = 0; i < rules.players; ++i) {
    const bool level = i > 0 && score(order[i]) == score(order[i - 1]);
    if (i > 0 && !level) ++label;
    labels[order[i]] = label;
  }
}

}  // namespace

void find_ties(tournament_rules& rules) {
  rules.has_ties.assign(rules.rounds, 0);
  std::vector<std::uint8_t> taken;
  for (std::uint32_t round = 0; round < rules.rounds; ++round) {
    taken.assign(rules.players, 0);
    for (std::uint32_t player = 0; player < rules.players; ++player) {
      std::uint8_t& place = taken[rules.round_labels(round)[player]];
      rules.has_ties[round] |= place;
      place = 1;
    }
  }
}

void check_scores(const checker& check, const matrix_view& scores, const integer_view& higher_is_better) {
  check.not_empty(scores, "scores");
  check.finite(scores, "scores");
  if (!higher_is_better.present()) return;
  check.not_empty(higher_is_better, "higher_is_better");
  check.length(higher_is_better, "higher_is_better", scores.extent(1), "benchmarks");
  check.binary_labels(higher_is_better, "higher_is_better");
}

tournament_rules make_rules(const checker& check, const matrix_view& scores, const rule_options& options) {
  check_scores(check, scores, options.higher_is_better);
  tournament_rules rules;
  rules.players = static_cast<std::uint32_t>(scores.extent(0));
  rules.rounds = static_cast<std::uint32_t>(scores.extent(1));
  rules.bye = bye_in_halves(check, options.bye_points);
  rules.tie = options.ties == tie_rule::half ? 1 : 0;
  rules.cascade = options.elimination_overflow == overflow_rule::cascade;
  check.parameter(
      static_cast<double>(rules.rounds) * std::max(rules.bye, k_win) <= k_max_points,
      rules.bye > k_win ? "bye_points" : "scores", rules.bye > k_win ? options.bye_points : rules.rounds,
      rules.bye > k_win ? "gives more than 16383 points over all rounds" : "rounds are more than 16383");
  rules.labels.resize(static_cast<std::size_t>(rules.rounds) * rules.players);
  rules.leavers.resize(rules.rounds);
  for (std::uint32_t round = 0; round < rules.rounds; ++round)
    rank_benchmark(scores, options.higher_is_better, round, rules);
  find_ties(rules);
  return rules;
}

tournament_rules make_rules(const checker& check, const matrix_view& scores,
                            const integer_view& eliminate_per_round, const rule_options& options) {
  check.not_empty(scores, "scores");
  check.not_empty(eliminate_per_round, "eliminate_per_round");
  check.length(eliminate_per_round, "eliminate_per_round", scores.extent(1), "benchmarks");
  tournament_rules rules = make_rules(check, scores, options);
  for (std::uint32_t round = 0; round < rules.rounds; ++round) {
    const double count = eliminate_per_round(round);
    if (count < 0.0)
      check.fail_value(error_code::out_of_range, "eliminate_per_round",
                       "[" + std::to_string(round) + "] is " + text_of(count) + ", must be at least 0");
    rules.leavers[round] = static_cast<std::uint32_t>(std::min(count, static_cast<double>(rules.players)));
  }
  return rules;
}

}  // namespace assay::inline v1::tournament::detail
