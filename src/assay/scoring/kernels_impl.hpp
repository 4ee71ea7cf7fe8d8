// Fills the table of kernels for one instruction set.
#pragma once

#include "assay/scoring/crps_ensemble.kernel.hpp"
#include "assay/scoring/crps_gradient.kernel.hpp"
#include "assay/scoring/crps_lagged.kernel.hpp"
#include "assay/scoring/crps_weighted.kernel.hpp"
#include "assay/scoring/distribution.kernel.hpp"
#include "assay/scoring/energy.kernel.hpp"
#include "assay/scoring/exponential.kernel.hpp"
#include "assay/scoring/kernels.hpp"
#include "assay/scoring/laplace.kernel.hpp"
#include "assay/scoring/logistic.kernel.hpp"
#include "assay/scoring/normal.kernel.hpp"
#include "assay/scoring/quantile.kernel.hpp"

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
      .quantile_score = quantile_kernels<Arch>::quantile_score,
      .energy = energy_kernels<Arch>::energy,
      .energy_grad = energy_kernels<Arch>::energy_grad,
      .energy_lagged = energy_kernels<Arch>::energy_lagged,
  };
}

}  // namespace assay::inline v1::scoring
