#include "assay/calibration/roc_auc_multiclass.hpp"

#include <cmath>
#include <limits>

#include "assay/calibration/roc.hpp"
#include "support/compare.hpp"
#include "support/random.hpp"

namespace assay::calibration {
namespace {

using numbers = std::vector<double>;

struct class_sample {
  std::vector<std::int32_t> labels;
  numbers probabilities, weights;
  std::size_t classes;
  [[nodiscard]] matrix_view matrix() const { return {probabilities, labels.size(), classes}; }
  [[nodiscard]] double p(std::size_t i, std::size_t k) const { return probabilities[i * classes + k]; }
};

// Every class occurs. Shares are multiples of 1/32 where `coarse`, so that there are ties.
class_sample draw_classes(std::size_t rows, std::size_t classes, std::uint64_t seed, bool coarse) {
  testing::generator rng(seed);
  class_sample s{{}, {}, {}, classes};
  for (std::size_t i = 0; i < rows; ++i) {
    s.labels.push_back(static_cast<std::int32_t>(i < classes ? i : rng.below(classes)));
    s.weights.push_back(i >= classes && rng.below(6) == 0 ? 0.0 : rng.uniform(0.2, 2.0));
    numbers row(classes);
    double sum = 0.0;
    for (std::size_t k = 0; k < classes; ++k) {
      row[k] = rng.uniform() + (static_cast<std::int32_t>(k) == s.labels[i] ? 0.4 : 0.0);
      sum += row[k];
    }
    double left = 1.0;
    for (std::size_t k = 0; k + 1 < classes; ++k) {
      row[k] = coarse ? std::floor(32 * row[k] / sum) / 32 : row[k] / sum;
      left -= row[k];
    }
    row[classes - 1] = std::max(left, 0.0);
    s.probabilities.insert(s.probabilities.end(), row.begin(), row.end());
  }
  return s;
}

// P(p_k of a row of class k > p_k of a row of class j) over all pairs of rows; j = -1: of any other class.
double area(const class_sample& s, bool weighted, std::size_t k, std::ptrdiff_t j) {
  double ordered = 0.0, pairs = 0.0;
  for (std::size_t a = 0; a < s.labels.size(); ++a) {
    for (std::size_t b = 0; b < s.labels.size(); ++b) {
      if (s.labels[a] != static_cast<std::int32_t>(k) || s.labels[b] == s.labels[a]) continue;
      if (j >= 0 && s.labels[b] != j) continue;
      const double w = weighted ? s.weights[a] * s.weights[b] : 1.0;
      ordered += w * (s.p(a, k) > s.p(b, k) ? 1.0 : s.p(a, k) == s.p(b, k) ? 0.5 : 0.0);
      pairs += w;
    }
  }
  return ordered / pairs;
}

double weight_of(const class_sample& s, bool weighted, std::size_t k) {
  double sum = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i)
    if (s.labels[i] == static_cast<std::int32_t>(k)) sum += weighted ? s.weights[i] : 1.0;
  return sum;
}

// The definitions, class by class and pair by pair.
double naive(const class_sample& s, bool weighted, auc_multi_class multi_class, auc_average average) {
  double sum = 0.0, all = 0.0;
  for (std::size_t i = 0; i < s.classes; ++i) {
    if (multi_class == auc_multi_class::ovr) {
      const double factor = average == auc_average::macro ? 1.0 : weight_of(s, weighted, i);
      sum += factor * area(s, weighted, i, -1);
      all += factor;
      continue;
    }
    for (std::size_t j = i + 1; j < s.classes; ++j) {
      const double both = weight_of(s, weighted, i) + weight_of(s, weighted, j);
      const double factor = average == auc_average::macro ? 1.0 : both;
      sum += factor *
             (area(s, weighted, i, static_cast<std::ptrdiff_t>(j)) +
              area(s, weighted, j, static_cast<std::ptrdiff_t>(i))) /
             2;
      all += factor;
    }
  }
  return sum / all;
}

TEST(roc_auc_multiclass, is_the_definition_over_all_pairs) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto s = draw_classes(70, 2 + seed % 4, seed, seed % 2 == 1);
    for (const auto multi_class : {auc_multi_class::ovr, auc_multi_class::ovo}) {
      for (const auto average : {auc_average::macro, auc_average::weighted}) {
        EXPECT_REL(roc_auc_multiclass(s.labels, s.matrix(), {.multi_class = multi_class, .average = average}),
                   naive(s, false, multi_class, average), 1e-14, "means of a few areas");
        EXPECT_REL(roc_auc_multiclass(s.labels, s.matrix(),
                                      {.weights = s.weights, .multi_class = multi_class, .average = average}),
                   naive(s, true, multi_class, average), 1e-13, "sums over 5000 pairs");
      }
    }
  }
}

