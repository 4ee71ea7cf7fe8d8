#include "assay/calibration/smooth_ece.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "assay/calibration/internal/row_masses.hpp"
#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;
using internal::mass_axis;
using internal::mass_kind;
using internal::point_mass;
using internal::row_masses;
using internal::sign_piece;
using internal::smoothing_grid;

constexpr double k_reach = 8.7;  // standard deviations; the kernel is 4e-17 of its height there

mass_axis axis_of(smoothing_space space) {
  return space == smoothing_space::logit ? mass_axis::line : mass_axis::interval;
}

void check_sigma(const checker& check, double sigma) {
  check.parameter(sigma > 0.0 && sigma <= std::numeric_limits<double>::max(), "sigma", sigma,
                  "must be finite and > 0");
}

binary_rows checked_rows(const context& ctx, const checker& check, const binary_rows& rows) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  return rows;
}

double error_at(const context& ctx, const checker& check, row_masses& residuals, double sigma) {
  const auto& masses = residuals.for_sigma(sigma);
  return residuals.at_infinity() +
         internal::absolute_integral(ctx, check.function(), residuals.grid(sigma), masses);
}

// The root of error(sigma) = sigma. The error does not increase with sigma, so the root lies between any
// sigma and the error there. Then secants that keep a bracket (Illinois), in logarithms: the error of noise
// is almost a power of sigma. Down to the least width that is cheap for many rows, that width is tried before
// a smaller one.
double fixed_point(const context& ctx, const checker& check, row_masses& residuals) {
  constexpr double start = 0.05, tolerance = 1e-10;
  double low = start, high = error_at(ctx, check, residuals, start);
  if (high == 0.0) return 0.0;
  const auto excess = [&](double sigma) {
    return vmath::log(error_at(ctx, check, residuals, sigma)) - vmath::log(sigma);
  };
  double at_low = vmath::log(high) - vmath::log(low);
  const double cheap = residuals.least_gathered_sigma();
  double at_high = excess(std::max(high, std::min(cheap, start)));
  if (high < cheap && cheap < start) {
    if (at_high > 0.0) {
      high = cheap;
    } else {
      low = cheap;
      at_low = at_high;
      at_high = excess(high);
    }
  }
  if (low > high) {
    std::swap(low, high);
    std::swap(at_low, at_high);
  }
  double sigma = at_low > 0.0 ? high : low;  // no excess above the root, but for rounding
  double before = 0.0;
  for (int step = 0; step < 100 && at_low > 0.0 && at_high < 0.0 && high - low > tolerance * high; ++step) {
    sigma = low * vmath::exp(vmath::log(high / low) * (at_low / (at_low - at_high)));
    const double value = excess(sigma);
    if (std::fabs(value) <= tolerance) break;
    (value > 0.0 ? low : high) = sigma;
    (value > 0.0 ? at_low : at_high) = value;
    if (value * before > 0.0) (value > 0.0 ? at_high : at_low) *= 0.5;  // the same end twice
    before = value;
  }
  return sigma;
}

}  // namespace

double smooth_ece_fixed(integer_view labels, vector_view probabilities, double sigma,
                        const smooth_ece_fixed_options& options, const context& ctx) {
  const checker check("smooth_ece_fixed");
  const auto rows = checked_rows(ctx, check, {labels, probabilities, options.weights});
  check_sigma(check, sigma);
  row_masses residuals(ctx, check, rows, mass_kind::residual, axis_of(options.space));
  return error_at(ctx, check, residuals, sigma);
}

double smooth_ece(integer_view labels, vector_view probabilities, const smooth_ece_options& options,
                  const context& ctx) {
  const checker check("smooth_ece");
  const auto rows = checked_rows(ctx, check, {labels, probabilities, options.weights});
  row_masses residuals(ctx, check, rows, mass_kind::residual, axis_of(options.space));
  return fixed_point(ctx, check, residuals);
}

// ---- curve ----

namespace {

// Masses smoothed at any place: first split among the nodes of the grid where that is one piece.
class smoothed_masses {
 public:
  smoothed_masses(const smoothing_grid& grid, const std::vector<point_mass>& masses)
      : grid_(grid), deviation_(grid.deviation / grid.scale), masses_(masses) {
    if (!grid.reflected() || grid.last > internal::k_most_dense_nodes) return;
    const auto nodes = internal::smoother(grid).split(masses, {0, grid.last, 0, masses.size(), false});
    masses_.clear();
    for (std::size_t j = 0; j < nodes.size(); ++j)
      masses_.push_back({static_cast<double>(j) / grid.scale, nodes[j]});
  }

