// Models softmax(W z + b): arguments, fit, transform and JSON of vector, matrix and Dirichlet scaling.
#pragma once

#include <string>
#include <vector>

#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/softmax_rows.hpp"
#include "assay/core/array.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration::internal {

/// A fitted map of logits; matrix has k elements (its diagonal) or k * k, row-major.
struct affine_softmax {
  std::vector<double> matrix;
  std::vector<double> bias;

  [[nodiscard]] std::size_t classes() const noexcept { return bias.size(); }
  [[nodiscard]] bool diagonal() const noexcept { return matrix.size() == bias.size(); }
  /// The matrix as an array (k) or (k, k).
  [[nodiscard]] array matrix_array() const;
};

struct affine_fit {
  affine_softmax map;
  double nll = 0.0;
  double objective = 0.0;
  bool converged = false;
};

/// What is fitted to what.
struct affine_request {
  integer_view labels;
  matrix_view inputs;
  const char* input_name = "logits";
  vector_view weights = {};
  logit_source source = logit_source::logits;
  bool diagonal = false;
  double lambda_offdiag = 0.0;
  double mu_bias = 0.0;
  bool reg_norm = false;
};

/// Checks the arguments and fits. The bias sums to 0 where it is not penalised, columns of a full matrix sum
/// to 1 where they are not.
affine_fit fit_affine(const context& ctx, const checker& check, const affine_request& request);

/// Probabilities of rows of logits or probabilities.
array apply_affine(const context& ctx, const checker& check, const affine_softmax& map,
                   const array_view& inputs, const char* name, logit_source source);
/// The same for a query that may be absent: an empty array.
array apply_affine_to_query(const context& ctx, const checker& check, const affine_softmax& map,
                            const array_view& query, logit_source source);

void write_affine(model_writer& out, const affine_fit& fit, const char* matrix_name);
affine_fit read_affine(model_reader& in, const char* matrix_name, bool diagonal);

}  // namespace assay::inline v1::calibration::internal
