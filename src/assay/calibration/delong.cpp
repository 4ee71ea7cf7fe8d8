#include "assay/calibration/delong.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "assay/calibration/internal/ranking.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/internal/tails.hpp"
#include "assay/core/sort.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

void check_rows(const context& ctx, const checker& check, const internal::binary_rows& rows) {
  ctx.require_backend(check.function());
  if (rows.weights.present()) {
    check.fail_value(error_code::unsupported, "weights",
                     "are given, the variance is that of rows that count alike");
  }
  internal::check_shapes(check, rows);
}

// For every row twice the number of rows of the other class that it is in order with: those below an event,
// those above another row, ties half. Whole numbers, so that differences between forecasts are exact.
std::vector<double> twice_ordered(const integer_view& labels, const vector_view& probabilities) {
  const assay::internal::dense<double> p(probabilities);
  const std::size_t rows = labels.size();
  const auto order = sorted_order(std::span(p.data(), rows));
  std::vector<double> result(rows);
  double events_left = 0.0, others = 0.0;  // events not yet passed, others passed
  for (std::size_t i = 0; i < rows; ++i) events_left += labels(i);
  for (std::size_t first = 0, last = 0; first < rows; first = last) {
    double tied_events = 0.0;
    for (last = first; last < rows && p[order[last]] == p[order[first]]; ++last)
      tied_events += labels(order[last]);
    const double tied_others = static_cast<double>(last - first) - tied_events;
    events_left -= tied_events;
    for (std::size_t i = first; i < last; ++i) {
      const bool event = labels(order[i]) != 0.0;
      result[order[i]] = event ? 2.0 * others + tied_others : 2.0 * events_left + tied_events;
    }
    others += tied_others;
  }
  return result;
}

// Sum of the values of one class and the variance of their mean.
struct class_moments {
  double rows = 0.0;
  double sum = 0.0;
  double mean_variance = 0.0;
};

class_moments moments_of(const integer_view& labels, const std::vector<double>& values, double label) {
  class_moments moments;
  compensated_sum sum, squares;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (labels(i) != label) continue;
    sum += values[i];
    moments.rows += 1.0;
  }
  moments.sum = sum.value();
  const double mean = moments.sum / moments.rows;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (labels(i) == label) squares += (values[i] - mean) * (values[i] - mean);
  moments.mean_variance = squares.value() / (moments.rows - 1.0) / moments.rows;
  return moments;
}

// An area, or a difference of areas, and its variance.
struct area_estimate {
  double value, variance;
};

area_estimate estimate_of(const checker& check, const integer_view& labels,
                          const std::vector<double>& values) {
  const class_moments events = moments_of(labels, values, 1.0), others = moments_of(labels, values, 0.0);
  internal::check_classes(check, events.rows, others.rows);
  if (std::min(events.rows, others.rows) < 2.0) {
    check.fail_value(error_code::degenerate, "labels",
                     std::string("hold one row of the class ") + (events.rows < 2.0 ? "1" : "0") +
                         ", the variance needs two of each");
  }
  return {events.sum / (2.0 * events.rows * others.rows),
          0.25 * (events.mean_variance / (others.rows * others.rows) +
                  others.mean_variance / (events.rows * events.rows))};
}

}  // namespace

roc_auc_delong_result roc_auc_delong(integer_view labels, vector_view probabilities,
                                     const roc_auc_delong_options& options, const context& ctx) {
  const checker check("roc_auc_delong");
  const internal::binary_rows rows{labels, probabilities, options.weights};
  check_rows(ctx, check, rows);
  check.range(options.level > 0.0 && options.level < 1.0, "level", options.level, "must lie in (0, 1)");
  internal::check_values(check, rows);
  const area_estimate area = estimate_of(check, labels, twice_ordered(labels, probabilities));
  const double std_error = std::sqrt(area.variance);
  // The quantile of the lower tail is finite for every level below 1.
  const double half = -vmath::normal_quantile(0.5 * (1.0 - options.level)) * std_error;
  return {area.value, area.variance, std_error, std::max(area.value - half, 0.0),
          std::min(area.value + half, 1.0)};
}

delong_test_result delong_test(integer_view labels, vector_view probabilities_a, vector_view probabilities_b,
                               const delong_test_options& options, const context& ctx) {
  const checker check("delong_test");
  const internal::binary_rows a{labels, probabilities_a, options.weights, "probabilities_a"};
  const internal::binary_rows b{labels, probabilities_b, {}, "probabilities_b"};
  check_rows(ctx, check, a);
  check_rows(ctx, check, b);
  internal::check_values(check, a);
  internal::check_values(check, b);
  auto values = twice_ordered(labels, probabilities_a);
  const double auc_a = estimate_of(check, labels, values).value;
  const auto values_b = twice_ordered(labels, probabilities_b);
  const double auc_b = estimate_of(check, labels, values_b).value;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= values_b[i];
  const area_estimate difference = estimate_of(check, labels, values);
  const double std_error = std::sqrt(difference.variance);
  double z = difference.value / std_error;
  if (std_error == 0.0 && difference.value == 0.0) z = 0.0;
  return {auc_a, auc_b, difference.value, std_error, z, assay::internal::normal_two_sided(z)};
}

}  // namespace assay::inline v1::calibration
