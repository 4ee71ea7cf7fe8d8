// Outcomes with a mean and a standard deviation each: what the calibration of regressions starts from.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration::internal {

/// Arguments that these functions have.
struct regression_rows {
  vector_view y;
  vector_view mean;
  vector_view std;
  vector_view weights;

  [[nodiscard]] std::size_t size() const noexcept { return y.size(); }
};

/// Throws unless the arguments fit together, y and mean are finite, std is positive and weights are weights.
void check_regression(const checker& check, const regression_rows& rows);
/// The same for weights alone, which may be absent.
void check_weights(const checker& check, const vector_view& weights, const array_view& rows,
                   const char* rows_name);

/// Weights as doubles, 1 where absent. A power of two brings the largest near 1, so that no sum overflows;
/// apart from that shares of weight keep their bits.
std::vector<double> unit_weights(const vector_view& weights, std::size_t rows);

/// (y - mean)/std; never NaN, infinite only where the quotient is too large for a double.
double standardised(double y, double mean, double std);

/// Power of two near 1/largest: what is multiplied by it can be squared and summed. 1 for 0.
double unit_scale(double largest);

/// Mean of the values by weight (a value each); sums neither overflow nor vanish.
double mean_of(std::span<const double> values, std::span<const double> weights);
/// sqrt(mean of squares by weight).
double root_mean_square(std::span<const double> values, std::span<const double> weights);

}  // namespace assay::inline v1::calibration::internal
