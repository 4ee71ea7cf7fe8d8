#include "assay/scoring/crps_cdf.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 13;

/// Thresholds of a forecast, one row for all or one each.
struct threshold_rows {
  const array_view& values;

  [[nodiscard]] bool shared() const { return values.rank() == 1; }
  [[nodiscard]] std::size_t count() const { return values.extent(shared() ? 0 : 1); }
  [[nodiscard]] double operator()(std::size_t i, std::size_t j) const {
    return shared() ? values(j) : values(i, j);
  }
};

void check_cdf(const checker& check, const matrix_view& cdf, nan_policy policy) {
  for (std::size_t i = 0; i < cdf.extent(0); ++i) {
    double before = 0.0;
    for (std::size_t j = 0; j < cdf.extent(1); ++j) {
      const double value = cdf(i, j);
      if (std::isnan(value) && policy != nan_policy::raise) continue;
      const auto fail = [&](const std::string& wanted) {
        check.fail_value(error_code::out_of_range, "cdf",
                         detail::index_text(cdf, i, j, 0) + " is " + text_of(value) + ", must " + wanted);
      };
      if (!(value >= 0.0 && value <= 1.0)) fail("lie in [0, 1]");
      if (value < before) fail("not be less than the one before, " + text_of(before));
      before = value;
    }
  }
}

void check_arguments(const checker& check, const vector_view& observations, const threshold_rows& thresholds,
                     const matrix_view& cdf, const crps_cdf_options& options) {
  check.not_empty(observations, "observations");
  check.not_empty(thresholds.values, "thresholds");
  check.not_empty(cdf, "cdf");
  check.same_rows(observations, "observations", cdf, "cdf");
  if (!thresholds.shared()) check.same_shape(cdf, "cdf", thresholds.values, "thresholds");
  if (thresholds.count() != cdf.extent(1))
    check.fail_shape(error_code::length_mismatch, "thresholds",
                     "has " + std::to_string(thresholds.count()) + " elements, needs " +
                         std::to_string(cdf.extent(1)) + " (columns of cdf)");
  if (options.threshold_weights.present()) {
    check.length(options.threshold_weights, "threshold_weights", thresholds.count(), "thresholds");
    check.weights(options.threshold_weights, "threshold_weights");
  }
  detail::check_values(check, observations, "observations", options.nan_policy);
  check.finite(thresholds.values, "thresholds");
  check.increasing(thresholds.values, "thresholds");
  check_cdf(check, cdf, options.nan_policy);
}

struct parts {
  double over = 0.0;
  double under = 0.0;

  /// A stretch on one side of the outcome, from a to b, on which F runs from fa to fb.
  void add(bool below, double length, double fa, double fb) {
    if (below) {
      under += length * (fa * fa + fa * fb + fb * fb) / 3.0;
    } else {
      const double ga = 1.0 - fa, gb = 1.0 - fb;
      over += length * (ga * ga + ga * gb + gb * gb) / 3.0;
    }
  }
};

parts score_row(double y, const threshold_rows& thresholds, const matrix_view& cdf, std::size_t i,
                const crps_cdf_options& options) {
  const auto weight = [&](std::size_t j) {
    return options.threshold_weights.present() ? options.threshold_weights(j) : 1.0;
  };
  const std::size_t last = thresholds.count() - 1;
  parts sum;
  const double start = thresholds(i, 0), end = thresholds(i, last);
  if (y < start) sum.add(false, weight(0) * (start - y), cdf(i, 0), cdf(i, 0));
  for (std::size_t j = 0; j < last; ++j) {
    const double a = thresholds(i, j), b = thresholds(i, j + 1), fa = cdf(i, j);
    const double fb = options.interpolation == cdf_interpolation::linear ? cdf(i, j + 1) : fa;
    if (y <= a || y >= b) {
      sum.add(y >= b, weight(j) * (b - a), fa, fb);
    } else {
      const double fy = fa + (fb - fa) * ((y - a) / (b - a));
      sum.add(true, weight(j) * (y - a), fa, fy);
      sum.add(false, weight(j) * (b - y), fy, fb);
    }
  }
  if (y > end) sum.add(true, weight(last) * (y - end), cdf(i, last), cdf(i, last));
  return sum;
}

}  // namespace

crps_cdf_result crps_cdf(vector_view observations, array_view thresholds, matrix_view cdf,
                         const crps_cdf_options& options, const context& ctx) {
  const checker check("crps_cdf");
  ctx.require_backend(check.function());
  const threshold_rows rows{thresholds};
  check_arguments(check, observations, rows, cdf, options);
  const std::size_t n = observations.size();
  crps_cdf_result result{ctx.result(check.function(), dtype::float64, n), array(dtype::float64, {n}),
                         array(dtype::float64, {n})};
  for_chunks(ctx, check.function(), n, k_rows_per_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) {
      bool missing = std::isnan(observations(i));
      for (std::size_t j = 0; j < cdf.extent(1); ++j) missing = missing || std::isnan(cdf(i, j));
      parts sum;
      if (!missing) sum = score_row(observations(i), rows, cdf, i, options);
      const double nothing = missing ? std::numeric_limits<double>::quiet_NaN() : 0.0;
      result.overforecast.values<double>()[i] = sum.over + nothing;
      result.underforecast.values<double>()[i] = sum.under + nothing;
      result.crps.values<double>()[i] = sum.over + sum.under + nothing;
    }
  });
  return result;
}

}  // namespace assay::inline v1::scoring
