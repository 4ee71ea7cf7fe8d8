// The scalar instantiation of the elementary functions, compiled for the baseline instruction set.
#include "assay/core/vmath.hpp"

#include "assay/core/vmath/erf.hpp"
#include "assay/core/vmath/exp.hpp"
#include "assay/core/vmath/log.hpp"
#include "assay/core/vmath/logistic.hpp"
#include "assay/core/vmath/normal.hpp"

namespace assay::inline v1::vmath {

double exp(double x) noexcept { return generic::exp(x); }
double expm1(double x) noexcept { return generic::expm1(x); }
double log(double x) noexcept { return generic::log(x); }
double log1p(double x) noexcept { return generic::log1p(x); }
double logistic(double x) noexcept { return generic::logistic(x); }
double softplus(double x) noexcept { return generic::softplus(x); }
double erf(double x) noexcept { return generic::erf(x); }
double erfc(double x) noexcept { return generic::erfc(x); }
double erfcx(double x) noexcept { return generic::erfcx(x); }
double normal_pdf(double x) noexcept { return generic::normal_pdf(x); }
double normal_cdf(double x) noexcept { return generic::normal_cdf(x); }
double normal_log_cdf(double x) noexcept { return generic::normal_log_cdf(x); }
double normal_quantile(double p) noexcept { return generic::normal_quantile(p); }

float exp(float x) noexcept { return generic::exp(x); }
float expm1(float x) noexcept { return generic::expm1(x); }
float log(float x) noexcept { return generic::log(x); }
float log1p(float x) noexcept { return generic::log1p(x); }
float logistic(float x) noexcept { return generic::logistic(x); }
float softplus(float x) noexcept { return generic::softplus(x); }
// Computed in double and rounded once, as the packs do.
float erf(float x) noexcept { return static_cast<float>(erf(static_cast<double>(x))); }
float erfc(float x) noexcept { return static_cast<float>(erfc(static_cast<double>(x))); }
float erfcx(float x) noexcept { return static_cast<float>(erfcx(static_cast<double>(x))); }
float normal_pdf(float x) noexcept { return static_cast<float>(normal_pdf(static_cast<double>(x))); }
float normal_cdf(float x) noexcept { return static_cast<float>(normal_cdf(static_cast<double>(x))); }
float normal_log_cdf(float x) noexcept { return static_cast<float>(normal_log_cdf(static_cast<double>(x))); }
float normal_quantile(float p) noexcept {
  return static_cast<float>(normal_quantile(static_cast<double>(p)));
}

}  // namespace assay::inline v1::vmath
