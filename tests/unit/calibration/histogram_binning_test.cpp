#include "assay/calibration/histogram_binning.hpp"

#include <numeric>

#include "assay/calibration/reliability.hpp"
#include "recalibrators.hpp"

namespace assay::calibration {
namespace {

using testing::draw_sample;
using testing::sample;

constexpr binning k_layouts[] = {binning::equal_width, binning::quantile, binning::equal_mass, binning::rank,
                                 binning::unique};

TEST(histogram_binning, gives_the_share_of_events_of_each_bin) {
  const auto result = histogram_binning({0, 1, 1, 1, 0}, {0.1, 0.2, 0.6, 0.7, 0.7},
                                        {.n_bins = 4, .query = {0, 0.25, 0.26, 0.5, 0.6, 1}});
  // (1/4, 1/2] and (3/4, 1] are empty: their midpoints
  EXPECT_BITS(result.bin_values.to_vector(), (std::vector<double>{0.5, 0.375, 2.0 / 3, 0.875}));
  EXPECT_BITS(result.query.to_vector(), (std::vector<double>{0.5, 0.5, 0.375, 0.375, 2.0 / 3, 0.875}));
  EXPECT_BITS(result.edges.to_vector(), (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
}

TEST(histogram_binning, follows_the_bin_rule) {
  const auto left =
      histogram_binning({0, 1}, {0.5, 0.6}, {.n_bins = 2, .bin_rule = bin_rule::left_closed, .query = {0.5}});
  EXPECT_BITS(left.query[0], 0.5);  // both rows share [1/2, 1]
  const auto right = histogram_binning({0, 1}, {0.5, 0.6}, {.n_bins = 2, .query = {0.5}});
  EXPECT_BITS(right.query[0], 0.0);
}

TEST(histogram_binning, values_are_those_of_the_reliability_table) {
  const sample s = draw_sample(500, 100, 60);
  for (const binning layout : k_layouts) {
    for (const bin_rule rule : {bin_rule::right_closed, bin_rule::left_closed}) {
      const auto table =
          reliability_table(s.labels, s.probabilities,
                            {.weights = s.weights, .n_bins = 7, .strategy = layout, .bin_rule = rule});
      const auto result = histogram_binning(s.labels, s.probabilities,
                                            {.weights = s.weights,
                                             .n_bins = 7,
                                             .strategy = layout,
                                             .bin_rule = rule,
                                             .query = s.probabilities});
      EXPECT_BITS(result.edges, table.edges);
      // every row finds the bin it was counted in: the weights of equal values add up to those of the bins
      std::vector<double> found(table.weight.size()), wanted(table.weight.size());
      for (std::size_t i = 0; i < s.labels.size(); ++i)
        for (std::size_t k = 0; k < found.size(); ++k)
          if (result.query[i] == result.bin_values[k]) found[k] += s.weights[i];
      for (std::size_t k = 0; k < found.size(); ++k) {
        if (table.weight[k] == 0.0) continue;
        EXPECT_BITS(result.bin_values[k], table.mean_label[k]);
        for (std::size_t j = 0; j < found.size(); ++j)
          if (result.bin_values[j] == result.bin_values[k]) wanted[k] += table.weight[j];
        EXPECT_REL(found[k], wanted[k], 1e-13, "sums of weights in another order");
      }
    }
  }
}

TEST(histogram_binning, takes_edges_beyond_the_unit_interval) {
  const std::vector<double> edges = {-2, 0.5, 3};
  const auto low =
      histogram_binning({1}, {0.75}, {.strategy = binning::custom, .edges = edges, .query = {0, 1}});
  EXPECT_BITS(low.query.to_vector(), (std::vector<double>{0.25, 1}));  // middle of [0, 1/2]
}

TEST(histogram_binning, laplace_is_never_sure) {
  const auto result = histogram_binning({1, 1, 0}, {0.2, 0.3, 0.9}, {.n_bins = 3, .laplace = true});
  EXPECT_BITS(result.bin_values.to_vector(), (std::vector<double>{0.75, 0.5, 1.0 / 3}));
  EXPECT_EQ(result.query.size(), 0U);
}

TEST(histogram_binning, with_weights_is_repeated_rows) {
  const auto weighted = histogram_binning({0, 1, 1}, {0.1, 0.15, 0.9}, {.weights = {3, 1, 2}, .n_bins = 5});
  const auto repeated = histogram_binning({0, 0, 0, 1, 1, 1}, {0.1, 0.1, 0.1, 0.15, 0.9, 0.9}, {.n_bins = 5});
  EXPECT_BITS(weighted.bin_values, repeated.bin_values);
}

TEST(histogram_binning, of_many_bins_and_of_one_row) {
  const auto many = histogram_binning({1, 0}, {0.25, 0.75}, {.n_bins = 100000, .query = {0.25, 0.75, 1}});
  EXPECT_BITS(many.query[0], 1.0);
  EXPECT_BITS(many.query[1], 0.0);
  EXPECT_REL(many.query[2], 1 - 0.5e-5, 1e-15, "midpoint of the last bin");
  const auto one = histogram_binning({1}, {0.5}, {.strategy = binning::equal_mass, .query = {0, 1}});
  EXPECT_BITS(one.query.to_vector(), (std::vector<double>{1, 1}));
}

TEST(histogram_binning, of_calibrated_data_is_near_the_identity) {
  const sample s = testing::draw_calibrated(40000, 101);
  const auto grid = testing::unit_grid(20);
  const auto result = histogram_binning(s.labels, s.probabilities, {.query = grid});
  for (std::size_t i = 1; i < 20; ++i)
    EXPECT_ABS(result.query[i], grid[i], 0.07, "half a bin, and 4 standard errors of 4000 rows");
}

TEST(histogram_binning, names_what_is_wrong) {
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    histogram_binning(labels, p, {.weights = weights});
  });
  testing::expect_row_errors("probabilities", [](integer_view labels, vector_view p, vector_view weights) {
    histogram_binning_model::fit(labels, p, {.weights = weights});
  });
  testing::expect_bin_errors([](const testing::bin_choices& bins) {
    histogram_binning({0, 1}, {0.2, 0.4},
                      {.n_bins = bins.n_bins, .strategy = bins.strategy, .edges = bins.edges});
  });
  testing::expect_probability_errors("query", [](array_view query) {
    histogram_binning({0, 1}, {0.2, 0.4}, {.query = vector_view(query)});
  });
  testing::expect_transform_errors(histogram_binning_model::fit({0, 1}, {0.2, 0.4}));
}

TEST(histogram_binning_model, is_the_function_and_comes_back_from_json) {
  const sample s = draw_sample(300, 102, 50);
  for (const binning layout : k_layouts) {
    for (const bin_rule rule : {bin_rule::right_closed, bin_rule::left_closed}) {
      const auto model = histogram_binning_model::fit(
          s.labels, s.probabilities, {.weights = s.weights, .strategy = layout, .bin_rule = rule});
      const auto result = histogram_binning(
          s.labels, s.probabilities,
          {.weights = s.weights, .strategy = layout, .bin_rule = rule, .query = s.probabilities});
      EXPECT_BITS(model.transform(vector_view(s.probabilities)), result.query);
      EXPECT_BITS(model.parameters().bin_values, result.bin_values);
      const auto copy = histogram_binning_model::from_json(model.to_json());
      EXPECT_BITS(copy.transform(vector_view(s.probabilities)), result.query);
      EXPECT_EQ(copy.parameters().bin_rule, rule);
      testing::expect_json_round_trip(model);
    }
  }
}

TEST(histogram_binning_model, gives_float32_for_float32) {
  const auto model = histogram_binning_model::fit({0, 1, 1, 1}, {0.1, 0.2, 0.3, 0.4}, {.n_bins = 1});
  const std::vector<float> p = {0.5F};
  const array result = model.transform(vector_view(p));
  EXPECT_EQ(result.type(), dtype::float32);
  EXPECT_BITS(result[0], 0.75);
}

TEST(histogram_binning_model, refuses_json_that_is_no_such_model) {
  const auto good = histogram_binning_model::fit({0, 1}, {0.2, 0.8}, {.n_bins = 2}).to_json();
  EXPECT_EQ(good, R"({"model": "histogram_binning", "version": 1, "bin_rule": "right_closed", )"
                  R"("edges": [0, 0.5, 1], "bin_values": [0, 1]})");
  const auto refused = [&](const char* from, const char* to, const char* text) {
    testing::expect_json_refused<histogram_binning_model>(testing::replaced(good, from, to), text);
  };
  refused("right_closed", "closed", "unknown bin_rule");
  refused("[0, 0.5, 1]", "[0, 1]", "one edge more");
  refused("[0, 0.5, 1]", "[0, 1, 0.5]", "descend");
  refused("[0, 0.5, 1]", "[0, 1e999, 1e999]", "not a JSON object");
  refused("[0, 1]", "[0, 2]", "outside [0, 1]");
}

}  // namespace
}  // namespace assay::calibration
