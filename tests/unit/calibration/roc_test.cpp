#include "assay/calibration/roc.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;
constexpr double k_infinity = std::numeric_limits<double>::infinity();

// All pairs of an event and another row: 1 in order, 1/2 tied.
double area_by_pairs(const sample& s, bool weighted) {
  double ordered = 0.0, pairs = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    for (std::size_t j = 0; j < s.labels.size(); ++j) {
      if (s.labels[i] == 0 || s.labels[j] == 1) continue;
      const double weight = weighted ? s.weights[i] * s.weights[j] : 1.0;
      const double p = s.probabilities[i], q = s.probabilities[j];
      ordered += weight * (p > q ? 1.0 : p == q ? 0.5 : 0.0);
      pairs += weight;
    }
  }
  return ordered / pairs;
}

sample flipped(const sample& s) {
  sample result = s;
  for (auto& label : result.labels) label = static_cast<std::uint8_t>(1 - label);
  for (auto& p : result.probabilities) p = 1.0 - p;
  return result;
}

TEST(roc_auc, equals_the_share_of_ordered_pairs) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const sample s = draw_sample(120, seed, seed % 2 == 0 ? 0 : 15);
    EXPECT_BITS(roc_auc(s.labels, s.probabilities), area_by_pairs(s, false));
    EXPECT_REL(roc_auc(s.labels, s.probabilities, {.weights = s.weights}), area_by_pairs(s, true), 1e-13,
               "the sum over pairs rounds 7000 times");
  }
}

TEST(roc_auc, of_the_plain_cases) {
  EXPECT_BITS(roc_auc({0, 0, 1, 1}, {0.1, 0.2, 0.8, 0.9}), 1.0);
  EXPECT_BITS(roc_auc({1, 1, 0, 0}, {0.1, 0.2, 0.8, 0.9}), 0.0);
  EXPECT_BITS(roc_auc({0, 1, 0, 1, 1}, {0.4, 0.4, 0.4, 0.4, 0.4}), 0.5);
}

TEST(roc_auc, does_not_change_under_increasing_maps_and_exchange_of_the_classes) {
  const sample s = draw_sample(400, 60, 64);
  std::vector<double> squares;
  for (const double p : s.probabilities) squares.push_back(p * p);
  const sample mirror = flipped(s);  // sixty-fourths: 1 - p is exact
  const double area = roc_auc(s.labels, s.probabilities);
  EXPECT_BITS(roc_auc(s.labels, squares), area);
  EXPECT_BITS(roc_auc(mirror.labels, mirror.probabilities), area);
}

TEST(roc_auc, leaves_out_rows_of_weight_zero) {
  EXPECT_BITS(roc_auc({1, 0, 1, 0}, {0.1, 0.2, 0.9, 0.8}, {.weights = {0, 1, 1, 1}}), 1.0);
}

TEST(roc_auc, of_equal_weights_is_that_of_none) {
  const sample s = draw_sample(500, 61, 20);
  const std::vector<double> twos(s.labels.size(), 2.0);
  EXPECT_BITS(roc_auc(s.labels, s.probabilities, {.weights = twos}), roc_auc(s.labels, s.probabilities));
}

TEST(roc_auc, of_float32_is_that_of_the_widened_numbers) {
  const sample s = draw_sample(3000, 62);
  const auto single = testing::as_float(s.probabilities);
  EXPECT_BITS(roc_auc(s.labels, single), roc_auc(s.labels, testing::as_double(single)));
}

TEST(roc_auc, of_many_rows_equals_that_of_their_counts) {
  // 200000 rows on 101 probabilities against one row a probability and class with its count as weight
  const sample s = draw_sample(200000, 63, 100);
  std::vector<double> p, counts(202);
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    counts[2 * static_cast<std::size_t>(std::lround(100 * s.probabilities[i])) + s.labels[i]] += 1.0;
  }
  for (std::size_t k = 0; k < 202; ++k) {
    p.push_back(static_cast<double>(k / 2) / 100.0);
    labels.push_back(static_cast<std::uint8_t>(k % 2));
  }
  EXPECT_BITS(roc_auc(s.labels, s.probabilities), roc_auc(labels, p, {.weights = counts}));
}

// ROC points (0, 0), (0, 1/2), (1/2, 1/2), (1/2, 1), (1, 1)
TEST(roc_auc, up_to_a_false_positive_rate_is_standardised) {
  const std::vector<std::uint8_t> labels = {1, 0, 1, 0};
  const std::vector<double> p = {0.9, 0.8, 0.7, 0.1};
  const auto standardised = [](double area, double f) {
    return 0.5 * (1 + (area - f * f / 2) / (f - f * f / 2));
  };
  EXPECT_REL(roc_auc(labels, p, {.max_fpr = 0.25}), standardised(0.125, 0.25), 1e-15, "one rounding");
  EXPECT_REL(roc_auc(labels, p, {.max_fpr = 0.5}), standardised(0.25, 0.5), 1e-15, "one rounding");
  EXPECT_REL(roc_auc(labels, p, {.max_fpr = 0.75}), standardised(0.5, 0.75), 1e-15, "one rounding");
  EXPECT_BITS(roc_auc(labels, p, {.max_fpr = 1.0}), roc_auc(labels, p));
  EXPECT_BITS(roc_auc({0, 1}, {0.2, 0.7}, {.max_fpr = 0.1}), 1.0);
  EXPECT_BITS(roc_auc({0, 1}, {0.5, 0.5}, {.max_fpr = 0.5}), 0.5);
}

