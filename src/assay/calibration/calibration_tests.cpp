#include "assay/calibration/calibration_tests.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "assay/calibration/internal/ranking.hpp"
#include "assay/calibration/internal/score_sum.hpp"
#include "assay/calibration/internal/sorted_metrics.hpp"
#include "assay/calibration/kernels.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/tails.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;

// ---- Hosmer-Lemeshow ----

std::size_t checked_groups(const checker& check, const hosmer_lemeshow_options& options) {
  const auto found = static_cast<double>(options.n_groups);
  const bool fitted = options.df_mode == hosmer_lemeshow_df::fitted;
  check.parameter(options.n_groups >= (fitted ? 3 : 1), "n_groups", found,
                  fitted ? "must be at least 3 with fitted" : "must be at least 1");
  constexpr std::size_t most = internal::bin_request::k_most_bins;
  check.parameter(options.n_groups <= static_cast<std::int64_t>(most), "n_groups", found,
                  "must be at most " + std::to_string(most));
  return static_cast<std::size_t>(options.n_groups);
}

double group_statistic(const internal::bin_total& group) {
  const double off = group.residual * group.residual;
  const double variance = group.sum_prob * ((group.count - group.sum_prob) / group.count);
  if (variance > 0.0) return off / variance;
  return off == 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
}

// ---- Spiegelhalter ----

double total_weight(const checker& check, const vector_view& weights) {
  if (!weights.present()) return 1.0;
  compensated_sum total;
  for (std::size_t i = 0; i < weights.size(); ++i) total += weights(i);
  internal::check_total(check, total.value());
  internal::check_events(check, total.value(), 0.0);
  return total.value();
}

}  // namespace

hosmer_lemeshow_result hosmer_lemeshow(integer_view labels, vector_view probabilities,
                                       const hosmer_lemeshow_options& options, const context& ctx) {
  const checker check("hosmer_lemeshow");
  ctx.require_backend(check.function());
  if (options.weights.present()) {
    check.fail_value(error_code::unsupported, "weights",
                     "are given, the distribution is that of rows that count alike");
  }
  const binary_rows rows{labels, probabilities, {}};
  internal::check_shapes(check, rows);
  const std::size_t groups = checked_groups(check, options);
  return internal::hosmer_lemeshow(check,
                                   internal::sorted_rows(check, rows, internal::zero_weights::keep).groups(),
                                   groups, options.df_mode);
}

hosmer_lemeshow_result internal::hosmer_lemeshow(const checker& check, const std::vector<tie_group>& groups,
                                                 std::size_t n_groups, hosmer_lemeshow_df df_mode) {
  // With as many groups as rows every probability is a group of its own; more groups would all be empty.
  const auto totals = totals_of(groups, {{}, rank_layout(groups, std::min(n_groups, rows_of(groups)))});
  compensated_sum statistic;
  hosmer_lemeshow_result result{};
  for (const auto& group : totals.bins) {
    if (group.empty()) continue;
    statistic += group_statistic(group);
    ++result.df;
  }
  if (df_mode == hosmer_lemeshow_df::fitted) {
    if (result.df < 3) {
      check.fail_value(error_code::degenerate, "probabilities",
                       "fill " + std::to_string(result.df) + " groups, fitted needs at least 3");
    }
    result.df -= 2;
  }
  result.statistic = statistic.value();
  result.p_value = assay::internal::chi_square_tail(result.statistic, static_cast<std::uint64_t>(result.df));
  return result;
}

spiegelhalter_z_result spiegelhalter_z(integer_view labels, vector_view probabilities,
                                       const spiegelhalter_z_options& options, const context& ctx) {
  const checker check("spiegelhalter_z");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  if (options.weights.present()) internal::check_values(check, rows);
  const double scale = internal::weight_scale(total_weight(check, options.weights));
  const auto kernel = [&table = active_kernels(), scale]<class T>(const internal::row_block<T>& block,
                                                                  double* result) {
    table.of<T>().excess(block.forecasts, block.labels, block.weights, block.size, scale, result);
  };
  const auto sums = internal::sum_kernel<2>(ctx, check, rows, kernel);
  const double excess = sums.value(0), variance = sums.value(1);
  if (!(variance > 0.0)) {
    check.fail_value(error_code::degenerate, "probabilities",
                     "are all 0, 0.5 or 1 (or have no weight), which leaves no variance");
  }
  const double z = excess / std::sqrt(variance);
  return {z, assay::internal::normal_two_sided(z)};
}

}  // namespace assay::inline v1::calibration
