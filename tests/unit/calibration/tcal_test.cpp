#include "assay/calibration/tcal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "assay/core/rng.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;
using numbers = std::vector<double>;

// The definition: sum over pairs of different rows of one bin of r_i r_j, over n times the rows of the bin.
double naive_statistic(const sample& s, double bins, bool peer_edges) {
  std::map<double, numbers> residuals;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    double bin = std::floor(bins * s.probabilities[i]);
    if (bin == bins && !peer_edges) bin -= 1.0;
    residuals[bin].push_back(s.probabilities[i] - s.labels[i]);
  }
  double total = 0.0;
  for (const auto& entry : residuals) {
    const numbers& r = entry.second;
    double pairs = 0.0;
    for (std::size_t i = 0; i < r.size(); ++i)
      for (std::size_t j = 0; j < r.size(); ++j) pairs += i == j ? 0.0 : r[i] * r[j];
    total += pairs / static_cast<double>(r.size());
  }
  return total / static_cast<double>(s.labels.size());
}

TEST(tcal_statistic, is_its_definition) {
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    const sample s = draw_sample(100, seed, seed % 2 == 0 ? 0 : 8);
    for (const std::int64_t bins : {1, 2, 7, 16, 15, 1000, 1 << 24}) {
      for (const bool peer : {false, true}) {
        EXPECT_ABS(tcal_statistic(s.labels, s.probabilities, {.n_bins = bins, .peer_edges = peer}),
                   naive_statistic(s, static_cast<double>(bins), peer), 1e-15,
                   "sums of products below 1, divided by 100");
      }
    }
  }
}

TEST(tcal_statistic, keeps_a_bin_for_probability_one_where_asked) {
  // residuals 0.25 in bin 3 and -0 in bin 3 or 4
  const std::vector<std::uint8_t> labels = {0, 0, 1};
  const numbers p = {0.75, 1.0, 1.0};
  EXPECT_BITS(tcal_statistic(labels, p, {.n_bins = 4}), (1.75 * 1.75 - 0.75 * 0.75 - 1) / 3 / 3);
  EXPECT_BITS(tcal_statistic(labels, p, {.n_bins = 4, .peer_edges = true}), 0.0);
}

TEST(tcal_statistic, is_zero_on_average_for_calibrated_forecasts) {
  testing::generator rng(1);
  double sum = 0.0, squares = 0.0;
  constexpr int k_samples = 1000;
  for (int round = 0; round < k_samples; ++round) {
    sample s;
    for (int i = 0; i < 100; ++i) {
      s.probabilities.push_back(rng.uniform());
      s.labels.push_back(rng.uniform() < s.probabilities.back() ? 1 : 0);
    }
    const double value = tcal_statistic(s.labels, s.probabilities);
    sum += value / k_samples;
    squares += value * value / k_samples;
  }
  EXPECT_LT(std::fabs(sum), 4 * std::sqrt(squares / k_samples)) << "four standard errors";
}

TEST(tcal_statistic, of_float32_and_permuted_rows) {
  const sample s = draw_sample(500, 2, 50);
  const auto single = testing::as_float(s.probabilities);
  EXPECT_BITS(tcal_statistic(s.labels, single), tcal_statistic(s.labels, testing::as_double(single)));
  const integer_view labels(s.labels.data() + 499, 500, -1);
  const vector_view backwards(s.probabilities.data() + 499, 500, -1);
  EXPECT_BITS(tcal_statistic(labels, backwards), tcal_statistic(s.labels, s.probabilities));
}

// ---- adaptive test ----

TEST(tcal_test, has_the_statistics_of_all_powers_of_two) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const sample s = draw_sample(static_cast<std::size_t>(2 + 37 * seed), seed, seed % 3 == 0 ? 0 : 5 * seed);
    for (const bool peer : {false, true}) {
      const auto result =
          tcal_test(s.labels, s.probabilities, {.n_resamples = 2, .seed = seed, .peer_edges = peer});
      const auto n = static_cast<double>(s.labels.size());
      const auto levels = static_cast<std::size_t>(std::floor(2 * std::log2(n / std::sqrt(std::log(n)))));
      ASSERT_EQ(result.statistics.size(), levels);
      for (std::size_t b = 0; b < levels; ++b) {
        EXPECT_BITS(result.n_bins[b], std::exp2(static_cast<double>(b + 1)));
        EXPECT_ABS(result.statistics[b], naive_statistic(s, result.n_bins[b], peer), 1e-14,
                   "joins add and subtract what the bins gave");
      }
    }
  }
}

