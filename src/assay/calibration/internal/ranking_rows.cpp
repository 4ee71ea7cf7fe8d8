#include "assay/calibration/internal/ranking_rows.hpp"

#include <algorithm>
#include <bit>

namespace assay::inline v1::calibration::internal {

void ranking_rows::add(const binary_rows& rows) {
  std::vector<std::uint64_t> keys;
  std::vector<double> weights;
  keys.reserve(rows.size());
  if (rows.weights.present()) weights.reserve(rows.size());
  assay::internal::with_real_type(rows.forecasts.type(), [&]<class T>(std::type_identity<T>) {
    for_blocks<T>(rows, 0, rows.size(), [&](const auto& block) {
      for (std::size_t i = 0; i < block.size; ++i) {
        if (block.weights != nullptr && block.weights[i] == 0.0) continue;
        keys.push_back(row_key(static_cast<double>(block.forecasts[i]), block.labels[i]));
        if (block.weights != nullptr) weights.push_back(block.weights[i]);
      }
    });
  });
  append(keys, weights, rows.weights.present());
  count_ += rows.size();
}

void ranking_rows::merge(const ranking_rows& other) {
  if (this == &other) return merge(ranking_rows(other));
  append(other.keys_, other.weights_, other.weighted_);
  count_ += other.count_;
}

// Takes all memory before it changes anything. Rows without weights weigh 1.
void ranking_rows::append(const std::vector<std::uint64_t>& keys, const std::vector<double>& weights,
                          bool weighted) {
  const std::size_t rows = keys_.size() + keys.size();
  weighted |= weighted_;
  if (keys_.capacity() < rows) keys_.reserve(std::max(rows, 2 * keys_.size()));
  if (weighted && weights_.capacity() < rows) weights_.reserve(std::max(rows, 2 * keys_.size()));
  keys_.insert(keys_.end(), keys.begin(), keys.end());
  if (!weighted) return;
  weights_.resize(rows - keys.size(), 1.0);
  weights_.insert(weights_.end(), weights.begin(), weights.end());
  weights_.resize(rows, 1.0);
  weighted_ = true;
}

void ranking_rows::write(byte_writer& out) const {
  const sorted_rows rows = sorted();
  out.u64(count_);
  out.boolean(weighted_);
  out.u64(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out.u64(rows.key(i));
  for (std::size_t i = 0; i < rows.size() && weighted_; ++i) out.f64(rows.weight(i));
}

void ranking_rows::read(byte_reader& in) {
  constexpr std::uint64_t bits_of_one = std::bit_cast<std::uint64_t>(1.0);
  count_ = in.u64();
  weighted_ = in.boolean();
  keys_.resize(in.count(weighted_ ? 16 : 8));
  if (count_ < keys_.size()) in.fail("count fewer rows than they hold");
  for (std::uint64_t& key : keys_) {
    key = in.u64();
    if (key >> 1 > bits_of_one) in.fail("hold a probability outside 0..1");
  }
  if (!weighted_) return;
  weights_.resize(keys_.size());
  for (double& weight : weights_) {
    weight = in.f64();
    const bool known = weight >= k_least_ranking_weight && weight <= k_most_ranking_weight;
    if (!known) in.fail("hold a weight out of range");
  }
}

}  // namespace assay::inline v1::calibration::internal