  [[nodiscard]] double operator()(double place) const {
    if (!grid_.reflected()) return near(place);
    // reflection of the kernel instead of the masses: 2 m + place and 2 m - place
    double sum = 0.0;
    const double reach = k_reach * deviation_;
    const auto most = static_cast<int>(std::floor((reach + 2.0) / 2.0));
    for (int m = -most; m <= most; ++m) sum += near(2.0 * m + place) + near(2.0 * m - place);
    return sum;
  }

 private:
  [[nodiscard]] double near(double place) const {
    const double reach = k_reach * deviation_;
    auto at = std::lower_bound(masses_.begin(), masses_.end(), place - reach,
                               [](const point_mass& mass, double value) { return mass.place < value; });
    double sum = 0.0;
    for (; at != masses_.end() && at->place <= place + reach; ++at)
      sum += at->mass * vmath::normal_pdf((place - at->place) / deviation_);
    return sum / deviation_;
  }

  smoothing_grid grid_;
  double deviation_;
  std::vector<point_mass> masses_;
};

struct curve_points {
  std::span<double> t, mu, density;
};

void fill_curve(const context& ctx, const checker& check, const smoothed_masses& events,
                const smoothed_masses& all, smoothing_space space, const curve_points& out) {
  const std::size_t count = out.t.size();
  const bool logit = space == smoothing_space::logit;
  constexpr std::size_t points_a_chunk = 16;
  for_chunks(ctx, check.function(), count, points_a_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) {
      const auto number = static_cast<double>(i);
      const double t =
          logit ? (number + 0.5) / static_cast<double>(count) : number / static_cast<double>(count - 1);
      const double place = logit ? vmath::log(t) - vmath::log1p(-t) : t;
      const double weight = std::max(all(place), 0.0);
      out.t[i] = t;
      out.density[i] = logit ? weight / (t * (1.0 - t)) : weight;
      out.mu[i] = weight > 0.0 ? std::clamp(events(place) / weight, 0.0, 1.0)
                               : std::numeric_limits<double>::quiet_NaN();
    }
  });
}

}  // namespace

smooth_ece_curve_result smooth_ece_curve(integer_view labels, vector_view probabilities,
                                         const smooth_ece_curve_options& options, const context& ctx) {
  const checker check("smooth_ece_curve");
  const auto rows = checked_rows(ctx, check, {labels, probabilities, options.weights});
  if (options.sigma) check_sigma(check, *options.sigma);
  constexpr std::int64_t most_points = std::int64_t{1} << 20;
  const std::int64_t points = options.n_points;
  check.parameter(points >= 2, "n_points", static_cast<double>(points), "must be at least 2");
  check.parameter(points <= most_points, "n_points", static_cast<double>(points), "must be at most 1048576");
  const mass_axis axis = axis_of(options.space);
  row_masses residuals(ctx, check, rows, mass_kind::residual, axis);
  const double sigma = options.sigma ? *options.sigma : fixed_point(ctx, check, residuals);
  const double value = options.sigma ? error_at(ctx, check, residuals, sigma) : sigma;
  const smoothing_grid grid = residuals.grid(sigma);
  row_masses events(ctx, check, rows, mass_kind::event, axis);
  row_masses all(ctx, check, rows, mass_kind::weight, axis);
  const auto count = static_cast<std::size_t>(points);
  smooth_ece_curve_result result{value, sigma, ctx.result(check.function(), dtype::float64, count),
                                 array(dtype::float64, {count}), array(dtype::float64, {count})};
  fill_curve(ctx, check, {grid, events.for_sigma(sigma)}, {grid, all.for_sigma(sigma)}, options.space,
             {result.t.values<double>(), result.mu.values<double>(), result.density.values<double>()});
  return result;
}

// ---- gradient ----

namespace {

// The integral over t of sign(r(t)) K(t, p) as a function of p, and its derivative.
class smoothed_sign {
 public:
  struct values {
    double value;
    double slope;
  };

