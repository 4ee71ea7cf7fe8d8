// Chernoff's distribution: the place of the maximum of two-sided Brownian motion minus t^2, to which the
// error of an isotonic regression converges at the rate n^(-1/3).
#pragma once

namespace assay::inline v1::calibration::internal {

/// q >= 0 with P(Z > q) = tail, for 2^-60 <= tail <= 1/2. To 1e-10.
double chernoff_quantile(double tail);

}  // namespace assay::inline v1::calibration::internal
