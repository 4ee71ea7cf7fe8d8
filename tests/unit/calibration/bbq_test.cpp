#include "assay/calibration/bbq.hpp"

#include <algorithm>
#include <numeric>

#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

// ---- the definition, row by row ----

struct naive_choices {
  double samples = 2.0;
  bool per_bin = false;
  bool mean = false;
};

struct naive_bin {
  long double weight = 0, events = 0, probability = 0;
  double lowest = 2.0, highest = -1.0;  // probabilities
};

long double naive_log_beta(long double a, long double b) {
  return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

/// Bins of one binning that hold rows, by the ranks of the rows.
std::vector<naive_bin> naive_bins(const sample& s, int count) {
  const double total = std::accumulate(s.weights.begin(), s.weights.end(), 0.0);
  std::vector<naive_bin> bins(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    if (s.weights[i] == 0.0) continue;
    double below = 0.0;
    for (std::size_t j = 0; j < s.labels.size(); ++j)
      if (s.probabilities[j] < s.probabilities[i]) below += s.weights[j];
    auto& bin = bins[static_cast<std::size_t>(std::floor(below * count / total))];
    bin.weight += s.weights[i];
    bin.events += s.weights[i] * s.labels[i];
    bin.probability += s.weights[i] * s.probabilities[i];
    bin.lowest = std::min(bin.lowest, s.probabilities[i]);
    bin.highest = std::max(bin.highest, s.probabilities[i]);
  }
  std::erase_if(bins, [](const naive_bin& bin) { return bin.weight == 0; });
  return bins;
}

struct naive_binning {
  std::vector<double> edges, rates;
  long double score = 0;
};

naive_binning naive_fit(const sample& s, int count, const naive_choices& choices) {
  const auto bins = naive_bins(s, count);
  naive_binning result;
  result.edges.push_back(0.0);
  for (std::size_t k = 1; k < bins.size(); ++k)
    result.edges.push_back((bins[k - 1].highest + bins[k].lowest) / 2);
  result.edges.push_back(1.0);
  for (std::size_t k = 0; k < bins.size(); ++k) {
    const auto& bin = bins[k];
    const long double strength =
        choices.per_bin ? choices.samples : choices.samples / static_cast<long double>(bins.size());
    long double mean = (static_cast<long double>(result.edges[k]) + result.edges[k + 1]) / 2;
    if (choices.mean) mean = bin.probability / bin.weight;
    mean = std::min(std::max(mean, 0.005L), 0.995L);
    const long double a = strength * mean, b = strength * (1 - mean);
    result.score += naive_log_beta(bin.events + a, bin.weight - bin.events + b) - naive_log_beta(a, b);
    result.rates.push_back(static_cast<double>((bin.events + a) / (bin.weight + strength)));
  }
  return result;
}

std::vector<double> naive_bbq(const sample& s, const std::vector<double>& query,
                              const naive_choices& choices = {}) {
  const double n = std::accumulate(s.weights.begin(), s.weights.end(), 0.0);
  const int least = std::max(1, static_cast<int>(std::floor(std::cbrt(n) / 10)));
  const int most = std::max(
      least, std::min(static_cast<int>(std::ceil(n / 5)), static_cast<int>(std::ceil(10 * std::cbrt(n)))));
  std::vector<naive_binning> models;
  for (int count = least; count <= most; ++count) models.push_back(naive_fit(s, count, choices));
  long double best = models[0].score, sum = 0;
  for (const auto& model : models) best = std::max(best, model.score);
  for (const auto& model : models) sum += std::exp(model.score - best);
  std::vector<double> result;
  for (const double p : query) {
    long double value = 0;
    for (const auto& model : models) {
      std::size_t k = 0;
      while (k + 1 < model.rates.size() && p > model.edges[k + 1]) ++k;
      value += std::exp(model.score - best) / sum * model.rates[k];
    }
    result.push_back(static_cast<double>(value));
  }
  return result;
}

sample without_weights(sample s) {
  s.weights.assign(s.labels.size(), 1.0);
  return s;
}

void expect_near(const array& values, const std::vector<double>& want, double tolerance) {
  ASSERT_EQ(values.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i)
    EXPECT_REL(values[i], want[i], tolerance, "sums of n logarithms, compared");
}

TEST(bbq, is_the_weighted_mean_of_all_binnings) {
  const auto grid = testing::unit_grid(97);
  for (const std::size_t rows : {3U, 7U, 40U, 333U}) {
    const sample s = without_weights(draw_sample(rows, 300 + rows));
    for (const bool per_bin : {false, true}) {
      for (const bbq_prior prior : {bbq_prior::midpoint, bbq_prior::mean_probability}) {
        const auto result = bbq(s.labels, s.probabilities, grid, {.per_bin = per_bin, .prior = prior});
        const auto want = naive_bbq(s, grid, {2.0, per_bin, prior == bbq_prior::mean_probability});
        expect_near(result.query, want, 1e-12);
      }
    }
  }
}

TEST(bbq, takes_weights_and_ties) {
  const auto grid = testing::unit_grid(50);
  for (const std::uint64_t levels : {0U, 1U, 12U, 60U}) {
    const sample s = draw_sample(200, 310, levels);
    const auto result =
        bbq(s.labels, s.probabilities, grid, {.weights = s.weights, .equivalent_samples = 7.5});
    expect_near(result.query, naive_bbq(s, grid, {.samples = 7.5}), 1e-12);
  }
}

TEST(bbq, of_two_rows_has_one_bin) {
  // one bin: midpoint 1/2, 1 of 2 rows: (1 + 1)/(2 + 2)
  const auto even = bbq({0, 1}, {0.25, 0.75}, {0, 0.5, 1});
  EXPECT_BITS(even.query.to_vector(), (std::vector<double>{0.5, 0.5, 0.5}));
  ASSERT_EQ(even.binnings.size(), 1U);
  EXPECT_EQ(even.binnings[0].n_bins, 1);
  EXPECT_BITS(even.binnings[0].weight, 1.0);
  EXPECT_BITS(bbq({1}, {0.25}, {0.7}).query[0], 2.0 / 3);  // (1 + 1)/(1 + 2)
  EXPECT_BITS(bbq({1}, {0.25}, {0.7}, {.prior = bbq_prior::mean_probability}).query[0], 0.5);  // (1 + 1/2)/3
}

TEST(bbq, weighs_one_bin_against_two) {
  // 6 rows: binnings of 1 and 2 bins; of two bins of 3, each prior is worth one row, with means 1/4 and 3/4:
  // Beta(1/4, 3 + 3/4)/Beta(1/4, 3/4) = (3/4)(7/4)(11/4)/3! = 77/128 for no event in the first, as much for
  // three events in the second; one bin: Beta(1 + 3, 1 + 3)/Beta(1, 1) = 3!^2/7! = 1/140.
  const auto result = bbq({0, 0, 0, 1, 1, 1}, {0.1, 0.2, 0.4, 0.6, 0.8, 0.9}, {0.3, 0.5, 0.7});
  const double two = 77.0 / 128 * 77 / 128, one = 1.0 / 140, all = one + two;
  ASSERT_EQ(result.binnings.size(), 2U);
  EXPECT_EQ(result.binnings[0].n_bins, 1);
  EXPECT_EQ(result.binnings[1].n_bins, 2);
  EXPECT_REL(result.binnings[0].weight, one / all, 1e-14, "a dozen logarithms of size 5");
  EXPECT_REL(result.binnings[1].weight, two / all, 1e-14, "likewise");
  const double low = (one * 0.5 + two / 16) / all;  // (0 + 1/4)/(3 + 1)
  EXPECT_REL(result.query[0], low, 1e-14, "likewise");
  EXPECT_REL(result.query[1], low, 1e-14, "the edge belongs to the bin below");
  EXPECT_REL(result.query[2], 1 - low, 1e-14, "likewise");
}

TEST(bbq, has_binnings_from_a_tenth_to_ten_cube_roots) {
  // priors so strong that no binning is left out
  sample s;
  for (int i = 0; i < 8000; ++i) {
    s.labels.push_back(static_cast<std::uint8_t>(i % 2));
    s.probabilities.push_back((i + 0.5) / 8000);
  }
  const auto model = bbq_model::fit(s.labels, s.probabilities, {.equivalent_samples = 1e6, .per_bin = true});
  const auto p = model.parameters();
  EXPECT_EQ(p.binnings.front().n_bins, 2);  // 20/10
  double sum = 0.0;
  std::int64_t before = 0;
  for (const auto& binning : p.binnings) {
    EXPECT_GT(binning.n_bins, before);
    EXPECT_LE(binning.n_bins, 200);
    before = binning.n_bins;
    sum += binning.weight;
  }
  EXPECT_REL(sum, 1.0, 1e-15, "rounded weights");
}

TEST(bbq, of_calibrated_data_is_near_the_identity) {
  const sample s = testing::draw_calibrated(20000, 311);
  const std::vector<double> grid = {0.1, 0.3, 0.5, 0.7, 0.9};
  const auto result = bbq(s.labels, s.probabilities, grid);
  for (std::size_t i = 0; i < grid.size(); ++i)
    EXPECT_ABS(result.query[i], grid[i], 0.08, "half a bin of about 15, and 3 standard errors of its rate");
}

TEST(bbq, of_separated_rows_or_one_class_stays_between_0_and_1) {
  std::vector<double> p;
  std::vector<std::uint8_t> separated, none, all;
  for (int i = 0; i < 100; ++i) {
    p.push_back(0.005 + 0.01 * i);
    separated.push_back(i < 50 ? 0 : 1);
    none.push_back(0);
    all.push_back(1);
  }
  const auto grid = testing::unit_grid(200);
  const auto apart = bbq(separated, p, grid).query;
  EXPECT_LT(apart[20], 0.02);
  EXPECT_GT(apart[180], 0.98);
  const auto low = bbq(none, p, grid).query, high = bbq(all, p, grid).query;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    EXPECT_GT(low[i], 0.0);
    EXPECT_LT(low[i], 0.1);
    EXPECT_GT(high[i], 0.9);
    EXPECT_LT(high[i], 1.0);
  }
}