TEST(roc_auc_multiclass, of_two_classes_is_roc_auc) {
  const std::vector<std::int32_t> labels = {0, 1, 0, 1, 1};
  const numbers p = {0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.125, 0.875, 0.625, 0.375};
  const double binary = roc_auc(labels, {0.25, 0.5, 0.75, 0.875, 0.375});
  for (const auto multi_class : {auc_multi_class::ovr, auc_multi_class::ovo})
    EXPECT_REL(roc_auc_multiclass(labels, matrix_view(p, 5, 2), {.multi_class = multi_class}), binary, 1e-15,
               "mean of two");
}

TEST(roc_auc_multiclass, of_perfect_and_useless_forecasts) {
  const std::vector<std::int32_t> labels = {0, 1, 2};
  const numbers perfect = {1, 0, 0, 0, 1, 0, 0, 0, 1}, useless(9, 1.0 / 3);
  for (const auto multi_class : {auc_multi_class::ovr, auc_multi_class::ovo}) {
    for (const auto average : {auc_average::macro, auc_average::weighted}) {
      const roc_auc_multiclass_options options{.multi_class = multi_class, .average = average};
      EXPECT_BITS(roc_auc_multiclass(labels, matrix_view(perfect, 3, 3), options), 1.0);
      EXPECT_BITS(roc_auc_multiclass(labels, matrix_view(useless, 3, 3), options), 0.5);
    }
  }
}

TEST(roc_auc_multiclass, does_not_depend_on_threads_layout_and_size_of_weights) {
  const auto s = draw_classes(200, 5, 40, true);
  const roc_auc_multiclass_options options{.weights = s.weights, .multi_class = auc_multi_class::ovo};
  const double plain = roc_auc_multiclass(s.labels, s.matrix(), options);
  EXPECT_BITS(roc_auc_multiclass(s.labels, s.matrix(), options, {.threads = 3}), plain);
  numbers turned(s.probabilities.size()), small(s.weights);
  for (std::size_t i = 0; i < 200; ++i)
    for (std::size_t k = 0; k < 5; ++k) turned[k * 200 + i] = s.p(i, k);
  EXPECT_BITS(roc_auc_multiclass(s.labels, matrix_view(turned.data(), 200, 5, 1, 200), options), plain);
  for (double& w : small) w *= 0x1p-900;
  EXPECT_BITS(
      roc_auc_multiclass(s.labels, s.matrix(), {.weights = small, .multi_class = auc_multi_class::ovo}),
      plain);
  const std::vector<float> single(turned.begin(), turned.end());  // multiples of 1/32
  EXPECT_BITS(roc_auc_multiclass(s.labels, matrix_view(single.data(), 200, 5, 1, 200), options), plain);
}

TEST(roc_auc_multiclass, names_what_is_wrong) {
  const numbers good = {0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.25, 0.25, 0.5};
  const auto refused = [](error_kind kind, error_code code, const std::string& argument, integer_view labels,
                          const numbers& p, std::size_t columns, vector_view weights,
                          const std::string& text) {
    testing::expect_error(
        [&] {
          roc_auc_multiclass(labels, matrix_view(p, p.size() / columns, columns), {.weights = weights});
        },
        kind, code, argument, text);
  };
  const auto value = error_kind::value;
  const auto shape = error_kind::shape;
  const std::vector<std::int32_t> no_labels;
  const numbers none;
  refused(shape, error_code::empty_input, "labels", no_labels, good, 3, {}, "is empty");
  refused(shape, error_code::empty_input, "probabilities", {0, 1, 2}, none, 3, {}, "is empty");
  refused(shape, error_code::length_mismatch, "probabilities", {0, 1}, good, 3, {}, "");
  refused(shape, error_code::length_mismatch, "weights", {0, 1, 2}, good, 3, {1, 1}, "");
  refused(value, error_code::bad_label, "labels", {0, 1, 3}, good, 3, {}, "must lie in 0..2");
  refused(value, error_code::bad_weight, "weights", {0, 1, 2}, good, 3, {1, -1, 1}, "");
  refused(value, error_code::zero_weight, "weights", {0, 1, 2}, good, 3, {0, 0, 0}, "");
  refused(value, error_code::single_class, "labels", {0, 1, 1}, good, 3, {}, "no row of the class 2");
  refused(value, error_code::single_class, "labels", {0, 1, 2}, good, 3, {1, 0, 1}, "no row of the class 1");
  refused(value, error_code::single_class, "labels", {0, 0}, {1, 1}, 1, {}, "only the class 0");
  refused(value, error_code::row_sum, "probabilities", {0, 1}, {0.5, 0.5, 0.5, 0.6}, 2, {}, "row 1 sums to");
  refused(value, error_code::out_of_range, "probabilities", {0, 1}, {0.5, 0.5, 1.5, -0.5}, 2, {},
          "[1, 0] is 1.5");
  const double most = std::numeric_limits<double>::max();
  refused(value, error_code::bad_weight, "weights", {0, 0, 1}, {0.5, 0.5, 0.5, 0.5, 0.5, 0.5}, 2,
          {most, most, 1}, "sum to Infinity");
}

}  // namespace
}  // namespace assay::calibration
