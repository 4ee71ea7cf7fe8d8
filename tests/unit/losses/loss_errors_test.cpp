// Every bad input of the losses: kind, code, argument and text of the error.
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/losses/binary_cross_entropy.hpp"
#include "assay/losses/cross_entropy.hpp"
#include "assay/losses/focal_loss.hpp"
#include "assay/losses/generalized_cross_entropy.hpp"
#include "assay/losses/sigmoid_focal_loss.hpp"
#include "support/compare.hpp"

namespace assay::losses {
namespace {

using testing::expect_error;
const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();
const std::vector<double> two_rows = {0.1, 0.2, -0.3, 1, 0, 0.5};
const matrix_view logits(two_rows, 2, 3);

void expect_value_error(const std::function<void()>& call, error_code code, const std::string& argument,
                        const std::string& text) {
  expect_error(call, error_kind::value, code, argument, text);
}
void expect_shape_error(const std::function<void()>& call, error_code code, const std::string& argument,
                        const std::string& text) {
  expect_error(call, error_kind::shape, code, argument, text);
}

TEST(label_losses, refuse_shapes_that_do_not_fit) {
  const std::vector<double> none;
  const std::vector<std::int32_t> no_labels;
  expect_shape_error([&] { cross_entropy(no_labels, matrix_view(none, 0, 3)); }, error_code::empty_input,
                     "labels", "cross_entropy: labels is empty");
  expect_shape_error(
      [&] {
        cross_entropy({0, 1}, matrix_view(none, 0, 3));
      },
      error_code::empty_input, "logits", "cross_entropy: logits is empty");
  expect_shape_error([] { cross_entropy({0}, logits); }, error_code::length_mismatch, "logits",
                     "cross_entropy: logits has shape (2, 3), labels has 1 element");
  expect_shape_error(
      [] {
        focal_loss({0, 0}, matrix_view(two_rows, 2, 1));
      },
      error_code::length_mismatch, "logits",
      "focal_loss: logits has shape (2, 1), needs at least two classes");
  expect_shape_error(
      [] {
        cross_entropy({0, 1}, logits, {.weights = {1.0}});
      },
      error_code::length_mismatch, "weights", "weights has 1 element, labels has 2 elements");
  expect_shape_error(
      [] {
        cross_entropy({0, 1}, logits, {.class_weights = {1.0, 1.0}});
      },
      error_code::length_mismatch, "class_weights",
      "class_weights has 2 elements, needs 3 (one weight per class)");
  expect_shape_error(
      [] {
        cross_entropy_grad({0, 1}, logits, {.upstream = {1.0, 1.0, 1.0}});
      },
      error_code::length_mismatch, "upstream", "cross_entropy_grad: upstream has 3 elements");
  expect_shape_error(
      [&] {
        cross_entropy({0, 1}, logits, {.weights = none});
      },
      error_code::empty_input, "weights", "weights is empty");
}

TEST(label_losses, refuse_labels_that_are_no_class) {
  expect_value_error(
      [] {
        cross_entropy({0, 3}, logits);
      },
      error_code::bad_label, "labels", "cross_entropy: labels[1] is 3, must lie in 0..2");
  expect_value_error(
      [] {
        focal_loss_grad({-1, 0}, logits, {.ignore_index = -100});
      },
      error_code::bad_label, "labels", "focal_loss_grad: labels[0] is -1");
  const std::vector<double> masked = {0, -infinity, 1, 0, 0, 0};
  expect_value_error(
      [&] {
        cross_entropy({1, 0}, matrix_view(masked, 2, 3), {.allow_masked_logits = true});
      },
      error_code::bad_label, "labels", "labels[0] is 1, must be a class whose logit is not masked");
}

TEST(label_losses, refuse_logits_that_are_not_finite) {
  for (const double bad : {nan, infinity, -infinity}) {
    for (const std::size_t k : {3U, 80U}) {
      std::vector<double> values(2 * k, 1.0);
      values[k + 1] = bad;
      const matrix_view view(values, 2, k);
      const std::string text = "logits[1, 1] is " + text_of(bad) + ", must be finite";
      expect_value_error([&] { cross_entropy({0, 1}, view); }, error_code::non_finite, "logits", text);
      expect_value_error(
          [&] {
            cross_entropy_grad({0, 0}, view, {.label_smoothing = 0.1});
          },
          error_code::non_finite, "logits", text);
      const std::vector<float> single(values.begin(), values.end());
      expect_value_error(
          [&] {
            focal_loss_grad({0, 1}, matrix_view(single, 2, k));
          },
          error_code::non_finite, "logits", text);
    }
  }
  std::vector<double> values = two_rows;
  for (const double bad : {nan, infinity}) {
    values[2] = bad;
    expect_value_error(
        [&] {
          cross_entropy({0, 1}, matrix_view(values, 2, 3), {.allow_masked_logits = true});
        },
        error_code::non_finite, "logits",
        "logits[0, 2] is " + text_of(bad) + ", must be finite or -Infinity");
  }
}

TEST(label_losses, refuse_weights_that_mean_nothing) {
  for (const double bad : {-1.0, nan, infinity}) {
    expect_value_error(
        [&] {
          cross_entropy({0, 1}, logits, {.weights = {1.0, bad}});
        },
        error_code::bad_weight, "weights", "weights[1] is " + text_of(bad) + ", must be finite and >= 0");
    expect_value_error(
        [&] {
          cross_entropy({0, 1}, logits, {.class_weights = {1.0, 1.0, bad}});
        },
        error_code::bad_weight, "class_weights", "class_weights[2] is " + text_of(bad));
  }
  expect_value_error(
      [] {
        cross_entropy({0, 1}, logits, {.weights = {0.0, 0.0}});
      },
      error_code::zero_weight, "weights", "need at least one weight > 0");
  expect_value_error(
      [] {
        cross_entropy({0, 1}, logits, {.class_weights = {0.0, 0.0, 1.0}});
      },
      error_code::zero_weight, "class_weights", "need at least one weight > 0");
  expect_value_error(
      [] {
        cross_entropy({9, 9}, logits, {.ignore_index = 9});
      },
      error_code::zero_weight, "labels", "labels are all ignored");
  expect_value_error(
      [] {
        cross_entropy_grad({0, 1}, logits, {.upstream = {1.0, nan}});
      },
      error_code::non_finite, "upstream", "upstream[1] is NaN");
}

TEST(label_losses, refuse_parameters_outside_their_range) {
  for (const double bad : {-0.1, 1.1, nan}) {
    expect_value_error(
        [&] {
          cross_entropy({0, 1}, logits, {.label_smoothing = bad});
        },
        error_code::bad_parameter, "label_smoothing", "must lie in [0, 1]");
  }
  for (const double bad : {-0.1, infinity, nan}) {
    expect_value_error(
        [&] {
          cross_entropy({0, 1}, logits, {.z_loss = bad});
        },
        error_code::bad_parameter, "z_loss", "must be finite and >= 0");
    expect_value_error(
        [&] {
          focal_loss({0, 1}, logits, {.gamma = bad});
        },
        error_code::bad_parameter, "gamma",
        "focal_loss: gamma is " + text_of(bad) + ", must be finite and >= 0");
  }
  for (const double bad : {0.0, 1.5, nan}) {
    expect_value_error(
        [&] {
          generalized_cross_entropy({0, 1}, logits, {.q = bad});
        },
        error_code::bad_parameter, "q", "must lie in (0, 1]");
  }
  for (const double bad : {-0.1, 1.0, nan}) {
    expect_value_error(
        [&] {
          generalized_cross_entropy({0, 1}, logits, {.truncation = bad});
        },
        error_code::bad_parameter, "truncation", "must lie in [0, 1)");
  }
}

TEST(label_losses, refuse_what_the_context_cannot_give) {
  context ctx;
  ctx.backend = backend::cuda;
  expect_error(
      [&] {
        cross_entropy({0, 1}, logits, {}, ctx);
      },
      error_kind::unavailable, error_code::not_built, "backend");
  ctx.backend = backend::cpu;
  ctx.stop = [] { return true; };
  expect_error(
      [&] {
        cross_entropy({0, 1}, logits, {}, ctx);
      },
      error_kind::cancelled, error_code::cancelled, "");
  ctx.stop = {};
  std::vector<double> memory(5);
  ctx.output = std::as_writable_bytes(std::span(memory));
  expect_shape_error(
      [&] {
        cross_entropy_grad({0, 1}, logits, {}, ctx);
      },
      error_code::length_mismatch, "output", "has 40 bytes, the result needs 48");
}

TEST(binary_losses, refuse_shapes_that_do_not_fit) {
  const std::vector<double> none;
  const array_view two_by_three(two_rows.data(), dtype::float64, 2, {2, 3, 1});
  const array_view three_by_two(two_rows.data(), dtype::float64, 2, {3, 2, 1});
  expect_shape_error([&] { binary_cross_entropy_with_logits(vector_view(none), vector_view(none)); },
                     error_code::empty_input, "targets",
                     "binary_cross_entropy_with_logits: targets is empty");
  expect_shape_error([&] { sigmoid_focal_loss(vector_view({1.0}), vector_view(none)); },
                     error_code::empty_input, "logits", "sigmoid_focal_loss: logits is empty");
  expect_shape_error([&] { binary_cross_entropy_with_logits(two_by_three, three_by_two); },
                     error_code::length_mismatch, "logits",
                     "logits has shape (3, 2), targets has shape (2, 3)");
  expect_shape_error(
      [&] {
        sigmoid_focal_loss(vector_view({1.0, 0.0}), vector_view({1.0, 0.0}), {.weights = vector_view({1.0})});
      },
      error_code::length_mismatch, "weights", "weights has 1 element, targets has 2 elements");
  expect_shape_error(
      [&] {
        sigmoid_focal_loss_grad(vector_view({1.0, 0.0}), vector_view({1.0, 0.0}),
                                {.upstream = vector_view({1.0})});
      },
      error_code::length_mismatch, "upstream", "upstream has 1 element");
  expect_shape_error(
      [&] {
        binary_cross_entropy_with_logits(three_by_two, three_by_two, {.pos_weight = {1.0, 2.0, 3.0}});
      },
      error_code::length_mismatch, "pos_weight", "has 3 elements, must be one number or have 2");
}

TEST(binary_losses, refuse_values_outside_their_range) {
  for (const double bad : {-0.1, 1.2, nan}) {
    expect_value_error(
        [&] {
          binary_cross_entropy_with_logits(vector_view({0.0, bad}), vector_view({0.0, 1.0}));
        },
        error_code::out_of_range, "targets", "targets[1] is " + text_of(bad) + ", must lie in [0, 1]");
    expect_value_error(
        [&] {
          sigmoid_focal_loss_grad(vector_view({0.0, bad}), vector_view({0.0, 1.0}));
        },
        error_code::out_of_range, "targets", "targets[1] is " + text_of(bad));
  }
  for (const double bad : {nan, infinity, -infinity}) {
    expect_value_error(
        [&] {
          binary_cross_entropy_with_logits_grad(vector_view({0.0, 1.0}), vector_view({0.0, bad}));
        },
        error_code::non_finite, "logits", "logits[1] is " + text_of(bad) + ", must be finite");
  }
  for (const double bad : {-1.0, nan, infinity}) {
    expect_value_error(
        [&] {
          sigmoid_focal_loss(vector_view({0.0, 1.0}), vector_view({0.0, 1.0}),
                             {.weights = vector_view({bad, 1.0})});
        },
        error_code::bad_weight, "weights", "weights[0] is " + text_of(bad));
    expect_value_error(
        [&] {
          binary_cross_entropy_with_logits(vector_view({0.0}), vector_view({0.0}), {.pos_weight = bad});
        },
        error_code::bad_parameter, "pos_weight",
        "pos_weight is " + text_of(bad) + ", must be finite and >= 0");
    expect_value_error(
        [&] {
          binary_cross_entropy_with_logits(array_view(two_rows.data() + 3, dtype::float64, 2, {1, 2, 1}),
                                           array_view(two_rows.data() + 3, dtype::float64, 2, {1, 2, 1}),
                                           {.pos_weight = {1.0, bad}});
        },
        error_code::bad_parameter, "pos_weight", "pos_weight[1] is " + text_of(bad));
  }
  expect_value_error(
      [] { sigmoid_focal_loss(vector_view({0.0}), vector_view({0.0}), {.weights = vector_view({0.0})}); },
      error_code::zero_weight, "weights", "need at least one weight > 0");
}

TEST(binary_losses, refuse_parameters_outside_their_range) {
  for (const double bad : {-0.5, 1.5, nan}) {
    expect_value_error([&] { sigmoid_focal_loss(vector_view({1.0}), vector_view({1.0}), {.alpha = bad}); },
                       error_code::bad_parameter, "alpha", "must lie in [0, 1] or be -1");
    expect_value_error(
        [&] {
          binary_cross_entropy_with_logits(vector_view({1.0}), vector_view({1.0}), {.label_smoothing = bad});
        },
        error_code::bad_parameter, "label_smoothing", "must lie in [0, 1]");
  }
  for (const double bad : {-0.5, infinity, nan}) {
    expect_value_error([&] { sigmoid_focal_loss(vector_view({1.0}), vector_view({1.0}), {.gamma = bad}); },
                       error_code::bad_parameter, "gamma", "must be finite and >= 0");
  }
}

}  // namespace
}  // namespace assay::losses
