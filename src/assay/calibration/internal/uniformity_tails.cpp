#include "assay/calibration/internal/uniformity_tails.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "assay/core/compensated_sum.hpp"
#include "assay/core/vmath.hpp"
#include "assay/core/vmath/beta.hpp"
#include "assay/core/vmath/gamma.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

namespace g = vmath::generic;

constexpr double k_pi = 0x1.921fb54442d18p1;
constexpr double k_e = 0x1.5bf0a8b145769p1;

// ---- Kolmogorov and Smirnov ----

constexpr std::size_t k_most_exact = 4096;      // rows up to which the matrix is raised to its power
constexpr std::size_t k_most_summed = 1 << 17;  // rows up to which Smirnov's sum is taken

// P(D_n < d) = n!/n^n (H^n)_kk by Durbin (1973), the matrix as in Marsaglia, Tsang & Wang (2003): with
// nd = k - h it has 1/(i - j + 1)! but for the first column and the last row, where powers of h are taken
// off. A row vector is multiplied n times; 1/25! is below all rounding. Scaled by 1/e a step, n!/n^n becomes
// sqrt(2 pi n) e^(Stirling's error).
class durbin_matrix {
 public:
  durbin_matrix(std::size_t n, double d) : rows_(static_cast<double>(n)) {
    const double scaled = rows_ * d;
    k_ = static_cast<std::size_t>(scaled) + 1;
    h_ = static_cast<double>(k_) - scaled;
    size_ = 2 * k_ - 1;
    inverse_factorial_[0] = 1.0 / k_e;
    for (std::size_t s = 1; s < k_band; ++s)
      inverse_factorial_[s] = inverse_factorial_[s - 1] / static_cast<double>(s);
    power_.assign(size_ + 1, 1.0);
    for (std::size_t i = 1; i <= size_; ++i) power_[i] = power_[i - 1] * h_;
  }

  [[nodiscard]] double below() const {
    std::vector<double> row(size_), next(size_);
    row[k_ - 1] = 1.0;
    for (double step = 0.0; step < rows_; step += 1.0) {
      for (std::size_t j = 0; j < size_; ++j) next[j] = product(row, j);
      std::swap(row, next);
    }
    return row[k_ - 1] * std::sqrt(2.0 * k_pi * rows_) * vmath::exp(g::stirling_error(rows_));
  }

 private:
  static constexpr std::size_t k_band = 26;

  // Column j: rows i with 0 <= i - j + 1 < k_band.
  [[nodiscard]] double product(const std::vector<double>& row, std::size_t j) const {
    double sum = 0.0;
    const std::size_t first = j == 0 ? 0 : j - 1, last = std::min(size_, j + k_band - 1);
    for (std::size_t i = first; i < last; ++i) {
      double entry = 1.0;
      if (j == 0) entry -= power_[i + 1];
      if (i + 1 == size_) entry -= power_[size_ - j];
      if (j == 0 && i + 1 == size_) entry += corner();
      sum += row[i] * (entry * inverse_factorial_[i + 1 - j]);
    }
    return sum;
  }
  [[nodiscard]] double corner() const {
    const double excess = 2.0 * h_ - 1.0;
    double result = excess > 0.0 ? 1.0 : 0.0;
    for (std::size_t i = 0; i < size_ && result > 0.0; ++i) result *= excess;
    return result;
  }

  double rows_;
  std::size_t k_ = 1;
  double h_ = 0.0;
  std::size_t size_ = 1;
  std::array<double, k_band> inverse_factorial_{};  // 1/s!, over e
  std::vector<double> power_;                       // h^i
};

// P(D_n^+ >= d): d sum_j C(n, j) (d + j/n)^(j - 1) (1 - d - j/n)^(n - j), Smirnov 1944.
double one_sided_tail(std::size_t n, double d) {
  const auto rows = static_cast<double>(n);
  compensated_sum sum;
  sum += vmath::exp(rows * vmath::log1p(-d));
  for (std::size_t j = 1; j < n; ++j) {
    const auto a = static_cast<double>(j), b = static_cast<double>(n - j);
    const double y = b / rows - d;
    if (!(y > 0.0)) break;
    const double x = d + a / rows;
    sum += d / x * g::binomial_power(g::beta_shape_of(a, b), x, y).value();
  }
  return sum.value();
}

