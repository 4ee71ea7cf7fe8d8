// Binomial random numbers, with the same bits everywhere.
#pragma once

#include "assay/core/rng.hpp"

namespace assay::inline v1::calibration::internal {

/// Number of events in n independent trials (a whole number >= 0) of probability p in [0, 1].
double binomial_draw(philox::stream& draws, double n, double p);

}  // namespace assay::inline v1::calibration::internal
