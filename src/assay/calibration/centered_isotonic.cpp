#include "assay/calibration/centered_isotonic.hpp"

#include <utility>

#include "assay/calibration/internal/knot_curve.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "centered_isotonic";

internal::knot_curve fitted(const context& ctx, const checker& check, const internal::binary_rows& rows) {
  ctx.require_backend(check.function());
  return internal::isotonic_curve(check, rows, internal::isotonic_knots::centers);
}

array mapped(const context& ctx, const checker& check, const array_view& points, const char* name,
             const internal::knot_curve& curve) {
  return internal::map_points(ctx, check, points, name, internal::point_domain::probabilities,
                              [&](double x) { return curve.at(x); });
}

}  // namespace

centered_isotonic_model centered_isotonic_model::fit(integer_view labels, vector_view probabilities,
                                                     const centered_isotonic_options& options,
                                                     const context& ctx) {
  auto curve = fitted(ctx, checker("centered_isotonic_model::fit"), {labels, probabilities, options.weights});
  centered_isotonic_model model;
  model.x_ = std::move(curve.x);
  model.y_ = std::move(curve.y);
  return model;
}

array centered_isotonic_model::transform(array_view probabilities) const {
  return mapped(context{}, checker("centered_isotonic_model::transform"), probabilities, "probabilities",
                {x_, y_});
}

centered_isotonic_parameters centered_isotonic_model::parameters() const { return {array(x_), array(y_)}; }

std::string centered_isotonic_model::to_json() const {
  internal::model_writer out(k_kind);
  internal::knot_curve{x_, y_}.write(out);
  return out.finish();
}

centered_isotonic_model centered_isotonic_model::from_json(std::string_view json) {
  internal::model_reader in(json, "centered_isotonic_model::from_json", k_kind);
  auto curve = internal::knot_curve::read(in);
  centered_isotonic_model model;
  model.x_ = std::move(curve.x);
  model.y_ = std::move(curve.y);
  return model;
}

centered_isotonic_result centered_isotonic(integer_view labels, vector_view probabilities, vector_view query,
                                           const centered_isotonic_options& options, const context& ctx) {
  const checker check("centered_isotonic");
  check.not_empty(query, "query");
  const auto curve = fitted(ctx, check, {labels, probabilities, options.weights});
  return {mapped(ctx, check, query, "query", curve), static_cast<std::int64_t>(curve.y.size())};
}

}  // namespace assay::inline v1::calibration
