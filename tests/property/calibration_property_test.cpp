// Laws that hold for every forecast, on random cases that shrink to small ones.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/isotonic.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/core/bytes.hpp"
#include "calibration_cases.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using assay::testing::same_bits;
using assay::testing::within_rel;

RC_GTEST_PROP(reliability_table, counts_every_row_once, ()) {
  const forecasts f = *some_forecasts();
  const auto table = reliability_table(
      f.labels, f.probabilities, {.weights = f.weights, .n_bins = *some_bins(), .strategy = *some_layout()});
  const auto counts = table.count.to_vector(), weights = table.weight.to_vector();
  RC_ASSERT(std::accumulate(counts.begin(), counts.end(), 0.0) == static_cast<double>(f.size()));
  RC_ASSERT(std::accumulate(weights.begin(), weights.end(), 0.0) ==
            std::accumulate(f.weights.begin(), f.weights.end(), 0.0));
  RC_ASSERT(table.edges.size() == counts.size() + 1);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    RC_ASSERT(table.edges[k] <= table.edges[k + 1]);
    if (weights[k] == 0.0) continue;
    RC_ASSERT(0.0 <= table.lower[k] && table.lower[k] <= table.mean_label[k]);
    RC_ASSERT(table.mean_label[k] <= table.upper[k] && table.upper[k] <= 1.0);
  }
}

RC_GTEST_PROP(ece, does_not_depend_on_the_order_of_rows, ()) {
  const forecasts f = *some_forecasts();
  const forecasts g = permuted(f, some_order(f.size()));
  const std::int64_t bins = *some_bins();
  const binning strategy = *some_layout();
  const auto norm = *rc::gen::element(error_norm::l1, error_norm::l2, error_norm::max);
  const auto value = [&](const forecasts& data) {
    return ece(data.labels, data.probabilities,
               {.weights = data.weights, .n_bins = bins, .strategy = strategy, .norm = norm});
  };
  RC_ASSERT(same_bits(value(f), value(g)));
}

RC_GTEST_PROP(ece, norms_are_ordered_and_at_least_the_difference_of_the_means, ()) {
  const forecasts f = *some_forecasts();
  const std::int64_t bins = *some_bins();
  const binning strategy = *some_layout();
  const auto value = [&](error_norm norm, std::int64_t count, binning layout) {
    return ece(f.labels, f.probabilities,
               {.weights = f.weights, .n_bins = count, .strategy = layout, .norm = norm});
  };
  const double l1 = value(error_norm::l1, bins, strategy), l2 = value(error_norm::l2, bins, strategy);
  RC_ASSERT(l1 <= l2 * (1 + 1e-15));
  RC_ASSERT(l2 <= value(error_norm::max, bins, strategy) * (1 + 1e-15));
  RC_ASSERT(value(error_norm::l1, 1, binning::equal_width) <= l1 * (1 + 1e-15));
}

RC_GTEST_PROP(ece, whole_weights_are_repeated_rows, ()) {
  const forecasts weighted = with_whole_weights(*some_forecasts());
  const forecasts rows = repeated(weighted);
  const std::int64_t bins = *some_bins();
  RC_ASSERT(
      same_bits(ece(weighted.labels, weighted.probabilities, {.weights = weighted.weights, .n_bins = bins}),
                ece(rows.labels, rows.probabilities, {.n_bins = bins})));
  RC_ASSERT(same_bits(brier_score(weighted.labels, weighted.probabilities, {.weights = weighted.weights}),
                      brier_score(rows.labels, rows.probabilities)));
}

RC_GTEST_PROP(ece_sweep, uses_bins_with_ascending_rates, ()) {
  const forecasts f = *some_forecasts();
  const auto sweep = ece_sweep(f.labels, f.probabilities, {.weights = f.weights});
  const auto table = reliability_table(
      f.labels, f.probabilities, {.weights = f.weights, .n_bins = sweep.n_bins, .strategy = binning::rank});
  double before = 0.0;
  for (std::size_t k = 0; k < table.weight.size(); ++k) {
    if (table.weight[k] == 0.0) continue;
    RC_ASSERT(table.mean_label[k] >= before);
    before = table.mean_label[k];
  }
}

RC_GTEST_PROP(brier_decomposition, adds_up, ()) {
  const forecasts f = *some_forecasts();
  const auto d = brier_decomposition(
      f.labels, f.probabilities, {.weights = f.weights, .n_bins = *some_bins(), .strategy = *some_layout()});
  const double sum =
      d.reliability - d.resolution + d.uncertainty + d.within_bin_variance - d.within_bin_covariance;
  RC_ASSERT(std::fabs(sum - d.brier) <= 1e-14);
}

RC_GTEST_PROP(corp_decomposition, adds_up_with_parts_that_are_not_negative, ()) {
  const forecasts f = *some_forecasts();
  const auto score = *rc::gen::element(corp_score::brier, corp_score::log);
  const auto d = corp_decomposition(f.labels, f.probabilities, {.weights = f.weights, .score = score});
  RC_ASSERT(d.miscalibration >= 0.0);
  RC_ASSERT(d.discrimination >= 0.0);
  if (std::isfinite(d.score)) {
    RC_ASSERT(std::fabs(d.miscalibration - d.discrimination + d.uncertainty - d.score) <=
              4e-15 * (1 + d.score));
  }
}

