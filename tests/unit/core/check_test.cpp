#include "assay/core/check.hpp"

#include <limits>

#include "assay/core/context.hpp"
#include "assay/core/internal/dense.hpp"
#include "support/compare.hpp"

namespace assay {
namespace {

using testing::expect_error;
constexpr checker check("f");
const double nan = std::numeric_limits<double>::quiet_NaN();

TEST(checker, names_function_argument_index_and_value) {
  expect_error(
      [] {
        check.probabilities(vector_view({0.1, 1.2}), "probabilities");
      },
      error_kind::value, error_code::out_of_range, "probabilities",
      "f: probabilities[1] is 1.2, must lie in [0, 1]");
}

TEST(checker, finds_the_first_bad_element_of_a_strided_matrix) {
  const std::vector<double> values = {1, 9, 2, 9, nan, 9};
  const matrix_view view(values.data(), 3, 1, 2, 1);
  expect_error([&] { check.finite(view, "x"); }, error_kind::value, error_code::non_finite, "x",
               "[2, 0] is NaN");
}

TEST(checker, refuses_weights_that_are_negative_or_sum_to_zero) {
  expect_error(
      [] {
        check.weights(vector_view({1, -1}), "weights");
      },
      error_kind::value, error_code::bad_weight, "weights", "[1] is -1");
  expect_error(
      [] {
        check.weights(vector_view({0, 0}), "weights");
      },
      error_kind::value, error_code::zero_weight, "weights", "sum to 0");
  EXPECT_NO_THROW(check.weights(vector_view({0, 2}), "weights"));
}

TEST(checker, tells_lengths_apart) {
  const std::vector<double> members(14);
  expect_error(
      [&] {
        check.same_rows(vector_view({1, 2}), "observations", matrix_view(members, 7, 2), "members");
      },
      error_kind::shape, error_code::length_mismatch, "members",
      "f: members has shape (7, 2), observations has 2 elements");
}

TEST(checker, allows_ignored_labels) {
  const std::int64_t ignored = -1;
  EXPECT_NO_THROW(check.class_labels(integer_view({0, -1, 2}), "labels", 3, &ignored));
  expect_error(
      [] {
        check.class_labels(integer_view({0, -1, 2}), "labels", 3);
      },
      error_kind::value, error_code::bad_label, "labels", "[1] is -1, must lie in 0..2");
}

TEST(text_of, is_the_shortest_that_reads_back) {
  EXPECT_EQ(text_of(0.1), "0.1");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::infinity()), "-Infinity");
  EXPECT_EQ(text_of(nan), "NaN");
}

TEST(context, writes_the_result_into_memory_of_the_caller) {
  std::vector<double> memory(3);
  const context ctx{.output = std::as_writable_bytes(std::span(memory))};
  array result = ctx.result("f", dtype::float64, 3);
  result.values<double>()[1] = 5.0;
  EXPECT_BITS(memory[1], 5.0);
  expect_error([&] { static_cast<void>(ctx.result("f", dtype::float64, 4)); }, error_kind::shape,
               error_code::length_mismatch, "output", "has 24 bytes, the result needs 32");
}

TEST(context, refuses_a_backend_that_is_not_built) {
  expect_error([] { context{.backend = backend::cuda}.require_backend("f"); }, error_kind::unavailable,
               error_code::not_built, "backend", "ASSAY_CUDA");
}

TEST(dense, copies_only_what_does_not_fit) {
  const std::vector<double> values = {1, 2, 3, 4};
  const internal::dense<double> same{vector_view(values)};
  EXPECT_EQ(same.data(), values.data());
  const internal::dense<float> converted{vector_view(values)};
  EXPECT_EQ(converted[3], 4.0F);
  const internal::dense<double> strided{vector_view(values.data(), 2, 2)};
  EXPECT_BITS(strided[1], 3.0);
}

TEST(broadcast_view, is_one_number_or_one_a_row) {
  EXPECT_BITS(broadcast_view(2.5)(7), 2.5);
  const std::vector<double> values = {1, 2};
  EXPECT_BITS(broadcast_view(values)(1), 2.0);
  EXPECT_FALSE(broadcast_view().present());
}

}  // namespace
}  // namespace assay
