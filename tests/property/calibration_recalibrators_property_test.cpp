// Laws of the recalibrators of binary probabilities: what all have in common, then what each is by
// definition.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "assay/calibration/bbq.hpp"
#include "assay/calibration/beta_calibration.hpp"
#include "assay/calibration/centered_isotonic.hpp"
#include "assay/calibration/cross_fit.hpp"
#include "assay/calibration/enir.hpp"
#include "assay/calibration/histogram_binning.hpp"
#include "assay/calibration/isotonic.hpp"
#include "assay/calibration/one_vs_rest.hpp"
#include "assay/calibration/platt.hpp"
#include "assay/calibration/scaling_binning.hpp"
#include "assay/calibration/spline_calibration.hpp"
#include "assay/calibration/venn_abers.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

/// Fits to f and maps q.
using mapping = std::function<std::vector<double>(const forecasts& f, const vector_view& weights,
                                                  const std::vector<double>& q)>;

struct recalibrator {
  const char* name;
  mapping map;
  bool rises = false;      ///< never falls
  bool symmetric = false;  ///< the other event gives 1 less the same
  bool counts = false;     ///< whole weights are repeated rows
};

/// By the model; what its JSON brings back must do the same.
template <class Model, class Options>
mapping mapped_by(Options options) {
  return [options](const forecasts& f, const vector_view& weights, const std::vector<double>& q) mutable {
    options.weights = weights;
    const auto model = Model::fit(f.labels, f.probabilities, options);
    const array result = model.transform(vector_view(q));
    const auto again = Model::from_json(model.to_json());
    RC_ASSERT(again.to_json() == model.to_json());
    RC_ASSERT(same_bits(again.transform(vector_view(q)), result));
    return result.to_vector();
  };
}

std::vector<recalibrator> recalibrators() {
  using histogram = histogram_binning_fit_options;
  return {
      {"isotonic", mapped_by<isotonic_model>(isotonic_options{}), true, true, true},
      {"isotonic steps", mapped_by<isotonic_model>(isotonic_options{.step = true}), true, false, true},
      {"strict isotonic", mapped_by<isotonic_model>(isotonic_options{.strict = true}), true, false, true},
      {"centered isotonic", mapped_by<centered_isotonic_model>(centered_isotonic_options{}), true, true,
       true},
      {"venn_abers", mapped_by<venn_abers_model>(venn_abers_options{}), true, true, true},
      {"histogram", mapped_by<histogram_binning_model>(histogram{.n_bins = 9}), false, false, true},
      {"laplace", mapped_by<histogram_binning_model>(histogram{.laplace = true}), false, false, true},
      {"quantiles", mapped_by<histogram_binning_model>(histogram{.strategy = binning::quantile})},
      {"platt", mapped_by<platt_model>(platt_fit_options{.input = platt_input::probabilities}), false, true,
       true},
      {"beta", mapped_by<beta_calibration_model>(beta_calibration_fit_options{}), true, true, true},
      {"bbq", mapped_by<bbq_model>(bbq_options{}), false, false, true},
      {"enir", mapped_by<enir_model>(enir_options{}), false, true, true},
      {"spline", mapped_by<spline_calibration_model>(spline_calibration_fit_options{})},
  };
}

// Of a curve found by Newton's method; the others are better.
constexpr double k_budget = 1e-9;

/// Rows for which every curve has a best one: no curve of these families separates three places with both
/// labels each.
forecasts overlapping(forecasts f) {
  f = inner(std::move(f));
  for (const double p : {0.25, 0.5, 0.75})
    for (const std::uint8_t label : {std::uint8_t{0}, std::uint8_t{1}}) f.add(label, p);
  return f;
}

std::vector<double> some_query() {
  return *rc::gen::exec([] {
    auto q = *rc::gen::container<std::vector<double>>(20, fractions(1, 255, 256.0));
    std::sort(q.begin(), q.end());
    return q;
  });
}

RC_GTEST_PROP(recalibrators, give_probabilities_that_rise_where_they_say_so, ()) {
  const forecasts f = *some_forecasts();
  const auto q = some_query();
  for (const recalibrator& r : recalibrators()) {
    double before = 0.0;
    for (const double p : r.map(f, f.weights, q)) {
      if (!(0.0 <= p && p <= 1.0 && (!r.rises || p >= before))) RC_FAIL(r.name);
      before = p;
    }
  }
}

RC_GTEST_PROP(recalibrators, do_not_depend_on_the_order_of_rows, ()) {
  const forecasts f = overlapping(*some_forecasts()), g = permuted(f, some_order(f.size()));
  const auto q = some_query();
  for (const recalibrator& r : recalibrators()) {
    const auto expected = r.map(f, f.weights, q), actual = r.map(g, g.weights, q);
    for (std::size_t i = 0; i < q.size(); ++i) require_close(actual[i], expected[i], 0.0, k_budget, r.name);
  }
}

