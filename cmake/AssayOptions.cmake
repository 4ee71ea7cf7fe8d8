# What can be chosen. Everything but the library is off in a project that uses assay by add_subdirectory.

option(BUILD_SHARED_LIBS "Build assay as a shared library" OFF)
option(ASSAY_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(ASSAY_EVAL "Build the native assay-eval (needs the generated bindings: npm run build)" OFF)
option(ASSAY_BENCHMARKS "Build the native benchmarks" OFF)
option(ASSAY_FUZZ "Build the fuzzers (needs clang)" OFF)
option(ASSAY_CUDA "Build the CUDA backend (needs nvcc)" OFF)
option(ASSAY_INSTALL "Install rules in a project that uses assay by add_subdirectory" OFF)
option(ASSAY_WERROR "Treat warnings as errors" OFF)
option(ASSAY_PRECOMPILE "Precompile the headers that most sources share: a third less time for a whole build" OFF)
option(ASSAY_WASM_MODULE "Build the module of the npm package (Emscripten; needs the generated bindings)" OFF)

set(ASSAY_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
set(ASSAY_DOMAINS "" CACHE STRING "Folders of src/assay to build besides core; empty: all")
set(ASSAY_GENERATED_DIR "${PROJECT_SOURCE_DIR}/build/generated"
    CACHE PATH "Where bindings/generate wrote its C++")
set(ASSAY_INCLUDE_DIR "${PROJECT_SOURCE_DIR}/.toolchain/include"
    CACHE PATH "Where to look first for the header libraries (xsimd, Taskflow, Boost.Math)")

if(EMSCRIPTEN)
  set(ASSAY_DEFAULT_ISAS wasm)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(ASSAY_DEFAULT_ISAS sse4.2 avx2 avx512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
  set(ASSAY_DEFAULT_ISAS neon64)
else()
  message(FATAL_ERROR "assay has no kernels for ${CMAKE_SYSTEM_PROCESSOR}: it needs x86-64, 64-bit Arm or WebAssembly")
endif()
set(ASSAY_ISAS "${ASSAY_DEFAULT_ISAS}" CACHE STRING "Instruction sets to compile kernels for")

# A single-configuration build that names no type is an optimised one.
get_property(ASSAY_MULTI_CONFIG GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(PROJECT_IS_TOP_LEVEL AND NOT ASSAY_MULTI_CONFIG AND NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# clang's analysis and editors read the compile commands.
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
