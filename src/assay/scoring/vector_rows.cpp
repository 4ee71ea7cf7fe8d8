#include "assay/scoring/internal/vector_rows.hpp"

#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include "assay/core/vmath.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring::detail {
namespace {

bool is_missing(const vector_request& request, std::size_t i, std::size_t j) {
  bool missing = std::isnan(request.weight(i, j));
  for (std::size_t k = 0; k < request.d(); ++k) missing |= std::isnan(request.members(i, j, k));
  return missing;
}

void check_row_of_weights(const vector_request& request, std::size_t i) {
  const bool shared = request.weights.rank() == 1;
  double largest = 0.0;
  std::size_t positive = 0;
  bool missing = false;
  for (std::size_t j = 0; j < request.m(); ++j) {
    const double w = request.weight(i, j);
    const bool allowed =
        (w >= 0.0 && !std::isinf(w)) || (std::isnan(w) && request.policy != nan_policy::raise);
    if (!allowed)
      request.check.fail_value(error_code::bad_weight, request.weights_name,
                               index_text(request.weights, shared ? j : i, shared ? 0 : j, 0) + " is " +
                                   text_of(w) + ", must be finite and >= 0");
    missing |= is_missing(request, i, j);
    largest = std::max(largest, w);
    positive += w > 0.0 ? 1 : 0;
  }
  if (missing || request.needed_members == 0) return;
  const std::string row = shared ? "" : "[" + std::to_string(i) + "] ";
  if (!(largest > 0.0))
    request.check.fail_value(error_code::zero_weight, request.weights_name, row + "sum to 0");
  if (positive < request.needed_members)
    request.check.fail_value(error_code::too_few_members, request.weights_name,
                             row + "give all weight to one member, the estimator needs two");
}

}  // namespace

void check_shapes(const vector_request& request) {
  check_vector_shapes(request.check, request.observations, request.members);
  if (!request.weights.present()) return;
  const bool shared = request.weights.rank() == 1;
  request.check.not_empty(request.weights, request.weights_name);
  if (request.weights.extent(shared ? 0 : 1) != request.m() ||
      (!shared && request.weights.extent(0) != request.rows()))
    request.check.fail_shape(
        error_code::length_mismatch, request.weights_name,
        "has shape " + shape_text(request.weights) + ", members has shape " + shape_text(request.members));
}

void check_contents(const vector_request& request) {
  check_values(request.check, request.observations, "observations", request.policy);
  check_values(request.check, request.members, "members", request.policy);
  if (!request.weights.present()) return;
  for (std::size_t i = 0; i < request.rows(); ++i) check_row_of_weights(request, i);
}

bool vector_row::prepare(std::size_t i, const double* row) {
  const auto magnitude_of = [&](const double* rows, std::size_t count) {
    const double outcome = active_kernels().magnitude(observation.data(), observation.size());
    const double largest = active_kernels().magnitude(rows, count * request_.d());
    return std::isnan(outcome) ? outcome : std::isnan(largest) ? largest : std::max(outcome, largest);
  };
  magnitude_ = magnitude_of(row, request_.m());
  if (!request_.weights.present() && !std::isnan(magnitude_)) {
    take_all();
    lay_out(row);
    return true;
  }
  if (!take_present(i, row)) return false;
  magnitude_ = magnitude_of(present_.data(), m);
  lay_out(present_.data());
  return true;
}

void vector_row::take_all() {
  if (all_of_weight_1_) return;
  places.resize(request_.m());
  std::iota(places.begin(), places.end(), std::size_t{0});
  weights.assign(request_.m(), 1.0);
  set_weights();
  all_of_weight_1_ = true;
}

bool vector_row::take_present(std::size_t i, const double* row) {
  all_of_weight_1_ = false;
  const auto infinite = [](double value) { return std::isinf(value); };
  const auto missing_value = [](double value) { return std::isnan(value); };
  const bool raise = request_.policy == nan_policy::raise;
  bool missing = std::ranges::any_of(observation, missing_value);
  bool odd = std::ranges::any_of(observation, infinite) || (missing && raise);
  places.clear();
  weights.clear();
  present_.clear();
  std::size_t positive = 0;
  for (std::size_t j = 0; j < request_.m(); ++j) {
    const double w = request_.weight(i, j);
    odd |= w < 0.0 || std::isinf(w);
    const std::span<const double> member(row + j * request_.d(), request_.d());
    odd |= std::ranges::any_of(member, infinite);
    if (std::isnan(w) || std::ranges::any_of(member, missing_value)) {
      odd |= raise;
      missing |= request_.policy == nan_policy::propagate;
      continue;
    }
    places.push_back(j);
    weights.push_back(w);
    present_.insert(present_.end(), member.begin(), member.end());
    positive += w > 0.0 ? 1 : 0;
  }
  const bool enough = positive >= request_.needed_members && !places.empty();
  if (odd || (!missing && !enough)) check_contents(request_);
  if (missing || !enough) return false;
  set_weights();
  return true;
}

void vector_row::set_weights() {
  m = places.size();
  padded = (m + 7) / 8 * 8;
  stride = (padded + m / 2 + 7) / 8 * 8;
  const double largest = *std::ranges::max_element(weights);
  equal = std::ranges::all_of(weights, [&](double w) { return w == largest; });
  const int exponent = equal ? 0 : std::ilogb(largest);
  for (double& w : weights) w = equal ? 1.0 : std::ldexp(w, -exponent);  // exact: keeps products in range
  unit = equal ? largest : std::ldexp(1.0, exponent);
  weights_around.resize(stride);
  for (std::size_t j = 0; j < stride; ++j) weights_around[j] = weights[j % m];
  weights.resize(padded, 0.0);
}

void vector_row::lay_out(const double* rows) {
  members.resize(request_.d() * stride);
  active_kernels().turn_members(rows, m, request_.d(), stride, members.data());
  scale = 0;
}

void vector_row::rescale() {
  if (magnitude_ == 0.0 || (magnitude_ > 0x1p-400 && magnitude_ < 0x1p400)) return;
  scale = std::ilogb(magnitude_);
  for (double& x : members) x = std::ldexp(x, -scale);
  for (double& y : observation) y = std::ldexp(y, -scale);
}

double vector_row::power_of_scale(double exponent) const {
  constexpr double k_log_2 = 0x1.62e42fefa39efp-1;
  if (scale == 0 || exponent == 0.0) return 1.0;
  return exponent == 1.0 ? std::ldexp(1.0, scale) : vmath::exp(exponent * scale * k_log_2);
}

spread_terms vector_row::terms(const spread_estimator& estimator) const {
  if (equal) return {static_cast<double>(m), estimator.spread_factor(m)};
  double total = 0.0;
  double pairs = 0.0;
  for (std::size_t j = 0; j < m; ++j) {
    pairs += weights[j] * total;
    total += weights[j];
  }
  const auto factors = estimator.weighted_factors();
  const double square = total * total;
  const double unbiased = pairs > 0.0 ? factors.unbiased / (pairs + pairs) : 0.0;
  return {total, unbiased + factors.biased / square};
}

}  // namespace assay::inline v1::scoring::detail
