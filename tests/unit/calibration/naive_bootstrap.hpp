// The bootstrap and its metrics as one reads them: rows put together, metrics computed anew.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "assay/calibration/bootstrap.hpp"
#include "assay/calibration/brier.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"
#include "sample.hpp"

namespace assay::calibration {

using testing::draw_sample;
using testing::sample;
using metric = calibration_metric;
inline constexpr metric k_metrics[] = {metric::ece,
                                       metric::mce,
                                       metric::ece_debiased_l2,
                                       metric::ks,
                                       metric::balance,
                                       metric::brier,
                                       metric::log_loss,
                                       metric::miscalibration,
                                       metric::discrimination,
                                       metric::auc,
                                       metric::average_precision,
                                       metric::eer};
inline constexpr const char* k_budget = "the budget of the doc comment";

inline sample drawn_rows(const sample& s, const std::vector<std::size_t>& rows) {
  sample drawn;
  for (const std::size_t row : rows) {
    drawn.labels.push_back(s.labels[row]);
    drawn.probabilities.push_back(s.probabilities[row]);
    drawn.weights.push_back(s.weights[row]);
  }
  return drawn;
}

inline double naive_balance(const sample& s) {
  double sum = 0.0, weight = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    const double p = s.probabilities[i], y = s.labels[i];
    sum += s.weights[i] * (p >= 0.5 ? y - p : p - y);
    weight += s.weights[i];
  }
  return sum / weight;
}

inline double naive_ks(const sample& s) {
  double largest = 0.0, weight = 0.0;
  for (const double w : s.weights) weight += w;
  for (const double at : s.probabilities) {
    double sum = 0.0;
    for (std::size_t i = 0; i < s.labels.size(); ++i)
      if (s.probabilities[i] <= at) sum += s.weights[i] * (s.probabilities[i] - s.labels[i]);
    largest = std::max(largest, std::fabs(sum) / weight);
  }
  return largest;
}

inline double naive_average_precision(const sample& s) {
  double sum = 0.0, events = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    if (s.labels[i] == 0 || s.weights[i] == 0.0) continue;
    double hits = 0.0, called = 0.0;
    for (std::size_t j = 0; j < s.labels.size(); ++j) {
      if (s.probabilities[j] < s.probabilities[i]) continue;
      called += s.weights[j];
      hits += s.weights[j] * s.labels[j];
    }
    sum += s.weights[i] * hits / called;
    events += s.weights[i];
  }
  return sum / events;
}

// The metric by its own function, or by its definition. Weights must be set; NaN where it does not exist.
inline double metric_of(const sample& s, metric wanted) {
  const auto& y = s.labels;
  const auto& p = s.probabilities;
  try {
    switch (wanted) {
      case metric::ece:
        return ece(y, p, {.weights = s.weights});
      case metric::mce:
        return mce(y, p, {.weights = s.weights});
      case metric::ece_debiased_l2:
        return ece_debiased_l2(y, p).value;
      case metric::ks:
        return naive_ks(s);
      case metric::balance:
        return naive_balance(s);
      case metric::brier:
        return brier_score(y, p, {.weights = s.weights});
      case metric::log_loss:
        return log_loss(y, p, {.weights = s.weights});
      case metric::miscalibration:
        return corp_decomposition(y, p, {.weights = s.weights}).miscalibration;
      case metric::discrimination:
        return corp_decomposition(y, p, {.weights = s.weights}).discrimination;
      case metric::auc:
        return roc_auc(y, p, {.weights = s.weights});
      case metric::average_precision:
        return naive_average_precision(s);
      default:
        return eer(y, p, {.weights = s.weights});
    }
  } catch (const error&) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}

inline std::vector<std::size_t> rows_by_definition(std::uint64_t seed, std::uint64_t b, std::size_t n) {
  std::vector<std::size_t> rows;
  for (std::size_t j = 0; j < n; ++j) {
    const auto draws = philox::block(seed, b, 0, static_cast<std::uint32_t>(j / 2));
    rows.push_back(static_cast<std::size_t>(philox::high_product(draws[j % 2], n)));
  }
  return rows;
}

// The rows as the spec draws them, the metric as its own function computes it.
inline std::vector<double> replicates_by_definition(const sample& s, metric wanted, std::uint64_t seed,
                                                    std::size_t count) {
  std::vector<double> values;
  for (std::size_t b = 0; b < count; ++b) {
    const double value = metric_of(drawn_rows(s, rows_by_definition(seed, b, s.labels.size())), wanted);
    if (value == value) values.push_back(value);
  }
  return values;
}

// Weights that may be handed to the function: none when all are 1.
inline sample prepared(std::size_t rows, std::uint64_t seed, std::uint64_t levels, bool weighted) {
  sample s = draw_sample(rows, seed, levels);
  if (!weighted) s.weights.assign(rows, 1.0);
  return s;
}

inline calibration_bootstrap_options options_for(const sample& s, metric wanted, bool weighted) {
  return {.weights = weighted ? vector_view(s.weights) : vector_view(),
          .metric = wanted,
          .n_boot = 41,
          .level = 0.9,
          .seed = 7};
}

// Efron 1987 as one reads it: every row left out, the metric computed anew.
inline sample without_row(const sample& s, std::size_t left_out) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < s.labels.size(); ++i)
    if (i != left_out) rows.push_back(i);
  return drawn_rows(s, rows);
}

struct ends {
  double lower, upper;
};

inline ends bca_by_definition(double estimate, std::vector<double> values, const std::vector<double>& without,
                              double level) {
  double below = 0.0, mean = 0.0, squares = 0.0, cubes = 0.0, n = 0.0;
  for (const double v : values) below += std::fabs(v - estimate) < 1e-13 ? 0.5 : v < estimate ? 1.0 : 0.0;
  for (const double v : without) n += v == v ? 1.0 : 0.0;
  for (const double v : without) mean += v == v ? v / n : 0.0;
  for (const double v : without) {
    if (v != v) continue;
    squares += (mean - v) * (mean - v);
    cubes += (mean - v) * (mean - v) * (mean - v);
  }
  const double a = squares > 0.0 ? cubes / 6.0 / std::pow(squares, 1.5) : 0.0;
  const auto count = static_cast<double>(values.size());
  const double z0 = vmath::normal_quantile(std::min(std::max(below, 0.5), count - 0.5) / count);
  std::sort(values.begin(), values.end());
  const auto at = [&](double z) {
    const double share = vmath::normal_cdf(z0 + (z0 + z) / (1.0 - a * (z0 + z)));
    const double place = share * (count - 1.0);
    const auto low = static_cast<std::size_t>(place);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (place - static_cast<double>(low)) * (values[high] - values[low]);
  };
  const double z = vmath::normal_quantile(0.5 + 0.5 * level);
  return {at(-z), at(z)};
}

}  // namespace assay::calibration
