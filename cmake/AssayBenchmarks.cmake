# assay_bench: the native benchmarks.

file(GLOB ASSAY_BENCHMARK_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/benchmarks/native/*.cpp")
if(ASSAY_BENCHMARK_SOURCES)
  find_package(benchmark REQUIRED)
  add_executable(assay_bench ${ASSAY_BENCHMARK_SOURCES})
  assay_configure(assay_bench)
  assay_define_isas(assay_bench)
  target_include_directories(assay_bench PRIVATE "${PROJECT_SOURCE_DIR}/benchmarks/native")
  target_link_libraries(assay_bench PRIVATE assay::assay benchmark::benchmark)
  set_target_properties(assay_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
endif()
