// p-values of distances between the empirical distribution of independent uniform numbers and the uniform
// one.
#pragma once

#include <cstddef>

namespace assay::inline v1::calibration::internal {

/// P(D_n >= d), the two-sided Kolmogorov-Smirnov statistic of n numbers, d in [0, 1].
double kolmogorov_tail(std::size_t n, double d);
/// P(W_n^2 >= w), the Cramer-von Mises statistic 1/12n + sum (u_i - (2 i - 1)/2n)^2 of n numbers.
double cramer_von_mises_tail(std::size_t n, double w);

}  // namespace assay::inline v1::calibration::internal
