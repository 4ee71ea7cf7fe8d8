#include "assay/calibration/roc_curves.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/internal/ranking.hpp"
#include "assay/calibration/internal/sorted_metrics.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::roc;
using internal::roc_point;

roc curve_of(const context& ctx, const checker& check, const internal::binary_rows& rows) {
  roc curve = internal::roc_of(internal::ranked(ctx, check, rows));
  internal::check_classes(check, curve.positives, curve.negatives);
  return curve;
}

// For what needs no row of class 0.
roc curve_of_events(const context& ctx, const checker& check, const internal::binary_rows& rows) {
  roc curve = internal::roc_of(internal::ranked(ctx, check, rows));
  internal::check_events(check, curve.positives, curve.negatives);
  return curve;
}

// Twice the area of the triangle of three points. Steps are smaller than counts, so it is exact for up to
// 10^7 rows; beyond, a point that it takes for one on the line is 1e-16 away from it.
double triangle(const roc_point& a, const roc_point& b, const roc_point& c) {
  return (b.false_positives - a.false_positives) * (c.true_positives - a.true_positives) -
         (b.true_positives - a.true_positives) * (c.false_positives - a.false_positives);
}

void drop_points_on_lines(std::vector<roc_point>& points) {
  std::size_t kept = 2;  // of the points before k, and point k - 1 is the last of them
  for (std::size_t k = 2; k < points.size(); ++k) {
    if (triangle(points[kept - 2], points[kept - 1], points[k]) == 0.0) --kept;
    points[kept++] = points[k];
  }
  points.resize(std::min(kept, points.size()));
}

double precision_at(const roc_point& point) {
  return point.true_positives / (point.true_positives + point.false_positives);
}

// Normal quantile of part/(part + rest), from the smaller of both: nothing cancels near 1.
double probit(double part, double rest, double all) {
  return part <= rest ? vmath::normal_quantile(part / all) : -vmath::normal_quantile(rest / all);
}

struct point_range {
  std::size_t first, last;
};

// The points of a DET curve by falling threshold, first .. last.
point_range det_range(const roc& curve) {
  const auto& points = curve.points;
  std::size_t first = 1;
  while (first + 1 < points.size() && points[first + 1].false_positives == points[1].false_positives) ++first;
  std::size_t last = first;
  while (points[last].true_positives < curve.positives) ++last;
  return {first, last};
}

}  // namespace

roc_curve_result roc_curve(integer_view labels, vector_view probabilities, const roc_curve_options& options,
                           const context& ctx) {
  const checker check("roc_curve");
  roc curve = curve_of(ctx, check, {labels, probabilities, options.weights});
  if (options.drop_intermediate) drop_points_on_lines(curve.points);
  const std::size_t size = curve.points.size();
  roc_curve_result result{ctx.result(check.function(), dtype::float64, size), array(dtype::float64, {size}),
                          array(dtype::float64, {size})};
  for (std::size_t k = 0; k < size; ++k) {
    result.fpr.values<double>()[k] = curve.points[k].false_positives / curve.negatives;
    result.tpr.values<double>()[k] = curve.points[k].true_positives / curve.positives;
    result.thresholds.values<double>()[k] = curve.points[k].threshold;
  }
  return result;
}

pr_curve_result pr_curve(integer_view labels, vector_view probabilities, const pr_curve_options& options,
                         const context& ctx) {
  const checker check("pr_curve");
  const roc curve = curve_of_events(ctx, check, {labels, probabilities, options.weights});
  const std::size_t size = curve.points.size();
  pr_curve_result result{ctx.result(check.function(), dtype::float64, size), array(dtype::float64, {size}),
                         array(dtype::float64, {size - 1})};
  const auto precision = result.precision.values<double>(), recall = result.recall.values<double>();
  for (std::size_t k = 0; k + 1 < size; ++k) {
    const roc_point& point = curve.points[size - 1 - k];
    precision[k] = precision_at(point);
    recall[k] = point.true_positives / curve.positives;
    result.thresholds.values<double>()[k] = point.threshold;
  }
  precision[size - 1] = 1.0;
  recall[size - 1] = 0.0;
  return result;
}

double average_precision(integer_view labels, vector_view probabilities,
                         const average_precision_options& options, const context& ctx) {
  const checker check("average_precision");
  return internal::average_precision(check,
                                     internal::ranked(ctx, check, {labels, probabilities, options.weights}));
}

double internal::average_precision(const checker& check, const sorted_rows& rows) {
  compensated_sum sum;
  roc_point before{};
  for_roc_points(rows, [&](const roc_point& point) {
    const double added = point.true_positives - before.true_positives;
    if (added > 0.0) sum += added * precision_at(point);
    before = point;
  });
  check_events(check, before.true_positives, before.false_positives);
  return sum.value() / before.true_positives;
}

det_curve_result det_curve(integer_view labels, vector_view probabilities, const det_curve_options& options,
                           const context& ctx) {
  const checker check("det_curve");
  const roc curve = curve_of(ctx, check, {labels, probabilities, options.weights});
  const point_range range = det_range(curve);
  const std::size_t size = range.last - range.first + 1;
  const std::size_t quantiles = options.probit ? size : 0;
  det_curve_result result{ctx.result(check.function(), dtype::float64, size), array(dtype::float64, {size}),
                          array(dtype::float64, {size}), array(dtype::float64, {quantiles}),
                          array(dtype::float64, {quantiles})};
  for (std::size_t k = 0; k < size; ++k) {
    const roc_point& point = curve.points[range.last - k];
    const double missed = curve.positives - point.true_positives;
    result.fpr.values<double>()[k] = point.false_positives / curve.negatives;
    result.fnr.values<double>()[k] = missed / curve.positives;
    result.thresholds.values<double>()[k] = point.threshold;
    if (!options.probit) continue;
    const double rejected = curve.negatives - point.false_positives;
    result.fpr_probit.values<double>()[k] = probit(point.false_positives, rejected, curve.negatives);
    result.fnr_probit.values<double>()[k] = probit(missed, point.true_positives, curve.positives);
  }
  return result;
}

min_dcf_result min_dcf(integer_view labels, vector_view probabilities, const min_dcf_options& options,
                       const context& ctx) {
  const checker check("min_dcf");
  check.range(options.p_target > 0.0 && options.p_target < 1.0, "p_target", options.p_target,
              "must lie in (0, 1)");
  const double miss = options.c_miss * options.p_target, alarm = options.c_fa * (1.0 - options.p_target);
  check.parameter(options.c_miss > 0.0 && std::isfinite(options.c_miss), "c_miss", options.c_miss,
                  "must be finite and > 0");
  check.parameter(options.c_fa > 0.0 && std::isfinite(options.c_fa), "c_fa", options.c_fa,
                  "must be finite and > 0");
  const double unit = std::min(miss, alarm);
  check.parameter(unit > 0.0 && std::isfinite(miss / unit) && std::isfinite(alarm / unit), "c_miss",
                  options.c_miss, "must be comparable with c_fa: the ratio of both costs overflows");
  const roc curve = curve_of(ctx, check, {labels, probabilities, options.weights});
  min_dcf_result best{};
  for (const roc_point& point : curve.points) {
    const double missed = (curve.positives - point.true_positives) / curve.positives;
    const double cost = (miss / unit) * missed + (alarm / unit) * (point.false_positives / curve.negatives);
    if (&point == &curve.points.front() || cost < best.min_dcf) best = {cost, point.threshold};
  }
  return best;
}

}  // namespace assay::inline v1::calibration
