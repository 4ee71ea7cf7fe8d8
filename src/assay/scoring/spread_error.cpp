#include "assay/scoring/spread_error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "assay/core/bytes.hpp"
#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/deviations.hpp"
#include "assay/scoring/internal/member_rows.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_rows_per_chunk = 4096;
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* k_accumulator = "spread_error_accumulator";

// A forecast's ensemble mean less its outcome, and the variance of its m present members; 0 members: missing.
struct row_moments {
  double error;
  double variance;
  double m;
};

std::vector<row_moments> moments_of(const detail::member_rows& call, const context& ctx) {
  ctx.require_backend(call.check.function());
  detail::check_member_rows(call);
  std::vector<row_moments> rows(call.observations.size());
  for_chunks(ctx, call.check.function(), rows.size(), k_rows_per_chunk, [&](chunk part) {
    std::vector<double> buffer;
    for (std::size_t i = part.first; i < part.last; ++i) {
      const auto members = detail::present_members(call, i, buffer);
      rows[i] = {0.0, 0.0, static_cast<double>(members.size())};
      if (members.empty()) continue;
      const auto [mean, squares] = detail::deviations_of(members);
      rows[i].error = mean - call.observations(i);
      rows[i].variance = squares / (rows[i].m - 1.0);
    }
  });
  return rows;
}

// What the squared error of a reliable ensemble's mean is on average.
double corrected(const row_moments& row) { return row.variance * ((row.m + 1.0) / row.m); }

bool is_missing(const row_moments& row) { return row.m == 0.0; }

[[noreturn]] void fail_without_rows(const checker& check) {
  check.fail_value(error_code::too_few_members, "members",
                   "leave no row with an outcome and two members present");
}

// A ratio of 0/0 has no value.
bool has_ratio(const spread_error_result& result) {
  return result.rmse != 0.0 || result.corrected_spread != 0.0;
}

}  // namespace

// ---- accumulator ----

spread_error_accumulator::spread_error_accumulator(const spread_error_accumulator_options& options)
    : options_(options) {}

void spread_error_accumulator::add(const char* function, const vector_view& observations,
                                   const matrix_view& members, const context& ctx) {
  const checker check(function);
  for (const row_moments& row : moments_of({check, observations, members, options_.nan_policy, 2}, ctx)) {
    if (is_missing(row)) {
      missing_ |= options_.nan_policy == nan_policy::propagate;
      continue;
    }
    error_.add(row.error);
    squared_error_.add(row.error * row.error);
    variance_.add(row.variance);
    corrected_variance_.add(corrected(row));
    mean_variance_.add(row.variance / row.m);
    ++rows_;
  }
}

spread_error_result spread_error_accumulator::result() const {
  if (missing_) return {k_nan, k_nan, k_nan, k_nan, k_nan, k_nan};
  const double n = static_cast<double>(rows_);
  const double squared_error = squared_error_.value() / n;
  spread_error_result result;
  result.rmse = std::sqrt(squared_error);
  result.spread = std::sqrt(variance_.value() / n);
  result.corrected_spread = std::sqrt(corrected_variance_.value() / n);
  result.ratio = result.corrected_spread / result.rmse;
  result.bias = error_.value() / n;
  result.unbiased_mse = squared_error - mean_variance_.value() / n;
  return result;
}

void spread_error_accumulator::update(vector_view observations, matrix_view members) {
  add(k_accumulator, observations, members, {});
}

void spread_error_accumulator::merge(const spread_error_accumulator& other) {
  error_.merge(other.error_);
  squared_error_.merge(other.squared_error_);
  variance_.merge(other.variance_);
  corrected_variance_.merge(other.corrected_variance_);
  mean_variance_.merge(other.mean_variance_);
  rows_ += other.rows_;
  missing_ |= other.missing_;
}

spread_error_result spread_error_accumulator::value() const {
  if (rows_ == 0 && !missing_)
    throw state_error(error_code::empty_input, k_accumulator, "",
                      "no row with an outcome and two members was added");
  const spread_error_result found = result();
  if (!has_ratio(found))
    throw state_error(error_code::degenerate, k_accumulator, "",
                      "no row has an error or a spread, there is no ratio");
  return found;
}

void spread_error_accumulator::reset() { *this = spread_error_accumulator(options_); }

std::vector<std::byte> spread_error_accumulator::to_bytes() const {
  byte_writer out("sprderr", 1);
  out.u8(static_cast<std::uint8_t>(options_.nan_policy));
  out.u64(rows_);
  out.boolean(missing_);
  for (const exact_sum* sum : {&error_, &squared_error_, &variance_, &corrected_variance_, &mean_variance_})
    out.sum(*sum);
  return out.finish();
}

