#include "assay/scoring/point_scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 15;

void check_rows(const checker& check, const vector_view& observations, const vector_view& predictions,
                nan_policy policy) {
  check.not_empty(observations, "observations");
  check.not_empty(predictions, "predictions");
  check.same_rows(observations, "observations", predictions, "predictions");
  detail::check_values(check, observations, "observations", policy);
  detail::check_values(check, predictions, "predictions", policy);
}

// Values of a parameter lie above 0 and below `end`.
void check_parameter(const checker& check, const broadcast_view& values, const char* name, std::size_t rows,
                     double end, const char* wanted) {
  if (!values.is_scalar()) check.not_empty(values.values(), name);
  check.broadcasts(values, name, rows);
  for (std::size_t i = 0; i < (values.is_scalar() ? 1 : rows); ++i) {
    const double value = values(i);
    if (value > 0.0 && value < end) continue;
    const std::string index = values.is_scalar() ? "" : "[" + std::to_string(i) + "] ";
    check.fail_value(error_code::out_of_range, name, index + "is " + text_of(value) + ", " + wanted);
  }
}

/// score(x - y, row) of every row.
template <class Score>
array score_rows(const checker& check, const vector_view& observations, const vector_view& predictions,
                 const context& ctx, Score score) {
  array result = ctx.result(check.function(), dtype::float64, observations.size());
  for_chunks(ctx, check.function(), observations.size(), k_rows_per_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i)
      result.values<double>()[i] = score(predictions(i) - observations(i), i);
  });
  return result;
}

double elementary(double x, double y, double t, double level, murphy_functional functional, double reach) {
  const bool over = x > t && t >= y, under = x <= t && t < y;
  if (!over && !under) return 0.0;
  const double cost = over ? 1.0 - level : level;
  if (functional == murphy_functional::quantile) return cost;
  const double distance = std::abs(y - t);
  return cost * (functional == murphy_functional::huber ? std::min(distance, reach) : distance);
}

}  // namespace

array squared_error(vector_view observations, vector_view predictions, const point_score_options& options,
                    const context& ctx) {
  const checker check("squared_error");
  ctx.require_backend(check.function());
  check_rows(check, observations, predictions, options.nan_policy);
  return score_rows(check, observations, predictions, ctx, [](double e, std::size_t) { return e * e; });
}

array absolute_error(vector_view observations, vector_view predictions, const point_score_options& options,
                     const context& ctx) {
  const checker check("absolute_error");
  ctx.require_backend(check.function());
  check_rows(check, observations, predictions, options.nan_policy);
  return score_rows(check, observations, predictions, ctx, [](double e, std::size_t) { return std::abs(e); });
}

array expectile_score(vector_view observations, vector_view predictions, broadcast_view level,
                      const point_score_options& options, const context& ctx) {
  const checker check("expectile_score");
  ctx.require_backend(check.function());
  check_rows(check, observations, predictions, options.nan_policy);
  check_parameter(check, level, "level", observations.size(), 1.0, "must lie in (0, 1)");
  return score_rows(check, observations, predictions, ctx,
                    [&](double e, std::size_t i) { return (e > 0.0 ? 1.0 - level(i) : level(i)) * (e * e); });
}

array huber_loss(vector_view observations, vector_view predictions, broadcast_view delta,
                 const point_score_options& options, const context& ctx) {
  const checker check("huber_loss");
  ctx.require_backend(check.function());
  check_rows(check, observations, predictions, options.nan_policy);
  check_parameter(check, delta, "delta", observations.size(), std::numeric_limits<double>::infinity(),
                  "must be finite and > 0");
  return score_rows(check, observations, predictions, ctx, [&](double e, std::size_t i) {
    const double distance = std::abs(e), bend = delta(i);
    return distance > bend ? bend * (distance - 0.5 * bend) : 0.5 * (e * e);
  });
}

array murphy_diagram(vector_view observations, vector_view predictions, murphy_functional functional,
                     double level, vector_view thresholds, const murphy_diagram_options& options,
                     const context& ctx) {
  const checker check("murphy_diagram");
  ctx.require_backend(check.function());
  check_rows(check, observations, predictions, nan_policy::raise);
  check.range(level > 0.0 && level < 1.0, "level", level, "must lie in (0, 1)");
  check.not_empty(thresholds, "thresholds");
  check.finite(thresholds, "thresholds");
  check.parameter(options.huber_parameter > 0.0 && std::isfinite(options.huber_parameter), "huber_parameter",
                  options.huber_parameter, "must be finite and > 0");
  array result = ctx.result(check.function(), dtype::float64, thresholds.size());
  for_chunks(ctx, check.function(), thresholds.size(), 1, [&](chunk part) {
    for (std::size_t k = part.first; k < part.last; ++k) {
      compensated_sum sum;
      for (std::size_t i = 0; i < observations.size(); ++i)
        sum.add(elementary(predictions(i), observations(i), thresholds(k), level, functional,
                           options.huber_parameter));
      result.values<double>()[k] = sum.value() / static_cast<double>(observations.size());
    }
  });
  return result;
}

}  // namespace assay::inline v1::scoring
