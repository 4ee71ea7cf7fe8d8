#include "assay/calibration/internal/bin_map.hpp"

#include <algorithm>
#include <cmath>

namespace assay::inline v1::calibration::internal {

double bin_map::at(double probability) const {
  const auto& thresholds = edges_.thresholds();  // infinite at both ends
  const auto next = std::lower_bound(thresholds.begin() + 1, thresholds.end() - 1, probability);
  return values_[static_cast<std::size_t>(next - thresholds.begin()) - 1];
}

double midpoint(double lower_edge, double upper_edge) {
  const double low = std::clamp(lower_edge, 0.0, 1.0), high = std::clamp(upper_edge, 0.0, 1.0);
  return low + (high - low) / 2.0;
}

void write_bins(model_writer& out, const std::vector<double>& edges, bin_rule rule,
                const std::vector<double>& values) {
  out.word("bin_rule", rule == bin_rule::right_closed ? "right_closed" : "left_closed");
  out.numbers("edges", edges);
  out.numbers("bin_values", values);
}

stored_bins read_bins(model_reader& in) {
  const std::string rule = in.word("bin_rule");
  if (rule != "right_closed" && rule != "left_closed") in.fail("has an unknown bin_rule");
  stored_bins bins{in.numbers("edges"),
                   rule == "right_closed" ? bin_rule::right_closed : bin_rule::left_closed,
                   in.numbers("bin_values")};
  if (bins.values.empty() || bins.edges.size() != bins.values.size() + 1)
    in.fail("needs one edge more than bin_values, and at least one of these");
  for (std::size_t k = 0; k < bins.edges.size(); ++k) {
    if (!std::isfinite(bins.edges[k]) || (k > 0 && bins.edges[k] < bins.edges[k - 1]))
      in.fail("holds edges that descend or are not finite");
  }
  for (const double value : bins.values)
    if (!(value >= 0.0 && value <= 1.0)) in.fail("holds a value outside [0, 1]");
  return bins;
}

}  // namespace assay::inline v1::calibration::internal
