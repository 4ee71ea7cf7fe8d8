#include "assay/calibration/internal/streamed_bins.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "assay/calibration/kernels.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::size_t k_residual_cell = k_histogram_lanes;    // histogram of one bin: x
constexpr std::size_t k_unit_cell = 2 * k_histogram_lanes;    // x, rows and events
constexpr std::size_t k_weight_cell = 5 * k_histogram_lanes;  // w x, w, w y, w^2, rows

// The tree in which reductions in packs join their lanes; `stride` numbers lie between two lanes.
double lane_sum(const double* lanes, std::size_t stride) {
  std::array<double, k_histogram_lanes> lane{};
  for (std::size_t j = 0; j < k_histogram_lanes; ++j) lane[j] = lanes[j * stride];
  for (std::size_t step = k_histogram_lanes / 2; step > 0; step /= 2)
    for (std::size_t j = 0; j < step; ++j) lane[j] += lane[j + step];
  return lane[0];
}

// Adds; false for NaN. Most bins of a block of few rows are empty, hence the short way for 0.
bool add_to(exact_sum& sum, double value) {
  if (value != 0.0) sum.add(value);
  return value == value;
}

double with_units(exact_sum sum, std::uint64_t units) {
  sum.add(static_cast<double>(units));
  return sum.value();
}

}  // namespace

streamed_bins::streamed_bins(bin_edges edges, bin_content content)
    : edges_(std::move(edges)), content_(content), bins_(edges_.bins()) {}

template <class T>
bool streamed_bins::add(const row_block<T>& block) {
  if (block.weights == nullptr) unit_rows_ += block.size;
  add_to_histograms(block);
  const bool full = edges_.bins() <= k_most_bins_by_block || pending_ >= k_chunk_rows;
  return !full || flush();
}

template bool streamed_bins::add(const row_block<double>&);
template bool streamed_bins::add(const row_block<float>&);

template <class T>
void streamed_bins::add_to_histograms(const row_block<T>& block) {
  const auto& kernel = active_kernels().of<T>();
  const std::size_t bins = edges_.bins();
  pending_ += block.size;
  if (block.weights == nullptr && content_ == bin_content::residuals) {
    residual_histograms_.resize(bins * k_residual_cell);
    kernel.residual_histograms(block.forecasts, block.labels, block.size, edges_.table(),
                               residual_histograms_.data());
    return;
  }
  if (block.weights == nullptr) {
    unit_histograms_.resize(bins * k_unit_cell);
    kernel.tally_histograms(block.forecasts, block.labels, block.size, share(), edges_.table(),
                            unit_histograms_.data());
    return;
  }
  weight_histograms_.resize(bins * k_weight_cell);
  kernel.weighted_histograms(block.forecasts, block.labels, block.weights, block.size, share(),
                             edges_.table(), weight_histograms_.data());
}

bool streamed_bins::tally(std::size_t bin, double sum, double count) {
  const double events = std::floor(count / k_event);
  const auto rows = static_cast<std::uint64_t>(count - events * k_event);
  bins_[bin].rows += rows;
  bins_[bin].unit_rows += rows;
  bins_[bin].unit_events += static_cast<std::uint64_t>(events);
  return add_to(bins_[bin].value, sum);
}

bool streamed_bins::flush() {
  bool good = true;
  if (pending_ == 0) return good;
  for (std::size_t k = 0; k < bins_.size() && !residual_histograms_.empty(); ++k)
    good &= add_to(bins_[k].value, lane_sum(residual_histograms_.data() + k * k_residual_cell, 1));
  for (std::size_t k = 0; k < bins_.size() && !unit_histograms_.empty(); ++k) {
    const double* cell = unit_histograms_.data() + k * k_unit_cell;
    good &= tally(k, lane_sum(cell, 2), lane_sum(cell + 1, 2));
  }
  if (!weight_histograms_.empty()) weights_.resize(bins_.size());
  for (std::size_t k = 0; k < bins_.size() && !weight_histograms_.empty(); ++k) {
    const double* cell = weight_histograms_.data() + k * k_weight_cell;
    good &= add_to(bins_[k].value, lane_sum(cell, 5));
    good &= add_to(weights_[k].weight, lane_sum(cell + 1, 5));
    good &= add_to(weights_[k].events, lane_sum(cell + 2, 5));
    good &= add_to(weights_[k].squares, lane_sum(cell + 3, 5));
    bins_[k].rows += static_cast<std::uint64_t>(lane_sum(cell + 4, 5));
  }
  std::fill(residual_histograms_.begin(), residual_histograms_.end(), 0.0);
  std::fill(unit_histograms_.begin(), unit_histograms_.end(), 0.0);
  std::fill(weight_histograms_.begin(), weight_histograms_.end(), 0.0);
  pending_ = 0;
  return good;
}

