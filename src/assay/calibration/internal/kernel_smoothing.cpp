#include "assay/calibration/internal/kernel_smoothing.hpp"

#include <algorithm>

#include "assay/core/compensated_sum.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr double k_nodes_per_sigma = 16.0;
constexpr double k_most_sigma = 3.0;
constexpr std::int64_t k_least_nodes = 64;
constexpr double k_reach = 8.7;        // standard deviations
constexpr std::int64_t k_stencil = 3;  // nodes that the split of a mass goes beyond it
constexpr std::int64_t k_window_nodes = 8192;
constexpr std::size_t k_windows_a_chunk = 64;

std::int64_t reach_of(double deviation) { return static_cast<std::int64_t>(std::ceil(k_reach * deviation)); }

std::int64_t floor_of(double x) { return static_cast<std::int64_t>(std::floor(x)); }

std::int64_t ceil_ratio(std::int64_t a, std::int64_t b) { return a <= 0 ? -(-a / b) : (a + b - 1) / b; }

// The node that stands for one just beyond an end.
std::int64_t folded(const smoothing_grid& grid, std::int64_t node) {
  if (!grid.reflected()) return node;
  if (node < 0) return -node;
  return node > grid.last ? 2 * grid.last - node : node;
}

// Calls fn(node) for the images of a node under reflection that reach the nodes first .. last.
template <class Fn>
void for_images(const smoothing_grid& grid, std::int64_t node, std::int64_t first, std::int64_t last,
                Fn&& fn) {
  if (!grid.reflected()) return fn(node);
  const std::int64_t period = 2 * grid.last;
  for (const std::int64_t image : {node, -node}) {
    std::int64_t at = image + period * ceil_ratio(first - grid.reach - image, period);
    for (; at <= last + grid.reach; at += period) fn(at);
  }
}

// The cubic through four values at -1, 0, 1, 2.
struct cubic {
  double c0, c1, c2, c3;

  explicit cubic(const double* v)
      : c0(v[1]),
        c1(v[2] - v[0] / 3.0 - v[1] / 2.0 - v[3] / 6.0),
        c2((v[0] + v[2]) / 2.0 - v[1]),
        c3((v[3] - v[0]) / 6.0 + (v[1] - v[2]) / 2.0) {}

  [[nodiscard]] double operator()(double t) const { return c0 + t * (c1 + t * (c2 + t * c3)); }
  [[nodiscard]] double integral(double t) const {
    return t * (c0 + t * (c1 / 2.0 + t * (c2 / 3.0 + t * (c3 / 4.0))));
  }
  // Where it changes sign in [0, 1], given that the ends have different signs: a secant that keeps a bracket
  // (Illinois).
  [[nodiscard]] double root() const {
    double low = 0.0, high = 1.0, at_low = c0, at_high = (*this)(1.0), t = 0.5, before = 0.0;
    for (int step = 0; step < 40 && high - low > 1e-15; ++step) {
      t = low + (high - low) * (at_low / (at_low - at_high));
      const double value = (*this)(t);
      if (value == 0.0) break;
      const bool lower = (value < 0.0) == (at_low < 0.0);
      (lower ? low : high) = t;
      (lower ? at_low : at_high) = value;
      if (value * before > 0.0) (lower ? at_high : at_low) *= 0.5;  // the same end twice
      before = value;
    }
    return t;
  }
};

bool changes_sign(const double* v) { return (v[1] < 0.0 && v[2] > 0.0) || (v[1] > 0.0 && v[2] < 0.0); }

// Integral of the absolute value over the cells of a window. v holds the nodes before and after it as well.
double absolute_cells(const std::vector<double>& v) {
  compensated_sum sum;
  for (std::size_t i = 0; i + 3 < v.size(); ++i) {
    const double* at = v.data() + i;
    if (!changes_sign(at)) {
      sum += std::fabs(13.0 * (at[1] + at[2]) - (at[0] + at[3])) / 24.0;
      continue;
    }
    const cubic curve(at);
    const double part = curve.integral(curve.root());
    sum += std::fabs(part) + std::fabs(curve.integral(1.0) - part);
  }
  return sum.value();
}

// Windows over the masses begin .. end - 1, a run without wide gaps, cut where it is long.
void add_windows(const smoothing_grid& grid, const std::vector<point_mass>& masses, std::size_t begin,
                 std::size_t end, std::vector<smoothing_window>& windows) {
  const std::int64_t margin = grid.reach + k_stencil;
  const auto place = [&](std::size_t i) { return masses[i].place * grid.scale; };
  std::int64_t first = floor_of(place(begin)) - margin;
  std::int64_t last = floor_of(place(end - 1)) + 1 + margin;
  if (grid.reflected()) {
    first = std::max<std::int64_t>(first, 0);
    last = std::min(last, grid.last);
  }
  const bool lone = end - begin == 1;
  std::size_t low = begin, high = begin;
  for (; first < last; first += k_window_nodes) {
    const std::int64_t stop = lone ? last : std::min(first + k_window_nodes, last);
    const auto from = static_cast<double>(first - 2 - margin), to = static_cast<double>(stop + 2 + margin);
    while (low < end && place(low) < from) ++low;
    high = std::max(high, low);
    while (high < end && place(high) <= to) ++high;
    windows.push_back({first, stop, low, high, lone});
    if (lone) break;
  }
}

}  // namespace

smoothing_grid grid_on_interval(double sigma) {
  const double kept = std::clamp(sigma, k_least_sigma, k_most_sigma);
  const std::int64_t last = std::max(k_least_nodes, floor_of(k_nodes_per_sigma / kept) + 1);
  const auto scale = static_cast<double>(last);
  return {scale, kept * scale, reach_of(kept * scale), last};
}

