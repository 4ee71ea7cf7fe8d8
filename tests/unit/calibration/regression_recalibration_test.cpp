#include <cmath>
#include <limits>
#include <vector>

#include "assay/calibration/isotonic_pit.hpp"
#include "assay/calibration/pit.hpp"
#include "assay/calibration/regression_calibration.hpp"
#include "assay/calibration/variance_scaling.hpp"
#include "regression_sample.hpp"
#include "sample.hpp"
#include "support/compare.hpp"

namespace assay::calibration {
namespace {

using testing::draw_regression;

// ---- variance scaling ----

TEST(variance_scaling, is_the_root_mean_square_of_standardised_errors) {
  const auto result = variance_scaling({3, -8}, {0, 0}, {1, 2}, {.query = {1, 10}});
  EXPECT_REL(result.scale, std::sqrt((9.0 + 16) / 2), 1e-15, "two roundings");
  EXPECT_BITS(result.query.to_vector(), (std::vector<double>{result.scale, 10 * result.scale}));
  const auto weighted = variance_scaling({3, -8, 1e9}, {0, 0, 0}, {1, 2, 1}, {.weights = {3, 1, 0}});
  EXPECT_REL(weighted.scale, std::sqrt((3 * 9.0 + 16) / 4), 1e-15, "two roundings");
  EXPECT_EQ(weighted.query.size(), 3U);
}

TEST(variance_scaling, is_the_factor_of_largest_likelihood) {
  const auto s = draw_regression(300, 20, 1.7);
  const double best = variance_scaling(s.y, s.mean, s.std).scale;
  const auto loss = [&](double scale) {
    double sum = 0.0;
    for (std::size_t i = 0; i < s.y.size(); ++i) {
      const double z = (s.y[i] - s.mean[i]) / (scale * s.std[i]);
      sum += 0.5 * z * z + std::log(scale);
    }
    return sum;
  };
  EXPECT_LT(loss(best), loss(best * 1.001));
  EXPECT_LT(loss(best), loss(best / 1.001));
}

TEST(variance_scaling, leaves_scaled_forecasts_alone) {
  const auto s = draw_regression(300, 21, 1.7);
  const auto first = variance_scaling(s.y, s.mean, s.std);
  EXPECT_REL(variance_scaling(s.y, s.mean, first.query.to_vector()).scale, 1.0, 1e-14, "one rounding a row");
  EXPECT_EQ(variance_scaling({0x1p600, -0x1p600}, {0, 0}, {1, 1}).scale, 0x1p600);
}

TEST(variance_scaling_model, is_the_function) {
  const auto s = draw_regression(100, 22, 0.6);
  const auto model = variance_scaling_model::fit(s.y, s.mean, s.std, {.weights = s.weights});
  const auto result = variance_scaling(s.y, s.mean, s.std, {.weights = s.weights});
  EXPECT_BITS(model.parameters().scale, result.scale);
  EXPECT_BITS(model.transform(s.std), result.query);
  const auto copy = variance_scaling_model::from_json(model.to_json());
  EXPECT_BITS(copy.parameters().scale, result.scale);
  EXPECT_EQ(variance_scaling_model::fit({2}, {0}, {1}).to_json(),
            R"({"model": "variance_scaling", "version": 1, "scale": 2})");
  const std::vector<float> query = {0.5F};
  EXPECT_EQ(model.transform(query).type(), dtype::float32);
}

TEST(variance_scaling, names_what_is_wrong) {
  testing::expect_regression_errors(
      [](vector_view y, vector_view mean, vector_view std, vector_view weights) {
        variance_scaling(y, mean, std, {.weights = weights});
      });
  testing::expect_regression_errors(
      [](vector_view y, vector_view mean, vector_view std, vector_view weights) {
        variance_scaling_model::fit(y, mean, std, {.weights = weights});
      });
  const std::vector<double> none;
  const auto value = error_kind::value;
  testing::expect_error(
      [] {
        variance_scaling({1}, {0}, {1}, {.query = {1, 0}});
      },
      value, error_code::out_of_range, "query");
  testing::expect_error([&] { variance_scaling({1}, {0}, {1}, {.query = none}); }, error_kind::shape,
                        error_code::empty_input, "query");
  testing::expect_error(
      [] {
        variance_scaling({1, 2}, {1, 2}, {1, 1});
      },
      value, error_code::degenerate, "mean", "equals y in every row");
  testing::expect_error([] { variance_scaling({1e300}, {0}, {1e-300}); }, value, error_code::degenerate,
                        "std", "std[0] is 1e-300");
  const auto model = variance_scaling_model::fit({1}, {0}, {1});
  testing::expect_error([&] { (void)model.transform(none); }, error_kind::shape, error_code::empty_input,
                        "std");
  testing::expect_error([&] { (void)model.transform({-1}); }, value, error_code::out_of_range, "std");
  for (const char* json : {"", R"({"model": "variance_scaling", "version": 1})",
                           R"({"model": "variance_scaling", "version": 1, "scale": 0})",
                           R"({"model": "isotonic_pit", "version": 1, "scale": 1})"})
    testing::expect_error([&] { variance_scaling_model::from_json(json); }, value, error_code::corrupt_bytes,
                          "json");
}

// ---- isotonic PIT ----

TEST(isotonic_pit, is_the_empirical_distribution) {
  const auto result = isotonic_pit({0.2, 0.4, 0.4, 0.9}, {0, 0.1, 0.2, 0.3, 0.4, 0.65, 0.9, 0.95, 1});
  const std::vector<double> expected = {0, 0.125, 0.25, 0.5, 0.75, 0.875, 1, 1, 1};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_REL(result.query[i], expected[i], 4e-16, "rounding of the share between knots");
  const auto levels = isotonic_pit({0.2, 0.4, 0.4, 0.9}, {0, 0.125, 0.25, 0.5, 0.75, 1}).inverse;
  const std::vector<double> inverse = {0, 0.1, 0.2, 0.3, 0.4, 0.9};
  for (std::size_t i = 0; i < inverse.size(); ++i)
    EXPECT_REL(levels[i], inverse[i], 4e-16, "rounding of the share between knots");
}

TEST(isotonic_pit, makes_its_own_data_uniform) {
  const auto s = draw_regression(300, 23, 1.8);
  const auto pit = pit_gaussian(s.y, s.mean, s.std).to_vector();
  const auto after = isotonic_pit(pit, pit).query.to_vector();
  EXPECT_GT(regression_calibration_error_pit(pit, {.prop_type = proportion_type::quantile}), 0.05);
  EXPECT_LT(regression_calibration_error_pit(after, {.prop_type = proportion_type::quantile}), 1.0 / 300);
}

TEST(isotonic_pit, recalibrates_new_data) {
  const auto s = draw_regression(3000, 24, 1.8), t = draw_regression(3000, 25, 1.8);
  const auto fit = pit_gaussian(s.y, s.mean, s.std).to_vector();
  const auto other = pit_gaussian(t.y, t.mean, t.std).to_vector();
  const auto after = isotonic_pit(fit, other).query.to_vector();
  EXPECT_LT(regression_calibration_error_pit(after), 0.25 * regression_calibration_error_pit(other));
}

TEST(isotonic_pit, ascends_and_inverts) {
  const auto s = draw_regression(200, 26, 0.5);
  const auto pit = pit_gaussian(s.y, s.mean, s.std).to_vector();
  std::vector<double> grid;
  for (int i = 0; i <= 1000; ++i) grid.push_back(i / 1000.0);
  const auto result = isotonic_pit(pit, grid, {.weights = s.weights});
  const auto back = isotonic_pit(pit, result.inverse.to_vector(), {.weights = s.weights});
  for (std::size_t i = 1; i < grid.size(); ++i) {
    EXPECT_GE(result.query[i], result.query[i - 1]);
    EXPECT_GE(result.inverse[i], result.inverse[i - 1]);
    EXPECT_ABS(back.query[i], grid[i], 1e-12, "slopes of up to about 1000 times a rounding");
  }
}

TEST(isotonic_pit, knows_weights_as_repetitions) {
  const std::vector<double> repeated = {0.1, 0.4, 0.4, 0.7, 0.7, 0.7};
  EXPECT_BITS(isotonic_pit({0.7, 0.1, 0.3, 0.4}, {0.2, 0.5}, {.weights = {3, 1, 0, 2}}).query,
              isotonic_pit(repeated, {0.2, 0.5}).query);
}

TEST(isotonic_pit, starts_where_outcomes_pile_up_at_an_end) {
  const auto result = isotonic_pit({0, 0, 1, 0.5}, {0, 0.25, 0.5, 0.75, 1});
  EXPECT_BITS(result.query.to_vector(), (std::vector<double>{0.5, 0.625, 0.75, 0.875, 1}));
  EXPECT_EQ(isotonic_pit({0, 0}, {0, 1}).query[0], 1.0);
}

TEST(isotonic_pit_model, is_the_function) {
  const auto s = draw_regression(100, 27, 0.6);
  const auto pit = pit_gaussian(s.y, s.mean, s.std).to_vector();
  const auto model = isotonic_pit_model::fit(pit, {.weights = s.weights});
  const auto result = isotonic_pit(pit, {0.1, 0.5, 0.9}, {.weights = s.weights});
  EXPECT_BITS(model.transform({0.1, 0.5, 0.9}), result.query);
  EXPECT_BITS(model.inverse({0.1, 0.5, 0.9}), result.inverse);
  EXPECT_BITS(model.transform(vector_view(model.parameters().x.view())), model.parameters().y);
  const auto copy = isotonic_pit_model::from_json(model.to_json());
  EXPECT_EQ(copy.to_json(), model.to_json());
  EXPECT_BITS(copy.transform({0.1, 0.5, 0.9}), result.query);
  EXPECT_EQ(isotonic_pit_model::fit({0.5}).to_json(),
            R"({"model": "isotonic_pit", "version": 1, "x": [0, 0.5, 1], "y": [0, 1, 1]})");
  const std::vector<float> query = {0.5F};
  EXPECT_EQ(model.transform(query).type(), dtype::float32);
}

TEST(isotonic_pit, names_what_is_wrong) {
  testing::expect_pit_errors(
      [](vector_view pit, vector_view weights) { isotonic_pit(pit, {0.5}, {.weights = weights}); });
  testing::expect_pit_errors(
      [](vector_view pit, vector_view weights) { isotonic_pit_model::fit(pit, {.weights = weights}); });
  const std::vector<double> none;
  testing::expect_error([&] { isotonic_pit({0.5}, none); }, error_kind::shape, error_code::empty_input,
                        "query");
  testing::expect_error([] { isotonic_pit({0.5}, {2}); }, error_kind::value, error_code::out_of_range,
                        "query");
  const auto model = isotonic_pit_model::fit({0.5});
  testing::expect_error([&] { (void)model.transform(none); }, error_kind::shape, error_code::empty_input,
                        "levels");
  testing::expect_error([&] { (void)model.inverse({-1}); }, error_kind::value, error_code::out_of_range,
                        "levels");
  const auto refused = [](const std::string& rest) {
    testing::expect_error(
        [&] { isotonic_pit_model::from_json(R"({"model": "isotonic_pit", "version": 1, )" + rest + "}"); },
        error_kind::value, error_code::corrupt_bytes, "json");
  };
  refused(R"("x": [0, 1])");
  refused(R"("x": [0], "y": [1])");
  refused(R"("x": [0, 0.5, 1], "y": [0, 1])");
  refused(R"("x": [0, 0, 1], "y": [0, 0.5, 1])");
  refused(R"("x": [0, 0.5, 1], "y": [0, 0.6, 0.5])");
  refused(R"("x": [0.1, 1], "y": [0, 1])");
  refused(R"("x": [0, 1], "y": [-0.5, 1])");
  refused(R"("x": [0, 1], "y": [0, 0.9])");
}

}  // namespace
}  // namespace assay::calibration
