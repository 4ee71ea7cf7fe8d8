#include "assay/calibration/internal/rows.hpp"

#include <limits>
#include <string>
#include <string_view>

namespace assay::inline v1::calibration::internal {

void check_shapes(const checker& check, const binary_rows& rows) {
  check.not_empty(rows.labels, "labels");
  check.not_empty(rows.forecasts, rows.forecast_name);
  check.same_rows(rows.labels, "labels", rows.forecasts, rows.forecast_name);
  if (!rows.weights.present()) return;
  check.not_empty(rows.weights, "weights");
  check.same_rows(rows.labels, "labels", rows.weights, "weights");
}

void check_values(const checker& check, const binary_rows& rows) {
  const bool logits = std::string_view(rows.forecast_name) == "logits";
  if (logits) {
    check.finite(rows.forecasts, rows.forecast_name);
  } else {
    check.probabilities(rows.forecasts, rows.forecast_name);
  }
  check.binary_labels(rows.labels, "labels");
  check_weights(check, rows.weights);
}

void check_weights(const checker& check, const vector_view& weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double weight = weights(i);
    if (weight >= 0.0 && weight <= std::numeric_limits<double>::max()) continue;
    check.fail_value(error_code::bad_weight, "weights",
                     "[" + std::to_string(i) + "] is " + text_of(weight) + ", must be finite and >= 0");
  }
}

void check_total(const checker& check, double total) {
  if (!(total > 0.0)) {
    check.fail_value(error_code::zero_weight, "weights", "sum to 0, need at least one weight > 0");
  }
  if (total > std::numeric_limits<double>::max()) {
    check.fail_value(error_code::bad_weight, "weights", "sum to Infinity, need a finite sum");
  }
}

}  // namespace assay::inline v1::calibration::internal
