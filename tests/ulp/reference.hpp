// Exact values of the elementary functions from MPFR, and the error of a result against them in units in the
// last place.
#pragma once

#include <mpfr.h>

#include <vector>

namespace assay::testing {

/// A number of 150 bits.
class exact {
 public:
  static constexpr mpfr_prec_t k_bits = 150;
  explicit exact(double value = 0.0) {
    mpfr_init2(number_, k_bits);
    mpfr_set_d(number_, value, MPFR_RNDN);
  }
  exact(const exact& other) {
    mpfr_init2(number_, k_bits);
    mpfr_set(number_, other.number_, MPFR_RNDN);
  }
  exact& operator=(const exact& other) {
    mpfr_set(number_, other.number_, MPFR_RNDN);
    return *this;
  }
  ~exact() { mpfr_clear(number_); }
  mpfr_ptr get() { return number_; }
  mpfr_srcptr get() const { return number_; }

 private:
  mpfr_t number_;
};

/// MPFR's exponents as large as they go: the tails of the normal distribution need e^(-10^15). Call once.
void use_full_exponent_range();

/// f(x) to about 140 bits; x must lie where f is defined.
using reference_function = exact (*)(double x);

exact exact_exp(double x);
exact exact_expm1(double x);
exact exact_log(double x);
exact exact_log1p(double x);
exact exact_logistic(double x);
exact exact_softplus(double x);
exact exact_erf(double x);
exact exact_erfc(double x);
exact exact_erfcx(double x);
exact exact_normal_pdf(double x);
exact exact_normal_cdf(double x);
exact exact_normal_log_cdf(double x);
exact exact_normal_quantile(double p);

/// |got - wanted| in units in the last place that a T has at `wanted`; Infinity counts as the next power of
/// two.
template <class T>
double error_in_ulp(T got, const exact& wanted);

}  // namespace assay::testing
