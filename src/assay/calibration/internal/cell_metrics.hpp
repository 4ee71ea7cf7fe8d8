// All calibration metrics of a weighted set of cells in two passes over them: what a bootstrap replicate
// costs.
#pragma once

#include <vector>

#include "assay/calibration/internal/cells.hpp"

namespace assay::inline v1::calibration::internal {

/// Metrics of one set of weights. Those that need both classes are NaN where one is missing.
struct cell_metrics {
  double brier = 0.0;
  double log_loss = 0.0;
  double brier_skill = 0.0;  ///< 1 - brier / (o (1 - o)), o the share of events
  double ece = 0.0;
  double ece_debiased_l1 = 0.0;
  double ece_debiased_l2 = 0.0;  ///< clipped root
  double mce = 0.0;
  double ks = 0.0;
  double balance = 0.0;  ///< signed
  double auc = 0.0;
  double average_precision = 0.0;
  double eer = 0.0;             ///< interpolated
  double miscalibration = 0.0;  ///< of the Brier score, by isotonic regression
  double discrimination = 0.0;
  double mean_probability = 0.0;
  double base_rate = 0.0;
};

cell_metrics metrics_of(const sample_cells& sample, const cell_weights& weights);

/// l1 error with as many bins of equal weight as keep the share of events monotone; see ece_sweep.
double sweep_error_of(const sample_cells& sample, const cell_weights& weights);
/// smooth_ece_fixed at sigma.
double smooth_error_of(const sample_cells& sample, const cell_weights& weights, double sigma);

}  // namespace assay::inline v1::calibration::internal
