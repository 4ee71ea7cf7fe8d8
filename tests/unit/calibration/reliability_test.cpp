#include "assay/calibration/reliability.hpp"

#include <limits>

#include "assay/calibration/ece.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::same_bits;
using testing::sample;
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

::testing::AssertionResult same_tables(const reliability_table_result& a, const reliability_table_result& b) {
  for (const auto member :
       {&reliability_table_result::edges, &reliability_table_result::weight, &reliability_table_result::count,
        &reliability_table_result::mean_prob, &reliability_table_result::mean_label,
        &reliability_table_result::lower, &reliability_table_result::upper}) {
    if (auto same = same_bits(a.*member, b.*member); !same) return same;
  }
  return ::testing::AssertionSuccess();
}

// The definition: the bin of a row is the number of inner edges below it (at or below it when closed on the
// left).
std::vector<double> counts_by_definition(const std::vector<double>& p, const std::vector<double>& edges,
                                         bin_rule rule) {
  std::vector<double> counts(edges.size() - 1);
  const auto inner = edges.begin() + 1;
  for (const double value : p) {
    const auto above = rule == bin_rule::right_closed ? std::lower_bound(inner, edges.end() - 1, value)
                                                      : std::upper_bound(inner, edges.end() - 1, value);
    counts[static_cast<std::size_t>(above - inner)] += 1.0;
  }
  return counts;
}

class reliability_table_on : public testing::each_isa {};
ASSAY_FOR_EACH_ISA(reliability_table_on);

