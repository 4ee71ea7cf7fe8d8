// Distributions on whole numbers as tables. All come from ratios of neighbouring probabilities, so that no
// special function is needed, nothing cancels and the bits are the same everywhere.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "assay/core/view.hpp"

namespace assay::inline v1::scoring::detail {

/// A distribution: its support `first` .. `last` (maybe infinite), `mode` and ratio(j) = P(j + 1)/P(j).
/// Probabilities below 2^-80 of the largest are left out: what they would add is below an ulp.
class discrete_table {
 public:
  /// More outcomes than this are not worth a table.
  static constexpr double k_most = 1 << 20;

  template <class Ratio>
  discrete_table(double first, double last, double mode, Ratio&& ratio) {
    constexpr double least = 0x1p-80;
    std::vector<double> below;
    double p = 1.0;
    for (double j = mode; j > first && p > least && !too_large(below); j -= 1.0) {
      p /= ratio(j - 1.0);
      below.push_back(p);
    }
    first_ = mode - static_cast<double>(below.size());
    probability_.assign(below.rbegin(), below.rend());
    p = 1.0;
    probability_.push_back(p);
    for (double j = mode; j < last && p > least && !too_large(probability_); j += 1.0) {
      p *= ratio(j);
      probability_.push_back(p);
    }
    usable_ = !too_large(probability_);
    if (usable_) normalise();
  }

  /// Whether the distribution fits a table; only then may anything else be asked.
  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] double first() const { return first_; }
  [[nodiscard]] double last() const { return first_ + static_cast<double>(probability_.size() - 1); }
  /// P(j), 0 off the table.
  [[nodiscard]] double probability(double j) const { return at(probability_, j, 0.0, 0.0); }
  /// F(j) for whole j.
  [[nodiscard]] double cdf(double j) const { return at(cdf_, j, 0.0, 1.0); }

  /// Integral of (F - 1{x >= y})^2.
  [[nodiscard]] double crps(double y) const {
    if (y <= first_) return (first_ - y) + above_.front();
    if (y >= last()) return (y - last()) + below_.back();
    const auto k = static_cast<std::size_t>(std::floor(y) - first_);
    const double share = y - std::floor(y), up_to = cdf_[k], rest = rest_[k];
    // up to floor(y), then F(y)^2 and (1 - F(y))^2 on the two parts of one unit, then from floor(y) + 1
    return below_[k] + share * up_to * up_to + (1.0 - share) * rest * rest + above_[k + 1];
  }

  /// Derivative of crps(y), given those of F at the numbers of the table: 2 times the integral of (F - 1{..})
  /// times the derivative.
  template <class Slope>
  [[nodiscard]] double crps_slope(double y, Slope&& slope) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < cdf_.size(); ++k) {
      const double j = first_ + static_cast<double>(k);
      const double before = std::clamp(y - j, 0.0, 1.0);  // part of [j, j + 1) below y
      sum += 2.0 * slope(k) * (before * cdf_[k] - (1.0 - before) * rest_[k]);
    }
    return sum;
  }

  [[nodiscard]] std::size_t size() const { return probability_.size(); }
  [[nodiscard]] double number(std::size_t k) const { return first_ + static_cast<double>(k); }
  [[nodiscard]] double probability_at(std::size_t k) const { return probability_[k]; }

 private:
  static bool too_large(const std::vector<double>& values) {
    return static_cast<double>(values.size()) >= k_most;
  }
  [[nodiscard]] double at(const std::vector<double>& values, double j, double before, double after) const {
    if (j < first_) return before;
    if (j > last()) return after;
    return values[static_cast<std::size_t>(j - first_)];
  }

  // Sums start at the thin ends: F and 1 - F keep their digits there.
  void normalise() {
    const std::size_t count = probability_.size();
    cdf_.resize(count);
    rest_.resize(count);
    double sum = 0.0;
    for (std::size_t k = 0; k < count; ++k) cdf_[k] = sum += probability_[k];
    double tail = 0.0;
    for (std::size_t k = count; k-- > 0;) {
      rest_[k] = tail;
      tail += probability_[k];
    }
    for (std::size_t k = 0; k < count; ++k) {
      const double total = cdf_[k] + rest_[k];
      probability_[k] /= total;
      cdf_[k] /= total;
      rest_[k] /= total;
    }
    below_.resize(count);
    above_.resize(count);
    double square = 0.0;
    for (std::size_t k = 0; k < count; ++k) {
      below_[k] = square;
      square += cdf_[k] * cdf_[k];
    }
    square = 0.0;
    for (std::size_t k = count; k-- > 0;) {
      square += rest_[k] * rest_[k];
      above_[k] = square;
    }
  }

  double first_;
  bool usable_;
  std::vector<double> probability_;
  std::vector<double> cdf_;
  std::vector<double> rest_;   // 1 - F
  std::vector<double> below_;  // integral of F^2 up to a number
  std::vector<double> above_;  // integral of (1 - F)^2 from a number
};

/// k draws without return from m successes and n failures, k <= m + n.
inline discrete_table hypergeometric_table(double m, double n, double k) {
  const double first = std::max(0.0, k - n), last = std::min(k, m);
  const double mode = std::clamp(std::floor((k + 1.0) * ((m + 1.0) / (m + n + 2.0))), first, last);
  return {first, last, mode,
          [=](double j) { return ((m - j) / (j + 1.0)) * ((k - j) / ((n - k) + j + 1.0)); }};
}

/// out_of_range where a row draws more than there are.
void check_draws(const char* function, const broadcast_view& m, const broadcast_view& n,
                 const broadcast_view& k, std::size_t rows);

}  // namespace assay::inline v1::scoring::detail
