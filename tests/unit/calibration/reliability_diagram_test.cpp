#include "assay/calibration/reliability_diagram.hpp"

#include <algorithm>
#include <cmath>

#include "assay/calibration/corp.hpp"
#include "assay/calibration/corp_bands.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/core/rng.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::same_bits;
using testing::sample;
using band = diagram_band;
using kind = diagram_kind;

constexpr kind k_kinds[] = {kind::binned, kind::corp, kind::smooth};
constexpr band k_bands[] = {band::automatic, band::interval, band::bootstrap, band::consistency};
constexpr binning k_strategies[] = {binning::equal_width, binning::quantile, binning::equal_mass,
                                    binning::rank, binning::unique};

::testing::AssertionResult same_diagrams(const reliability_diagram_result& a,
                                         const reliability_diagram_result& b) {
  using result = reliability_diagram_result;
  for (const auto member : {&result::x, &result::y, &result::lower, &result::upper, &result::weight,
                            &result::count, &result::density}) {
    if (auto same = same_bits(a.*member, b.*member); !same) return same;
  }
  return ::testing::AssertionSuccess();
}

TEST(reliability_diagram, draws_the_table_without_its_empty_bins) {
  const sample s = draw_sample(12, 1);
  for (const binning strategy : k_strategies) {
    const auto table =
        reliability_table(s.labels, s.probabilities, {.weights = s.weights, .strategy = strategy});
    const auto found =
        reliability_diagram(s.labels, s.probabilities, {.weights = s.weights, .strategy = strategy});
    std::size_t at = 0;
    for (std::size_t k = 0; k < table.weight.size(); ++k) {
      if (table.weight[k] == 0.0) continue;
      ASSERT_LT(at, found.x.size());
      EXPECT_BITS(found.x[at], table.mean_prob[k]);
      EXPECT_BITS(found.y[at], table.mean_label[k]);
      EXPECT_BITS(found.lower[at], table.lower[k]);
      EXPECT_BITS(found.upper[at], table.upper[k]);
      EXPECT_BITS(found.weight[at], table.weight[k]);
      EXPECT_BITS(found.count[at], table.count[k]);
      ++at;
    }
    EXPECT_EQ(at, found.x.size());
  }
}

TEST(reliability_diagram, has_the_same_points_whatever_the_band) {
  const sample s = draw_sample(300, 2, 30);
  for (const kind k : k_kinds) {
    const auto plain =
        reliability_diagram(s.labels, s.probabilities, {.weights = s.weights, .kind = k, .n_boot = 5});
    for (const band b : k_bands) {
      const auto found = reliability_diagram(s.labels, s.probabilities,
                                             {.weights = s.weights, .kind = k, .band = b, .n_boot = 5});
      EXPECT_BITS(found.count, plain.count);
      ASSERT_EQ(found.x.size(), plain.x.size());
      for (std::size_t i = 0; i < found.x.size(); ++i) {
        EXPECT_ABS(found.x[i], plain.x[i], 1e-15, "sums in another order");
        EXPECT_ABS(found.y[i], plain.y[i], 1e-15, "sums in another order");
        EXPECT_REL(found.weight[i], plain.weight[i], 1e-14, "sums in another order");
        EXPECT_LE(found.lower[i], found.upper[i]);
        EXPECT_GE(found.lower[i], 0.0);
        EXPECT_LE(found.upper[i], 1.0);
        if (b != band::consistency) continue;
        EXPECT_LE(found.lower[i], found.x[i]);
        EXPECT_GE(found.upper[i], found.x[i]);
      }
    }
  }
}

