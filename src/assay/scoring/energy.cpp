#include "assay/scoring/energy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"
#include "assay/scoring/internal/estimator.hpp"
#include "assay/scoring/internal/missing.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

struct energy_request {
  const checker& check;
  matrix_view observations;
  tensor_view members;
  array_view weights;
  nan_policy policy;
  double beta;
  detail::spread_estimator estimator;

  [[nodiscard]] std::size_t rows() const noexcept { return members.extent(0); }
  [[nodiscard]] std::size_t m() const noexcept { return members.extent(1); }
  [[nodiscard]] std::size_t d() const noexcept { return members.extent(2); }
  [[nodiscard]] double weight(std::size_t i, std::size_t j) const noexcept {
    if (!weights.present()) return 1.0;
    return weights.rank() == 1 ? weights(j) : weights(i, j);
  }
};

// ---- checks ----

void check_shapes(const energy_request& request) {
  const checker& check = request.check;
  check.not_empty(request.observations, "observations");
  check.not_empty(request.members, "members");
  check.same_rows(request.observations, "observations", request.members, "members");
  if (request.d() != request.observations.extent(1))
    check.fail_shape(error_code::length_mismatch, "members",
                     "has shape " + shape_text(request.members) + ", observations has shape " +
                         shape_text(request.observations) + ": the last extents differ");
  if (request.weights.present()) {
    const bool shared = request.weights.rank() == 1;
    check.not_empty(request.weights, "weights");
    if (request.weights.extent(shared ? 0 : 1) != request.m() ||
        (!shared && request.weights.extent(0) != request.rows()))
      check.fail_shape(
          error_code::length_mismatch, "weights",
          "has shape " + shape_text(request.weights) + ", members has shape " + shape_text(request.members));
  }
  request.estimator.check_members(check, request.m());
}

bool is_missing(const energy_request& request, std::size_t i, std::size_t j) {
  bool missing = std::isnan(request.weight(i, j));
  for (std::size_t k = 0; k < request.d(); ++k) missing |= std::isnan(request.members(i, j, k));
  return missing;
}

void check_row_of_weights(const energy_request& request, std::size_t i) {
  const bool shared = request.weights.rank() == 1;
  double largest = 0.0;
  std::size_t positive = 0;
  bool missing = false;
  for (std::size_t j = 0; j < request.m(); ++j) {
    const double w = request.weight(i, j);
    const bool allowed =
        (w >= 0.0 && !std::isinf(w)) || (std::isnan(w) && request.policy != nan_policy::raise);
    if (!allowed)
      request.check.fail_value(error_code::bad_weight, "weights",
                               detail::index_text(request.weights, shared ? j : i, shared ? 0 : j, 0) +
                                   " is " + text_of(w) + ", must be finite and >= 0");
    missing |= is_missing(request, i, j);
    largest = std::max(largest, w);
    positive += w > 0.0 ? 1 : 0;
  }
  if (missing) return;
  const std::string row = shared ? "" : "[" + std::to_string(i) + "] ";
  if (!(largest > 0.0)) request.check.fail_value(error_code::zero_weight, "weights", row + "sum to 0");
  if (positive < request.estimator.needed_members())
    request.check.fail_value(error_code::too_few_members, "weights",
                             row + "give all weight to one member, the estimator needs two");
}

void check_contents(const energy_request& request) {
  detail::check_values(request.check, request.observations, "observations", request.policy);
  detail::check_values(request.check, request.members, "members", request.policy);
  if (!request.weights.present()) return;
  for (std::size_t i = 0; i < request.rows(); ++i) check_row_of_weights(request, i);
}

// ---- one forecast ----

// Sums that turn distances into a score: equal weights count 1 each.
struct spread_terms {
  double total;   // of the weights
  double factor;  // the spread term is this times the sum over pairs
};

class energy_row {
 public:
  explicit energy_row(const energy_request& request) : request_(request), kernel_(active_kernels()) {}

  /// Reads row i, its observation and members given as doubles or floats; false when its result is missing.
  /// Anything not allowed throws.
  template <class T>
  bool read(std::size_t i, const double* observation, const T* members) {
    observation_.assign(observation, observation + request_.d());
    row_.assign(members, members + request_.m() * request_.d());
    return prepare(i);
  }
  [[nodiscard]] double score();
  /// After score(): slopes of the members, coordinate k of member j at grad[k * padded + place j], and of the
  /// observation.
  void gradient();
  template <class T>
  void store_gradient(T* grad, T* grad_observation) const;

 private:
  [[nodiscard]] energy_ensemble ensemble() const {
    return {observation_.data(), members_.data(), weights_.data(), request_.d(), m_, padded_, request_.beta};
  }
  bool prepare(std::size_t i);
  [[nodiscard]] bool is_plain() const;
  void take_all();
  bool take_present(std::size_t i);
  void transpose();
  void rescale();
  [[nodiscard]] spread_terms terms() const;
  [[nodiscard]] double power_of_scale(double exponent) const;

