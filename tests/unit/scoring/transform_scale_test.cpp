#include "assay/scoring/transform_scale.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "assay/scoring/crps_ensemble.hpp"
#include "support/compare.hpp"

namespace assay::scoring {
namespace {

using testing::expect_error;

const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

TEST(transform_scale, is_the_logarithm_of_the_shifted_value_or_the_root) {
  const std::vector<double> x{0, 1e-12, 3, 120};
  const array shifted = transform_scale(vector_view(x));
  const array further = transform_scale(vector_view(x), {.offset = 0.5});
  const array root = transform_scale(vector_view(x), {.transform = scale_transform::square_root});
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_DOUBLE_EQ(shifted[i], std::log1p(x[i]));
    EXPECT_DOUBLE_EQ(further[i], std::log(x[i] + 0.5));
    EXPECT_EQ(root[i], std::sqrt(x[i]));
  }
}

TEST(transform_scale, keeps_shape_precision_and_strides) {
  const std::vector<float> x{0, 1, 2, 3, 4, 5};
  const array moved = transform_scale(matrix_view(x, 2, 3));
  ASSERT_EQ(moved.rank(), 2U);
  EXPECT_EQ(moved.type(), dtype::float32);
  EXPECT_EQ(moved.extent(1), 3U);
  EXPECT_EQ(moved.values<float>()[5], static_cast<float>(std::log1p(5.0)));
  const array every_other = transform_scale(array_view(x.data(), dtype::float32, 1, {3, 1, 1, 1}, {2, 0, 0}));
  EXPECT_EQ(every_other.values<float>()[2], static_cast<float>(std::log1p(4.0)));
  EXPECT_EQ(transform_scale(tensor_view(x, 1, 2, 3)).rank(), 3U);
}

// A common factor of outcome and members moves the logarithms by the same amount: the score of a large scale
// does not depend on it.
TEST(transform_scale, makes_a_score_relative) {
  const std::vector<double> y{3}, x{2, 5, 7}, large_y{3e6}, large_x{2e6, 5e6, 7e6};
  const auto score = [](const std::vector<double>& outcome, const std::vector<double>& members) {
    const transform_scale_options logarithm{.offset = 0.0};
    const array moved_y = transform_scale(vector_view(outcome), logarithm);
    const array moved_x = transform_scale(matrix_view(members, 1, 3), logarithm);
    return crps_ensemble(vector_view(moved_y), matrix_view(moved_x))[0];
  };
  EXPECT_NEAR(score(y, x), score(large_y, large_x), 1e-14);  // logarithms near 15 carry 2e-15
}

TEST(transform_scale, errors_name_argument_and_value) {
  const auto fails = [](const std::vector<double>& x, const transform_scale_options& options, error_kind kind,
                        error_code code, const char* argument, const char* text) {
    expect_error([&] { transform_scale(vector_view(x), options); }, kind, code, argument, text);
  };
  fails({}, {}, error_kind::shape, error_code::empty_input, "values", "empty");
  fails({1, nan}, {}, error_kind::value, error_code::non_finite, "values", "[1] is NaN");
  fails({infinity}, {.nan_policy = nan_policy::omit}, error_kind::value, error_code::non_finite, "values",
        "Infinity");
  fails({1, -1}, {}, error_kind::value, error_code::out_of_range, "values", "[1] is -1, must be > -1");
  fails({-0.5}, {.transform = scale_transform::square_root}, error_kind::value, error_code::out_of_range,
        "values", "must be >= 0");
  fails({1}, {.offset = nan}, error_kind::value, error_code::bad_parameter, "offset", "NaN");
  const array kept =
      transform_scale(vector_view(std::vector<double>{nan, 1}), {.nan_policy = nan_policy::omit});
  EXPECT_TRUE(std::isnan(kept[0]) && !std::isnan(kept[1]));
}

}  // namespace
}  // namespace assay::scoring
