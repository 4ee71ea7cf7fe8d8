# The CUDA backend: one more table of kernels for each domain that has src/assay/backend/cuda/<domain>.cu.

include(CheckLanguage)
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  message(FATAL_ERROR "ASSAY_CUDA=ON needs nvcc, which was not found: install the CUDA toolkit, set CUDACXX, "
                      "or leave ASSAY_CUDA off")
endif()
set(CMAKE_CUDA_ARCHITECTURES 90 CACHE STRING "GPU architectures")
enable_language(CUDA)

file(GLOB ASSAY_CUDA_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/assay/backend/cuda/*.cu"
     "${PROJECT_SOURCE_DIR}/src/assay/backend/cuda/*.cpp")
target_sources(assay PRIVATE ${ASSAY_CUDA_SOURCES})
target_compile_definitions(assay PRIVATE ASSAY_CUDA)
