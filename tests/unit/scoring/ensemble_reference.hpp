// The definitions of the ensemble scores, written down as they stand: all pairs, extended precision, no
// sorting.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "assay/scoring/crps_ensemble.hpp"
#include "support/random.hpp"

namespace assay::testing {

/// Rows of ensembles with their observations, as the functions take them.
struct ensembles {
  std::size_t n;
  std::size_t m;
  std::vector<double> observations;
  std::vector<double> members;

  [[nodiscard]] matrix_view view() const { return {members, n, m}; }
  [[nodiscard]] std::vector<double> row(std::size_t i) const {
    return {members.begin() + static_cast<std::ptrdiff_t>(i * m),
            members.begin() + static_cast<std::ptrdiff_t>((i + 1) * m)};
  }
};

/// Normal numbers; with `steps` rounded to halves, so that members tie with each other and with the
/// observation.
inline ensembles random_ensembles(std::uint64_t seed, std::size_t n, std::size_t m, bool steps = false) {
  generator random(seed);
  ensembles data{n, m, random.normals(n), random.normals(n * m)};
  if (steps) {
    for (double& y : data.observations) y = std::round(2.0 * y) / 2.0;
    for (double& x : data.members) x = std::round(2.0 * x) / 2.0;
  }
  return data;
}

/// Weights that sum to 1 for the definitions below.
inline std::vector<long double> normalised(const std::vector<double>& weights) {
  long double total = 0.0L;
  for (const double w : weights) total += static_cast<long double>(w);
  std::vector<long double> result;
  for (const double w : weights) result.push_back(static_cast<long double>(w) / total);
  return result;
}

inline std::vector<long double> equal_weights(std::size_t m) {
  return std::vector<long double>(m, 1.0L / static_cast<long double>(m));
}

/// mean |x - y| and 1/2 mean |x_i - x_j| over all pairs, the pair of a member with itself included.
struct mean_distances {
  long double to_observation = 0.0L;
  long double between_members = 0.0L;
  long double squared_weights = 0.0L;
};

inline mean_distances distances(double y, const std::vector<double>& x, const std::vector<long double>& w) {
  mean_distances result;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto xi = static_cast<long double>(x[i]);
    result.to_observation += w[i] * std::fabs(xi - static_cast<long double>(y));
    result.squared_weights += w[i] * w[i];
    for (std::size_t j = 0; j < x.size(); ++j)
      result.between_members += w[i] * w[j] * std::fabs(xi - static_cast<long double>(x[j])) / 2.0L;
  }
  return result;
}

/// Factor of `between_members` for alpha fair + (1 - alpha) standard, and for `adjusted` to R members.
inline long double mixture_factor(long double alpha, long double squared_weights) {
  return alpha / (1.0L - squared_weights) + 1.0L - alpha;
}
inline long double adjusted_factor(long double size, long double squared_weights) {
  return (1.0L - 1.0L / size) / (1.0L - squared_weights);
}

/// CRPS of alpha fair + (1 - alpha) standard, from its definition.
inline long double mixture_crps(double y, const std::vector<double>& x, const std::vector<long double>& w,
                                long double alpha) {
  const mean_distances d = distances(y, x, w);
  const long double factor = alpha == 0.0L ? 1.0L : mixture_factor(alpha, d.squared_weights);
  return d.to_observation - factor * d.between_members;
}

/// The same for equal weights as a sum of pairs of which none is negative: good to a few units of extended
/// precision even where the definition cancels. m >= 2.
inline long double mixture_crps_without_cancellation(double y, const std::vector<double>& x,
                                                     long double alpha) {
  const auto m = static_cast<long double>(x.size());
  const long double pair_weight = alpha / (m * (m - 1.0L)) + (1.0L - alpha) / (m * m);
  long double pairs = 0.0L;
  long double own = 0.0L;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double d = static_cast<long double>(x[i]) - static_cast<long double>(y);
    own += std::fabs(d);
    for (std::size_t j = 0; j < i; ++j) {
      const long double e = static_cast<long double>(x[j]) - static_cast<long double>(y);
      if ((d > 0.0L) == (e > 0.0L)) pairs += std::fmin(std::fabs(d), std::fabs(e));
    }
  }
  return 2.0L * pair_weight * pairs + (1.0L - alpha) / (m * m) * own;
}

/// Subgradient by member i with sgn(0) = 0, for a spread term of `factor` times between_members.
inline long double slope(double y, const std::vector<double>& x, const std::vector<long double>& w,
                         std::size_t i, long double factor) {
  const auto sign = [](double a, double b) { return a > b ? 1.0L : a < b ? -1.0L : 0.0L; };
  long double pull = 0.0L;
  for (std::size_t j = 0; j < x.size(); ++j) pull += w[j] * sign(x[i], x[j]);
  return w[i] * (sign(x[i], y) - factor * pull);
}

}  // namespace assay::testing
