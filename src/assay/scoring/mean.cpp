#include "assay/scoring/mean.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "assay/core/bytes.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::scoring {
namespace {

void check_weights(const checker& check, const vector_view& scores, const vector_view& weights) {
  if (!weights.present()) return;
  check.same_rows(scores, "scores", weights, "weights");
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double weight = weights(i);
    if (!(weight >= 0.0 && weight <= std::numeric_limits<double>::max()))
      check.fail_value(error_code::bad_weight, "weights",
                       "[" + std::to_string(i) + "] is " + text_of(weight) + ", must be finite and >= 0");
  }
}

void check_scores(const checker& check, const vector_view& scores, const vector_view& weights) {
  check.not_empty(scores, "scores");
  check.finite(scores, "scores");
  check_weights(check, scores, weights);
}

double weight_of(const vector_view& weights, std::size_t i) { return weights.present() ? weights(i) : 1.0; }

}  // namespace

// ---- mean by group ----

namespace {

// Rows ordered by group; rows of one group in their own order (which does not matter to exact sums).
std::vector<std::size_t> rows_by_group(const integer_view& groups) {
  std::vector<std::size_t> rows(groups.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::size_t a, std::size_t b) { return groups(a) < groups(b); });
  return rows;
}

struct group_sums {
  double group;
  double sum;
  double weight;
  double count;
};

std::vector<group_sums> sum_groups(const checker& check, const vector_view& scores,
                                   const integer_view& groups, const vector_view& weights) {
  const auto rows = rows_by_group(groups);
  std::vector<group_sums> result;
  for (std::size_t first = 0; first < rows.size();) {
    const double group = groups(rows[first]);
    exact_sum sum;
    exact_sum weight;
    std::size_t last = first;
    for (; last < rows.size() && groups(rows[last]) == group; ++last) {
      const double w = weight_of(weights, rows[last]);
      sum.add(w * scores(rows[last]));
      weight.add(w);
    }
    if (!(weight.value() > 0.0))
      check.fail_value(error_code::zero_weight, "weights", "of group " + text_of(group) + " sum to 0");
    result.push_back({group, sum.value(), weight.value(), static_cast<double>(last - first)});
    first = last;
  }
  return result;
}

}  // namespace

grouped_mean_result grouped_mean(vector_view scores, integer_view groups, const grouped_mean_options& options,
                                 const context& ctx) {
  const checker check("grouped_mean");
  ctx.require_backend(check.function());
  check_scores(check, scores, options.weights);
  check.same_rows(scores, "scores", groups, "groups");
  const auto sums = sum_groups(check, scores, groups, options.weights);

  const array_view::extents_type shape = {sums.size(), 1, 1};
  const dtype type = groups.type() == dtype::uint32 ? dtype::uint32 : dtype::int32;
  grouped_mean_result result{ctx.result(check.function(), type, 1, shape), array(dtype::float64, 1, shape),
                             array(dtype::float64, 1, shape), array(dtype::float64, 1, shape)};
  for (std::size_t g = 0; g < sums.size(); ++g) {
    if (type == dtype::uint32)
      result.groups.values<std::uint32_t>()[g] = static_cast<std::uint32_t>(sums[g].group);
    else
      result.groups.values<std::int32_t>()[g] = static_cast<std::int32_t>(sums[g].group);
    result.mean.values<double>()[g] = sums[g].sum / sums[g].weight;
    result.weight.values<double>()[g] = sums[g].weight;
    result.count.values<double>()[g] = sums[g].count;
  }
  return result;
}

// ---- streamed mean ----

void score_accumulator::update(vector_view scores, const score_update_options& options) {
  const checker check("score_accumulator");
  check_scores(check, scores, options.weights);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double weight = weight_of(options.weights, i);
    sum_.add(weight * scores(i));
    if (options.weights.present()) weight_.add(weight);
  }
  if (!options.weights.present()) weight_.add(static_cast<double>(scores.size()));
  count_ += scores.size();
}

void score_accumulator::merge(const score_accumulator& other) {
  sum_.merge(other.sum_);
  weight_.merge(other.weight_);
  count_ += other.count_;
}

score_shard score_accumulator::sums() const {
  return {sum_.value(), weight_.value(), static_cast<std::int64_t>(count_)};
}

score_summary score_accumulator::value() const {
  const auto [sum, weight, count] = sums();
  if (!(weight > 0.0))
    throw state_error(error_code::zero_weight, "score_accumulator", "", "nothing with weight > 0 was added");
  return {sum / weight, sum, weight, count};
}

void score_accumulator::reset() { *this = score_accumulator(); }

std::vector<std::byte> score_accumulator::to_bytes() const {
  byte_writer out("score", 1);
  out.sum(sum_);
  out.sum(weight_);
  out.u64(count_);
  return out.finish();
}

score_accumulator score_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, "score_accumulator", "score", 1);
  score_accumulator result;
  result.sum_ = in.sum();
  result.weight_ = in.sum();
  result.count_ = in.u64();
  in.finish();
  return result;
}

// ---- shards ----

namespace {

struct row_range {
  std::size_t first;
  std::size_t last;
};

std::vector<row_range> check_shards(const checker& check, const integer_view& shards, std::size_t rows) {
  check.not_empty(shards, "shards");
  if (shards.rank() != 2 || shards.extent(1) != 2)
    check.fail_shape(error_code::length_mismatch, "shards",
                     "has shape " + shape_text(shards) + ", needs (k, 2)");
  std::vector<row_range> ranges;
  for (std::size_t k = 0; k < shards.extent(0); ++k) {
    const double first = shards(k, 0);
    const double last = shards(k, 1);
    if (!(0.0 <= first && first <= last && last <= static_cast<double>(rows)))
      check.fail_value(error_code::out_of_range, "shards",
                       "[" + std::to_string(k) + "] is " + text_of(first) + " to " + text_of(last) +
                           ", must ascend within 0 to " + std::to_string(rows));
    ranges.push_back({static_cast<std::size_t>(first), static_cast<std::size_t>(last)});
  }
  return ranges;
}

}  // namespace

score_accumulator_merge_result score_accumulator_merge(vector_view scores, integer_view shards,
                                                       const score_accumulator_merge_options& options,
                                                       const context& ctx) {
  const checker check("score_accumulator_merge");
  ctx.require_backend(check.function());
  check_scores(check, scores, options.weights);
  score_accumulator_merge_result result;
  score_accumulator all;
  for (const auto& [first, last] : check_shards(check, shards, scores.size())) {
    if (first == last) {
      result.shards.push_back({});
      continue;
    }
    score_update_options part;
    if (options.weights.present()) part.weights = vector_view(options.weights.rows(first, last - first));
    score_accumulator shard;
    shard.update(vector_view(scores.rows(first, last - first)), part);
    result.shards.push_back(shard.sums());
    all.merge(shard);
  }
  const score_shard total = all.sums();
  if (!(total.weight > 0.0)) check.fail_value(error_code::zero_weight, "weights", "of all shards sum to 0");
  result.mean = total.sum / total.weight;
  result.count = total.count;
  return result;
}

}  // namespace assay::inline v1::scoring
