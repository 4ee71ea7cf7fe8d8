#include "assay/calibration/ks.hpp"

#include <cmath>

#include "assay/calibration/ece.hpp"
#include "calibration_errors.hpp"
#include "class_sample.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

// max over t among the probabilities of |sum over p <= t of w (p - y)| / sum w, by its definition: O(n^2).
double by_definition(const sample& s, bool weighted) {
  double largest = 0.0;
  for (const double t : s.probabilities) {
    double gap = 0.0, total = 0.0;
    for (std::size_t i = 0; i < s.labels.size(); ++i) {
      const double w = weighted ? s.weights[i] : 1.0;
      total += w;
      if (s.probabilities[i] <= t) gap += w * (s.probabilities[i] - s.labels[i]);
    }
    largest = std::max(largest, std::fabs(gap) / total);
  }
  return largest;
}

TEST(ks_calibration_error, follows_its_definition) {
  for (const std::uint64_t levels : {0U, 7U, 40U}) {
    const sample s = draw_sample(300, 100 + levels, levels);
    EXPECT_ABS(ks_calibration_error(s.labels, s.probabilities), by_definition(s, false), 1e-13,
               "the plain sums round");
    EXPECT_ABS(ks_calibration_error(s.labels, s.probabilities, {.weights = s.weights}),
               by_definition(s, true), 1e-13, "the plain sums round");
  }
}

TEST(ks_calibration_error, looks_at_the_ends_of_ties_only) {
  // all rows share 1/2: within the tie the running sum reaches 1/2, at its end it is 0
  EXPECT_BITS(ks_calibration_error({1, 1, 0, 0}, {0.5, 0.5, 0.5, 0.5}), 0.0);
  EXPECT_BITS(ks_calibration_error({0, 1, 0, 1}, {0.5, 0.5, 0.5, 0.5}), 0.0);
  EXPECT_BITS(ks_calibration_error({1}, {0.25}), 0.75);
  EXPECT_BITS(ks_calibration_error({1, 0}, {-0.0, 0.0}), 0.5);
}

TEST(ks_calibration_error, lies_between_the_errors_of_one_bin_and_of_all) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const sample s = draw_sample(150, seed, 25);
    const double ks = ks_calibration_error(s.labels, s.probabilities, {.weights = s.weights});
    EXPECT_GE(ks + 1e-15, ece(s.labels, s.probabilities, {.weights = s.weights, .n_bins = 1}));
    EXPECT_LE(ks - 1e-15,
              ece(s.labels, s.probabilities, {.weights = s.weights, .strategy = binning::unique}));
  }
}

TEST(ks_calibration_error, does_not_depend_on_the_order_and_weights_are_repetitions) {
  const sample s = draw_sample(200, 5, 16);
  std::vector<std::uint8_t> reversed(s.labels.rbegin(), s.labels.rend()), twice = s.labels;
  std::vector<double> reversed_p(s.probabilities.rbegin(), s.probabilities.rend()), twice_p = s.probabilities;
  std::vector<double> whole(s.labels.size(), 1.0);
  for (std::size_t i = 0; i < s.labels.size(); i += 3) {
    whole[i] = 2.0;
    twice.push_back(s.labels[i]);
    twice_p.push_back(s.probabilities[i]);
  }
  EXPECT_BITS(ks_calibration_error(s.labels, s.probabilities), ks_calibration_error(reversed, reversed_p));
  EXPECT_ABS(ks_calibration_error(s.labels, s.probabilities, {.weights = whole}),
             ks_calibration_error(twice, twice_p), 1e-15, "one rounding");
}

TEST(ks_calibration_error, takes_float32_and_strides) {
  const sample s = draw_sample(100, 6);
  const auto single = testing::as_float(s.probabilities);
  EXPECT_BITS(ks_calibration_error(s.labels, single),
              ks_calibration_error(s.labels, testing::as_double(single)));
  std::vector<double> every_other;
  for (std::size_t i = 0; i < s.labels.size(); i += 2) every_other.push_back(s.probabilities[i]);
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < s.labels.size(); i += 2) labels.push_back(s.labels[i]);
  EXPECT_BITS(
      ks_calibration_error(integer_view(s.labels.data(), 50, 2), vector_view(s.probabilities.data(), 50, 2)),
      ks_calibration_error(labels, every_other));
}

