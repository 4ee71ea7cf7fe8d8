#include "assay/calibration/internal/row_masses.hpp"

#include <cmath>
#include <cstdint>

#include "assay/core/compensated_sum.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::size_t k_most_exact_rows = std::size_t{1} << 14;
constexpr std::size_t k_cells = std::size_t{1} << 15;
constexpr double k_least_gathered_sigma = 16.0 / static_cast<double>(k_cells);
constexpr std::size_t k_margin = 3;  // nodes beyond either end that a split may reach

double mass_of(mass_kind kind, double p, double weight, double events) {
  return kind == mass_kind::residual ? events - weight * p : kind == mass_kind::event ? events : weight;
}

// Masses split among the nodes of a fine grid, with margins that are folded back at the end.
struct cell_sums {
  std::vector<double> nodes;
  exact_sum weight;
  bool good = true;

  template <class T>
  void add(const row_block<T>& block, mass_kind kind) {
    double* const grid = nodes.data() + k_margin - 2;
    const auto cells = static_cast<double>(k_cells);
    compensated_sum sum;
    bool all_good = true;
    for (std::size_t i = 0; i < block.size; ++i) {
      const double given = static_cast<double>(block.forecasts[i]);
      const bool in_range = given >= 0.0 && given <= 1.0;
      const double p = in_range ? given : 0.0;  // a bad row must find a cell
      const double w = block.weights == nullptr ? 1.0 : block.weights[i];
      all_good &= in_range && block.labels[i] <= 1 && w >= 0.0 && w - w == 0.0;
      const double mass = mass_of(kind, p, w, block.labels[i] != 0 ? w : 0.0);
      const double x = p * cells;
      const auto floor = static_cast<std::int32_t>(x);
      const auto weights = six_point_weights(x - static_cast<double>(floor));
      double* const at = grid + floor;
      for (std::size_t k = 0; k < 6; ++k) at[k] += mass * weights[k];
      if (block.weights != nullptr) sum += w;
    }
    good &= all_good;
    weight.add(block.weights == nullptr ? static_cast<double>(block.size) : sum.value());
  }
  void merge(const cell_sums& other) {
    for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i] += other.nodes[i];
    weight.merge(other.weight);
    good &= other.good;
  }
};

cell_sums sums_of(const context& ctx, const checker& check, const binary_rows& rows, mass_kind kind) {
  const auto add = [&](chunk part) {
    cell_sums sums;
    sums.nodes.assign(k_cells + 1 + 2 * k_margin, 0.0);
    assay::internal::with_real_type(rows.forecasts.type(), [&]<class T>(std::type_identity<T>) {
      for_blocks<T>(rows, part.first, part.last, [&](const auto& block) { sums.add(block, kind); });
    });
    return sums;
  };
  const auto merge = [](cell_sums& into, const cell_sums& from) { into.merge(from); };
  return reduce_chunks<cell_sums>(ctx, check.function(), rows.size(), k_chunk_rows, add, merge);
}

}  // namespace

row_masses::row_masses(const context& ctx, const checker& check, const binary_rows& rows, mass_kind kind,
                       mass_axis axis)
    : ctx_(ctx), check_(check), rows_(rows), kind_(kind), axis_(axis) {
  if (axis == mass_axis::line || rows.size() <= k_most_exact_rows) {
    sort();
  } else {
    gather();
  }
}

const std::vector<point_mass>& row_masses::for_sigma(double sigma) {
  if (!gathered_.empty() && sigma >= k_least_gathered_sigma) return gathered_;
  if (exact_.empty()) sort();
  return exact_;
}

smoothing_grid row_masses::grid(double sigma) const {
  return axis_ == mass_axis::interval ? grid_on_interval(sigma) : grid_on_line(sigma);
}

double row_masses::least_gathered_sigma() const noexcept {
  return gathered_.empty() ? 0.0 : k_least_gathered_sigma;
}

void row_masses::gather() {
  const cell_sums sums = sums_of(ctx_, check_, rows_, kind_);
  if (!sums.good) check_values(check_, rows_);
  total_ = sums.weight.value();
  check_total(check_, total_);
  gathered_.resize(k_cells + 1);
  for (std::size_t j = 0; j <= k_cells; ++j)
    gathered_[j] = {static_cast<double>(j) / static_cast<double>(k_cells), sums.nodes[k_margin + j] / total_};
  for (std::size_t k = 1; k <= k_margin; ++k) {
    gathered_[k].mass += sums.nodes[k_margin - k] / total_;
    gathered_[k_cells - k].mass += sums.nodes[k_margin + k_cells + k] / total_;
  }
}

void row_masses::sort() {
  compensated_sum total;
  exact_.clear();
  const sorted_rows sorted(check_, rows_, zero_weights::drop);
  double ends = 0.0;
  sorted.for_groups([&](const tie_group& group) {
    total += group.weight;
    const double mass = mass_of(kind_, group.x, group.weight, group.events);
    if (axis_ == mass_axis::interval) {
      exact_.push_back({group.x, mass});
    } else if (group.x > 0.0 && group.x < 1.0) {
      exact_.push_back({vmath::log(group.x) - vmath::log1p(-group.x), mass});
    } else {
      ends += std::fabs(mass);
    }
  });
  total_ = total.value();
  at_infinity_ = ends / total_;
  for (point_mass& mass : exact_) mass.mass /= total_;
}

}  // namespace assay::inline v1::calibration::internal
