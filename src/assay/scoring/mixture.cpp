#include "assay/scoring/mixture.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/missing.hpp"
#include "assay/scoring/internal/mixture.hpp"

namespace assay::inline v1::scoring {
namespace {

using detail::absolute_mean;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// One parameter of the components: one row for all forecasts or one each.
struct component_rows {
  const array_view& values;

  [[nodiscard]] bool shared() const { return values.rank() == 1; }
  [[nodiscard]] std::size_t count() const { return values.extent(shared() ? 0 : 1); }
  [[nodiscard]] std::size_t rows() const { return shared() ? 1 : values.extent(0); }
  [[nodiscard]] double operator()(std::size_t i, std::size_t k) const {
    return shared() ? values(k) : values(i, k);
  }
  [[nodiscard]] std::string index(std::size_t i, std::size_t k) const {
    return shared() ? detail::index_text(values, k, 0, 0) : detail::index_text(values, i, k, 0);
  }
};

struct mixture_request {
  const checker& check;
  const vector_view& observations;
  component_rows m;
  component_rows s;
  component_rows w;

  [[nodiscard]] std::size_t components() const { return m.count(); }
  [[nodiscard]] bool shared() const { return m.shared() && s.shared() && w.shared(); }
};

void check_weights(const mixture_request& request) {
  const component_rows& w = request.w;
  for (std::size_t i = 0; i < w.rows(); ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < w.count(); ++k) {
      if (!(w(i, k) >= 0.0 && std::isfinite(w(i, k))))
        request.check.fail_value(error_code::bad_weight, "w",
                                 w.index(i, k) + " is " + text_of(w(i, k)) + ", must be finite and >= 0");
      sum += w(i, k);
    }
    if (!(std::fabs(sum - 1.0) <= 1e-8))
      request.check.fail_value(error_code::row_sum, "w",
                               (w.shared() ? "" : "[" + std::to_string(i) + "] ") +
                                   ("sums to " + text_of(sum)) + ", must sum to 1 within 1e-8");
  }
}

void check_mixture(const mixture_request& request, nan_policy policy, const context& ctx) {
  const checker& check = request.check;
  ctx.require_backend(check.function());
  check.not_empty(request.observations, "observations");
  const auto shape = [&](const component_rows& rows, const char* name) {
    check.not_empty(rows.values, name);
    if (!rows.shared()) check.same_rows(request.observations, "observations", rows.values, name);
    if (rows.count() != request.components())
      check.fail_shape(error_code::length_mismatch, name,
                       "has " + std::to_string(rows.count()) + " components, m has " +
                           std::to_string(request.components()));
  };
  shape(request.m, "m");
  shape(request.s, "s");
  shape(request.w, "w");
  detail::check_values(check, request.observations, "observations", policy);
  check.finite(request.m.values, "m");
  for (std::size_t i = 0; i < request.s.rows(); ++i)
    for (std::size_t k = 0; k < request.s.count(); ++k)
      if (const double s = request.s(i, k); !(s > 0.0 && std::isfinite(s)))
        check.fail_value(error_code::out_of_range, "s",
                         request.s.index(i, k) + " is " + text_of(s) + ", must be finite and > 0");
  check_weights(request);
}

// The components of one forecast.
struct mixture {
  std::vector<double> m, s, w;
  std::vector<double> d_m, d_s, d_w;  // of the score, where wanted

  void read(const mixture_request& request, std::size_t i) {
    const std::size_t count = request.components();
    for (std::vector<double>* values : {&m, &s, &w, &d_m, &d_s, &d_w}) values->resize(count);
    double sum = 0.0;
    for (std::size_t k = 0; k < count; ++k) {
      m[k] = request.m(i, k);
      s[k] = request.s(i, k);
      w[k] = request.w(i, k);
      sum += w[k];
    }
    for (double& weight : w) weight /= sum;
  }

  // 1/2 sum_kl w_k w_l A(m_k - m_l, sqrt(s_k^2 + s_l^2)); for l = k A is s_k 2/sqrt(pi).
  [[nodiscard]] double spread() const {
    constexpr double inverse_sqrt_pi = 0x1.20dd750429b6dp-1;
    double sum = 0.0;
    for (std::size_t k = 0; k < m.size(); ++k) {
      sum += w[k] * w[k] * s[k] * inverse_sqrt_pi;
      for (std::size_t l = 0; l < k; ++l)
        sum += w[k] * w[l] * absolute_mean(m[k] - m[l], detail::joint_deviation(s[k], s[l])).value;
    }
    return sum;
  }

