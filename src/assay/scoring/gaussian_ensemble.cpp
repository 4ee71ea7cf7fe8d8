#include "assay/scoring/gaussian_ensemble.hpp"

#include <cmath>

#include "assay/core/check.hpp"
#include "assay/scoring/internal/estimator.hpp"

namespace assay::inline v1::scoring {
namespace {

// The factor c of half the mean difference of two members.
double factor_of(const checker& check, std::int64_t n_members, const gaussian_ensemble_options& options) {
  const detail::spread_estimator estimator(check, options.estimator, options.alpha, options.ensemble_size);
  const auto needed = static_cast<std::int64_t>(estimator.lagged() ? 2 : estimator.needed_members());
  check.parameter(n_members >= needed && n_members <= (std::int64_t{1} << 31), "n_members",
                  static_cast<double>(n_members),
                  needed == 2 ? "must be at least 2 for this estimator" : "must be at least 1");
  if (estimator.lagged()) return 1.0;
  if (n_members == 1) return 0.0;
  const double m = static_cast<double>(n_members);
  return estimator.spread_factor(static_cast<std::size_t>(n_members)) * (m * (m - 1.0));
}

}  // namespace

double expected_crps_gaussian_ensemble(double std_ratio, std::int64_t n_members,
                                       const gaussian_ensemble_options& options, const context& ctx) {
  constexpr double inverse_sqrt_pi = 0x1.20dd750429b6dp-1, sqrt_2_over_pi = 0x1.9884533d43651p-1;
  const checker check("expected_crps_gaussian_ensemble");
  ctx.require_backend(check.function());
  check.range(std_ratio >= 0.0 && std_ratio <= 1e150, "std_ratio", std_ratio, "must lie in [0, 1e150]");
  const double c = factor_of(check, n_members, options);
  return sqrt_2_over_pi * std::sqrt(1.0 + std_ratio * std_ratio) - c * std_ratio * inverse_sqrt_pi;
}

double optimal_std_ratio(std::int64_t n_members, const gaussian_ensemble_options& options,
                         const context& ctx) {
  const checker check("optimal_std_ratio");
  ctx.require_backend(check.function());
  const double c = factor_of(check, n_members, options);
  return c / std::sqrt(2.0 - c * c);
}

array optimal_member_levels(std::int64_t n_members, const gaussian_ensemble_options& options,
                            const context& ctx) {
  const checker check("optimal_member_levels");
  ctx.require_backend(check.function());
  if (options.estimator == crps_estimator::akr || options.estimator == crps_estimator::akr_circperm)
    check.fail_value(error_code::unsupported, "estimator",
                     "depends on the order of the members, use standard, fair, almost_fair or adjusted");
  const double c = factor_of(check, n_members, options);
  const auto count = static_cast<std::size_t>(n_members);
  const double m = static_cast<double>(n_members);
  array levels = ctx.result(check.function(), dtype::float64, count);
  for (std::size_t k = 0; k < count; ++k) {
    const double place = 2.0 * static_cast<double>(k) - (m - 1.0);
    levels.values<double>()[k] = count == 1 ? 0.5 : ((m - 1.0) + c * place) / (2.0 * (m - 1.0));
  }
  return levels;
}

}  // namespace assay::inline v1::scoring
