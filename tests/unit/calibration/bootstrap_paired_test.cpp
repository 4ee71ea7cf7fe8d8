#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/calibration/bootstrap.hpp"
#include "calibration_errors.hpp"
#include "naive_bootstrap.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

TEST(calibration_bootstrap_paired, follows_its_definition) {
  for (const bool weighted : {false, true}) {
    const sample s = prepared(50, 400, 0, weighted);
    sample other = s;
    const sample noise = draw_sample(50, 401);
    for (std::size_t i = 0; i < 50; ++i)
      other.probabilities[i] = 0.7 * s.probabilities[i] + 0.3 * noise.probabilities[i];
    for (const metric wanted : k_metrics) {
      if (weighted && wanted == metric::ece_debiased_l2) continue;
      std::vector<double> values, without;
      double up = 0.0, down = 0.0;
      for (std::size_t b = 0; b < 41; ++b) {
        const auto rows = rows_by_definition(7, b, 50);
        values.push_back(metric_of(drawn_rows(s, rows), wanted) - metric_of(drawn_rows(other, rows), wanted));
        up += values.back() >= 0.0 ? 1.0 : 0.0;
        down += values.back() <= 0.0 ? 1.0 : 0.0;
      }
      for (std::size_t i = 0; i < 50; ++i)
        without.push_back(metric_of(without_row(s, i), wanted) - metric_of(without_row(other, i), wanted));
      auto options = options_for(s, wanted, weighted);
      options.method = bootstrap_method::bca;
      const auto found =
          calibration_bootstrap_paired(s.labels, s.probabilities, other.probabilities, options);
      EXPECT_ABS(found.first, metric_of(s, wanted), 1e-14, k_budget);
      EXPECT_ABS(found.other, metric_of(other, wanted), 1e-14, k_budget);
      EXPECT_BITS(found.estimate, found.first - found.other);
      EXPECT_BITS(found.p_value, std::min(1.0, 2.0 * (1.0 + std::min(up, down)) / 42.0));
      const ends bca = bca_by_definition(found.estimate, values, without, 0.9);
      EXPECT_ABS(found.lower, bca.lower, 1e-10, "levels carry the skewness of differences of 1e-14");
      EXPECT_ABS(found.upper, bca.upper, 1e-10, "levels carry the skewness of differences of 1e-14");
      options.method = bootstrap_method::percentile;
      std::sort(values.begin(), values.end());
      const auto plain =
          calibration_bootstrap_paired(s.labels, s.probabilities, other.probabilities, options);
      EXPECT_ABS(plain.lower, values[2], 1e-12, k_budget);
      EXPECT_ABS(plain.upper, values[38], 1e-12, k_budget);
      options.method = bootstrap_method::basic;
      const auto basic =
          calibration_bootstrap_paired(s.labels, s.probabilities, other.probabilities, options);
      EXPECT_ABS(basic.lower, 2.0 * found.estimate - values[38], 1e-12, k_budget);
    }
  }
}

TEST(calibration_bootstrap_paired, of_a_forecast_with_itself_is_zero) {
  const sample s = draw_sample(40, 402, 8);
  for (const metric wanted : k_metrics) {
    const auto found = calibration_bootstrap_paired(s.labels, s.probabilities, s.probabilities,
                                                    {.metric = wanted, .n_boot = 20});
    if (wanted == metric::log_loss && !std::isfinite(found.first)) continue;
    EXPECT_BITS(found.estimate, 0.0);
    EXPECT_BITS(found.lower, 0.0);
    EXPECT_BITS(found.upper, 0.0);
    EXPECT_BITS(found.p_value, 1.0);
  }
}

TEST(calibration_bootstrap_paired, sees_a_difference_that_single_intervals_hide) {
  const sample s = draw_sample(400, 403);
  std::vector<double> worse;
  for (const double p : s.probabilities) worse.push_back(std::min(1.0, p + 0.02));
  const auto found = calibration_bootstrap_paired(s.labels, s.probabilities, worse, {.n_boot = 200});
  EXPECT_LT(found.upper, 0.0);
  EXPECT_LT(found.p_value, 0.05);
  EXPECT_LT(found.std_error,
            0.3 * calibration_bootstrap(s.labels, s.probabilities, {.n_boot = 200}).std_error);
}

TEST(calibration_bootstrap_paired, does_not_depend_on_the_number_of_threads) {
  const sample s = draw_sample(100, 404), t = draw_sample(100, 405);
  context threads;
  threads.threads = 4;
  const calibration_bootstrap_options options{.metric = metric::auc, .n_boot = 50};
  const auto one = calibration_bootstrap_paired(s.labels, s.probabilities, t.probabilities, options);
  const auto four =
      calibration_bootstrap_paired(s.labels, s.probabilities, t.probabilities, options, threads);
  EXPECT_BITS(one.lower, four.lower);
  EXPECT_BITS(one.std_error, four.std_error);
}

TEST(calibration_bootstrap_paired, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    calibration_bootstrap_paired(labels, p, p, {.weights = weights});
  });
  const auto other = [](vector_view p, error_kind kind, error_code code, const std::string& text) {
    testing::expect_error(
        [&] {
          calibration_bootstrap_paired({0, 1}, {0.2, 0.4}, p);
        },
        kind, code, "other_probabilities", text);
  };
  const std::vector<double> none;
  other(none, error_kind::shape, error_code::empty_input, "is empty");
  other({0.1, 0.2, 0.3}, error_kind::shape, error_code::length_mismatch, "has 3 elements");
  other({0.1, 1.5}, error_kind::value, error_code::out_of_range, "other_probabilities[1] is 1.5");
  testing::expect_error(
      [] {
        calibration_bootstrap_paired({1, 0}, {0.0, 0.5}, {0.0, 0.4}, {.metric = metric::log_loss});
      },
      error_kind::value, error_code::degenerate, "probabilities", "infinite log loss");
  testing::expect_error(
      [] {
        calibration_bootstrap_paired({1, 1}, {0.2, 0.5}, {0.1, 0.4}, {.metric = metric::eer});
      },
      error_kind::value, error_code::single_class, "labels", "hold only the class 1");
}

