#include "assay/calibration/venn_abers.hpp"

#include <algorithm>

#include "assay/calibration/isotonic.hpp"
#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

/// The isotonic fit at p with one more row (p, label), fitted anew.
double refitted(sample s, bool weighted, double p, std::uint8_t label) {
  s.labels.push_back(label);
  s.probabilities.push_back(p);
  s.weights.push_back(1.0);
  return isotonic(s.labels, s.probabilities, {p},
                  {.weights = weighted ? vector_view(s.weights) : vector_view()})
      .query[0];
}

TEST(venn_abers, is_the_isotonic_regression_with_the_point_in_it) {
  for (const std::uint64_t levels : {0U, 3U, 12U, 40U}) {
    for (std::uint64_t seed = 250; seed < 258; ++seed) {
      const sample s = draw_sample(static_cast<std::size_t>(1 + 7 * (seed - 250)), seed, levels);
      auto query = testing::unit_grid(25);
      query.insert(query.end(), s.probabilities.begin(), s.probabilities.end());
      const auto plain = venn_abers(s.labels, s.probabilities, query);
      for (std::size_t i = 0; i < query.size(); ++i) {
        EXPECT_ULP(plain.p0[i], refitted(s, false, query[i], 0), 1);
        EXPECT_ULP(plain.p1[i], refitted(s, false, query[i], 1), 1);
        EXPECT_BITS(plain.query[i], plain.p1[i] / (1 - plain.p0[i] + plain.p1[i]));
      }
      if (*std::max_element(s.weights.begin(), s.weights.end()) == 0.0) continue;
      const auto weighted = venn_abers(s.labels, s.probabilities, query, {.weights = s.weights});
      for (std::size_t i = 0; i < query.size(); ++i) {
        EXPECT_ABS(weighted.p0[i], refitted(s, true, query[i], 0), 1e-13, "sums of weights in another order");
        EXPECT_ABS(weighted.p1[i], refitted(s, true, query[i], 1), 1e-13, "sums of weights in another order");
      }
    }
  }
}

TEST(venn_abers, of_sure_labels) {
  const auto all = venn_abers({1, 1, 1}, {0.2, 0.4, 0.6}, {0, 0.4, 1});
  EXPECT_BITS(all.p1.to_vector(), (std::vector<double>{1, 1, 1}));
  EXPECT_BITS(all.p0.to_vector(), (std::vector<double>{0, 2.0 / 3, 0.75}));
  const auto none = venn_abers({0, 0, 0}, {0.2, 0.4, 0.6}, {0, 0.4, 1});
  EXPECT_BITS(none.p0.to_vector(), (std::vector<double>{0, 0, 0}));
  EXPECT_BITS(none.p1.to_vector(), (std::vector<double>{0.25, 1.0 / 3, 1}));
}

TEST(venn_abers, ascends_and_its_ends_are_in_order) {
  const sample s = draw_sample(500, 259, 100);
  const auto result = venn_abers(s.labels, s.probabilities, testing::unit_grid(1000), {.weights = s.weights});
  testing::expect_ascending_probabilities(result.query);
  testing::expect_ascending_probabilities(result.p0);
  testing::expect_ascending_probabilities(result.p1);
  for (std::size_t i = 0; i < result.query.size(); ++i) {
    EXPECT_LE(result.p0[i], result.query[i]);
    EXPECT_LE(result.query[i], result.p1[i]);
  }
}

TEST(venn_abers, has_exchanged_ends_for_exchanged_labels) {
  const sample s = draw_sample(200, 260, 30);
  sample turned = s;
  for (auto& label : turned.labels) label = static_cast<std::uint8_t>(1 - label);
  for (auto& p : turned.probabilities) p = 1 - p;
  std::vector<double> query, other;
  for (std::size_t i = 0; i < 20; ++i) {
    query.push_back(s.probabilities[i]);
    other.push_back(turned.probabilities[i]);
  }
  const auto a = venn_abers(s.labels, s.probabilities, query);
  const auto b = venn_abers(turned.labels, turned.probabilities, other);
  for (std::size_t i = 0; i < query.size(); ++i) EXPECT_ABS(a.p0[i], 1 - b.p1[i], 1e-15, "one subtraction");
}

TEST(venn_abers, of_calibrated_data_is_near_the_identity) {
  const sample s = testing::draw_calibrated(20000, 261);
  const std::vector<double> grid = {0.1, 0.3, 0.5, 0.7, 0.9};
  const auto result = venn_abers(s.labels, s.probabilities, grid);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    EXPECT_ABS(result.query[i], grid[i], 0.07, "isotonic rate n^-1/3 is 0.04 at 20000 rows");
    EXPECT_LT(result.p1[i] - result.p0[i], 0.05);
  }
}

TEST(venn_abers, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    venn_abers(labels, p, {0.5}, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    venn_abers_model::fit(labels, p, {.weights = weights});
  });
  testing::expect_probability_errors("query", [](array_view query) {
    venn_abers({0, 1}, {0.2, 0.4}, vector_view(query));
  });
  testing::expect_transform_errors(venn_abers_model::fit({0, 1}, {0.2, 0.4}));
}

TEST(venn_abers_model, is_the_function_and_comes_back_from_json) {
  const sample s = draw_sample(100, 262);
  const auto model = venn_abers_model::fit(s.labels, s.probabilities, {.weights = s.weights});
  const auto result = venn_abers(s.labels, s.probabilities, s.probabilities, {.weights = s.weights});
  EXPECT_BITS(model.transform(vector_view(s.probabilities)), result.query);
  EXPECT_BITS(model.intervals(vector_view(s.probabilities)).p0, result.p0);
  EXPECT_BITS(model.intervals(vector_view(s.probabilities)).p1, result.p1);
  EXPECT_BITS(venn_abers_model::from_json(model.to_json()).transform(vector_view(s.probabilities)),
              result.query);
  testing::expect_json_round_trip(model);
  const std::vector<float> p = {0.5F};
  EXPECT_EQ(model.intervals(vector_view(p)).p1.type(), dtype::float32);
  testing::expect_json_refused<venn_abers_model>(
      R"({"model": "venn_abers", "version": 1, "x": [0.5], "p0": [0.5], "p1": [0.4]})", "ascend");
  testing::expect_json_refused<venn_abers_model>(
      R"({"model": "venn_abers", "version": 1, "x": [0.5], "p0": [], "p1": [0.4]})", "as many");
}

}  // namespace
}  // namespace assay::calibration
