# assay_configure(<target>): the language level, warnings and floating-point rules of every target of this project.

# Contraction is off everywhere: a multiply and an add must give the same bits on every instruction set.
set(ASSAY_CXX_OPTIONS -ffp-contract=off)
set(ASSAY_CXX_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(MSVC)
  set(ASSAY_CXX_OPTIONS /fp:precise /bigobj)
  set(ASSAY_CXX_WARNINGS /W4)
endif()
set(ASSAY_LINK_OPTIONS "")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC bug 105651: false positives for `"text" + std::string`.
  list(APPEND ASSAY_CXX_WARNINGS -Wno-restrict)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  list(APPEND ASSAY_CXX_WARNINGS -Wno-psabi)  # notes on an ABI change in GCC 10
endif()

if(EMSCRIPTEN)
  # Nothing asks for the name of a type, and the names of templates are 4 kB of the gzipped module.
  list(APPEND ASSAY_CXX_OPTIONS -msimd128 -fwasm-exceptions -fno-rtti -DEMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0)
  list(APPEND ASSAY_LINK_OPTIONS -fwasm-exceptions -fno-rtti)
endif()
if(ASSAY_SANITIZE)
  list(APPEND ASSAY_CXX_OPTIONS -fsanitize=${ASSAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  list(APPEND ASSAY_LINK_OPTIONS -fsanitize=${ASSAY_SANITIZE})
endif()
if(ASSAY_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR EMSCRIPTEN)
    message(FATAL_ERROR "ASSAY_FUZZ=ON needs clang: set CMAKE_CXX_COMPILER=clang++")
  endif()
  list(APPEND ASSAY_CXX_OPTIONS -fsanitize=fuzzer-no-link)
endif()

function(assay_configure target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE ${ASSAY_CXX_OPTIONS} ${ASSAY_CXX_WARNINGS})
  target_link_options(${target} PRIVATE ${ASSAY_LINK_OPTIONS})
  if(ASSAY_WERROR)
    target_compile_options(${target} PRIVATE $<IF:$<CXX_COMPILER_ID:MSVC>,/WX,-Werror>)
  endif()
endfunction()
