// Losses of class labels by their textbook formulas in long double, over complex numbers: the imaginary part
// of u(z + ih) / h is the derivative to the last digit (complex step), since nothing is subtracted.
#pragma once

#include <algorithm>
#include <complex>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "assay/core/view.hpp"
#include "assay/losses/reduction.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::losses::reference {

using number = std::complex<long double>;
using row = std::vector<number>;
/// Loss of one row of logits with its label.
using row_loss = std::function<number(const row& logits, std::size_t label)>;

/// log sum of exp(z_j), without class `skipped` when given.
inline number log_sum_exp(const row& z, std::optional<std::size_t> skipped = {}) {
  long double top = -std::numeric_limits<long double>::infinity();
  for (std::size_t j = 0; j < z.size(); ++j)
    if (j != skipped) top = std::max(top, z[j].real());
  number sum = 0;
  for (std::size_t j = 0; j < z.size(); ++j)
    if (j != skipped) sum += std::exp(z[j] - top);
  return top + std::log(sum);
}

inline row_loss cross_entropy(const std::vector<double>& class_weights = {}, double smoothing = 0.0,
                              double z_loss = 0.0) {
  return [=](const row& z, std::size_t y) {
    const auto weight = [&](std::size_t j) {
      return class_weights.empty() ? 1.0L : static_cast<long double>(class_weights[j]);
    };
    const number lse = log_sum_exp(z);
    number spread = 0;
    for (std::size_t j = 0; j < z.size(); ++j) spread += weight(j) * (lse - z[j]);
    const long double e = smoothing;
    return (1 - e) * weight(y) * (lse - z[y]) + e / static_cast<long double>(z.size()) * spread +
           weight(y) * static_cast<long double>(z_loss) * lse * lse;
  };
}

inline row_loss focal(double gamma) {
  return [=](const row& z, std::size_t y) {
    const number lse = log_sum_exp(z);
    return std::exp(static_cast<long double>(gamma) * (log_sum_exp(z, y) - lse)) * (lse - z[y]);
  };
}

inline row_loss generalized_cross_entropy(double q) {
  return [=](const row& z, std::size_t y) {
    const auto exponent = static_cast<long double>(q);
    return (1.0L - std::exp(exponent * (z[y] - log_sum_exp(z)))) / exponent;
  };
}

/// Rows of random logits and labels.
template <class T = double>
struct rows {
  std::size_t n;
  std::size_t k;
  std::vector<T> logits;
  std::vector<std::int32_t> labels;

  rows(std::size_t count, std::size_t classes, double spread, std::uint64_t seed) : n(count), k(classes) {
    testing::generator rng(seed);
    for (std::size_t i = 0; i < n * k; ++i) logits.push_back(static_cast<T>(spread * rng.normal()));
    for (std::size_t i = 0; i < n; ++i) labels.push_back(static_cast<std::int32_t>(rng.below(k)));
  }
  [[nodiscard]] matrix_view view() const { return {logits, n, k}; }
  [[nodiscard]] row complex_row(std::size_t i) const {
    const auto first = logits.begin() + static_cast<std::ptrdiff_t>(i * k);
    return row(first, first + static_cast<std::ptrdiff_t>(k));
  }
  [[nodiscard]] std::size_t label(std::size_t i) const { return static_cast<std::size_t>(labels[i]); }
  /// The same logits in another type.
  template <class U>
  [[nodiscard]] std::vector<U> as() const {
    return {logits.begin(), logits.end()};
  }
};

/// Checks a result with the reduction none against the formula: every loss and every element of the gradient.
template <class T>
void expect_rows(const loss_gradient& result, const rows<T>& data, const row_loss& loss, double rtol,
                 double atol) {
  const long double step = 1e-100L;
#ifdef __EMSCRIPTEN__
  rtol =
      std::max(rtol, 1e-11);  // its long double functions are only as exact as double: the reference cancels
#endif
  for (std::size_t i = 0; i < data.n; ++i) {
    const auto value = static_cast<double>(loss(data.complex_row(i), data.label(i)).real());
    EXPECT_TRUE(testing::within_rel(result.loss[i], value, rtol, atol, "rounding of the stated accuracy"))
        << "row " << i;
    for (std::size_t j = 0; j < data.k; ++j) {
      row shifted = data.complex_row(i);
      shifted[j] += number(0, step);
      const auto slope = static_cast<double>(loss(shifted, data.label(i)).imag() / step);
      EXPECT_TRUE(
          testing::within_rel(result.grad(i, j), slope, rtol, atol, "complex step is exact to rounding"))
          << "row " << i << ", class " << j;
    }
  }
}

}  // namespace assay::losses::reference
