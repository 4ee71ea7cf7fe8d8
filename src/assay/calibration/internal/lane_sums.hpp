// Sums of several terms a row: blocks in 8 lanes, as the kernels do, the blocks added without rounding.
#pragma once

#include <array>
#include <cstddef>

#include "assay/calibration/internal/rows.hpp"
#include "assay/core/exact_sum.hpp"

namespace assay::inline v1::calibration::internal {

/// Sums terms(i), an array of Terms numbers, over i = 0 .. n - 1 in 8 lanes.
template <std::size_t Terms, class Fn>
std::array<double, Terms> lane_sums(std::size_t n, Fn&& terms) {
  constexpr std::size_t lanes = 8;
  double sums[Terms][lanes] = {};
  const auto add = [&](std::size_t i, std::size_t lane) {
    const std::array<double, Terms> row = terms(i);
    for (std::size_t c = 0; c < Terms; ++c) sums[c][lane] += row[c];
  };
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) add(i + lane, lane);
  for (; i < n; ++i) add(i, i % lanes);
  std::array<double, Terms> result;
  for (std::size_t c = 0; c < Terms; ++c) {
    const double* s = sums[c];
    result[c] = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
  }
  return result;
}

/// Order-free sums of several terms over rows of labels and probabilities, for sum_rows. Terms is called as
/// terms(p, y) and gives Count numbers, which are multiplied by the weight; two more sums are those of w and
/// w^2.
template <std::size_t Count, class Terms>
class term_sums {
 public:
  explicit term_sums(Terms terms) : terms_(terms) {}

  template <class T>
  bool add(const row_block<T>& block) {
    return block.weights == nullptr ? add_rows(block, [](std::size_t) { return 1.0; })
                                    : add_rows(block, [&](std::size_t i) { return block.weights[i]; });
  }
  bool flush() noexcept { return true; }
  void merge(const term_sums& other) {
    for (std::size_t c = 0; c < sums_.size(); ++c) sums_[c].merge(other.sums_[c]);
  }

  [[nodiscard]] double sum(std::size_t c) const { return sums_[c].value(); }
  [[nodiscard]] double weight() const { return sums_[Count].value(); }
  [[nodiscard]] double squared_weight() const { return sums_[Count + 1].value(); }
  [[nodiscard]] const std::array<exact_sum, Count + 2>& sums() const noexcept { return sums_; }

 private:
  // Bad rows are counted as a term of their own, which keeps the loop free of branches.
  template <class T, class Weight>
  bool add_rows(const row_block<T>& block, Weight weight) {
    const auto sums = lane_sums<Count + 3>(block.size, [&](std::size_t i) {
      const double p = static_cast<double>(block.forecasts[i]), y = static_cast<double>(block.labels[i]);
      const double w = weight(i);
      const std::array<double, Count> values = terms_(p, y);
      std::array<double, Count + 3> row;
      for (std::size_t c = 0; c < Count; ++c) row[c] = w * values[c];
      row[Count] = w;
      row[Count + 1] = w * w;
      const bool good = (p >= 0.0) & (p <= 1.0) & (y <= 1.0) & (w >= 0.0) & (w - w == 0.0);
      row[Count + 2] = good ? 0.0 : 1.0;
      return row;
    });
    for (std::size_t c = 0; c < sums_.size(); ++c) sums_[c].add(sums[c]);
    return sums[Count + 2] == 0.0;
  }

  Terms terms_;
  std::array<exact_sum, Count + 2> sums_;
};

}  // namespace assay::inline v1::calibration::internal
