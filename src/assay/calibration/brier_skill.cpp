#include "assay/calibration/brier_skill.hpp"

#include "assay/calibration/internal/score_sum.hpp"
#include "assay/calibration/kernels.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;

struct brier_sums {
  double score, weight, events;  // sum w (p - y)^2, sum w, sum w y
};

brier_sums sums_of(const context& ctx, const checker& check, const binary_rows& rows) {
  internal::check_shapes(check, rows);
  const auto kernel = [&table = active_kernels()]<class T>(const internal::row_block<T>& block,
                                                           double* result) {
    double moments[7];
    table.of<T>().brier(block.forecasts, block.labels, block.weights, block.size, result);
    table.of<T>().moments(block.forecasts, block.labels, block.weights, block.size, moments);
    result[2] = moments[3];
  };
  const auto sums = internal::sum_kernel<3>(ctx, check, rows, kernel);
  internal::check_total(check, sums.value(1));
  return {sums.value(0), sums.value(1), sums.value(2)};
}

}  // namespace

double brier_skill_score(integer_view labels, vector_view probabilities,
                         const brier_skill_score_options& options, const context& ctx) {
  const checker check("brier_skill_score");
  ctx.require_backend(check.function());
  const auto sums = sums_of(ctx, check, {labels, probabilities, options.weights});
  const double weight = sums.weight;
  double reference = 0.0;
  if (options.reference_probabilities.present()) {
    const binary_rows rows{labels, options.reference_probabilities, options.weights,
                           "reference_probabilities"};
    reference = sums_of(ctx, check, rows).score / weight;
  } else {
    const double rate = sums.events / weight;
    reference = rate * (1.0 - rate);
  }
  if (!(reference > 0.0)) {
    const bool given = options.reference_probabilities.present();
    check.fail_value(error_code::degenerate, given ? "reference_probabilities" : "labels",
                     given ? "are perfect, skill against them does not exist"
                           : "are all equal, skill against climatology does not exist");
  }
  return 1.0 - sums.score / weight / reference;
}

}  // namespace assay::inline v1::calibration
