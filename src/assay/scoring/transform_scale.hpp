// Scores on another scale: move outcomes and forecasts by the same monotone function, then score them.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Functions that move values to another scale.
enum class scale_transform {
  log_shift,   ///< ln(x + offset), for x > -offset: errors become relative where x is large
  square_root  ///< sqrt(x), for x >= 0: gives counts a variance that hardly depends on their mean
};

/// Choices of transform_scale.
struct transform_scale_options {
  /// Function.
  scoring::scale_transform transform = scoring::scale_transform::log_shift;
  /// What log_shift adds to values, in their unit; square_root does not use it.
  double offset = 1.0;
  /// What to do with NaN: omit and propagate both leave it NaN.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Values on another scale: ln(x + offset) or the square root of every element.
///
/// Outcomes, members, quantiles and ends of intervals may be moved alike, as the functions increase; every
/// score of the moved forecasts is proper again. A mean or a parameter of a distribution may not.
///
/// @param values   (n) or (n, k) or (n, k, l) outcomes or forecasts x, any unit; NaN allowed with nan_policy
/// omit or
///                 propagate
/// @param options  function and its offset; NaN policy
/// @param ctx      running conditions
/// @return         (n) or (n, k) or (n, k, l) moved values, without unit (log_shift) or in the root of the
/// unit, in
///                 the precision of the input
/// @throws shape_error  empty_input
/// @throws value_error  non_finite: values; out_of_range: values; bad_parameter: offset
/// @accuracy       1 ulp of the logarithm of x + offset as rounded, of log1p where offset = 1; the square
/// root is
///                 correctly rounded; same bits everywhere
/// @cost           O(1) an element
/// @source         Bosse, Abbott, Cori, van Leeuwen, Bracher & Funk 2023, section 2
/// @parallel       rows
/// @example        {"values": [0, 3, 120]}
array transform_scale(array_view values, const transform_scale_options& options = {},
                      const context& ctx = {});

}  // namespace assay::inline v1::scoring
