#include "assay/calibration/binomial_interval.hpp"

#include <string>

#include "assay/core/check.hpp"
#include "assay/core/internal/beta_quantile.hpp"
#include "assay/core/internal/wilson.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr std::int64_t k_most_trials = std::int64_t{1} << 53;  // whole numbers are exact up to here

array ends(double lower, double upper) {
  array result(dtype::float64, {2});
  result.values<double>()[0] = lower;
  result.values<double>()[1] = upper;
  return result;
}

// Equal tails of beta(events + shift, others + 1 - shift) below and with the shifts exchanged above.
array beta_ends(double events, double others, double lower_shift, double upper_shift, double tail) {
  using assay::internal::beta_quantile;
  const double lower =
      events > 0.0 ? beta_quantile(events + lower_shift, others + 1.0 - lower_shift, tail).x : 0.0;
  const double upper =
      others > 0.0 ? beta_quantile(others + 1.0 - upper_shift, events + upper_shift, tail).y : 1.0;
  return ends(lower, upper);
}

}  // namespace

binomial_interval_result binomial_interval(std::int64_t successes, std::int64_t n,
                                           const binomial_interval_options& options, const context& ctx) {
  const checker check("binomial_interval");
  ctx.require_backend(check.function());
  check.parameter(n >= 1 && n <= k_most_trials, "n", static_cast<double>(n), "must lie in 1..2^53");
  check.range(successes >= 0 && successes <= n, "successes", static_cast<double>(successes),
              "must lie in 0.." + std::to_string(n));
  check.range(options.level > 0.0 && options.level < 1.0, "level", options.level, "must lie in (0, 1)");
  const auto events = static_cast<double>(successes), others = static_cast<double>(n - successes);
  const double tail = 0.5 * (1.0 - options.level);
  const auto score = assay::internal::wilson(events / static_cast<double>(n), static_cast<double>(n),
                                             assay::internal::wilson_quantile(options.level));
  return {ends(score.lower, score.upper), beta_ends(events, others, 0.0, 1.0, tail),
          beta_ends(events, others, 0.5, 0.5, tail)};
}

}  // namespace assay::inline v1::calibration
