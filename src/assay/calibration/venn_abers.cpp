#include "assay/calibration/venn_abers.hpp"

#include <algorithm>
#include <utility>

#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::tie_group;

constexpr const char* k_kind = "venn_abers";

struct steps {
  std::vector<double> x, p0, p1;
};

// A point of the cumulative sum diagram: weight and weight of events.
struct point {
  double x, y;
};

// True when c lies below the line from a to b.
bool is_below(const point& a, const point& b, const point& c) {
  return (b.x - a.x) * (c.y - a.y) < (b.y - a.y) * (c.x - a.x);
}

// For every group the run and the rise of the isotonic fit there when a row of label 1 and weight 1 joins the
// group. That row shifts all sums from the group on by (1, 1); or, to the same slopes, all sums before it by
// (-1, -1). The fit at the group is the slope of the one edge of the lower hull that leads from the shifted
// points to the others. `hull` holds that edge at its end and the hull of the points right of it before;
// passing a group moves one point to the shifted ones.
std::vector<point> edges_with_event(const std::vector<tie_group>& groups, bool mirrored) {
  const std::size_t n = groups.size();
  std::vector<point> sums = {{0.0, 0.0}};
  compensated_sum weight, events;
  for (std::size_t i = 0; i < n; ++i) {
    const tie_group& group = groups[mirrored ? n - 1 - i : i];
    weight += group.weight;
    events += mirrored ? group.weight - group.events : group.events;
    sums.push_back({weight.value(), events.value()});
  }
  std::vector<point> hull;
  const auto push = [&](const point& next) {  // from right to left
    while (hull.size() > 1 && !is_below(next, hull[hull.size() - 2], hull.back())) hull.pop_back();
    hull.push_back(next);
  };
  for (std::size_t i = n; i > 0; --i) push(sums[i]);
  push({-1.0, -1.0});
  std::vector<point> edges;
  for (std::size_t i = 1; i <= n; ++i) {
    const point& from = hull.back();
    const point& to = hull[hull.size() - 2];
    edges.push_back({to.x - from.x, to.y - from.y});
    if (i == n) break;
    const point shifted{sums[i].x - 1.0, sums[i].y - 1.0};
    if (!is_below(from, to, shifted)) continue;
    hull.pop_back();
    // where the edge ended at the point that has been shifted, that point is no longer there
    while (hull.size() > 1 && hull.back().x <= sums[i].x) hull.pop_back();
    push(shifted);
  }
  return edges;
}

steps fitted(const context& ctx, const checker& check, const internal::binary_rows& rows) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  const auto groups = internal::sorted_rows(check, rows, internal::zero_weights::drop).groups();
  const auto with_event = edges_with_event(groups, false);
  const auto without = edges_with_event(groups, true);
  steps fit;
  double before0 = 0.0, before1 = 0.0;  // rounding of weights must not break the order
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const point& one = with_event[i];
    const point& zero = without[groups.size() - 1 - i];
    before1 = std::clamp(one.y / one.x, before1, 1.0);
    before0 = std::clamp((zero.x - zero.y) / zero.x, before0, before1);
    fit.x.push_back(groups[i].x);
    fit.p0.push_back(before0);
    fit.p1.push_back(before1);
  }
  return fit;
}

// A point between two groups as label 0 joins the group below it, as label 1 the one above.
double lower_at(const steps& fit, double p) {
  const auto above = std::upper_bound(fit.x.begin(), fit.x.end(), p) - fit.x.begin();
  return above == 0 ? 0.0 : fit.p0[static_cast<std::size_t>(above - 1)];
}

double upper_at(const steps& fit, double p) {
  const auto from = std::lower_bound(fit.x.begin(), fit.x.end(), p) - fit.x.begin();
  return static_cast<std::size_t>(from) == fit.x.size() ? 1.0 : fit.p1[static_cast<std::size_t>(from)];
}

double merged_at(const steps& fit, double p) {
  const double high = upper_at(fit, p);
  return high / (1.0 - lower_at(fit, p) + high);
}

array mapped(const context& ctx, const checker& check, const array_view& points, const char* name,
             internal::point_function fn) {
  return internal::map_points(ctx, check, points, name, internal::point_domain::probabilities, fn);
}

venn_abers_result intervals_at(const context& ctx, const checker& check, const array_view& points,
                               const char* name, const steps& fit) {
  context own = ctx;
  own.output = {};  // the caller's memory is for the first array alone
  return {mapped(ctx, check, points, name, [&](double p) { return merged_at(fit, p); }),
          mapped(own, check, points, name, [&](double p) { return lower_at(fit, p); }),
          mapped(own, check, points, name, [&](double p) { return upper_at(fit, p); })};
}

}  // namespace

venn_abers_model venn_abers_model::fit(integer_view labels, vector_view probabilities,
                                       const venn_abers_options& options, const context& ctx) {
  steps fit = fitted(ctx, checker("venn_abers_model::fit"), {labels, probabilities, options.weights});
  venn_abers_model model;
  model.x_ = std::move(fit.x);
  model.p0_ = std::move(fit.p0);
  model.p1_ = std::move(fit.p1);
  return model;
}

array venn_abers_model::transform(array_view probabilities) const {
  const steps fit{x_, p0_, p1_};
  return mapped(context{}, checker("venn_abers_model::transform"), probabilities, "probabilities",
                [&](double p) { return merged_at(fit, p); });
}

venn_abers_result venn_abers_model::intervals(array_view probabilities) const {
  return intervals_at(context{}, checker("venn_abers_model::intervals"), probabilities, "probabilities",
                      {x_, p0_, p1_});
}

venn_abers_parameters venn_abers_model::parameters() const { return {array(x_), array(p0_), array(p1_)}; }

std::string venn_abers_model::to_json() const {
  internal::model_writer out(k_kind);
  out.numbers("x", x_);
  out.numbers("p0", p0_);
  out.numbers("p1", p1_);
  return out.finish();
}

venn_abers_model venn_abers_model::from_json(std::string_view json) {
  internal::model_reader in(json, "venn_abers_model::from_json", k_kind);
  venn_abers_model model;
  model.x_ = in.numbers("x");
  model.p0_ = in.numbers("p0");
  model.p1_ = in.numbers("p1");
  const auto &x = model.x_, &low = model.p0_, &high = model.p1_;
  if (x.empty() || low.size() != x.size() || high.size() != x.size())
    in.fail("needs as many p0 and p1 as x, and at least one");
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool ascends = i == 0 || (x[i - 1] < x[i] && low[i - 1] <= low[i] && high[i - 1] <= high[i]);
    const bool inside =
        x[i] >= 0.0 && x[i] <= 1.0 && low[i] >= 0.0 && low[i] <= high[i] && high[i] > 0.0 && high[i] <= 1.0;
    if (!ascends || !inside) in.fail("holds steps that do not ascend within [0, 1]");
  }
  return model;
}

venn_abers_result venn_abers(integer_view labels, vector_view probabilities, vector_view query,
                             const venn_abers_options& options, const context& ctx) {
  const checker check("venn_abers");
  check.not_empty(query, "query");
  const steps fit = fitted(ctx, check, {labels, probabilities, options.weights});
  return intervals_at(ctx, check, query, "query", fit);
}

}  // namespace assay::inline v1::calibration
