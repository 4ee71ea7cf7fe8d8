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

bool vector_row::prepare(std::size_t i) {
  if (is_plain())
    take_all();
  else if (!take_present(i))
    return false;
  transpose();
  return true;
}

bool vector_row::is_plain() const {
  if (request_.weights.present()) return false;
  double probe = 0.0;  // NaN as soon as something is not finite
  for (const double x : row_) probe += x - x;
  for (const double y : observation) probe += y - y;
  return probe == 0.0;
}

void vector_row::take_all() {
  places.resize(request_.m());
  std::iota(places.begin(), places.end(), std::size_t{0});
  weights.assign(request_.m(), 1.0);
}

bool vector_row::take_present(std::size_t i) {
  const auto infinite = [](double value) { return std::isinf(value); };
  const auto missing_value = [](double value) { return std::isnan(value); };
  const bool raise = request_.policy == nan_policy::raise;
  bool missing = std::ranges::any_of(observation, missing_value);
  bool odd =
      std::ranges::any_of(observation, infinite) || std::ranges::any_of(row_, infinite) || (missing && raise);
  places.clear();
  weights.clear();
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
    places.push_back(j);
    weights.push_back(w);
    positive += w > 0.0 ? 1 : 0;
  }
  const bool enough = positive >= request_.needed_members && !places.empty();
  if (odd || (!missing && !enough)) check_contents(request_);
  return !missing && enough;
}

void vector_row::transpose() {
  const std::size_t d = request_.d();
  m = places.size();
  padded = (m + 7) / 8 * 8;
  members.resize(d * padded);
  for (std::size_t j = 0; j < padded; ++j) {
    const double* member = row_.data() + places[std::min(j, m - 1)] * d;
    for (std::size_t k = 0; k < d; ++k) members[k * padded + j] = member[k];
  }
  const double largest = *std::ranges::max_element(weights);
  equal = std::ranges::all_of(weights, [&](double w) { return w == largest; });
  const int exponent = equal ? 0 : std::ilogb(largest);
  for (double& w : weights) w = equal ? 1.0 : std::ldexp(w, -exponent);  // exact: keeps products in range
  unit = equal ? largest : std::ldexp(1.0, exponent);
  weights.resize(padded, 0.0);
  scale = 0;
}

void vector_row::rescale() {
  double largest = 0.0;
  for (const double x : members) largest = std::max(largest, std::fabs(x));
  for (const double y : observation) largest = std::max(largest, std::fabs(y));
  if (largest == 0.0 || (largest > 0x1p-400 && largest < 0x1p400)) return;
  scale = std::ilogb(largest);
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