TEST(bbq, of_tied_rows_is_one_bin) {
  const std::vector<double> p(30, 0.25);
  std::vector<std::uint8_t> labels(30, 0);
  labels[3] = labels[7] = 1;
  const auto result = bbq(labels, p, {0, 0.25, 1});
  for (const double value : result.query.to_vector())
    EXPECT_REL(value, 3.0 / 32, 1e-15, "rounded weights of equal binnings");
  for (const auto& binning : result.binnings) EXPECT_EQ(binning.n_bins, 1);
}

TEST(bbq, of_extreme_probabilities_is_finite) {
  std::vector<double> p;
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < 60; ++i) {
    p.push_back(i < 30 ? std::ldexp(1.0, -1074 + i) : std::nextafter(1.0, 0.0) - (i - 30) * 0x1p-53);
    labels.push_back(static_cast<std::uint8_t>(i % 3 == 0));
  }
  for (const bbq_prior prior : {bbq_prior::midpoint, bbq_prior::mean_probability})
    for (const double samples : {1e-6, 1e6}) {
      const auto result = bbq(labels, p, p, {.equivalent_samples = samples, .prior = prior});
      for (const double value : result.query.to_vector()) EXPECT_TRUE(value >= 0.0 && value <= 1.0);
    }
}

TEST(bbq, of_repeated_rows_is_that_of_whole_weights) {
  const sample s = draw_sample(150, 312, 70);
  std::vector<double> weights;
  sample longer;
  for (std::size_t i = 0; i < 150; ++i) {
    weights.push_back(static_cast<double>(i * i % 4));
    for (std::size_t k = 0; k < i * i % 4; ++k) {
      longer.labels.push_back(s.labels[i]);
      longer.probabilities.push_back(s.probabilities[i]);
    }
  }
  const auto grid = testing::unit_grid(40);
  const auto weighted = bbq(s.labels, s.probabilities, grid, {.weights = weights});
  EXPECT_BITS(weighted.query, bbq(longer.labels, longer.probabilities, grid).query);
}

