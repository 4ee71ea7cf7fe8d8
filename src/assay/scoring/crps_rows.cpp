#include "assay/scoring/internal/crps_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>

#include "assay/scoring/internal/missing.hpp"
#include "assay/scoring/internal/scratch.hpp"

namespace assay::inline v1::scoring::detail {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// ---- checks ----

void check_weight(const crps_request& request, std::size_t i, std::size_t j) {
  const double weight = request.weight(i, j);
  const bool missing = std::isnan(weight) && request.policy != nan_policy::raise;
  if (missing || (weight >= 0.0 && !std::isinf(weight))) return;
  const bool shared = request.weights.rank() == 1;
  request.check.fail_value(error_code::bad_weight, "weights",
                           index_text(request.weights, shared ? j : i, shared ? 0 : j, 0) + " is " +
                               text_of(weight) + ", must be finite and >= 0");
}

// With missing members left out, too few weights make a missing result, not an error.
void check_row_of_weights(const crps_request& request, std::size_t i) {
  double largest = 0.0;
  std::size_t positive = 0;
  bool missing = false;
  for (std::size_t j = 0; j < request.m(); ++j) {
    check_weight(request, i, j);
    const double weight = request.weight(i, j);
    missing |= std::isnan(weight) || std::isnan(request.members(i, j));
    positive += weight > 0.0 ? 1 : 0;
    largest = std::max(largest, weight);
  }
  if (missing) return;
  const std::string row = request.weights.rank() == 1 ? "" : "[" + std::to_string(i) + "] ";
  if (!(largest > 0.0)) request.check.fail_value(error_code::zero_weight, "weights", row + "sum to 0");
  if (positive < request.estimator.needed_members())
    request.check.fail_value(error_code::too_few_members, "weights",
                             row + "give all weight to one member, the estimator needs two");
}

}  // namespace

void check_shapes(const crps_request& request) {
  const checker& check = request.check;
  check.not_empty(request.observations, "observations");
  check.not_empty(request.members, "members");
  check.same_rows(request.observations, "observations", request.members, "members");
  if (request.weights.present()) {
    check.not_empty(request.weights, "weights");
    if (request.weights.rank() == 1)
      check.length(request.weights, "weights", request.m(), "one for each member");
    else
      check.same_shape(request.members, "members", request.weights, "weights");
  }
  request.estimator.check_members(check, request.m());
}

void check_contents(const crps_request& request) {
  check_values(request.check, request.observations, "observations", request.policy);
  check_values(request.check, request.members, "members", request.policy);
  if (!request.weights.present()) return;
  for (std::size_t i = 0; i < request.rows(); ++i) check_row_of_weights(request, i);
}

void fail_not_sorted(const crps_request& request) {
  const matrix_view& x = request.members;
  for (std::size_t i = 0; i < x.extent(0); ++i)
    for (std::size_t j = 1; j < x.extent(1); ++j)
      if (x(i, j) < x(i, j - 1))
        request.check.fail_value(
            error_code::bad_parameter, "sorted",
            "is true, but members" + index_text(x, i, j, 0) + " is below the member before it");
  request.check.fail_value(error_code::bad_parameter, "sorted", "is true, but members do not ascend");
}

// ---- classification ----

void crps_rows::classify(std::size_t first, std::size_t last) {
  entries_.clear();
  for (std::size_t row = first; row < last; ++row) entries_.push_back(entry_of(row));
  std::ranges::stable_sort(entries_, {}, [](const entry& e) { return std::tuple(e.m, e.weighted); });
}

const double* crps_rows::members_of(std::size_t row) {
  const std::size_t m = request_.m();
  if (inputs_.members != nullptr) return inputs_.members + row * m;
  const float* narrow = inputs_.narrow_members + row * m;
  wide_row_.assign(narrow, narrow + m);
  return wide_row_.data();
}

// Anything that is not allowed makes check_contents throw, which names the first offender of the whole call.
crps_rows::entry crps_rows::entry_of(std::size_t row) {
  const double y = inputs_.observations[row];
  const double* members = members_of(row);
  const double* weights = weights_of(row);
  bool odd = std::isinf(y) || (std::isnan(y) && request_.policy == nan_policy::raise);
  bool missing = std::isnan(y);
  bool equal = true;
  std::size_t present = 0;
  std::size_t positive = 0;
  double weight_of_first = 1.0;
  for (std::size_t j = 0; j < request_.m(); ++j) {
    const double x = members[j];
    const double w = weights == nullptr ? 1.0 : weights[j];
    odd |= std::isinf(x) || std::isinf(w) || w < 0.0;
    if (std::isnan(x) || std::isnan(w)) {
      odd |= request_.policy == nan_policy::raise;
      missing |= request_.policy == nan_policy::propagate;
      continue;
    }
    if (present++ == 0) weight_of_first = w;
    equal &= w == weight_of_first;
    positive += w > 0.0 ? 1 : 0;
  }
  const bool enough = positive >= request_.estimator.needed_members();
  if (odd || (!missing && !enough)) check_contents(request_);
  if (missing || !enough) return {row, 0, false};
  return {row, present, !equal};
}

std::size_t crps_rows::end_of_group(std::size_t at) const {
  std::size_t end = at + 1;
  while (end < entries_.size() && entries_[end].same_group(entries_[at])) ++end;
  return end;
}

// ---- one group ----

