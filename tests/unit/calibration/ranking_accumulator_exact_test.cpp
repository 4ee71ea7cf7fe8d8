#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "assay/calibration/corp.hpp"
#include "assay/calibration/ks.hpp"
#include "assay/calibration/ranking_accumulator.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/calibration/roc_curves.hpp"
#include "assay/core/bytes.hpp"
#include "calibration_errors.hpp"
#include "ranking_rows.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

ranking_accumulator kept(const sample& s, bool weighted, std::size_t first = 0, std::size_t last = 0) {
  return filled(s, weighted, first, last, true);
}

// Rows by probability, label and weight, as an exact accumulator adds them.
sample in_its_order(const sample& s) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < s.labels.size(); ++i) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (s.probabilities[a] != s.probabilities[b]) return s.probabilities[a] < s.probabilities[b];
    if (s.labels[a] != s.labels[b]) return s.labels[a] < s.labels[b];
    return s.weights[a] < s.weights[b];
  });
  return drawn_rows(s, order);
}

void expect_bits_of_functions(const ranking_accumulator& rows, const sample& s, const vector_view& w) {
  const auto found = rows.value();
  const auto& y = s.labels;
  const auto& p = s.probabilities;
  EXPECT_EQ(found.count, static_cast<std::int64_t>(y.size()));
  EXPECT_BITS(found.auc, roc_auc(y, p, {.weights = w}));
  EXPECT_BITS(found.average_precision, average_precision(y, p, {.weights = w}));
  EXPECT_BITS(found.eer, eer(y, p, {.weights = w}));
  EXPECT_BITS(found.ks, ks_calibration_error(y, p, {.weights = w}));
  const auto parts = corp_decomposition(y, p, {.weights = w});
  EXPECT_BITS(found.brier, parts.score);
  EXPECT_BITS(found.miscalibration, parts.miscalibration);
  EXPECT_BITS(found.discrimination, parts.discrimination);
  EXPECT_BITS(found.uncertainty, parts.uncertainty);
  for (const promise& promised : k_promises) EXPECT_BITS(found.*promised.error, 0.0);
  const auto curve = rows.curve();
  const auto exact = corp_reliability(y, p, {.weights = w});
  EXPECT_BITS(curve.x, exact.x);
  EXPECT_BITS(curve.lowest, exact.x);
  EXPECT_BITS(curve.highest, exact.x);
  EXPECT_BITS(curve.cep, exact.cep);
  EXPECT_BITS(curve.weight, exact.weight);
}

TEST(ranking_accumulator_exact, gives_the_bits_of_the_functions) {
  for (const std::uint64_t levels : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{40}}) {
    const sample s = draw_sample(1500, 700 + levels, levels);
    expect_bits_of_functions(kept(s, false), s, {});
    const sample sorted = in_its_order(s);
    expect_bits_of_functions(kept(s, true), sorted, sorted.weights);
  }
}

TEST(ranking_accumulator_exact, agrees_with_the_definitions) {
  for (const bool weighted : {false, true}) {
    const sample s = prepared(400, 710, 60, weighted);
    expect_kept(kept(s, weighted).value(), s, 0.0);
    const auto found = kept(s, weighted).value();
    double weight = 0.0, events = 0.0;
    for (std::size_t i = 0; i < 400; ++i) {
      weight += s.weights[i];
      events += s.weights[i] * s.labels[i];
    }
    EXPECT_REL(found.weight, weight, 1e-13, "sums of 400 terms");
    EXPECT_REL(found.mean_label, events / weight, 1e-13, "sums of 400 terms");
  }
}

TEST(ranking_accumulator_exact, lies_within_the_bounds_of_the_cells) {
  const sample s = draw_sample(3000, 711);
  const auto cells = filled(s, true).value(), exact = kept(s, true).value();
  for (const promise& p : k_promises)
    EXPECT_LE(std::fabs(cells.*p.value - exact.*p.value), cells.*p.error + 1e-12);
}