RC_GTEST_PROP(recalibrators, take_whole_weights_for_repeated_rows, ()) {
  const forecasts f = with_whole_weights(overlapping(*some_forecasts()));
  const forecasts rows = repeated(f);
  const auto q = some_query();
  for (const recalibrator& r : recalibrators()) {
    if (!r.counts) continue;
    const auto expected = r.map(f, f.weights, q), actual = r.map(rows, {}, q);
    for (std::size_t i = 0; i < q.size(); ++i) require_close(actual[i], expected[i], 0.0, k_budget, r.name);
  }
}

RC_GTEST_PROP(recalibrators, give_1_less_the_same_for_the_other_event, ()) {
  const forecasts f = overlapping(*some_forecasts()), g = exchanged(f);
  const auto q = some_query();
  std::vector<double> other;
  for (const double p : q) other.push_back(1 - p);
  for (const recalibrator& r : recalibrators()) {
    if (!r.symmetric) continue;
    const auto expected = r.map(f, f.weights, q), actual = r.map(g, g.weights, other);
    for (std::size_t i = 0; i < q.size(); ++i)
      require_close(actual[i], 1 - expected[i], 0.0, k_budget, r.name);
  }
}

struct method {
  recalibration_method name;
  mapping map;
};

method some_method() {
  const std::vector<method> methods = {
      {recalibration_method::histogram_binning,
       mapped_by<histogram_binning_model>(histogram_binning_fit_options{})},
      {recalibration_method::isotonic, mapped_by<isotonic_model>(isotonic_options{})},
      {recalibration_method::centered_isotonic,
       mapped_by<centered_isotonic_model>(centered_isotonic_options{})},
      {recalibration_method::platt,
       mapped_by<platt_model>(platt_fit_options{.input = platt_input::probabilities})},
      {recalibration_method::beta_calibration,
       mapped_by<beta_calibration_model>(beta_calibration_fit_options{})},
      {recalibration_method::spline_calibration,
       mapped_by<spline_calibration_model>(spline_calibration_fit_options{})},
      {recalibration_method::scaling_binning, mapped_by<scaling_binning_model>(scaling_binning_options{})},
      {recalibration_method::bbq, mapped_by<bbq_model>(bbq_options{})},
      {recalibration_method::enir, mapped_by<enir_model>(enir_options{})},
      {recalibration_method::venn_abers, mapped_by<venn_abers_model>(venn_abers_options{})},
  };
  return methods[*rc::gen::inRange<std::size_t>(0, methods.size())];
}

RC_GTEST_PROP(one_vs_rest, divides_the_maps_of_the_classes_by_their_sum, ()) {
  const class_forecasts f = *some_class_forecasts(4);
  const method chosen = some_method();
  const auto model =
      one_vs_rest_model::fit(f.labels, f.matrix(), {.weights = f.weights, .method = chosen.name});
  const auto all = model.transform(f.matrix());
  RC_ASSERT(same_bits(one_vs_rest_model::from_json(model.to_json()).transform(f.matrix()), all));
  std::vector<std::vector<double>> maps;
  for (std::size_t k = 0; k < f.classes; ++k) {
    const forecasts one = f.column(k);
    maps.push_back(chosen.map(one, one.weights, one.probabilities));
  }
  for (std::size_t i = 0; i < f.size(); ++i) {
    double sum = 0.0;
    for (const auto& map : maps) sum += map[i];
    for (std::size_t k = 0; k < f.classes; ++k)
      require_close(all(i, k), sum > 0.0 ? maps[k][i] / sum : 1.0 / static_cast<double>(f.classes), 2e-15,
                    0.0, "the same formula");
  }
}

RC_GTEST_PROP(cross_fit, maps_every_part_by_a_fit_to_the_others, ()) {
  const forecasts f = *some_forecasts(4);
  const auto folds = *rc::gen::inRange<std::int64_t>(2, 5);
  const method chosen = some_method();
  const auto result =
      cross_fit(f.labels, vector_view(f.probabilities),
                {.method = chosen.name, .folds = folds, .seed = *rc::gen::arbitrary<std::uint64_t>()});
  for (std::int64_t part = 0; part < folds; ++part) {
    forecasts seen, unseen;
    std::vector<double> got;
    for (std::size_t i = 0; i < f.size(); ++i) {
      const bool here = result.fold[i] == static_cast<double>(part);
      (here ? unseen : seen).add(f.labels[i], f.probabilities[i]);
      if (here) got.push_back(result.probabilities[i]);
    }
    // dealt out in turn, so that there is a row in every part
    const std::size_t least = f.size() / static_cast<std::size_t>(folds);
    RC_ASSERT(least <= unseen.size() && unseen.size() <= least + 1);
    RC_ASSERT(same_bits(got, chosen.map(seen, {}, unseen.probabilities)));
  }
}

}  // namespace
}  // namespace assay::calibration
