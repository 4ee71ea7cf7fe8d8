#include "assay/calibration/internal/ranking.hpp"

#include <cmath>
#include <limits>

#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

// Counts are whole numbers, which doubles add exactly; weights need compensated sums.
template <class Sum>
double number(const Sum& sum) {
  if constexpr (std::is_same_v<Sum, double>) {
    return sum;
  } else {
    return sum.value();
  }
}

template <class Sum>
roc_area area_with(const sorted_rows& rows) {
  const double scale = scale_of(rows);
  Sum twice_ordered{}, positives{}, negatives{};
  rows.for_groups([&](const tie_group& group) {
    const double events = scale * group.events;
    const double others = scale * (group.weight - group.events);
    if (events > 0.0) twice_ordered += events * (2.0 * number(negatives) + others);
    positives += events;
    negatives += others;
  });
  return {number(twice_ordered), number(positives), number(negatives)};
}

void check_sum(const checker& check, double positives, double negatives) {
  if (std::isfinite(positives) && std::isfinite(negatives)) return;
  check.fail_value(error_code::bad_weight, "weights", "sum to Infinity, need a finite sum");
}

}  // namespace

double weight_scale(double total) {
  double scale = 1.0;
  if (!(total > 0.0 && std::isfinite(total))) return scale;
  while (scale * total > 0x1p400) scale *= 0x1p-100;
  while (scale * total < 0x1p-400) scale *= 0x1p100;
  return scale;
}

double scale_of(const sorted_rows& rows) {
  if (!rows.weighted()) return 1.0;
  double total = 0.0;
  rows.for_groups([&](const tie_group& group) { total += group.weight; });
  return weight_scale(total);
}

sorted_rows ranked(const context& ctx, const checker& check, const binary_rows& rows) {
  ctx.require_backend(check.function());
  check_shapes(check, rows);
  return {check, rows, zero_weights::drop};
}

roc_area area_of(const sorted_rows& rows) {
  return rows.weighted() ? area_with<compensated_sum>(rows) : area_with<double>(rows);
}

roc roc_of(const sorted_rows& rows) {
  roc curve{{{0.0, 0.0, std::numeric_limits<double>::infinity()}}, 0.0, 0.0};
  curve.points.reserve(rows.count_groups() + 1);
  for_roc_points(rows, [&](const roc_point& point) { curve.points.push_back(point); });
  curve.positives = curve.points.back().true_positives;
  curve.negatives = curve.points.back().false_positives;
  return curve;
}

void check_classes(const checker& check, double positives, double negatives) {
  check_sum(check, positives, negatives);
  if (positives > 0.0 && negatives > 0.0) return;
  check.fail_value(error_code::single_class, "labels",
                   positives > 0.0 ? "hold only the class 1, need both" : "hold only the class 0, need both");
}

void check_events(const checker& check, double positives, double negatives) {
  check_sum(check, positives, negatives);
  if (positives > 0.0) return;
  check.fail_value(error_code::single_class, "labels",
                   "hold only the class 0, need at least one row of class 1");
}

}  // namespace assay::inline v1::calibration::internal
