#include "assay/calibration/internal/cell_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/calibration/internal/kernel_smoothing.hpp"
#include "assay/core/isotonic_regression.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

struct bin_sums {
  double weight = 0.0;
  double events = 0.0;
  double residual = 0.0;  // sum w (p - y)
};

// Sums over cells by ascending probability.
struct ascent {
  double others = 0.0, events = 0.0;
  double probability = 0.0;
  double brier = 0.0, log_loss = 0.0, balance = 0.0;
  double residual = 0.0, largest_residual = 0.0;  // running, and the largest on the way
  double twice_ordered = 0.0;
  std::vector<bin_sums> bins;
  isotonic_regression regression;

  void add(const cell& at, double other, double event) {
    const double p = other * at.others.x + event * at.events.x;  // sum w p
    probability += p;
    brier += other * at.others.brier + event * at.events.brier;
    if (other > 0.0) log_loss += other * at.others.log_loss;  // 0 times Infinity
    if (event > 0.0) log_loss += event * at.events.log_loss;
    balance += at.upper ? event - p : p - event;
    residual += p - event;
    largest_residual = std::max(largest_residual, std::fabs(residual));
    twice_ordered += event * (2.0 * others + other);
    others += other;
    events += event;
    bin_sums& bin = bins[at.bin];
    bin.weight += other + event;
    bin.events += event;
    bin.residual += p - event;
    if (other + event > 0.0) regression.add(other + event, event);
  }
};

void read_bins(const ascent& sums, double weight, cell_metrics& result) {
  constexpr double root_two_over_pi = 0.79788456080286535588;
  double l1 = 0.0, debiased_l1 = 0.0, debiased_l2 = 0.0;
  for (const bin_sums& bin : sums.bins) {
    if (!(bin.weight > 0.0)) continue;
    const double rate = bin.events / bin.weight, error = bin.residual / bin.weight;
    const double variance = rate * (1.0 - rate);
    l1 += std::fabs(bin.residual);
    result.mce = std::max(result.mce, std::fabs(error));
    if (bin.weight >= 2.0) debiased_l2 += bin.weight * (error * error - variance / (bin.weight - 1.0));
    double folded = std::fabs(error);
    if (variance > 0.0) {
      const double deviation = std::sqrt(variance / bin.weight), z = error / deviation;
      folded = deviation * root_two_over_pi * vmath::exp(-0.5 * z * z) +
               error * (1.0 - 2.0 * vmath::normal_cdf(-z));
    }
    debiased_l1 += bin.weight * (2.0 * std::fabs(error) - folded);
  }
  result.ece = l1 / weight;
  result.ece_debiased_l1 = debiased_l1 / weight;
  result.ece_debiased_l2 = std::sqrt(std::max(debiased_l2 / weight, 0.0));
}

// Average precision and equal error rate, by falling probability.
void descend(const sample_cells& sample, const cell_weights& weights, const ascent& sums,
             cell_metrics& result) {
  const double positives = sums.events, negatives = sums.others;
  double hits = 0.0, alarms = 0.0, precision = 0.0;
  double before = -positives * negatives, alarms_before = 0.0;  // at the threshold Infinity
  result.eer = -1.0;
  for (std::size_t c = sample.cells().size(); c-- > 0;) {
    const double other = weights[2 * c], event = weights[2 * c + 1];
    if (!(other + event > 0.0)) continue;
    hits += event;
    alarms += other;
    if (event > 0.0) precision += event * (hits / (hits + alarms));
    if (result.eer >= 0.0) continue;
    const double imbalance = alarms * positives - (positives - hits) * negatives;
    if (imbalance >= 0.0) {
      const double share = -before / (imbalance - before);
      result.eer = (alarms_before + share * (alarms - alarms_before)) / negatives;
    }
    before = imbalance;
    alarms_before = alarms;
  }
  result.average_precision = precision / positives;
}

// Brier score of the isotonic regression times the weight: sum of w r (1 - r) over its blocks.
double recalibrated_brier(const isotonic_regression& regression) {
  double sum = 0.0;
  for (const isotonic_block& block : regression.blocks()) sum += block.sum * (1.0 - block.mean);
  return sum;
}

}  // namespace

