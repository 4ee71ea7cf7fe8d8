// Laws of the metrics of several classes: what they are made of, and that names of classes do not matter.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/ece_multiclass.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/multiclass_scores.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/roc_auc_multiclass.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

rc::Gen<error_norm> some_norm() { return rc::gen::element(error_norm::l1, error_norm::l2, error_norm::max); }

rc::Gen<ece_multiclass_options> some_bins_and_norm(multiclass_mode mode) {
  return rc::gen::exec([mode] {
    return ece_multiclass_options{
        .mode = mode, .n_bins = *some_bins(), .strategy = *some_layout(), .norm = *some_norm()};
  });
}

double binary_error(const forecasts& f, const ece_multiclass_options& options) {
  return ece(
      f.labels, f.probabilities,
      {.weights = f.weights, .n_bins = options.n_bins, .strategy = options.strategy, .norm = options.norm});
}

double error_of(const class_forecasts& f, ece_multiclass_options options) {
  options.weights = f.weights;
  return ece_multiclass(f.labels, f.matrix(), options);
}

/// Errors with shares that sum to 1.
class combined {
 public:
  explicit combined(error_norm norm) : norm_(norm) {}
  void add(double error, double share) {
    sum_ += share * (norm_ == error_norm::l2 ? error * error : error);
    largest_ = std::max(largest_, error);
  }
  [[nodiscard]] double value() const {
    return norm_ == error_norm::max ? largest_ : norm_ == error_norm::l2 ? std::sqrt(sum_) : sum_;
  }

 private:
  error_norm norm_;
  double sum_ = 0.0, largest_ = 0.0;
};

forecasts top_labels(const class_forecasts& f) {
  forecasts result;
  for (std::size_t i = 0; i < f.size(); ++i) {
    const std::size_t k = f.top(i);
    result.add(f.labels[i] == k ? 1 : 0, f.probabilities[i * f.classes + k], f.weights[i]);
  }
  return result;
}

forecasts pooled(const class_forecasts& f) {
  forecasts result;
  for (std::size_t i = 0; i < f.size(); ++i)
    for (std::size_t k = 0; k < f.classes; ++k)
      result.add(f.labels[i] == k ? 1 : 0, f.probabilities[i * f.classes + k], f.weights[i]);
  return result;
}

/// Forecasts of an event as those of two classes.
class_forecasts as_classes(const forecasts& f) {
  class_forecasts result{2, f.labels, {}, f.weights};
  for (const double p : f.probabilities) {
    result.probabilities.push_back(1.0 - p);
    result.probabilities.push_back(p);
  }
  return result;
}

RC_GTEST_PROP(ece_multiclass, of_the_top_label_is_that_of_its_being_right, ()) {
  const class_forecasts f = *some_class_forecasts();
  const auto options = *some_bins_and_norm(multiclass_mode::top_label);
  RC_ASSERT(same_bits(error_of(f, options), binary_error(top_labels(f), options)));
}

RC_GTEST_PROP(ece_multiclass, of_all_is_that_of_the_pool, ()) {
  const class_forecasts f = *some_class_forecasts();
  const auto options = *some_bins_and_norm(multiclass_mode::all);
  RC_ASSERT(same_bits(error_of(f, options), binary_error(pooled(f), options)));
}

RC_GTEST_PROP(ece_multiclass, of_the_classes_is_the_mean_of_their_errors, ()) {
  const class_forecasts f = *some_class_forecasts();
  const auto options = *some_bins_and_norm(multiclass_mode::classwise);
  combined mean(options.norm);
  for (std::size_t k = 0; k < f.classes; ++k)
    mean.add(binary_error(f.column(k), options), 1.0 / static_cast<double>(f.classes));
  require_close(error_of(f, options), mean.value(), 4e-15, 0.0, "roundings of a mean");
}

RC_GTEST_PROP(ece_multiclass, conditional_on_the_top_label_is_the_mean_over_its_groups, ()) {
  const class_forecasts f = *some_class_forecasts();
  const auto options = *some_bins_and_norm(multiclass_mode::top_label_conditional);
  const forecasts all = top_labels(f);
  const double total = std::accumulate(f.weights.begin(), f.weights.end(), 0.0);
  combined mean(options.norm);
  for (std::size_t k = 0; k < f.classes; ++k) {
    forecasts group;
    for (std::size_t i = 0; i < f.size(); ++i)
      if (f.top(i) == k) group.add(all.labels[i], all.probabilities[i], all.weights[i]);
    const double weight = std::accumulate(group.weights.begin(), group.weights.end(), 0.0);
    if (weight > 0.0) mean.add(binary_error(group, options), weight / total);
  }
  require_close(error_of(f, options), mean.value(), 4e-15, 0.0, "roundings of a mean");
}

