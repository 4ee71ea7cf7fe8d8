#include "assay/calibration/platt.hpp"

#include <cmath>

#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/platt_fit.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "platt";

internal::point_domain domain_of(platt_input input) {
  return input == platt_input::scores ? internal::point_domain::finite
                                      : internal::point_domain::probabilities;
}

}  // namespace

platt_model platt_model::fit(integer_view labels, vector_view scores, const platt_fit_options& options,
                             const context& ctx) {
  platt_model model;
  model.parameters_ =
      internal::fit_platt(ctx, checker("platt_model::fit"), labels, scores, "scores", options);
  model.input_ = options.input;
  return model;
}

array platt_model::transform(array_view scores) const {
  return internal::map_points(context{}, checker("platt_model::transform"), scores, "scores",
                              domain_of(input_),
                              [&](double s) { return internal::platt_at(parameters_, input_, s); });
}

platt_parameters platt_model::parameters() const { return parameters_; }

std::string platt_model::to_json() const {
  internal::model_writer out(k_kind);
  out.word("input", input_ == platt_input::scores ? "scores" : "probabilities");
  out.number("slope", parameters_.slope);
  out.number("intercept", parameters_.intercept);
  out.truth("converged", parameters_.converged);
  return out.finish();
}

platt_model platt_model::from_json(std::string_view json) {
  internal::model_reader in(json, "platt_model::from_json", k_kind);
  platt_model model;
  const std::string input = in.word("input");
  if (input != "scores" && input != "probabilities") in.fail("has an unknown input");
  model.input_ = input == "scores" ? platt_input::scores : platt_input::probabilities;
  model.parameters_ = {in.number("slope"), in.number("intercept"), in.truth("converged")};
  return model;
}

platt_result platt(integer_view labels, vector_view scores, const platt_options& options,
                   const context& ctx) {
  const checker check("platt");
  if (options.query.present()) check.not_empty(options.query, "query");
  const auto fit = internal::fit_platt(
      ctx, check, labels, scores, "scores",
      {.weights = options.weights, .smooth_targets = options.smooth_targets, .input = options.input});
  return {fit.slope, fit.intercept, fit.converged,
          internal::map_query(ctx, check, options.query, domain_of(options.input),
                              [&](double s) { return internal::platt_at(fit, options.input, s); })};
}

}  // namespace assay::inline v1::calibration
