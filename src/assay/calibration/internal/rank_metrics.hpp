// Metrics of the weights of two classes at ascending probabilities.
#pragma once

#include <span>

#include "assay/calibration/bootstrap.hpp"

namespace assay::inline v1::calibration::internal {

/// Weight of the class y at probability x[i] stands at 2 i + y; probabilities without weight may be among
/// them.
struct class_weights {
  std::span<const double> x;
  std::span<const double> weights;

  [[nodiscard]] std::size_t size() const noexcept { return x.size(); }
  [[nodiscard]] double others(std::size_t i) const noexcept { return weights[2 * i]; }
  [[nodiscard]] double events(std::size_t i) const noexcept { return weights[2 * i + 1]; }
};

/// ks, miscalibration, discrimination, auc, average_precision or eer; NaN where it does not exist.
double rank_metric(calibration_metric metric, const class_weights& classes);

}  // namespace assay::inline v1::calibration::internal
