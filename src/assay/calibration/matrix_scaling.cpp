#include "assay/calibration/matrix_scaling.hpp"

#include <utility>

#include "assay/calibration/internal/affine_softmax.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "matrix_scaling";
constexpr internal::logit_source k_source = internal::logit_source::logits;

template <class Options>
internal::affine_fit fitted(const context& ctx, const checker& check, const integer_view& labels,
                            const matrix_view& logits, const Options& options) {
  return internal::fit_affine(ctx, check,
                              {.labels = labels,
                               .inputs = logits,
                               .input_name = "logits",
                               .weights = options.weights,
                               .source = k_source,
                               .lambda_offdiag = options.lambda_offdiag,
                               .mu_bias = options.mu_bias,
                               .reg_norm = options.reg_norm});
}

}  // namespace

matrix_scaling_model matrix_scaling_model::fit(integer_view labels, matrix_view logits,
                                               const matrix_scaling_fit_options& options,
                                               const context& ctx) {
  auto fit = fitted(ctx, checker("matrix_scaling_model::fit"), labels, logits, options);
  matrix_scaling_model model;
  model.matrix_ = std::move(fit.map.matrix);
  model.bias_ = std::move(fit.map.bias);
  model.nll_ = fit.nll;
  model.objective_ = fit.objective;
  model.converged_ = fit.converged;
  return model;
}

array matrix_scaling_model::transform(array_view logits) const {
  return internal::apply_affine(context{}, checker("matrix_scaling_model::transform"), {matrix_, bias_},
                                logits, "logits", k_source);
}

matrix_scaling_parameters matrix_scaling_model::parameters() const {
  const internal::affine_softmax map{matrix_, bias_};
  return {map.matrix_array(), array(bias_), objective_, nll_, converged_};
}

std::string matrix_scaling_model::to_json() const {
  internal::model_writer out(k_kind);
  internal::write_affine(out, {{matrix_, bias_}, nll_, objective_, converged_}, "matrix");
  return out.finish();
}

matrix_scaling_model matrix_scaling_model::from_json(std::string_view json) {
  internal::model_reader in(json, "matrix_scaling_model::from_json", k_kind);
  auto fit = internal::read_affine(in, "matrix", false);
  matrix_scaling_model model;
  model.matrix_ = std::move(fit.map.matrix);
  model.bias_ = std::move(fit.map.bias);
  model.nll_ = fit.nll;
  model.objective_ = fit.objective;
  model.converged_ = fit.converged;
  return model;
}

matrix_scaling_odir_result matrix_scaling_odir(integer_view labels, matrix_view logits,
                                               const matrix_scaling_odir_options& options,
                                               const context& ctx) {
  const checker check("matrix_scaling_odir");
  const auto fit = fitted(ctx, check, labels, logits, options);
  return {internal::apply_affine_to_query(ctx, check, fit.map, options.query, k_source),
          fit.map.matrix_array(),
          array(fit.map.bias),
          fit.objective,
          fit.nll,
          fit.converged};
}

}  // namespace assay::inline v1::calibration