// Random cuts, rows in a random order, random order of merging, some parts through their bytes.
TEST(ranking_accumulator_exact, merges_in_any_order_to_the_bits_of_the_whole) {
  testing::generator rng(720);
  for (int trial = 0; trial < 20; ++trial) {
    const bool weighted = trial % 2 == 0;
    const sample s = draw_sample(700, 721 + static_cast<std::uint64_t>(trial), 1 + rng.below(60));
    const ranking_accumulator whole = kept(s, weighted);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < 700; ++i)
      order.insert(order.begin() + static_cast<std::ptrdiff_t>(rng.below(i + 1)), i);
    const sample shuffled = drawn_rows(s, order);
    std::vector<ranking_accumulator> parts;
    for (std::size_t first = 0; first < 700;) {
      const std::size_t last =
          std::min<std::size_t>(700, first + 1 + static_cast<std::size_t>(rng.below(200)));
      parts.push_back(kept(shuffled, weighted, first, last));
      first = last;
    }
    while (parts.size() > 1) {
      std::swap(parts[static_cast<std::size_t>(rng.below(parts.size()))], parts.back());
      const auto other = ranking_accumulator::from_bytes(parts.back().to_bytes());
      parts.pop_back();
      parts[static_cast<std::size_t>(rng.below(parts.size()))].merge(other);
    }
    EXPECT_EQ(parts[0].to_bytes(), whole.to_bytes());
    for (const promise& p : k_promises) EXPECT_BITS(parts[0].value().*p.value, whole.value().*p.value);
    EXPECT_BITS(parts[0].curve().cep, whole.curve().cep);
  }
}

TEST(ranking_accumulator_exact, mixes_rows_with_and_without_weights) {
  sample s = draw_sample(300, 740, 20);
  ranking_accumulator forwards = kept(s, false, 0, 100), backwards = kept(s, true, 100, 300);
  forwards.merge(kept(s, true, 100, 300));
  backwards.merge(kept(s, false, 0, 100));
  ranking_accumulator updated = kept(s, false, 0, 100);
  const integer_view labels(s.labels);
  updated.update(integer_view(labels.rows(100, 200)), vector_view(s.probabilities.data() + 100, 200),
                 {.weights = vector_view(s.weights.data() + 100, 200)});
  EXPECT_EQ(forwards.to_bytes(), backwards.to_bytes());
  EXPECT_EQ(forwards.to_bytes(), updated.to_bytes());
  std::fill(s.weights.begin(), s.weights.begin() + 100, 1.0);
  EXPECT_EQ(forwards.to_bytes(), kept(s, true).to_bytes());
  const auto once = forwards.value();
  forwards.merge(ranking_accumulator({.exact = true}));
  EXPECT_EQ(forwards.to_bytes(), backwards.to_bytes());
  forwards.merge(forwards);
  EXPECT_EQ(forwards.value().count, 600);
  EXPECT_BITS(forwards.value().weight, 2.0 * once.weight);
}

TEST(ranking_accumulator_exact, takes_float32_signed_zeros_and_strides) {
  const std::vector<float> p = {0.5F, 9, -0.0F, 9, 0.0F, 9};
  ranking_accumulator rows({.exact = true}), plain({.exact = true});
  rows.update({1, 0, 1}, vector_view(p.data(), 3, 2));
  plain.update({1, 0, 1}, {0.5, 0.0, 0.0});
  EXPECT_EQ(rows.to_bytes(), plain.to_bytes());
  EXPECT_EQ(rows.curve().x.size(), 2U);
}

TEST(ranking_accumulator_exact, of_one_class_leaves_out_what_needs_two) {
  ranking_accumulator rows({.exact = true});
  rows.update({1, 1}, {0.25, 0.75});
  const auto found = rows.value();
  EXPECT_TRUE(std::isnan(found.auc) && std::isnan(found.auc_error) && std::isnan(found.eer));
  EXPECT_BITS(found.average_precision, 1.0);
  EXPECT_BITS(found.ks, 0.5);
  ranking_accumulator others({.exact = true});
  others.update({0, 0, 1}, {0.25, 0.75, 0.5}, {.weights = {1, 1, 0}});
  EXPECT_TRUE(std::isnan(others.value().average_precision));
  EXPECT_EQ(others.value().count, 3);
}

