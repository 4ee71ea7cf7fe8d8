#include "assay/calibration/internal/cells.hpp"

#include <algorithm>
#include <cmath>

#include "assay/calibration/internal/drawn_rows.hpp"
#include "assay/calibration/internal/poisson_draw.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

// Sums become means in finish().
void add(cell_class& to, double x, double brier, double log_loss, double weight, double share) {
  to.x += weight * x;
  to.brier += weight * brier;
  to.log_loss += weight * log_loss;
  to.weight += weight;
  to.rows += weight * share;
}

void add(cell& to, const tie_group& group) {
  const double x = group.x, share = group.squares / group.weight;
  const double others = group.weight - group.events;
  if (group.events > 0.0) add(to.events, x, (1.0 - x) * (1.0 - x), -vmath::log(x), group.events, share);
  if (others > 0.0) add(to.others, x, x * x, -vmath::log1p(-x), others, share);
}

void finish(cell_class& done, double only_x) {
  if (!(done.weight > 0.0)) return;
  // one probability stays exactly that
  done.x = only_x >= 0.0 ? only_x : done.x / done.weight;
  done.brier /= done.weight;
  done.log_loss /= done.weight;
  done.rows = done.weight == done.rows ? done.weight : done.weight * done.weight / done.rows;
}

double drawn_weight(philox::stream& draws, const cell_class& rows) {
  return rows.weight > 0.0 ? poisson_draw(draws, rows.rows) * (rows.weight / rows.rows) : 0.0;
}

}  // namespace

sample_cells::sample_cells(const binary_rows& rows, const std::vector<tie_group>& groups,
                           const bin_edges& edges)
    : bins_(edges.bins()) {
  const bool by_rows = rows.size() <= k_most_rows;
  const std::size_t joined_rows = std::max(k_least_rows, (rows.size() + k_most_cells - 1) / k_most_cells);
  const double most = by_rows ? 0.0 : static_cast<double>(joined_rows);
  cells_.reserve(std::min(groups.size(), 2 * k_most_cells + bins_));
  double count = 0.0;
  std::size_t joined = 0;
  double last_x = 0.0;
  const auto close = [&] {
    if (joined == 0) return;
    finish(cells_.back().events, joined == 1 ? last_x : -1.0);
    finish(cells_.back().others, joined == 1 ? last_x : -1.0);
  };
  for (const tie_group& group : groups) {
    if (!(group.weight > 0.0)) continue;
    const auto bin = static_cast<std::uint32_t>(edges.bin_of(group.x));
    const bool upper = group.x >= 0.5;
    if (cells_.empty() || count + group.count > most || cells_.back().bin != bin ||
        cells_.back().upper != upper) {
      close();
      cells_.push_back({{}, {}, bin, upper});
      count = 0.0;
      joined = 0;
    }
    add(cells_.back(), group);
    count += group.count;
    joined += 1;
    last_x = group.x;
  }
  close();
  if (by_rows) number_rows(rows, groups);
}

void sample_cells::number_rows(const binary_rows& rows, const std::vector<tie_group>& groups) {
  std::vector<double> points;
  points.reserve(cells_.size());
  for (const tie_group& group : groups)
    if (group.weight > 0.0) points.push_back(group.x);
  place_of_row_.resize(rows.size());
  if (rows.weights.present()) weight_of_row_.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto found = std::lower_bound(points.begin(), points.end(), rows.forecasts(i)) - points.begin();
    // rows of weight 0 alone have no cell: any will do
    const std::size_t cell = std::min(static_cast<std::size_t>(found), points.size() - 1);
    place_of_row_[i] = static_cast<std::uint32_t>(2 * cell + (rows.labels(i) != 0.0 ? 1 : 0));
    if (rows.weights.present()) weight_of_row_[i] = rows.weights(i);
  }
}

cell_weights sample_cells::whole() const {
  cell_weights weights(2 * cells_.size());
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    weights[2 * c] = cells_[c].others.weight;
    weights[2 * c + 1] = cells_[c].events.weight;
  }
  return weights;
}

void sample_cells::draw(std::uint64_t seed, std::uint64_t replicate, cell_weights& weights) const {
  weights.assign(2 * cells_.size(), 0.0);
  if (place_of_row_.empty()) {
    philox::stream draws(seed, replicate);
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      weights[2 * c] = drawn_weight(draws, cells_[c].others);
      weights[2 * c + 1] = drawn_weight(draws, cells_[c].events);
    }
    return;
  }
  for_drawn_rows(seed, replicate, place_of_row_.size(), [&](std::span<const std::uint32_t> drawn) {
    for (const std::uint32_t row : drawn)
      weights[place_of_row_[row]] += weight_of_row_.empty() ? 1.0 : weight_of_row_[row];
  });
}

void sample_cells::draw_calibrated(std::uint64_t seed, std::uint64_t replicate, cell_weights& weights) const {
  weights.assign(2 * cells_.size(), 0.0);
  philox::stream draws(seed, replicate);
  for (std::size_t c = 0; c < cells_.size() && place_of_row_.empty(); ++c) {
    const cell& from = cells_[c];
    const double x = from.x(), rows = from.others.rows + from.events.rows;
    const double share = (from.others.weight + from.events.weight) / rows;
    weights[2 * c] = share * poisson_draw(draws, rows * (1.0 - x));
    weights[2 * c + 1] = share * poisson_draw(draws, rows * x);
  }
  const std::size_t rows = place_of_row_.size();
  for (std::size_t j = 0; j < rows; ++j) {
    const std::uint64_t number = draws.next();
    const auto row = static_cast<std::size_t>(philox::high_product(number, rows));
    const std::size_t cell = place_of_row_[row] / 2;
    const std::size_t event = philox::to_uniform(number * rows) < cells_[cell].x() ? 1 : 0;
    weights[2 * cell + event] += weight_of_row_.empty() ? 1.0 : weight_of_row_[row];
  }
}

}  // namespace assay::inline v1::calibration::internal