RC_GTEST_PROP(ece_multiclass, keeps_only_probabilities_above_the_threshold, ()) {
  const class_forecasts f = *some_class_forecasts();
  auto options = *some_bins_and_norm(multiclass_mode::classwise);
  options.threshold = *fractions(0, 40, 64.0);
  combined mean(options.norm);
  for (std::size_t k = 0; k < f.classes; ++k) {
    const forecasts all = f.column(k);
    forecasts kept;
    for (std::size_t i = 0; i < f.size(); ++i)
      if (all.probabilities[i] > *options.threshold)
        kept.add(all.labels[i], all.probabilities[i], all.weights[i]);
    const bool any = std::accumulate(kept.weights.begin(), kept.weights.end(), 0.0) > 0.0;
    mean.add(any ? binary_error(kept, options) : 0.0, 1.0 / static_cast<double>(f.classes));
  }
  require_close(error_of(f, options), mean.value(), 4e-15, 0.0, "roundings of a mean");
}

RC_GTEST_PROP(ace, is_the_error_of_the_classes_in_bins_of_equal_mass, ()) {
  const class_forecasts f = *some_class_forecasts();
  const std::int64_t bins = *some_bins();
  RC_ASSERT(same_bits(
      ace(f.labels, f.matrix(), {.weights = f.weights, .n_bins = bins}),
      error_of(f, {.mode = multiclass_mode::classwise, .n_bins = bins, .strategy = binning::equal_mass})));
}

RC_GTEST_PROP(multiclass_metrics, do_not_depend_on_the_names_of_the_classes, ()) {
  const class_forecasts f = *some_class_forecasts();
  const class_forecasts g = f.renamed(some_order(f.classes));
  const auto score = [](const class_forecasts& data) {
    return brier_score_multiclass(data.labels, data.matrix(), {.weights = data.weights});
  };
  const auto loss = [](const class_forecasts& data) {
    return log_loss_multiclass(data.labels, data.matrix(), {.weights = data.weights});
  };
  const auto area = [](const class_forecasts& data, auc_multi_class pairs, auc_average average) {
    return roc_auc_multiclass(data.labels, data.matrix(),
                              {.weights = data.weights, .multi_class = pairs, .average = average});
  };
  const auto gap = [](const class_forecasts& data, ks_multiclass_mode mode) {
    return ks_calibration_error_multiclass(data.labels, data.matrix(),
                                           {.weights = data.weights, .mode = mode});
  };
  RC_ASSERT(same_bits(score(g), score(f)));
  RC_ASSERT(same_bits(loss(g), loss(f)));  // the same logarithms in the same order
  RC_ASSERT(same_bits(gap(g, ks_multiclass_mode::top_label), gap(f, ks_multiclass_mode::top_label)));
  constexpr const char* why = "a mean summed in another order";
  require_close(gap(g, ks_multiclass_mode::classwise), gap(f, ks_multiclass_mode::classwise), 2e-15, 0.0,
                why);
  for (const auto pairs : {auc_multi_class::ovr, auc_multi_class::ovo})
    for (const auto average : {auc_average::macro, auc_average::weighted})
      require_close(area(g, pairs, average), area(f, pairs, average), 2e-14, 0.0, why);
  for (const auto mode : {multiclass_mode::top_label, multiclass_mode::top_label_conditional,
                          multiclass_mode::classwise, multiclass_mode::all})
    require_close(error_of(g, {.mode = mode}), error_of(f, {.mode = mode}), 4e-15, 0.0, why);
}

RC_GTEST_PROP(multiclass_metrics, do_not_depend_on_the_order_of_rows, ()) {
  const class_forecasts f = *some_class_forecasts();
  class_forecasts g{f.classes, {}, {}, {}};
  for (const std::size_t i : some_order(f.size())) {
    g.labels.push_back(f.labels[i]);
    g.weights.push_back(f.weights[i]);
    for (std::size_t k = 0; k < f.classes; ++k) g.probabilities.push_back(f.probabilities[i * f.classes + k]);
  }
  const auto options = *some_bins_and_norm(
      *rc::gen::element(multiclass_mode::top_label, multiclass_mode::top_label_conditional,
                        multiclass_mode::classwise, multiclass_mode::all));
  RC_ASSERT(same_bits(error_of(g, options), error_of(f, options)));
  RC_ASSERT(same_bits(brier_score_multiclass(g.labels, g.matrix(), {.weights = g.weights}),
                      brier_score_multiclass(f.labels, f.matrix(), {.weights = f.weights})));
  const auto rank = *rc::gen::inRange<std::int64_t>(1, static_cast<std::int64_t>(f.classes) + 1);
  RC_ASSERT(
      same_bits(ks_calibration_error_multiclass(g.labels, g.matrix(), {.weights = g.weights, .rank = rank}),
                ks_calibration_error_multiclass(f.labels, f.matrix(), {.weights = f.weights, .rank = rank})));
}

