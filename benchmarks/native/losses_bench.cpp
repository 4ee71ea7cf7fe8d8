// Losses with their gradients: float32 rows of 1000 classes (the aim of the domain), few classes, and binary
// targets.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/losses/binary_cross_entropy.hpp"
#include "assay/losses/cross_entropy.hpp"
#include "assay/losses/focal_loss.hpp"
#include "assay/losses/sigmoid_focal_loss.hpp"

namespace {

using namespace assay;

// Numbers in [-5, 5) by a linear congruence (Knuth's MMIX constants).
class numbers {
 public:
  double next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return 10.0 * static_cast<double>(state_ >> 11) * 0x1p-53 - 5.0;
  }

 private:
  std::uint64_t state_ = 1;
};

// Logits with labels, and memory for the gradient.
template <class T>
struct label_data {
  std::size_t rows, classes;
  std::vector<T> logits, gradient;
  std::vector<std::int32_t> labels;
  context ctx;

  label_data(std::size_t n, std::size_t k) : rows(n), classes(k), logits(n * k), gradient(n * k), labels(n) {
    numbers source;
    for (T& z : logits) z = static_cast<T>(source.next());
    for (std::size_t i = 0; i < n; ++i) labels[i] = static_cast<std::int32_t>(i % k);
    ctx.output = std::as_writable_bytes(std::span(gradient));
  }
  [[nodiscard]] matrix_view view() const { return {logits, rows, classes}; }
};

// Time is given for each element, bytes as the memory read and written.
void count(benchmark::State& state, std::size_t elements, std::size_t bytes_per_element) {
  const auto total = static_cast<std::int64_t>(elements) * state.iterations();
  state.SetItemsProcessed(total);
  state.SetBytesProcessed(total * static_cast<std::int64_t>(bytes_per_element));
}

template <class T>
void cross_entropy_value(benchmark::State& state, std::size_t n, std::size_t k) {
  const label_data<T> data(n, k);
  for (auto _ : state) benchmark::DoNotOptimize(losses::cross_entropy(data.labels, data.view()).scalar());
  count(state, n * k, sizeof(T));
}

template <class T>
void cross_entropy_grad(benchmark::State& state, std::size_t n, std::size_t k, double smoothing) {
  const label_data<T> data(n, k);
  const losses::cross_entropy_options options{.label_smoothing = smoothing};
  for (auto _ : state)
    benchmark::DoNotOptimize(
        losses::cross_entropy_grad(data.labels, data.view(), options, data.ctx).loss.scalar());
  count(state, n * k, 2 * sizeof(T));
}

template <class T>
void focal_loss_grad(benchmark::State& state, std::size_t n, std::size_t k) {
  const label_data<T> data(n, k);
  for (auto _ : state)
    benchmark::DoNotOptimize(losses::focal_loss_grad(data.labels, data.view(), {}, data.ctx).loss.scalar());
  count(state, n * k, 2 * sizeof(T));
}

// Calls loss(targets, logits, context) on n elements.
template <class T, class Loss>
void binary(benchmark::State& state, std::size_t n, Loss loss) {
  numbers source;
  std::vector<T> targets(n), logits(n), gradient(n);
  for (std::size_t i = 0; i < n; ++i) {
    targets[i] = static_cast<T>(i % 2);
    logits[i] = static_cast<T>(source.next());
  }
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(gradient));
  for (auto _ : state)
    benchmark::DoNotOptimize(loss(vector_view(targets), vector_view(logits), ctx).loss.scalar());
  count(state, n, 3 * sizeof(T));
}

constexpr auto bce_grad = [](const vector_view& targets, const vector_view& logits, const context& ctx) {
  return losses::binary_cross_entropy_with_logits_grad(targets, logits, {}, ctx);
};
constexpr auto sigmoid_focal_grad = [](const vector_view& targets, const vector_view& logits,
                                       const context& ctx) {
  return losses::sigmoid_focal_loss_grad(targets, logits, {}, ctx);
};

const bool registered = [] {
  using benchmark::RegisterBenchmark;
  RegisterBenchmark("losses/cross_entropy_grad/f32/4096x1000", cross_entropy_grad<float>, 4096, 1000, 0.0);
  RegisterBenchmark("losses/cross_entropy_grad/f64/4096x1000", cross_entropy_grad<double>, 4096, 1000, 0.0);
  RegisterBenchmark("losses/cross_entropy_grad_smoothed/f32/4096x1000", cross_entropy_grad<float>, 4096, 1000,
                    0.1);
  RegisterBenchmark("losses/cross_entropy/f32/4096x1000", cross_entropy_value<float>, 4096, 1000);
  RegisterBenchmark("losses/cross_entropy_grad/f32/100000x10", cross_entropy_grad<float>, 100000, 10, 0.0);
  RegisterBenchmark("losses/cross_entropy_grad/f32/16x4", cross_entropy_grad<float>, 16, 4, 0.0);
  RegisterBenchmark("losses/focal_loss_grad/f32/4096x1000", focal_loss_grad<float>, 4096, 1000);
  RegisterBenchmark("losses/binary_cross_entropy_with_logits_grad/f32/1e6", binary<float, decltype(bce_grad)>,
                    1000000, bce_grad);
  RegisterBenchmark("losses/binary_cross_entropy_with_logits_grad/f64/1e6",
                    binary<double, decltype(bce_grad)>, 1000000, bce_grad);
  RegisterBenchmark("losses/sigmoid_focal_loss_grad/f32/1e6", binary<float, decltype(sigmoid_focal_grad)>,
                    1000000, sigmoid_focal_grad);
  return true;
}();

}  // namespace
