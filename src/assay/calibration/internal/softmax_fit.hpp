// Fits softmax(W z + b): Newton's method where the Hessian is small, else L-BFGS.
#pragma once

#include <vector>

#include "assay/calibration/internal/softmax_loss.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// How the objective is minimised; both find the same minimum.
enum class softmax_method { automatic, newton, lbfgs };

struct softmax_solution {
  std::vector<double> parameters;
  double nll = 0.0;        ///< mean loss by weight
  double objective = 0.0;  ///< with the penalties
  bool converged = false;  ///< false: no minimum, as for separable data without penalties
};

/// Minimises from the best of W = unit I, unit/2 I, ... and 0. What the objective does not depend on, a
/// constant added to all of a column of W or to all of b, is left as it is at the start.
softmax_solution fit_softmax(const context& ctx, const char* function, const softmax_problem& problem,
                             double unit = 1.0, softmax_method method = softmax_method::automatic);

/// The part of fit_softmax for many parameters.
std::vector<double> fit_softmax_by_lbfgs(const context& ctx, const char* function,
                                         const softmax_problem& problem, std::vector<double> start,
                                         bool& converged);

}  // namespace assay::inline v1::calibration::internal
