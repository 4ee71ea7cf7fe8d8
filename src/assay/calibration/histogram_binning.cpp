#include "assay/calibration/histogram_binning.hpp"

#include <algorithm>
#include <utility>

#include "assay/calibration/internal/bin_map.hpp"
#include "assay/calibration/internal/grouped_bins.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "histogram_binning";

struct histogram {
  std::vector<double> edges;
  std::vector<double> values;
};

histogram fitted(const context& ctx, const checker& check, const integer_view& labels,
                 const vector_view& probabilities, const histogram_binning_fit_options& options) {
  ctx.require_backend(check.function());
  const internal::binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto request = internal::checked_request(check, options);
  auto totals = internal::sum_bins(ctx, check, rows, request, internal::bin_content::table);
  histogram fit{std::move(totals.edges), {}};
  fit.values.reserve(totals.bins.size());
  for (std::size_t k = 0; k < totals.bins.size(); ++k) {
    const internal::bin_total& bin = totals.bins[k];
    if (bin.empty()) {
      fit.values.push_back(internal::midpoint(fit.edges[k], fit.edges[k + 1]));
    } else if (options.laplace) {
      fit.values.push_back((bin.sum_label + 1.0) / (bin.weight + 2.0));
    } else {
      fit.values.push_back(std::min(bin.mean_label(), 1.0));  // both sums are rounded
    }
  }
  return fit;
}

}  // namespace

histogram_binning_model histogram_binning_model::fit(integer_view labels, vector_view probabilities,
                                                     const histogram_binning_fit_options& options,
                                                     const context& ctx) {
  histogram fit = fitted(ctx, checker("histogram_binning_model::fit"), labels, probabilities, options);
  histogram_binning_model model;
  model.edges_ = std::move(fit.edges);
  model.values_ = std::move(fit.values);
  model.rule_ = options.bin_rule;
  return model;
}

array histogram_binning_model::transform(array_view probabilities) const {
  const internal::bin_map map(edges_, rule_, values_);
  return internal::map_points(context{}, checker("histogram_binning_model::transform"), probabilities,
                              "probabilities", internal::point_domain::probabilities,
                              [&](double p) { return map.at(p); });
}

histogram_binning_parameters histogram_binning_model::parameters() const {
  return {array(edges_), array(values_), rule_};
}

std::string histogram_binning_model::to_json() const {
  internal::model_writer out(k_kind);
  internal::write_bins(out, edges_, rule_, values_);
  return out.finish();
}

histogram_binning_model histogram_binning_model::from_json(std::string_view json) {
  internal::model_reader in(json, "histogram_binning_model::from_json", k_kind);
  auto bins = internal::read_bins(in);
  histogram_binning_model model;
  model.edges_ = std::move(bins.edges);
  model.values_ = std::move(bins.values);
  model.rule_ = bins.rule;
  return model;
}

histogram_binning_result histogram_binning(integer_view labels, vector_view probabilities,
                                           const histogram_binning_options& options, const context& ctx) {
  const checker check("histogram_binning");
  if (options.query.present()) check.not_empty(options.query, "query");
  const histogram fit = fitted(ctx, check, labels, probabilities,
                               {.weights = options.weights,
                                .n_bins = options.n_bins,
                                .strategy = options.strategy,
                                .edges = options.edges,
                                .bin_rule = options.bin_rule,
                                .laplace = options.laplace});
  const internal::bin_map map(fit.edges, options.bin_rule, fit.values);
  return {internal::map_query(ctx, check, options.query, internal::point_domain::probabilities,
                              [&](double p) { return map.at(p); }),
          array(fit.edges), array(fit.values)};
}

}  // namespace assay::inline v1::calibration
