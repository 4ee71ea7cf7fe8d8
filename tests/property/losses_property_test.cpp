// Laws that hold for every loss and all data, on random cases that shrink to small ones.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "assay/losses/binary_cross_entropy.hpp"
#include "assay/losses/cross_entropy.hpp"
#include "assay/losses/focal_loss.hpp"
#include "assay/losses/generalized_cross_entropy.hpp"
#include "assay/losses/sigmoid_focal_loss.hpp"
#include "support/compare.hpp"

namespace assay::losses {
namespace {

// Numbers on a grid of 2^-10 in [-limit, limit]: their differences and shifts are exact.
rc::Gen<double> grid(int limit) {
  return rc::gen::map(rc::gen::inRange(-1024 * limit, 1024 * limit + 1), [](int i) { return i / 1024.0; });
}

struct rows {
  std::size_t n, k;
  std::vector<double> logits, weights;
  std::vector<std::int32_t> labels;
  [[nodiscard]] matrix_view view() const { return {logits, n, k}; }
};

rc::Gen<rows> some_rows() {
  return rc::gen::exec([] {
    rows data;
    data.n = *rc::gen::inRange<std::size_t>(1, 9);
    data.k = *rc::gen::oneOf(rc::gen::inRange<std::size_t>(2, 12), rc::gen::inRange<std::size_t>(60, 75));
    data.logits = *rc::gen::container<std::vector<double>>(data.n * data.k, grid(40));
    data.labels = *rc::gen::container<std::vector<std::int32_t>>(
        data.n, rc::gen::inRange<std::int32_t>(0, static_cast<std::int32_t>(data.k)));
    data.weights = *rc::gen::container<std::vector<double>>(
        data.n, rc::gen::map(rc::gen::inRange(1, 4097), [](int i) { return i / 1024.0; }));
    return data;
  });
}

using label_loss =
    std::function<loss_gradient(const rows&, const vector_view& weights, loss_reduction reduction)>;

// One of the losses of class labels with random parameters.
rc::Gen<label_loss> some_label_loss() {
  return rc::gen::exec([]() -> label_loss {
    const double level = *rc::gen::inRange(1, 101) / 100.0;
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        return [](const rows& data, const vector_view& weights, loss_reduction reduction) {
          return cross_entropy_grad(data.labels, data.view(), {.weights = weights, .reduction = reduction});
        };
      case 1:
        return [=](const rows& data, const vector_view& weights, loss_reduction reduction) {
          return cross_entropy_grad(
              data.labels, data.view(),
              {.weights = weights, .reduction = reduction, .label_smoothing = level / 2});
        };
      case 2:
        return [=](const rows& data, const vector_view& weights, loss_reduction reduction) {
          return focal_loss_grad(data.labels, data.view(),
                                 {.weights = weights, .reduction = reduction, .gamma = 3 * level});
        };
      default:
        return [=](const rows& data, const vector_view& weights, loss_reduction reduction) {
          return generalized_cross_entropy_grad(data.labels, data.view(),
                                                {.weights = weights, .reduction = reduction, .q = level});
        };
    }
  });
}

void require_close(double actual, double expected, double rtol, double atol, const std::string& why) {
  const auto result = testing::within_rel(actual, expected, rtol, atol, why);
  if (!result) RC_LOG() << result.message();
  RC_ASSERT(static_cast<bool>(result));
}

RC_GTEST_PROP(label_losses, are_not_negative_and_gradients_sum_to_zero_in_each_row, ()) {
  const rows data = *some_rows();
  const auto result = (*some_label_loss())(data, data.weights, loss_reduction::none);
  for (std::size_t i = 0; i < data.n; ++i) {
    RC_ASSERT(result.loss[i] >= 0.0);
    double sum = 0.0;
    for (std::size_t j = 0; j < data.k; ++j) sum += result.grad(i, j);
    require_close(sum, 0.0, 0.0, 4e-14, "75 terms of at most weight 4 times a focal slope of about 4");
  }
}

RC_GTEST_PROP(label_losses, do_not_feel_a_common_shift_of_a_row, ()) {
  rows data = *some_rows();
  const label_loss loss = *some_label_loss();
  const auto before = loss(data, {}, loss_reduction::mean);
  const double shift = *grid(100);
  for (double& z : data.logits) z += shift;  // exact, see grid
  const auto after = loss(data, {}, loss_reduction::mean);
  RC_ASSERT(static_cast<bool>(testing::same_bits(after.loss, before.loss)));
  RC_ASSERT(static_cast<bool>(testing::same_bits(after.grad, before.grad)));
}

RC_GTEST_PROP(label_losses, do_not_depend_on_the_order_of_rows, ()) {
  const rows data = *some_rows();
  const label_loss loss = *some_label_loss();
  std::vector<std::size_t> order(data.n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::rotate(order.begin(),
              order.begin() + static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, data.n)),
              order.end());
  rows shuffled = data;
  for (std::size_t i = 0; i < data.n; ++i) {
    shuffled.labels[i] = data.labels[order[i]];
    shuffled.weights[i] = data.weights[order[i]];
    for (std::size_t j = 0; j < data.k; ++j)
      shuffled.logits[i * data.k + j] = data.logits[order[i] * data.k + j];
  }
  const auto before = loss(data, data.weights, loss_reduction::mean);
  const auto after = loss(shuffled, shuffled.weights, loss_reduction::mean);
  RC_ASSERT(
      static_cast<bool>(testing::same_bits(after.loss, before.loss)));  // rows are summed without rounding
  for (std::size_t i = 0; i < data.n; ++i)
    for (std::size_t j = 0; j < data.k; ++j) RC_ASSERT(after.grad(i, j) == before.grad(order[i], j));
}