void streamed_bins::merge(const streamed_bins& other) {
  for (std::size_t k = 0; k < bins_.size(); ++k) {
    bins_[k].value.merge(other.bins_[k].value);
    bins_[k].rows += other.bins_[k].rows;
    bins_[k].unit_rows += other.bins_[k].unit_rows;
    bins_[k].unit_events += other.bins_[k].unit_events;
  }
  unit_rows_ += other.unit_rows_;
  if (other.weights_.empty()) return;
  weights_.resize(bins_.size());
  for (std::size_t k = 0; k < bins_.size(); ++k) {
    weights_[k].weight.merge(other.weights_[k].weight);
    weights_[k].events.merge(other.weights_[k].events);
    weights_[k].squares.merge(other.weights_[k].squares);
  }
}

void streamed_bins::reset() { *this = streamed_bins(std::move(edges_), content_); }

bin_totals streamed_bins::totals() const {
  bin_totals result{edges_.edges(), std::vector<bin_total>(bins_.size()), static_cast<double>(unit_rows_)};
  exact_sum weight;
  for (std::size_t k = 0; k < bins_.size(); ++k) {
    const bin_state& bin = bins_[k];
    bin_total& total = result.bins[k];
    total.count = static_cast<double>(bin.rows);
    total.weight = total.squares = static_cast<double>(bin.unit_rows);
    total.sum_label = static_cast<double>(bin.unit_events);
    if (!weights_.empty()) {
      total.weight = with_units(weights_[k].weight, bin.unit_rows);
      total.squares = with_units(weights_[k].squares, bin.unit_rows);
      total.sum_label = with_units(weights_[k].events, bin.unit_events);
      weight.merge(weights_[k].weight);
    }
    const double value = bin.value.value();
    const bool table = content_ == bin_content::table;
    total.sum_prob = table ? value : 0.0;
    total.mean_prob = total.sum_prob / total.weight;
    total.residual = table ? value - total.sum_label : value;
  }
  if (!weights_.empty()) result.weight = with_units(weight, unit_rows_);
  return result;
}

void streamed_bins::write(byte_writer& out) const {
  out.boolean(!weights_.empty());
  for (std::size_t k = 0; k < bins_.size(); ++k) {
    out.u64(bins_[k].rows);
    out.u64(bins_[k].unit_rows);
    out.u64(bins_[k].unit_events);
    out.sum(bins_[k].value);
    if (weights_.empty()) continue;
    out.sum(weights_[k].weight);
    out.sum(weights_[k].events);
    out.sum(weights_[k].squares);
  }
}

void streamed_bins::read(byte_reader& in) {
  if (in.boolean()) weights_.resize(bins_.size());
  for (std::size_t k = 0; k < bins_.size(); ++k) {
    bins_[k].rows = in.u64();
    bins_[k].unit_rows = in.u64();
    bins_[k].unit_events = in.u64();
    if (bins_[k].unit_events > bins_[k].unit_rows || bins_[k].unit_rows > bins_[k].rows) {
      in.fail("hold a bin with more events than rows");
    }
    bins_[k].value = in.sum();
    unit_rows_ += bins_[k].unit_rows;
    if (weights_.empty()) continue;
    weights_[k].weight = in.sum();
    weights_[k].events = in.sum();
    weights_[k].squares = in.sum();
  }
}

}  // namespace assay::inline v1::calibration::internal