// Rows put together as the doc comment draws them, shares by the bins of the whole sample.
void expect_definition(const sample& s, bool weighted, band wanted) {
  const auto found = reliability_diagram(s.labels, s.probabilities,
                                         {.weights = weighted ? vector_view(s.weights) : vector_view(),
                                          .band = wanted,
                                          .n_bins = 4,
                                          .n_boot = 41,
                                          .seed = 5});
  const std::uint64_t n = s.labels.size();
  std::vector<std::vector<double>> shares(4);
  for (std::uint64_t b = 0; b < 41; ++b) {
    double weight[4] = {}, events[4] = {};
    for (std::uint64_t j = 0; j < n; ++j) {
      const std::uint64_t number = philox::block(5, b, 0, static_cast<std::uint32_t>(j / 2))[j % 2];
      const auto row = static_cast<std::size_t>(philox::high_product(number, n));
      const double p = s.probabilities[row], w = weighted ? s.weights[row] : 1.0;
      const auto bin = static_cast<std::size_t>(std::max(std::ceil(p * 4.0) - 1.0, 0.0));
      const double low = static_cast<double>((number * n) >> 11) * 0x1p-53;
      weight[bin] += w;
      if (wanted == band::consistency ? low < p : s.labels[row] != 0) events[bin] += w;
    }
    for (std::size_t k = 0; k < 4; ++k)
      if (weight[k] > 0.0) shares[k].push_back(events[k] / weight[k]);
  }
  ASSERT_EQ(found.x.size(), 4U);
  for (std::size_t k = 0; k < 4; ++k) {
    ASSERT_EQ(shares[k].size(), 41U);
    std::sort(shares[k].begin(), shares[k].end());
    const bool consistency = wanted == band::consistency;
    // level 0.9: percentiles 2 and 38 of 0 .. 40
    EXPECT_ABS(found.lower[k], consistency ? std::min(shares[k][2], found.x[k]) : shares[k][2], 1e-13,
               "budget");
    EXPECT_ABS(found.upper[k], consistency ? std::max(shares[k][38], found.x[k]) : shares[k][38], 1e-13,
               "budget");
  }
}

TEST(reliability_diagram, resamples_by_its_definition) {
  for (const bool weighted : {false, true}) {
    expect_definition(draw_sample(120, 3), weighted, band::bootstrap);
    expect_definition(draw_sample(120, 3, 40), weighted, band::consistency);
  }
}

TEST(reliability_diagram, of_kind_corp_draws_corp_bands) {
  const sample s = draw_sample(200, 4, 50);
  const auto curve = corp_reliability(s.labels, s.probabilities, {.weights = s.weights});
  const auto expect_band = [&](band wanted, corp_band_position position) {
    const auto found = reliability_diagram(
        s.labels, s.probabilities,
        {.weights = s.weights, .kind = kind::corp, .band = wanted, .level = 0.8, .n_boot = 30, .seed = 2});
    const auto want =
        corp_band(s.labels, s.probabilities,
                  {.weights = s.weights, .position = position, .level = 0.8, .n_boot = 30, .seed = 2});
    EXPECT_BITS(found.x, curve.x);
    EXPECT_BITS(found.y, curve.cep);
    EXPECT_BITS(found.weight, curve.weight);
    EXPECT_BITS(found.count, curve.count);
    EXPECT_BITS(found.lower, want.lower);
    EXPECT_BITS(found.upper, want.upper);
  };
  expect_band(band::automatic, corp_band_position::diagonal);
  expect_band(band::consistency, corp_band_position::diagonal);
  expect_band(band::interval, corp_band_position::estimate);
  expect_band(band::bootstrap, corp_band_position::estimate);
}

TEST(reliability_diagram, resamples_every_layout_of_bins) {
  const sample s = draw_sample(150, 5, 20);
  for (const binning strategy : k_strategies) {
    for (const bin_rule rule : {bin_rule::right_closed, bin_rule::left_closed}) {
      const auto plain =
          reliability_diagram(s.labels, s.probabilities, {.strategy = strategy, .bin_rule = rule});
      const auto found = reliability_diagram(
          s.labels, s.probabilities,
          {.band = band::bootstrap, .strategy = strategy, .bin_rule = rule, .n_boot = 400});
      ASSERT_EQ(found.x.size(), plain.x.size());
      for (std::size_t i = 0; i < found.x.size(); ++i) {
        // the middle of the replicates of a share is the share
        EXPECT_LE(found.lower[i], found.y[i]);
        EXPECT_GE(found.upper[i], found.y[i]);
      }
    }
  }
  const std::vector<double> edges = {0.0, 0.3, 1.0};
  EXPECT_EQ(
      reliability_diagram(s.labels, s.probabilities,
                          {.band = band::bootstrap, .strategy = binning::custom, .edges = edges, .n_boot = 9})
          .x.size(),
      2U);
}

TEST(reliability_diagram, draws_a_bin_that_no_replicate_has_as_a_point) {
  // one row among 60 in its bin: two replicates without it are not rare
  sample s = draw_sample(60, 6);
  for (double& p : s.probabilities) p *= 0.4;
  s.probabilities[0] = 0.9;
  bool seen = false;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    for (const band b : {band::bootstrap, band::consistency}) {
      const auto found =
          reliability_diagram(s.labels, s.probabilities, {.band = b, .n_boot = 2, .seed = seed});
      const std::size_t last = found.x.size() - 1;
      EXPECT_TRUE(std::isfinite(found.lower[last]) && std::isfinite(found.upper[last]));
      seen |= b == band::consistency && found.lower[last] == 0.9 && found.upper[last] == 0.9;
    }
  }
  EXPECT_TRUE(seen);
}

