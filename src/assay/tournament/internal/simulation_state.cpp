#include "assay/tournament/internal/simulation_state.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/core/internal/wilson.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::tournament::detail {
namespace {

double standard_error(const simulation_totals& sums, std::size_t player) {
  if (sums.tournaments < 2) return std::numeric_limits<double>::infinity();
  return std::sqrt(sums.variance(player) / static_cast<double>(sums.tournaments));
}

// Whole ranks and the rest, over all tournaments.
double probability(const rank_sum& sum, std::uint64_t tournaments) {
  const double ranks =
      static_cast<double>(sum.whole) + static_cast<double>(sum.rest) / static_cast<double>(k_whole_rank);
  return ranks / static_cast<double>(tournaments);
}

array numbers(std::size_t rows) { return {dtype::float64, {rows}}; }
array numbers(std::size_t rows, std::size_t columns) { return {dtype::float64, {rows, columns}}; }

void fill_points(const simulation_totals& sums, double level, competitive_swiss_simulate_result& result) {
  const double z = vmath::normal_quantile(0.5 + 0.5 * level);
  for (std::size_t i = 0; i < sums.points.size(); ++i) {
    const double mean = sums.mean(i);
    const double variance = sums.tournaments < 2 ? 0.0 : sums.variance(i);
    const double error = standard_error(sums, i);
    result.expected_win_score.values<double>()[i] = mean;
    result.standard_error.values<double>()[i] = error;
    result.standard_deviation.values<double>()[i] = std::sqrt(variance);
    result.variance.values<double>()[i] = variance;
    result.confidence_lower.values<double>()[i] = mean - z * error;
    result.confidence_upper.values<double>()[i] = mean + z * error;
  }
}

void fill_ranks(const simulation_totals& sums, double level, competitive_swiss_simulate_result& result) {
  const std::size_t players = sums.points.size();
  const double n = static_cast<double>(sums.tournaments);
  const double z = internal::wilson_quantile(level);
  for (std::size_t i = 0; i < players; ++i) {
    rank_sum up_to_here;
    for (std::size_t rank = 0; rank < players; ++rank) {
      const std::size_t at = i * players + rank;
      const double p = probability(sums.ranks[at], sums.tournaments);
      const auto bounds = internal::wilson(p, n, z);
      up_to_here.add(sums.ranks[at].whole, sums.ranks[at].rest);
      result.rank_probability.values<double>()[at] = p;
      result.rank_lower.values<double>()[at] = bounds.lower;
      result.rank_upper.values<double>()[at] = bounds.upper;
      result.top_k_probability.values<double>()[rank * players + i] =
          probability(up_to_here, sums.tournaments);
    }
  }
}

void fill_rounds(const simulation_totals& sums, competitive_swiss_simulate_result& result) {
  const std::size_t players = sums.points.size();
  const double n = static_cast<double>(sums.tournaments);
  std::vector<std::uint64_t> active(players, sums.tournaments);
  for (std::size_t round = 0; round < sums.matches.size(); ++round) {
    result.matches_per_round.values<double>()[round] = static_cast<double>(sums.matches[round]) / n;
    for (std::size_t i = 0; i < players; ++i) {
      active[i] -= sums.leavers[round * players + i];
      result.active_probability.values<double>()[round * players + i] = static_cast<double>(active[i]) / n;
    }
  }
}

void write_rules(byte_writer& out, const tournament_rules& rules) {
  out.u32(rules.players);
  out.u32(rules.rounds);
  out.u32(rules.bye);
  out.u32(rules.tie);
  out.boolean(rules.cascade);
  for (const std::uint32_t label : rules.labels) out.u32(label);
  for (const std::uint32_t leavers : rules.leavers) out.u32(leavers);
}

// Refuses whatever make_rules would not make: the kernels trust the rules.
tournament_rules read_rules(byte_reader& in) {
  tournament_rules rules;
  rules.players = in.u32();
  rules.rounds = in.u32();
  rules.bye = in.u32();
  rules.tie = in.u32();
  rules.cascade = in.boolean();
  const std::uint64_t labels = std::uint64_t{rules.players} * rules.rounds;
  if (labels == 0 || labels > in.left() / 4) in.fail("tell of more players and rounds than they hold");
  const std::uint64_t most_points = std::uint64_t{rules.rounds} * std::max(rules.bye, k_win);
  if (rules.tie > 1 || most_points > k_max_points) in.fail("hold rules that are not allowed");
  rules.labels.resize(static_cast<std::size_t>(labels));
  rules.leavers.resize(rules.rounds);
  for (std::uint32_t& label : rules.labels) {
    label = in.u32();
    if (label >= rules.players) in.fail("hold a place that no player can have");
  }
  for (std::uint32_t& leavers : rules.leavers) {
    leavers = in.u32();
    if (leavers > rules.players) in.fail("let more players leave than there are");
  }
  find_ties(rules);
  return rules;
}

}  // namespace