// One resample as documented, row by row.
sample naive_resample(const sample& s, std::uint64_t seed, std::uint64_t number) {
  numbers ascending = s.probabilities;
  std::sort(ascending.begin(), ascending.end());
  sample drawn;
  philox::stream draws(seed, number);
  for (std::size_t j = 0; j < ascending.size(); ++j) {
    const auto row = static_cast<std::size_t>(philox::high_product(draws.next(), ascending.size()));
    drawn.probabilities.push_back(ascending[row]);
    drawn.labels.push_back(draws.uniform() < drawn.probabilities.back() ? 1 : 0);
  }
  return drawn;
}

TEST(tcal_test, compares_with_consistency_resamples) {
  const sample s = draw_sample(60, 3, 40);
  constexpr std::size_t k_resamples = 40;
  constexpr double alpha = 0.2;
  const auto result = tcal_test(s.labels, s.probabilities,
                                {.n_resamples = k_resamples, .alpha = alpha, .seed = 77, .peer_edges = true});
  const std::size_t levels = result.statistics.size();
  double least = 1.0;
  bool rejected = false;
  for (std::size_t b = 0; b < levels; ++b) {
    numbers values;
    for (std::uint64_t k = 0; k < k_resamples; ++k)
      values.push_back(naive_statistic(naive_resample(s, 77, k), result.n_bins[b], true));
    std::sort(values.begin(), values.end());
    const double place = (k_resamples - 1) * (1 - alpha / static_cast<double>(levels));
    const auto low = static_cast<std::size_t>(place);
    const double critical = values[low] + (place - std::floor(place)) * (values[low + 1] - values[low]);
    const auto above = std::count_if(values.begin(), values.end(),
                                     [&](double value) { return value >= result.statistics[b] - 1e-12; });
    EXPECT_ABS(result.critical_values[b], critical, 1e-14, "rounding of the statistics");
    EXPECT_REL(result.p_values[b], (1 + static_cast<double>(above)) / (1 + k_resamples), 1e-15,
               "one rounding");
    least = std::min(least, result.p_values[b]);
    rejected |= result.statistics[b] > critical;
  }
  EXPECT_EQ(result.rejected, rejected);
  EXPECT_REL(result.p_value, std::min(1.0, least * static_cast<double>(levels)), 1e-15, "one rounding");
}

TEST(tcal_test, keeps_its_level_and_has_power) {
  testing::generator rng(4);
  int falsely = 0, rightly = 0;
  constexpr int k_samples = 100;
  for (int round = 0; round < k_samples; ++round) {
    sample calibrated, overconfident;
    for (int i = 0; i < 120; ++i) {
      const double p = rng.uniform();
      calibrated.probabilities.push_back(p);
      calibrated.labels.push_back(rng.uniform() < p ? 1 : 0);
      overconfident.labels.push_back(rng.uniform() < 0.5 + 0.3 * (p - 0.5) ? 1 : 0);
    }
    const tcal_test_options options{
        .n_resamples = 250, .alpha = 0.1, .seed = static_cast<std::uint64_t>(round)};
    falsely += tcal_test(calibrated.labels, calibrated.probabilities, options).rejected ? 1 : 0;
    rightly += tcal_test(overconfident.labels, calibrated.probabilities, options).rejected ? 1 : 0;
  }
  // binomial standard deviation of 0.1: 3 %; the quantiles of few resamples add a little
  EXPECT_LT(falsely, 0.22 * k_samples);
  EXPECT_GT(rightly, 0.8 * k_samples);
}

