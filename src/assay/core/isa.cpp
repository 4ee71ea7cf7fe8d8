// Detection and choice of the instruction set.
#include "assay/core/isa.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

#include "assay/core/dispatch.hpp"
#include "assay/core/error.hpp"

namespace assay::inline v1 {
namespace {

constexpr std::array k_all = {isa::sse4_2, isa::avx2, isa::avx512, isa::neon64, isa::wasm};

bool machine_runs(isa set) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  switch (set) {
    case isa::sse4_2:
      return __builtin_cpu_supports("sse4.2");
    case isa::avx2:
      return __builtin_cpu_supports("avx2");
    case isa::avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    default:
      return false;
  }
#elif defined(__aarch64__)
  return set == isa::neon64;
#else
  return set == isa::wasm;
#endif
}

const std::vector<isa>& available() {
  static const std::vector<isa> found = [] {
    std::vector<isa> sets;
    for (const isa set : k_all)
      if (internal::is_compiled(set) && machine_runs(set)) sets.push_back(set);
    return sets;
  }();
  return found;
}

std::string available_names() {
  std::string names;
  for (const isa set : available()) names += (names.empty() ? "" : ", ") + std::string(name_of(set));
  return names.empty() ? "none" : names;
}

[[noreturn]] void fail(error_code code, const char* function, const char* argument, std::string_view found) {
  throw unavailable_error(code, function, argument,
                          "is " + std::string(found) + ", available on this machine: " + available_names());
}

bool is_available(isa set) {
  for (const isa candidate : available())
    if (candidate == set) return true;
  return false;
}

/// The choice of ASSAY_ISA, or the fastest.
isa initial_isa() {
  const char* const wanted = std::getenv("ASSAY_ISA");
  if (wanted == nullptr || *wanted == '\0') {
    if (available().empty())
      fail(error_code::not_built, "isa", "processor", "without a supported instruction set");
    return available().back();
  }
  for (const isa set : k_all) {
    if (name_of(set) != wanted) continue;
    if (!is_available(set)) fail(error_code::not_built, "isa", "ASSAY_ISA", wanted);
    return set;
  }
  fail(error_code::unknown_name, "isa", "ASSAY_ISA", wanted);
}

}  // namespace

namespace internal {

std::atomic<int> active_isa_slot{k_isa_unknown};

int choose_isa() {
  const int chosen = static_cast<int>(initial_isa());
  int expected = k_isa_unknown;  // a set_isa of another thread wins
  active_isa_slot.compare_exchange_strong(expected, chosen, std::memory_order_relaxed);
  return expected == k_isa_unknown ? chosen : expected;
}

}  // namespace internal

std::string_view name_of(isa set) noexcept {
  constexpr std::array<std::string_view, 5> names = {"sse4.2", "avx2", "avx512", "neon64", "wasm"};
  return names[static_cast<std::size_t>(set)];
}

std::span<const isa> available_isas() { return available(); }

isa active_isa() { return static_cast<isa>(internal::active_isa_index()); }

void set_isa(isa set) {
  if (!is_available(set)) fail(error_code::not_built, "set_isa", "set", name_of(set));
  internal::active_isa_slot.store(static_cast<int>(set), std::memory_order_relaxed);
}

}  // namespace assay::inline v1
