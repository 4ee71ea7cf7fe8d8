#include "assay/calibration/internal/miscalibration.hpp"

#include <algorithm>
#include <vector>

#include "assay/calibration/internal/corp_score.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

// What the score of the rows drawn loses against their own isotonic regression.
double miscalibration_of(corp_score score, const row_groups& rows, const group_draws& draws,
                         const isotonic_regression& regression, const std::vector<std::uint32_t>& drawn) {
  compensated_sum weight, given, best;
  for (std::size_t j = 0; j < regression.blocks().size(); ++j) {
    const isotonic_block& block = regression.blocks()[j];
    for (std::size_t i = block.first; i < regression.end(j); ++i) {
      const std::uint32_t group = drawn[i];
      const double events = draws.events[group], others = draws.weight[group] - events;
      weight += draws.weight[group];
      given += score_of(score, rows.groups[group].x, events, others);
      best += score_of(score, block.mean, events, others);
    }
  }
  return std::max(given.value() - best.value(), 0.0) / weight.value();
}

double miscalibration_of(corp_score score, const row_groups& rows, const group_draws& draws) {
  std::vector<std::uint32_t> drawn;
  const isotonic_regression regression = regression_of(draws, drawn);
  return miscalibration_of(score, rows, draws, regression, drawn);
}

group_draws as_given(const row_groups& rows) {
  group_draws draws;
  for (const tie_group& group : rows.groups) {
    draws.weight.push_back(group.weight);
    draws.events.push_back(group.events);
  }
  return draws;
}

std::vector<double> diagonal(const row_groups& rows) {
  std::vector<double> rates;
  for (const tie_group& group : rows.groups) rates.push_back(group.x);
  return rates;
}

miscalibration_test_result result_of(double observed, const std::vector<double>& values) {
  // Replicates that equal the observed value but for rounding count as reaching it.
  constexpr double rounding = 1e-14;
  compensated_sum sum;
  double reached = 0.0;
  for (const double value : values) {
    sum += value;
    if (value >= observed - rounding) reached += 1.0;
  }
  const auto count = static_cast<double>(values.size());
  return {observed, sum.value() / count, (reached + 1.0) / (count + 1.0)};
}

}  // namespace

miscalibration_test_result miscalibration_tested(const context& ctx, const char* function,
                                                 const row_groups& grouped,
                                                 const miscalibration_test_options& options) {
  const double observed = miscalibration_of(options.score, grouped, as_given(grouped));
  const consistency_draws draws(grouped, diagonal(grouped), options.seed);
  std::vector<double> values(static_cast<std::size_t>(options.n_boot));
  for_chunks(ctx, function, values.size(), 1, [&](chunk part) {
    group_draws drawn;
    draws.draw(part.index, drawn);
    values[part.index] = miscalibration_of(options.score, grouped, drawn);
  });
  return result_of(observed, values);
}

consistency consistency_of(const context& ctx, const char* function, const row_groups& grouped, double level,
                           const miscalibration_test_options& options) {
  const consistency_draws draws(grouped, diagonal(grouped), options.seed);
  std::vector<double> values(static_cast<std::size_t>(options.n_boot));
  std::vector<flat_pieces> curves(values.size());
  for_chunks(ctx, function, values.size(), 1, [&](chunk part) {
    group_draws replicate;
    draws.draw(part.index, replicate);
    std::vector<std::uint32_t> drawn;
    const isotonic_regression regression = regression_of(replicate, drawn);
    values[part.index] = miscalibration_of(options.score, grouped, replicate, regression, drawn);
    curves[part.index] = pieces_of(regression, drawn);
  });
  const double observed = miscalibration_of(options.score, grouped, as_given(grouped));
  return {result_of(observed, values), band_of_curves(ctx, function, curves, grouped.groups, level)};
}

}  // namespace assay::inline v1::calibration::internal