TEST(reliability_diagram, holds_calibrated_forecasts_as_often_as_it_says) {
  double inside = 0.0, points = 0.0;
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    sample s = draw_sample(400, 700 + trial);
    for (std::size_t i = 0; i < 400; ++i)
      s.labels[i] = philox::uniform(trial, i) < s.probabilities[i] ? 1 : 0;
    const auto found = reliability_diagram(
        s.labels, s.probabilities, {.band = band::consistency, .n_bins = 5, .n_boot = 100, .seed = trial});
    for (std::size_t k = 0; k < found.x.size(); ++k) {
      inside += found.lower[k] <= found.y[k] && found.y[k] <= found.upper[k] ? 1.0 : 0.0;
      points += 1.0;
    }
  }
  EXPECT_ABS(inside / points, 0.9, 0.06, "300 independent points: 0.017 noise, and 100 replicates");
}

TEST(reliability_diagram, does_not_depend_on_the_number_of_threads) {
  const sample s = draw_sample(500, 7);
  context threads;
  threads.threads = 4;
  for (const kind k : k_kinds) {
    for (const band b : k_bands) {
      const reliability_diagram_options options{.kind = k, .band = b, .n_boot = 30};
      EXPECT_TRUE(same_diagrams(reliability_diagram(s.labels, s.probabilities, options),
                                reliability_diagram(s.labels, s.probabilities, options, threads)));
    }
  }
}

TEST(reliability_diagram, takes_float32_and_memory_of_the_caller) {
  const sample s = draw_sample(100, 8, 64);
  const auto single = testing::as_float(s.probabilities);
  for (const kind k : k_kinds) {
    const reliability_diagram_options options{.kind = k, .band = band::bootstrap, .n_boot = 10};
    const auto wide = reliability_diagram(s.labels, s.probabilities, options);
    EXPECT_TRUE(same_diagrams(wide, reliability_diagram(s.labels, single, options)));
    std::vector<double> memory(wide.x.size());
    context ctx;
    ctx.output = std::as_writable_bytes(std::span(memory));
    EXPECT_TRUE(same_diagrams(wide, reliability_diagram(s.labels, s.probabilities, options, ctx)));
    EXPECT_BITS(memory, wide.x.to_vector());
  }
}

TEST(reliability_diagram, of_one_row_is_a_point) {
  for (const kind k : k_kinds) {
    for (const band b : k_bands) {
      const auto found = reliability_diagram({1}, {0.75}, {.kind = k, .band = b, .n_boot = 4});
      ASSERT_GE(found.x.size(), 1U);  // smooth has others around it
      EXPECT_TRUE(k == kind::smooth || found.x.size() == 1);
      EXPECT_TRUE(std::ranges::count(found.x.values<double>(), 0.75) == 1);
      EXPECT_BITS(found.y.to_vector(), std::vector<double>(found.x.size(), 1.0));
    }
  }
}

TEST(reliability_diagram, names_what_is_wrong) {
  for (const kind k : k_kinds) {
    for (const band b : k_bands) {
      testing::expect_row_errors("probabilities",
                                 [&](integer_view labels, vector_view p, vector_view weights) {
                                   reliability_diagram(labels, p, {.weights = weights, .kind = k, .band = b});
                                 });
    }
  }
  testing::expect_bin_errors([](const testing::bin_choices& bins) {
    reliability_diagram({0, 1}, {0.2, 0.4},
                        {.n_bins = bins.n_bins, .strategy = bins.strategy, .edges = bins.edges});
  });
  const auto refused = [](const reliability_diagram_options& options, error_code code,
                          const std::string& name, const std::string& text) {
    testing::expect_error(
        [&] {
          reliability_diagram({0, 1}, {0.2, 0.4}, options);
        },
        error_kind::value, code, name, text);
  };
  refused({.level = 0.0}, error_code::out_of_range, "level", "(0, 1)");
  refused({.n_boot = 1}, error_code::bad_parameter, "n_boot", "must be at least 2");
  const sample s = draw_sample(70, 9);
  testing::expect_error(
      [&] {
        reliability_diagram(s.labels, s.probabilities,
                            {.band = band::bootstrap, .strategy = binning::unique, .n_boot = 1 << 20});
      },
      error_kind::value, error_code::bad_parameter, "n_boot", "too much for 70 bins");
  refused({.kind = kind::smooth, .n_boot = 1 << 20}, error_code::bad_parameter, "n_boot", "too much for 201");
}

}  // namespace
}  // namespace assay::calibration
