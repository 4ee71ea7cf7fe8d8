// Symmetric positive systems of a few dozen unknowns, in one fixed order of operations. A linear algebra
// library blocks and vectorises by machine, which changes the last bits; Newton steps on small models need
// neither.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace assay::inline v1::internal {

/// Factor L of a symmetric, positive semidefinite matrix, A = L L^T. Directions without curvature (pivots
/// that are rounding alone) are left out: solve() gives 0 there.
class cholesky {
 public:
  /// `matrix` is size x size, row-major; only its lower triangle is read.
  cholesky(std::span<const double> matrix, std::size_t size)
      : factor_(matrix.begin(), matrix.end()), size_(size) {
    double largest = 0.0;
    for (std::size_t i = 0; i < size; ++i) largest = std::fmax(largest, at(i, i));
    const double least = largest * static_cast<double>(size) * std::numeric_limits<double>::epsilon();
    for (std::size_t j = 0; j < size; ++j) {
      double pivot = at(j, j);
      for (std::size_t k = 0; k < j; ++k) pivot -= at(j, k) * at(j, k);
      const bool curved = pivot > least;
      full_rank_ &= curved;
      at(j, j) = curved ? std::sqrt(pivot) : 0.0;
      for (std::size_t i = j + 1; i < size; ++i) {
        double sum = at(i, j);
        for (std::size_t k = 0; k < j; ++k) sum -= at(i, k) * at(j, k);
        at(i, j) = curved ? sum / at(j, j) : 0.0;
      }
    }
  }

  [[nodiscard]] bool full_rank() const noexcept { return full_rank_; }

  /// x with A x = b.
  [[nodiscard]] std::vector<double> solve(std::span<const double> b) const {
    std::vector<double> x(b.begin(), b.end());
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t k = 0; k < i; ++k) x[i] -= at(i, k) * x[k];
      x[i] = at(i, i) > 0.0 ? x[i] / at(i, i) : 0.0;
    }
    for (std::size_t i = size_; i-- > 0;) {
      for (std::size_t k = i + 1; k < size_; ++k) x[i] -= at(k, i) * x[k];
      x[i] = at(i, i) > 0.0 ? x[i] / at(i, i) : 0.0;
    }
    return x;
  }

 private:
  double& at(std::size_t i, std::size_t j) noexcept { return factor_[i * size_ + j]; }
  [[nodiscard]] double at(std::size_t i, std::size_t j) const noexcept { return factor_[i * size_ + j]; }

  std::vector<double> factor_;
  std::size_t size_;
  bool full_rank_ = true;
};

}  // namespace assay::inline v1::internal
