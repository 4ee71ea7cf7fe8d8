// Runs the benchmarks on the instruction set in use, after measuring what the memory and the arithmetic of
// this machine give.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "assay/core/isa.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ASSAY_EVERY_ISA \
  __attribute__((target_clones("avx512f", "avx2", "default"), optimize("unroll-all-loops")))
#else
#define ASSAY_EVERY_ISA
#endif

namespace {

// Bytes read and written a second by copies of 128 MiB, the fastest of several.
double copy_bandwidth() {
  std::vector<char> source(std::size_t{1} << 27, 1);
  std::vector<char> target(source.size());
  double best = 0.0;
  for (int run = 0; run < 8; ++run) {
    const auto start = std::chrono::steady_clock::now();
    std::memcpy(target.data(), source.data(), source.size());
    benchmark::ClobberMemory();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * static_cast<double>(source.size()) / seconds.count());
  }
  return best;
}

// Additions and multiplications of doubles a second, as many of the one as of the other, in registers: what a
// kernel that may not fuse them can at most reach. Chains enough for the widest registers, and for the
// narrowest.
template <std::size_t Chains>
ASSAY_EVERY_ISA double operations_per_second() {
  constexpr int steps = 20000000 / Chains;
  double best = 0.0;
  for (int run = 0; run < 8; ++run) {
    double value[Chains];
    std::fill_n(value, Chains, 1.0);
    double factor = 0.999999, term = 1e-6;
    benchmark::DoNotOptimize(factor);
    benchmark::DoNotOptimize(term);
    const auto start = std::chrono::steady_clock::now();
    for (int step = 0; step < steps; ++step)
      for (double& x : value) x = x * factor + term;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    benchmark::DoNotOptimize(value);
    best = std::max(best, 2.0 * steps * static_cast<double>(Chains) / seconds.count());
  }
  return best;
}

}  // namespace

int main(int count, char** words) {
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::AddCustomContext("isa", std::string(assay::name_of(assay::active_isa())));
  benchmark::AddCustomContext("copy_bandwidth_bytes_per_second", std::to_string(copy_bandwidth()));
  const double peak =
      std::max({operations_per_second<32>(), operations_per_second<48>(), operations_per_second<96>()});
  benchmark::AddCustomContext("peak_operations_per_second", std::to_string(peak));
  benchmark::AddCustomContext("flags", "-O3 -ffp-contract=off, one thread");
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
