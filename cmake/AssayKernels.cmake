# assay_add_kernels(<target> <domain>): compiles src/assay/<domain>/kernels_impl.hpp once for each instruction set of
# ASSAY_ISAS, each in a translation unit of its own with only that instruction set's flags. The unit defines the table
# `kernels_<isa>` of the domain's namespace.
#
# These units are optimised in every build type: without inlining, helpers would be left behind as weak symbols, and the
# linker might keep the copy compiled for AVX-512 for every processor. Sanitizers make full optimisation take minutes
# a unit; their presets build for one instruction set, and there one copy of a helper is the right one.

# For each word of ASSAY_ISAS: identifier, xsimd architecture, flags.
set(ASSAY_ISA_sse4.2 sse4_2 sse4_2 -msse4.2)
set(ASSAY_ISA_avx2 avx2 avx2 -mavx2)
set(ASSAY_ISA_avx512 avx512 avx512bw -mavx512f -mavx512cd -mavx512dq -mavx512bw)
set(ASSAY_ISA_neon64 neon64 neon64)
set(ASSAY_ISA_wasm wasm wasm)
set(ASSAY_KERNEL_OPTIONS -O3 -fvisibility=hidden)
# Measured in WebAssembly: tournaments are as fast at two thirds of the size; ensemble scores would take up to 2 times and
# tables of bins 3 times as long.
set(ASSAY_KERNEL_OPTIONS_tournament_wasm -Os -fvisibility=hidden)
if(ASSAY_SANITIZE)
  set(ASSAY_KERNEL_OPTIONS -O1 -fvisibility=hidden)
endif()
if(MSVC)
  set(ASSAY_ISA_sse4.2 sse4_2 sse4_2)
  set(ASSAY_ISA_avx2 avx2 avx2 /arch:AVX2)
  set(ASSAY_ISA_avx512 avx512 avx512bw /arch:AVX512)
  set(ASSAY_KERNEL_OPTIONS /O2)
endif()

foreach(isa IN LISTS ASSAY_ISAS)
  if(NOT DEFINED ASSAY_ISA_${isa})
    message(FATAL_ERROR "ASSAY_ISAS names ${isa}; known are sse4.2, avx2, avx512, neon64 and wasm")
  endif()
endforeach()

# ASSAY_HAVE_<ISA> for each instruction set: which tables exist.
function(assay_define_isas target)
  foreach(isa IN LISTS ASSAY_ISAS)
    list(GET ASSAY_ISA_${isa} 0 name)
    string(TOUPPER ${name} name)
    target_compile_definitions(${target} PRIVATE ASSAY_HAVE_${name})
  endforeach()
endfunction()

function(assay_add_kernels target domain)
  foreach(isa IN LISTS ASSAY_ISAS)
    set(flags ${ASSAY_ISA_${isa}})
    list(POP_FRONT flags name arch)
    set(unit "${PROJECT_BINARY_DIR}/kernels/${domain}_${name}.cpp")
    file(CONFIGURE OUTPUT "${unit}" @ONLY CONTENT [[
// Written by cmake/AssayKernels.cmake: the kernels of @domain@ for @isa@.
#include "assay/@domain@/kernels_impl.hpp"

namespace assay::inline v1::@domain@ {
extern const kernels kernels_@name@;
const kernels kernels_@name@ = make_kernels<::xsimd::@arch@>();
}  // namespace assay::inline v1::@domain@
]])
    set(options ${ASSAY_KERNEL_OPTIONS})
    if(DEFINED ASSAY_KERNEL_OPTIONS_${domain}_${name})
      set(options ${ASSAY_KERNEL_OPTIONS_${domain}_${name}})
    endif()
    set_source_files_properties("${unit}" PROPERTIES COMPILE_OPTIONS "${flags};${options}" SKIP_PRECOMPILE_HEADERS ON)
    target_sources(${target} PRIVATE "${unit}")
  endforeach()
endfunction()
