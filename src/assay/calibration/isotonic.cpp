#include "assay/calibration/isotonic.hpp"

#include "assay/calibration/internal/knot_curve.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "isotonic";

internal::knot_curve fitted(const context& ctx, const checker& check, const internal::binary_rows& rows,
                            bool step, bool strict) {
  ctx.require_backend(check.function());
  auto curve = internal::isotonic_curve(
      check, rows, strict ? internal::isotonic_knots::all : internal::isotonic_knots::ends);
  curve.step = step;
  return curve;
}

array mapped(const context& ctx, const checker& check, const array_view& points, const char* name,
             const internal::knot_curve& curve) {
  return internal::map_points(ctx, check, points, name, internal::point_domain::finite,
                              [&](double x) { return curve.at(x); });
}

}  // namespace

isotonic_model isotonic_model::fit(integer_view labels, vector_view probabilities,
                                   const isotonic_options& options, const context& ctx) {
  auto curve = fitted(ctx, checker("isotonic_model::fit"), {labels, probabilities, options.weights},
                      options.step, options.strict);
  isotonic_model model;
  model.x_ = std::move(curve.x);
  model.y_ = std::move(curve.y);
  model.step_ = options.step;
  return model;
}

array isotonic_model::transform(array_view probabilities) const {
  return mapped(context{}, checker("isotonic_model::transform"), probabilities, "probabilities",
                {x_, y_, step_});
}

isotonic_parameters isotonic_model::parameters() const {
  return {array(x_), array(y_), internal::knot_curve{x_, y_}.distinct(), step_};
}

std::string isotonic_model::to_json() const {
  internal::model_writer out(k_kind);
  out.truth("step", step_);
  internal::knot_curve{x_, y_}.write(out);
  return out.finish();
}

isotonic_model isotonic_model::from_json(std::string_view json) {
  internal::model_reader in(json, "isotonic_model::from_json", k_kind);
  isotonic_model model;
  model.step_ = in.truth("step");
  auto curve = internal::knot_curve::read(in);
  model.x_ = std::move(curve.x);
  model.y_ = std::move(curve.y);
  return model;
}

isotonic_result isotonic(integer_view labels, vector_view probabilities, vector_view query,
                         const isotonic_options& options, const context& ctx) {
  const checker check("isotonic");
  check.not_empty(query, "query");
  const auto curve =
      fitted(ctx, check, {labels, probabilities, options.weights}, options.step, options.strict);
  return {mapped(ctx, check, query, "query", curve), curve.distinct()};
}

}  // namespace assay::inline v1::calibration
