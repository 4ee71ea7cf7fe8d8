#include "assay/scoring/moments.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"
#include "assay/scoring/internal/deviations.hpp"
#include "assay/scoring/internal/member_rows.hpp"
#include "assay/scoring/internal/vector_rows.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 1 << 14;

double dawid_sebastiani(double y, double mean, double variance) {
  const double error = y - mean;
  return error * error / variance + vmath::log(variance);
}

double error_spread(double error, double variance, double skewed_deviation) {
  const double gap = variance - error * error - error * skewed_deviation;
  return gap * gap;
}

void check_ddof(const checker& check, std::int64_t ddof) {
  check.parameter(ddof == 0 || ddof == 1, "ddof", static_cast<double>(ddof), "must be 0 or 1");
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

// Mean and covariance of the members of one forecast, and Cholesky's factor of the latter.
class vector_moments {
 public:
  explicit vector_moments(std::size_t dimension)
      : dimension_(dimension), mean_(dimension), covariance_(dimension * dimension) {}

  /// Score of an outcome, -Infinity where the covariance is singular.
  double dawid_sebastiani(const detail::vector_row& row, double ddof) {
    const std::size_t d = dimension_, m = row.m;
    const double count = static_cast<double>(m);
    deviations_.resize(d * m);
    for (std::size_t k = 0; k < d; ++k) {
      const std::span<const double> x(row.members.data() + k * row.stride, m);
      mean_[k] = detail::deviations_of(x).mean;
      for (std::size_t j = 0; j < m; ++j) deviations_[k * m + j] = x[j] - mean_[k];
    }
    for (std::size_t k = 0; k < d; ++k)
      for (std::size_t l = 0; l <= k; ++l) {
        double sum = 0.0;
        for (std::size_t j = 0; j < m; ++j) sum += deviations_[k * m + j] * deviations_[l * m + j];
        covariance_[k * d + l] = sum / (count - ddof);
      }
    return score(row.observation);
  }

 private:
  // Factor and solution of L z = y - mean in one sweep: log det C = sum log L_kk^2, the rest is |z|^2.
  double score(const std::vector<double>& observation) {
    const std::size_t d = dimension_;
    double log_determinant = 0.0, square = 0.0;
    for (std::size_t k = 0; k < d; ++k) {
      double* row = covariance_.data() + k * d;
      const double variance = row[k];
      double rest = observation[k] - mean_[k], pivot = variance;
      for (std::size_t l = 0; l < k; ++l) {
        const double* other = covariance_.data() + l * d;
        double value = row[l];
        for (std::size_t i = 0; i < l; ++i) value -= row[i] * other[i];
        row[l] = value / other[l];
        pivot -= row[l] * row[l];
        rest -= row[l] * mean_[l];  // mean_ holds z from here on
      }
      // What rounding leaves of a pivot that is 0.
      const double noise = 8.0 * std::numeric_limits<double>::epsilon() * static_cast<double>(d) * variance;
      if (!(pivot > noise)) return -std::numeric_limits<double>::infinity();
      row[k] = std::sqrt(pivot);
      mean_[k] = rest / row[k];
      log_determinant += vmath::log(pivot);
      square += mean_[k] * mean_[k];
    }
    return log_determinant + square;
  }

  std::size_t dimension_;
  std::vector<double> mean_;
  std::vector<double> deviations_;
  std::vector<double> covariance_;  // lower half; its factor later
};

struct moments_row {
  detail::vector_row row;
  vector_moments moments;

  explicit moments_row(const detail::vector_request& request) : row(request), moments(request.d()) {}
};

}  // namespace

array dawid_sebastiani_score(vector_view observations, matrix_view members,
                             const dawid_sebastiani_score_options& options, const context& ctx) {
  const checker check("dawid_sebastiani_score");
  check_ddof(check, options.ddof);
  const double ddof = static_cast<double>(options.ddof);
  array score = detail::score_member_rows({check, observations, members, options.nan_policy, 2}, ctx,
                                          [ddof](double y, std::span<const double> x) {
                                            const auto [mean, squares] = detail::deviations_of(x);
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

array dawid_sebastiani_score_multivariate(matrix_view observations, tensor_view members,
                                          const dawid_sebastiani_score_options& options, const context& ctx) {
  const checker check("dawid_sebastiani_score_multivariate");
  ctx.require_backend(check.function());
  check_ddof(check, options.ddof);
  const detail::vector_request request{check, observations, members, {}, "weights", options.nan_policy, 1};
  detail::check_shapes(request);
  array score = ctx.result(check.function(), dtype::float64, request.rows());
  detail::for_each_vector_row<moments_row>(
      request, ctx, [&](moments_row& state, std::size_t i, bool present) {
        double value = std::numeric_limits<double>::quiet_NaN();
        if (present) value = state.moments.dawid_sebastiani(state.row, static_cast<double>(options.ddof));
        if (std::isinf(value))
          check.fail_value(error_code::degenerate, "members",
                           "[" + std::to_string(i) + "] have a singular covariance" +
                               (state.row.m <= request.d() ? ", need more members than coordinates" : ""));
        score.values<double>()[i] = value;
      });
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
        const auto [mean, squares] = detail::deviations_of(x);
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
