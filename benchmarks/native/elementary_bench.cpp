// Elementary functions over a million numbers, where one element is a few operations of a polynomial;
// sorting, which rank-based metrics start with.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assay/core/rng.hpp"
#include "assay/core/sort.hpp"
#include "assay/elementary/exponential.hpp"
#include "assay/elementary/normal.hpp"

namespace {

using namespace assay;

struct function_case {
  const char* name;
  array (*function)(array_view, const context&);
  double low;
  double high;
};

const function_case k_functions[] = {
    {"exp", elementary::exp, -10.0, 10.0},
    {"expm1", elementary::expm1, -10.0, 10.0},
    {"log", elementary::log, 0.0, 100.0},
    {"log1p", elementary::log1p, -0.9, 10.0},
    {"logistic", elementary::logistic, -10.0, 10.0},
    {"softplus", elementary::softplus, -10.0, 10.0},
    {"erf", elementary::erf, -4.0, 4.0},
    {"erfc", elementary::erfc, -4.0, 4.0},
    {"normal_pdf", elementary::normal_pdf, -5.0, 5.0},
    {"normal_cdf", elementary::normal_cdf, -5.0, 5.0},
    {"normal_log_cdf", elementary::normal_log_cdf, -5.0, 5.0},
    {"normal_quantile", elementary::normal_quantile, 0.0, 1.0},
};

template <class T>
std::vector<T> uniforms(std::size_t n, double low, double high) {
  philox::stream random(1, 2);
  std::vector<T> values(n);
  for (T& value : values) value = static_cast<T>(low + (high - low) * random.uniform());
  return values;
}

void count(benchmark::State& state, std::size_t elements, std::size_t bytes_per_element) {
  const auto total = static_cast<std::int64_t>(elements) * state.iterations();
  state.SetItemsProcessed(total);
  state.SetBytesProcessed(total * static_cast<std::int64_t>(bytes_per_element));
}

template <class T>
void elementwise(benchmark::State& state, const function_case& tested, std::size_t n) {
  const std::vector<T> x = uniforms<T>(n, tested.low, tested.high);
  std::vector<T> out(n);
  context ctx;
  ctx.output = std::as_writable_bytes(std::span(out));
  for (auto _ : state) benchmark::DoNotOptimize(tested.function(vector_view(x), ctx).bytes());
  count(state, n, 2 * sizeof(T));
}

template <class T>
void log_sum_exp(benchmark::State& state, std::size_t rows, std::size_t columns) {
  const std::vector<T> x = uniforms<T>(rows * columns, -10.0, 10.0);
  for (auto _ : state)
    benchmark::DoNotOptimize(elementary::log_sum_exp(matrix_view(x, rows, columns)).bytes());
  count(state, rows * columns, sizeof(T));
}

void order(benchmark::State& state, std::size_t n) {
  const std::vector<double> x = uniforms<double>(n, 0.0, 1.0);
  for (auto _ : state) benchmark::DoNotOptimize(sorted_order(std::span(x)).data());
  count(state, n, sizeof(double));
}

const bool registered = [] {
  using benchmark::RegisterBenchmark;
  constexpr std::size_t n = 1000000;
  for (const function_case& tested : k_functions) {
    const std::string prefix = std::string("elementary/") + tested.name;
    RegisterBenchmark((prefix + "/f64/n=1e6").c_str(), elementwise<double>, tested, n);
    RegisterBenchmark((prefix + "/f32/n=1e6").c_str(), elementwise<float>, tested, n);
  }
  RegisterBenchmark("elementary/exp/f64/n=16", elementwise<double>, k_functions[0], std::size_t{16});
  RegisterBenchmark("elementary/log_sum_exp/f64/4096x1000", log_sum_exp<double>, 4096, 1000);
  RegisterBenchmark("elementary/log_sum_exp/f32/4096x1000", log_sum_exp<float>, 4096, 1000);
  RegisterBenchmark("core/sorted_order/f64/n=1e6", order, n);
  return true;
}();

}  // namespace
