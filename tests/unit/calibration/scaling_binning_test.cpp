#include "assay/calibration/scaling_binning.hpp"

#include <set>

#include "assay/calibration/platt.hpp"
#include "assay/calibration/reliability.hpp"
#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

TEST(scaling_binning, is_the_mean_of_the_curve_in_each_bin) {
  const sample s = draw_sample(300, 270);
  const auto result = scaling_binning(s.labels, s.probabilities, s.probabilities, {.n_bins = 7});
  const auto curve =
      platt(s.labels, s.probabilities, {.input = platt_input::probabilities, .query = s.probabilities});
  EXPECT_BITS(result.slope, curve.slope);
  const auto table =
      reliability_table(s.labels, curve.query.to_vector(), {.n_bins = 7, .strategy = binning::equal_mass});
  EXPECT_BITS(result.edges, table.edges);
  EXPECT_BITS(result.bin_values, table.mean_prob);
  std::set<double> distinct;
  double given = 0.0, binned = 0.0;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    distinct.insert(result.query[i]);
    given += curve.query[i];
    binned += result.query[i];
    // the value of a row lies in the bin of its scaled value
    std::size_t k = 0;
    while (k + 2 < result.edges.size() && curve.query[i] > result.edges[k + 1]) ++k;
    EXPECT_BITS(result.query[i], result.bin_values[k]);
  }
  EXPECT_EQ(distinct.size(), 7U);
  EXPECT_REL(binned, given, 1e-13, "means of bins keep the mean");
}

TEST(scaling_binning, never_falls) {
  const sample s = draw_sample(300, 271, 50);
  for (const binning layout : {binning::equal_mass, binning::equal_width, binning::quantile, binning::unique})
    testing::expect_ascending_probabilities(scaling_binning(s.labels, s.probabilities,
                                                            testing::unit_grid(500),
                                                            {.weights = s.weights, .strategy = layout})
                                                .query);
}

TEST(scaling_binning, of_one_bin_is_the_mean_of_the_curve) {
  const auto result =
      scaling_binning({0, 1, 1}, {0.1, 0.4, 0.7}, {0, 1}, {.n_bins = 1, .smooth_targets = true});
  // the curve's mean is that of the targets 1/3, 3/4, 3/4: the intercept's equation
  EXPECT_REL(result.query[0], (1.0 / 3 + 1.5) / 3, 1e-10, "Newton's last step");
  EXPECT_BITS(result.query[1], result.query[0]);
}

TEST(scaling_binning, of_calibrated_data_is_near_the_identity) {
  const sample s = testing::draw_calibrated(20000, 272);
  const std::vector<double> grid = {0.1, 0.3, 0.5, 0.7, 0.9};
  const auto result = scaling_binning(s.labels, s.probabilities, grid, {.n_bins = 20});
  for (std::size_t i = 0; i < grid.size(); ++i)
    EXPECT_ABS(result.query[i], grid[i], 0.05, "half a bin, and 4 standard errors of the curve");
}

TEST(scaling_binning, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    scaling_binning(labels, p, {0.5}, {.weights = weights});
  });
  testing::expect_error(
      [] {
        scaling_binning({0, 1}, {0.2, 0.4}, {0.5}, {.n_bins = 0});
      },
      error_kind::value, error_code::bad_parameter, "n_bins");
  testing::expect_error(
      [] {
        scaling_binning({0, 1}, {0.2, 0.4}, {0.5}, {.strategy = binning::custom});
      },
      error_kind::value, error_code::unsupported, "strategy");
  testing::expect_probability_errors("query", [](array_view query) {
    scaling_binning({0, 1}, {0.2, 0.4}, vector_view(query));
  });
  testing::expect_transform_errors(scaling_binning_model::fit({0, 1}, {0.2, 0.4}));
}

TEST(scaling_binning_model, is_the_function_and_comes_back_from_json) {
  const sample s = draw_sample(100, 273);
  const auto model = scaling_binning_model::fit(s.labels, s.probabilities, {.weights = s.weights});
  const auto result = scaling_binning(s.labels, s.probabilities, s.probabilities, {.weights = s.weights});
  EXPECT_BITS(model.transform(vector_view(s.probabilities)), result.query);
  EXPECT_BITS(model.parameters().bin_values, result.bin_values);
  EXPECT_BITS(scaling_binning_model::from_json(model.to_json()).transform(vector_view(s.probabilities)),
              result.query);
  testing::expect_json_round_trip(model);
  const std::vector<float> p = {0.5F};
  EXPECT_EQ(model.transform(vector_view(p)).type(), dtype::float32);
  testing::expect_json_refused<scaling_binning_model>(
      testing::replaced(model.to_json(), "right_closed", "left_closed"), "not right_closed");
}

}  // namespace
}  // namespace assay::calibration
