#include "assay/calibration/multiclass_scores.hpp"

#include <algorithm>
#include <vector>

#include "assay/calibration/internal/class_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::class_rows;

struct weighted_sum {
  compensated_sum loss, weight;
};

class_rows checked(const context& ctx, const checker& check, const class_rows& rows) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  internal::check_values(check, rows);
  return rows;
}

// Sums of w loss(row) and of w; chunks of rows are merged in a fixed order.
template <class Loss>
weighted_sum sum_of(const context& ctx, const checker& check, const class_rows& rows, Loss loss) {
  const auto add = [&](chunk part) {
    weighted_sum sums;
    for (std::size_t i = part.first; i < part.last; ++i) {
      const double w = rows.weight(i);
      if (w == 0.0) continue;
      sums.loss += w * loss(i);
      sums.weight += w;
    }
    return sums;
  };
  const auto merge = [](weighted_sum& into, const weighted_sum& from) {
    into.loss.merge(from.loss);
    into.weight.merge(from.weight);
  };
  return reduce_chunks<weighted_sum>(ctx, check.function(), rows.size(), internal::k_chunk_rows, add, merge);
}

double squared_distance(const class_rows& rows, std::size_t i) {
  double sum = 0.0;
  for (std::size_t k = 0; k < rows.classes(); ++k) {
    const double miss = rows.probabilities(i, k) - (rows.labels(i) == static_cast<double>(k) ? 1.0 : 0.0);
    sum += miss * miss;
  }
  return sum;
}

weighted_sum brier_of(const context& ctx, const checker& check, const class_rows& rows) {
  return sum_of(ctx, check, rows, [&](std::size_t i) { return squared_distance(rows, i); });
}

}  // namespace

double brier_score_multiclass(integer_view labels, matrix_view probabilities,
                              const brier_score_multiclass_options& options, const context& ctx) {
  const checker check("brier_score_multiclass");
  const auto rows = checked(ctx, check, {labels, probabilities, options.weights});
  const weighted_sum sums = brier_of(ctx, check, rows);
  return (options.scale_by_half ? 0.5 : 1.0) * (sums.loss.value() / sums.weight.value());
}

brier_score_multiclass_grad_result brier_score_multiclass_grad(integer_view labels, matrix_view probabilities,
                                                               const brier_score_multiclass_options& options,
                                                               const context& ctx) {
  const checker check("brier_score_multiclass_grad");
  const auto rows = checked(ctx, check, {labels, probabilities, options.weights});
  const double scale = options.scale_by_half ? 0.5 : 1.0;
  const weighted_sum sums = brier_of(ctx, check, rows);
  const double weight = sums.weight.value();
  const dtype type = probabilities.type();
  brier_score_multiclass_grad_result result{
      scale * (sums.loss.value() / weight),
      ctx.result(check.function(), type, 2, {rows.size(), rows.classes()})};
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    T* out = result.grad.values<T>().data();
    for_chunks(ctx, check.function(), rows.size(), internal::k_chunk_rows, [&](chunk part) {
      for (std::size_t i = part.first; i < part.last; ++i) {
        const double factor = 2.0 * scale * (rows.weight(i) / weight);
        for (std::size_t k = 0; k < rows.classes(); ++k) {
          const double hit = rows.labels(i) == static_cast<double>(k) ? 1.0 : 0.0;
          out[i * rows.classes() + k] = static_cast<T>(factor * (rows.probabilities(i, k) - hit));
        }
      }
    });
  });
  return result;
}

double log_loss_multiclass(integer_view labels, matrix_view probabilities,
                           const log_loss_multiclass_options& options, const context& ctx) {
  const checker check("log_loss_multiclass");
  const double eps = options.eps;
  check.parameter(eps >= 0.0 && eps <= 0.5, "eps", eps, "must lie in [0, 0.5]");
  const auto rows = checked(ctx, check, {labels, probabilities, options.weights});
  const weighted_sum sums = sum_of(ctx, check, rows, [&](std::size_t i) {
    const double p = rows.probabilities(i, static_cast<std::size_t>(rows.labels(i)));
    return -vmath::log(std::clamp(p, eps, 1.0 - eps));
  });
  return sums.loss.value() / sums.weight.value();
}

}  // namespace assay::inline v1::calibration
