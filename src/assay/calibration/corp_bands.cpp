#include "assay/calibration/corp_bands.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "assay/calibration/internal/chernoff.hpp"
#include "assay/calibration/internal/refitted_curves.hpp"
#include "assay/calibration/internal/replicates.hpp"
#include "assay/calibration/internal/row_groups.hpp"
#include "assay/calibration/internal/unit_density.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/wilson.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::row_groups;
using internal::tie_group;

constexpr std::size_t k_always_resampled = 2000;  // below, limits for many rows are far off
constexpr std::size_t k_resampled = 20000;        // up to here resampling takes seconds at most
constexpr std::size_t k_repeats = 50;             // so many rows a point make the normal limit good

using band = internal::curve_band;

corp_band_method chosen(corp_band_method method, const row_groups& rows) {
  if (method != corp_band_method::automatic) return method;
  if (rows.rows() < k_always_resampled) return corp_band_method::resampling;
  if (rows.rows() >= k_repeats * rows.groups.size()) return corp_band_method::discrete;
  return rows.rows() <= k_resampled ? corp_band_method::resampling : corp_band_method::continuous;
}

// Rows of equal weight that would be as informative.
double effective(double weight, double squares) {
  return weight == squares ? weight : weight * weight / squares;
}

band clipped(const std::vector<double>& centre, const std::vector<double>& half) {
  band result{centre, centre};
  for (std::size_t i = 0; i < centre.size(); ++i) {
    result.lower[i] = std::max(centre[i] - half[i], 0.0);
    result.upper[i] = std::min(centre[i] + half[i], 1.0);
  }
  return result;
}

band discrete_band(const row_groups& rows, const std::vector<double>& centre, double level) {
  const double z = assay::internal::wilson_quantile(level);
  std::vector<double> half(centre.size());
  for (std::size_t i = 0; i < half.size(); ++i) {
    const double n = effective(rows.groups[i].weight, rows.groups[i].squares);
    half[i] = z * std::sqrt(centre[i] * (1.0 - centre[i]) / n);
  }
  return clipped(centre, half);
}

band continuous_band(const row_groups& rows, const std::vector<double>& centre, double level) {
  compensated_sum weight, squares;
  for (const tie_group& group : rows.groups) {
    weight += group.weight;
    squares += group.squares;
  }
  const double n = effective(weight.value(), squares.value());
  const double q = internal::chernoff_quantile(0.5 * (1.0 - level));
  const auto density = internal::unit_density(rows.groups, n);
  std::vector<double> half(centre.size());
  for (std::size_t i = 0; i < half.size(); ++i) {
    const double cube = 4.0 * centre[i] * (1.0 - centre[i]) / (n * density[i]);
    half[i] = cube > 0.0 ? q * vmath::exp(vmath::log(cube) / 3.0) : 0.0;
  }
  return clipped(centre, half);
}

band band_of(const context& ctx, const checker& check, const row_groups& rows,
             const std::vector<double>& centre, const corp_band_options& options, corp_band_method method) {
  if (method == corp_band_method::discrete) return discrete_band(rows, centre, options.level);
  if (method == corp_band_method::continuous) return continuous_band(rows, centre, options.level);
  return internal::resampled_band(ctx, check.function(), rows, centre, options);
}

corp_band_result curve_with_band(const context& ctx, const checker& check, const internal::binary_rows& rows,
                                 const corp_band_options& options) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  internal::check_replicates(check, options.n_boot, options.level);
  const row_groups grouped = internal::grouped(check, rows);
  const std::size_t points = grouped.groups.size();
  std::vector<double> x(points), count(points);
  for (std::size_t i = 0; i < points; ++i) {
    x[i] = grouped.groups[i].x;
    count[i] = effective(grouped.groups[i].weight, grouped.groups[i].squares);
  }
  const auto cep = internal::isotonic_values(grouped.groups);
  const bool diagonal = options.position == corp_band_position::diagonal;
  const corp_band_method method = chosen(options.method, grouped);
  band found = band_of(ctx, check, grouped, diagonal ? x : cep, options, method);
  for (std::size_t i = 0; i < points && diagonal; ++i) {
    found.lower[i] = std::min(found.lower[i], x[i]);
    found.upper[i] = std::max(found.upper[i], x[i]);
  }
  array points_found = ctx.result(check.function(), dtype::float64, points);
  std::copy(x.begin(), x.end(), points_found.values<double>().begin());
  return {std::move(points_found), array(cep), array(count), array(found.lower), array(found.upper), method};
}

}  // namespace

corp_band_result corp_band(integer_view labels, vector_view probabilities, const corp_band_options& options,
                           const context& ctx) {
  return curve_with_band(ctx, checker("corp_band"), {labels, probabilities, options.weights}, options);
}

corp_band_result consistency_band_discrete(integer_view labels, vector_view probabilities,
                                           const consistency_band_discrete_options& options,
                                           const context& ctx) {
  return curve_with_band(ctx, checker("consistency_band_discrete"), {labels, probabilities, options.weights},
                         {.method = corp_band_method::discrete, .level = options.level});
}

}  // namespace assay::inline v1::calibration
