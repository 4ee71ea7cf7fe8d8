#include "assay/calibration/internal/resampled_metric.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/rank_metrics.hpp"
#include "assay/calibration/internal/row_groups.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
// Sums that a bin has: residual, weight, events.
constexpr std::size_t k_bin_sums = 3;
// Cells that a jackknife may read in all, and blocks that it leaves out at least: the skewness of that many
// values has a standard error of 0.17, the acceleration one of 0.002.
constexpr std::size_t k_most_visits = std::size_t{1} << 26;
constexpr std::size_t k_least_blocks = 200;

double loss_of(calibration_metric metric, double p, bool event) {
  switch (metric) {
    case calibration_metric::brier:
      return event ? (1.0 - p) * (1.0 - p) : p * p;
    case calibration_metric::balance: {
      const double residual = event ? 1.0 - p : -p;
      return p >= 0.5 ? residual : -residual;
    }
    default:
      return event ? -vmath::log(p) : -vmath::log1p(-p);
  }
}

}  // namespace

resampled_metric::resampled_metric(const checker& check, const binary_rows& rows, calibration_metric metric,
                                   std::size_t n_bins)
    : metric_(metric), family_(family::ranks) {
  check_values(check, rows);
  if (rows.weights.present()) {
    for (std::size_t i = 0; i < rows.size(); ++i) weight_.push_back(rows.weights(i));
    const bool any = std::any_of(weight_.begin(), weight_.end(), [](double w) { return w > 0.0; });
    check_total(check, any ? 1.0 : 0.0);
  }
  switch (metric) {
    case calibration_metric::ece:
    case calibration_metric::mce:
    case calibration_metric::ece_debiased_l2:
      prepare_bins(rows, n_bins);
      break;
    case calibration_metric::brier:
    case calibration_metric::log_loss:
    case calibration_metric::balance:
      prepare_mean(rows);
      break;
    default:
      prepare_ranks(check, rows);
  }
}

void resampled_metric::prepare_mean(const binary_rows& rows) {
  family_ = family::mean;
  size_ = 2;
  cell_.resize(rows.size());
  value_.resize(rows.size());
  for (std::size_t i = 0; i < value_.size(); ++i) {
    const double w = weight(i);
    value_[i] = w > 0.0 ? w * loss_of(metric_, rows.forecasts(i), rows.labels(i) != 0.0) : 0.0;
  }
}

void resampled_metric::prepare_bins(const binary_rows& rows, std::size_t n_bins) {
  family_ = family::bins;
  size_ = k_bin_sums * n_bins;
  cell_.resize(rows.size());
  value_.resize(rows.size());
  label_.resize(rows.size());
  const auto edges = bin_edges::equal_width(n_bins, bin_rule::right_closed);
  for (std::size_t i = 0; i < value_.size(); ++i) {
    const double p = rows.forecasts(i);
    cell_[i] = static_cast<std::uint32_t>(k_bin_sums * edges.bin_of(p));
    label_[i] = rows.labels(i) != 0.0 ? 1 : 0;
    value_[i] = weight(i) * (p - rows.labels(i));
    bin_rows_.push_back({value_[i], cell_[i], static_cast<float>(label_[i])});
  }
}

void resampled_metric::prepare_ranks(const checker& check, const binary_rows& rows) {
  const auto groups = sorted_rows(check, rows, zero_weights::keep).groups();
  for (const tie_group& group : groups) x_.push_back(group.x);
  size_ = 2 * x_.size();
  cell_.resize(rows.size());
  for (std::size_t i = 0; i < cell_.size(); ++i) {
    const auto at = std::lower_bound(x_.begin(), x_.end(), rows.forecasts(i)) - x_.begin();
    cell_[i] = 2 * static_cast<std::uint32_t>(at) + (rows.labels(i) != 0.0 ? 1 : 0);
  }
}

void resampled_metric::add(sums& to, std::span<const std::uint32_t> drawn) const {
  double* sum = to.data();
  switch (family_) {
    case family::mean: {
      double losses = 0.0, weights = 0.0;
      for (const std::uint32_t row : drawn) {
        losses += value_[row];
        weights += weight(row);
      }
      sum[0] += losses;
      sum[1] += weights;
      return;
    }
    case family::bins:
      for (const std::uint32_t row : drawn) {
        const bin_row& mine = bin_rows_[row];
        double* bin = sum + mine.cell;
        const double w = weight(row);
        bin[0] += mine.residual;
        bin[1] += w;
        bin[2] += mine.event * w;
      }
      return;
    default:
      for (const std::uint32_t row : drawn) sum[cell_[row]] += weight(row);
  }
}

double resampled_metric::value(const sums& of) const {
  if (family_ == family::mean) return of[1] > 0.0 ? of[0] / of[1] : k_nan;
  if (family_ == family::bins) return value_of_bins(of);
  return rank_metric(metric_, {x_, of});
}

