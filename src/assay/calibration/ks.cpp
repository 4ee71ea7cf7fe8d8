#include "assay/calibration/ks.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/internal/class_rows.hpp"
#include "assay/calibration/internal/sorted_metrics.hpp"
#include "assay/calibration/internal/top_label.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration {

double internal::ks_calibration_error(const sorted_rows& rows) {
  compensated_sum gap, weight;
  double largest = 0.0;
  rows.for_groups([&](const tie_group& group) {
    gap += group.weight * group.x - group.events;
    weight += group.weight;
    largest = std::max(largest, std::fabs(gap.value()));
  });
  return largest / weight.value();
}

namespace {

using internal::binary_rows;
using internal::sorted_rows;
using internal::tie_group;

sorted_rows sorted(const checker& check, const binary_rows& rows) {
  return {check, rows, internal::zero_weights::drop};
}

struct curves {
  std::vector<double> x, share, prob, label, difference;
};

// Sums up to the end of each group, then divided by the weight of all.
curves curves_of(const sorted_rows& rows) {
  curves result;
  compensated_sum weight, prob, label, difference;
  rows.for_groups([&](const tie_group& group) {
    weight += group.weight;
    prob += group.weight * group.x;
    label += group.events;
    difference += group.weight * group.x - group.events;
    result.x.push_back(group.x);
    result.share.push_back(weight.value());
    result.prob.push_back(prob.value());
    result.label.push_back(label.value());
    result.difference.push_back(difference.value());
  });
  for (auto* curve : {&result.share, &result.prob, &result.label, &result.difference})
    for (double& value : *curve) value /= weight.value();
  return result;
}

}  // namespace

double ks_calibration_error(integer_view labels, vector_view probabilities,
                            const ks_calibration_error_options& options, const context& ctx) {
  const checker check("ks_calibration_error");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  return internal::ks_calibration_error(sorted(check, rows));
}

ks_calibration_curve_result ks_calibration_curve(integer_view labels, vector_view probabilities,
                                                 const ks_calibration_error_options& options,
                                                 const context& ctx) {
  const checker check("ks_calibration_curve");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const curves found = curves_of(sorted(check, rows));
  std::size_t best = 0;
  for (std::size_t j = 1; j < found.x.size(); ++j)
    if (std::fabs(found.difference[j]) > std::fabs(found.difference[best])) best = j;
  const double gap = found.difference[best];
  ks_calibration_curve_result result{
      std::fabs(gap), gap, found.x[best], found.share[best], {}, {}, {}, {}, {}};
  result.x = ctx.result(check.function(), dtype::float64, found.x.size());
  std::copy(found.x.begin(), found.x.end(), result.x.values<double>().begin());
  result.cumulative_share = array(found.share);
  result.cumulative_prob = array(found.prob);
  result.cumulative_label = array(found.label);
  result.difference = array(found.difference);
  return result;
}

double ks_calibration_error_multiclass(integer_view labels, matrix_view probabilities,
                                       const ks_calibration_error_multiclass_options& options,
                                       const context& ctx) {
  const checker check("ks_calibration_error_multiclass");
  ctx.require_backend(check.function());
  const internal::class_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto classes = static_cast<std::int64_t>(rows.classes());
  check.parameter(options.rank >= 1 && options.rank <= classes, "rank", static_cast<double>(options.rank),
                  "must lie in 1.." + std::to_string(classes));
  internal::check_values(check, rows);
  if (options.mode == ks_multiclass_mode::top_label) {
    const auto top = internal::top_labels_of(rows, static_cast<std::size_t>(options.rank));
    return internal::ks_calibration_error(sorted(check, top.rows(options.weights)));
  }
  compensated_sum sum;
  internal::one_against_rest split(rows);
  for (std::size_t k = 0; k < rows.classes(); ++k)
    sum += internal::ks_calibration_error(sorted(check, split.rows(k)));
  return sum.value() / static_cast<double>(rows.classes());
}

}  // namespace assay::inline v1::calibration
