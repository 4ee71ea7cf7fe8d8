#include "assay/calibration/isotonic.hpp"

#include <algorithm>
#include <cmath>

#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/isotonic_regression.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "isotonic";

// The ends of the flat pieces of a fit: what lies between follows from them.
struct curve {
  std::vector<double> x;
  std::vector<double> y;
};

curve fitted(const context& ctx, const checker& check, const internal::binary_rows& rows) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  const internal::sorted_rows sorted(check, rows, internal::zero_weights::drop);
  isotonic_regression regression;
  std::vector<double> points(sorted.size());
  sorted.for_groups([&](const internal::tie_group& group) {
    points[regression.groups()] = group.x;
    regression.add(group.weight, group.events);
  });
  curve result;
  for (std::size_t j = 0; j < regression.blocks().size(); ++j) {
    const isotonic_block& block = regression.blocks()[j];
    const std::size_t last = regression.end(j) - 1;
    result.x.push_back(points[block.first]);
    result.y.push_back(block.mean);
    if (last == block.first) continue;
    result.x.push_back(points[last]);
    result.y.push_back(block.mean);
  }
  return result;
}

std::int64_t distinct(const std::vector<double>& ascending) {
  std::int64_t count = ascending.empty() ? 0 : 1;
  for (std::size_t i = 1; i < ascending.size(); ++i) count += ascending[i] != ascending[i - 1] ? 1 : 0;
  return count;
}

double value_at(const std::vector<double>& x, const std::vector<double>& y, bool step, double at) {
  if (at <= x.front()) return y.front();
  const auto above = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  const std::size_t low = above - 1;
  if (step || above == x.size() || at == x[low]) return y[low];
  const double share = (at - x[low]) / (x[above] - x[low]);
  return std::min(y[low] + (y[above] - y[low]) * share, y[above]);  // rounding must not break the order
}

array mapped(const checker& check, const array_view& points, const char* name, const std::vector<double>& x,
             const std::vector<double>& y, bool step, const context& ctx) {
  check.not_empty(points, name);
  if (points.rank() != 1) {
    check.fail_shape(error_code::wrong_rank, name, "has " + std::to_string(points.rank()) + " axes, needs 1");
  }
  check.finite(points, name);
  const dtype type = assay::internal::common_real_type(points);
  array result = ctx.result(check.function(), type, points.size());
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    for (std::size_t i = 0; i < points.size(); ++i)
      result.values<T>()[i] = static_cast<T>(value_at(x, y, step, points(i)));
  });
  return result;
}

}  // namespace

isotonic_model isotonic_model::fit(integer_view labels, vector_view probabilities,
                                   const isotonic_options& options, const context& ctx) {
  curve fit = fitted(ctx, checker("isotonic_model::fit"), {labels, probabilities, options.weights});
  isotonic_model model;
  model.x_ = std::move(fit.x);
  model.y_ = std::move(fit.y);
  model.step_ = options.step;
  return model;
}

array isotonic_model::transform(array_view probabilities) const {
  return mapped(checker("isotonic_model::transform"), probabilities, "probabilities", x_, y_, step_,
                context{});
}

isotonic_parameters isotonic_model::parameters() const { return {array(x_), array(y_), distinct(y_), step_}; }

std::string isotonic_model::to_json() const {
  internal::model_writer out(k_kind);
  out.truth("step", step_);
  out.numbers("x", x_);
  out.numbers("y", y_);
  return out.finish();
}

isotonic_model isotonic_model::from_json(std::string_view json) {
  internal::model_reader in(json, "isotonic_model::from_json", k_kind);
  isotonic_model model;
  model.step_ = in.truth("step");
  model.x_ = in.numbers("x");
  model.y_ = in.numbers("y");
  if (model.x_.empty() || model.x_.size() != model.y_.size())
    in.fail("needs as many x as y, and at least one");
  for (std::size_t i = 0; i < model.x_.size(); ++i) {
    const bool ascends = i == 0 || (model.x_[i - 1] < model.x_[i] && model.y_[i - 1] <= model.y_[i]);
    const bool finite = std::isfinite(model.x_[i]) && model.y_[i] >= 0.0 && model.y_[i] <= 1.0;
    if (!ascends || !finite) in.fail("holds a curve that does not ascend within [0, 1]");
  }
  return model;
}

isotonic_result isotonic(integer_view labels, vector_view probabilities, vector_view query,
                         const isotonic_options& options, const context& ctx) {
  const checker check("isotonic");
  check.not_empty(query, "query");
  const curve fit = fitted(ctx, check, {labels, probabilities, options.weights});
  return {mapped(check, query, "query", fit.x, fit.y, options.step, ctx), distinct(fit.y)};
}

}  // namespace assay::inline v1::calibration
