// Exponentials and logarithms over arrays, with the same bits on every machine.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::elementary {

/// Exponential e^x of every element.
///
/// Infinity above 709.78 (float32: 88.72), 0 below -745.13 (float32: -103.97), subnormal numbers before that.
///
/// @param values  (n) or (n, k) or (n, k, l) exponent x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) e^x in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      1 ulp over the whole range, float64 and float32; same bits on every target
/// @cost          O(1) an element
/// @source        Cody & Waite 1980, Software Manual for the Elementary Functions; minimax polynomial of our
/// own
/// @parallel      rows
/// @example       {"values": [0, 1, -1, 0.5]}
array exp(array_view values, const context& ctx = {});

/// e^x - 1 of every element, accurate also near zero.
///
/// @param values  (n) or (n, k) or (n, k, l) exponent x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) e^x - 1 in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      1 ulp over the whole range, float64 and float32; same bits on every target
/// @cost          O(1) an element
/// @source        Cody & Waite 1980; minimax polynomial of our own
/// @parallel      rows
/// @example       {"values": [1e-10, 1, -40]}
array expm1(array_view values, const context& ctx = {});

/// Natural logarithm of every element.
///
/// log(0) = -Infinity, log(Infinity) = Infinity.
///
/// @param values  (n) or (n, k) or (n, k, l) x >= 0; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) ln x in the precision of the input
/// @throws shape_error  empty_input
/// @throws value_error  out_of_range: a negative number
/// @accuracy      1 ulp over the whole range, float64 and float32; same bits on every target
/// @cost          O(1) an element
/// @source        fdlibm, e_log.c (Sun Microsystems 1993)
/// @parallel      rows
/// @example       {"values": [1, 2, 10]}
array log(array_view values, const context& ctx = {});

/// ln(1 + x) of every element, accurate also near zero.
///
/// log1p(-1) = -Infinity, log1p(Infinity) = Infinity.
///
/// @param values  (n) or (n, k) or (n, k, l) x >= -1; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) ln(1 + x) in the precision of the input
/// @throws shape_error  empty_input
/// @throws value_error  out_of_range: a number below -1
/// @accuracy      1 ulp over the whole range, float64 and float32; same bits on every target
/// @cost          O(1) an element
/// @source        fdlibm, s_log1p.c (Sun Microsystems 1993)
/// @parallel      rows
/// @example       {"values": [1e-10, 1, -0.5]}
array log1p(array_view values, const context& ctx = {});

/// Logistic function 1 / (1 + e^-x) of every element: the probability of a logit.
///
/// Computed from e^-|x|, so that neither tail loses digits and nothing overflows.
///
/// @param values  (n) or (n, k) or (n, k, l) logit x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) probability in [0, 1] in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      2 ulp over the whole range, float64 and float32; same bits on every target
/// @cost          O(1) an element
/// @source        Cox 1958, The regression analysis of binary sequences
/// @parallel      rows
/// @example       {"values": [0, 2, -800]}
array logistic(array_view values, const context& ctx = {});

/// ln(1 + e^x) of every element: the smooth maximum of x and 0, and the log loss of a logit.
///
/// max(x, 0) + log1p(e^-|x|): nothing overflows, no tail is lost.
///
/// @param values  (n) or (n, k) or (n, k, l) x; NaN allowed and gives NaN
/// @param ctx     running conditions
/// @return        (n) or (n, k) or (n, k, l) ln(1 + e^x) in the precision of the input
/// @throws shape_error  empty_input
/// @accuracy      2 ulp over the whole range, float64 and float32; same bits on every target
/// @cost          O(1) an element
/// @source        Dugas, Bengio, Belisle, Nadeau & Garcia 2001, Incorporating second-order functional
/// knowledge
/// @parallel      rows
/// @example       {"values": [0, 2, -800]}
array softplus(array_view values, const context& ctx = {});

/// ln(sum_j e^x_ij) of every row.
///
/// max + log1p(sum of e^(x - max) without one of the maxima): nothing overflows, and results near zero keep
/// their relative accuracy. A row with Infinity gives Infinity, one of -Infinity alone gives -Infinity.
///
/// @param values  (n, k) numbers x, a row each; NaN allowed and makes its row NaN
/// @param ctx     running conditions
/// @return        (n) ln(sum of e^x) in the precision of the input; float32 rows are computed in float64
/// @throws shape_error  empty_input
/// @accuracy      relative error of the sum of e^(x - max) below k 2^-53, plus 2 ulp; same bits on every
/// target
/// @cost          O(k) a row, two passes
/// @source        Blanchard, Higham & Higham 2021, Accurately computing the log-sum-exp, eq. 4.3
/// @parallel      rows
/// @example       {"values": [[0, 1, 2], [1000, 1000, -1000]]}
array log_sum_exp(matrix_view values, const context& ctx = {});

}  // namespace assay::inline v1::elementary
