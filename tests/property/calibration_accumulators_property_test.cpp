// Accumulators: any cut of the rows, merged in any order, through bytes, tells what the whole tells; and the
// bounds of the ranking accumulator hold what the sorted rows give.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "assay/calibration/balance.hpp"
#include "assay/calibration/brier.hpp"
#include "assay/calibration/calibration_tests.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/known_probability.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/moments_accumulator.hpp"
#include "assay/calibration/ranking_accumulator.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/roc_curves.hpp"
#include "assay/core/bytes.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

/// Lengths of four pieces that sum to n, some of them 0.
std::vector<std::size_t> some_pieces(std::size_t n) {
  auto cuts = *rc::gen::container<std::vector<std::size_t>>(3, rc::gen::inRange<std::size_t>(0, n + 1));
  cuts.push_back(n);
  std::sort(cuts.begin(), cuts.end());
  std::adjacent_difference(cuts.begin(), cuts.end(), cuts.begin());
  return cuts;
}

template <class Accumulator>
void add(Accumulator& to, const forecasts& f, std::size_t first, std::size_t size) {
  if (size == 0) return;
  to.update(integer_view(integer_view(f.labels).rows(first, size)),
            vector_view(vector_view(f.probabilities).rows(first, size)),
            {.weights = vector_view(vector_view(f.weights).rows(first, size))});
}

/// The rows in pieces, each in an accumulator of its own, merged two by two in any order, some through bytes.
template <class Accumulator>
Accumulator merged(const forecasts& f, const Accumulator& empty) {
  std::vector<Accumulator> parts;
  std::size_t first = 0;
  for (const std::size_t size : some_pieces(f.size())) {
    parts.push_back(empty);
    add(parts.back(), f, first, size);
    first += size;
  }
  while (parts.size() > 1) {
    const auto one = *rc::gen::inRange<std::size_t>(0, parts.size() - 1);
    Accumulator last = *rc::gen::arbitrary<bool>() ? Accumulator::from_bytes(parts.back().to_bytes())
                                                   : std::move(parts.back());
    parts.pop_back();
    parts[one].merge(last);
  }
  return std::move(parts[0]);
}

template <class Accumulator>
Accumulator whole(const forecasts& f, const Accumulator& empty) {
  Accumulator all = empty;
  add(all, f, 0, f.size());
  return all;
}

/// Probabilities close to one another, so that cells of the ranking hold several.
rc::Gen<forecasts> crowded_forecasts() {
  return rc::gen::map(forecasts_of_both_classes(), [](forecasts f) {
    for (std::size_t i = 0; i < f.size(); ++i) {
      const double p = std::floor(f.probabilities[i] * 8) / 8;
      f.probabilities[i] = std::fabs(p - static_cast<double>(i % 7) * 0x1p-19);
    }
    return f;
  });
}

struct exact_metrics {
  double auc, average_precision, eer, ks;
  corp_decomposition_result corp;
};

exact_metrics exact(const forecasts& f) {
  return {roc_auc(f.labels, f.probabilities, {.weights = f.weights}),
          average_precision(f.labels, f.probabilities, {.weights = f.weights}),
          eer(f.labels, f.probabilities, {.weights = f.weights}),
          ks_calibration_error(f.labels, f.probabilities, {.weights = f.weights}),
          corp_decomposition(f.labels, f.probabilities, {.weights = f.weights})};
}

// Its sums are whole numbers: the bytes depend neither on the order of rows nor on the pieces. Metrics of the
// sorted rows lie within the bounds, but for rounding of 1e-12. An accumulator has 7 MB, so one property and
// few of them at a time.
RC_GTEST_PROP(ranking_accumulator, merges_to_the_bytes_of_the_whole_and_bounds_what_sorted_rows_give, ()) {
  const forecasts f = *crowded_forecasts();
  const auto bytes = whole(permuted(f, some_order(f.size())), ranking_accumulator()).to_bytes();
  {
    const auto cut = *rc::gen::inRange<std::size_t>(0, f.size() + 1);
    ranking_accumulator first, last;
    add(first, f, 0, cut);
    add(last, f, cut, f.size() - cut);
    last.merge(first);
    RC_ASSERT(last.to_bytes() == bytes);
    last.reset();
    RC_ASSERT(last.to_bytes() == ranking_accumulator().to_bytes());
  }
  const ranking_summary found = ranking_accumulator::from_bytes(bytes).value();
  const exact_metrics truth = exact(f);
  const auto within = [](double value, double error, double expected) {
    require_close(value, expected, 0.0, error + 1e-12, "the bound");
  };
  within(found.auc, found.auc_error, truth.auc);
  within(found.average_precision, found.average_precision_error, truth.average_precision);
  within(found.eer, found.eer_error, truth.eer);
  within(found.ks, found.ks_error, truth.ks);
  within(found.brier, 0.0, truth.corp.score);
  within(found.miscalibration, found.miscalibration_error, truth.corp.miscalibration);
  within(found.discrimination, found.discrimination_error, truth.corp.discrimination);
  within(found.uncertainty, 0.0, truth.corp.uncertainty);
}

