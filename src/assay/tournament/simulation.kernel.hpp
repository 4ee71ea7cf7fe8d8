// Competitive Swiss tournaments in the lanes of a register, one tournament a lane, without branches on the
// draws. Rule of the draws: draws.hpp. Order of the work in a round: fresh random bits into the keys, a
// sorting network, then one walk over the sorted keys that pairs neighbours of equal points.
//
// An entry is a 32-bit key: left (1 bit) | points (10) | random half-word (16) | player (5). Sorting the keys
// sorts by points with those who left at the end and shuffles each score group.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/integers.hpp"
#include "assay/core/simd/pack.hpp"
#include "assay/tournament/draws.kernel.hpp"
#include "assay/tournament/kernels.hpp"

namespace assay::inline v1::tournament {

template <class Arch>
struct simulation_kernels {
  using V = simd::pack<std::uint32_t, Arch>;
  using table = simd::table32<Arch>;
  static constexpr std::size_t width = V::width;

  static constexpr int k_random_bit = 5;
  static constexpr int k_points_bit = 21;
  static constexpr int k_left_bit = 31;
  static constexpr std::uint32_t k_win = 2;
  static constexpr int k_win_bit = k_points_bit + 1;
  static constexpr std::uint32_t k_player_mask = 31;
  static constexpr std::uint32_t k_halves = 8;  // half-words of a Philox block
  static constexpr std::uint32_t k_random_mask = 0xffffU << k_random_bit;
  static constexpr std::uint32_t k_points_mask = 1023;
  static constexpr std::uint32_t k_left = 1U << k_left_bit;
  /// Fills the places of a network that is larger than the field; stays at the end.
  static constexpr std::uint32_t k_nobody = 0xffffffffU;

  /// Batcher's odd-even merge of places First, First + Stride, ... (Count of them, a power of two).
  template <std::size_t Size, std::size_t First, std::size_t Count, std::size_t Stride>
  static ASSAY_INLINE void merge(V* keys) noexcept {
    constexpr std::size_t step = 2 * Stride;
    if constexpr (step < Count) {
      merge<Size, First, Count, step>(keys);
      merge<Size, First + Stride, Count, step>(keys);
      exchange<Size, First + Stride, First + Count, Stride>(keys);
    } else if constexpr (First + Stride < Size) {
      simd::order(keys[First], keys[First + Stride]);
    }
  }
  template <std::size_t Size, std::size_t At, std::size_t Last, std::size_t Stride>
  static ASSAY_INLINE void exchange(V* keys) noexcept {
    if constexpr (At + Stride < Last && At + Stride < Size) {
      simd::order(keys[At], keys[At + Stride]);
      exchange<Size, At + 2 * Stride, Last, Stride>(keys);
    }
  }
  /// Sorts Count places from First; places from Size on do not exist.
  template <std::size_t Size, std::size_t First, std::size_t Count>
  static ASSAY_INLINE void sort(V* keys) noexcept {
    if constexpr (Count > 1 && First < Size) {
      sort<Size, First, Count / 2>(keys);
      sort<Size, First + Count / 2, Count / 2>(keys);
      merge<Size, First, Count, 1>(keys);
    }
  }

  /// Out of line: one copy of the network for all its uses.
  template <std::size_t Size>
  static void sort_all(V* keys) noexcept {
    sort<Size, 0, 32>(keys);
  }

  /// Fresh half-words for all entries, which are then sorted. More than Size - 8 places are taken.
  template <std::size_t Size>
  static ASSAY_INLINE void shuffle(V* keys, const lane_rules& rules, std::uint32_t round,
                                   const lane_draws<Arch>& draws) noexcept {
    constexpr std::uint32_t paired = Size / (2 * k_halves) * (2 * k_halves);
    for (std::uint32_t place = 0; place < paired; place += 2 * k_halves) {
      V words[8];
      draws.template words<2>(place / k_halves, round << 8, words);
      insert<8>(keys + place, words);
    }
    if constexpr (paired < Size) {
      V words[4];
      draws.template words<1>(paired / k_halves, round << 8, words);
      insert<4>(keys + paired, words);
    }
    for (std::uint32_t place = rules.players; place < Size; ++place) keys[place] = V(k_nobody);
    sort_all<Size>(keys);
  }
  /// Two half-words of each word into the random bits of two keys, the low half first.
  template <std::size_t Words>
  static ASSAY_INLINE void insert(V* keys, const V* words) noexcept {
    const V random = V(k_random_mask);
    for (std::size_t i = 0; i < Words; ++i) {
      keys[2 * i] = simd::and_not(keys[2 * i], random) | ((words[i] << k_random_bit) & random);
      keys[2 * i + 1] = simd::and_not(keys[2 * i + 1], random) | ((words[i] >> (16 - k_random_bit)) & random);
    }
  }

