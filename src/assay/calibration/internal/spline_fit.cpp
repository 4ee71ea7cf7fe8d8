#include "assay/calibration/internal/spline_fit.hpp"

#include <algorithm>

#include "assay/core/internal/cholesky.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

// Share of the mean diagonal of the normal equations that the roughness gets: it decides where the points
// leave the spline open, and moves it by about 1e-12 where they do not.
constexpr double k_roughness = 1e-13;

}  // namespace

cubic_spline::cubic_spline(std::size_t knots, spline_runout runout)
    : knots_(knots),
      width_(1.0 / static_cast<double>(knots - 1)),
      derivatives_(second_derivatives_of_values(runout)),
      products_(4 * (knots - 1)),
      right_(knots - 1) {}

// Continuous slopes: m_i-1 + 4 m_i + m_i+1 = 6 (y_i-1 - 2 y_i + y_i+1) / width^2 at the inner knots; the
// run-out replaces m at both ends by the inner ones. Solved for all values at once by elimination.
std::vector<double> cubic_spline::second_derivatives_of_values(spline_runout runout) const {
  const std::size_t inner = knots_ - 2;
  std::vector<double> lower(inner, 1.0), diagonal(inner, 4.0), upper(inner, 1.0);
  if (runout == spline_runout::parabolic) {  // m_0 = m_1
    diagonal.front() += 1.0;
    diagonal.back() += 1.0;
  } else if (runout == spline_runout::cubic) {  // m_0 = 2 m_1 - m_2
    diagonal.front() = diagonal.back() = 6.0;
    upper.front() = lower.back() = 0.0;
  }
  std::vector<double> m(knots_ * knots_);
  const double factor = 6.0 / (width_ * width_);
  for (std::size_t i = 0; i < inner; ++i) {
    double* right = m.data() + (i + 1) * knots_;
    right[i] = right[i + 2] = factor;
    right[i + 1] = -2.0 * factor;
    if (i == 0) continue;
    const double share = lower[i] / diagonal[i - 1];
    diagonal[i] -= share * upper[i - 1];
    const double* above = right - knots_;
    for (std::size_t k = 0; k < knots_; ++k) right[k] -= share * above[k];
  }
  for (std::size_t i = inner; i-- > 0;) {
    double* right = m.data() + (i + 1) * knots_;
    for (std::size_t k = 0; k < knots_; ++k) {
      if (i + 1 < inner) right[k] -= upper[i] * right[k + knots_];
      right[k] /= diagonal[i];
    }
  }
  const auto end = [&](std::size_t at, std::size_t first, std::size_t second) {
    for (std::size_t k = 0; k < knots_; ++k) {
      const double near = m[first * knots_ + k];
      if (runout == spline_runout::parabolic) m[at * knots_ + k] = near;
      if (runout == spline_runout::cubic) m[at * knots_ + k] = 2.0 * near - m[second * knots_ + k];
    }
  };
  end(0, 1, std::min<std::size_t>(2, inner));
  end(knots_ - 1, knots_ - 2, std::max<std::size_t>(knots_ - 3, 1));
  return m;
}

std::size_t cubic_spline::interval(double t) const {
  const auto j = static_cast<std::size_t>(t / width_);
  return std::min(j, knots_ - 2);
}

cubic_spline::row cubic_spline::value_row(std::size_t j, double t) const {
  const double h = width_, x = t - static_cast<double>(j) * h;
  return {-x * x * x / (6.0 * h) + x * x / 2.0 - h * x / 3.0, x * x * x / (6.0 * h) - h * x / 6.0,
          1.0 - x / h, x / h};
}

cubic_spline::row cubic_spline::slope_row(std::size_t j, double t) const {
  const double h = width_, x = t - static_cast<double>(j) * h;
  return {-x * x / (2.0 * h) + x - h / 3.0, x * x / (2.0 * h) - h / 6.0, -1.0 / h, 1.0 / h};
}

void cubic_spline::add(double t, double value, double weight) {
  const std::size_t j = interval(t);
  const row basis = value_row(j, t);
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = 0; b < 4; ++b) products_[4 * j + a][b] += weight * basis[a] * basis[b];
    right_[j][a] += weight * basis[a] * value;
  }
}

// The points see m and y of the knots; both are functions of y alone, m = M y. So the normal equations are
// M^T A_m + A_y with the rows of m and y of the products times (M; I).
void cubic_spline::solve() {
  const std::size_t n = knots_;
  std::vector<double> of_m(n * n), normal(n * n), right_m(n), right(n);
  for (std::size_t j = 0; j + 1 < n; ++j) {
    for (std::size_t a = 0; a < 4; ++a) {
      const std::size_t knot = j + a % 2;
      (a < 2 ? right_m : right)[knot] += right_[j][a];
      double* out = (a < 2 ? of_m : normal).data() + knot * n;
      const row& product = products_[4 * j + a];
      const double* m = derivatives_.data() + j * n;
      for (std::size_t k = 0; k < n; ++k) out[k] += product[0] * m[k] + product[1] * m[n + k];
      out[j] += product[2];
      out[j + 1] += product[3];
    }
  }
  add_derivatives(of_m, right_m, normal, right);
  y_ = assay::internal::cholesky(normal, n).solve(right);
  m_.assign(n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < n; ++k) m_[i] += derivatives_[i * n + k] * y_[k];
}

// Adds M^T of what belongs to m, and the roughness.
void cubic_spline::add_derivatives(std::vector<double>& of_m, const std::vector<double>& right_m,
                                   std::vector<double>& normal, std::vector<double>& right) const {
  const std::size_t n = knots_;
  double trace = 0.0, rough = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    trace += normal[i * n + i];
    for (std::size_t k = 0; k < n; ++k) {
      trace += of_m[i * n + k] * derivatives_[i * n + k];
      rough += derivatives_[i * n + k] * derivatives_[i * n + k];
    }
  }
  const double share = k_roughness * trace / rough;
  for (std::size_t i = 0; i < n; ++i) {
    const double* m = derivatives_.data() + i * n;
    double* row_of_m = of_m.data() + i * n;
    for (std::size_t l = 0; l < n; ++l) row_of_m[l] += share * m[l];
    for (std::size_t k = 0; k < n; ++k) {
      right[k] += m[k] * right_m[i];
      double* out = normal.data() + k * n;
      for (std::size_t l = 0; l <= k; ++l) out[l] += m[k] * row_of_m[l];
    }
  }
}

double cubic_spline::slope(double t) const {
  const std::size_t j = interval(t);
  const row basis = slope_row(j, t);
  return basis[0] * m_[j] + basis[1] * m_[j + 1] + basis[2] * y_[j] + basis[3] * y_[j + 1];
}

}  // namespace assay::inline v1::calibration::internal