TEST(roc_auc, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    roc_auc(labels, p, {.weights = weights});
  });
  const auto single = [](integer_view labels, vector_view weights, const std::string& text) {
    testing::expect_error(
        [&] {
          roc_auc(labels, {0.2, 0.4}, {.weights = weights});
        },
        error_kind::value, error_code::single_class, "labels", text);
    testing::expect_error(
        [&] {
          eer(labels, {0.2, 0.4}, {.weights = weights});
        },
        error_kind::value, error_code::single_class, "labels", text);
  };
  single({1, 1}, {}, "hold only the class 1");
  single({0, 0}, {}, "hold only the class 0");
  single({0, 1}, {1, 0}, "hold only the class 0");
  for (const double most : {0.0, -1.0, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    testing::expect_error(
        [&] {
          roc_auc({0, 1}, {0.2, 0.4}, {.max_fpr = most});
        },
        error_kind::value, error_code::out_of_range, "max_fpr", "must lie in (0, 1]");
  }
}

// ---- equal error rate ----

TEST(eer, of_perfect_and_useless_forecasts) {
  for (const eer_method method : {eer_method::interpolated, eer_method::nearest, eer_method::convex_hull}) {
    EXPECT_BITS(eer({0, 0, 1, 1}, {0.1, 0.2, 0.8, 0.9}, {.method = method}), 0.0);
    EXPECT_BITS(eer({0, 1, 0, 1}, {0.4, 0.4, 0.4, 0.4}, {.method = method}), 0.5);
    EXPECT_BITS(eer({1, 1, 0, 0}, {0.1, 0.2, 0.8, 0.9}, {.method = method}),
                method == eer_method::convex_hull ? 0.5 : 1.0);
  }
}

// fpr, tpr: (0, 0) (0, 1/3) (1/2, 1/3) (1/2, 1) (1, 1)
TEST(eer, follows_its_three_definitions) {
  const std::vector<std::uint8_t> labels = {1, 0, 1, 1, 0};
  const std::vector<double> p = {0.9, 0.7, 0.5, 0.5, 0.1};
  const auto interpolated = eer_point(labels, p);
  EXPECT_BITS(interpolated.eer, 0.5);  // on the vertical piece fpr = 1/2, where fnr falls from 2/3 to 0
  EXPECT_REL(interpolated.threshold, 0.65, 1e-15, "a quarter of the way from 0.7 to 0.5");
  const auto nearest = eer_point(labels, p, {.method = eer_method::nearest});
  EXPECT_REL(nearest.eer, 7.0 / 12, 1e-15, "at (1/2, 1/3): (1/2 + 2/3)/2");
  EXPECT_BITS(nearest.threshold, 0.7);
  // hull from (0, 1/3) to (1/2, 1): fpr = x, fnr = 2/3 - 4/3 x
  const auto hull = eer_point(labels, p, {.method = eer_method::convex_hull});
  EXPECT_REL(hull.eer, 2.0 / 7, 1e-15, "2/3 = 7/3 x");
}

TEST(eer, of_the_first_of_two_nearest_points) {
  // differences fpr - fnr: -1, -1/2, 1/2, ...: the first of the two
  const auto point = eer_point({1, 0, 1, 0}, {0.8, 0.8, 0.8, 0.2}, {.method = eer_method::nearest});
  EXPECT_BITS(point.eer, 0.25);
  const auto tied = eer_point({1, 0}, {0.3, 0.3}, {.method = eer_method::nearest});
  EXPECT_BITS(tied.eer, 0.5);
  EXPECT_BITS(tied.threshold, k_infinity);
}

TEST(eer, methods_are_ordered_and_symmetric_in_the_classes) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const sample s = draw_sample(101, seed, seed % 2 == 0 ? 128 : 16);
    const sample mirror = flipped(s);
    for (const bool weighted : {false, true}) {
      const vector_view weights = weighted ? vector_view(s.weights) : vector_view();
      const auto value = [&](const sample& data, eer_method method) {
        return eer(data.labels, data.probabilities, {.weights = weights, .method = method});
      };
      const double line = value(s, eer_method::interpolated), hull = value(s, eer_method::convex_hull);
      EXPECT_LE(hull, line * (1 + 1e-14));
      EXPECT_LE(line, 0.5) << "these forecasts are better than chance";
      EXPECT_REL(value(mirror, eer_method::interpolated), line, 1e-13,
                 "weights are added from the other end");
      EXPECT_REL(value(mirror, eer_method::convex_hull), hull, 1e-13, "weights are added from the other end");
    }
  }
}