// Every cell holds one multiple of 1/64: no order is unknown.
RC_GTEST_PROP(ranking_accumulator, has_no_error_for_rounded_forecasts, ()) {
  const forecasts f = *forecasts_of_both_classes();
  const auto all = whole(f, ranking_accumulator());
  const ranking_summary found = all.value();
  const exact_metrics truth = exact(f);
  constexpr const char* why = "documented rounding";
  for (const double error : {found.auc_error, found.average_precision_error, found.eer_error, found.ks_error,
                             found.miscalibration_error, found.discrimination_error})
    RC_ASSERT(error == 0.0);
  require_close(found.auc, truth.auc, 0.0, 1e-12, why);
  require_close(found.average_precision, truth.average_precision, 0.0, 1e-12, why);
  require_close(found.eer, truth.eer, 0.0, 1e-12, why);
  require_close(found.ks, truth.ks, 0.0, 1e-12, why);
  require_close(found.miscalibration, truth.corp.miscalibration, 0.0, 1e-12, why);
  require_close(found.discrimination, truth.corp.discrimination, 0.0, 1e-12, why);
  const auto curve = all.curve();
  const auto corp = corp_reliability(f.labels, f.probabilities, {.weights = f.weights});
  RC_ASSERT(curve.x.size() == corp.x.size());
  for (std::size_t k = 0; k < curve.x.size(); ++k) {
    require_close(curve.x[k], corp.x[k], 1e-12, 0.0, why);
    require_close(curve.cep[k], corp.cep[k], 0.0, 1e-12, why);
    RC_ASSERT(curve.lowest[k] == corp.x[k] && curve.highest[k] == corp.x[k]);
    RC_ASSERT(curve.weight[k] == corp.weight[k]);
  }
}

RC_GTEST_PROP(ranking_accumulator, that_keeps_its_rows_has_the_metrics_of_the_functions, ()) {
  const forecasts f = *crowded_forecasts();
  const ranking_accumulator empty({.exact = true});
  const auto parts = merged(f, empty), all = whole(permuted(f, some_order(f.size())), empty);
  RC_ASSERT(parts.to_bytes() == all.to_bytes());
  const ranking_summary found = parts.value();
  const exact_metrics truth = exact(f);
  RC_ASSERT(same_bits(found.auc, truth.auc) && found.auc_error == 0.0);
  RC_ASSERT(same_bits(found.average_precision, truth.average_precision));
  RC_ASSERT(same_bits(found.eer, truth.eer) && same_bits(found.ks, truth.ks));
  RC_ASSERT(same_bits(found.miscalibration, truth.corp.miscalibration));
  RC_ASSERT(same_bits(found.discrimination, truth.corp.discrimination));
  RC_ASSERT(
      same_bits(parts.curve().cep, corp_reliability(f.labels, f.probabilities, {.weights = f.weights}).cep));
}

RC_GTEST_PROP(known_probability_accumulator, merges_to_the_distances_of_the_whole, ()) {
  const forecasts f = *some_forecasts();
  const auto truth = *rc::gen::container<std::vector<double>>(f.size(), fractions(0, 64, 64.0));
  const known_probability_accumulator empty({.eps = 0x1p-20});
  const vector_view q(truth), p(f.probabilities), w(f.weights);
  std::vector<known_probability_accumulator> parts;
  std::size_t first = 0;
  for (const std::size_t size : some_pieces(f.size())) {
    parts.push_back(empty);
    if (size > 0)
      parts.back().update(vector_view(q.rows(first, size)), vector_view(p.rows(first, size)),
                          {.weights = vector_view(w.rows(first, size))});
    first += size;
  }
  for (std::size_t i = parts.size() - 1; i > 0; --i)
    parts[*rc::gen::inRange<std::size_t>(0, i)].merge(
        known_probability_accumulator::from_bytes(parts[i].to_bytes()));
  const auto found = parts[0].value();
  RC_ASSERT(found.count == static_cast<std::int64_t>(f.size()));
  RC_ASSERT(same_bits(found.mse_p, mse_p(truth, f.probabilities, {.weights = f.weights})));
  require_close(found.kl_p, kl_p(truth, f.probabilities, {.weights = f.weights, .eps = 0x1p-20}), 2e-14,
                2e-14, "other blocks");
}

