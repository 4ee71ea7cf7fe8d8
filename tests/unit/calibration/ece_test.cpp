#include "assay/calibration/ece.hpp"

#include <cmath>
#include <limits>
#include <map>

#include "assay/calibration/reliability.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

constexpr binning k_layouts[] = {binning::equal_width, binning::quantile, binning::equal_mass, binning::rank,
                                 binning::unique};

class ece_on : public testing::each_isa {};
ASSAY_FOR_EACH_ISA(ece_on);

TEST(ece, of_matched_bins_is_zero) {
  EXPECT_BITS(ece({0, 1, 0, 1}, {0.5, 0.5, 0.5, 0.5}), 0.0);
  EXPECT_BITS(ece({1, 0, 0, 0}, {0.25, 0.25, 0.25, 0.25}, {.norm = error_norm::l2}), 0.0);
  EXPECT_BITS(mce({1, 0, 0, 0}, {0.25, 0.25, 0.25, 0.25}), 0.0);
}

TEST(ece, of_one_bin_is_the_difference_of_the_means) {
  EXPECT_BITS(ece({1, 0, 1, 1}, {0.5, 0.25, 0.25, 0.5}, {.n_bins = 1}), 0.375);
}

TEST(ece, follows_its_definition_for_every_norm_and_weighting) {
  // bins (0, 1/2] and (1/2, 1]: errors 0.25 over 1 row and 0.125 over 3 rows
  const std::vector<std::uint8_t> labels = {0, 1, 1, 0};
  const std::vector<double> p = {0.25, 0.75, 0.875, 0.75};  // mean 19/24 against 2/3: 1/8
  const auto value = [&](error_norm norm, bin_weighting weighting) {
    return ece(labels, p, {.n_bins = 2, .norm = norm, .bin_weighting = weighting});
  };
  const double a = 0.25, b = 0.125;
  EXPECT_REL(value(error_norm::l1, bin_weighting::weight), (a + 3 * b) / 4, 1e-15, "one rounding");
  EXPECT_REL(value(error_norm::l2, bin_weighting::weight), std::sqrt((a * a + 3 * b * b) / 4), 1e-15,
             "one rounding");
  EXPECT_REL(value(error_norm::l1, bin_weighting::uniform), (a + b) / 2, 1e-15, "one rounding");
  EXPECT_REL(value(error_norm::l2, bin_weighting::uniform), std::sqrt((a * a + b * b) / 2), 1e-15,
             "one rounding");
  EXPECT_REL(value(error_norm::max, bin_weighting::weight), a, 1e-15, "one rounding");
  EXPECT_REL(value(error_norm::max, bin_weighting::uniform), a, 1e-15, "one rounding");
}

TEST(ece, agrees_with_its_table_for_every_layout) {
  const sample s = draw_sample(1500, 20, 60);
  for (const binning strategy : k_layouts) {
    const auto table = reliability_table(s.labels, s.probabilities,
                                         {.weights = s.weights, .n_bins = 15, .strategy = strategy});
    double error = 0.0, weight = 0.0;
    for (std::size_t k = 0; k < table.weight.size(); ++k) {
      if (table.weight[k] == 0.0) continue;
      error += table.weight[k] * std::fabs(table.mean_prob[k] - table.mean_label[k]);
      weight += table.weight[k];
    }
    EXPECT_REL(ece(s.labels, s.probabilities, {.weights = s.weights, .strategy = strategy}), error / weight,
               1e-12, "the table rounds its means");
  }
}

TEST(ece, norms_are_ordered) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const sample s = draw_sample(200, seed, 30);
    for (const binning strategy : k_layouts) {
      const auto value = [&](error_norm norm) {
        return ece(s.labels, s.probabilities, {.weights = s.weights, .strategy = strategy, .norm = norm});
      };
      EXPECT_LE(value(error_norm::l1), value(error_norm::l2) * (1 + 1e-15)) << seed;
      EXPECT_LE(value(error_norm::l2), value(error_norm::max) * (1 + 1e-15)) << seed;
    }
  }
}

TEST(ece, is_symmetric_under_exchange_of_the_classes) {
  const sample s = draw_sample(512, 21, 64);  // sixty-fourths: 1 - p is exact
  std::vector<std::uint8_t> labels;
  std::vector<double> p;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    labels.push_back(static_cast<std::uint8_t>(1 - s.labels[i]));
    p.push_back(1.0 - s.probabilities[i]);
  }
  // the mirrored edges of 8 bins are exact as well, and (a, b] becomes [1 - b, 1 - a)
  EXPECT_BITS(ece(s.labels, s.probabilities, {.n_bins = 8}),
              ece(labels, p, {.n_bins = 8, .bin_rule = bin_rule::left_closed}));
}

