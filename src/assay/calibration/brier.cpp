#include "assay/calibration/brier.hpp"

#include <array>
#include <vector>

#include "assay/calibration/internal/lane_sums.hpp"
#include "assay/calibration/internal/score_sum.hpp"
#include "assay/calibration/internal/sorted_metrics.hpp"
#include "assay/calibration/kernels.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;

auto sum_brier(const context& ctx, const checker& check, const binary_rows& rows) {
  const auto kernel = [&table = active_kernels()]<class T>(const internal::row_block<T>& block,
                                                           double* result) {
    table.of<T>().brier(block.forecasts, block.labels, block.weights, block.size, result);
  };
  return internal::sum_rows(ctx, check, rows, internal::score_sum(kernel));
}

}  // namespace

double brier_score(integer_view labels, vector_view probabilities, const brier_score_options& options,
                   const context& ctx) {
  const checker check("brier_score");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto sums = sum_brier(ctx, check, rows);
  const double weight = sums.weight().value();
  internal::check_total(check, weight);
  return sums.loss().value() / weight;
}

brier_score_grad_result brier_score_grad(integer_view labels, vector_view probabilities,
                                         const brier_score_options& options, const context& ctx) {
  const checker check("brier_score_grad");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto sums = sum_brier(ctx, check, rows);
  const double weight = sums.weight().value();
  internal::check_total(check, weight);
  const dtype type = probabilities.type();
  brier_score_grad_result result{sums.loss().value() / weight,
                                 ctx.result(check.function(), type, rows.size())};
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    const auto& kernel = active_kernels().of<T>();
    internal::for_gradient(ctx, check, rows, result.grad.values<T>().data(), [&](const auto& block, T* grad) {
      kernel.brier_grad(block.forecasts, block.labels, block.weights, block.size, weight, grad);
    });
  });
  return result;
}

// ---- decomposition ----

namespace {

struct within_bins {
  double variance = 0.0;
  double covariance = 0.0;
};

// Deviations from the bin's own means, so that nothing cancels: both are exactly 0 for bins of one
// probability.
struct spread_sums {
  compensated_sum variance, covariance;

  void add(const internal::bin_total& bin, double x, double weight, double events) {
    const double deviation = x - bin.mean_prob;
    variance += weight * deviation * deviation;
    covariance += 2.0 * deviation * (events - weight * bin.mean_label());
  }
  [[nodiscard]] within_bins value(double weight) const {
    return {variance.value() / weight, covariance.value() / weight};
  }
};

within_bins spread_of_groups(const std::vector<internal::tie_group>& groups,
                             const internal::bin_layout& layout, const internal::bin_totals& totals) {
  spread_sums sums;
  for (std::size_t k = 0; k < layout.bins(); ++k)
    for (std::size_t i = layout.first[k]; i < layout.first[k + 1]; ++i)
      if (groups[i].weight > 0.0) sums.add(totals.bins[k], groups[i].x, groups[i].weight, groups[i].events);
  return sums.value(totals.weight);
}

within_bins spread_of_rows(const context& ctx, const checker& check, const binary_rows& rows,
                           const internal::bin_edges& edges, const internal::bin_totals& totals) {
  struct bin_means {
    double probability, label;
  };
  std::vector<bin_means> means(totals.bins.size(), {0.0, 0.0});  // of a bin without weight: any will do
  for (std::size_t k = 0; k < means.size(); ++k)
    if (!totals.bins[k].empty()) means[k] = {totals.bins[k].mean_prob, totals.bins[k].mean_label()};
  const auto add = [&](chunk part) {
    spread_sums sums;
    assay::internal::with_real_type(rows.forecasts.type(), [&]<class T>(std::type_identity<T>) {
      internal::for_blocks<T>(rows, part.first, part.last, [&](const internal::row_block<T>& block) {
        const auto block_sums = internal::lane_sums<2>(block.size, [&](std::size_t i) {
          const double p = static_cast<double>(block.forecasts[i]);
          const double w = block.weights == nullptr ? 1.0 : block.weights[i];
          const bin_means& bin = means[edges.bin_of(p)];
          const double deviation = p - bin.probability;
          const double lift = static_cast<double>(block.labels[i]) - bin.label;
          return std::array<double, 2>{w * deviation * deviation, w * (2.0 * deviation * lift)};
        });
        sums.variance += block_sums[0];
        sums.covariance += block_sums[1];
      });
    });
    return sums;
  };
  const auto merge = [](spread_sums& into, const spread_sums& from) {
    into.variance.merge(from.variance);
    into.covariance.merge(from.covariance);
  };
  constexpr std::size_t chunk_rows = std::size_t{1} << 14;
  return reduce_chunks<spread_sums>(ctx, check.function(), rows.size(), chunk_rows, add, merge)
      .value(totals.weight);
}

// Sum of w (p - y)^2 from groups: (1 - p)^2 for each event, p^2 for the others.
double brier_of(const std::vector<internal::tie_group>& groups, double weight) {
  compensated_sum sum;
  for (const auto& group : groups) {
    const double miss = 1.0 - group.x;
    sum += group.events * miss * miss;
    sum += (group.weight - group.events) * group.x * group.x;
  }
  return sum.value() / weight;
}

brier_decomposition_result decomposed(const internal::bin_totals& totals, double brier,
                                      const within_bins& within) {
  compensated_sum events, reliability, resolution;
  for (const auto& bin : totals.bins) events += bin.sum_label;
  const double rate = events.value() / totals.weight;
  for (const auto& bin : totals.bins) {
    if (bin.empty()) continue;
    const double error = bin.mean_prob - bin.mean_label();
    const double lift = bin.mean_label() - rate;
    reliability += bin.weight * error * error;
    resolution += bin.weight * lift * lift;
  }
  return {brier,
          reliability.value() / totals.weight,
          resolution.value() / totals.weight,
          rate * (1.0 - rate),
          within.variance,
          within.covariance};
}

}  // namespace