RC_GTEST_PROP(calibration_moments_accumulator, merges_to_what_the_functions_tell_of_the_whole, ()) {
  forecasts f = *some_forecasts();
  f.probabilities[0] = 0.25;  // not all are 0, 1/2 or 1
  const calibration_moments found = merged(f, calibration_moments_accumulator()).value();
  const calibration_moments once = whole(f, calibration_moments_accumulator()).value();
  const auto balance = balance_score(f.labels, f.probabilities, {.weights = f.weights});
  const auto test = spiegelhalter_z(f.labels, f.probabilities, {.weights = f.weights});
  RC_ASSERT(found.count == static_cast<std::int64_t>(f.size()));
  RC_ASSERT(found.weight == std::accumulate(f.weights.begin(), f.weights.end(), 0.0));
  RC_ASSERT(same_bits(found.brier, brier_score(f.labels, f.probabilities, {.weights = f.weights})));
  RC_ASSERT(same_bits(found.balance, balance.signed_));
  RC_ASSERT(same_bits(found.spiegelhalter_z, test.z));
  RC_ASSERT(same_bits(found.spiegelhalter_p_value, test.p_value));
  RC_ASSERT(same_bits(found.mean_prob, once.mean_prob) && same_bits(found.mean_label, once.mean_label));
  RC_ASSERT(same_bits(found.balance_std_error, once.balance_std_error));  // sums of dyadic numbers are exact
  require_close(found.log_loss, log_loss(f.labels, f.probabilities, {.weights = f.weights}), 2e-14, 0.0,
                "other blocks");
}

RC_GTEST_PROP(reliability_accumulator, has_the_errors_of_the_whole, ()) {
  const forecasts f = *some_forecasts();
  const std::int64_t bins = *some_bins();
  const auto rule = *rc::gen::element(bin_rule::right_closed, bin_rule::left_closed);
  const auto norm = *rc::gen::element(error_norm::l1, error_norm::l2, error_norm::max);
  const auto weighting = *rc::gen::element(bin_weighting::weight, bin_weighting::uniform);
  const auto table = merged(f, reliability_accumulator({.n_bins = bins, .bin_rule = rule}));
  require_close(
      table.ece(norm, weighting),
      ece(f.labels, f.probabilities,
          {.weights = f.weights, .n_bins = bins, .bin_rule = rule, .norm = norm, .bin_weighting = weighting}),
      0.0, 2e-15, "l1 of residuals or of means, which are rounded");
}

RC_GTEST_PROP(accumulators, are_empty_again_after_reset, ()) {
  const forecasts f = *some_forecasts();
  const auto require_empty = [&](const auto& empty) {
    auto filled = whole(f, empty);
    RC_ASSERT(filled.to_bytes() != empty.to_bytes());
    filled.reset();
    RC_ASSERT(filled.to_bytes() == empty.to_bytes());
  };
  require_empty(reliability_accumulator({.n_bins = *some_bins()}));
  require_empty(brier_accumulator());
  require_empty(log_loss_accumulator({.eps = 0.25}));
  require_empty(calibration_moments_accumulator());
}

RC_GTEST_PROP(accumulator_merge, has_the_error_of_the_whole_for_any_shards, ()) {
  const forecasts f = *some_forecasts();
  const std::int64_t bins = *some_bins();
  std::vector<std::int32_t> ranges;
  std::int32_t first = 0;
  for (const std::size_t size : some_pieces(f.size())) {
    ranges.push_back(first);
    ranges.push_back(first += static_cast<std::int32_t>(size));
  }
  const std::size_t shards = ranges.size() / 2;
  const integer_view view(array_view(ranges.data(), dtype::int32, 2, {shards, 2}));
  const auto result =
      accumulator_merge(f.labels, f.probabilities, view, {.weights = f.weights, .n_bins = bins});
  const auto table = reliability_table(f.labels, f.probabilities, {.weights = f.weights, .n_bins = bins});
  RC_ASSERT(result.merged_count == static_cast<std::int64_t>(f.size()));
  require_close(result.merged_ece_l1, ece(f.labels, f.probabilities, {.weights = f.weights, .n_bins = bins}),
                0.0, 2e-15, "l1 of residuals or of means, which are rounded");
  for (std::size_t k = 0; k < table.weight.size(); ++k) {
    double sum = 0.0;
    for (const auto& shard : result.shards) sum += shard.weight[k];
    RC_ASSERT(sum == table.weight[k]);
  }
}

}  // namespace
}  // namespace assay::calibration
