#include "assay/calibration/internal/counted_groups.hpp"

#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration::internal {

counted_groups count_rows(const checker& check, const binary_rows& rows) {
  check_shapes(check, rows);
  counted_groups result{sorted_rows(check, rows, zero_weights::drop).groups(), 0.0};
  compensated_sum total;
  for (const tie_group& group : result.groups) total += group.weight;
  result.total = total.value();
  if (!(result.total >= 1e-100 && result.total <= 1e100)) {
    check.fail_value(error_code::bad_weight, "weights",
                     "sum to " + text_of(result.total) + ", the sum must lie in 1e-100 .. 1e100");
  }
  return result;
}

}  // namespace assay::inline v1::calibration::internal
