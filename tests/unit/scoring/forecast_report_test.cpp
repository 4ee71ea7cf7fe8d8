#include "assay/scoring/forecast_report.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "assay/scoring/comparison.hpp"
#include "assay/scoring/crps_ensemble.hpp"
#include "assay/scoring/ensemble_probability.hpp"
#include "assay/scoring/moments.hpp"
#include "assay/scoring/normal.hpp"
#include "assay/scoring/observation_rank.hpp"
#include "assay/scoring/quantile_forecast.hpp"
#include "assay/scoring/skill.hpp"
#include "ensemble_reference.hpp"
#include "support/accumulators.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::testing {
namespace {

using scoring::distribution_family;
using scoring::forecast_form;
using scoring::forecast_report_accumulator;
using scoring::forecast_report_group;
using scoring::nan_policy;
using scoring::report_score;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* k_rounding = "the same draws, summed in another order";

const scoring::forecast_report_score& score_of(const forecast_report_group& group, report_score score) {
  for (const auto& entry : group.scores)
    if (entry.score == score) return entry;
  throw std::runtime_error("no such score");
}

std::vector<double> part(const std::vector<double>& values, std::size_t first, std::size_t last) {
  return {values.begin() + static_cast<std::ptrdiff_t>(first),
          values.begin() + static_cast<std::ptrdiff_t>(last)};
}

vector_view vector_of(const array& values) { return vector_view(values.view()); }

double mean(const array& values) {
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += values[i];
  return sum / static_cast<double>(values.size());
}

TEST(forecast_report, says_of_ensembles_what_their_functions_say) {
  const ensembles data = random_ensembles(1, 150, 7), other = random_ensembles(2, 150, 4);
  const auto report = scoring::forecast_report(
      data.observations, data.view(),
      {.reference = other.view(), .thresholds = {-0.5, 1.0}, .n_bins = 5, .n_boot = 200, .seed = 9});
  ASSERT_EQ(report.groups.size(), 1U);
  const forecast_report_group& whole = report.whole;
  EXPECT_EQ(whole.count, 150);
  ASSERT_EQ(whole.scores.size(), 6U);

  const array crps = scoring::crps_ensemble(data.observations, data.view());
  const array reference = scoring::crps_ensemble(data.observations, other.view());
  const auto& entry = score_of(whole, report_score::crps);
  const auto interval = scoring::bootstrap_mean(vector_of(crps), {.n_boot = 200, .seed = 9});
  const auto skill =
      scoring::bootstrap_skill(vector_of(crps), vector_of(reference), {.n_boot = 200, .seed = 9});
  EXPECT_REL(entry.mean, interval.estimate, 1e-15, "rounded once");
  EXPECT_REL(entry.lower, interval.lower, 1e-14, k_rounding);
  EXPECT_REL(entry.upper, interval.upper, 1e-14, k_rounding);
  EXPECT_REL(entry.std_error, interval.std_error, 1e-12, k_rounding);
  EXPECT_REL(entry.skill, skill.estimate, 1e-12, "a difference of means");
  EXPECT_REL(entry.skill_lower, skill.lower, 1e-12, k_rounding);
  EXPECT_REL(entry.skill_upper, skill.upper, 1e-12, k_rounding);
  EXPECT_BITS(entry.p_value, scoring::diebold_mariano(vector_of(crps), vector_of(reference)).p_value);
  EXPECT_REL(entry.reference_mean, mean(reference), 1e-14, "a sum");

  EXPECT_REL(score_of(whole, report_score::dawid_sebastiani_score).mean,
             mean(scoring::dawid_sebastiani_score(data.observations, data.view(), {.ddof = 1})), 1e-14,
             "a sum");
  EXPECT_TRUE(std::isnan(score_of(whole, report_score::dawid_sebastiani_score).skill));
  const auto& first_brier = whole.scores[4];
  EXPECT_EQ(first_brier.score, report_score::brier_score);
  EXPECT_EQ(first_brier.threshold, -0.5);

  EXPECT_BITS(whole.rank_histogram, scoring::rank_histogram(data.observations, data.view()));
  EXPECT_BITS(whole.rank_p_value, scoring::rank_histogram_test(vector_of(whole.rank_histogram)).p_value);
  const auto spread = scoring::spread_error(data.observations, data.view());
  EXPECT_BITS(whole.spread.ratio, spread.ratio);
  EXPECT_BITS(whole.spread.bias, spread.bias);
  const auto parts = scoring::crps_decomposition_hersbach(data.observations, data.view());
  EXPECT_REL(whole.decomposition.crps, parts.crps, 1e-15, "the same sums");
  EXPECT_REL(whole.decomposition.reliability, parts.reliability, 1e-13, "the same sums");
  EXPECT_REL(whole.decomposition.uncertainty, parts.uncertainty, 1e-13, "sums of distances");
  EXPECT_REL(whole.decomposition.resolution, parts.resolution, 1e-12, "a difference");

  const auto ranks = scoring::observation_rank(data.observations, data.view());
  std::vector<double> below, at;
  for (std::size_t i = 0; i < 150; ++i) {
    below.push_back(ranks.lower[i] / 8.0);
    at.push_back((ranks.upper[i] + 1.0) / 8.0);
  }
  EXPECT_BITS(whole.pit_histogram, scoring::pit_histogram(below, at, 5));
  EXPECT_EQ(whole.coverage.size(), 0U);
}

TEST(forecast_report, judges_probabilities_of_thresholds) {
  const ensembles data = random_ensembles(3, 400, 10);
  const double threshold = 0.4;
  const auto report = scoring::forecast_report(data.observations, data.view(),
                                               {.thresholds = {threshold}, .n_bins = 4, .n_boot = 20});
  std::vector<double> count(4), probability(4), events(4);
  double brier = 0.0, base = 0.0;
  for (std::size_t i = 0; i < data.n; ++i) {
    double p = 0.0;
    for (const double x : data.row(i)) p += x > threshold ? 0.1 : 0.0;
    p = std::round(10 * p) / 10;
    const double event = data.observations[i] > threshold ? 1.0 : 0.0;
    const auto bin = static_cast<std::size_t>(std::max(0.0, std::ceil(4 * p) - 1));
    count[bin] += 1, probability[bin] += p, events[bin] += event;
    brier += (p - event) * (p - event) / 400, base += event / 400;
  }
  ASSERT_EQ(report.whole.reliability.size(), 1U);
  const auto& table = report.whole.reliability[0];
  EXPECT_EQ(table.threshold, threshold);
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(table.count[k], count[k]);
    EXPECT_REL(table.mean_prob[k], probability[k] / count[k], 1e-13, "a sum of 400");
    EXPECT_REL(table.mean_label[k], events[k] / count[k], 1e-15, "a quotient");
    EXPECT_LE(table.lower[k], table.mean_label[k]);
    EXPECT_GT(table.upper[k], table.mean_label[k]);
  }
  const auto& entry = report.whole.scores.back();
  EXPECT_REL(entry.mean, brier, 1e-13, "a sum of 400");
  EXPECT_REL(entry.reference_mean, base * (1 - base), 1e-13, "the base rate's Brier score");
}

