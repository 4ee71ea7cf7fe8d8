// Quantiles of the beta distribution: ends of exact and Bayesian intervals for a proportion.
#pragma once

namespace assay::inline v1::internal {

/// A point x of [0, 1] with y = 1 - x; both have all their digits, also next to 0.
struct unit_point {
  double x;
  double y;
};

/// x with I_x(a, b) = tail, for finite a and b >= 1/2 and 0 < tail <= 1/2. The quantile with as much above it
/// is the same with a and b exchanged, read from the other side: {y, x}.
unit_point beta_quantile(double a, double b, double tail);

}  // namespace assay::inline v1::internal