TEST(bbq, does_not_depend_on_order_or_threads) {
  const sample s = draw_sample(5000, 313, 1000);
  sample turned = s;
  std::reverse(turned.labels.begin(), turned.labels.end());
  std::reverse(turned.probabilities.begin(), turned.probabilities.end());
  const auto grid = testing::unit_grid(40);
  const auto once = bbq(s.labels, s.probabilities, grid);
  EXPECT_BITS(bbq(turned.labels, turned.probabilities, grid).query, once.query);
  EXPECT_BITS(bbq(s.labels, s.probabilities, grid, {}, {.threads = 4}).query, once.query);
}

TEST(bbq, of_weights_of_any_size_is_a_probability) {
  const sample s = draw_sample(100, 314, 30);
  const auto grid = testing::unit_grid(10);
  for (const double scale : {1e-98, 1e-9, 1e5, 1e97}) {
    std::vector<double> weights;
    for (const double weight : s.weights) weights.push_back(weight * scale);
    for (const double value : bbq(s.labels, s.probabilities, grid, {.weights = weights}).query.to_vector())
      EXPECT_TRUE(value >= 0.0 && value <= 1.0);
  }
}

TEST(bbq, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    bbq(labels, p, {0.5}, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    bbq_model::fit(labels, p, {.weights = weights});
  });
  testing::expect_probability_errors("query", [](array_view query) {
    bbq({0, 1}, {0.2, 0.4}, vector_view(query));
  });
  testing::expect_transform_errors(bbq_model::fit({0, 1}, {0.2, 0.4}));
  for (const double bad : {0.0, -1.0, 1e7, std::nan("")}) {
    testing::expect_error(
        [&] {
          bbq({0, 1}, {0.2, 0.4}, {0.5}, {.equivalent_samples = bad});
        },
        error_kind::value, error_code::bad_parameter, "equivalent_samples", "must lie in");
  }
  for (const double bad : {1e-120, 1e100, 1e308}) {
    testing::expect_error(
        [&] {
          bbq({0, 1}, {0.2, 0.4}, {0.5}, {.weights = {bad, bad}});
        },
        error_kind::value, error_code::bad_weight, "weights", "must lie in");
  }
}

