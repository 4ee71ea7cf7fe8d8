#include "assay/calibration/internal/cells.hpp"

#include <cmath>
#include <limits>

#include "assay/calibration/bootstrap.hpp"
#include "assay/calibration/brier.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/internal/cell_metrics.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/core/rng.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using internal::cell_metrics;
using internal::sample_cells;
using testing::draw_sample;
using testing::sample;

constexpr const char* k_sums = "plain sums of n terms, compared with exact ones";

internal::binary_rows rows_of(const sample& s, bool weighted) {
  return {s.labels, s.probabilities, weighted ? vector_view(s.weights) : vector_view()};
}

sample_cells cells_of(const internal::binary_rows& rows, std::size_t bins) {
  const internal::sorted_rows sorted(checker("test"), rows, internal::zero_weights::drop);
  return {rows, sorted.groups(), internal::bin_edges::equal_width(bins, bin_rule::right_closed)};
}

void expect_same(const cell_metrics& found, const sample& s, bool weighted, std::int64_t bins) {
  const vector_view w = weighted ? vector_view(s.weights) : vector_view();
  const auto& y = s.labels;
  const auto& p = s.probabilities;
  EXPECT_REL(found.brier, brier_score(y, p, {.weights = w}), 1e-12, k_sums);
  EXPECT_REL(found.log_loss, log_loss(y, p, {.weights = w}), 1e-12, k_sums);
  EXPECT_REL(found.ece, ece(y, p, {.weights = w, .n_bins = bins}), 1e-11, k_sums);
  EXPECT_REL(found.mce, mce(y, p, {.weights = w, .n_bins = bins}), 1e-11, k_sums);
  EXPECT_REL(found.auc, roc_auc(y, p, {.weights = w}), 1e-12, k_sums);
  EXPECT_REL(found.eer, eer(y, p, {.weights = w}), 1e-11, k_sums);
  const auto corp = corp_decomposition(y, p, {.weights = w});
  EXPECT_ABS(found.miscalibration, corp.miscalibration, 1e-13, k_sums);
  EXPECT_ABS(found.discrimination, corp.discrimination, 1e-13, k_sums);
  EXPECT_ABS(found.brier_skill, 1.0 - corp.score / corp.uncertainty, 1e-12, k_sums);
  if (weighted) return;
  EXPECT_REL(found.ece_debiased_l1, ece_debiased_l1(y, p, {.n_bins = bins}), 1e-11, k_sums);
  EXPECT_REL(found.ece_debiased_l2, ece_debiased_l2(y, p, {.n_bins = bins}).value, 1e-11, k_sums);
}

TEST(cells, of_distinct_probabilities_have_the_metrics_of_the_rows) {
  for (const std::uint64_t levels : {0U, 7U, 40U}) {
    const sample s = draw_sample(900, 5 + levels, levels);
    for (const bool weighted : {false, true}) {
      const auto sample = cells_of(rows_of(s, weighted), 10);
      expect_same(internal::metrics_of(sample, sample.whole()), s, weighted, 10);
    }
  }
}

TEST(cells, of_one_class_leave_out_what_needs_two) {
  const std::vector<std::uint8_t> labels = {1, 1};
  const std::vector<double> p = {0.25, 0.75};
  const internal::binary_rows rows{labels, p, {}};
  const auto sample = cells_of(rows, 4);
  const auto found = internal::metrics_of(sample, sample.whole());
  EXPECT_TRUE(std::isnan(found.auc) && std::isnan(found.eer) && std::isnan(found.average_precision));
  EXPECT_TRUE(std::isnan(found.brier_skill));
  EXPECT_BITS(found.brier, (0.5625 + 0.0625) / 2);
}

TEST(cells, keep_an_infinite_log_loss_to_the_replicates_that_draw_it) {
  const std::vector<std::uint8_t> labels = {1, 0, 1};
  const std::vector<double> p = {0.0, 0.5, 0.75};
  const internal::binary_rows rows{labels, p, {}};
  const auto sample = cells_of(rows, 4);
  EXPECT_BITS(internal::metrics_of(sample, sample.whole()).log_loss, std::numeric_limits<double>::infinity());
  EXPECT_REL(internal::metrics_of(sample, {0, 0, 1, 0, 0, 1}).log_loss, 0.5 * std::log(8.0 / 3.0), 1e-15,
             "-ln 1/2 and -ln 3/4");
}

