// Tail probabilities of the statistics of tests, to a few ulp also where they are tiny.
#pragma once

#include <cstdint>

namespace assay::inline v1::internal {

/// P(X > x) of a chi-square variable with df >= 1 degrees of freedom, x >= 0; 0 for Infinity.
double chi_square_tail(double x, std::uint64_t df);
/// P(|Z| > |z|) of a standard normal variable.
double normal_two_sided(double z);
/// P(|T| > |t|) of a Student t variable with df > 0 degrees of freedom.
double student_t_two_sided(double t, double df);

}  // namespace assay::inline v1::internal
