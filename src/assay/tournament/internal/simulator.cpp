#include "assay/tournament/internal/simulator.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "assay/core/parallel.hpp"
#include "assay/tournament/internal/scalar_tournament.hpp"

namespace assay::inline v1::tournament {

void order_lane_ties(std::uint32_t* keys, std::uint32_t players, std::uint64_t seed, std::uint64_t tournament,
                     std::uint32_t round) noexcept {
  constexpr std::uint32_t player_mask = k_most_lane_players - 1;
  const auto tied = [](std::uint32_t a, std::uint32_t b) { return (a ^ b) <= player_mask; };
  for (std::uint32_t *first = keys, *end = keys + players; first != end;) {
    std::uint32_t* last = first + 1;
    while (last != end && tied(*first, *last)) ++last;
    detail::order_tied(first, last, seed, tournament, round,
                       [](std::uint32_t key) { return key & player_mask; });
    first = last;
  }
}

namespace detail {
namespace {

constexpr std::size_t k_lane_row = k_most_lane_players;

// Counts of the kernel to sums: row `player` of points, and of the groups that a player ended in.
void add_points(const std::uint16_t* counts, std::uint32_t most_points, std::uint64_t& sum, wide& squares) {
  for (std::uint64_t points = 0; points <= most_points; ++points) {
    sum += points * counts[points];
    squares += points * points * counts[points];
  }
}

// `counts` is (32, 32): from place a to place b, the worst first. Shares of one call stay below 2^60.
void add_ranks(const std::uint16_t* counts, std::uint32_t players, rank_sum* ranks) {
  std::uint64_t shares[k_most_lane_players] = {};
  for (std::uint32_t a = 0; a < players; ++a) {
    for (std::uint32_t b = a; b < players; ++b) {
      const std::uint64_t count = counts[a * k_lane_row + b];
      if (count == 0) continue;
      for (std::uint32_t place = a; place <= b; ++place)
        shares[players - 1 - place] += count * rank_share(b - a + 1);
    }
  }
  for (std::uint32_t rank = 0; rank < players; ++rank) ranks[rank].add(0, shares[rank]);
}

// Adds what at most k_most_lane_tournaments scalar tournaments tell.
class totals_observer {
 public:
  totals_observer(simulation_totals& totals, std::size_t players)
      : totals_(totals), players_(players), rank_changes_(players * (players + 1)) {}

  void match(std::uint32_t round, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) {
    ++totals_.matches[round];
  }
  void bye(std::uint32_t, std::uint32_t, std::uint32_t) {}
  void leaves(std::uint32_t round, std::uint32_t player) { ++totals_.leavers[round * players_ + player]; }
  void finished(std::span<const entry> entries) {
    for (std::size_t first = 0; first < players_;) {
      std::size_t last = first + 1;
      while (last < players_ && entries[last].points() == entries[first].points()) ++last;
      for (std::size_t i = first; i < last; ++i) add(entries[i], players_ - last, players_ - first);
      first = last;
    }
  }
  // Turns changes from rank to rank into sums.
  void finish() {
    for (std::size_t player = 0; player < players_; ++player) {
      std::uint64_t shares = 0;
      for (std::size_t rank = 0; rank < players_; ++rank) {
        shares += rank_changes_[player * (players_ + 1) + rank];
        totals_.ranks[player * players_ + rank].add(0, shares);
      }
    }
  }

 private:
  void add(entry e, std::size_t first_rank, std::size_t end_rank) {
    const std::uint64_t share = rank_share(end_rank - first_rank);
    std::uint64_t* changes = rank_changes_.data() + e.player() * (players_ + 1);
    changes[first_rank] += share;
    changes[end_rank] -= share;  // wraps below zero and back again in finish()
    totals_.points[e.player()] += e.points();
    totals_.squares[e.player()] += std::uint64_t{e.points()} * e.points();
  }