TEST(tcal_test, does_not_depend_on_threads_order_and_type) {
  const sample s = draw_sample(300, 5, 64);
  const tcal_test_options options{.n_resamples = 50, .seed = 9};
  const auto result = tcal_test(s.labels, s.probabilities, options);
  EXPECT_BITS(tcal_test(s.labels, s.probabilities, options, {.threads = 3}).critical_values,
              result.critical_values);
  const integer_view labels(s.labels.data() + 299, 300, -1);
  const vector_view backwards(s.probabilities.data() + 299, 300, -1);
  EXPECT_BITS(tcal_test(labels, backwards, options).critical_values, result.critical_values);
  EXPECT_BITS(tcal_test(s.labels, testing::as_float(s.probabilities), options).p_values, result.p_values);
  const auto other = tcal_test(s.labels, s.probabilities, {.n_resamples = 50, .seed = 10});
  EXPECT_BITS(other.statistics, result.statistics);
  EXPECT_NE(other.critical_values[0], result.critical_values[0]);
}

TEST(tcal_test, of_rows_without_residuals_does_not_reject) {
  const auto result = tcal_test({0, 1, 1, 0}, {0, 1, 1, 0}, {.n_resamples = 20});
  EXPECT_FALSE(result.rejected);
  EXPECT_BITS(result.p_value, 1.0);
  for (std::size_t b = 0; b < result.statistics.size(); ++b) EXPECT_BITS(result.critical_values[b], 0.0);
}

// ---- errors ----

template <class Call>
void expect_tcal_errors(Call call) {
  testing::expect_error(
      [&] {
        call({0, 1}, {0.2, 0.4}, {1, 1});
      },
      error_kind::value, error_code::unsupported, "weights");
  const numbers none;
  testing::expect_error([&] { call(std::vector<std::int32_t>(), none, {}); }, error_kind::shape,
                        error_code::empty_input, "labels");
  testing::expect_error(
      [&] {
        call({0, 1}, {0.5}, {});
      },
      error_kind::shape, error_code::length_mismatch, "probabilities");
  testing::expect_error(
      [&] {
        call({0, 3}, {0.5, 0.5}, {});
      },
      error_kind::value, error_code::bad_label, "labels");
  testing::expect_error(
      [&] {
        call({0, 1}, {0.5, std::numeric_limits<double>::quiet_NaN()}, {});
      },
      error_kind::value, error_code::out_of_range, "probabilities");
}

TEST(tcal, names_what_is_wrong) {
  expect_tcal_errors(
      [](integer_view y, vector_view p, vector_view w) { tcal_statistic(y, p, {.weights = w}); });
  expect_tcal_errors([](integer_view y, vector_view p, vector_view w) { tcal_test(y, p, {.weights = w}); });
  for (const std::int64_t bins : {std::int64_t{0}, std::int64_t{-3}, std::int64_t{1} << 40})
    testing::expect_error(
        [&] {
          tcal_statistic({0, 1}, {0.2, 0.4}, {.n_bins = bins});
        },
        error_kind::value, error_code::bad_parameter, "n_bins");
  for (const std::int64_t resamples : {std::int64_t{1}, std::int64_t{-3}, std::int64_t{1} << 40})
    testing::expect_error(
        [&] {
          tcal_test({0, 1}, {0.2, 0.4}, {.n_resamples = resamples});
        },
        error_kind::value, error_code::bad_parameter, "n_resamples", "must be 2 .. 100000");
  for (const double alpha : {0.0, 1.0, std::numeric_limits<double>::quiet_NaN()})
    testing::expect_error(
        [&] {
          tcal_test({0, 1}, {0.2, 0.4}, {.alpha = alpha});
        },
        error_kind::value, error_code::out_of_range, "alpha");
  testing::expect_error([] { tcal_test({1}, {0.4}); }, error_kind::value, error_code::degenerate, "labels");
  testing::expect_error(
      [] {
        tcal_test({0, 1}, {0.2, 0.4}, {}, {.stop = [] { return true; }});
      },
      error_kind::cancelled, error_code::cancelled, "");
}

}  // namespace
}  // namespace assay::calibration
