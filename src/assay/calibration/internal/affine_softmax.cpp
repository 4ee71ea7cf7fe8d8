#include "assay/calibration/internal/affine_softmax.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "assay/calibration/internal/softmax_fit.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::size_t k_chunk_rows = 4096;
// Beyond, a full matrix and the memory of its fit take more than a hundred megabytes.
constexpr std::size_t k_most_classes_of_matrix = 1024;
constexpr double k_most_penalty = 1e200;

void check_request(const checker& check, const affine_request& request) {
  check.not_empty(request.labels, "labels");
  check.not_empty(request.inputs, request.input_name);
  check.same_rows(request.labels, "labels", request.inputs, request.input_name);
  if (request.weights.present()) {
    check.not_empty(request.weights, "weights");
    check.same_rows(request.labels, "labels", request.weights, "weights");
  }
  const auto penalty = [&](const char* name, double value) {
    check.parameter(value >= 0.0 && value <= k_most_penalty, name, value, "must lie in [0, 1e200]");
  };
  penalty("lambda_offdiag", request.lambda_offdiag);
  penalty("mu_bias", request.mu_bias);
  const std::size_t classes = request.inputs.extent(1);
  if (!request.diagonal && classes > k_most_classes_of_matrix) {
    check.fail_value(error_code::budget_exceeded, request.input_name,
                     "have " + std::to_string(classes) + " classes, a full matrix takes at most " +
                         std::to_string(k_most_classes_of_matrix));
  }
}

// A power of two near the largest logit, so that the predictors lie within -2 .. 2.
double unit_of(const logit_rows& logits) {
  double largest = 0x1p-100;  // smaller logits need no larger matrix than the penalties can square
  for (const double z : logits.values) largest = std::max(largest, std::fabs(z));
  constexpr std::uint64_t exponent = 0x7ff0000000000000U;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(largest) & exponent);
}

softmax_problem problem_of(const affine_request& request, const logit_rows& logits, double unit) {
  softmax_problem problem;
  problem.classes = logits.columns;
  problem.diagonal = request.diagonal;
  const double k = static_cast<double>(logits.columns);
  const double off_diagonal = request.reg_norm ? k * std::max(k - 1.0, 1.0) : 1.0;
  problem.lambda_offdiag = request.lambda_offdiag / off_diagonal / unit / unit;
  problem.mu_bias = request.mu_bias / (request.reg_norm ? k : 1.0);
  for (std::size_t i = 0; i < logits.rows; ++i) {
    const double w = request.weights.present() ? request.weights(i) : 1.0;
    if (w == 0.0) continue;
    problem.labels.push_back(static_cast<std::uint32_t>(request.labels(i)));
    problem.weights.push_back(w);
    for (std::size_t j = 0; j < logits.columns; ++j) {
      problem.predictors.push_back(logits.row(i)[j] / unit);
      if (request.diagonal) problem.predictors.push_back(1.0);
    }
    if (!request.diagonal) problem.predictors.push_back(1.0);
  }
  return problem;
}

// Adds a constant to values first, first + stride, ... so that they sum to `total`.
void fix_sum(std::vector<double>& values, std::size_t first, std::size_t stride, double total) {
  double sum = 0.0, count = 0.0;
  for (std::size_t i = first; i < values.size(); i += stride) {
    sum += values[i];
    count += 1.0;
  }
  const double change = (total - sum) / count;
  for (std::size_t i = first; i < values.size(); i += stride) values[i] += change;
}

affine_softmax map_of(const softmax_problem& problem, const std::vector<double>& parameters, double unit) {
  const std::size_t f = problem.features();
  affine_softmax map;
  for (std::size_t k = 0; k < problem.classes; ++k) {
    for (std::size_t j = 0; j + 1 < f; ++j) map.matrix.push_back(parameters[k * f + j] / unit);
    map.bias.push_back(parameters[k * f + f - 1]);
  }
  if (problem.mu_bias == 0.0) fix_sum(map.bias, 0, 1, 0.0);
  if (!problem.diagonal && problem.lambda_offdiag == 0.0)
    for (std::size_t j = 0; j < problem.classes; ++j) fix_sum(map.matrix, j, problem.classes, 1.0);
  return map;
}

double eta_of(const affine_softmax& map, const double* z, std::size_t k, double matrix_scale,
              double z_scale) {
  const std::size_t classes = map.classes();
  if (map.diagonal()) return (map.matrix[k] * matrix_scale) * (z[k] * z_scale);
  double eta = 0.0;
  for (std::size_t j = 0; j < classes; ++j)
    eta += (map.matrix[k * classes + j] * matrix_scale) * (z[j] * z_scale);
  return eta;
}

