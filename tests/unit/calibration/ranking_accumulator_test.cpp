#include "assay/calibration/ranking_accumulator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/calibration/internal/wide_sum.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/exact_sum.hpp"
#include "calibration_errors.hpp"
#include "ranking_rows.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

TEST(ranking_accumulator, has_no_error_for_rounded_probabilities) {
  for (const bool weighted : {false, true}) {
    for (const std::uint64_t levels : {std::uint64_t{1}, std::uint64_t{20}, std::uint64_t{1000}}) {
      const sample s = prepared(400, 600 + levels, levels, weighted);
      const auto found = filled(s, weighted).value();
      expect_kept(found, s, 1e-15);
      EXPECT_REL(found.brier, metric_of(s, metric::brier), 1e-13, "sums of 400 terms");
      EXPECT_EQ(found.count, 400);
    }
  }
}

TEST(ranking_accumulator, keeps_its_bounds_for_spread_probabilities) {
  for (const bool weighted : {false, true}) {
    const sample s = prepared(1500, 610, 0, weighted);
    expect_kept(filled(s, weighted).value(), s, 2e-3);
  }
}

// Many rows in few cells, also with ties among them: here the order within cells matters.
TEST(ranking_accumulator, keeps_its_bounds_in_crowded_cells) {
  testing::generator rng(620);
  for (int trial = 0; trial < 100; ++trial) {
    sample s;
    const auto drawn = [&](std::uint64_t bound) { return static_cast<std::size_t>(rng.below(bound)); };
    const std::size_t rows = 2 + drawn(40), cells = 1 + drawn(6), steps = 1 + drawn(5);
    const bool weighted = rng.below(2) == 0;
    for (std::size_t i = 0; i < rows; ++i) {
      const double cell = 30000.0 + 3000.0 * static_cast<double>(rng.below(cells));
      s.probabilities.push_back((cell + static_cast<double>(rng.below(steps)) / 8.0) / 65536.0);
      s.labels.push_back(rng.below(2) == 0 ? 1 : 0);
      s.weights.push_back(!weighted ? 1.0 : rng.below(6) == 0 ? 0.0 : rng.uniform(0.1, 3.0));
    }
    if (std::all_of(s.weights.begin(), s.weights.end(), [](double w) { return w == 0.0; })) continue;
    expect_kept(filled(s, weighted).value(), s, 0.5);
  }
}

// The ends of the range are reached: by the order in which all events of a cell come last, or first.
TEST(ranking_accumulator, has_bounds_that_some_rows_reach) {
  sample up, down;
  for (int i = 0; i < 8; ++i) {
    up.probabilities.push_back((1000.0 + i / 16.0) / 65536.0);
    up.labels.push_back(i >= 4 ? 1 : 0);
    down.labels.push_back(i >= 4 ? 0 : 1);
    up.weights.push_back(1.0);
  }
  down.probabilities = up.probabilities;
  down.weights = up.weights;
  const auto best = filled(up, false).value(), worst = filled(down, false).value();
  EXPECT_BITS(best.auc, 0.5);
  EXPECT_BITS(best.auc_error, 0.5);
  EXPECT_BITS(worst.auc, 0.5);
  EXPECT_ABS(best.miscalibration + best.miscalibration_error, metric_of(up, metric::miscalibration), 1e-15,
             "perfect order");
  EXPECT_ABS(worst.miscalibration - worst.miscalibration_error, metric_of(down, metric::miscalibration),
             1e-15, "one block");
  EXPECT_ABS(best.average_precision + best.average_precision_error, 1.0, 1e-15, "perfect order");
}

TEST(ranking_accumulator, merges_exactly_however_the_rows_are_cut) {
  const sample s = draw_sample(3000, 630);
  for (const bool weighted : {false, true}) {
    const auto whole = filled(s, weighted).to_bytes();
    ranking_accumulator forwards, backwards, updated;
    for (std::size_t first = 0; first < 3000; first += 277) {
      const std::size_t last = std::min<std::size_t>(3000, first + 277);
      forwards.merge(filled(s, weighted, first, last));
      ranking_accumulator next = filled(s, weighted, first, last);
      next.merge(backwards);
      backwards = next;
    }
    EXPECT_EQ(forwards.to_bytes(), whole);
    EXPECT_EQ(backwards.to_bytes(), whole);
  }
}

TEST(ranking_accumulator, mixes_rows_with_and_without_weights) {
  const sample s = prepared(200, 631, 30, false);
  ranking_accumulator mixed = filled(s, false, 0, 100);
  mixed.merge(filled(s, true, 100, 200));
  const auto plain = filled(s, false).value(), found = mixed.value();
  for (const promise& p : k_promises) EXPECT_BITS(found.*p.value, plain.*p.value);
  ranking_accumulator other = filled(s, true, 100, 200);
  other.merge(filled(s, false, 0, 100));
  EXPECT_EQ(other.to_bytes(), mixed.to_bytes());
  mixed.merge(ranking_accumulator());
  EXPECT_EQ(other.to_bytes(), mixed.to_bytes());
  mixed.merge(mixed);
  EXPECT_BITS(mixed.value().weight, 400.0);
  EXPECT_BITS(mixed.value().auc, plain.auc);
}

