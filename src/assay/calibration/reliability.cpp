#include "assay/calibration/reliability.hpp"

#include <string>
#include <utility>

#include "assay/calibration/internal/bin_totals.hpp"
#include "assay/calibration/internal/grouped_bins.hpp"
#include "assay/calibration/internal/streamed_bins.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::bin_edges;
using internal::binary_rows;
using internal::streamed_bins;

void check_level(const checker& check, double level) {
  check.range(level > 0.0 && level < 1.0, "level", level, "must lie in (0, 1)");
}

bin_edges edges_for(const checker& check, std::int64_t n_bins, const vector_view& edges, bin_rule rule) {
  if (!edges.present()) {
    return bin_edges::equal_width(internal::checked_bins(check, n_bins, streamed_bins::k_most_bins), rule);
  }
  auto values = internal::checked_edges(check, edges);
  check.parameter(values.size() <= streamed_bins::k_most_bins + 1, "edges",
                  static_cast<double>(values.size()), "elements are too many, at most 4097");
  return bin_edges::custom(std::move(values), rule);
}

}  // namespace

reliability_table_result reliability_table(integer_view labels, vector_view probabilities,
                                           const reliability_table_options& options, const context& ctx) {
  const checker check("reliability_table");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto request = internal::checked_request(check, options);
  check_level(check, options.level);
  const auto totals = internal::sum_bins(ctx, check, rows, request, internal::bin_content::table);
  return internal::table_of(totals, options.level, check.function(), ctx);
}

// ---- accumulator ----

struct reliability_accumulator::state {
  streamed_bins bins;
  double level;
};

reliability_accumulator::reliability_accumulator(const reliability_accumulator_options& options) {
  const checker check("reliability_accumulator");
  check_level(check, options.level);
  auto edges = edges_for(check, options.n_bins, options.edges, options.bin_rule);
  state_ = std::make_unique<state>(
      state{streamed_bins(std::move(edges), internal::bin_content::table), options.level});
}

reliability_accumulator::~reliability_accumulator() = default;
reliability_accumulator::reliability_accumulator(reliability_accumulator&&) noexcept = default;
reliability_accumulator& reliability_accumulator::operator=(reliability_accumulator&&) noexcept = default;
reliability_accumulator::reliability_accumulator(const reliability_accumulator& other)
    : state_(std::make_unique<state>(*other.state_)) {}
reliability_accumulator& reliability_accumulator::operator=(const reliability_accumulator& other) {
  if (this != &other) state_ = std::make_unique<state>(*other.state_);
  return *this;
}

void reliability_accumulator::update(integer_view labels, vector_view probabilities,
                                     const calibration_update_options& options) {
  const checker check("reliability_accumulator::update");
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const streamed_bins empty(state_->bins.edges(), internal::bin_content::table);
  state_->bins.merge(internal::sum_rows(context{}, check, rows, empty));
}

void reliability_accumulator::merge(const reliability_accumulator& other) {
  const checker check("reliability_accumulator::merge");
  if (!(state_->bins.edges() == other.state_->bins.edges())) {
    check.fail_value(error_code::bad_parameter, "other", "has other bins");
  }
  state_->bins.merge(other.state_->bins);
}

reliability_table_result reliability_accumulator::value() const {
  return internal::table_of(state_->bins.totals(), state_->level, "reliability_accumulator::value",
                            context{});
}

double reliability_accumulator::ece(error_norm norm, bin_weighting weighting) const {
  const auto totals = state_->bins.totals();
  if (!(totals.weight > 0.0)) {
    throw state_error(error_code::zero_weight, "reliability_accumulator::ece", "",
                      "nothing with weight > 0 was added");
  }
  return internal::calibration_error(totals, norm, weighting);
}

void reliability_accumulator::reset() { state_->bins.reset(); }

namespace {

constexpr std::string_view k_kind = "reltable";
constexpr std::uint32_t k_version = 1;

}  // namespace

