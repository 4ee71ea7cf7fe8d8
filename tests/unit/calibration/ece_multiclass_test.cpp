#include "assay/calibration/ece_multiclass.hpp"

#include <cmath>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/log_loss.hpp"
#include "assay/calibration/multiclass_scores.hpp"
#include "calibration_errors.hpp"
#include "class_sample.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::class_sample;
using testing::draw_classes;
using testing::expect_error;

constexpr error_norm k_norms[] = {error_norm::l1, error_norm::l2, error_norm::max};
constexpr multiclass_mode k_modes[] = {multiclass_mode::top_label, multiclass_mode::top_label_conditional,
                                       multiclass_mode::classwise, multiclass_mode::all};

// Yes-or-no rows made by hand, and their binary error.
struct binary_form {
  std::vector<std::uint8_t> labels;
  std::vector<double> probabilities, weights;

  void add(bool event, double p, double w) {
    labels.push_back(event ? 1 : 0);
    probabilities.push_back(p);
    weights.push_back(w);
  }
  [[nodiscard]] double error(error_norm norm, std::int64_t bins, binning strategy) const {
    return ece(labels, probabilities,
               {.weights = weights, .n_bins = bins, .strategy = strategy, .norm = norm});
  }
};

std::size_t best_of(const class_sample& s, std::size_t i) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < s.classes; ++k)
    if (s.matrix()(i, k) > s.matrix()(i, best)) best = k;
  return best;
}

TEST(ece_multiclass, top_label_and_pool_are_binary_errors) {
  const class_sample s = draw_classes(400, 4, 70);
  binary_form top, pool;
  for (std::size_t i = 0; i < 400; ++i) {
    const std::size_t best = best_of(s, i);
    top.add(s.labels[i] == best, s.matrix()(i, best), s.weights[i]);
    for (std::size_t k = 0; k < 4; ++k) pool.add(s.labels[i] == k, s.matrix()(i, k), s.weights[i]);
  }
  for (const error_norm norm : k_norms) {
    for (const binning strategy : {binning::equal_width, binning::equal_mass}) {
      const auto value = [&](multiclass_mode mode) {
        return ece_multiclass(
            s.labels, s.matrix(),
            {.weights = s.weights, .mode = mode, .n_bins = 10, .strategy = strategy, .norm = norm});
      };
      EXPECT_REL(value(multiclass_mode::top_label), top.error(norm, 10, strategy), 1e-14, "sums");
      EXPECT_REL(value(multiclass_mode::all), pool.error(norm, 10, strategy), 1e-14, "sums");
    }
  }
}

TEST(ece_multiclass, classwise_and_conditional_combine_binary_errors) {
  const class_sample s = draw_classes(400, 3, 71);
  for (const error_norm norm : k_norms) {
    const double power = norm == error_norm::l2 ? 2.0 : 1.0;
    double mean = 0.0, largest = 0.0, conditional = 0.0, largest_conditional = 0.0, weight = 0.0;
    for (std::size_t k = 0; k < 3; ++k) {
      binary_form column, group;
      double group_weight = 0.0;
      for (std::size_t i = 0; i < 400; ++i) {
        column.add(s.labels[i] == k, s.matrix()(i, k), s.weights[i]);
        if (best_of(s, i) != k) continue;
        group.add(s.labels[i] == k, s.matrix()(i, k), s.weights[i]);
        group_weight += s.weights[i];
      }
      const double error = column.error(norm, 15, binning::equal_width);
      const double group_error = group.error(norm, 15, binning::equal_width);
      mean += std::pow(error, power) / 3;
      largest = std::max(largest, error);
      largest_conditional = std::max(largest_conditional, group_error);
      conditional += group_weight * std::pow(group_error, power);
      weight += group_weight;
    }
    const auto value = [&](multiclass_mode mode) {
      return ece_multiclass(s.labels, s.matrix(), {.weights = s.weights, .mode = mode, .norm = norm});
    };
    const bool max = norm == error_norm::max;
    EXPECT_REL(value(multiclass_mode::classwise), max ? largest : std::pow(mean, 1 / power), 1e-14, "sums");
    EXPECT_REL(value(multiclass_mode::top_label_conditional),
               max ? largest_conditional : std::pow(conditional / weight, 1 / power), 1e-13, "sums");
  }
}

