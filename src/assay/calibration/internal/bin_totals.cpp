#include "assay/calibration/internal/bin_totals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/core/internal/wilson.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

double weighted_error(const bin_totals& totals, error_norm norm) {
  double sum = 0.0;
  for (const bin_total& bin : totals.bins) {
    if (norm == error_norm::l1) sum += std::fabs(bin.residual);
    if (norm == error_norm::l2 && !bin.empty()) sum += bin.residual * bin.residual / bin.weight;
  }
  return norm == error_norm::l1 ? sum / totals.weight : std::sqrt(sum / totals.weight);
}

double uniform_error(const bin_totals& totals, error_norm norm) {
  double sum = 0.0;
  double bins = 0.0;
  for (const bin_total& bin : totals.bins) {
    if (bin.empty()) continue;
    const double error = std::fabs(bin.residual) / bin.weight;
    sum += norm == error_norm::l1 ? error : error * error;
    bins += 1.0;
  }
  return norm == error_norm::l1 ? sum / bins : std::sqrt(sum / bins);
}

double largest_error(const bin_totals& totals) {
  double largest = 0.0;
  for (const bin_total& bin : totals.bins)
    if (!bin.empty()) largest = std::max(largest, std::fabs(bin.residual) / bin.weight);
  return largest;
}

}  // namespace

double calibration_error(const bin_totals& totals, error_norm norm, bin_weighting weighting) {
  if (norm == error_norm::max) return largest_error(totals);
  return weighting == bin_weighting::weight ? weighted_error(totals, norm) : uniform_error(totals, norm);
}

reliability_table_result table_of(const bin_totals& totals, double level, const char* function,
                                  const context& ctx) {
  const std::size_t bins = totals.bins.size();
  const auto column = [&] { return array(dtype::float64, {bins}); };
  reliability_table_result result{ctx.result(function, dtype::float64, bins + 1),
                                  column(),
                                  column(),
                                  column(),
                                  column(),
                                  column(),
                                  column()};
  std::copy(totals.edges.begin(), totals.edges.end(), result.edges.values<double>().begin());
  const double z = assay::internal::wilson_quantile(level);
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t k = 0; k < bins; ++k) {
    const bin_total& bin = totals.bins[k];
    const auto interval = bin.empty() ? assay::internal::wilson_bounds{none, none}
                                      : assay::internal::wilson(bin.mean_label(), bin.effective(), z);
    result.weight.values<double>()[k] = bin.weight;
    result.count.values<double>()[k] = bin.count;
    result.mean_prob.values<double>()[k] = bin.empty() ? none : bin.mean_prob;
    result.mean_label.values<double>()[k] = bin.empty() ? none : bin.mean_label();
    result.lower.values<double>()[k] = interval.lower;
    result.upper.values<double>()[k] = interval.upper;
  }
  return result;
}

}  // namespace assay::inline v1::calibration::internal