std::vector<std::byte> reliability_accumulator::to_bytes() const {
  byte_writer out(k_kind, k_version);
  const bin_edges& edges = state_->bins.edges();
  out.boolean(edges.rule() == bin_rule::right_closed);
  out.boolean(edges.is_equal_width());
  if (edges.is_equal_width()) {
    out.u64(edges.bins());
  } else {
    out.f64s(edges.edges());
  }
  out.f64(state_->level);
  state_->bins.write(out);
  return out.finish();
}

reliability_accumulator reliability_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, "reliability_accumulator::from_bytes", k_kind, k_version);
  reliability_accumulator_options options;
  options.bin_rule = in.boolean() ? bin_rule::right_closed : bin_rule::left_closed;
  const bool equal_width = in.boolean();
  std::vector<double> edges;
  if (equal_width) {
    options.n_bins = in.i64();
  } else {
    edges = in.f64s();
    options.edges = edges;
  }
  options.level = in.f64();
  try {
    reliability_accumulator result(options);
    result.state_->bins.read(in);
    in.finish();
    return result;
  } catch (const error& caught) {
    if (caught.code() == error_code::corrupt_bytes) throw;
    in.fail("describe bins that cannot be: " + caught.argument());
  }
}

// ---- shards ----

namespace {

reliability_shard shard_of(const internal::bin_totals& totals) {
  const std::size_t bins = totals.bins.size();
  reliability_shard shard{array(dtype::float64, {bins}), array(dtype::float64, {bins}),
                          array(dtype::float64, {bins})};
  for (std::size_t k = 0; k < bins; ++k) {
    shard.weight.values<double>()[k] = totals.bins[k].weight;
    shard.sum_prob.values<double>()[k] = totals.bins[k].sum_prob;
    shard.sum_label.values<double>()[k] = totals.bins[k].sum_label;
  }
  return shard;
}

// First and one past the last row of shard i.
std::pair<std::size_t, std::size_t> range_of(const checker& check, const integer_view& shards, std::size_t i,
                                             std::size_t rows) {
  const double first = shards(i, 0);
  const double last = shards(i, 1);
  if (!(first >= 0.0 && first <= last && last <= static_cast<double>(rows))) {
    check.fail_value(error_code::out_of_range, "shards",
                     "[" + std::to_string(i) + "] is " + text_of(first) + ", " + text_of(last) +
                         ", must ascend within 0.." + std::to_string(rows));
  }
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
}

}  // namespace

accumulator_merge_result accumulator_merge(integer_view labels, vector_view probabilities,
                                           integer_view shards, const accumulator_merge_options& options,
                                           const context& ctx) {
  const checker check("accumulator_merge");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  check.not_empty(shards, "shards");
  if (shards.rank() != 2 || shards.extent(1) != 2) {
    check.fail_shape(error_code::length_mismatch, "shards",
                     "has shape " + shape_text(shards) + ", must be (k, 2)");
  }
  const auto edges = edges_for(check, options.n_bins, {}, bin_rule::right_closed);
  accumulator_merge_result result;
  streamed_bins all(edges, internal::bin_content::table);
  for (std::size_t i = 0; i < shards.extent(0); ++i) {
    const auto [first, last] = range_of(check, shards, i, rows.size());
    const streamed_bins empty(edges, internal::bin_content::table);
    const auto shard = first == last ? empty : internal::sum_rows(ctx, check, rows.part(first, last), empty);
    result.shards.push_back(shard_of(shard.totals()));
    result.merged_count += static_cast<std::int64_t>(last - first);
    all.merge(shard);
  }
  const auto totals = all.totals();
  internal::check_total(check, totals.weight);
  result.merged_ece_l1 = internal::calibration_error(totals, error_norm::l1, bin_weighting::weight);
  return result;
}

}  // namespace assay::inline v1::calibration