TEST(ece_multiclass, of_two_classes_classwise_is_the_binary_error) {
  // sixty-fourths and 8 bins: columns mirror exactly, but for the rule of closing
  testing::generator rng(72);
  std::vector<std::uint8_t> labels;
  std::vector<double> p, both;
  for (int i = 0; i < 300; ++i) {
    p.push_back((static_cast<double>(rng.below(64)) + 0.5) / 64);
    labels.push_back(static_cast<std::uint8_t>(rng.below(2)));
    both.push_back(1 - p.back());
    both.push_back(p.back());
  }
  for (const error_norm norm : k_norms) {
    EXPECT_REL(ece_multiclass(labels, matrix_view(both, 300, 2),
                              {.mode = multiclass_mode::classwise, .n_bins = 8, .norm = norm}),
               ece(labels, p, {.n_bins = 8, .norm = norm}), 1e-15, "a root of a square");
  }
}

TEST(ece_multiclass, keeps_what_is_above_the_threshold) {
  const class_sample s = draw_classes(200, 3, 73);
  const double threshold = s.probabilities[4];  // exactly one of them: it must not be kept
  double mean = 0.0;
  for (std::size_t k = 0; k < 3; ++k) {
    binary_form column;
    for (std::size_t i = 0; i < 200; ++i)
      if (s.matrix()(i, k) > threshold) column.add(s.labels[i] == k, s.matrix()(i, k), s.weights[i]);
    mean += column.error(error_norm::l1, 5, binning::equal_mass) / 3;
  }
  EXPECT_REL(ace(s.labels, s.matrix(), {.weights = s.weights, .n_bins = 5, .threshold = threshold}), mean,
             1e-14, "sums");
  EXPECT_BITS(ace(s.labels, s.matrix(), {.threshold = 0.999}), 0.0);
  EXPECT_BITS(
      ace(s.labels, s.matrix(), {.n_bins = 5}),
      ece_multiclass(s.labels, s.matrix(),
                     {.mode = multiclass_mode::classwise, .n_bins = 5, .strategy = binning::equal_mass}));
}

TEST(ece_multiclass, debiased_combines_the_debiased_binary_errors) {
  const class_sample s = draw_classes(300, 3, 74);
  double squares = 0.0, sum = 0.0;
  for (std::size_t k = 0; k < 3; ++k) {
    binary_form column;
    for (std::size_t i = 0; i < 300; ++i) column.add(s.labels[i] == k, s.matrix()(i, k), 1.0);
    const double value = ece_debiased_l2(column.labels, column.probabilities, {.n_bins = 7}).value;
    squares += value * value / 3;
    sum += ece_debiased_l1(column.labels, column.probabilities, {.n_bins = 7}) / 3;
  }
  const auto value = [&](error_norm norm) {
    return ece_multiclass(s.labels, s.matrix(),
                          {.mode = multiclass_mode::classwise, .n_bins = 7, .norm = norm, .debias = true});
  };
  EXPECT_REL(value(error_norm::l2), std::sqrt(squares), 1e-14, "sums");
  EXPECT_REL(value(error_norm::l1), sum, 1e-13, "sums");
}

TEST(ece_multiclass, norms_are_ordered_and_float32_is_taken) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const class_sample s = draw_classes(150, 4, 80 + seed);
    const auto single = testing::as_float(s.probabilities);
    for (const multiclass_mode mode : k_modes) {
      const auto value = [&](error_norm norm) {
        return ece_multiclass(s.labels, s.matrix(), {.weights = s.weights, .mode = mode, .norm = norm});
      };
      EXPECT_LE(value(error_norm::l1), value(error_norm::l2) * (1 + 1e-14));
      EXPECT_LE(value(error_norm::l2), value(error_norm::max) * (1 + 1e-14));
      const auto wide = testing::as_double(single);
      EXPECT_BITS(ece_multiclass(s.labels, matrix_view(single, 150, 4), {.mode = mode}),
                  ece_multiclass(s.labels, matrix_view(wide, 150, 4), {.mode = mode}));
    }
  }
}

