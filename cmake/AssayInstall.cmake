# Installation: headers, library, CMake package, pkg-config file; CPack archives.

include(CMakePackageConfigHelpers)
set(ASSAY_CMAKE_FOLDER "${CMAKE_INSTALL_LIBDIR}/cmake/assay")

# Kernels and what they are made of are compiled into the library; users need none of it.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/src/assay" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp"
        PATTERN "*.kernel.hpp" EXCLUDE
        PATTERN "kernels*.hpp" EXCLUDE
        PATTERN "vmath*" EXCLUDE
        PATTERN "simd" EXCLUDE
        PATTERN "internal" EXCLUDE
        PATTERN "backend" EXCLUDE
        PATTERN "dispatch.hpp" EXCLUDE)

install(TARGETS assay EXPORT assayTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
if(TARGET assay-eval)
  install(TARGETS assay-eval RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
install(EXPORT assayTargets NAMESPACE assay:: DESTINATION "${ASSAY_CMAKE_FOLDER}")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/assayConfig.cmake.in" assayConfig.cmake
                              INSTALL_DESTINATION "${ASSAY_CMAKE_FOLDER}")
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(assayConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/assayConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/assayConfigVersion.cmake"
        DESTINATION "${ASSAY_CMAKE_FOLDER}")

# A static library needs its threads named to whoever links it.
set(ASSAY_PC_LIBS_PRIVATE "")
if(NOT EMSCRIPTEN)
  set(ASSAY_PC_LIBS_PRIVATE "-pthread")
endif()
# The file finds its prefix from where it lies, as the CMake package does.
file(RELATIVE_PATH ASSAY_PC_TO_PREFIX "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" /prefix)
configure_file("${PROJECT_SOURCE_DIR}/cmake/assay.pc.in" assay.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/assay.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_NAME libassay-dev)
set(CPACK_PACKAGE_CONTACT "the authors of assay")
set(CPACK_PACKAGE_VENDOR "assay")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
include(CPack)
