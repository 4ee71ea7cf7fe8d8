#include "assay/calibration/internal/ranking.hpp"

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
  Sum twice_ordered{}, positives{}, negatives{};
  rows.for_groups([&](const tie_group& group) {
    const double others = group.weight - group.events;
    if (group.events > 0.0) twice_ordered += group.events * (2.0 * number(negatives) + others);
    positives += group.events;
    negatives += others;
  });
  return {number(twice_ordered), number(positives), number(negatives)};
}

template <class Sum>
roc roc_with(const std::vector<tie_group>& groups) {
  roc curve{{{0.0, 0.0, std::numeric_limits<double>::infinity()}}, 0.0, 0.0};
  curve.points.reserve(groups.size() + 1);
  Sum positives{}, negatives{};
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    positives += group->events;
    negatives += group->weight - group->events;
    curve.points.push_back({number(negatives), number(positives), group->x});
  }
  curve.positives = number(positives);
  curve.negatives = number(negatives);
  return curve;
}

}  // namespace

roc_area area_of(const sorted_rows& rows) {
  return rows.weighted() ? area_with<compensated_sum>(rows) : area_with<double>(rows);
}

roc roc_of(const sorted_rows& rows) {
  return rows.weighted() ? roc_with<compensated_sum>(rows.groups()) : roc_with<double>(rows.groups());
}

void check_classes(const checker& check, double positives, double negatives) {
  if (positives > 0.0 && negatives > 0.0) return;
  check.fail_value(error_code::single_class, "labels",
                   positives > 0.0 ? "hold only the class 1, need both" : "hold only the class 0, need both");
}

}  // namespace assay::inline v1::calibration::internal