void crps_rows::gather(std::size_t first, std::size_t last) {
  rows_ = last - first;
  m_ = entries_[first].m;
  weighted_ = entries_[first].weighted;
  observations_.clear();
  members_.clear();
  weights_.clear();
  places_.clear();
  for (std::size_t i = first; i < last && m_ != 0; ++i) {
    const std::size_t row = entries_[i].row;
    observations_.push_back(inputs_.observations[row]);
    const double* members = members_of(row);
    const double* weights = weights_of(row);
    double largest = 0.0;
    const std::size_t start = weights_.size();
    for (std::size_t j = 0; j < request_.m(); ++j) {
      const double x = members[j];
      const double w = weights == nullptr ? 1.0 : weights[j];
      if (std::isnan(x) || std::isnan(w)) continue;
      members_.push_back(x);
      places_.push_back(static_cast<std::uint32_t>(j));
      if (weighted_) weights_.push_back(w);
      largest = std::max(largest, w);
    }
    // A power of two, so nothing is rounded: products of tiny or huge weights stay in range.
    for (std::size_t k = start; k < weights_.size(); ++k)
      weights_[k] = std::ldexp(weights_[k], -std::ilogb(largest));
  }
}

void crps_rows::run() {
  results_.assign(rows_, {k_nan, k_nan, k_nan, k_nan, k_nan});
  if (m_ == 0) return;
  scores_.assign(5 * rows_, 0.0);
  if (gradient_) slopes_.assign(rows_ * m_, 0.0);
  const bool was_sorted = request_.sorted;
  const bool long_rows = m_ > k_network_members && !request_.estimator.lagged();
  if (long_rows && !was_sorted) sort_long_rows();
  run_kernel(observations_.data(), members_.data(), was_sorted || long_rows);
  for (std::size_t i = 0; i < rows_; ++i)
    results_[i] = {scores_[i], scores_[rows_ + i], scores_[2 * rows_ + i], scores_[3 * rows_ + i],
                   scores_[4 * rows_ + i]};
  if (std::ranges::any_of(scores_, [](double score) { return !std::isfinite(score); })) mend_overflow();
}

void crps_rows::sort_long_rows() {
  std::vector<std::uint32_t> order(m_);
  std::vector<double> sorted(m_);
  const auto reorder = [&](auto* values) {
    std::vector<std::remove_pointer_t<decltype(values)>> copy(values, values + m_);
    for (std::size_t k = 0; k < m_; ++k) values[k] = copy[order[k]];
  };
  for (std::size_t i = 0; i < rows_; ++i) {
    double* row = members_.data() + i * m_;
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t k) { return row[k]; });
    reorder(row);
    reorder(places_.data() + i * m_);
    if (weighted_) reorder(weights_.data() + i * m_);
  }
}

void crps_rows::run_kernel(const double* observations, const double* members, bool sorted) {
  const kernels& kernel = active_kernels();
  const scratch_memory scratch(scratch_bytes(m_));
  const ensemble_rows<double> rows{observations, members, rows_, m_, sorted, scratch.data()};
  double* score = scores_.data();
  const crps_outputs outputs{score,
                             score + rows_,
                             score + 2 * rows_,
                             score + 3 * rows_,
                             gradient_ ? slopes_.data() : nullptr,
                             score + 4 * rows_};
  const spread_estimator& estimator = request_.estimator;
  std::uint32_t status = k_status_ok;
  if (estimator.lagged()) {
    status = kernel.crps_lagged(rows, weighted_ ? weights_.data() : nullptr, estimator.lag(m_), outputs);
  } else if (weighted_) {
    status = kernel.crps_weighted(rows, weights_.data(), estimator.weighted_factors(), outputs);
  } else if (gradient_) {
    status = kernel.crps_grad_f64(rows, estimator.slopes(m_).data(), estimator.gradient_factors(m_),
                                  outputs.crps, outputs.grad, outputs.grad_observations);
  } else {
    status = kernel.crps_f64(rows, estimator.slopes(m_).data(), outputs.crps);
    status |= kernel.crps_components(rows, estimator.spread_factor(m_), outputs);
  }
  if ((status & k_status_not_sorted) != 0) fail_not_sorted(request_);
}

// Differences of finite values may exceed the range of doubles although the score does not: once more, scaled
// down.
void crps_rows::mend_overflow() {
  constexpr int k_scale = 8;
  const std::vector<double> slopes = slopes_;
  std::vector<double> observations = observations_;
  std::vector<double> members = members_;
  for (double& y : observations) y = std::ldexp(y, -k_scale);
  for (double& x : members) x = std::ldexp(x, -k_scale);
  run_kernel(observations.data(), members.data(), request_.sorted || m_ > k_network_members);
  slopes_ = slopes;
  for (std::size_t i = 0; i < rows_; ++i) {
    crps_row_results& row = results_[i];
    double* values[] = {&row.crps, &row.underforecast, &row.overforecast, &row.spread};
    if (std::ranges::all_of(values, [](const double* value) { return std::isfinite(*value); })) continue;
    for (std::size_t k = 0; k < 4; ++k) *values[k] = std::ldexp(scores_[k * rows_ + i], k_scale);
  }
}

// The slopes of a row at the places of its members; absent members have slope 0, a missing result NaN
// throughout.
const double* crps_rows::gradient_of(std::size_t index) {
  row_gradient_.assign(request_.m(), m_ == 0 ? k_nan : 0.0);
  for (std::size_t k = 0; k < m_; ++k) row_gradient_[places_[index * m_ + k]] = slopes_[index * m_ + k];
  return row_gradient_.data();
}

}  // namespace assay::inline v1::scoring::detail