TEST(ranking_accumulator_exact, merges_only_its_kind) {
  const sample s = draw_sample(50, 750);
  ranking_accumulator rows = kept(s, true), cells = filled(s, true);
  const auto rows_before = rows.to_bytes(), cells_before = cells.to_bytes();
  testing::expect_error([&] { rows.merge(cells); }, error_kind::value, error_code::bad_parameter, "other",
                        "keeps no rows");
  testing::expect_error([&] { cells.merge(rows); }, error_kind::value, error_code::bad_parameter, "other",
                        "keeps rows");
  EXPECT_EQ(rows.to_bytes(), rows_before);
  EXPECT_EQ(cells.to_bytes(), cells_before);
}

TEST(ranking_accumulator_exact, forgets_copies_and_adds_nothing_after_an_error) {
  const sample s = draw_sample(50, 751);
  ranking_accumulator rows = kept(s, true);
  const auto before = rows.to_bytes();
  expect_refused_rows(rows);
  const ranking_accumulator copy = rows;
  rows.reset();
  EXPECT_EQ(copy.to_bytes(), before);
  testing::expect_error([&] { static_cast<void>(rows.value()); }, error_kind::state, error_code::zero_weight,
                        "");
  rows.update({0, 1}, {0.2, 0.4}, {.weights = {0.0, 0.0}});
  testing::expect_error([&] { static_cast<void>(rows.curve()); }, error_kind::state, error_code::zero_weight,
                        "");
  rows.reset();
  rows.merge(copy);  // still exact
  EXPECT_EQ(rows.to_bytes(), before);
}

std::vector<std::byte> forged_rows(std::uint64_t count, bool weighted, std::uint64_t announced,
                                   const std::vector<std::uint64_t>& keys,
                                   const std::vector<double>& weights = {}) {
  byte_writer out("ranking", 1);
  out.boolean(true);
  out.u64(count);
  out.boolean(weighted);
  out.u64(announced);
  for (const std::uint64_t key : keys) out.u64(key);
  for (const double weight : weights) out.f64(weight);
  return out.finish();
}

TEST(ranking_accumulator_exact, refuses_bytes_that_cannot_be) {
  constexpr std::uint64_t one = std::bit_cast<std::uint64_t>(1.0) << 1;
  constexpr std::uint64_t huge = std::uint64_t{1} << 60;
  EXPECT_EQ(ranking_accumulator::from_bytes(forged_rows(2, false, 2, {one | 1, 0})).value().count, 2);
  const auto refused = [](const std::vector<std::byte>& bytes, const std::string& text) {
    testing::expect_error([&] { ranking_accumulator::from_bytes(bytes); }, error_kind::value,
                          error_code::corrupt_bytes, "bytes", text);
  };
  refused(forged_rows(2, false, 3, {0, 0}), "announce more items");
  refused(forged_rows(huge, false, huge, {0, 0}), "announce more items");
  refused(forged_rows(2, true, 2, {0, 0}), "announce more items");
  refused(forged_rows(1, false, 2, {0, 0}), "fewer rows");
  refused(forged_rows(2, false, 1, {0, 0}), "bytes too many");
  refused(forged_rows(1, false, 1, {one + 2}), "outside 0..1");
  refused(forged_rows(1, false, 1, {~std::uint64_t{0}}), "outside 0..1");
  for (const double weight : {0.0, -1.0, 1e13, 1e-20, std::numeric_limits<double>::quiet_NaN()})
    refused(forged_rows(1, true, 1, {0}, {weight}), "weight out of range");
  ranking_accumulator rows({.exact = true});
  rows.update({0, 1}, {0.25, 0.75}, {.weights = {1.0, 2.0}});
  testing::expect_corrupt_bytes(rows.to_bytes(),
                                [](const std::vector<std::byte>& b) { ranking_accumulator::from_bytes(b); });
  const ranking_accumulator none({.exact = true});
  EXPECT_EQ(ranking_accumulator::from_bytes(none.to_bytes()).to_bytes(), none.to_bytes());
}

}  // namespace
}  // namespace assay::calibration
