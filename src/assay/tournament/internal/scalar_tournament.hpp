// One tournament at a time, for fields of any size: the same rule and therefore the same tournaments as the
// SIMD kernel.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "assay/tournament/internal/draws.hpp"
#include "assay/tournament/internal/tournament_rules.hpp"

namespace assay::inline v1::tournament::detail {

/// A player in the running order: (left, points, half-word, player) in one integer that sorts in just this
/// order.
class entry {
 public:
  explicit entry(std::uint32_t player) : key_(player) {}
  [[nodiscard]] std::uint32_t player() const { return static_cast<std::uint32_t>(key_); }
  [[nodiscard]] std::uint32_t points() const { return static_cast<std::uint32_t>(key_ >> 48) & k_max_points; }
  [[nodiscard]] bool left() const { return key_ >> 63 != 0; }
  /// Points together with the mark of those who left: equal within a score group.
  [[nodiscard]] std::uint32_t group() const { return static_cast<std::uint32_t>(key_ >> 48); }

  void draw(std::uint32_t half_word) { key_ = (key_ & ~k_half_mask) | std::uint64_t{half_word} << 32; }
  void score(std::uint32_t points) { key_ += std::uint64_t{points} << 48; }
  void leave() { key_ |= std::uint64_t{1} << 63; }
  void come_back() { key_ &= ~(std::uint64_t{1} << 63); }

  friend bool operator<(entry a, entry b) { return a.key_ < b.key_; }
  /// Equal in everything that is drawn or earned.
  friend bool tied(entry a, entry b) { return a.key_ >> 32 == b.key_ >> 32; }

 private:
  static constexpr std::uint64_t k_half_mask = std::uint64_t{0xffff} << 32;
  std::uint64_t key_;
};

/// Plays tournaments and tells an observer what happens:
///   observer.match(round, a, points of a, b, points of b), observer.bye(round, player, points),
///   observer.leaves(round, player), observer.finished(entries): all entries, lowest points first.
class scalar_tournament {
 public:
  scalar_tournament(const tournament_rules& rules, std::uint64_t seed) : rules_(rules), seed_(seed) {}

  template <class Observer>
  void play(std::uint64_t tournament, Observer& observer) {
    entries_.clear();
    for (std::uint32_t player = 0; player < rules_.players; ++player) entries_.emplace_back(player);
    for (std::uint32_t round = 0; round < rules_.rounds; ++round) {
      shuffle_groups(tournament, round);
      if (round > 0) eliminate(round - 1, observer);
      play_round(round, observer);
    }
    if (rules_.leavers[rules_.rounds - 1] > 0) {
      shuffle_groups(tournament, rules_.rounds);
      eliminate(rules_.rounds - 1, observer);
    }
    for (entry& e : entries_) e.come_back();
    std::sort(entries_.begin(), entries_.end());
    observer.finished(std::span<const entry>(entries_));
  }

 private:
  // Sorts by points with fresh random order inside each group.
  void shuffle_groups(std::uint64_t tournament, std::uint32_t round) {
    for (std::uint32_t p = 0; p < rules_.players; p += k_halves_per_block) {
      const auto words = draw(seed_, tournament, round, k_purpose_order, p / k_halves_per_block);
      const std::uint32_t last = std::min(p + k_halves_per_block, rules_.players);
      for (std::uint32_t i = p; i < last; ++i) entries_[i].draw(words[(i - p) / 2] >> (i % 2 * 16) & 0xffff);
    }
    std::sort(entries_.begin(), entries_.end());
    for (entry *first = entries_.data(), *const end = first + entries_.size(); first != end;) {
      entry* const last = std::find_if(first + 1, end, [&](entry e) { return !tied(*first, e); });
      order_tied(first, last, seed_, tournament, round, [](entry e) { return e.player(); });
      first = last;
    }
  }

  // The front of the order is the lowest group in random order: whoever stands there leaves.
  template <class Observer>
  void eliminate(std::uint32_t round, Observer& observer) {
    const std::uint32_t lowest = entries_[0].group();
    for (std::uint32_t i = 0; i < rules_.leavers[round]; ++i) {
      if (entries_[i].left() || (!rules_.cascade && entries_[i].group() != lowest)) return;
      entries_[i].leave();
      observer.leaves(round, entries_[i].player());
    }
  }

  // Neighbours of a group play; its last odd one has the bye.
  template <class Observer>
  void play_round(std::uint32_t round, Observer& observer) {
    const std::uint32_t* labels = rules_.round_labels(round);
    for (std::uint32_t i = 0; i < rules_.players;) {
      const bool paired = i + 1 < rules_.players && entries_[i].group() == entries_[i + 1].group();
      if (entries_[i].left()) {
        ++i;
      } else if (paired) {
        play_match(round, labels, entries_[i], entries_[i + 1], observer);
        i += 2;
      } else {
        entries_[i].score(rules_.bye);
        observer.bye(round, entries_[i].player(), rules_.bye);
        ++i;
      }
    }
  }

  template <class Observer>
  void play_match(std::uint32_t round, const std::uint32_t* labels, entry& a, entry& b, Observer& observer) {
    const std::uint32_t label_a = labels[a.player()];
    const std::uint32_t label_b = labels[b.player()];
    const std::uint32_t points_a = label_a == label_b ? rules_.tie : label_a > label_b ? k_win : 0;
    const std::uint32_t points_b = label_a == label_b ? rules_.tie : k_win - points_a;
    a.score(points_a);
    b.score(points_b);
    observer.match(round, a.player(), points_a, b.player(), points_b);
  }

  const tournament_rules& rules_;
  std::uint64_t seed_;
  std::vector<entry> entries_;
};

}  // namespace assay::inline v1::tournament::detail
