#include "assay/calibration/logistic_erm.hpp"

#include <algorithm>
#include <utility>

#include "assay/calibration/internal/erm.hpp"
#include "assay/core/check.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {

logistic_erm_result logistic_erm(matrix_view X, integer_view y, const logistic_erm_options& options,
                                 const context& ctx) {
  const checker check("logistic_erm");
  ctx.require_backend(check.function());
  const internal::erm_rows rows{X, y, options.weights, options.C};
  internal::check_erm(check, rows);
  const internal::standard_design design(rows);
  const internal::erm_fit fit = internal::fit_erm(ctx, check, design, options.C);
  const auto raw = design.raw(fit.coefficients);
  array coefficients = ctx.result(check.function(), dtype::float64, raw.size());
  std::copy(raw.begin(), raw.end(), coefficients.values<double>().begin());
  return {std::move(coefficients), fit.mean_log_loss, fit.objective,
          array(internal::probabilities_of(design, fit.coefficients))};
}

}  // namespace assay::inline v1::calibration
