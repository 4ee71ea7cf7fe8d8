// What the scores with weights on outcomes share.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include "assay/core/check.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring::detail {

/// bad_weight unless every element is finite and >= 0.
inline void check_outcome_weights(const checker& check, const array_view& weights, const char* name) {
  for_each_element(weights, [&](std::size_t i, std::size_t j, std::size_t k, double w) {
    if (!(w >= 0.0 && std::isfinite(w)))
      check.fail_value(error_code::bad_weight, name,
                       index_text(weights, i, j, k) + " is " + text_of(w) + ", must be finite and >= 0");
  });
}

/// Ends of `count` intervals, one for all or one each: length_mismatch; out_of_range unless lower <= upper.
inline void check_interval(const checker& check, const broadcast_view& lower, const broadcast_view& upper,
                           std::size_t count, const char* what) {
  const auto length = [&](const broadcast_view& ends, const char* name) {
    if (!ends.is_scalar()) check.length(ends.values(), name, count, what);
  };
  length(lower, "lower");
  length(upper, "upper");
  const bool scalar = lower.is_scalar() && upper.is_scalar();
  for (std::size_t i = 0; i < (scalar ? 1 : count); ++i)
    if (!(lower(i) <= upper(i)))
      check.fail_value(error_code::out_of_range, "lower",
                       (lower.is_scalar() ? "" : "[" + std::to_string(i) + "] ") +
                           ("is " + text_of(lower(i))) + ", must not be above upper, " + text_of(upper(i)));
}

/// Distances rho of a forecast, its members x weighted: rho(x, y), half of rho(x, x'), rho(x, c), rho(y, c).
struct mean_distances {
  double to_outcome;
  double spread;
  double to_center;
  double outcome_to_center;
};

/// Vertically re-scaled score for the weight of the outcome and the mean weight of the members.
inline double rescaled_score(const mean_distances& mean, double outcome_weight, double member_weight) {
  const double w = member_weight;
  return (outcome_weight * w * mean.to_outcome - w * w * mean.spread) +
         (w * mean.to_center - outcome_weight * mean.outcome_to_center) * (w - outcome_weight);
}

}  // namespace assay::inline v1::scoring::detail
