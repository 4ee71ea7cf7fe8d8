#include "assay/calibration/one_vs_rest.hpp"

#include "assay/calibration/internal/class_rows.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/recalibrator.hpp"
#include "assay/core/check.hpp"
#include "assay/core/error.hpp"
#include "assay/core/internal/dense.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "one_vs_rest";

using recalibrators = std::vector<internal::recalibrator_pointer>;

recalibrators fitted(const context& ctx, const checker& check, const internal::class_rows& rows,
                     recalibration_method method) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  internal::check_values(check, rows);
  return internal::fit_classes(ctx, method, rows.labels, rows.probabilities, rows.weights);
}

array mapped(const context& ctx, const checker& check, const array_view& points, const char* name,
             const recalibrators& classes) {
  check.not_empty(points, name);
  if (points.rank() != 2) {
    check.fail_shape(error_code::wrong_rank, name, "has " + std::to_string(points.rank()) + " axes, needs 2");
  }
  if (points.extent(1) != classes.size()) {
    check.fail_shape(error_code::length_mismatch, name,
                     "has " + std::to_string(points.extent(1)) + " columns, the model has " +
                         std::to_string(classes.size()) + " classes");
  }
  internal::check_probability_rows(check, points, name);
  const dtype type = assay::internal::common_real_type(points);
  array result = ctx.result(check.function(), type, 2, points.extents());
  const auto values = internal::apply_classes(classes, matrix_view(points));
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    for (std::size_t i = 0; i < values.size(); ++i) result.values<T>()[i] = static_cast<T>(values[i]);
  });
  return result;
}

}  // namespace

struct one_vs_rest_model::state {
  recalibration_method method;
  recalibrators classes;
};

one_vs_rest_model one_vs_rest_model::fit(integer_view labels, matrix_view probabilities,
                                         const one_vs_rest_options& options, const context& ctx) {
  const checker check("one_vs_rest_model::fit");
  auto classes = fitted(ctx, check, {labels, probabilities, options.weights}, options.method);
  return one_vs_rest_model(std::make_shared<const state>(state{options.method, std::move(classes)}));
}

array one_vs_rest_model::transform(array_view probabilities) const {
  return mapped(context{}, checker("one_vs_rest_model::transform"), probabilities, "probabilities",
                state_->classes);
}

one_vs_rest_parameters one_vs_rest_model::parameters() const {
  one_vs_rest_parameters parameters{state_->method, {}};
  for (const auto& model : state_->classes) parameters.classes.push_back({model->to_json()});
  return parameters;
}

std::string one_vs_rest_model::to_json() const {
  std::vector<std::string> models;
  for (const auto& model : state_->classes) models.push_back(model->to_json());
  internal::model_writer out(k_kind);
  out.word("method", internal::name_of(state_->method));
  out.objects("classes", models);
  return out.finish();
}

one_vs_rest_model one_vs_rest_model::from_json(std::string_view json) {
  internal::model_reader in(json, "one_vs_rest_model::from_json", k_kind);
  state read{recalibration_method::isotonic, {}};
  if (!internal::method_of(in.word("method"), read.method)) in.fail("has an unknown method");
  for (const std::string& model : in.objects("classes")) {
    try {
      read.classes.push_back(internal::read_recalibrator(read.method, model));
    } catch (const error& caught) {
      in.fail("holds a bad class " + std::to_string(read.classes.size()) + ": " + caught.what());
    }
  }
  if (read.classes.empty()) in.fail("needs at least one class");
  return one_vs_rest_model(std::make_shared<const state>(std::move(read)));
}

one_vs_rest_result one_vs_rest(integer_view labels, matrix_view probabilities, matrix_view query,
                               const one_vs_rest_options& options, const context& ctx) {
  const checker check("one_vs_rest");
  check.not_empty(query, "query");
  const auto classes = fitted(ctx, check, {labels, probabilities, options.weights}, options.method);
  return {mapped(ctx, check, query, "query", classes)};
}

}  // namespace assay::inline v1::calibration