// The climatology by brute force: the CRPS of all outcomes as an ensemble.
TEST(forecast_report, compares_with_the_climatology_of_each_group) {
  const ensembles data = random_ensembles(4, 90, 5);
  std::vector<std::int32_t> groups;
  for (std::size_t i = 0; i < 90; ++i) groups.push_back(i < 30 ? 7 : -2);
  const auto report =
      scoring::forecast_report(data.observations, data.view(), {.groups = groups, .n_boot = 50});
  ASSERT_EQ(report.groups.size(), 2U);
  EXPECT_EQ(report.groups[0].group, -2);
  EXPECT_EQ(report.groups[1].group, 7);
  EXPECT_EQ(report.groups[0].count, 60);
  EXPECT_EQ(report.whole.count, 90);
  const auto check = [&](const forecast_report_group& group, std::size_t first, std::size_t last) {
    const auto y = part(data.observations, first, last);
    std::vector<double> members;
    for (std::size_t i = 0; i < y.size(); ++i) members.insert(members.end(), y.begin(), y.end());
    const array climatology = scoring::crps_ensemble(y, matrix_view(members, y.size(), y.size()),
                                                     {.estimator = scoring::crps_estimator::standard});
    const auto& entry = score_of(group, report_score::crps);
    EXPECT_REL(entry.reference_mean, mean(climatology), 1e-13, "sums of distances");
    EXPECT_REL(entry.reference_mean, group.decomposition.uncertainty, 1e-13, "the same by definition");
    double center = 0.0, squares = 0.0;
    for (const double value : y) center += value / static_cast<double>(y.size());
    for (const double value : y) squares += (value - center) * (value - center);
    EXPECT_REL(score_of(group, report_score::squared_error).reference_mean,
               squares / static_cast<double>(y.size()), 1e-13, "two passes");
  };
  check(report.groups[0], 30, 90);
  check(report.groups[1], 0, 30);
  check(report.whole, 0, 90);
}

