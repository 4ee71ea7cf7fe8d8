// Rows in the order of their probabilities, rows of equal probability as one group: what quantile bins, ROC
// curves and isotonic regression start from.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/rows.hpp"

namespace assay::inline v1::calibration::internal {

/// Rows of one probability.
struct tie_group {
  double x = 0.0;        ///< the probability
  double count = 0.0;    ///< rows
  double weight = 0.0;   ///< sum w
  double events = 0.0;   ///< sum w y
  double squares = 0.0;  ///< sum w^2
};

/// What happens to rows of weight 0.
enum class zero_weights {
  keep,  ///< they count as rows: for bins by rank
  drop   ///< as if absent: for ROC curves and regressions
};

/// A row as a number that orders by probability, then by label; without the sign of -0.
inline std::uint64_t row_key(double probability, std::uint64_t label) {
  return std::bit_cast<std::uint64_t>(probability + 0.0) << 1 | label;
}

class sorted_rows {
 public:
  /// Checks all values, then sorts. zero_weight when all weights are 0.
  sorted_rows(const checker& check, const binary_rows& rows, zero_weights policy);
  /// Rows by their row_key, with the weight of each or no weights at all. Rows that differ by their weights
  /// alone are sorted as well: the order they come in leaves no trace.
  sorted_rows(std::vector<std::uint64_t> keys, std::vector<double> weights);

  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] bool weighted() const noexcept { return !weights_.empty(); }

  /// Row i in this order.
  [[nodiscard]] std::uint64_t key(std::size_t i) const { return keys_[i]; }
  [[nodiscard]] double probability(std::size_t i) const { return std::bit_cast<double>(keys_[i] >> 1); }
  [[nodiscard]] bool is_event(std::size_t i) const { return (keys_[i] & 1) != 0; }
  [[nodiscard]] double weight(std::size_t i) const { return weighted() ? weights_[i] : 1.0; }

  /// Number of distinct probabilities.
  [[nodiscard]] std::size_t count_groups() const noexcept;

  /// Calls fn(tie_group) for each distinct probability, ascending.
  template <class Fn>
  void for_groups(Fn&& fn) const {
    for (std::size_t i = 0; i < keys_.size();) {
      const std::uint64_t bits = keys_[i] >> 1;
      const std::size_t first = i;
      while (i < keys_.size() && keys_[i] >> 1 == bits) ++i;
      fn(group_of(first, i));
    }
  }

  /// The same, descending.
  template <class Fn>
  void for_groups_descending(Fn&& fn) const {
    for (std::size_t i = keys_.size(); i > 0;) {
      const std::uint64_t bits = keys_[i - 1] >> 1;
      const std::size_t last = i;
      while (i > 0 && keys_[i - 1] >> 1 == bits) --i;
      fn(group_of(i, last));
    }
  }

  [[nodiscard]] std::vector<tie_group> groups() const;

 private:
  /// Rows first .. last of equal probability.
  [[nodiscard]] tie_group group_of(std::size_t first, std::size_t last) const {
    tie_group group;
    group.x = probability(first);
    group.count = static_cast<double>(last - first);
    if (weighted()) {
      for (std::size_t i = first; i < last; ++i) add_weighted(group, i);
      return group;
    }
    std::uint64_t events = 0;
    for (std::size_t i = first; i < last; ++i) events += keys_[i] & 1;
    group.events = static_cast<double>(events);
    group.weight = group.squares = group.count;
    return group;
  }
  void add_weighted(tie_group& group, std::size_t i) const {
    const double weight = weights_[i];
    group.weight += weight;
    group.squares += weight * weight;
    group.events += is_event(i) ? weight : 0.0;
  }
  void sort();

  std::vector<std::uint64_t> keys_;  // row_key; ascending
  std::vector<double> weights_;      // of each key; empty without weights
};

}  // namespace assay::inline v1::calibration::internal