  simulation_totals& totals_;
  std::size_t players_;
  std::vector<std::uint64_t> rank_changes_;
};

// Keeps the points of one scalar tournament.
struct scores_observer {
  std::uint32_t* points;
  void match(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) {}
  void bye(std::uint32_t, std::uint32_t, std::uint32_t) {}
  void leaves(std::uint32_t, std::uint32_t) {}
  void finished(std::span<const entry> entries) {
    for (const entry e : entries) points[e.player()] = e.points();
  }
};

// Counts of one kernel call.
struct lane_counts {
  explicit lane_counts(std::uint32_t rounds)
      : groups(k_lane_counts), points(k_lane_counts), leavers(rounds * k_lane_row), matches(rounds) {}
  lane_sums sums(std::uint32_t* scores) {
    return {groups.data(), points.data(), leavers.data(), matches.data(), scores};
  }
  std::vector<std::uint16_t> groups;
  std::vector<std::uint16_t> points;
  std::vector<std::uint64_t> leavers;
  std::vector<std::uint64_t> matches;
};

}  // namespace

simulator::simulator(tournament_rules rules, std::uint64_t seed, simulation_path path)
    : rules_(std::move(rules)), seed_(seed), in_lanes_(path == simulation_path::fastest && fits_lanes()) {
  if (!in_lanes_) return;
  lane_labels_.resize(rules_.rounds * k_lane_row);
  for (std::uint32_t round = 0; round < rules_.rounds; ++round)
    for (std::uint32_t player = 0; player < rules_.players; ++player)
      lane_labels_[round * k_lane_row + player] =
          static_cast<std::uint8_t>(rules_.round_labels(round)[player]);
}

bool simulator::fits_lanes() const {
  return rules_.players <= k_most_lane_players && rules_.most_points() <= k_most_lane_points;
}

lane_rules simulator::rules_of_lanes() const {
  return {lane_labels_.data(), rules_.has_ties.data(), rules_.leavers.data(),
          rules_.players,      rules_.rounds,          rules_.tie,
          rules_.bye,          rules_.cascade,         seed_};
}

std::uint64_t simulator::task_size() const {
  constexpr std::uint64_t entries_of_a_task = 32U * 10U * k_most_lane_tournaments;
  const std::uint64_t entries = std::uint64_t{rules_.players} * rules_.rounds;
  return std::clamp<std::uint64_t>(entries_of_a_task / (in_lanes_ ? entries : 8 * entries), 1,
                                   k_most_lane_tournaments);
}

void simulator::add(std::uint64_t first, std::uint64_t count, simulation_totals& totals) const {
  totals.tournaments += count;
  while (count > 0) {
    const std::uint64_t part = std::min<std::uint64_t>(count, k_most_lane_tournaments);
    if (in_lanes_)
      add_in_lanes(first, static_cast<std::size_t>(part), totals);
    else
      add_one_by_one(first, part, totals);
    first += part;
    count -= part;
  }
}

void simulator::add_one_by_one(std::uint64_t first, std::uint64_t count, simulation_totals& totals) const {
  scalar_tournament tournament(rules_, seed_);
  totals_observer observer(totals, rules_.players);
  for (std::uint64_t t = first; t != first + count; ++t) tournament.play(t, observer);
  observer.finish();
}

void simulator::add_in_lanes(std::uint64_t first, std::size_t count, simulation_totals& totals) const {
  lane_counts counts(rules_.rounds);
  active_kernels().simulate(rules_of_lanes(), first, count, counts.sums(nullptr));
  const std::uint32_t players = rules_.players;
  for (std::uint32_t player = 0; player < players; ++player) {
    add_points(counts.points.data() + player * 1024, rules_.most_points(), totals.points[player],
               totals.squares[player]);
    add_ranks(counts.groups.data() + player * 1024, players, totals.ranks.data() + player * players);
  }
  for (std::uint32_t round = 0; round < rules_.rounds; ++round) {
    totals.matches[round] += counts.matches[round];
    for (std::uint32_t player = 0; player < players; ++player)
      totals.leavers[round * players + player] += counts.leavers[round * k_lane_row + player];
  }
}

void simulator::scores(std::uint64_t first, std::uint64_t count, std::uint32_t* points) const {
  if (in_lanes_) {
    lane_counts counts(rules_.rounds);
    return active_kernels().simulate(rules_of_lanes(), first, static_cast<std::size_t>(count),
                                     counts.sums(points));
  }
  scalar_tournament tournament(rules_, seed_);
  for (std::uint64_t t = 0; t < count; ++t) {
    scores_observer observer{points + t * rules_.players};
    tournament.play(first + t, observer);
  }
}

void simulator::run(std::uint64_t first, std::uint64_t count, const context& ctx, const char* function,
                    simulation_totals& totals) const {
  simulation_totals sum = no_totals();
  std::mutex mutex;
  const std::uint64_t size = task_size();
  run_tasks(ctx, function, static_cast<std::size_t>((count + size - 1) / size), [&](std::size_t task) {
    simulation_totals part = no_totals();
    add(first + task * size, std::min(size, count - task * size), part);
    const std::lock_guard lock(mutex);
    sum.merge(part);  // whole numbers: the order does not matter
  });
  totals.merge(sum);
}

void simulator::run_until(std::uint64_t count, std::uint64_t block,
                          const std::function<bool(const simulation_totals&)>& enough, const context& ctx,
                          const char* function, simulation_totals& totals) const {
  std::mutex mutex;
  std::map<std::size_t, simulation_totals> waiting;  // finished before an earlier block
  std::size_t next = 0;
  bool stopped = false;
  run_tasks(ctx, function, static_cast<std::size_t>((count + block - 1) / block), [&](std::size_t index) {
    {
      const std::lock_guard lock(mutex);
      if (stopped) return;
    }
    simulation_totals part = no_totals();
    add(index * block, std::min(block, count - index * block), part);
    const std::lock_guard lock(mutex);
    waiting.emplace(index, std::move(part));
    for (auto it = waiting.find(next); it != waiting.end() && !stopped; it = waiting.find(next)) {
      totals.merge(it->second);
      waiting.erase(it);
      ++next;
      stopped = enough(totals);
    }
  });
}

}  // namespace detail
}  // namespace assay::inline v1::tournament