// What 2 P(D^+ >= d) counts twice: both sides, by the limit law at a place that is right to order 1/n.
double both_sides(double place) {
  double sum = 0.0, sign = 1.0;
  for (double k = 2.0; k < 60.0; k += 1.0, sign = -sign)
    sum += sign * vmath::exp(-2.0 * k * k * place * place);
  return 2.0 * sum;
}

// Kolmogorov's limit law below a small place, by the series that converges there.
double limit_below(double place) {
  double sum = 0.0;
  for (double k = 1.0; k < 20.0; k += 2.0) sum += vmath::exp(-k * k * k_pi * k_pi / (8.0 * place * place));
  return std::sqrt(2.0 * k_pi) / place * sum;
}

}  // namespace

double kolmogorov_tail(std::size_t n, double d) {
  const auto rows = static_cast<double>(n);
  if (2.0 * rows * d <= 1.0) return 1.0;
  if (d >= 1.0) return 0.0;
  const double root = std::sqrt(rows), square = rows * d * d;
  // From there on both sides at once add less than e^-24 of the tail.
  constexpr double far = 4.0;
  if (square < far && n <= k_most_exact) return std::clamp(1.0 - durbin_matrix(n, d).below(), 0.0, 1.0);
  const double place = root * d + 1.0 / (6.0 * root);
  if (place < 0.5) return std::clamp(1.0 - limit_below(place), 0.0, 1.0);
  const double one_side = n <= k_most_summed ? one_sided_tail(n, d) : vmath::exp(-2.0 * place * place);
  return std::clamp(2.0 * one_side - both_sides(place), 0.0, 1.0);
}

// ---- Cramer and von Mises ----

namespace {

// e^z K_(1/4)(z) = integral of e^(-z (cosh t - 1)) cosh(t/4) from 0 to infinity, by the trapezoidal rule,
// whose error falls as e^(-2 pi^2/step) for such integrands.
double scaled_bessel(double z) {
  constexpr double step = 0x1p-4;
  double sum = 0.5;
  for (double t = step;; t += step) {
    const double root = vmath::exp(0.25 * t), square = root * root, e = square * square;
    const double fall = z * (0.5 * (e + 1.0 / e) - 1.0);
    if (fall > 60.0) break;
    sum += vmath::exp(-fall) * (0.5 * (root + 1.0 / root));
  }
  return step * sum;
}

// The limit law below w: sum_j (Gamma(j + 1/2)/(Gamma(1/2) j!)) sqrt(4j + 1) e^-2z (e^z K_(1/4)(z)) over
// pi sqrt(w), z = (4j + 1)^2/16w (Anderson & Darling 1952, eq. 4.35).
double limit_law(double w) {
  double sum = 0.0, factor = 1.0;
  for (int j = 0; j < 200; ++j) {
    const double odd = 4.0 * j + 1.0, z = odd * odd / (16.0 * w);
    const double decay = vmath::exp(-2.0 * z);
    if (decay < 1e-18 && j > 0) break;
    sum += factor * std::sqrt(odd) * decay * scaled_bessel(z);
    factor *= (j + 0.5) / (j + 1.0);
  }
  return sum / (k_pi * std::sqrt(w));
}

}  // namespace

// The statistic has mean 1/6 for every n and variance (4 n - 3)/180 n, the limit 1/45: moved to the scale of
// the limit law it agrees with it in both.
double cramer_von_mises_tail(std::size_t n, double w) {
  constexpr double mean = 1.0 / 6.0;
  constexpr double certain = 20.0;  // e^(-pi^2 w/2) is below 1e-42
  const auto rows = static_cast<double>(n);
  if (12.0 * rows * w <= 1.0) return 1.0;
  if (3.0 * w >= rows) return 0.0;
  const double moved = mean + (w - mean) / std::sqrt(1.0 - 0.75 / rows);
  if (moved <= 0.0) return 1.0;
  if (moved >= certain) return 0.0;
  return std::clamp(1.0 - limit_law(moved), 0.0, 1.0);
}

}  // namespace assay::inline v1::calibration::internal
