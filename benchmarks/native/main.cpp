// Runs the benchmarks on the instruction set in use, after measuring what the memory of this machine gives.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "assay/core/isa.hpp"

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

}  // namespace

int main(int count, char** words) {
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::AddCustomContext("isa", std::string(assay::name_of(assay::active_isa())));
  benchmark::AddCustomContext("copy_bandwidth_bytes_per_second", std::to_string(copy_bandwidth()));
  benchmark::AddCustomContext("flags", "-O3 -ffp-contract=off, one thread");
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
