# The libraries that assay is built with. All but the threads are header-only; none appears in an installed header.
# `npm run setup` puts the headers into .toolchain/include; otherwise the system's are used.

# assay_find_headers(<VARIABLE> <header> <what>): the folder that holds the header, looked for in ASSAY_INCLUDE_DIR and,
# except under Emscripten (whose own C library /usr/include would hide), on the system.
function(assay_find_headers variable header what)
  set(system_places)
  if(CMAKE_CROSSCOMPILING)
    set(system_places NO_DEFAULT_PATH)
  endif()
  find_path(${variable} ${header} HINTS "${ASSAY_INCLUDE_DIR}" PATH_SUFFIXES eigen3 NO_CMAKE_FIND_ROOT_PATH
            ${system_places})
  mark_as_advanced(${variable})
  if(NOT ${variable})
    message(FATAL_ERROR "${what} was not found: run `npm run setup`, install it, or set ASSAY_INCLUDE_DIR")
  endif()
endfunction()

assay_find_headers(ASSAY_XSIMD_INCLUDE xsimd/xsimd.hpp "xsimd 13 or newer")
file(STRINGS "${ASSAY_XSIMD_INCLUDE}/xsimd/config/xsimd_config.hpp" ASSAY_XSIMD_VERSION
     REGEX "define XSIMD_VERSION_MAJOR")
string(REGEX MATCH "[0-9]+" ASSAY_XSIMD_VERSION "${ASSAY_XSIMD_VERSION}")
if(ASSAY_XSIMD_VERSION LESS 13)
  message(FATAL_ERROR "xsimd ${ASSAY_XSIMD_VERSION} in ${ASSAY_XSIMD_INCLUDE} is too old: assay needs 13 or newer")
endif()

set(ASSAY_PRIVATE_INCLUDES ${ASSAY_XSIMD_INCLUDE})
if(NOT EMSCRIPTEN)
  assay_find_headers(ASSAY_TASKFLOW_INCLUDE taskflow/taskflow.hpp "Taskflow 3.6 or newer")
  list(APPEND ASSAY_PRIVATE_INCLUDES ${ASSAY_TASKFLOW_INCLUDE})
  find_package(Threads REQUIRED)
endif()
assay_find_headers(ASSAY_BOOST_INCLUDE boost/math/special_functions/gamma.hpp "Boost.Math")
assay_find_headers(ASSAY_EIGEN_INCLUDE Eigen/Core "Eigen 3.4")
list(APPEND ASSAY_PRIVATE_INCLUDES ${ASSAY_BOOST_INCLUDE} ${ASSAY_EIGEN_INCLUDE})
list(REMOVE_DUPLICATES ASSAY_PRIVATE_INCLUDES)