spread_error_accumulator spread_error_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, k_accumulator, "sprderr", 1);
  spread_error_accumulator result;
  const std::uint8_t policy = in.u8();
  if (policy > static_cast<std::uint8_t>(nan_policy::propagate)) in.fail("an option has an unknown value");
  result.options_.nan_policy = static_cast<nan_policy>(policy);
  result.rows_ = in.u64();
  result.missing_ = in.boolean();
  for (exact_sum* sum : {&result.error_, &result.squared_error_, &result.variance_,
                         &result.corrected_variance_, &result.mean_variance_})
    *sum = in.sum();
  in.finish();
  return result;
}

// ---- functions ----

spread_error_result spread_error(vector_view observations, matrix_view members,
                                 const spread_error_options& options, const context& ctx) {
  const checker check("spread_error");
  spread_error_accumulator accumulator({.nan_policy = options.nan_policy});
  accumulator.add(check.function(), observations, members, ctx);
  if (accumulator.rows_ == 0 && !accumulator.missing_) fail_without_rows(check);
  const spread_error_result result = accumulator.result();
  if (!has_ratio(result))
    check.fail_value(error_code::degenerate, "members",
                     "all equal the outcome in every row, there is no ratio of spread to error");
  return result;
}

reliability_budget_result reliability_budget(vector_view observations, matrix_view members,
                                             const reliability_budget_options& options, const context& ctx) {
  const checker check("reliability_budget");
  const double observation_error = options.observation_error_variance;
  check.range(observation_error >= 0.0 && std::isfinite(observation_error), "observation_error_variance",
              observation_error, "must be finite and >= 0");
  spread_error_accumulator accumulator({.nan_policy = options.nan_policy});
  accumulator.add(check.function(), observations, members, ctx);
  if (accumulator.missing_) return {k_nan, k_nan, k_nan, k_nan, k_nan};
  if (accumulator.rows_ == 0) fail_without_rows(check);
  const double n = static_cast<double>(accumulator.rows_);
  const double bias = accumulator.error_.value() / n;
  reliability_budget_result result;
  result.depar2 = accumulator.squared_error_.value() / n;
  result.bias2 = bias * bias;
  result.variance = accumulator.corrected_variance_.value() / n;
  result.observation_error = observation_error;
  result.residual = ((result.depar2 - result.bias2) - result.variance) - observation_error;
  return result;
}

spread_error_curve_result spread_error_curve(vector_view observations, matrix_view members,
                                             std::int64_t n_bins, const spread_error_options& options,
                                             const context& ctx) {
  const checker check("spread_error_curve");
  auto rows = moments_of({check, observations, members, options.nan_policy, 2}, ctx);
  const std::size_t all = rows.size();
  std::erase_if(rows, is_missing);
  const bool unknown = rows.size() < all && options.nan_policy == nan_policy::propagate;
  if (rows.empty() && !unknown) fail_without_rows(check);
  check.parameter(n_bins >= 1 && n_bins <= static_cast<std::int64_t>(unknown ? all : rows.size()), "n_bins",
                  static_cast<double>(n_bins),
                  "must lie in 1.." + std::to_string(unknown ? all : rows.size()));
  std::ranges::stable_sort(rows, {}, &row_moments::variance);
  const auto bins = static_cast<std::size_t>(n_bins);
  spread_error_curve_result result{ctx.result(check.function(), dtype::float64, bins),
                                   array(dtype::float64, {bins}), array(dtype::int32, {bins})};
  std::size_t first = 0;
  for (std::size_t b = 0; b < bins; ++b) {
    const std::size_t count = rows.size() / bins + (b < rows.size() % bins ? 1 : 0);
    exact_sum variance, squared_error;
    for (std::size_t i = first; i < first + count; ++i) {
      variance.add(corrected(rows[i]));
      squared_error.add(rows[i].error * rows[i].error);
    }
    first += count;
    const double n = static_cast<double>(count);
    result.spread.values<double>()[b] = unknown ? k_nan : std::sqrt(variance.value() / n);
    result.rmse.values<double>()[b] = unknown ? k_nan : std::sqrt(squared_error.value() / n);
    result.count.values<std::int32_t>()[b] = static_cast<std::int32_t>(count);
  }
  return result;
}

}  // namespace assay::inline v1::scoring
