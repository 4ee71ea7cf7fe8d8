// ROC curve and the area under it, from sorted rows.
#pragma once

#include <vector>

#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// Weights of the rows at or above a threshold.
struct roc_point {
  double false_positives;
  double true_positives;
  double threshold;
};

/// Points by falling threshold, the first at Infinity. Weights come in a unit of their own: use their ratios.
struct roc {
  std::vector<roc_point> points;
  double positives;
  double negatives;
};

/// Twice the number (weight) of pairs of an event and another row that are in order, ties half.
struct roc_area {
  double twice_ordered;
  double positives;
  double negatives;
  [[nodiscard]] double value() const { return twice_ordered / (2.0 * positives * negatives); }
};

/// Power of two that brings a sum of weights far from the ends of the range of doubles, so that products of
/// such sums neither overflow nor vanish; 1 for all usual weights.
double weight_scale(double total);

/// weight_scale of sorted rows.
double scale_of(const sorted_rows& rows);

/// Calls fn(point) for the points of the curve after the one at Infinity, by falling threshold. Counts are
/// whole numbers, which doubles add exactly; weights need compensated sums.
template <class Fn>
void for_roc_points(const sorted_rows& rows, Fn&& fn) {
  const auto walk = [&](auto positives, auto negatives, auto number) {
    const double scale = scale_of(rows);
    rows.for_groups_descending([&](const tie_group& group) {
      positives += scale * group.events;
      negatives += scale * (group.weight - group.events);
      fn(roc_point{number(negatives), number(positives), group.x});
    });
  };
  if (rows.weighted()) {
    walk(compensated_sum{}, compensated_sum{}, [](const compensated_sum& sum) { return sum.value(); });
  } else {
    walk(0.0, 0.0, [](double sum) { return sum; });
  }
}

/// Rows sorted by probability, those of weight 0 left out: how every function on ROC curves begins.
sorted_rows ranked(const context& ctx, const checker& check, const binary_rows& rows);
roc roc_of(const sorted_rows& rows);
roc_area area_of(const sorted_rows& rows);
/// single_class unless both classes have weight; bad_weight when the weights sum to Infinity.
void check_classes(const checker& check, double positives, double negatives);
/// The same where rows of class 1 are enough.
void check_events(const checker& check, double positives, double negatives);

}  // namespace assay::inline v1::calibration::internal
