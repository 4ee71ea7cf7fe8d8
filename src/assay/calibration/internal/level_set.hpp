// All logistic models whose loss stays within a threshold, and how far they reach in a direction.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/calibration/internal/erm.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// Mean loss at one u with its derivatives.
struct local_loss {
  double loss = 0.0;
  std::vector<double> gradient;  ///< (k)
  std::vector<double> hessian;   ///< (k, k), lower triangle
};

/// Farthest member in a direction.
struct farthest {
  double reach = 0.0;         ///< largest a.u over the set; Infinity where it grows without bound
  std::vector<double> point;  ///< (k) a member with that a.u, to rounding; where it is infinite any member
};

/// {u : mean log loss at u <= threshold}, convex. Holds what all directions share; reach() may be called from
/// several threads. The design must outlive it.
class level_set {
 public:
  /// `baseline` is a member.
  level_set(const context& ctx, const checker& check, const standard_design& design, const erm_fit& baseline,
            double threshold);

  [[nodiscard]] farthest reach(std::span<const double> direction) const;
  /// By fitting the model on slices a.u = t alone: slower, for any data. reach() falls back on it.
  [[nodiscard]] farthest reach_by_slices(std::span<const double> direction) const;

  [[nodiscard]] double threshold() const noexcept { return threshold_; }
  [[nodiscard]] double loss_at(std::span<const double> u) const;
  /// The point itself, or moved towards the baseline until its loss is within the threshold.
  [[nodiscard]] std::vector<double> member_near(std::vector<double> point) const;

 private:
  [[nodiscard]] local_loss at(std::span<const double> u) const;
  [[nodiscard]] bool spanned(std::span<const double> direction) const;
  [[nodiscard]] bool reach_by_models(std::span<const double> direction, farthest& found) const;

  const standard_design& design_;
  context quiet_;  // stops as the caller's, one thread, no progress
  const char* function_;
  std::vector<double> signed_columns_;  // (k, n): column j of row i, negated where the label is 0
  std::vector<double> weights_;         // (n) sums to 1
  std::vector<double> gram_;            // (k, k)
  std::size_t rank_ = 0;                // of the gram matrix
  bool weighted_ = false;
  double threshold_;
  std::vector<double> baseline_;
  std::vector<double> start_;  // the minimum of the loss, or the baseline where there is none
  local_loss at_start_;
  std::vector<double> separation_;  // along it the loss falls for ever; empty: none known
};

}  // namespace assay::inline v1::calibration::internal
