#include "assay/calibration/internal/regression_rows.hpp"

#include <cmath>

#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration::internal {

void check_weights(const checker& check, const vector_view& weights, const array_view& rows,
                   const char* rows_name) {
  if (!weights.present()) return;
  check.not_empty(weights, "weights");
  check.same_rows(rows, rows_name, weights, "weights");
  check.weights(weights, "weights");
}

void check_regression(const checker& check, const regression_rows& rows) {
  check.not_empty(rows.y, "y");
  check.not_empty(rows.mean, "mean");
  check.not_empty(rows.std, "std");
  check.same_rows(rows.y, "y", rows.mean, "mean");
  check.same_rows(rows.y, "y", rows.std, "std");
  check.finite(rows.y, "y");
  check.finite(rows.mean, "mean");
  check.positive(rows.std, "std");
  check_weights(check, rows.weights, rows.y, "y");
}

double unit_scale(double largest) {
  int exponent = 0;
  std::frexp(largest, &exponent);
  return std::ldexp(1.0, exponent < -1000 ? 1000 : -exponent);  // 2^1074 is no double
}

std::vector<double> unit_weights(const vector_view& weights, std::size_t rows) {
  std::vector<double> values(rows, 1.0);
  if (!weights.present()) return values;
  double largest = 0.0;
  for (std::size_t i = 0; i < rows; ++i) largest = std::fmax(largest, weights(i));
  const double scale = unit_scale(largest);
  for (std::size_t i = 0; i < rows; ++i) values[i] = weights(i) * scale;
  return values;
}

double standardised(double y, double mean, double std) {
  const double error = y - mean;
  if (std::isfinite(error)) return error / std;
  return (0.5 * y - 0.5 * mean) / (0.5 * std);
}

namespace {

template <class Term>
double mean_term(std::span<const double> values, std::span<const double> weights, double scale, Term term) {
  compensated_sum sum, total;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] == 0.0) continue;
    sum += weights[i] * term(values[i] * scale);
    total += weights[i];
  }
  return sum.value() / total.value();
}

// Of the values that count: a far larger one of weight 0 must not make them vanish.
double scale_of(std::span<const double> values, std::span<const double> weights) {
  double largest = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (weights[i] > 0.0) largest = std::fmax(largest, std::fabs(values[i]));
  return unit_scale(largest);
}

}  // namespace

double mean_of(std::span<const double> values, std::span<const double> weights) {
  const double scale = scale_of(values, weights);
  return mean_term(values, weights, scale, [](double value) { return value; }) / scale;
}

double root_mean_square(std::span<const double> values, std::span<const double> weights) {
  const double scale = scale_of(values, weights);
  return std::sqrt(mean_term(values, weights, scale, [](double value) { return value * value; })) / scale;
}

}  // namespace assay::inline v1::calibration::internal
