#include "unit/scoring/distribution_families.hpp"

#include <limits>

#include "assay/scoring/beta.hpp"
#include "assay/scoring/bounded.hpp"
#include "assay/scoring/censored_shifted_gamma.hpp"
#include "assay/scoring/exponential.hpp"
#include "assay/scoring/exponential_mass.hpp"
#include "assay/scoring/gamma.hpp"
#include "assay/scoring/generalised_extreme_value.hpp"
#include "assay/scoring/generalised_pareto.hpp"
#include "assay/scoring/laplace.hpp"
#include "assay/scoring/logistic.hpp"
#include "assay/scoring/loglaplace.hpp"
#include "assay/scoring/loglogistic.hpp"
#include "assay/scoring/lognormal.hpp"
#include "assay/scoring/normal.hpp"
#include "assay/scoring/student_t.hpp"
#include "assay/scoring/student_t_bounded.hpp"
#include "assay/scoring/two_piece.hpp"
#include "assay/scoring/uniform.hpp"

namespace assay::testing {

using namespace scoring;

#define ASSAY_SCORES(name, count)                     \
  score_of<count, crps_##name, crps_##name##_grad>(), \
      score_of<count, log_score_##name, log_score_##name##_grad>()

// Tolerances: the documented ones, in units of 2^-52, with some room for the reference's own rounding of
// inputs to doubles, which moves the true score by an ulp of the outcome.
const std::vector<family>& families() {
  constexpr double ulp = 0x1p-52;
  const std::string positive = "must be finite and > 0", share = "must be in [0, 1]";
  static const std::vector<family> all{
      {"normal",
       {"mu", "sigma"},
       {0.25, 1.5},
       ASSAY_SCORES(normal, 2),
       {{1, 0.0, positive}},
       8 * ulp,
       8 * ulp},
      {"logistic",
       {"mu", "sigma"},
       {0.25, 1.5},
       ASSAY_SCORES(logistic, 2),
       {{1, -2.0, positive}},
       8 * ulp,
       16 * ulp},
      {"laplace",
       {"location", "scale"},
       {0.25, 1.5},
       ASSAY_SCORES(laplace, 2),
       {{1, 0.0, positive}},
       8 * ulp,
       16 * ulp},
      {"t",
       {"df", "location", "scale"},
       {3.0, 0.25, 1.5},
       ASSAY_SCORES(t, 3),
       {{0, 1.0, "must be finite and > 1"}, {2, 0.0, positive}},
       48 * ulp,
       2000 * ulp},
      {"exponential", {"rate"}, {1.5}, ASSAY_SCORES(exponential, 1), {{0, 0.0, positive}}, 8 * ulp, 16 * ulp},
      {"exponential_mass",
       {"mass", "location", "scale"},
       {0.25, 0.125, 1.5},
       score_of<3, crps_exponential_mass, crps_exponential_mass_grad>(),
       {},
       {{0, -0.125, share}, {0, 1.5, share}, {2, 0.0, positive}},
       8 * ulp,
       16 * ulp},
      {"gamma",
       {"shape", "rate"},
       {2.5, 1.5},
       ASSAY_SCORES(gamma, 2),
       {{0, 0.0, positive}, {1, -1.0, positive}},
       48 * ulp,
       450 * ulp},
      {"lognormal",
       {"mulog", "sigmalog"},
       {0.25, 0.75},
       ASSAY_SCORES(lognormal, 2),
       {{1, 0.0, positive}},
       8 * ulp,
       16 * ulp},
      {"loglaplace",
       {"locationlog", "scalelog"},
       {0.25, 0.375},
       ASSAY_SCORES(loglaplace, 2),
       {{1, 1.0, "must be inside (0, 1)"}, {1, 0.0, "must be inside (0, 1)"}},
       8 * ulp,
       16 * ulp},
      {"loglogistic",
       {"mulog", "sigmalog"},
       {0.25, 0.375},
       ASSAY_SCORES(loglogistic, 2),
       {{1, 1.0, "must be inside (0, 1)"}, {1, 0.0, "must be inside (0, 1)"}},
       160 * ulp,
       3200 * ulp},
      {"csg0",
       {"shape", "rate", "shift"},
       {2.5, 1.5, 0.125},
       score_of<3, crps_csg0, crps_csg0_grad>(),
       {},
       {{0, 0.0, positive}, {1, -1.0, positive}, {2, -0.5, "must be finite and >= 0"}},
       64 * ulp,
       450 * ulp},
      {"gev",
       {"shape", "location", "scale"},
       {0.25, 0.125, 1.5},
       ASSAY_SCORES(gev, 3),
       {{0, 1.0, "must be finite and < 1"}, {2, 0.0, positive}},
       160 * ulp,
       3200 * ulp},
      {"two_piece_normal",
       {"scale1", "scale2", "location"},
       {1.5, 0.75, 0.25},
       ASSAY_SCORES(two_piece_normal, 3),
       {{0, 0.0, positive}, {1, -1.0, positive}},
       8 * ulp,
       16 * ulp},
      {"two_piece_exponential",
       {"scale1", "scale2", "location"},
       {1.5, 0.75, 0.25},
       ASSAY_SCORES(two_piece_exponential, 3),
       {{0, 0.0, positive}, {1, -1.0, positive}},
       8 * ulp,
       16 * ulp},
      {"uniform",
       {"min", "max", "lmass", "umass"},
       {-0.25, 1.5, 0.125, 0.25},
       score_of<4, crps_uniform, crps_uniform_grad>(),
       score_of<2, log_score_uniform, log_score_uniform_grad>(),
       {{0, 1.5, "must be > min, which is 1.5", "max"}, {1, -0.25, "must be > min, which is -0.25"}},
       8 * ulp,
       16 * ulp},
      {"tnormal",
       {"location", "scale", "lower", "upper"},
       {0.25, 1.5, -1.0, 1.75},
       score_of<4, crps_tnormal, crps_tnormal_grad, 2>(),
       score_of<4, log_score_tnormal, log_score_tnormal_grad, 2>(),
       {{1, 0.0, positive}, {2, 1.75, "must be > lower, which is 1.75", "upper"}},
       64 * ulp,
       640 * ulp},
      {"cnormal",
       {"location", "scale", "lower", "upper"},
       {0.25, 1.5, -1.0, 1.75},
       score_of<4, crps_cnormal, crps_cnormal_grad, 2>(),
       {},
       {{1, 0.0, positive}, {3, -1.0, "must be > lower, which is -1"}},
       16 * ulp,
       32 * ulp},
      {"gtcnormal",
       {"location", "scale", "lower", "upper", "lmass", "umass"},
       {0.25, 1.5, -1.0, 1.75, 0.125, 0.25},
       score_of<6, crps_gtcnormal, crps_gtcnormal_grad, 2>(),
       {},
       {{1, 0.0, positive},
        {4, 0.875, "must sum to at most 1 with lmass, which is 0.875", "umass"},
        {5, -0.5, share}},
       64 * ulp,
       640 * ulp},
      {"tlogistic",
       {"location", "scale", "lower", "upper"},
       {0.25, 1.5, -1.0, 1.75},
       score_of<4, crps_tlogistic, crps_tlogistic_grad, 2>(),
       score_of<4, log_score_tlogistic, log_score_tlogistic_grad, 2>(),
       {{1, 0.0, positive}, {2, 1.75, "must be > lower, which is 1.75", "upper"}},
       64 * ulp,
       640 * ulp},
      {"clogistic",
       {"location", "scale", "lower", "upper"},
       {0.25, 1.5, -1.0, 1.75},
       score_of<4, crps_clogistic, crps_clogistic_grad, 2>(),
       {},
       {{1, 0.0, positive}, {3, -1.0, "must be > lower, which is -1"}},
       16 * ulp,
       32 * ulp},
      {"gtclogistic",
       {"location", "scale", "lower", "upper", "lmass", "umass"},
       {0.25, 1.5, -1.0, 1.75, 0.125, 0.25},
       score_of<6, crps_gtclogistic, crps_gtclogistic_grad, 2>(),
       {},
       {{1, 0.0, positive},
        {4, 0.875, "must sum to at most 1 with lmass, which is 0.875", "umass"},
        {5, -0.5, share}},
       64 * ulp,
       640 * ulp},
      {"tt",
       {"df", "location", "scale", "lower", "upper"},
       {1.5, 0.25, 1.5, -8.0, 9.5},
       score_of<5, crps_tt, crps_tt_grad, 3>(),
       score_of<5, log_score_tt, log_score_tt_grad, 3>(),
       {{0, 1.0, "must be finite and > 1"},
        {2, 0.0, positive},
        {3, 9.5, "must be > lower, which is 9.5", "upper"}},
       64 * ulp,
       640 * ulp},
      {"ct",
       {"df", "location", "scale", "lower", "upper"},
       {4.0, 0.25, 1.5, -1.0, 1.75},
       score_of<5, crps_ct, crps_ct_grad, 3>(),
       {},
       {{0, 0.5, "must be finite and > 1"}, {2, 0.0, positive}, {4, -1.0, "must be > lower, which is -1"}},
       64 * ulp,
       640 * ulp},
      {"gtct",
       {"df", "location", "scale", "lower", "upper", "lmass", "umass"},
       {4.0, 0.25, 1.5, -1.0, 1.75, 0.125, 0.25},
       score_of<7, crps_gtct, crps_gtct_grad, 3>(),
       {},
       {{2, 0.0, positive},
        {5, 0.875, "must sum to at most 1 with lmass, which is 0.875", "umass"},
        {6, -0.5, share}},
       64 * ulp,
       640 * ulp},
      {"beta",
       {"a", "b", "lower", "upper"},
       {2.0, 1.5, -0.25, 1.75},
       ASSAY_SCORES(beta, 4),
       {{0, 0.0, positive}, {1, -1.0, positive}, {3, -0.25, "must be > lower, which is -0.25"}},
       64 * ulp,
       640 * ulp},
      {"gpd",
       {"shape", "location", "scale", "mass"},
       {0.25, -0.25, 1.5, 0.125},
       score_of<4, crps_gpd, crps_gpd_grad>(),
       score_of<3, log_score_gpd, log_score_gpd_grad>(),
       {{0, 1.0, "must be finite and < 1"}, {2, 0.0, positive}},
       80 * ulp,
       3200 * ulp},
  };
  return all;
}

const std::vector<distribution_reference>& references() {
  constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double k_infinity = std::numeric_limits<double>::infinity();
  static const std::vector<distribution_reference> rows{
#include "unit/scoring/distribution_references.inc"
  };
  return rows;
}

}  // namespace assay::testing
