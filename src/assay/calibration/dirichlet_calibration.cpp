#include "assay/calibration/dirichlet_calibration.hpp"

#include <utility>

#include "assay/calibration/internal/affine_softmax.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "dirichlet_calibration";
constexpr internal::logit_source k_source = internal::logit_source::clipped_probabilities;

template <class Options>
internal::affine_fit fitted(const context& ctx, const checker& check, const integer_view& labels,
                            const matrix_view& probabilities, const Options& options) {
  return internal::fit_affine(ctx, check,
                              {.labels = labels,
                               .inputs = probabilities,
                               .input_name = "probabilities",
                               .weights = options.weights,
                               .source = k_source,
                               .lambda_offdiag = options.lambda_offdiag,
                               .mu_bias = options.mu_bias,
                               .reg_norm = options.reg_norm});
}

}  // namespace

dirichlet_calibration_model dirichlet_calibration_model::fit(integer_view labels, matrix_view probabilities,
                                                             const dirichlet_calibration_fit_options& options,
                                                             const context& ctx) {
  auto fit = fitted(ctx, checker("dirichlet_calibration_model::fit"), labels, probabilities, options);
  dirichlet_calibration_model model;
  model.matrix_ = std::move(fit.map.matrix);
  model.bias_ = std::move(fit.map.bias);
  model.nll_ = fit.nll;
  model.objective_ = fit.objective;
  model.converged_ = fit.converged;
  return model;
}

array dirichlet_calibration_model::transform(array_view probabilities) const {
  return internal::apply_affine(context{}, checker("dirichlet_calibration_model::transform"),
                                {matrix_, bias_}, probabilities, "probabilities", k_source);
}

dirichlet_calibration_parameters dirichlet_calibration_model::parameters() const {
  const internal::affine_softmax map{matrix_, bias_};
  return {map.matrix_array(), array(bias_), objective_, nll_, converged_};
}

std::string dirichlet_calibration_model::to_json() const {
  internal::model_writer out(k_kind);
  internal::write_affine(out, {{matrix_, bias_}, nll_, objective_, converged_}, "matrix");
  return out.finish();
}

dirichlet_calibration_model dirichlet_calibration_model::from_json(std::string_view json) {
  internal::model_reader in(json, "dirichlet_calibration_model::from_json", k_kind);
  auto fit = internal::read_affine(in, "matrix", false);
  dirichlet_calibration_model model;
  model.matrix_ = std::move(fit.map.matrix);
  model.bias_ = std::move(fit.map.bias);
  model.nll_ = fit.nll;
  model.objective_ = fit.objective;
  model.converged_ = fit.converged;
  return model;
}

dirichlet_calibration_odir_result dirichlet_calibration_odir(
    integer_view labels, matrix_view probabilities, const dirichlet_calibration_odir_options& options,
    const context& ctx) {
  const checker check("dirichlet_calibration_odir");
  const auto fit = fitted(ctx, check, labels, probabilities, options);
  return {internal::apply_affine_to_query(ctx, check, fit.map, options.query, k_source),
          fit.map.matrix_array(),
          array(fit.map.bias),
          fit.objective,
          fit.nll,
          fit.converged};
}

}  // namespace assay::inline v1::calibration
