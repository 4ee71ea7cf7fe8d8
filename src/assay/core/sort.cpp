// A radix sort from the lowest to the highest digit, of only as many leading bits as tell n keys apart when
// they are spread; keys that agree in those bits stand side by side afterwards and are sorted as ranges of
// their own. So doubles need three passes at a million keys instead of six, and no input costs more than the
// passes over all its bits.
#include "assay/core/sort.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <numeric>
#include <tuple>
#include <type_traits>
#include <utility>

namespace assay::inline v1 {
namespace {

constexpr int k_digit_bits = 11;
constexpr std::size_t k_buckets = std::size_t{1} << k_digit_bits;
constexpr int k_most_passes = 6;           // 66 bits
constexpr std::size_t k_insertion = 24;    // ranges up to this length are sorted by insertion
constexpr std::size_t k_comparison = 768;  // and up to this one by comparison: the histograms would cost more

struct nothing {};

/// Keys and, unless Payload is `nothing`, what follows them.
template <class Key, class Payload>
struct columns {
  static constexpr bool has_payload = !std::is_same_v<Payload, nothing>;
  Key* keys;
  Payload* payload;

  [[nodiscard]] columns from(std::size_t first) const {
    if constexpr (has_payload)
      return {keys + first, payload + first};
    else
      return {keys + first, nullptr};
  }
  void copy(std::size_t to, const columns& source, std::size_t at) const {
    keys[to] = source.keys[at];
    if constexpr (has_payload) payload[to] = source.payload[at];
  }
};

template <class Key, class Payload>
void sort_by_insertion(columns<Key, Payload> data, std::size_t n) {
  for (std::size_t i = 1; i < n; ++i) {
    const Key key = data.keys[i];
    if (!(key < data.keys[i - 1])) continue;
    Payload payload{};
    if constexpr (data.has_payload) payload = data.payload[i];
    std::size_t at = i;
    for (; at > 0 && key < data.keys[at - 1]; --at) data.copy(at, data, at - 1);
    data.keys[at] = key;
    if constexpr (data.has_payload) data.payload[at] = payload;
  }
}

template <class Key>
void sort_by_comparison(columns<Key, nothing> data, std::size_t n) {
  std::sort(data.keys, data.keys + n);
}

template <class Key>
void sort_by_comparison(columns<Key, std::uint32_t> data, std::size_t n) {
  std::vector<std::pair<Key, std::uint32_t>> pairs(n);
  for (std::size_t i = 0; i < n; ++i) pairs[i] = {data.keys[i], data.payload[i]};
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < n; ++i) std::tie(data.keys[i], data.payload[i]) = pairs[i];
}

/// Which bits the keys of a range are told apart by.
struct digits {
  int lowest;  // the first pass takes bits lowest .. lowest + 10
  int passes;
};

/// As many digits below the highest differing bit as give 8 cells a key.
template <class Key>
digits choose_digits(Key differing, std::size_t n) {
  const int width = static_cast<int>(std::bit_width(differing));
  const int wanted = (static_cast<int>(std::bit_width(n)) + 3 + k_digit_bits - 1) / k_digit_bits;
  const int passes = std::min(wanted, (width + k_digit_bits - 1) / k_digit_bits);
  return {std::max(width - passes * k_digit_bits, 0), passes};
}

template <class Key, class Payload>
void sort_range(columns<Key, Payload> data, columns<Key, Payload> spare, std::size_t n);

/// Sorts the ranges of keys that agree from bit `lowest` upwards.
template <class Key, class Payload>
void sort_ranges(columns<Key, Payload> data, columns<Key, Payload> spare, std::size_t n, int lowest) {
  for (std::size_t first = 0; first < n;) {
    const Key prefix = data.keys[first] >> lowest;
    std::size_t last = first + 1;
    while (last < n && data.keys[last] >> lowest == prefix) ++last;
    if (last - first > 1) sort_range(data.from(first), spare.from(first), last - first);
    first = last;
  }
}

/// Stable distribution by the digits; the result ends in `data`.
template <class Key, class Payload>
void distribute(columns<Key, Payload> data, columns<Key, Payload> spare, std::size_t n, digits chosen) {
  const auto digit = [&](Key key, int pass) {
    return static_cast<std::size_t>(key >> (chosen.lowest + pass * k_digit_bits)) & (k_buckets - 1);
  };
  const auto counts = std::make_unique<std::array<std::array<std::uint32_t, k_buckets>, k_most_passes>>();
  for (std::size_t i = 0; i < n; ++i)
    for (int pass = 0; pass < chosen.passes; ++pass)
      ++(*counts)[static_cast<std::size_t>(pass)][digit(data.keys[i], pass)];
  columns<Key, Payload> from = data;
  columns<Key, Payload> to = spare;
  for (int pass = 0; pass < chosen.passes; ++pass) {
    auto& next = (*counts)[static_cast<std::size_t>(pass)];
    if (next[digit(from.keys[0], pass)] == n) continue;  // all keys have this digit
    std::exclusive_scan(next.begin(), next.end(), next.begin(), std::uint32_t{0});
    for (std::size_t i = 0; i < n; ++i) to.copy(next[digit(from.keys[i], pass)]++, from, i);
    std::swap(from, to);
  }
  if (from.keys == data.keys) return;
  std::copy(from.keys, from.keys + n, data.keys);
  if constexpr (data.has_payload) std::copy(from.payload, from.payload + n, data.payload);
}

template <class Key, class Payload>
void sort_range(columns<Key, Payload> data, columns<Key, Payload> spare, std::size_t n) {
  if (n <= k_insertion) return sort_by_insertion(data, n);
  if (n <= k_comparison) return sort_by_comparison(data, n);
  Key differing = 0;
  for (std::size_t i = 1; i < n; ++i) differing |= data.keys[i] ^ data.keys[0];
  if (differing == 0) return;
  const digits chosen = choose_digits(differing, n);
  distribute(data, spare, n, chosen);
  if (chosen.lowest > 0) sort_ranges(data, spare, n, chosen.lowest);
}

template <class Key>
void sort_all(std::span<Key> keys) {
  if (std::is_sorted(keys.begin(), keys.end())) return;
  const auto spare = std::make_unique_for_overwrite<Key[]>(keys.size());
  sort_range<Key, nothing>({keys.data(), nullptr}, {spare.get(), nullptr}, keys.size());
}

template <class Key>
void sort_all(std::span<Key> keys, std::span<std::uint32_t> payload) {
  if (std::is_sorted(keys.begin(), keys.end())) return;
  const auto spare_keys = std::make_unique_for_overwrite<Key[]>(keys.size());
  const auto spare_payload = std::make_unique_for_overwrite<std::uint32_t[]>(keys.size());
  sort_range<Key, std::uint32_t>({keys.data(), payload.data()}, {spare_keys.get(), spare_payload.get()},
                                 keys.size());
}

template <class T>
std::vector<std::uint32_t> order_of(std::span<const T> values) {
  using key = decltype(sort_key(T{}));
  const auto keys = std::make_unique_for_overwrite<key[]>(values.size());
  std::transform(values.begin(), values.end(), keys.get(), [](T value) { return sort_key(value); });
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  sort_all(std::span(keys.get(), values.size()), std::span(order));
  return order;
}

}  // namespace

void sort_keys(std::span<std::uint64_t> keys) { sort_all(keys); }
void sort_keys(std::span<std::uint32_t> keys) { sort_all(keys); }
void sort_keys(std::span<std::uint64_t> keys, std::span<std::uint32_t> payload) { sort_all(keys, payload); }
void sort_keys(std::span<std::uint32_t> keys, std::span<std::uint32_t> payload) { sort_all(keys, payload); }

std::vector<std::uint32_t> sorted_order(std::span<const double> values) { return order_of(values); }
std::vector<std::uint32_t> sorted_order(std::span<const float> values) { return order_of(values); }

}  // namespace assay::inline v1
