// Logistic regression by Newton's method: what Platt scaling, beta calibration, Cox's recalibration test and
// the models of predictive multiplicity are fitted with.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// Rows of predictors with targets. The loss is mean_i w_i [softplus(e_i) - t_i e_i] + sum_j r_j b_j^2 with
/// e = X b + offset, the mean by weight.
struct logistic_problem {
  std::span<const double> predictors;    ///< (n, k) row-major; a column of ones where an intercept is wanted
  std::size_t columns = 1;               ///< k
  std::span<const double> targets = {};  ///< (n) in [0, 1]
  std::span<const double> weights = {};  ///< (n) >= 0, sum > 0; empty: 1
  std::span<const double> offset = {};   ///< (n) added to X b; empty: 0
  std::span<const double> ridge = {};    ///< (k) r_j >= 0; empty: 0

  [[nodiscard]] std::size_t rows() const noexcept { return targets.size(); }
};

/// Loss and its derivatives at one b.
struct logistic_slopes {
  double log_loss = 0.0;         ///< mean loss without the ridge
  double objective = 0.0;        ///< with it
  std::vector<double> gradient;  ///< (k) of the objective
  std::vector<double> hessian;   ///< (k, k) of the objective, row-major, both triangles
};

/// A minimum, or how far the search got.
struct logistic_solution {
  std::vector<double> coefficients;  ///< (k)
  logistic_slopes slopes;            ///< there
  bool converged = false;            ///< false: no minimum, as for separable data without a ridge
};

/// Loss and derivatives; chunks of rows are merged in a fixed order.
logistic_slopes logistic_slopes_at(const context& ctx, const char* function, const logistic_problem& problem,
                                   std::span<const double> coefficients);

/// Minimises from `start` (empty: zeros) by Newton steps that are halved while the objective rises.
logistic_solution fit_logistic(const context& ctx, const char* function, const logistic_problem& problem,
                               std::vector<double> start = {});

}  // namespace assay::inline v1::calibration::internal
