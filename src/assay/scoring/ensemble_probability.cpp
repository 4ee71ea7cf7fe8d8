#include "assay/scoring/ensemble_probability.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/scoring/internal/member_rows.hpp"

namespace assay::inline v1::scoring {
namespace {

// Score of the event that happens to `hits` of m members and, or not, to the outcome.
double brier(std::size_t hits, std::size_t m, bool happened, bool fair) {
  const double count = static_cast<double>(m), i = static_cast<double>(hits);
  const double gap = (happened ? i - count : i) / count;
  const double excess = fair ? i * (count - i) / (count * count * (count - 1.0)) : 0.0;
  return gap * gap - excess;
}

std::size_t count_if_not_above(std::span<const double> members, double threshold) {
  return static_cast<std::size_t>(std::ranges::count_if(members, [=](double x) { return x <= threshold; }));
}

}  // namespace

array brier_score_ensemble(vector_view observations, matrix_view members, double threshold,
                           const ensemble_probability_options& options, const context& ctx) {
  const checker check("brier_score_ensemble");
  check.finite(threshold, "threshold");
  const bool fair = options.fair;
  return detail::score_member_rows({check, observations, members, options.nan_policy, fair ? 2U : 1U}, ctx,
                                   [=](double y, std::span<const double> x) {
                                     const std::size_t hits = x.size() - count_if_not_above(x, threshold);
                                     return brier(hits, x.size(), y > threshold, fair);
                                   });
}

array rps_ensemble(vector_view observations, matrix_view members, vector_view thresholds,
                   const ensemble_probability_options& options, const context& ctx) {
  const checker check("rps_ensemble");
  check.not_empty(thresholds, "thresholds");
  check.finite(thresholds, "thresholds");
  check.increasing(thresholds, "thresholds");
  const bool fair = options.fair;
  return detail::score_member_rows({check, observations, members, options.nan_policy, fair ? 2U : 1U}, ctx,
                                   [&](double y, std::span<const double> x) {
                                     double sum = 0.0;
                                     for (std::size_t k = 0; k < thresholds.size(); ++k) {
                                       const double t = thresholds(k);
                                       sum += brier(count_if_not_above(x, t), x.size(), y <= t, fair);
                                     }
                                     return sum;
                                   });
}

array bias_ensemble(vector_view observations, matrix_view members, const bias_ensemble_options& options,
                    const context& ctx) {
  const checker check("bias_ensemble");
  return detail::score_member_rows(
      {check, observations, members, options.nan_policy, 1}, ctx, [](double y, std::span<const double> x) {
        const auto above = std::ranges::count_if(x, [=](double member) { return member > y; });
        const auto below = std::ranges::count_if(x, [=](double member) { return member < y; });
        return static_cast<double>(above - below) / static_cast<double>(x.size());
      });
}

}  // namespace assay::inline v1::scoring
