#include "assay/scoring/kde.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/internal/percentile.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"
#include "assay/scoring/internal/deviations.hpp"
#include "assay/scoring/internal/member_rows.hpp"
#include "assay/scoring/internal/mixture.hpp"

namespace assay::inline v1::scoring {
namespace {

using detail::absolute_mean;

// 1.06 min(sd, IQR/1.34) m^(-1/5), quartiles of type 7; sorts the members.
double reference_bandwidth(std::vector<double>& x) {
  std::ranges::sort(x);
  const double m = static_cast<double>(x.size());
  const double deviation = std::sqrt(detail::deviations_of(x).squares / (m - 1.0));
  const double range = (internal::percentile(x, 0.75) - internal::percentile(x, 0.25)) / 1.34;
  return 1.06 * std::min(deviation, range) * vmath::exp(-0.2 * vmath::log(m));
}

// A mixture of normal distributions of equal weight and standard deviation h about the members.
struct smoothed {
  std::span<const double> members;
  double h;

  [[nodiscard]] double log_mean(const detail::log_sum& sum) const {
    return sum.value() - vmath::log(static_cast<double>(members.size()));
  }
  [[nodiscard]] double log_density(double y) const {
    detail::log_sum sum;
    for (const double x : members) sum.add(detail::log_normal_density(y, x, h));
    return log_mean(sum);
  }
  /// log(F(upper) - F(lower)): differences are taken in the tail where both are small.
  [[nodiscard]] double log_mass(double lower, double upper) const {
    detail::log_sum sum;
    for (const double x : members) {
      double a = (lower - x) / h, b = (upper - x) / h;
      if (a > 0.0) {
        const double mirrored = -a;
        a = -b;
        b = mirrored;
      }
      const double up_to_b = vmath::normal_log_cdf(b), up_to_a = vmath::normal_log_cdf(a);
      sum.add(std::isinf(up_to_a) ? up_to_b : up_to_b + vmath::log(-vmath::expm1(up_to_a - up_to_b)));
    }
    return log_mean(sum);
  }
  /// log(1 - F(upper) + F(lower)).
  [[nodiscard]] double log_mass_outside(double lower, double upper) const {
    detail::log_sum sum;
    for (const double x : members) {
      sum.add(vmath::normal_log_cdf((lower - x) / h));
      sum.add(vmath::normal_log_cdf((x - upper) / h));
    }
    return log_mean(sum);
  }
  [[nodiscard]] double crps(double y) const {
    constexpr double sqrt_2 = 0x1.6a09e667f3bcdp0, inverse_sqrt_pi = 0x1.20dd750429b6dp-1;
    const double m = static_cast<double>(members.size()), wide = h * sqrt_2;
    double distance = 0.0, spread = 0.0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      distance += absolute_mean(y - members[i], h).value;
      for (std::size_t j = 0; j < i; ++j) spread += absolute_mean(members[i] - members[j], wide).value;
    }
    return distance / m - (spread / m + h * inverse_sqrt_pi) / m;
  }
};

void check_bandwidth(const checker& check, const broadcast_view& bandwidth, std::size_t rows) {
  check.broadcasts(bandwidth, "bandwidth", rows);
  check.positive(bandwidth, "bandwidth");
}

// score(y, smoothed, row) of every row; NaN where it is missing.
template <class Score>
array score_smoothed(const checker& check, const vector_view& observations, const matrix_view& members,
                     const kde_options& options, const context& ctx, Score&& score) {
  constexpr std::size_t rows_per_chunk = 256;
  const bool given = options.bandwidth.present();
  const detail::member_rows call{check, observations, members, options.nan_policy, given ? 1U : 2U};
  ctx.require_backend(check.function());
  detail::check_member_rows(call);
  if (given) check_bandwidth(check, options.bandwidth, observations.size());
  array result = ctx.result(check.function(), dtype::float64, observations.size());
  for_chunks(ctx, check.function(), observations.size(), rows_per_chunk, [&](chunk part) {
    std::vector<double> buffer;
    for (std::size_t i = part.first; i < part.last; ++i) {
      double& value = result.values<double>()[i];
      value = std::numeric_limits<double>::quiet_NaN();
      if (detail::present_members(call, i, buffer).empty()) continue;
      const double h = given ? options.bandwidth(i) : reference_bandwidth(buffer);
      if (!(h > 0.0))
        check.fail_value(
            error_code::degenerate, "members",
            "[" + std::to_string(i) + "] have an interquartile range of 0, so a bandwidth of 0: give one");
      value = score(observations(i), smoothed{buffer, h}, i);
    }
  });
  return result;
}

// Ends of the region, one for all or one a row.
void check_region(const checker& check, const vector_view& observations, const broadcast_view& lower,
                  const broadcast_view& upper) {
  check.broadcasts(lower, "lower", observations.size());
  check.broadcasts(upper, "upper", observations.size());
  const bool scalar = lower.is_scalar() && upper.is_scalar();
  for (std::size_t i = 0; i < (scalar ? 1 : observations.size()); ++i)
    if (!(lower(i) < upper(i)))
      check.fail_value(error_code::out_of_range, "lower",
                       (scalar ? "" : "[" + std::to_string(i) + "] ") + ("is " + text_of(lower(i))) +
                           ", must be below upper, " + text_of(upper(i)));
}

}  // namespace

array log_score_kde(vector_view observations, matrix_view members, const kde_options& options,
                    const context& ctx) {
  return score_smoothed(
      checker("log_score_kde"), observations, members, options, ctx,
      [](double y, const smoothed& forecast, std::size_t) { return -forecast.log_density(y); });
}

array crps_kde(vector_view observations, matrix_view members, const kde_options& options,
               const context& ctx) {
  return score_smoothed(checker("crps_kde"), observations, members, options, ctx,
                        [](double y, const smoothed& forecast, std::size_t) { return forecast.crps(y); });
}

array censored_log_score_kde(vector_view observations, matrix_view members, broadcast_view lower,
                             broadcast_view upper, const kde_options& options, const context& ctx) {
  const checker check("censored_log_score_kde");
  check_region(check, observations, lower, upper);
  return score_smoothed(check, observations, members, options, ctx,
                        [&](double y, const smoothed& forecast, std::size_t i) {
                          const double a = lower(i), b = upper(i);
                          return y > a && y < b ? -forecast.log_density(y) : -forecast.log_mass_outside(a, b);
                        });
}

array conditional_log_score_kde(vector_view observations, matrix_view members, broadcast_view lower,
                                broadcast_view upper, const kde_options& options, const context& ctx) {
  const checker check("conditional_log_score_kde");
  check_region(check, observations, lower, upper);
  return score_smoothed(check, observations, members, options, ctx,
                        [&](double y, const smoothed& forecast, std::size_t i) {
                          const double a = lower(i), b = upper(i);
                          return y > a && y < b ? forecast.log_mass(a, b) - forecast.log_density(y) : 0.0;
                        });
}

}  // namespace assay::inline v1::scoring