TEST(eer, does_not_change_under_increasing_maps) {
  const sample s = draw_sample(300, 64, 50);
  std::vector<double> squares;
  for (const double p : s.probabilities) squares.push_back(p * p);
  for (const eer_method method : {eer_method::interpolated, eer_method::nearest, eer_method::convex_hull}) {
    EXPECT_BITS(eer(s.labels, squares, {.method = method}),
                eer(s.labels, s.probabilities, {.method = method}));
  }
}

TEST(eer, thresholds_have_the_rate_where_the_curve_passes_through_a_point) {
  // threshold 0.6: one of two others at or above, one of two events below
  const auto point = eer_point({0, 1, 0, 1}, {0.6, 0.9, 0.1, 0.3});
  EXPECT_BITS(point.eer, 0.5);
  EXPECT_BITS(point.threshold, 0.6);
}

TEST(eer, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    eer(labels, p, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    eer_point(labels, p, {.weights = weights});
  });
}

// ---- frames of utterances ----

TEST(segment_eer, of_pooled_frames_is_eer) {
  const sample s = draw_sample(200, 65, 32);
  std::vector<std::int32_t> segments;
  for (std::size_t i = 0; i < 200; ++i) segments.push_back(static_cast<std::int32_t>(i * i % 7) - 3);
  for (const eer_method method : {eer_method::interpolated, eer_method::nearest, eer_method::convex_hull}) {
    const auto point =
        segment_eer(s.labels, s.probabilities, segments, {.weights = s.weights, .method = method});
    const auto plain = eer_point(s.labels, s.probabilities, {.weights = s.weights, .method = method});
    EXPECT_BITS(point.eer, plain.eer);
    EXPECT_BITS(point.threshold, plain.threshold);
    EXPECT_EQ(point.n_segments, 4);  // squares modulo 7: 0, 1, 2, 4
  }
}

TEST(segment_eer, of_utterances_alike_weighs_frames_by_length) {
  const sample s = draw_sample(150, 66, 32);
  const std::vector<std::int32_t> ids = {5, -2, 900, 17};
  std::vector<std::int32_t> segments;
  std::vector<double> expected(150), sums(4), weighted(150);
  for (std::size_t i = 0; i < 150; ++i) segments.push_back(ids[i % 9 == 0 ? 0 : i % 5 == 0 ? 1 : 2 + i % 2]);
  const auto place = [&](std::size_t i) {
    return static_cast<std::size_t>(std::find(ids.begin(), ids.end(), segments[i]) - ids.begin());
  };
  std::vector<double> lengths(4);
  for (std::size_t i = 0; i < 150; ++i) {
    lengths[place(i)] += 1.0;
    sums[place(i)] += s.weights[i];
  }
  for (std::size_t i = 0; i < 150; ++i) {
    expected[i] = 1.0 / lengths[place(i)];
    weighted[i] = s.weights[i] / sums[place(i)];
  }
  const auto alike = segment_average::segments;
  EXPECT_BITS(segment_eer(s.labels, s.probabilities, segments, {.average = alike}).eer,
              eer(s.labels, s.probabilities, {.weights = expected}));
  EXPECT_REL(segment_eer(s.labels, s.probabilities, segments, {.weights = s.weights, .average = alike}).eer,
             eer(s.labels, s.probabilities, {.weights = weighted}), 1e-13, "plain sums of the weights round");
}

TEST(segment_eer, does_not_count_utterances_without_weight) {
  for (const auto average : {segment_average::frames, segment_average::segments}) {
    const auto point =
        segment_eer({0, 1, 1, 0}, {0.1, 0.9, 0.2, 0.8}, std::vector<std::uint32_t>{4000000000U, 7, 9, 9},
                    {.weights = {1, 2, 0, 0}, .average = average});
    EXPECT_BITS(point.eer, 0.0);
    EXPECT_EQ(point.n_segments, 2);
  }
}

TEST(segment_eer, names_what_is_wrong) {
  for (const auto average : {segment_average::frames, segment_average::segments}) {
    testing::expect_row_errors("probabilities", [&](integer_view y, vector_view p, vector_view w) {
      segment_eer(y, p, std::vector<std::int32_t>(y.size()), {.weights = w, .average = average});
    });
    const double most = std::numeric_limits<double>::max();
    testing::expect_error(
        [&] {
          segment_eer({0, 1}, {0.2, 0.4}, {1, 1}, {.weights = {most, most}, .average = average});
        },
        error_kind::value, error_code::bad_weight, "weights", "sum to Infinity");
    testing::expect_error(
        [&] {
          segment_eer({1, 1}, {0.2, 0.4}, {1, 2}, {.average = average});
        },
        error_kind::value, error_code::single_class, "labels");
  }
  testing::expect_error(
      [] {
        segment_eer({0, 1}, {0.2, 0.4}, std::vector<std::int32_t>());
      },
      error_kind::shape, error_code::empty_input, "segments");
  testing::expect_error(
      [] {
        segment_eer({0, 1}, {0.2, 0.4}, {1, 2, 3});
      },
      error_kind::shape, error_code::length_mismatch, "segments", "has 3 elements, labels has 2");
}

}  // namespace
}  // namespace assay::calibration
