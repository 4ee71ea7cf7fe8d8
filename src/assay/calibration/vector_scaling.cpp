#include "assay/calibration/vector_scaling.hpp"

#include <utility>

#include "assay/calibration/internal/affine_softmax.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::logit_source;

constexpr const char* k_kind = "vector_scaling";

internal::affine_fit fitted(const context& ctx, const checker& check, const integer_view& labels,
                            const matrix_view& logits, const vector_view& weights) {
  return internal::fit_affine(ctx, check,
                              {.labels = labels, .inputs = logits, .weights = weights, .diagonal = true});
}

}  // namespace

vector_scaling_model vector_scaling_model::fit(integer_view labels, matrix_view logits,
                                               const vector_scaling_fit_options& options,
                                               const context& ctx) {
  auto fit = fitted(ctx, checker("vector_scaling_model::fit"), labels, logits, options.weights);
  vector_scaling_model model;
  model.scale_ = std::move(fit.map.matrix);
  model.bias_ = std::move(fit.map.bias);
  model.nll_ = fit.nll;
  model.converged_ = fit.converged;
  return model;
}

array vector_scaling_model::transform(array_view logits) const {
  return internal::apply_affine(context{}, checker("vector_scaling_model::transform"), {scale_, bias_},
                                logits, "logits", logit_source::logits);
}

vector_scaling_parameters vector_scaling_model::parameters() const {
  return {array(scale_), array(bias_), nll_, converged_};
}

std::string vector_scaling_model::to_json() const {
  internal::model_writer out(k_kind);
  internal::write_affine(out, {{scale_, bias_}, nll_, nll_, converged_}, "scale");
  return out.finish();
}

vector_scaling_model vector_scaling_model::from_json(std::string_view json) {
  internal::model_reader in(json, "vector_scaling_model::from_json", k_kind);
  auto fit = internal::read_affine(in, "scale", true);
  vector_scaling_model model;
  model.scale_ = std::move(fit.map.matrix);
  model.bias_ = std::move(fit.map.bias);
  model.nll_ = fit.nll;
  model.converged_ = fit.converged;
  return model;
}

vector_scaling_result vector_scaling(integer_view labels, matrix_view logits,
                                     const vector_scaling_options& options, const context& ctx) {
  const checker check("vector_scaling");
  const auto fit = fitted(ctx, check, labels, logits, options.weights);
  return {internal::apply_affine_to_query(ctx, check, fit.map, options.query, logit_source::logits),
          array(fit.map.matrix), array(fit.map.bias), fit.nll, fit.converged};
}

}  // namespace assay::inline v1::calibration