  const energy_request& request_;
  const kernels& kernel_;
  std::size_t m_ = 0;
  std::size_t padded_ = 0;
  bool equal_ = true;
  int scale_ = 0;                    // coordinates were multiplied by 2^-scale_
  std::vector<std::size_t> places_;  // rows of row_ that are present
  std::vector<double> row_;          // (m, d) as it came
  std::vector<double> observation_;
  std::vector<double> members_;
  std::vector<double> weights_;
  std::vector<double> slopes_;
  std::vector<double> grad_;
  std::vector<double> grad_observation_;
};

bool energy_row::prepare(std::size_t i) {
  if (is_plain())
    take_all();
  else if (!take_present(i))
    return false;
  transpose();
  rescale();
  return true;
}

bool energy_row::is_plain() const {
  if (request_.weights.present()) return false;
  double probe = 0.0;  // NaN as soon as something is not finite
  for (const double x : row_) probe += x - x;
  for (const double y : observation_) probe += y - y;
  return probe == 0.0;
}

void energy_row::take_all() {
  places_.resize(request_.m());
  std::iota(places_.begin(), places_.end(), std::size_t{0});
  weights_.assign(request_.m(), 1.0);
}

bool energy_row::take_present(std::size_t i) {
  const auto infinite = [](double value) { return std::isinf(value); };
  const auto missing_value = [](double value) { return std::isnan(value); };
  const bool raise = request_.policy == nan_policy::raise;
  bool missing = std::ranges::any_of(observation_, missing_value);
  bool odd = std::ranges::any_of(observation_, infinite) || std::ranges::any_of(row_, infinite) ||
             (missing && raise);
  places_.clear();
  weights_.clear();
  std::size_t positive = 0;
  for (std::size_t j = 0; j < request_.m(); ++j) {
    const double w = request_.weight(i, j);
    odd |= w < 0.0 || std::isinf(w);
    const auto member = std::span(row_).subspan(j * request_.d(), request_.d());
    if (std::isnan(w) || std::ranges::any_of(member, missing_value)) {
      odd |= raise;
      missing |= request_.policy == nan_policy::propagate;
      continue;
    }
    places_.push_back(j);
    weights_.push_back(w);
    positive += w > 0.0 ? 1 : 0;
  }
  const bool enough = positive >= request_.estimator.needed_members();
  if (odd || (!missing && !enough)) check_contents(request_);
  return !missing && enough;
}

void energy_row::transpose() {
  const std::size_t d = request_.d();
  m_ = places_.size();
  padded_ = (m_ + 7) / 8 * 8;
  members_.resize(d * padded_);
  for (std::size_t j = 0; j < padded_; ++j) {
    const double* member = row_.data() + places_[std::min(j, m_ - 1)] * d;
    for (std::size_t k = 0; k < d; ++k) members_[k * padded_ + j] = member[k];
  }
  const double largest = *std::ranges::max_element(weights_);
  equal_ = std::ranges::all_of(weights_, [&](double w) { return w == largest; });
  for (double& w : weights_)
    w = equal_ ? 1.0 : std::ldexp(w, -std::ilogb(largest));  // exact: keeps products in range
  weights_.resize(padded_, 0.0);
}

// Squares of very large or very small coordinates would leave the range of doubles.
void energy_row::rescale() {
  double largest = 0.0;
  for (const double x : members_) largest = std::max(largest, std::fabs(x));
  for (const double y : observation_) largest = std::max(largest, std::fabs(y));
  scale_ = 0;
  if (largest == 0.0 || (largest > 0x1p-400 && largest < 0x1p400)) return;
  scale_ = std::ilogb(largest);
  for (double& x : members_) x = std::ldexp(x, -scale_);
  for (double& y : observation_) y = std::ldexp(y, -scale_);
}

double energy_row::power_of_scale(double exponent) const {
  constexpr double k_log_2 = 0x1.62e42fefa39efp-1;
  if (scale_ == 0 || exponent == 0.0) return 1.0;
  return exponent == 1.0 ? std::ldexp(1.0, scale_) : vmath::exp(exponent * scale_ * k_log_2);
}

spread_terms energy_row::terms() const {
  if (equal_) return {static_cast<double>(m_), request_.estimator.spread_factor(m_)};
  double total = 0.0;
  double pairs = 0.0;
  for (std::size_t j = 0; j < m_; ++j) {
    pairs += weights_[j] * total;
    total += weights_[j];
  }
  const auto factors = request_.estimator.weighted_factors();
  const double square = total * total;
  const double unbiased = pairs > 0.0 ? factors.unbiased / (pairs + pairs) : 0.0;
  return {total, unbiased + factors.biased / square};
}

