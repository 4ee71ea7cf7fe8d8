// Step functions over bins: what histogram binning and scaling binning give.
#pragma once

#include <vector>

#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/model_json.hpp"

namespace assay::inline v1::calibration::internal {

/// One value a bin.
class bin_map {
 public:
  bin_map(std::vector<double> edges, bin_rule rule, const std::vector<double>& values)
      : edges_(bin_edges::custom(std::move(edges), rule)), values_(values) {}

  /// The value of the bin that a probability belongs to.
  [[nodiscard]] double at(double probability) const;

 private:
  bin_edges edges_;
  const std::vector<double>& values_;  // of the owner, who outlives this
};

/// Middle of the part of a bin that lies in [0, 1].
double midpoint(double lower_edge, double upper_edge);

void write_bins(model_writer& out, const std::vector<double>& edges, bin_rule rule,
                const std::vector<double>& values);

struct stored_bins {
  std::vector<double> edges;
  bin_rule rule;
  std::vector<double> values;
};
/// What write_bins wrote; fails unless edges do not descend and values are probabilities.
stored_bins read_bins(model_reader& in);

}  // namespace assay::inline v1::calibration::internal
