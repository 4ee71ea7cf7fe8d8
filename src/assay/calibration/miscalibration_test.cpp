#include "assay/calibration/miscalibration_test.hpp"

#include "assay/calibration/internal/miscalibration.hpp"
#include "assay/calibration/internal/replicates.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {

miscalibration_test_result miscalibration_test(integer_view labels, vector_view probabilities,
                                               const miscalibration_test_options& options,
                                               const context& ctx) {
  const checker check("miscalibration_test");
  ctx.require_backend(check.function());
  const internal::binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  internal::check_replicates(check, options.n_boot, 0.5);
  return internal::miscalibration_tested(ctx, check.function(), internal::grouped(check, rows), options);
}

}  // namespace assay::inline v1::calibration