double resampled_metric::value_of_bins(const sums& of) const {
  double weight = 0.0, l1 = 0.0, largest = 0.0, squared = 0.0;
  for (std::size_t k = 0; k < of.size(); k += k_bin_sums) {
    const double in_bin = of[k + 1];
    if (!(in_bin > 0.0)) continue;
    const double error = of[k] / in_bin, rate = of[k + 2] / in_bin;
    weight += in_bin;
    l1 += std::fabs(of[k]);
    largest = std::max(largest, std::fabs(error));
    if (in_bin >= 2.0) squared += in_bin * (error * error - rate * (1.0 - rate) / (in_bin - 1.0));
  }
  if (!(weight > 0.0)) return k_nan;
  if (metric_ == calibration_metric::ece) return l1 / weight;
  return metric_ == calibration_metric::mce ? largest : std::sqrt(std::max(squared / weight, 0.0));
}

resampled_metric::sums resampled_metric::whole() const {
  std::vector<std::uint32_t> each(rows());
  std::iota(each.begin(), each.end(), 0U);
  sums all;
  clear(all);
  add(all, each);
  return all;
}

// ---- jackknife ----

bool resampled_metric::has_short_jackknife() const noexcept {
  return family_ == family::mean || metric_ == calibration_metric::ece || metric_ == calibration_metric::auc;
}

std::size_t resampled_metric::jackknife_blocks() const noexcept {
  if (has_short_jackknife()) return rows();
  return std::min(rows(), std::max(k_most_visits / size_, k_least_blocks));
}

std::vector<double> resampled_metric::jackknife(std::size_t blocks) const {
  sums all = whole();
  if (blocks == rows() && has_short_jackknife())
    return metric_ == calibration_metric::auc ? jackknife_of_area(all) : jackknife_of_rows(all);
  std::vector<double> values(blocks);
  std::vector<double> before;
  for (std::size_t block = 0; block < blocks; ++block) {
    before.clear();
    const std::size_t width = family_ == family::ranks ? 1 : family_ == family::mean ? 2 : k_bin_sums;
    for (std::size_t row = block; row < rows(); row += blocks) {
      double* sum = all.data() + cell_[row];
      before.insert(before.end(), sum, sum + width);
      const double w = weight(row);
      const double parts[] = {family_ == family::ranks ? w : value_[row], w,
                              family_ == family::bins && label_[row] != 0 ? w : 0.0};
      for (std::size_t i = 0; i < width; ++i) sum[i] -= parts[i];
    }
    values[block] = value(all);
    // Put back in reverse what stood there, so that nothing is rounded.
    for (std::size_t row = block + (rows() - 1 - block) / blocks * blocks;; row -= blocks) {
      for (std::size_t i = width; i-- > 0;) {
        all[cell_[row] + i] = before.back();
        before.pop_back();
      }
      if (row == block) break;
    }
  }
  return values;
}

// Means and the calibration error: one row moves one sum.
std::vector<double> resampled_metric::jackknife_of_rows(const sums& all) const {
  const bool bins = family_ == family::bins;
  double total = bins ? 0.0 : all[0], total_weight = bins ? 0.0 : all[1];
  for (std::size_t k = 0; k < all.size() && bins; k += k_bin_sums) {
    total += std::fabs(all[k]);
    total_weight += all[k + 1];
  }
  std::vector<double> values(rows());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double residual = all[cell_[i]];
    const double moved =
        bins ? total - std::fabs(residual) + std::fabs(residual - value_[i]) : total - value_[i];
    values[i] = moved / (total_weight - weight(i));
  }
  return values;
}

// A row takes its placement with it: the weight of the other class that it is in order with.
std::vector<double> resampled_metric::jackknife_of_area(const sums& all) const {
  std::vector<double> below(x_.size() + 1), up_to(x_.size() + 1);  // others and events before each group
  double twice_ordered = 0.0;
  for (std::size_t g = 0; g < x_.size(); ++g) {
    twice_ordered += all[2 * g + 1] * (2.0 * below[g] + all[2 * g]);
    below[g + 1] = below[g] + all[2 * g];
    up_to[g + 1] = up_to[g] + all[2 * g + 1];
  }
  const double others = below.back(), events = up_to.back();
  std::vector<double> values(rows());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t g = cell_[i] / 2;
    const bool event = cell_[i] % 2 != 0;
    const double placement =
        event ? 2.0 * below[g] + all[2 * g] : 2.0 * (events - up_to[g + 1]) + all[2 * g + 1];
    const double w = weight(i);
    const double pairs = event ? (events - w) * others : events * (others - w);
    values[i] = (twice_ordered - w * placement) / (2.0 * pairs);
  }
  return values;
}

}  // namespace assay::inline v1::calibration::internal