  smoothed_sign(const smoothing_grid& grid, std::vector<sign_piece> pieces)
      : scale_(grid.scale), deviation_(grid.deviation / grid.scale), pieces_(std::move(pieces)) {}

  // Makes a table, from which six nodes around p give the values to 1e-7. For many rows.
  void tabulate() {
    for (double node = -2.0; node <= scale_ + 3.0; node += 1.0) table_.push_back(at(node / scale_));
  }

  [[nodiscard]] values operator()(double p) const {
    if (table_.empty()) return at(p);
    const double x = p * scale_;
    const auto floor = static_cast<std::size_t>(x);
    const auto weights = internal::six_point_weights(x - static_cast<double>(floor));
    values sum{0.0, 0.0};
    for (std::size_t k = 0; k < 6; ++k) {
      sum.value += weights[k] * table_[floor + k].value;
      sum.slope += weights[k] * table_[floor + k].slope;
    }
    return sum;
  }

 private:
  [[nodiscard]] values at(double p) const {
    const double reach = k_reach * deviation_;
    std::size_t i = static_cast<std::size_t>(
        std::lower_bound(pieces_.begin(), pieces_.end(), p - reach,
                         [](const sign_piece& piece, double value) { return piece.place < value; }) -
        pieces_.begin());
    if (pieces_.empty()) return {0.0, 0.0};
    i = std::max<std::size_t>(i, 1);  // the first piece begins before all rows
    values sum{pieces_[i - 1].sign, 0.0};
    for (; i < pieces_.size() && pieces_[i].place <= p + reach; ++i) {
      // beyond the place the sign is another one: so much of the kernel lies there
      const double change = pieces_[i].sign - pieces_[i - 1].sign;
      const values below = kernel_below(pieces_[i].place, p);
      sum.value += change * (1.0 - below.value);
      sum.slope -= change * below.slope;
    }
    return sum;
  }

  // Integral of K(t, p) over t from 0 to x, and its derivative by p. Of the images of p at 2 m - p and 2 m +
  // p those with m and -m together put one half each below 0.
  [[nodiscard]] values kernel_below(double x, double p) const {
    const auto most = static_cast<int>(std::floor((k_reach * deviation_ + 2.0) / 2.0)) + 1;
    values sum{-(2.0 * most + 1.0), 0.0};
    for (int m = -most; m <= most; ++m) {
      const double up = (x - p + 2.0 * m) / deviation_, down = (x + p + 2.0 * m) / deviation_;
      sum.value += vmath::normal_cdf(up) + vmath::normal_cdf(down);
      sum.slope += (vmath::normal_pdf(down) - vmath::normal_pdf(up)) / deviation_;
    }
    return sum;
  }

  double scale_;
  double deviation_;
  std::vector<sign_piece> pieces_;
  std::vector<values> table_;
};

}  // namespace

smooth_ece_fixed_grad_result smooth_ece_fixed_grad(integer_view labels, vector_view probabilities,
                                                   double sigma, const smooth_ece_fixed_grad_options& options,
                                                   const context& ctx) {
  const checker check("smooth_ece_fixed_grad");
  const auto rows = checked_rows(ctx, check, {labels, probabilities, options.weights});
  check_sigma(check, sigma);
  row_masses residuals(ctx, check, rows, mass_kind::residual, mass_axis::interval);
  const auto& masses = residuals.for_sigma(sigma);
  const smoothing_grid grid = residuals.grid(sigma);
  smoothed_sign sign(grid, internal::sign_pieces(grid, masses));
  if (rows.size() > static_cast<std::size_t>(grid.last)) sign.tabulate();
  const dtype type = probabilities.type();
  smooth_ece_fixed_grad_result result{error_at(ctx, check, residuals, sigma),
                                      ctx.result(check.function(), type, rows.size())};
  constexpr std::size_t rows_a_chunk = 4096;
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    T* out = result.grad.values<T>().data();
    for_chunks(ctx, check.function(), rows.size(), rows_a_chunk, [&](chunk part) {
      for (std::size_t i = part.first; i < part.last; ++i) {
        const double p = probabilities(i), y = labels(i);
        const double share =
            (options.weights.present() ? options.weights(i) : 1.0) / residuals.total_weight();
        const auto at = sign(p);
        out[i] = static_cast<T>(share * ((y - p) * at.slope - at.value));
      }
    });
  });
  return result;
}

}  // namespace assay::inline v1::calibration
