// Fills the table of kernels for one instruction set.
#pragma once

#include "assay/scoring/beta.kernel.hpp"
#include "assay/scoring/bounded.kernel.hpp"
#include "assay/scoring/censored_shifted_gamma.kernel.hpp"
#include "assay/scoring/crps_ensemble.kernel.hpp"
#include "assay/scoring/crps_gradient.kernel.hpp"
#include "assay/scoring/crps_lagged.kernel.hpp"
#include "assay/scoring/crps_weighted.kernel.hpp"
#include "assay/scoring/distribution.kernel.hpp"
#include "assay/scoring/energy.kernel.hpp"
#include "assay/scoring/exponential.kernel.hpp"
#include "assay/scoring/exponential_mass.kernel.hpp"
#include "assay/scoring/field_crps.kernel.hpp"
#include "assay/scoring/gamma.kernel.hpp"
#include "assay/scoring/generalised_extreme_value.kernel.hpp"
#include "assay/scoring/generalised_pareto.kernel.hpp"
#include "assay/scoring/kernels.hpp"
#include "assay/scoring/laplace.kernel.hpp"
#include "assay/scoring/logistic.kernel.hpp"
#include "assay/scoring/loglaplace.kernel.hpp"
#include "assay/scoring/loglogistic.kernel.hpp"
#include "assay/scoring/lognormal.kernel.hpp"
#include "assay/scoring/normal.kernel.hpp"
#include "assay/scoring/quantile.kernel.hpp"
#include "assay/scoring/quantile_rows.kernel.hpp"
#include "assay/scoring/student_t.kernel.hpp"
#include "assay/scoring/two_piece.kernel.hpp"
#include "assay/scoring/uniform.kernel.hpp"
#include "assay/scoring/variogram.kernel.hpp"
#include "assay/scoring/vector_rows.kernel.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
constexpr kernels make_kernels() {
  return {
      .crps_f64 = crps_ensemble_kernels<Arch>::template crps<double>,
      .crps_f32 = crps_ensemble_kernels<Arch>::template crps<float>,
      .crps_components = crps_ensemble_kernels<Arch>::components,
      .crps_grad_f64 = crps_gradient_kernels<Arch>::template crps_grad<double>,
      .crps_grad_f32 = crps_gradient_kernels<Arch>::template crps_grad<float>,
      .crps_weighted = crps_weighted_kernels<Arch>::crps_weighted,
      .crps_lagged = crps_lagged_kernels<Arch>::crps_lagged,
      .crps_normal = distribution_kernels<Arch>::template rows<crps_normal_formula>,
      .log_score_normal = distribution_kernels<Arch>::template rows<log_score_normal_formula>,
      .crps_logistic = distribution_kernels<Arch>::template rows<crps_logistic_formula>,
      .log_score_logistic = distribution_kernels<Arch>::template rows<log_score_logistic_formula>,
      .crps_laplace = distribution_kernels<Arch>::template rows<crps_laplace_formula>,
      .log_score_laplace = distribution_kernels<Arch>::template rows<log_score_laplace_formula>,
      .crps_exponential = distribution_kernels<Arch>::template rows<crps_exponential_formula>,
      .log_score_exponential = distribution_kernels<Arch>::template rows<log_score_exponential_formula>,
      .crps_gamma = distribution_kernels<Arch>::template rows<crps_gamma_formula>,
      .log_score_gamma = distribution_kernels<Arch>::template rows<log_score_gamma_formula>,
      .crps_t = distribution_kernels<Arch>::template rows<crps_t_formula>,
      .log_score_t = distribution_kernels<Arch>::template rows<log_score_t_formula>,
      .crps_lognormal = distribution_kernels<Arch>::template rows<crps_lognormal_formula>,
      .log_score_lognormal = distribution_kernels<Arch>::template rows<log_score_lognormal_formula>,
      .crps_loglaplace = distribution_kernels<Arch>::template rows<crps_loglaplace_formula>,
      .log_score_loglaplace = distribution_kernels<Arch>::template rows<log_score_loglaplace_formula>,
      .crps_two_piece_normal = distribution_kernels<Arch>::template rows<crps_two_piece_normal_formula>,
      .log_score_two_piece_normal =
          distribution_kernels<Arch>::template rows<log_score_two_piece_normal_formula>,
      .crps_two_piece_exponential =
          distribution_kernels<Arch>::template rows<crps_two_piece_exponential_formula>,
      .log_score_two_piece_exponential =
          distribution_kernels<Arch>::template rows<log_score_two_piece_exponential_formula>,
      .crps_exponential_mass = distribution_kernels<Arch>::template rows<crps_exponential_mass_formula>,
      .crps_uniform = distribution_kernels<Arch>::template rows<crps_uniform_formula>,
      .log_score_uniform = distribution_kernels<Arch>::template rows<log_score_uniform_formula>,
      .crps_gpd = distribution_kernels<Arch>::template rows<crps_gpd_formula>,
      .log_score_gpd = distribution_kernels<Arch>::template rows<log_score_gpd_formula>,
      .crps_loglogistic = distribution_kernels<Arch>::template rows<crps_loglogistic_formula>,
      .log_score_loglogistic = distribution_kernels<Arch>::template rows<log_score_loglogistic_formula>,
      .crps_csg0 = distribution_kernels<Arch>::template rows<crps_csg0_formula>,
      .crps_gev = distribution_kernels<Arch>::template rows<crps_gev_formula>,
      .log_score_gev = distribution_kernels<Arch>::template rows<log_score_gev_formula>,
      .crps_tt = distribution_kernels<Arch>::template rows<crps_tt_formula>,
      .log_score_tt = distribution_kernels<Arch>::template rows<log_score_tt_formula>,
      .crps_ct = distribution_kernels<Arch>::template rows<crps_ct_formula>,
      .crps_gtct = distribution_kernels<Arch>::template rows<crps_gtct_formula>,
      .crps_beta = distribution_kernels<Arch>::template rows<crps_beta_formula>,
      .log_score_beta = distribution_kernels<Arch>::template rows<log_score_beta_formula>,
      .crps_tnormal = distribution_kernels<Arch>::template rows<crps_tnormal_formula>,
      .log_score_tnormal = distribution_kernels<Arch>::template rows<log_score_tnormal_formula>,
      .crps_cnormal = distribution_kernels<Arch>::template rows<crps_cnormal_formula>,
      .crps_gtcnormal = distribution_kernels<Arch>::template rows<crps_gtcnormal_formula>,
      .crps_tlogistic = distribution_kernels<Arch>::template rows<crps_tlogistic_formula>,
      .log_score_tlogistic = distribution_kernels<Arch>::template rows<log_score_tlogistic_formula>,
      .crps_clogistic = distribution_kernels<Arch>::template rows<crps_clogistic_formula>,
      .crps_gtclogistic = distribution_kernels<Arch>::template rows<crps_gtclogistic_formula>,
      .quantile_score = quantile_kernels<Arch>::quantile_score,
      .crps_quantile = quantile_row_kernels<Arch>::crps_quantile,
      .intervals = quantile_row_kernels<Arch>::intervals,
      .magnitude = vector_row_kernels<Arch>::magnitude,
      .turn_members = vector_row_kernels<Arch>::turn_members,
      .energy = energy_kernels<Arch>::energy,
      .energy_grad = energy_kernels<Arch>::energy_grad,
      .gaussian_kernel = energy_kernels<Arch>::gaussian_kernel,
      .variogram = variogram_kernels<Arch>::variogram,
      .field_crps_f64 = field_crps_kernels<Arch>::template field_crps<double>,
      .field_crps_f32 = field_crps_kernels<Arch>::template field_crps<float>,
      .energy_lagged = energy_kernels<Arch>::energy_lagged,
  };
}

}  // namespace assay::inline v1::scoring
