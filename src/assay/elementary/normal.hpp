// Error functions and the standard normal distribution over arrays, with the same bits on every machine.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::elementary {

/// Error function of every element.
///
/// erf(x) = 2/sqrt(pi) integral_0^x e^(-t^2) dt
///
/// @param values  (n) or (n, k) or (n, k, l) x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) number in [-1, 1] in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      1.5 ulp over the whole range (float32: 0.51, rounded once); same bits on every target
/// @cost          O(1) an element
/// @source        Shepherd & Laframboise 1981 (form of the tail); minimax polynomials of our own
/// @parallel      rows
/// @example       {"values": [0, 0.5, -2]}
array erf(array_view values, const context& ctx = {});

/// Complementary error function 1 - erf(x) of every element, accurate in the upper tail.
///
/// @param values  (n) or (n, k) or (n, k, l) x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) number in [0, 2] in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      4 ulp over the whole range (float32: 0.51, rounded once); same bits on every target
/// @cost          O(1) an element
/// @source        Shepherd & Laframboise 1981 (form of the tail); minimax polynomials of our own
/// @parallel      rows
/// @example       {"values": [0, 0.5, 10]}
array erfc(array_view values, const context& ctx = {});

/// Scaled complementary error function e^(x^2) erfc(x) of every element: the tail without its exponential
/// decay.
///
/// @param values  (n) or (n, k) or (n, k, l) x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) number > 0, Infinity below -26.63, in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      4 ulp over the whole range (float32: 0.51, rounded once); same bits on every target
/// @cost          O(1) an element
/// @source        Shepherd & Laframboise 1981; minimax polynomial of our own
/// @parallel      rows
/// @example       {"values": [0, 1, 100]}
array erfcx(array_view values, const context& ctx = {});

/// Density of the standard normal distribution at every element.
///
/// phi(x) = e^(-x^2/2) / sqrt(2 pi)
///
/// @param values  (n) or (n, k) or (n, k, l) x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) density in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      2 ulp over the whole range (float32: 0.51, rounded once); same bits on every target
/// @cost          O(1) an element
/// @source        definition; x^2 in two parts, after fdlibm s_erf.c
/// @parallel      rows
/// @example       {"values": [0, 1, -3]}
array normal_pdf(array_view values, const context& ctx = {});

/// Distribution function of the standard normal distribution at every element.
///
/// Phi(x) = erfc(-x / sqrt(2)) / 2, with full relative accuracy in the lower tail.
///
/// @param values  (n) or (n, k) or (n, k, l) x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) probability in [0, 1] in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      3.5 ulp over the whole range (float32: 0.51, rounded once); same bits on every target
/// @cost          O(1) an element
/// @source        Shepherd & Laframboise 1981 (form of the tail); minimax polynomial of our own
/// @parallel      rows
/// @example       {"values": [0, 1.96, -38]}
array normal_cdf(array_view values, const context& ctx = {});

/// Logarithm of the distribution function of the standard normal distribution at every element.
///
/// Finite where normal_cdf underflows: ln Phi(-40) = -804.6.
///
/// @param values  (n) or (n, k) or (n, k, l) x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) number <= 0 in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      4.5 ulp over the whole range (float32: 0.51, rounded once); same bits on every target
/// @cost          O(1) an element
/// @source        Shepherd & Laframboise 1981 (form of the tail); minimax polynomial of our own
/// @parallel      rows
/// @example       {"values": [0, 1.96, -40]}
array normal_log_cdf(array_view values, const context& ctx = {});

/// Quantile of the standard normal distribution: the x with Phi(x) = p, for every element p.
///
/// -Infinity at 0, Infinity at 1.
///
/// @param values  (n) or (n, k) or (n, k, l) probability p in [0, 1]; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) x in the precision of the input
/// @throws shape_error  empty_input
/// @throws value_error  out_of_range: a number below 0 or above 1
/// @accuracy      3 ulp over the whole range (float32: 0.51, rounded once); same bits on every target
/// @cost          O(1) an element
/// @source        Wichura 1988, algorithm AS 241 (centre); minimax polynomials of our own (tails)
/// @parallel      rows
/// @example       {"values": [0.5, 0.975, 1e-300]}
array normal_quantile(array_view values, const context& ctx = {});

}  // namespace assay::inline v1::elementary