simulation_state::simulation_state(const checker& check, const matrix_view& scores,
                                   const integer_view& eliminate_per_round,
                                   const competitive_swiss_simulate_options& options)
    : tournaments(make_rules(check, scores, eliminate_per_round, rule_options_of(options)), options.seed),
      totals(tournaments.no_totals()),
      planned(static_cast<std::uint64_t>(options.simulations)),
      block(static_cast<std::uint64_t>(options.block_size)),
      target_standard_error(options.target_standard_error),
      level(options.level) {
  check.parameter(options.simulations >= 1, "simulations", static_cast<double>(options.simulations),
                  "must be at least 1");
  check.parameter(options.block_size >= 2, "block_size", static_cast<double>(options.block_size),
                  "must be at least 2");
  check.parameter(target_standard_error >= 0.0 && std::isfinite(target_standard_error),
                  "target_standard_error", target_standard_error, "must be finite and at least 0");
  check.parameter(level > 0.0 && level < 1.0, "level", level, "must lie between 0 and 1");
}

simulation_state::simulation_state(simulator games, simulation_totals sums)
    : tournaments(std::move(games)),
      totals(std::move(sums)),
      planned(0),
      block(0),
      target_standard_error(0.0),
      level(0.0) {}

bool simulation_state::same_tournaments(const simulation_state& other) const {
  return tournaments.rules() == other.tournaments.rules() && tournaments.seed() == other.tournaments.seed();
}

bool simulation_state::converged(const simulation_totals& sums) const {
  if (!(target_standard_error > 0.0) || sums.tournaments < 2 * block) return false;
  for (std::size_t i = 0; i < sums.points.size(); ++i)
    if (!(standard_error(sums, i) <= target_standard_error)) return false;
  return true;
}

competitive_swiss_simulate_result simulation_state::value(const context& ctx, const char* function) const {
  const std::size_t m = totals.points.size();
  const std::size_t k = totals.matches.size();
  competitive_swiss_simulate_result result{ctx.result(function, dtype::float64, m),
                                           numbers(m),
                                           numbers(m),
                                           numbers(m),
                                           numbers(m),
                                           numbers(m),
                                           numbers(m, m),
                                           numbers(m, m),
                                           numbers(m, m),
                                           numbers(m, m),
                                           numbers(k, m),
                                           numbers(k),
                                           totals.tournaments};
  fill_points(totals, level, result);
  fill_ranks(totals, level, result);
  fill_rounds(totals, result);
  return result;
}

void simulation_state::write(byte_writer& out) const {
  write_rules(out, tournaments.rules());
  out.u64(tournaments.seed());
  out.u64(planned);
  out.u64(block);
  out.f64(target_standard_error);
  out.f64(level);
  totals.write(out);
}

simulation_state simulation_state::read(byte_reader& in) {
  tournament_rules rules = read_rules(in);
  const std::uint64_t seed = in.u64();
  simulation_state state(simulator(std::move(rules), seed), {});
  state.planned = in.u64();
  state.block = in.u64();
  state.target_standard_error = in.f64();
  state.level = in.f64();
  if (state.planned < 1 || state.block < 2 || !(state.level > 0.0 && state.level < 1.0) ||
      !(state.target_standard_error >= 0.0))
    in.fail("hold options that are not allowed");
  const std::uint64_t players = state.tournaments.rules().players;
  if (players > in.left() / (sizeof(rank_sum) * players)) in.fail("end before the last rank");
  state.totals = state.tournaments.no_totals();
  state.totals.read(in);
  return state;
}

}  // namespace assay::inline v1::tournament::detail
