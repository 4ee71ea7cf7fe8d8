#include "assay/scoring/energy.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/scoring/internal/estimator.hpp"
#include "assay/scoring/internal/vector_rows.hpp"
#include "assay/scoring/internal/vector_scores.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace {

using detail::vector_request;
using detail::vector_row;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

struct energy_request {
  vector_request rows;
  double beta;
  detail::spread_estimator estimator;
};

energy_request request_of(const checker& check, const matrix_view& observations, const tensor_view& members,
                          const energy_score_options& options, const context& ctx) {
  ctx.require_backend(check.function());
  const detail::spread_estimator estimator(check, options.estimator, options.alpha, options.ensemble_size);
  detail::check_beta(check, options.beta);
  energy_request request{{check, observations, members, options.weights, "weights", options.nan_policy,
                          estimator.needed_members()},
                         options.beta,
                         estimator};
  detail::check_shapes(request.rows);
  estimator.check_members(check, request.rows.m());
  return request;
}

double score_of(const energy_request& request, vector_row& row) {
  row.rescale();
  const energy_ensemble e = row.ensemble(request.beta);
  const detail::spread_terms norm = row.terms(request.estimator);
  const energy_sums sums = active_kernels().energy(e);
  const double spread =
      request.estimator.lagged()
          ? 0.5 * active_kernels().energy_lagged(e, request.estimator.lag(row.m)) / norm.total
          : norm.factor * sums.between_members;
  return (sums.to_observation / norm.total - spread) * row.power_of_scale(request.beta);
}

// A row with room for the slopes of its members.
struct gradient_row {
  vector_row row;
  std::vector<double> slopes;
  std::vector<double> grad;  // coordinate k of member j at [k * padded + j]
  std::vector<double> grad_observation;

  explicit gradient_row(const vector_request& request) : row(request) {}

  void compute(const energy_request& request) {
    const std::size_t d = request.rows.d();
    slopes.resize((row.m + 1) * 8);
    grad.resize(2 * d * row.padded);
    grad_observation.resize(d);
    const detail::spread_terms norm = row.terms(request.estimator);
    active_kernels().energy_grad(row.ensemble(request.beta), 1.0 / norm.total, norm.factor, slopes.data(),
                                 grad.data(), grad_observation.data());
  }
  template <class T>
  void store(const energy_request& request, T* to, T* to_observation) const {
    const double factor = row.power_of_scale(request.beta - 1.0);
    const std::size_t d = request.rows.d();
    std::fill_n(to, request.rows.m() * d, T(0));
    for (std::size_t j = 0; j < row.m; ++j)
      for (std::size_t k = 0; k < d; ++k)
        to[row.places[j] * d + k] = static_cast<T>(grad[k * row.padded + j] * factor);
    for (std::size_t k = 0; k < d; ++k) to_observation[k] = static_cast<T>(grad_observation[k] * factor);
  }
};

template <class T>
energy_score_grad_result grad_of(const energy_request& request, const context& ctx) {
  const std::size_t n = request.rows.rows(), m = request.rows.m(), d = request.rows.d();
  energy_score_grad_result result{ctx.result(request.rows.check.function(), dtype::float64, n),
                                  array(dtype_of<T>(), {n, m, d}), array(dtype_of<T>(), {n, d})};
  double* score = result.score.values<double>().data();
  T* grad = result.grad.values<T>().data();
  T* grad_observations = result.grad_observations.values<T>().data();
  detail::for_each_vector_row<gradient_row>(
      request.rows, ctx, [&](gradient_row& state, std::size_t i, bool present) {
        if (!present) {
          score[i] = k_nan;
          std::fill_n(grad + i * m * d, m * d, static_cast<T>(k_nan));
          std::fill_n(grad_observations + i * d, d, static_cast<T>(k_nan));
          return;
        }
        score[i] = score_of(request, state.row);
        state.compute(request);
        state.store(request, grad + i * m * d, grad_observations + i * d);
      });
  return result;
}

}  // namespace

namespace detail {

void check_beta(const checker& check, double beta) {
  check.range(beta > 0.0 && beta < 2.0, "beta", beta, "must lie in (0, 2)");
}

array energy_scores(const checker& check, const matrix_view& observations, const tensor_view& members,
                    const energy_score_options& options, const context& ctx) {
  const energy_request request = request_of(check, observations, members, options, ctx);
  return score_vector_rows(request.rows, ctx,
                           [&](vector_row& row, std::size_t) { return score_of(request, row); });
}

}  // namespace detail

array energy_score(matrix_view observations, tensor_view members, const energy_score_options& options,
                   const context& ctx) {
  return detail::energy_scores(checker("energy_score"), observations, members, options, ctx);
}

energy_score_grad_result energy_score_grad(matrix_view observations, tensor_view members,
                                           const energy_score_options& options, const context& ctx) {
  const checker check("energy_score_grad");
  const energy_request request = request_of(check, observations, members, options, ctx);
  request.estimator.check_gradient(check);
  return internal::with_real_type(internal::common_real_type(observations, members),
                                  [&]<class T>(std::type_identity<T>) { return grad_of<T>(request, ctx); });
}

}  // namespace assay::inline v1::scoring