TEST(bbq_model, is_the_function_and_comes_back_from_json) {
  const sample s = draw_sample(300, 315);
  const auto model = bbq_model::fit(s.labels, s.probabilities, {.weights = s.weights});
  const auto result = bbq(s.labels, s.probabilities, s.probabilities, {.weights = s.weights});
  EXPECT_BITS(model.transform(vector_view(s.probabilities)), result.query);
  const auto p = model.parameters();
  EXPECT_EQ(p.edges.size(), p.bin_values.size() + 1);
  ASSERT_EQ(p.binnings.size(), result.binnings.size());
  const auto copy = bbq_model::from_json(model.to_json());
  EXPECT_BITS(copy.transform(vector_view(s.probabilities)), result.query);
  EXPECT_EQ(copy.parameters().binnings.back().n_bins, p.binnings.back().n_bins);
  EXPECT_BITS(copy.parameters().binnings.back().weight, result.binnings.back().weight);
  testing::expect_json_round_trip(model);
  const auto floats = testing::as_float(s.probabilities);
  EXPECT_EQ(model.transform(vector_view(floats)).type(), dtype::float32);
}

TEST(bbq_model, refuses_other_json) {
  const auto text = bbq_model::fit({0, 1}, {0.2, 0.4}).to_json();
  const auto refused = [&](std::string_view from, std::string_view to, const char* why) {
    testing::expect_json_refused<bbq_model>(testing::replaced(text, from, to), why);
  };
  refused("right_closed", "left_closed", "another bin_rule");
  refused("[0, 1]", "[1, 0]", "edges that descend");
  refused("\"n_bins\": [1]", "\"n_bins\": [1.5]", "whole numbers");
  refused("\"n_bins\": [1]", "\"n_bins\": [1, 2]", "as many weights");
  refused("\"weights\": [1]", "\"weights\": [0]", "outside (0, 1]");
}

}  // namespace
}  // namespace assay::calibration
