#include "assay/calibration/variance_scaling.hpp"

#include <cmath>
#include <vector>

#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/regression_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "variance_scaling";

double fitted(const context& ctx, const checker& check, const internal::regression_rows& rows) {
  ctx.require_backend(check.function());
  internal::check_regression(check, rows);
  std::vector<double> errors;
  for (std::size_t i = 0; i < rows.size(); ++i)
    errors.push_back(internal::standardised(rows.y(i), rows.mean(i), rows.std(i)));
  const auto weights = internal::unit_weights(rows.weights, rows.size());
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (weights[i] == 0.0 || std::isfinite(errors[i])) continue;
    check.fail_value(error_code::degenerate, "std",
                     "[" + std::to_string(i) + "] is " + text_of(rows.std(i)) +
                         ", the error divided by it is too large for a double");
  }
  const double scale = internal::root_mean_square(errors, weights);
  if (scale > 0.0) return scale;
  check.fail_value(error_code::degenerate, "mean", "equals y in every row: the factor would be 0");
}

array scaled(const checker& check, const vector_view& std, const char* name, double scale,
             const context& ctx) {
  check.not_empty(std, name);
  check.positive(std, name);
  const dtype type = assay::internal::common_real_type(std);
  array result = ctx.result(check.function(), type, std.size());
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    for (std::size_t i = 0; i < std.size(); ++i) result.values<T>()[i] = static_cast<T>(std(i) * scale);
  });
  return result;
}

}  // namespace

variance_scaling_model variance_scaling_model::fit(vector_view y, vector_view mean, vector_view std,
                                                   const variance_scaling_fit_options& options,
                                                   const context& ctx) {
  variance_scaling_model model;
  model.scale_ = fitted(ctx, checker("variance_scaling_model::fit"), {y, mean, std, options.weights});
  return model;
}

array variance_scaling_model::transform(vector_view std) const {
  return scaled(checker("variance_scaling_model::transform"), std, "std", scale_, context{});
}

variance_scaling_parameters variance_scaling_model::parameters() const { return {scale_}; }

std::string variance_scaling_model::to_json() const {
  internal::model_writer out(k_kind);
  out.number("scale", scale_);
  return out.finish();
}

variance_scaling_model variance_scaling_model::from_json(std::string_view json) {
  internal::model_reader in(json, "variance_scaling_model::from_json", k_kind);
  variance_scaling_model model;
  model.scale_ = in.number("scale");
  if (!(model.scale_ > 0.0 && std::isfinite(model.scale_))) in.fail("holds a factor that is not positive");
  return model;
}

variance_scaling_result variance_scaling(vector_view y, vector_view mean, vector_view std,
                                         const variance_scaling_options& options, const context& ctx) {
  const checker check("variance_scaling");
  const double scale = fitted(ctx, check, {y, mean, std, options.weights});
  const bool own = !options.query.present();
  return {scale, scaled(check, own ? std : options.query, own ? "std" : "query", scale, ctx)};
}

}  // namespace assay::inline v1::calibration
