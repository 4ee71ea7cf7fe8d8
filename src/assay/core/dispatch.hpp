// From the active instruction set to a domain's table of kernels: one relaxed load and an index.
//
// <domain>/kernels.hpp:  struct kernels { double (*sum)(const double*, std::size_t) noexcept; };
//                        ASSAY_DECLARE_KERNEL_TABLES(kernels);
// a domain's .cpp:       const kernels& kernel = active_kernels();
//
// The tables kernels_<isa> are defined by the translation units that CMake writes, one an instruction set
// (assay_add_kernels), which also defines ASSAY_HAVE_<ISA> for those that exist.
#pragma once

#include <atomic>
#include <cstddef>

#include "assay/core/isa.hpp"

#if defined(ASSAY_HAVE_SSE4_2)
#define ASSAY_IF_SSE4_2(yes, no) yes
#else
#define ASSAY_IF_SSE4_2(yes, no) no
#endif
#if defined(ASSAY_HAVE_AVX2)
#define ASSAY_IF_AVX2(yes, no) yes
#else
#define ASSAY_IF_AVX2(yes, no) no
#endif
#if defined(ASSAY_HAVE_AVX512)
#define ASSAY_IF_AVX512(yes, no) yes
#else
#define ASSAY_IF_AVX512(yes, no) no
#endif
#if defined(ASSAY_HAVE_NEON64)
#define ASSAY_IF_NEON64(yes, no) yes
#else
#define ASSAY_IF_NEON64(yes, no) no
#endif
#if defined(ASSAY_HAVE_WASM)
#define ASSAY_IF_WASM(yes, no) yes
#else
#define ASSAY_IF_WASM(yes, no) no
#endif

namespace assay::inline v1::internal {

/// Which instruction sets this build contains, in the order of the enum.
inline constexpr bool k_isa_compiled[] = {ASSAY_IF_SSE4_2(true, false), ASSAY_IF_AVX2(true, false),
                                          ASSAY_IF_AVX512(true, false), ASSAY_IF_NEON64(true, false),
                                          ASSAY_IF_WASM(true, false)};
constexpr bool is_compiled(isa set) { return k_isa_compiled[static_cast<std::size_t>(set)]; }

/// The single instruction set of builds for Arm and WebAssembly, or -1 when there is a choice.
inline constexpr int k_isa_unknown = -1;
inline constexpr int k_only_isa = is_compiled(isa::wasm)     ? static_cast<int>(isa::wasm)
                                  : is_compiled(isa::neon64) ? static_cast<int>(isa::neon64)
                                                             : k_isa_unknown;

extern std::atomic<int> active_isa_slot;
/// Detects on first use; throws when ASSAY_ISA asks for what is not there.
int choose_isa();

inline int active_isa_index() {
  if constexpr (k_only_isa != k_isa_unknown) return k_only_isa;
  const int index = active_isa_slot.load(std::memory_order_relaxed);
  return index == k_isa_unknown ? choose_isa() : index;
}

}  // namespace assay::inline v1::internal

/// Declares the tables of a domain and `const Kernels& active_kernels()`, in the domain's namespace.
#define ASSAY_DECLARE_KERNEL_TABLES(Kernels)                                                       \
  extern const Kernels kernels_sse4_2, kernels_avx2, kernels_avx512, kernels_neon64, kernels_wasm; \
  inline const Kernels& active_kernels() {                                                         \
    static constexpr const Kernels* tables[] = {                                                   \
        ASSAY_IF_SSE4_2(&kernels_sse4_2, nullptr), ASSAY_IF_AVX2(&kernels_avx2, nullptr),          \
        ASSAY_IF_AVX512(&kernels_avx512, nullptr), ASSAY_IF_NEON64(&kernels_neon64, nullptr),      \
        ASSAY_IF_WASM(&kernels_wasm, nullptr)};                                                    \
    return *tables[::assay::internal::active_isa_index()];                                         \
  }                                                                                                \
  static_assert(true, "the declaration ends with a semicolon")