  /// Where two entries are equal but for the player (0.7 % of the tournaments in a first round of 32),
  /// further random words decide.
  static ASSAY_INLINE void order_ties(V* keys, const lane_rules& rules, std::uint64_t first,
                                      std::uint32_t round) noexcept {
    V nearest = V(k_nobody);
    for (std::uint32_t i = 1; i < rules.players; ++i) nearest = simd::smaller(nearest, keys[i] ^ keys[i - 1]);
    if (simd::any((nearest >> k_random_bit) == V(0U))) order_tied_lanes(keys, nearest, rules, first, round);
  }
  static __attribute__((noinline)) void order_tied_lanes(V* keys, V nearest, const lane_rules& rules,
                                                         std::uint64_t first, std::uint32_t round) noexcept {
    std::uint32_t distance[width];
    nearest.store(distance);
    std::uint32_t table[32][width];
    for (std::uint32_t i = 0; i < rules.players; ++i) keys[i].store(table[i]);
    for (std::size_t lane = 0; lane < width; ++lane) {
      if (distance[lane] >> k_random_bit != 0) continue;
      std::uint32_t column[32];
      for (std::uint32_t i = 0; i < rules.players; ++i) column[i] = table[i][lane];
      order_lane_ties(column, rules.players, rules.seed, first + lane, round);
      for (std::uint32_t i = 0; i < rules.players; ++i) table[i][lane] = column[i];
    }
    for (std::uint32_t i = 0; i < rules.players; ++i) keys[i] = V::load(table[i]);
  }

  /// 1 where x is not 0, else 0.
  static ASSAY_INLINE V nonzero(V x) noexcept { return simd::smaller(x, V(1U)); }

  /// The front of the order is the lowest group in random order: whoever stands there leaves.
  static ASSAY_INLINE void eliminate(V* keys, const lane_rules& rules, std::uint32_t round, std::size_t lanes,
                                     const lane_sums& sums) noexcept {
    const V lowest = keys[0];
    std::uint64_t* leavers = sums.leavers + static_cast<std::size_t>(round) * 32;
    for (std::uint32_t i = 0; i < rules.leavers[round]; ++i) {
      const V key = keys[i];
      const V other_group = rules.cascade ? V(0U) : nonzero((key ^ lowest) >> k_points_bit);
      const V leaves = (other_group | key >> k_left_bit) ^ V(1U);
      keys[i] = key | leaves << k_left_bit;
      std::uint32_t flag[width];
      std::uint32_t player[width];
      leaves.store(flag);
      (key & V(k_player_mask)).store(player);
      for (std::size_t lane = 0; lane < lanes; ++lane) leavers[player[lane]] += flag[lane];
    }
  }

  /// Neighbours of a group play; the last odd one has the bye. Returns the number of matches.
  template <bool HasTies, bool HasByes>
  static ASSAY_INLINE V play(V* keys, const lane_rules& rules, std::uint32_t round) noexcept {
    const table labels(rules.labels + static_cast<std::size_t>(round) * 32);
    const V win = V(k_win << k_points_bit);
    V before = keys[0];               // the predecessor as it was before the round,
    V label_before = labels(before);  // its place on the benchmark,
    V gains = V(0U);                  // its points from a match with its own predecessor,
    V paired = V(0U);                 // all ones where it had that match
    V matches = V(0U);
    for (std::uint32_t i = 1; i < rules.players; ++i) {
      const V key = keys[i];
      const V label = labels(key);
      const V same_group = nonzero((key ^ before) >> k_points_bit | key >> k_left_bit) - V(1U);
      const V pair = simd::and_not(same_group, paired);
      const V prize = pair & win;
      // The difference of two labels is negative, that is has its highest bit, where the first is smaller.
      const V wins = ((label_before - label) >> (k_left_bit - k_win_bit)) & prize;
      V next_gains;
      if constexpr (HasTies) {
        const V loses = ((label - label_before) >> (k_left_bit - k_win_bit)) & prize;
        const V tie = ((prize ^ wins ^ loses) >> 1) & V(0U - rules.tie);
        gains = gains + loses + tie;
        next_gains = wins + tie;
      } else {
        gains = gains + (prize ^ wins);
        next_gains = wins;
      }
      if constexpr (HasByes) gains = gains + bye(rules, before, paired | pair);
      keys[i - 1] = before + gains;
      before = key;
      label_before = label;
      gains = next_gains;
      paired = pair;
      matches = matches - pair;
    }
    if constexpr (HasByes) gains = gains + bye(rules, before, paired);
    keys[rules.players - 1] = before + gains;
    return matches;
  }
  /// Points for an entry that takes part in no match.
  static ASSAY_INLINE V bye(const lane_rules& rules, V key, V has_match) noexcept {
    const V stays = (key >> k_left_bit) - V(1U);
    return simd::and_not(stays & V(rules.bye << k_points_bit), has_match);
  }
  static ASSAY_INLINE V play_any(V* keys, const lane_rules& rules, std::uint32_t round) noexcept {
    if (rules.bye != 0) return play<true, true>(keys, rules, round);
    return rules.has_ties[round] != 0 ? play<true, false>(keys, rules, round)
                                      : play<false, false>(keys, rules, round);
  }

