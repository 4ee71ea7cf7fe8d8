// A mixture of normal distributions, component by component. All terms that only depend on pairs of
// components are the caller's to keep.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "assay/core/vmath.hpp"

namespace assay::inline v1::scoring::detail {

constexpr double k_inverse_sqrt_2 = 0x1.6a09e667f3bcdp-1;
constexpr double k_half_log_2_pi = 0x1.d67f1c864beb5p-1;

/// E |d + s Z|, Z standard normal, with its derivatives 2 Phi(d/s) - 1 and 2 phi(d/s).
struct absolute_mean {
  double value;
  double by_d;
  double by_s;

  absolute_mean(double d, double s) {
    const double z = d / s;
    by_d = vmath::erf(z * k_inverse_sqrt_2);
    by_s = 2.0 * vmath::normal_pdf(z);
    value = d * by_d + s * by_s;
  }
};

/// sqrt(a^2 + b^2) for a, b > 0, without squares that leave the range of doubles.
inline double joint_deviation(double a, double b) {
  const double large = std::max(a, b), ratio = std::min(a, b) / large;
  return large * std::sqrt(1.0 + ratio * ratio);
}

/// log(sum e^term), from the largest down.
class log_sum {
 public:
  void add(double term) {
    if (term == -std::numeric_limits<double>::infinity()) return;
    if (term <= largest_) {
      sum_ += vmath::exp(term - largest_);
    } else {
      sum_ = sum_ * vmath::exp(largest_ - term) + 1.0;
      largest_ = term;
    }
  }
  [[nodiscard]] double value() const { return largest_ + vmath::log(sum_); }

 private:
  double largest_ = -std::numeric_limits<double>::infinity();
  double sum_ = 0.0;
};

/// log density of N(mean, s^2) at y.
inline double log_normal_density(double y, double mean, double s) {
  const double z = (y - mean) / s;
  return -0.5 * z * z - (vmath::log(s) + k_half_log_2_pi);
}

}  // namespace assay::inline v1::scoring::detail