TEST(ks_calibration_curve, ends_at_the_means_and_holds_the_error) {
  const sample s = draw_sample(400, 7, 30);
  const auto curve = ks_calibration_curve(s.labels, s.probabilities, {.weights = s.weights});
  EXPECT_BITS(curve.value, ks_calibration_error(s.labels, s.probabilities, {.weights = s.weights}));
  EXPECT_BITS(std::fabs(curve.signed_gap), curve.value);
  const std::size_t last = curve.x.size() - 1;
  EXPECT_BITS(curve.cumulative_share[last], 1.0);
  bool found = false;
  for (std::size_t j = 0; j <= last; ++j) {
    EXPECT_ABS(curve.difference[j], curve.cumulative_prob[j] - curve.cumulative_label[j], 1e-15,
               "two roundings");
    EXPECT_LE(std::fabs(curve.difference[j]), curve.value);
    found |= curve.difference[j] == curve.signed_gap && curve.x[j] == curve.probability &&
             curve.cumulative_share[j] == curve.share;
  }
  EXPECT_TRUE(found);
}

TEST(ks_calibration_curve, has_the_sign_of_forecasts_less_events) {
  EXPECT_BITS(ks_calibration_curve({0, 0}, {0.5, 0.5}).signed_gap, 0.5);
  EXPECT_BITS(ks_calibration_curve({1, 1}, {0.5, 0.5}).signed_gap, -0.5);
}

TEST(ks_calibration_error_multiclass, of_two_classes_is_the_binary_error) {
  const auto s = testing::draw_classes(200, 2, 8);
  std::vector<double> p;
  for (std::size_t i = 0; i < s.labels.size(); ++i) p.push_back(s.probabilities[2 * i + 1]);
  std::vector<std::uint8_t> flipped;
  std::vector<double> rest;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    flipped.push_back(static_cast<std::uint8_t>(1 - s.labels[i]));
    rest.push_back(s.probabilities[2 * i]);
  }
  const double mean = (ks_calibration_error(s.labels, p) + ks_calibration_error(flipped, rest)) / 2;
  EXPECT_REL(ks_calibration_error_multiclass(s.labels, s.matrix(), {.mode = ks_multiclass_mode::classwise}),
             mean, 1e-15, "one rounding");
}

TEST(ks_calibration_error_multiclass, looks_at_the_class_of_the_rank) {
  const std::vector<double> p = {0.5, 0.2, 0.3, 0.25, 0.5, 0.25};  // the second row has a tie: index 0 first
  const matrix_view matrix(p, 2, 3);
  const auto value = [&](std::int64_t rank) {
    return ks_calibration_error_multiclass({2, 0}, matrix, {.rank = rank});
  };
  EXPECT_BITS(value(1), ks_calibration_error({0, 0}, {0.5, 0.5}));
  EXPECT_BITS(value(2), ks_calibration_error({1, 1}, {0.3, 0.25}));
  EXPECT_BITS(value(3), ks_calibration_error({0, 0}, {0.2, 0.25}));
}

TEST(ks_calibration_error, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view y, vector_view p, vector_view w) {
    ks_calibration_error(y, p, {.weights = w});
  });
  testing::expect_row_errors("probabilities", [](integer_view y, vector_view p, vector_view w) {
    ks_calibration_curve(y, p, {.weights = w});
  });
  for (const auto mode : {ks_multiclass_mode::top_label, ks_multiclass_mode::classwise}) {
    testing::expect_class_errors([mode](integer_view y, matrix_view p, vector_view w) {
      ks_calibration_error_multiclass(y, p, {.weights = w, .mode = mode});
    });
  }
  const std::vector<double> p = {0.5, 0.5};
  for (const std::int64_t rank : {0, 3}) {
    testing::expect_error([&] { ks_calibration_error_multiclass({0}, matrix_view(p, 1, 2), {.rank = rank}); },
                          error_kind::value, error_code::bad_parameter, "rank", "must lie in 1..2");
  }
}

}  // namespace
}  // namespace assay::calibration