void probabilities_of(const affine_softmax& map, const double* z, std::vector<double>& out) {
  bool finite = true;
  for (std::size_t k = 0; k < out.size(); ++k) {
    out[k] = eta_of(map, z, k, 1.0, 1.0) + map.bias[k];
    finite = finite && std::isfinite(out[k]);
  }
  if (!finite) {  // products beyond the doubles: differences from the largest at a smaller scale
    constexpr double down = 0x1p-520, up = 0x1p520;
    for (std::size_t k = 0; k < out.size(); ++k)
      out[k] = eta_of(map, z, k, down, down) + map.bias[k] * down * down;
    const double largest = *std::max_element(out.begin(), out.end());
    for (double& eta : out) eta = (eta - largest) * up * up;
  }
  softmax(out);
}

}  // namespace

array affine_softmax::matrix_array() const {
  if (diagonal() && classes() > 1) return array(matrix);
  array result(dtype::float64, {classes(), classes()});
  std::copy(matrix.begin(), matrix.end(), result.values<double>().begin());
  return result;
}

affine_fit fit_affine(const context& ctx, const checker& check, const affine_request& request) {
  ctx.require_backend(check.function());
  check_request(check, request);
  const logit_rows logits = logits_of(check, request.inputs, request.input_name, request.source);
  check.class_labels(request.labels, "labels", logits.columns);
  if (request.weights.present()) check.weights(request.weights, "weights");
  const double unit = unit_of(logits);
  const softmax_problem problem = problem_of(request, logits, unit);
  const auto solution = fit_softmax(ctx, check.function(), problem, unit);
  return {map_of(problem, solution.parameters, unit), solution.nll, solution.objective, solution.converged};
}

array apply_affine(const context& ctx, const checker& check, const affine_softmax& map,
                   const array_view& inputs, const char* name, logit_source source) {
  check.not_empty(inputs, name);
  if (inputs.rank() != 2) {
    check.fail_shape(error_code::wrong_rank, name, "has " + std::to_string(inputs.rank()) + " axes, needs 2");
  }
  if (inputs.extent(1) != map.classes()) {
    check.fail_shape(error_code::length_mismatch, name,
                     "has " + std::to_string(inputs.extent(1)) + " columns, the model has " +
                         std::to_string(map.classes()) + " classes");
  }
  const logit_rows logits = logits_of(check, inputs, name, source);
  const dtype type = assay::internal::common_real_type(inputs);
  array result = ctx.result(check.function(), type, 2, inputs.extents());
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    T* out = result.values<T>().data();
    for_chunks(ctx, check.function(), logits.rows, k_chunk_rows, [&](chunk part) {
      std::vector<double> row(logits.columns);
      for (std::size_t i = part.first; i < part.last; ++i) {
        probabilities_of(map, logits.row(i), row);
        for (std::size_t k = 0; k < row.size(); ++k) out[i * row.size() + k] = static_cast<T>(row[k]);
      }
    });
  });
  return result;
}

array apply_affine_to_query(const context& ctx, const checker& check, const affine_softmax& map,
                            const array_view& query, logit_source source) {
  if (!query.present()) return array(dtype::float64, {0});
  return apply_affine(ctx, check, map, query, "query", source);
}

void write_affine(model_writer& out, const affine_fit& fit, const char* matrix_name) {
  out.number("nll", fit.nll);
  out.number("objective", fit.objective);
  out.truth("converged", fit.converged);
  out.numbers(matrix_name, fit.map.matrix);
  out.numbers("bias", fit.map.bias);
}

affine_fit read_affine(model_reader& in, const char* matrix_name, bool diagonal) {
  affine_fit fit;
  fit.nll = in.number("nll");
  fit.objective = in.number("objective");
  fit.converged = in.truth("converged");
  fit.map = {in.numbers(matrix_name), in.numbers("bias")};
  const std::size_t classes = fit.map.classes();
  const std::uint64_t wanted = diagonal ? classes : std::uint64_t{classes} * classes;
  if (classes == 0 || fit.map.matrix.size() != wanted)
    in.fail(diagonal ? "needs as many scale as bias, and at least one"
                     : "needs a matrix of as many rows and columns as bias, and at least one");
  return fit;
}

}  // namespace assay::inline v1::calibration::internal
