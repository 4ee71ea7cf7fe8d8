#include "assay/calibration/balance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/calibration/internal/score_sum.hpp"
#include "assay/calibration/kernels.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;

struct gain_sums {
  double gain, squares;            // sum w g, sum w g^2
  double weight, squared_weights;  // sum w, sum w^2
};

gain_sums sums_of(const context& ctx, const checker& check, const binary_rows& rows) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  const auto kernel = [&table = active_kernels()]<class T>(const internal::row_block<T>& block,
                                                           double* result) {
    table.of<T>().balance(block.forecasts, block.labels, block.weights, block.size, result);
  };
  const auto sums = internal::sum_kernel<4>(ctx, check, rows, kernel);
  internal::check_total(check, sums.value(2));
  return gain_sums{sums.value(0), sums.value(1), sums.value(2), sums.value(3)};
}

}  // namespace

balance_score_result balance_score(integer_view labels, vector_view probabilities,
                                   const balance_score_options& options, const context& ctx) {
  const auto sums = sums_of(ctx, checker("balance_score"), {labels, probabilities, options.weights});
  const double mean = sums.gain / sums.weight;
  const double variance = std::max(sums.squares / sums.weight - mean * mean, 0.0);
  const double rows = (sums.weight / sums.squared_weights) * sums.weight;
  const double error =
      rows > 1.0 ? std::sqrt(variance / (rows - 1.0)) : std::numeric_limits<double>::quiet_NaN();
  return {mean, std::fabs(mean), error};
}

balance_score_grad_result balance_score_grad(integer_view labels, vector_view probabilities,
                                             const balance_score_options& options, const context& ctx) {
  const checker check("balance_score_grad");
  const binary_rows rows{labels, probabilities, options.weights};
  const auto sums = sums_of(ctx, check, rows);
  const double weight = sums.weight;
  const double mean = sums.gain / weight;
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