TEST(ranking_accumulator, treats_doubled_rows_as_doubled_weights) {
  const sample s = draw_sample(300, 632);
  ranking_accumulator rows = filled(s, false);
  rows.merge(filled(s, false));
  ranking_accumulator weights;
  weights.update(s.labels, s.probabilities, {.weights = std::vector<double>(300, 2.0)});
  for (const promise& p : k_promises) EXPECT_BITS(rows.value().*p.value, weights.value().*p.value);
}

TEST(ranking_accumulator, draws_the_curve_of_corp_reliability) {
  for (const bool weighted : {false, true}) {
    const sample s = prepared(300, 640, 40, weighted);
    const auto found = filled(s, weighted).curve();
    const auto exact = corp_reliability(s.labels, s.probabilities, {.weights = s.weights});
    EXPECT_BITS(found.x, exact.x);
    EXPECT_BITS(found.lowest, exact.x);
    EXPECT_BITS(found.highest, exact.x);
    ASSERT_EQ(found.cep.size(), exact.cep.size());
    for (std::size_t i = 0; i < found.x.size(); ++i) {
      EXPECT_ABS(found.cep[i], exact.cep[i], 1e-14, "sums of weights");
      EXPECT_REL(found.weight[i], exact.weight[i], 1e-14, "sums of weights");
    }
  }
  const sample s = draw_sample(500, 641);
  const auto curve = filled(s, false).curve();
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    EXPECT_LE(curve.lowest[i], curve.x[i]);
    EXPECT_GE(curve.highest[i], curve.x[i]);
    EXPECT_LE(curve.highest[i] - curve.lowest[i], 1.0 / 65536);
  }
}

TEST(ranking_accumulator, holds_the_ends_of_the_interval) {
  const auto summary = [](const std::vector<double>& p) {
    ranking_accumulator rows;
    rows.update({0, 1, 0, 1}, p);
    return rows.value();
  };
  EXPECT_BITS(summary({0.0, 1.0, 0.0, 1.0}).auc, 1.0);
  EXPECT_BITS(summary({0.0, 1.0, 0.0, 1.0}).eer, 0.0);
  EXPECT_BITS(summary({-0.0, 0.0, 0.0, -0.0}).auc_error, 0.0);
  EXPECT_BITS(summary({1.0, 1.0, 1.0, 1.0}).auc, 0.5);
  EXPECT_BITS(summary({0x1p-1074, 0.0, 0x1p-1074, 0.0}).auc_error, 0.5);  // one cell, two probabilities
}

TEST(ranking_accumulator, of_one_class_leaves_out_what_needs_two) {
  ranking_accumulator rows;
  rows.update({1, 1}, {0.25, 0.75});
  const auto found = rows.value();
  EXPECT_TRUE(std::isnan(found.auc) && std::isnan(found.auc_error) && std::isnan(found.eer));
  EXPECT_BITS(found.average_precision, 1.0);
  EXPECT_BITS(found.ks, 0.5);
  EXPECT_BITS(found.miscalibration, (0.5625 + 0.0625) / 2);
  EXPECT_BITS(found.uncertainty, 0.0);
  ranking_accumulator others;
  others.update({0, 0}, {0.25, 0.75});
  EXPECT_TRUE(std::isnan(others.value().average_precision));
}

TEST(ranking_accumulator, takes_float32_and_any_label_type) {
  const sample s = draw_sample(300, 650, 25);
  const auto single = testing::as_float(s.probabilities);
  const auto wide = testing::as_double(single);
  ranking_accumulator a, b, c;
  a.update(s.labels, single);
  b.update(s.labels, wide);
  c.update(testing::labels_as<std::int32_t>(s.labels), wide);
  EXPECT_EQ(a.to_bytes(), b.to_bytes());
  EXPECT_EQ(c.to_bytes(), b.to_bytes());
}

TEST(ranking_accumulator, survives_bytes_that_hold_only_filled_cells) {
  for (const bool weighted : {false, true}) {
    const sample s = draw_sample(2000, 660, 50);
    const auto rows = filled(s, weighted);
    const auto bytes = rows.to_bytes();
    EXPECT_LT(bytes.size(), 51U * 108 + 100);
    EXPECT_EQ(ranking_accumulator::from_bytes(bytes).to_bytes(), bytes);
    EXPECT_BITS(ranking_accumulator::from_bytes(bytes).value().auc, rows.value().auc);
  }
  const ranking_accumulator none;
  EXPECT_EQ(ranking_accumulator::from_bytes(none.to_bytes()).to_bytes(), none.to_bytes());
  EXPECT_LT(none.to_bytes().size(), 100U);
}

