// Which instruction set the kernels run on: found out once on first use, changeable for tests, benchmarks and
// users in trouble. Results never depend on it.
#pragma once

#include <span>
#include <string_view>

namespace assay::inline v1 {

/// Instruction sets that kernels are compiled for.
enum class isa {
  sse4_2,  ///< x86-64 with SSE4.2
  avx2,    ///< x86-64 with AVX2
  avx512,  ///< x86-64 with AVX-512 F, CD, DQ and BW
  neon64,  ///< 64-bit Arm
  wasm     ///< WebAssembly with simd128
};

/// The word of an instruction set, as in the environment variable ASSAY_ISA: "sse4.2", "avx2", "avx512",
/// "neon64", "wasm".
std::string_view name_of(isa set) noexcept;

/// Instruction sets that this build contains and this machine can run, slowest first.
std::span<const isa> available_isas();

/// The instruction set in use: the one named by the environment variable ASSAY_ISA, otherwise the fastest
/// available.
///
/// @throws unavailable_error  ASSAY_ISA names no instruction set (unknown_name) or one that is not available
/// (not_built)
isa active_isa();

/// Chooses the instruction set for all later calls, in every thread.
///
/// @throws unavailable_error  the instruction set is not available (not_built)
void set_isa(isa set);

}  // namespace assay::inline v1
