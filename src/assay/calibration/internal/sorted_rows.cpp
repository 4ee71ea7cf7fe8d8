#include "assay/calibration/internal/sorted_rows.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "assay/core/sort.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

struct row_keys {
  std::vector<std::uint64_t>& keys;
  std::vector<double>& weights;
  zero_weights policy;
  bool good = true;

  template <class T>
  void add(const row_block<T>& block) {
    const std::size_t first = keys.size();
    keys.resize(first + block.size);
    bool block_good = true;
    for (std::size_t i = 0; i < block.size; ++i) {
      const auto p = static_cast<double>(block.forecasts[i]);
      block_good &= p >= 0.0 && p <= 1.0 && block.labels[i] <= 1;
      keys[first + i] = row_key(p, block.labels[i] & 1U);
    }
    good &= block_good;
    if (block.weights != nullptr) add_weights(block.weights, block.size, first);
  }

  // Moves the keys of kept rows together and appends their weights.
  void add_weights(const double* w, std::size_t size, std::size_t first) {
    std::size_t kept = first;
    for (std::size_t i = 0; i < size; ++i) {
      good &= w[i] >= 0.0 && w[i] - w[i] == 0.0;
      if (w[i] == 0.0 && policy == zero_weights::drop) continue;
      keys[kept++] = keys[first + i];
      weights.push_back(w[i]);
    }
    keys.resize(kept);
  }
};

}  // namespace

sorted_rows::sorted_rows(const checker& check, const binary_rows& rows, zero_weights policy) {
  keys_.reserve(rows.size());
  row_keys builder{keys_, weights_, policy};
  assay::internal::with_real_type(rows.forecasts.type(), [&]<class T>(std::type_identity<T>) {
    for_blocks<T>(rows, 0, rows.size(), [&](const auto& block) { builder.add(block); });
  });
  if (!builder.good) check_values(check, rows);
  if (rows.weights.present()) {
    const bool any = std::any_of(weights_.begin(), weights_.end(), [](double w) { return w > 0.0; });
    check_total(check, any ? 1.0 : 0.0);
  }
  sort();
}

sorted_rows::sorted_rows(std::vector<std::uint64_t> keys, std::vector<double> weights)
    : keys_(std::move(keys)), weights_(std::move(weights)) {
  sort();
  for (std::size_t i = 0; i < weights_.size();) {
    const std::size_t first = i;
    while (i < keys_.size() && keys_[i] == keys_[first]) ++i;
    std::sort(weights_.begin() + static_cast<std::ptrdiff_t>(first),
              weights_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void sorted_rows::sort() {
  if (weights_.empty()) return sort_keys(keys_);
  std::vector<std::uint32_t> order(keys_.size());
  std::iota(order.begin(), order.end(), 0U);
  sort_keys(keys_, order);
  std::vector<double> sorted(keys_.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = weights_[order[i]];
  weights_ = std::move(sorted);
}

std::size_t sorted_rows::count_groups() const noexcept {
  std::size_t count = keys_.empty() ? 0 : 1;
  for (std::size_t i = 1; i < keys_.size(); ++i)
    count += (keys_[i] ^ keys_[i - 1]) > 1 ? 1 : 0;  // not the label alone
  return count;
}

std::vector<tie_group> sorted_rows::groups() const {
  std::vector<tie_group> result;
  result.reserve(count_groups());
  for_groups([&](const tie_group& group) { result.push_back(group); });
  return result;
}

}  // namespace assay::inline v1::calibration::internal
