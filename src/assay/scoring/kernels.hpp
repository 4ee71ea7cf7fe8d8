// Hot loops of scoring, one table an instruction set. Kernels trust their arguments and allocate nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/dispatch.hpp"
#include "assay/core/simd/inline.hpp"

namespace assay::inline v1::scoring {

/// Rows of ensembles for a kernel: observations (rows), members (rows, m) of T in row-major order.
template <class T>
struct ensemble_rows {
  const double* observations;
  const T* members;
  std::size_t rows;
  std::size_t m;
  bool sorted;         // the members of each row ascend already
  std::byte* scratch;  // scratch_bytes(m), aligned to 64 bytes
};

/// Working memory of a kernel for rows of m members: up to four tables of m columns of one register.
constexpr std::size_t scratch_bytes(std::size_t m) { return 4 * m * 64; }

/// What a kernel met; several may hold at once.
enum kernel_status : std::uint32_t {
  k_status_ok = 0,
  k_status_not_finite =
      1,                   // a result is NaN or infinite, or the argument of a distribution beyond its domain
  k_status_not_sorted = 2  // members that should ascend do not
};

/// Equal weights: crps_i = slopes applied to the sorted distances; slopes holds -a_i, a_{m+1-i} for i = 1 ..
/// m.
struct crps_slopes {
  const double* slopes;
  bool sorted;  // members ascend already
};

/// Equal weights: the shares of the fair and the standard score, divided by m (m - 1) and m^2.
struct crps_gradient_factors {
  double fair;
  double standard;
};

/// Weighted: the spread term is k G with G = 1/2 sum_ij w_i w_j |x_i - x_j|, weights normalised, q = sum w^2:
/// k = unbiased/(1 - q) + biased and 1 - k = (rest_one - rest_q q)/(1 - q), which keeps its digits where k is
/// near 1.
struct crps_weighted_factors {
  double unbiased;
  double biased;
  double rest_one;
  double rest_q;
};

/// Results of a row, each wanted or null. grad is (rows, m).
struct crps_outputs {
  double* crps;
  double* underforecast;
  double* overforecast;
  double* spread;
  double* grad;
  double* grad_observations;
};

/// Closed-form score of n forecasts: one column a parameter; outputs are the score and, if wanted, one column
/// of derivatives a parameter. `constant`: all forecasts are the same. See distribution.kernel.hpp.
using distribution_kernel = std::uint32_t (*)(const double* y, const double* const* parameters, std::size_t n,
                                              double* const* outputs, bool derivatives,
                                              bool constant) noexcept;

/// One forecast of the energy score: coordinate k of member j is members[k * stride + j]. Members go round:
/// those from m to stride are the first ones again, so that member j and the one `shift` after it lie `shift`
/// apart.
struct energy_ensemble {
  const double* observation;
  const double* members;
  const double* weights;         // padded: 0 from m on
  const double* weights_around;  // stride: going round like the members
  std::size_t d;
  std::size_t m;
  std::size_t padded;  // m rounded up to 8
  std::size_t stride;  // at least padded + m / 2
  double beta;
};

/// Weighted sums of distances, weights as they came.
struct energy_sums {
  double to_observation;
  double between_members;
};

/// Rows of a table of quantiles; scratch holds columns registers.
struct quantile_rows {
  const double* observations;
  const double* quantiles;
  std::size_t rows;
  std::size_t columns;
  double* scratch;
};

/// Rows of intervals: ends k stand in column k of two tables, or, where both are one table, in column k and
/// the k-th from the end. The median of a row, or, where that is null, the middle column. scratch holds
/// 2 columns registers.
struct interval_rows {
  const double* observations;
  const double* median;
  const double* lower;
  const double* upper;
  std::size_t rows;
  std::size_t columns;
  double* scratch;
};

/// What the parts of a weighted interval score count; all divided by the number of intervals and the median's
/// share.
struct interval_weights {
  std::size_t intervals;
  const double* width;    // of u - l
  const double* penalty;  // of the distance of an outcome beyond an end
  double median;          // of |y - median|
  double median_share;    // of the median in the number of intervals, 0: there is none
  bool omit;              // leave out what is missing
};

struct interval_outputs {
  double* score;
  double* dispersion;
  double* overprediction;
  double* underprediction;
};

/// Some grid points of one variable of one forecast: member i lies at first_member + i stride, its gradient
/// at grad + i stride.
template <class T>
struct field_rows {
  const T* observation;
  const T* first_member;
  const double* grid_weights;
  T* grad;
  std::size_t members;
  std::size_t stride;
  std::size_t points;
  double alpha;
  double factor;  // of the gradient

