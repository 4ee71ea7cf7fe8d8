#include "assay/scoring/field_weights.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr double k_radians = 0x1.1df46a2529d39p-6;  // pi/180

// Sine and cosine of 0 to 45 degrees by Taylor's series: the first term left out is below 2^-57.
double small_sine(double degrees) {
  const double r = degrees * k_radians, z = r * r;
  double sum = 0.0;
  for (int n = 17; n >= 3; n -= 2) sum = z / (n * (n - 1)) * (1.0 - sum);
  return r - r * sum;
}

double small_cosine(double degrees) {
  const double r = degrees * k_radians, z = r * r;
  double sum = 0.0;
  for (int n = 16; n >= 2; n -= 2) sum = z / (n * (n - 1)) * (1.0 - sum);
  return 1.0 - sum;
}

// Of -90 to 90 and of 0 to 90 degrees; 90 - x is exact where it is used.
double cosine(double degrees) {
  const double x = std::abs(degrees);
  return x <= 45.0 ? small_cosine(x) : small_sine(90.0 - x);
}

double sine(double degrees) { return degrees <= 45.0 ? small_sine(degrees) : small_cosine(90.0 - degrees); }

void check_latitudes(const checker& check, const vector_view& latitudes, latitude_weighting weighting) {
  check.not_empty(latitudes, "latitudes");
  const auto fail = [&](std::size_t i, const std::string& wanted) {
    check.fail_value(error_code::out_of_range, "latitudes",
                     "[" + std::to_string(i) + "] is " + text_of(latitudes(i)) + ", must " + wanted);
  };
  for (std::size_t i = 0; i < latitudes.size(); ++i)
    if (!(latitudes(i) >= -90.0 && latitudes(i) <= 90.0)) fail(i, "lie in [-90, 90] degrees");
  if (weighting == latitude_weighting::cosine) return;
  const bool rising = latitudes.size() > 1 && latitudes(1) > latitudes(0);
  for (std::size_t i = 1; i < latitudes.size(); ++i)
    if (rising ? !(latitudes(i) > latitudes(i - 1)) : !(latitudes(i) < latitudes(i - 1)))
      fail(i, std::string("be ") + (rising ? ">" : "<") + " the one before, " + text_of(latitudes(i - 1)));
}

// sin(b) - sin(a) of the zone around each latitude, as 2 cos((a + b)/2) sin((b - a)/2).
std::vector<double> zone_areas(const vector_view& latitudes) {
  const std::size_t n = latitudes.size();
  const bool rising = n > 1 && latitudes(1) > latitudes(0);
  std::vector<double> edges{rising ? -90.0 : 90.0}, areas;
  for (std::size_t i = 1; i < n; ++i) edges.push_back(0.5 * (latitudes(i - 1) + latitudes(i)));
  edges.push_back(-edges.front());
  for (std::size_t i = 0; i < n; ++i)
    areas.push_back(2.0 * cosine(0.5 * (edges[i] + edges[i + 1])) *
                    sine(0.5 * std::abs(edges[i + 1] - edges[i])));
  return areas;
}

}  // namespace

array latitude_weights(vector_view latitudes, const latitude_weights_options& options, const context& ctx) {
  const checker check("latitude_weights");
  ctx.require_backend(check.function());
  check_latitudes(check, latitudes, options.weighting);
  std::vector<double> weights;
  if (options.weighting == latitude_weighting::cell_area) {
    weights = zone_areas(latitudes);
  } else {
    for (std::size_t i = 0; i < latitudes.size(); ++i) weights.push_back(cosine(latitudes(i)));
  }
  compensated_sum sum;
  for (const double weight : weights) sum.add(weight);
  if (!(sum.value() > 0.0))
    check.fail_value(error_code::zero_weight, "latitudes", "weigh nothing, all lie at a pole");
  const double count =
      options.normalise == weight_normalisation::unit_mean ? static_cast<double>(weights.size()) : 1.0;
  array result = ctx.result(check.function(), dtype::float64, weights.size());
  std::ranges::transform(weights, result.values<double>().begin(),
                         [&](double weight) { return weight * count / sum.value(); });
  return result;
}

array pressure_level_weights(vector_view levels_hpa, const pressure_level_weights_options& options,
                             const context& ctx) {
  const checker check("pressure_level_weights");
  ctx.require_backend(check.function());
  check.not_empty(levels_hpa, "levels_hpa");
  const auto not_negative = [](double value) { return value >= 0.0 && std::isfinite(value); };
  check.parameter(not_negative(options.minimum), "minimum", options.minimum, "must be finite and >= 0");
  check.parameter(not_negative(options.slope), "slope", options.slope, "must be finite and >= 0");
  for (std::size_t i = 0; i < levels_hpa.size(); ++i)
    if (!not_negative(levels_hpa(i)))
      check.fail_value(
          error_code::out_of_range, "levels_hpa",
          "[" + std::to_string(i) + "] is " + text_of(levels_hpa(i)) + ", must be finite and >= 0");
  array result = ctx.result(check.function(), dtype::float64, levels_hpa.size());
  for (std::size_t i = 0; i < levels_hpa.size(); ++i)
    result.values<double>()[i] = std::max(options.minimum, options.slope * levels_hpa(i));
  return result;
}

}  // namespace assay::inline v1::scoring
