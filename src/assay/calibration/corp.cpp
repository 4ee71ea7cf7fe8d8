#include "assay/calibration/corp.hpp"

#include <algorithm>
#include <vector>

#include "assay/calibration/internal/corp_score.hpp"
#include "assay/calibration/internal/sorted_metrics.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/isotonic_regression.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::score_of;
using internal::tie_group;

internal::sorted_rows sorted(const context& ctx, const checker& check, const internal::binary_rows& rows) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  return {check, rows, internal::zero_weights::drop};
}

}  // namespace

corp_reliability_result corp_reliability(integer_view labels, vector_view probabilities,
                                         const corp_reliability_options& options, const context& ctx) {
  const checker check("corp_reliability");
  const auto rows = sorted(ctx, check, {labels, probabilities, options.weights});
  const std::size_t points = rows.count_groups();
  corp_reliability_result result{ctx.result(check.function(), dtype::float64, points),
                                 array(dtype::float64, {points}), array(dtype::float64, {points}),
                                 array(dtype::float64, {points}), array()};
  const auto x = result.x.values<double>(), cep = result.cep.values<double>();
  const auto count = result.count.values<double>(), weight = result.weight.values<double>();
  isotonic_regression regression;
  rows.for_groups([&](const tie_group& group) {
    const std::size_t i = regression.groups();
    x[i] = group.x;
    count[i] = group.count;
    weight[i] = group.weight;
    regression.add(group.weight, group.events);
  });
  const auto& blocks = regression.blocks();
  result.block_first = array(dtype::int32, {blocks.size()});
  const auto block_first = result.block_first.values<std::int32_t>();
  for (std::size_t j = 0; j < blocks.size(); ++j) {
    block_first[j] = static_cast<std::int32_t>(blocks[j].first);
    for (std::size_t i = blocks[j].first; i < regression.end(j); ++i) cep[i] = blocks[j].mean;
  }
  return result;
}

corp_decomposition_result corp_decomposition(integer_view labels, vector_view probabilities,
                                             const corp_decomposition_options& options, const context& ctx) {
  const checker check("corp_decomposition");
  const auto rows = sorted(ctx, check, {labels, probabilities, options.weights});
  return internal::corp_decomposition(rows, internal::isotonic_of(rows), options.score);
}

isotonic_regression internal::isotonic_of(const sorted_rows& rows) {
  isotonic_regression regression;
  rows.for_groups([&](const tie_group& group) { regression.add(group.weight, group.events); });
  return regression;
}

corp_decomposition_result internal::corp_decomposition(const sorted_rows& rows,
                                                       const isotonic_regression& regression,
                                                       corp_score score_kind) {
  compensated_sum weight, events, given, recalibrated;
  rows.for_groups([&](const tie_group& group) {
    weight += group.weight;
    events += group.events;
    given += score_of(score_kind, group.x, group.events, group.weight - group.events);
  });
  for (const isotonic_block& block : regression.blocks())
    recalibrated += score_of(score_kind, block.mean, block.sum, block.weight - block.sum);
  const double score = given.value() / weight.value();
  const double best = recalibrated.value() / weight.value();
  const double rate = events.value() / weight.value();
  const double uncertainty =
      score_of(score_kind, rate, events.value(), weight.value() - events.value()) / weight.value();
  // The regression is optimal for both scores: a negative difference is rounding.
  return {score, std::max(score - best, 0.0), std::max(uncertainty - best, 0.0), uncertainty};
}

}  // namespace assay::inline v1::calibration