RC_GTEST_PROP(label_losses, do_not_depend_on_the_names_of_the_classes, ()) {
  const rows data = *some_rows();
  const label_loss loss = *some_label_loss();
  const auto turn = *rc::gen::inRange<std::size_t>(0, data.k);
  rows renamed = data;
  for (std::size_t i = 0; i < data.n; ++i) {
    const auto label = (static_cast<std::size_t>(data.labels[i]) + turn) % data.k;
    renamed.labels[i] = static_cast<std::int32_t>(label);
    for (std::size_t j = 0; j < data.k; ++j)
      renamed.logits[i * data.k + (j + turn) % data.k] = data.logits[i * data.k + j];
  }
  const auto before = loss(data, {}, loss_reduction::none);
  const auto after = loss(renamed, {}, loss_reduction::none);
  for (std::size_t i = 0; i < data.n; ++i) {
    require_close(after.loss[i], before.loss[i], 1e-13, 0.0,
                  "another order of the sum over classes, times gamma + 1");
    for (std::size_t j = 0; j < data.k; ++j)
      require_close(after.grad(i, (j + turn) % data.k), before.grad(i, j), 1e-13, 1e-15, "as the loss");
  }
}

RC_GTEST_PROP(label_losses, count_a_weight_of_2_as_two_rows, ()) {
  const rows data = *some_rows();
  const label_loss loss = *some_label_loss();
  const std::vector<double> twice(data.n, 2.0);
  rows doubled = data;
  doubled.n *= 2;
  doubled.logits.insert(doubled.logits.end(), data.logits.begin(), data.logits.end());
  doubled.labels.insert(doubled.labels.end(), data.labels.begin(), data.labels.end());
  for (const auto reduction : {loss_reduction::sum, loss_reduction::mean})
    RC_ASSERT(static_cast<bool>(
        testing::same_bits(loss(data, twice, reduction).loss, loss(doubled, {}, reduction).loss)));
}

RC_GTEST_PROP(label_losses, have_a_mean_that_times_the_weights_is_the_sum, ()) {
  const rows data = *some_rows();
  const label_loss loss = *some_label_loss();
  const double total = std::accumulate(data.weights.begin(), data.weights.end(), 0.0);  // exact on the grid
  const auto sum = loss(data, data.weights, loss_reduction::sum);
  const auto mean = loss(data, data.weights, loss_reduction::mean);
  require_close(mean.loss.scalar() * total, sum.loss.scalar(), 1e-15, 0.0, "one division and one product");
  for (std::size_t i = 0; i < sum.grad.size(); ++i)
    require_close(mean.grad[i] * total, sum.grad[i], 2e-15, 4e-15,
                  "factors rounded twice, terms up to 4 that may cancel");
}