double energy_row::score() {
  const energy_ensemble e = ensemble();
  const spread_terms norm = terms();
  const energy_sums sums = kernel_.energy(e);
  const double spread = request_.estimator.lagged()
                            ? 0.5 * kernel_.energy_lagged(e, request_.estimator.lag(m_)) / norm.total
                            : norm.factor * sums.between_members;
  return (sums.to_observation / norm.total - spread) * power_of_scale(request_.beta);
}

void energy_row::gradient() {
  slopes_.resize((m_ + 1) * 8);
  grad_.resize(2 * request_.d() * padded_);
  grad_observation_.resize(request_.d());
  const spread_terms norm = terms();
  kernel_.energy_grad(ensemble(), 1.0 / norm.total, norm.factor, slopes_.data(), grad_.data(),
                      grad_observation_.data());
}

template <class T>
void energy_row::store_gradient(T* grad, T* grad_observation) const {
  const double factor = power_of_scale(request_.beta - 1.0);
  const std::size_t d = request_.d();
  std::fill_n(grad, request_.m() * d, T(0));
  for (std::size_t j = 0; j < m_; ++j)
    for (std::size_t k = 0; k < d; ++k)
      grad[places_[j] * d + k] = static_cast<T>(grad_[k * padded_ + j] * factor);
  for (std::size_t k = 0; k < d; ++k) grad_observation[k] = static_cast<T>(grad_observation_[k] * factor);
}

// ---- calls ----

energy_request request_of(const checker& check, const matrix_view& observations, const tensor_view& members,
                          const energy_score_options& options, const context& ctx) {
  ctx.require_backend(check.function());
  const detail::spread_estimator estimator(check, options.estimator, options.alpha, options.ensemble_size);
  check.range(options.beta > 0.0 && options.beta < 2.0, "beta", options.beta, "must lie in (0, 2)");
  energy_request request{check,        observations, members, options.weights, options.nan_policy,
                         options.beta, estimator};
  check_shapes(request);
  return request;
}

std::size_t rows_per_chunk(const energy_request& request) {
  const double work =
      static_cast<double>(request.m()) * static_cast<double>(request.m()) * static_cast<double>(request.d());
  return static_cast<std::size_t>(std::clamp(1048576.0 / work, 1.0, 1024.0));
}

// Calls fn(row, number of the row, whether it has a result).
template <class Fn>
void for_each_row(const energy_request& request, const context& ctx, Fn&& fn) {
  const std::size_t d = request.d();
  const internal::dense<double> observations(request.observations);
  internal::with_real_type(request.members.type(), [&]<class T>(std::type_identity<T>) {
    const internal::dense<T> members(request.members);
    for_chunks(ctx, request.check.function(), request.rows(), rows_per_chunk(request), [&](chunk part) {
      energy_row row(request);
      for (std::size_t i = part.first; i < part.last; ++i)
        fn(row, i, row.read(i, observations.data() + i * d, members.data() + i * request.m() * d));
    });
  });
}

template <class T>
energy_score_grad_result grad_of(const energy_request& request, const context& ctx) {
  const std::size_t n = request.rows();
  const std::size_t m = request.m();
  const std::size_t d = request.d();
  energy_score_grad_result result{ctx.result(request.check.function(), dtype::float64, n),
                                  array(dtype_of<T>(), {n, m, d}), array(dtype_of<T>(), {n, d})};
  double* score = result.score.values<double>().data();
  T* grad = result.grad.values<T>().data();
  T* grad_observations = result.grad_observations.values<T>().data();
  for_each_row(request, ctx, [&](energy_row& row, std::size_t i, bool present) {
    if (!present) {
      score[i] = k_nan;
      std::fill_n(grad + i * m * d, m * d, static_cast<T>(k_nan));
      std::fill_n(grad_observations + i * d, d, static_cast<T>(k_nan));
      return;
    }
    score[i] = row.score();
    row.gradient();
    row.store_gradient(grad + i * m * d, grad_observations + i * d);
  });
  return result;
}

}  // namespace

array energy_score(matrix_view observations, tensor_view members, const energy_score_options& options,
                   const context& ctx) {
  const checker check("energy_score");
  const energy_request request = request_of(check, observations, members, options, ctx);
  array result = ctx.result(check.function(), dtype::float64, request.rows());
  double* score = result.values<double>().data();
  for_each_row(request, ctx, [&](energy_row& row, std::size_t i, bool present) {
    score[i] = present ? row.score() : k_nan;
  });
  return result;
}

energy_score_grad_result energy_score_grad(matrix_view observations, tensor_view members,
                                           const energy_score_options& options, const context& ctx) {
  const checker check("energy_score_grad");
  const energy_request request = request_of(check, observations, members, options, ctx);
  request.estimator.check_gradient(check);
  return internal::with_real_type(internal::common_real_type(observations, members),
                                  [&]<class T>(std::type_identity<T>) { return grad_of<T>(request, ctx); });
}

}  // namespace assay::inline v1::scoring