  [[nodiscard]] double distance(double y) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < m.size(); ++k) sum += w[k] * absolute_mean(y - m[k], s[k]).value;
    return sum;
  }

  double crps_gradient(double y) {
    double score = 0.0;
    for (std::size_t k = 0; k < m.size(); ++k) {
      const absolute_mean outer(y - m[k], s[k]);
      score += w[k] * outer.value;
      d_m[k] = -w[k] * outer.by_d;
      d_s[k] = w[k] * outer.by_s;
      d_w[k] = outer.value;
    }
    for (std::size_t k = 0; k < m.size(); ++k)
      for (std::size_t l = 0; l < m.size(); ++l) {
        const double both = detail::joint_deviation(s[k], s[l]);
        const absolute_mean inner(m[k] - m[l], both);
        score -= 0.5 * w[k] * w[l] * inner.value;
        d_m[k] -= w[k] * w[l] * inner.by_d;
        d_s[k] -= w[k] * w[l] * inner.by_s * (s[k] / both);
        d_w[k] -= w[l] * inner.value;
      }
    return score;
  }

  [[nodiscard]] double log_score(double y) const {
    detail::log_sum density;
    for (std::size_t k = 0; k < m.size(); ++k)
      density.add(vmath::log(w[k]) + detail::log_normal_density(y, m[k], s[k]));
    return -density.value();
  }

  double log_score_gradient(double y) {
    const double score = log_score(y);
    for (std::size_t k = 0; k < m.size(); ++k) {
      // density of the component over that of the mixture
      const double ratio =
          std::isinf(score) ? 0.0 : vmath::exp(detail::log_normal_density(y, m[k], s[k]) + score);
      const double z = (y - m[k]) / s[k], share = w[k] * ratio;
      d_m[k] = share > 0.0 ? -share * z / s[k] : 0.0;
      d_s[k] = share > 0.0 ? share * (1.0 - z * z) / s[k] : 0.0;
      d_w[k] = -ratio;
    }
    return score;
  }
};

constexpr std::size_t k_rows_per_chunk = 256;

// score(mixture, row) of every row, NaN for a missing outcome.
template <class Score>
void for_each_row(const mixture_request& request, const context& ctx, Score&& score) {
  for_chunks(ctx, request.check.function(), request.observations.size(), k_rows_per_chunk, [&](chunk part) {
    mixture components;
    for (std::size_t i = part.first; i < part.last; ++i) {
      if (i == part.first || !request.shared()) components.read(request, i);
      score(components, i);
    }
  });
}

template <class Result, class Gradient>
Result gradient_of(const mixture_request& request, const context& ctx, Gradient&& gradient) {
  const std::size_t n = request.observations.size(), count = request.components();
  Result result{ctx.result(request.check.function(), dtype::float64, n), array(dtype::float64, {n, count}),
                array(dtype::float64, {n, count}), array(dtype::float64, {n, count})};
  auto& [score_array, by_m, by_s, by_w] = result;
  double* const score = score_array.template values<double>().data();
  double* const d_m = by_m.template values<double>().data();
  double* const d_s = by_s.template values<double>().data();
  double* const d_w = by_w.template values<double>().data();
  for_each_row(request, ctx, [&](mixture& components, std::size_t i) {
    const double y = request.observations(i);
    const bool missing = std::isnan(y);
    score[i] = missing ? k_nan : gradient(components, y);
    for (std::size_t k = 0; k < count; ++k) {
      d_m[i * count + k] = missing ? k_nan : components.d_m[k];
      d_s[i * count + k] = missing ? k_nan : components.d_s[k];
      d_w[i * count + k] = missing ? k_nan : components.d_w[k];
    }
  });
  return result;
}

}  // namespace

array crps_mixnorm(vector_view observations, array_view m, array_view s, array_view w,
                   const distribution_options& options, const context& ctx) {
  const checker check("crps_mixnorm");
  const mixture_request request{check, observations, {m}, {s}, {w}};
  check_mixture(request, options.nan_policy, ctx);
  array score = ctx.result(check.function(), dtype::float64, observations.size());
  mixture first;
  first.read(request, 0);
  const double shared_spread = request.shared() ? first.spread() : 0.0;
  for_each_row(request, ctx, [&](mixture& components, std::size_t i) {
    const double y = observations(i), spread = request.shared() ? shared_spread : components.spread();
    score.values<double>()[i] = std::isnan(y) ? k_nan : components.distance(y) - spread;
  });
  return score;
}

crps_mixnorm_grad_result crps_mixnorm_grad(vector_view observations, array_view m, array_view s, array_view w,
                                           const distribution_options& options, const context& ctx) {
  const checker check("crps_mixnorm_grad");
  const mixture_request request{check, observations, {m}, {s}, {w}};
  check_mixture(request, options.nan_policy, ctx);
  return gradient_of<crps_mixnorm_grad_result>(
      request, ctx, [](mixture& components, double y) { return components.crps_gradient(y); });
}

array log_score_mixnorm(vector_view observations, array_view m, array_view s, array_view w,
                        const distribution_options& options, const context& ctx) {
  const checker check("log_score_mixnorm");
  const mixture_request request{check, observations, {m}, {s}, {w}};
  check_mixture(request, options.nan_policy, ctx);
  array score = ctx.result(check.function(), dtype::float64, observations.size());
  for_each_row(request, ctx, [&](mixture& components, std::size_t i) {
    const double y = observations(i);
    score.values<double>()[i] = std::isnan(y) ? k_nan : components.log_score(y);
  });
  return score;
}

log_score_mixnorm_grad_result log_score_mixnorm_grad(vector_view observations, array_view m, array_view s,
                                                     array_view w, const distribution_options& options,
                                                     const context& ctx) {
  const checker check("log_score_mixnorm_grad");
  const mixture_request request{check, observations, {m}, {s}, {w}};
  check_mixture(request, options.nan_policy, ctx);
  return gradient_of<log_score_mixnorm_grad_result>(
      request, ctx, [](mixture& components, double y) { return components.log_score_gradient(y); });
}

}  // namespace assay::inline v1::scoring
