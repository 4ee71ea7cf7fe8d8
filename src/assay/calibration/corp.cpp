#include "assay/calibration/corp.hpp"

#include <algorithm>
#include <vector>

#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/isotonic_regression.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::tie_group;

std::vector<tie_group> groups_of(const context& ctx, const checker& check, const internal::binary_rows& rows) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  return internal::sorted_rows(check, rows, internal::zero_weights::drop).groups();
}

isotonic_regression pool_of(const std::vector<tie_group>& groups) {
  isotonic_regression pool;
  for (const tie_group& group : groups) pool.add(group.weight, group.events);
  return pool;
}

// Sum of weights times score of a forecast p for `events` rows that happened and `others` that did not.
double score_of(corp_score score, double p, double events, double others) {
  if (score == corp_score::brier) return events * (1.0 - p) * (1.0 - p) + others * p * p;
  const double hits = events > 0.0 ? events * -vmath::log(p) : 0.0;  // 0 ln 0 = 0
  return hits + (others > 0.0 ? others * -vmath::log1p(-p) : 0.0);
}

}  // namespace

corp_reliability_result corp_reliability(integer_view labels, vector_view probabilities,
                                         const corp_reliability_options& options, const context& ctx) {
  const checker check("corp_reliability");
  const auto groups = groups_of(ctx, check, {labels, probabilities, options.weights});
  const auto pool = pool_of(groups);
  const std::size_t points = groups.size();
  corp_reliability_result result{ctx.result(check.function(), dtype::float64, points),
                                 array(dtype::float64, {points}), array(dtype::float64, {points}),
                                 array(dtype::float64, {points}), array(dtype::int32, {pool.blocks().size()})};
  for (std::size_t i = 0; i < points; ++i) {
    result.x.values<double>()[i] = groups[i].x;
    result.count.values<double>()[i] = groups[i].count;
    result.weight.values<double>()[i] = groups[i].weight;
  }
  const auto cep = result.cep.values<double>();
  for (std::size_t j = 0; j < pool.blocks().size(); ++j) {
    const auto& block = pool.blocks()[j];
    result.block_first.values<std::int32_t>()[j] = static_cast<std::int32_t>(block.first);
    for (std::size_t i = block.first; i < pool.end(j); ++i) cep[i] = block.mean;
  }
  return result;
}

corp_decomposition_result corp_decomposition(integer_view labels, vector_view probabilities,
                                             const corp_decomposition_options& options, const context& ctx) {
  const checker check("corp_decomposition");
  const auto groups = groups_of(ctx, check, {labels, probabilities, options.weights});
  const auto pool = pool_of(groups);
  compensated_sum weight, events;
  for (const tie_group& group : groups) {
    weight += group.weight;
    events += group.events;
  }
  const double rate = events.value() / weight.value();
  compensated_sum given, recalibrated, constant;
  for (std::size_t j = 0; j < pool.blocks().size(); ++j) {
    for (std::size_t i = pool.blocks()[j].first; i < pool.end(j); ++i) {
      const double others = groups[i].weight - groups[i].events;
      given += score_of(options.score, groups[i].x, groups[i].events, others);
      recalibrated += score_of(options.score, pool.blocks()[j].mean, groups[i].events, others);
      constant += score_of(options.score, rate, groups[i].events, others);
    }
  }
  const double score = given.value() / weight.value();
  const double best = recalibrated.value() / weight.value();
  const double uncertainty = constant.value() / weight.value();
  // The regression is optimal for both scores: a negative difference is rounding.
  return {score, std::max(score - best, 0.0), std::max(uncertainty - best, 0.0), uncertainty};
}

}  // namespace assay::inline v1::calibration
