// The logarithmic loss of softmax(W z + b), W full or diagonal, with its derivatives: what vector, matrix and
// Dirichlet scaling minimise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// Rows as predictors of each class. Class k sees `features` numbers: all logits and a 1 where the matrix is
/// full, its own logit and a 1 where it is diagonal. Parameters are laid out alike, class by class:
/// W_k1 .. W_kK, b_k, or W_kk, b_k.
struct softmax_problem {
  std::vector<double> predictors;     ///< (n, K + 1) or (n, 2 K)
  std::vector<std::uint32_t> labels;  ///< (n)
  std::vector<double> weights;        ///< (n) > 0
  std::size_t classes = 1;
  bool diagonal = false;
  double lambda_offdiag = 0.0;  ///< of sum W_kj^2, k != j
  double mu_bias = 0.0;         ///< of sum b_k^2

  [[nodiscard]] std::size_t rows() const noexcept { return labels.size(); }
  /// Predictors of one class.
  [[nodiscard]] std::size_t features() const noexcept { return diagonal ? 2 : classes + 1; }
  [[nodiscard]] std::size_t parameters() const noexcept { return classes * features(); }
  [[nodiscard]] std::size_t stride() const noexcept { return diagonal ? 2 * classes : classes + 1; }
  [[nodiscard]] const double* row(std::size_t i) const noexcept { return predictors.data() + i * stride(); }
  /// Predictors of class k in a row.
  [[nodiscard]] const double* of_class(const double* row, std::size_t k) const noexcept {
    return diagonal ? row + 2 * k : row;
  }
  /// Factor of the square of a parameter in the objective.
  [[nodiscard]] double ridge(std::size_t k, std::size_t feature) const noexcept {
    if (feature + 1 == features()) return mu_bias;
    return diagonal || feature == k ? 0.0 : lambda_offdiag;
  }
};

/// Loss and derivatives at one point.
struct softmax_slopes {
  double nll = 0.0;              ///< mean loss by weight
  double objective = 0.0;        ///< with the penalties
  std::vector<double> gradient;  ///< of the objective
  std::vector<double> hessian;   ///< of the objective, both triangles; empty unless asked for
  bool separated = false;        ///< every row gives its own class a probability of 1, to rounding
};

softmax_slopes softmax_slopes_at(const context& ctx, const char* function, const softmax_problem& problem,
                                 std::span<const double> parameters, bool with_hessian);

/// Probabilities of one row, and what is left of the largest: sum of the others / largest.
class softmax_row {
 public:
  explicit softmax_row(const softmax_problem& problem, std::span<const double> parameters);

  /// Computes probabilities of a row.
  void compute(const double* row);
  [[nodiscard]] const std::vector<double>& probabilities() const noexcept { return shares_; }
  /// -ln of the probability of a class.
  [[nodiscard]] double loss(std::size_t label) const noexcept { return log_sum_ + (largest_ - etas_[label]); }
  /// 1 - probability of a class, without cancellation.
  [[nodiscard]] double rest(std::size_t k) const noexcept { return k == top_ ? top_rest_ : 1.0 - shares_[k]; }
  [[nodiscard]] bool is_certain_of(std::size_t label) const noexcept {
    return label == top_ && top_rest_ < 0x1p-52;
  }

 private:
  const softmax_problem& problem_;
  std::vector<double> columns_;  // parameters by feature, then class: sums over classes run side by side
  std::vector<double> etas_, shares_;
  std::size_t top_ = 0;
  double largest_ = 0.0, log_sum_ = 0.0, top_rest_ = 0.0;
};

}  // namespace assay::inline v1::calibration::internal
