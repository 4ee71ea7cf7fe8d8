#include "assay/calibration/internal/edges.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace assay::inline v1::calibration::internal {

bin_edges::bin_edges(std::vector<double> edges, bin_rule rule, double scale)
    : edges_(std::move(edges)), rule_(rule), scale_(scale) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  thresholds_.assign(edges_.size(), infinity);
  thresholds_.front() = -infinity;
  for (std::size_t k = 1; k + 1 < edges_.size(); ++k) {
    thresholds_[k] = rule == bin_rule::right_closed ? edges_[k] : std::nextafter(edges_[k], -infinity);
  }
}

bin_edges bin_edges::equal_width(std::size_t bins, bin_rule rule) {
  const auto count = static_cast<double>(bins);
  std::vector<double> edges(bins + 1);
  for (std::size_t k = 0; k <= bins; ++k) edges[k] = static_cast<double>(k) / count;
  return {std::move(edges), rule, count};
}

bin_edges bin_edges::custom(std::vector<double> edges, bin_rule rule) {
  return {std::move(edges), rule, 0.0};
}

std::size_t checked_bins(const checker& check, std::int64_t n_bins, std::size_t most) {
  check.parameter(n_bins >= 1, "n_bins", static_cast<double>(n_bins), "must be at least 1");
  check.parameter(n_bins <= static_cast<std::int64_t>(most), "n_bins", static_cast<double>(n_bins),
                  "must be at most " + std::to_string(most));
  return static_cast<std::size_t>(n_bins);
}

std::vector<double> checked_edges(const checker& check, const vector_view& edges) {
  const auto refuse = [&](const std::string& why) {
    check.fail_value(error_code::bad_parameter, "edges", why);
  };
  check.not_empty(edges, "edges");
  std::vector<double> values(edges.size());
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = edges(k);
  if (values.size() < 2) refuse("has 1 element, needs at least 2");
  for (std::size_t k = 0; k < values.size(); ++k) {
    const std::string place = "[" + std::to_string(k) + "] is " + text_of(values[k]);
    if (!std::isfinite(values[k])) refuse(place + ", must be finite");
    if (k > 0 && !(values[k - 1] < values[k])) refuse(place + ", must be above the edge before it");
  }
  if (values.front() > 0.0) refuse("begins at " + text_of(values.front()) + ", must begin at 0 or below");
  if (values.back() < 1.0) refuse("ends at " + text_of(values.back()) + ", must end at 1 or above");
  return values;
}

}  // namespace assay::inline v1::calibration::internal
