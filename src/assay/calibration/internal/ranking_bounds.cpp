#include "assay/calibration/internal/ranking_bounds.hpp"

#include <algorithm>
#include <cmath>

#include "assay/core/compensated_sum.hpp"
#include "assay/core/isotonic_regression.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

// Sum of weight times precision over the events of a cell, `hits` and `alarms` above it. Most: events come
// before the others and are called together. Least: after them, one by one in pieces without end.
double most_precision(const filled_cell& cell, double hits, double alarms) {
  if (cell.tied()) alarms += cell.others;
  return cell.events * ((hits + cell.events) / (hits + cell.events + alarms));
}

double least_precision(const filled_cell& cell, double hits, double alarms) {
  if (cell.tied()) return most_precision(cell, hits, alarms);
  alarms += cell.others;
  if (!(alarms > 0.0)) return cell.events;
  return std::max(cell.events - alarms * vmath::log1p(cell.events / (hits + alarms)), 0.0);
}

double brier_of(const isotonic_regression& regression, double weight) {
  compensated_sum sum;
  for (const isotonic_block& block : regression.blocks()) sum += block.sum * (1.0 - block.mean);
  return sum.value() / weight;
}

}  // namespace

cell_ranking::cell_ranking(std::vector<filled_cell> from) : cells(std::move(from)) {
  compensated_sum sum_others, sum_events;
  for (const filled_cell& cell : cells) {
    sum_others += cell.others;
    sum_events += cell.events;
  }
  others = sum_others.value();
  events = sum_events.value();
}

metric_range area_range(const cell_ranking& ranking) {
  compensated_sum ordered, unknown, below;
  for (const filled_cell& cell : ranking.cells) {
    const double pairs = cell.events * cell.others;
    ordered += cell.events * below.value();
    if (cell.tied()) {
      ordered += 0.5 * pairs;
    } else {
      unknown += pairs;
    }
    below += cell.others;
  }
  const double all = ranking.events * ranking.others;
  return {ordered.value() / all, (ordered.value() + unknown.value()) / all};
}

metric_range average_precision_range(const cell_ranking& ranking) {
  compensated_sum low, high, hits, alarms;
  for (auto cell = ranking.cells.rbegin(); cell != ranking.cells.rend(); ++cell) {
    if (cell->events > 0.0) {
      high += most_precision(*cell, hits.value(), alarms.value());
      low += least_precision(*cell, hits.value(), alarms.value());
    }
    hits += cell->events;
    alarms += cell->others;
  }
  const double lowest = std::min(low.value(), high.value());  // equal but for rounding
  return {lowest / ranking.events, high.value() / ranking.events};
}

// The rates cross in the cell at whose lower end false positives are first as frequent as false negatives;
// there the ROC curve stays in the rectangle between the cell's ends.
metric_range equal_error_range(const cell_ranking& ranking) {
  compensated_sum hits, alarms;
  double false_positive = 0.0, false_negative = 1.0;
  for (auto cell = ranking.cells.rbegin(); cell != ranking.cells.rend(); ++cell) {
    hits += cell->events;
    alarms += cell->others;
    const double positive = alarms.value() / ranking.others;
    const double negative = std::max(1.0 - hits.value() / ranking.events, 0.0);
    if (positive >= negative) {
      if (!cell->tied()) return {std::max(false_positive, negative), std::min(positive, false_negative)};
      const double before = false_negative - false_positive;
      const double share = before / (before + (positive - negative));
      const double rate = false_positive + share * (positive - false_positive);
      return {rate, rate};
    }
    false_positive = positive;
    false_negative = negative;
  }
  return {false_positive, false_positive};  // rounding kept the last rates apart
}

// Within a cell the running sum rises by at most what its other rows add and falls by at most what its events
// take away, seen from either end.
metric_range residual_range(const cell_ranking& ranking) {
  compensated_sum running;
  double ends = 0.0, inside = 0.0;
  for (const filled_cell& cell : ranking.cells) {
    const double before = running.value();
    running += cell.sum_prob;
    running += -cell.events;
    const double after = running.value();
    ends = std::max(ends, std::fabs(after));
    if (cell.tied()) continue;
    const double rise = cell.others * cell.highest, fall = cell.events * (1.0 - cell.lowest);
    const double top = std::min(before + rise, after + fall), bottom = std::max(before - fall, after - rise);
    inside = std::max(inside, std::max(top, -bottom));
  }
  return {ends / ranking.weight(), std::max(ends, inside) / ranking.weight()};
}

// A regression that is constant in each cell is one of those allowed: it bounds from above. From below does
// the order that suits the regression best, with the events of each cell behind the others.
metric_range recalibrated_range(const cell_ranking& ranking) {
  isotonic_regression coarse, ideal;
  for (const filled_cell& cell : ranking.cells) {
    coarse.add(cell.weight(), cell.events);
    if (cell.tied()) {
      ideal.add(cell.weight(), cell.events);
      continue;
    }
    if (cell.others > 0.0) ideal.add(cell.others, 0.0);
    if (cell.events > 0.0) ideal.add(cell.events, cell.events);
  }
  const double high = brier_of(coarse, ranking.weight());
  return {std::min(brier_of(ideal, ranking.weight()), high), high};
}

}  // namespace assay::inline v1::calibration::internal
