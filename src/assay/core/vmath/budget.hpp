// The accuracy that vmath promises: the one table that doc comments quote and tests/ulp asserts.
#pragma once

namespace assay::inline v1::vmath {

/// Largest errors over the whole range, in units in the last place of the exact result.
struct ulp_budget {
  double exp = 1.0;
  double expm1 = 1.0;
  double log = 1.0;
  double log1p = 1.0;
  double logistic = 2.0;
  double softplus = 2.0;
  double erf = 1.5;
  double erfc = 4.0;
  double erfcx = 4.0;
  double normal_pdf = 2.0;
  double normal_cdf = 3.5;
  double normal_log_cdf = 4.5;
  double normal_quantile = 3.0;
};

inline constexpr ulp_budget k_ulp_budget{};

/// float: exp to softplus in float arithmetic under the budgets above; the others computed in double and
/// rounded once.
inline constexpr double k_ulp_budget_rounded_once = 0.51;

}  // namespace assay::inline v1::vmath
