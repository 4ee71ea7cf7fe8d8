#include "assay/scoring/crps_ensemble.hpp"

#include <algorithm>
#include <type_traits>

#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/crps_rows.hpp"
#include "assay/scoring/internal/crps_values.hpp"
#include "assay/scoring/internal/scratch.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace {

using detail::crps_request;
using detail::crps_row_results;

crps_request request_of(const checker& check, const vector_view& observations, const matrix_view& members,
                        const crps_ensemble_options& options, const context& ctx) {
  ctx.require_backend(check.function());
  const detail::spread_estimator estimator(check, options.estimator, options.alpha, options.ensemble_size);
  crps_request request{check,          observations, members, options.weights, options.nan_policy,
                       options.sorted, estimator};
  detail::check_shapes(request);
  return request;
}

// About 64 Ki members, in whole registers of rows.
std::size_t rows_per_chunk(std::size_t m) { return std::max<std::size_t>(65536 / m / 16, 1) * 16; }

// Whether kernels may read the caller's rows as they are.
bool is_plain(const crps_request& request) {
  return !request.weights.present() && !request.estimator.lagged() &&
         request.m() <= detail::k_network_members;
}

// Plain rows go to `kernel(rows)`; where it finds something odd, and for all other rows, `store` gets them
// one by one.
template <class T, class Kernel, class Store>
void score_rows(const crps_request& request, bool gradient, const context& ctx, Kernel&& kernel,
                Store&& store) {
  const std::size_t m = request.m();
  const internal::dense<double> observations(request.observations);
  const internal::dense<T> members(request.members);
  const internal::dense<double> weights(request.weights);
  detail::crps_inputs inputs{observations.data(), nullptr, nullptr, nullptr,
                             request.weights.rank() == 1 ? 0 : m};
  if constexpr (std::is_same_v<T, float>)
    inputs.narrow_members = members.data();
  else
    inputs.members = members.data();
  if (request.weights.present()) inputs.weights = weights.data();
  const bool plain = is_plain(request);
  for_chunks(ctx, request.check.function(), request.rows(), rows_per_chunk(m), [&](chunk part) {
    if (plain) {
      const detail::scratch_memory scratch(scratch_bytes(m));
      const ensemble_rows<T> rows{observations.data() + part.first,
                                  members.data() + part.first * m,
                                  part.size(),
                                  m,
                                  request.sorted,
                                  scratch.data()};
      const std::uint32_t status = kernel(rows, part.first);
      if (status == k_status_not_sorted) detail::fail_not_sorted(request);
      if (status == k_status_ok) return;
    }
    detail::crps_rows(request, inputs, gradient).score(part.first, part.last, store);
  });
}

template <class T>
crps_ensemble_grad_result grad_of(const crps_request& request, const context& ctx) {
  const checker& check = request.check;
  const std::size_t n = request.rows();
  const std::size_t m = request.m();
  crps_ensemble_grad_result result{ctx.result(check.function(), dtype::float64, n),
                                   array(dtype_of<T>(), {n, m}), array(dtype_of<T>(), {n})};
  double* crps = result.crps.values<double>().data();
  T* grad = result.grad.values<T>().data();
  T* grad_observations = result.grad_observations.values<T>().data();
  const auto slopes = request.estimator.slopes(m);
  const auto factors = request.estimator.gradient_factors(m);
  const kernels& kernel = active_kernels();
  score_rows<T>(
      request, true, ctx,
      [&](const ensemble_rows<T>& rows, std::size_t first) {
        if constexpr (std::is_same_v<T, float>)
          return kernel.crps_grad_f32(rows, slopes.data(), factors, crps + first, grad + first * m,
                                      grad_observations + first);
        else
          return kernel.crps_grad_f64(rows, slopes.data(), factors, crps + first, grad + first * m,
                                      grad_observations + first);
      },
      [&](std::size_t row, const crps_row_results& values, const double* row_gradient) {
        crps[row] = values.crps;
        grad_observations[row] = static_cast<T>(values.grad_observation);
        for (std::size_t j = 0; j < m; ++j) grad[row * m + j] = static_cast<T>(row_gradient[j]);
      });
  return result;
}

}  // namespace

namespace detail {

array crps_values(const checker& check, const vector_view& observations, const matrix_view& members,
                  const crps_ensemble_options& options, const context& ctx) {
  const crps_request request = request_of(check, observations, members, options, ctx);
  array result = ctx.result(check.function(), dtype::float64, request.rows());
  double* crps = result.values<double>().data();
  const auto slopes = request.estimator.slopes(request.m());
  const kernels& kernel = active_kernels();
  internal::with_real_type(members.type(), [&]<class T>(std::type_identity<T>) {
    score_rows<T>(
        request, false, ctx,
        [&](const ensemble_rows<T>& rows, std::size_t first) {
          if constexpr (std::is_same_v<T, float>)
            return kernel.crps_f32(rows, slopes.data(), crps + first);
          else
            return kernel.crps_f64(rows, slopes.data(), crps + first);
        },
        [&](std::size_t row, const crps_row_results& values, const double*) { crps[row] = values.crps; });
  });
  return result;
}

crps_ensemble_components_result crps_components(const checker& check, const vector_view& observations,
                                                const matrix_view& members,
                                                const crps_ensemble_options& options, const context& ctx) {
  const crps_request request = request_of(check, observations, members, options, ctx);
  const std::size_t n = request.rows();
  crps_ensemble_components_result result{ctx.result(check.function(), dtype::float64, n),
                                         array(dtype::float64, {n}), array(dtype::float64, {n})};
  double* below = result.underforecast.values<double>().data();
  double* above = result.overforecast.values<double>().data();
  double* spread = result.spread.values<double>().data();
  const double factor = request.estimator.spread_factor(request.m());
  const kernels& kernel = active_kernels();
  score_rows<double>(
      request, false, ctx,
      [&](const ensemble_rows<double>& rows, std::size_t first) {
        return kernel.crps_components(
            rows, factor, {nullptr, below + first, above + first, spread + first, nullptr, nullptr});
      },
      [&](std::size_t row, const crps_row_results& values, const double*) {
        below[row] = values.underforecast;
        above[row] = values.overforecast;
        spread[row] = values.spread;
      });
  return result;
}

}  // namespace detail

array crps_ensemble(vector_view observations, matrix_view members, const crps_ensemble_options& options,
                    const context& ctx) {
  return detail::crps_values(checker("crps_ensemble"), observations, members, options, ctx);
}

crps_ensemble_grad_result crps_ensemble_grad(vector_view observations, matrix_view members,
                                             const crps_ensemble_options& options, const context& ctx) {
  const checker check("crps_ensemble_grad");
  const crps_request request = request_of(check, observations, members, options, ctx);
  request.estimator.check_gradient(check);
  return internal::with_real_type(internal::common_real_type(observations, members),
                                  [&]<class T>(std::type_identity<T>) { return grad_of<T>(request, ctx); });
}

crps_ensemble_components_result crps_ensemble_components(vector_view observations, matrix_view members,
                                                         const crps_ensemble_options& options,
                                                         const context& ctx) {
  return detail::crps_components(checker("crps_ensemble_components"), observations, members, options, ctx);
}

}  // namespace assay::inline v1::scoring