TEST(forecast_report, takes_quantiles) {
  generator random(5);
  const std::size_t n = 120;
  const std::vector<double> levels = {0.1, 0.25, 0.5, 0.75, 0.9}, spread = {-1.28, -0.67, 0, 0.67, 1.28};
  std::vector<double> y, quantiles;
  for (std::size_t i = 0; i < n; ++i) {
    const double center = random.normal();
    y.push_back(center + random.normal());
    for (const double z : spread) quantiles.push_back(center + z);
  }
  const matrix_view forecasts(quantiles, n, 5);
  const auto report = scoring::forecast_report(
      y, forecasts, {.form = forecast_form::quantiles, .levels = levels, .n_boot = 50});
  const auto expected = scoring::weighted_interval_score_quantiles(y, forecasts, levels);
  EXPECT_REL(score_of(report.whole, report_score::weighted_interval_score).mean, mean(expected.wis), 1e-14,
             "a sum");
  EXPECT_REL(score_of(report.whole, report_score::dispersion).mean, mean(expected.dispersion), 1e-14,
             "a sum");
  EXPECT_GT(score_of(report.whole, report_score::weighted_interval_score).skill, 0.1);
  EXPECT_LT(score_of(report.whole, report_score::weighted_interval_score).p_value, 0.01);
  for (std::size_t j = 0; j < 5; ++j) {
    double covered = 0.0;
    for (std::size_t i = 0; i < n; ++i) covered += y[i] <= quantiles[5 * i + j] ? 1.0 : 0.0;
    EXPECT_BITS(report.whole.coverage[j], covered / static_cast<double>(n));
  }
  EXPECT_EQ(report.whole.rank_histogram.size(), 0U);
  EXPECT_TRUE(std::isnan(report.whole.spread.rmse));
  // Without symmetry no intervals, and without a median no absolute error.
  const auto plain = scoring::forecast_report(
      y, matrix_view(quantiles.data(), n, 2, 5, 1),
      {.form = forecast_form::quantiles, .levels = part(levels, 0, 2), .n_boot = 50});
  ASSERT_EQ(plain.whole.scores.size(), 1U);
  EXPECT_EQ(plain.whole.scores[0].score, report_score::crps);
}

TEST(forecast_report, takes_distributions) {
  generator random(6);
  const std::size_t n = 150;
  std::vector<double> y, parameters, mu, sigma;
  for (std::size_t i = 0; i < n; ++i) {
    mu.push_back(random.normal());
    sigma.push_back(0.5 + random.uniform());
    y.push_back(mu[i] + sigma[i] * random.normal());
    parameters.insert(parameters.end(), {mu[i], sigma[i]});
  }
  const auto report = scoring::forecast_report(
      y, matrix_view(parameters, n, 2),
      {.form = forecast_form::distribution, .thresholds = {0.5}, .n_bins = 4, .n_boot = 50});
  EXPECT_REL(score_of(report.whole, report_score::crps).mean, mean(scoring::crps_normal(y, mu, sigma)), 1e-14,
             "a sum");
  EXPECT_REL(score_of(report.whole, report_score::log_score).mean,
             mean(scoring::log_score_normal(y, mu, sigma)), 1e-14, "a sum");
  double brier = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double p = 0.5 * std::erfc((0.5 - mu[i]) / sigma[i] / std::sqrt(2.0));
    brier += std::pow(p - (y[i] > 0.5 ? 1.0 : 0.0), 2.0) / static_cast<double>(n);
  }
  EXPECT_REL(score_of(report.whole, report_score::brier_score).mean, brier, 1e-13, "a sum");
  for (std::size_t k = 0; k < 4; ++k)
    EXPECT_ABS(report.whole.pit_histogram[k], 0.25, 0.15, "4 standard errors of a share of 150");
}

TEST(forecast_report, compares_forms_by_the_scores_that_both_have) {
  const ensembles data = random_ensembles(8, 80, 6);
  std::vector<double> parameters;
  for (std::size_t i = 0; i < 80; ++i) parameters.insert(parameters.end(), {0.0, 1.5});
  forecast_report_accumulator mine({.thresholds = {0.5}, .n_boot = 50}),
      other({.form = forecast_form::distribution, .thresholds = {0.5}});
  mine.update(data.observations, data.view());
  other.update(data.observations, matrix_view(parameters, 80, 2));
  const auto report = mine.value_against(other);
  const array normal = scoring::crps_normal(data.observations, 0.0, 1.5);
  EXPECT_REL(score_of(report.whole, report_score::crps).reference_mean, mean(normal), 1e-14, "a sum");
  EXPECT_FALSE(std::isnan(score_of(report.whole, report_score::brier_score).skill));
  EXPECT_TRUE(std::isnan(score_of(report.whole, report_score::squared_error).reference_mean));
  // Against itself: no skill and no test, for no score differs.
  const auto same = score_of(mine.value_against(mine).whole, report_score::crps);
  EXPECT_EQ(same.skill, 0.0);
  EXPECT_TRUE(std::isnan(same.p_value));
}

