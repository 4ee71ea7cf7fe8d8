#include "assay/calibration/internal/ranking_cells.hpp"

#include <algorithm>
#include <cmath>

namespace assay::inline v1::calibration::internal {
namespace {

void write(byte_writer& out, const wide_sum& sum) {
  for (const std::uint64_t word : sum.words()) out.u64(word);
}

wide_sum read_sum(byte_reader& in) {
  std::array<std::uint64_t, wide_sum::k_words> words{};
  for (std::uint64_t& word : words) word = in.u64();
  if (words.back() >> 62 != 0) in.fail("hold a sum out of reach");  // merging must not overflow
  wide_sum sum;
  sum.restore(words);
  return sum;
}

}  // namespace

template <class T>
void ranking_cells::add_block(const row_block<T>& block) {
  for (std::size_t i = 0; i < block.size; ++i) {
    const double weight = block.weights == nullptr ? 1.0 : block.weights[i];
    if (weight == 0.0) continue;
    const double p = static_cast<double>(block.forecasts[i]) + 0.0;  // -0 becomes 0
    const std::size_t label = block.labels[i];
    const auto at = static_cast<std::size_t>(p * static_cast<double>(k_cells));
    const std::size_t place = std::min(at, k_cells - 1);
    cell& mine = cells_[place];
    if (block.weights == nullptr) {
      ++mine.units[label];
    } else {
      weights_[place].of_class[label].add(weight);
    }
    mine.sum_prob.add(weight * p);
    mine.lowest = std::min(mine.lowest, p);
    mine.highest = std::max(mine.highest, p);
    const double miss = label != 0 ? 1.0 - p : p;
    brier_.add(weight * (miss * miss));
  }
  count_ += block.size;
}

void ranking_cells::add(const binary_rows& rows) {
  cells_.resize(k_cells);
  if (rows.weights.present()) weights_.resize(k_cells);
  assay::internal::with_real_type(rows.forecasts.type(), [&]<class T>(std::type_identity<T>) {
    for_blocks<T>(rows, 0, rows.size(), [&](const auto& block) { add_block(block); });
  });
}

void ranking_cells::merge(const ranking_cells& other) {
  if (this == &other) return merge(ranking_cells(other));
  count_ += other.count_;
  brier_.merge(other.brier_);
  if (other.cells_.empty()) return;
  cells_.resize(k_cells);
  if (!other.weights_.empty()) weights_.resize(k_cells);
  for (std::size_t i = 0; i < k_cells; ++i) {
    const cell& from = other.cells_[i];
    if (from.empty()) continue;
    cell& into = cells_[i];
    into.sum_prob.merge(from.sum_prob);
    into.lowest = std::min(into.lowest, from.lowest);
    into.highest = std::max(into.highest, from.highest);
    for (std::size_t label = 0; label < 2; ++label) {
      into.units[label] += from.units[label];
      if (!other.weights_.empty()) weights_[i].of_class[label].merge(other.weights_[i].of_class[label]);
    }
  }
}

filled_cell ranking_cells::plain(std::size_t i) const {
  const cell& from = cells_[i];
  double weight[2];
  for (std::size_t label = 0; label < 2; ++label) {
    weight[label] = static_cast<double>(from.units[label]);
    if (!weights_.empty()) weight[label] += weights_[i].of_class[label].value();
  }
  filled_cell result{weight[0], weight[1], from.sum_prob.value(), from.lowest, from.highest};
  if (result.tied()) result.sum_prob = result.weight() * from.lowest;
  return result;
}

std::vector<filled_cell> ranking_cells::filled() const {
  std::vector<filled_cell> result;
  for (std::size_t i = 0; i < cells_.size(); ++i)
    if (!cells_[i].empty()) result.push_back(plain(i));
  return result;
}

void ranking_cells::write(byte_writer& out) const {
  out.u64(count_);
  internal::write(out, brier_);
  out.boolean(!weights_.empty());
  const auto filled = std::count_if(cells_.begin(), cells_.end(), [](const cell& c) { return !c.empty(); });
  out.u64(static_cast<std::uint64_t>(filled));
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const cell& mine = cells_[i];
    if (mine.empty()) continue;
    out.u32(static_cast<std::uint32_t>(i));
    out.u64(mine.units[0]);
    out.u64(mine.units[1]);
    internal::write(out, mine.sum_prob);
    out.f64(mine.lowest);
    out.f64(mine.highest);
    if (weights_.empty()) continue;
    internal::write(out, weights_[i].of_class[0]);
    internal::write(out, weights_[i].of_class[1]);
  }
}

void ranking_cells::read(byte_reader& in) {
  constexpr std::size_t cell_bytes = 4 + 8 + 8 + 24 + 8 + 8;
  count_ = in.u64();
  brier_ = read_sum(in);
  const bool weighted = in.boolean();
  const std::size_t filled = in.count(cell_bytes);
  if (filled > 0) cells_.resize(k_cells);
  if (weighted) {
    cells_.resize(k_cells);
    weights_.resize(k_cells);
  }
  std::size_t next = 0;
  for (std::size_t k = 0; k < filled; ++k) {
    const std::size_t i = in.u32();
    if (i < next || i >= k_cells) in.fail("hold cells out of order");
    next = i + 1;
    cell& mine = cells_[i];
    mine.units[0] = in.u64();
    mine.units[1] = in.u64();
    mine.sum_prob = read_sum(in);
    mine.lowest = in.f64();
    mine.highest = in.f64();
    const double from = static_cast<double>(i) / static_cast<double>(k_cells);
    const double to = static_cast<double>(i + 1) / static_cast<double>(k_cells);
    const bool inside = mine.lowest >= from && mine.highest <= to && mine.lowest <= mine.highest;
    if (!inside) in.fail("hold a cell with probabilities outside of it");
    if (weighted)
      for (wide_sum& sum : weights_[i].of_class) sum = read_sum(in);
    if (!(plain(i).weight() > 0.0)) in.fail("hold a cell without weight");
  }
}

}  // namespace assay::inline v1::calibration::internal