TEST(ece_multiclass, names_what_is_wrong) {
  for (const multiclass_mode mode : k_modes) {
    testing::expect_class_errors([mode](integer_view y, matrix_view p, vector_view w) {
      ece_multiclass(y, p, {.weights = w, .mode = mode});
    });
  }
  testing::expect_class_errors(
      [](integer_view y, matrix_view p, vector_view w) { ace(y, p, {.weights = w}); });
  const std::vector<double> p = {0.25, 0.75, 0.5, 0.5};
  const matrix_view matrix(p, 2, 2);
  testing::expect_bin_errors([&](const testing::bin_choices& bins) {
    ece_multiclass({0, 1}, matrix, {.n_bins = bins.n_bins, .strategy = bins.strategy, .edges = bins.edges});
  });
  const auto refused = [&](error_code code, const char* argument, const ece_multiclass_options& options) {
    expect_error([&] { ece_multiclass({0, 1}, matrix, options); }, error_kind::value, code, argument);
  };
  const auto classwise = multiclass_mode::classwise;
  refused(error_code::out_of_range, "threshold", {.mode = classwise, .threshold = 1.0});
  refused(error_code::out_of_range, "threshold", {.mode = classwise, .threshold = -0.5});
  refused(error_code::unsupported, "threshold", {.threshold = 0.01});
  refused(error_code::unsupported, "weights", {.weights = {1, 1}, .debias = true});
  refused(error_code::unsupported, "norm", {.norm = error_norm::max, .debias = true});
  refused(error_code::unsupported, "bin_weighting",
          {.bin_weighting = bin_weighting::uniform, .debias = true});
}

TEST(ece_multilabel, pools_or_averages_columns) {
  testing::generator rng(75);
  std::vector<std::uint8_t> labels;
  std::vector<double> p, weights;
  std::vector<binary_form> columns(3);
  binary_form pool;
  for (int i = 0; i < 200; ++i) {
    weights.push_back(rng.uniform(0.0, 2.0));
    for (std::size_t k = 0; k < 3; ++k) {
      p.push_back(rng.uniform());
      labels.push_back(static_cast<std::uint8_t>(rng.below(2)));
      columns[k].add(labels.back() == 1, p.back(), weights.back());
      pool.add(labels.back() == 1, p.back(), weights.back());
    }
  }
  const integer_view label_matrix(array_view(labels.data(), dtype::uint8, 2, {200, 3, 1}));
  const matrix_view matrix(p, 200, 3);
  for (const error_norm norm : k_norms) {
    double mean = 0.0;
    for (const auto& column : columns) mean += column.error(norm, 10, binning::equal_width) / 3;
    const auto value = [&](multilabel_average average) {
      return ece_multilabel(label_matrix, matrix,
                            {.weights = weights, .average = average, .n_bins = 10, .norm = norm});
    };
    EXPECT_REL(value(multilabel_average::macro), mean, 1e-14, "sums");
    EXPECT_REL(value(multilabel_average::micro), pool.error(norm, 10, binning::equal_width), 1e-14, "sums");
  }
  const auto refused = [&](error_kind kind, error_code code, const char* argument, integer_view y,
                           vector_view w) {
    expect_error([&] { ece_multilabel(y, matrix, {.weights = w}); }, kind, code, argument);
  };
  const std::vector<std::uint8_t> row(200, 1);
  refused(error_kind::shape, error_code::wrong_rank, "labels", row, {});
  refused(error_kind::shape, error_code::length_mismatch, "probabilities",
          integer_view(array_view(labels.data(), dtype::uint8, 2, {200, 2, 1})), {});
  refused(error_kind::shape, error_code::length_mismatch, "weights", label_matrix, {1, 2});
  refused(error_kind::value, error_code::zero_weight, "weights", label_matrix, std::vector<double>(200));
  const std::vector<std::uint8_t> twos(600, 2);
  refused(error_kind::value, error_code::bad_label, "labels",
          integer_view(array_view(twos.data(), dtype::uint8, 2, {200, 3, 1})), {});
}

