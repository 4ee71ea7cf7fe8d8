#include "assay/calibration/internal/rank_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/core/isotonic_regression.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

struct class_totals {
  double others = 0.0;
  double events = 0.0;
};

class_totals totals_of(const class_weights& classes) {
  class_totals sums;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    sums.others += classes.others(i);
    sums.events += classes.events(i);
  }
  return sums;
}

double area(const class_weights& classes, const class_totals& totals) {
  double twice_ordered = 0.0, below = 0.0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    twice_ordered += classes.events(i) * (2.0 * below + classes.others(i));
    below += classes.others(i);
  }
  return twice_ordered / (2.0 * totals.events * totals.others);
}

double average_precision(const class_weights& classes, const class_totals& totals) {
  double sum = 0.0, hits = 0.0, alarms = 0.0;
  for (std::size_t i = classes.size(); i-- > 0;) {
    hits += classes.events(i);
    alarms += classes.others(i);
    if (classes.events(i) > 0.0) sum += classes.events(i) * (hits / (hits + alarms));
  }
  return sum / totals.events;
}

// The rates cross where alarms * events - misses * others changes its sign; see eer.
double equal_error(const class_weights& classes, const class_totals& totals) {
  double hits = 0.0, alarms = 0.0, before = -totals.events * totals.others;
  for (std::size_t i = classes.size(); i-- > 0;) {
    const double alarms_before = alarms;
    hits += classes.events(i);
    alarms += classes.others(i);
    const double imbalance = alarms * totals.events - (totals.events - hits) * totals.others;
    if (imbalance >= 0.0) {
      const double share = -before / (imbalance - before);
      return (alarms_before + share * (alarms - alarms_before)) / totals.others;
    }
    before = imbalance;
  }
  return alarms / totals.others;  // rounding kept the last imbalance below 0
}

double largest_residual(const class_weights& classes, const class_totals& totals) {
  double residual = 0.0, largest = 0.0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const double p = classes.x[i];
    residual += classes.others(i) * p - classes.events(i) * (1.0 - p);
    largest = std::max(largest, std::fabs(residual));
  }
  return largest / (totals.others + totals.events);
}

double corp_part(calibration_metric metric, const class_weights& classes, const class_totals& totals) {
  isotonic_regression regression;
  double given = 0.0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const double p = classes.x[i], events = classes.events(i), others = classes.others(i);
    given += events * (1.0 - p) * (1.0 - p) + others * p * p;
    if (events + others > 0.0) regression.add(events + others, events);
  }
  double best = 0.0;  // a block of mean r loses r (1 - r) a unit of weight
  for (const isotonic_block& block : regression.blocks()) best += block.sum * (1.0 - block.mean);
  const double weight = totals.others + totals.events;
  const double constant = totals.events * (totals.others / weight);
  return std::max((metric == calibration_metric::miscalibration ? given : constant) - best, 0.0) / weight;
}

}  // namespace

double rank_metric(calibration_metric metric, const class_weights& classes) {
  const class_totals totals = totals_of(classes);
  const bool events = totals.events > 0.0, both = events && totals.others > 0.0;
  switch (metric) {
    case calibration_metric::auc:
      return both ? area(classes, totals) : k_nan;
    case calibration_metric::eer:
      return both ? equal_error(classes, totals) : k_nan;
    case calibration_metric::average_precision:
      return events ? average_precision(classes, totals) : k_nan;
    case calibration_metric::ks:
      return events || totals.others > 0.0 ? largest_residual(classes, totals) : k_nan;
    default:
      return events || totals.others > 0.0 ? corp_part(metric, classes, totals) : k_nan;
  }
}

}  // namespace assay::inline v1::calibration::internal