std::vector<std::int32_t> indices_by_definition(std::size_t n, std::size_t count, std::uint64_t seed) {
  std::vector<std::int32_t> all;
  for (std::size_t b = 0; b < count; ++b)
    for (const std::size_t row : rows_by_definition(seed, b, n))
      all.push_back(static_cast<std::int32_t>(row));
  return all;
}

integer_view table(const std::vector<std::int32_t>& values, std::size_t rows) {
  return integer_view(array_view(values.data(), dtype::int32, 2, {rows, values.size() / rows, 1}));
}

TEST(bootstrap_ci_indices, agrees_with_the_rows_of_the_seed) {
  for (const bool weighted : {false, true}) {
    const sample s = prepared(300, 500, 40, weighted);
    const auto indices = indices_by_definition(300, 30, 5);
    for (const metric wanted : k_metrics) {
      if (weighted && wanted == metric::ece_debiased_l2) continue;
      const vector_view weights = weighted ? vector_view(s.weights) : vector_view();
      calibration_bootstrap_options options{.weights = weights, .metric = wanted, .n_boot = 30, .seed = 5};
      const auto plain = calibration_bootstrap(s.labels, s.probabilities, options);
      options.method = bootstrap_method::basic;
      const auto basic = calibration_bootstrap(s.labels, s.probabilities, options);
      const auto found = bootstrap_ci_indices(s.labels, s.probabilities, table(indices, 30),
                                              {.weights = weights, .metric = wanted});
      EXPECT_BITS(found.estimate, plain.estimate);
      EXPECT_BITS(found.percentile[0], plain.lower);
      EXPECT_BITS(found.percentile[1], plain.upper);
      EXPECT_BITS(found.basic[0], basic.lower);
      EXPECT_BITS(found.basic[1], basic.upper);
      EXPECT_BITS(found.std_error, plain.std_error);
      EXPECT_EQ(found.replicates.size(), 30U);
    }
  }
}

TEST(bootstrap_ci_indices, marks_and_leaves_out_replicates_of_one_class) {
  const std::vector<std::int32_t> indices = {0, 1, 2, 0, 0, 2, 1, 1, 0};
  const auto found =
      bootstrap_ci_indices({0, 1, 0}, {0.2, 0.9, 0.4}, table(indices, 3), {.metric = metric::auc});
  EXPECT_BITS(found.replicates.to_vector(),
              (std::vector<double>{1.0, std::numeric_limits<double>::quiet_NaN(), 1.0}));
  EXPECT_BITS(found.percentile[0], 1.0);
  EXPECT_BITS(found.std_error, 0.0);
}

TEST(bootstrap_ci_indices, takes_replicates_of_any_size) {
  const std::vector<std::int32_t> indices = {1, 0, 1, 0, 0};
  const auto found = bootstrap_ci_indices({0, 1}, {0.5, 0.75}, table(indices, 5));
  EXPECT_BITS(found.replicates.to_vector(), (std::vector<double>{0.0625, 0.25, 0.0625, 0.25, 0.25}));
}

TEST(bootstrap_ci_indices, names_what_is_wrong) {
  const std::vector<std::int32_t> good = {0, 1, 1, 0};
  testing::expect_row_errors("probabilities", [&](integer_view labels, vector_view p, vector_view weights) {
    bootstrap_ci_indices(labels, p, table(good, 2), {.weights = weights});
  });
  const auto refused = [](const std::vector<std::int32_t>& indices, std::size_t rows, error_kind kind,
                          error_code code, const std::string& text) {
    testing::expect_error(
        [&] {
          bootstrap_ci_indices({0, 1}, {0.2, 0.4}, table(indices, rows));
        },
        kind, code, "indices", text);
  };
  refused({0, 1, 2, 0}, 2, error_kind::value, error_code::out_of_range,
          "indices[1, 0] is 2, must lie in 0..1");
  refused({0, -1, 1, 0}, 2, error_kind::value, error_code::out_of_range, "indices[0, 1] is -1");
  const std::vector<std::int32_t> none;
  testing::expect_error(
      [&] {
        bootstrap_ci_indices({0, 1}, {0.2, 0.4}, none);
      },
      error_kind::shape, error_code::empty_input, "indices");
  testing::expect_error(
      [&] {
        bootstrap_ci_indices({0, 1}, {0.2, 0.4}, good);
      },
      error_kind::shape, error_code::length_mismatch, "indices", "must be (b, m)");
  testing::expect_error(
      [&] {
        bootstrap_ci_indices({0, 1}, {0.2, 0.4}, table(good, 1));
      },
      error_kind::value, error_code::degenerate, "labels", "fewer than two replicates");
  testing::expect_error(
      [&] {
        bootstrap_ci_indices({0, 1}, {0.2, 0.4}, table(good, 2), {.level = 2.0});
      },
      error_kind::value, error_code::out_of_range, "level");
  testing::expect_error(
      [&] {
        bootstrap_ci_indices({0, 1}, {0.2, 0.4}, table(good, 2), {.n_bins = 0});
      },
      error_kind::value, error_code::bad_parameter, "n_bins");
}

}  // namespace
}  // namespace assay::calibration