TEST_P(ece_on, has_the_bits_of_the_first_instruction_set) {
  const sample s = draw_sample(12345, 22);
  const auto single = testing::as_float(s.probabilities);
  for (const std::int64_t bins : {1, 4, 5, 6, 10, 12, 15, 16, 20, 36, 37, 100}) {
    for (const error_norm norm : {error_norm::l1, error_norm::l2, error_norm::max}) {
      const ece_options options{.n_bins = bins, .norm = norm};
      const double value = ece(s.labels, s.probabilities, options);
      const double narrow = ece(s.labels, single, options);
      const testing::use_isa first(available_isas()[0]);
      EXPECT_BITS(value, ece(s.labels, s.probabilities, options)) << bins;
      EXPECT_BITS(narrow, ece(s.labels, single, options)) << bins;
    }
  }
}

TEST_P(ece_on, has_the_same_bits_with_unit_weights) {
  const sample s = draw_sample(9000, 23);
  const std::vector<double> ones(s.labels.size(), 1.0);
  for (const std::int64_t bins : {3, 10, 15, 50}) {
    for (const error_norm norm : {error_norm::l1, error_norm::max}) {
      EXPECT_BITS(ece(s.labels, s.probabilities, {.n_bins = bins, .norm = norm}),
                  ece(s.labels, s.probabilities, {.weights = ones, .n_bins = bins, .norm = norm}));
    }
  }
}

TEST_P(ece_on, agrees_with_exact_arithmetic_on_dyadic_probabilities) {
  // multiples of 2^-10 with power-of-two bins: sums are whole multiples, so the expected value is exact
  testing::generator rng(24);
  std::vector<std::uint8_t> labels;
  std::vector<double> p;
  std::vector<double> residuals(8);
  for (int i = 0; i < 50000; ++i) {
    p.push_back(static_cast<double>(rng.below(1025)) / 1024.0);
    labels.push_back(static_cast<std::uint8_t>(rng.below(2)));
    const auto bin = p.back() == 0.0 ? 0 : static_cast<std::size_t>(std::ceil(p.back() * 8.0)) - 1;
    residuals[bin] += p.back() - labels.back();
  }
  double sum = 0.0;
  for (const double residual : residuals) sum += std::fabs(residual);
  EXPECT_BITS(ece(labels, p, {.n_bins = 8}), sum / 50000.0);
}

TEST(ece, does_not_depend_on_the_number_of_threads) {
  const sample s = draw_sample(600000, 25);
  context threads;
  threads.threads = 4;
  EXPECT_BITS(ece(s.labels, s.probabilities), ece(s.labels, s.probabilities, {}, threads));
}

TEST(ece, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    ece(labels, p, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    ece(labels, p, {.weights = weights, .strategy = binning::rank});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    mce(labels, p, {.weights = weights, .n_bins = 100});
  });
  testing::expect_bin_errors([](const auto& bins) {
    ece({0, 1}, {0.2, 0.4}, {.n_bins = bins.n_bins, .strategy = bins.strategy, .edges = bins.edges});
  });
  testing::expect_bin_errors([](const auto& bins) {
    mce({0, 1}, {0.2, 0.4}, {.n_bins = bins.n_bins, .strategy = bins.strategy, .edges = bins.edges});
  });
}

TEST(ece, reports_the_same_bad_row_for_any_number_of_threads) {
  sample s = draw_sample(600000, 26);
  s.probabilities[599999] = 2.0;
  s.probabilities[300000] = -1.0;
  for (const unsigned count : {1U, 4U}) {
    context threads;
    threads.threads = count;
    testing::expect_error([&] { ece(s.labels, s.probabilities, {}, threads); }, error_kind::value,
                          error_code::out_of_range, "probabilities", "probabilities[300000] is -1");
  }
}

TEST(ece, can_be_cancelled) {
  const sample s = draw_sample(600000, 27);
  context ctx;
  ctx.stop = [] { return true; };
  testing::expect_error([&] { ece(s.labels, s.probabilities, {}, ctx); }, error_kind::cancelled,
                        error_code::cancelled, "");
}

TEST(mce, is_the_norm_max) {
  const sample s = draw_sample(300, 28);
  for (const binning strategy : k_layouts) {
    EXPECT_BITS(mce(s.labels, s.probabilities, {.strategy = strategy}),
                ece(s.labels, s.probabilities, {.strategy = strategy, .norm = error_norm::max}));
  }
}

// ---- debiased ----

TEST(ece_debiased_l2, leaves_out_bins_of_one_row_and_clips_only_the_root) {
  // bin of two rows: c = 1/2, a = 1/2: -(1/4)/(2 - 1), two of three rows
  const auto result =
      ece_debiased_l2({0, 1, 1}, {0.25, 0.75, 1}, {.strategy = binning::custom, .edges = {0, 0.75, 1}});
  EXPECT_REL(result.squared, -0.25 * 2 / 3, 1e-15, "one rounding");
  EXPECT_BITS(result.value, 0.0);
}

TEST(ece_debiased_l2, is_unbiased) {
  // truth 0.3, forecast 0.5 in one bin of 10 rows: E squared = 0.2^2 = 0.04
  testing::generator rng(29);
  const std::vector<double> p(10, 0.5);
  double mean = 0.0;
  constexpr int repeats = 20000;
  for (int r = 0; r < repeats; ++r) {
    std::vector<std::uint8_t> labels;
    for (int i = 0; i < 10; ++i) labels.push_back(rng.uniform() < 0.3 ? 1 : 0);
    mean += ece_debiased_l2(labels, p, {.n_bins = 1}).squared / repeats;
  }
  EXPECT_ABS(mean, 0.04, 4 * 0.07 / std::sqrt(repeats), "four standard errors of the mean");
}

