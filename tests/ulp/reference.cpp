#include "ulp/reference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/core/vmath.hpp"

namespace assay::testing {
namespace {

constexpr mpfr_rnd_t k_round = MPFR_RNDN;

template <class Function>
exact apply(double x, Function function) {
  exact result(x);
  function(result.get(), result.get(), k_round);
  return result;
}

exact constant_pi() {
  exact pi;
  mpfr_const_pi(pi.get(), k_round);
  return pi;
}

/// Phi(x) for any exact x.
exact normal_cdf_of(const exact& x) {
  exact result(0.5);
  mpfr_sqrt(result.get(), result.get(), k_round);
  mpfr_mul(result.get(), result.get(), x.get(), k_round);
  mpfr_neg(result.get(), result.get(), k_round);
  mpfr_erfc(result.get(), result.get(), k_round);
  mpfr_div_ui(result.get(), result.get(), 2, k_round);
  return result;
}

/// e^(-x^2/2) / sqrt(2 pi) for any exact x.
exact normal_pdf_of(const exact& x) {
  exact result;
  mpfr_sqr(result.get(), x.get(), k_round);
  mpfr_div_si(result.get(), result.get(), -2, k_round);
  mpfr_exp(result.get(), result.get(), k_round);
  exact scale = constant_pi();
  mpfr_mul_ui(scale.get(), scale.get(), 2, k_round);
  mpfr_sqrt(scale.get(), scale.get(), k_round);
  mpfr_div(result.get(), result.get(), scale.get(), k_round);
  return result;
}

}  // namespace

void use_full_exponent_range() {
  mpfr_set_emin(mpfr_get_emin_min());
  mpfr_set_emax(mpfr_get_emax_max());
}

exact exact_exp(double x) { return apply(x, mpfr_exp); }
exact exact_expm1(double x) { return apply(x, mpfr_expm1); }
exact exact_log(double x) { return apply(x, mpfr_log); }
exact exact_log1p(double x) { return apply(x, mpfr_log1p); }
exact exact_erf(double x) { return apply(x, mpfr_erf); }
exact exact_erfc(double x) { return apply(x, mpfr_erfc); }

exact exact_logistic(double x) {
  exact result = exact_exp(-x);
  mpfr_add_ui(result.get(), result.get(), 1, k_round);
  mpfr_ui_div(result.get(), 1, result.get(), k_round);
  return result;
}

exact exact_softplus(double x) {
  exact result = exact_exp(-std::fabs(x));
  mpfr_log1p(result.get(), result.get(), k_round);
  mpfr_add_d(result.get(), result.get(), std::max(x, 0.0), k_round);
  return result;
}

exact exact_erfcx(double x) {
  exact square(x);
  mpfr_sqr(square.get(), square.get(), k_round);
  exact result(x);
  if (x > 1e8) {  // 1 / (x sqrt(pi)): the next term is 5e-17 times smaller at 1e8; one more is taken
    exact scale = constant_pi();
    mpfr_sqrt(scale.get(), scale.get(), k_round);
    mpfr_mul(scale.get(), scale.get(), result.get(), k_round);
    exact correction;
    mpfr_ui_div(correction.get(), 1, square.get(), k_round);
    mpfr_div_si(correction.get(), correction.get(), -2, k_round);
    mpfr_add_ui(correction.get(), correction.get(), 1, k_round);
    mpfr_div(result.get(), correction.get(), scale.get(), k_round);
    return result;
  }
  mpfr_erfc(result.get(), result.get(), k_round);
  mpfr_exp(square.get(), square.get(), k_round);
  mpfr_mul(result.get(), result.get(), square.get(), k_round);
  return result;
}

exact exact_normal_pdf(double x) { return normal_pdf_of(exact(x)); }
exact exact_normal_cdf(double x) { return normal_cdf_of(exact(x)); }

exact exact_normal_log_cdf(double x) {
  if (x >= 0.0) {  // log1p of minus the upper tail, which a rounded distribution function would lose
    exact result = normal_cdf_of(exact(-x));
    mpfr_neg(result.get(), result.get(), k_round);
    mpfr_log1p(result.get(), result.get(), k_round);
    return result;
  }
  if (x > -1e8) {
    exact result = normal_cdf_of(exact(x));
    mpfr_log(result.get(), result.get(), k_round);
    return result;
  }
  exact result(x);  // -x^2/2 - log(-x sqrt(2 pi)), the rest is below 1e-16 of 1 and far below 1e-32 of x^2
  mpfr_sqr(result.get(), result.get(), k_round);
  mpfr_div_si(result.get(), result.get(), -2, k_round);
  exact logarithm = constant_pi();
  mpfr_mul_ui(logarithm.get(), logarithm.get(), 2, k_round);
  mpfr_sqrt(logarithm.get(), logarithm.get(), k_round);
  mpfr_mul_d(logarithm.get(), logarithm.get(), -x, k_round);
  mpfr_log(logarithm.get(), logarithm.get(), k_round);
  mpfr_sub(result.get(), result.get(), logarithm.get(), k_round);
  return result;
}

exact exact_normal_quantile(double p) {
  exact tail(p);
  if (p > 0.5) mpfr_d_sub(tail.get(), 1.0, tail.get(), k_round);
  // Newton's method doubles the digits; from 50 bits two steps reach the full precision
  exact x(p > 0.5 ? -vmath::normal_quantile(p) : vmath::normal_quantile(p));
  for (int step = 0; step < 2; ++step) {
    exact change = normal_cdf_of(x);
    mpfr_sub(change.get(), change.get(), tail.get(), k_round);
    mpfr_div(change.get(), change.get(), normal_pdf_of(x).get(), k_round);
    mpfr_sub(x.get(), x.get(), change.get(), k_round);
  }
  if (p > 0.5) mpfr_neg(x.get(), x.get(), k_round);
  return x;
}

template <class T>
double error_in_ulp(T got, const exact& wanted) {
  using limits = std::numeric_limits<T>;
  if (std::isnan(got)) return std::numeric_limits<double>::infinity();
  const long lowest = limits::min_exponent - limits::digits;
  const long last_place =
      mpfr_zero_p(wanted.get())
          ? lowest
          : std::max<long>(static_cast<long>(mpfr_get_exp(wanted.get())) - limits::digits, lowest);
  exact number(static_cast<double>(got));
  if (std::isinf(got)) {
    mpfr_set_si(number.get(), got < 0 ? -1 : 1, k_round);
    mpfr_mul_2si(number.get(), number.get(), limits::max_exponent, k_round);
    // beyond the largest number Infinity is right however large the exact value
    if (mpfr_cmpabs(wanted.get(), number.get()) > 0 && mpfr_sgn(wanted.get()) == mpfr_sgn(number.get()))
      return 0.0;
  }
  mpfr_sub(number.get(), number.get(), wanted.get(), k_round);
  mpfr_mul_2si(number.get(), number.get(), -last_place, k_round);
  return std::fabs(mpfr_get_d(number.get(), k_round));
}

template double error_in_ulp<double>(double, const exact&);
template double error_in_ulp<float>(float, const exact&);

}  // namespace assay::testing
