// Minimising smooth convex functions of many variables without their Hessian.
#pragma once

#include <span>
#include <vector>

namespace assay::inline v1::calibration::internal {

/// What is minimised.
class smooth_function {
 public:
  smooth_function() = default;
  smooth_function(const smooth_function&) = delete;
  smooth_function& operator=(const smooth_function&) = delete;
  virtual ~smooth_function() = default;
  /// Value at x; writes the gradient.
  virtual double evaluate(std::span<const double> x, std::span<double> gradient) = 0;
  /// Replaces a gradient by an estimate of inverse Hessian times gradient; positive definite.
  virtual void precondition(std::span<double> gradient) const = 0;
  /// True when the last point evaluated shows that there is no minimum.
  [[nodiscard]] virtual bool has_no_minimum() const { return false; }
};

struct lbfgs_solution {
  std::vector<double> x;
  bool converged = false;
};

/// Limited-memory BFGS: two-loop recursion over the last 12 steps (Nocedal 1980) with a bisecting search for
/// the weak Wolfe conditions (Lewis & Overton 2013). Ends where the next step promises less than 1e-18.
lbfgs_solution minimise(smooth_function& function, std::vector<double> start);

}  // namespace assay::inline v1::calibration::internal