RC_GTEST_PROP(isotonic, beats_every_other_monotone_map_that_was_tried, ()) {
  const forecasts f = *some_forecasts();
  const auto fit =
      isotonic(f.labels, f.probabilities, f.probabilities, {.weights = f.weights}).query.to_vector();
  const double best = brier_score(f.labels, fit, {.weights = f.weights});
  const double power = *rc::gen::inRange(1, 400) / 100.0;
  std::vector<double> other;
  for (const double p : f.probabilities) other.push_back(std::pow(p, power));
  RC_ASSERT(best <= brier_score(f.labels, other, {.weights = f.weights}) + 1e-15);
}

RC_GTEST_PROP(isotonic, of_its_own_result_is_itself, ()) {
  const forecasts f = *some_forecasts();
  const auto fit =
      isotonic(f.labels, f.probabilities, f.probabilities, {.weights = f.weights}).query.to_vector();
  const auto again = isotonic(f.labels, fit, fit, {.weights = f.weights}).query.to_vector();
  for (std::size_t i = 0; i < fit.size(); ++i)
    RC_ASSERT(within_rel(again[i], fit[i], 1e-15, 0.0, "rates rounded"));
}

RC_GTEST_PROP(roc_auc, counts_ordered_pairs, ()) {
  const forecasts f = *forecasts_of_both_classes();
  double ordered = 0.0, pairs = 0.0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    for (std::size_t j = 0; j < f.size(); ++j) {
      if (f.labels[i] == 0 || f.labels[j] == 1) continue;
      const double p = f.probabilities[i], q = f.probabilities[j], w = f.weights[i] * f.weights[j];
      ordered += p > q ? w : p == q ? w / 2 : 0.0;
      pairs += w;
    }
  }
  RC_ASSERT(same_bits(roc_auc(f.labels, f.probabilities, {.weights = f.weights}), ordered / pairs));
}

RC_GTEST_PROP(roc_auc, does_not_change_under_exchange_of_the_classes, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const forecasts g = exchanged(f);
  RC_ASSERT(same_bits(roc_auc(g.labels, g.probabilities, {.weights = g.weights}),
                      roc_auc(f.labels, f.probabilities, {.weights = f.weights})));
  RC_ASSERT(within_rel(eer(g.labels, g.probabilities, {.weights = g.weights}),
                       eer(f.labels, f.probabilities, {.weights = f.weights}), 1e-14, 1e-16,
                       "interpolated from the other end"));
}

RC_GTEST_PROP(eer, of_the_hull_is_at_most_the_interpolated_one, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const double line = eer(f.labels, f.probabilities, {.weights = f.weights});
  const double hull =
      eer(f.labels, f.probabilities, {.weights = f.weights, .method = eer_method::convex_hull});
  RC_ASSERT(hull <= line + 1e-15);
  RC_ASSERT(hull <= 0.5 + 1e-15);
}

// Cuts of a row list into shards, merged in any order.
RC_GTEST_PROP(accumulators, merge_in_any_order_to_the_whole, ()) {
  const forecasts f = *some_forecasts();
  const std::int64_t bins = *some_bins();
  const integer_view labels(f.labels);
  const vector_view p(f.probabilities), w(f.weights);
  reliability_accumulator table({.n_bins = bins});
  brier_accumulator brier;
  log_loss_accumulator loss({.eps = 0.25});
  for (std::size_t first = 0; first < f.size();) {
    const auto size = *rc::gen::inRange<std::size_t>(1, f.size() - first + 1);
    const integer_view y(labels.rows(first, size));
    const vector_view q(p.rows(first, size)), v(w.rows(first, size));
    reliability_accumulator table_part({.n_bins = bins});
    brier_accumulator brier_part;
    log_loss_accumulator loss_part({.eps = 0.25});
    table_part.update(y, q, {.weights = v});
    brier_part.update(y, q, {.weights = v});
    loss_part.update(y, q, {.weights = v});
    if (*rc::gen::arbitrary<bool>()) {
      table.merge(table_part);
      brier.merge(brier_part);
      loss.merge(loss_part);
    } else {
      table_part.merge(table);
      table = reliability_accumulator::from_bytes(table_part.to_bytes());
      brier_part.merge(brier);
      brier = brier_accumulator::from_bytes(brier_part.to_bytes());
      loss_part.merge(loss);
      loss = log_loss_accumulator::from_bytes(loss_part.to_bytes());
    }
    first += size;
  }
  const auto whole = reliability_table(labels, p, {.weights = w, .n_bins = bins});
  RC_ASSERT(same_bits(table.value().mean_prob, whole.mean_prob));  // sums of such numbers are exact
  RC_ASSERT(same_bits(table.value().mean_label, whole.mean_label));
  RC_ASSERT(same_bits(brier.value(), brier_score(labels, p, {.weights = w})));
  RC_ASSERT(
      within_rel(loss.value(), log_loss(labels, p, {.weights = w, .eps = 0.25}), 1e-14, 0.0, "other blocks"));
}

}  // namespace
}  // namespace assay::calibration