RC_GTEST_PROP(label_losses, have_the_slope_of_the_chord_as_gradient, ()) {
  rows data = *some_rows();
  const label_loss loss = *some_label_loss();
  const auto exact = loss(data, data.weights, loss_reduction::none);
  const auto i = *rc::gen::inRange<std::size_t>(0, data.n);
  const auto j = *rc::gen::inRange<std::size_t>(0, data.k);
  const double step = 0x1p-17;  // about cbrt(eps), and exact on the grid
  double& z = data.logits[i * data.k + j];
  const double centre = z;
  z = centre + step;
  const double above = loss(data, data.weights, loss_reduction::none).loss[i];
  z = centre - step;
  const double below = loss(data, data.weights, loss_reduction::none).loss[i];
  require_close((above - below) / (2 * step), exact.grad(i, j), 1e-7, 1e-7, "error of central differences");
}

struct elements {
  std::vector<double> targets, logits, weights;
};

rc::Gen<elements> some_elements() {
  return rc::gen::exec([] {
    elements data;
    const auto n = *rc::gen::inRange<std::size_t>(1, 30);
    data.logits = *rc::gen::container<std::vector<double>>(n, grid(30));
    data.targets = *rc::gen::container<std::vector<double>>(
        n, rc::gen::oneOf(rc::gen::element(0.0, 1.0),
                          rc::gen::map(rc::gen::inRange(0, 1025), [](int i) { return i / 1024.0; })));
    data.weights = *rc::gen::container<std::vector<double>>(
        n, rc::gen::map(rc::gen::inRange(1, 4097), [](int i) { return i / 1024.0; }));
    return data;
  });
}

using binary_loss = std::function<loss_gradient(const elements&, loss_reduction)>;

rc::Gen<binary_loss> some_binary_loss() {
  return rc::gen::exec([]() -> binary_loss {
    const double level = *rc::gen::inRange(0, 101) / 100.0;
    if (*rc::gen::arbitrary<bool>()) {
      return [=](const elements& data, loss_reduction reduction) {
        return binary_cross_entropy_with_logits_grad(vector_view(data.targets), vector_view(data.logits),
                                                     {.weights = vector_view(data.weights),
                                                      .reduction = reduction,
                                                      .pos_weight = 5 * level,
                                                      .label_smoothing = level});
      };
    }
    return [=](const elements& data, loss_reduction reduction) {
      return sigmoid_focal_loss_grad(
          vector_view(data.targets), vector_view(data.logits),
          {.weights = vector_view(data.weights), .reduction = reduction, .alpha = level, .gamma = 4 * level});
    };
  });
}

RC_GTEST_PROP(binary_losses, have_the_slope_of_the_chord_as_gradient, ()) {
  elements data = *some_elements();
  const binary_loss loss = *some_binary_loss();
  const auto exact = loss(data, loss_reduction::none);
  const double step = 0x1p-17;
  elements above = data, below = data;
  for (double& z : above.logits) z += step;
  for (double& z : below.logits) z -= step;
  const auto high = loss(above, loss_reduction::none);
  const auto low = loss(below, loss_reduction::none);
  for (std::size_t i = 0; i < data.logits.size(); ++i) {
    RC_ASSERT(exact.loss[i] >= 0.0);
    require_close((high.loss[i] - low.loss[i]) / (2 * step), exact.grad[i], 1e-7, 1e-7,
                  "error of central differences");
  }
}

RC_GTEST_PROP(binary_losses, have_a_mean_that_times_the_weights_is_the_sum, ()) {
  const elements data = *some_elements();
  const binary_loss loss = *some_binary_loss();
  const double total = std::accumulate(data.weights.begin(), data.weights.end(), 0.0);
  const auto none = loss(data, loss_reduction::none);
  const auto sum = loss(data, loss_reduction::sum);
  const auto mean = loss(data, loss_reduction::mean);
  const auto losses = none.loss.to_vector();
  require_close(sum.loss.scalar(), std::accumulate(losses.begin(), losses.end(), 0.0), 1e-14, 0.0,
                "30 roundings");
  require_close(mean.loss.scalar() * total, sum.loss.scalar(), 1e-15, 0.0, "one division and one product");
}

}  // namespace
}  // namespace assay::losses
