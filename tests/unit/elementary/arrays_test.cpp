// Elementary functions as array functions: shapes, precisions, strides, memory, threads, errors.
#include <gtest/gtest.h>

#include <cstddef>
#include <span>
#include <vector>

#include "assay/core/vmath.hpp"
#include "assay/elementary/exponential.hpp"
#include "assay/elementary/normal.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"

namespace {

using namespace assay;
using assay::testing::expect_error;

class elementary_arrays : public assay::testing::each_isa {};
ASSAY_FOR_EACH_ISA(elementary_arrays);

TEST_P(elementary_arrays, every_length_gives_the_scalar_bits) {
  assay::testing::generator random(5);
  for (std::size_t n = 1; n < 40; ++n) {
    const std::vector<double> x = random.normals(n);
    const array result = elementary::exp(vector_view(x));
    ASSERT_EQ(result.size(), n);
    for (std::size_t i = 0; i < n; ++i) EXPECT_BITS(result[i], vmath::exp(x[i])) << i << " of " << n;
  }
}

TEST_P(elementary_arrays, float32_stays_float32) {
  const std::vector<float> x = {-1.5F, 0.25F, 3.0F};
  const array native = elementary::exp(vector_view(x));
  const array rounded = elementary::erf(vector_view(x));
  EXPECT_EQ(native.type(), dtype::float32);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(native.values<float>()[i], vmath::exp(x[i]));
    EXPECT_EQ(rounded.values<float>()[i], vmath::erf(x[i]));
  }
}

TEST(elementary, keeps_the_shape) {
  const std::vector<double> x = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
  const array result = elementary::log(matrix_view(x, 2, 3));
  ASSERT_EQ(result.rank(), 2U);
  EXPECT_EQ(result.extent(0), 2U);
  EXPECT_EQ(result.extent(1), 3U);
  EXPECT_BITS(result(1, 2), vmath::log(6.0));
}

TEST(elementary, reads_strided_views) {
  const std::vector<double> x = {1.0, 2.0, 3.0, 4.0};
  const array columns = elementary::exp(matrix_view(x.data(), 2, 2, 1, 2));  // transposed
  EXPECT_BITS(columns(0, 1), vmath::exp(3.0));
  EXPECT_BITS(columns(1, 0), vmath::exp(2.0));
}

TEST(elementary, writes_into_given_memory_also_over_its_input) {
  std::vector<double> x = {0.5, -0.5, 2.0};
  const std::vector<double> before = x;
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(x));
  const array result = elementary::logistic(vector_view(x), ctx);
  EXPECT_EQ(result.bytes(), x.data());
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_BITS(x[i], vmath::logistic(before[i]));
}

TEST(elementary, results_do_not_depend_on_threads) {
  assay::testing::generator random(6);
  const std::vector<double> x = random.normals(200000);
  context ctx;
  ctx.threads = 3;
  EXPECT_BITS(elementary::normal_cdf(vector_view(x), ctx), elementary::normal_cdf(vector_view(x)));
}

TEST(elementary, refuses_empty_input) {
  const std::vector<double> none;
  expect_error([&] { elementary::exp(vector_view(none)); }, error_kind::shape, error_code::empty_input,
               "values", "exp: values");
  expect_error([&] { elementary::normal_quantile(vector_view(none)); }, error_kind::shape,
               error_code::empty_input, "values");
  expect_error([&] { elementary::log_sum_exp(matrix_view(none, 0, 3)); }, error_kind::shape,
               error_code::empty_input, "values");
  expect_error([&] { elementary::log_sum_exp(matrix_view(none, 3, 0)); }, error_kind::shape,
               error_code::empty_input, "values");
}

TEST(elementary, names_the_first_number_outside_of_the_domain) {
  expect_error(
      [] {
        elementary::log(vector_view({1.0, -2.0, -3.0}));
      },
      error_kind::value, error_code::out_of_range, "values", "[1] is -2, must be at least 0");
  expect_error(
      [] {
        elementary::log1p(vector_view({0.0, -1.5}));
      },
      error_kind::value, error_code::out_of_range, "values", "[1] is -1.5, must be at least -1");
  expect_error(
      [] {
        elementary::normal_quantile(vector_view({0.5, 1.25}));
      },
      error_kind::value, error_code::out_of_range, "values", "[1] is 1.25, must lie in [0, 1]");
  const std::vector<float> table = {0.5F, 0.5F, 0.5F, -0.5F};
  expect_error([&] { elementary::normal_quantile(matrix_view(table, 2, 2)); }, error_kind::value,
               error_code::out_of_range, "values", "[1, 1] is -0.5");
}

TEST(elementary, leaves_given_memory_alone_when_it_refuses) {
  std::vector<double> x = {4.0, -1.0};
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(x));
  EXPECT_THROW(elementary::log(vector_view(x), ctx), value_error);
  EXPECT_BITS(x, (std::vector<double>{4.0, -1.0}));
}

TEST(elementary, stops_when_asked) {
  const std::vector<double> x(200000, 1.0);
  context ctx;
  ctx.stop = [] { return true; };
  EXPECT_THROW(elementary::exp(vector_view(x), ctx), cancelled_error);
}

TEST(elementary, refuses_a_backend_that_is_not_built) {
  context ctx;
  ctx.backend = backend::cuda;
  expect_error([&] { elementary::exp(vector_view({1.0}), ctx); }, error_kind::unavailable,
               error_code::not_built, "backend");
}

}  // namespace