TEST(ece_debiased_l1, subtracts_the_expected_error_of_a_perfect_forecast) {
  // c = a = 1/2 over 4 rows: -E|N(0, 1/16)| = -sqrt(2/pi)/4
  EXPECT_REL(ece_debiased_l1({0, 1, 0, 1}, {0.5, 0.5, 0.5, 0.5}), -0.79788456080286536 / 4, 1e-15,
             "one rounding");
}

TEST(ece_debiased_l1, of_bins_without_noise_is_the_plain_error) {
  EXPECT_BITS(ece_debiased_l1({0, 0, 1, 1}, {0.25, 0.25, 0.75, 0.75}), 0.25);
}

TEST(ece_debiased, refuses_weights_and_bad_bins) {
  testing::expect_error(
      [] {
        ece_debiased_l2({0, 1}, {0.2, 0.4}, {.weights = {1, 1}});
      },
      error_kind::value, error_code::unsupported, "weights", "rows that count alike");
  testing::expect_error(
      [] {
        ece_debiased_l1({0, 1}, {0.2, 0.4}, {.weights = {1, 1}});
      },
      error_kind::value, error_code::unsupported, "weights", "rows that count alike");
  testing::expect_bin_errors([](const auto& bins) {
    ece_debiased_l2({0, 1}, {0.2, 0.4},
                    {.n_bins = bins.n_bins, .strategy = bins.strategy, .edges = bins.edges});
  });
}

// ---- sweep ----

// The definition: rank bins counted one by one.
ece_sweep_result sweep_by_definition(const sample& s, bool weighted, error_norm norm) {
  const std::size_t n = s.labels.size();
  std::size_t good = 1;
  for (std::size_t bins = 2; bins <= n; ++bins) {
    std::map<std::size_t, std::pair<double, double>> rates;
    for (std::size_t i = 0; i < n; ++i) {
      std::size_t rank = 0;
      for (const double p : s.probabilities) rank += p < s.probabilities[i] ? 1 : 0;
      auto& [events, weight] = rates[rank * bins / n];
      const double w = weighted ? s.weights[i] : 1.0;
      events += w * s.labels[i];
      weight += w;
    }
    double before = 0.0;
    bool monotone = true;
    for (const auto& [bin, sums] : rates) {
      if (sums.second == 0.0) continue;
      monotone &= !(sums.first / sums.second < before - 1e-12);  // weights are summed in another order
      before = sums.first / sums.second;
    }
    if (!monotone) break;
    good = bins;
  }
  const double value = ece(s.labels, s.probabilities,
                           {.weights = weighted ? vector_view(s.weights) : vector_view(),
                            .n_bins = static_cast<std::int64_t>(good),
                            .strategy = binning::rank,
                            .norm = norm});
  return {value, static_cast<std::int64_t>(good)};
}

TEST(ece_sweep, follows_its_definition) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    const sample s = draw_sample(20 + seed, seed, seed % 3 == 0 ? 0 : 5 + seed);
    for (const bool weighted : {false, true}) {
      for (const error_norm norm : {error_norm::l1, error_norm::l2, error_norm::max}) {
        const auto expected = sweep_by_definition(s, weighted, norm);
        const auto actual =
            ece_sweep(s.labels, s.probabilities,
                      {.weights = weighted ? vector_view(s.weights) : vector_view(), .norm = norm});
        EXPECT_EQ(actual.n_bins, expected.n_bins) << seed;
        EXPECT_BITS(actual.value, expected.value) << seed;
      }
    }
  }
}

TEST(ece_sweep, of_sorted_labels_uses_a_bin_for_each_row) {
  const auto result = ece_sweep({0, 0, 1, 1}, {0.125, 0.25, 0.5, 0.75});
  EXPECT_EQ(result.n_bins, 4);
  EXPECT_BITS(result.value, (0.125 + 0.25 + 0.5 + 0.25) / 4);
}

TEST(ece_sweep, of_separated_classes_takes_no_time_by_the_square_of_the_rows) {
  constexpr std::size_t n = 200'000;
  std::vector<std::uint8_t> labels(n), others(n);
  std::vector<double> probabilities(n), weights(n);
  for (std::size_t i = 0; i < n; ++i) {
    labels[i] = i < n / 3 ? 0 : 1;
    probabilities[i] = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
    weights[i] = 0.1 + static_cast<double>(i % 7);  // sums of them round: no share of 1 may look smaller
  }
  const auto rows = static_cast<std::int64_t>(n);
  EXPECT_EQ(ece_sweep(labels, probabilities).n_bins, rows);
  EXPECT_EQ(ece_sweep(labels, probabilities, {.weights = weights}).n_bins, rows);
  EXPECT_EQ(ece_sweep(others, probabilities, {.weights = weights}).n_bins, rows);
}

TEST(ece_sweep, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    ece_sweep(labels, p, {.weights = weights});
  });
}

}  // namespace
}  // namespace assay::calibration