TEST(reliability_table, gives_means_and_counts_of_each_bin) {
  const std::vector<std::uint8_t> labels = {0, 1, 1, 0, 1, 0, 0, 1};
  const std::vector<double> p = {0.0, 0.25, 0.5, 0.5, 0.75, 0.75, 0.75, 1.0};
  const auto table = reliability_table(labels, p, {.n_bins = 4});
  EXPECT_BITS(table.edges.to_vector(), (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
  EXPECT_BITS(table.count.to_vector(), (std::vector<double>{2, 2, 3, 1}));
  EXPECT_BITS(table.weight.to_vector(), (std::vector<double>{2, 2, 3, 1}));
  EXPECT_BITS(table.mean_prob.to_vector(), (std::vector<double>{0.125, 0.5, 0.75, 1}));
  EXPECT_BITS(table.mean_label.to_vector(), (std::vector<double>{0.5, 0.5, 1.0 / 3.0, 1}));
}

TEST(reliability_table, of_an_empty_bin_is_nan) {
  const auto table = reliability_table({1}, {0.9}, {.n_bins = 2});
  EXPECT_BITS(table.weight.to_vector(), (std::vector<double>{0, 1}));
  EXPECT_BITS(table.mean_prob[0], k_nan);
  EXPECT_BITS(table.mean_label[0], k_nan);
  EXPECT_BITS(table.lower[0], k_nan);
  EXPECT_BITS(table.upper[0], k_nan);
}

TEST(reliability_table, counts_rows_of_weight_zero_but_gives_them_no_say) {
  const auto table = reliability_table({1, 0, 1}, {0.1, 0.2, 0.9}, {.weights = {0, 2, 1}, .n_bins = 2});
  EXPECT_BITS(table.count.to_vector(), (std::vector<double>{2, 1}));
  EXPECT_BITS(table.weight.to_vector(), (std::vector<double>{2, 1}));
  EXPECT_BITS(table.mean_label.to_vector(), (std::vector<double>{0, 1}));
}

TEST(reliability_table, edges_are_divided_once) {
  // 3 * (1/10) is above 0.3: edges by multiplication would put 0.3 elsewhere
  const auto right = reliability_table({1}, {0.3}, {.n_bins = 10});
  EXPECT_EQ(right.count[2], 1.0);
  const auto left = reliability_table({1}, {0.3}, {.n_bins = 10, .bin_rule = bin_rule::left_closed});
  EXPECT_EQ(left.count[3], 1.0);
}

// At k/n and its neighbours, for both rules and many numbers of bins (masks, histograms, sorted rows).
TEST_P(reliability_table_on, puts_probabilities_at_and_beside_edges_into_the_right_bin) {
  for (const std::int64_t bins : {1, 2, 3, 7, 10, 13, 15, 16, 33, 37, 49, 100, 1000, 4096, 5000}) {
    std::vector<double> p = {0.0, 1.0, 0x1p-1074};
    for (std::int64_t k = 0; k <= bins; ++k) {
      const double edge = static_cast<double>(k) / static_cast<double>(bins);
      p.push_back(edge);
      p.push_back(std::min(std::nextafter(edge, 2.0), 1.0));
      p.push_back(std::max(std::nextafter(edge, -1.0), 0.0));
    }
    const std::vector<std::uint8_t> labels(p.size(), 1);
    for (const bin_rule rule : {bin_rule::right_closed, bin_rule::left_closed}) {
      const auto table = reliability_table(labels, p, {.n_bins = bins, .bin_rule = rule});
      EXPECT_BITS(table.count.to_vector(), counts_by_definition(p, table.edges.to_vector(), rule)) << bins;
    }
  }
}

TEST_P(reliability_table_on, has_the_same_bits_with_unit_weights) {
  // masks without, histograms with weights
  const sample s = draw_sample(10007, 1);
  const std::vector<double> ones(s.labels.size(), 1.0);
  for (const std::int64_t bins : {1, 5, 10, 15, 36, 37, 64, 65, 300}) {
    EXPECT_TRUE(same_tables(reliability_table(s.labels, s.probabilities, {.n_bins = bins}),
                            reliability_table(s.labels, s.probabilities, {.weights = ones, .n_bins = bins})));
  }
}

TEST_P(reliability_table_on, has_the_bits_of_the_first_instruction_set) {
  const sample s = draw_sample(9001, 2, 40);
  for (const bool weighted : {false, true}) {
    for (const std::int64_t bins : {1, 10, 20, 37, 100}) {
      const reliability_table_options options{.weights = weighted ? vector_view(s.weights) : vector_view(),
                                              .n_bins = bins};
      const auto table = reliability_table(s.labels, s.probabilities, options);
      const testing::use_isa first(available_isas()[0]);
      EXPECT_TRUE(same_tables(table, reliability_table(s.labels, s.probabilities, options)));
    }
  }
}

TEST_P(reliability_table_on, of_float32_equals_the_float64_rule) {
  const sample s = draw_sample(5000, 3, 30);
  const auto single = testing::as_float(s.probabilities);
  const auto wide = testing::as_double(single);
  for (const std::int64_t bins : {10, 30, 100}) {
    for (const bin_rule rule : {bin_rule::right_closed, bin_rule::left_closed}) {
      const reliability_table_options options{.n_bins = bins, .bin_rule = rule};
      EXPECT_TRUE(same_tables(reliability_table(s.labels, single, options),
                              reliability_table(s.labels, wide, options)));
    }
  }
}

TEST(reliability_table, takes_labels_of_every_width_and_strided_memory) {
  const sample s = draw_sample(6000, 4);
  const auto expected = reliability_table(s.labels, s.probabilities);
  EXPECT_TRUE(
      same_tables(expected, reliability_table(testing::labels_as<std::int8_t>(s.labels), s.probabilities)));
  EXPECT_TRUE(
      same_tables(expected, reliability_table(testing::labels_as<std::int16_t>(s.labels), s.probabilities)));
  EXPECT_TRUE(
      same_tables(expected, reliability_table(testing::labels_as<std::uint16_t>(s.labels), s.probabilities)));
  EXPECT_TRUE(
      same_tables(expected, reliability_table(testing::labels_as<std::int32_t>(s.labels), s.probabilities)));
  EXPECT_TRUE(
      same_tables(expected, reliability_table(testing::labels_as<std::uint32_t>(s.labels), s.probabilities)));
  std::vector<double> pairs;
  for (const double p : s.probabilities) pairs.insert(pairs.end(), {p, 7.0});
  EXPECT_TRUE(
      same_tables(expected, reliability_table(s.labels, vector_view(pairs.data(), s.labels.size(), 2))));
}

TEST(reliability_table, does_not_depend_on_the_number_of_threads) {
  const sample s = draw_sample(700000, 5);
  context threads;
  threads.threads = 3;
  for (const std::int64_t bins : {10, 100}) {
    const reliability_table_options options{.weights = s.weights, .n_bins = bins};
    EXPECT_TRUE(same_tables(reliability_table(s.labels, s.probabilities, options),
                            reliability_table(s.labels, s.probabilities, options, threads)));
  }
}

TEST(reliability_table, treats_doubled_rows_as_doubled_weights) {
  const sample s = draw_sample(500, 6, 20);
  std::vector<std::uint8_t> labels;
  std::vector<double> p, twice(s.labels.size(), 2.0);
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    labels.insert(labels.end(), 2, s.labels[i]);
    p.insert(p.end(), 2, s.probabilities[i]);
  }
  for (const auto strategy : {binning::equal_width, binning::unique}) {
    const auto doubled = reliability_table(labels, p, {.strategy = strategy});
    const auto weighted =
        reliability_table(s.labels, s.probabilities, {.weights = twice, .strategy = strategy});
    EXPECT_BITS(doubled.weight, weighted.weight);
    for (std::size_t k = 0; k < doubled.weight.size(); ++k) {
      EXPECT_REL(doubled.mean_prob[k], weighted.mean_prob[k], 1e-15,
                 "one rounding each in sums of other order");
      EXPECT_REL(doubled.mean_label[k], weighted.mean_label[k], 1e-15, "whole numbers");
    }
  }
}

// ---- layouts that depend on the data ----

TEST(reliability_table, quantile_edges_are_type_7_percentiles) {
  // 9 values: the quarters are values themselves
  const std::vector<double> p = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  const std::vector<std::uint8_t> labels(9, 1);
  const auto table = reliability_table(labels, p, {.n_bins = 4, .strategy = binning::quantile});
  EXPECT_BITS(table.edges.to_vector(), (std::vector<double>{0.1, 0.3, 0.5, 0.7, 0.9}));
  EXPECT_BITS(table.count.to_vector(), (std::vector<double>{3, 2, 2, 2}));
  const auto halves =
      reliability_table({1, 1, 1, 1}, {0.1, 0.2, 0.4, 0.8}, {.n_bins = 2, .strategy = binning::quantile});
  EXPECT_REL(halves.edges[1], 0.3, 1e-15, "(0.2 + 0.4)/2 rounded");
}

TEST(reliability_table, equal_mass_drops_duplicate_edges) {
  const std::vector<double> p = {0.5, 0.5, 0.5, 0.5, 0.5, 0.9};
  const std::vector<std::uint8_t> labels(6, 0);
  const auto table = reliability_table(labels, p, {.n_bins = 3, .strategy = binning::equal_mass});
  EXPECT_BITS(table.edges.to_vector(), (std::vector<double>{0, 0.5, 1}));
  EXPECT_BITS(table.count.to_vector(), (std::vector<double>{5, 1}));
}

TEST(reliability_table, rank_bins_keep_ties_together) {
  // ranks 0 0 0 3 4 5 of n = 6: floor(2 r/6) = 0 0 0 1 1 1
  const std::vector<double> p = {0.2, 0.2, 0.2, 0.4, 0.6, 0.8};
  const std::vector<std::uint8_t> labels(6, 0);
  const auto table = reliability_table(labels, p, {.n_bins = 2, .strategy = binning::rank});
  EXPECT_BITS(table.count.to_vector(), (std::vector<double>{3, 3}));
  const auto tied = reliability_table({0, 1, 0}, {0.3, 0.3, 0.3}, {.n_bins = 3, .strategy = binning::rank});
  EXPECT_BITS(tied.count.to_vector(), (std::vector<double>{3, 0, 0}));
}

TEST(reliability_table, unique_bins_have_exactly_their_probability_as_mean) {
  const sample s = draw_sample(300, 7, 9);
  const auto table =
      reliability_table(s.labels, s.probabilities, {.weights = s.weights, .strategy = binning::unique});
  ASSERT_EQ(table.count.size(), 10U);
  for (std::size_t k = 0; k < 10; ++k) EXPECT_BITS(table.mean_prob[k], static_cast<double>(k) / 9.0);
}

TEST(reliability_table, edges_of_every_layout_put_the_rows_back_into_their_bins) {
  const sample s = draw_sample(400, 8, 25);
  for (const auto strategy : {binning::quantile, binning::equal_mass, binning::rank, binning::unique}) {
    for (const bin_rule rule : {bin_rule::right_closed, bin_rule::left_closed}) {
      const auto table =
          reliability_table(s.labels, s.probabilities, {.n_bins = 7, .strategy = strategy, .bin_rule = rule});
      EXPECT_BITS(table.count.to_vector(),
                  counts_by_definition(s.probabilities, table.edges.to_vector(), rule));
    }
  }
}

TEST(reliability_table, custom_edges_equal_to_equal_width_give_its_table) {
  const sample s = draw_sample(3000, 9);
  const std::vector<double> edges = {0, 0.25, 0.5, 0.75, 1};
  EXPECT_TRUE(same_tables(
      reliability_table(s.labels, s.probabilities, {.n_bins = 4}),
      reliability_table(s.labels, s.probabilities, {.strategy = binning::custom, .edges = edges})));
}

// ---- intervals ----

TEST(reliability_table, has_wilson_intervals) {
  // 3 events of 10 and 0 of 7 at level 0.9: values of scipy.stats.norm in the Wilson formula
  std::vector<std::uint8_t> labels = {1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
  std::vector<double> p(10, 0.25);
  labels.insert(labels.end(), 7, 0);
  p.insert(p.end(), 7, 0.75);
  const auto table = reliability_table(labels, p, {.n_bins = 2});
  EXPECT_REL(table.lower[0], 0.12687658390319786, 1e-13, "the budget of the doc comment");
  EXPECT_REL(table.upper[0], 0.5583002041301649, 1e-13, "the budget of the doc comment");
  EXPECT_BITS(table.lower[1], 0.0);
  EXPECT_REL(table.upper[1], 0.27876269545254206, 1e-13, "the budget of the doc comment");
}

TEST(reliability_table, intervals_of_weighted_bins_use_the_effective_number_of_rows) {
  // weights 3, 1: (3 + 1)^2/(9 + 1) = 1.6 rows with rate 3/4
  const auto table = reliability_table({1, 0}, {0.5, 0.5}, {.weights = {3, 1}, .n_bins = 1, .level = 0.5});
  const double z = 0.6744897501960817;  // normal quantile of 3/4
  const double n = 1.6, a = 0.75;
  const double half = z * std::sqrt(a * (1 - a) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  const double middle = (a + z * z / (2 * n)) / (1 + z * z / n);
  EXPECT_REL(table.lower[0], middle - half, 1e-14, "the textbook formula cancels little here");
  EXPECT_REL(table.upper[0], middle + half, 1e-14, "the textbook formula cancels little here");
}

// ---- errors ----

TEST(reliability_table, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    reliability_table(labels, p, {.weights = weights});
  });
  testing::expect_bin_errors([](const auto& bins) {
    reliability_table({0, 1}, {0.2, 0.4},
                      {.n_bins = bins.n_bins, .strategy = bins.strategy, .edges = bins.edges});
  });
  for (const double level : {0.0, 1.0, -1.0, k_nan}) {
    testing::expect_error([&] { reliability_table({0}, {0.5}, {.level = level}); }, error_kind::value,
                          error_code::out_of_range, "level", "must lie in (0, 1)");
  }
}

// ---- accumulator ----

TEST(reliability_accumulator, equals_the_table_of_the_whole) {
  const sample s = draw_sample(20000, 10);
  reliability_accumulator whole;
  whole.update(s.labels, s.probabilities);
  EXPECT_TRUE(same_tables(whole.value(), reliability_table(s.labels, s.probabilities)));
  EXPECT_REL(whole.ece(), ece(s.labels, s.probabilities, {.n_bins = 10}), 1e-12,
             "p - y is summed in other parts");
}

TEST_P(reliability_table_on, accumulators_merge_to_the_bits_of_the_whole_in_any_order) {
  const sample s = draw_sample(5 * 4096, 11);
  const integer_view labels(s.labels);
  const vector_view p(s.probabilities), w(s.weights);
  for (const bool weighted : {false, true}) {
    std::vector<reliability_accumulator> shards(3);
    const std::size_t bounds[] = {0, 4096, 3 * 4096, 5 * 4096};
    for (std::size_t i = 0; i < 3; ++i) {
      const std::size_t size = bounds[i + 1] - bounds[i];
      shards[i].update(integer_view(labels.rows(bounds[i], size)), vector_view(p.rows(bounds[i], size)),
                       {.weights = weighted ? vector_view(w.rows(bounds[i], size)) : vector_view()});
    }
    shards[2].merge(shards[0]);
    shards[2].merge(shards[1]);
    EXPECT_TRUE(same_tables(shards[2].value(),
                            reliability_table(labels, p, {.weights = weighted ? w : vector_view()})));
  }
}

TEST(reliability_accumulator, of_any_split_agrees_to_rounding) {
  const sample s = draw_sample(1000, 12);
  const integer_view labels(s.labels);
  const vector_view p(s.probabilities);
  reliability_accumulator parts;
  for (std::size_t first = 0; first < 1000; first += 7) {
    const std::size_t size = std::min<std::size_t>(7, 1000 - first);
    parts.update(integer_view(labels.rows(first, size)), vector_view(p.rows(first, size)));
  }
  const auto whole = reliability_table(labels, p);
  const auto merged = parts.value();
  EXPECT_BITS(merged.count, whole.count);
  for (std::size_t k = 0; k < whole.count.size(); ++k) {
    EXPECT_BITS(merged.mean_label[k], whole.mean_label[k]);
    EXPECT_REL(merged.mean_prob[k], whole.mean_prob[k], 1e-15, "sums of other blocks");
  }
}

TEST(reliability_accumulator, comes_back_from_bytes) {
  const sample s = draw_sample(3000, 13);
  const std::vector<double> edges = {-0.5, 0.1, 0.7, 1};
  for (const bool custom : {false, true}) {
    reliability_accumulator before({.n_bins = 12,
                                    .edges = custom ? vector_view(edges) : vector_view(),
                                    .bin_rule = bin_rule::left_closed,
                                    .level = 0.8});
    before.update(s.labels, s.probabilities);
    before.update(s.labels, s.probabilities, {.weights = s.weights});
    auto after = reliability_accumulator::from_bytes(before.to_bytes());
    EXPECT_TRUE(same_tables(before.value(), after.value()));
    EXPECT_EQ(before.to_bytes(), after.to_bytes());
    after.merge(before);
    before.merge(before);
    EXPECT_TRUE(same_tables(before.value(), after.value()));
  }
}

TEST(reliability_accumulator, copies_and_resets) {
  reliability_accumulator first({.n_bins = 2});
  first.update({1}, {0.75});
  reliability_accumulator second(first);
  second.update({0}, {0.25});
  EXPECT_BITS(first.value().count.to_vector(), (std::vector<double>{0, 1}));
  EXPECT_BITS(second.value().count.to_vector(), (std::vector<double>{1, 1}));
  second.reset();
  EXPECT_BITS(second.value().count.to_vector(), (std::vector<double>{0, 0}));
  second = first;
  EXPECT_TRUE(same_tables(first.value(), second.value()));
}

TEST(reliability_accumulator, adds_nothing_after_an_error) {
  reliability_accumulator table;
  table.update({1, 0}, {0.3, 0.8});
  const auto before = table.to_bytes();
  const auto update = [&](integer_view labels, vector_view p, vector_view weights) {
    table.update(labels, p, {.weights = weights});
  };
  testing::expect_row_errors("probabilities", update, false);
  EXPECT_EQ(table.to_bytes(), before);
}

TEST(reliability_accumulator, refuses_what_does_not_fit) {
  reliability_accumulator table({.n_bins = 3});
  testing::expect_error([&] { table.merge(reliability_accumulator({.n_bins = 4})); }, error_kind::value,
                        error_code::bad_parameter, "other", "other bins");
  testing::expect_error([&] { static_cast<void>(table.ece()); }, error_kind::state, error_code::zero_weight,
                        "", "nothing with weight > 0");
  for (const std::int64_t bins : {std::int64_t{0}, std::int64_t{-3}, std::int64_t{4097}}) {
    testing::expect_error([&] { reliability_accumulator({.n_bins = bins}); }, error_kind::value,
                          error_code::bad_parameter, "n_bins", "must be at");
  }
  testing::expect_error([] { reliability_accumulator({.level = 1.5}); }, error_kind::value,
                        error_code::out_of_range, "level", "(0, 1)");
  testing::expect_corrupt_bytes(table.to_bytes(),
                                [](const auto& bytes) { reliability_accumulator::from_bytes(bytes); });
}

TEST(accumulator_merge, gives_the_error_of_the_whole) {
  const sample s = draw_sample(90, 14);
  const std::vector<std::int32_t> bounds = {0, 20, 20, 20, 20, 90};
  const array_view shards(bounds.data(), dtype::int32, 2, {3, 2, 1});
  const auto merged = accumulator_merge(s.labels, s.probabilities, integer_view(shards));
  EXPECT_EQ(merged.merged_count, 90);
  EXPECT_REL(merged.merged_ece_l1, ece(s.labels, s.probabilities, {.n_bins = 10}), 1e-13,
             "sums of other blocks");
  ASSERT_EQ(merged.shards.size(), 3U);
  double weight = 0.0;
  for (const auto& shard : merged.shards)
    for (const double w : shard.weight.to_vector()) weight += w;
  EXPECT_EQ(weight, 90.0);
}

TEST(accumulator_merge, refuses_shards_outside_the_rows) {
  for (const std::vector<std::int32_t>& bounds :
       {std::vector<std::int32_t>{0, 3}, std::vector<std::int32_t>{2, 1}, std::vector<std::int32_t>{-1, 1}}) {
    const array_view shards(bounds.data(), dtype::int32, 2, {1, 2, 1});
    testing::expect_error(
        [&] {
          accumulator_merge({0, 1}, {0.2, 0.4}, integer_view(shards));
        },
        error_kind::value, error_code::out_of_range, "shards", "must ascend within 0..2");
  }
  const std::vector<std::int32_t> three = {0, 1, 2};
  testing::expect_error(
      [&] {
        accumulator_merge({0, 1}, {0.2, 0.4},
                          integer_view(array_view(three.data(), dtype::int32, 2, {1, 3, 1})));
      },
      error_kind::shape, error_code::length_mismatch, "shards", "must be (k, 2)");
}

}  // namespace
}  // namespace assay::calibration
