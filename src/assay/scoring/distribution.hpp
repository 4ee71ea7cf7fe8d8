// Choices that the scores of all parametric forecast distributions share.
#pragma once

#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the scores of parametric distributions.
struct distribution_options {
  /// What to do with NaN in observations and parameters: omit and propagate both give NaN for that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

}  // namespace assay::inline v1::scoring