  /// Grid points from `first` on, at most `most`.
  [[nodiscard]] ASSAY_INLINE field_rows part(std::size_t first, std::size_t most) const noexcept {
    field_rows result = *this;
    result.observation += first;
    result.first_member += first;
    result.grid_weights += first;
    result.grad += first;
    result.points = points - first < most ? points - first : most;
    return result;
  }
};

/// Sums over points without a NaN; at the others the gradient is 0.
struct field_sums {
  double crps;    ///< weighted
  double weight;  ///< of these points
};

/// Of |x_k - x_l|^p over the members of one forecast, summed over weighted pairs of coordinates; v of the
/// outcome, members weighted.
struct variogram_sums {
  double gap;          ///< squared distance of the members' mean from v
  double spread;       ///< variance about that mean
  double members;      ///< mean square
  double observation;  ///< square of v
};

struct kernels {
  // `slopes` holds -a_i, a_{m+1-i} for i = 1 .. m, see crps_ensemble.kernel.hpp.
  std::uint32_t (*crps_f64)(const ensemble_rows<double>& rows, const double* slopes, double* crps) noexcept;
  std::uint32_t (*crps_f32)(const ensemble_rows<float>& rows, const double* slopes, double* crps) noexcept;
  std::uint32_t (*crps_components)(const ensemble_rows<double>& rows, double spread_factor,
                                   const crps_outputs& outputs) noexcept;
  std::uint32_t (*crps_grad_f64)(const ensemble_rows<double>& rows, const double* slopes,
                                 const crps_gradient_factors& factors, double* crps, double* grad,
                                 double* grad_observations) noexcept;
  std::uint32_t (*crps_grad_f32)(const ensemble_rows<float>& rows, const double* slopes,
                                 const crps_gradient_factors& factors, double* crps, float* grad,
                                 float* grad_observations) noexcept;
  std::uint32_t (*crps_weighted)(const ensemble_rows<double>& rows, const double* weights,
                                 const crps_weighted_factors& factors, const crps_outputs& outputs) noexcept;
  std::uint32_t (*crps_lagged)(const ensemble_rows<double>& rows, const double* weights, std::size_t lag,
                               const crps_outputs& outputs) noexcept;
  distribution_kernel crps_normal;
  distribution_kernel log_score_normal;
  distribution_kernel crps_logistic;
  distribution_kernel log_score_logistic;
  distribution_kernel crps_laplace;
  distribution_kernel log_score_laplace;
  distribution_kernel crps_exponential;
  distribution_kernel log_score_exponential;
  distribution_kernel crps_gamma;
  distribution_kernel log_score_gamma;
  distribution_kernel crps_t;
  distribution_kernel log_score_t;
  distribution_kernel crps_lognormal;
  distribution_kernel log_score_lognormal;
  distribution_kernel crps_loglaplace;
  distribution_kernel log_score_loglaplace;
  distribution_kernel crps_two_piece_normal;
  distribution_kernel log_score_two_piece_normal;
  distribution_kernel crps_two_piece_exponential;
  distribution_kernel log_score_two_piece_exponential;
  distribution_kernel crps_exponential_mass;
  distribution_kernel crps_uniform;
  distribution_kernel log_score_uniform;
  distribution_kernel crps_gpd;
  distribution_kernel log_score_gpd;
  distribution_kernel crps_loglogistic;
  distribution_kernel log_score_loglogistic;
  distribution_kernel crps_csg0;
  distribution_kernel crps_gev;
  distribution_kernel log_score_gev;
  distribution_kernel crps_tt;
  distribution_kernel log_score_tt;
  distribution_kernel crps_ct;
  distribution_kernel crps_gtct;
  distribution_kernel crps_beta;
  distribution_kernel log_score_beta;
  distribution_kernel crps_tnormal;
  distribution_kernel log_score_tnormal;
  distribution_kernel crps_cnormal;
  distribution_kernel crps_gtcnormal;
  distribution_kernel crps_tlogistic;
  distribution_kernel log_score_tlogistic;
  distribution_kernel crps_clogistic;
  distribution_kernel crps_gtclogistic;
  std::uint32_t (*quantile_score)(const double* y, const double* q, const double* level, std::size_t n,
                                  double* score, double* grad) noexcept;
  std::uint32_t (*crps_quantile)(const quantile_rows& rows, const double* below, const double* above,
                                 double* score) noexcept;
  std::uint32_t (*intervals)(const interval_rows& rows, const interval_weights& weights,
                             const interval_outputs& out) noexcept;
  // Largest |x|, NaN when a number is not finite; members (m, d) to the layout of energy_ensemble.
  double (*magnitude)(const double* x, std::size_t n) noexcept;
  void (*turn_members)(const double* rows, std::size_t m, std::size_t d, std::size_t stride,
                       double* columns) noexcept;
  energy_sums (*energy)(const energy_ensemble& ensemble) noexcept;
  void (*energy_grad)(const energy_ensemble& ensemble, double observation_factor, double spread_factor,
                      double* slopes, double* grad, double* observation_grad) noexcept;
  // Distance 1 - e^(-factor |a - b|^2) in place of |a - b|^beta.
  energy_sums (*gaussian_kernel)(const energy_ensemble& ensemble, double factor) noexcept;
  // pair_weights: one a pair k < l of coordinates; total: sum of the members' weights.
  variogram_sums (*variogram)(const energy_ensemble& ensemble, double p, const double* pair_weights,
                              double total) noexcept;
  field_sums (*field_crps_f64)(const field_rows<double>& rows) noexcept;
  field_sums (*field_crps_f32)(const field_rows<float>& rows) noexcept;
  double (*energy_lagged)(const energy_ensemble& ensemble, std::size_t lag) noexcept;
};

ASSAY_DECLARE_KERNEL_TABLES(kernels);

}  // namespace assay::inline v1::scoring
