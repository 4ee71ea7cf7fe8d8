#include "assay/calibration/internal/smooth_band.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/calibration/internal/cells.hpp"
#include "assay/calibration/internal/kernel_smoothing.hpp"
#include "assay/calibration/internal/ranking.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr double k_cells_per_sigma = 8.0;

// Weight at the nodes of the grid, all of it and that of events.
struct node_masses {
  std::vector<double> weight;
  std::vector<double> events;
};

// The kernel between one point of the curve and the nodes that it reaches.
struct point_kernel {
  std::size_t first = 0;
  std::vector<double> taps;

  // An image of the node by reflection is never nearer than the node itself.
  point_kernel(const smoothing_grid& grid, double point) {
    const double at = point * grid.scale, sigma = grid.deviation / grid.scale;
    const auto reach = static_cast<double>(grid.reach);
    const double last = std::min(std::floor(at + reach), static_cast<double>(grid.last));
    first = static_cast<std::size_t>(std::max(std::ceil(at - reach), 0.0));
    const double furthest = reach / grid.scale;
    const auto images = static_cast<int>(std::floor((furthest + 2.0) / 2.0));
    const auto kernel = [&](double distance) {
      return std::fabs(distance) <= furthest ? vmath::normal_pdf(distance / sigma) : 0.0;
    };
    for (auto node = static_cast<double>(first); node <= last; node += 1.0) {
      const double place = node / grid.scale;
      double sum = 0.0;
      for (int m = -images; m <= images; ++m)
        sum += kernel(2.0 * m + point - place) + kernel(2.0 * m - point - place);
      taps.push_back(sum);
    }
  }

  // Share of events, NaN without weight. Events are not more than the weight at any node, hence in no sum.
  [[nodiscard]] double share(const node_masses& nodes) const {
    double weight = 0.0, events = 0.0;
    for (std::size_t k = 0; k < taps.size(); ++k) {
      weight += taps[k] * nodes.weight[first + k];
      events += taps[k] * nodes.events[first + k];
    }
    return weight > 0.0 ? events / weight : std::numeric_limits<double>::quiet_NaN();
  }
};

// Where the cells lie on the grid: so much of a cell goes to the node after its own.
class cell_places {
 public:
  cell_places(const std::vector<cell>& cells, const smoothing_grid& grid)
      : nodes_(static_cast<std::size_t>(grid.last) + 1) {
    double total = 0.0;
    for (const cell& from : cells) {
      total += from.others.weight + from.events.weight;
      const double at = from.x() * grid.scale;
      const double node = std::min(std::floor(at), static_cast<double>(grid.last - 1));
      places_.push_back({static_cast<std::size_t>(node), at - node});
    }
    scale_ = weight_scale(total);
  }

  [[nodiscard]] node_masses split(const cell_weights& weights) const {
    node_masses masses{std::vector<double>(nodes_), std::vector<double>(nodes_)};
    for (std::size_t c = 0; c < places_.size(); ++c) {
      const auto& [node, after] = places_[c];
      const double events = scale_ * weights[2 * c + 1], weight = scale_ * weights[2 * c] + events;
      masses.weight[node] += (1.0 - after) * weight;
      masses.weight[node + 1] += after * weight;
      masses.events[node] += (1.0 - after) * events;
      masses.events[node + 1] += after * events;
    }
    return masses;
  }

 private:
  struct place {
    std::size_t node;
    double after;
  };
  std::vector<place> places_;
  std::size_t nodes_;
  double scale_ = 1.0;
};

}  // namespace

std::vector<interval_ends> smooth_band(const context& ctx, const char* function, const binary_rows& rows,
                                       const std::vector<tie_group>& groups, const smooth_resampling& plan) {
  const auto bins = static_cast<std::size_t>(std::ceil(k_cells_per_sigma / plan.sigma));
  const sample_cells cells(rows, groups, bin_edges::equal_width(bins, bin_rule::right_closed));
  const smoothing_grid grid = grid_on_interval(plan.sigma);
  const cell_places places(cells.cells(), grid);
  std::vector<point_kernel> kernels;
  for (const double point : plan.points) kernels.emplace_back(grid, point);
  std::vector<double> shares(kernels.size() * plan.replicates);  // one row a point
  for_chunks(ctx, function, plan.replicates, 1, [&](chunk part) {
    cell_weights weights;
    if (plan.labels == drawn_labels::kept) {
      cells.draw(plan.seed, part.index, weights);
    } else {
      cells.draw_calibrated(plan.seed, part.index, weights);
    }
    const node_masses masses = places.split(weights);
    for (std::size_t i = 0; i < kernels.size(); ++i)
      shares[i * plan.replicates + part.index] = kernels[i].share(masses);
  });
  return row_percentiles(shares, plan.replicates, plan.level);
}

}  // namespace assay::inline v1::calibration::internal
