#include "assay/calibration/centered_isotonic.hpp"

#include <limits>

#include "assay/calibration/isotonic.hpp"
#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

TEST(centered_isotonic, goes_straight_between_the_centers_of_the_flat_pieces) {
  // isotonic fit: 0 at 1/4; 1/2 at 3/8 and 5/8, center 1/2; 1 at 3/4
  const auto result =
      centered_isotonic({0, 1, 0, 1}, {0.25, 0.375, 0.625, 0.75}, {0, 0.25, 0.375, 0.5, 0.625, 1});
  EXPECT_BITS(result.query.to_vector(), (std::vector<double>{0, 0, 0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(result.n_blocks, 3);
}

TEST(centered_isotonic, weighs_the_center) {
  // one piece: 3 of 4 events by weight, at (3 * 0.2 + 0.6)/4
  const auto model = centered_isotonic_model::fit({1, 0}, {0.2, 0.6}, {.weights = {3, 1}});
  EXPECT_REL(model.parameters().x[0], 0.3, 1e-15, "one weighted mean");
  EXPECT_BITS(model.parameters().y[0], 0.75);
}

TEST(centered_isotonic, has_the_values_of_the_isotonic_blocks_and_ascends_strictly) {
  const sample s = draw_sample(500, 110, 80);
  const auto model = centered_isotonic_model::fit(s.labels, s.probabilities, {.weights = s.weights});
  const auto p = model.parameters();
  const auto plain = isotonic_model::fit(s.labels, s.probabilities, {.weights = s.weights}).parameters();
  EXPECT_EQ(static_cast<std::int64_t>(p.x.size()), plain.n_blocks);
  for (std::size_t i = 1; i < p.x.size(); ++i) {
    EXPECT_GT(p.x[i], p.x[i - 1]);
    EXPECT_GT(p.y[i], p.y[i - 1]);
  }
  const auto grid = testing::unit_grid(2000);
  const auto curve = model.transform(vector_view(grid));
  testing::expect_ascending_probabilities(curve);
  for (std::size_t i = 1; i < grid.size(); ++i)
    if (grid[i - 1] >= p.x[0] && grid[i] <= p.x[p.x.size() - 1]) {
      EXPECT_GT(curve[i], curve[i - 1]);
    }
}

TEST(centered_isotonic, of_calibrated_data_is_near_the_identity) {
  const sample s = testing::draw_calibrated(20000, 111);
  const std::vector<double> grid = {0.1, 0.3, 0.5, 0.7, 0.9};
  const auto result = centered_isotonic(s.labels, s.probabilities, grid);
  for (std::size_t i = 0; i < grid.size(); ++i)
    EXPECT_ABS(result.query[i], grid[i], 0.06, "isotonic rate n^-1/3 is 0.04 at 20000 rows");
}

TEST(centered_isotonic, of_one_row_is_constant) {
  EXPECT_BITS(centered_isotonic({1}, {0.5}, {0, 0.5, 1}).query.to_vector(), (std::vector<double>{1, 1, 1}));
}

TEST(centered_isotonic, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    centered_isotonic(labels, p, {0.5}, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    centered_isotonic_model::fit(labels, p, {.weights = weights});
  });
  testing::expect_probability_errors("query", [](array_view query) {
    centered_isotonic({0, 1}, {0.2, 0.4}, vector_view(query));
  });
  testing::expect_transform_errors(centered_isotonic_model::fit({0, 1}, {0.2, 0.4}));
}

TEST(centered_isotonic_model, is_the_function_and_comes_back_from_json) {
  const sample s = draw_sample(300, 112);
  const auto model = centered_isotonic_model::fit(s.labels, s.probabilities, {.weights = s.weights});
  const auto result = centered_isotonic(s.labels, s.probabilities, s.probabilities, {.weights = s.weights});
  EXPECT_BITS(model.transform(vector_view(s.probabilities)), result.query);
  const auto copy = centered_isotonic_model::from_json(model.to_json());
  EXPECT_BITS(copy.transform(vector_view(s.probabilities)), result.query);
  testing::expect_json_round_trip(model);
  const std::vector<float> p = {0.5F};
  EXPECT_EQ(model.transform(vector_view(p)).type(), dtype::float32);
  testing::expect_json_refused<centered_isotonic_model>(
      R"({"model": "centered_isotonic", "version": 1, "x": [0.5, 0.2], "y": [0, 1]})", "does not ascend");
}

}  // namespace
}  // namespace assay::calibration