  /// Counts points and ranks of finished tournaments. The entries of a group from place a to place b (from
  /// the worst) share the ranks players - 1 - b .. players - 1 - a: a, b and the player make one index,
  /// points and player another.
  static ASSAY_INLINE void record(const V* keys, const lane_rules& rules, std::size_t lanes,
                                  std::size_t offset, const lane_sums& sums) noexcept {
    const std::uint32_t players = rules.players;
    std::uint32_t index[32][2 * width];
    V end = V(players - 1);
    for (std::uint32_t i = players; i-- > 0;) {
      if (i + 1 < players)
        end = simd::smaller(end, V(i) | (nonzero((keys[i + 1] ^ keys[i]) >> k_points_bit) - V(1U)));
      end.store(index[i]);
    }
    V begin = V(0U);
    for (std::uint32_t i = 0; i < players; ++i) {
      if (i > 0)
        begin = simd::larger(begin, V(i) & (V(0U) - nonzero((keys[i] ^ keys[i - 1]) >> k_points_bit)));
      const V player = keys[i] & V(k_player_mask);
      const V group = player << 10 | begin << 5 | V::load(index[i]);
      group.store(index[i]);
      (player << 10 | ((keys[i] >> k_points_bit) & V(k_points_mask))).store(index[i] + width);
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      for (std::uint32_t i = 0; i < players; ++i) {
        ++sums.groups[index[i][lane]];
        ++sums.points[index[i][width + lane]];
      }
    }
    if (sums.scores == nullptr) return;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      std::uint32_t* scores = sums.scores + (offset + lane) * players;
      for (std::uint32_t i = 0; i < players; ++i)
        scores[index[i][width + lane] >> 10] = index[i][width + lane] & k_points_mask;
    }
  }

  template <std::size_t Size>
  static void run(const lane_rules& rules, std::uint64_t first, std::size_t count,
                  const lane_sums& sums) noexcept {
    lane_draws<Arch> draws(rules.seed);
    for (std::size_t done = 0; done < count; done += width) {
      const std::size_t lanes = count - done < width ? count - done : width;
      draws.select(first + done);
      V keys[Size];
      for (std::uint32_t i = 0; i < Size; ++i) keys[i] = V(i);
      for (std::uint32_t round = 0; round < rules.rounds; ++round) {
        shuffle<Size>(keys, rules, round, draws);
        order_ties(keys, rules, first + done, round);
        if (round > 0 && rules.leavers[round - 1] > 0) eliminate(keys, rules, round - 1, lanes, sums);
        std::uint32_t matches[width];
        play_any(keys, rules, round).store(matches);
        for (std::size_t lane = 0; lane < lanes; ++lane) sums.matches[round] += matches[lane];
      }
      if (rules.leavers[rules.rounds - 1] > 0) {
        shuffle<Size>(keys, rules, rules.rounds, draws);
        order_ties(keys, rules, first + done, rules.rounds);
        eliminate(keys, rules, rules.rounds - 1, lanes, sums);
      }
      for (std::uint32_t i = 0; i < Size; ++i)
        keys[i] = i < rules.players ? keys[i] & V(~k_left) : V(k_nobody);
      sort_all<Size>(keys);
      record(keys, rules, lanes, done, sums);
    }
  }

  static void simulate(const lane_rules& rules, std::uint64_t first, std::size_t count,
                       const lane_sums& sums) noexcept {
    if (rules.players <= 8) return run<8>(rules, first, count, sums);
    if (rules.players <= 16) return run<16>(rules, first, count, sums);
    if (rules.players <= 24) return run<24>(rules, first, count, sums);
    return run<32>(rules, first, count, sums);
  }
};

}  // namespace assay::inline v1::tournament