brier_decomposition_result brier_decomposition(integer_view labels, vector_view probabilities,
                                               const brier_decomposition_options& options,
                                               const context& ctx) {
  const checker check("brier_decomposition");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto request = internal::checked_request(check, options);
  if (!request.streams())
    return internal::brier_decomposition(
        internal::sorted_rows(check, rows, internal::zero_weights::keep).groups(), request);
  // Bins that do not depend on the data need no sort: one pass for their means, one for what lies within.
  const auto totals = internal::sum_bins(ctx, check, rows, request, internal::bin_content::table);
  const auto within = spread_of_rows(ctx, check, rows, request.fixed_edges(), totals);
  return decomposed(totals, sum_brier(ctx, check, rows).loss().value() / totals.weight, within);
}

brier_decomposition_result internal::brier_decomposition(const std::vector<tie_group>& groups,
                                                         const bin_request& request) {
  const auto layout = layout_of(groups, request);
  const auto totals = totals_of(groups, layout);
  return decomposed(totals, brier_of(groups, totals.weight), spread_of_groups(groups, layout, totals));
}

// ---- accumulator ----

namespace {

constexpr std::string_view k_kind = "brier";
constexpr std::uint32_t k_version = 1;

}  // namespace

void brier_accumulator::update(integer_view labels, vector_view probabilities,
                               const calibration_update_options& options) {
  const checker check("brier_accumulator::update");
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto sums = sum_brier(context{}, check, rows);
  loss_.merge(sums.loss());
  weight_.merge(sums.weight());
}

void brier_accumulator::merge(const brier_accumulator& other) {
  loss_.merge(other.loss_);
  weight_.merge(other.weight_);
}

double brier_accumulator::value() const {
  const double weight = weight_.value();
  if (!(weight > 0.0)) {
    throw state_error(error_code::zero_weight, "brier_accumulator::value", "",
                      "nothing with weight > 0 was added");
  }
  return loss_.value() / weight;
}

void brier_accumulator::reset() { *this = brier_accumulator(); }

std::vector<std::byte> brier_accumulator::to_bytes() const {
  byte_writer out(k_kind, k_version);
  out.sum(loss_);
  out.sum(weight_);
  return out.finish();
}

brier_accumulator brier_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, "brier_accumulator::from_bytes", k_kind, k_version);
  brier_accumulator result;
  result.loss_ = in.sum();
  result.weight_ = in.sum();
  in.finish();
  return result;
}

}  // namespace assay::inline v1::calibration
