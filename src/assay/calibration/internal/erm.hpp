// Logistic regression with an intercept, as the functions of predictive multiplicity share it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/calibration/internal/logistic_fit.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration::internal {

inline double dot(std::span<const double> a, std::span<const double> b) noexcept {
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}

/// Arguments that these functions have.
struct erm_rows {
  matrix_view predictors;  ///< (n, d), called X
  integer_view labels;     ///< (n), called y
  vector_view weights;     ///< (n) or absent
  double penalty_scale;    ///< called C
};

/// Throws unless the arguments fit together: shapes, finite X, labels 0 and 1 both with weight, weights, C.
void check_erm(const checker& check, const erm_rows& rows);

/// Predictors on a scale on which the intercept and all columns are alike: (x - mean)/deviation, by weight.
/// A column without deviation is 0. Coefficients u belong to (1, z_1 .. z_d).
class standard_design {
 public:
  explicit standard_design(const erm_rows& rows);

  [[nodiscard]] std::size_t rows() const noexcept { return targets_.size(); }
  [[nodiscard]] std::size_t columns() const noexcept { return means_.size() + 1; }  ///< k = d + 1
  /// (n, k), row-major, ones first.
  [[nodiscard]] const std::vector<double>& values() const noexcept { return values_; }
  [[nodiscard]] std::span<const double> row(std::size_t i) const {
    return std::span(values_).subspan(i * columns(), columns());
  }
  [[nodiscard]] const std::vector<double>& targets() const noexcept { return targets_; }
  /// (n), or empty when all are 1.
  [[nodiscard]] const std::vector<double>& weights() const noexcept { return weights_; }
  /// The problem without a penalty, on these columns; valid as long as the design.
  [[nodiscard]] logistic_problem problem() const { return {values_, columns(), targets_, weights_, {}, {}}; }
  /// (1, z) of row i of other points.
  [[nodiscard]] std::vector<double> row_of(const matrix_view& points, std::size_t i) const;
  /// Half the deviation of column j of X; 1 where there is none.
  [[nodiscard]] double half_deviation(std::size_t j) const { return half_deviations_[j]; }
  [[nodiscard]] bool constant(std::size_t j) const { return constant_[j]; }
  /// Intercept and coefficients of X for coefficients u.
  [[nodiscard]] std::vector<double> raw(std::span<const double> u) const;

 private:
  [[nodiscard]] double standard(double x, std::size_t j) const {
    return (0.5 * x - 0.5 * means_[j]) / half_deviations_[j];
  }

  std::vector<double> values_;
  std::vector<double> targets_;
  std::vector<double> weights_;
  std::vector<double> means_;            // (d)
  std::vector<double> half_deviations_;  // (d)
  std::vector<bool> constant_;           // (d)
};

/// The problem with the penalty |w|^2/C, on columns that are scaled once more so that neither penalty nor
/// loss makes one direction of the Hessian vanish beside another: with deviation s and t^2 = s^2 + 8/C the
/// coefficient of x/t has curvature s^2/4 t^2 at most from the loss and 2/(C t^2) from the penalty.
struct penalty_scaling {
  std::vector<double> share;  ///< (k) s/t: a coefficient of x/t times it is one of the standard design
  std::vector<double> ridge;  ///< (k) 1/(C t^2), 0 for the intercept
};
penalty_scaling scaling_for(const standard_design& design, double penalty_scale);

/// The model of least penalised loss.
struct erm_fit {
  std::vector<double> coefficients;  ///< u, of the standard design
  double mean_log_loss = 0.0;        ///< without the penalty
  double objective = 0.0;            ///< with it
};

/// Minimises mean log loss + |w|^2 / C over intercept and coefficients w of X. Throws degenerate where there
/// is no minimum.
erm_fit fit_erm(const context& ctx, const checker& check, const standard_design& design,
                double penalty_scale);

/// Probability of label 1 at each row of the design.
std::vector<double> probabilities_of(const standard_design& design, std::span<const double> coefficients);

/// A minimum without penalty, or what speaks against one.
struct free_minimum {
  bool exists = false;
  std::vector<double> point;       ///< u where it exists
  std::vector<double> separation;  ///< u of which every row lies on its own side; empty when none was found
};

/// Looks for the minimum of the loss alone, from `start`.
free_minimum find_free_minimum(const context& ctx, const checker& check, const standard_design& design,
                               const std::vector<double>& start);

/// How many directions a symmetric, positive semidefinite matrix curves in.
std::size_t rank_of(std::span<const double> matrix, std::size_t size);
/// X^T W X of the design's rows that have weight.
std::vector<double> gram_of(const standard_design& design);

}  // namespace assay::inline v1::calibration::internal
