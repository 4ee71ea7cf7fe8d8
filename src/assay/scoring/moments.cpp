#include "assay/scoring/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"
#include "assay/scoring/internal/member_rows.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 14;

struct deviations {
  double mean;
  double squares;  // sum of squares of the deviations from it
};

// The second pass also knows what the mean has lost by rounding.
deviations deviations_of(std::span<const double> members) {
  const double m = static_cast<double>(members.size());
  double sum = 0.0;
  for (const double x : members) sum += x;
  const double mean = sum / m;
  // Equal members: rounding of the mean must not become a variance.
  if (std::ranges::all_of(members, [&](double x) { return x == members[0]; })) return {members[0], 0.0};
  double squares = 0.0, rest = 0.0;
  for (const double x : members) {
    squares += (x - mean) * (x - mean);
    rest += x - mean;
  }
  return {mean + rest / m, squares - rest * rest / m};
}

double dawid_sebastiani(double y, double mean, double variance) {
  const double error = y - mean;
  return error * error / variance + vmath::log(variance);
}

double error_spread(double error, double variance, double skewed_deviation) {
  const double gap = variance - error * error - error * skewed_deviation;
  return gap * gap;
}

// `skewness` may be null.
void check_moments(const checker& check, const vector_view& observations, const broadcast_view& mean,
                   const broadcast_view& variance, const broadcast_view* skewness, nan_policy policy) {
  check.not_empty(observations, "observations");
  const auto shape = [&](const broadcast_view& values, const char* name) {
    if (!values.is_scalar()) check.not_empty(values.values(), name);
    check.broadcasts(values, name, observations.size());
  };
  shape(mean, "mean");
  shape(variance, "variance");
  if (skewness != nullptr) shape(*skewness, "skewness");
  detail::check_values(check, observations, "observations", policy);
  detail::check_values(check, mean, "mean", policy);
  if (skewness != nullptr) detail::check_values(check, *skewness, "skewness", policy);
  const std::size_t rows = variance.is_scalar() ? 1 : observations.size();
  for (std::size_t i = 0; i < rows; ++i) {
    const double value = variance(i);
    if ((value > 0.0 && std::isfinite(value)) || (std::isnan(value) && policy != nan_policy::raise)) continue;
    const std::string index = variance.is_scalar() ? "" : "[" + std::to_string(i) + "] ";
    check.fail_value(error_code::out_of_range, "variance",
                     index + "is " + text_of(value) + ", must be finite and > 0");
  }
}

}  // namespace

array dawid_sebastiani_score(vector_view observations, matrix_view members,
                             const dawid_sebastiani_score_options& options, const context& ctx) {
  const checker check("dawid_sebastiani_score");
  check.parameter(options.ddof == 0 || options.ddof == 1, "ddof", static_cast<double>(options.ddof),
                  "must be 0 or 1");
  const double ddof = static_cast<double>(options.ddof);
  array score = detail::score_member_rows({check, observations, members, options.nan_policy, 2}, ctx,
                                          [ddof](double y, std::span<const double> x) {
                                            const auto [mean, squares] = deviations_of(x);
                                            const double variance =
                                                squares / (static_cast<double>(x.size()) - ddof);
                                            return variance > 0.0 ? dawid_sebastiani(y, mean, variance)
                                                                  : -std::numeric_limits<double>::infinity();
                                          });
  for (std::size_t i = 0; i < score.size(); ++i)
    if (std::isinf(score[i]) && score[i] < 0.0)
      check.fail_value(error_code::degenerate, "members",
                       "[" + std::to_string(i) + "] are all equal, need a variance > 0");
  return score;
}

array dawid_sebastiani_score_moments(vector_view observations, broadcast_view mean, broadcast_view variance,
                                     const moment_score_options& options, const context& ctx) {
  const checker check("dawid_sebastiani_score_moments");
  ctx.require_backend(check.function());
  check_moments(check, observations, mean, variance, nullptr, options.nan_policy);
  array score = ctx.result(check.function(), dtype::float64, observations.size());
  for_chunks(ctx, check.function(), observations.size(), k_rows_per_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i)
      score.values<double>()[i] = dawid_sebastiani(observations(i), mean(i), variance(i));
  });
  return score;
}

array error_spread_score(vector_view observations, matrix_view members,
                         const error_spread_score_options& options, const context& ctx) {
  const checker check("error_spread_score");
  return detail::score_member_rows(
      {check, observations, members, options.nan_policy, 3}, ctx, [](double y, std::span<const double> x) {
        const double m = static_cast<double>(x.size());
        const auto [mean, squares] = deviations_of(x);
        const double variance = squares / (m - 1.0);
        double cubes = 0.0;
        for (const double member : x) cubes += (member - mean) * (member - mean) * (member - mean);
        // s g; without variance there is no skewness
        const double skewed = variance > 0.0 ? m / ((m - 1.0) * (m - 2.0)) * cubes / variance : 0.0;
        return error_spread(mean - y, variance, skewed);
      });
}

array error_spread_score_moments(vector_view observations, broadcast_view mean, broadcast_view variance,
                                 broadcast_view skewness, const moment_score_options& options,
                                 const context& ctx) {
  const checker check("error_spread_score_moments");
  ctx.require_backend(check.function());
  check_moments(check, observations, mean, variance, &skewness, options.nan_policy);
  array score = ctx.result(check.function(), dtype::float64, observations.size());
  for_chunks(ctx, check.function(), observations.size(), k_rows_per_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i)
      score.values<double>()[i] =
          error_spread(mean(i) - observations(i), variance(i), std::sqrt(variance(i)) * skewness(i));
  });
  return score;
}

}  // namespace assay::inline v1::scoring
