#include "assay/calibration/known_probability.hpp"

#include <array>
#include <mutex>

#include "assay/calibration/internal/lane_sums.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/vmath.hpp"
#include "assay/core/vmath/gamma.hpp"

namespace assay::inline v1::calibration {
namespace {

struct probability_pairs {
  vector_view truth;
  vector_view forecast;
  vector_view weights;
};

void check_pairs(const checker& check, const probability_pairs& pairs) {
  check.not_empty(pairs.truth, "true_probabilities");
  check.not_empty(pairs.forecast, "probabilities");
  check.same_rows(pairs.truth, "true_probabilities", pairs.forecast, "probabilities");
  if (pairs.weights.present()) {
    check.not_empty(pairs.weights, "weights");
    check.same_rows(pairs.truth, "true_probabilities", pairs.weights, "weights");
  }
  check.probabilities(pairs.truth, "true_probabilities");
  check.probabilities(pairs.forecast, "probabilities");
  if (pairs.weights.present()) check.weights(pairs.weights, "weights");
}

// Weighted mean of distance(q, p). Blocks are summed in lanes and added without rounding.
template <class Distance>
double mean_distance(const context& ctx, const checker& check, const probability_pairs& pairs,
                     Distance distance) {
  std::mutex door;
  exact_sum total, weight;
  for_chunks(ctx, check.function(), pairs.truth.size(), internal::k_chunk_rows, [&](chunk part) {
    internal::block_source<double> truths(pairs.truth), forecasts(pairs.forecast), weights(pairs.weights);
    exact_sum part_total, part_weight;
    for (std::size_t first = part.first; first < part.last; first += internal::k_block_rows) {
      const std::size_t size = std::min(internal::k_block_rows, part.last - first);
      const double* q = truths.at(first, size);
      const double* p = forecasts.at(first, size);
      const double* w = weights.at(first, size);
      const auto sums = internal::lane_sums<2>(size, [&](std::size_t i) {
        const double share = w == nullptr ? 1.0 : w[i];
        return std::array<double, 2>{share == 0.0 ? 0.0 : share * distance(q[i], p[i]), share};
      });
      part_total.add(sums[0]);
      part_weight.add(sums[1]);
    }
    const std::lock_guard guard(door);
    total.merge(part_total);
    weight.merge(part_weight);
  });
  return total.value() / weight.value();
}

// log(a / b) with a - b known to more digits than the ratio has.
double log_ratio(double a, double b, double a_minus_b) {
  const bool near = b <= 2.0 * a && a <= 2.0 * b;
  return near ? -vmath::log1p(-a_minus_b / a) : vmath::log(a) - vmath::log(b);
}

// The terms of first order in d = p - q cancel between the two logarithms, but for a rest that eps leaves.
// What remains are two terms q h(d/q) with h(m) = m - log(1 + m) >= 0, which keep their digits.
double divergence(double q, double p, double eps) {
  const double d = p - q;
  const double truth = q + eps, other_truth = (1.0 - q) + eps;
  const double forecast = p + eps, other_forecast = (1.0 - p) + eps;
  const auto near = [](double a, double b) { return b <= 2.0 * a && a <= 2.0 * b; };
  if (q > 0.0 && q < 1.0 && near(truth, forecast) && near(other_truth, other_forecast)) {
    const double m = d / truth, other_m = -d / other_truth;
    const double rest = eps > 0.0 ? d * eps * (1.0 / truth - 1.0 / other_truth) : 0.0;
    return q * vmath::generic::log_gap(1.0 + m, m) +
           (1.0 - q) * vmath::generic::log_gap(1.0 + other_m, other_m) + rest;
  }
  const double event = q > 0.0 ? q * log_ratio(truth, forecast, -d) : 0.0;
  const double other = q < 1.0 ? (1.0 - q) * log_ratio(other_truth, other_forecast, d) : 0.0;
  return event + other;
}

}  // namespace

double mse_p(vector_view true_probabilities, vector_view probabilities, const mse_p_options& options,
             const context& ctx) {
  const checker check("mse_p");
  ctx.require_backend(check.function());
  const probability_pairs pairs{true_probabilities, probabilities, options.weights};
  check_pairs(check, pairs);
  return mean_distance(ctx, check, pairs, [](double q, double p) { return (q - p) * (q - p); });
}

double kl_p(vector_view true_probabilities, vector_view probabilities, const kl_p_options& options,
            const context& ctx) {
  const checker check("kl_p");
  ctx.require_backend(check.function());
  const double eps = options.eps;
  check.parameter(eps >= 0.0 && eps <= 1.0, "eps", eps, "must lie in [0, 1]");
  const probability_pairs pairs{true_probabilities, probabilities, options.weights};
  check_pairs(check, pairs);
  return mean_distance(ctx, check, pairs, [eps](double q, double p) { return divergence(q, p, eps); });
}

}  // namespace assay::inline v1::calibration
