// Elementary functions with the same bits on every machine, for single numbers. std::exp and its like differ
// between C libraries and are not used in this library. In kernels, core/vmath/packs.hpp adds the same
// functions on packs. Accuracy: core/vmath/budget.hpp. NaN gives NaN; where the result does not exist (log of
// a negative number) it is NaN.
#pragma once

namespace assay::inline v1::vmath {

double exp(double x) noexcept;
double expm1(double x) noexcept;
double log(double x) noexcept;
double log1p(double x) noexcept;
/// 1 / (1 + e^-x).
double logistic(double x) noexcept;
/// log(1 + e^x).
double softplus(double x) noexcept;
double erf(double x) noexcept;
double erfc(double x) noexcept;
/// e^(x^2) erfc(x).
double erfcx(double x) noexcept;
double normal_pdf(double x) noexcept;
double normal_cdf(double x) noexcept;
double normal_log_cdf(double x) noexcept;
double normal_quantile(double p) noexcept;

float exp(float x) noexcept;
float expm1(float x) noexcept;
float log(float x) noexcept;
float log1p(float x) noexcept;
float logistic(float x) noexcept;
float softplus(float x) noexcept;
float erf(float x) noexcept;
float erfc(float x) noexcept;
float erfcx(float x) noexcept;
float normal_pdf(float x) noexcept;
float normal_cdf(float x) noexcept;
float normal_log_cdf(float x) noexcept;
float normal_quantile(float p) noexcept;

}  // namespace assay::inline v1::vmath
