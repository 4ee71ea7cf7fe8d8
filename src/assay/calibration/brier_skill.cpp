#include "assay/calibration/brier_skill.hpp"

#include "assay/calibration/internal/lane_sums.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;

auto sums_of(const context& ctx, const checker& check, const binary_rows& rows) {
  internal::check_shapes(check, rows);
  const auto terms = [](double p, double y) { return std::array<double, 2>{(p - y) * (p - y), y}; };
  auto sums = internal::sum_rows(ctx, check, rows, internal::term_sums<2, decltype(terms)>(terms));
  internal::check_total(check, sums.weight());
  return sums;
}

}  // namespace

double brier_skill_score(integer_view labels, vector_view probabilities,
                         const brier_skill_score_options& options, const context& ctx) {
  const checker check("brier_skill_score");
  ctx.require_backend(check.function());
  const auto sums = sums_of(ctx, check, {labels, probabilities, options.weights});
  const double weight = sums.weight();
  double reference = 0.0;
  if (options.reference_probabilities.present()) {
    const binary_rows rows{labels, options.reference_probabilities, options.weights,
                           "reference_probabilities"};
    reference = sums_of(ctx, check, rows).sum(0) / weight;
  } else {
    const double rate = sums.sum(1) / weight;
    reference = rate * (1.0 - rate);
  }
  if (!(reference > 0.0)) {
    const bool given = options.reference_probabilities.present();
    check.fail_value(error_code::degenerate, given ? "reference_probabilities" : "labels",
                     given ? "are perfect, skill against them does not exist"
                           : "are all equal, skill against climatology does not exist");
  }
  return 1.0 - sums.sum(0) / weight / reference;
}

}  // namespace assay::inline v1::calibration
