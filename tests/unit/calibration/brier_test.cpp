#include "assay/calibration/brier.hpp"

#include <limits>

#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

class brier_on : public testing::each_isa {};
ASSAY_FOR_EACH_ISA(brier_on);

TEST(brier_score, is_the_mean_squared_error) {
  EXPECT_BITS(brier_score({0, 1, 1, 0}, {0.5, 0.5, 1, 0}), 0.125);
  EXPECT_BITS(brier_score({1}, {0}), 1.0);
  EXPECT_BITS(brier_score({0, 1}, {0.5, 1}, {.weights = {1, 3}}), 0.0625);
}

TEST(brier_score, takes_minus_zero_for_zero) { EXPECT_BITS(brier_score({1, 0}, {-0.0, -0.0}), 0.5); }

TEST_P(brier_on, agrees_with_a_sum_in_long_double) {
  for (const std::size_t rows : {1U, 7U, 8U, 9U, 4095U, 4096U, 4097U, 20001U}) {
    const sample s = draw_sample(rows, rows);
    long double sum = 0, weighted = 0, weight = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      const long double d = static_cast<long double>(s.probabilities[i]) - s.labels[i];
      sum += d * d;
      weighted += s.weights[i] * d * d;
      weight += s.weights[i];
    }
    EXPECT_REL(brier_score(s.labels, s.probabilities),
               static_cast<double>(sum / static_cast<long double>(rows)), 1e-14,
               "the budget of the doc comment");
    if (weight == 0) continue;
    EXPECT_REL(brier_score(s.labels, s.probabilities, {.weights = s.weights}),
               static_cast<double>(weighted / weight), 1e-14, "the budget of the doc comment");
  }
}

TEST_P(brier_on, has_the_bits_of_the_first_instruction_set) {
  const sample s = draw_sample(12345, 30);
  const auto single = testing::as_float(s.probabilities);
  const double plain = brier_score(s.labels, s.probabilities);
  const double narrow = brier_score(s.labels, single, {.weights = s.weights});
  const auto grad = brier_score_grad(s.labels, s.probabilities, {.weights = s.weights});
  const auto narrow_grad = brier_score_grad(s.labels, single);
  const testing::use_isa first(available_isas()[0]);
  EXPECT_BITS(plain, brier_score(s.labels, s.probabilities));
  EXPECT_BITS(narrow, brier_score(s.labels, single, {.weights = s.weights}));
  EXPECT_BITS(grad.grad, brier_score_grad(s.labels, s.probabilities, {.weights = s.weights}).grad);
  EXPECT_BITS(narrow_grad.grad, brier_score_grad(s.labels, single).grad);
}

TEST_P(brier_on, of_float32_is_computed_in_double) {
  const sample s = draw_sample(5000, 31);
  const auto single = testing::as_float(s.probabilities);
  EXPECT_BITS(brier_score(s.labels, single), brier_score(s.labels, testing::as_double(single)));
}

TEST(brier_score, does_not_depend_on_the_number_of_threads) {
  const sample s = draw_sample(600000, 32);
  context threads;
  threads.threads = 3;
  EXPECT_BITS(brier_score(s.labels, s.probabilities), brier_score(s.labels, s.probabilities, {}, threads));
  EXPECT_BITS(brier_score_grad(s.labels, s.probabilities).grad,
              brier_score_grad(s.labels, s.probabilities, {}, threads).grad);
}

TEST(brier_score, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    brier_score(labels, p, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    brier_score_grad(labels, p, {.weights = weights});
  });
}

TEST(brier_score_grad, is_twice_the_error_by_weight) {
  const auto result = brier_score_grad({0, 1, 1}, {0.25, 0.5, 1}, {.weights = {1, 2, 1}});
  EXPECT_BITS(result.grad.to_vector(), (std::vector<double>{0.125, -0.5, 0}));
  EXPECT_BITS(result.loss, brier_score({0, 1, 1}, {0.25, 0.5, 1}, {.weights = {1, 2, 1}}));
}

TEST(brier_score_grad, equals_central_differences) {
  // The score is quadratic, so central differences have no error but rounding.
  const sample s = draw_sample(40, 33);
  const auto result = brier_score_grad(s.labels, s.probabilities, {.weights = s.weights});
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    auto above = s.probabilities, below = s.probabilities;
    const double step = std::min({0x1p-10, s.probabilities[i], 1.0 - s.probabilities[i]});
    above[i] += step;
    below[i] -= step;
    const double slope = (brier_score(s.labels, above, {.weights = s.weights}) -
                          brier_score(s.labels, below, {.weights = s.weights})) /
                         (above[i] - below[i]);
    EXPECT_ABS(result.grad[i], slope, 1e-16 / step, "rounding of two scores below 1, by the step");
  }
}