// A replicate made by hand from the same stream.
TEST(cells, of_few_rows_draw_rows_with_replacement) {
  const sample s = draw_sample(500, 11, 25);
  for (const bool weighted : {false, true}) {
    const auto cells = cells_of(rows_of(s, weighted), 8);
    for (const std::uint64_t replicate : {0U, 3U}) {
      philox::stream draws(42, replicate);
      sample drawn;
      for (std::size_t j = 0; j < 500; ++j) {
        const auto row = static_cast<std::size_t>(philox::high_product(draws.next(), 500));
        drawn.labels.push_back(s.labels[row]);
        drawn.probabilities.push_back(s.probabilities[row]);
        drawn.weights.push_back(s.weights[row]);
      }
      internal::cell_weights weights;
      cells.draw(42, replicate, weights);
      expect_same(internal::metrics_of(cells, weights), drawn, weighted, 8);
    }
  }
}

// Mean and standard deviation of a metric over replicates.
struct spread {
  double mean;
  double deviation;
};

template <class Metric>
spread spread_of(const sample_cells& cells, std::size_t replicates, Metric metric) {
  double sum = 0.0, squares = 0.0;
  internal::cell_weights weights;
  for (std::size_t b = 0; b < replicates; ++b) {
    cells.draw(9, b, weights);
    const double value = metric(internal::metrics_of(cells, weights));
    sum += value;
    squares += value * value;
  }
  const double mean = sum / static_cast<double>(replicates);
  return {mean, std::sqrt(squares / static_cast<double>(replicates) - mean * mean)};
}

TEST(cells, of_many_rows_vary_as_resampled_rows_do) {
  const sample s = draw_sample(60'000, 12);
  for (const bool weighted : {false, true}) {
    const auto cells = cells_of(rows_of(s, weighted), 10);
    ASSERT_LE(cells.cells().size(), sample_cells::k_most_cells + 20);
    const auto whole = internal::metrics_of(cells, cells.whole());
    const auto drawn = spread_of(cells, 300, [](const cell_metrics& m) { return m.brier; });
    // standard error of a weighted mean: sqrt(sum w^2 (s - mean)^2) / sum w
    double weight = 0.0, squares = 0.0;
    for (std::size_t i = 0; i < s.labels.size(); ++i) {
      const double w = weighted ? s.weights[i] : 1.0;
      const double loss = (s.probabilities[i] - s.labels[i]) * (s.probabilities[i] - s.labels[i]);
      weight += w;
      squares += w * w * (loss - whole.brier) * (loss - whole.brier);
    }
    const double expected = std::sqrt(squares) / weight;
    EXPECT_REL(drawn.deviation, expected, 0.2, "300 replicates: standard error of a deviation is 4 %");
    EXPECT_ABS(drawn.mean, whole.brier, 5 * expected / std::sqrt(300.0), "five standard errors");
  }
}

TEST(cells, with_few_rows_each_draw_poisson_numbers) {
  // 40,000 rows at one probability with 3 events: cells of one class with few rows
  sample s;
  for (std::size_t i = 0; i < 40'000; ++i) {
    s.labels.push_back(i < 3 ? 1 : 0);
    s.probabilities.push_back(0.25);
  }
  const auto cells = cells_of(rows_of(s, false), 4);
  const auto rate = spread_of(cells, 2000, [](const cell_metrics& m) { return m.base_rate * 40'000; });
  EXPECT_ABS(rate.mean, 3.0, 5 * std::sqrt(3.0 / 2000), "five standard errors");
  EXPECT_REL(rate.deviation, std::sqrt(3.0), 0.1, "2000 replicates: 2 to 3 % standard error");
}

}  // namespace
}  // namespace assay::calibration