cell_metrics metrics_of(const sample_cells& sample, const cell_weights& weights) {
  ascent sums;
  sums.bins.resize(sample.bins());
  for (std::size_t c = 0; c < sample.cells().size(); ++c)
    sums.add(sample.cells()[c], weights[2 * c], weights[2 * c + 1]);
  const double weight = sums.others + sums.events;
  cell_metrics result;
  result.brier = sums.brier / weight;
  result.log_loss = sums.log_loss / weight;
  result.balance = sums.balance / weight;
  result.ks = sums.largest_residual / weight;
  result.mean_probability = sums.probability / weight;
  result.base_rate = sums.events / weight;
  read_bins(sums, weight, result);
  const double uncertainty = result.base_rate * (1.0 - result.base_rate);
  const double best = recalibrated_brier(sums.regression) / weight;
  result.miscalibration = std::max(result.brier - best, 0.0);
  result.discrimination = std::max(uncertainty - best, 0.0);
  const bool both = sums.events > 0.0 && sums.others > 0.0;
  result.brier_skill = both ? 1.0 - result.brier / uncertainty : k_nan;
  result.auc = both ? sums.twice_ordered / (2.0 * sums.events * sums.others) : k_nan;
  result.average_precision = result.eer = k_nan;
  if (both) descend(sample, weights, sums, result);
  return result;
}

// ---- sweep ----

namespace {

// Sums before each cell, and of all at the end.
struct running_sums {
  std::vector<double> weight = {0.0};
  std::vector<double> events = {0.0};
  std::vector<double> residual = {0.0};

  running_sums(const sample_cells& sample, const cell_weights& weights) {
    for (std::size_t c = 0; c < sample.cells().size(); ++c) {
      const cell& at = sample.cells()[c];
      const double other = weights[2 * c], event = weights[2 * c + 1];
      weight.push_back(weight.back() + other + event);
      events.push_back(events.back() + event);
      residual.push_back(residual.back() + other * at.others.x + event * at.events.x - event);
    }
  }

  // First cell that begins at or after the share k / bins of the weight; it is `from` or a later one, and
  // near: steps that double find it sooner than halving the whole.
  [[nodiscard]] std::size_t begin_of(std::size_t k, std::size_t bins, std::size_t from) const {
    const double least = weight.back() * static_cast<double>(k) / static_cast<double>(bins);
    std::size_t step = 1;
    while (from + step < weight.size() && weight[from + step] < least) {
      from += step;
      step *= 2;
    }
    const auto begin = weight.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = weight.begin() + static_cast<std::ptrdiff_t>(std::min(from + step, weight.size()));
    return static_cast<std::size_t>(std::lower_bound(begin, end, least) - weight.begin());
  }
};

// Sum over bins of |sum w (p - y)|, or -1 where a bin has a smaller share of events than the one before it.
double monotone_error(const running_sums& sums, std::size_t bins) {
  double error = 0.0, before = 0.0;
  std::size_t first = 0;
  for (std::size_t k = 1; k <= bins; ++k) {
    const std::size_t last = k == bins ? sums.weight.size() - 1 : sums.begin_of(k, bins, first);
    const double weight = sums.weight[last] - sums.weight[first];
    if (!(weight > 0.0)) continue;
    const double rate = (sums.events[last] - sums.events[first]) / weight;
    if (rate < before) return -1.0;
    error += std::fabs(sums.residual[last] - sums.residual[first]);
    before = rate;
    first = last;
  }
  return error;
}

}  // namespace

double sweep_error_of(const sample_cells& sample, const cell_weights& weights) {
  const running_sums sums(sample, weights);
  double error = monotone_error(sums, 1);
  for (std::size_t bins = 2; bins <= sample.cells().size(); ++bins) {
    const double next = monotone_error(sums, bins);
    if (next < 0.0) break;
    error = next;
  }
  return error / sums.weight.back();
}

namespace {

// A quarter of the nodes that smooth_ece takes: replicates are compared with each other, on the same grid.
smoothing_grid coarse_grid(double sigma) {
  const smoothing_grid fine = grid_on_interval(sigma);
  const std::int64_t last = std::max<std::int64_t>(fine.last / 4, 16);
  const auto scale = static_cast<double>(last);
  const double deviation = fine.deviation / fine.scale * scale;
  return {scale, deviation, static_cast<std::int64_t>(8.7 * deviation) + 1, last};
}

}  // namespace

double smooth_error_of(const sample_cells& sample, const cell_weights& weights, double sigma) {
  if (!(sigma > 0.0)) return 0.0;
  double weight = 0.0;
  std::vector<point_mass> masses;
  masses.reserve(sample.cells().size());
  for (std::size_t c = 0; c < sample.cells().size(); ++c) {
    const cell& at = sample.cells()[c];
    const double other = weights[2 * c], event = weights[2 * c + 1];
    if (!(other + event > 0.0)) continue;
    const double sum = other * at.others.x + event * at.events.x;
    masses.push_back({sum / (other + event), event - sum});
    weight += other + event;
  }
  for (point_mass& mass : masses) mass.mass /= weight;
  return absolute_integral(context{}, "smooth_ece", coarse_grid(sigma), masses);
}

}  // namespace assay::inline v1::calibration::internal