TEST(brier_score_grad, may_be_written_over_its_input) {
  sample s = draw_sample(100, 34);
  const auto expected = brier_score_grad(s.labels, s.probabilities);
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(s.probabilities));
  const auto result = brier_score_grad(s.labels, s.probabilities, {}, ctx);
  EXPECT_EQ(result.grad.bytes(), static_cast<const void*>(s.probabilities.data()));
  EXPECT_BITS(result.grad, expected.grad);
}

// ---- decomposition ----

TEST(brier_decomposition, adds_up_for_every_layout) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const sample s = draw_sample(300, seed, seed % 2 == 0 ? 0 : 17);
    for (const binning strategy :
         {binning::equal_width, binning::quantile, binning::equal_mass, binning::rank, binning::unique}) {
      for (const bool weighted : {false, true}) {
        const vector_view weights = weighted ? vector_view(s.weights) : vector_view();
        const auto d =
            brier_decomposition(s.labels, s.probabilities, {.weights = weights, .strategy = strategy});
        EXPECT_ABS(
            d.reliability - d.resolution + d.uncertainty + d.within_bin_variance - d.within_bin_covariance,
            d.brier, 1e-14, "the identity is exact, each part is below 1");
        EXPECT_REL(d.brier, brier_score(s.labels, s.probabilities, {.weights = weights}), 1e-14,
                   "sums of other order");
        if (strategy == binning::unique) {
          EXPECT_BITS(d.within_bin_variance, 0.0);
          EXPECT_BITS(d.within_bin_covariance, 0.0);
        }
      }
    }
  }
}

TEST(brier_decomposition, of_a_constant_forecast_of_the_base_rate_is_uncertainty) {
  const auto d = brier_decomposition({0, 1, 0, 0}, {0.25, 0.25, 0.25, 0.25});
  EXPECT_BITS(d.brier, 0.1875);
  EXPECT_BITS(d.uncertainty, 0.1875);
  EXPECT_BITS(d.reliability, 0.0);
  EXPECT_BITS(d.resolution, 0.0);
}

TEST(brier_decomposition, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    brier_decomposition(labels, p, {.weights = weights});
  });
  testing::expect_bin_errors([](const auto& bins) {
    brier_decomposition({0, 1}, {0.2, 0.4},
                        {.n_bins = bins.n_bins, .strategy = bins.strategy, .edges = bins.edges});
  });
}

// ---- accumulator ----

TEST_P(brier_on, accumulators_merge_to_the_bits_of_the_whole_in_any_order) {
  const sample s = draw_sample(3 * 4096 + 11, 35);
  const integer_view labels(s.labels);
  const vector_view p(s.probabilities), w(s.weights);
  brier_accumulator first, second;
  first.update(integer_view(labels.rows(0, 8192)), vector_view(p.rows(0, 8192)),
               {vector_view(w.rows(0, 8192))});
  second.update(integer_view(labels.rows(8192, 4107)), vector_view(p.rows(8192, 4107)),
                {vector_view(w.rows(8192, 4107))});
  second.merge(first);
  EXPECT_BITS(second.value(), brier_score(labels, p, {.weights = w}));
}

TEST(brier_accumulator, comes_back_from_bytes) {
  const sample s = draw_sample(100, 36);
  brier_accumulator score;
  score.update(s.labels, s.probabilities, {s.weights});
  auto copy = brier_accumulator::from_bytes(score.to_bytes());
  EXPECT_BITS(copy.value(), score.value());
  copy.update(s.labels, s.probabilities);
  score.update(s.labels, s.probabilities);
  EXPECT_EQ(copy.to_bytes(), score.to_bytes());
  testing::expect_corrupt_bytes(score.to_bytes(),
                                [](const auto& bytes) { brier_accumulator::from_bytes(bytes); });
}

TEST(brier_accumulator, refuses_what_does_not_fit_and_stays_as_it_was) {
  brier_accumulator score;
  testing::expect_error([&] { static_cast<void>(score.value()); }, error_kind::state, error_code::zero_weight,
                        "", "nothing with weight > 0");
  score.update({1}, {0.5});
  const auto update = [&](integer_view labels, vector_view p, vector_view weights) {
    score.update(labels, p, {weights});
  };
  testing::expect_row_errors("probabilities", update, false);
  EXPECT_BITS(score.value(), 0.25);
  score.reset();
  EXPECT_EQ(score.to_bytes(), brier_accumulator().to_bytes());
}

}  // namespace
}  // namespace assay::calibration