// ---- scores ----

TEST(multiclass_scores, of_two_classes_are_the_binary_scores) {
  const class_sample s = draw_classes(300, 2, 76);
  std::vector<double> p;
  for (std::size_t i = 0; i < 300; ++i) p.push_back(s.probabilities[2 * i + 1]);
  const double brier = brier_score(s.labels, p, {.weights = s.weights});
  EXPECT_REL(brier_score_multiclass(s.labels, s.matrix(), {.weights = s.weights, .scale_by_half = true}),
             brier, 1e-13, "1 - p rounds");
  EXPECT_REL(brier_score_multiclass(s.labels, s.matrix(), {.weights = s.weights}), 2 * brier, 1e-13,
             "1 - p rounds");
  for (const double eps : {0.0, 0.2}) {
    EXPECT_REL(log_loss_multiclass(s.labels, s.matrix(), {.weights = s.weights, .eps = eps}),
               log_loss(s.labels, p, {.weights = s.weights, .eps = eps}), 1e-13, "1 - p rounds");
  }
}

TEST(multiclass_scores, have_known_values) {
  const std::vector<double> p = {1, 0, 0, 0, 0.5, 0.5};
  const matrix_view matrix(p, 2, 3);
  EXPECT_BITS(brier_score_multiclass({0, 1}, matrix), 0.25);
  EXPECT_BITS(brier_score_multiclass({1, 1}, matrix, {.weights = {1, 0}}), 2.0);
  EXPECT_REL(log_loss_multiclass({0, 1}, matrix), std::log(2.0) / 2, 1e-15, "one logarithm");
  EXPECT_BITS(log_loss_multiclass({1, 1}, matrix), std::numeric_limits<double>::infinity());
  EXPECT_BITS(log_loss_multiclass({1, 1}, matrix, {.weights = {0, 1}}), -std::log(0.5));
}

TEST(brier_score_multiclass_grad, agrees_with_differences) {
  const class_sample s = draw_classes(10, 3, 77);
  for (const bool half : {false, true}) {
    const brier_score_multiclass_options options{.weights = s.weights, .scale_by_half = half};
    const auto found = brier_score_multiclass_grad(s.labels, s.matrix(), options);
    EXPECT_BITS(found.loss, brier_score_multiclass(s.labels, s.matrix(), options));
    for (std::size_t i = 0; i < s.probabilities.size(); ++i) {
      const double step = 1e-5;  // the row sum stays within its tolerance
      auto up = s.probabilities, down = s.probabilities;
      up[i] += step;
      down[i] -= step;
      const double slope = (brier_score_multiclass(s.labels, matrix_view(up, 10, 3), options) -
                            brier_score_multiclass(s.labels, matrix_view(down, 10, 3), options)) /
                           (2 * step);
      EXPECT_ABS(found.grad[i], slope, 1e-10, "rounding over the step");
    }
  }
}

TEST(multiclass_scores, take_threads_and_name_what_is_wrong) {
  const class_sample s = draw_classes(300000, 3, 78);
  context threads;
  threads.threads = 4;
  EXPECT_BITS(brier_score_multiclass(s.labels, s.matrix()),
              brier_score_multiclass(s.labels, s.matrix(), {}, threads));
  testing::expect_class_errors(
      [](integer_view y, matrix_view p, vector_view w) { brier_score_multiclass(y, p, {.weights = w}); });
  testing::expect_class_errors([](integer_view y, matrix_view p, vector_view w) {
    brier_score_multiclass_grad(y, p, {.weights = w});
  });
  testing::expect_class_errors(
      [](integer_view y, matrix_view p, vector_view w) { log_loss_multiclass(y, p, {.weights = w}); });
  for (const double eps : {-0.1, 0.6, std::nan("")})
    expect_error([&] { log_loss_multiclass({0}, matrix_view(s.probabilities, 1, 3), {.eps = eps}); },
                 error_kind::value, error_code::bad_parameter, "eps");
}

}  // namespace
}  // namespace assay::calibration