RC_GTEST_PROP(multiclass_metrics, of_two_classes_are_those_of_the_event, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const class_forecasts both = as_classes(f);
  const double brier = brier_score(f.labels, f.probabilities, {.weights = f.weights});
  const auto multiclass = [&](bool half) {
    return brier_score_multiclass(both.labels, both.matrix(), {.weights = f.weights, .scale_by_half = half});
  };
  RC_ASSERT(same_bits(multiclass(true), brier));
  RC_ASSERT(same_bits(multiclass(false), 2 * brier));
  require_close(log_loss_multiclass(both.labels, both.matrix(), {.weights = f.weights}),
                log_loss(f.labels, f.probabilities, {.weights = f.weights}), 2e-14, 0.0, "two budgets");
  const double area = roc_auc(f.labels, f.probabilities, {.weights = f.weights});
  for (const auto pairs : {auc_multi_class::ovr, auc_multi_class::ovo})
    require_close(
        roc_auc_multiclass(both.labels, both.matrix(), {.weights = f.weights, .multi_class = pairs}), area,
        1e-14, 0.0, "the budget with weights");
  const forecasts g = exchanged(f);
  require_close(
      ks_calibration_error_multiclass(both.labels, both.matrix(),
                                      {.weights = f.weights, .mode = ks_multiclass_mode::classwise}),
      (ks_calibration_error(f.labels, f.probabilities, {.weights = f.weights}) +
       ks_calibration_error(g.labels, g.probabilities, {.weights = g.weights})) /
          2,
      1e-15, 0.0, "a mean of two");
}

RC_GTEST_PROP(roc_auc_multiclass, against_the_rest_is_the_mean_over_the_classes, ()) {
  const class_forecasts f = *some_class_forecasts();
  double plain = 0.0, weighted = 0.0, total = 0.0;
  for (std::size_t k = 0; k < f.classes; ++k) {
    const forecasts one = f.column(k);
    const double area = roc_auc(one.labels, one.probabilities, {.weights = one.weights});
    double weight = 0.0;
    for (std::size_t i = 0; i < one.size(); ++i) weight += one.labels[i] * one.weights[i];
    plain += area / static_cast<double>(f.classes);
    weighted += area * weight;
    total += weight;
  }
  const auto area = [&](auc_average average) {
    return roc_auc_multiclass(f.labels, f.matrix(), {.weights = f.weights, .average = average});
  };
  require_close(area(auc_average::macro), plain, 1e-14, 0.0, "the budget with weights");
  require_close(area(auc_average::weighted), weighted / total, 1e-14, 0.0, "the budget with weights");
}

RC_GTEST_PROP(ece_multilabel, is_that_of_the_pool_or_the_mean_of_the_labels, ()) {
  const auto labels = *rc::gen::inRange<std::size_t>(1, 5);
  const forecasts all = *some_forecasts(labels);
  const std::size_t n = all.size() / labels;
  std::vector<double> weights(all.weights.begin(), all.weights.begin() + static_cast<std::ptrdiff_t>(n));
  const std::int64_t bins = *some_bins();
  const error_norm norm = *some_norm();
  forecasts pool;
  std::vector<forecasts> columns(labels);
  for (std::size_t i = 0; i < n * labels; ++i) {
    pool.add(all.labels[i], all.probabilities[i], weights[i / labels]);
    columns[i % labels].add(all.labels[i], all.probabilities[i], weights[i / labels]);
  }
  const auto error = [&](const forecasts& f) {
    return ece(f.labels, f.probabilities, {.weights = f.weights, .n_bins = bins, .norm = norm});
  };
  double mean = 0.0;
  for (const forecasts& f : columns) mean += error(f) / static_cast<double>(labels);
  const integer_view y(array_view(all.labels.data(), dtype::uint8, 2, {n, labels}));
  const auto multilabel = [&](multilabel_average average) {
    return ece_multilabel(y, {all.probabilities.data(), n, labels},
                          {.weights = weights, .average = average, .n_bins = bins, .norm = norm});
  };
  RC_ASSERT(same_bits(multilabel(multilabel_average::micro), error(pool)));
  require_close(multilabel(multilabel_average::macro), mean, 4e-15, 0.0, "roundings of a mean");
}

}  // namespace
}  // namespace assay::calibration