smoothing_grid grid_on_line(double sigma) {
  return {k_nodes_per_sigma / std::max(sigma, k_least_sigma_on_line), k_nodes_per_sigma,
          reach_of(k_nodes_per_sigma), -1};
}

std::vector<smoothing_window> windows_of(const smoothing_grid& grid, const std::vector<point_mass>& masses) {
  std::vector<smoothing_window> windows;
  if (masses.empty()) return windows;
  if (grid.reflected() && grid.last <= k_most_dense_nodes) {
    windows.push_back({0, grid.last, 0, masses.size(), false});
    return windows;
  }
  const auto gap = static_cast<double>(2 * (grid.reach + k_stencil + 1));
  for (std::size_t begin = 0; begin < masses.size();) {
    std::size_t end = begin + 1;
    while (end < masses.size() && (masses[end].place - masses[end - 1].place) * grid.scale <= gap) ++end;
    add_windows(grid, masses, begin, end, windows);
    begin = end;
  }
  return windows;
}

smoother::smoother(const smoothing_grid& grid)
    : grid_(grid), taps_(2 * static_cast<std::size_t>(grid.reach) + 1) {
  for (std::size_t i = 0; i < taps_.size(); ++i) {
    const double distance = static_cast<double>(i) - static_cast<double>(grid.reach);
    taps_[i] = vmath::normal_pdf(distance / grid.deviation) / grid.deviation;
  }
}

std::vector<double> smoother::split(const std::vector<point_mass>& masses,
                                    const smoothing_window& window) const {
  std::vector<double> nodes(static_cast<std::size_t>(window.last - window.first) + 1);
  for (std::size_t i = window.begin; i < window.end; ++i) {
    const double x = masses[i].place * grid_.scale, mass = masses[i].mass;
    const std::int64_t floor = floor_of(x), lowest = floor - 2;
    const auto weights = six_point_weights(x - static_cast<double>(floor));
    if (lowest >= window.first && lowest + 5 <= window.last) {
      double* const at = nodes.data() + (lowest - window.first);
      for (std::size_t k = 0; k < 6; ++k) at[k] += mass * weights[k];
      continue;
    }
    for (std::size_t k = 0; k < 6; ++k) {
      const std::int64_t node = folded(grid_, lowest + static_cast<std::int64_t>(k));
      if (node < window.first || node > window.last) continue;
      nodes[static_cast<std::size_t>(node - window.first)] += mass * weights[k];
    }
  }
  return nodes;
}

std::vector<double> smoother::density(const std::vector<point_mass>& masses,
                                      const smoothing_window& window) const {
  const std::int64_t first = window.first - 1, last = window.last + 1;
  smoothing_window sources{first - grid_.reach, last + grid_.reach, window.begin, window.end, window.lone};
  if (grid_.reflected()) {
    sources.first = std::max<std::int64_t>(sources.first, 0);
    sources.last = std::min(sources.last, grid_.last);
  }
  const std::vector<double> nodes = split(masses, sources);
  std::vector<double> values(static_cast<std::size_t>(last - first) + 1);
  for (std::size_t j = 0; j < nodes.size(); ++j) {
    const double mass = nodes[j];
    if (mass == 0.0) continue;
    for_images(grid_, sources.first + static_cast<std::int64_t>(j), first, last, [&](std::int64_t at) {
      const std::int64_t from = std::max(first, at - grid_.reach), to = std::min(last, at + grid_.reach);
      if (from > to) return;
      double* out = values.data() + (from - first);
      const double* taps = taps_.data() + (from - at + grid_.reach);
      const auto count = static_cast<std::size_t>(to - from) + 1;
      for (std::size_t k = 0; k < count; ++k) out[k] += mass * taps[k];
    });
  }
  return values;
}

double absolute_integral(const context& ctx, const char* function, const smoothing_grid& grid,
                         const std::vector<point_mass>& masses) {
  const auto windows = windows_of(grid, masses);
  const smoother kernel(grid);
  const auto add = [&](chunk part) {
    compensated_sum sum;
    for (std::size_t i = part.first; i < part.last; ++i) {
      const smoothing_window& window = windows[i];
      sum +=
          window.lone ? std::fabs(masses[window.begin].mass) : absolute_cells(kernel.density(masses, window));
    }
    return sum;
  };
  const auto merge = [](compensated_sum& into, const compensated_sum& from) { into.merge(from); };
  return reduce_chunks<compensated_sum>(ctx, function, windows.size(), k_windows_a_chunk, add, merge).value();
}

std::vector<sign_piece> sign_pieces(const smoothing_grid& grid, const std::vector<point_mass>& masses) {
  std::vector<sign_piece> pieces;
  const smoother kernel(grid);
  const auto add = [&](double node, double value) {
    if (value == 0.0) return;
    const double sign = value > 0.0 ? 1.0 : -1.0;
    if (pieces.empty() || pieces.back().sign != sign) pieces.push_back({node / grid.scale, sign});
  };
  for (const smoothing_window& window : windows_of(grid, masses)) {
    if (window.lone) {
      add(static_cast<double>(window.first), masses[window.begin].mass);
      continue;
    }
    const auto v = kernel.density(masses, window);
    for (std::size_t i = 0; i + 3 < v.size(); ++i) {
      const double node = static_cast<double>(window.first) + static_cast<double>(i);
      add(node, v[i + 1]);
      if (changes_sign(v.data() + i)) add(node + cubic(v.data() + i).root(), v[i + 2]);
    }
  }
  return pieces;
}

}  // namespace assay::inline v1::calibration::internal
