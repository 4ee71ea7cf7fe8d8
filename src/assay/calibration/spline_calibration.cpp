#include "assay/calibration/spline_calibration.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "assay/calibration/internal/knot_curve.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/calibration/internal/spline_fit.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::tie_group;

constexpr const char* k_kind = "spline_calibration";
constexpr std::int64_t k_most_knots = 256;

struct curve {
  std::vector<double> x;
  std::vector<double> y;
};

void check_knots(const checker& check, std::int64_t n_knots, spline_runout runout) {
  const std::int64_t least = runout == spline_runout::cubic ? 4 : 3;
  check.parameter(n_knots >= least, "n_knots", static_cast<double>(n_knots),
                  "must be at least " + std::to_string(least));
  check.parameter(n_knots <= k_most_knots, "n_knots", static_cast<double>(n_knots),
                  "must be at most " + std::to_string(k_most_knots));
}

// Walks over the rows in order. All rows of a group have its mean weight and mean label, so that the order
// within it does not matter.
template <class Fn>
void for_rows(const std::vector<tie_group>& groups, Fn&& fn) {
  compensated_sum total;
  for (const tie_group& group : groups) total += group.weight;
  const double first = groups.front().weight / groups.front().count / 2.0;
  const double last = groups.back().weight / groups.back().count / 2.0;
  const double range = total.value() - first - last;  // from the middle of the first row to that of the last
  compensated_sum before, error;                      // weight, and weight * (label - probability)
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const tie_group& group = groups[g];
    const double weight = group.weight / group.count;
    const double gap = group.events - group.weight * group.x;
    const auto rows = static_cast<std::size_t>(group.count);
    for (std::size_t i = 0; i < rows; ++i) {
      const double share = static_cast<double>(i + 1) / group.count;
      const double middle = before.value() + weight * (static_cast<double>(i) + 0.5) - first;
      const double t = range > 0.0 ? std::clamp(middle / range, 0.0, 1.0) : 0.0;
      fn(g, t, (error.value() + share * gap) / total.value(), weight / total.value());
    }
    before += group.weight;
    error += gap;
  }
}

curve fitted(const context& ctx, const checker& check, const internal::binary_rows& rows,
             std::int64_t n_knots, spline_runout runout) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  check_knots(check, n_knots, runout);
  const auto groups = internal::sorted_rows(check, rows, internal::zero_weights::drop).groups();
  internal::cubic_spline spline(static_cast<std::size_t>(n_knots), runout);
  for_rows(groups, [&](std::size_t, double t, double error, double weight) { spline.add(t, error, weight); });
  spline.solve();
  curve result{{}, std::vector<double>(groups.size())};
  for_rows(groups, [&](std::size_t g, double t, double, double) { result.y[g] += spline.slope(t); });
  for (std::size_t g = 0; g < groups.size(); ++g) {
    result.x.push_back(groups[g].x);
    result.y[g] = groups[g].x + result.y[g] / groups[g].count;
  }
  return result;
}

array mapped(const context& ctx, const checker& check, const array_view& points, const char* name,
             const curve& fit, bool clamp) {
  return internal::map_points(ctx, check, points, name, internal::point_domain::probabilities, [&](double p) {
    const double value = internal::broken_line(fit.x, fit.y, p);
    return clamp ? std::clamp(value, 0.0, 1.0) : value;
  });
}

}  // namespace

spline_calibration_model spline_calibration_model::fit(integer_view labels, vector_view probabilities,
                                                       const spline_calibration_fit_options& options,
                                                       const context& ctx) {
  curve fit = fitted(ctx, checker("spline_calibration_model::fit"), {labels, probabilities, options.weights},
                     options.n_knots, options.runout);
  spline_calibration_model model;
  model.x_ = std::move(fit.x);
  model.y_ = std::move(fit.y);
  model.clamp_ = options.clamp;
  return model;
}

array spline_calibration_model::transform(array_view probabilities) const {
  return mapped(context{}, checker("spline_calibration_model::transform"), probabilities, "probabilities",
                {x_, y_}, clamp_);
}

spline_calibration_parameters spline_calibration_model::parameters() const {
  return {array(x_), array(y_), clamp_};
}

std::string spline_calibration_model::to_json() const {
  internal::model_writer out(k_kind);
  out.truth("clamp", clamp_);
  out.numbers("x", x_);
  out.numbers("y", y_);
  return out.finish();
}

spline_calibration_model spline_calibration_model::from_json(std::string_view json) {
  internal::model_reader in(json, "spline_calibration_model::from_json", k_kind);
  spline_calibration_model model;
  model.clamp_ = in.truth("clamp");
  model.x_ = in.numbers("x");
  model.y_ = in.numbers("y");
  if (model.x_.empty() || model.x_.size() != model.y_.size())
    in.fail("needs as many x as y, and at least one");
  for (std::size_t i = 0; i < model.x_.size(); ++i) {
    const bool ascends = i == 0 || model.x_[i - 1] < model.x_[i];
    if (!ascends || !(model.x_[i] >= 0.0 && model.x_[i] <= 1.0))
      in.fail("holds probabilities that do not ascend within [0, 1]");
    if (!(std::fabs(model.y_[i]) <= 1e300)) in.fail("holds a value beyond 1e300");
  }
  return model;
}

spline_calibration_result spline_calibration(integer_view labels, vector_view probabilities,
                                             vector_view query, const spline_calibration_options& options,
                                             const context& ctx) {
  const checker check("spline_calibration");
  check.not_empty(query, "query");
  const curve fit =
      fitted(ctx, check, {labels, probabilities, options.weights}, options.n_knots, options.runout);
  context own = ctx;
  own.output = {};  // the caller's memory is for the first array alone
  return {mapped(ctx, check, query, "query", fit, false), mapped(own, check, query, "query", fit, true)};
}

}  // namespace assay::inline v1::calibration