TEST(ranking_accumulator, refuses_corrupt_bytes) {
  ranking_accumulator rows;
  rows.update({0, 1}, {0.25, 0.75}, {.weights = {1.0, 2.0}});
  testing::expect_corrupt_bytes(rows.to_bytes(),
                                [](const std::vector<std::byte>& b) { ranking_accumulator::from_bytes(b); });
}

struct forged_cell {
  std::uint32_t index = 16384;
  std::uint64_t units = 1;
  double lowest = 0.25, highest = 0.25;
  std::uint64_t top_word = 0;
};

std::vector<std::byte> forged(const std::vector<forged_cell>& cells, std::uint64_t announced,
                              std::uint32_t version = 1) {
  byte_writer out("ranking", version);
  out.boolean(false);  // exact
  out.u64(2);
  for (int i = 0; i < 3; ++i) out.u64(0);
  out.boolean(false);
  out.u64(announced);
  for (const forged_cell& cell : cells) {
    out.u32(cell.index);
    out.u64(cell.units);
    out.u64(0);
    out.u64(0);
    out.u64(0);
    out.u64(cell.top_word);
    out.f64(cell.lowest);
    out.f64(cell.highest);
  }
  return out.finish();
}

TEST(ranking_accumulator, refuses_bytes_that_cannot_be) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  ranking_accumulator::from_bytes(forged({{}}, 1));
  const auto refused = [](const std::vector<std::byte>& bytes, const std::string& text) {
    testing::expect_error([&] { ranking_accumulator::from_bytes(bytes); }, error_kind::value,
                          error_code::corrupt_bytes, "bytes", text);
  };
  refused(forged({{}}, 1, 2), "version 2");
  refused(forged({{}}, 2), "announce more items");
  refused(forged({{}, {}}, 1), "bytes too many");
  refused(forged({{}, {}}, 2), "out of order");
  refused(forged({{.index = 65536}}, 1), "out of order");
  refused(forged({{.units = 0}}, 1), "without weight");
  refused(forged({{.lowest = 0.1}}, 1), "outside");
  refused(forged({{.highest = 0.3}}, 1), "outside");
  refused(forged({{.lowest = nan}}, 1), "outside");
  refused(forged({{.lowest = 0x1.000001p-2}}, 1), "outside");
  refused(forged({{.top_word = ~std::uint64_t{0}}}, 1), "out of reach");
}

TEST(ranking_accumulator, adds_nothing_after_an_error) {
  const sample s = draw_sample(50, 670);
  ranking_accumulator rows = filled(s, true);
  const auto before = rows.to_bytes();
  expect_refused_rows(rows);
  const auto refused = [&](double weight) {
    testing::expect_error(
        [&] {
          rows.update({0, 1}, {0.2, 0.4}, {.weights = {1.0, weight}});
        },
        error_kind::value, error_code::bad_weight, "weights", "must be 0 or lie in 2^-64..2^40");
  };
  refused(1e13);
  refused(1e-20);
  EXPECT_EQ(rows.to_bytes(), before);
}

TEST(ranking_accumulator, needs_weight_for_a_value) {
  ranking_accumulator rows;
  const auto refused = [&] {
    testing::expect_error([&] { static_cast<void>(rows.value()); }, error_kind::state,
                          error_code::zero_weight, "");
    testing::expect_error([&] { static_cast<void>(rows.curve()); }, error_kind::state,
                          error_code::zero_weight, "");
  };
  refused();
  rows.update({0, 1}, {0.2, 0.4}, {.weights = {0.0, 0.0}});
  refused();
  rows.update({0, 1}, {0.2, 0.4});
  EXPECT_EQ(rows.value().count, 4);
  rows.reset();
  refused();
}

TEST(wide_sum, adds_without_rounding) {
  testing::generator rng(680);
  internal::wide_sum sum, merged;
  exact_sum exact;
  for (int i = 0; i < 2000; ++i) {
    const double value = std::ldexp(rng.uniform(0.5, 1.0), static_cast<int>(rng.below(104)) - 63);
    internal::wide_sum one;
    one.add(value);
    EXPECT_BITS(one.value(), value);
    sum.add(value);
    merged.merge(one);
    exact.add(value);
  }
  EXPECT_EQ(sum.words(), merged.words());
  EXPECT_REL(sum.value(), exact.value(), 4e-16, "two units in the last place");
  internal::wide_sum tiny;
  tiny.add(0.0);
  tiny.add(0x1p-1074);
  tiny.add(0x1p-119);
  EXPECT_BITS(tiny.value(), 0.0);
  tiny.add(0x1p-118);  // half a unit rounds up
  EXPECT_BITS(tiny.value(), 0x1p-117);
}

}  // namespace
}  // namespace assay::calibration