TEST(forecast_report, leaves_missing_rows_out) {
  ensembles data = random_ensembles(10, 60, 5);
  const auto complete =
      scoring::forecast_report(part(data.observations, 2, 60), matrix_view(data.members.data() + 10, 58, 5),
                               {.n_boot = 30, .nan_policy = nan_policy::omit});
  data.observations[0] = k_nan;
  for (std::size_t j = 1; j < 5; ++j) data.members[5 + j] = k_nan;  // one member is no ensemble
  const auto report = scoring::forecast_report(data.observations, data.view(),
                                               {.n_boot = 30, .nan_policy = nan_policy::omit});
  EXPECT_EQ(report.whole.count, 58);
  EXPECT_BITS(report.whole.rank_histogram, complete.whole.rank_histogram);
  for (std::size_t c = 0; c < 4; ++c) {
    EXPECT_BITS(report.whole.scores[c].mean, complete.whole.scores[c].mean);
    EXPECT_BITS(report.whole.scores[c].upper, complete.whole.scores[c].upper);
  }
}

TEST(forecast_report, has_no_interval_where_there_is_none) {
  const auto one = scoring::forecast_report({1.0}, matrix_view(std::vector<double>{0.0, 2.0}, 1, 2));
  EXPECT_EQ(one.whole.count, 1);
  EXPECT_TRUE(std::isnan(one.whole.scores[0].lower));
  // Members without spread: the Dawid-Sebastiani score is infinite, the others are not.
  const auto flat =
      scoring::forecast_report({1.0, 2.0}, matrix_view(std::vector<double>{0.0, 0.0, 1.0, 3.0}, 2, 2));
  const auto& infinite = score_of(flat.whole, report_score::dawid_sebastiani_score);
  EXPECT_EQ(infinite.mean, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(infinite.upper));
  EXPECT_FALSE(std::isnan(score_of(flat.whole, report_score::crps).upper));
}

TEST(forecast_report_accumulator, has_the_bytes_of_the_whole) {
  const ensembles data = random_ensembles(11, 40, 4);
  std::vector<std::int32_t> groups;
  for (std::size_t i = 0; i < 40; ++i) groups.push_back(static_cast<std::int32_t>(i % 3));
  const forecast_report_accumulator empty({.thresholds = {0.5}, .n_boot = 20});
  const auto fill = [&](forecast_report_accumulator& report, std::size_t first, std::size_t last) {
    report.update(part(data.observations, first, last),
                  matrix_view(data.members.data() + 4 * first, last - first, 4),
                  {.groups = integer_view(groups.data() + first, last - first)});
  };
  forecast_report_accumulator whole = empty;
  fill(whole, 0, 40);
  for (const std::size_t cut : {1U, 13U, 39U}) {
    forecast_report_accumulator first = empty, second = empty;
    fill(first, 0, cut);
    fill(second, cut, 40);
    first.merge(second);
    first.merge(empty);
    EXPECT_EQ(first.to_bytes(), whole.to_bytes());
    first.reset();
    EXPECT_EQ(first.to_bytes(), empty.to_bytes());
  }
  expect_bytes_round_trip(whole);
  const auto again = forecast_report_accumulator::from_bytes(whole.to_bytes()).value();
  EXPECT_BITS(again.whole.scores[0].upper, whole.value().whole.scores[0].upper);
  // One-shot and accumulator are one.
  const auto shot = scoring::forecast_report(data.observations, data.view(),
                                             {.groups = groups, .thresholds = {0.5}, .n_boot = 20});
  EXPECT_BITS(shot.groups[2].scores[1].lower, whole.value().groups[2].scores[1].lower);
}

TEST(forecast_report_accumulator, gives_the_same_bits_on_any_number_of_threads) {
  const ensembles data = random_ensembles(12, 300, 6);
  context one, four;
  one.threads = 1;
  four.threads = 4;
  const auto a = scoring::forecast_report(data.observations, data.view(), {.n_boot = 100}, one);
  const auto b = scoring::forecast_report(data.observations, data.view(), {.n_boot = 100}, four);
  for (std::size_t c = 0; c < a.whole.scores.size(); ++c) {
    EXPECT_BITS(a.whole.scores[c].lower, b.whole.scores[c].lower);
    EXPECT_BITS(a.whole.scores[c].std_error, b.whole.scores[c].std_error);
  }
}

