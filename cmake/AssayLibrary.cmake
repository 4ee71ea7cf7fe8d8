# The library: target assay, alias assay::assay.

file(GLOB ASSAY_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/assay/*/*.cpp"
     "${PROJECT_SOURCE_DIR}/src/assay/*/*/*.cpp")
if(ASSAY_DOMAINS)
  list(JOIN ASSAY_DOMAINS "|" ASSAY_WANTED_DOMAINS)
  list(FILTER ASSAY_SOURCES INCLUDE REGEX "/src/assay/(core|${ASSAY_WANTED_DOMAINS})/")
endif()
add_library(assay ${ASSAY_SOURCES})
add_library(assay::assay ALIAS assay)
assay_configure(assay)
assay_define_isas(assay)

target_include_directories(assay PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>"
                                        "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_include_directories(assay SYSTEM PRIVATE ${ASSAY_PRIVATE_INCLUDES})
if(NOT EMSCRIPTEN)
  target_link_libraries(assay PRIVATE Threads::Threads)
endif()

file(GLOB ASSAY_KERNEL_HEADERS CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/assay/*/kernels_impl.hpp")
foreach(header IN LISTS ASSAY_KERNEL_HEADERS)
  cmake_path(GET header PARENT_PATH folder)
  cmake_path(GET folder FILENAME domain)
  if(NOT ASSAY_DOMAINS OR domain IN_LIST ASSAY_DOMAINS)
    assay_add_kernels(assay ${domain})
  endif()
endforeach()

if(ASSAY_PRECOMPILE)
  set(ASSAY_CORE "${PROJECT_SOURCE_DIR}/src/assay/core")
  target_precompile_headers(assay PRIVATE <algorithm> <array> <cmath> <functional> <limits> <memory> <span> <string>
                            <utility> <vector> "${ASSAY_CORE}/check.hpp" "${ASSAY_CORE}/context.hpp")
endif()

set(ASSAY_VISIBILITY hidden)
if(BUILD_SHARED_LIBS)
  set(ASSAY_VISIBILITY default)  # cmake/assay.map hides what is not public
endif()
set_target_properties(assay PROPERTIES
  POSITION_INDEPENDENT_CODE ON
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  WINDOWS_EXPORT_ALL_SYMBOLS ON
  CXX_VISIBILITY_PRESET ${ASSAY_VISIBILITY}
  VISIBILITY_INLINES_HIDDEN ON)

# A shared library shows the public names only. The list of names is one file, so that no declaration needs a macro.
if(BUILD_SHARED_LIBS AND UNIX AND NOT APPLE AND NOT EMSCRIPTEN)
  target_link_options(assay PRIVATE "LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/assay.map")
  set_property(TARGET assay APPEND PROPERTY LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/assay.map")
endif()
