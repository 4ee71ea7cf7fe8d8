#include "assay/calibration/balance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "assay/calibration/internal/lane_sums.hpp"
#include "assay/calibration/internal/score_sum.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;

auto sums_of(const context& ctx, const checker& check, const binary_rows& rows) {
  const auto terms = [](double p, double y) {
    const double gain = p >= 0.5 ? y - p : p - y;
    return std::array<double, 2>{gain, gain * gain};
  };
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  auto sums = internal::sum_rows(ctx, check, rows, internal::term_sums<2, decltype(terms)>(terms));
  internal::check_total(check, sums.weight());
  return sums;
}

}  // namespace

balance_score_result balance_score(integer_view labels, vector_view probabilities,
                                   const balance_score_options& options, const context& ctx) {
  const auto sums = sums_of(ctx, checker("balance_score"), {labels, probabilities, options.weights});
  const double weight = sums.weight();
  const double mean = sums.sum(0) / weight;
  const double variance = std::max(sums.sum(1) / weight - mean * mean, 0.0);
  const double rows = (weight / sums.squared_weight()) * weight;
  const double error =
      rows > 1.0 ? std::sqrt(variance / (rows - 1.0)) : std::numeric_limits<double>::quiet_NaN();
  return {mean, std::fabs(mean), error};
}

balance_score_grad_result balance_score_grad(integer_view labels, vector_view probabilities,
                                             const balance_score_options& options, const context& ctx) {
  const checker check("balance_score_grad");
  const binary_rows rows{labels, probabilities, options.weights};
  const auto sums = sums_of(ctx, check, rows);
  const double weight = sums.weight();
  const double mean = sums.sum(0) / weight;
  const double slope = mean > 0.0 ? 1.0 : mean < 0.0 ? -1.0 : 0.0;
  const dtype type = probabilities.type();
  balance_score_grad_result result{std::fabs(mean), mean, ctx.result(check.function(), type, rows.size())};
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    internal::for_gradient(ctx, check, rows, result.grad.values<T>().data(), [&](const auto& block, T* grad) {
      for (std::size_t i = 0; i < block.size; ++i) {
        const double w = block.weights == nullptr ? 1.0 : block.weights[i];
        const double size = slope * w / weight;
        grad[i] = static_cast<T>(block.forecasts[i] >= T(0.5) ? 0.0 - size : size);
      }
    });
  });
  return result;
}

}  // namespace assay::inline v1::calibration
