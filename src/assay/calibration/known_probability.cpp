#include "assay/calibration/known_probability.hpp"

#include <array>
#include <mutex>

#include "assay/calibration/internal/lane_sums.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/core/bytes.hpp"
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

// Weights may all be 0.
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
  internal::check_weights(check, pairs.weights);
}

void check_eps(const checker& check, double eps) {
  check.parameter(eps >= 0.0 && eps <= 1.0, "eps", eps, "must lie in [0, 1]");
}

struct distance_sums {
  exact_sum total;
  exact_sum weight;
  [[nodiscard]] double mean(const checker& check) const {
    internal::check_total(check, weight.value());
    return total.value() / weight.value();
  }
};

// Sums of w distance(q, p) and of w. Blocks are summed in lanes and added without rounding.
template <class Distance>
distance_sums sum_distances(const context& ctx, const checker& check, const probability_pairs& pairs,
                            Distance distance) {
  std::mutex door;
  distance_sums sums;
  for_chunks(ctx, check.function(), pairs.truth.size(), internal::k_chunk_rows, [&](chunk part) {
    internal::block_source<double> truths(pairs.truth), forecasts(pairs.forecast), weights(pairs.weights);
    exact_sum part_total, part_weight;
    for (std::size_t first = part.first; first < part.last; first += internal::k_block_rows) {
      const std::size_t size = std::min(internal::k_block_rows, part.last - first);
      const double* q = truths.at(first, size);
      const double* p = forecasts.at(first, size);
      const double* w = weights.at(first, size);
      const auto block = internal::lane_sums<2>(size, [&](std::size_t i) {
        const double share = w == nullptr ? 1.0 : w[i];
        return std::array<double, 2>{share == 0.0 ? 0.0 : share * distance(q[i], p[i]), share};
      });
      part_total.add(block[0]);
      part_weight.add(block[1]);
    }
    const std::lock_guard guard(door);
    sums.total.merge(part_total);
    sums.weight.merge(part_weight);
  });
  return sums;
}

struct squared_distance {
  double operator()(double q, double p) const { return (q - p) * (q - p); }
};

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

struct divergence_with {
  double eps;
  double operator()(double q, double p) const { return divergence(q, p, eps); }
};

}  // namespace

double mse_p(vector_view true_probabilities, vector_view probabilities, const mse_p_options& options,
             const context& ctx) {
  const checker check("mse_p");
  ctx.require_backend(check.function());
  const probability_pairs pairs{true_probabilities, probabilities, options.weights};
  check_pairs(check, pairs);
  return sum_distances(ctx, check, pairs, squared_distance{}).mean(check);
}

double kl_p(vector_view true_probabilities, vector_view probabilities, const kl_p_options& options,
            const context& ctx) {
  const checker check("kl_p");
  ctx.require_backend(check.function());
  check_eps(check, options.eps);
  const probability_pairs pairs{true_probabilities, probabilities, options.weights};
  check_pairs(check, pairs);
  return sum_distances(ctx, check, pairs, divergence_with{options.eps}).mean(check);
}

// ---- accumulator ----

namespace {

constexpr std::string_view k_kind = "knownp";
constexpr std::uint32_t k_version = 1;

}  // namespace

known_probability_accumulator::known_probability_accumulator(
    const known_probability_accumulator_options& options)
    : eps_(options.eps) {
  check_eps(checker("known_probability_accumulator"), eps_);
}

void known_probability_accumulator::update(vector_view true_probabilities, vector_view probabilities,
                                           const calibration_update_options& options) {
  const checker check("known_probability_accumulator::update");
  const probability_pairs pairs{true_probabilities, probabilities, options.weights};
  check_pairs(check, pairs);
  const auto squares = sum_distances(context{}, check, pairs, squared_distance{});
  const auto divergences = sum_distances(context{}, check, pairs, divergence_with{eps_});
  squares_.merge(squares.total);
  divergence_.merge(divergences.total);
  weight_.merge(squares.weight);
  count_ += pairs.truth.size();
}

void known_probability_accumulator::merge(const known_probability_accumulator& other) {
  if (eps_ != other.eps_) {
    checker("known_probability_accumulator::merge")
        .fail_value(error_code::bad_parameter, "other", "adds another eps");
  }
  squares_.merge(other.squares_);
  divergence_.merge(other.divergence_);
  weight_.merge(other.weight_);
  count_ += other.count_;
}

known_probability_distances known_probability_accumulator::value() const {
  const double weight = weight_.value();
  if (!(weight > 0.0)) {
    throw state_error(error_code::zero_weight, "known_probability_accumulator::value", "",
                      "nothing with weight > 0 was added");
  }
  return {static_cast<std::int64_t>(count_), weight, squares_.value() / weight, divergence_.value() / weight};
}

void known_probability_accumulator::reset() { *this = known_probability_accumulator({eps_}); }

std::vector<std::byte> known_probability_accumulator::to_bytes() const {
  byte_writer out(k_kind, k_version);
  out.f64(eps_);
  out.u64(count_);
  out.sum(squares_);
  out.sum(divergence_);
  out.sum(weight_);
  return out.finish();
}

known_probability_accumulator known_probability_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, "known_probability_accumulator::from_bytes", k_kind, k_version);
  const double eps = in.f64();
  if (!(eps >= 0.0 && eps <= 1.0)) in.fail("hold an eps out of range");
  known_probability_accumulator result({eps});
  result.count_ = in.u64();
  result.squares_ = in.sum();
  result.divergence_ = in.sum();
  result.weight_ = in.sum();
  in.finish();
  return result;
}

}  // namespace assay::inline v1::calibration
