#include "assay/scoring/interval.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 15;

void check_arguments(const checker& check, vector_view observations, vector_view lower, vector_view upper,
                     broadcast_view alpha, nan_policy policy) {
  check.not_empty(observations, "observations");
  check.same_rows(observations, "observations", lower, "lower");
  check.same_rows(observations, "observations", upper, "upper");
  check.broadcasts(alpha, "alpha", observations.size());
  detail::check_values(check, observations, "observations", policy);
  detail::check_values(check, lower, "lower", policy);
  detail::check_values(check, upper, "upper", policy);
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const auto at = [i] { return "[" + std::to_string(i) + "] "; };
    if (!(alpha(i) > 0.0 && alpha(i) < 1.0)) {
      check.fail_value(error_code::out_of_range, "alpha",
                       (alpha.is_scalar() ? "" : at()) + "is " + text_of(alpha(i)) + ", must lie in (0, 1)");
    }
    if (lower(i) > upper(i)) {
      check.fail_value(
          error_code::out_of_range, "lower",
          at() + "is " + text_of(lower(i)) + ", must not exceed upper" + at() + "= " + text_of(upper(i)));
    }
  }
}

}  // namespace

interval_score_result interval_score(vector_view observations, vector_view lower, vector_view upper,
                                     broadcast_view alpha, const interval_score_options& options,
                                     const context& ctx) {
  const checker check("interval_score");
  ctx.require_backend(check.function());
  check_arguments(check, observations, lower, upper, alpha, options.nan_policy);
  const std::size_t n = observations.size();
  interval_score_result result{ctx.result(check.function(), dtype::float64, n), array(dtype::float64, {n}),
                               array(dtype::float64, {n}), array(dtype::float64, {n})};
  for_chunks(ctx, check.function(), n, k_rows_per_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) {
      const double y = observations(i);
      const double width = upper(i) - lower(i);
      const bool missing = !(y - y == 0.0 && width - width == 0.0);
      const double penalty = 2.0 / alpha(i);
      const double over =
          missing ? std::numeric_limits<double>::quiet_NaN() : penalty * std::max(lower(i) - y, 0.0);
      const double under = missing ? over : penalty * std::max(y - upper(i), 0.0);
      result.dispersion.values<double>()[i] = missing ? over : width;
      result.overprediction.values<double>()[i] = over;
      result.underprediction.values<double>()[i] = under;
      result.score.values<double>()[i] = missing ? over : width + over + under;
    }
  });
  return result;
}

}  // namespace assay::inline v1::scoring