TEST(forecast_report_accumulator, stays_as_it_was_after_an_error) {
  const ensembles data = random_ensembles(13, 10, 4);
  forecast_report_accumulator report;
  report.update(data.observations, data.view());
  const auto before = report.to_bytes();
  auto bad = data;
  bad.members[17] = k_nan;
  expect_error([&] { report.update(bad.observations, bad.view()); }, error_kind::value,
               error_code::non_finite, "members");
  expect_error(
      [&] {
        report.update({1.0}, matrix_view(std::vector<double>{1.0, 2.0}, 1, 2));
      },
      error_kind::shape, error_code::length_mismatch, "forecasts", "2 columns");
  forecast_report_accumulator other({.seed = 1});
  other.update(data.observations, data.view());
  expect_error([&] { report.merge(other); }, error_kind::value, error_code::bad_parameter, "other");
  EXPECT_EQ(report.to_bytes(), before);
}

TEST(forecast_report_accumulator, refuses_other_rows_as_reference) {
  const ensembles data = random_ensembles(14, 10, 4);
  forecast_report_accumulator mine, fewer, others, grouped;
  mine.update(data.observations, data.view());
  fewer.update(part(data.observations, 0, 9), matrix_view(data.members.data(), 9, 4));
  auto changed = data.observations;
  changed[3] += 1.0;
  others.update(changed, data.view());
  grouped.update(data.observations, data.view(), {.groups = std::vector<std::int32_t>(10, 1)});
  expect_error([&] { (void)mine.value_against(fewer); }, error_kind::shape, error_code::length_mismatch,
               "reference", "9 rows");
  expect_error([&] { (void)mine.value_against(others); }, error_kind::value, error_code::bad_parameter,
               "reference", "row 3");
  expect_error([&] { (void)mine.value_against(grouped); }, error_kind::value, error_code::bad_parameter,
               "reference", "group 1");
  expect_error([] { (void)forecast_report_accumulator().value(); }, error_kind::state,
               error_code::empty_input, "");
}

TEST(forecast_report, refuses_what_it_cannot_judge) {
  const auto report = [](const scoring::forecast_report_options& options) {
    scoring::forecast_report({1.0, 2.0}, matrix_view(std::vector<double>{0.0, 1.0, 2.0, 3.0}, 2, 2), options);
  };
  const auto value = [&](const scoring::forecast_report_options& options, error_code code, const char* name,
                         const char* text = "") {
    expect_error([&] { report(options); }, error_kind::value, code, name, text);
  };
  value({.form = forecast_form::quantiles}, error_code::missing_argument, "levels");
  value({.form = forecast_form::quantiles, .levels = {0.5, 0.5}}, error_code::out_of_range, "levels");
  value({.form = forecast_form::quantiles, .levels = {0.5, 1.0}}, error_code::out_of_range, "levels");
  value({.form = forecast_form::quantiles, .levels = {0.2, 0.8}, .thresholds = {1.0}},
        error_code::unsupported, "thresholds");
  value({.thresholds = {1.0, 0.0}}, error_code::out_of_range, "thresholds");
  value({.alpha = 1.5}, error_code::out_of_range, "alpha");
  value({.estimator = scoring::crps_estimator::adjusted}, error_code::unsupported, "estimator");
  value({.n_bins = 0}, error_code::bad_parameter, "n_bins");
  value({.horizon = 0}, error_code::bad_parameter, "horizon");
  value({.block_length = 0}, error_code::bad_parameter, "block_length");
  value({.n_boot = 1}, error_code::bad_parameter, "n_boot");
  value({.level = 1.0}, error_code::out_of_range, "level");
  value({.nan_policy = nan_policy::propagate}, error_code::bad_parameter, "nan_policy");
  value({.form = forecast_form::distribution, .family = distribution_family::gamma}, error_code::out_of_range,
        "shape", "is 0");
  expect_error([&] { report({.groups = {1}}); }, error_kind::shape, error_code::length_mismatch, "groups");
  const std::vector<double> one = {1.0, 2.0};
  expect_error([&] { report({.reference = vector_view(one)}); }, error_kind::shape, error_code::wrong_rank,
               "reference");
  expect_error([&] { scoring::forecast_report({1.0}, matrix_view(std::vector<double>{0.0}, 1, 1)); },
               error_kind::shape, error_code::too_few_members, "members");
  expect_error([&] { scoring::forecast_report({}, matrix_view(std::vector<double>{0.0}, 1, 1)); },
               error_kind::shape, error_code::empty_input, "observations");
}

}  // namespace
}  // namespace assay::testing
