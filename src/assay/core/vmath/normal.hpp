// Density, distribution function, its logarithm and quantile of the standard normal distribution, double
// precision. The tails are computed as tails: Phi(-z) = e^(-z^2/2) erfcx(z / sqrt(2)) / 2, without forming z
// / sqrt(2), whose rounding error e^(-z^2/2) would magnify.
#pragma once

#include "assay/core/vmath/erf.hpp"
#include "assay/core/vmath/log.hpp"

namespace assay::inline v1::vmath::generic {

/// e^(-x^2/2) / sqrt(2 pi).
template <class V>
ASSAY_INLINE V normal_pdf(V x) noexcept {
  const V bounded =
      simd::min(simd::abs(x), V(40.0));  // the density is 0 from 38.6; keeps Infinity out of the square
  return exp_of_negative_square(bounded, 0.5) * V(0x1.9884533d43651p-2);
}

/// (1 + 2 x) erfcx(x) / (2 sqrt(2)) in the variable of erfcx_polynomial.
template <class V>
ASSAY_INLINE V scaled_tail_polynomial(V t) noexcept {
  return two_chains(t, 0x1.c007059d298dbp-2, -0x1.962e1f005706cp-5, 0x1.4c4d993e73eccp-10,
                    0x1.dc9907fdca8a5p-6, -0x1.3b213d63d6999p-5, 0x1.0b5784d838eafp-5, -0x1.53fd0d1b8efaap-6,
                    0x1.48956ead032d5p-7, -0x1.c3aa6effbb518p-9, 0x1.456df254ccd14p-11, 0x1.b38d131bff696p-14,
                    -0x1.ae45c1715b18ep-14, 0x1.325d14a7d40a0p-16, 0x1.098cd4e46fa52p-17,
                    -0x1.0f86e3bc57d18p-18, -0x1.7190158e7ba09p-22, 0x1.4c705be377dbbp-21,
                    -0x1.5bff52d0acc85p-26, -0x1.8869c522d6c63p-24, 0x1.1b40c2c25a808p-27,
                    0x1.d3cc7b163597ep-27, -0x1.6dfbb30d49fa4p-30, -0x1.f087fdb98f251p-30,
                    0x1.e9c17c5976634p-34, 0x1.4200269cbe6ccp-33);
}

/// Phi(-z) e^(z^2/2) = erfcx(z / sqrt(2)) / 2 for z >= 0, with x = z / sqrt(2) put into the constants.
template <class V>
ASSAY_INLINE V scaled_normal_tail(V z) noexcept {
  constexpr double sqrt2 = 0x1.6a09e667f3bcdp0;
  return scaled_tail_polynomial(erfcx_variable(z, k_erfcx_center * sqrt2)) / (z + V(0.5 * sqrt2));
}

/// Phi(-z) for z >= 0.
template <class V>
ASSAY_INLINE V normal_tail(V z) noexcept {
  const V bounded = simd::min(z, V(40.0));
  return exp_of_negative_square(bounded, 0.5) * scaled_normal_tail(bounded);
}

template <class V>
ASSAY_INLINE V normal_cdf(V x) noexcept {
  const V tail = normal_tail(simd::abs(x));
  return simd::select(x < V(0.0), tail, V(1.0) - tail);
}

/// Density and distribution function together: they share the exponential.
template <class V>
struct normal_values {
  V pdf;
  V cdf;
};
template <class V>
ASSAY_INLINE normal_values<V> normal_pdf_cdf(V x) noexcept {
  const V bounded = simd::min(simd::abs(x), V(40.0));
  const V e = exp_of_negative_square(bounded, 0.5);
  const V tail = e * scaled_normal_tail(bounded);
  return {e * V(0x1.9884533d43651p-2), simd::select(x < V(0.0), tail, V(1.0) - tail)};
}

/// log Phi(x): log1p of the upper tail for x >= 0, else the logarithm of the scaled tail minus x^2/2, which
/// never underflows.
template <class V>
ASSAY_INLINE V normal_log_cdf(V x) noexcept {
  const auto negative = x < V(0.0);
  V result = x;
  if (simd::any(!negative))
    result = V(0.0) + log1p(-normal_tail(simd::max(x, V(0.0))));  // +0, not -0, at the end
  if (simd::any(negative)) {
    const V z = simd::min(-x, V(0x1p600));  // the square is infinite long before
    const V lower = log(scaled_normal_tail(simd::max(z, V(0.0)))) - V(0.5) * z * z;
    result = simd::select(negative, lower, result);
  }
  return simd::select(x != x, x, result);
}

/// Quantile for q = p - 1/2, |q| <= 0.425: q N(r) / D(r), r = 0.425^2 - q^2. Wichura 1988, algorithm AS 241
/// (PPND16), as 2.875 q + q (N - 2.875 D) / D, where the rounding errors of the quotient weigh less.
template <class V>
ASSAY_INLINE V normal_quantile_center(V q) noexcept {
  const V r = V(0.180625) - q * q;
  const V numerator =
      horner(r, 0.512132872796366608, 11.4908421246817576, -4.0716962331150436625, -1776.6197960866983096,
             -15067.704685511591661, -45744.429498257842151, -49165.545906612457083, -12517.09299797183419);
  const V denominator =
      horner(r, 1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
             21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610);
  return V(2.875) * q + q * (numerator / denominator);
}

/// The quantile of a tail is -x with x = R - h(R), R = sqrt(-2 log p): h is small against R, so its errors
/// hardly count. h is a polynomial in u = s (R - c) / (R + a), |u| <= 1 (tests/ulp/derive_coefficients.py
/// quantile). R in [2.275, 7.071], p from 0.075 down to 1.4e-11, relative error 2^-55.8:
template <class V>
ASSAY_INLINE V normal_quantile_tail(V radius) noexcept {
  const V u = V(0x1.a383f9cf390c9p+1) * (radius - V(0x1.f8891d7c2fc13p+1)) / (radius + V(3.1875));
  return radius - two_chains(u, 0x1.35686e6281fb1p-1, -0x1.a910b6ba78371p-3, 0x1.487fa82963665p-6,
                             -0x1.0e82713b76ce1p-8, 0x1.27521b1e58df2p-11, -0x1.1e1eeb565e2e9p-13,
                             0x1.656986414d381p-16, -0x1.856f4a108fb4cp-18, 0x1.e986e1422d0a8p-21,
                             -0x1.24aa1a948401ap-22, 0x1.607034e00fe7bp-25, -0x1.da3319019cdf2p-27,
                             0x1.044aa690be771p-29, -0x1.884b770d5cc31p-31, 0x1.5c0ab51bd5014p-34,
                             -0x1.d0c0fe4baf67ep-35, 0x1.8670c76bbd93bp-38);
}

/// R in [7.07, 38.6], p down to the smallest subnormal number, relative error 2^-58.3.
template <class V>
ASSAY_INLINE V normal_quantile_far_tail(V radius) noexcept {
  const V u = V(0x1.1ad5894bea3d9p+1) * (radius - V(0x1.f66956ee354f3p+3)) / (radius + V(12.0));
  return radius - two_chains(u, 0x1.e13dcdf7df754p-3, -0x1.1a74deb3ccf7fp-3, 0x1.d1cf7122c164cp-6,
                             -0x1.1a1d5ad0be258p-7, 0x1.2818cf687f7a0p-9, -0x1.786b38085baaap-11,
                             0x1.9d709a742b919p-13, -0x1.10abd37337405p-14, 0x1.2caa559c6cd19p-16,
                             -0x1.9e05a4b8e48fap-18, 0x1.bf5ca61531cfbp-20, -0x1.471eee2b71447p-21,
                             0x1.511565f0e1c2ap-23, -0x1.0b7cddbba9193p-24, 0x1.fe23633c46ab9p-27,
                             -0x1.ea9420c237f91p-28, 0x1.68c472a18a985p-30, -0x1.0372cb17df391p-31,
                             0x1.4a6e60e3d0296p-33, -0x1.ab58ef7615622p-33);
}

/// Inverse of normal_cdf on [0, 1]; NaN outside.
template <class V>
ASSAY_INLINE V normal_quantile(V p) noexcept {
  const V q = p - V(0.5);
  const auto central = simd::abs(q) <= V(0.425);
  V result = normal_quantile_center(q);
  if (simd::all(central)) return result;
  const V tail = simd::select(q < V(0.0), p, V(1.0) - p);
  const V radius = simd::sqrt(V(-2.0) * log(tail));
  V outer = normal_quantile_tail(radius);
  const auto far = radius > V(7.071);
  if (simd::any(far)) outer = simd::select(far, normal_quantile_far_tail(radius), outer);
  outer = simd::select(tail == V(0.0), infinity<V>(), outer);
  outer = simd::select(tail < V(0.0), not_a_number<V>(), outer);
  result = simd::select(central, result, simd::select(q < V(0.0), -outer, outer));
  return simd::select(p != p, p, result);
}

}  // namespace assay::inline v1::vmath::generic
