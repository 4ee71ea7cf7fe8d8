#include "assay/calibration/corp.hpp"

#include <cmath>
#include <limits>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/log_loss.hpp"
#include "calibration_errors.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

// min-max form of isotonic regression: cep_i = max over a <= i of min over b >= i of the mean of a .. b.
std::vector<double> regression_by_definition(const std::vector<double>& weight,
                                             const std::vector<double>& events) {
  std::vector<double> fit(weight.size());
  for (std::size_t i = 0; i < fit.size(); ++i) {
    fit[i] = -1.0;
    for (std::size_t a = 0; a <= i; ++a) {
      double least = 2.0;
      for (std::size_t b = i; b < fit.size(); ++b) {
        double w = 0.0, e = 0.0;
        for (std::size_t j = a; j <= b; ++j) {
          w += weight[j];
          e += events[j];
        }
        least = std::min(least, e / w);
      }
      fit[i] = std::max(fit[i], least);
    }
  }
  return fit;
}

TEST(corp_reliability, pools_ties_and_violators) {
  // at 0.2: 1/2; at 0.4: 0 violates, pooled 1/3; at 0.6: 1
  const auto curve = corp_reliability({0, 1, 0, 1}, {0.2, 0.2, 0.4, 0.6});
  EXPECT_BITS(curve.x.to_vector(), (std::vector<double>{0.2, 0.4, 0.6}));
  EXPECT_BITS(curve.cep.to_vector(), (std::vector<double>{1.0 / 3, 1.0 / 3, 1}));
  EXPECT_BITS(curve.count.to_vector(), (std::vector<double>{2, 1, 1}));
  EXPECT_BITS(curve.block_first.to_vector(), (std::vector<double>{0, 2}));
  EXPECT_EQ(curve.block_first.type(), dtype::int32);
}

TEST(corp_reliability, leaves_out_rows_of_weight_zero) {
  const auto curve = corp_reliability({1, 0, 1}, {0.2, 0.4, 0.6}, {.weights = {0, 2, 1}});
  EXPECT_BITS(curve.x.to_vector(), (std::vector<double>{0.4, 0.6}));
  EXPECT_BITS(curve.weight.to_vector(), (std::vector<double>{2, 1}));
}

TEST(corp_reliability, equals_the_min_max_formula) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const sample s = draw_sample(60, seed, seed % 2 == 0 ? 12 : 0);
    for (const bool weighted : {false, true}) {
      const auto curve = corp_reliability(s.labels, s.probabilities,
                                          {.weights = weighted ? vector_view(s.weights) : vector_view()});
      std::vector<double> weight(curve.x.size()), events(curve.x.size());
      for (std::size_t i = 0; i < s.labels.size(); ++i) {
        for (std::size_t k = 0; k < curve.x.size(); ++k) {
          if (curve.x[k] != s.probabilities[i]) continue;
          const double w = weighted ? s.weights[i] : 1.0;
          weight[k] += w;
          events[k] += w * s.labels[i];
        }
      }
      const auto expected = regression_by_definition(weight, events);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        EXPECT_REL(curve.cep[k], expected[k], weighted ? 1e-14 : 0.0, "weights are summed in another order");
      }
    }
  }
}

TEST(corp_reliability, of_float32_is_that_of_the_widened_numbers) {
  const sample s = draw_sample(500, 50);
  const auto single = testing::as_float(s.probabilities);
  EXPECT_BITS(corp_reliability(s.labels, single).cep,
              corp_reliability(s.labels, testing::as_double(single)).cep);
}

TEST(corp_reliability, takes_minus_zero_for_zero) {
  EXPECT_BITS(corp_reliability({1, 0}, {-0.0, 0.0}).x.to_vector(), (std::vector<double>{0.0}));
}

TEST(corp_reliability, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    corp_reliability(labels, p, {.weights = weights});
  });
}

TEST(corp_decomposition, adds_up_and_has_parts_that_are_not_negative) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const sample s = draw_sample(200, seed, seed % 2 == 0 ? 0 : 16);
    for (const corp_score score : {corp_score::brier, corp_score::log}) {
      for (const bool weighted : {false, true}) {
        const vector_view weights = weighted ? vector_view(s.weights) : vector_view();
        const auto d = corp_decomposition(s.labels, s.probabilities, {.weights = weights, .score = score});
        const double expected = score == corp_score::brier
                                    ? brier_score(s.labels, s.probabilities, {.weights = weights})
                                    : log_loss(s.labels, s.probabilities, {.weights = weights});
        EXPECT_REL(d.score, expected, 1e-14, "sums of other order");
        EXPECT_GE(d.miscalibration, 0.0);
        EXPECT_GE(d.discrimination, 0.0);
        if (std::isinf(d.score)) continue;
        EXPECT_REL(d.miscalibration - d.discrimination + d.uncertainty, d.score, 4e-15, "three roundings");
      }
    }
  }
}

TEST(corp_decomposition, of_calibrated_forecasts_has_no_miscalibration) {
  const std::vector<std::uint8_t> labels = {0, 0, 0, 1, 0, 1, 1, 1, 1};
  const std::vector<double> p = {0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 1, 1, 1};
  for (const corp_score score : {corp_score::brier, corp_score::log}) {
    EXPECT_BITS(corp_decomposition(labels, p, {.score = score}).miscalibration, 0.0);
  }
}

TEST(corp_decomposition, of_a_constant_forecast_has_no_discrimination) {
  const auto d = corp_decomposition({0, 1, 1}, {0.3, 0.3, 0.3});
  EXPECT_BITS(d.discrimination, 0.0);
}

TEST(corp_decomposition, of_one_class_has_no_uncertainty) {
  for (const corp_score score : {corp_score::brier, corp_score::log}) {
    EXPECT_BITS(corp_decomposition({1, 1}, {0.3, 0.7}, {.score = score}).uncertainty, 0.0);
  }
}

TEST(corp_decomposition, is_infinite_where_log_meets_zero) {
  const auto d = corp_decomposition({1, 0}, {0, 0.5}, {.score = corp_score::log});
  EXPECT_BITS(d.score, std::numeric_limits<double>::infinity());
  EXPECT_BITS(d.miscalibration, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isfinite(d.discrimination) && std::isfinite(d.uncertainty));
}

TEST(corp_decomposition, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    corp_decomposition(labels, p, {.weights = weights});
  });
}

}  // namespace
}  // namespace assay::calibration
