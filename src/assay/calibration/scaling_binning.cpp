#include "assay/calibration/scaling_binning.hpp"

#include <algorithm>
#include <utility>

#include "assay/calibration/internal/bin_map.hpp"
#include "assay/calibration/internal/grouped_bins.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/platt_fit.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "scaling_binning";

struct binned_curve {
  double slope, intercept;
  std::vector<double> edges, values;

  [[nodiscard]] double scaled(double p) const {
    return internal::platt_at({slope, intercept, true}, platt_input::probabilities, p);
  }
};

binned_curve fitted(const context& ctx, const checker& check, const integer_view& labels,
                    const vector_view& probabilities, const scaling_binning_options& options) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, {labels, probabilities, options.weights});
  if (options.strategy == binning::custom) {
    check.fail_value(error_code::unsupported, "strategy", "is custom, the bins follow from the outputs");
  }
  const auto request =
      internal::checked_request(check, options.n_bins, options.strategy, {}, bin_rule::right_closed);
  const auto curve = internal::fit_platt(ctx, check, labels, probabilities, "probabilities",
                                         {.weights = options.weights,
                                          .smooth_targets = options.smooth_targets,
                                          .input = platt_input::probabilities});
  binned_curve fit{curve.slope, curve.intercept, {}, {}};
  std::vector<double> outputs(probabilities.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i] = fit.scaled(probabilities(i));
  auto totals = internal::sum_bins(ctx, check, {labels, outputs, options.weights}, request,
                                   internal::bin_content::table);
  fit.edges = std::move(totals.edges);
  for (std::size_t k = 0; k < totals.bins.size(); ++k) {
    const internal::bin_total& bin = totals.bins[k];
    fit.values.push_back(bin.empty() ? internal::midpoint(fit.edges[k], fit.edges[k + 1])
                                     : std::min(bin.mean_prob, 1.0));  // both sums are rounded
  }
  return fit;
}

array mapped(const context& ctx, const checker& check, const array_view& points, const char* name,
             const binned_curve& fit) {
  const internal::bin_map map(fit.edges, bin_rule::right_closed, fit.values);
  return internal::map_points(ctx, check, points, name, internal::point_domain::probabilities,
                              [&](double p) { return map.at(fit.scaled(p)); });
}

}  // namespace

scaling_binning_model scaling_binning_model::fit(integer_view labels, vector_view probabilities,
                                                 const scaling_binning_options& options, const context& ctx) {
  auto fit = fitted(ctx, checker("scaling_binning_model::fit"), labels, probabilities, options);
  scaling_binning_model model;
  model.slope_ = fit.slope;
  model.intercept_ = fit.intercept;
  model.edges_ = std::move(fit.edges);
  model.values_ = std::move(fit.values);
  return model;
}

array scaling_binning_model::transform(array_view probabilities) const {
  return mapped(context{}, checker("scaling_binning_model::transform"), probabilities, "probabilities",
                {slope_, intercept_, edges_, values_});
}

scaling_binning_parameters scaling_binning_model::parameters() const {
  return {slope_, intercept_, array(edges_), array(values_)};
}

std::string scaling_binning_model::to_json() const {
  internal::model_writer out(k_kind);
  out.number("slope", slope_);
  out.number("intercept", intercept_);
  internal::write_bins(out, edges_, bin_rule::right_closed, values_);
  return out.finish();
}

scaling_binning_model scaling_binning_model::from_json(std::string_view json) {
  internal::model_reader in(json, "scaling_binning_model::from_json", k_kind);
  scaling_binning_model model;
  model.slope_ = in.number("slope");
  model.intercept_ = in.number("intercept");
  auto bins = internal::read_bins(in);
  if (bins.rule != bin_rule::right_closed) in.fail("has bins that are not right_closed");
  model.edges_ = std::move(bins.edges);
  model.values_ = std::move(bins.values);
  return model;
}

scaling_binning_result scaling_binning(integer_view labels, vector_view probabilities, vector_view query,
                                       const scaling_binning_options& options, const context& ctx) {
  const checker check("scaling_binning");
  check.not_empty(query, "query");
  const auto fit = fitted(ctx, check, labels, probabilities, options);
  return {mapped(ctx, check, query, "query", fit), array(fit.edges), array(fit.values), fit.slope,
          fit.intercept};
}

}  // namespace assay::inline v1::calibration
