#include "assay/tournament/wilson_interval.hpp"

#include "assay/core/check.hpp"
#include "assay/core/internal/wilson.hpp"

namespace assay::inline v1::tournament {

wilson_interval_result wilson_interval(double successes, double trials,
                                       const wilson_interval_options& options) {
  const checker check("wilson_interval");
  check.finite(successes, "successes");
  check.finite(trials, "trials");
  check.range(trials > 0.0, "trials", trials, "must be greater than 0");
  check.range(successes >= 0.0 && successes <= trials, "successes", successes,
              "must lie between 0 and trials, which is " + text_of(trials));
  check.parameter(options.level > 0.0 && options.level < 1.0, "level", options.level,
                  "must lie between 0 and 1");
  const auto bounds = internal::wilson(successes / trials, trials, internal::wilson_quantile(options.level));
  return {bounds.lower, bounds.upper};
}

}  // namespace assay::inline v1::tournament
