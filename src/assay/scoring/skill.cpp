#include "assay/scoring/skill.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/bootstrap.hpp"

namespace assay::inline v1::scoring {
namespace {

// Scores of one or two forecasts on the same cases with their weights, dense and checked.
struct paired_scores {
  paired_scores(const checker& check, const vector_view& scores, const vector_view* reference_scores,
                const vector_view& weights)
      : forecast(checked(check, scores, "scores")),
        reference(reference_scores ? array_view(checked(check, *reference_scores, "reference_scores"))
                                   : array_view()),
        weight(weights),
        size(scores.size()),
        weighted(weights.present()) {
    if (reference_scores) check.same_rows(scores, "scores", *reference_scores, "reference_scores");
    if (!weighted) return;
    check.same_rows(scores, "scores", weights, "weights");
    check.weights(weights, "weights");
  }

  [[nodiscard]] double weight_of(std::size_t i) const { return weighted ? weight[i] : 1.0; }

  internal::dense<double> forecast;
  internal::dense<double> reference;
  internal::dense<double> weight;
  std::size_t size;
  bool weighted;

 private:
  static const vector_view& checked(const checker& check, const vector_view& values, const char* name) {
    check.not_empty(values, name);
    check.finite(values, name);
    return values;
  }
};

// Weighted sums over some cases. Skill is a ratio of differences of sums: means would be rounded once more.
struct score_sums {
  double forecast;
  double reference;
  double weight;
};

double skill_of(const checker& check, const score_sums& sums, double perfect) {
  const double best = perfect * sums.weight;
  if (sums.reference == best)
    check.fail_value(
        error_code::degenerate, "reference_scores",
        "have mean " + text_of(sums.reference / sums.weight) + ", the score of a perfect forecast");
  return (sums.reference - sums.forecast) / (sums.reference - best);
}

score_sums sums_of(const paired_scores& data, bool paired) {
  exact_sum forecast;
  exact_sum reference;
  exact_sum weight;
  for (std::size_t i = 0; i < data.size; ++i) {
    const double w = data.weight_of(i);
    forecast.add(w * data.forecast[i]);
    if (paired) reference.add(w * data.reference[i]);
    weight.add(w);
  }
  return {forecast.value(), reference.value(), weight.value()};
}

// ---- bootstrap ----

using detail::bootstrap_plan;
using detail::for_each_draw;
using detail::plan_of;

// Sums over the cases that draw(fn) gives to fn, for replicate b.
template <class Draw>
score_sums resampled(const checker& check, std::size_t b, const paired_scores& data, bool paired,
                     Draw&& draw) {
  compensated_sum forecast;
  compensated_sum reference;
  compensated_sum weight;
  draw([&](std::size_t i) {
    const double w = data.weight_of(i);
    forecast.add(w * data.forecast[i]);
    if (paired) reference.add(w * data.reference[i]);
    weight.add(w);
  });
  if (!(weight.value() > 0.0))
    check.fail_value(error_code::zero_weight, "weights",
                     "of bootstrap replicate " + std::to_string(b) + " sum to 0");
  return {forecast.value(), reference.value(), weight.value()};
}

score_sums resample(const checker& check, const bootstrap_plan& plan, std::size_t b,
                    const paired_scores& data, bool paired) {
  return resampled(check, b, data, paired, [&](auto&& add) { for_each_draw(plan, b, data.size, add); });
}

// value_of(b) is the statistic of replicate b.
template <class Fn>
bootstrap_interval bootstrap(const checker& check, const bootstrap_plan& plan, double estimate,
                             const context& ctx, Fn&& value_of) {
  std::vector<double> values(plan.replicates);
  for_chunks(ctx, check.function(), values.size(), 16, [&](chunk part) {
    for (std::size_t b = part.first; b < part.last; ++b) values[b] = value_of(b);
  });
  return detail::interval_of(estimate, values, plan.level);
}

}  // namespace

double skill_score(vector_view scores, vector_view reference_scores, const skill_score_options& options,
                   const context& ctx) {
  const checker check("skill_score");
  ctx.require_backend(check.function());
  const paired_scores data(check, scores, &reference_scores, options.weights);
  check.finite(options.perfect, "perfect");
  return skill_of(check, sums_of(data, true), options.perfect);
}

bootstrap_interval bootstrap_mean(vector_view scores, const bootstrap_mean_options& options,
                                  const context& ctx) {
  const checker check("bootstrap_mean");
  ctx.require_backend(check.function());
  const paired_scores data(check, scores, nullptr, options.weights);
  const bootstrap_plan plan = plan_of(check, options, data.size);
  const auto mean = [](const score_sums& sums) { return sums.forecast / sums.weight; };
  return bootstrap(check, plan, mean(sums_of(data, false)), ctx,
                   [&](std::size_t b) { return mean(resample(check, plan, b, data, false)); });
}

bootstrap_interval bootstrap_skill(vector_view scores, vector_view reference_scores,
                                   const bootstrap_skill_options& options, const context& ctx) {
  const checker check("bootstrap_skill");
  ctx.require_backend(check.function());
  const paired_scores data(check, scores, &reference_scores, options.weights);
  const bootstrap_plan plan = plan_of(check, options, data.size);
  check.finite(options.perfect, "perfect");
  const double estimate = skill_of(check, sums_of(data, true), options.perfect);
  return bootstrap(check, plan, estimate, ctx, [&](std::size_t b) {
    return skill_of(check, resample(check, plan, b, data, true), options.perfect);
  });
}

bootstrap_skill_indices_result bootstrap_skill_indices(vector_view scores, vector_view reference_scores,
                                                       integer_view indices,
                                                       const bootstrap_skill_indices_options& options,
                                                       const context& ctx) {
  const checker check("bootstrap_skill_indices");
  ctx.require_backend(check.function());
  const paired_scores data(check, scores, &reference_scores, options.weights);
  check.finite(options.perfect, "perfect");
  check.range(options.level > 0.0 && options.level < 1.0, "level", options.level, "must lie in (0, 1)");
  check.not_empty(indices, "indices");
  if (indices.rank() != 2 || indices.extent(0) < 2)
    check.fail_shape(error_code::length_mismatch, "indices",
                     "has shape " + shape_text(indices) + ", needs at least 2 rows, a replicate each");
  for (std::size_t b = 0; b < indices.extent(0); ++b)
    for (std::size_t j = 0; j < indices.extent(1); ++j)
      if (const double index = indices(b, j); !(index >= 0.0 && index < static_cast<double>(data.size)))
        check.fail_value(error_code::out_of_range, "indices",
                         "[" + std::to_string(b) + ", " + std::to_string(j) + "] is " + text_of(index) +
                             ", must lie in 0.." + std::to_string(data.size - 1));
  const std::size_t replicates = indices.extent(0);
  bootstrap_skill_indices_result result;
  result.estimate = skill_of(check, sums_of(data, true), options.perfect);
  result.replicates = ctx.result(check.function(), dtype::float64, replicates);
  std::vector<double> values(replicates);
  for (std::size_t b = 0; b < replicates; ++b) {
    const score_sums sums = resampled(check, b, data, true, [&](auto&& add) {
      for (std::size_t j = 0; j < indices.extent(1); ++j) add(static_cast<std::size_t>(indices(b, j)));
    });
    values[b] = skill_of(check, sums, options.perfect);
  }
  std::ranges::copy(values, result.replicates.values<double>().begin());
  std::ranges::sort(values);
  const double tail = (1.0 - options.level) / 2.0;
  result.lower = internal::percentile(values, tail);
  result.upper = internal::percentile(values, 1.0 - tail);
  return result;
}

}  // namespace assay::inline v1::scoring
